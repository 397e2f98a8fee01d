/**
 * The graph of a workflow's steps: their order, who comes after whom, and the block that a redo runs again.
 * Promises: works on any acyclic list; steps of a cycle (which a read workflow has none of) are left out of
 * `inOrder` rather than searched for ever.
 */
import { oncePer } from '../language/once.ts';
import type { Step } from '../language/workflow.ts';

/** A step, and the `each` that it is nested in. */
export type PlacedStep = { readonly step: Step; readonly each?: string; readonly siblings: readonly Step[] };

/** All steps in the order in which they are written, those nested in an `each` right behind it. */
export const allSteps = (steps: readonly Step[], each?: string): PlacedStep[] =>
  steps.flatMap((step) => [
    { step, siblings: steps, ...(each === undefined ? {} : { each }) },
    ...(step.type === 'each' ? allSteps(step.steps, step.id) : []),
  ]);

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

/** Step id to the steps of the list that come directly after it. */
export const followersOf = oncePer((steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> => {
  const followers = new Map<string, Step[]>(steps.map((step) => [step.id, []]));
  for (const step of steps) for (const id of step.after) followers.get(id)?.push(step);
  return followers;
});

/** The ids that are reached from `start` by following `next`, with `start` itself. */
const reached = (start: string, next: (id: string) => readonly string[]): Set<string> => {
  const found = new Set([start]);
  for (const id of found) for (const other of next(id)) found.add(other);
  return found;
};

/** The steps that run again when `approval` sends the work back to `redo`: all on a way from one to the other, both included. */
export const redoneBlock = (steps: readonly Step[], redo: string, approval: string): string[] => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const followers = followersOf(steps);
  const after = reached(redo, (id) => (followers.get(id) ?? []).map((step) => step.id));
  const before = reached(approval, (id) => byId.get(id)?.after ?? []);
  return [...after].filter((id) => before.has(id));
};
