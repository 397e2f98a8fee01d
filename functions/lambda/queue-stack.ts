/**
 * The stack of the Lambda that a queue of alarms calls.
 *
 * Promises: each message is its own affair: those that failed are named, so that the queue gives them again, and after
 * some times puts them aside; the others are done. What is no alarm is put aside in the same way and not lost.
 * Needs `ReportBatchItemFailures` at the event source. Hides: events of SQS, middy.
 */
import middy from '@middy/core';
import { z } from 'zod';
import { readAlarm } from '../core/alarm-message.ts';
import { TryAgain } from '../core/history.ts';
import type { AlarmCall, Log } from '../core/ports.ts';
import { EARLY_MS, requestIdOf } from './invocation.ts';

export type QueueStack = {
  /** For the log. */
  readonly name: string;
  readonly fire: (call: AlarmCall) => Promise<void>;
  readonly log: Log;
};
export type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };
export type QueueHandler = (event: unknown, context?: unknown) => Promise<BatchAnswer>;

const queueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

export const queueStack = ({ name, fire, log }: QueueStack): QueueHandler => {
  const done = async (message: string, body: string, invocation: string | undefined): Promise<boolean> => {
    const fields = { name, invocation, message };
    try {
      const call = readAlarm(body);
      await fire(call);
      log.info('an alarm went off', { ...fields, kind: call.kind, ...(call.kind === 'step' ? stepOf(call) : {}) });
      return true;
    } catch (cause) {
      if (cause instanceof TryAgain) log.warn('an alarm is put off', fields);
      else log.error('an alarm failed', cause, fields);
      return false;
    }
  };

  const stack = middy({ timeoutEarlyInMillis: EARLY_MS })
    .use({
      onError: ({ context, error }) => log.error('a batch failed', error, { name, invocation: requestIdOf(context) }),
    })
    .handler((async (event: unknown, context: unknown): Promise<BatchAnswer> => {
      const { Records } = queueEvent.parse(event);
      const invocation = requestIdOf(context);
      const outcomes = await Promise.all(
        Records.map(async ({ messageId, body }) => ({ messageId, ok: await done(messageId, body, invocation) })),
      );
      const failed = outcomes.filter(({ ok }) => !ok);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }) as never);
  return (event, context = {}) => stack(event, context as never) as Promise<BatchAnswer>;
};

const stepOf = ({ run, step, round }: AlarmCall & { kind: 'step' }) => ({ run, step, round });
