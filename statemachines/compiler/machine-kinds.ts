/**
 * What a field may hold, and the check of an object's fields against that: all known, each of its kind, none missing.
 */
import type { MachineDefectCode, Report } from './machine-defects.ts';
import { stringKind } from './machine-expressions.ts';
import { isObject, type Json, type JsonObject, under } from './machine-reading.ts';

/** What a field may hold. Functions return what is expected, or nothing when the value is right. */
export type Kind = (value: Json) => string | undefined;

export const text: Kind = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text');
export const anything: Kind = () => undefined;
export const object: Kind = (value) => (isObject(value) ? undefined : 'an object');
export const truth: Kind = (value) => (value === true ? undefined : 'true');
export const someObjects: Kind = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(isObject) ? undefined : 'a list of objects';
export const expression: Kind = (value) =>
  typeof value === 'string' && stringKind(value) !== 'literal' ? undefined : 'an expression in {% %}';
export const items: Kind = (value) =>
  Array.isArray(value) || expression(value) === undefined ? undefined : 'a list or an expression in {% %}';
export const wholeNumber =
  (least: number, most: number): Kind =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

export type Fields = { readonly [field: string]: Kind };

/** Fields of the other query language that do not end in `Path`. */
const JSONPATH_FIELDS = new Set(['Parameters', 'ResultSelector', 'Result', 'Iterator', 'Variable', 'And', 'Or', 'Not']);

/** Every field known and of its kind, none missing. */
export function checkObject(
  holder: JsonObject,
  path: string,
  fields: Fields,
  required: readonly string[],
  report: Report,
): void {
  for (const field of required) {
    // StartAt has a check of its own, which reports its absence too.
    if (holder[field] === undefined && field !== 'StartAt')
      report('field-missing', under(path, field), `${field} is missing`);
  }
  for (const [field, value] of Object.entries(holder)) {
    const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!kind) {
      const [code, message] = unknownField(field, fields);
      report(code, under(path, field), message);
      continue;
    }
    const expected = kind(value);
    if (expected) report('field-invalid', under(path, field), `${JSON.stringify(value)} is not ${expected}`);
  }
}

function unknownField(field: string, fields: Fields): [MachineDefectCode, string] {
  const jsonPath =
    JSONPATH_FIELDS.has(field) || field.endsWith('Path') || /^(String|Numeric|Boolean|Is)[A-Z]/.test(field);
  if (jsonPath) return ['jsonpath-leftover', `${field} belongs to JSONPath, and this machine is JSONata`];
  return ['field-unknown', `${field} is none of ${Object.keys(fields).join(', ')}`];
}
