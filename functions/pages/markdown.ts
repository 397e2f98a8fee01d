/**
 * Markdown from authors, as HTML and as plain text.
 *
 * Promises: no HTML comes through, no picture, no address but http, https and mailto; headings stand below those of the page.
 * Hides: markdown-it.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { type Markup, trusted } from './markup.ts';
import { cleanText, safeHref } from './shown-text.ts';

const markdown = new MarkdownIt('default', { html: false, linkify: true, breaks: true, typographer: false });
markdown.disable('image');
markdown.validateLink = (href) => safeHref(href) !== undefined;
// Only whole addresses become links: a file name such as `notes.md` is not one.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

/** What each element looks like where there is no stylesheet, as in a mail. */
export type TagStyles = { readonly [tag: string]: string };

/** @param deeper how many levels headings stand below what the text says. */
export const renderMarkdown = (text: string, styles: TagStyles = {}, deeper = 2): Markup => {
  const tokens = markdown.parse(cleanText(text), {});
  let heading = '';
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') heading = tokens[at + 1]?.content ?? '';
    // A table is called by the heading that it stands under.
    if (token.type === 'table_open' && heading !== '') token.attrSet('aria-label', heading);
    dress(token, styles, deeper);
  }
  return trusted(markdown.renderer.render(tokens, markdown.options, {}));
};

const dress = (token: Token, styles: TagStyles, deeper: number): void => {
  const level = /^h([1-6])$/.exec(token.tag)?.[1];
  if (level !== undefined) token.tag = `h${Math.min(6, Number(level) + deeper)}`;
  // Aligned cells come with a style of their own, which the pages' policy forbids.
  if (token.attrs !== null) token.attrs = token.attrs.filter(([name]) => name !== 'style');
  const style = Object.hasOwn(styles, token.tag) ? styles[token.tag] : undefined;
  if (token.nesting >= 0 && style !== undefined) token.attrSet('style', style);
  if (token.type === 'link_open') {
    token.attrSet('rel', 'noopener noreferrer');
    if (styles.a !== undefined) token.attrSet('class', 'accent');
  }
  for (const child of token.children ?? []) dress(child, styles, deeper);
};

/** The same without marks: links as `text (address)`, lists with dashes and numbers. */
export const markdownText = (text: string): string => {
  const blocks: string[] = [];
  const lists: { next: number | undefined }[] = [];
  let mark = '';
  let fresh = false;
  for (const token of markdown.parse(cleanText(text), {})) {
    if (/_list_open$/.test(token.type) && lists.length === 0) fresh = true;
    const indent = '  '.repeat(Math.max(0, lists.length - 1));
    if (token.type === 'bullet_list_open') lists.push({ next: undefined });
    else if (token.type === 'ordered_list_open') lists.push({ next: Number(token.attrGet('start') ?? 1) });
    else if (/_list_close$/.test(token.type)) lists.pop();
    else if (token.type === 'list_item_open') mark = markOf(lists.at(-1));
    else if (token.type === 'inline') {
      const said = inlineText(token.children ?? []);
      if (lists.length === 0) blocks.push(said);
      else {
        const line = `${indent}${mark === '' ? '  ' : mark}${said}`;
        // Items stand together; what comes before a list does not.
        if (mark !== '' && !fresh) blocks.push(`${blocks.pop()}\n${line}`);
        else blocks.push(line);
        mark = '';
        fresh = false;
      }
    } else if (token.type === 'fence' || token.type === 'code_block') blocks.push(token.content.trimEnd());
  }
  return blocks.join('\n\n');
};

const markOf = (list: { next: number | undefined } | undefined): string => {
  if (list?.next === undefined) return '- ';
  list.next += 1;
  return `${list.next - 1}. `;
};

const inlineText = (tokens: readonly Token[]): string => {
  let said = '';
  const open: { readonly href: string; readonly from: number }[] = [];
  for (const token of tokens) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') said += '\n';
    else if (token.type === 'link_open') open.push({ href: String(token.attrGet('href') ?? ''), from: said.length });
    else if (token.type === 'link_close') {
      const { href, from } = open.pop() ?? { href: '', from: said.length };
      if (said.slice(from) !== href && href !== '') said += ` (${href})`;
    } else said += token.content;
  }
  return said;
};
