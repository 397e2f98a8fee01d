/**
 * What ended runs teach about their workflow: how long they took, and where time, rounds and lateness went (R66–R68).
 *
 * Promises: one small record a run, written once when it ends; the newest come first, so that a page reads a bounded
 * number of them however many there are. Days are working days of the workflow's calendar.
 * Hides: that a group is listed from its smallest key up.
 */
import { workdaysBetween } from '../../statemachines/plan/calendar.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { isHuman } from '../../statemachines/plan/schedule.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { calendarFor } from './dates.ts';
import type { EventOf } from './events.ts';
import type { Json } from './history.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Run, StepOpening } from './run.ts';

/** Of one step in one run; of several items, the sums, and the longest and latest of them. */
export type EndedStep = {
  /** From when it opened until it was finished, in the longest of its rounds. */
  readonly days: number;
  /** How much later than due, negative: earlier; missing where it had no date. */
  readonly late?: number;
  readonly rounds: number;
  /** That people say it took. */
  readonly hours?: number;
};

export type EndedRun = {
  readonly run: string;
  readonly title: string;
  readonly outcome: EventOf<'run-finished'>['outcome'];
  readonly started: string;
  readonly ended: string;
  readonly days: number;
  /** By how many days it ended after its planned end; missing where it had no plan. */
  readonly late?: number;
  readonly steps: { readonly [step: string]: EndedStep };
};

const KIND = 'ended-run';
const endedOf = (workflow: string): string => `ended-runs:${workflow}`;
/** So many of a workflow are looked at. */
export const MOST_ENDED = 200;

const daysBetween = (calendar: Calendar, from: string, to: string): number =>
  workdaysBetween(calendar, dayAt(millisOf(from), calendar.zone), dayAt(millisOf(to), calendar.zone));

export const endedRunOf = (run: Run, finished: EventOf<'run-finished'>, calendar: Calendar): EndedRun => {
  const { plan } = run.kept;
  const steps = new Map<string, EndedStep>();
  for (const one of run.openings.values()) {
    const step = stepOf(run, one.step);
    if (step === undefined || !isHuman(step) || one.finish === undefined || one.state === 'skipped') continue;
    const now = stepOfRound(one, one.finish.at, calendar);
    const before = steps.get(one.step);
    steps.set(one.step, before === undefined ? now : together(before, now));
  }
  return {
    run: run.id,
    title: run.opened.title,
    outcome: finished.outcome,
    started: run.requested.at,
    ended: finished.at,
    days: daysBetween(calendar, run.requested.at, finished.at),
    ...('ends' in plan ? { late: lateBy(calendar, plan.ends, finished.at) } : {}),
    steps: Object.fromEntries(steps),
  };
};

/** Later on the same day is late by nothing: what counts in days is told in days. */
const lateBy = (calendar: Calendar, due: string, at: string): number => daysBetween(calendar, due, at);

const stepOfRound = (one: StepOpening, at: string, calendar: Calendar): EndedStep => {
  const hours = [...one.votes, ...(one.finish?.type === 'step-finished' && one.votes.length === 0 ? [one.finish] : [])]
    .flatMap(({ hours: said }) => said ?? [])
    .reduce((sum, said) => sum + said, 0);
  return {
    days: daysBetween(calendar, one.opened, at),
    rounds: one.round,
    ...(one.due === undefined ? {} : { late: lateBy(calendar, one.due.instant, at) }),
    ...(hours === 0 ? {} : { hours }),
  };
};

const together = (one: EndedStep, other: EndedStep): EndedStep => {
  const late = [one.late, other.late].filter((days) => days !== undefined);
  const hours = (one.hours ?? 0) + (other.hours ?? 0);
  return {
    days: Math.max(one.days, other.days),
    rounds: Math.max(one.rounds, other.rounds),
    ...(late.length === 0 ? {} : { late: Math.max(...late) }),
    ...(hours === 0 ? {} : { hours }),
  };
};

