/** A briefing on a page: the sections of briefing-sections.ts, dressed by the stylesheet. */
import type { Neighbour } from '../core/briefing.ts';
import { type Head, type Section, type Work, workOf } from './briefing-sections.ts';
import { renderMarkdown } from './markdown.ts';
import { type Markup, markup, type Shown } from './markup.ts';

export const headMarkup = (head: Head): Markup =>
  markup`<p class="kicker">${head.kicker}</p>
<h1>${head.title}</h1>
<p class="due${head.late && ' late'}">${head.due}${head.zone !== undefined && markup` <span class="zone">(${head.zone})</span>`}</p>
${head.small.map((line) => markup`<p class="small">${line}</p>\n`)}${head.asked.map((line) => markup`<p>${line}</p>\n`)}`;

export const sectionMarkup = ({ key, heading, blocks }: Section): Markup =>
  markup`<section class="about ${key}">
<h2>${heading}</h2>
${blocks.map(blockMarkup)}</section>\n`;

export const worksMarkup = (of: readonly Neighbour[]): Markup => markup`${of.map((one) => workMarkup(workOf(one)))}`;

const blockMarkup = (block: Section['blocks'][number]): Shown => {
  switch (block.kind) {
    case 'text':
      return markup`<p class="lines">${block.text}</p>\n`;
    case 'markdown':
      return markup`<div class="written">${renderMarkdown(block.text)}</div>\n`;
    case 'list':
      return markup`<ul>${block.items.map((item) => markup`<li>${item}</li>`)}</ul>\n`;
    case 'links':
      return markup`<ul>${block.links.map(({ text, href }) => markup`<li>${href === undefined ? text : anchor(text, href)}</li>`)}</ul>\n`;
    case 'work':
      return block.works.map(workMarkup);
    case 'said':
      return block.said.map(({ who, line, text }) => quoteMarkup(who, line, text));
  }
};

export const quoteMarkup = (who: string, line: string, text: string): Markup =>
  markup`<figure class="quote"><figcaption><strong>${who}</strong>${line !== '' && ` · ${line}`}</figcaption><blockquote dir="auto">${text}</blockquote></figure>\n`;

const anchor = (text: string, href: string): Markup => markup`<a href="${href}" rel="noopener noreferrer">${text}</a>`;

const workMarkup = ({ title, line, results }: Work): Markup =>
  markup`<div class="work"><p><strong>${title}</strong>${line !== '' && markup`<br><span class="small">${line}</span>`}</p>${resultsMarkup(results)}</div>\n`;

export const resultsMarkup = (results: Work['results']): Shown =>
  results.length > 0 &&
  markup`<dl class="results">${results.map(
    ({ label, text, href }) =>
      markup`<dt>${label}</dt><dd dir="auto">${href === undefined ? text : anchor(text, href)}</dd>`,
  )}</dl>`;
