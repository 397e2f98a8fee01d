/**
 * The workflows that a stack is made from: those of a folder, and those that were retired from it.
 *
 * A workflow that is no longer wanted is moved into `retired` beside the others. Its machine stays as it is for the
 * runs that are open, nobody can start it any more, and webhooks are told so. A file that is deleted outright leaves
 * its machine behind as well, which then belongs to no stack.
 *
 * Promises: what is handed out has no error. Errors: `WrongLibrary`, all at once, with file:line:column.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledWorkflow } from '../statemachines/compiler/compile.ts';
import type { CalendarDefinition } from '../statemachines/language/workflow.ts';
import { type Library, readLibrary } from '../statemachines/library.ts';
import { WrongContext } from './context.ts';
import { readFolder, shownPath, workflowsIn } from './workflow-folder.ts';

export class WrongLibrary extends Error {}

export type DeployedWorkflow = { readonly compiled: CompiledWorkflow; readonly state: 'live' | 'retired' };
export type DeployedLibrary = Pick<Library, 'team' | 'calendars' | 'hooks'> & {
  readonly workflows: readonly DeployedWorkflow[];
};

/** @throws WrongLibrary, FolderProblem, WrongContext */
export const readDeployed = (folder: string, zone?: string): DeployedLibrary => {
  const sources = readFolder(folder);
  const live = withoutErrors(readLibrary(sources, sources.own));
  if (live.workflows.size === 0)
    throw new WrongLibrary(`There is no workflow in ${shownPath(folder)}; write one, or say -c workflows=FOLDER.`);
  if (zone !== undefined && sources.calendars !== undefined)
    throw new WrongContext(
      `The zone stands in ${sources.calendars.file}; leave out -c zone=${zone}, or change it there.`,
    );
  const retired = retiredOf(folder, sources);
  return {
    team: live.team,
    hooks: live.hooks,
    calendars: zone === undefined ? live.calendars : inZone(live.calendars, zone),
    workflows: [
      ...[...live.workflows.values()].map(({ compiled }) => ({ compiled, state: 'live' }) as const),
      ...retired.map((compiled) => ({ compiled, state: 'retired' }) as const),
    ],
  };
};

const inZone = (calendars: Library['calendars'], zone: string): Library['calendars'] =>
  Object.fromEntries(
    Object.entries(calendars).map(([id, calendar]): [string, CalendarDefinition] => [id, { ...calendar, zone }]),
  );

const retiredOf = (folder: string, sources: ReturnType<typeof readFolder>): readonly CompiledWorkflow[] => {
  const path = join(workflowsIn(folder), 'retired');
  if (!existsSync(path)) return [];
  // Nothing but the workflows themselves is read there; all else is of the folder above.
  const { workflows } = readFolder(path);
  const files = new Set(workflows.map(({ file }) => file).filter((file) => file.startsWith(shownPath(path))));
  const retired = workflows.filter(({ file }) => files.has(file));
  const all = readLibrary({ ...sources, workflows: [...sources.workflows, ...retired] }, files);
  return [...withoutErrors(all).workflows.values()]
    .filter(({ file }) => files.has(file))
    .map(({ compiled }) => compiled);
};

const withoutErrors = (library: Library): Library => {
  const errors = library.faults.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return library;
  const lines = errors.map(({ file, line, column, message, fix }) => `${file}:${line}:${column} ${message} ${fix}`);
  throw new WrongLibrary(`${lines.join('\n')}\nNothing was synthesised.`);
};

/** The catalogue as functions read it (functions/lambda/aws-ports.ts). */
export const catalogueText = ({ workflows, team, calendars, hooks }: DeployedLibrary): string =>
  JSON.stringify({
    workflows: Object.fromEntries(
      workflows.map(({ compiled: { outline }, state }) => [outline.workflow.id, { outline, state }]),
    ),
    team,
    calendars,
    hooks,
  });
