/** The same mails as plain text. Promises: paragraphs are not wrapped, a link stands whole on a line of its own. */
import type { Section, Work } from './briefing-sections.ts';
import { markdownText } from './markdown.ts';
import { cleanText } from './shown-text.ts';

/** Paragraphs with an empty line between them; those that are empty are left out. */
export const paragraphs = (...parts: (string | undefined | false)[]): string =>
  parts
    .filter((part) => typeof part === 'string')
    .map((part) => cleanText(part).trim())
    .filter((part) => part !== '')
    .join('\n\n');

/** A whole mail: ends with one line feed. */
export const letterText = (...parts: (string | undefined | false)[]): string => `${paragraphs(...parts)}\n`;

export const linkText = (label: string, link: string): string => `${label}:\n${link}`;

export const sectionText = ({ heading, blocks }: Section): string => {
  const said = blocks.map(blockText);
  const [first = '', ...rest] = said;
  return paragraphs(`${heading.toUpperCase()}\n${first}`, ...rest);
};

const listText = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

export const quoteText = (who: string, line: string, text: string): string =>
  `${who}${line === '' ? '' : ` (${line})`}:\n${text
    .split('\n')
    .map((one) => `> ${one}`)
    .join('\n')}`;

const blockText = (block: Section['blocks'][number]): string => {
  switch (block.kind) {
    case 'text':
      return block.text;
    case 'markdown':
      return markdownText(block.text);
    case 'list':
      return listText(block.items);
    case 'links':
      return listText(block.links.map(({ text, href }) => withHref(text, href)));
    case 'work':
      return block.works.map(workText).join('\n\n');
    case 'said':
      return block.said.map(({ who, line, text }) => quoteText(who, line, text)).join('\n\n');
  }
};

const withHref = (text: string, href: string | undefined): string =>
  href === undefined || text === href ? text : `${text}: ${href}`;

const workText = ({ title, line, results }: Work): string =>
  [
    line === '' ? title : `${title} – ${line}`,
    ...results.map(
      ({ label, text, href }) => `- ${label}: ${href === undefined || text === href ? text : `${text} (${href})`}`,
    ),
  ].join('\n');
