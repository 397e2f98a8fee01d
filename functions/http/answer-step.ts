/**
 * The page behind a mailed link: shows the step, takes the answer, and says what became of it (L1–L11, L14, L15).
 *
 * Promises: GET changes nothing but a count of failures. A decision is a POST with a nonce of this very link, by
 * somebody as surely identified as the step asks for; it leads back to the link, where what was recorded stands, so that
 * whoever goes back or loads the page again sends nothing twice. Wrong input comes back with what is wrong at its field,
 * and nothing lost; so does everything when a code is asked for in between.
 */

import type { Decision } from '../../statemachines/contract.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import { type Answered, alreadyDecided, answer, examine, findOpening, type Gone } from '../core/answer.ts';
import { ownVote } from '../core/ballots.ts';
import { brief, calendarOf, comesNext } from '../core/brief.ts';
import type { ShownDate } from '../core/briefing.ts';
import { shownDate } from '../core/dates.ts';
import { readDevice, readDeviceCookie } from '../core/devices.ts';
import { type Act, openingKey, WHOLE_RUN } from '../core/events.ts';
import { type FoundLink, findLink, linkKey } from '../core/links.ts';
import { fitsLive } from '../core/live-secrets.ts';
import { mailNewLink } from '../core/new-link.ts';
import { isCrossSite, nonceFits } from '../core/nonce.ts';
import { contactOf, nameOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { stepOf } from '../core/progress.ts';
import { readRun } from '../core/read-run.ts';
import type { Reader } from '../core/reader.ts';
import type { Requested, Run, StepOpening } from '../core/run.ts';
import { runUrl, titleIn } from '../core/run-texts.ts';
import { steer } from '../core/steer.ts';
import { noteFailure, slowedFor } from '../core/throttle.ts';
import { sha256 } from '../core/webhooks/digests.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { answerPage } from '../pages/answer-page.ts';
import { deadLinkPage, givenPage, newLinkSentPage, recordedPage } from '../pages/answered-pages.ts';
import { inputNameOf } from '../pages/input-name.ts';
import { addressWith } from '../pages/list-parts.ts';
import { type Frame, PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { SAID } from '../words/said.ts';
import { answerAddress } from './answer-address.ts';
import { bindingOf, nonceOf, proven } from './proof.ts';
import { frameFor } from './reader.ts';
import { type Form, headerOf, html, readForm, seeOther } from './replies.ts';
import { steerByLink } from './steer-run.ts';

/** `/a/{token}` shows and answers; `/a/{token}/new` asks for a new link, `/a/{token}/give` hands the step over. */
export const answerStep =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [token = '', what = ''] = request.path.split('/').slice(2);
    const key = linkKey(token);
    const link = await findLink(ports, token);
    const waits = await waitOf(ports, request, key, link);
    if (waits !== undefined) return tooMany(waits);
    const state = link === undefined ? undefined : await readRun(ports, link.run);
    const visit = { key, link, state, what, address: addressOf(token) };
    if (request.method === 'POST') return post(ports, request, visit);
    if (link?.step === WHOLE_RUN && state?.opened !== undefined && what !== 'new')
      return steerByLink(ports, request, { link, run: state, action: `/a/${token}` });
    return show(ports, request, visit);
  };

const addressOf =
  (token: string): Visit['address'] =>
  (more, told) =>
    addressWith(`/a/${token}${more}`, { told });

/**
 * The same for who is signed in, without a mailed link: `/me/answer/{run}/{step}/{round}`, with `item` in the query;
 * `…/give` hands it over. What they prove is that they are signed in; it opens what is theirs and nothing else.
 */
export const answerHere =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const [run = '', step = '', round = '', what = ''] = request.path.split('/').slice(3).map(decodeURIComponent);
    const item = new URLSearchParams(request.query).get('item') ?? undefined;
    const opening = { step, round: Number(round), ...(item === undefined ? {} : { item }) };
    const key = `session:${sha256(`${reader.session} ${run} ${openingKey(opening)}`).toString('base64url')}`;
    const visit: Visit = {
      key,
      link: { ...opening, run, person: reader.person, key, issued: LONG_AGO },
      state: await readRun(ports, run),
      what,
      address: (more, told) => answerAddress({ ...opening, run }, more, told),
      reader,
      frame: frameFor(ports, reader, 'work', PLACES.work),
    };
    return request.method === 'POST' ? post(ports, request, visit) : show(ports, request, visit);
  };

