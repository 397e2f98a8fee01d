/**
 * Digests as they travel in headers, and their comparison.
 *
 * Promises: a text stands for at most one digest and a digest for exactly one text, so a signature cannot be changed
 * and stay right: base64 is the standard alphabet, padded, with no stray bits at its end; hex is lower case. Providers
 * write theirs so, and their own samples compare the texts. Comparison takes the same time wherever two digests differ.
 * Hides: node:crypto.
 */
import { createHash, hash as hashOnce, timingSafeEqual } from 'node:crypto';

export type Encoding = 'base64' | 'hex';

/** HMAC-SHA256 and SHA-256 give 32 bytes. */
const SIZE = 32;
const WRITTEN: { readonly [E in Encoding]: RegExp } = { base64: /^[A-Za-z0-9+/]{43}=$/, hex: /^[0-9a-f]{64}$/ };

/** The 32 bytes of a written digest; undefined when it is not written as it should be. */
export const readDigest = (text: string, encoding: Encoding): Buffer | undefined => {
  if (!WRITTEN[encoding].test(text)) return undefined;
  const digest = Buffer.from(text, encoding);
  return digest.length === SIZE && digest.toString(encoding) === text ? digest : undefined;
};

/** Whether any of `given` is any of `expected`: every pair is compared, however the first turns out. */
export const anySame = (given: readonly Buffer[], expected: readonly Buffer[]): boolean => {
  let same = 0;
  for (const one of given) {
    for (const other of expected) same |= one.length === other.length && timingSafeEqual(one, other) ? 1 : 0;
  }
  return same === 1;
};

export const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hashOnce('sha256', only, 'buffer');
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
