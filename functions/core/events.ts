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

/** How sure we are who it was (language.md, Assurance); `machine`: nobody, a rule did it. */
export const PROOFS = ['link', 'verified', 'sign-in', 'command', 'machine'] as const;
const act = { by: person.optional(), proof: z.enum(PROOFS), from: z.string().max(200).optional() };

const due = z.strictObject({ instant, wall: z.string(), zone: z.string() });
const values = z.record(z.string(), z.json());

export const eventSchemas = {
  'run-opened': z.object({
    workflow: z.string(),
    version: z.string(),
    title: z.string(),
    started: z.strictObject({
      how: z.enum(['form', 'hook', 'clock', 'command', 'run']),
      source: z.string().optional(),
      ...act,
    }),
    inputs: values,
    people: z.record(z.string(), person),
    outline: z.json(),
    plan: z.json(),
  }),
  'step-opened': z.object({
    ...opening,
    values: values.optional(),
    people: z.array(z.strictObject({ person, role: z.string(), counts: z.boolean() })),
    due: due.optional(),
    token: z.string().optional(),
  }),
  'token-replaced': z.object({ ...opening, token: z.string() }),
  'vote-cast': z.object({
    ...opening,
    ...act,
    role: z.string(),
    decision: z.enum(['approve', 'request_changes', 'reject']),
    comment: comment.optional(),
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
  }),
  'step-skipped': z.object({
    ...opening,
    ...act,
    why: z.enum(['condition', 'expiry', 'lead']),
    reason: comment.optional(),
  }),
  'each-opened': z.object({ ...opening, count: z.int().min(0) }),
  'gate-opened': z.object({ ...opening, steps: z.array(z.string()), token: z.string() }),
  'step-reassigned': z.object({ ...opening, ...act, role: z.string(), was: person, now: person, reason: comment }),
  'due-moved': z.object({ ...opening, ...act, due, reason: comment }),
  'reminder-sent': z.object({
    ...opening,
    kind: z.enum(['before', 'due', 'overdue', 'escalation']),
    generation: z.int().min(0),
    to: z.array(person),
  }),
  'run-finished': z.object({
    ...act,
    outcome: z.enum(['finished', 'rejected', 'cancelled', 'failed', 'expired']),
    reason: comment.optional(),
  }),
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventOf<T extends EventType> = z.output<(typeof eventSchemas)[T]> & {
  readonly type: T;
  readonly at: string;
};
export type RunEvent = { [T in EventType]: EventOf<T> }[EventType];
