/**
 * The whole plan of a run before it begins: dates, owners, reminders, critical path, feasibility and cost
 * (R33–R36, R41, R42, R63).
 *
 * Promises: plain JSON, the same for the same arguments; a value that says what is missing instead of a
 * throw. Steps with a condition are planned as if they happen.
 * Hides: the order of the passes. A step without `due` is due when it would be finished if all before it
 * kept their due dates; `finishes` is when it can be at the earliest.
 */

import { allSteps } from '../language/all-steps.ts';
import { LONGEST_DAYS } from '../language/limits.ts';
import type { Workflow } from '../language/workflow.ts';
import { PLAN_WORDS } from '../words.ts';
import { type Calendar, covers } from './calendar.ts';
import { costOfRun, type PlanCost } from './cost.ts';
import { decidingPath, type Feasibility, judge, lateSteps } from './feasibility.ts';
import { isDateValue } from './moment.ts';
import { type Draft, draftOf, type PlannedStep, type PlanRequest, plannedStep } from './planned-step.ts';
import { type FarDate, farDates, lastDayOf, momentsOf } from './reach.ts';
import { latestDates, makeSchedule, type Schedule, type ScheduleRequest } from './schedule.ts';
import { dayAt, instantText, type Millis, millisOf } from './wall-time.ts';

export type { PlannedApprover, PlannedStep, PlanRequest, StepReminder } from './planned-step.ts';

export type Plan = Feasibility & {
  readonly workflow: string;
  /** UTC. */
  readonly starts: string;
  /** The latest due time of all steps, UTC. */
  readonly ends: string;
  readonly zone: string;
  /** Step ids, first to last: the chain that determines the end, or the worst lateness. */
  readonly critical_path: readonly string[];
  /** In the workflow's order, those of an `each` right behind it. */
  readonly steps: readonly PlannedStep[];
  readonly cost: PlanCost;
  /** Roles of this plan that nobody holds. */
  readonly unheld_roles: readonly string[];
  /** Years in which this plan has dates and whose holidays the calendar does not know: there only the week counts. */
  readonly years_without_holidays: readonly number[];
};

/** Why there is no plan. `sentence` is for people. */
export type PlanProblem =
  | {
      readonly problem: 'missing-inputs';
      /** Each input that a due date needs and that is not given (`missing`) or is no date (`invalid`), with the steps that need it. */
      readonly inputs: readonly {
        readonly input: string;
        readonly label: string;
        readonly state: 'missing' | 'invalid';
        readonly steps: readonly string[];
      }[];
      readonly sentence: string;
    }
  | { readonly problem: 'unreachable'; readonly steps: readonly string[]; readonly sentence: string }
  /** Further away than a run can last. `inputs`: the dates that are; none, where they are not and the end is. */
  | { readonly problem: 'out-of-reach'; readonly inputs: readonly FarDate[]; readonly sentence: string };

const withDefaults = ({ workflow, inputs }: PlanRequest): { readonly [name: string]: unknown } => {
  const defaults = Object.entries(workflow.inputs).map(([name, field]) => [name, field.default] as const);
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries([...defaults, ...given]);
};

const missingInputs = (workflow: Workflow, inputs: PlanRequest['inputs']): PlanProblem | undefined => {
  const needed = new Map<string, string[]>();
  for (const { step } of allSteps(workflow.steps)) {
    for (const { reference } of momentsOf(step)) {
      if (reference.kind !== 'input' || isDateValue(inputs[reference.name])) continue;
      needed.set(reference.name, [...(needed.get(reference.name) ?? []), step.id]);
    }
  }
  if (needed.size === 0) return undefined;
  const missing = [...needed].map(([input, steps]) => ({
    input,
    label: workflow.inputs[input]?.label ?? input,
    state: inputs[input] === undefined ? ('missing' as const) : ('invalid' as const),
    steps,
  }));
  const labels = missing.map(({ label }) => label);
  return { problem: 'missing-inputs', inputs: missing, sentence: PLAN_WORDS.missing(labels) };
};

const unreachable = (schedule: Schedule): PlanProblem | undefined => {
  const steps = [...schedule.earliest]
    .filter(([id, { finish }]) => !Number.isFinite(finish) || !Number.isFinite(schedule.planned.get(id) ?? 0))
    .map(([id]) => id);
  if (steps.length === 0) return undefined;
  return { problem: 'unreachable', steps, sentence: PLAN_WORDS.unreachable(steps) };
};

/**
 * The plan of a run that starts at `now` (R33–R36), or what it is missing. Throws RangeError only if `now`
 * is no instant or a zone is unknown, which reading the files rules out.
 */
export const makePlan = (request: PlanRequest): Plan | PlanProblem => {
  const { workflow, calendar } = request;
  const inputs = withDefaults(request);
  const missing = missingInputs(workflow, inputs);
  if (missing !== undefined) return missing;
  const scheduled: ScheduleRequest = { workflow, calendar, inputs, start: millisOf(request.now) };
  const far = farDates(workflow, inputs, calendar.zone, scheduled.start);
  if (far.length > 0)
    return { problem: 'out-of-reach', inputs: far, sentence: far.map(({ sentence }) => sentence).join(' ') };
  const schedule = makeSchedule(scheduled);
  const impossible = unreachable(schedule);
  if (impossible !== undefined) return impossible;

  const late = lateSteps(workflow, schedule);
  const ends = Math.max(scheduled.start, ...schedule.planned.values());
  if (dayAt(ends, calendar.zone) > lastDayOf(scheduled.start, calendar.zone)) {
    const sentence = PLAN_WORDS.tooLong(dayAt(ends, calendar.zone), LONGEST_DAYS);
    return { problem: 'out-of-reach', inputs: [], sentence };
  }
  const latest = latestDates(workflow.steps, schedule, schedule.due, ends).finish;
  const path = decidingPath(workflow, schedule, late);
  const drafts = allSteps(workflow.steps).map((placed) => draftOf(placed, request, inputs, schedule));
  const steps = drafts.map((draft) =>
    plannedStep(draft, request, {
      late: late.has(draft.step.id),
      critical: path.includes(draft.step.id),
      latest: latest.get(draft.step.id) ?? ends,
    }),
  );
  return {
    workflow: workflow.id,
    ...judge(scheduled, schedule, late),
    starts: instantText(scheduled.start),
    ends: instantText(ends),
    zone: calendar.zone,
    critical_path: path,
    steps,
    cost: costOfRun(workflow, request.team, drafts),
    unheld_roles: unheldRoles(drafts),
    years_without_holidays: uncoveredYears(calendar, [scheduled.start, ends, ...schedule.planned.values()]),
  };
};

const unheldRoles = (drafts: readonly Draft[]): string[] => {
  const everybody = drafts.flatMap(({ owner, approvers }) => [...(owner === undefined ? [] : [owner]), ...approvers]);
  return [...new Set(everybody.filter(({ person }) => person === undefined).map(({ role }) => role))];
};

const uncoveredYears = (calendar: Calendar, instants: readonly Millis[]): number[] => {
  const days = instants.map((at) => dayAt(at, calendar.zone)).filter((day) => !covers(calendar, day));
  return [...new Set(days.map((day) => Number(day.slice(0, 4))))].sort((a, b) => a - b);
};
