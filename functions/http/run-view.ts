/** A run as a page shows it: from its history to the view. */

import { drawWorkflow, type StepState } from '../../statemachines/diagram/draw-workflow.ts';
import { workdaysBetween } from '../../statemachines/plan/calendar.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { askedOf } from '../core/ballots.ts';
import { endOf, lateAhead, lineOf, standingOf } from '../core/board.ts';
import { calendarOf, shownResults } from '../core/brief.ts';
import type { ShownDate } from '../core/briefing.ts';
import { shownDate } from '../core/dates.ts';
import { type Forecast, type Foreseen, forecastAsTold } from '../core/forecast.ts';
import { contactOf, leadOf, likelyFor, nameOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { placesOf, stepOf } from '../core/progress.ts';
import { eventsOf } from '../core/read-run.ts';
import { latest, type Run, type StepOpening } from '../core/run.ts';
import { titleIn } from '../core/run-texts.ts';
import { sentenceOf } from '../core/telling.ts';
import { type Told, toldTogether } from '../core/told-together.ts';
import { chosenIn, type Part, partOf } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import type { RunStepRow, RunView } from '../pages/run-page.ts';
import { timelineOf } from './run-timeline.ts';

export type LookAtRun = {
  readonly ports: Ports;
  readonly run: Run;
  readonly now: string;
  readonly calendar: Calendar;
  readonly forecast: Forecast;
  readonly shown: (instant: string) => ShownDate;
};

/** @param reader the id of a person, in whose zone dates are shown; without one, the calendar's. */
export const lookAt = (ports: Ports, run: Run, reader: string | undefined): LookAtRun => {
  const now = ports.clock.now();
  const calendar = calendarOf(ports, run, now);
  const zone = (reader === undefined ? undefined : contactOf(ports, run, reader)?.zone) ?? calendar.zone;
  const shown = (instant: string): ShownDate => shownDate(instant, zone, calendar, now);
  return { ports, run, now, calendar, shown, forecast: forecastAsTold(ports, run).forecast };
};

/** So many of the steps to come are told beside what is open. */
const MOST_NEXT = 4;

/** The lists of the page by their names in its address, and how much of each is shown at once. */
const ON_A_PAGE = { steps: 100, history: 100 };

/** @param query of the page's address. */
export const viewOfRun = async (ports: Ports, run: Run, reader: string | undefined, query = ''): Promise<RunView> => {
  const look = lookAt(ports, run, reader);
  const { now, calendar, shown, forecast } = look;
  const { finished, workflow } = run;
  const here = { path: `${PLACES.runs}/${encodeURIComponent(run.id)}`, query: chosenIn(query, Object.keys(ON_A_PAGE)) };
  const part = <Row>(all: readonly Row[], name: keyof typeof ON_A_PAGE): Part<Row> =>
    partOf(all, { ...here, name, length: ON_A_PAGE[name] });
  const [line, [lead], rows, entries] = await Promise.all([
    lineOf(ports, run),
    leadOf(ports, run, now),
    stepRowsOf(look),
    ports.history.read(run.id),
  ]);
  const planned = 'ends' in run.kept.plan ? run.kept.plan.ends : undefined;
  const ends = endOf(line, now) ?? forecast.ends;
  const late = lateAhead(forecast).map(({ step }) => step.id);
  return {
    run: {
      id: run.id,
      title: run.opened.title,
      workflow: workflow.title,
      workflow_id: workflow.id,
      purpose: workflow.purpose,
      ...(lead === undefined ? {} : { lead: nameOf(ports, run, lead.person) }),
      started: shown(run.requested.at),
      ends: shown(ends),
      ...(planned === undefined ? {} : { planned: shown(planned), slips: workdaysAfter(calendar, planned, ends) }),
      standing: standingOf(line, now),
      outcome: finished?.outcome ?? 'open',
      done: line.done,
      of: line.steps,
      ...(finished?.reason === undefined ? {} : { reason: finished.reason }),
    },
    open: rows.filter(({ isOpen }) => isOpen),
    steps: part(rows, 'steps'),
    next: await Promise.all(
      forecast.steps
        .filter(({ opening }) => opening === undefined)
        .toSorted((a, b) => (a.starts < b.starts ? -1 : 1))
        .slice(0, MOST_NEXT)
        .map((one) => comingRow(look, one, late)),
    ),
    timeline: await timelineOf(look),
    history: await inWords(look, part(toldTogether(eventsOf(entries), calendar).toReversed(), 'history')),
    diagram: drawWorkflow(workflow, {
      roles: ports.catalogue.team.roles,
      states: Object.fromEntries(workflow.steps.map(({ id }) => [id, stateOf(latest(run, id), now)])),
      title: run.opened.title,
      heading: false,
      width: 1_040,
      idPrefix: 'run-',
    }),
  };
};

/** Negative where it is before. */
export const workdaysAfter = (calendar: Calendar, planned: string, end: string): number => {
  const day = (instant: string): string => dayAt(millisOf(instant), calendar.zone);
  return workdaysBetween(calendar, day(planned), day(end));
};

/** In the workflow's order: each opening of a step, or that it is to come. */
export const stepRowsOf = async (look: LookAtRun): Promise<readonly RunStepRow[]> => {
  const { run, forecast } = look;
  const opened = Map.groupBy(run.openings.values(), ({ step }) => step);
  const coming = Map.groupBy(
    forecast.steps.filter(({ opening }) => opening === undefined),
    ({ step }) => step.id,
  );
  const late = lateAhead(forecast).map(({ step }) => step.id);
  const rows = [...placesOf(run).keys()].flatMap((id) => [
    ...(opened.get(id) ?? []).map((one) => openedRow(look, one)),
    ...(coming.get(id) ?? []).map((one) => comingRow(look, one, late)),
  ]);
  return Promise.all(rows);
};

const openedRow = async ({ ports, run, now, shown }: LookAtRun, one: StepOpening): Promise<RunStepRow> => {
  const step = stepOf(run, one.step);
  const by = one.finish?.by;
  const voters = one.state === 'finished' ? one.votes.flatMap(({ by: voter }) => voter ?? []) : [];
  const who = one.state === 'open' ? askedOf(run, one) : by === undefined ? voters : [by, ...voters];
  const everybody = who.length > 0 ? who : one.people.map(({ person }) => person);
  const said = [...one.votes, ...(one.finish?.type === 'step-finished' && one.votes.length === 0 ? [one.finish] : [])];
  return {
    step: one.step,
    title: await titleIn(ports, run, one),
    // What was handed in before changes were asked for stays what it was.
    state: one.state === 'redone' && one.finish?.type !== 'changes-requested' ? 'done' : stateOf(one, now),
    isOpen: one.state === 'open',
    who: [...new Set(everybody)].map((person) => nameOf(ports, run, person)),
    people: askedOf(run, one),
    starts: shown(one.opened),
    ...(one.due === undefined ? {} : { due: shown(one.due.instant) }),
    ...(one.finish === undefined ? {} : { finished: shown(one.finish.at) }),
    round: one.round,
    ...(one.item === undefined ? {} : { item: one.item }),
    results: step === undefined ? [] : shownResults(ports, run, step, one),
    comments: said.flatMap(({ by: person, comment }) =>
      comment === undefined || comment === '' ? [] : [{ who: nameOf(ports, run, person), text: comment }],
    ),
  };
};

const comingRow = async (
  { ports, run, shown }: LookAtRun,
  { step, item, round, starts, due }: Foreseen,
  late: readonly string[],
): Promise<RunStepRow> => {
  const place = { step: step.id, round, ...(item === undefined ? {} : { item }) };
  const likely = step.type === 'task' || step.type === 'approval' ? likelyFor(ports, run, step, place, starts) : [];
  return {
    ...place,
    title: await titleIn(ports, run, place),
    state: 'waiting',
    isOpen: false,
    who: likely.map(({ person }) => nameOf(ports, run, person)),
    everybody: step.type === 'approval' && (step.rule === 'all' || step.rule === 'in_order'),
    people: [],
    starts: shown(starts),
    ...(due === undefined ? {} : { due: shown(due) }),
    cannot: late.includes(step.id),
    perhaps: step.when !== undefined,
    results: [],
    comments: [],
  };
};

/** Of what is shown alone: a sentence is work. */
const inWords = async ({ ports, run, shown }: LookAtRun, part: Part<Told>): Promise<RunView['history']> => {
  const dayAndTime = (instant: string): readonly string[] => shown(instant).wall.split(', ');
  const rows = part.rows.map(async ({ event, often }) => {
    const [day = '', time = ''] = dayAndTime(event.at);
    const since = often === undefined ? undefined : { ...often, since: dayAndTime(often.since)[0] ?? '' };
    return { day, time, instant: event.at, text: await sentenceOf(ports, run, event, since) };
  });
  return { ...part, rows: await Promise.all(rows) };
};

export const stateOf = (one: StepOpening | undefined, now: string): StepState => {
  switch (one?.state) {
    case undefined:
      return 'waiting';
    case 'open':
      return one.due !== undefined && Date.parse(one.due.instant) < Date.parse(now) ? 'late' : 'open';
    case 'skipped':
      return 'skipped';
    case 'redone':
      return one.finish?.type === 'changes-requested' ? 'changes' : 'waiting';
    case 'closed':
      return 'failed';
    case 'finished':
      return one.finish?.type !== 'step-finished' || one.finish.decision === 'done'
        ? 'done'
        : one.finish.decision === 'reject'
          ? 'rejected'
          : 'approved';
  }
};
