/** Due dates that cannot be, contradict the order of the steps, or leave too little time between them. */

import type { Step } from '../language/workflow.ts';
import { workdaysBetween } from './calendar.ts';
import { workdaysForEffort } from './schedule.ts';
import type { TimingFinding } from './timing-finding.ts';
import { momentsOf, rootOf, rootOfStep, type Sample, type Samples } from './timing-samples.ts';
import { dayAt, type Millis } from './wall-time.ts';
import { workdaysWithin, workingHoursWithin, workUntil } from './working-time.ts';

const DAY_MS = 86_400_000;

const dueIn = (sample: Sample, id: string): Millis | undefined => sample.schedule.due.get(id);

/** The instant of a moment in a sample: a due date, or the end of a wait. */
const instantIn = (sample: Sample, id: string, where: 'due' | 'until'): Millis | undefined => {
  if (where === 'due') return dueIn(sample, id);
  const duration = sample.schedule.durations.get(id);
  return duration?.kind === 'until' ? duration.at : undefined;
};

/** `idle`: the calendar has no working day, so no due date is ever reached. */
export const unreachableDue = (samples: Samples, idle: boolean): TimingFinding[] =>
  [...samples.placed.values()].flatMap(({ step }) =>
    momentsOf(step).flatMap(({ where, moment }): TimingFinding[] => {
      const finding = (reason: (TimingFinding & { code: 'unreachable-due' })['reason']): TimingFinding[] => [
        { code: 'unreachable-due', step: step.id, where, reason },
      ];
      const root = rootOf(samples, moment);
      if (root === 'circle') return finding('circle');
      if (idle) return finding('no-workdays');
      const instants = samples.all.map((sample) => instantIn(sample, step.id, where));
      if (instants.some((at) => at === Number.POSITIVE_INFINITY)) return finding('too-far');
      const early = samples.all.every((sample, index) => (instants[index] ?? sample.start) < sample.start);
      return root === 'start' && early ? finding('before-start') : [];
    }),
  );

/** The steps with a due date that a step comes after: directly, or with only steps without one between. */
export const dueBefore = (samples: Samples, step: Step): string[] => {
  const found = new Set<string>();
  const asked = new Set<string>();
  const search = (ids: readonly string[]): void => {
    for (const id of ids) {
      if (asked.has(id)) continue;
      asked.add(id);
      const before = samples.placed.get(id)?.step;
      if (before?.due !== undefined) found.add(id);
      else search(before?.after ?? []);
    }
  };
  search(step.after);
  return [...found];
};

/**
 * By how much one due date lies before another on an ordinary weekday (the median: weekends shift single
 * ones by a day or two); `undefined` if in some sample it does not.
 */
const leadOf = (samples: Samples, step: string, other: string): Millis | undefined => {
  const leads = samples.all.map((sample) => (dueIn(sample, other) ?? 0) - (dueIn(sample, step) ?? 0));
  if (!leads.every((lead) => lead > 0 && Number.isFinite(lead))) return undefined;
  return leads.sort((a, b) => a - b)[Math.floor(leads.length / 2)];
};

export const dueAgainstOrder = (samples: Samples): TimingFinding[] =>
  [...samples.placed.values()].flatMap(({ step }) => {
    const root = rootOfStep(samples, step.id);
    if (root === undefined || root === 'circle') return [];
    return dueBefore(samples, step)
      .filter((other) => rootOfStep(samples, other) === root)
      .flatMap((other): TimingFinding[] => {
        const lead = leadOf(samples, step.id, other);
        const days = Math.max(1, Math.round((lead ?? 0) / DAY_MS));
        return lead === undefined ? [] : [{ code: 'due-against-order', step: step.id, other, days }];
      });
  });

/** What a step's time runs from: the due dates before it, or what its own due date hangs on. */
type Since = { readonly previous?: string; readonly at: (sample: Sample) => Millis | undefined };

/** `undefined` where that is not known: something before it has no due date, or one that hangs on another thing. */
const sinceOf = (samples: Samples, step: Step): Since | undefined => {
  const root = rootOfStep(samples, step.id);
  if (root === undefined || root === 'circle') return undefined;
  const placed = samples.placed.get(step.id);
  if (step.after.length === 0) {
    return root === 'start' && placed?.each === undefined ? { at: (sample) => sample.start } : undefined;
  }
  const comparable = step.after.every((id) => rootOfStep(samples, id) === root || root === `step ${id}`);
  if (!comparable) return undefined;
  const at = (sample: Sample): Millis =>
    Math.max(...step.after.map((id) => sample.schedule.planned.get(id) ?? sample.start));
  const [first] = samples.all;
  const previous = step.after.find((id) => first !== undefined && first.schedule.planned.get(id) === at(first));
  return previous === undefined ? undefined : { previous, at };
};

/** Does the work fit between two instants? Effort alone fits where its hours do; `takes` where its time does. */
const fits = (samples: Samples, step: Step, from: Millis, to: Millis): boolean => {
  const { calendar } = samples;
  if (step.takes !== undefined) return (workUntil(calendar, from, step.takes) ?? Number.POSITIVE_INFINITY) <= to;
  return workingHoursWithin(calendar, from, to) >= (step.effort ?? 0);
};

const needsOf = (samples: Samples, step: Step, from: Millis): number => {
  const { calendar } = samples;
  if (step.takes === undefined) return workdaysForEffort(calendar, step.effort ?? 0);
  return workdaysWithin(calendar, from, workUntil(calendar, from, step.takes) ?? from);
};

export const tooLittleTime = (samples: Samples): TimingFinding[] =>
  [...samples.placed.values()].flatMap(({ step }): TimingFinding[] => {
    if (step.takes === undefined && (step.effort ?? 0) === 0) return [];
    const since = sinceOf(samples, step);
    if (since === undefined) return [];
    const { calendar } = samples;
    const spans = samples.all.map((sample) => ({
      from: since.at(sample) ?? sample.start,
      to: dueIn(sample, step.id) ?? sample.start,
    }));
    // A due date before the one that it comes after is another finding.
    if (spans.every(({ from, to }) => to < from) || spans.some(({ from, to }) => !Number.isFinite(from + to)))
      return [];
    if (spans.some(({ from, to }) => fits(samples, step, from, to))) return [];
    const has = Math.max(
      ...spans.map(({ from, to }) =>
        to <= from
          ? 0
          : since.previous === undefined
            ? workdaysWithin(calendar, from, to)
            : workdaysBetween(calendar, dayAt(from, calendar.zone), dayAt(to, calendar.zone)),
      ),
    );
    const needs = Math.min(...spans.map(({ from }) => needsOf(samples, step, from)));
    const previous = since.previous === undefined ? {} : { previous: since.previous };
    return [{ code: 'too-little-time', step: step.id, needs, has, ...previous }];
  });
