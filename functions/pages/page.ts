/**
 * What all pages have in common: the document around the content, buttons, boxes.
 *
 * Promises: a whole HTML document, no script, no style of its own, one stylesheet, headings from h1 down.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { WORDS } from '../words/words.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';

/** Where pages lie that others point to. */
export const PLACES = {
  style: '/style.css',
  board: '/',
  work: '/me',
  team: '/team',
  workflows: '/workflows',
  runs: '/runs',
  signIn: '/sign-in',
  signOut: '/sign-out',
  inbox: '/inbox',
  clock: '/clock',
  tries: '/try',
  moveClock: '/sandbox/clock',
} as const;

const HOUSE = ['board', 'work', 'team', 'workflows'] as const;
const SANDBOX = ['inbox', 'clock'] as const;
export type Place = (typeof HOUSE)[number] | (typeof SANDBOX)[number];

/** What stands above a page for people of the team: the way to the others, and who they are. */
export type Frame = {
  /** Which of the common links is this page. `other`: none of them. */
  readonly here: Place | 'other';
  /** Who reads it; in a sandbox it may be that nobody has said yet. */
  readonly reader?: string | undefined;
  /** It has an inbox and a clock, and whoever reads may be somebody else with one click. */
  readonly sandbox: boolean;
  /** This page: where to come back to as somebody else. */
  readonly path: string;
};

type PageContent = {
  readonly title: string;
  readonly body: Shown;
  /** None for what is open to everybody who has the address. */
  readonly frame?: Frame | undefined;
  /** More room, for tables. */
  readonly wide?: boolean;
};

export const page = ({ title, body, frame, wide }: PageContent): string =>
  markup`<!doctype html>
<html lang="${WORDS.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title}${WORDS.separator}${WORDS.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${PLACES.style}">
</head>
<body>
<a class="skip" href="#content">${PAGE_WORDS.skip}</a>
<header class="top"><div class="bar">${frame === undefined ? markup`<span class="brand">${WORDS.product}</span>` : top(frame)}</div></header>
<main id="content" class="${wide === true ? 'wide' : 'narrow'}">
${body}
</main>
</body>
</html>
`.toString();

const top = ({ here, reader, sandbox, path }: Frame): Markup => {
  const words = PAGE_WORDS.nav;
  const places = [...HOUSE, ...(sandbox ? SANDBOX : [])];
  const change = sandbox ? `${PLACES.signIn}?${new URLSearchParams({ to: path })}` : PLACES.signOut;
  return markup`<a class="brand" href="${PLACES.board}">${WORDS.product}</a><nav aria-label="${words.label}"><ul>${places.map(
    (place) =>
      markup`<li><a href="${PLACES[place]}"${place === here && markup` aria-current="page"`}>${words[place]}</a></li>`,
  )}</ul></nav><p class="you">${reader === undefined ? markup`<a href="${change}">${words.who}</a>` : markup`<span class="says">${words.youAre}</span> <strong>${reader}</strong> <a href="${change}">${sandbox ? words.change : words.signOut}</a>`}</p>`;
};

/**
 * For what has to be read first: it has the focus as the page comes, since a reader of screens tells of a live region
 * only what changes in it. No script is needed for that.
 */
export const READ_FIRST = trusted('tabindex="-1" autofocus');

/** Something that has to be read first. */
export const noticeBox = (text: string | undefined): Shown =>
  text !== undefined && markup`<div class="notice" role="status" ${READ_FIRST}><p>${text}</p></div>\n`;
