/** What is handed around while something is being recorded. */
import type { RunEvent } from './events.ts';
import type { Owed } from './history.ts';
import type { Ports } from './ports.ts';
import type { Requested, Run } from './run.ts';

/** An event without its time; it gets that of its append. */
export type Timeless = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'at'> : never) : never;
/** An event, and what it owes besides what every event of its kind does (debts.ts). */
export type Recorded = { readonly event: Timeless; readonly owed?: readonly Owed[] };
/** Without `record`, nothing is written. */
export type Decided<R> = { readonly record?: Recorded; readonly result: R };
/**
 * Decides about a run and records what was decided. `decide` may be called several times and must have no effect.
 * Throws TryAgain when too many others are at it.
 */
export type Recorder = <R>(
  ports: Ports,
  run: string,
  decide: (run: Run | Requested | undefined, now: string) => Promise<Decided<R>> | Decided<R>,
) => Promise<R>;
