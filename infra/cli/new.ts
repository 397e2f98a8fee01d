/** `runsheet new`: another file with the same steps, comments and all. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import { idOfFile } from '../../statemachines/language/file-name.ts';
import type { Source, Sources } from '../../statemachines/library.ts';
import { isBeside, readFolder, SHIPPED, shownPath, workflowsIn } from '../workflow-folder.ts';
import { type LibraryOption, originAt, Refusal } from './library-at.ts';
import { print } from './terminal.ts';

export const newCommand = (
  id: string,
  options: LibraryOption & { readonly from: string; readonly title?: string },
): number => {
  const title = options.title ?? titleFrom(id);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 40 || isBeside(`${id}.yaml`)) {
    throw new Refusal(
      2,
      `${id} cannot be the id of a workflow. Write lower-case words joined by hyphens, at most 40 characters, like spring-campaign.`,
    );
  }
  if (title.trim() === '' || title.length > 200) throw new Refusal(2, 'A title has 1 to 200 characters.');
  const folder = options.workflows ?? SHIPPED;
  const exists = existsSync(resolve(folder));
  // One's own folder may hold the workflow to begin with; what it does not hold comes with runsheet.
  const { sources, file } = originAt(options.from, exists ? options.workflows : undefined);
  const text = sources.workflows.find((source) => source.file === file)?.text ?? '';
  const path = join(exists ? workflowsIn(folder) : resolve(folder), `${id}.yaml`);
  for (const taken of [path, path.replace(/\.yaml$/, '.yml')])
    if (existsSync(taken)) throw new Refusal(1, `${shownPath(taken)} is there already. Nothing was written.`);
  const renewed = schemaNamed(forOthers(renamed(text, id, title, file), file), path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, renewed, { flag: 'wx' });
  print(`${shownPath(path)} is yours to edit.`);
  if (options.workflows !== undefined)
    for (const name of bringAlong(sources, text, folder)) print(`${name} came along, to be made yours too.`);
  print(`Look at it with: npx runsheet check ${shownPath(path)}`);
  return 0;
};

/** What the new workflow cannot do without in a folder of its own: a team, calendars, and the workflows that it starts. */
const bringAlong = (sources: Sources, text: string, folder: string): readonly string[] => {
  const brought: string[] = [];
  const bring = (source: Source | undefined, path: string): void => {
    if (source === undefined || existsSync(path)) return;
    writeFileSync(path, schemaNamed(forOthers(source.text, source.file), path), { flag: 'wx' });
    brought.push(shownPath(path));
  };
  const { own } = readFolder(folder);
  const has = (name: string): boolean => [...own].some((file) => idOfFile(file) === name);
  if (!has('team')) bring(sources.team, join(resolve(folder), 'team.yaml'));
  if (!has('calendars')) bring(sources.calendars, join(resolve(folder), 'calendars.yaml'));
  const pending = [text];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [, started] of next.matchAll(/^\s+workflow: ([a-z0-9-]+)\s*(?:#.*)?$/gm)) {
      const source = sources.workflows.find(({ file }) => basename(file) === `${started}.yaml`);
      const path = join(workflowsIn(folder), `${started}.yaml`);
      if (source === undefined || existsSync(path)) continue;
      bring(source, path);
      pending.push(source.text);
    }
  }
  return brought;
};

/** Editors look for the schema where the first line says. */
const schemaNamed = (text: string, path: string): string =>
  text.replace(
    /^# yaml-language-server: \$schema=.*$/m,
    () =>
      `# yaml-language-server: $schema=${relative(dirname(path), join(SHIPPED, 'workflow.schema.json')).replaceAll('\\', '/')}`,
  );

/**
 * What comes with runsheet says of itself which requirements it shows, and allows itself what an example may lack: in
 * somebody's own folder that is neither true nor wanted. Whatever they wrote themselves stays.
 */
const forOthers = (text: string, file: string): string => {
  if (!resolve(file).startsWith(`${SHIPPED}${sep}`)) return text;
  const headless = isBeside(basename(file))
    ? text
    : text.replace(/^(?:#.*\n)+/, (head) => head.replace(/^# (?!yaml-language-server:).*\n/gm, ''));
  return headless.replace(/(^|\s)#.*\bR\d+\b.*$/gm, (comment) => comment.replace(OURS, '').replace(/\s*#\s*$/, ''));
};

/** ` (R28)`, `, R63` within brackets, ` R93, R94`. */
const OURS = /\s*\(R\d+(?:[-, ]+R\d+)*\)|, R\d+(?:[-, ]+R\d+)*(?=\))|\s*\bR\d+(?:[-, ]+R\d+)*/g;

const titleFrom = (id: string): string => id.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());

/**
 * The same file with another id and title, and started by form alone: starts by webhook and by clock stay with the
 * original, for two workflows must not begin by one event. All else, comments too, stays as it is written.
 */
const renamed = (text: string, id: string, title: string, file: string): string => {
  const plain = text.replace(/\r\n?/g, '\n');
  const document = parseDocument(plain, { logLevel: 'silent' });
  if (!isMap(document.contents) || document.errors.length > 0)
    throw new Refusal(1, `${file} cannot be read; mend it first: npx runsheet check ${file}`);
  const wanted: { readonly [key: string]: string } = {
    workflow: id,
    title: JSON.stringify(title),
    starts: '\n  - form',
  };
  const changes = document.contents.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const range = isNode(value) ? value.range : undefined;
    if (!Object.hasOwn(wanted, name) || range == null || !isScalar(key) || key.range == null) return [];
    const colon = plain.indexOf(':', key.range[1]) + 1;
    const end = range[1] - (plain.slice(0, range[1]).length - plain.slice(0, range[1]).trimEnd().length);
    return [
      {
        from: colon,
        to: Math.max(colon, end),
        text: name === 'starts' ? (wanted[name] as string) : ` ${wanted[name]}`,
      },
    ];
  });
  return changes
    .sort((a, b) => b.from - a.from)
    .reduce((all, change) => all.slice(0, change.from) + change.text + all.slice(change.to), plain);
};
