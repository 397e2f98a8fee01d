/**
 * Who it is that posts a form, as surely as what they do asks for; or the page that asks for a code.
 *
 * Promises: whatever was typed goes along with the code, so that nothing has to be typed twice.
 */

import type { Assurance } from '../../statemachines/language/workflow.ts';
import { deviceCookie } from '../core/devices.ts';
import type { Act } from '../core/events.ts';
import { identify, maskedAddress } from '../core/identity.ts';
import type { FoundLink } from '../core/links.ts';
import { makeNonce, shownAt } from '../core/nonce.ts';
import { contactOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import type { Run } from '../core/run.ts';
import { readSession, readSessionCookie } from '../core/sessions.ts';
import { noteFailure } from '../core/throttle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { codePage, deadLinkPage } from '../pages/answered-pages.ts';
import { SAID } from '../words/said.ts';
import { type Form, headerOf, html } from './replies.ts';

export type Asked = {
  readonly link: FoundLink;
  readonly run: Run;
  readonly assurance: Assurance;
  /** What is answered. */
  readonly title: string;
  /** Where the form, and the code with it, is posted. */
  readonly action: string;
};
export type Proven = { readonly act: Act; readonly headers: readonly (readonly [string, string])[] };

export const bindingOf = (linkKey: string): string => `link:${linkKey}`;

/** For a form on the page of a link. */
export const nonceOf = async (ports: Pick<Ports, 'secrets' | 'clock'>, linkKey: string): Promise<string> => {
  const [newest = ''] = await ports.secrets.live('forms');
  return makeNonce(newest, bindingOf(linkKey), ports.clock.now());
};

/** What is the page's own and not the answer. */
const PASSING = ['nonce', 'code', 'resend'];

export const proven = async (
  ports: Ports,
  request: HttpRequest,
  { link, run, assurance, title, action }: Asked,
  sent: Form,
): Promise<Proven | HttpResponse> => {
  const contact = contactOf(ports, run, link.person);
  if (contact === undefined) return html(410, deadLinkPage({ happened: SAID.answer.leftTeam }));
  const settings = { secure: ports.settings.secure_cookies };
  const session = await readSession(ports, readSessionCookie(headerOf(request, 'cookie'), settings));
  const who = await identify(ports, {
    session,
    link,
    contact,
    assurance,
    about: { title, run: run.opened.title },
    cookie: headerOf(request, 'cookie'),
    from: request.from,
    shown: shownAt(sent.one('nonce')),
    code: Object.hasOwn(sent.values, 'code') ? sent.one('code') : undefined,
    resend: sent.one('resend') !== '',
  });
  if ('needs' in who) {
    if (who.problem !== undefined && sent.one('code') !== '')
      await noteFailure(ports, { from: request.from, link: link.key });
    const hidden = Object.entries(sent.values)
      .filter(([name]) => !PASSING.includes(name))
      .flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map((one) => ({ name, value: one })));
    // It carries the answer, which stands nowhere else yet, and so in no address: whoever goes back to it sends that again,
    // and hears what was recorded.
    return html(
      who.problem === undefined ? 200 : 422,
      codePage({
        title,
        action,
        sentTo: maskedAddress(contact.email),
        nonce: await nonceOf(ports, link.key),
        hidden,
        ...(who.problem === undefined ? { again: sent.one('resend') !== '' } : { problem: who.problem }),
      }),
    );
  }
  const act: Act = {
    by: link.person,
    proof: who.proof,
    from: request.from,
    ...(link.mail === undefined ? {} : { mail: link.mail }),
  };
  return { act, headers: who.device === undefined ? [] : [['set-cookie', deviceCookie(who.device, settings)]] };
};
