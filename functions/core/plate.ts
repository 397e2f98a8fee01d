/**
 * All that is on somebody's plate: what they owe, what comes to them, and how many hours that is in each week.
 *
 * Promises: the same numbers on every page. Reads a bounded number of records, however much there is: `cut` says when
 * some were left out.
 */
import type { Person } from '../../statemachines/language/workflow.ts';
import { listWork, type OpenWork } from './cards.ts';
import { type Coming, listComing } from './coming.ts';
import { calendarFor } from './dates.ts';
import type { Ports } from './ports.ts';
import { type Load, type WeekLoad, windowEnd, workloadOf } from './workload.ts';

export type Plate = {
  /** What is due first comes first. */
  readonly work: readonly OpenWork[];
  /** What comes first, first. */
  readonly coming: readonly Coming[];
  readonly weeks: readonly WeekLoad[];
  /** There was more than is looked at. */
  readonly cut: boolean;
};

const MOST_READ = 500;

/** @param weeks how many are looked ahead, this one first. */
export const plateOf = async (
  ports: Pick<Ports, 'records' | 'catalogue' | 'clock'>,
  person: Person,
  weeks: number,
): Promise<Plate> => {
  const now = ports.clock.now();
  const until = windowEnd(now, person.zone, weeks);
  const [open, ahead] = await Promise.all([
    readAll(async (after) => {
      const { work, next } = await listWork(ports, person.id, after);
      return { found: work, next };
    }),
    readAll(
      async (after) => {
        const { coming, next } = await listComing(ports, person.id, after);
        return { found: coming, next };
      },
      (last) => (last?.steps[0]?.starts ?? '').slice(0, 10) > until,
    ),
  ]);
  const loads = loadsOf(open.found, ahead.found);
  return {
    work: open.found,
    coming: ahead.found,
    weeks: workloadOf(person, loads, calendarFor(ports.catalogue, 'default', now), now, weeks),
    cut: open.cut || ahead.cut,
  };
};

export const loadsOf = (work: readonly OpenWork[], coming: readonly Coming[]): readonly Load[] => [
  ...work.map(({ hours, due }) => ({ hours, due })),
  ...coming.flatMap(({ steps }) => steps.map(({ hours, starts, due }) => ({ hours, from: starts, due }))),
];

type Page<T> = { readonly found: readonly T[]; readonly next: string | undefined };

const readAll = async <T>(
  read: (page: { readonly after?: string }) => Promise<Page<T>>,
  isEnough: (last: T | undefined) => boolean = () => false,
): Promise<{ readonly found: readonly T[]; readonly cut: boolean }> => {
  const found: T[] = [];
  let after: string | undefined;
  do {
    const page = await read(after === undefined ? {} : { after });
    found.push(...page.found);
    after = page.next;
  } while (after !== undefined && found.length < MOST_READ && !isEnough(found.at(-1)));
  return { found, cut: after !== undefined && found.length >= MOST_READ };
};
