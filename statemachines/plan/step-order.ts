/**
 * In which order a plan goes through the steps of a list.
 * Promises: works on any acyclic list; steps of a cycle (which a read workflow has none of) are left out of
 * `inOrder` rather than searched for ever.
 */
import { followersOf } from '../language/all-steps.ts';
import { oncePer } from '../language/once.ts';
import type { Step } from '../language/workflow.ts';

export { allSteps, followersOf, type PlacedStep } from '../language/all-steps.ts';

/** The steps of one list so that each follows all that it comes after; otherwise as written. */
export const inOrder = oncePer((steps: readonly Step[]): readonly Step[] => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const waiting = new Map(steps.map((step) => [step.id, step.after.filter((id) => byId.has(id)).length]));
  const followers = followersOf(steps);
  const ready = steps.filter((step) => waiting.get(step.id) === 0);
  for (let next = 0; next < ready.length; next += 1) {
    const step = ready[next];
    for (const follower of step === undefined ? [] : (followers.get(step.id) ?? [])) {
      const left = (waiting.get(follower.id) ?? 0) - 1;
      waiting.set(follower.id, left);
      if (left === 0) ready.push(follower);
    }
  }
  return ready;
});
