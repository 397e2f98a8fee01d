/**
 * The stamp in a form: when it was opened, signed, so that it can be seen how long filling it in took (W10).
 *
 * Promises: only who has the key can make one, for one source. Hides: its form.
 *
 * The key is a secret of ours. The form's own key will not do: it stands in the page, where everybody can read it.
 */
import { createHmac } from 'node:crypto';
import { anySame } from './digests.ts';

const digestOf = (key: string, source: string, opened: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['form stamp', source, opened]))
    .digest();

/** @param now milliseconds since 1970, when the form was shown. */
export const stampForm = (source: string, key: string, now: number): string => {
  if (key === '') throw new RangeError('A stamp needs a key.');
  return `${now}.${digestOf(key, source, String(now)).toString('base64url')}`;
};

/** When the form was opened; undefined when the stamp is not ours. @param keys at most two live ones. */
export const readStamp = (source: string, keys: readonly string[], stamp: string): number | undefined => {
  const match = /^([1-9]\d{0,15})\.([A-Za-z0-9_-]{43})$/.exec(stamp);
  if (match === null) return undefined;
  const [, opened = '', digest = ''] = match;
  const given = Buffer.from(digest, 'base64url');
  if (given.toString('base64url') !== digest) return undefined;
  const expected = keys.filter((key) => key !== '').map((key) => digestOf(key, source, opened));
  return anySame([given], expected) ? Number(opened) : undefined;
};
