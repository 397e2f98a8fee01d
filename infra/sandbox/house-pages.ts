/** What to try in a sandbox: the page that its board points to. */

import { html } from '../../functions/http/replies.ts';
import { PLACES } from '../../functions/pages/page.ts';
import type { ClockView, TriesView } from '../../functions/pages/sandbox-pages.ts';
import { triesPage } from '../../functions/pages/sandbox-pages.ts';
import { PAGE_WORDS } from '../../functions/words/page-words.ts';
import type { FrameOf } from './sandbox-pages.ts';
import type { Mounted } from './server.ts';
import type { Time } from './time.ts';

export const housePages =
  (time: Time, clock: () => ClockView, frameOf: FrameOf): Mounted =>
  async (request) =>
    (request.method === 'GET' || request.method === 'HEAD') && request.path === PLACES.tries
      ? html(200, triesPage({ tries: triesFor(time), clock: clock(), frame: await frameOf(request, 'other') }))
      : undefined;

const words = PAGE_WORDS.tries;

const triesFor = (time: Time): TriesView['tries'] => [
  { text: words.board, href: PLACES.board },
  { text: words.inbox, href: PLACES.inbox },
  { text: words.start, href: '/start/blog-post' },
  { text: words.somebody, href: PLACES.work },
  time.kind === 'virtual' ? { text: words.clock, href: PLACES.clock } : { text: words.noClock },
];