/** Nobody was mailed a link, so nobody can be too quick with it. */
const LONG_AGO = '1970-01-01T00:00:00.000Z';

type Visit = {
  /** What a form of this page, and a code for it, is bound to. */
  readonly key: string;
  readonly link: FoundLink | undefined;
  readonly state: Run | Requested | undefined;
  readonly what: string;
  /** Of this page, with this behind its path. */
  readonly address: (more: '' | '/new' | '/give', told?: 'recorded' | 'given' | 'mailed') => string;
  /** Only where somebody is signed in. */
  readonly reader?: Reader;
  readonly frame?: Frame;
};

const waitOf = async (
  ports: Ports,
  request: HttpRequest,
  key: string,
  link: FoundLink | undefined,
): Promise<number | undefined> => {
  const id = readDeviceCookie(headerOf(request, 'cookie'), { secure: ports.settings.secure_cookies });
  const device = await readDevice(ports, id);
  const known = link !== undefined && device?.people.includes(link.person) === true;
  return slowedFor(ports, { from: request.from, link: key, known });
};

const tooMany = (seconds: number): HttpResponse =>
  html(429, problemPage({ status: 429, title: SAID.request.busy }), [['retry-after', String(seconds)]]);

/** One page for every link that opens nothing; of a real one, what happened. */
const dead = async (ports: Ports, request: HttpRequest, visit: Visit, happened?: string): Promise<HttpResponse> => {
  if (visit.reader !== undefined) {
    const title = happened ?? SAID.answer.nothing;
    return html(410, problemPage({ status: 410, title, frame: visit.frame }));
  }
  if (visit.link === undefined) await noteFailure(ports, { from: request.from, link: visit.key });
  const nonce = await nonceOf(ports, visit.key);
  return html(
    410,
    deadLinkPage({ action: visit.address('/new'), nonce, ...(happened === undefined ? {} : { happened }) }),
  );
};

const DAYS_AFTER_DUE = 30;

/** What a link leads to now. One that is long overdue is dead: a new one comes with the next mail, or when asked for (L6). */
const openingBehind = (ports: Ports, { link, state, reader }: Visit) => {
  if (link === undefined) return { outcome: 'gone', why: 'unknown' } as const;
  const found = findOpening(state, link, link.person);
  if ('outcome' in found) return found;
  const { state: stands, due } = found.opening;
  const until =
    Math.max(Date.parse(link.issued), due === undefined ? 0 : millisOf(due.instant)) + DAYS_AFTER_DUE * 86_400_000;
  return reader === undefined && stands === 'open' && Date.parse(ports.clock.now()) > until
    ? ({ outcome: 'gone', why: 'too-old' } as const)
    : found;
};

const whatHappened = (why: Gone | 'too-old'): string | undefined =>
  why === 'unknown' ? undefined : SAID.answer.dead[why];

const show = async (ports: Ports, request: HttpRequest, visit: Visit): Promise<HttpResponse> => {
  const { link } = visit;
  // The same for every link, whatever there was to mail.
  if (visit.what === 'new' && toldBy(request) === 'mailed') return html(200, newLinkSentPage());
  const found = openingBehind(ports, visit);
  if (link === undefined) return dead(ports, request, visit);
  if ('outcome' in found) return gone(ports, request, visit, link, found.why);
  const { run, opening } = found;
  if (opening.state === 'open' && ownVote(opening, link.person) === undefined)
    return form(ports, visit, run, opening, stillTheirs(toldBy(request)));
  return settled(ports, request, visit, run, opening, link.person);
};

