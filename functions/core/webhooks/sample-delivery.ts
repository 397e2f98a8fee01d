/**
 * A delivery as a source's provider would send it, with inputs of one's own in it.
 *
 * Promises: really signed; the same inputs, the same body and the same id, so that it can be sent again like a repeat.
 * Hides: where each provider has the answers of a form.
 */
import { createHash } from 'node:crypto';
import type { Field, Fields, Hook } from '../../../statemachines/language/workflow.ts';
import type { Delivery } from './delivery.ts';
import { PROVIDERS } from './providers.ts';
import { multipartBody, SAMPLES } from './samples.ts';
import { signSample } from './sign-delivery.ts';

type Given = string | readonly string[];
type Payload = { [name: string]: unknown };

export type SampleRequest = {
  readonly hook: Hook;
  /** The inputs of its workflow. */
  readonly fields: Fields;
  /** Input to what is to arrive. */
  readonly values: { readonly [input: string]: Given };
  /** The whole address, path secret and all. */
  readonly publicUrl: string;
  /** Of the source; none where its provider signs nothing. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970: what the other side takes for the present. */
  readonly now: number;
};

/** `left`: inputs that the sample of this provider has no place for. */
export const sampleDelivery = (
  request: SampleRequest,
): { readonly delivery: Delivery; readonly left: readonly string[] } => {
  const { hook, publicUrl, secrets, now } = request;
  const sample = SAMPLES[hook.provider];
  const { body, left } = filled(request);
  const id = `sample-${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
  const delivery = signSample(hook.provider, {
    publicUrl,
    secrets,
    now,
    id,
    body: Buffer.from(withId(hook, body, id), 'utf8'),
    contentType: sample.contentType,
    ...(hook.provider === 'form' ? { origin: new URL(publicUrl).origin } : {}),
  });
  return { delivery, left };
};

const filled = ({
  hook,
  fields,
  values,
  secrets,
}: SampleRequest): { readonly body: string; readonly left: readonly string[] } => {
  const { contentType, body, parts } = SAMPLES[hook.provider];
  const left: string[] = [];
  const entries = Object.entries(values);
  const { jsonIn } = PROVIDERS[hook.provider];
  if (parts !== undefined && jsonIn !== undefined) {
    const payload: Payload = { [jsonIn]: JSON.parse(parts[jsonIn] ?? '{}') };
    left.push(...unplaced(payload, hook, fields, entries));
    return { body: multipartBody({ ...parts, [jsonIn]: JSON.stringify(payload[jsonIn]) }), left };
  }
  if (contentType === 'application/x-www-form-urlencoded') {
    const form = new URLSearchParams();
    for (const [input, value] of entries) {
      const name = /([A-Za-z_]\w*)`?\)*$/.exec(hook.map[input] ?? '')?.[1];
      if (name === undefined) left.push(input);
      else for (const one of [value].flat()) form.append(name, one);
    }
    const { keyIn } = PROVIDERS[hook.provider];
    if (keyIn !== undefined && secrets[0] !== undefined) form.set(keyIn, secrets[0]);
    return { body: form.toString(), left };
  }
  const payload = JSON.parse(body) as Payload;
  left.push(...unplaced(payload, hook, fields, entries));
  return { body: JSON.stringify(payload), left };
};

/** Puts what it can into a payload, and gives back the inputs that it has no place for. */
const unplaced = (
  payload: Payload,
  { map }: Hook,
  fields: Fields,
  entries: readonly (readonly [input: string, value: Given])[],
): readonly string[] =>
  entries
    .filter(([input, value]) => {
      const field = fields[input];
      const way = map[input];
      return !PLACES.some((place) => field !== undefined && way !== undefined && place(payload, way, value, field));
    })
    .map(([input]) => input);

