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

/** What happened, in the past tense, and when (UTC, ISO 8601 with milliseconds: instants are compared as text). */
export type HistoryEvent = { readonly type: string; readonly at: string; readonly [key: string]: Json };

/** An effect that an event owes; `id` is unique within the event. */
export type Owed = { readonly id: string; readonly kind: string; readonly [key: string]: Json };

export type Entry = {
  /** 1 to 1,024 bytes of UTF-8. */
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
   * Of calls that append the same number, with equal events too, exactly one hears `appended`.
   * An event with all that it owes is at most 300 KB as JSON, and owes at most 500 effects; more is refused with
   * `TooLarge`. It is kept as JSON, so what JSON cannot say (`undefined`, `-0`) is not kept.
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
  /**
   * Effects owed since before an instant, oldest first and of one instant by number, at most `limit` of them; those
   * that somebody has claimed too. What was settled before the call is not among them. What became owed a moment ago
   * may be missing still (an index follows its table): it is found the next time.
   */
  readonly owedBefore: (instant: string, limit: number) => Promise<readonly Debt[]>;
};

/** The entry is larger than a store takes. Nothing was written. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The store is busy or unwell; the same call may go through later. Whether it took effect is not known, and it may
 * still take effect after this: so read again and decide anew, and do not append the same again blindly.
 */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/** What an adapter keeps of an event: its JSON, and that of every effect it owes. */
export type Written = {
  readonly event: string;
  readonly owed: readonly { readonly id: string; readonly text: string }[];
};

const kilobyte = 1024;
const limits = { text: 300 * kilobyte, run: kilobyte, effects: 500 };

/** The text to keep; refuses, the same for every adapter, what one of them could not keep exactly. */
export function written(entry: Entry, owed: readonly Owed[]): Written {
  if (!Number.isSafeInteger(entry.number) || entry.number < 1) throw new RangeError('events are numbered from 1');
  checkInstant(entry.event.at);
  if (new Set(owed.map((effect) => effect.id)).size < owed.length) {
    throw new RangeError('an event owes two effects of one id');
  }
  const text = {
    event: JSON.stringify(entry.event),
    owed: owed.map((effect) => ({ id: effect.id, text: JSON.stringify(effect) })),
  };
  const bytes = [text.event, ...text.owed.map((effect) => effect.text)].map(bytesOf).reduce((sum, some) => sum + some);
  if (bytes > limits.text) throw new TooLarge(`the event and what it owes are ${bytes} bytes, above ${limits.text}`);
  if (owed.length > limits.effects)
    throw new TooLarge(`the event owes ${owed.length} effects, above ${limits.effects}`);
  if (bytesOf(entry.run) > limits.run) throw new TooLarge(`the id of the run is above ${limits.run} bytes`);
  if (!canBeRun(entry.run)) throw new RangeError('the id of the run is empty or not well-formed Unicode');
  return text;
}

/** False: no run can have this id, so nothing needs to be looked up (ids come from links that anybody may type). */
export function canBeRun(run: string): boolean {
  return run !== '' && run.isWellFormed() && bytesOf(run) <= limits.run;
}

/** Instants are ordered as text, which is right for one form alone. */
export function checkInstant(instant: string): void {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(instant)) {
    throw new RangeError('an instant is UTC, ISO 8601 with milliseconds');
  }
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
