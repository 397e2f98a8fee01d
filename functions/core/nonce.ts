/**
 * What protects a form from being posted by another site (L9): a nonce in the form, and what the browser says of where
 * the post came from.
 *
 * Promises: only who has a key can make a nonce; it fits one binding (a link, a device, a session) and no other, for
 * 24 hours at least and 25 at most. Comparison takes the same time wherever two nonces differ.
 * Hides: the form of a nonce.
 */
import { createHmac } from 'node:crypto';
import { anySame } from './webhooks/digests.ts';

const HOUR_MS = 3_600_000;
const HOURS_VALID = 24;

/** @param key the newest secret. @param binding what the form belongs to, such as `link:` and the link's key. */
export const makeNonce = (key: string, binding: string, now: string): string => {
  if (key === '') throw new RangeError('a nonce needs a key');
  const hour = hourOf(now);
  return `${hour}.${digestOf(key, binding, hour).toString('base64url')}`;
};

/** @param keys every live secret, so that one can be changed while forms are open. */
export const nonceFits = (keys: readonly string[], binding: string, nonce: string, now: string): boolean => {
  const match = /^([1-9]\d{0,7})\.([A-Za-z0-9_-]{43})$/.exec(nonce);
  if (match === null) return false;
  const [, written = '', digest = ''] = match;
  const given = Buffer.from(digest, 'base64url');
  if (given.toString('base64url') !== digest) return false;
  const hour = Number(written);
  const expected = keys.filter((key) => key !== '').map((key) => digestOf(key, binding, hour));
  // Another host's clock may be a little ahead of ours: what it made at the turn of an hour is from the next one.
  const age = hourOf(now) - hour;
  return anySame([given], expected) && age >= -1 && age <= HOURS_VALID;
};

/**
 * Whether a browser says that another site made this post. It is asked besides the nonce, never instead of it:
 * - `Sec-Fetch-Site`: `same-origin`, or `none` (the person did it: a bookmark, a reload); anything else is refused.
 *   Another name below our own domain is another site to us.
 * - `Origin`: ours. `null` says nothing: browsers send it with every form of ours, since our pages forbid referrers
 *   (L10; https://fetch.spec.whatwg.org/#append-a-request-origin-header).
 * - neither (curl, browsers of before 2023): the nonce alone protects, which another site cannot read.
 * @param headers names in lower case.
 */
export const isCrossSite = (
  headers: readonly (readonly [name: string, value: string])[],
  base_url: string,
): boolean => {
  const all = (name: string): string[] => headers.filter(([header]) => header === name).map(([, value]) => value);
  const { origin } = new URL(base_url);
  const fromElsewhere = all('sec-fetch-site').some((site) => site !== 'same-origin' && site !== 'none');
  return fromElsewhere || all('origin').some((from) => from !== 'null' && from !== origin);
};

const hourOf = (now: string): number => Math.floor(Date.parse(now) / HOUR_MS);

const digestOf = (key: string, binding: string, hour: number): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['form nonce', binding, hour]))
    .digest();
