/**
 * Everything that can happen in a run: the words of its history.
 *
 * Promises: an event says what happened, in the past tense, when, to which opening of which step, by whom and by what
 * proof; it is never changed and never taken back. What a run is, is the fold of its events (run.ts).
 * A step may be opened several times: `round` counts them, `item` says which item of an `each` (contract.ts).
 */
import { z } from 'zod';
import { DECISIONS } from '../../statemachines/contract.ts';

const instant = z.iso.datetime();
const person = z.string().min(1).max(40);
const comment = z.string().max(20_000);

const opening = { step: z.string(), round: z.int().min(1), item: z.string().optional() };
/** Which opening of which step. */
export type Opening = { readonly step: string; readonly round: number; readonly item?: string | undefined };
export const openingKey = ({ step, round, item }: Opening): string => `${step}#${item ?? ''}#${round}`;
/** Only what says which opening it is. */
export const openingOf = ({ step, round, item }: Opening): Opening => ({
  step,
  round,
  ...(item === undefined ? {} : { item }),
});

/** In place of a step: the run as a whole. No step can have this id. */
export const WHOLE_RUN = '.run';

/** How sure we are who it was (language.md, Assurance); `machine`: nobody, a rule did it. */
export const PROOFS = ['link', 'verified', 'sign-in', 'command', 'machine'] as const;
export type Proof = (typeof PROOFS)[number];
/** `from`: the address that it came from; `mail`: the mail whose link was used (L12). */
const act = {
  by: person.optional(),
  proof: z.enum(PROOFS),
  from: z.string().max(200).optional(),
  mail: z.string().max(200).optional(),
};

const due = z.strictObject({ instant, wall: z.string(), zone: z.string() });
const values = z.record(z.string(), z.json());
/** `covers`: for whom they stand in. `counts`: whether their vote does. */
const asked = z.strictObject({
  person,
  role: z.string(),
  counts: z.boolean(),
  covers: person.optional(),
});

export const eventSchemas = {
  /** Somebody, or something, wants a run. What it was asked with is all in here (W5). */
  'run-requested': z.object({
    workflow: z.string(),
    version: z.string(),
    inputs: values,
    /** Role to the person who was named for it. */
    people: z.record(z.string(), person),
    started: z.strictObject({
      how: z.enum(['form', 'hook', 'clock', 'command', 'run']),
      source: z.string().optional(),
      /** Only for a hook: false when its path secret alone vouched for it. */
      signed: z.boolean().optional(),
      ...act,
    }),
    /** The step that waits for it, or at least began it. */
    parent: z.strictObject({ run: z.string(), ...opening, waits: z.boolean() }).optional(),
    /** A hash of what it was asked with: the same again is the same run, something else a conflict (W4). */
    content: z.string(),
  }),
  'run-opened': z.object({
    title: z.string(),
    version: z.string(),
    /** Who is accountable for it from now on; none only where the team is empty. */
    lead: asked.optional(),
    /** Outline, plan and people, packed (kept.ts): the run keeps them for life. */
    kept: z.string(),
  }),
  'step-opened': z.object({
    ...opening,
    /** The items of the `each` around it, by name. */
    values: values.optional(),
    people: z.array(asked),
    due: due.optional(),
    /** When it ends by itself. */
    expires: instant.optional(),
    token: z.string().optional(),
  }),
  'token-replaced': z.object({ ...opening, token: z.string() }),
  'vote-cast': z.object({
    ...opening,
    ...act,
    role: z.string(),
    decision: z.enum(['approve', 'request_changes', 'reject']),
    comment: comment.optional(),
    fields: values.optional(),
    hours: z.number().min(0).optional(),
    /** A hash of what was judged (L8). */
    content: z.string().optional(),
  }),
  'changes-requested': z.object({
    ...opening,
    ...act,
    decision: z.enum(['request_changes', 'reject']),
    reopens: z.array(z.string()),
  }),
  'step-finished': z.object({
    ...opening,
    ...act,
    decision: z.enum(DECISIONS),
    fields: values,
    hours: z.number().min(0).optional(),
    comment: comment.optional(),
    /** What a `call` or `run` has given besides. */
    gave: values.optional(),
  }),
  'step-skipped': z.object({
    ...opening,
    ...act,
    why: z.enum(['condition', 'expiry', 'lead', 'owner']),
    reason: comment.optional(),
  }),
  'each-opened': z.object({ ...opening, count: z.int().min(0) }),
  'gate-opened': z.object({ ...opening, steps: z.array(z.string()), token: z.string() }),
  'step-reassigned': z.object({
    ...opening,
    ...act,
    role: z.string(),
    was: person,
    now: person,
    /** Where it had expired: whoever has it now gets as long again. */
    expires: instant.optional(),
    reason: comment,
  }),
  'due-moved': z.object({ ...opening, ...act, due, expires: instant.optional(), reason: comment }),
  /** From now on it is the lead's: the count cannot be reached, the rounds are used up, or it has expired. */
  'decision-referred': z.object({
    ...opening,
    why: z.enum(['stuck', 'rounds', 'expired', 'failed', 'nobody']),
    to: z.array(asked),
    reason: comment.optional(),
  }),
  /** `again`: when it is tried the next time. */
  'call-failed': z.object({ ...opening, attempt: z.int().min(1), reason: comment, again: instant.optional() }),
  'call-repeated': z.object({ ...opening, attempt: z.int().min(1) }),
  'reminder-sent': z.object({
    ...opening,
    kind: z.enum(['before', 'due', 'overdue', 'escalation']),
    generation: z.int().min(0),
    to: z.array(person),
  }),
  'mail-refused': z.object({ ...opening, person: z.string(), reason: comment }),
  'run-finished': z.object({
    ...act,
    outcome: z.enum(['finished', 'rejected', 'cancelled', 'failed', 'expired']),
    /** The step at which it ended otherwise than finished. */
    step: z.string().optional(),
    reason: comment.optional(),
  }),
  /** It goes on where its machine failed: what the end had closed is open again. */
  'run-resumed': z.object({ ...act, reason: comment }),
  /** Somebody was taken out of this history, and is called this from now on (operating/erasure.ts). */
  'person-erased': z.object({ ...act, as: person }),
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventOf<T extends EventType> = z.output<(typeof eventSchemas)[T]> & {
  readonly type: T;
  readonly at: string;
};
export type RunEvent = { [T in EventType]: EventOf<T> }[EventType];
export type Asked = EventOf<'step-opened'>['people'][number];
export type Act = { readonly by?: string; readonly proof: Proof; readonly from?: string; readonly mail?: string };
export const BY_MACHINE: Act = { proof: 'machine' };
