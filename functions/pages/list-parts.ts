/**
 * What lists have in common: addresses that can be shared, filters, pages, and the way to the same as CSV.
 *
 * Promises: a list's address says all that it shows; what is not chosen does not stand in it.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { type Markup, markup, type Shown } from './markup.ts';

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

/** What is shown of one list among several of a page. */
export type Part<Row> = {
  readonly rows: readonly Row[];
  /** How many stand before these, and how many there are. */
  readonly from: number;
  readonly all: number;
  /** Where the list begins, and where it goes on; the other lists stay where they are. */
  readonly first?: string;
  readonly more?: string;
  /** The whole list as CSV. */
  readonly csv: string;
};

/** @param name of the list in the address, where it says from which row on it is shown. */
export const partOf = <Row>(
  rows: readonly Row[],
  {
    path,
    query,
    name,
    length,
  }: { readonly path: string; readonly query: Query; readonly name: string; readonly length: number },
): Part<Row> => {
  const asked = Math.max(0, Number.parseInt(query[name] ?? '0', 10) || 0);
  // A list that has become shorter begins again.
  const from = asked < rows.length ? asked : 0;
  return {
    rows: rows.slice(from, from + length),
    from,
    all: rows.length,
    ...(from > 0 ? { first: addressWith(path, { ...query, [name]: '' }) } : {}),
    ...(rows.length > from + length ? { more: addressWith(path, { ...query, [name]: String(from + length) }) } : {}),
    csv: addressWith(path, { table: name, format: 'csv' }),
  };
};

/** @param called the list, for whoever hears the links of a page and not what stands around them. */
export const partFoot = ({ rows, from, all, first, more, csv }: Part<unknown>, called: string): Shown =>
  all > 0 &&
  markup`<div class="foot"><p class="small">${rows.length < all && `${PAGE_WORDS.list.part(from + 1, from + rows.length, all)} `}${csvAt(csv, called)}</p>${pager({ first, more })}</div>\n`;

/** @param path with `query` the address of the list; it gives the same as CSV. @param called as in `partFoot`. */
export const csvLink = (path: string, query: Query, called: string): Markup =>
  csvAt(addressWith(path, { ...query, format: 'csv' }), called);

const csvAt = (address: string, called: string): Markup =>
  markup`<a class="csv" href="${address}" download>${PAGE_WORDS.list.csv}<span class="unseen">: ${called}</span></a>`;
