/**
 * Pages of the sandbox alone: what to try, the inbox of everybody, one mail as a mail client would show it, the clock.
 *
 * Promises: a mail is shown as it is, with its own styles and none of the page's; it is as high as it needs, on a phone
 * too, and its links open the whole window. No script runs, by the policy of the page.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { type Choosable, select } from './form-parts.ts';
import { type Part, partFoot, tableHead } from './list-parts.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';
import { type Frame, PLACES, page } from './page.ts';

export type TriesView = {
  /** What to try first, in order; `href` is a path of ours. */
  readonly tries: readonly { readonly text: string; readonly href?: string | undefined }[];
  readonly clock?: ClockView | undefined;
  readonly frame: Frame;
};

export const triesPage = ({ tries, clock, frame }: TriesView): string => {
  const words = PAGE_WORDS.tries;
  return page({
    title: words.title,
    frame,
    body: markup`<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<section class="card" aria-label="${words.title}">
<ol>${tries.map(({ text, href }) => markup`<li>${href === undefined ? text : markup`<a href="${href}">${text}</a>`}</li>`)}</ol></section>
${clock !== undefined && clockPanel(clock)}`,
  });
};

export type InboxView = {
  /** Newest first. */
  readonly mails: Part<{
    readonly to: string;
    readonly subject: string;
    /** As people read it. */
    readonly sent: string;
    readonly href: string;
  }>;
  /** Who can be chosen: the address as id. */
  readonly people: readonly Choosable[];
  /** Only mails to this one are shown. */
  readonly person?: string | undefined;
  readonly frame: Frame;
};

/** Filters by GET with `person`. */
export const inboxPage = ({ mails, people, person, frame }: InboxView): string => {
  const words = PAGE_WORDS.inbox;
  const who = people.find(({ id }) => id === person)?.name;
  return page({
    title: words.title,
    frame,
    wide: true,
    body: markup`<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
<form class="card inline" method="get" action="${PLACES.inbox}">
${select({
  name: 'person',
  label: words.person,
  required: true,
  hint: '',
  problem: undefined,
  value: person ?? '',
  options: people,
  empty: words.everybody,
})}<button class="second">${words.filter}</button>
</form>
<div class="list">${
      mails.all === 0
        ? markup`<p class="empty">${who === undefined ? words.empty : words.emptyFor(who)}</p>`
        : markup`<table aria-label="${words.title}">
${tableHead(words.columns)}
<tbody>${mails.rows.map(
            ({ to, subject, sent, href }) => markup`<tr>
<td class="title"><a href="${href}"><strong>${subject}</strong></a></td><td data-label="${words.columns.to}">${to}</td><td data-label="${words.columns.sent}">${sent}</td>
</tr>\n`,
          )}</tbody>
</table>`
    }</div>
${partFoot(mails, words.title)}`,
  });
};

export type MailView = {
  readonly from?: string | undefined;
  readonly to: string;
  readonly subject: string;
  readonly sent: string;
  readonly html: string;
  readonly text: string;
  readonly invite?: { readonly name: string; readonly text: string } | undefined;
  readonly frame: Frame;
};

/** To be sent with MAIL_PAGE_POLICY: mails carry their styles with them. */
export const mailPage = ({ from, to, subject, sent, html, text, invite, frame }: MailView): string => {
  const words = PAGE_WORDS.mail;
  return page({
    title: subject,
    frame,
    body: markup`<p><a href="${PLACES.inbox}">${words.back}</a></p>
<h1>${subject}</h1>
<dl class="card facts">
${from !== undefined && markup`<dt>${words.from}</dt><dd>${from}</dd>`}<dt>${words.to}</dt><dd>${to}</dd><dt>${words.sent}</dt><dd>${sent}</dd>
</dl>
<section class="letter" aria-label="${words.frame(subject)}"><template shadowrootmode="open">${keptInside(html)}</template></section>
<details class="card"><summary>${words.text}</summary>
<pre class="plain" dir="auto">${text}</pre></details>
${invite !== undefined && markup`<details class="card"><summary>${words.invite}: ${invite.name}</summary>\n<pre class="plain">${invite.text}</pre></details>\n`}`,
  });
};

/** A tree of its own; nothing in the mail ends it. */
const keptInside = (html: string): Markup => trusted(html.replaceAll(/<\/(?=template)/gi, '&lt;/'));

export type ClockView = {
  /** As people read it, with the zone. */
  readonly now: string;
  /** False: it runs by itself, and cannot be moved. */
  readonly virtual: boolean;
  /** What is due next and when, in words. */
  readonly next?: string | undefined;
  /** Where to go afterwards; a path of ours. */
  readonly back?: string | undefined;
};

/** Sends `advance`: `1h`, `24h`, `168h` or `next`. */
export const clockPanel = (view: ClockView): Markup =>
  markup`<section class="card clock" aria-labelledby="clock"><h2 id="clock">${PAGE_WORDS.clock.title}</h2>\n${clockFace(view)}</section>\n`;

const clockFace = ({ now, virtual, next, back }: ClockView): Markup => {
  const words = PAGE_WORDS.clock;
  return markup`<p class="now"><span class="small">${words.now}</span> ${now}</p>
<p class="small">${next === undefined ? words.none : words.next(next)}</p>
${virtual ? clockForm(back) : markup`<p class="small">${words.real}</p>`}\n`;
};

const clockForm = (back: string | undefined): Markup => {
  const words = PAGE_WORDS.clock;
  return markup`<form method="post" action="${PLACES.moveClock}">
${back !== undefined && markup`<input type="hidden" name="back" value="${back}">`}<fieldset class="bare"><legend>${words.legend}</legend>
<p class="actions">${Object.entries(words.advance).map(
    ([value, label]): Shown => markup`<button class="quiet" name="advance" value="${value}">${label}</button>`,
  )}</p></fieldset>
<p class="small">${words.virtual}</p>
</form>`;
};

/** What went out while the clock was moved, oldest first; `more` went out before these. */
export type Happened = {
  readonly mails: readonly {
    readonly title: string;
    readonly href: string;
    readonly to: string;
    readonly at: string;
  }[];
  readonly more: number;
};

/** @param happened since it was moved; left out, it has not been. */
export const clockPage = ({
  frame,
  happened,
  ...view
}: ClockView & { readonly frame: Frame; readonly happened?: Happened | undefined }): string =>
  page({
    title: PAGE_WORDS.clock.title,
    frame,
    body: markup`<h1>${PAGE_WORDS.clock.title}</h1>\n<div class="card clock">${clockFace(view)}</div>${happened !== undefined && happenedPart(happened)}`,
  });

const happenedPart = ({ mails, more }: Happened): Markup => {
  const words = PAGE_WORDS.clock;
  return markup`<section aria-labelledby="happened"><h2 id="happened">${words.happened}</h2>
${more > 0 && markup`<p class="small"><a href="${PLACES.inbox}">${words.before(more)}</a></p>\n`}${
  mails.length === 0
    ? markup`<p>${words.nothing}</p>`
    : markup`<ol class="plain-list">${mails.map(({ title, href, to, at }) => markup`<li><a href="${href}">${title}</a><span class="below small">${words.sent(to, at)}</span></li>\n`)}</ol>`
}</section>\n`;
};
