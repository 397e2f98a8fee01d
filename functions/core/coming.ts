/**
 * What comes to each person next, run by run, and whom they wait for: what `/me` and `/team` read beside open work.
 *
 * Promises: follows from the history and the team; one record a person and run, found by when it comes; what an older
 * state of the run says never stands in the place of a newer one. It is written anew only for those whose next steps
 * or neighbours have changed: what is far off has the dates of the plan, what comes right after something open the
 * forecast's.
 * Hides: that an emptied record stays for an hour, so that whoever is late with an older one finds it.
 */
import { createHash } from 'node:crypto';
import type { Step } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { isHuman } from '../../statemachines/plan/schedule.ts';
import { instantText, millisOf } from '../../statemachines/plan/wall-time.ts';
import { workingFrom } from '../../statemachines/plan/working-time.ts';
import { askedOf } from './ballots.ts';
import { textsFor } from './brief.ts';
import { calendarFor, withMillis } from './dates.ts';
import { forecastOf, lastToldOf } from './forecast.ts';
import type { Json } from './history.ts';
import { likelyFor } from './people.ts';
import type { Ports } from './ports.ts';
import { hasFinished, stepOf } from './progress.ts';
import type { Run, StepOpening } from './run.ts';

export type ComingStep = {
  readonly step: string;
  readonly title: string;
  readonly round: number;
  /** UTC; what it hangs on may be late by now. */
  readonly starts: string;
  readonly due?: string;
  /** Where several may get it, this person's share. */
  readonly hours: number;
  /** Somebody else may get it, or it may not happen. */
  readonly perhaps?: true;
};

/** Something open that others owe. */
export type Awaited = {
  readonly step: string;
  readonly title: string;
  readonly owners: readonly string[];
  readonly due?: string;
  /** It judges what this person handed in. */
  readonly judges?: true;
};

export type Coming = {
  readonly run: string;
  readonly title: string;
  readonly workflow: string;
  /** The next first. */
  readonly steps: readonly ComingStep[];
  /** What this person waits for. */
  readonly waits: readonly Awaited[];
};

const KIND = 'coming';
export const comingTo = (person: string): string => `coming:${person}`;

type Look = Pick<Ports, 'catalogue' | 'settings'>;

/** By person. */
export const comingIn = async (ports: Look, run: Run): Promise<ReadonlyMap<string, Coming>> => {
  const told = lastToldOf(run);
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, told);
  const { steps } = forecastOf(run, calendar, told);
  const coming = new Map<string, { steps: ComingStep[]; waits: Map<StepOpening, boolean> }>();
  const of = (person: string) => {
    const known = coming.get(person) ?? { steps: [], waits: new Map<StepOpening, boolean>() };
    coming.set(person, known);
    return known;
  };
  const planned = plannedIn(run, calendar);
  for (const foreseen of steps) {
    const { step, opening, round, item, waits_for } = foreseen;
    if (opening !== undefined) {
      const worker = step.type === 'approval' ? workerOf(run, step.of, opening) : undefined;
      if (worker !== undefined && !askedOf(run, opening).includes(worker)) of(worker).waits.set(opening, true);
      continue;
    }
    // What waits for nothing any more is just being opened.
    const opens = waits_for.length === 0 && step.after.every((id) => hasFinished(run, id, item));
    if (!isHuman(step) || opens) continue;
    const isNext = waits_for.length > 0 && waits_for.every((one) => step.after.includes(one.step));
    const { starts, due } = (isNext ? undefined : planned(step)) ?? foreseen;
    const place = { step: step.id, round, ...(item === undefined ? {} : { item }) };
    const title = await titleIn(ports, run, { ...place, values: {} }, step.title);
    for (const { person, share } of likelyFor(ports, run, step, place, starts)) {
      const mine = of(person);
      mine.steps.push({
        step: step.id,
        title,
        round,
        starts,
        hours: Math.round((step.effort ?? 0) * share * 100) / 100,
        ...(due === undefined ? {} : { due }),
        ...(share < 1 || step.when !== undefined ? { perhaps: true } : {}),
      });
      for (const other of isNext ? waits_for : [])
        if (!askedOf(run, other).includes(person) && !mine.waits.has(other)) mine.waits.set(other, false);
    }
  }
  const entries = [...coming].map(async ([person, { steps: mine, waits }]) => {
    const awaited = await Promise.all([...waits].map(([one, judges]) => awaitedOf(ports, run, one, judges)));
    return [
      person,
      {
        run: run.id,
        title: run.opened.title,
        workflow: run.requested.workflow,
        steps: mine.toSorted((a, b) => (a.starts < b.starts ? -1 : 1)),
        waits: awaited,
      },
    ] as const;
  });
  return new Map(await Promise.all(entries));
};

