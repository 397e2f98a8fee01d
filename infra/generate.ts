/**
 * The files that are made from others, committed because people review them: compiled machines, the JSON Schema for
 * editors, the reference of faults, the picture in the README.
 *
 * `npm run generate` writes them; a test fails when one is stale.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { drawWorkflow } from '../statemachines/diagram/draw-workflow.ts';
import { catalogue } from '../statemachines/language/faults.ts';
import { workflowSchema } from '../statemachines/language/schema.ts';
import { readLibrary } from '../statemachines/library.ts';
import { readFolder, SHIPPED } from './workflow-folder.ts';

const COMPILED = join(SHIPPED, 'compiled');
const REFERENCE = join(SHIPPED, 'LANGUAGE.md');
const BEGIN = '<!-- faults: generated from statemachines/language/faults.ts by npm run generate -->';
const END = '<!-- end of faults -->';

/** Path to content, as they should be. */
export const generatedFiles = (): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  const library = readLibrary(readFolder(SHIPPED));
  for (const [id, { compiled }] of library.workflows)
    files.set(join(COMPILED, `${id}.asl.json`), `${JSON.stringify(compiled.asl, null, 2)}\n`);
  const shown = library.workflows.get('blog-post');
  if (shown !== undefined)
    files.set(
      join(SHIPPED, '..', '.github', 'blog-post.svg'),
      drawWorkflow(shown.workflow, { roles: library.team.roles, heading: false }),
    );
  files.set(join(SHIPPED, 'workflow.schema.json'), `${JSON.stringify(editorSchema(), null, 2)}\n`);
  const reference = existsSync(REFERENCE) ? readFileSync(REFERENCE, 'utf8') : `${BEGIN}\n${END}\n`;
  files.set(
    REFERENCE,
    `${reference.slice(0, reference.indexOf(BEGIN) + BEGIN.length)}\n\n${faultReference()}\n${reference.slice(reference.indexOf(END))}`,
  );
  return files;
};

/** Files that were generated once and no longer are. */
export const leftOver = (files: ReadonlyMap<string, string>): readonly string[] =>
  existsSync(COMPILED)
    ? readdirSync(COMPILED)
        .map((file) => join(COMPILED, file))
        .filter((path) => !files.has(path))
    : [];

const editorSchema = (): object => ({
  title: 'A marketing workflow of runsheet',
  ...z.toJSONSchema(workflowSchema, { io: 'input' }),
});

/** Facts as they could be, so that the reference can say what to write in general. */
const SAMPLE = {
  name: 'NAME',
  nearest: 'NEAREST',
  known: ['ONE', 'ANOTHER'],
  where: 'this place',
  key: 'KEY',
  hint: 'Write the key and its value.',
  what: 'It',
  expected: 'ID.yaml',
  came: 'something else',
  limit: 'within the limit',
  id: 'ID',
  form: 'it in the form that the message shows',
  forms: 'the message shows',
  text: 'TEXT',
  problem: 'PROBLEM',
  fix: 'The message says what to write, for the place it is about.',
  first: 1,
  scope: 'in this workflow',
  step: 'STEP',
  other: 'OTHER',
  kilobytes: 1,
  character: 'CHARACTER',
  expression: 'EXPRESSION',
  steps: ['STEP'],
  workflow: 'WORKFLOW',
  workflows: ['WORKFLOW'],
  input: 'INPUT',
  by: 'it',
  source: 'SOURCE',
  approval: 'APPROVAL',
  redo: 'STEP',
  outside: 'OUTSIDE',
  middle: 'MIDDLE',
  because: 'BECAUSE',
  days: 1,
  events: 1,
  heaviest: 'STEP',
  previous: 'STEP',
  needs: 1,
  has: 0,
  approvals: ['ONE', 'ANOTHER'],
  workdays: 1,
  anchor: 'ANCHOR',
  of: 'STEP',
  who: 'WHO',
  role: 'ROLE',
  zone: 'ZONE',
  country: 'CODE',
  code: 'CODE',
  items: 1,
  count: 1,
  number: '100.000',
  meant: '100000',
  whole: '100',
};

const faultReference = (): string => {
  const rows = Object.entries(catalogue).map(([code, { severity, why, fix }]) => ({
    code,
    severity,
    why,
    write: (fix as (facts: object) => string)(SAMPLE),
  }));
  const section = (severity: string): string[] =>
    rows
      .filter((row) => row.severity === severity)
      .map(({ code, why, write }) => `| \`${code}\` | ${why} | ${write.replaceAll('|', '\\|')} |`);
  const head = ['| code | why it is one | what to write |', '|---|---|---|'];
  return [
    '### Errors',
    '',
    ...head,
    ...section('error'),
    '',
    '### Warnings',
    '',
    ...head,
    ...section('warning'),
    '',
  ].join('\n');
};

if (import.meta.main) {
  const files = generatedFiles();
  for (const [path, content] of files) writeFileSync(path, content);
  for (const path of leftOver(files)) rmSync(path);
}
