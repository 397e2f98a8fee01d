/**
 * One step of a plan: its dates, people, slack, reminders and cost put together from the passes.
 * Promises: plain JSON in the names that `--json` prints.
 */

import { allSteps, type PlacedStep } from '../language/all-steps.ts';
import type { Approval, Step, Team, Workflow } from '../language/workflow.ts';
import { type Calendar, workdaysBetween } from './calendar.ts';
import { type Cost, costOfStep, type Workload } from './cost.ts';
import { type Assignments, type Expected, expectedFor, zoneOf } from './people.ts';
import { type PlannedReminder, planReminders, type Recipient } from './reminders.ts';
import { isHuman, itemsOf, type Schedule } from './schedule.ts';
import { dayAt, instantText, type Millis, millisOf, wallAt } from './wall-time.ts';

export type PlanRequest = {
  readonly workflow: Workflow;
  /** Validated values by input name; where one is missing, the input's default counts. */
  readonly inputs: { readonly [name: string]: unknown };
  readonly team: Team;
  readonly calendar: Calendar;
  /** The instant at which the run starts, UTC. */
  readonly now: string;
  /** Role to the id of the person named for it. */
  readonly assignments?: Assignments;
};

/** A reminder with the people it is for, who may live in different zones. */
export type StepReminder = PlannedReminder & { readonly people: readonly string[] };

/** Somebody who is asked to approve. `conditional`: only if the approver's `when` is true. */
export type PlannedApprover = Expected & { readonly required: boolean; readonly conditional: boolean };

export type PlannedStep = {
  readonly step: string;
  readonly title: string;
  readonly type: Step['type'];
  /** The steps that it comes after. */
  readonly after: readonly string[];
  readonly phase?: string;
  /** The `each` whose steps it is one of; its dates are those of the first item's start and the last item's finish. */
  readonly each?: string;
  /** Only for `each`: how many items, where the inputs tell. */
  readonly items?: number;
  /** Planned as if it happens; it or the `each` around it has a `when`. */
  readonly conditional: boolean;
  /** The role (R22); none for steps that nobody owns. */
  readonly owner?: string;
  /** The id of the person expected to do it: named, or the role's first holder, or who covers for them. */
  readonly person?: string;
  /** The person for whom `person` stands in on the due day. */
  readonly covers?: string;
  /** `person` is away on the due day and nobody covers. */
  readonly away: boolean;
  /** Only for approvals. */
  readonly approvers?: readonly PlannedApprover[];
  /** Earliest start, UTC. */
  readonly starts: string;
  /** Earliest finish, UTC. */
  readonly finishes: string;
  /** UTC. */
  readonly due: string;
  /** The due time as clocks show it in `zone`: `2027-01-04T17:00`. */
  readonly due_wall: string;
  /** The calendar's zone. */
  readonly zone: string;
  /** Whether the author gave the due date, or it follows from `takes`. */
  readonly due_from: 'due' | 'takes';
  /** Latest finish that keeps all due dates, UTC; missing when there is none. */
  readonly latest_finish?: string;
  /** Working days that it can slip without making anything late; negative when it is or makes something late. */
  readonly slack_workdays: number;
  /** The same in elapsed hours, to a tenth. */
  readonly slack_hours: number;
  readonly late_on_day_one: boolean;
  readonly critical: boolean;
  /** Hours of work and money, for all its items (R63). */
  readonly cost: Cost;
  readonly reminders: readonly StepReminder[];
};

/** A step with its dates and people, before slack and reminders are known. */
export type Draft = Workload & {
  readonly placed: PlacedStep;
  readonly conditional: boolean;
  readonly starts: Millis;
  readonly finishes: Millis;
  readonly due: Millis;
  readonly dueGiven: boolean;
  readonly owner?: Expected;
  readonly approvers: readonly PlannedApprover[];
  readonly ownItems?: number;
};

const around = (workflow: Workflow, placed: PlacedStep): Step[] => {
  const places = new Map(allSteps(workflow.steps).map((place) => [place.step.id, place]));
  const found: Step[] = [];
  for (let each = placed.each; each !== undefined; ) {
    const place = places.get(each);
    if (place !== undefined) found.push(place.step);
    each = place?.each;
  }
  return found;
};

const approversOf = (step: Approval, { team, assignments = {} }: PlanRequest, due: Millis): PlannedApprover[] =>
  step.approvers.map((approver) => ({
    ...expectedFor(team, approver.role, assignments, due),
    required: approver.required,
    conditional: approver.when !== undefined,
  }));

/** What the passes say of a step, and who is expected to do it. */
export const draftOf = (
  placed: PlacedStep,
  request: PlanRequest,
  inputs: PlanRequest['inputs'],
  schedule: Schedule,
): Draft => {
  const { workflow, team, assignments = {}, now } = request;
  const { step } = placed;
  const start = millisOf(now);
  const timing = schedule.earliest.get(step.id) ?? { start, finish: start };
  const due = schedule.planned.get(step.id) ?? timing.finish;
  const parents = around(workflow, placed);
  const countOf = (each: Step): number | undefined =>
    each.type === 'each' ? itemsOf(each, workflow, inputs) : undefined;
  const owner = step.owner === undefined ? undefined : expectedFor(team, step.owner, assignments, due);
  const approvers = step.type === 'approval' ? approversOf(step, request, due) : [];
  const ownItems = countOf(step);
  const required = approvers.filter((approver) => approver.required);
  return {
    placed,
    step,
    conditional: [step, ...parents].some((one) => one.when !== undefined),
    starts: timing.start,
    finishes: timing.finish,
    due,
    dueGiven: schedule.due.has(step.id),
    approvers,
    workers: step.type === 'approval' ? required : owner === undefined ? [] : [owner],
    items: parents.reduce((product, each) => product * (countOf(each) ?? 1), 1),
    ...(owner === undefined ? {} : { owner }),
    ...(ownItems === undefined ? {} : { ownItems }),
  };
};

