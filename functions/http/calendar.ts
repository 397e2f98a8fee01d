/** `/me/calendar`: the secret address of the reader's calendar. `/calendar/{secret}.ics`: that calendar. */

import { openLines } from '../core/board.ts';
import { endFeed, feedMade, feedOwner, makeFeed } from '../core/calendar-feeds.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { workIn } from '../core/plate.ts';
import type { Ports } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import { runUrl } from '../core/run-texts.ts';
import { noteFailure, slowedFor } from '../core/throttle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { calendarFeed } from '../pages/calendar-feed.ts';
import { feedPage } from '../pages/feed-page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { SAID } from '../words/said.ts';
import { frameFor, readerForm, readerNonce } from './reader.ts';
import { html, safely, seeOther } from './replies.ts';

export const myCalendar =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    if (request.method !== 'POST') {
      const told = new URLSearchParams(request.query).get('told');
      return feedReply(ports, request, reader, told === 'ended' ? { ended: true } : {});
    }
    const sent = await readerForm(ports, request, reader);
    if ('status' in sent) return sent;
    const made = await feedMade(ports, reader.person);
    const isEnding = sent.one('act') === 'end';
    // What was sent before, and is sent again by Back or reload, must not put another address in the place of the one
    // that somebody has just copied.
    if (sent.one('seen') !== (made ?? '') && !(isEnding && made === undefined))
      return feedReply(ports, request, reader, { outdated: true });
    if (isEnding) {
      await endFeed(ports, reader.person);
      return seeOther(`${request.path}?told=ended`);
    }
    // Shown once, and secret: so it is answered here, and stands in no address that could be come back to.
    const secret = await makeFeed(ports, reader.person);
    return feedReply(ports, request, reader, { address: `${ports.settings.base_url}/calendar/${secret}.ics` });
  };

const feedReply = async (
  ports: Ports,
  request: HttpRequest,
  reader: Reader,
  shown: { readonly address?: string; readonly ended?: boolean; readonly outdated?: boolean },
): Promise<HttpResponse> => {
  const now = ports.clock.now();
  const made = await feedMade(ports, reader.person);
  const calendar = calendarFor(ports.catalogue, 'default', now);
  return html(
    shown.outdated === true ? 409 : 200,
    feedPage({
      frame: frameFor(ports, reader, 'work', request.path),
      nonce: await readerNonce(ports, reader),
      seen: made ?? '',
      ...(made === undefined ? {} : { made: shownDate(made, reader.zone, calendar, now) }),
      ...shown,
    }),
  );
};

const MOST_ENTRIES = 500;

export const giveCalendar =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const secret = (request.path.split('/')[2] ?? '').replace(/\.ics$/, '');
    const waits = await slowedFor(ports, { from: request.from });
    if (waits !== undefined)
      return html(429, problemPage({ status: 429, title: SAID.request.busy }), [['retry-after', String(waits)]]);
    const owner = await feedOwner(ports, secret);
    const person = ports.catalogue.team.people.find(({ id }) => id === owner);
    if (person === undefined) {
      await noteFailure(ports, { from: request.from });
      return html(404, problemPage({ status: 404, title: PAGE_WORDS.feed.gone }));
    }
    const work = workIn(await openLines(ports), person.id).slice(0, MOST_ENTRIES);
    const entries = work.flatMap((one) =>
      one.due === undefined ? [] : [{ ...one, due: one.due, url: runUrl(ports, one.run) }],
    );
    return safely({
      status: 200,
      headers: [['content-type', 'text/calendar; charset=utf-8']],
      body: calendarFeed(PAGE_WORDS.feed.name(person.name), entries, ports.clock.now()),
    });
  };
