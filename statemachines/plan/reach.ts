/**
 * Whether the dates of a run lie where a run can reach them: its machine waits for LONGEST_DAYS and no longer.
 *
 * Promises: asks only about dates that something hangs on; answers at once, however far they are, so that nobody counts
 * the working days of centuries; each answer is a sentence for people, at its input.
 */
import { allSteps } from '../language/all-steps.ts';
import { LONGEST_DAYS } from '../language/limits.ts';
import type { Moment, Step, Workflow } from '../language/workflow.ts';
import { PLAN_WORDS } from '../words.ts';
import { millisOfDate } from './moment.ts';
import { type Day, dayAt, type Millis } from './wall-time.ts';

export type FarDate = { readonly input: string; readonly label: string; readonly sentence: string };

const LONGEST_MS = LONGEST_DAYS * 86_400_000;

/** What hangs on a date or an event, beside the anchor. */
export const momentsOf = (step: Step): readonly Moment[] => [
  ...(step.due === undefined ? [] : [step.due]),
  ...(step.type === 'wait' && step.until !== undefined ? [step.until] : []),
];

/** The last day that a run which starts then can reach. */
export const lastDayOf = (start: Millis, zone: string): Day => dayAt(start + LONGEST_MS, zone);
const firstDayOf = (start: Millis, zone: string): Day => dayAt(start - LONGEST_MS, zone);

/** @param inputs with defaults; what is no date is not looked at. @param start when the run starts. */
export const farDates = (
  workflow: Workflow,
  inputs: { readonly [name: string]: unknown },
  zone: string,
  start: Millis,
): readonly FarDate[] => {
  const hung = allSteps(workflow.steps)
    .flatMap(({ step }) => momentsOf(step))
    .flatMap(({ reference }) => (reference.kind === 'input' ? [reference.name] : []));
  const names = new Set([...hung, ...(workflow.anchor === undefined ? [] : [workflow.anchor])]);
  const [first, last] = [firstDayOf(start, zone), lastDayOf(start, zone)];
  return [...names].flatMap((input) => {
    const value = inputs[input] ?? workflow.inputs[input]?.default;
    const at = millisOfDate(value, zone);
    const day = at === undefined ? undefined : dayAt(at, zone);
    if (day === undefined || (first <= day && day <= last)) return [];
    const label = workflow.inputs[input]?.label ?? input;
    const sentence =
      day > last
        ? PLAN_WORDS.tooFar(label, String(value), LONGEST_DAYS, last)
        : PLAN_WORDS.longPast(label, String(value));
    return [{ input, label, sentence }];
  });
};
