/**
 * Which address leads to which function.
 *
 * Promises: whatever is asked for has an answer; a fault of ours shows a reference number and nothing of what happened,
 * which stands in the log under that number.
 */

import { TryAgain } from '../core/history.ts';
import { isCrossSite } from '../core/nonce.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import { THANKS } from '../core/webhooks/html-form.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { STYLESHEET } from '../pages/stylesheet.ts';
import { SAID } from '../words/said.ts';
import { answerHere, answerStep } from './answer-step.ts';
import { giveCalendar, myCalendar } from './calendar.ts';
import { fillForm, thanks } from './fill-form.ts';
import { listRuns } from './list-runs.ts';
import { readerFrom } from './reader.ts';
import { receiveHook } from './receive-hook.ts';
import { listIntakes, replayIntake } from './replay-intake.ts';
import { headerOf, html, json, safely, seeOther } from './replies.ts';
import { seeBoard } from './see-board.ts';
import { runCalendar, seeRun } from './see-run.ts';
import { seeTeam } from './see-team.ts';
import { seeMyWork, seeTheirWork } from './see-work.ts';
import { seeProcedure, seeWorkflow, seeWorkflows } from './see-workflows.ts';
import { sendToSignIn, signInAt, signInByLink, signOut } from './sign-in.ts';
import { startByCommand, startRun } from './start-run.ts';

export type Answering = (request: HttpRequest) => Promise<HttpResponse>;
/** To a person of the team, who is signed in. */
export type TeamAnswering = (request: HttpRequest, reader: Reader) => Promise<HttpResponse>;
export type Route = {
  readonly methods: readonly string[];
  /** Segments; `*` is any one, `**` any rest. */
  readonly path: string;
} & (
  | { readonly for: 'everybody'; readonly answer: (ports: Ports) => Answering }
  | { readonly for: 'team'; readonly answer: (ports: Ports) => TeamAnswering }
  /** Tools on the machine of a sandbox; nobody else ever. */
  | { readonly for: 'tools'; readonly answer: (ports: Ports) => Answering }
);

export const ROUTES: readonly Route[] = [
  { methods: ['GET'], path: '/style.css', for: 'everybody', answer: () => style },
  { methods: ['GET', 'POST'], path: '/a/**', for: 'everybody', answer: answerStep },
  { methods: ['POST', 'OPTIONS'], path: '/hooks/*/*', for: 'everybody', answer: receiveHook },
  { methods: ['GET', 'POST'], path: '/forms/*/*', for: 'everybody', answer: fillForm },
  { methods: ['GET'], path: THANKS, for: 'everybody', answer: thanks },
  { methods: ['GET', 'POST'], path: '/sign-in', for: 'everybody', answer: signInAt },
  { methods: ['GET', 'POST'], path: '/sign-in/*', for: 'everybody', answer: signInByLink },
  { methods: ['GET', 'POST'], path: '/sign-out', for: 'team', answer: signOut },
  { methods: ['GET'], path: '/', for: 'team', answer: seeBoard },
  { methods: ['GET'], path: '/runs', for: 'team', answer: () => async () => seeOther(PLACES.board) },
  { methods: ['GET', 'POST'], path: '/runs/*', for: 'team', answer: seeRun },
  { methods: ['GET'], path: '/runs/*/calendar.ics', for: 'team', answer: runCalendar },
  { methods: ['GET'], path: '/me', for: 'team', answer: seeMyWork },
  { methods: ['GET', 'POST'], path: '/me/calendar', for: 'team', answer: myCalendar },
  { methods: ['GET'], path: '/calendar/*', for: 'everybody', answer: giveCalendar },
  { methods: ['GET', 'POST'], path: '/me/answer/**', for: 'team', answer: answerHere },
  { methods: ['GET'], path: '/team', for: 'team', answer: seeTeam },
  { methods: ['GET'], path: '/team/*', for: 'team', answer: seeTheirWork },
  { methods: ['GET'], path: '/workflows', for: 'team', answer: seeWorkflows },
  { methods: ['GET'], path: '/workflows/*', for: 'team', answer: seeWorkflow },
  { methods: ['GET'], path: '/workflows/*/procedure', for: 'team', answer: seeProcedure },
  { methods: ['GET', 'POST'], path: '/start/*', for: 'team', answer: startRun },
  { methods: ['GET'], path: '/api/runs', for: 'tools', answer: listRuns },
  { methods: ['POST'], path: '/api/runs', for: 'tools', answer: (ports) => forTools(ports, startByCommand(ports)) },
  { methods: ['GET'], path: '/api/intakes/*', for: 'tools', answer: listIntakes },
  {
    methods: ['POST'],
    path: '/api/intakes/*/*/replay',
    for: 'tools',
    answer: (ports) => forTools(ports, replayIntake(ports)),
  },
];

