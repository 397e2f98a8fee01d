/** `/me`: what the reader has to do, what comes next, whom they wait for. `/team/{person}`: the same of somebody else. */
import type { Person } from '../../statemachines/language/workflow.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { everything, type Plate, plateOf } from '../core/plate.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { chosenIn, type Part, partOf, shownPart } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { weekDay } from '../pages/shown-dates.ts';
import { type AwaitedRow, type NextRow, type OwedRow, type WeekView, workPage } from '../pages/work-page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { answerAddress } from './answer-address.ts';
import { csvReply, tableIn, wantsCsv } from './csv.ts';
import { addressOf, frameFor } from './reader.ts';
import { html } from './replies.ts';

/** So many weeks are looked ahead. */
const WEEKS = 6;

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

const personOf = ({ catalogue }: Pick<Ports, 'catalogue'>, id: string): Person | undefined =>
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
  const { query } = request;
  if (wantsCsv(request)) return csvOf(ports, person, plate, tableIn(request), now);
  const path = own ? PLACES.work : `${PLACES.team}/${encodeURIComponent(person.id)}`;
  const here = { path, query: chosenIn(query, Object.keys(ON_A_PAGE)) };
  // Dates are told only of what is shown.
  const part = <All, Row>(all: readonly All[], name: List, row: (one: All) => Row): Part<Row> =>
    shownPart(partOf(all, { ...here, name, length: ON_A_PAGE[name] }), row);
  return html(
    200,
    workPage({
      frame: frameFor(ports, reader, own ? 'work' : 'team', addressOf(request)),
      person: person.name,
      own,
      path,
      late: plate.work.filter(({ due }) => due !== undefined && Date.parse(due) < Date.parse(now)).length,
      owed: part(
        plate.work,
        'from',
        (one): OwedRow => ({
          title: one.title,
          run: runLinkOf({ run: one.run, title: one.run_title }),
          type: one.type === 'task' || one.type === 'approval' ? one.type : 'other',
          round: one.round,
          hours: one.hours ?? 0,
          ...(one.due === undefined ? {} : { due: shown(one.due, one.workflow) }),
          ...(own ? { href: answerAddress(one) } : {}),
        }),
      ),
      next: part(
        comingSteps(plate),
        'next',
        ({ title, starts, due, hours, perhaps, of }): NextRow => ({
          title,
          run: runLinkOf(of),
          starts: shown(starts, of.workflow),
          ...(due === undefined ? {} : { due: shown(due, of.workflow) }),
          hours,
          perhaps: perhaps === true,
        }),
      ),
      awaited: part(
        awaitedSteps(plate),
        'awaited',
        ({ title, owners, due, judges, of }): AwaitedRow => ({
          title,
          run: runLinkOf(of),
          who: owners.map((owner) => namedIn(ports, owner)),
          ...(due === undefined ? {} : { due: shown(due, of.workflow) }),
          judges: judges === true,
        }),
      ),
      weeks: plate.weeks.map(
        ({ week, hours, capacity, away }): WeekView => ({ monday: weekDay(week), hours, capacity, away }),
      ),
    }),
  );
};

/** The lists of the page by their names in its address, and how much of each is shown at once. */
const ON_A_PAGE = { from: 50, next: 20, awaited: 20 };
type List = keyof typeof ON_A_PAGE;

const comingSteps = ({ coming }: Plate) =>
  coming.flatMap((of) => of.steps.map((step) => ({ ...step, of }))).toSorted((a, b) => (a.starts < b.starts ? -1 : 1));

/** What has no date comes last. */
const awaitedSteps = ({ coming }: Plate) =>
  coming
    .flatMap((of) => of.waits.map((wait) => ({ ...wait, of })))
    .toSorted((a, b) => ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1));

const namedIn = ({ catalogue }: Ports, person: string): string => personOf({ catalogue }, person)?.name ?? person;

const csvOf = (ports: Ports, { id }: Person, plate: Plate, list: string | undefined, now: string): HttpResponse => {
  const words = PAGE_WORDS.mine;
  const name = (what: string): string => `${what}-${id}-${now.slice(0, 10)}`;
  if (list === 'next')
    return csvReply(
      name('next'),
      words.nextCsv,
      comingSteps(plate).map(({ title, starts, due, hours, perhaps, of }) => [
        ...[title, of.title, of.workflow, of.run, starts, due, hours],
        perhaps === true ? words.yes : '',
      ]),
    );
  if (list === 'awaited')
    return csvReply(
      name('awaited'),
      words.awaitedCsv,
      awaitedSteps(plate).map(({ title, owners, due, judges, of }) => [
        ...[title, of.title, of.workflow, of.run, owners.map((owner) => namedIn(ports, owner)).join(', '), due],
        judges === true ? words.yes : '',
      ]),
    );
  if (list === 'weeks')
    return csvReply(
      name('weeks'),
      words.weeksCsv,
      plate.weeks.map(({ week, hours, capacity, away }) => [week, hours, capacity, away]),
    );
  return csvReply(
    name('work'),
    words.csv,
    plate.work.map((one) => [one.title, one.run_title, one.workflow, one.run, one.round, one.due, one.hours]),
  );
};
