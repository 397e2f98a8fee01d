/** Values that somebody might give for the fields of a step: for rehearsals. The same field, the same value. */
import type { Field, Fields } from '../../statemachines/language/workflow.ts';
import { type Day, dayLater } from '../../statemachines/plan/wall-time.ts';

export type Example = {
  /** Who fills them in. */
  readonly person: string;
  /** The day on which they do. */
  readonly today: Day;
};

/** As a form sends them; only what has to be there. */
export const exampleValues = (
  fields: Fields,
  example: Example,
): { readonly [name: string]: string | readonly string[] } =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      field.required && field.default === undefined ? [[name, valueFor(name, field, example)] as const] : [],
    ),
  );

const valueFor = (name: string, field: Field, { person, today }: Example): string | readonly string[] => {
  switch (field.type) {
    case 'number':
    case 'money':
      return String(within(field, field.type === 'money' ? 100 : 1));
    case 'date':
      return dateWithin(field, dayLater(today, 7));
    case 'datetime':
      return datetimeWithin(field, `${dayLater(today, 7)}T10:00`);
    case 'choice':
      return choiceOf(field);
    case 'yes_no':
      return 'yes';
    case 'email':
      return 'somebody@example.com';
    case 'url':
      return fitted(field, `https://example.com/${name}`);
    case 'person':
      return person;
    default:
      return fitted(field, `${field.label} (rehearsed)`);
  }
};

const within = ({ min, max }: Field, value: number): number => {
  const least = typeof min === 'number' ? Math.max(value, min) : value;
  return typeof max === 'number' ? Math.min(least, max) : least;
};

const dateWithin = ({ min, max }: Field, day: string): string => {
  const [first, last] = [min, max].map((bound) => (typeof bound === 'string' ? bound.slice(0, 10) : undefined));
  const least = first !== undefined && day < first ? first : day;
  return last !== undefined && least > last ? last : least;
};

const datetimeWithin = (field: Field, moment: string): string => {
  const day = dateWithin(field, moment.slice(0, 10));
  if (day === moment.slice(0, 10)) return moment;
  const bound = [field.min, field.max].find((one) => typeof one === 'string' && one.startsWith(day));
  return typeof bound === 'string' && bound.includes('T') ? bound : `${day}T10:00`;
};

const choiceOf = ({ options = [], many, min }: Field): string | readonly string[] =>
  many === true ? options.slice(0, typeof min === 'number' ? Math.max(1, min) : 1) : (options[0] ?? '');

/** As long as it has to be, and no longer than it may. */
const fitted = ({ min, max }: Field, text: string): string => {
  const long = typeof min === 'number' ? text.padEnd(min, 'x') : text;
  return typeof max === 'number' ? long.slice(0, max) : long;
};
