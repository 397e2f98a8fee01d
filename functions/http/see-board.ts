/**
 * `/`: the board.
 *
 * Promises: what is chosen stands in the address, so a list can be shared; the counts are of the same runs as the list.
 */

import { workdaysBetween } from '../../statemachines/plan/calendar.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { type BoardLine, endedLines, endOf, openLines, type Standing, standingOf } from '../core/board.ts';
import type { ShownDate } from '../core/briefing.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import {
  type BoardColumn,
  type BoardMonth,
  type BoardRow,
  type BoardView,
  boardPage,
  ROWS_ON_A_PAGE,
} from '../pages/board-page.ts';
import { addressWith, type Query } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { csvReply, wantsCsv } from './csv.ts';
import { addressOf, frameFor } from './reader.ts';
import { html } from './replies.ts';

/** So many cards are in all columns together. */
const CARDS_IN_COLUMNS = 80;

export const seeBoard =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const look = lookOf(ports, reader);
    const { query, from } = chosenIn(request, look.now);
    const { month } = query;
    const all = month === undefined ? await openLines(ports) : await endedLines(ports, month);
    const alike = all.filter((line) => isLike(look, line, query));
    const found = alike.filter((line) => query.state === undefined || standingOf(line, look.now) === query.state);
    const sorted = month === undefined ? byUrgency(found, look.now) : byEnd(found);
    if (wantsCsv(request)) return csv(ports, look, sorted, month);
    const rows = sorted.slice(from - 1, from - 1 + ROWS_ON_A_PAGE);
    return html(
      200,
      boardPage({
        frame: frameFor(ports, reader, 'board', addressOf(request)),
        query,
        shown:
          query.view === 'columns' && month === undefined
            ? { columns: columnsOf(look, sorted, query) }
            : { rows: rows.map((line) => rowOf(look, line)) },
        found: { from, to: from - 1 + rows.length, all: sorted.length },
        counts: month === undefined ? countsOf(alike, look.now) : {},
        workflows: [...ports.catalogue.workflows].map(([id, { outline }]) => ({ id, name: outline.workflow.title })),
        people: ports.catalogue.team.people.map(({ id, name }) => ({ id, name })),
        isNew: all.length === 0 && month === undefined && Object.keys(query).length === 0,
        ...(month === undefined ? {} : { month: monthOf(month, look.now) }),
      }),
    );
  };

/** What a line is looked at with. */
type Look = {
  readonly now: string;
  readonly zone: string;
  readonly nameOf: (person: string) => string;
  readonly workflowOf: (id: string) => { readonly title: string; readonly calendar: Calendar };
  readonly ports: Ports;
};

const lookOf = (ports: Ports, { zone }: Pick<Reader, 'zone'>): Look => {
  const now = ports.clock.now();
  const names = new Map(ports.catalogue.team.people.map(({ id, name }) => [id, name]));
  return {
    now,
    zone,
    ports,
    nameOf: (person) => names.get(person) ?? person,
    workflowOf: (id) => {
      const workflow = ports.catalogue.workflows.get(id)?.outline.workflow;
      return {
        title: workflow?.title ?? id,
        calendar: calendarFor(ports.catalogue, workflow?.calendar ?? 'default', now),
      };
    },
  };
};

const STATES: ReadonlySet<string> = new Set<Standing>(['late', 'risk', 'fine']);

const chosenIn = (request: HttpRequest, now: string): { readonly query: Query; readonly from: number } => {
  const asked = new URLSearchParams(request.query);
  const chosen = (name: string): { readonly [name: string]: string } => {
    const value = (asked.get(name) ?? '').toWellFormed().slice(0, 200).trim();
    return value === '' ? {} : { [name]: value };
  };
  const state = asked.get('state') ?? '';
  const month = asked.get('month') ?? '';
  const from = Number.parseInt(asked.get('from') ?? '1', 10);
  return {
    query: {
      ...chosen('q'),
      ...chosen('workflow'),
      ...chosen('lead'),
      ...chosen('person'),
      ...(STATES.has(state) ? { state } : {}),
      ...(asked.get('view') === 'columns' ? { view: 'columns' } : {}),
      ...(/^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? { month } : month === 'now' ? { month: now.slice(0, 7) } : {}),
    },
    from: from >= 1 && from <= 1_000_000 ? from : 1,
  };
};

