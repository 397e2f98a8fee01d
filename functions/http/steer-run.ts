/**
 * The page of a run behind a link to its lead, or to somebody who steers a step: see it, and change its course.
 *
 * Promises: every change is made by somebody verified, and has a reason; what cannot be done is said, and nothing lost.
 */

import { dayAt, millisOf, wallAt } from '../../statemachines/plan/wall-time.ts';
import { shiftBySpan } from '../../statemachines/plan/working-time.ts';
import { owersOf } from '../core/ballots.ts';
import { calendarOf } from '../core/brief.ts';
import type { FoundLink } from '../core/links.ts';
import type { Ports } from '../core/ports.ts';
import { stepOf } from '../core/progress.ts';
import { readRun } from '../core/read-run.ts';
import { mayLead } from '../core/reader.ts';
import type { Run, StepOpening } from '../core/run.ts';
import { type Steering, steer } from '../core/steer.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { type RunView, runPage, type SteeringAct } from '../pages/run-page.ts';
import { nonceOf, proven } from './proof.ts';
import { type Form, html } from './replies.ts';
import { viewOfRun } from './see-run.ts';

type Visit = {
  readonly link: FoundLink;
  readonly run: Run;
  readonly action: string;
  /** What was posted. */
  readonly sent?: Form;
  readonly nonceFits?: boolean;
};

export const steerByLink = async (ports: Ports, request: HttpRequest, visit: Visit): Promise<HttpResponse> => {
  const { link, run, sent } = visit;
  if (sent === undefined) return show(ports, visit, run);
  if (visit.nonceFits !== true)
    return show(ports, visit, run, { status: 403, problem: 'This page was open for too long. Send it again.' });
  const steering = readSteering(ports, run, sent);
  if (typeof steering === 'string') return show(ports, visit, run, { status: 422, problem: steering });
  const who = await proven(
    ports,
    request,
    { link, run, assurance: 'verified', title: run.opened.title, action: visit.action },
    sent,
  );
  if ('status' in who) return who;
  const outcome = await steer(ports, {
    ...steering,
    run: run.id,
    person: link.person,
    act: who.act,
    reason: sent.one('reason'),
  } as Steering);
  const after = await readRun(ports, run.id);
  const response = await show(
    ports,
    visit,
    after?.opened === undefined ? run : after,
    outcome.outcome === 'refused'
      ? { status: 409, problem: outcome.why }
      : { notice: 'Done, and recorded. Those whom it concerns are mailed.' },
  );
  return { ...response, headers: [...response.headers, ...who.headers] };
};

type Told = { readonly status?: number; readonly problem?: string; readonly notice?: string };

const show = async (ports: Ports, { link, action }: Visit, run: Run, told: Told = {}): Promise<HttpResponse> => {
  const { status = 200, problem, notice } = told;
  const view = await viewOfRun(ports, run, link.person);
  const steering: RunView['steering'] =
    run.finished !== undefined
      ? undefined
      : {
          action,
          nonce: await nonceOf(ports, link.key),
          people: ports.catalogue.team.people.map(({ id, name }) => ({ id, name })),
          ...(await offered(ports, run, link.person)),
          ...(problem === undefined ? {} : { problem }),
        };
  const said = notice ?? problem;
  return html(
    status,
    runPage({
      ...view,
      ...(steering === undefined ? {} : { steering }),
      ...(said === undefined ? {} : { notice: said }),
    }),
  );
};

/** What this person may do. */
const offered = async (
  ports: Ports,
  run: Run,
  person: string,
): Promise<Pick<NonNullable<RunView['steering']>, 'steps' | 'cancel'>> => {
  const now = ports.clock.now();
  const lead = await mayLead(ports, run, person, now);
  const { zone } = calendarOf(ports, run, now);
  const open = [...run.openings].filter(
    ([, one]) =>
      one.state === 'open' && (lead || owersOf(run, one).includes(person)) && stepOf(run, one.step) !== undefined,
  );
  return {
    steps: open.map(([key, one]) => ({
      key,
      title: stepOf(run, one.step)?.title ?? one.step,
      acts: actsOf(run, one, lead),
      ...(one.due === undefined ? {} : { due: wallAt(millisOf(one.due.instant), zone).slice(0, 16) }),
    })),
    cancel: lead,
  };
};

const actsOf = (run: Run, one: StepOpening, lead: boolean): readonly SteeringAct[] => [
  ...(one.people.length > 0 ? (['reassign'] as const) : []),
  ...(lead && one.due !== undefined ? (['move', 'extend'] as const) : []),
  ...(lead && one.referred?.why === 'failed' ? (['repeat-call'] as const) : []),
  ...(lead && run.kept.outline.steps[one.step]?.skippable === true ? (['skip'] as const) : []),
];

type Wanted = Pick<Steering, 'what'> & { readonly [detail: string]: unknown };

/** What is wanted, or what is wrong with it. */
const readSteering = (ports: Ports, run: Run, sent: Form): Wanted | string => {
  const act = sent.one('act');
  if (act === 'cancel') return { what: 'cancel' };
  const opening = run.openings.get(sent.one('step'));
  if (opening === undefined) return 'That step is not open any more.';
  switch (act) {
    case 'reassign':
      return sent.one('person') === '' ? 'Choose who takes it.' : { what: 'reassign', opening, to: sent.one('person') };
    case 'move':
      return sent.one('due') === '' ? 'Give the new date.' : { what: 'move', opening, due: sent.one('due') };
    case 'extend':
      return extended(ports, run, opening, sent.one('workdays'));
    case 'skip':
      return { what: 'skip', opening };
    case 'repeat-call':
      return { what: 'repeat-call', opening };
    default:
      return 'Choose what is to be done.';
  }
};

/** So many working days from its due time, or from now where that has passed. */
const extended = (ports: Ports, run: Run, opening: StepOpening, text: string): Wanted | string => {
  const workdays = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  if (workdays < 1) return 'Say by how many working days, like 5.';
  const now = ports.clock.now();
  const calendar = calendarOf(ports, run, now);
  const from = Math.max(Date.parse(now), opening.due === undefined ? 0 : millisOf(opening.due.instant));
  const at = shiftBySpan(calendar, from, { count: workdays, unit: 'workdays' });
  if (at === undefined) return 'No day of the calendar reaches that.';
  // The end of that day, as with every date.
  return { what: 'move', opening, due: dayAt(at, calendar.zone) };
};
