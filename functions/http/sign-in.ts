/**
 * Signing in and out (L18); in a sandbox, choosing whom to be.
 *
 * Promises: no GET signs anybody in or out. Whatever address is typed, the answer is the same. Every form is bound to a
 * cookie of the browser that was shown it.
 */

import { cookieText, freshId, readCookie } from '../core/cookies.ts';
import { maskedAddress } from '../core/identity.ts';
import { titleOfRole } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import type { Access, Reader } from '../core/reader.ts';
import { beginSession, endSession, readSessionCookie, sessionCookie } from '../core/sessions.ts';
import { askToSignIn, type FoundSignIn, findSignIn, signIn } from '../core/sign-in.ts';
import { noteFailure, slowedFor } from '../core/throttle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { codePage } from '../pages/answered-pages.ts';
import { PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { signInConfirmPage, signInPage, signInSentPage, signOutPage, whoPage } from '../pages/sign-in-pages.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { SAID } from '../words/said.ts';
import {
  addressOf,
  formBoundTo,
  frameFor,
  nonceBoundTo,
  pathWithin,
  readerForm,
  readerFrom,
  readerNonce,
} from './reader.ts';
import { headerOf, html, seeOther } from './replies.ts';

/** The cookie of a browser that asks: what it was shown, and the link that it asked for, are bound to it. */
const ASKING = 'runsheet-asking';
const ASKING_SECONDS = 86_400;

type Browser = { readonly id: string; readonly headers: readonly (readonly [string, string])[] };

const browserOf = (ports: Ports, request: HttpRequest): Browser | undefined => {
  const id = readCookie(ASKING, headerOf(request, 'cookie'), { secure: ports.settings.secure_cookies });
  return id === undefined ? undefined : { id, headers: [] };
};

const newBrowser = (ports: Ports): Browser => {
  const id = freshId(ports.chance);
  const secure = ports.settings.secure_cookies;
  return { id, headers: [['set-cookie', cookieText(ASKING, id, ASKING_SECONDS, { secure })]] };
};

const bindingOf = ({ id }: Browser): string => `asking:${id}`;

/** The page on which somebody says who they are. @param to where they want to go. */
export const askWho = async (
  ports: Ports,
  request: HttpRequest,
  to: string,
  told: { readonly status?: number; readonly problem?: string; readonly notice?: string; readonly email?: string } = {},
): Promise<HttpResponse> => {
  const { status = 200, ...rest } = told;
  const browser = browserOf(ports, request) ?? newBrowser(ports);
  const nonce = await nonceBoundTo(ports, bindingOf(browser));
  if (ports.settings.sign_in === 'mail') return html(status, signInPage({ nonce, to, ...rest }), browser.headers);
  const found = await readerFrom(ports, request);
  const people = ports.catalogue.team.people.map(({ id, name, roles, access = 'member' as Access }) => ({
    id,
    name,
    roles: roles.map((role) => titleOfRole(ports, role)),
    access,
  }));
  const frame = frameFor(ports, found?.reader, 'other', to);
  return html(status, whoPage({ people, nonce, to, frame, ...rest }), browser.headers);
};

/** Nobody is signed in: the way to where they can, and back. */
export const sendToSignIn = (ports: Ports, request: HttpRequest): Promise<HttpResponse> | HttpResponse =>
  request.method === 'POST'
    ? askWho(ports, request, PLACES.board, { status: 401, notice: PAGE_WORDS.signIn.gone })
    : seeOther(`${PLACES.signIn}?${new URLSearchParams({ to: pathWithin(addressOf(request)) })}`);

/** `/sign-in`. */
export const signInAt =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    if (request.method !== 'POST') {
      const query = new URLSearchParams(request.query);
      if (query.get('told') === 'sent') return html(200, signInSentPage());
      return askWho(ports, request, pathWithin(query.get('to')));
    }
    const browser = browserOf(ports, request);
    if (browser === undefined)
      return askWho(ports, request, PLACES.board, {
        status: 403,
        notice: SAID.code.noCookies,
      });
    const sent = await formBoundTo(ports, request, bindingOf(browser));
    if ('status' in sent) return sent;
    const to = pathWithin(sent.one('to'));
    if (ports.settings.sign_in === 'choose') return choose(ports, request, sent.one('person'), to);
    const email = sent.one('email').trim();
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
      return askWho(ports, request, to, { status: 422, problem: PAGE_WORDS.signIn.noAddress, email });
    await askToSignIn(ports, { email, browser: browser.id, from: request.from, to });
    return seeOther(`${PLACES.signIn}?told=sent`);
  };

