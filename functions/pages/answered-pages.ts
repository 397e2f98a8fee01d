/** The small pages around an answer: the code, what was recorded, and links that no longer work (L5–L7). */
import type { Neighbour, ShownDate } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { quoteMarkup, worksMarkup } from './briefing-page.ts';
import { hidden, lineInput, problemSummary } from './form-parts.ts';
import { type Markup, markup } from './markup.ts';
import { type Frame, noticeBox, PLACES, page } from './page.ts';
import { safeHref } from './shown-text.ts';

export type CodeView = {
  /** Of the step. */
  readonly title: string;
  readonly action: string;
  /** Masked: `r…@example.com`. */
  readonly sentTo: string;
  readonly nonce: string;
  readonly problem?: string | undefined;
  /** They asked for another one, and it was sent. */
  readonly again?: boolean | undefined;
  /** The answer given so far, so that nothing is lost. A name may occur several times. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
};

/** Of this form itself: what the last code page sent is not carried along. */
const OWN_INPUTS = ['nonce', 'code', 'resend'];

/** Sends `code`, or `resend`; spaces in the code are the handler's to drop. */
export const codePage = (view: CodeView): string => {
  const words = PAGE_WORDS.code;
  const problems = view.problem === undefined ? {} : { code: view.problem };
  return page({
    title: `${view.problem === undefined ? '' : PAGE_WORDS.problemTitle}${words.title}`,
    body: markup`${noticeBox(view.again === true ? words.again : undefined)}${problemSummary(problems, ['code'])}<p class="kicker">${view.title}</p>
<h1>${words.title}</h1>
<p>${words.sent(view.sentTo)}</p>
${view.hidden.length > 0 && markup`<p>${words.kept}</p>\n`}<form class="card" method="post" action="${view.action}" novalidate>
${view.hidden.filter(({ name }) => !OWN_INPUTS.includes(name)).map(({ name, value }) => hidden(name, value))}${hidden('nonce', view.nonce)}${lineInput(
  {
    name: 'code',
    label: words.label,
    required: true,
    hint: words.hint,
    problem: view.problem,
    value: '',
    type: 'text',
    mode: 'numeric',
    complete: 'one-time-code',
    short: true,
  },
)}<p class="actions"><button>${words.submit}</button> <button class="second" name="resend" value="1">${words.resend}</button></p>
</form>`,
  });
};

export type RecordedView = {
  /**
   * `same`: it was recorded before; `other`: somebody decided otherwise (409); `looked-at`: somebody else did, and whoever
   * looks has answered nothing.
   */
  readonly kind: 'recorded' | 'same' | 'other' | 'looked-at';
  readonly decision: NonNullable<Neighbour['decision']>;
  readonly who: string;
  readonly at: ShownDate;
  readonly step: { readonly title: string };
  readonly run: { readonly title: string; readonly url: string };
  /** Who comes next. */
  readonly next?: readonly Neighbour[] | undefined;
  readonly comment?: string | undefined;
  /** For who is signed in. */
  readonly frame?: Frame | undefined;
};

export const recordedPage = ({ kind, decision, who, at, step, run, next, comment, frame }: RecordedView): string => {
  const words = PAGE_WORDS.recorded;
  const byOthers = kind === 'other' || kind === 'looked-at';
  const title = byOthers ? words.otherTitle : words.title;
  const url = safeHref(run.url);
  return page({
    title,
    frame,
    body: markup`<p class="kicker">${run.title}</p>
<h1>${title}</h1>
<div class="card ${kind === 'looked-at' ? 'same' : kind}">
<p class="verdict"><strong>${words.said[decision]}</strong>: ${step.title}</p>
<p class="small">${words.by(who, at.wall)}</p>
${comment !== undefined && comment !== '' && quoteMarkup(who, '', comment)}</div>
${kind === 'same' && markup`<p>${words.same}</p>\n`}${kind === 'other' && markup`<p>${words.other(who, at.wall)}</p>\n`}${
  next !== undefined &&
  markup`<section class="about"><h2>${words.next}</h2>
${next.length === 0 ? markup`<p>${words.nothingNext}</p>` : worksMarkup(next)}</section>\n`
}${kind === 'looked-at' && markup`<p>${words.nothingLeft}</p>\n`}${frame !== undefined ? backToWork() : !byOthers && markup`<p>${words.thanks}</p>\n`}${url !== undefined && markup`<p><a href="${url}">${words.run}</a></p>\n`}`,
  });
};

export type DeadLinkView = {
  /** What is known to have happened, a sentence. */
  readonly happened?: string | undefined;
  /** Where a new link is asked for. */
  readonly action?: string | undefined;
  readonly nonce?: string | undefined;
};

export const deadLinkPage = ({ happened, action, nonce }: DeadLinkView): string => {
  const words = PAGE_WORDS.dead;
  return page({
    title: words.title,
    body: markup`<h1>${words.title}</h1>
<p>${happened ?? words.explain}</p>
${
  action !== undefined &&
  markup`<form class="card" method="post" action="${action}">
<p>${words.ask}</p>
${nonce !== undefined && hidden('nonce', nonce)}<p class="actions"><button>${words.submit}</button></p>
</form>`
}`,
  });
};

/** A step was handed over, behind a link or by who is signed in. */
export const givenPage = ({
  happened,
  frame,
}: {
  readonly happened: string;
  readonly frame?: Frame | undefined;
}): string =>
  page({
    title: PAGE_WORDS.handover.given,
    frame,
    body: markup`<h1>${PAGE_WORDS.handover.given}</h1>
<p>${happened}</p>
${frame === undefined ? markup`<p>${PAGE_WORDS.dead.close}</p>` : backToWork()}`,
  });

const backToWork = (): Markup => markup`<p><a href="${PLACES.work}">${PAGE_WORDS.mine.back}</a></p>\n`;

/** The same whatever became of the link. */
export const newLinkSentPage = (): string =>
  page({
    title: PAGE_WORDS.dead.sentTitle,
    body: markup`<h1>${PAGE_WORDS.dead.sentTitle}</h1>
<p>${PAGE_WORDS.dead.sent}</p>
<p>${PAGE_WORDS.dead.close}</p>`,
  });
