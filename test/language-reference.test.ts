/** The language reference says what is true: each of its examples reads, and no key, code or limit is left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formRulesOf, OWN } from '../functions/core/webhooks/html-form.ts';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import { MOST_EVENTS, MOST_KILOBYTES } from '../statemachines/compiler/limits.ts';
import { LARGEST_EACH } from '../statemachines/language/each.ts';
import { knownFunctions, readExpression } from '../statemachines/language/expression.ts';
import { catalogue, type Fault } from '../statemachines/language/faults.ts';
import * as schema from '../statemachines/language/schema.ts';
import { readLibrary, type Sources } from '../statemachines/library.ts';

const reference = readFileSync(join(SHIPPED, 'LANGUAGE.md'), 'utf8');
const written = reference.slice(0, reference.indexOf('<!-- faults:'));
const shipped = readFolder(SHIPPED);

type Block = { readonly kind: string; readonly text: string; readonly line: number };
const blocks: readonly Block[] = [...written.matchAll(/^```([a-z ]+)\n([\s\S]*?)^```$/gm)].map(
  ({ 1: kind = '', 2: text = '', index }) => ({
    kind,
    text,
    line: written.slice(0, index).split('\n').length,
  }),
);
const blocksOf = (kind: string, start: RegExp): readonly Block[] =>
  blocks.filter((block) => block.kind === kind && start.test(block.text));
const one = (found: readonly Block[]): Block => {
  expect(found).toHaveLength(1);
  return found[0] as Block;
};

const workflows = blocksOf('yaml', /^workflow: /);
const teams = blocksOf('yaml', /^currency: /);
const calendars = blocksOf('yaml', /^calendars:/);
const hooks = blocksOf('yaml', /^hooks:/);
const ofFile = blocksOf('yaml', /^# fragment of the file\n/);
const ofSteps = blocksOf('yaml', /^# fragment of steps\n/);

/** Faults that an example may have: they say what a longer one would not leave out. */
const ADVICE = ['no-effort', 'no-done-when', 'no-due', 'no-measuring-step'];
const spoken = (faults: readonly Fault[]): readonly string[] =>
  faults.map(({ code, severity, line, message }) => `${severity} ${code} on line ${line}: ${message}`);
const errorsIn = (faults: readonly Fault[]): readonly string[] =>
  spoken(faults.filter(({ severity }) => severity === 'error'));
const objectionsTo = (faults: readonly Fault[]): readonly string[] =>
  spoken(faults.filter(({ code }) => !ADVICE.includes(code)));

/** The shipped sources, with the sources of webhooks that the reference adds; of the workflows only what the tour starts. */
const besides: Sources = {
  ...shipped,
  workflows: shipped.workflows.filter(({ file }) => file.endsWith('blog-post.yaml')),
  hooks: {
    file: 'hooks.yaml',
    text: `${shipped.hooks?.text}\n${hooks.map(({ text }) => text.replace(/^hooks:\n/, '')).join('')}`,
  },
};
const tour = workflows.find(({ text }) => text.startsWith('workflow: customer-story')) as Block;
const faultsOf = (text: string, beside: Sources = besides): readonly Fault[] => {
  const file = `${/^workflow: (\S+)$/m.exec(text)?.[1]}.yaml`;
  return readLibrary(
    { ...beside, workflows: [...beside.workflows.filter((other) => !other.file.endsWith(`/${file}`)), { file, text }] },
    new Set([file]),
  ).faults;
};

