/**
 * A webhook as it came in, and how its headers are read.
 *
 * Promises: a header that matters is there exactly once and of sane length, or it is not used at all. Two headers of
 * one name are two readings of one delivery, and whoever can add one must not choose which is checked.
 * Hides: nothing; the body stays the bytes that came.
 */

/** The name in lower case. */
export type Header = readonly [name: string, value: string];

export type Delivery = {
  readonly method: string;
  /** From the settings and the route with its query, never from `Host` (L16). */
  readonly publicUrl: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
};

export type HeaderFault = 'missing-header' | 'repeated-header' | 'malformed-header';
export type ReadHeader =
  | { readonly value: string; readonly fault?: undefined }
  | { readonly fault: HeaderFault; readonly value?: undefined };

/** Two dozen signatures fit; what is longer is not even looked at. */
export const LONGEST_HEADER = 4_096;

/** @param name in lower case. */
export const readHeader = ({ headers }: Pick<Delivery, 'headers'>, name: string): ReadHeader => {
  let found: string | undefined;
  for (const [other, value] of headers) {
    if (other.length !== name.length || other.toLowerCase() !== name) continue;
    if (found !== undefined) return { fault: 'repeated-header' };
    found = value;
  }
  if (found === undefined || found === '') return { fault: 'missing-header' };
  return found.length > LONGEST_HEADER ? { fault: 'malformed-header' } : { value: found };
};
