/**
 * A history that fails on purpose, for fault matrices: the plan says of each call, as it begins, how it fails.
 *
 * | fault          | takes effect        | the caller                                          |
 * |----------------|---------------------|-----------------------------------------------------|
 * | `error-before` | no                  | hears `TryAgain`                                    |
 * | `throttle`     | no                  | hears `TryAgain`, as of a store that has too much   |
 * | `lost-reply`   | yes                 | hears `TryAgain`                                    |
 * | `hang`         | only when released  | hears nothing until then, and then the true outcome |
 * | `permanent`    | no                  | hears an error that no second try will heal         |
 * | `crash-after`  | yes                 | hears nothing ever: it is the caller that died      |
 */

import { type History, TryAgain } from '../../functions/core/history.ts';

export type Fault = 'error-before' | 'throttle' | 'lost-reply' | 'hang' | 'permanent' | 'crash-after';

export type HistoryCall = {
  readonly method: keyof History;
  readonly args: readonly unknown[];
  /** 1 for the first call of all. */
  readonly count: number;
};

export type FaultyHistory = History & {
  /** All calls so far, in the order in which they began. */
  readonly calls: readonly HistoryCall[];
  /** Lets every call that hangs now go on. */
  readonly release: () => void;
};

/** What a store says that will never take this call. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export function withFaults(history: History, plan: (call: HistoryCall) => Fault | undefined): FaultyHistory {
  const calls: HistoryCall[] = [];
  let hanging: (() => void)[] = [];

  const fail = async <Answer>(method: keyof History, args: readonly unknown[], go: () => Promise<Answer>) => {
    const call = { method, args, count: calls.length + 1 };
    calls.push(call);
    switch (plan(call)) {
      case undefined:
        return go();
      case 'error-before':
        throw new TryAgain('planned: error before');
      case 'throttle':
        throw new TryAgain('planned: throttled', { cause: new Error('planned: too many requests') });
      case 'lost-reply':
        await go();
        throw new TryAgain('planned: reply lost');
      case 'hang':
        await new Promise<void>((released) => hanging.push(released));
        return go();
      case 'permanent':
        throw new Refused('planned: refused for good');
      case 'crash-after':
        await go();
        return new Promise<Answer>(() => {});
    }
  };

  return {
    append: (...args) => fail('append', args, () => history.append(...args)),
    read: (...args) => fail('read', args, () => history.read(...args)),
    settle: (...args) => fail('settle', args, () => history.settle(...args)),
    claim: (...args) => fail('claim', args, () => history.claim(...args)),
    owedBefore: (...args) => fail('owedBefore', args, () => history.owedBefore(...args)),
    calls,
    release: () => {
      const released = hanging;
      hanging = [];
      for (const go of released) go();
    },
  };
}
