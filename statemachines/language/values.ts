/**
 * What a person or a webhook gives for a field, as text or JSON, to the value that the field has.
 *
 * Promises: the one place that decides what fits a field; the form, the webhook, the command line and the answer
 * page ask here. Problems are in the words of whoever filled it in. Hides: the formats.
 */

import { VALUE_WORDS } from '../words.ts';
import { isDate, isMailAddress } from './dates-and-addresses.ts';
import type { Field, Fields, FieldValue } from './workflow.ts';

export type ReadValue =
  | { readonly value: FieldValue | undefined; readonly problem?: undefined }
  | { readonly problem: string; readonly value?: undefined };

/** What some fields are checked against. */
export type Known = {
  /** Ids of the people of the team; without them a person is not looked up. */ readonly people?: readonly string[];
};

/** The values by name, and the problems by name; defaults filled in, nothing kept that is no field. */
export const readValues = (
  fields: Fields,
  given: { readonly [name: string]: unknown },
  known: Known = {},
): {
  readonly values: { readonly [name: string]: FieldValue };
  readonly problems: { readonly [name: string]: string };
} => {
  const values: { [name: string]: FieldValue } = {};
  const problems: { [name: string]: string } = {};
  for (const [name, field] of Object.entries(fields)) {
    const { value, problem } = readValue(field, Object.hasOwn(given, name) ? given[name] : undefined, known);
    if (problem !== undefined) problems[name] = problem;
    else if (value !== undefined) values[name] = value;
  }
  return { values, problems };
};

/** @param given a text as a form sends it, or JSON as a webhook does; empty counts as not given. */
export const readValue = (field: Field, given: unknown, known: Known = {}): ReadValue => {
  const empty =
    given === undefined ||
    given === null ||
    (typeof given === 'string' && given.trim() === '') ||
    (Array.isArray(given) && given.length === 0);
  if (empty) {
    if (field.default !== undefined) return { value: field.default };
    return field.required ? { problem: VALUE_WORDS.needed(field.label) } : { value: undefined };
  }
  return READERS[field.type](field, given, known);
};

type Reader = (field: Field, given: unknown, known: Known) => ReadValue;

const asText = (given: unknown): string | undefined =>
  typeof given === 'string' ? given : typeof given === 'number' ? String(given) : undefined;

const readText: Reader = (field, given) => {
  const text = asText(given);
  if (text === undefined) return { problem: VALUE_WORDS.text(field.label) };
  const value = field.type === 'long_text' ? text.replace(/\r\n?/g, '\n') : text.trim();
  if (field.type === 'text' && /[\r\n]/.test(value)) return { problem: VALUE_WORDS.oneLine(field.label) };
  // No answer may outgrow what a history takes, also where the author set no bound.
  return bounded(
    { ...field, max: typeof field.max === 'number' ? field.max : field.type === 'long_text' ? 20_000 : 2_000 },
    value,
  );
};

const readNumber: Reader = (field, given) => {
  const text = asText(given)
    ?.trim()
    .replace(/[\s\u00a0\u202f]/g, '');
  // A decimal comma is one; a comma that groups thousands is not guessed at.
  const plain = text !== undefined && /^-?\d+,\d{1,2}$/.test(text) ? text.replace(',', '.') : text;
  if (plain === undefined || !/^-?\d{1,15}(\.\d{1,10})?$/.test(plain))
    return { problem: VALUE_WORDS.number(field.label) };
  const value = Number(plain);
  if (typeof field.min === 'number' && value < field.min) return { problem: VALUE_WORDS.least(field.label, field.min) };
  if (typeof field.max === 'number' && value > field.max) return { problem: VALUE_WORDS.most(field.label, field.max) };
  return { value };
};

