/**
 * Whether the time that there is suffices, said so that a marketer can act on it (R34, R36).
 * Promises: feasible means that no step's earliest finish is after its due time; the sentence uses
 * numbers, titles and dates, and no word of the planner's own.
 */

import { allSteps } from '../language/all-steps.ts';
import type { Reference, Workflow } from '../language/workflow.ts';
import { PLAN_WORDS } from '../words.ts';
import { addWorkdays, type Calendar, workdaysBetween } from './calendar.ts';
import { criticalPath } from './critical-path.ts';
import { latestDates, makeSchedule, type Schedule, type ScheduleRequest } from './schedule.ts';
import { dayAndTimeAt, dayAt, instantText, type Millis, millisOf } from './wall-time.ts';
import { workdaysWithin } from './working-time.ts';

export type LateStep = {
  readonly step: string;
  /** Working days between its due day and the day on which it can be finished; at least 1. */
  readonly by_workdays: number;
};

export type Feasibility = {
  readonly feasible: boolean;
  /**
   * Working days that the run needs: from `start_by` to the last fixed date, or where no date is fixed, from
   * the start to the end (when that is late: to the step that is late by most).
   */
  readonly needs_workdays: number;
  /** Working days that there are, from the start to the same date; `null` when no date limits the run. */
  readonly available_workdays: number | null;
  /** Steps that are late on day one, in the workflow's order. */
  readonly late_steps: readonly LateStep[];
  readonly sentence: string;
  /** The latest instant (UTC) at which the run could start and keep all dates; missing when there is none, or no limit. */
  readonly start_by?: string;
  /** When not feasible: the earliest working day (or datetime) to which the anchor would have to move; missing when moving it does not help. */
  readonly earliest_anchor?: string;
};

/** The steps whose earliest finish is after their due time, and by how many milliseconds. */
export const lateSteps = (workflow: Workflow, schedule: Schedule): Map<string, Millis> => {
  const late = new Map<string, Millis>();
  for (const { step, each } of allSteps(workflow.steps)) {
    const due = schedule.due.get(step.id);
    const finish = schedule.earliest.get(step.id)?.finish;
    const never = each !== undefined && schedule.passes.get(each) === 0;
    if (due !== undefined && finish !== undefined && finish > due && !never) late.set(step.id, finish - due);
  }
  return late;
};

/** The critical path: to the worst lateness and on through what is late because of it, else to the end. */
export const decidingPath = (workflow: Workflow, schedule: Schedule, late: ReadonlyMap<string, Millis>): string[] => {
  const pathTo = (id: string): string[] => criticalPath(workflow.steps, schedule.earliest, id);
  const finishes = [...schedule.earliest].map(([id, { finish }]) => [id, finish] as const);
  if (late.size === 0) return pathTo(mostOf(finishes) ?? '');
  const worst = mostOf([...late]) ?? '';
  const because = finishes.filter(([id]) => late.has(id) && pathTo(id).includes(worst));
  return pathTo(mostOf(because) ?? worst);
};

/** The id with the greatest number; of equals the last. */
const mostOf = (numbers: readonly (readonly [string, number])[]): string | undefined => {
  let most: readonly [string, number] | undefined;
  for (const one of numbers) if (most === undefined || one[1] >= most[1]) most = one;
  return most?.[0];
};

const lateBy = (calendar: Calendar, due: Millis, finish: Millis): number =>
  Math.max(1, workdaysBetween(calendar, dayAt(due, calendar.zone), dayAt(finish, calendar.zone)));

/** Does the due date of this step move with the start of the run? */
const hangsOnStart = (workflow: Workflow, id: string): boolean => {
  const steps = new Map(allSteps(workflow.steps).map(({ step }) => [step.id, step]));
  const asked = new Set<string>();
  for (let current: string | undefined = id; current !== undefined && !asked.has(current); ) {
    asked.add(current);
    const reference: Reference | undefined = steps.get(current)?.due?.reference;
    if (reference?.kind === 'input') return false;
    current = reference?.kind === 'step' ? reference.id : undefined;
  }
  return true;
};

const isFeasible = (request: ScheduleRequest): boolean => lateSteps(request.workflow, makeSchedule(request)).size === 0;

/** The backward pass from the dates that stay where they are, checked by planning from there. */
const latestStartOfRun = (
  request: ScheduleRequest,
  schedule: Schedule,
  fixed: ReadonlyMap<string, Millis>,
): Millis | undefined => {
  const { workflow } = request;
  if (fixed.size === 0) return undefined;
  const { start } = latestDates(workflow.steps, schedule, fixed, Number.POSITIVE_INFINITY);
  return Number.isFinite(start) && isFeasible({ ...request, start }) ? start : undefined;
};

/** How far an anchor is moved in search of a feasible one: two years of workdays. */
const MOST_WORKDAYS = 520;

