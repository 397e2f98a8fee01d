/**
 * Whether a delivery is from whom it says.
 *
 * Promises: nothing is parsed, and nothing is believed but the bytes. A delivery is verified only by a signature over
 * them with a live secret, within the provider's tolerance; it is unsigned only where the provider signs nothing, and
 * then says so. Every refusal looks the same outside; its reason is for the log and holds nothing that was sent.
 * Hides: rows and encodings.
 */
import type { Delivery, HeaderFault } from './delivery.ts';
import { anySame } from './digests.ts';
import type { ProviderRow } from './providers.ts';
import { readKey, readSignature, signatureOf } from './signature.ts';

export type RefusalReason = HeaderFault | 'no-secret' | 'wrong-signature' | 'too-old' | 'too-new';

export type Verification =
  /** `secret`: which of the live ones fitted, so that it shows when the old one is no longer in use. */
  | { readonly outcome: 'verified'; readonly signed: true; readonly secret: number }
  /** Only the path secret vouches for it (W1). */
  | { readonly outcome: 'unsigned'; readonly signed: false }
  /** `header`: which one was missing, repeated or malformed. */
  | { readonly outcome: 'refused'; readonly reason: RefusalReason; readonly header?: string };

/** Two live secrets, so that one can be changed without a gap (W7). */
export const MOST_SECRETS = 2;

/**
 * @param secrets the live ones, at most two; undefined when the hook names none. An empty list is a secret that
 * should be there and is not: everything is refused.
 * @param now milliseconds since 1970.
 */
export const verifyDelivery = (
  row: ProviderRow,
  delivery: Delivery,
  secrets: readonly string[] | undefined,
  now: number,
): Verification => {
  const scheme = row.signature;
  if (scheme === undefined || (secrets === undefined && row.mayBeUnsigned === true)) {
    return { outcome: 'unsigned', signed: false };
  }
  const keys = (secrets ?? []).slice(0, MOST_SECRETS).map((secret) => readKey(scheme, secret));
  if (keys.every((key) => key === undefined)) return { outcome: 'refused', reason: 'no-secret' };

  const signature = readSignature(scheme, delivery);
  if (signature.fault !== undefined) return { outcome: 'refused', reason: signature.fault, header: signature.header };

  // Every secret and every signature is tried, also after one has fitted: the time tells nothing.
  let fitting: number | undefined;
  for (const [index, key] of keys.entries()) {
    if (key === undefined) continue;
    if (anySame(signature.digests, [signatureOf(scheme, key, delivery, signature.facts)])) fitting ??= index;
  }
  if (fitting === undefined) return { outcome: 'refused', reason: 'wrong-signature' };

  if (scheme.timestamp !== undefined) {
    const { unit, tolerance } = scheme.timestamp;
    // Counted in the provider's unit, as its own libraries do: 300.9 seconds are 300.
    const age = Math.floor(now / unit) - (signature.timestamp ?? 0);
    if (age > tolerance / unit) return { outcome: 'refused', reason: 'too-old' };
    if (-age > tolerance / unit) return { outcome: 'refused', reason: 'too-new' };
  }
  return { outcome: 'verified', signed: true, secret: fitting };
};
