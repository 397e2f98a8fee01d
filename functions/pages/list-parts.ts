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

/** What an address says of these, and nothing else of what stands in it. */
export const chosenIn = (query: string, names: readonly string[]): Query => {
  const asked = new URLSearchParams(query);
  return Object.fromEntries(names.map((name) => [name, asked.get(name) ?? undefined]));
};

/** A form that shows the same list otherwise; `inputs` are those of form-parts.ts. */
export const filterForm = (action: string, inputs: Shown): Markup =>
  markup`<form class="filters" method="get" action="${action}" role="search">
${inputs}<p class="actions"><button class="second">${PAGE_WORDS.list.show}</button></p>
</form>\n`;

/** @param columns what stands over each. */
export const tableHead = (columns: { readonly [name: string]: string }): Markup =>
  markup`<thead><tr>${Object.values(columns).map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>`;

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
  /** The whole list as CSV; undefined where whoever reads the page may not have it. */
  readonly csv?: string | undefined;
};

export type Place = {
  readonly path: string;
  /** Where the lists of the page begin. */
  readonly query: Query;
  /** What is chosen besides, and is so in the table too. */
  readonly filter?: Query;
};

/** @param name of the list in the address, where it says from which row on it is shown. */
export const partOf = <Row>(
  rows: readonly Row[],
  { path, query, filter = {}, name, length }: Place & { readonly name: string; readonly length: number },
): Part<Row> => {
  const shared = { ...filter, ...query };
  const asked = Math.max(0, Number.parseInt(query[name] ?? '0', 10) || 0);
  // A list that has become shorter begins again.
  const from = asked < rows.length ? asked : 0;
  return {
    rows: rows.slice(from, from + length),
    from,
    all: rows.length,
    ...(from > 0 ? { first: addressWith(path, { ...shared, [name]: '' }) } : {}),
    ...(rows.length > from + length ? { more: addressWith(path, { ...shared, [name]: String(from + length) }) } : {}),
    csv: tableAddress(path, { ...filter, table: name }),
  };
};

/** The same part, its rows made into what is shown: of those alone. */
export const shownPart = <All, Row>(part: Part<All>, row: (one: All) => Row): Part<Row> => ({
  ...part,
  rows: part.rows.map(row),
});

/** @param called the list, for whoever hears the links of a page and not what stands around them. */
export const partFoot = ({ rows, from, all, first, more, csv }: Part<unknown>, called: string): Shown => {
  const isPart = rows.length < all;
  return (
    all > 0 &&
    (isPart || csv !== undefined) &&
    markup`<div class="foot"><p class="small">${isPart && `${PAGE_WORDS.list.part(from + 1, from + rows.length, all)} `}${csv !== undefined && csvLink(csv, called)}</p>${pager({ first, more })}</div>\n`
  );
};

/** Where a list is had as CSV. @param query says which list of the page, and what is chosen. */
export const tableAddress = (path: string, query: Query = {}): string => addressWith(path, { ...query, format: 'csv' });

/** @param address a `tableAddress`. @param called as in `partFoot`. */
export const csvLink = (address: string, called: string): Markup =>
  markup`<a class="csv" href="${address}" download>${PAGE_WORDS.list.csv}<span class="unseen">: ${called}</span></a>`;
