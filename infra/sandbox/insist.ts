/**
 * Does what must be done until it has succeeded: at once a few times, then ever more rarely.
 *
 * Promises: never given up while the process lives, logged each time. That it is done after a restart too is for
 * whoever asks: it stays in the store until then.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../functions/core/ports.ts';
import type { Agenda } from './agenda.ts';

export type Insist = (must: {
  /** Of what is insisted on; again by the same key takes its place. */
  readonly key: string;
  readonly what: string;
  readonly attempt: () => Promise<void>;
  /** False: it has become needless. */
  readonly stillOwed: () => boolean;
}) => Promise<void>;

/** What has failed so far, and is tried again. */
export type Failing = {
  readonly key: string;
  readonly what: string;
  /** When it failed first. */
  readonly since: string;
  readonly failures: number;
};
export type Insisting = {
  readonly insist: Insist;
  readonly failing: () => readonly Failing[];
  /** Tries at once. False: it does not fail, or no more. */
  readonly tryNow: (key: string) => Promise<boolean>;
};

const AT_ONCE_MILLISECONDS = [10, 50] as const;
const FIRST_SECONDS = 15;
const LONGEST_SECONDS = 900;

export function insisting({ agenda, now, log }: { agenda: Agenda; now: () => string; log: Log }): Insisting {
  type Tried = Failing & { readonly attempts: () => Promise<void>; readonly stillOwed: () => boolean };
  const failing = new Map<string, Tried>();
  const insist: Insist = async ({ key, what, attempt, stillOwed }) => {
    const again = `again/${key}`;
    agenda.clear(again);
    failing.delete(key);
    const attempts = async (seconds: number): Promise<void> => {
      for (const wait of [0, ...AT_ONCE_MILLISECONDS]) {
        if (wait > 0) await pause(wait);
        if (!stillOwed()) return void failing.delete(key);
        try {
          await attempt();
          return void failing.delete(key);
        } catch (cause) {
          log.error(`${what} failed; it is tried again`, cause);
        }
      }
      if (!stillOwed()) return void failing.delete(key);
      const { since = now(), failures = 0 } = failing.get(key) ?? {};
      const next = (): Promise<void> => attempts(Math.min(LONGEST_SECONDS, seconds * 2));
      failing.set(key, {
        key,
        what,
        since,
        failures: failures + AT_ONCE_MILLISECONDS.length + 1,
        attempts: next,
        stillOwed,
      });
      agenda.set({ key: again, at: new Date(Date.parse(now()) + seconds * 1000).toISOString(), fire: next });
    };
    await attempts(FIRST_SECONDS);
  };
  return {
    insist,
    failing: () =>
      [...failing.values()]
        .filter(({ stillOwed }) => stillOwed())
        .map(({ key, what, since, failures }) => ({ key, what, since, failures })),
    tryNow: async (key) => {
      const found = failing.get(key);
      if (found === undefined) return false;
      agenda.clear(`again/${key}`);
      await found.attempts();
      return true;
    },
  };
}
