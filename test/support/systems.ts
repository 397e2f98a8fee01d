/** Other systems, for tests. */
import type { SystemAnswer, SystemRequest, Systems } from '../../functions/core/ports.ts';

export const systemsRefusingAll: Systems = {
  call: async () => ({ outcome: 'failed', why: 'There is no other system here.', again: false }),
};

/** Answers one after the other; the last one again and again. */
export const systemsAnswering = (
  ...answers: readonly SystemAnswer[]
): Systems & { readonly asked: SystemRequest[] } => {
  const asked: SystemRequest[] = [];
  return {
    asked,
    call: async (request) => {
      asked.push(request);
      return answers[Math.min(asked.length, answers.length) - 1] as SystemAnswer;
    },
  };
};
