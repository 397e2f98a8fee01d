/**
 * A form of ours that somebody without sign-in has filled in (W10).
 *
 * Promises: it is a person's only with a stamp of ours that is old enough, and the trap empty; what does not fit comes
 * back with what is wrong by input, and nothing of it is kept. The form bears the names of the inputs and asks for those
 * that the source brings. It is sent without the key of the source, which stands in no page of ours.
 * Hides: what it takes to be an intake.
 *
 * Nobody outside is told who is of the team: a person is named by the mail address.
 */

import { mapByName } from '../../../statemachines/language/map-by-name.ts';
import type { Fields, Hook, Team } from '../../../statemachines/language/workflow.ts';
import { SAID } from '../../words/said.ts';
import type { Intake, Source } from './admit.ts';
import { bodyKindOf } from './content-type.ts';
import type { Delivery } from './delivery.ts';
import { bodyHash, deliveryId, runName } from './delivery-id.ts';
import { examineForm, type FormRules } from './html-form.ts';
import { readInputs } from './map-payload.ts';
import { parseBody } from './parse-body.ts';
import { LIMITS, type Payload } from './payload.ts';
import { PROVIDERS } from './providers.ts';

/** As a page takes it to show it again. */
export type Typed = { readonly [input: string]: string | readonly string[] };

export type Filled =
  | { readonly outcome: 'refused'; readonly status: 413 | 415 }
  | { readonly outcome: 'robot'; readonly location: string; readonly reason: 'honeypot' | 'no-stamp' | 'too-fast' }
  /** `''` is about the whole. */
  | { readonly outcome: 'wrong'; readonly typed: Typed; readonly problems: { readonly [input: string]: string } }
  | { readonly outcome: 'filled'; readonly typed: Typed; readonly location: string; readonly intake: Intake };

const ROW = PROVIDERS.form;

/** What the form asks for, in the order of the workflow. */
export const inputsOfForm = ({ map }: Pick<Hook, 'map'>, inputs: Fields): Fields =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(map, name)));

/** @param now milliseconds since 1970. */
export const readFilled = async (
  { source, hook, inputs, farDates }: Pick<Source, 'source' | 'hook' | 'inputs' | 'farDates'>,
  rules: FormRules,
  delivery: Delivery,
  { now, people }: { readonly now: number; readonly people: Team['people'] },
): Promise<Filled> => {
  if (delivery.body.length > LIMITS.bytes) return { outcome: 'refused', status: 413 };
  const kind = bodyKindOf(ROW, delivery);
  if (kind === undefined) return { outcome: 'refused', status: 415 };
  const read = parseBody(ROW, kind, delivery.body);
  if (read.problem !== undefined) return { outcome: 'wrong', typed: {}, problems: { '': read.problem.message } };

  const form = examineForm(source, rules, undefined, read.payload, now);
  const typed = read.payload as Typed;
  if (form.outcome === 'robot') return form;
  if (form.outcome !== 'person') return { outcome: 'wrong', typed, problems: { '': SAID.request.formTooLong } };

  const asked = inputsOfForm(hook, inputs);
  const { payload, strangers } = withPeople(asked, form.payload, people);
  const { values, problems } = await readInputs(mapByName(Object.keys(asked)), inputs, payload);
  const wrong = {
    ...Object.fromEntries((farDates?.(values) ?? []).map(({ input, sentence }) => [input, sentence])),
    ...Object.fromEntries(problems.map(({ at = '', message }) => [at, message])),
    ...strangers,
  };
  if (Object.keys(wrong).length > 0) return { outcome: 'wrong', typed, problems: wrong };

  const { id } = deliveryId(source, ROW, delivery, read.payload);
  const intake: Intake = {
    source,
    workflow: hook.workflow,
    id,
    // The stamp is no part of it: whoever had the form open for too long sends the same thing with another.
    bodyHash: bodyHash(ROW, Buffer.from(JSON.stringify(payload)), payload),
    run: runName(source, id),
    signed: false,
    payload,
    byName: true,
    inputs: values,
    problems: [],
  };
  return { outcome: 'filled', typed, location: form.location, intake };
};

/** Mail addresses become the people who have them. */
const withPeople = (
  asked: Fields,
  payload: Payload,
  people: Team['people'],
): { readonly payload: Payload; readonly strangers: { readonly [input: string]: string } } => {
  const given = payload as Typed;
  const found: { [input: string]: string } = {};
  const strangers: { [input: string]: string } = {};
  for (const [name, { type, label }] of Object.entries(asked)) {
    const address = Object.hasOwn(given, name) ? given[name] : undefined;
    if (type !== 'person' || typeof address !== 'string' || address.trim() === '') continue;
    const person = people.find(({ email }) => email.toLowerCase() === address.trim().toLowerCase());
    if (person === undefined) strangers[name] = `${label} must be the mail address of somebody whom we know.`;
    else found[name] = person.id;
  }
  return { payload: { ...given, ...found }, strangers };
};
