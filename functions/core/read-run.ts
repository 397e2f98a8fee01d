/** A run, read from its history. */
import type { RunEvent } from './events.ts';
import type { Entry } from './history.ts';
import type { Ports } from './ports.ts';
import { foldRun, type Requested, type Run } from './run.ts';

export const readRun = async ({ history }: Pick<Ports, 'history'>, id: string): Promise<Run | Requested | undefined> =>
  foldRun(id, eventsOf(await history.read(id)));

export const eventsOf = (entries: readonly Entry[]): RunEvent[] =>
  entries.map(({ event }) => event as never as RunEvent);
