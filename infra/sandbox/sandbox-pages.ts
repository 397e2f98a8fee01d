/**
 * The pages that only a sandbox has: the inbox of everybody, one mail, the clock. Here they are plugged in; what they
 * look like is for functions/pages.
 */

import { csvReply, wantsCsv } from '../../functions/http/csv.ts';
import type { HttpRequest, HttpResponse } from '../../functions/lambda/hosted.ts';
import { chosenIn, partOf, shownPart } from '../../functions/pages/list-parts.ts';
import { type Frame, PLACES, type Place } from '../../functions/pages/page.ts';
import { MAIL_PAGE_POLICY, PAGE_POLICY } from '../../functions/pages/policy.ts';
import { type ClockView, clockPage, type Happened, inboxPage, mailPage } from '../../functions/pages/sandbox-pages.ts';
import { PAGE_WORDS } from '../../functions/words/page-words.ts';
import type { Inbox } from './inbox.ts';
import type { Mounted } from './server.ts';
import type { Time } from './time.ts';

/** What stands above a page, for whoever asks for it. */
export type FrameOf = (request: HttpRequest, here: Place | 'other') => Promise<Frame>;

const MAILS_ON_A_PAGE = 100;
/** Of those that went out while the clock was moved. */
const MAILS_TOLD = 10;

const shownIn = (zone: string): ((instant: string) => string) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return (instant) => format.format(new Date(instant));
};

/** @param back where to go once the clock has been moved. */
export const clockView = (time: Time, zone: string, back: string): ClockView => {
  const shown = shownIn(zone);
  const next = time.next();
  return {
    now: shown(time.now()),
    virtual: time.kind === 'virtual',
    next: next === undefined ? undefined : shown(next),
    back,
  };
};

export function sandboxPages({
  time,
  inbox,
  sender,
  zone,
  frameOf,
}: {
  readonly time: Time;
  readonly inbox: Inbox;
  readonly sender: { readonly name: string; readonly email: string };
  /** In which the pages tell time. */
  readonly zone: string;
  readonly frameOf: FrameOf;
}): Mounted {
  const shown = shownIn(zone);

  const inboxAt = async (request: HttpRequest, frame: Frame): Promise<HttpResponse> => {
    const all = await inbox.list();
    const person = new URLSearchParams(request.query).get('person') || undefined;
    const mails = all.filter(({ to }) => person === undefined || to === person).reverse();
    const people = new Map(all.map(({ to, to_name }) => [to, to_name === undefined ? to : `${to_name} <${to}>`]));
    if (wantsCsv(request))
      return csvReply(
        'mails',
        [...Object.values(PAGE_WORDS.inbox.columns)],
        mails.map(({ to, subject, sent }) => [subject, people.get(to) ?? to, sent]),
      );
    const part = partOf(mails, {
      path: PLACES.inbox,
      query: chosenIn(request.query, ['from']),
      filter: { person },
      name: 'from',
      length: MAILS_ON_A_PAGE,
    });
    return page(
      inboxPage({
        mails: shownPart(part, ({ id, to, subject, sent }) => ({
          to: people.get(to) ?? to,
          subject,
          sent: shown(sent),
          href: `${PLACES.inbox}/${encodeURIComponent(id)}`,
        })),
        frame,
        people: [...people].map(([id, name]) => ({ id, name })).sort((one, other) => (one.name < other.name ? -1 : 1)),
        person,
      }),
    );
  };

  const mailAt = async (id: string, frame: Frame): Promise<HttpResponse | undefined> => {
    const mail = await inbox.find(id);
    if (mail === undefined) return undefined;
    const { to, to_name, subject, html, text, invite } = mail;
    return page(
      mailPage({
        from: `${sender.name} <${sender.email}>`,
        to: to_name === undefined ? to : `${to_name} <${to}>`,
        subject,
        sent: shown(mail.sent),
        html,
        text,
        invite,
        frame,
      }),
      MAIL_PAGE_POLICY,
    );
  };

  const clock = async (request: HttpRequest, frame: Frame): Promise<HttpResponse> => {
    const since = new URLSearchParams(request.query).get('since');
    const moved = since === null ? {} : { happened: await sentSince(since) };
    return page(clockPage({ ...clockView(time, zone, PLACES.clock), ...moved, frame }));
  };

  const sentSince = async (since: string): Promise<Happened> => {
    const sent = (await inbox.list()).filter((mail) => mail.sent > since);
    const mails = sent.slice(-MAILS_TOLD).map(({ id, to, to_name, subject, sent: at }) => ({
      title: subject,
      href: `${PLACES.inbox}/${encodeURIComponent(id)}`,
      to: to_name ?? to,
      at: shown(at),
    }));
    return { mails, more: sent.length - mails.length };
  };

  return async (request: HttpRequest) => {
    const { method, path } = request;
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    if (path === PLACES.inbox) return inboxAt(request, await frameOf(request, 'inbox'));
    if (path === PLACES.clock) return clock(request, await frameOf(request, 'clock'));
    const id = path.startsWith(`${PLACES.inbox}/`) ? path.slice(PLACES.inbox.length + 1) : undefined;
    try {
      return id === undefined ? undefined : await mailAt(decodeURIComponent(id), await frameOf(request, 'inbox'));
    } catch (problem) {
      if (problem instanceof URIError) return undefined;
      throw problem;
    }
  };
}

const page = (body: string, policy = PAGE_POLICY): HttpResponse => ({
  status: 200,
  headers: [
    ['content-type', 'text/html; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['content-security-policy', policy],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
  ],
  body,
});