/** What was sent is done, and there is more of it for them: another part, or the decision that is theirs as the lead. */
const stillTheirs = (told: string | null): Shown => {
  if (told === 'recorded') return { notice: SAID.answer.recordedAndYours };
  return told === 'given' ? { notice: SAID.answer.gaveOnePart } : {};
};

/** Nothing is left to do there. Whoever has just answered it, or given it away, still reads that they have. */
const gone = async (
  ports: Ports,
  request: HttpRequest,
  visit: Visit,
  link: FoundLink,
  why: Gone | 'too-old',
): Promise<HttpResponse> => {
  const { state } = visit;
  const told = toldBy(request);
  const opening = state?.opened === undefined ? undefined : state.openings.get(openingKey(link));
  if (state?.opened === undefined || opening === undefined) return dead(ports, request, visit, whatHappened(why));
  if (why === 'later-round' && told === 'recorded' && isTheirs(opening, link.person))
    return settled(ports, request, visit, state, opening, link.person);
  const given = opening.reassigned.findLast(({ was }) => was === link.person);
  if (why === 'reassigned' && told === 'given' && given !== undefined) {
    const happened = SAID.answer.gave(nameOf(ports, state, given.now));
    return html(200, givenPage({ happened, frame: visit.frame }));
  }
  return dead(ports, request, visit, whatHappened(why));
};

/** Whoever did not decide is told who did, and not that it was them. */
const isTheirs = (opening: StepOpening, person: string): boolean =>
  ownVote(opening, person) !== undefined || opening.finish?.by === person;

const settled = (
  ports: Ports,
  request: HttpRequest,
  visit: Visit,
  run: Run,
  opening: StepOpening,
  person: string,
): Promise<HttpResponse> => {
  const own = ownVote(opening, person);
  const theirs = toldBy(request) === 'recorded' ? 'recorded' : 'same';
  return recorded(ports, visit, run, opening, person, {
    outcome: isTheirs(opening, person) ? theirs : 'looked-at',
    status: 200,
    decision: own?.decision ?? decisionOf(opening),
    at: own?.at ?? opening.finish?.at ?? '',
    ...byOf(opening, own?.by),
  });
};

/** What a page is come back to with, once something was sent from it. */
const toldBy = ({ query }: HttpRequest): string | null => new URLSearchParams(query).get('told');

const decisionOf = ({ finish }: StepOpening) =>
  finish === undefined || finish.type === 'step-skipped' ? 'skip' : finish.decision;
const byOf = ({ finish }: StepOpening, own: string | undefined): { by?: string } => {
  const by = own ?? finish?.by;
  return by === undefined ? {} : { by };
};

type Shown = {
  readonly status?: number;
  readonly values?: Form['values'];
  readonly problems?: { readonly [input: string]: string };
  readonly handover?: { readonly [input: string]: string };
  readonly notice?: string;
};

const form = async (
  ports: Ports,
  visit: Visit,
  run: Run,
  opening: StepOpening,
  shown: Shown = {},
): Promise<HttpResponse> => {
  const person = (visit.link as FoundLink).person;
  const briefing = await brief(ports, run, opening, person, ports.clock.now());
  const { status = 200, values, problems, handover, notice } = shown;
  return html(
    status,
    answerPage({
      briefing,
      action: visit.address(''),
      frame: visit.frame,
      nonce: await nonceOf(ports, visit.key),
      ...(values === undefined ? {} : { values }),
      ...(problems === undefined ? {} : { problems }),
      ...(notice === undefined ? {} : { notice }),
      handover: {
        action: visit.address('/give'),
        ...(handover === undefined ? {} : { values: values ?? {}, problems: handover }),
      },
    }),
  );
};

