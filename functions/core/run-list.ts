/** Runs for lists: those that are open, and those that ended in this month or the two before. */
import { type Card, endedIn, listCards, OPEN_RUNS } from './cards.ts';
import type { Ports } from './ports.ts';

/** So many runs of a group are listed at once. */
const MOST = 1_000;

/** All cards of a group, up to a bound. */
export const cardsOf = async (ports: Pick<Ports, 'records'>, group: string): Promise<readonly Card[]> => {
  const found: Card[] = [];
  let after: string | undefined;
  do {
    const { cards, next } = await listCards(ports, group, after === undefined ? {} : { after });
    found.push(...cards);
    after = next;
  } while (after !== undefined && found.length < MOST);
  return found;
};

/** Newest first, as tools see them. */
export const listedRuns = async (ports: Pick<Ports, 'records' | 'clock'>, { openOnly = false } = {}) => {
  const now = ports.clock.now();
  const open = await cardsOf(ports, OPEN_RUNS);
  const months = openOnly ? [] : [0, 1, 2].map((back) => monthBefore(now, back));
  const ended = (await Promise.all(months.map((month) => cardsOf(ports, endedIn(month))))).flat();
  return [...open, ...ended].toSorted((a, b) => (a.started < b.started ? 1 : -1)).map(listed);
};

export const listed = ({ run, workflow, title, state, started, ended, steps }: Card) => ({
  run,
  workflow,
  title,
  state,
  started,
  ...(ended === undefined ? {} : { ended }),
  steps: steps.map(({ step, state: how, owners, due, round, item }) => ({
    step,
    ...(item === undefined ? {} : { item }),
    state: how,
    round,
    owner: owners[0] ?? null,
    owners,
    due: due ?? null,
  })),
});

const monthBefore = (now: string, back: number): string => {
  const date = new Date(`${now.slice(0, 7)}-15T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - back);
  return date.toISOString().slice(0, 7);
};