const choose = async (ports: Ports, request: HttpRequest, person: string, to: string): Promise<HttpResponse> => {
  if (!ports.catalogue.team.people.some(({ id }) => id === person))
    return askWho(ports, request, to, { status: 422, notice: SAID.start.notInTeam });
  return signedIn(ports, request, await beginSession(ports, { person, how: 'chosen' }), to);
};

/** The session that the browser had is over. */
const signedIn = async (ports: Ports, request: HttpRequest, session: string, to: string): Promise<HttpResponse> => {
  const settings = { secure: ports.settings.secure_cookies };
  const before = readSessionCookie(headerOf(request, 'cookie'), settings);
  if (before !== undefined) await endSession(ports, before);
  return seeOther(to, [['set-cookie', sessionCookie(session, settings)]]);
};

/** `/sign-in/{token}`: behind the link in the mail. */
export const signInByLink =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const token = request.path.split('/')[2] ?? '';
    const waits = await slowedFor(ports, { from: request.from });
    if (waits !== undefined)
      return html(429, problemPage({ status: 429, title: SAID.request.busy }), [['retry-after', String(waits)]]);
    const found = await findSignIn(ports, token);
    if (found === undefined) return dead(ports, request);
    if (request.method !== 'POST') return confirm(ports, found, token);
    return byLink(ports, request, found, token);
  };

const dead = async (ports: Ports, request: HttpRequest): Promise<HttpResponse> => {
  await noteFailure(ports, { from: request.from });
  return askWho(ports, request, PLACES.board, { status: 410, notice: PAGE_WORDS.signIn.dead });
};

const bindingOfLink = ({ key }: FoundSignIn): string => `sign-in:${key}`;

const confirm = async (ports: Ports, found: FoundSignIn, token: string): Promise<HttpResponse> => {
  const who = ports.catalogue.team.people.find(({ id }) => id === found.person)?.name ?? found.person;
  return html(
    200,
    signInConfirmPage({
      who,
      action: `${PLACES.signIn}/${token}`,
      nonce: await nonceBoundTo(ports, bindingOfLink(found)),
    }),
  );
};

const byLink = async (ports: Ports, request: HttpRequest, found: FoundSignIn, token: string): Promise<HttpResponse> => {
  const sent = await formBoundTo(ports, request, bindingOfLink(found));
  if ('status' in sent) return sent;
  const typed = Object.hasOwn(sent.values, 'code') && sent.one('resend') === '' ? sent.one('code') : undefined;
  const outcome = await signIn(ports, found, { browser: browserOf(ports, request)?.id, code: typed });
  switch (outcome.outcome) {
    case 'signed-in':
      return signedIn(ports, request, outcome.session, found.to);
    case 'dead':
      return dead(ports, request);
    case 'code': {
      if (typed !== undefined) await noteFailure(ports, { from: request.from });
      const email = ports.catalogue.team.people.find(({ id }) => id === found.person)?.email ?? '';
      return html(
        outcome.problem === undefined ? 200 : 422,
        codePage({
          title: PAGE_WORDS.signIn.code,
          action: `${PLACES.signIn}/${token}`,
          sentTo: maskedAddress(email),
          nonce: await nonceBoundTo(ports, bindingOfLink(found)),
          hidden: [],
          ...(outcome.problem === undefined ? { again: sent.one('resend') !== '' } : { problem: outcome.problem }),
        }),
      );
    }
  }
};

/** `/sign-out`. */
export const signOut =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    if (request.method !== 'POST') {
      const frame = frameFor(ports, reader, 'other', PLACES.board);
      return html(200, signOutPage({ nonce: await readerNonce(ports, reader), frame }));
    }
    const sent = await readerForm(ports, request, reader);
    if ('status' in sent) return sent;
    const settings = { secure: ports.settings.secure_cookies };
    const id = readSessionCookie(headerOf(request, 'cookie'), settings);
    if (id !== undefined) await endSession(ports, id);
    return seeOther(PLACES.signIn, [['set-cookie', sessionCookie(undefined, settings)]]);
  };
