/**
 * How our mails look: one column of at most 600 pixels, system fonts, one colour, light and dark.
 *
 * Promises: everything a mail needs is in it: no picture, no font, no sheet from elsewhere. What mail clients strip (the
 * style block) only adds the dark look; all else is on the elements themselves.
 */

import { WORDS } from '../words/words.ts';
import type { Section, Work } from './briefing-sections.ts';
import { renderMarkdown, type TagStyles } from './markdown.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';

const FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const INK = '#1c2733';
const MUTED = '#556270';
const ACCENT = '#2b5c8a';
const LINE = '#dde3e9';
const WRAP = 'overflow-wrap:anywhere;word-break:break-word';

const P = `margin:0 0 10px;font:400 16px/1.55 ${FONT};color:${INK};${WRAP}`;
const SMALL = `margin:0 0 6px;font:400 14px/1.5 ${FONT};color:${MUTED};${WRAP}`;
const HEADING = `margin:0 0 6px;font:600 14px/1.4 ${FONT};color:${MUTED}`;
const TITLE = `margin:0 0 12px;font:650 26px/1.25 ${FONT};color:${INK};${WRAP}`;
const LIST = `margin:0 0 10px;padding:0 0 0 22px;font:400 16px/1.55 ${FONT};color:${INK};${WRAP}`;
const LINK = `color:${ACCENT};text-decoration:underline;${WRAP}`;
const QUOTE = `margin:0 0 12px;padding:2px 0 2px 14px;border-left:3px solid ${LINE};${WRAP}`;
const CODE = `font:400 14px/1.5 ui-monospace, Menlo, Consolas, monospace;white-space:pre-wrap;${WRAP}`;

const MARKDOWN: TagStyles = {
  p: P,
  ul: LIST,
  ol: LIST,
  li: 'margin:0 0 4px',
  a: LINK,
  code: CODE,
  pre: CODE,
  blockquote: QUOTE,
  h3: `margin:14px 0 6px;font:600 17px/1.35 ${FONT};color:${INK}`,
  h4: `margin:14px 0 6px;font:600 16px/1.35 ${FONT};color:${INK}`,
  h5: `margin:14px 0 6px;font:600 16px/1.35 ${FONT};color:${INK}`,
  h6: `margin:14px 0 6px;font:600 16px/1.35 ${FONT};color:${INK}`,
  th: `padding:4px 12px 4px 0;text-align:left;font:600 14px/1.4 ${FONT}`,
  td: `padding:4px 12px 4px 0;font:400 15px/1.4 ${FONT}`,
};

/** Where a client lets styles through, the same in the dark. */
const DARK = trusted(`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body,.paper{background:#12181f!important}
.card{background:#1d2630!important;border-color:#36434f!important}
.ink,.ink p,.ink ul,.ink ol,.ink li,.ink h3,.ink h4,.ink h5,.ink h6,.ink td,.ink th,.ink code{color:#e8edf2!important}
.muted{color:#a6b2bf!important}
.late{color:#f5a56b!important}
a.accent,.ink a{color:#8dbdea!important}
.button,.button a{background:#2f6ca6!important;color:#ffffff!important}
.mind{background:#3a2f10!important;border-color:#e3bd5c!important}
.line,.ink blockquote{border-color:#36434f!important}
}
@media (max-width:480px){.card{padding:22px 18px!important}}
</style>`);

type Letter = {
  readonly subject: string;
  /** What stands beside the subject in the list of mails. */
  readonly preheader: string;
  readonly body: Shown;
  readonly foot?: readonly string[];
};

export const letterHtml = ({ subject, preheader, body, foot = [] }: Letter): string =>
  markup`<!doctype html>
<html lang="${WORDS.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${subject}</title>
${DARK}
</head>
<body style="margin:0;padding:0;background:#f4f6f8;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;opacity:0;color:transparent">${preheader}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="paper" style="background:#f4f6f8">
<tr><td align="center" style="padding:20px 10px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;table-layout:fixed">
<tr><td class="card" style="background:#ffffff;border:1px solid ${LINE};border-radius:10px;padding:28px 32px;text-align:left">
${body}
</td></tr>
${foot.length > 0 && markup`<tr><td style="padding:14px 18px 0">${foot.map((line) => smallPrint(line))}</td></tr>`}
</table>
</td></tr>
</table>
</body>
</html>
`.toString();

export const title = (text: string): Markup => markup`<h1 class="ink" dir="auto" style="${TITLE}">${text}</h1>\n`;
export const subtitle = (text: string): Markup =>
  markup`<h2 class="ink" style="margin:0 0 6px;font:600 19px/1.3 ${FONT};color:${INK};${WRAP}">${text}</h2>\n`;
