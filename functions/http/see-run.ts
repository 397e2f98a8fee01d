/** A run as a page shows it: from its history to the view. */
import { drawWorkflow, type StepState } from '../../statemachines/diagram/draw-workflow.ts';
import { calendarOf, shownResults } from '../core/brief.ts';
import type { ShownDate } from '../core/briefing.ts';
import { shownDate } from '../core/dates.ts';
import type { RunEvent } from '../core/events.ts';
import { contactOf, leadOf, nameOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { stepOf } from '../core/progress.ts';
import { eventsOf, readRun } from '../core/read-run.ts';
import type { Reader } from '../core/reader.ts';
import { latest, type Run, type StepOpening } from '../core/run.ts';
import { sentenceOf } from '../core/telling.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { problemPage } from '../pages/problem-page.ts';
import { type RunView, runPage } from '../pages/run-page.ts';
import { frameFor } from './reader.ts';
import { html } from './replies.ts';

/** @param reader the id of a person, in whose zone dates are shown; without one, the calendar's. */
export const viewOfRun = async (ports: Ports, run: Run, reader: string | undefined): Promise<RunView> => {
  const now = ports.clock.now();
  const calendar = calendarOf(ports, run, now);
  const zone = (reader === undefined ? undefined : contactOf(ports, run, reader)?.zone) ?? calendar.zone;
  const shown = (instant: string): ShownDate => shownDate(instant, zone, calendar, now);
  const events = eventsOf(await ports.history.read(run.id));
  const [lead] = await leadOf(ports, run, now);
  const { finished, workflow } = run;
  const planned = 'ends' in run.kept.plan ? run.kept.plan.ends : undefined;
  const ends = finished?.at ?? planned;
  return {
    run: {
      id: run.id,
      title: run.opened.title,
      workflow: workflow.title,
      purpose: workflow.purpose,
      ...(lead === undefined ? {} : { lead: nameOf(ports, run, lead.person) }),
      started: shown(run.requested.at),
      ...(ends === undefined ? {} : { ends: shown(ends) }),
      outcome: finished?.outcome ?? 'open',
      ...(finished?.reason === undefined ? {} : { reason: finished.reason }),
    },
    steps: [...run.openings.values()].map((one) => rowOf(ports, run, one, shown, now)),
    history: events.map((event) => lineOf(ports, run, event, shown)),
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

const rowOf = (
  ports: Ports,
  run: Run,
  one: StepOpening,
  shown: (instant: string) => ShownDate,
  now: string,
): RunView['steps'][number] => {
  const step = stepOf(run, one.step);
  const by = one.finish?.by;
  const who = by === undefined ? one.people.map(({ person }) => person) : [by];
  const said = [...one.votes, ...(one.finish?.type === 'step-finished' && one.votes.length === 0 ? [one.finish] : [])];
  return {
    title: step?.title ?? one.step,
    // What was handed in before changes were asked for stays what it was.
    state: one.state === 'redone' && one.finish?.type !== 'changes-requested' ? 'done' : stateOf(one, now),
    who: [...new Set(who)].map((person) => nameOf(ports, run, person)),
    ...(one.due === undefined ? {} : { due: shown(one.due.instant) }),
    ...(one.finish === undefined ? {} : { finished: shown(one.finish.at) }),
    round: one.round,
    results: step === undefined ? [] : shownResults(ports, run, step, one),
    comments: said.flatMap(({ by: person, comment }) =>
      comment === undefined || comment === '' ? [] : [{ who: nameOf(ports, run, person), text: comment }],
    ),
  };
};

const lineOf = (
  ports: Ports,
  run: Run,
  event: RunEvent,
  shown: (instant: string) => ShownDate,
): RunView['history'][number] => ({
  at: shown(event.at).wall,
  instant: event.at,
  text: sentenceOf(ports, run, event),
});

const stateOf = (one: StepOpening | undefined, now: string): StepState => {
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

/** `/runs/{id}`. */
export const seeRun =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const id = decodeURIComponent(request.path.split('/')[2] ?? '');
    const frame = frameFor(ports, reader, 'board', request.path);
    const run = await readRun(ports, id);
    if (run?.opened === undefined) {
      const title = run === undefined ? 'There is no such run.' : 'This run has not begun yet.';
      return html(404, problemPage({ status: 404, title, frame }));
    }
    return html(200, runPage({ ...(await viewOfRun(ports, run, reader.person)), frame }));
  };
