/**
 * What lists have in common: addresses that can be shared, filters, pages, and the way to the same as CSV.
 *
 * Promises: a list's address says all that it shows; what is not chosen does not stand in it.
 */
import { type Markup, markup, type Shown } from './markup.ts';
import { PAGE_WORDS } from './page-words.ts';

export type Query = { readonly [name: string]: string | undefined };

/** `/path?a=b`, without what is empty. */
export const addressWith = (path: string, query: Query): string => {
  const chosen = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as [string, string]],
  );
  return chosen.length === 0 ? path : `${path}?${new URLSearchParams(chosen)}`;
};

/** A form that shows the same list otherwise; `inputs` are those of form-parts.ts. */
export const filterForm = (action: string, inputs: Shown): Markup =>
  markup`<form class="filters" method="get" action="${action}" role="search">
${inputs}<p class="actions"><button class="second">${PAGE_WORDS.list.show}</button></p>
</form>\n`;

/** @param first where the list begins; @param more where it goes on. Either may be where this page is. */
export const pager = ({
  first,
  more,
}: {
  readonly first?: string | undefined;
  readonly more?: string | undefined;
}): Shown =>
  (first !== undefined || more !== undefined) &&
  markup`<nav class="pager" aria-label="${PAGE_WORDS.list.pages}">${first !== undefined && markup`<a href="${first}">${PAGE_WORDS.list.first}</a> `}${more !== undefined && markup`<a href="${more}" rel="next">${PAGE_WORDS.list.more}</a>`}</nav>\n`;

/** @param address that of the list; it gives the same as CSV. */
export const csvLink = (path: string, query: Query): Markup =>
  markup`<a class="csv" href="${addressWith(path, { ...query, format: 'csv' })}" download>${PAGE_WORDS.list.csv}</a>`;
