/**
 * What kind of body a delivery says it has.
 *
 * Promises: only what a provider's row names is read, in UTF-8 and not compressed. Hides: the header's grammar.
 */
import { type Delivery, readHeader } from './delivery.ts';
import type { ContentType, ProviderRow } from './providers.ts';

export type BodyKind = { readonly type: ContentType; readonly boundary?: string };

/** RFC 2046, section 5.1.1; the last character is no space. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** Undefined: not a kind that this provider sends (415). */
export const bodyKindOf = (row: ProviderRow, delivery: Delivery): BodyKind | undefined => {
  const encoding = readHeader(delivery, 'content-encoding');
  if (encoding.fault !== 'missing-header' && encoding.value?.toLowerCase() !== 'identity') return undefined;
  const header = readHeader(delivery, 'content-type');
  if (header.fault !== undefined) return undefined;
  const [name = '', ...parameters] = header.value.split(';', 8).map((part) => part.trim());
  const type = row.contentTypes.find((one) => one === name.toLowerCase());
  if (type === undefined) return undefined;

  let boundary: string | undefined;
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    const key = parameter.slice(0, Math.max(0, equals)).toLowerCase();
    const value = unquote(parameter.slice(equals + 1));
    if (key === 'charset' && !['utf-8', 'utf8'].includes(value.toLowerCase())) return undefined;
    if (key === 'boundary') {
      if (boundary !== undefined || !BOUNDARY.test(value)) return undefined;
      boundary = value;
    }
  }
  if (type === 'multipart/form-data') return boundary === undefined ? undefined : { type, boundary };
  return { type };
};

const unquote = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
