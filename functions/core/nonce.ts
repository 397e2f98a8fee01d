/**
 * What protects a form from being posted by another site (L9): a nonce in the form, and what the browser says of where
 * the post came from.
 *
 * Promises: only who has a key can make a nonce; it fits one binding (a link, a device, a session) and no other, for
 * 24 hours, and says when it was made. Comparison takes the same time wherever two nonces differ.
 * Hides: the form of a nonce.
 */
import { createHmac } from 'node:crypto';
import { anySame } from './webhooks/digests.ts';

const SECONDS_VALID = 24 * 3_600;
/** Another host's clock may be a little ahead of ours. */
const SECONDS_AHEAD = 60;
const FORM = /^([1-9]\d{0,10})\.([A-Za-z0-9_-]{43})$/;

/** @param key the newest secret. @param binding what the form belongs to, such as `link:` and the link's key. */
export const makeNonce = (key: string, binding: string, now: string): string => {
  if (key === '') throw new RangeError('a nonce needs a key');
  const second = secondOf(now);
  return `${second}.${digestOf(key, binding, second).toString('base64url')}`;
};

/** @param keys every live secret, so that one can be changed while forms are open. */
export const nonceFits = (keys: readonly string[], binding: string, nonce: string, now: string): boolean => {
  const match = FORM.exec(nonce);
  if (match === null) return false;
  const [, written = '', digest = ''] = match;
  const given = Buffer.from(digest, 'base64url');
  if (given.toString('base64url') !== digest) return false;
  const second = Number(written);
  const expected = keys.filter((key) => key !== '').map((key) => digestOf(key, binding, second));
  const age = secondOf(now) - second;
  return anySame([given], expected) && age >= -SECONDS_AHEAD && age <= SECONDS_VALID;
};

/** When a nonce that fits was made, which is when its form was shown. */
export const shownAt = (nonce: string): string | undefined => {
  const second = FORM.exec(nonce)?.[1];
  return second === undefined ? undefined : new Date(Number(second) * 1_000).toISOString();
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

const secondOf = (now: string): number => Math.floor(Date.parse(now) / 1_000);

const digestOf = (key: string, binding: string, second: number): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['form nonce', binding, second]))
    .digest();
