/**
 * What a workflow's due dates are for sample runs: one for each weekday of the anchor.
 *
 * Promises: a fault that is found in every sample is a fault of the workflow and not of a week: holidays are
 * left out, and the best case counts. Due dates are only compared where they hang on the same thing.
 */
import { allSteps, type PlacedStep } from '../language/all-steps.ts';
import type { Moment, Step, Workflow } from '../language/workflow.ts';
import { type Calendar, shiftDay, workdayStart } from './calendar.ts';
import { makeSchedule, type Schedule } from './schedule.ts';
import type { Millis } from './wall-time.ts';

/** Seven consecutive days in the middle of a year, so that no ordinary span leaves the years of four digits. */
const FIRST_SAMPLE = '2027-09-06';

export type Sample = { readonly day: string; readonly start: Millis; readonly schedule: Schedule };

export type Samples = {
  readonly workflow: Workflow;
  /** The calendar without its holidays. */
  readonly calendar: Calendar;
  readonly placed: ReadonlyMap<string, PlacedStep>;
  /** Seven, or fewer for a first look. */
  readonly all: readonly Sample[];
};

/** Every date input stands for the same day; a datetime for its noon, which is on that day in every working week. */
const inputsOn = (workflow: Workflow, day: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(workflow.inputs)
      .filter(([, field]) => field.type === 'date' || field.type === 'datetime')
      .map(([name, field]) => [name, field.type === 'date' ? day : `${day}T12:00`]),
  );

/** Every choice of several with all that it allows, so that an `each` over it has the most items that it can have. */
const everythingChosen = (workflow: Workflow): { readonly [name: string]: readonly string[] } =>
  Object.fromEntries(
    Object.entries(workflow.inputs).flatMap(([name, { many, options, max }]) =>
      many === true ? [[name, (options ?? []).slice(0, typeof max === 'number' ? max : undefined)]] : [],
    ),
  );

const sampleOn = (workflow: Workflow, calendar: Calendar, day: string): Sample => {
  const start = workdayStart(calendar, day);
  return { day, start, schedule: makeSchedule({ workflow, calendar, inputs: inputsOn(workflow, day), start }) };
};

/** The schedule of a sample, for a run that starts at another time, with all items that there can be, and with work that is redone counted. */
export const rescheduled = (
  samples: Samples,
  sample: Sample,
  start: Millis,
  times: ReadonlyMap<string, number>,
): Schedule =>
  makeSchedule({
    workflow: samples.workflow,
    calendar: samples.calendar,
    inputs: { ...everythingChosen(samples.workflow), ...inputsOn(samples.workflow, sample.day) },
    start,
    times,
  });

/**
 * The week of a calendar, in UTC: no sample crosses a clock change, so the zone makes no difference to the order and
 * the number of days, and plain arithmetic is a hundred times faster. The same object for the same week, for it
 * remembers what it worked out about its days.
 */
const weekOnly = (calendar: Calendar): Calendar => {
  const key = `${[...calendar.workdays].sort().join()} ${calendar.hours.from}-${calendar.hours.to}`;
  const known = weeks.get(key);
  if (known !== undefined) return known;
  const week: Calendar = { ...calendar, zone: 'UTC', days_off: {} };
  weeks.set(key, week);
  return week;
};
/** As many as there are weeks in use: a handful. */
const weeks = new Map<string, Calendar>();

/** Seven runs of a workflow, one for each weekday. */
export const sampleRuns = (workflow: Workflow, calendar: Calendar, weekdays = 7): Samples => {
  const weekly = weekOnly(calendar);
  const days = Array.from({ length: weekdays }, (_, offset) => shiftDay(FIRST_SAMPLE, offset) ?? FIRST_SAMPLE);
  return {
    workflow,
    calendar: weekly,
    placed: new Map(allSteps(workflow.steps).map((placed) => [placed.step.id, placed])),
    all: days.map((day) => sampleOn(workflow, weekly, day)),
  };
};

/** The moments of a step: its due date, and how long it waits. */
export const momentsOf = (step: Step): { readonly where: 'due' | 'until'; readonly moment: Moment }[] => [
  ...(step.due === undefined ? [] : [{ where: 'due' as const, moment: step.due }]),
  ...(step.type === 'wait' && step.until !== undefined ? [{ where: 'until' as const, moment: step.until }] : []),
];

/**
 * What a moment hangs on in the end: `input publish`, `start`, or `step draft` where that step has no due
 * date of its own; `circle` when due dates hang on each other.
 */
export const rootOf = (samples: Samples, moment: Moment): string => {
  const asked = new Set<string>();
  for (let current = moment; ; ) {
    const { reference } = current;
    if (reference.kind === 'input') return `input ${reference.name}`;
    if (reference.kind === 'start') return 'start';
    if (asked.has(reference.id)) return 'circle';
    asked.add(reference.id);
    const due = samples.placed.get(reference.id)?.step.due;
    if (due === undefined) return `step ${reference.id}`;
    current = due;
  }
};

/** What the due date of a step hangs on; `undefined` without a due date. */
export const rootOfStep = (samples: Samples, id: string): string | undefined => {
  const due = samples.placed.get(id)?.step.due;
  return due === undefined ? undefined : rootOf(samples, due);
};
