/**
 * What only a sandbox answers, to tests and tools, without sign-in: mails, clock, history.
 *
 * Promises: answers when what was begun before has been done. No page from elsewhere can use it: neither by a form, nor
 * by a name of its own for this machine.
 */

import type { HttpRequest, HttpResponse } from '../../functions/lambda/hosted.ts';
import { PLACES } from '../../functions/pages/page.ts';
import { advanced } from './durations.ts';
import type { Inbox } from './inbox.ts';
import { headerOf, isLocalName, json, type Mounted, plainText, seeOther } from './server.ts';
import { NotPossible, type Time } from './time.ts';

/** The events of a run as JSON, undefined where there is no such run. */
export type EventsOf = (run: string) => Promise<readonly unknown[] | undefined>;

const PATIENCE_MILLISECONDS = 5_000;

export function sandboxEndpoints({
  time,
  inbox,
  events,
}: {
  readonly time: Time;
  readonly inbox: Inbox;
  readonly events: EventsOf;
}): Mounted {
  const atRest = (): Promise<unknown> => {
    const patience = new Promise((late) => setTimeout(late, PATIENCE_MILLISECONDS).unref());
    return Promise.race([time.rest(), patience]);
  };
  const clock = (): HttpResponse => json(200, { now: time.now(), kind: time.kind, next: time.next() ?? null });

  const move = async (request: HttpRequest): Promise<HttpResponse> => {
    const text = Buffer.from(request.body).toString('utf8');
    const isForm =
      !text.trimStart().startsWith('{') && headerOf(request, 'content-type')?.includes('urlencoded') === true;
    const wish = isForm ? formWish(text) : jsonWish(text);
    const before = time.now();
    const now = await time.to(() => instantOf(wish, time));
    if (!isForm) return json(200, { now });
    const place = placeAfter(wish, request);
    // The page of the clock says what has happened since.
    return seeOther(place === PLACES.clock ? `${place}?${new URLSearchParams({ since: before })}` : place);
  };

  return async (request) => {
    const { method, path } = request;
    const run = /^\/sandbox\/runs\/([^/]+)\/history$/.exec(path)?.[1];
    const known = ['/sandbox/mails', '/sandbox/clock'].includes(path) || run !== undefined;
    if (!known) return undefined;
    if (!isOurs(request)) return plainText(403, 'The sandbox is used from this machine alone.');
    const reads = method === 'GET' || method === 'HEAD';
    if (path === '/sandbox/clock' && method === 'POST') return orSentence(request, () => move(request));
    if (!reads) return plainText(405, `${method} is not possible here.`);
    await atRest();
    if (path === '/sandbox/clock') return clock();
    if (run === undefined)
      return json(200, await inbox.list(new URLSearchParams(request.query).get('to') ?? undefined));
    const found = await events(decoded(run));
    return found === undefined ? json(404, { error: 'There is no such run.' }) : json(200, found);
  };
}

type Wish = { readonly advance?: unknown; readonly to?: unknown; readonly back?: unknown };

const formWish = (text: string): Wish => Object.fromEntries(new URLSearchParams(text));

const jsonWish = (text: string): Wish => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(
      new NotPossible(400, 'This is no JSON: send { "advance": "48h" } or { "to": "2027-03-01T09:00:00Z" }.'),
      { cause },
    );
  }
  return typeof value === 'object' && value !== null ? value : {};
};

const instantOf = ({ advance, to }: Wish, time: Time): string => {
  // Before it is looked at by how much: on the real clock no wish is possible.
  if (time.kind === 'real') return time.now();
  if (advance === 'next') return time.next() ?? time.now();
  if (typeof advance === 'string' && to === undefined) {
    const instant = advanced(time.now(), advance);
    if (instant !== undefined) return instant;
    throw new NotPossible(400, '`advance` is a number and a unit, like 90m, 48h, 3d or 2w, and at most ten years.');
  }
  if (typeof to === 'string' && advance === undefined) {
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(to) && !Number.isNaN(Date.parse(to))) {
      return new Date(to).toISOString();
    }
    throw new NotPossible(400, '`to` is an instant with its offset, like 2027-03-01T09:00:00Z.');
  }
  throw new NotPossible(400, 'Send either { "advance": "48h" } or { "to": "2027-03-01T09:00:00Z" }.');
};

const orSentence = async (request: HttpRequest, work: () => Promise<HttpResponse>): Promise<HttpResponse> => {
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof NotPossible)) throw problem;
    const wantsPage = headerOf(request, 'accept')?.includes('text/html') === true;
    return wantsPage ? plainText(problem.status, problem.message) : json(problem.status, { error: problem.message });
  }
};

/** Back to where the form stood, which is a page of ours or none. */
const placeAfter = ({ back }: Wish, request: HttpRequest): string => {
  if (typeof back === 'string' && /^\/(?![/\\])[\w\-./~%?=&]*$/.test(back)) return back;
  const referer = headerOf(request, 'referer');
  const host = headerOf(request, 'host');
  const url = referer !== undefined && URL.canParse(referer) ? new URL(referer) : undefined;
  return url !== undefined && url.host === host ? `${url.pathname}${url.search}` : '/';
};

/** Neither sent by a page from elsewhere nor to a name that somebody else has pointed at this machine. */
export const isOurs = (request: HttpRequest): boolean => {
  const host = headerOf(request, 'host') ?? '';
  if (!isLocalName(request)) return false;
  const site = headerOf(request, 'sec-fetch-site');
  // Our pages send no referrer, and then a browser calls the origin of their forms `null`.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = headerOf(request, 'origin');
  return origin === undefined || origin === `http://${host}`;
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
