/**
 * What makes two deliveries the same, and the run that follows from one.
 *
 * Promises: every attempt to deliver the same thing has the same id (W4) and so the same run name (W5), with no help
 * from a clock or chance; two things with one id have different body hashes, so the second is seen (409).
 * Hides: where providers put their ids.
 */
import type { Json } from '../history.ts';
import { type Delivery, readHeader } from './delivery.ts';
import { sha256 } from './digests.ts';
import type { Payload } from './payload.ts';
import type { ProviderRow } from './providers.ts';

export type DeliveryId = { readonly id: string; readonly from: 'provider' | 'content' };

/** An id is kept as it is when it is short and visible; else its hash stands for it. */
const KEPT = /^[!-~]{1,200}$/;

/** @param payload undefined when the body could not be read. */
export const deliveryId = (
  source: string,
  row: ProviderRow,
  delivery: Delivery,
  payload: Payload | undefined,
): DeliveryId => {
  const given =
    row.id === undefined
      ? undefined
      : 'header' in row.id
        ? readHeader(delivery, row.id.header).value
        : idIn(row.id.paths, payload);
  if (given !== undefined) return { id: KEPT.test(given) ? given : hashOf('id', given), from: 'provider' };
  return { id: hashOf('body', source, delivery.body), from: 'content' };
};

/** Of a list, each item's own id: together they are the delivery's. */
const idIn = (paths: readonly (readonly string[])[], payload: Payload | undefined): string | undefined => {
  if (payload === undefined) return undefined;
  const items: readonly Json[] = Array.isArray(payload) ? payload : [payload as Json];
  const parts = items.flatMap((item) => paths.map((path) => valueAt(item, path)));
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined;
  return parts.length === 1 ? parts[0] : hashOf('ids', JSON.stringify(parts));
};

const valueAt = (from: Json, path: readonly string[]): string | undefined => {
  let value: Json | undefined = from;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = (value as { readonly [name: string]: Json })[name];
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The same for each attempt: what a provider counts up from one to the next is left out. */
export const bodyHash = (row: ProviderRow, body: Uint8Array, payload: Payload | undefined): string => {
  const { restated } = row;
  if (restated === undefined || payload === undefined) return hashOf('body', body);
  const strip = (item: Json): Json =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).filter(([name]) => !restated.includes(name)))
      : item;
  const items: readonly Json[] = Array.isArray(payload) ? payload : [payload as Json];
  return hashOf('payload', JSON.stringify(items.map(strip)));
};

/**
 * At most 80 of `[a-z0-9-]`, as Step Functions wants: what the source is called, and 96 bits of source and id. Shorter
 * than anything secret is, so that logs leave it as it is and a person can say it.
 */
export const runName = (source: string, id: string): string => {
  const readable = source
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 55)
    .replace(/^-|-$/g, '');
  return `${readable === '' ? 'hook' : readable}-${hashOf('run', JSON.stringify([source, id])).slice(0, 24)}`;
};

/** What is hashed for one purpose never equals what is hashed for another. */
const hashOf = (purpose: string, ...parts: readonly (string | Uint8Array)[]): string =>
  sha256(purpose, ...parts.flatMap((part) => ['\0', part])).toString('hex');