export const kicker = (text: string): Markup =>
  markup`<p class="muted" style="margin:0 0 6px;font:400 14px/1.4 ${FONT};color:${MUTED};${WRAP}">${text}</p>\n`;
export const smallPrint = (text: string): Markup => markup`<p class="muted" style="${SMALL}">${text}</p>\n`;
export const sectionHeading = (text: string): Markup => markup`<h2 class="muted" style="${HEADING}">${text}</h2>\n`;

/** Lines of people are kept as lines. */
export const paragraph = (text: string): Markup =>
  markup`<p class="ink" dir="auto" style="${P};white-space:pre-line">${text}</p>\n`;

export const dueLine = (text: string, zone: string | undefined, late: boolean): Markup =>
  markup`<p class="${late ? 'late' : 'ink'}" style="margin:0 0 4px;font:600 17px/1.4 ${FONT};color:${late ? '#b3470c' : INK};${WRAP}">${text}${zone !== undefined && markup` <span class="muted" style="font-weight:400;font-size:14px;color:${MUTED}">(${zone})</span>`}</p>\n`;

export const button = (label: string, link: string): Markup =>
  markup`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:18px 0 20px"><tr><td class="button" bgcolor="${ACCENT}" style="background:${ACCENT};border-radius:8px"><a href="${link}" style="display:inline-block;padding:14px 30px;font:600 17px/1.2 ${FONT};color:#ffffff;text-decoration:none;border-radius:8px">${label}</a></td></tr></table>\n`;

export const rule = (): Markup =>
  markup`<div class="line" style="border-top:1px solid ${LINE};margin:20px 0 18px;font-size:0;line-height:0">&nbsp;</div>\n`;

export const bigCode = (code: string): Markup =>
  // Two groups to the eye, one number to copy.
  markup`<p class="ink" style="margin:4px 0 10px;font:600 40px/1.2 ui-monospace, Menlo, Consolas, monospace;color:${INK};letter-spacing:2px"><span>${code.slice(0, 3)}</span><span style="padding-left:14px">${code.slice(3)}</span></p>\n`;

export const authored = (body: string): Markup => markup`<div class="ink">${renderMarkdown(body, MARKDOWN)}</div>\n`;

export const quote = (who: string, line: string, text: string): Markup =>
  markup`<blockquote class="line" style="${QUOTE}"><p class="muted" style="${SMALL};margin:0 0 2px"><strong>${who}</strong>${line !== '' && ` · ${line}`}</p><p class="ink" dir="auto" style="${P};margin:0;white-space:pre-line">${text}</p></blockquote>\n`;

export const sectionHtml = (section: Section): Markup => {
  const inner = markup`${sectionHeading(section.heading)}${section.blocks.map(blockHtml)}`;
  return section.key === 'critical'
    ? markup`<div class="mind" style="margin:0 0 16px;padding:12px 16px 4px;background:#fcf5df;border-left:4px solid #b98900;border-radius:4px">${inner}</div>\n`
    : markup`<div style="margin:0 0 16px">${inner}</div>\n`;
};

const listHtml = (items: readonly Shown[]): Markup =>
  markup`<ul class="ink" style="${LIST}">${items.map((item) => markup`<li style="margin:0 0 4px">${item}</li>`)}</ul>\n`;

const blockHtml = (block: Section['blocks'][number]): Shown => {
  switch (block.kind) {
    case 'text':
      return paragraph(block.text);
    case 'markdown':
      return authored(block.text);
    case 'list':
      return listHtml(block.items);
    case 'links':
      return listHtml(block.links.map(({ text, href }) => (href === undefined ? text : anchor(text, href))));
    case 'work':
      return block.works.map(workHtml);
    case 'said':
      return block.said.map(({ who, line, text }) => quote(who, line, text));
  }
};

const anchor = (text: string, href: string): Markup =>
  markup`<a class="accent" href="${href}" style="${LINK}" rel="noopener noreferrer">${text}</a>`;

const workHtml = ({ title: name, line, results }: Work): Markup =>
  markup`<p class="ink" style="${P};margin-bottom:${results.length > 0 ? '2px' : '8px'}"><strong style="font-weight:600">${name}</strong>${line !== '' && markup`<br><span class="muted" style="font-size:14px;color:${MUTED}">${line}</span>`}</p>${
    results.length > 0 &&
    listHtml(
      results.map(
        ({ label, text, href }) =>
          markup`<span class="muted" style="color:${MUTED}">${label}:</span> ${href === undefined ? markup`<span dir="auto" style="white-space:pre-line">${text}</span>` : anchor(text, href)}`,
      ),
    )
  }\n`;
