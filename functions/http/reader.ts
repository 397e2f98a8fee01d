/**
 * Who asks for a page of the house, and how their forms are known to be theirs.
 *
 * Promises: a form of a reader is taken only with a nonce of their session, and never from another site (L9). What came
 * too late or from elsewhere is answered with a page that says what to do.
 */

import type { Act } from '../core/events.ts';
import { fitsLive } from '../core/live-secrets.ts';
import { isCrossSite, makeNonce, nonceFits } from '../core/nonce.ts';
import type { Ports } from '../core/ports.ts';
import { type Reader, readerOf } from '../core/reader.ts';
import { readSession, readSessionCookie, sessionCookie } from '../core/sessions.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { type Frame, PLACES, type Place } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { SAID } from '../words/said.ts';
import { type Form, headerOf, html, readForm } from './replies.ts';

export type FoundReader = {
  readonly reader: Reader;
  /** To be sent along with the answer. */
  readonly headers: readonly (readonly [string, string])[];
};

export type ReaderPorts = Pick<Ports, 'settings' | 'records' | 'clock' | 'catalogue'>;

/** Undefined: nobody is signed in. */
export const readerFrom = async (ports: ReaderPorts, request: HttpRequest): Promise<FoundReader | undefined> => {
  const settings = { secure: ports.settings.secure_cookies };
  const id = readSessionCookie(headerOf(request, 'cookie'), settings);
  const session = await readSession(ports, id);
  const reader = session === undefined ? undefined : readerOf(ports, session);
  if (reader === undefined) return undefined;
  return { reader, headers: session?.renewed === true ? [['set-cookie', sessionCookie(id, settings)]] : [] };
};

/** @param path where they come back to when they change who they are. */
export const frameFor = (
  { settings }: Pick<Ports, 'settings'>,
  reader: Pick<Reader, 'name'> | undefined,
  here: Place | 'other',
  path: string,
): Frame => ({
  here,
  path,
  sandbox: settings.sign_in === 'choose',
  ...(reader === undefined ? {} : { reader: reader.name }),
});

/** The address that was asked for, with its query. */
export const addressOf = ({ path, query }: Pick<HttpRequest, 'path' | 'query'>): string =>
  query === '' ? path : `${path}?${query}`;

/** A path of ours to go to, whatever was typed. */
export const pathWithin = (text: string | null | undefined): string =>
  typeof text === 'string' && /^\/(?![/\\])[\w\-./~%?=&+:@,;]*$/.test(text) && text.length <= 1_000
    ? text
    : PLACES.board;

const bindingOf = ({ session }: Pick<Reader, 'session'>): string => `session:${session}`;

export const nonceBoundTo = async (ports: Pick<Ports, 'secrets' | 'clock'>, binding: string): Promise<string> => {
  const [newest = ''] = await ports.secrets.live('forms');
  return makeNonce(newest, binding, ports.clock.now());
};

/** For a form on a page of a reader. */
export const readerNonce = (
  ports: Pick<Ports, 'secrets' | 'clock'>,
  reader: Pick<Reader, 'session'>,
): Promise<string> => nonceBoundTo(ports, bindingOf(reader));

const refusedPage = (status: number, title: string): HttpResponse => html(status, problemPage({ status, title }));

/**
 * A form with a nonce of this binding, or the page that says why it is not taken.
 * @param stale what is answered to a form that was open for too long: where it can, with all that was typed.
 */
export const formBoundTo = async (
  ports: Pick<Ports, 'secrets' | 'clock' | 'settings'>,
  request: HttpRequest,
  binding: string,
  stale: (sent: Form) => HttpResponse | Promise<HttpResponse> = () => refusedPage(403, SAID.request.tooLong),
): Promise<Form | HttpResponse> => {
  const sent = readForm(request);
  if (sent === undefined) return refusedPage(415, SAID.request.notOurForm);
  if (isCrossSite(request.headers, ports.settings.base_url)) return refusedPage(403, SAID.request.elsewhere);
  const now = ports.clock.now();
  return (await fitsLive(ports.secrets, 'forms', (keys) => nonceFits(keys, binding, sent.one('nonce'), now)))
    ? sent
    : stale(sent);
};

/** What a reader has posted from a page of theirs. @param stale as in `formBoundTo`. */
export const readerForm = (
  ports: Pick<Ports, 'secrets' | 'clock' | 'settings'>,
  request: HttpRequest,
  reader: Pick<Reader, 'session'>,
  stale?: (sent: Form) => HttpResponse | Promise<HttpResponse>,
): Promise<Form | HttpResponse> => formBoundTo(ports, request, bindingOf(reader), stale);

/** For the history: who it was, and how we know. */
export const actOf = ({ person, proof }: Reader, { from }: Pick<HttpRequest, 'from'>): Act => ({
  by: person,
  proof,
  from,
});
