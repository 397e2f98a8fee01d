/**
 * The library that a command works on, and one workflow of it.
 *
 * Errors: `Refusal` carries what to print and the exit status: 1 where a file has faults, 2 where the command was
 * called wrongly.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { idOfFile } from '../../statemachines/language/file-name.ts';
import { nearest } from '../../statemachines/language/nearest.ts';
import { type Library, type LibraryWorkflow, readLibrary, type Sources } from '../../statemachines/library.ts';
import { type FolderSources, readFolder, readFolderOf, SHIPPED, shownPath, withFile } from '../workflow-folder.ts';
import { faultsText } from './terminal.ts';

export class Refusal extends Error {
  readonly status: 1 | 2;
  constructor(status: 1 | 2, message: string) {
    super(message);
    this.status = status;
  }
}

export type LibraryOption = { readonly workflows?: string };

export const textOf = (sources: Sources, file: string): string | undefined =>
  [sources.team, sources.calendars, sources.hooks, ...sources.workflows].find((source) => source?.file === file)?.text;

/** What a workflow's file or id leads to. Faults other than warnings are a refusal. */
export const workflowAt = (
  target: string,
  { workflows }: LibraryOption,
): LibraryWorkflow & { readonly library: Library } => {
  const { sources, file } = sourcesAt(target, workflows);
  const library = readLibrary(sources, new Set([file]));
  const found = [...library.workflows.values()].find((one) => one.file === file);
  if (found !== undefined) return { ...found, library };
  const errors = library.faults.filter(({ severity }) => severity === 'error');
  throw new Refusal(
    1,
    faultsText(errors, (file) => textOf(sources, file), process.stderr),
  );
};

/** A folder that somebody named; one without any workflow is named by mistake. */
export const namedFolder = (folder: string): FolderSources => {
  const sources = readFolder(folder);
  if (sources.workflows.some(({ file }) => sources.own.has(file))) return sources;
  throw new Refusal(
    2,
    `There are no workflows in ${folder}. Make one with: npx runsheet new my-first --from blog-post --workflows ${folder}`,
  );
};

export type Found = { readonly sources: FolderSources; readonly file: string };

/** A path to a file, or the id of a workflow in the folder. */
export const sourcesAt = (target: string, workflows: string | undefined): Found =>
  fileAt(target, workflows === undefined ? undefined : () => namedFolder(workflows)) ??
  workflowIn([workflows === undefined ? readFolder(SHIPPED) : namedFolder(workflows)], target);

/** The same for what is only copied: the folder may be empty, and behind it stands what comes with runsheet. */
export const originAt = (target: string, workflows: string | undefined): Found =>
  fileAt(target, workflows === undefined ? undefined : () => readFolder(workflows)) ??
  workflowIn([...(workflows === undefined ? [] : [readFolder(workflows)]), readFolder(SHIPPED)], target);

const fileAt = (target: string, folder: (() => FolderSources) | undefined): Found | undefined => {
  const path = resolve(target);
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  return { sources: folder === undefined ? readFolderOf(path) : withFile(folder(), path), file: shownPath(path) };
};

const workflowIn = (folders: readonly FolderSources[], target: string): Found => {
  for (const sources of folders) {
    const found = sources.workflows.find(({ file }) => idOfFile(file) === target);
    if (found !== undefined) return { sources, file: found.file };
  }
  const ids = new Set(folders.flatMap((sources) => sources.workflows.map(({ file }) => idOfFile(file))));
  const close = nearest(target, ids);
  throw new Refusal(
    2,
    `There is no file and no workflow ${target}.${close === undefined ? ` Workflows are: ${[...ids].join(', ')}.` : ` Did you mean ${close}?`}`,
  );
};
