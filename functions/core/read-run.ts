/** A run, read from its history. */
import type { RunEvent } from './events.ts';
import type { Entry } from './history.ts';
import type { Ports } from './ports.ts';
import { foldOn, foldRun, type Requested, type Run } from './run.ts';

export const readRun = async ({ history }: Pick<Ports, 'history'>, id: string): Promise<Run | Requested | undefined> =>
  runOf(id, await history.read(id));

/**
 * What a run was after an entry. What comes before an entry never changes, so that where a history hands out the very
 * entry again (rehearsals do; a database never does), all that is left to fold is what came after it.
 */
const folded = new WeakMap<Entry, Run | Requested>();

/** @param entries all of a run, as a history gives them. */
export const runOf = (id: string, entries: readonly Entry[]): Run | Requested | undefined => {
  const [before, last] = [entries.at(-2), entries.at(-1)];
  if (last === undefined) return undefined;
  const known = folded.get(last) ?? foldedOn(id, before, last) ?? foldRun(id, eventsOf(entries));
  if (before !== undefined) folded.delete(before);
  if (known !== undefined) folded.set(last, known);
  return known;
};

const foldedOn = (id: string, before: Entry | undefined, last: Entry): Run | Requested | undefined => {
  const run = before === undefined ? undefined : folded.get(before);
  return run === undefined ? undefined : foldOn(run, id, last.event as never as RunEvent);
};

export const eventsOf = (entries: readonly Entry[]): RunEvent[] =>
  entries.map(({ event }) => event as never as RunEvent);
