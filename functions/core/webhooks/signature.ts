/**
 * The one engine that signs and checks: it interprets a provider's row.
 *
 * Promises: what `writeSignature` writes, `readSignature` reads, and both take the digest of the same bytes. The body
 * is taken as it came, never decoded or parsed.
 * Hides: how a row becomes bytes.
 */
import { createHmac } from 'node:crypto';
import { type Delivery, type HeaderFault, readHeader } from './delivery.ts';
import { readDigest } from './digests.ts';
import type { SignatureScheme } from './providers.ts';

/** What of a delivery is signed besides its method, address and body. */
export type SignedFacts = { readonly timestamp?: string; readonly id?: string };

export type ReadSignature =
  | {
      readonly facts: SignedFacts;
      /** At least one. One that is not written properly spoils the header: no provider sends such. */
      readonly digests: readonly Buffer[];
      /** In the unit of the row. */
      readonly timestamp?: number;
      readonly fault?: undefined;
    }
  | { readonly fault: HeaderFault; readonly header: string };

/** More than anyone has live secrets; each costs a comparison. */
const MOST_SIGNATURES = 16;
/** `v1,…`, `v1a,…` and `t=…`, `v1=…`: nothing empty, nothing without its name. */
const VERSIONED = /^v\d{1,3}[a-z]?,[^,\s]+$/;
const NAMED = /^[a-z][a-z0-9_]{0,15}=[^,\s]+$/;
/** Digits only and no zero in front: one instant is written in one way. */
const TIMESTAMP = /^[1-9]\d{0,15}$/;
/** Visible ASCII without the full stop, which separates the id from what follows it. */
export const isSignedId = (id: string): boolean => /^[!-\-/-~]{1,200}$/.test(id);

export const readSignature = (scheme: SignatureScheme, delivery: Delivery): ReadSignature => {
  const fault = (header: string, what: HeaderFault = 'malformed-header'): ReadSignature => ({ fault: what, header });

  const signature = readHeader(delivery, scheme.header);
  if (signature.fault !== undefined) return fault(scheme.header, signature.fault);
  const written = readLayout(scheme, signature.value);
  if (written === undefined) return fault(scheme.header);

  let { timestamp } = written;
  if (scheme.timestamp?.header !== undefined) {
    const header = readHeader(delivery, scheme.timestamp.header);
    if (header.fault !== undefined) return fault(scheme.timestamp.header, header.fault);
    timestamp = header.value;
  }
  if (scheme.timestamp !== undefined && (timestamp === undefined || !TIMESTAMP.test(timestamp))) {
    return fault(scheme.timestamp.header ?? scheme.header);
  }

  let id: string | undefined;
  if (scheme.id !== undefined) {
    const header = readHeader(delivery, scheme.id);
    if (header.fault !== undefined) return fault(scheme.id, header.fault);
    if (!isSignedId(header.value)) return fault(scheme.id);
    id = header.value;
  }

  const digests: Buffer[] = [];
  for (const text of written.digests) {
    const digest = readDigest(text, scheme.encoding);
    if (digest === undefined) return fault(scheme.header);
    digests.push(digest);
  }
  if (digests.length === 0) return fault(scheme.header);
  return {
    facts: { ...(timestamp === undefined ? {} : { timestamp }), ...(id === undefined ? {} : { id }) },
    digests,
    ...(timestamp === undefined ? {} : { timestamp: Number(timestamp) }),
  };
};

type Written = { readonly digests: readonly string[]; readonly timestamp?: string };

const readLayout = ({ layout }: SignatureScheme, value: string): Written | undefined => {
  switch (layout) {
    case 'bare':
      return { digests: [value] };
    case 'sha256=':
      return value.startsWith(layout) ? { digests: [value.slice(layout.length)] } : undefined;
    case 'v1,': {
      const entries = value.split(' ', MOST_SIGNATURES + 1);
      if (entries.length > MOST_SIGNATURES || !entries.every((entry) => VERSIONED.test(entry))) return undefined;
      return {
        digests: entries.filter((entry) => entry.startsWith(layout)).map((entry) => entry.slice(layout.length)),
      };
    }
    case 't=,v1=': {
      const entries = value.split(',', MOST_SIGNATURES + 2);
      if (entries.length > MOST_SIGNATURES + 1 || !entries.every((entry) => NAMED.test(entry))) return undefined;
      const timestamps = entries.filter((entry) => entry.startsWith('t=')).map((entry) => entry.slice(2));
      const digests = entries.filter((entry) => entry.startsWith('v1=')).map((entry) => entry.slice(3));
      const [timestamp] = timestamps;
      return timestamp !== undefined && timestamps.length === 1 ? { digests, timestamp } : undefined;
    }
  }
};

/** The header's text for digests that are already made. */
export const writeSignature = (
  { layout, encoding }: SignatureScheme,
  digests: readonly Buffer[],
  { timestamp = '' }: SignedFacts,
): string => {
  const texts = digests.map((digest) => digest.toString(encoding));
  switch (layout) {
    case 'bare':
      return texts[0] ?? '';
    case 'sha256=':
      return `${layout}${texts[0] ?? ''}`;
    case 'v1,':
      return texts.map((text) => `${layout}${text}`).join(' ');
    case 't=,v1=':
      return [`t=${timestamp}`, ...texts.map((text) => `v1=${text}`)].join(',');
  }
};

/** The key that a secret stands for; undefined when it is no secret: an empty key is one that everybody has. */
export const readKey = ({ key }: SignatureScheme, secret: string): Buffer | undefined => {
  if (key === 'text') return secret.trim() === '' ? undefined : Buffer.from(secret, 'utf8');
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  return /^[A-Za-z0-9+/]{2,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
};

export const signatureOf = (
  { signs }: SignatureScheme,
  key: Buffer,
  { method, publicUrl, body }: Pick<Delivery, 'method' | 'publicUrl' | 'body'>,
  { id = '', timestamp = '' }: SignedFacts,
): Buffer => {
  const hmac = createHmac('sha256', key);
  for (const part of signs) {
    if (part === 'body') hmac.update(body);
    else if (part === 'id') hmac.update(id);
    else if (part === 'timestamp') hmac.update(timestamp);
    else if (part === 'method') hmac.update(method);
    else if (part === 'url') hmac.update(decodeUrl(publicUrl));
    else hmac.update(part);
  }
  return hmac.digest();
};

/**
 * HubSpot signs the address with these characters decoded and no others; the page is named at its row.
 * The `?` before the query is a `?` already.
 */
const DECODED: { readonly [encoded: string]: string } = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};
const decodeUrl = (url: string): string =>
  url.replace(/%[0-9A-F]{2}/gi, (encoded) => DECODED[encoded.toUpperCase()] ?? encoded);