const post = async (ports: Ports, request: HttpRequest, visit: Visit): Promise<HttpResponse> => {
  const sent = readForm(request);
  if (sent === undefined) return html(415, problemPage({ status: 415, title: SAID.request.notOurForm }));
  if (isCrossSite(request.headers, ports.settings.base_url))
    return html(403, problemPage({ status: 403, title: SAID.answer.elsewhere }));
  const now = ports.clock.now();
  const fits = await fitsLive(ports.secrets, 'forms', (keys) =>
    nonceFits(keys, bindingOf(visit.key), sent.one('nonce'), now),
  );
  if (visit.what === 'new') {
    if (fits && visit.link !== undefined) await mailNewLink(ports, visit.link);
    return seeOther(visit.address('/new', 'mailed'));
  }
  const { link, state } = visit;
  if (link?.step === WHOLE_RUN && state?.opened !== undefined)
    return steerByLink(ports, request, { link, run: state, action: visit.address(''), sent, nonceFits: fits });
  const found = openingBehind(ports, visit);
  if (link === undefined || 'outcome' in found)
    return dead(ports, request, visit, 'outcome' in found ? whatHappened(found.why) : undefined);
  const { run, opening } = found;
  if (!fits) {
    const decided = alreadyDecided(opening, { person: link.person, decision: sent.one('decision') });
    if (decided?.outcome === 'same') return seeOther(visit.address(''));
    if (decided !== undefined) return recorded(ports, visit, run, opening, link.person, decided);
    await noteFailure(ports, { from: request.from, link: visit.key });
    const notice = SAID.answer.tooLong;
    return form(ports, visit, run, opening, { status: 403, values: sent.values, notice });
  }
  return visit.what === 'give'
    ? give(ports, request, visit, run, opening, sent)
    : decide(ports, request, visit, run, opening, sent);
};

const answerOf = (link: FoundLink, run: Run, opening: StepOpening, sent: Form, act: Act) => {
  const step = stepOf(run, opening.step);
  const { fields = {} } = step ?? {};
  const given = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const input = inputNameOf(name);
      return [name, field.many === true ? sent.all(input) : sent.one(input)];
    }),
  );
  const content = sent.one('content');
  return {
    run: run.id,
    opening,
    person: link.person,
    decision: sent.one('decision'),
    comment: sent.one('comment'),
    hours: sent.one('hours'),
    fields: given,
    act,
    // Whoever judges says what they looked at (L8): without it, it is something else than what stands here.
    ...(content === '' && step?.type !== 'approval' ? {} : { content }),
  };
};

const decide = async (
  ports: Ports,
  request: HttpRequest,
  visit: Visit,
  run: Run,
  opening: StepOpening,
  sent: Form,
): Promise<HttpResponse> => {
  const link = visit.link as FoundLink;
  const told = (answered: Answered, now: Run = run) => reply(ports, request, visit, now, opening, sent, answered);
  // What cannot be recorded is said at once: nobody needs a code to hear that a field is missing.
  const before = examine(ports, run, answerOf(link, run, opening, sent, { proof: 'machine' }));
  if (before !== undefined) return told(before);
  const who = await proven(ports, request, await asked(ports, visit, run, opening), sent);
  if ('status' in who) return who;
  const answered = await answer(ports, answerOf(link, run, opening, sent, who.act));
  const after = answered.outcome === 'recorded' ? undefined : await readRun(ports, run.id);
  const response = await told(answered, after?.opened === undefined ? run : after);
  return { ...response, headers: [...response.headers, ...who.headers] };
};

const asked = async (ports: Ports, visit: Visit, run: Run, opening: StepOpening) => {
  const step = stepOf(run, opening.step);
  return {
    link: visit.link as FoundLink,
    run,
    assurance: step?.assurance ?? ('verified' as const),
    title: await titleIn(ports, run, opening),
    action: visit.address(visit.what === 'give' ? '/give' : ''),
  };
};