/** When a step comes and is due if everybody finishes when it is due, by the plan that the run began with. */
const plannedIn = (run: Run, calendar: Calendar) => {
  const { plan } = run.kept;
  const steps = new Map('steps' in plan ? plan.steps.map((one) => [one.step, one]) : []);
  return ({ id, after }: Step): { readonly starts: string; readonly due: string } | undefined => {
    const one = steps.get(id);
    if (one === undefined) return undefined;
    const ready = Math.max(
      millisOf(one.starts),
      ...after.map((before) => millisOf(steps.get(before)?.due ?? one.starts)),
    );
    return { starts: withMillis(instantText(workingFrom(calendar, ready) ?? ready)), due: withMillis(one.due) };
  };
};

/** Who handed in what an open approval judges. */
const workerOf = (run: Run, of: string, { item }: StepOpening): string | undefined => {
  let found: StepOpening | undefined;
  for (const one of run.openings.values())
    if (one.step === of && (one.item === item || one.item === undefined) && one.state === 'finished') found = one;
  return found?.finish?.by;
};

const awaitedOf = async (ports: Look, run: Run, one: StepOpening, judges: boolean): Promise<Awaited> => ({
  step: one.step,
  title: await titleIn(ports, run, one, stepOf(run, one.step)?.title),
  owners: askedOf(run, one),
  ...(one.due === undefined ? {} : { due: one.due.instant }),
  ...(judges ? { judges } : {}),
});

/** The title of a step as people read it: most have nothing to be evaluated. */
export const titleIn = async (
  ports: Pick<Ports, 'settings'>,
  run: Run,
  opening: Pick<StepOpening, 'step' | 'item' | 'values'>,
  title = opening.step,
): Promise<string> => (title.includes('{{') ? textsFor(ports, run, opening).text(title) : title);

/** Tells whether what comes to somebody is still what was written. */
export const markOf = (coming: Coming): string =>
  createHash('sha256').update(JSON.stringify(coming)).digest('base64url').slice(0, 6);

const HOUR_MS = 3_600_000;

/** @param length how much of the history it shows. @param coming undefined: nothing comes to them any more. */
export const writeComing = async (
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
  person: string,
  run: string,
  length: number,
  coming: Coming | undefined,
): Promise<void> => {
  const key = `${person} ${run}`;
  for (;;) {
    const kept = await records.read(KIND, key);
    if (kept !== undefined && (kept.value as { readonly length: number }).length >= length) return;
    const keep =
      coming === undefined
        ? { expires: new Date(Date.parse(clock.now()) + HOUR_MS).toISOString() }
        : { group: comingTo(person), sort: coming.steps[0]?.starts ?? '' };
    const value = { length, ...(coming ?? {}) } as Json;
    if (await records.write(KIND, key, value, { ...keep, version: kept?.version ?? 0 })) return;
  }
};

/** What comes to somebody, the next first; what only makes them wait stands before it all. */
export const listComing = async (
  { records }: Pick<Ports, 'records'>,
  person: string,
  page: { readonly limit?: number; readonly after?: string } = {},
): Promise<{ readonly coming: readonly Coming[]; readonly next?: string }> => {
  const { records: found, next } = await records.list(comingTo(person), page);
  return { coming: found.map(({ value }) => value as Coming), ...(next === undefined ? {} : { next }) };
};
