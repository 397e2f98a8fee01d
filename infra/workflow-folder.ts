/**
 * A folder of workflows on disk, as texts.
 *
 * Promises: finds the same files for the command line, the stack and the sandbox. A folder holds its workflows
 * either beside team.yaml, calendars.yaml and hooks.yaml, or in `workflows` below them. What is no regular file, and
 * what is hidden, as editors and systems leave it behind, is passed over; a file of it that cannot be read is told
 * among the faults of the others.
 * Errors: `FolderProblem`, in the user's words.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idOfFile, isYamlFile } from '../statemachines/language/file-name.ts';
import type { Source, Sources } from '../statemachines/library.ts';

export class FolderProblem extends Error {}

/** The library that comes with runsheet. */
export const SHIPPED = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'statemachines');

/** Also what a link leads to, but not a link that leads nowhere or in a circle. What cannot be looked at may be one. */
const isFile = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ELOOP';
  }
};

const BESIDE = ['team', 'calendars', 'hooks'] as const;
/** The path of team, calendars or hooks in a folder, by either ending. */
const besideIn = (folder: string, name: string): string | undefined =>
  ['yaml', 'yml'].map((ending) => join(folder, `${name}.${ending}`)).find(isFile);
const hasBeside = (folder: string): boolean => BESIDE.some((name) => besideIn(folder, name) !== undefined);

/** Paths as people like to read them: from where they are, unless that goes up. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
};

/** What is larger is not even read: the checker refuses far smaller ones (`file-too-large`), and gigabytes take long. */
const MOST_BYTES = 16 * 2 ** 20;

const source = (path: string): Source => {
  const file = shownPath(path);
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) return { file, text: '', unreadable: `it has ${Math.round(size / 2 ** 20)} MB` };
    return { file, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    return { file, text: '', unreadable: (cause as Error).message };
  }
};

/** Of what was asked for by its path nothing else can be told. */
const readable = (one: Source): Source => {
  if (one.unreadable === undefined) return one;
  throw new FolderProblem(`${one.file} cannot be read: ${one.unreadable}.`);
};

/** Where team, calendars and hooks are, and where the workflows. */
const layout = (folder: string): { readonly beside: string; readonly workflows: string } => {
  const path = resolve(folder);
  if (!existsSync(path)) throw new FolderProblem(`There is no folder ${shownPath(path)}.`);
  if (!statSync(path).isDirectory()) throw new FolderProblem(`${shownPath(path)} is no folder.`);
  const inner = join(path, 'workflows');
  if (existsSync(inner) && statSync(inner).isDirectory()) return { beside: path, workflows: inner };
  const above = dirname(path);
  return basename(path) === 'workflows' && !hasBeside(path) && hasBeside(above)
    ? { beside: above, workflows: path }
    : { beside: path, workflows: path };
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new FolderProblem(`${shownPath(folder)} cannot be read: ${(cause as Error).message}.`, { cause });
  }
};

/** `own`: the files of the folder itself, which are the ones to check. */
export type FolderSources = Sources & { readonly own: ReadonlySet<string> };

/**
 * A folder with a team.yaml stands by itself. One without is a place for drafts: it is read together with the library
 * that comes with runsheet, whose team, calendars, sources and workflows are known in it.
 */
export const readFolder = (folder: string): FolderSources => {
  const { beside, workflows } = layout(folder);
  const files = namesIn(workflows)
    .filter(
      (file) =>
        isYamlFile(file) &&
        !file.startsWith('.') &&
        !(beside === workflows && isBeside(file)) &&
        isFile(join(workflows, file)),
    )
    .sort();
  const found = Object.fromEntries(
    BESIDE.flatMap((name) => {
      const path = besideIn(beside, name);
      return path === undefined ? [] : [[name, source(path)]];
    }),
  );
  const mine: Sources = { ...found, workflows: files.map((file) => source(join(workflows, file))) };
  const own = new Set(
    [mine.team, mine.calendars, mine.hooks, ...mine.workflows].flatMap((one) => (one === undefined ? [] : [one.file])),
  );
  if (mine.team !== undefined || beside === SHIPPED) return { ...mine, own };
  const shipped = readFolder(SHIPPED);
  const ids = new Set(files.map(idOfFile));
  return {
    ...shipped,
    ...found,
    workflows: [...shipped.workflows.filter(({ file }) => !ids.has(idOfFile(file))), ...mine.workflows],
    own,
  };
};

/** Whether a file is the team, the calendars or the webhook sources. */
export const isBeside = (file: string): boolean => (BESIDE as readonly string[]).includes(idOfFile(file));

/** Where a new workflow belongs. */
export const workflowsIn = (folder: string): string => layout(folder).workflows;

/** The sources of the folder of a file, with the file among them. */
export const readFolderOf = (file: string): FolderSources => {
  const path = resolve(file);
  const folder = dirname(path);
  const sources = readFolder(
    isBeside(file) || hasBeside(folder) || basename(folder) !== 'workflows' || !hasBeside(dirname(folder))
      ? folder
      : dirname(folder),
  );
  return withFile(sources, path);
};

/** Some sources, with one file in place of, or beside, those that are there. */
export const withFile = (sources: FolderSources, file: string): FolderSources => {
  const one = readable(source(resolve(file)));
  if (isBeside(file)) return sources;
  return {
    ...sources,
    workflows: [...sources.workflows.filter((other) => idOfFile(other.file) !== idOfFile(file)), one],
  };
};
