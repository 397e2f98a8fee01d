/** `/me`: what the reader has to do, what comes next, whom they wait for. `/team/{person}`: the same of somebody else. */
import type { Person } from '../../statemachines/language/workflow.ts';
import type { Coming } from '../core/coming.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { everything, type Plate, plateOf } from '../core/plate.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { addressWith } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import { PAGE_WORDS } from '../pages/page-words.ts';
import { problemPage } from '../pages/problem-page.ts';
import { weekDay } from '../pages/shown-dates.ts';
import { type AwaitedRow, type NextRow, type OwedRow, type WeekView, workPage } from '../pages/work-page.ts';
import { answerAddress } from './answer-address.ts';
import { csvReply, wantsCsv } from './csv.ts';
import { addressOf, frameFor } from './reader.ts';
import { html } from './replies.ts';

/** So many weeks are looked ahead. */
const WEEKS = 6;
const OWED_ON_A_PAGE = 50;
const NEXT_SHOWN = 20;
const AWAITED_SHOWN = 20;

const runLinkOf = ({ run, title }: { readonly run: string; readonly title: string }) => ({
  title,
  href: `${PLACES.runs}/${encodeURIComponent(run)}`,
});

export const seeMyWork =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const person = personOf(ports, reader.person);
    return person === undefined ? nobody(ports, request, reader) : workOf(ports, request, reader, person);
  };

export const seeTheirWork =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const person = personOf(ports, decodeURIComponent(request.path.split('/')[2] ?? ''));
    return person === undefined ? nobody(ports, request, reader) : workOf(ports, request, reader, person);
  };

const personOf = ({ catalogue }: Ports, id: string): Person | undefined =>
  catalogue.team.people.find((one) => one.id === id);

const nobody = (ports: Ports, request: HttpRequest, reader: Reader): HttpResponse => {
  const frame = frameFor(ports, reader, 'other', addressOf(request));
  return html(404, problemPage({ status: 404, title: PAGE_WORDS.mine.nobody, frame }));
};

const workOf = async (ports: Ports, request: HttpRequest, reader: Reader, person: Person): Promise<HttpResponse> => {
  const now = ports.clock.now();
  const own = person.id === reader.person;
  const plate = plateOf(ports, await everything(ports), person, WEEKS);
  const shown = (instant: string, workflow: string) => {
    const name = ports.catalogue.workflows.get(workflow)?.outline.workflow.calendar ?? 'default';
    return shownDate(instant, reader.zone, calendarFor(ports.catalogue, name, now), now);
  };
  if (wantsCsv(request)) return csvOf(person, plate, now);
  const query = new URLSearchParams(request.query);
  const from = Math.max(0, Number.parseInt(query.get('from') ?? '0', 10) || 0);
  const { work } = plate;
  const page = work.slice(from, from + OWED_ON_A_PAGE);
  const path = own ? PLACES.work : `${PLACES.team}/${encodeURIComponent(person.id)}`;
  const coming = plate.coming.reduce((sum, { steps }) => sum + steps.length, 0);
  return html(
    200,
    workPage({
      frame: frameFor(ports, reader, own ? 'work' : 'team', addressOf(request)),
      person: person.name,
      own,
      path,
      query: {},
      open: work.length,
      late: work.filter(({ due }) => due !== undefined && Date.parse(due) < Date.parse(now)).length,
      owed: page.map((one): OwedRow => {
        return {
          title: one.title,
          run: runLinkOf({ run: one.run, title: one.run_title }),
          type: one.type === 'task' || one.type === 'approval' ? one.type : 'other',
          round: one.round,
          hours: one.hours ?? 0,
          ...(one.due === undefined ? {} : { due: shown(one.due, one.workflow) }),
          ...(own ? { href: answerAddress(one) } : {}),
        };
      }),
      ...(from > 0 ? { first: path } : {}),
      ...(work.length > from + OWED_ON_A_PAGE
        ? { more: addressWith(path, { from: String(from + OWED_ON_A_PAGE) }) }
        : {}),
      next: nextRows(plate.coming, shown),
      later: Math.max(0, coming - NEXT_SHOWN),
      awaited: awaitedRows(ports, plate.coming, shown),
      weeks: plate.weeks.map(
        ({ week, hours, capacity, away }): WeekView => ({ monday: weekDay(week), hours, capacity, away }),
      ),
    }),
  );
};

type Shown = (instant: string, workflow: string) => ReturnType<typeof shownDate>;

const nextRows = (coming: readonly Coming[], shown: Shown): readonly NextRow[] =>
  coming
    .flatMap((one) => one.steps.map((step) => ({ ...step, one })))
    .toSorted((a, b) => (a.starts < b.starts ? -1 : 1))
    // Dates are told only of what is shown.
    .slice(0, NEXT_SHOWN)
    .map(({ title, starts, due, hours, perhaps, one }) => ({
      title,
      run: runLinkOf(one),
      starts: shown(starts, one.workflow),
      ...(due === undefined ? {} : { due: shown(due, one.workflow) }),
      hours,
      perhaps: perhaps === true,
    }));

const awaitedRows = ({ catalogue }: Ports, coming: readonly Coming[], shown: Shown): readonly AwaitedRow[] =>
  coming
    .flatMap((one) => one.waits.map((wait) => ({ ...wait, one })))
    // What has no date comes last.
    .toSorted((a, b) => ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1))
    .slice(0, AWAITED_SHOWN)
    .map(({ title, owners, due, judges, one }) => ({
      title,
      run: runLinkOf(one),
      who: owners.map((owner) => catalogue.team.people.find(({ id }) => id === owner)?.name ?? owner),
      ...(due === undefined ? {} : { due: shown(due, one.workflow) }),
      judges: judges === true,
    }));

const csvOf = (person: Person, { work }: Plate, now: string): HttpResponse =>
  csvReply(
    `work-${person.id}-${now.slice(0, 10)}`,
    PAGE_WORDS.mine.csv,
    work.map((one) => [one.title, one.run_title, one.workflow, one.run, one.round, one.due, one.hours]),
  );