/** The keys of a file with their texts, comments and nested lines included. */
const parts = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(/^(?=[a-z])/m).map((part) => [part.slice(0, part.indexOf(':')), part]));
const withKeys = (text: string, fragment: string): string =>
  [...new Map([...parts(text), ...parts(fragment.replace(/^#.*\n/, ''))]).values()].join('');
const asked = withKeys(tour.text, ofFile.find(({ text }) => /^inputs:/m.test(text))?.text ?? '');
/** Between the two steps of the tour, two blanks further in. */
const withSteps = (steps: string): string =>
  asked.replace(/^ {2}- step: publish-story$/m, (next) => `${steps.replace(/^(?=.)/gm, '  ')}\n${next}`);

describe('an example of the language reference', () => {
  test('is of a kind that is checked', () => {
    expect(blocks.filter(({ kind }) => kind === 'yaml')).toHaveLength(
      [workflows, teams, calendars, hooks, ofFile, ofSteps].flat().length,
    );
    expect(blocks.filter(({ kind }) => !['yaml', 'jsonata', 'jsonata refused', 'sh', 'html'].includes(kind))).toEqual(
      [],
    );
    expect([...written.matchAll(/^```/gm)]).toHaveLength(blocks.length * 2);
  });

  test('of a form has the fields that a form of others has', () => {
    const { text } = one(blocksOf('html', /^<form method="post" action="ADDRESS">/));
    const names = [...text.matchAll(/name="(\w+)"/g)].map(([, name]) => name);
    expect(names).toEqual([OWN.key, OWN.next, formRulesOf({}, {}, 'https://example.com').honeypot]);
    expect(text).toContain(`value="KEY"`);
  });

  test.each(workflows)('reads as a whole workflow (line $line)', ({ text }) => {
    const sources: Sources = { ...besides, hooks: shipped.hooks as NonNullable<Sources['hooks']> };
    expect(objectionsTo(faultsOf(text, sources))).toEqual([]);
  });

  test('reads as team.yaml, calendars.yaml or hooks.yaml', () => {
    expect(spoken(readLibrary({ team: { file: 'team.yaml', text: one(teams).text }, workflows: [] }).faults)).toEqual(
      [],
    );
    expect(
      spoken(readLibrary({ calendars: { file: 'calendars.yaml', text: one(calendars).text }, workflows: [] }).faults),
    ).toEqual([]);
    const library = readLibrary({
      ...besides,
      workflows: [...shipped.workflows, { file: 'customer-story.yaml', text: tour.text }],
    });
    expect(errorsIn(library.faults)).toEqual([]);
    expect(library.hooks[/^ {2}(\S+):$/m.exec(one(hooks).text)?.[1] ?? '']).toMatchObject({
      workflow: 'customer-story',
    });
  });

  test.each(ofFile)('reads in place of keys of the tour (line $line)', ({ text }) => {
    expect(objectionsTo(faultsOf(withKeys(tour.text, text)))).toEqual([]);
  });

  test.each(ofSteps)('reads between the steps of the tour (line $line)', ({ text }) => {
    expect(objectionsTo(faultsOf(withSteps(text)))).toEqual([]);
  });

  const ids = new Set(['draft', 'publish-story', 'probe']);
  const linesOf = (kind: string): readonly string[] =>
    blocksOf(kind, /^/).flatMap(({ text }) => text.trimEnd().split('\n'));
  const faultsOfExpression = (expression: string): readonly Fault[] =>
    faultsOf(
      withSteps(
        `- step: probe\n  type: email\n  title: Probe\n  to: [cmo]\n  subject: Probe\n  body: |\n    {{ ${expression} }}\n`,
      ),
    );

  test.each(linesOf('jsonata'))('is an expression that can be read and names what is there: %s', (expression) => {
    expect(readExpression(expression, ids).problem).toBeUndefined();
    expect(objectionsTo(faultsOfExpression(expression))).toEqual([]);
  });

  test.each(linesOf('jsonata refused'))('is an expression that is refused as it says: %s', (line) => {
    const [, expression = '', code = ''] = /^(.*?) *\/\* ([a-z-]+).* \*\/$/.exec(line) ?? [];
    expect(
      faultsOfExpression(expression)
        .filter(({ severity }) => severity === 'error')
        .map((fault) => fault.code),
    ).toEqual([code]);
  });
});

describe('the language reference', () => {
  const section = (heading: string): string => {
    const from = written.indexOf(`\n### ${heading}\n`);
    expect(from, heading).toBeGreaterThan(0);
    return written.slice(from, written.indexOf('\n##', from + 5));
  };
  const missing = (names: readonly string[], text: string): readonly string[] =>
    names.filter((name) => !text.includes(`\`${name}\``));
  const keysOf = (shape: { readonly shape: object }): readonly string[] => Object.keys(shape.shape);

  test('names every key of a file, of its steps and fields, and of what they hold', () => {
    expect(missing(keysOf(schema.workflowSchema), section('The file'))).toEqual([]);
    expect(missing(keysOf(schema.goal), section('The file'))).toEqual([]);
    const stepKeys = Object.entries(schema.stepSchemas).flatMap(([type, of]) => [type, ...keysOf(of)]);
    expect(missing(stepKeys, section('Steps'))).toEqual([]);
    const fieldKeys = Object.entries(schema.fieldSchemas).flatMap(([type, of]) => [type, ...keysOf(of)]);
    expect(missing(fieldKeys, section('Fields'))).toEqual([]);
    expect(missing(keysOf(schema.reminders), section('Reminders and expiry'))).toEqual([]);
    for (const key of keysOf(schema.conditionalApprover)) expect(section('Approvals')).toContain(key);
  });

  test('names every key beside the workflows', () => {
    expect(
      missing(
        [...keysOf(schema.teamSchema), ...keysOf(schema.personSchema), ...keysOf(schema.awaySchema)],
        section('`team.yaml`'),
      ),
    ).toEqual([]);
    const beside = section('`calendars.yaml` and `hooks.yaml`');
    expect(
      missing(
        [...keysOf(schema.calendarSchema), ...keysOf(schema.holidaysSchema), ...keysOf(schema.hookSchema)],
        beside,
      ),
    ).toEqual([]);
    expect(missing(schema.hookSchema.shape.provider.options, beside)).toEqual([]);
  });

  test('names every function that an expression may call, and no other', () => {
    const listed = /^Functions: `([^`]*)`/m.exec(written)?.[1]?.split(/\s+/) ?? [];
    expect([...listed].sort()).toEqual(knownFunctions.map((name) => `$${name}`).sort());
  });

  test('names the limits that there are', () => {
    expect(section('Limits')).toContain(`| Machine | ${MOST_KILOBYTES} KB |`);
    expect(section('Limits')).toContain(`| Events | ${MOST_EVENTS.toLocaleString('en-GB')}:`);
    expect(section('Each')).toContain(`at most ${LARGEST_EACH} items`);
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => `- { step: s${index}, type: wait, title: W, for: 1 hour }`).join(
        '\n',
      );
    expect(errorsIn(faultsOf(withSteps(many(298))))).toEqual([]);
    expect(faultsOf(withSteps(many(299))).map(({ code }) => code)).toContain('out-of-bounds');
    const kilobytes = Number(/\| File \| (\d+) KB,/.exec(section('Limits'))?.[1]);
    const ofSize = (size: number) => `${tour.text}${'#'.repeat(size * 1024 - tour.text.length)}`;
    expect(errorsIn(faultsOf(ofSize(kilobytes)))).toEqual([]);
    expect(faultsOf(ofSize(kilobytes + 1)).map(({ code }) => code)).toEqual(['file-too-large']);
  });

  test('says why each code is one', () => {
    for (const [code, { why }] of Object.entries(catalogue)) expect(reference).toContain(`| \`${code}\` | ${why} |`);
  });
});
