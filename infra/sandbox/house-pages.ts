/** What to try in a sandbox: the page that its board points to. */

import { html } from '../../functions/http/replies.ts';
import { PLACES } from '../../functions/pages/page.ts';
import type { ClockView, TriesView } from '../../functions/pages/sandbox-pages.ts';
import { triesPage } from '../../functions/pages/sandbox-pages.ts';
import type { FrameOf } from './sandbox-pages.ts';
import type { Mounted } from './server.ts';
import type { Time } from './time.ts';

export const housePages =
  (time: Time, clock: () => ClockView, frameOf: FrameOf): Mounted =>
  async (request) =>
    (request.method === 'GET' || request.method === 'HEAD') && request.path === PLACES.tries
      ? html(200, triesPage({ tries: triesFor(time), clock: clock(), frame: await frameOf(request, 'other') }))
      : undefined;

const triesFor = (time: Time): TriesView['tries'] => [
  { text: 'Look at the board: where each run stands, who has it, what is late.', href: PLACES.board },
  { text: 'Read what the team has been mailed, and open a link in one of the mails.', href: PLACES.inbox },
  { text: 'Start a blog post: fill in the form, look at the plan, and start it.', href: '/start/blog-post' },
  { text: 'Be somebody else: what is theirs to do stands under “My work”.', href: PLACES.work },
  time.kind === 'virtual'
    ? { text: 'Move the clock, and see the reminders come.', href: PLACES.clock }
    : {
        text: 'To see reminders come without waiting, start with: npm start -- --clock virtual --data .runsheet/virtual',
      },
];