const isLike = (look: Look, line: BoardLine, { workflow, lead, person, q }: Query): boolean =>
  (workflow === undefined || line.workflow === workflow) &&
  (lead === undefined || line.lead === lead) &&
  (person === undefined || line.open.some(({ owners }) => owners.includes(person))) &&
  (q === undefined ||
    plainText(q)
      .split(/\s+/)
      .every((word) => textOf(look, line).includes(word)));

/** As people type who look for something: without accents and capitals. */
const plainText = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const textOf = (look: Look, line: BoardLine): string =>
  plainText(
    [
      line.title,
      line.run,
      line.phase ?? '',
      look.workflowOf(line.workflow).title,
      ...(line.lead === undefined ? [] : [look.nameOf(line.lead)]),
      ...line.open.flatMap(({ title, owners }) => [title, ...owners.map(look.nameOf)]),
    ].join(' '),
  );

const nextDue = ({ open }: BoardLine): string =>
  open.reduce((first, { due }) => (due !== undefined && due < first ? due : first), '9999');

const ORDER: { readonly [standing in Standing]: number } = { late: 0, risk: 1, fine: 2, ended: 3 };

/** What is late first, and of those alike what is due first. */
const byUrgency = (lines: readonly BoardLine[], now: string): readonly BoardLine[] =>
  lines
    .map((line) => ({ line, key: `${ORDER[standingOf(line, now)]} ${nextDue(line)} ${line.started} ${line.run}` }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ line }) => line);

const byEnd = (lines: readonly BoardLine[]): readonly BoardLine[] =>
  lines.toSorted((a, b) => ((a.ended ?? '') > (b.ended ?? '') ? -1 : 1));

const countsOf = (lines: readonly BoardLine[], now: string): BoardView['counts'] => {
  const counts = { all: lines.length, late: 0, risk: 0, fine: 0 };
  for (const line of lines) {
    const standing = standingOf(line, now);
    if (standing !== 'ended') counts[standing] += 1;
  }
  return counts;
};

const rowOf = (look: Look, line: BoardLine): BoardRow => {
  const { title, calendar } = look.workflowOf(line.workflow);
  const shown = (instant: string): ShownDate => shownDate(instant, look.zone, calendar, look.now);
  const end = endOf(line, look.now);
  const { state } = line;
  return {
    title: line.title,
    href: `${PLACES.runs}/${encodeURIComponent(line.run)}`,
    workflow: title,
    ...(line.lead === undefined ? {} : { lead: look.nameOf(line.lead) }),
    ...(line.phase === undefined ? {} : { phase: line.phase }),
    standing: standingOf(line, look.now),
    ...(state === 'requested' || state === 'running' ? {} : { outcome: state }),
    requested: state === 'requested',
    where: line.open.map(({ title: step, round, owners, due }) => ({
      title: step,
      round,
      who: owners.map(look.nameOf),
      ...(due === undefined ? {} : { due: shown(due) }),
    })),
    done: line.done,
    steps: line.steps,
    started: shown(line.started),
    ...(end === undefined ? {} : { ends: shown(end) }),
    slips: slipOf(line, end, calendar),
    ...(line.ahead === undefined ? {} : { ahead: line.ahead }),
  };
};

/** By how many working days it ends, or is foreseen to end, after its plan. */
const slipOf = ({ planned }: BoardLine, end: string | undefined, calendar: Calendar): number => {
  if (planned === undefined || end === undefined || end <= planned) return 0;
  const day = (instant: string): string => dayAt(millisOf(instant), calendar.zone);
  return Math.max(0, workdaysBetween(calendar, day(planned), day(end)));
};

