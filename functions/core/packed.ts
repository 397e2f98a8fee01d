/** Values as short text: what is written often and is larger than a kilobyte costs by the kilobyte. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Json } from './history.ts';

export const packed = (value: Json): string => gzipSync(JSON.stringify(value)).toString('base64');

/** What only we have packed, and so is not doubted. */
export const unpacked = <Value>(text: unknown): Value =>
  JSON.parse(gunzipSync(Buffer.from(String(text), 'base64')).toString('utf8')) as Value;