const readDate: Reader = (field, given) => {
  const text = asText(given)?.trim() ?? '';
  const hasTime = field.type === 'datetime';
  const match = hasTime ? DATE_AND_TIME.exec(text) : /^\d{4}-\d{2}-\d{2}$/.exec(text);
  if (match === null || !isDate(text.slice(0, 10)))
    return {
      problem: hasTime ? VALUE_WORDS.dateAndTime(field.label) : VALUE_WORDS.date(field.label),
    };
  const value = hasTime
    ? `${match[1]}T${match[2]}${(match[3] ?? '').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')}`
    : text;
  if (typeof field.min === 'string' && isEarlier(value, field.min))
    return { problem: VALUE_WORDS.notBefore(field.label, field.min) };
  if (typeof field.max === 'string' && isEarlier(field.max, value))
    return { problem: VALUE_WORDS.notAfter(field.label, field.max) };
  return { value };
};
const DATE_AND_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?)(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

/** Instants where both have a zone; else what clocks show. */
const isEarlier = (one: string, other: string): boolean => {
  const zoned = [one, other].map((text) => (/(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN));
  const [a, b] = zoned as [number, number];
  return Number.isNaN(a) || Number.isNaN(b) ? one.slice(0, 19) < other.slice(0, 19) : a < b;
};

const readChoice: Reader = (field, given) => {
  const options = field.options ?? [];
  const chosen = (
    Array.isArray(given)
      ? given
      : field.many === true && typeof given === 'string' && !options.includes(given)
        ? given.split(',').map((part) => part.trim())
        : [given]
  ).map((one) => asText(one) ?? '');
  const stray = chosen.find((one) => !options.includes(one));
  if (stray !== undefined) return { problem: VALUE_WORDS.stray(field.label, stray.slice(0, 60), options) };
  if (field.many !== true)
    return chosen.length === 1
      ? { value: chosen[0] as string }
      : { problem: VALUE_WORDS.onlyOne(field.label, options) };
  const once = options.filter((option) => chosen.includes(option));
  if (typeof field.min === 'number' && once.length < field.min)
    return { problem: VALUE_WORDS.leastChoices(field.label, field.min) };
  if (typeof field.max === 'number' && once.length > field.max)
    return { problem: VALUE_WORDS.mostChoices(field.label, field.max) };
  return { value: once };
};

const readYesNo: Reader = (field, given) => {
  if (typeof given === 'boolean') return { value: given };
  const word = asText(given)?.trim().toLowerCase() ?? '';
  if (['yes', 'true', 'on', '1'].includes(word)) return { value: true };
  if (['no', 'false', 'off', '0'].includes(word)) return { value: false };
  return { problem: VALUE_WORDS.yesNo(field.label) };
};

const lengthProblem = (field: Field, value: string): string | undefined => {
  if (typeof field.min === 'number' && value.length < field.min)
    return VALUE_WORDS.leastCharacters(field.label, field.min, value.length);
  if (typeof field.max === 'number' && value.length > field.max)
    return VALUE_WORDS.mostCharacters(field.label, field.max, value.length);
  return undefined;
};
const bounded = (field: Field, value: string): ReadValue => {
  const problem = lengthProblem(field, value);
  return problem === undefined ? { value } : { problem };
};

const readEmail: Reader = (field, given) => {
  const value = asText(given)?.trim() ?? '';
  return isMailAddress(value) ? bounded(field, value) : { problem: VALUE_WORDS.email(field.label) };
};

const readUrl: Reader = (field, given) => {
  const value = asText(given)?.trim() ?? '';
  const fits =
    value.length <= 2_000 && /^https?:\/\/[^\s/@]+\.[^\s/@]+(\/\S*|\?\S*)?$/.test(value) && URL.canParse(value);
  return fits ? bounded(field, value) : { problem: VALUE_WORDS.url(field.label) };
};

const readPerson: Reader = (field, given, { people }) => {
  const value = asText(given)?.trim() ?? '';
  return people === undefined || people.includes(value)
    ? { value }
    : { problem: VALUE_WORDS.stranger(field.label, value.slice(0, 60)) };
};

const READERS: { readonly [T in Field['type']]: Reader } = {
  text: readText,
  long_text: readText,
  person: readPerson,
  number: readNumber,
  money: readNumber,
  date: readDate,
  datetime: readDate,
  choice: readChoice,
  yes_no: readYesNo,
  email: readEmail,
  url: readUrl,
};
