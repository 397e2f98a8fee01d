/**
 * What goes back to a browser or another system, and how what came is read.
 *
 * Promises: every answer has the headers of trust.md, L10; what was typed into a form is read once, with every name that
 * stands several times; a cookie or header that is there twice is not guessed at.
 */

import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { PAGE_POLICY } from '../pages/policy.ts';

type Header = readonly [name: string, value: string];

const SAFE: readonly Header[] = [
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', PAGE_POLICY],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['x-content-type-options', 'nosniff'],
  ['x-robots-tag', 'noindex, nofollow'],
];

/** Adds the headers that every answer has, where the answer does not set them itself. */
export const safely = (response: HttpResponse): HttpResponse => {
  const own = new Set(response.headers.map(([name]) => name));
  return { ...response, headers: [...response.headers, ...SAFE.filter(([name]) => !own.has(name))] };
};

export const html = (status: number, body: string, headers: readonly Header[] = []): HttpResponse =>
  safely({ status, headers: [['content-type', 'text/html; charset=utf-8'], ...headers], body });

export const json = (status: number, value: unknown, headers: readonly Header[] = []): HttpResponse =>
  safely({
    status,
    headers: [['content-type', 'application/json; charset=utf-8'], ...headers],
    body: `${JSON.stringify(value)}\n`,
  });

export const seeOther = (location: string, headers: readonly Header[] = []): HttpResponse =>
  safely({ status: 303, headers: [['location', location], ...headers], body: '' });

export const headerOf = ({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined =>
  headers.find(([other]) => other === name)?.[1];

export type Form = {
  /** The value of an input that stands once; empty where there is none. */
  readonly one: (name: string) => string;
  readonly all: (name: string) => readonly string[];
  /** As pages take it to show it again. */
  readonly values: { readonly [input: string]: string | readonly string[] };
};

/** What stands in an address, read as a form is. */
export const formIn = (query: string): Form | undefined => formOf(new URLSearchParams(query));

const LARGEST_FORM = 512 * 1_024;
const MOST_INPUTS = 500;

/** Undefined: it is no form, or too large for one. */
export const readForm = (request: HttpRequest): Form | undefined => {
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || request.body.length > LARGEST_FORM) return undefined;
  return formOf(new URLSearchParams(Buffer.from(request.body).toString('utf8')));
};

const formOf = (read: URLSearchParams): Form | undefined => {
  const values: { [input: string]: string | readonly string[] } = Object.create(null);
  let count = 0;
  for (const [name, raw] of read) {
    count += 1;
    if (count > MOST_INPUTS) return undefined;
    // Half a surrogate pair is no character, and stores outside refuse it.
    const value = raw.toWellFormed();
    const before = Object.hasOwn(values, name) ? values[name] : undefined;
    values[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  const own = (name: string): string | readonly string[] => (Object.hasOwn(values, name) ? (values[name] ?? '') : '');
  const one = (name: string): string => {
    const value = own(name);
    return typeof value === 'string' ? value : (value[0] ?? '');
  };
  const all = (name: string): readonly string[] => {
    const value = own(name);
    return typeof value === 'string' ? (value === '' ? [] : [value]) : value;
  };
  return { one, all, values };
};