type Standing = { readonly late: boolean; readonly critical: boolean; readonly latest: Millis };

/** The step as the plan shows it. */
export const plannedStep = (draft: Draft, request: PlanRequest, { late, critical, latest }: Standing): PlannedStep => {
  const { calendar, team } = request;
  const { step, placed, owner, approvers } = draft;
  return {
    step: step.id,
    title: step.title,
    type: step.type,
    after: step.after,
    ...(step.phase === undefined ? {} : { phase: step.phase }),
    ...(placed.each === undefined ? {} : { each: placed.each }),
    ...(draft.ownItems === undefined ? {} : { items: draft.ownItems }),
    conditional: draft.conditional,
    ...(step.owner === undefined ? {} : { owner: step.owner }),
    ...(owner?.person === undefined ? {} : { person: owner.person }),
    ...(owner?.covers === undefined ? {} : { covers: owner.covers }),
    away: owner?.away ?? false,
    ...(step.type === 'approval' ? { approvers } : {}),
    starts: instantText(draft.starts),
    finishes: instantText(draft.finishes),
    due: instantText(draft.due),
    due_wall: wallAt(draft.due, calendar.zone),
    zone: calendar.zone,
    due_from: draft.dueGiven ? 'due' : 'takes',
    ...(Number.isFinite(latest) ? { latest_finish: instantText(latest) } : {}),
    ...slackOf(calendar, draft.finishes, latest),
    late_on_day_one: late,
    critical,
    cost: costOfStep(team, draft),
    reminders: remindersOf(draft, request),
  };
};

const slackOf = (
  calendar: Calendar,
  finishes: Millis,
  latest: Millis,
): { readonly slack_workdays: number; readonly slack_hours: number } => {
  // Nothing finishes early enough when not even the first working day of all would do: late by all there is.
  if (!Number.isFinite(latest)) return { slack_workdays: -1, slack_hours: -24 };
  const hours = (latest - finishes) / 3_600_000;
  const workdays = workdaysBetween(calendar, dayAt(finishes, calendar.zone), dayAt(latest, calendar.zone));
  const tenths = Math.round(hours * 10) / 10;
  // Late by an hour is late: rounding must not hide it.
  if (hours < 0) return { slack_workdays: Math.min(-1, workdays), slack_hours: Math.min(-0.1, tenths) };
  return { slack_workdays: workdays, slack_hours: tenths };
};

/** Those who owe the step, by zone. */
const owingByZone = ({ step, owner, approvers }: Draft, { team, calendar }: PlanRequest): Map<string, string[]> => {
  const asked =
    step.type === 'approval' ? approvers.filter(({ required }) => required) : owner === undefined ? [] : [owner];
  const byZone = new Map<string, string[]>();
  for (const { person } of asked) {
    const zone = zoneOf(team, person, calendar.zone);
    byZone.set(zone, [...(byZone.get(zone) ?? []), ...(person === undefined ? [] : [person])]);
  }
  return byZone.size === 0 ? new Map([[calendar.zone, []]]) : byZone;
};

/** What is the same mail at the same instant, for people in several zones, is listed once. */
const listedOnce = (reminders: readonly StepReminder[]): StepReminder[] => {
  const listed = new Map<string, StepReminder>();
  for (const reminder of reminders) {
    const key = `${reminder.at} ${reminder.kind}`;
    const other = listed.get(key) ?? reminder;
    const to = [...new Set([...other.to, ...reminder.to])];
    listed.set(key, { ...other, to, people: [...new Set([...other.people, ...reminder.people])] });
  }
  return [...listed.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** One ladder for each zone among those who owe the step, so that nobody is mailed at night. Each names whom it goes to. */
const remindersOf = (draft: Draft, request: PlanRequest): StepReminder[] => {
  const { step } = draft;
  if (!isHuman(step)) return [];
  const { calendar, team, workflow, assignments = {}, now } = request;
  const personFor = (role: string | undefined): string | undefined =>
    role === undefined ? undefined : expectedFor(team, role, assignments, draft.due).person;
  const zoneFor = (role: string): string => zoneOf(team, personFor(role), calendar.zone);
  const peopleOf = (to: Recipient, owing: readonly string[]): readonly (string | undefined)[] =>
    to === 'backup' ? [personFor(step.backup)] : to === 'lead' ? [personFor(workflow.lead)] : owing;
  const above = {
    ...(step.backup === undefined ? {} : { backup: zoneFor(step.backup) }),
    lead: zoneFor(workflow.lead),
  };
  const ladders = [...owingByZone(draft, request)].map(([zone, people], index) =>
    planReminders({
      ladder: step.reminders,
      due: instantText(draft.due),
      calendar,
      zone,
      who: step.type === 'approval' ? 'approvers' : 'owner',
      // Backup and lead are told once, however many zones the approvers live in.
      escalate_to: index === 0 ? above : {},
      opens: instantText(draft.starts),
      now,
    }).map((reminder) => ({
      ...reminder,
      people: [...new Set(reminder.to.flatMap((to) => peopleOf(to, people)))].filter((one) => one !== undefined),
    })),
  );
  return listedOnce(ladders.flat());
};
