/**
 * The dates of a network of steps: when each is due, can finish at the earliest, and has to at the latest.
 *
 * Promises: no step starts before all that it comes after have finished; the backward pass is the exact
 * counterpart of the forward pass, so a step whose slack is negative is late or makes something late, and
 * nothing else has negative slack. A date that no calendar day reaches is `Infinity`, here and nowhere else.
 * Hides: how `each` is counted. Its steps are passed through once for each group of items that run
 * together; what is said of a nested step is the start of its first item and the finish of its last.
 */
import { allSteps, followersOf, type PlacedStep } from '../language/all-steps.ts';
import { inputOver } from '../language/each.ts';
import type { Each, Moment, Span, Step, Workflow } from '../language/workflow.ts';
import { type Calendar, hoursPerWorkday } from './calendar.ts';
import { momentMillis } from './moment.ts';
import { inOrder } from './step-order.ts';
import { instantText, type Millis } from './wall-time.ts';
import { type Duration, finish, latestFinish, latestStart, workingFrom } from './working-time.ts';

export type Timing = { readonly start: Millis; readonly finish: Millis };

/** What a schedule is made from. */
export type ScheduleRequest = {
  readonly workflow: Workflow;
  readonly calendar: Calendar;
  readonly inputs: { readonly [name: string]: unknown };
  readonly start: Millis;
  /** How often the work of a step is done, where it is redone; once when left out. */
  readonly times?: ReadonlyMap<string, number>;
};

export type Schedule = {
  readonly calendar: Calendar;
  /** What `due` says; steps without `due` are not in it. */
  readonly due: ReadonlyMap<string, Millis>;
  /**
   * When each step is finished if all keep their due dates: its own due, else the latest of those before it plus what
   * it takes; for an `each` the latest of its own steps.
   */
  readonly planned: ReadonlyMap<string, Millis>;
  /** The forward pass from the run's start. */
  readonly earliest: ReadonlyMap<string, Timing>;
  readonly durations: ReadonlyMap<string, Duration>;
  /** How many groups of items an `each` passes through, one after another. */
  readonly passes: ReadonlyMap<string, number>;
};

/** Steps that a person does, and that are reminded of. */
export const isHuman = (step: Step): boolean => step.type === 'task' || step.type === 'approval';

const one = { count: 1, unit: 'workdays' } as const;

/** Elapsed time for so many hours of work: whole workdays, at least one. */
export const workdaysForEffort = (calendar: Calendar, effort: number): number =>
  Math.max(1, Math.ceil(effort / hoursPerWorkday(calendar)));

/**
 * How long the step is given: its `takes`; for work without it the workdays that its effort fills, at least
 * one; nothing for what the machine does by itself.
 */
const spanOf = (step: Step, calendar: Calendar): Span | undefined => {
  if (step.takes !== undefined) return step.takes;
  if (isHuman(step)) return { count: workdaysForEffort(calendar, step.effort ?? 0), unit: 'workdays' };
  return step.type === 'run' && step.wait ? one : undefined;
};

/** How many items an `each` goes over, where the inputs alone tell; else `undefined`. */
export const itemsOf = (each: Each, workflow: Workflow, inputs: ScheduleRequest['inputs']): number | undefined => {
  const { name, field } = inputOver(each.over, workflow.inputs) ?? {};
  if (name === undefined || field?.many !== true) return undefined;
  const value = inputs[name] ?? field.default;
  return Array.isArray(value) ? value.length : undefined;
};

const passesOf = (each: Each, request: ScheduleRequest): number =>
  Math.ceil((itemsOf(each, request.workflow, request.inputs) ?? 1) / Math.max(1, each.at_once));

/** Dates while they are being worked out: due dates may hang on other steps, in any order. */
class Planner {
  readonly due = new Map<string, Millis>();
  readonly planned = new Map<string, Millis>();
  readonly durations = new Map<string, Duration>();
  readonly passes = new Map<string, number>();
  readonly placed: ReadonlyMap<string, PlacedStep>;
  private readonly open = new Set<string>();
  private readonly request: ScheduleRequest;
  private readonly floor: ReadonlyMap<string, Timing>;

  /** `floor`: what a step without `due` cannot be finished before, where that is known already. */
  constructor(request: ScheduleRequest, floor: ReadonlyMap<string, Timing> = new Map()) {
    this.request = request;
    this.floor = floor;
    this.placed = new Map(allSteps(request.workflow.steps).map((placed) => [placed.step.id, placed]));
  }

