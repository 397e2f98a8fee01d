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

const AT_ONCE_MILLISECONDS = [10, 50] as const;
const FIRST_SECONDS = 15;
const LONGEST_SECONDS = 900;

export function insistWith({ agenda, now, log }: { agenda: Agenda; now: () => string; log: Log }): Insist {
  return async ({ key, what, attempt, stillOwed }) => {
    const again = `again/${key}`;
    agenda.clear(again);
    const attempts = async (seconds: number): Promise<void> => {
      for (const wait of [0, ...AT_ONCE_MILLISECONDS]) {
        if (wait > 0) await pause(wait);
        if (!stillOwed()) return;
        try {
          return await attempt();
        } catch (cause) {
          log.error(`${what} failed; it is tried again`, cause);
        }
      }
      if (!stillOwed()) return;
      agenda.set({
        key: again,
        at: new Date(Date.parse(now()) + seconds * 1000).toISOString(),
        fire: () => attempts(Math.min(LONGEST_SECONDS, seconds * 2)),
      });
    };
    await attempts(FIRST_SECONDS);
  };
}
