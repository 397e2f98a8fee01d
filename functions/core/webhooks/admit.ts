/**
 * What becomes of a delivery: the order of checks (W2), as one function without effects.
 *
 * Promises: size, path secret, content type, signature, timestamp, and only then is anything parsed; then id, inputs.
 * Whatever comes in, the result is a value with a status, never an exception and never a 5xx. Strangers learn nothing:
 * an unknown source, a wrong path secret and a wrong signature get one answer. Of one delivery always the same becomes.
 * Hides: the checks themselves.
 *
 * Between this and the 202 stand duplicate and store, which are a port's: `settle` (settle.ts) takes what it found.
 */
import type { Fields, Hook } from '../../../statemachines/language/workflow.ts';
import type { FarDate } from '../../../statemachines/plan/reach.ts';
import { type BodyKind, bodyKindOf } from './content-type.ts';
import type { Delivery } from './delivery.ts';
import { bodyHash, deliveryId, runName } from './delivery-id.ts';
import { examineForm, type FormRules, originFits } from './html-form.ts';
import { readInputs } from './map-payload.ts';
import { parseBody } from './parse-body.ts';
import { pathSecretFits } from './path-secret.ts';
import { LIMITS, type Payload, type Problem, problem } from './payload.ts';
import { PROVIDERS, type ProviderRow } from './providers.ts';
import { type RefusalReason, verifyDelivery } from './verify-delivery.ts';

/** All that is known of a source when a delivery for it comes in. */
export type Source = {
  readonly source: string;
  readonly hook: Hook;
  /** The inputs of the workflow that it starts. */
  readonly inputs: Fields;
  /** `retired`: its workflow is kept but can no longer be started. */
  readonly state: 'open' | 'retired';
  /** At most two live ones. */
  readonly pathSecretHashes: readonly string[];
  /** At most two live ones; undefined when the hook names no secret. */
  readonly secrets: readonly string[] | undefined;
  /** Needed for the provider `form`, and only there. */
  readonly form?: FormRules;
  /** Which dates no run can reach that starts now. Left out: all can be. */
  readonly farDates?: (inputs: Intake['inputs']) => readonly FarDate[];
};

/** What is stored of a delivery that was let in, and the only thing that a run is started from (W5). */
export type Intake = {
  readonly source: string;
  readonly workflow: string;
  readonly id: string;
  readonly bodyHash: string;
  /** The name of the run that it starts, or would have started. */
  readonly run: string;
  /** False: only the path secret vouches for it. */
  readonly signed: boolean;
  readonly payload?: Payload;
  /** Its payload bears the names of the inputs, whatever the source's map is: it comes from a form of ours. */
  readonly byName?: true;
  readonly inputs: { readonly [input: string]: unknown };
  /** What kept it from starting a run; kept and shown. */
  readonly problems: readonly Problem[];
};

export type Admission =
  | {
      readonly outcome: 'refused';
      readonly status: 401 | 410 | 413 | 415;
      /** For the log; holds nothing that was sent, and no secret. */
      readonly reason:
        | RefusalReason
        | 'unknown-source'
        | 'wrong-path-secret'
        | 'wrong-origin'
        | 'wrong-form-key'
        | 'no-form-rules'
        | 'retired'
        | 'too-large'
        | 'wrong-type';
      readonly header?: string;
    }
  /** A robot in a form: it sees what a person sees, and nothing is kept. */
  | {
      readonly outcome: 'caught';
      readonly status: 303;
      readonly location: string;
      readonly reason: 'honeypot' | 'no-stamp' | 'too-fast';
    }
  | { readonly outcome: 'misfit'; readonly status: 422; readonly intake: Intake }
  | { readonly outcome: 'admitted'; readonly status: 202; readonly intake: Intake }
  | { readonly outcome: 'admitted'; readonly status: 303; readonly location: string; readonly intake: Intake };

/**
 * @param known undefined: there is no such source.
 * @param pathSecret what stood in the address.
 * @param now milliseconds since 1970.
 */
export const admit = async (
  known: Source | undefined,
  pathSecret: string,
  delivery: Delivery,
  now: number,
): Promise<Admission> => {
  const gate = pass(known, pathSecret, delivery, now);
  if (gate.outcome === 'refused') return gate;
  return readAdmitted(gate, delivery, now);
};