const reply = async (
  ports: Ports,
  request: HttpRequest,
  visit: Visit,
  run: Run,
  opening: StepOpening,
  sent: Form,
  answered: Answered,
): Promise<HttpResponse> => {
  const { person } = visit.link as FoundLink;
  switch (answered.outcome) {
    case 'recorded':
      return seeOther(visit.address('', 'recorded'));
    case 'same':
      return seeOther(visit.address(''));
    case 'other':
      return recorded(ports, visit, run, opening, person, answered);
    case 'problems': {
      const problems = Object.fromEntries(
        Object.entries(answered.problems).map(([name, problem]) => [
          name.startsWith('field.') ? inputNameOf(name.slice('field.'.length)) : name,
          problem,
        ]),
      );
      return form(ports, visit, run, opening, { status: 422, values: sent.values, problems });
    }
    case 'refused':
      return form(ports, visit, run, opening, {
        status: answered.why === 'own-work' || answered.why === 'not-asked' ? 403 : 409,
        values: sent.values,
        problems: { decision: SAID.answer.refused[answered.why] },
      });
    case 'changed':
      return form(ports, visit, run, opening, {
        status: 409,
        values: sent.values,
        notice: SAID.answer.changed,
      });
    case 'gone':
      return dead(ports, request, visit, whatHappened(answered.why));
  }
};

type Told = {
  readonly outcome: 'recorded' | 'same' | 'other' | 'looked-at';
  readonly decision: Decision;
  readonly at: string;
  readonly by?: string;
  readonly status?: number;
};

const recorded = async (
  ports: Ports,
  { frame }: Visit,
  run: Run,
  opening: StepOpening,
  person: string,
  told: Told,
): Promise<HttpResponse> => {
  const { outcome: kind, decision, at, by, status = kind === 'other' ? 409 : 200 } = told;
  const now = ports.clock.now();
  const calendar = calendarOf(ports, run, now);
  const zone = contactOf(ports, run, person)?.zone ?? calendar.zone;
  const shown: ShownDate = shownDate(at, zone, calendar, now);
  return html(
    status,
    recordedPage({
      kind,
      decision,
      who: by === undefined ? SAID.answer.aRule : nameOf(ports, run, by),
      at: shown,
      frame,
      step: { title: await titleIn(ports, run, opening) },
      run: { title: run.opened.title, url: runUrl(ports, run.id) },
      ...(kind === 'recorded' ? { next: await comesNext(ports, run, asItIs(run, opening), person, now) } : {}),
    }),
  );
};

/** The opening as the run has it now, which was read before the answer. */
const asItIs = (run: Run, opening: StepOpening): StepOpening => run.openings.get(openingKey(opening)) ?? opening;

const give = async (
  ports: Ports,
  request: HttpRequest,
  visit: Visit,
  run: Run,
  opening: StepOpening,
  sent: Form,
): Promise<HttpResponse> => {
  const link = visit.link as FoundLink;
  const to = sent.one('person');
  const reason = sent.one('reason');
  const problems = {
    ...(to === '' ? { person: SAID.steer.whoTakes } : {}),
    ...(reason.trim() === '' ? { reason: SAID.steer.why } : {}),
  };
  if (Object.keys(problems).length > 0)
    return form(ports, visit, run, opening, { status: 422, values: sent.values, handover: problems });
  const who = await proven(ports, request, await asked(ports, visit, run, opening), sent);
  if ('status' in who) return who;
  const outcome = await steer(ports, {
    run: run.id,
    person: link.person,
    act: who.act,
    reason,
    what: 'reassign',
    opening,
    to,
  });
  if (outcome.outcome === 'refused')
    return form(ports, visit, run, opening, { status: 409, values: sent.values, handover: { person: outcome.why } });
  return seeOther(visit.address('', 'given'), who.headers);
};
