/**
 * What a person or a webhook gives for a field, as text or JSON, to the value that the field has.
 *
 * Promises: the one place that decides what fits a field; the form, the webhook, the command line and the answer
 * page ask here. Problems are in the words of whoever filled it in. Hides: the formats.
 */
import type { Field, Fields, FieldValue } from './workflow.ts';
import { isDate, isMailAddress } from './surroundings.ts';

export type ReadValue = { readonly value: FieldValue | undefined; readonly problem?: undefined } | { readonly problem: string; readonly value?: undefined };

/** The values by name, and the problems by name; defaults filled in, nothing kept that is no field. */
export const readValues = (fields: Fields, given: { readonly [name: string]: unknown }): { readonly values: { readonly [name: string]: FieldValue }; readonly problems: { readonly [name: string]: string } } => {
  const values: { [name: string]: FieldValue } = {};
  const problems: { [name: string]: string } = {};
  for (const [name, field] of Object.entries(fields)) {
    const { value, problem } = readValue(field, Object.hasOwn(given, name) ? given[name] : undefined);
    if (problem !== undefined) problems[name] = problem;
    else if (value !== undefined) values[name] = value;
  }
  return { values, problems };
};

/** @param given a text as a form sends it, or JSON as a webhook does; empty counts as not given. */
export const readValue = (field: Field, given: unknown): ReadValue => {
  const empty = given === undefined || given === null || (typeof given === 'string' && given.trim() === '') || (Array.isArray(given) && given.length === 0);
  if (empty) {
    if (field.default !== undefined) return { value: field.default };
    return field.required ? { problem: `${field.label} is needed.` } : { value: undefined };
  }
  return READERS[field.type](field, given);
};

type Reader = (field: Field, given: unknown) => ReadValue;

const asText = (given: unknown): string | undefined => (typeof given === 'string' ? given : typeof given === 'number' ? String(given) : undefined);

const readText: Reader = (field, given) => {
  const text = asText(given);
  if (text === undefined) return { problem: `${field.label} must be a text.` };
  const value = field.type === 'long_text' ? text.replace(/\r\n?/g, '\n') : text.trim();
  if (field.type === 'text' && /[\r\n]/.test(value)) return { problem: `${field.label} must be one line.` };
  if (typeof field.min === 'number' && value.length < field.min) return { problem: `${field.label} must have at least ${field.min} characters; these are ${value.length}.` };
  const most = typeof field.max === 'number' ? field.max : field.type === 'long_text' ? 20_000 : 2_000;
  return value.length > most ? { problem: `${field.label} can have at most ${most} characters; these are ${value.length}.` } : { value };
};

const readNumber: Reader = (field, given) => {
  const text = asText(given)?.trim().replace(/[\s\u00a0\u202f]/g, '');
  // A decimal comma is one; a comma that groups thousands is not guessed at.
  const plain = text !== undefined && /^-?\d+,\d{1,2}$/.test(text) ? text.replace(',', '.') : text;
  if (plain === undefined || !/^-?\d{1,15}(\.\d{1,10})?$/.test(plain)) return { problem: `${field.label} must be a number, like 1200 or 99.50.` };
  const value = Number(plain);
  if (typeof field.min === 'number' && value < field.min) return { problem: `${field.label} must be at least ${field.min}.` };
  if (typeof field.max === 'number' && value > field.max) return { problem: `${field.label} can be at most ${field.max}.` };
  return { value };
};

const readDate: Reader = (field, given) => {
  const value = asText(given)?.trim() ?? '';
  const day = value.slice(0, 10);
  const hasTime = field.type === 'datetime';
  const fits = hasTime ? /^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?$/.test(value) : value.length === 10;
  if (!fits || !isDate(day)) return { problem: `${field.label} must be a date${hasTime ? ' and time, like 2027-01-31T09:00' : ', like 2027-01-31'}.` };
  if (typeof field.min === 'string' && value < field.min) return { problem: `${field.label} must be ${field.min} or later.` };
  if (typeof field.max === 'string' && value > field.max) return { problem: `${field.label} must be ${field.max} or earlier.` };
  return { value: hasTime ? value.replace(' ', 'T') : value };
};

const readChoice: Reader = (field, given) => {
  const options = field.options ?? [];
  const chosen = (Array.isArray(given) ? given : field.many === true && typeof given === 'string' && !options.includes(given) ? given.split(',').map((part) => part.trim()) : [given]).map((one) => asText(one) ?? '');
  const stray = chosen.find((one) => !options.includes(one));
  if (stray !== undefined) return { problem: `${field.label} cannot be "${stray.slice(0, 60)}"; possible are ${options.join(', ')}.` };
  if (field.many !== true) return chosen.length === 1 ? { value: chosen[0] as string } : { problem: `${field.label} can be only one of ${options.join(', ')}.` };
  const once = options.filter((option) => chosen.includes(option));
  if (typeof field.min === 'number' && once.length < field.min) return { problem: `${field.label} needs at least ${field.min} choices.` };
  if (typeof field.max === 'number' && once.length > field.max) return { problem: `${field.label} can have at most ${field.max} choices.` };
  return { value: once };
};

const readYesNo: Reader = (field, given) => {
  if (typeof given === 'boolean') return { value: given };
  const word = asText(given)?.trim().toLowerCase() ?? '';
  if (['yes', 'true', 'on', '1'].includes(word)) return { value: true };
  if (['no', 'false', 'off', '0'].includes(word)) return { value: false };
  return { problem: `${field.label} must be yes or no.` };
};

const readEmail: Reader = (field, given) => {
  const value = asText(given)?.trim() ?? '';
  return isMailAddress(value) ? { value } : { problem: `${field.label} must be a mail address, like name@example.com.` };
};

const readUrl: Reader = (field, given) => {
  const value = asText(given)?.trim() ?? '';
  const fits = value.length <= 2_000 && /^https?:\/\/[^\s/@]+\.[^\s/@]+(\/\S*|\?\S*)?$/.test(value) && URL.canParse(value);
  return fits ? { value } : { problem: `${field.label} must be a web address that begins with https://.` };
};

const READERS: { readonly [T in Field['type']]: Reader } = {
  text: readText, long_text: readText, person: readText, number: readNumber, money: readNumber, date: readDate, datetime: readDate, choice: readChoice, yes_no: readYesNo, email: readEmail, url: readUrl,
};