/** So that two different samples are not taken for one delivery. */
const withId = ({ provider }: Hook, body: string, id: string): string => {
  const { id: where } = PROVIDERS[provider];
  const [path] = where !== undefined && 'paths' in where ? where.paths : [];
  const { parts } = SAMPLES[provider];
  if (path === undefined) return body;
  if (parts !== undefined) {
    const [name = ''] = path;
    return body.replace(`name="${name}"\r\n\r\n${parts[name]}\r\n`, () => `name="${name}"\r\n\r\n${id}\r\n`);
  }
  if (provider === 'form') return `${body}&${new URLSearchParams({ [path.join('.')]: id })}`;
  const payload = JSON.parse(body) as Payload | Payload[];
  for (const one of [payload].flat()) putAt(one, path, id);
  return JSON.stringify(payload);
};

type Place = (payload: Payload, way: string, value: Given, field: Field) => boolean;

const typed = (value: Given, { type, many }: Field): unknown => {
  if (many === true) return [value].flat();
  if (typeof value !== 'string') return value[0];
  if (type === 'number' || type === 'money') return Number(value);
  return type === 'yes_no' ? /^(yes|true|on|1)$/i.test(value) : value;
};

const putAt = (into: Payload, path: readonly string[], value: unknown): void => {
  const [name = '', ...rest] = path;
  if (rest.length === 0) into[name] = value;
  else {
    if (typeof into[name] !== 'object' || into[name] === null) into[name] = {};
    putAt(into[name] as Payload, rest, value);
  }
};

/** `form_response.answers[field.ref='topic'].text` */
const typeform: Place = (payload, way, value, field) => {
  const [, ref, rest] = /^form_response\.answers\[field\.ref='([^']+)'\]\.([\w.]+)(\[\])?$/.exec(way) ?? [];
  if (ref === undefined || rest === undefined) return false;
  const form = payload.form_response as { answers: { field: { ref: string } }[] };
  const answer: Payload = { type: rest.split('.')[0], field: { id: ref, type: rest.split('.')[0], ref } };
  putAt(answer, rest.split('.'), typed(value, field));
  form.answers = [...form.answers.filter((one) => one.field.ref !== ref), answer as never];
  return true;
};

/** `data.fields[label='Client'].value`, and the look-up of an option's text by its id. */
const tally: Place = (payload, way, value, field) => {
  const [, label] = /^data\.fields\[label='([^']+)'\]\./.exec(way) ?? [];
  if (label === undefined) return false;
  const data = payload.data as { fields: { label: string }[] };
  const key = `question_${data.fields.length + 1}`;
  const chosen = [value].flat().map((text, index) => ({ id: `option_${index + 1}`, text }));
  const answer = way.includes('options[')
    ? { key, label, type: 'MULTIPLE_CHOICE', value: chosen.map(({ id }) => id), options: chosen }
    : { key, label, type: 'INPUT_TEXT', value: typed(value, field) };
  data.fields = [...data.fields.filter((one) => one.label !== label), answer];
  return true;
};

/** `payload.questions_and_answers[question='Topic'].answer` */
const calendly: Place = (payload, way, value) => {
  const [, question] = /^payload\.questions_and_answers\[question='([^']+)'\]\.answer$/.exec(way) ?? [];
  if (question === undefined) return false;
  const asked = payload.payload as { questions_and_answers: { question: string }[] };
  asked.questions_and_answers = [
    ...asked.questions_and_answers.filter((one) => one.question !== question),
    { question, answer: value } as never,
  ];
  return true;
};

/** `data.product.name`; in backticks, a name that is no word: ``answers.`First day` ``. */
const plainPath: Place = (payload, way, value, field) => {
  if (Array.isArray(payload) || !/^(`[^`]+`|[A-Za-z_]\w*)(\.(`[^`]+`|[A-Za-z_]\w*))*$/.test(way)) return false;
  const names = way.match(/`[^`]+`|\w+/g) ?? [];
  putAt(
    payload,
    names.map((name) => name.replaceAll('`', '')),
    typed(value, field),
  );
  return true;
};

const PLACES: readonly Place[] = [typeform, tally, calendly, plainPath];