const anchorOn = (calendar: Calendar, value: string, day: string): string => {
  if (value.length === 10) return day;
  const wall = /[zZ]|[+-]\d{2}:\d{2}$/.test(value.slice(10))
    ? dayAndTimeAt(millisOf(value), calendar.zone).time
    : value.slice(11);
  return `${day}T${wall.slice(0, 5)}`;
};

/**
 * The earliest working day to which the anchor can be moved so that all is in time. Found by halving, since
 * a later anchor is hardly ever less feasible; what is returned is feasible in any case.
 */
const earliestAnchor = (request: ScheduleRequest): string | undefined => {
  const { workflow, inputs, calendar, start } = request;
  const name = workflow.anchor;
  const value = name === undefined ? undefined : (inputs[name] ?? workflow.inputs[name]?.default);
  if (name === undefined || typeof value !== 'string') return undefined;
  const candidate = (workdays: number): string | undefined => {
    const day = addWorkdays(calendar, dayAt(start, calendar.zone), workdays);
    return day === undefined ? undefined : anchorOn(calendar, value, day);
  };
  const works = (workdays: number): boolean => {
    const anchor = candidate(workdays);
    return anchor !== undefined && isFeasible({ ...request, inputs: { ...inputs, [name]: anchor } });
  };
  let [tooEarly, enough] = [-1, MOST_WORKDAYS];
  if (!works(enough)) return undefined;
  while (enough - tooEarly > 1) {
    const middle = Math.floor((tooEarly + enough) / 2);
    if (works(middle)) enough = middle;
    else tooEarly = middle;
  }
  return candidate(enough);
};

type Counts = { readonly needs: number; readonly available: number | null };

/**
 * Working days from the latest possible start, and from the real one, to the last of the dates that stay
 * where they are: there are enough exactly when there are as many as it needs.
 */
const countsToDates = ({ calendar, start }: ScheduleRequest, startBy: Millis, lastDate: Millis): Counts => ({
  needs: workdaysWithin(calendar, startBy, lastDate),
  available: workdaysWithin(calendar, start, lastDate),
});

/** Where no date limits the start: to the step that is late by most, else to the end. */
const countsFromStart = (request: ScheduleRequest, schedule: Schedule, late: ReadonlyMap<string, Millis>): Counts => {
  const { calendar, start } = request;
  const worst = mostOf([...late]);
  const due = worst === undefined ? undefined : schedule.due.get(worst);
  const ends =
    worst === undefined ? Math.max(start, ...finishesOf(schedule)) : (schedule.earliest.get(worst)?.finish ?? start);
  return {
    needs: workdaysWithin(calendar, start, ends),
    available: due === undefined ? null : workdaysWithin(calendar, start, due),
  };
};

const finishesOf = (schedule: Schedule): Millis[] => [...schedule.earliest.values()].map(({ finish }) => finish);

/** Counts and dates of feasibility, and the sentence for people. */
export const judge = (request: ScheduleRequest, schedule: Schedule, late: ReadonlyMap<string, Millis>): Feasibility => {
  const { workflow, calendar, start } = request;
  const late_steps = [...late].map(([step, by]) => {
    const end = schedule.earliest.get(step)?.finish ?? start;
    return { step, by_workdays: lateBy(calendar, end - by, end) };
  });
  const fixed = new Map([...schedule.due].filter(([id]) => !hangsOnStart(workflow, id)));
  const startBy = latestStartOfRun(request, schedule, fixed);
  const anchor = late.size > 0 ? earliestAnchor(request) : undefined;
  const { needs, available } =
    startBy === undefined
      ? countsFromStart(request, schedule, late)
      : countsToDates(request, startBy, Math.max(...fixed.values()));
  return {
    feasible: late.size === 0,
    needs_workdays: needs,
    available_workdays: available,
    late_steps,
    sentence: sentenceFor(needs, available, titlesOf(workflow, late), Math.max(0, ...late.values())),
    ...(startBy === undefined ? {} : { start_by: instantText(startBy) }),
    ...(anchor === undefined ? {} : { earliest_anchor: anchor }),
  };
};

/** Titles without their templates, which only a run can fill. */
const titlesOf = (workflow: Workflow, late: ReadonlyMap<string, Millis>): string[] =>
  allSteps(workflow.steps)
    .filter(({ step }) => late.has(step.id))
    .map(({ step }) => step.title.replace(/\{\{.*?\}\}/g, '…'));

/** A sentence is for reading: the rest is in `late_steps`. */
const MOST_NAMED = 6;

const sentenceFor = (needs: number, available: number | null, late: readonly string[], lateMillis: Millis): string => {
  if (late.length === 0) return PLAN_WORDS.feasible(needs, available);
  // One that is left over is named as well.
  const lateness = PLAN_WORDS.late(late.length, late.length > MOST_NAMED + 1 ? late.slice(0, MOST_NAMED) : late);
  if (available === null || needs > available) return PLAN_WORDS.shortOfDays(needs, available ?? 0, lateness);
  return PLAN_WORDS.shortOfHours(Math.max(1, Math.ceil(lateMillis / 3_600_000)), lateness);
};