const columnsOf = (look: Look, lines: readonly BoardLine[], query: Query): readonly BoardColumn[] => {
  const columns = placesFor(look, lines, query);
  const most = Math.max(3, Math.floor(CARDS_IN_COLUMNS / Math.max(1, columns.length)));
  const { view: _view, ...rest } = query;
  return columns.map(({ title, inside, state }) => ({
    title,
    rows: inside.slice(0, most).map((line) => rowOf(look, line)),
    count: inside.length,
    href: addressWith(PLACES.board, { ...rest, ...(state === undefined ? {} : { state }) }),
  }));
};

type ColumnOfLines = { readonly title: string; readonly inside: readonly BoardLine[]; readonly state?: Standing };

/** Of one workflow its phases, or its steps where it has none; of all workflows, how urgent it is. */
const placesFor = (look: Look, lines: readonly BoardLine[], query: Query): readonly ColumnOfLines[] => {
  const words = PAGE_WORDS.board;
  const workflow =
    query.workflow === undefined ? undefined : look.ports.catalogue.workflows.get(query.workflow)?.outline.workflow;
  if (workflow === undefined) {
    const { calendar } = look.workflowOf('');
    const places = new Map<keyof typeof words.times, BoardLine[]>(
      (['late', 'risk', 'week', 'later', 'nobody'] as const).map((one) => [one, []]),
    );
    for (const line of lines) places.get(timeOf(look, line, calendar))?.push(line);
    return [...places].map(([time, inside]) => ({
      title: words.times[time],
      inside,
      ...(time === 'late' || time === 'risk' ? { state: time } : {}),
    }));
  }
  const phases = [...new Set(workflow.steps.flatMap(({ phase }) => phase ?? []))];
  const places: readonly { readonly title: string; readonly has: (line: BoardLine) => boolean }[] =
    phases.length > 0
      ? phases.map((phase) => ({ title: phase, has: (line) => line.phase === phase }))
      : workflow.steps.map(({ id, title }) => ({ title, has: ({ open }) => open.some(({ step }) => step === id) }));
  const columns = places.map(({ title, has }) => ({ title, inside: lines.filter(has) }));
  const rest = lines.filter((line) => !places.some(({ has }) => has(line)));
  return rest.length === 0 ? columns : [{ title: words.noPhase, inside: rest }, ...columns];
};

const timeOf = (look: Look, line: BoardLine, calendar: Calendar): keyof typeof PAGE_WORDS.board.times => {
  const standing = standingOf(line, look.now);
  if (standing === 'late' || standing === 'risk') return standing;
  const due = nextDue(line);
  if (due === '9999') return 'nobody';
  const day = (instant: string): string => dayAt(millisOf(instant), calendar.zone);
  return workdaysBetween(calendar, day(look.now), day(due)) <= 5 ? 'week' : 'later';
};

const monthOf = (month: string, now: string): BoardMonth => {
  const [earlier, later] = [monthAfter(month, -1), monthAfter(month, 1)];
  return {
    title: titleOfMonth(month),
    earlier: { month: earlier, title: titleOfMonth(earlier) },
    ...(later > now.slice(0, 7) ? {} : { later: { month: later, title: titleOfMonth(later) } }),
  };
};

const monthAfter = (month: string, by: number): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 15)).toISOString().slice(0, 7);
};

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const titleOfMonth = (month: string): string => MONTH.format(new Date(`${month}-15T12:00:00Z`));

const csv = (ports: Ports, look: Look, lines: readonly BoardLine[], month: string | undefined): HttpResponse =>
  csvReply(
    month === undefined ? 'runs' : `runs-${month}`,
    PAGE_WORDS.board.csvHeader,
    lines.map((line) => [
      line.run,
      line.title,
      look.workflowOf(line.workflow).title,
      line.state,
      standingOf(line, look.now),
      line.phase,
      line.open.map(({ title }) => title).join('; '),
      [...new Set(line.open.flatMap(({ owners }) => owners.map(look.nameOf)))].join('; '),
      nextDue(line) === '9999' ? '' : nextDue(line),
      line.lead === undefined ? '' : look.nameOf(line.lead),
      line.started,
      line.ended,
      line.planned,
      line.ends === undefined ? undefined : endOf(line, look.now),
      line.done,
      line.steps,
      `${ports.settings.base_url}${PLACES.runs}/${encodeURIComponent(line.run)}`,
    ]),
  );
