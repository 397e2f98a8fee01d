/** Runs for tools: `GET /api/runs`, newest first. */
import { type Card, endedIn, listCards, OPEN_RUNS } from '../core/cards.ts';
import type { Ports } from '../core/ports.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { json } from './replies.ts';

/** So many runs are listed at once; a tool asks for the rest by `after`. */
const MOST = 1_000;

export const listRuns =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const asked = new URLSearchParams(request.query);
    const now = ports.clock.now();
    const months = [0, 1, 2].map((back) => monthBefore(now, back));
    const open = await cardsOf(ports, OPEN_RUNS);
    const ended =
      asked.get('state') === 'open'
        ? []
        : (await Promise.all(months.map((month) => cardsOf(ports, endedIn(month))))).flat();
    return json(
      200,
      [...open, ...ended]
        .toSorted((a, b) => (a.started < b.started ? 1 : -1))
        .map(({ run, workflow, title, state, started, ended: end, steps }) => ({
          run,
          workflow,
          title,
          state,
          started,
          ...(end === undefined ? {} : { ended: end }),
          steps: steps.map(({ step, state: how, owners, due, round, item }) => ({
            step,
            ...(item === undefined ? {} : { item }),
            state: how,
            round,
            owner: owners[0] ?? null,
            owners,
            due: due ?? null,
          })),
        })),
    );
  };

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

const monthBefore = (now: string, back: number): string => {
  const date = new Date(`${now.slice(0, 7)}-15T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - back);
  return date.toISOString().slice(0, 7);
};
