/**
 * Changing the course of a run: on its page, for whoever is signed in, and behind a link to its lead or to somebody who
 * steers a step.
 *
 * Promises: every change is made by somebody signed in or verified, and has a reason; what cannot be done is said, and
 * nothing lost. What nobody may do is not offered to them.
 */

import { dayAt, millisOf, wallAt } from '../../statemachines/plan/wall-time.ts';
import { shiftBySpan } from '../../statemachines/plan/working-time.ts';
import { owersOf } from '../core/ballots.ts';
import { calendarOf } from '../core/brief.ts';
import type { Act } from '../core/events.ts';
import type { FoundLink } from '../core/links.ts';
import { nameOf, takersOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { stepOf } from '../core/progress.ts';
import { readRun } from '../core/read-run.ts';
import { mayLead } from '../core/reader.ts';
import type { Run, StepOpening } from '../core/run.ts';
import { titleIn } from '../core/run-texts.ts';
import { owingOf, type Steered, type Steering, steer } from '../core/steer.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { type RunView, runPage, type SteeringAct, type Tried } from '../pages/run-page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { SAID } from '../words/said.ts';
import { nonceOf, proven } from './proof.ts';
import { type Form, html, seeOther } from './replies.ts';
import { viewOfRun } from './run-view.ts';

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
  const told = new URLSearchParams(request.query).get('told');
  if (sent === undefined) return show(ports, visit, run, told === 'steered' ? { notice: PAGE_WORDS.run.steered } : {});
  if (visit.nonceFits !== true) return show(ports, visit, run, { status: 403, problem: SAID.steer.tooLong });
  const steering = readSteering(ports, run, sent);
  if (typeof steering === 'string') return show(ports, visit, run, { status: 422, problem: steering });
  const who = await proven(
    ports,
    request,
    { link, run, assurance: 'verified', title: run.opened.title, action: visit.action },
    sent,
  );
  if ('status' in who) return who;
  const outcome = await steered(ports, run, steering, {
    person: link.person,
    act: who.act,
    reason: sent.one('reason'),
  });
  // Asked for anew, so that a page that is loaded again sends nothing again.
  if (outcome.outcome === 'recorded') return seeOther(`${visit.action}?told=steered`, who.headers);
  const after = await readRun(ports, run.id);
  const now = after?.opened === undefined ? run : after;
  const response = await show(ports, visit, now, { status: 409, problem: outcome.why });
  return { ...response, headers: [...response.headers, ...who.headers] };
};

type Told = { readonly status?: number; readonly problem?: string; readonly notice?: string };

const show = async (ports: Ports, { link, action, sent }: Visit, run: Run, told: Told = {}): Promise<HttpResponse> => {
  const { status = 200, problem, notice } = told;
  const view = await viewOfRun(ports, run, link.person);
  const steering = await steeringFor(ports, run, link.person, {
    action,
    nonce: await nonceOf(ports, link.key),
    problem,
    sent,
  });
  // What is wrong with a form is told with the form, where there is one.
  const said = notice ?? (steering === undefined ? problem : undefined);
  return html(
    status,
    runPage({
      ...view,
      ...(steering === undefined ? {} : { steering }),
      ...(said === undefined ? {} : { notice: said }),
    }),
  );
};

type FormOf = {
  readonly action: string;
  readonly nonce: string;
  readonly problem?: string | undefined;
  /** What the problem is about. */
  readonly sent?: Form | undefined;
};

/** The forms that this person is offered; none for a run that has ended, or where there is nothing that they may do. */
export const steeringFor = async (
  ports: Ports,
  run: Run,
  person: string,
  { action, nonce, problem, sent }: FormOf,
): Promise<RunView['steering']> => {
  if (run.finished !== undefined) return undefined;
  const may = await offered(ports, run, person);
  if (may.steps.length === 0 && !may.cancel) return undefined;
  if (problem === undefined) return { action, nonce, ...may };
  return { action, nonce, ...may, problem, ...(sent === undefined ? {} : { tried: triedIn(sent, problem) }) };
};

const triedIn = (sent: Form, problem: string): Tried => {
  const act = sent.one('act');
  return {
    act,
    step: act === 'cancel' ? '' : sent.one('step'),
    values: sent.values,
    input: ABOUT.get(problem) ?? { reassign: 'person', move: 'due', extend: 'workdays' }[act],
  };
};

