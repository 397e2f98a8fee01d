/**
 * What comes to each person next, and whom they wait for: what `/me` and `/team` read beside the board's lines.
 *
 * Promises: follows from the history and the team. What is far off has the dates of the plan, what comes right after
 * something open the forecast's, so that a line changes only where the next steps do. Of runs that are not on the board
 * nothing comes to anybody.
 * Hides: how lines are kept (shards.ts).
 */
import type { Step } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { isHuman } from '../../statemachines/plan/schedule.ts';
import { instantText, millisOf } from '../../statemachines/plan/wall-time.ts';
import { workingFrom } from '../../statemachines/plan/working-time.ts';
import { askedOf } from './ballots.ts';
import { withMillis } from './dates.ts';
import { type Opening, openingKey } from './events.ts';
import { forecastAsTold } from './forecast.ts';
import { likelyFor } from './people.ts';
import type { Ports } from './ports.ts';
import { hasFinished } from './progress.ts';
import type { Run, StepOpening } from './run.ts';
import { titleIn } from './run-texts.ts';
import { type RunLine, shardsOf } from './shards.ts';

/** A step that is not open yet. */
type AheadStep = {
  readonly step: string;
  readonly title: string;
  readonly round: number;
  /** UTC; what it hangs on may be late by now. */
  readonly starts: string;
  readonly due?: string;
  /** For each of these people; where several may get it, their share. */
  readonly hours: number;
  readonly people: readonly string[];
  /** One of several gets it, or it may not happen. */
  readonly perhaps?: true;
  /** What is open right before it, by openingKey. */
  readonly after: readonly string[];
};
export type AheadLine = RunLine & {
  readonly steps: readonly AheadStep[];
  /** Who handed in what is being judged, by openingKey of the approval. */
  readonly judged: { readonly [opening: string]: string };
};

export type ComingStep = Omit<AheadStep, 'people' | 'after'>;

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

/** So many records: one page of a list has them all. */
const SHARDS = 64;
const OPEN = 'open';
const shards = shardsOf<AheadLine>('ahead', SHARDS);

type Keeping = Pick<Ports, 'records'>;
type Look = Pick<Ports, 'catalogue' | 'settings'>;

export const aheadOf = async (ports: Look, run: Run): Promise<AheadLine> => {
  const { calendar, forecast } = forecastAsTold(ports, run);
  const planned = plannedIn(run, calendar);
  const steps: AheadStep[] = [];
  const judged: { [opening: string]: string } = {};
  for (const foreseen of forecast.steps) {
    const { step, opening, round, item, waits_for } = foreseen;
    if (opening !== undefined) {
      const worker = step.type === 'approval' ? workerOf(run, step.of, opening) : undefined;
      if (worker !== undefined && !askedOf(run, opening).includes(worker)) judged[openingKey(opening)] = worker;
      continue;
    }
    // What waits for nothing any more is just being opened.
    const opens = waits_for.length === 0 && step.after.every((id) => hasFinished(run, id, item));
    if (!isHuman(step) || opens) continue;
    const isNext = waits_for.length > 0 && waits_for.every((one) => step.after.includes(one.step));
    const { starts, due } = (isNext ? undefined : planned(step)) ?? foreseen;
    const place: Opening = { step: step.id, round, ...(item === undefined ? {} : { item }) };
    const likely = likelyFor(ports, run, step, place, starts);
    const share = likely[0]?.share ?? 1;
    steps.push({
      step: step.id,
      title: await titleIn(ports, run, place),
      round,
      starts,
      ...(due === undefined ? {} : { due }),
      hours: Math.round((step.effort ?? 0) * share * 100) / 100,
      people: likely.map(({ person }) => person),
      ...(share < 1 || step.when !== undefined ? { perhaps: true } : {}),
      after: isNext ? waits_for.map(openingKey) : [],
    });
  }
  return { run: run.id, length: run.length, steps, judged };
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

/** Of a run that has ended, nothing is kept. @param anew in place of one that knows as much, but may say it wrongly. */
export const putAhead = async (ports: Look & Keeping, run: Run, anew = false): Promise<void> =>
  run.finished === undefined
    ? shards.put(ports, OPEN, await aheadOf(ports, run), anew)
    : shards.take(ports, OPEN, run.id);

export const aheadLines = (ports: Keeping): Promise<readonly AheadLine[]> => shards.list(ports, OPEN);

/** Where a run stands, as far as this needs it: a line of the board. */
type Standing = {
  readonly run: string;
  readonly title: string;
  readonly workflow: string;
  readonly open: readonly (Opening & {
    readonly title: string;
    readonly owners: readonly string[];
    readonly due?: string;
  })[];
};

/** What comes to somebody: what comes first, first; before it all what only makes them wait. */
export const comingTo = (
  lines: readonly Standing[],
  ahead: readonly AheadLine[],
  person: string,
): readonly Coming[] => {
  const standing = new Map(lines.map((line) => [line.run, line]));
  return ahead
    .flatMap(({ run, steps, judged }): Coming[] => {
      const line = standing.get(run);
      const mine = steps.filter(({ people }) => people.includes(person));
      const after = new Set(mine.flatMap((step) => step.after));
      const waits = (line?.open ?? []).flatMap((one): Awaited[] => {
        const judges = judged[openingKey(one)] === person;
        if (one.owners.includes(person) || !(judges || after.has(openingKey(one)))) return [];
        const { step, title, owners, due } = one;
        return [{ step, title, owners, ...(due === undefined ? {} : { due }), ...(judges ? { judges } : {}) }];
      });
      if (line === undefined || (mine.length === 0 && waits.length === 0)) return [];
      const { title, workflow } = line;
      const next = mine.map(({ people: _people, after: _after, ...step }) => step);
      return [{ run, title, workflow, steps: next.toSorted((one, other) => byTime(one.starts, other.starts)), waits }];
    })
    .toSorted((one, other) => byTime(one.steps[0]?.starts ?? '', other.steps[0]?.starts ?? ''));
};

const byTime = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
