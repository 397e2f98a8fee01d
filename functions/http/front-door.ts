/**
 * Which address leads to which function.
 *
 * Promises: whatever is asked for has an answer; a fault of ours shows a reference number and nothing of what happened,
 * which stands in the log under that number.
 */
import { TryAgain } from '../core/history.ts';
import { isCrossSite } from '../core/nonce.ts';
import type { Ports } from '../core/ports.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { problemPage } from '../pages/problem-page.ts';
import { STYLESHEET } from '../pages/stylesheet.ts';
import { answerStep } from './answer-step.ts';
import { listRuns, seeRun } from './list-runs.ts';
import { receiveHook } from './receive-hook.ts';
import { listIntakes, replayIntake } from './replay-intake.ts';
import { headerOf, html, json, safely } from './replies.ts';
import { startByCommand, startRun } from './start-run.ts';

export type Answering = (request: HttpRequest) => Promise<HttpResponse>;
export type Route = {
  readonly methods: readonly string[];
  /** Segments; `*` is any one, `**` any rest. */
  readonly path: string;
  readonly answer: (ports: Ports) => Answering;
  /** Only for people of the house: until there is sign-in, only in the sandbox. */
  readonly inside?: true;
};

export const ROUTES: readonly Route[] = [
  { methods: ['GET'], path: '/style.css', answer: () => style },
  { methods: ['GET', 'POST'], path: '/a/**', answer: answerStep },
  { methods: ['POST', 'OPTIONS'], path: '/hooks/*/*', answer: receiveHook },
  { methods: ['GET', 'POST'], path: '/start/*', answer: startRun, inside: true },
  { methods: ['GET'], path: '/runs/*', answer: seeRun, inside: true },
  { methods: ['GET'], path: '/api/runs', answer: listRuns, inside: true },
  { methods: ['POST'], path: '/api/runs', answer: (ports) => forTools(ports, startByCommand(ports)), inside: true },
  { methods: ['GET'], path: '/api/intakes/*', answer: listIntakes, inside: true },
  {
    methods: ['POST'],
    path: '/api/intakes/*/*/replay',
    answer: (ports) => forTools(ports, replayIntake(ports)),
    inside: true,
  },
];

/** JSON from a tool: a page from elsewhere can send none without asking first, and is not answered when it asks. */
const forTools =
  ({ settings }: Pick<Ports, 'settings'>, answering: Answering): Answering =>
  async (request) => {
    const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') return json(415, { error: 'Send JSON, with the content type application/json.' });
    if (isCrossSite(request.headers, settings.base_url)) return json(403, { error: 'This came from another site.' });
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

const fits = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.at(-1) === '**')
    return given.length >= wanted.length && wanted.slice(0, -1).every((one, at) => one === given[at]);
  return wanted.length === given.length && wanted.every((one, at) => one === '*' || one === given[at]);
};

/** @param house whether those who ask are in the house: a sandbox is on their own machine. */
export const frontDoor = (ports: Ports, house: 'inside' | 'outside'): Answering => {
  const routes = ROUTES.filter(({ inside }) => inside !== true || house === 'inside');
  const doors = routes.map((route) => ({ ...route, answering: route.answer(ports) }));
  return async (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const here = doors.filter(({ path }) => fits(path, request.path));
    const door = here.find(({ methods }) => methods.includes(method));
    try {
      const response = await (door === undefined ? nowhere(here, request) : door.answering(request));
      return request.method === 'HEAD' ? { ...response, body: '' } : response;
    } catch (cause) {
      return fault(ports, request, cause);
    }
  };
};

const nowhere = async (here: readonly Route[], request: HttpRequest): Promise<HttpResponse> => {
  if (here.length === 0) return html(404, problemPage({ status: 404, title: 'There is nothing at this address.' }));
  const allow = [...new Set(here.flatMap(({ methods }) => methods))].join(', ');
  return html(405, problemPage({ status: 405, title: `${request.method} is not possible here.` }), [['allow', allow]]);
};

const fault = (ports: Ports, { path }: HttpRequest, cause: unknown): HttpResponse => {
  if (cause instanceof URIError)
    return html(404, problemPage({ status: 404, title: 'There is nothing at this address.' }));
  const reference = Buffer.from(ports.chance.bytes(5)).toString('hex');
  ports.log.error('a request failed', cause, { reference, place: path.split('/')[1] ?? '' });
  const busy = cause instanceof TryAgain;
  const status = busy ? 503 : 500;
  const title = busy
    ? 'Too much is going on just now. Please try again in a moment.'
    : 'Something went wrong on our side.';
  const headers: [string, string][] = busy ? [['retry-after', '5']] : [];
  return path.startsWith('/api/') || path.startsWith('/hooks/')
    ? json(status, { error: title, reference }, headers)
    : html(status, problemPage({ status, title, reference }), headers);
};
