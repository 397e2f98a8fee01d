/**
 * How many items an `each` can have.
 */
import type { Workflow } from './workflow.ts';

/** More than these in one run nobody keeps in view, and each writes to a history that has an end. */
export const LARGEST_EACH = 40;

/** Of a choice of several, as many as it has options or allows; of another list nothing is known before the run. */
export const itemsAtMost = (over: string, inputs: Workflow['inputs']): number | undefined => {
  const name = /^inputs\.([a-z0-9_]+)$/.exec(over.trim())?.[1];
  const input = name !== undefined && Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (input?.options === undefined) return undefined;
  return Math.min(input.options.length, typeof input.max === 'number' ? input.max : Number.POSITIVE_INFINITY);
};
