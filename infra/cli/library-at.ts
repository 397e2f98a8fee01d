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

/** A path to a file, or the id of a workflow in the folder. */
export const sourcesAt = (
  target: string,
  workflows: string | undefined,
): { readonly sources: FolderSources; readonly file: string } => {
  const path = resolve(target);
  if (existsSync(path) && statSync(path).isFile()) {
    return {
      sources: workflows === undefined ? readFolderOf(path) : withFile(readFolder(workflows), path),
      file: shownPath(path),
    };
  }
  const sources = readFolder(workflows ?? SHIPPED);
  const ids = new Map(sources.workflows.map(({ file }) => [idOfFile(file), file]));
  const file = ids.get(target);
  if (file !== undefined) return { sources, file };
  const close = nearest(target, ids.keys());
  throw new Refusal(
    2,
    `There is no file and no workflow ${target}.${close === undefined ? ` Workflows are: ${[...ids.keys()].join(', ')}.` : ` Did you mean ${close}?`}`,
  );
};
