/**
 * Knows, without asking the database, since when the history owes something, and sweeps only then.
 *
 * Promises: whatever stays owed for a minute is swept; where nothing is owed, nothing is asked. What one sweep could
 * not do is swept again, ever more rarely up to once an hour, and more often again once something could be done.
 * What the process before this one left behind is done at the start, however fresh it is and whoever had claimed it:
 * there is one process, so whoever had is dead.
 */
import type { History } from '../../functions/core/history.ts';
import type { Log } from '../../functions/core/ports.ts';
import type { Agenda } from './agenda.ts';

export type Debts = {
  /** The history that the functions get. */
  readonly history: History;
  /** Does what was left behind. Once, before anything else is done. */
  readonly resume: () => Promise<void>;
};

const KEY = 'sweep';
const MINUTE = 60_000;
const HOUR = 3_600_000;
const EVER = '9999-12-31T00:00:00.000Z';
/** More than can be done in one start has been left behind by a fault. */
const MOST_SWEEPS = 10_000;

export function debtsOf({
  history,
  agenda,
  now,
  sweep,
  log,
}: {
  readonly history: History;
  readonly agenda: Agenda;
  readonly now: () => string;
  readonly sweep: () => Promise<number>;
  readonly log: Log;
}): Debts {
  const since = new Map<string, string>();
  let planned: string | undefined;
  let wait = MINUTE;
  /** While what was left behind is being done: what has been claimed since the start. */
  let claimed: Set<string> | undefined;
  const keyOf = (run: string, number: number, id: string): string => JSON.stringify([run, number, id]);

  const plan = (at: string): void => {
    if (planned !== undefined && planned <= at) return;
    planned = at;
    agenda.set({ key: KEY, at, fire });
  };
  const fire = async (): Promise<void> => {
    planned = undefined;
    if (since.size === 0) return;
    const due = after(now(), -MINUTE);
    const some = [...since.values()];
    if (some.some((instant) => instant < due)) {
      let done = 0;
      try {
        done = await sweep();
      } finally {
        wait = done > 0 ? MINUTE : Math.min(HOUR, wait * 2);
        await look();
      }
    } else
      plan(
        after(
          some.reduce((one, other) => (one < other ? one : other)),
          MINUTE + 1,
        ),
      );
  };
  /** After a sweep what the database says counts. */
  const look = async (): Promise<void> => {
    since.clear();
    for (const debt of await history.owedBefore(EVER, 10_000)) {
      since.set(keyOf(debt.run, debt.number, debt.owed.id), debt.since);
    }
    if (since.size > 0) plan(after(now(), wait));
    else wait = MINUTE;
  };

  return {
    history: {
      ...history,
      append: async (entry, owed = []) => {
        // Before: a call that fails may still have taken effect. What is remembered in vain a sweep forgets.
        for (const { id } of owed) since.set(keyOf(entry.run, entry.number, id), entry.event.at);
        if (owed.length > 0) plan(after(now(), MINUTE + 1));
        return history.append(entry, owed);
      },
      owedBefore: (instant, limit) => history.owedBefore(claimed === undefined ? instant : EVER, limit),
      claim: async (run, number, id, until, at) => {
        const key = keyOf(run, number, id);
        if (claimed === undefined || claimed.has(key)) return history.claim(run, number, id, until, at);
        claimed.add(key);
        return history.claim(run, number, id, until, EVER);
      },
      settle: async (run, number, id) => {
        await history.settle(run, number, id);
        since.delete(keyOf(run, number, id));
        if (since.size > 0) return;
        planned = undefined;
        agenda.clear(KEY);
      },
    },
    resume: async () => {
      claimed = new Set();
      try {
        for (let count = 0; count < MOST_SWEEPS; count += 1) {
          if ((await history.owedBefore(EVER, 1)).length === 0 || (await sweep()) === 0) break;
        }
      } catch (cause) {
        log.error('what was left behind could not all be done; it is tried again', cause);
      } finally {
        claimed = undefined;
        await look();
      }
    },
  };
}

const after = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();
