/**
 * What a payload may be, once it is known from whom it is.
 *
 * Promises: plain JSON of bounded size and depth, with no name in it that means something to JavaScript or JSONata;
 * or a problem that says what and where, in words for whoever runs the workflow (422: kept and shown).
 * Hides: how bodies are read.
 */
import type { Json } from '../history.ts';

export type Payload = { readonly [name: string]: Json } | readonly Json[];

export type ProblemCode =
  | 'not-utf-8'
  | 'not-json'
  | 'not-a-form'
  | 'no-payload'
  | 'too-deep'
  | 'too-many'
  | 'too-long'
  | 'forbidden-name'
  | 'too-slow'
  | 'map-failed'
  | 'map-no-text'
  | 'misfit'
  | 'form-expired';

/** `at`: where in the payload, or which input. */
export type Problem = { readonly code: ProblemCode; readonly message: string; readonly at?: string };
export type ReadPayload =
  | { readonly payload: Payload; readonly problem?: undefined }
  | { readonly problem: Problem; readonly payload?: undefined };

export const LIMITS = {
  /** The whole body (W2). */
  bytes: 256 * 1_024,
  /** One text (W12). */
  textBytes: 64 * 1_024,
  /** Names in a form, or in one record of JSON (W12); a form builder's JSON has far more names in all. */
  fields: 200,
  nameCharacters: 200,
  /** Items in one list. */
  items: 1_000,
  /** Records, lists and values in all. */
  values: 20_000,
  depth: 32,
} as const;

/** `_jsonata_…` marks functions inside JSONata: a payload must not look like one. */
const isForbidden = (name: string): boolean =>
  name === '__proto__' || name === 'constructor' || name === 'prototype' || name.startsWith('_jsonata_');

export const problem = (code: ProblemCode, message: string, at?: string): { readonly problem: Problem } => ({
  problem: { code, message, ...(at === undefined || at === '' ? {} : { at }) },
});

/** What is wrong with one name; undefined when nothing is. */
export const checkName = (name: string, at: string): Problem | undefined => {
  if (isForbidden(name))
    return problem('forbidden-name', `A field may not be called ${name.slice(0, 40)}.`, at).problem;
  if (!name.isWellFormed()) return problem('not-utf-8', 'A name has half a character in it.', at).problem;
  if (name.length <= LIMITS.nameCharacters) return undefined;
  return problem('too-long', `A name has ${name.length} characters; at most ${LIMITS.nameCharacters} are read.`, at)
    .problem;
};

export const checkText = (text: string, at: string): Problem | undefined => {
  // Half a surrogate pair is no character, and stores outside refuse it.
  if (!text.isWellFormed()) return problem('not-utf-8', 'A text has half a character in it.', at).problem;
  // A character is three bytes of UTF-8 at most, so most texts need not be counted.
  const bytes = text.length * 3 <= LIMITS.textBytes ? 0 : Buffer.byteLength(text, 'utf8');
  if (bytes <= LIMITS.textBytes) return undefined;
  return problem('too-long', `A text has ${bytes} bytes; at most ${LIMITS.textBytes} are read.`, at).problem;
};

/** The bytes as text; a byte order mark is dropped. Undefined when they are not UTF-8. */
export const readUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // TextDecoder has no other way to say that bytes are not UTF-8.
    return undefined;
  }
};
