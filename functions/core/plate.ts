/**
 * All that is on somebody's plate: what they owe, what comes to them, and how many hours that is in each week.
 *
 * Promises: what is owed is read from the board's lines, so that it is the same there and here. Everything, of
 * everybody, is two look-ups.
 */
import type { Person } from '../../statemachines/language/workflow.ts';
import { type BoardLine, type BoardStep, openLines } from './board.ts';
import { type AheadLine, aheadLines, type Coming, comingTo } from './coming.ts';
import { calendarFor } from './dates.ts';
import type { Ports } from './ports.ts';
import { type Load, type WeekLoad, workloadOf } from './workload.ts';

/** One open step of one person. */
export type OpenWork = Omit<BoardStep, 'owners'> & Pick<BoardLine, 'run' | 'workflow'> & { readonly run_title: string };

export type Plate = {
  /** What is due first comes first. */
  readonly work: readonly OpenWork[];
  /** What comes first, first. */
  readonly coming: readonly Coming[];
  /** This one first. */
  readonly weeks: readonly WeekLoad[];
};

/** What somebody owes, by when it is due; what has no date last. */
export const workIn = (lines: readonly BoardLine[], person: string): readonly OpenWork[] =>
  lines
    .flatMap(({ run, workflow, title, open }) =>
      open
        .filter(({ owners }) => owners.includes(person))
        .map(({ owners: _owners, ...step }) => ({ ...step, run, workflow, run_title: title })),
    )
    .toSorted((one, other) => ((one.due ?? '9') < (other.due ?? '9') ? -1 : 1));

/** All that is open, and all that is to come: of everybody. */
export type Everything = { readonly lines: readonly BoardLine[]; readonly ahead: readonly AheadLine[] };

export const everything = async (ports: Pick<Ports, 'records'>): Promise<Everything> => {
  const [lines, ahead] = await Promise.all([openLines(ports), aheadLines(ports)]);
  return { lines, ahead };
};

/** @param weeks how many are looked ahead, this one first. */
export const plateOf = (
  { catalogue, clock }: Pick<Ports, 'catalogue' | 'clock'>,
  { lines, ahead }: Everything,
  person: Person,
  weeks: number,
): Plate => {
  const now = clock.now();
  const work = workIn(lines, person.id);
  const coming = comingTo(lines, ahead, person.id);
  const calendar = calendarFor(catalogue, 'default', now);
  return { work, coming, weeks: workloadOf(person, loadsOf(work, coming), calendar, now, weeks) };
};

export const loadsOf = (work: readonly OpenWork[], coming: readonly Coming[]): readonly Load[] => [
  ...work.map(({ hours = 0, due }) => ({ hours, due })),
  ...coming.flatMap(({ steps }) => steps.map(({ hours, starts, due }) => ({ hours, from: starts, due }))),
];
