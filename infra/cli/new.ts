/** `runsheet new`: another file with the same steps, comments and all. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Source, Sources } from '../../statemachines/library.ts';
import { readFolder, SHIPPED, shownPath, workflowsIn } from '../workflow-folder.ts';
import { type LibraryOption, Refusal, sourcesAt } from './library-at.ts';
import { print } from './terminal.ts';

export const newCommand = (id: string, options: LibraryOption & { readonly from: string; readonly title?: string }): number => {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 40) throw new Refusal(2, `${id} cannot be the id of a workflow. Write lower-case words joined by hyphens, at most 40 characters, like spring-campaign.`);
  const folder = options.workflows ?? SHIPPED;
  if (!existsSync(resolve(folder))) mkdirSync(resolve(folder), { recursive: true });
  const path = join(workflowsIn(folder), `${id}.yaml`);
  if (existsSync(path)) throw new Refusal(1, `${shownPath(path)} is there already. Nothing was written.`);
  // One's own folder may hold the workflow to begin with; if not, it is one that comes with runsheet.
  const own = options.workflows !== undefined && readFolder(folder).workflows.some(({ file }) => file.endsWith(`/${options.from}.yaml`) || file === `${options.from}.yaml`);
  const { sources, file } = sourcesAt(options.from, own ? options.workflows : undefined);
  const text = sources.workflows.find((source) => source.file === file)?.text ?? '';
  writeFileSync(path, schemaNamed(renamed(text, id, options.title ?? titleFrom(id)), path), { flag: 'wx' });
  print(`${shownPath(path)} is yours to edit.`);
  if (options.workflows !== undefined) for (const name of bringAlong(sources, text, folder)) print(`${name} came along, to be made yours too.`);
  print(`Look at it with: npx runsheet check ${shownPath(path)}`);
  return 0;
};

/** What the new workflow cannot do without in a folder of its own: a team, calendars, and the workflows that it starts. */
const bringAlong = (sources: Sources, text: string, folder: string): readonly string[] => {
  const brought: string[] = [];
  const bring = (source: Source | undefined, path: string): void => {
    if (source === undefined || existsSync(path)) return;
    writeFileSync(path, schemaNamed(source.text, path), { flag: 'wx' });
    brought.push(shownPath(path));
  };
  const { team, calendars } = readFolder(folder);
  if (team === undefined) bring(sources.team, join(resolve(folder), 'team.yaml'));
  if (calendars === undefined) bring(sources.calendars, join(resolve(folder), 'calendars.yaml'));
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
const schemaNamed = (text: string, path: string): string => text.replace(/^# yaml-language-server: \$schema=.*$/m, () => `# yaml-language-server: $schema=${relative(dirname(path), join(SHIPPED, 'workflow.schema.json')).replaceAll('\\', '/')}`);

const titleFrom = (id: string): string => id.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());

/** Starts by webhook and by clock stay with the original: two workflows must not begin by one event. */
const renamed = (text: string, id: string, title: string): string =>
  text
    .replace(/^workflow:.*$/m, () => `workflow: ${id}`)
    .replace(/^title:.*$/m, () => `title: ${JSON.stringify(title)}`)
    .replace(/^starts:[^\n]*\n(?:[ \t]+.*\n|[ \t]*#.*\n|- .*\n)*/m, () => 'starts:\n  - form\n');
