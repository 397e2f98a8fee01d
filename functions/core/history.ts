/**
 * The history of runs: the one truth. A log of events for each run, appended and never changed.
 *
 * Promises (held by test/contracts/history-contract.ts for every adapter):
 * an event is appended only under a number that is free, by one conditional write, which is the decision, the audit
 * trail and the outbox at once; no other write is needed for it to be true. What an event owes to the world (a signal
 * to the machine, a mail, a reminder) is kept with it until it is settled, and can be found by when it was owed.
 * Hides: the database.
 *
 * Effects are done after the append and then settled; what a crash leaves owed, a sweeper finds. So an effect may be
 * done twice, and each is idempotent or claimed first.
 */

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What happened, in the past tense, and when (UTC, ISO 8601 with milliseconds). */
export type HistoryEvent = { readonly type: string; readonly at: string; readonly [key: string]: Json };

/** An effect that an event owes; `id` is unique within the event. */
export type Owed = { readonly id: string; readonly kind: string; readonly [key: string]: Json };

export type Entry = {
  readonly run: string;
  /** 1 for the first event of a run, and without gaps. */
  readonly number: number;
  readonly event: HistoryEvent;
};

/** An effect that is still owed, with the event that owes it. */
export type Debt = {
  readonly run: string;
  readonly number: number;
  readonly owed: Owed;
  /** Since when, UTC. */
  readonly since: string;
};

export type History = {
  /**
   * Appends an event, together with what it owes from now on. `taken`: there is an event of that number already, and
   * nothing was written. `gap`: the number before it is not there yet, and nothing was written.
   * An entry is at most 300 KB as JSON; a larger one is refused with `TooLarge`.
   */
  readonly append: (entry: Entry, owed?: readonly Owed[]) => Promise<'appended' | 'taken' | 'gap'>;
  /** All events of a run after a number (0: all), in order; what was appended before the call is in it. */
  readonly read: (run: string, after?: number) => Promise<readonly Entry[]>;
  /** The effect is done. Settling twice, or what was never owed, changes nothing. */
  readonly settle: (run: string, number: number, owedId: string) => Promise<void>;
  /**
   * Takes an effect for oneself until an instant, so that no second worker does it at the same time. False: somebody
   * else has it until later than `now`, or it is settled. A claim that ran out can be taken again.
   */
  readonly claim: (run: string, number: number, owedId: string, until: string, now: string) => Promise<boolean>;
  /** Effects owed since before an instant, oldest first, at most `limit` of them. */
  readonly owedBefore: (instant: string, limit: number) => Promise<readonly Debt[]>;
};

/** The entry is larger than a store takes. Nothing was written. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** The store is busy or unwell; the same call may go through later. Whether it took effect is not known. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}
