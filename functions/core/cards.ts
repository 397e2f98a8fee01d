/**
 * The card of each run, and the open work of each person: what boards and lists read, and how the least loaded is found.
 *
 * Promises: follows from the history alone; a card only ever moves forward; made again, it is the same. No page has to
 * read a history, or ask Step Functions, to show many runs.
 * Hides: how one card is turned into the work of several people.
 */
import { owersOf } from './ballots.ts';
import { headOf, lineOf, putOnBoard, takeFromOpen } from './board.ts';
import { putAhead } from './coming.ts';
import { writeEnded } from './ended-runs.ts';
import { openingKey, type RunEvent } from './events.ts';
import type { Json } from './history.ts';
import { packed, unpacked } from './packed.ts';
import { workOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Requested, Run, StepOpening } from './run.ts';
import { titleIn } from './run-texts.ts';

type CardStep = {
  readonly step: string;
  readonly title: string;
  readonly round: number;
  readonly item?: string;
  readonly state: 'waiting' | 'open' | 'finished' | 'skipped' | 'redone' | 'closed';
  /** Those who owe it now; of what is finished, who did it. */
  readonly owners: readonly string[];
  readonly phase?: string;
  readonly opened?: string;
  readonly due?: string;
  readonly finished?: string;
};
/** What only we write, and so read without doubting it. */
export type Card = {
  readonly run: string;
  readonly workflow: string;
  readonly title: string;
  readonly state: 'requested' | 'running' | 'finished' | 'rejected' | 'cancelled' | 'failed' | 'expired';
  readonly started: string;
  readonly ended?: string;
  readonly lead: string;
  /** How many events there were when it was made; those after it that show nothing are not counted. */
  readonly length: number;
  readonly steps: readonly CardStep[];
};

const KIND = 'card';
const cardIn = (value: unknown): Card => unpacked<Card>(value);
/** Where no board is kept, nobody pays for a card by the kilobyte either. */
const textOf = ({ settings }: Pick<Ports, 'settings'>, card: Card): string =>
  settings.keeps_board ? packed(card as never as Json) : JSON.stringify(card);
export const OPEN_RUNS = 'runs:open';
/** Ended runs by month, `2027-01`. */
export const endedIn = (month: string): string => `runs:ended:${month}`;

export const cardOf = async (ports: Pick<Ports, 'settings'>, run: Run | Requested): Promise<Card> => {
  const common = headOf(run);
  if (run.opened === undefined) return { ...common, title: common.workflow, lead: '', steps: [] };
  const newest = new Map<string, StepOpening>();
  for (const one of run.openings.values()) newest.set(`${one.step} ${one.item ?? ''}`, one);
  const begun = await Promise.all([...newest.values()].map((one) => stepOfCard(ports, run, one)));
  const seen = new Set(begun.map(({ step }) => step));
  const waiting = run.workflow.steps
    .filter(({ id: step }) => !seen.has(step))
    .map(({ id: step, title }) => ({ step, title, round: 1, state: 'waiting' as const, owners: [] }));
  return { ...common, title: run.opened.title, lead: run.workflow.lead, steps: [...begun, ...waiting] };
};

const stepOfCard = async (
  ports: Pick<Ports, 'settings'>,
  run: Run,
  one: StepOpening,
): Promise<Card['steps'][number]> => {
  const step = stepOf(run, one.step);
  const by = one.finish?.by;
  return {
    step: one.step,
    title: await titleIn(ports, run, one),
    round: one.round,
    ...(one.item === undefined ? {} : { item: one.item }),
    ...(step?.phase === undefined ? {} : { phase: step.phase }),
    state: one.state,
    owners: one.state === 'open' ? [...owersOf(run, one)] : by === undefined ? [] : [by],
    opened: one.opened,
    ...(one.due === undefined ? {} : { due: one.due.instant }),
    ...(one.finish === undefined ? {} : { finished: one.finish.at }),
  };
};

type Listing = Pick<Ports, 'records' | 'clock' | 'catalogue' | 'settings'>;

