/**
 * JSON from outside, as far as it is read at all.
 *
 * Promises: never throws; depth is known before anything is built, so no nesting can exhaust the stack.
 * Hides: JSON.parse.
 */
import type { Json } from '../history.ts';
import { checkName, checkText, LIMITS, type Payload, type Problem, problem, type ReadPayload } from './payload.ts';

export const parseJson = (text: string): ReadPayload => {
  if (depthOf(text) > LIMITS.depth) return problem('too-deep', `It is nested more than ${LIMITS.depth} levels deep.`);
  let read: Json;
  try {
    read = JSON.parse(text) as Json;
  } catch {
    // What JSON.parse says of it quotes the body; that it is no JSON is all that helps.
    return problem('not-json', 'The body is not JSON.');
  }
  if (typeof read !== 'object' || read === null)
    return problem('no-payload', 'The body is a single value and no record.');
  const found = check(read as Payload);
  return found === undefined ? { payload: read as Payload } : { problem: found };
};

/** How deep brackets nest, texts passed over; right for all that is JSON, and an upper bound is not needed for the rest. */
const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN_LIST || code === OPEN_RECORD) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_LIST || code === CLOSE_RECORD) depth -= 1;
  }
  return deepest;
};
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [34, 92, 91, 93, 123, 125];

/** The first thing that is too much, or forbidden. */
const check = (payload: Payload): Problem | undefined => {
  let values = 0;
  const visit = (value: Json, at: string): Problem | undefined => {
    values += 1;
    if (values > LIMITS.values) return problem('too-many', `It has more than ${LIMITS.values} values.`).problem;
    if (typeof value === 'string') return checkText(value, at);
    if (typeof value === 'number' && !Number.isFinite(value))
      return problem('not-json', 'A number is too large.', at).problem;
    if (typeof value !== 'object' || value === null) return undefined;
    return Array.isArray(value) ? visitList(value, at) : visitRecord(value as { readonly [name: string]: Json }, at);
  };
  const visitList = (list: readonly Json[], at: string): Problem | undefined => {
    if (list.length > LIMITS.items)
      return problem('too-many', `A list has ${list.length} items; at most ${LIMITS.items} are read.`, at).problem;
    for (const [index, item] of list.entries()) {
      const found = visit(item, `${at}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const visitRecord = (record: { readonly [name: string]: Json }, at: string): Problem | undefined => {
    const names = Object.keys(record);
    if (names.length > LIMITS.fields)
      return problem('too-many', `A record has ${names.length} fields; at most ${LIMITS.fields} are read.`, at).problem;
    for (const name of names) {
      const inner = `${at}${at === '' ? '' : '.'}${name.slice(0, 60)}`;
      const found = checkName(name, inner) ?? visit(record[name] as Json, inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(payload, '');
};
