/**
 * Forms from outside: urlencoded and multipart.
 *
 * Promises: texts by name, a name that comes several times as a list, in the order of the body; files are ignored.
 * Never throws. Hides: the multipart parser.
 *
 * That is @remix-run/multipart-parser, which reads bytes that are all there in one synchronous pass, bounds every part
 * and knows no state that waits. Stream parsers were left out for that: @fastify/busboy is known to emit nothing at all,
 * or an error that nobody can catch, on malformed bodies (expressjs/multer#1411, fastify/fastify-multipart#594), and
 * the `formData()` that comes with Node bounds no parts and reads bytes that are no UTF-8 as if they were.
 */
import { MultipartParseError, parseMultipart } from '@remix-run/multipart-parser';
import { checkName, checkText, LIMITS, type Payload, problem, type ReadPayload, readUtf8 } from './payload.ts';

const tooMany = () => problem('too-many', `It has more than ${LIMITS.fields} fields.`);
const notUtf8 = (at?: string) => problem('not-utf-8', 'It is not written in UTF-8.', at);

export const parseUrlencoded = (body: Uint8Array): ReadPayload => {
  const text = readUtf8(body);
  if (text === undefined) return notUtf8();
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > LIMITS.fields) return tooMany();
  const fields: (readonly [string, string])[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (name === undefined || value === undefined) return notUtf8(name);
    fields.push([name, value]);
  }
  return gather(fields);
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    if (cause instanceof URIError) return undefined;
    throw cause;
  }
};

export const parseMultipartForm = (body: Uint8Array, boundary: string): ReadPayload => {
  const fields: (readonly [string, string])[] = [];
  try {
    const bounds = {
      boundary,
      maxHeaderSize: 2_048,
      maxParts: LIMITS.fields + 50,
      maxFileSize: LIMITS.bytes,
      maxTotalSize: LIMITS.bytes,
    };
    for (const part of parseMultipart(body, bounds)) {
      const { name } = part;
      if (name === undefined || part.isFile) continue;
      const value = readUtf8(part.bytes);
      if (value === undefined) return notUtf8(name.slice(0, 60));
      fields.push([name, value]);
      if (fields.length > LIMITS.fields) return tooMany();
    }
  } catch (cause) {
    // TypeError: the headers of a part are not UTF-8.
    if (cause instanceof MultipartParseError || cause instanceof TypeError)
      return problem('not-a-form', 'The body is not multipart/form-data.');
    throw cause;
  }
  return gather(fields);
};

const gather = (fields: readonly (readonly [string, string])[]): ReadPayload => {
  const byName = new Map<string, string | string[]>();
  for (const [name, value] of fields) {
    const found = checkName(name, name.slice(0, 60)) ?? checkText(value, name.slice(0, 60));
    if (found !== undefined) return { problem: found };
    const before = byName.get(name);
    if (before === undefined) byName.set(name, value);
    else if (typeof before === 'string') byName.set(name, [before, value]);
    else before.push(value);
  }
  const payload: Payload = Object.fromEntries(byName);
  return { payload };
};
