/** Where somebody makes, renews and stops the secret address of their calendar. */
import type { ShownDate } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { hidden } from './form-parts.ts';
import { exact, markup } from './markup.ts';
import { type Frame, noticeBox, PLACES, page } from './page.ts';

export type FeedView = {
  readonly frame: Frame;
  readonly nonce: string;
  /** Which address this page knows of: comes back with what is sent, and is the page's own to compare. */
  readonly seen: string;
  /** When the address that there is was made. */
  readonly made?: ShownDate | undefined;
  /** Only right after it was made. */
  readonly address?: string | undefined;
  readonly ended?: boolean | undefined;
  /** What was sent was about an address that has been replaced or ended since. */
  readonly outdated?: boolean | undefined;
};

/** Sends `act`: `make` or `end`, and `seen`. */
export const feedPage = ({ frame, nonce, seen, made, address, ended, outdated }: FeedView): string => {
  const words = PAGE_WORDS.feed;
  const form = (
    act: 'make' | 'end',
    label: string,
    second: boolean,
  ) => markup`<form method="post" action="${PLACES.work}/calendar">
${hidden('nonce', nonce)}${hidden('seen', seen)}<button${second && markup` class="second"`} name="act" value="${act}">${label}</button></form>\n`;
  return page({
    title: words.title,
    frame,
    body: markup`${noticeBox(ended === true ? words.ended : outdated === true ? words.outdated : undefined)}<p class="kicker"><a href="${PLACES.work}">${PAGE_WORDS.mine.title}</a></p>
<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
${
  address !== undefined &&
  markup`<section class="card recorded" aria-labelledby="address"><h2 id="address">${words.label}</h2>
<p>${words.fresh}</p>
<p class="field"><label for="f-address">${words.label}</label><input id="f-address" class="secret" type="text" readonly value="${exact(address)}"></p>
<p class="small">${words.warning}</p></section>\n`
}${address === undefined && markup`<p>${made === undefined ? words.none : words.made(made.wall)}</p>\n`}${
  made !== undefined && markup`<p class="small">${words.renewHint}</p>\n`
}<div class="actions">${form('make', made === undefined ? words.make : words.renew, made !== undefined)}${made !== undefined && form('end', words.end, true)}</div>`,
  });
};