  /** `undefined` for an unknown step, and for due dates that hang on each other in a circle. */
  plannedOf(id: string): Millis | undefined {
    const placed = this.placed.get(id);
    if (placed === undefined || this.open.has(id)) return undefined;
    const known = this.planned.get(id);
    if (known !== undefined) return known;
    this.open.add(id);
    const due = placed.step.due === undefined ? undefined : this.instantOf(placed.step.due);
    if (due !== undefined) this.due.set(id, due);
    const planned = due ?? Math.max(this.afterOthers(placed), this.floor.get(id)?.finish ?? Number.NEGATIVE_INFINITY);
    this.open.delete(id);
    this.planned.set(id, planned);
    return planned;
  }

  private instantOf(moment: Moment): Millis | undefined {
    const { inputs, start, calendar } = this.request;
    const finished = (step: string): string | undefined => {
      const at = this.plannedOf(step);
      return at === undefined || !Number.isFinite(at) ? undefined : instantText(at);
    };
    const at = momentMillis(moment, { inputs, start: instantText(start), finished }, calendar);
    if (typeof at === 'number') return at;
    return at.problem === 'unreachable' ? Number.POSITIVE_INFINITY : undefined;
  }

  /** When a step without `due` is finished, if those before it finish as planned. */
  private afterOthers({ step, each }: PlacedStep): Millis {
    const before = step.after.map((id) => this.plannedOf(id)).filter((at) => at !== undefined);
    const start = Math.max(this.firstStart(each), ...before);
    return step.type === 'each' ? this.afterItems(step, start) : this.finishOf(step, start);
  }

  /** When an `each` without `due` is finished: with the last of its steps, and not before its items can have passed. */
  private afterItems(each: Each, start: Millis): Millis {
    const passed = this.passThrough(each, start).finish;
    if (passesOf(each, this.request) === 0) return passed;
    const inside = each.steps.map(({ id }) => this.plannedOf(id)).filter((at) => at !== undefined);
    return Math.max(passed, ...inside);
  }

  /** When the steps that come after nothing start: with the run, or for the last items of their `each`. */
  private firstStart(each: string | undefined): Millis {
    const around = each === undefined ? undefined : this.placed.get(each);
    if (around === undefined || around.step.type !== 'each') return this.request.start;
    const before = around.step.after.map((id) => this.plannedOf(id)).filter((at) => at !== undefined);
    const start = Math.max(this.firstStart(around.each), ...before);
    return this.passThrough(around.step, start).lastStart;
  }

  durationOf(step: Step): Duration {
    const known = this.durations.get(step.id);
    if (known !== undefined) return known;
    const duration = this.makeDuration(step);
    this.durations.set(step.id, duration);
    return duration;
  }

  private makeDuration(step: Step): Duration {
    if (step.type === 'wait') {
      if (step.for !== undefined) return { kind: 'pause', span: this.redone(step, step.for) };
      const at = step.until === undefined ? undefined : this.instantOf(step.until);
      return at === undefined ? { kind: 'none' } : { kind: 'until', at };
    }
    const span = step.type === 'each' ? undefined : spanOf(step, this.request.calendar);
    return span === undefined ? { kind: 'none' } : { kind: 'work', span: this.redone(step, span) };
  }

  private redone(step: Step, span: Span): Span {
    return { ...span, count: span.count * (this.request.times?.get(step.id) ?? 1) };
  }

  private finishOf(step: Step, start: Millis): Millis {
    if (!Number.isFinite(start)) return start;
    return finish(this.request.calendar, start, this.durationOf(step)) ?? Number.POSITIVE_INFINITY;
  }

  private startOf(step: Step, ready: Millis): Millis {
    if (!isHuman(step) || !Number.isFinite(ready)) return ready;
    return workingFrom(this.request.calendar, ready) ?? Number.POSITIVE_INFINITY;
  }

  forward(steps: readonly Step[], start: Millis): Map<string, Timing> {
    const timings = new Map<string, Timing>();
    for (const step of inOrder(steps)) {
      const ready = Math.max(start, ...step.after.map((id) => timings.get(id)?.finish ?? start));
      if (step.type === 'each') {
        const inside = this.passThrough(step, ready);
        for (const [id, timing] of inside.timings) timings.set(id, timing);
        timings.set(step.id, { start: ready, finish: inside.finish });
      } else {
        timings.set(step.id, { start: this.startOf(step, ready), finish: this.finishOf(step, ready) });
      }
    }
    return timings;
  }

