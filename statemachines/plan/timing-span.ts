/**
 * Whether a run can outlive what Step Functions allows.
 *
 * A run is taken to start as late as its due dates permit (an anchor far ahead is no fault of the workflow)
 * and to keep them. Work with due dates is redone within them, so only work without any counts once for each
 * round; at the end a step may lie until it expires.
 */
import { redoneBlocks, redosOf } from '../language/all-steps.ts';
import { LONGEST_DAYS } from '../language/limits.ts';
import type { Step } from '../language/workflow.ts';
import { isHuman, latestDates } from './schedule.ts';
import type { TimingFinding } from './timing-finding.ts';
import { rescheduled, rootOfStep, type Sample, type Samples } from './timing-samples.ts';
import type { Millis } from './wall-time.ts';
import { shiftBySpan } from './working-time.ts';

const DAY_MS = 86_400_000;
/** What no calendar reaches is further than any limit; beyond a century it is no longer counted how far. */
const CENTURY_DAYS = 36_525;
const FAR_AWAY = Number.POSITIVE_INFINITY;

/** How often each step is done where all rounds are used up, in blocks that no due date holds together. Rounds around each other add up, for they go on counting. */
const roundsOf = (steps: readonly Step[]): Map<string, number> => {
  const times = new Map<string, number>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  const blocks = redoneBlocks(steps);
  for (const step of steps) {
    if (step.type === 'each') for (const [id, count] of roundsOf(step.steps)) times.set(id, count);
    if (step.type !== 'approval') continue;
    for (const { redo } of redosOf(step)) {
      const block = [...(blocks.find((one) => one.approval === step.id && one.redo === redo.redo)?.steps ?? [])];
      if (block.some((id) => byId.get(id)?.due !== undefined)) continue;
      for (const id of block) times.set(id, (times.get(id) ?? 1) + Math.max(1, redo.rounds) - 1);
    }
  }
  return times;
};

/** The latest start that keeps the due dates that hang on inputs; the sample's own start if none does. */
const startOf = (samples: Samples, sample: Sample): Millis => {
  const dated = new Map([...sample.schedule.due].filter(([id]) => rootOfStep(samples, id)?.startsWith('input ')));
  const { start } = latestDates(samples.workflow.steps, sample.schedule, dated, Number.POSITIVE_INFINITY);
  return Number.isFinite(start) ? start : sample.start;
};

const spanOf = (
  samples: Samples,
  sample: Sample,
  times: ReadonlyMap<string, number>,
): { days: number; last: string } => {
  const start = startOf(samples, sample);
  const schedule = rescheduled(samples, sample, start, times);
  let longest = { days: 0, last: '' };
  for (const { step } of samples.placed.values()) {
    const finished = Math.max(schedule.planned.get(step.id) ?? start, schedule.earliest.get(step.id)?.finish ?? start);
    const ends = isHuman(step)
      ? Number.isFinite(finished)
        ? (shiftBySpan(samples.calendar, finished, step.expires) ?? FAR_AWAY)
        : finished
      : finished;
    // Full days: the hour of a clock change is no day.
    const days = Math.min(CENTURY_DAYS, Math.floor((ends - start) / DAY_MS));
    if (days > longest.days) longest = { days, last: step.id };
  }
  return longest;
};

export const outlivesLimit = (samples: Samples): TimingFinding[] => {
  const times = roundsOf(samples.workflow.steps);
  let shortest: { days: number; last: string } | undefined;
  for (const sample of samples.all) {
    const span = spanOf(samples, sample, times);
    // One week in which it fits is enough, so that most workflows are looked at once and not seven times.
    if (span.days <= LONGEST_DAYS) return [];
    if (shortest === undefined || span.days < shortest.days) shortest = span;
  }
  return shortest === undefined ? [] : [{ code: 'outlives-limit', limit: LONGEST_DAYS, ...shortest }];
};
