/**
 * How the rest of a run is likely to go: when each step that has not finished comes, to whom, and when it ends.
 *
 * Promises: follows from the history, the plan that the run keeps, and the time that it is asked for. It takes it that
 * everybody finishes when it is due, or as early as those need it who come after, as long as that is still to come; and
 * that who is late finishes now. So what it says is late cannot be in time unless somebody is faster than asked, and of a
 * plan that works out nothing is. A step gets the due date that it will get when it opens, as far as that can be known.
 * Steps with a condition are taken to happen; an `each` whose list is not known yet, once.
 * Hides: how far items, rounds and dates that hang on each other are followed.
 */
import type { Each, Step } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { isHuman, workdaysForEffort } from '../../statemachines/plan/schedule.ts';
import { inOrder } from '../../statemachines/plan/step-order.ts';
import { type Millis, millisOf } from '../../statemachines/plan/wall-time.ts';
import { workingFrom, workUntil } from '../../statemachines/plan/working-time.ts';
import { calendarFor, dueOf, waitEnds } from './dates.ts';
import type { Ports } from './ports.ts';
import { finishedAt, hasFinished, itemsOf } from './progress.ts';
import { latest, type Run, type StepOpening } from './run.ts';

export type Foreseen = {
  readonly step: Step;
  readonly item?: string;
  /** The one that it is in, or will be. */
  readonly round: number;
  /** Only of what is open now. */
  readonly opening?: StepOpening;
  /** UTC, with milliseconds. */
  readonly starts: string;
  readonly finishes: string;
  /** Of what people do. */
  readonly due?: string;
  /** What is open now, and has to finish before this can start. */
  readonly waits_for: readonly StepOpening[];
};

export type Forecast = {
  /** In the workflow's order, those of an item right behind one another. */
  readonly steps: readonly Foreseen[];
  /** UTC, with milliseconds; of a run that has ended, when it did. */
  readonly ends: string;
};

/** @param now UTC. */
export const forecastOf = (run: Run, calendar: Calendar, now: string): Forecast => {
  if (run.finished !== undefined) return { steps: [], ends: run.finished.at };
  const foretelling = new Foretelling(run, calendar, millisOf(now));
  const { at } = foretelling.through(run.workflow.steps, undefined, { at: millisOf(run.opened.at), behind: [] });
  return { steps: foretelling.steps, ends: isoOf(Math.max(at, millisOf(now))) };
};

/** As of what the run tells last, so that it is the same whenever it is made: what lists and boards keep. */
export const forecastAsTold = (ports: Pick<Ports, 'catalogue'>, run: Run): Outlook => {
  const told = lastToldOf(run);
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, told);
  const known = outlooks.get(run);
  if (known?.calendar === calendar) return known;
  const outlook = { calendar, forecast: forecastOf(run, calendar, told) };
  outlooks.set(run, outlook);
  return outlook;
};
type Outlook = { readonly calendar: Calendar; readonly forecast: Forecast };
/** Several lists keep something of it after each event. */
const outlooks = new WeakMap<Run, Outlook>();

/** The latest instant that a run tells of, UTC. */
const lastToldOf = (run: Run): string => {
  const told = [run.requested.at, run.opened.at];
  for (const one of run.openings.values()) {
    // Who is reminded of being overdue has another day to be late, and so has everything after it.
    told.push(one.opened, one.owedSince, one.remindedUntil ?? '', ...one.votes.map(({ at }) => at));
    if (one.finish !== undefined) told.push(one.finish.at);
  }
  for (const { at } of [...run.eaches.values(), ...run.gates.values()]) told.push(at);
  return told.reduce((last, at) => (at > last ? at : last));
};

/** When something is over, and which open steps that hangs on. */
type Reached = { readonly at: Millis; readonly behind: readonly StepOpening[] };

const latestOf = (all: readonly Reached[]): Reached => ({
  at: Math.max(...all.map(({ at }) => at)),
  behind: [...new Set(all.flatMap(({ behind }) => behind))],
});

class Foretelling {
  readonly steps: Foreseen[] = [];
  private readonly run: Run;
  private readonly calendar: Calendar;
  private readonly now: Millis;
  private readonly planned: ReadonlyMap<string, Millis>;
  /** When each step has to be finished so that no due date is missed. */
  private readonly latest: ReadonlyMap<string, Millis>;

  constructor(run: Run, calendar: Calendar, now: Millis) {
    this.run = run;
    this.calendar = calendar;
    this.now = now;
    const { plan } = run.kept;
    const steps = 'steps' in plan ? plan.steps : [];
    this.planned = new Map(steps.map(({ step, due }) => [step, millisOf(due)]));
    this.latest = new Map(
      steps.flatMap(({ step, latest_finish }) =>
        latest_finish === undefined ? [] : [[step, millisOf(latest_finish)]],
      ),
    );
  }

