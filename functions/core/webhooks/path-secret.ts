/**
 * The secret in a webhook's address: `POST /hooks/{source}/{pathSecret}` (W1).
 *
 * Promises: 128 random bits, of which only the hash is kept; whether one fits takes the same time for a right one, a
 * wrong one, and a source that does not exist.
 * Hides: its form. A plain SHA-256 is enough: there is nothing to guess in 128 random bits.
 */
import { createHmac } from 'node:crypto';
import { anySame, readDigest, sha256 } from './digests.ts';

/** What names the secret in a source's address. */
export const pathSecretName = (source: string): string => `hook-path-${source}`;

const BYTES = 16;

/** @param random 16 bytes of chance, from a port. */
export const makePathSecret = (random: Uint8Array): { readonly secret: string; readonly hash: string } => {
  if (random.length !== BYTES) throw new RangeError(`A path secret needs ${BYTES} random bytes, not ${random.length}.`);
  const secret = Buffer.from(random).toString('base64url');
  return { secret, hash: hashPathSecret(secret) };
};

/** What is kept of it. */
export const hashPathSecret = (secret: string): string => sha256('path secret\0', secret).toString('hex');

/** 22 characters are 128 bits; what is much longer is not ours and not worth hashing. */
const WRITTEN = /^[A-Za-z0-9_-]{22,86}$/;
/** Compared with when nothing is stored; no text has this hash. */
const NOBODY = Buffer.alloc(32);

/** @param stored hashes of the live ones, two while one is changed. */
export const pathSecretFits = (given: string, stored: readonly string[]): boolean => {
  const written = WRITTEN.test(given);
  const hashes = stored.map((hash) => readDigest(hash, 'hex')).filter((hash) => hash !== undefined);
  const fits = anySame([sha256('path secret\0', written ? given : '')], [...hashes, NOBODY]);
  return written && fits;
};

/**
 * What stands in the address of the form that we show for a source, in place of its secret: whoever was given the form
 * cannot post to the source itself, where nobody asks how long it took. It changes with the secret.
 */
export const formLinkOf = (pathSecret: string): string =>
  createHmac('sha256', pathSecret).update('the link of a form').digest().subarray(0, BYTES).toString('base64url');

/** @param pathSecrets the live ones. */
export const formLinkFits = (given: string, pathSecrets: readonly string[]): boolean =>
  pathSecretFits(
    given,
    pathSecrets.map((secret) => hashPathSecret(formLinkOf(secret))),
  );
