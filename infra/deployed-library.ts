/**
 * The workflows that a stack is made from: those of a folder, and those that were retired from it.
 *
 * A workflow that is no longer wanted is moved into `retired` beside the others. Its machine stays as it is for the
 * runs that are open, nobody can start it any more, and webhooks are told so. A file that is deleted outright leaves
 * its machine behind as well, which then belongs to no stack.
 *
 * Promises: what is handed out has no error. Errors: `WrongLibrary`, all at once, with file:line:column.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledWorkflow } from '../statemachines/compiler/compile.ts';
import { isYamlFile } from '../statemachines/language/file-name.ts';
import type { CalendarDefinition } from '../statemachines/language/workflow.ts';
import { type Library, readLibrary, type Source } from '../statemachines/library.ts';
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
  if (zone !== undefined && sources.calendars !== undefined)
    throw new WrongContext(
      `The zone stands in ${sources.calendars.file}; leave out -c zone=${zone}, or change it there.`,
    );
  const retired = retiredIn(folder);
  const gone = new Set(retired.map(({ file }) => file));
  const known = { ...sources, workflows: [...sources.workflows, ...retired] };
  // No step may count on what is retired. A webhook may lead to it still: whoever calls it is told that it is gone.
  withoutErrors(readLibrary(sources, sources.own), sources.hooks?.file);
  const library = withoutErrors(readLibrary(known, new Set([...sources.own, ...gone])));
  if (library.workflows.size === gone.size)
    throw new WrongLibrary(`There is no workflow in ${shownPath(folder)}; write one, or say -c workflows=FOLDER.`);
  return {
    team: library.team,
    hooks: library.hooks,
    calendars: zone === undefined ? library.calendars : inZone(library.calendars, zone),
    workflows: [...library.workflows.values()].map(({ compiled, file }) => ({
      compiled,
      state: gone.has(file) ? 'retired' : 'live',
    })),
  };
};

const inZone = (calendars: Library['calendars'], zone: string): Library['calendars'] =>
  Object.fromEntries(
    Object.entries(calendars).map(([id, calendar]): [string, CalendarDefinition] => [id, { ...calendar, zone }]),
  );

/** Nothing but workflows is read there; all else is of the folder above. */
const retiredIn = (folder: string): readonly Source[] => {
  const path = join(workflowsIn(folder), 'retired');
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter(isYamlFile)
    .sort()
    .map((name) => ({ file: shownPath(join(path, name)), text: readFileSync(join(path, name), 'utf8') }));
};

/** @param except a file whose faults do not matter. */
const withoutErrors = (library: Library, except?: string): Library => {
  const errors = library.faults.filter(({ severity, file }) => severity === 'error' && file !== except);
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