type Passed = {
  readonly outcome: 'passed';
  readonly known: Source;
  readonly row: ProviderRow;
  readonly kind: BodyKind;
  readonly signed: boolean;
};
type Refused = Extract<Admission, { outcome: 'refused' }>;

const refused = (status: Refused['status'], reason: Refused['reason'], header?: string): Refused => ({
  outcome: 'refused',
  status,
  reason,
  ...(header === undefined ? {} : { header }),
});

/** All that is checked before anything is parsed. */
const pass = (known: Source | undefined, pathSecret: string, delivery: Delivery, now: number): Passed | Refused => {
  if (delivery.body.length > LIMITS.bytes) return refused(413, 'too-large');
  const fits = pathSecretFits(pathSecret, known?.pathSecretHashes ?? []);
  if (known === undefined) return refused(401, 'unknown-source');
  if (!fits) return refused(401, 'wrong-path-secret');
  if (known.state === 'retired') return refused(410, 'retired');

  const row = PROVIDERS[known.hook.provider];
  const kind = bodyKindOf(row, delivery);
  if (kind === undefined) return refused(415, 'wrong-type');

  const verification = verifyDelivery(row, delivery, known.secrets, now);
  if (verification.outcome === 'refused') return refused(401, verification.reason, verification.header);
  if (row.keyIn !== undefined) {
    if (known.form === undefined) return refused(401, 'no-form-rules');
    if (!originFits(known.form, delivery)) return refused(401, 'wrong-origin');
  }
  return { outcome: 'passed', known, row, kind, signed: verification.signed };
};

/** It is known who sent it: it may be read. */
const readAdmitted = async (
  { known, row, kind, signed }: Passed,
  delivery: Delivery,
  now: number,
): Promise<Admission> => {
  const read = parseBody(row, kind, delivery.body);
  const begin = (payload: Payload | undefined): Intake => {
    const { id } = deliveryId(known.source, row, delivery, payload);
    return {
      source: known.source,
      workflow: known.hook.workflow,
      id,
      bodyHash: bodyHash(row, delivery.body, payload),
      run: runName(known.source, id),
      signed,
      inputs: {},
      problems: [],
    };
  };
  const misfit = (intake: Intake): Admission => ({ outcome: 'misfit', status: 422, intake });

  if (row.keyIn === undefined) {
    if (read.problem !== undefined) return misfit({ ...begin(undefined), problems: [read.problem] });
    const intake = await readInto(begin(read.payload), known, read.payload);
    return intake.problems.length > 0 ? misfit(intake) : { outcome: 'admitted', status: 202, intake };
  }

  // A form that cannot be read has not shown its key either.
  if (read.problem !== undefined || known.form === undefined) return refused(401, 'wrong-form-key');
  const form = examineForm(known.source, known.form, known.secrets, read.payload, now);
  if (form.outcome === 'refused') return refused(401, form.reason);
  const { location } = form;
  if (form.outcome === 'robot') return { outcome: 'caught', status: 303, location, reason: form.reason };
  // Whoever mends a form sends it again with the same id, so one that did not fit goes by its content instead.
  if (form.outcome === 'expired') return misfit({ ...begin(undefined), problems: [EXPIRED] });
  const intake = await readInto(begin(read.payload), known, form.payload);
  if (intake.problems.length === 0) return { outcome: 'admitted', status: 303, location, intake };
  const { id, bodyHash: hash, run } = begin(undefined);
  return misfit({ ...intake, id, bodyHash: hash, run });
};

const readInto = async (intake: Intake, { hook, inputs, farDates }: Source, payload: Payload): Promise<Intake> => {
  const { values, problems } = await readInputs(hook.map, inputs, payload);
  const far = (farDates?.(values) ?? []).map(({ input, sentence }) => problem('misfit', sentence, input).problem);
  return { ...intake, payload, inputs: values, problems: [...problems, ...far] };
};

const EXPIRED: Problem = {
  code: 'form-expired',
  message: 'This form was open for too long; please load it again and fill it in anew.',
};
