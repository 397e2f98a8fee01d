/**
 * What all pages have in common: the document around the content, buttons, boxes.
 *
 * Promises: a whole HTML document, no script, no style of its own, one stylesheet, headings from h1 down.
 */
import { type Markup, markup, type Shown } from './markup.ts';
import { PAGE_WORDS } from './page-words.ts';
import { WORDS } from './words.ts';

/** Where pages lie that others point to. */
export const PLACES = {
  style: '/style.css',
  home: '/',
  inbox: '/inbox',
  runs: '/runs',
  workflows: '/workflows',
  clock: '/clock',
  moveClock: '/sandbox/clock',
} as const;

export type Place = 'home' | 'inbox' | 'runs' | 'workflows' | 'clock';

type PageFrame = {
  readonly title: string;
  readonly body: Shown;
  /** In the sandbox: which of the common links is this page. `other`: none of them. */
  readonly nav?: Place | 'other' | undefined;
  /** More room, for tables. */
  readonly wide?: boolean;
};

export const page = ({ title, body, nav, wide }: PageFrame): string =>
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
<header class="top"><div class="bar">${nav === undefined ? markup`<span class="brand">${WORDS.product}</span>` : markup`<a class="brand" href="${PLACES.home}">${WORDS.product}</a>${navigation(nav)}`}</div></header>
<main id="content" class="${wide === true ? 'wide' : 'narrow'}">
${body}
</main>
</body>
</html>
`.toString();

const navigation = (here: Place | 'other'): Markup =>
  markup`<nav aria-label="${PAGE_WORDS.nav.label}"><ul>${(['inbox', 'runs', 'workflows', 'clock'] as const).map(
    (place) =>
      markup`<li><a href="${PLACES[place]}"${place === here && markup` aria-current="page"`}>${PAGE_WORDS.nav[place]}</a></li>`,
  )}</ul></nav>`;

/** Something that has to be read first. */
export const noticeBox = (text: string | undefined): Shown =>
  text !== undefined && markup`<div class="notice" role="status"><p>${text}</p></div>\n`;