  private passThrough(
    each: Each,
    start: Millis,
  ): { readonly timings: ReadonlyMap<string, Timing>; readonly lastStart: Millis; readonly finish: Millis } {
    const passes = passesOf(each, this.request);
    this.passes.set(each.id, passes);
    const first = this.forward(each.steps, start);
    let last = first;
    let lastStart = start;
    for (let pass = 1; pass < passes; pass += 1) {
      lastStart = endOf(last, lastStart);
      last = this.forward(each.steps, lastStart);
    }
    const timings = new Map(
      [...last].map(([id, { finish: lastFinish }]) => {
        const firstStart = first.get(id)?.start ?? start;
        return [id, passes === 0 ? { start, finish: start } : { start: firstStart, finish: lastFinish }] as const;
      }),
    );
    return { timings, lastStart, finish: passes === 0 ? start : endOf(last, lastStart) };
  }
}

const endOf = (timings: ReadonlyMap<string, Timing>, atLeast: Millis): Millis =>
  Math.max(atLeast, ...[...timings.values()].map((timing) => timing.finish));

const scheduleOf = (request: ScheduleRequest, floor?: ReadonlyMap<string, Timing>): Schedule => {
  const planner = new Planner(request, floor);
  for (const id of planner.placed.keys()) planner.plannedOf(id);
  const earliest = planner.forward(request.workflow.steps, request.start);
  const { due, planned, durations, passes } = planner;
  return { calendar: request.calendar, due, planned, earliest, durations, passes };
};

/** All dates of a run that starts at `start`. Inputs that a due date needs must be there: without them it counts as having none. */
export const makeSchedule = (request: ScheduleRequest): Schedule => {
  const first = scheduleOf(request);
  // Where something before a step is late already, its due date would lie before it can begin.
  const behind = [...first.earliest].some(
    ([id, { finish: end }]) => !first.due.has(id) && end > (first.planned.get(id) ?? end),
  );
  return behind ? scheduleOf(request, first.earliest) : first;
};

export type LatestDates = {
  /** The last instant at which each step can finish so that all due dates given are kept. */
  readonly finish: ReadonlyMap<string, Millis>;
  /** The last instant at which the run can start for that; `Infinity` when nothing limits it. */
  readonly start: Millis;
};

/**
 * The backward pass: how late everything can be, given due dates for some steps, and `end` for what nothing
 * comes after. Where no day is early enough, `-Infinity`.
 */
export const latestDates = (
  steps: readonly Step[],
  schedule: Schedule,
  due: ReadonlyMap<string, Millis>,
  end: Millis,
): LatestDates => {
  const finishes = new Map<string, Millis>();
  const starts = new Map<string, Millis>();
  const followers = followersOf(steps);
  for (const step of inOrder(steps).toReversed()) {
    const after = (followers.get(step.id) ?? []).map((other) => starts.get(other.id) ?? end);
    const bound = Math.min(end, due.get(step.id) ?? Number.POSITIVE_INFINITY, ...after);
    const duration = schedule.durations.get(step.id) ?? { kind: 'none' };
    const last = latestFinish(schedule.calendar, bound, duration) ?? Number.NEGATIVE_INFINITY;
    finishes.set(step.id, last);
    if (step.type !== 'each') {
      starts.set(step.id, latestStart(schedule.calendar, last, duration) ?? Number.NEGATIVE_INFINITY);
      continue;
    }
    const inside = latestOfEach(step, schedule, due, last);
    for (const [id, at] of inside.finish) finishes.set(id, at);
    starts.set(step.id, inside.start);
  }
  return { finish: finishes, start: Math.min(end, ...starts.values()) };
};

/** Backwards through the passes of an `each`; the dates kept are those of the last items. */
const latestOfEach = (each: Each, schedule: Schedule, due: ReadonlyMap<string, Millis>, end: Millis): LatestDates => {
  const last = latestDates(each.steps, schedule, due, end);
  const passes = schedule.passes.get(each.id) ?? 1;
  let start = passes === 0 ? end : last.start;
  for (let pass = 1; pass < passes; pass += 1) start = latestDates(each.steps, schedule, due, start).start;
  return { finish: last.finish, start };
};
