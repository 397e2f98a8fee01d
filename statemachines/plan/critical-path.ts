/**
 * Which chain of steps determines the end (R34, R35).
 * Promises: each step of the path is the one that the next had to wait for; an `each` is followed by the
 * chain inside it.
 */

import { allSteps, type PlacedStep } from '../language/all-steps.ts';
import type { Step } from '../language/workflow.ts';
import type { Timing } from './schedule.ts';

/** Of several, the one that finishes last; of those that finish together, the one written last. */
const lastOf = (steps: readonly Step[], timings: ReadonlyMap<string, Timing>): Step | undefined => {
  let last: Step | undefined;
  for (const step of steps) {
    const ends = timings.get(step.id)?.finish ?? Number.NEGATIVE_INFINITY;
    if (last === undefined || ends >= (timings.get(last.id)?.finish ?? Number.NEGATIVE_INFINITY)) last = step;
  }
  return last;
};

/** The ids of the longest chain that leads to `target`, first to last. */
export const criticalPath = (
  steps: readonly Step[],
  timings: ReadonlyMap<string, Timing>,
  target: string,
): string[] => {
  const placed = new Map(allSteps(steps).map((each) => [each.step.id, each]));
  const before = ({ step, siblings }: PlacedStep): Step | undefined =>
    lastOf(
      siblings.filter((other) => step.after.includes(other.id)),
      timings,
    );

  /** The chain within one list, `each` opened. */
  const within = (step: Step): string[] => {
    const path: string[] = [];
    for (let current: Step | undefined = step; current !== undefined; ) {
      const inside = current.type === 'each' ? lastOf(current.steps, timings) : undefined;
      path.unshift(current.id, ...(inside === undefined ? [] : within(inside)));
      const place = placed.get(current.id);
      current = place === undefined ? undefined : before(place);
    }
    return path;
  };

  const found = placed.get(target);
  if (found === undefined) return [];
  const path = within(found.step);
  for (let around = found.each; around !== undefined; ) {
    const place = placed.get(around);
    if (place === undefined) break;
    const previous = before(place);
    path.unshift(...(previous === undefined ? [] : within(previous)), around);
    around = place.each;
  }
  return path;
};
