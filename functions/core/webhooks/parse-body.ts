/**
 * The body of a delivery that was admitted, as a payload.
 *
 * Promises: never throws; a problem says what and where. Hides: kinds of body.
 */
import type { BodyKind } from './content-type.ts';
import { parseMultipartForm, parseUrlencoded } from './parse-form.ts';
import { parseJson } from './parse-json.ts';
import { problem, type ReadPayload, readUtf8 } from './payload.ts';
import type { ProviderRow } from './providers.ts';

export const parseBody = (row: ProviderRow, kind: BodyKind, body: Uint8Array): ReadPayload => {
  const read = parseKind(kind, body);
  if (row.jsonIn === undefined || read.payload === undefined || Array.isArray(read.payload)) return read;
  const fields = read.payload as { readonly [name: string]: unknown };
  const text = Object.hasOwn(fields, row.jsonIn) ? fields[row.jsonIn] : undefined;
  if (typeof text !== 'string') return problem('not-a-form', `It has no field ${row.jsonIn}.`, row.jsonIn);
  const inner = parseJson(text);
  if (inner.problem !== undefined) {
    const { code, message, at } = inner.problem;
    return problem(code, message, at === undefined ? row.jsonIn : `${row.jsonIn}.${at}`);
  }
  return { payload: { ...read.payload, [row.jsonIn]: inner.payload } };
};

const parseKind = ({ type, boundary = '' }: BodyKind, body: Uint8Array): ReadPayload => {
  if (type === 'multipart/form-data') return parseMultipartForm(body, boundary);
  if (type === 'application/x-www-form-urlencoded') return parseUrlencoded(body);
  const text = readUtf8(body);
  return text === undefined ? problem('not-utf-8', 'It is not written in UTF-8.') : parseJson(text);
};
