/** Ends a run whose machine has failed, ran too long or was stopped. EventBridge calls it. */
import { z } from 'zod';
import { noteMachineEnd as note } from './core/machine-end.ts';
import type { Ports } from './core/ports.ts';
import { taskLambda } from './lambda/task-lambda.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export const machineEndEvent = z.object({
  detail: z.object({
    name: z.string(),
    status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export const noteMachineEnd =
  (ports: Ports) =>
  async ({ detail: { name, status, error, cause } }: z.output<typeof machineEndEvent>): Promise<void> =>
    note(ports, { run: name, status, ...(error == null ? {} : { error }), ...(cause == null ? {} : { cause }) });

export const handler = taskLambda({ name: 'note-machine-end', schema: machineEndEvent, made: noteMachineEnd });
