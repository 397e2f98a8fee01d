/**
 * The pages of the house in a sandbox: where to begin, and all runs. On AWS they want sign-in.
 */

import type { ShownDate } from '../../functions/core/briefing.ts';
import { type Card, endedIn, OPEN_RUNS } from '../../functions/core/cards.ts';
import { calendarFor, shownDate } from '../../functions/core/dates.ts';
import type { Ports } from '../../functions/core/ports.ts';
import { cardsOf } from '../../functions/http/list-runs.ts';
import { html } from '../../functions/http/replies.ts';
import { PLACES } from '../../functions/pages/page.ts';
import { type HomeRun, type HomeView, homePage, runsPage } from '../../functions/pages/sandbox-pages.ts';
import type { Mounted } from './server.ts';
import type { Time } from './time.ts';

type Look = Pick<Ports, 'records' | 'catalogue' | 'clock'>;

/** So many runs are shown on the first page. */
const MOST_AT_HOME = 12;

export const housePages =
  (ports: Look, time: Time, clock: () => NonNullable<HomeView['clock']>): Mounted =>
  async ({ method, path }) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (path === PLACES.home) {
      const runs = await shownRuns(ports);
      return html(
        200,
        homePage({
          tries: triesFor(runs, time),
          runs: runs.slice(0, MOST_AT_HOME),
          workflows: workflowsOf(ports),
          clock: clock(),
        }),
      );
    }
    return path === PLACES.runs ? html(200, runsPage({ runs: await shownRuns(ports) })) : undefined;
  };

const triesFor = (runs: readonly HomeRun[], time: Time): HomeView['tries'] => [
  { text: 'Read what the team has been mailed, and open a link in one of the mails.', href: PLACES.inbox },
  { text: 'Start a blog post: fill in the form, look at the plan, and start it.', href: '/start/blog-post' },
  ...(runs[0] === undefined
    ? []
    : [{ text: `See where “${runs[0].title}” stands, and who has it.`, href: runs[0].href }]),
  time.kind === 'virtual'
    ? { text: 'Move the clock, and see the reminders come.', href: PLACES.clock }
    : {
        text: 'To see reminders come without waiting, start with: npm start -- --clock virtual --data .runsheet/virtual',
      },
];

const workflowsOf = ({ catalogue }: Look): HomeView['workflows'] =>
  [...catalogue.workflows.values()].map(({ outline: { workflow } }) => ({
    title: workflow.title,
    purpose: workflow.purpose,
    href: `${PLACES.workflows}/${workflow.id}`,
    start: `/start/${workflow.id}`,
  }));

const shownRuns = async (ports: Look): Promise<readonly HomeRun[]> => {
  const now = ports.clock.now();
  const open = await cardsOf(ports, OPEN_RUNS);
  const ended = await cardsOf(ports, endedIn(now.slice(0, 7)));
  return [...open, ...ended]
    .toSorted((a, b) => (a.started < b.started ? 1 : -1))
    .map((card) => shownRun(ports, card, now));
};

const inTime = ({ late, distance }: ShownDate): string => (late ? distance : `due ${distance}`);

const shownRun = ({ catalogue }: Look, card: Card, now: string): HomeRun => {
  const workflow = catalogue.workflows.get(card.workflow)?.outline.workflow;
  const calendar = calendarFor(catalogue, workflow?.calendar ?? 'default', now);
  const open = card.steps.filter(({ state }) => state === 'open');
  const nameOf = (person: string): string => catalogue.team.people.find(({ id }) => id === person)?.name ?? person;
  const where = open.map(({ title, owners, due }) => {
    const who = owners.length === 0 ? '' : ` – ${owners.map(nameOf).join(', ')}`;
    return `${title}${who}${due === undefined ? '' : `, ${inTime(shownDate(due, calendar.zone, calendar, now))}`}`;
  });
  return {
    title: card.title,
    workflow: workflow?.title ?? card.workflow,
    href: `/runs/${encodeURIComponent(card.run)}`,
    outcome: card.state === 'requested' || card.state === 'running' ? 'open' : card.state,
    where: where.join(' · '),
    late: open.some(({ due }) => due !== undefined && Date.parse(due) < Date.parse(now)),
  };
};
