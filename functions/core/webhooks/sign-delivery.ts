/**
 * Deliveries that we sign ourselves: the samples of `hooks test PROVIDER` (W13), and what `call` steps send.
 *
 * Promises: a sample is what the provider would send, so intake cannot tell it apart; a `call` is signed as Standard
 * Webhooks, by the same engine that checks. Hides: rows and encodings.
 */
import type { Provider } from '../../../statemachines/language/workflow.ts';
import type { Delivery, Header } from './delivery.ts';
import { PROVIDERS, type ProviderRow } from './providers.ts';
import { SAMPLES } from './samples.ts';
import { isSignedId, readKey, type SignedFacts, signatureOf, writeSignature } from './signature.ts';

export type SignedWith = {
  /** One, or two while one is changed. Not needed where the provider signs nothing. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Used where an id is signed along. */
  readonly id?: string;
};

type Unsigned = Pick<Delivery, 'method' | 'publicUrl' | 'body'>;

/**
 * The headers that sign `unsigned` as this provider does; none for a provider that signs nothing.
 * @throws RangeError when a secret is no secret for this provider, or an id is missing: the caller's mistake.
 */
export const signatureHeaders = (
  row: ProviderRow,
  unsigned: Unsigned,
  { secrets, now, id }: SignedWith,
): readonly Header[] => {
  const scheme = row.signature;
  if (scheme === undefined) return [];
  if (secrets.length === 0) throw new RangeError(`${row.provider} signs, so it needs a secret.`);
  if (scheme.id !== undefined && (id === undefined || !isSignedId(id)))
    throw new RangeError(`${row.provider} signs an id without full stops.`);
  const timestamp = scheme.timestamp === undefined ? undefined : String(Math.floor(now / scheme.timestamp.unit));
  const facts: SignedFacts = { ...(id === undefined ? {} : { id }), ...(timestamp === undefined ? {} : { timestamp }) };
  const digests = secrets.map((secret) => {
    const key = readKey(scheme, secret);
    if (key === undefined) throw new RangeError(`What was given is no secret of ${row.provider}.`);
    return signatureOf(scheme, key, unsigned, facts);
  });
  return [
    ...(scheme.id === undefined || id === undefined ? [] : [[scheme.id, id] as const]),
    ...(scheme.timestamp?.header === undefined || timestamp === undefined
      ? []
      : [[scheme.timestamp.header, timestamp] as const]),
    [scheme.header, writeSignature(scheme, digests, facts)],
  ];
};

/**
 * A delivery as `provider` would send it. `body` and its type replace the sample's; a form's key, and `fields` such as
 * the stamp, are added to its sample.
 */
export const signSample = (
  provider: Provider,
  given: SignedWith & {
    readonly publicUrl: string;
    readonly body?: Uint8Array;
    readonly contentType?: string;
    readonly origin?: string;
    readonly fields?: { readonly [name: string]: string };
  },
): Delivery => {
  const sample = SAMPLES[provider];
  const row = PROVIDERS[provider];
  const [key] = given.secrets;
  const added = { ...(row.keyIn === undefined || key === undefined ? {} : { [row.keyIn]: key }), ...given.fields };
  const text = [sample.body, ...(Object.keys(added).length === 0 ? [] : [new URLSearchParams(added).toString()])].join(
    '&',
  );
  const unsigned: Unsigned = {
    method: 'POST',
    publicUrl: given.publicUrl,
    body: given.body ?? Buffer.from(text, 'utf8'),
  };
  const headers: readonly Header[] = [
    ['content-type', given.contentType ?? sample.contentType],
    ...(given.origin === undefined ? [] : [['origin', given.origin] as const]),
    ...signatureHeaders(row, unsigned, { ...given, id: given.id ?? sample.id }),
  ];
  return { ...unsigned, headers };
};

/** The three headers of Standard Webhooks over what a `call` step sends. */
export const signCall = (body: Uint8Array, given: SignedWith & { readonly id: string }): readonly Header[] =>
  signatureHeaders(PROVIDERS['standard-webhooks'], { method: 'POST', publicUrl: '', body }, given);
