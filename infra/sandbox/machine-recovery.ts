/** Which errors a retrier or a catcher is for, and how long a retrier waits. Pure. */
import type { Retrier } from './machine-definition.ts';

/** These two end an execution whatever it catches, unless it names the first. */
const NOT_IN_ALL = new Set(['States.DataLimitExceeded', 'States.Runtime']);

export function isFor({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }, error: string): boolean {
  return ErrorEquals.some((name) => {
    if (name === 'States.ALL') return !NOT_IN_ALL.has(error);
    if (name === 'States.TaskFailed') return error !== 'States.Timeout' && !NOT_IN_ALL.has(error);
    return name === error;
  });
}

/**
 * The seconds before a retry, `used` of them having gone before. `chance` is the fraction that full jitter takes of
 * the whole delay.
 */
export function secondsBefore(retrier: Retrier, used: number, chance: number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const whole = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds);
  return retrier.JitterStrategy === 'FULL' ? whole * chance : whole;
}

export function maySpend({ MaxAttempts = 3 }: Retrier, used: number): boolean {
  return used < MaxAttempts;
}
