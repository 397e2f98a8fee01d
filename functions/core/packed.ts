/** Values as short text: what is written often and is larger than a kilobyte costs by the kilobyte. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Json } from './history.ts';

/** What is this small costs a kilobyte either way, and is kept as it is. */
const SMALL = 700;

export const packed = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length <= SMALL ? text : gzipSync(text).toString('base64');
};

/** What only we have packed, and so is not doubted. */
export const unpacked = <Value>(text: unknown): Value => {
  const kept = String(text);
  // No base64 begins so.
  const isPlain = kept.startsWith('[') || kept.startsWith('{');
  return JSON.parse(isPlain ? kept : gunzipSync(Buffer.from(kept, 'base64')).toString('utf8')) as Value;
};