/** Which input a problem is about, where it is not what the act asks for itself. */
const ABOUT: ReadonlyMap<string, string> = new Map([
  [SAID.steer.why, 'reason'],
  [SAID.steer.longReason, 'reason'],
  [SAID.steer.whosePart, 'from'],
]);

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
    steps: await Promise.all(
      open.flatMap(([key, one]) => {
        const acts = actsOf(run, one, lead);
        const due =
          one.due === undefined
            ? {}
            : { due: wallAt(millisOf(one.due.instant), zone).slice(0, 16), seen: one.due.instant };
        const takers = takersOf(ports, [...new Set(one.people.map(({ role }) => role))]);
        const step = { key, acts, ...due, takers, owing: lead ? partsOf(ports, run, one) : [] };
        return acts.length === 0 ? [] : [titleIn(ports, run, one).then((title) => ({ ...step, title }))];
      }),
    ),
    cancel: lead,
  };
};

/** Of several who owe an answer one has to be chosen. */
const partsOf = (
  ports: Ports,
  run: Run,
  one: StepOpening,
): readonly { readonly id: string; readonly name: string }[] => {
  const owing = owingOf(run, one);
  return owing.length < 2 ? [] : owing.map((id) => ({ id, name: nameOf(ports, run, id) }));
};

/** Whose work it is may move its date, or skip it; whoever judges may only hand that over. */
const actsOf = (run: Run, one: StepOpening, lead: boolean): readonly SteeringAct[] => {
  const own = lead || stepOf(run, one.step)?.type === 'task';
  return [
    ...(one.people.length > 0 ? (['reassign'] as const) : []),
    ...(own && one.due !== undefined ? (['move', 'extend'] as const) : []),
    ...(lead && one.referred?.why === 'failed' ? (['repeat-call'] as const) : []),
    ...(own && run.kept.outline.steps[one.step]?.skippable === true ? (['skip'] as const) : []),
  ];
};

export type Wanted = Pick<Steering, 'what'> & { readonly [detail: string]: unknown };

export const steered = (
  ports: Ports,
  run: Run,
  wanted: Wanted,
  by: { readonly person: string; readonly act: Act; readonly reason: string },
): Promise<Steered> => steer(ports, { ...wanted, run: run.id, ...by } as Steering);

/** What is wanted, or what is wrong with it. */
export const readSteering = (ports: Ports, run: Run, sent: Form): Wanted | string => {
  const act = sent.one('act');
  if (act === 'cancel') return { what: 'cancel' };
  const opening = run.openings.get(sent.one('step'));
  if (opening === undefined) return SAID.steer.notOpen;
  switch (act) {
    case 'reassign':
      return reassigned(opening, sent);
    case 'move':
      return sent.one('due') === '' ? SAID.steer.newDate : { what: 'move', opening, due: sent.one('due') };
    case 'extend':
      return extended(ports, run, opening, sent);
    case 'skip':
      return { what: 'skip', opening };
    case 'repeat-call':
      return { what: 'repeat-call', opening };
    default:
      return SAID.steer.what;
  }
};

const reassigned = (opening: StepOpening, sent: Form): Wanted | string => {
  const [to, from] = [sent.one('person'), sent.one('from')];
  if (to === '') return SAID.steer.whoTakes;
  return { what: 'reassign', opening, to, ...(from === '' ? {} : { from }) };
};

/** So many working days from its due time, or from now where that has passed. */
const extended = (ports: Ports, run: Run, opening: StepOpening, sent: Form): Wanted | string => {
  const [text, seen] = [sent.one('workdays'), sent.one('seen')];
  const workdays = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  if (workdays < 1) return SAID.steer.workdays;
  const now = ports.clock.now();
  const calendar = calendarOf(ports, run, now);
  const from = Math.max(Date.parse(now), opening.due === undefined ? 0 : millisOf(opening.due.instant));
  const at = shiftBySpan(calendar, from, { count: workdays, unit: 'workdays' });
  if (at === undefined) return SAID.steer.outOfReach;
  // The end of that day, as with every date.
  return { what: 'move', opening, due: dayAt(at, calendar.zone), ...(seen === '' ? {} : { seen }) };
};
