/** `runsheet new`: another file with the same steps, comments and all. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
  writeFileSync(path, renamed(text, id, options.title ?? titleFrom(id)), { flag: 'wx' });
  print(`${shownPath(path)} is yours to edit. Look at it with: npx runsheet check ${shownPath(path)}`);
  return 0;
};

const titleFrom = (id: string): string => id.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());

/** Starts by webhook and by clock stay with the original: two workflows must not begin by one event. */
const renamed = (text: string, id: string, title: string): string =>
  text
    .replace(/^workflow:.*$/m, () => `workflow: ${id}`)
    .replace(/^title:.*$/m, () => `title: ${JSON.stringify(title)}`)
    .replace(/^starts:[^\n]*\n(?:[ \t]+.*\n|[ \t]*#.*\n|- .*\n)*/m, () => 'starts:\n  - form\n');
