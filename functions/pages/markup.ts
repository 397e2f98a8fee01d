/**
 * The one way in which HTML is written here.
 *
 * Promises: every value is cleaned and escaped unless it is markup itself; `exact` escapes without cleaning, for what a
 * form has to carry back unchanged. Hides: hono.
 */
import { html, raw } from 'hono/html';
import { cleanText } from './shown-text.ts';

export type Markup = ReturnType<typeof raw>;
export type Shown = string | number | false | undefined | Markup | readonly Shown[];

/** A template: `` markup`<p>${text}</p>` ``. False and undefined show nothing, lists show each. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Shown[]): Markup =>
  // Nothing that is given here waits, so neither does the result.
  html(strings, ...values.map(cleaned)) as Markup;

const cleaned = (value: Shown): unknown =>
  typeof value === 'string' ? cleanText(value) : Array.isArray(value) ? value.map(cleaned) : value;

export const exact = (value: string): Markup => html`${value}` as Markup;

/** Markup that is ours already: markdown-it's, the diagram's. */
export const trusted = (ours: string): Markup => raw(ours);
