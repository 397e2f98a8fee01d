/**
 * The stack of every Lambda that a machine calls.
 *
 * Promises: a function sees only what fits its schema; what it throws reaches the machine as it is, for the machine
 * catches by the error's name; one that hangs is called again; a line in the log for each call, without what it was sent. Hides: middy.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { z } from 'zod';
import { ERRORS } from '../../statemachines/contract.ts';
import { TryAgain } from '../core/history.ts';
import type { Log, LogFields } from '../core/ports.ts';
import { EARLY_MS, requestIdOf } from './invocation.ts';

export type TaskStack<Schema extends z.ZodType> = {
  /** For the log. */
  readonly name: string;
  readonly schema: Schema;
  readonly handle: (payload: z.output<Schema>) => Promise<unknown>;
  readonly log: Log;
};
export type TaskHandler = (event: unknown, context?: unknown) => Promise<unknown>;

/** A machine sent what does not fit: it was made for other functions than these. */
export class BadPayload extends Error {
  override readonly name = 'BadPayload';
}

export const taskStack = <Schema extends z.ZodType>({ name, schema, handle, log }: TaskStack<Schema>): TaskHandler => {
  const stack = middy({ timeoutEarlyInMillis: EARLY_MS, timeoutEarlyResponse: () => outOfTime(name) })
    .use(lines(name, log))
    .use(reading(name, schema))
    // Nothing is an answer too; for middy `undefined` is none.
    .handler((async (payload: z.output<Schema>) => (await handle(payload)) ?? null) as never);
  return (event, context = {}) => stack(event, context as never);
};

/** Something hung: what was done so far is kept, and the machine calls again. */
const outOfTime = (name: string): never => {
  throw new TryAgain(`${name} has no time left`);
};

type Inner = { about?: LogFields; began?: number };
type Layer = MiddlewareObj<unknown, unknown, Error, object, Inner>;

const reading = (name: string, schema: z.ZodType): Layer => ({
  before: (invocation) => {
    const parsed = schema.safeParse(invocation.event);
    if (!parsed.success) {
      // Where and what, but never the values: there is a token among them.
      const faults = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'the payload'} (${code})`);
      throw new BadPayload(`${name} was sent what it does not take: ${faults.join(', ')}`);
    }
    invocation.event = parsed.data;
    invocation.internal.about = aboutOf(parsed.data);
  },
});

/** Names of errors that are part of how a machine goes. */
const EXPECTED: ReadonlySet<string> = new Set(Object.values(ERRORS));

const lines = (name: string, log: Log): Layer => {
  const fieldsOf = (context: unknown, { about, began = performance.now() }: Inner): LogFields => ({
    name,
    invocation: requestIdOf(context),
    ...about,
    ms: Math.round(performance.now() - began),
  });
  return {
    before: ({ internal }) => {
      internal.began = performance.now();
    },
    after: ({ context, internal }) => log.info('done', fieldsOf(context, internal)),
    // Says nothing, so that the error goes on to the machine.
    onError: ({ context, error, internal }) => {
      const fields = fieldsOf(context, internal);
      if (error instanceof Error && EXPECTED.has(error.name)) log.warn('refused', { ...fields, error: error.name });
      else log.error('a task failed', error, fields);
    },
  };
};

/** Which run and step it was: ids, which may stand in a log. */
const aboutOf = (payload: unknown): LogFields => {
  const { run, step, round, item } = (payload ?? {}) as { readonly [name: string]: unknown };
  return {
    ...(typeof run === 'string' ? { run } : {}),
    ...(typeof step === 'string' ? { step } : {}),
    ...(typeof round === 'number' ? { round } : {}),
    ...(typeof item === 'string' ? { item } : {}),
  };
};
