/**
 * All that is on somebody's plate: what they owe, what comes to them, and how many hours that is in each week.
 *
 * Promises: what is owed is read from the board's lines, so that it is the same there and here, in one look-up for
 * everybody. Of what comes, a bounded number of records is read, the next first: weeks that those do not reach are not
 * told at all, rather than told too low.
 */
import type { Person } from '../../statemachines/language/workflow.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { type BoardLine, type BoardStep, openLines } from './board.ts';
import { type Coming, listComing } from './coming.ts';
import { calendarFor } from './dates.ts';
import type { Ports } from './ports.ts';
import { type Load, mondayOf, type WeekLoad, windowEnd, workloadOf } from './workload.ts';

/** One open step of one person. */
export type OpenWork = Omit<BoardStep, 'owners'> & Pick<BoardLine, 'run' | 'workflow'> & { readonly run_title: string };

export type Plate = {
  /** What is due first comes first. */
  readonly work: readonly OpenWork[];
  /** What comes first, first. */
  readonly coming: readonly Coming[];
  /** This one first, as many as are known. */
  readonly weeks: readonly WeekLoad[];
};

type Look = Pick<Ports, 'records' | 'catalogue' | 'clock'>;

/** What somebody owes, by when it is due; what has no date last. */
export const workIn = (lines: readonly BoardLine[], person: string): readonly OpenWork[] =>
  lines
    .flatMap(({ run, workflow, title, open }) =>
      open
        .filter(({ owners }) => owners.includes(person))
        .map(({ owners: _owners, ...step }) => ({ ...step, run, workflow, run_title: title })),
    )
    .toSorted((one, other) => ((one.due ?? '9') < (other.due ?? '9') ? -1 : 1));

/** @param weeks how many are looked ahead, this one first. @param lines of the board, where they are known already. */
export const plateOf = async (
  ports: Look,
  person: Person,
  weeks: number,
  lines?: readonly BoardLine[],
): Promise<Plate> => {
  const now = ports.clock.now();
  const [open, ahead] = await Promise.all([
    lines ?? openLines(ports),
    comingUntil(ports, person, windowEnd(now, person.zone, weeks)),
  ]);
  const work = workIn(open, person.id);
  const calendar = calendarFor(ports.catalogue, 'default', now);
  const all = workloadOf(person, loadsOf(work, ahead.coming), calendar, now, weeks);
  const known = ahead.until === undefined ? undefined : mondayOf(dayAt(millisOf(ahead.until), person.zone));
  return {
    work,
    coming: ahead.coming,
    weeks: known === undefined ? all : all.filter(({ week }, at) => at === 0 || week < known),
  };
};

export const loadsOf = (work: readonly OpenWork[], coming: readonly Coming[]): readonly Load[] => [
  ...work.map(({ hours = 0, due }) => ({ hours, due })),
  ...coming.flatMap(({ steps }) => steps.map(({ hours, starts, due }) => ({ hours, from: starts, due }))),
];

/** So many runs are looked at, a hundred with one look-up. */
const MOST_COMING = 200;

/** @returns `until`: what comes from then on is not all there. */
const comingUntil = async (
  ports: Look,
  person: Person,
  day: string,
): Promise<{ readonly coming: readonly Coming[]; readonly until?: string }> => {
  const coming: Coming[] = [];
  let after: string | undefined;
  do {
    const page = await listComing(ports, person.id, after === undefined ? {} : { after });
    coming.push(...page.coming);
    after = page.next;
    const last = coming.at(-1)?.steps[0]?.starts ?? '';
    if (after === undefined || last.slice(0, 10) > day) return { coming };
    if (coming.length >= MOST_COMING) return { coming, until: last === '' ? ports.clock.now() : last };
  } while (after !== undefined);
  return { coming };
};
