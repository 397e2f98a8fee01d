/**
 * What is under way: invocations, alarms, requests.
 *
 * Promises: `quiet` answers when nothing is. Whoever begins something new does so before what it follows from ends,
 * so that there is no moment between the two.
 */

export type UnderWay = {
  readonly during: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly quiet: () => Promise<void>;
};

export function underWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];
  const ended = (): void => {
    count -= 1;
    if (count > 0) return;
    const told = waiting;
    waiting = [];
    for (const tell of told) tell();
  };
  return {
    during: async (work) => {
      count += 1;
      try {
        return await work();
      } finally {
        ended();
      }
    },
    quiet: async () => {
      while (count > 0) await new Promise<void>((tell) => waiting.push(tell));
    },
  };
}