/** Brings the card, and what it shows of people's work, up to the run as it is. */
export const refreshCard = async (ports: Listing, run: Run | Requested): Promise<void> => {
  const { records } = ports;
  const card = await cardOf(ports, run);
  const line = ports.settings.keeps_board ? await lineOf(ports, run) : undefined;
  const written = new Set<string>();
  for (;;) {
    const kept = await records.read(KIND, run.id);
    const before = kept === undefined ? undefined : cardIn(kept.value);
    if (before !== undefined && before.length >= card.length) {
      // Somebody knew more than we do: what we listed meanwhile may be nobody's work any more.
      const known = workIn(before);
      await Promise.all([
        ...[...written].filter((key) => !known.has(key)).map((key) => records.remove('work', key)),
        ...(before.ended !== undefined && card.ended === undefined ? [takeFromOpen(ports, run.id)] : []),
      ]);
      return;
    }
    // Much of what happens moves nothing: then nothing else comes to anybody either, unless it is late and slips.
    const now = ports.clock.now();
    const isMoved =
      before === undefined ||
      JSON.stringify(before.steps) !== JSON.stringify(card.steps) ||
      card.steps.some(({ state, due }) => state === 'open' && due !== undefined && due < now);
    const [was, is] = [workIn(before), workIn(card, run)];
    for (const key of is.keys()) if (!was.has(key)) written.add(key);
    await Promise.all([
      ...[...is]
        .filter(([key]) => !was.has(key))
        .map(([key, { person, value }]) => writeWork(records, key, person, value)),
      ...[...was.keys()].filter((key) => !is.has(key)).map((key) => records.remove('work', key)),
      ...(line === undefined ? [] : [putOnBoard(ports, line)]),
      ...(line !== undefined && isMoved && run.opened !== undefined ? [putAhead(ports, run)] : []),
      ...(line !== undefined && card.ended !== undefined && before?.ended === undefined && run.opened !== undefined
        ? [writeEnded(ports, run)]
        : []),
    ]);
    const place =
      card.ended === undefined
        ? { group: OPEN_RUNS, sort: card.started }
        : { group: endedIn(card.ended.slice(0, 7)), sort: card.ended };
    if (await records.write(KIND, run.id, textOf(ports, card), { ...place, version: kept?.version ?? 0 })) return;
  }
};

/**
 * Whether an event changes anything that a card, or what comes to somebody, shows. After one that does not, the card
 * stays as it is: reminders are most of what happens in a run, and each would have everything made and written again.
 * Those of what is overdue count: with each of their days the end moves on.
 */
export const changesCard = (event: Pick<RunEvent, 'type'> & { readonly kind?: string }): boolean =>
  event.type === 'reminder-sent' ? event.kind === 'overdue' || event.kind === 'escalation' : !UNSHOWN.has(event.type);
const UNSHOWN: ReadonlySet<RunEvent['type']> = new Set(['token-replaced', 'mail-refused']);

/**
 * Makes all again that lists show of a run, whatever stands there: for when it is lost, wrong, or of an older version.
 * Who changes the run meanwhile loses nothing.
 */
export const remakeCard = async (ports: Listing, run: Run | Requested): Promise<void> => {
  await ports.records.remove(KIND, run.id);
  await putOnBoard(ports, await lineOf(ports, run), true);
  await refreshCard(ports, run);
  await tidyWork(ports, run);
};

/**
 * Makes the lists of people's work agree with a run, whatever an earlier attempt has left behind: one that failed
 * between the work and the card has listed what no card knows of. It looks through all that they have, so it is for
 * the sweeper alone.
 */
export const tidyWork = async (ports: Listing, run: Run | Requested): Promise<void> => {
  if (run.opened === undefined) return;
  const { records } = ports;
  await putAhead(ports, run, true);
  const is = workIn(await cardOf(ports, run), run);
  for (const [key, { person, value }] of is) await writeWork(records, key, person, value);
  for (const person of everAsked(run)) {
    let after: string | undefined;
    do {
      const page = await records.list(workOf(person), after === undefined ? {} : { after });
      const stale = page.records.filter(
        ({ key, value }) => (value as { readonly run?: string }).run === run.id && !is.has(key),
      );
      await Promise.all(stale.map(({ key }) => records.remove('work', key)));
      after = page.next;
    } while (after !== undefined);
  }
};

const everAsked = (run: Run): ReadonlySet<string> =>
  new Set(
    [...run.openings.values()].flatMap(({ people, referred, reassigned }) => [
      ...[...people, ...(referred?.to ?? [])].map(({ person }) => person),
      ...reassigned.map(({ was }) => was),
    ]),
  );

const writeWork = (records: Ports['records'], key: string, person: string, value: Json): Promise<boolean> =>
  records.write('work', key, value, {
    group: workOf(person),
    sort: String((value as { readonly due?: string }).due ?? ''),
  });

type Work = ReadonlyMap<string, { readonly person: string; readonly value: Json }>;

/** @param run left out: only the keys are asked for. */
const workIn = (one: Card | undefined, run?: Run | Requested): Work => {
  const work = new Map<string, { readonly person: string; readonly value: Json }>();
  for (const step of one?.steps ?? []) {
    if (one === undefined || step.state !== 'open') continue;
    const hours = run?.opened === undefined ? 0 : (stepOf(run, step.step)?.effort ?? 0);
    for (const person of step.owners) {
      const value = {
        run: one.run,
        step: step.step,
        round: step.round,
        hours,
        ...(step.item === undefined ? {} : { item: step.item }),
        ...(step.due === undefined ? {} : { due: step.due }),
      };
      // A due date that moved is another entry, so that it is listed in its new place.
      work.set(`${person} ${one.run} ${openingKey(step)} ${step.due ?? ''}`, { person, value });
    }
  }
  return work;
};

export const listCards = async (
  { records }: Pick<Ports, 'records'>,
  group: string,
  page: { readonly limit?: number; readonly after?: string } = {},
): Promise<{ readonly cards: readonly Card[]; readonly next?: string }> => {
  const { records: found, next } = await records.list(group, page);
  return { cards: found.map(({ value }) => cardIn(value)), ...(next === undefined ? {} : { next }) };
};