export const writeEnded = async (ports: Pick<Ports, 'records' | 'catalogue'>, run: Run): Promise<void> => {
  if (run.finished === undefined) return;
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, run.finished.at);
  const ended = endedRunOf(run, run.finished, calendar);
  await ports.records.write(KIND, run.id, ended as Json, {
    group: endedOf(run.requested.workflow),
    sort: newestFirst(ended.ended),
  });
};

/** The later, the smaller. */
const newestFirst = (instant: string): string => String(9_999_999_999_999 - Date.parse(instant)).padStart(13, '0');

/** The newest first. */
export const listEnded = async (
  { records }: Pick<Ports, 'records'>,
  workflow: string,
  page: { readonly limit?: number; readonly after?: string } = {},
): Promise<{ readonly runs: readonly EndedRun[]; readonly next?: string }> => {
  const { records: found, next } = await records.list(endedOf(workflow), page);
  return { runs: found.map(({ value }) => value as EndedRun), ...(next === undefined ? {} : { next }) };
};

/** The newest; left out, as many as numbers are made from. */
export const newestEnded = async (
  ports: Pick<Ports, 'records'>,
  workflow: string,
  most: number = MOST_ENDED,
): Promise<readonly EndedRun[]> => {
  const found: EndedRun[] = [];
  let after: string | undefined;
  do {
    const { runs, next } = await listEnded(ports, workflow, after === undefined ? {} : { after });
    found.push(...runs);
    after = next;
  } while (after !== undefined && found.length < most);
  return found.slice(0, most);
};

/** How the last runs of a workflow went, and each of its steps: medians, since one bad run should not paint the picture. */
export type Experience = {
  readonly runs: number;
  readonly finished: number;
  readonly days?: number;
  /** Of those that had a plan, how many ended after their planned end. */
  readonly late: number;
  readonly planned: number;
  readonly steps: ReadonlyMap<string, StepExperience>;
};
export type StepExperience = {
  readonly runs: number;
  readonly days: number;
  readonly late?: number;
  /** How often it was late, of those with a date. */
  readonly late_runs: number;
  readonly dated_runs: number;
  readonly rounds: number;
  readonly most_rounds: number;
  readonly hours?: number;
};

export const experienceOf = (runs: readonly EndedRun[]): Experience => {
  // What was stopped midway says little about how long it takes.
  const whole = runs.filter(({ outcome }) => outcome === 'finished');
  const planned = whole.flatMap(({ late }) => late ?? []);
  const ids = new Set(runs.flatMap(({ steps }) => Object.keys(steps)));
  const days = medianOf(whole.map((run) => run.days));
  return {
    runs: runs.length,
    finished: whole.length,
    ...(days === undefined ? {} : { days }),
    late: planned.filter((late) => late > 0).length,
    planned: planned.length,
    steps: new Map([...ids].map((id) => [id, stepExperience(runs.flatMap(({ steps }) => steps[id] ?? []))])),
  };
};

const stepExperience = (steps: readonly EndedStep[]): StepExperience => {
  const lates = steps.flatMap(({ late }) => late ?? []);
  const late = medianOf(lates);
  const hours = medianOf(steps.flatMap((step) => step.hours ?? []));
  return {
    runs: steps.length,
    days: medianOf(steps.map((step) => step.days)) ?? 0,
    late_runs: lates.filter((one) => one > 0).length,
    dated_runs: lates.length,
    rounds: Math.round((10 * steps.reduce((sum, { rounds }) => sum + rounds, 0)) / Math.max(1, steps.length)) / 10,
    most_rounds: Math.max(0, ...steps.map(({ rounds }) => rounds)),
    ...(late === undefined ? {} : { late }),
    ...(hours === undefined ? {} : { hours }),
  };
};

export const medianOf = (numbers: readonly number[]): number | undefined => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};
