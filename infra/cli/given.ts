/**
 * What is given on the command line: inputs, instants, people.
 *
 * Errors: `Refusal` 2, with what to write instead.
 */

import { isDate } from '../../statemachines/language/dates-and-addresses.ts';
import { nearest } from '../../statemachines/language/nearest.ts';
import { readValues } from '../../statemachines/language/values.ts';
import type { Fields, FieldValue, Team } from '../../statemachines/language/workflow.ts';
import { Refusal } from './library-at.ts';

/** `2027-03-01T08:00:00Z` with milliseconds, or the present where nothing is given. */
export const instantFrom = (text: string | undefined): string => {
  if (text === undefined) return new Date().toISOString();
  const at =
    isDate(text.slice(0, 10)) && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
      ? new Date(text)
      : undefined;
  if (at === undefined || Number.isNaN(at.getTime()))
    throw new Refusal(
      2,
      `--now ${text} is no instant. Write it with a zone, like 2027-03-01T08:00:00Z or 2027-03-01T09:00+01:00.`,
    );
  return at.toISOString();
};

/** `NAME=VALUE`, each. */
export const pairsOf = (
  given: readonly string[],
  option: string,
  form: string,
): readonly (readonly [string, string])[] =>
  given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new Refusal(2, `${option} ${text} is not of the form ${form}.`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });

/** Inputs as texts: what is given several times is a list. */
export const textsFrom = (given: readonly string[]): { readonly [name: string]: string | readonly string[] } => {
  const texts: { [name: string]: string | string[] } = {};
  for (const [name, value] of pairsOf(given, '--input', 'NAME=VALUE')) {
    const before = Object.hasOwn(texts, name) ? texts[name] : undefined;
    texts[name] = before === undefined ? value : [before, value].flat();
  }
  return texts;
};

/**
 * Inputs that fit the fields of a workflow.
 * @param missing whether what has to be given may be left out.
 */
export const inputsFrom = (
  fields: Fields,
  given: readonly string[],
  people: readonly string[],
  missing: 'allowed' | 'refused' = 'allowed',
): { readonly [name: string]: FieldValue } => {
  const texts = textsFrom(given);
  for (const [name, value] of Object.entries(texts)) {
    // Given again, a choice of several has one more; of anything else two values would be one too many.
    if (typeof value !== 'string' && fields[name]?.many !== true)
      throw new Refusal(2, `--input ${name} is given twice.`);
    if (Object.hasOwn(fields, name)) continue;
    const close = nearest(name, Object.keys(fields));
    throw new Refusal(
      2,
      `There is no input ${name}.${close === undefined ? ` Inputs are: ${Object.keys(fields).join(', ') || 'none'}.` : ` Did you mean ${close}?`}`,
    );
  }
  const { values, problems } = readValues(fields, texts, { people });
  const wrong = Object.entries(problems).filter(([name]) => missing === 'refused' || Object.hasOwn(texts, name));
  if (wrong.length > 0)
    throw new Refusal(
      2,
      wrong
        .map(([name, problem]) => (Object.hasOwn(texts, name) ? problem : `${problem} Give it with --input ${name}=…`))
        .join('\n'),
    );
  return values;
};

/** Role to person, both known. */
export const assignmentsFrom = (given: readonly string[], team: Team): { readonly [role: string]: string } => {
  const assignments = pairsOf(given, '--assign', 'ROLE=PERSON');
  for (const [role, person] of assignments) {
    if (!Object.hasOwn(team.roles, role)) throw new Refusal(2, `There is no role ${role} in team.yaml.`);
    if (!team.people.some(({ id }) => id === person))
      throw new Refusal(2, `There is no person ${person} in team.yaml.`);
  }
  return Object.fromEntries(assignments);
};