/** JSON from a tool: a page from elsewhere can send none without asking first, and is not answered when it asks. */
const forTools =
  ({ settings }: Pick<Ports, 'settings'>, answering: Answering): Answering =>
  async (request) => {
    const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') return json(415, { error: SAID.request.json });
    if (isCrossSite(request.headers, settings.base_url)) return json(403, { error: SAID.request.elsewhere });
    return answering(request);
  };

const style: Answering = async () =>
  safely({
    status: 200,
    headers: [
      ['content-type', 'text/css; charset=utf-8'],
      ['cache-control', 'public, max-age=300'],
    ],
    body: STYLESHEET,
  });

const fits = (wanted: readonly string[], given: readonly string[]): boolean => {
  if (wanted.at(-1) === '**')
    return given.length >= wanted.length && wanted.slice(0, -1).every((one, at) => one === given[at]);
  return wanted.length === given.length && wanted.every((one, at) => one === '*' || one === given[at]);
};

/** Whom a route lets in. */
const answeringOf = (ports: Ports, route: Route): Answering =>
  route.for === 'team' ? signedInOnly(ports, route.answer(ports)) : route.answer(ports);

const signedInOnly =
  (ports: Ports, answering: TeamAnswering): Answering =>
  async (request) => {
    const found = await readerFrom(ports, request);
    if (found === undefined) return sendToSignIn(ports, request);
    const response = await answering(request, found.reader);
    return { ...response, headers: [...response.headers, ...found.headers] };
  };

export const frontDoor = (ports: Ports): Answering => {
  // A sandbox is on one's own machine; elsewhere no tool gets in without sign-in.
  const routes = ROUTES.filter((route) => route.for !== 'tools' || ports.settings.sign_in === 'choose');
  const doors = routes.map((route) => ({
    methods: route.methods,
    path: route.path.split('/'),
    answering: answeringOf(ports, route),
  }));
  return async (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const given = request.path.split('/');
    const here = doors.filter(({ path }) => fits(path, given));
    const door = here.find(({ methods }) => methods.includes(method));
    try {
      const response = await (door === undefined ? nowhere(here, request) : door.answering(request));
      return request.method === 'HEAD' ? { ...response, body: '' } : response;
    } catch (cause) {
      return fault(ports, request, cause);
    }
  };
};

const nowhere = async (here: readonly Pick<Route, 'methods'>[], request: HttpRequest): Promise<HttpResponse> => {
  if (here.length === 0) return html(404, problemPage({ status: 404, title: SAID.request.nowhere }));
  const allow = [...new Set(here.flatMap(({ methods }) => methods))].join(', ');
  return html(405, problemPage({ status: 405, title: SAID.request.method(request.method) }), [['allow', allow]]);
};

const fault = (ports: Ports, { path }: HttpRequest, cause: unknown): HttpResponse => {
  if (cause instanceof URIError) return html(404, problemPage({ status: 404, title: SAID.request.nowhere }));
  const reference = Buffer.from(ports.chance.bytes(5)).toString('hex');
  ports.log.error('a request failed', cause, { reference, place: path.split('/')[1] ?? '' });
  const busy = cause instanceof TryAgain;
  const status = busy ? 503 : 500;
  const title = busy ? SAID.request.tooMuch : SAID.request.fault;
  const headers: [string, string][] = busy ? [['retry-after', '5']] : [];
  return path.startsWith('/api/') || path.startsWith('/hooks/')
    ? json(status, { error: title, reference }, headers)
    : html(status, problemPage({ status, title, reference }), headers);
};