  /** Goes through a list of steps that can begin when `from` is reached. */
  through(steps: readonly Step[], item: string | undefined, from: Reached): Reached {
    const reached = new Map<string, Reached>();
    for (const step of inOrder(steps)) {
      const before = step.after.flatMap((id) => reached.get(id) ?? []);
      reached.set(step.id, this.passed(step, item, latestOf([from, ...before])));
    }
    return latestOf([from, ...reached.values()]);
  }

  private passed(step: Step, item: string | undefined, from: Reached): Reached {
    if (hasFinished(this.run, step.id, item)) {
      const at = finishedAt(this.run, step.id, item);
      return { at: at === undefined ? from.at : millisOf(at), behind: [] };
    }
    const opening = latest(this.run, step.id, item);
    if (opening?.state === 'open') return this.open(step, opening);
    // What is not open by now opens now at the earliest.
    const ready = { ...from, at: Math.max(from.at, this.now) };
    return step.type === 'each' ? this.each(step, item, ready) : this.waiting(step, opening, item, ready);
  }

  private open(step: Step, opening: StepOpening): Reached {
    const { item, round, due, opened } = opening;
    const until =
      due !== undefined
        ? this.inTime(step, millisOf(due.instant), opening.moved.length > 0)
        : step.type === 'wait'
          ? millisOf(waitEnds(this.run, step, item, this.calendar, opened))
          : this.now;
    const at = Math.max(until, this.now);
    this.steps.push({
      step,
      round,
      opening,
      starts: opened,
      finishes: isoOf(at),
      waits_for: [],
      ...(item === undefined ? {} : { item }),
      ...(due === undefined ? {} : { due: isoOf(millisOf(due.instant)) }),
    });
    return { at, behind: [opening] };
  }

  /** @param moved somebody has decided what it is due. */
  private inTime(step: Step, due: Millis, moved = false): Millis {
    const latest = moved ? undefined : this.latest.get(step.id);
    return latest === undefined || latest <= this.now ? due : Math.min(due, latest);
  }

  private each(each: Each, item: string | undefined, from: Reached): Reached {
    const items = itemsOf(this.run, each.id, item);
    if (items === undefined) return this.through(each.steps, undefined, from);
    return latestOf([from, ...items.map((one) => this.through(each.steps, one, from))]);
  }

  private waiting(step: Step, before: StepOpening | undefined, item: string | undefined, from: Reached): Reached {
    const round = before === undefined ? 1 : before.round + 1;
    const due = isHuman(step) ? this.dueOf(step, round, item, from.at) : undefined;
    const at = Math.max(this.earliest(step, item, from.at), due === undefined ? from.at : this.inTime(step, due));
    this.steps.push({
      step,
      round,
      starts: isoOf(isHuman(step) ? (workingFrom(this.calendar, from.at) ?? from.at) : from.at),
      finishes: isoOf(at),
      waits_for: from.behind,
      ...(item === undefined ? {} : { item }),
      ...(due === undefined ? {} : { due: isoOf(due) }),
    });
    return { at, behind: from.behind };
  }

  private dueOf(step: Step, round: number, item: string | undefined, opens: Millis): Millis | undefined {
    const opening = { step: step.id, round, ...(item === undefined ? {} : { item }) };
    const due = dueOf(this.run, step, opening, this.calendar, isoOf(opens));
    const reference = step.due?.reference;
    // What hangs on a step that has not finished is where the plan has it, or later.
    const hangs = round === 1 && reference?.kind === 'step' && !hasFinished(this.run, reference.id, item);
    const planned = hangs ? this.planned.get(step.id) : undefined;
    const known = [...(due === undefined ? [] : [millisOf(due.instant)]), ...(planned === undefined ? [] : [planned])];
    return known.length === 0 ? undefined : Math.max(...known);
  }

  private earliest(step: Step, item: string | undefined, from: Millis): Millis {
    if (step.type === 'wait') return millisOf(waitEnds(this.run, step, item, this.calendar, isoOf(from)));
    const days = isHuman(step) ? workdaysForEffort(this.calendar, step.effort ?? 0) : 1;
    const takesTime = isHuman(step) || (step.type === 'run' && step.wait);
    const span = step.takes ?? (takesTime ? { count: days, unit: 'workdays' as const } : undefined);
    return span === undefined ? from : (workUntil(this.calendar, from, span) ?? from);
  }
}

const isoOf = (at: Millis): string => new Date(at).toISOString();
