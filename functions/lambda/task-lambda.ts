/** A function that a machine, a schedule or an event calls, as a Lambda: its stack upon its ports, made on the first call. */
import type { z } from 'zod';
import type { Ports } from '../core/ports.ts';
import { onFirstCall, portsHere } from './aws-ports.ts';
import { noteInvocation } from './lambda-log.ts';
import { type TaskHandler, type TaskStack, taskStack } from './task-stack.ts';

export type TaskLambda<Schema extends z.ZodType> = {
  /** For the log. */
  readonly name: string;
  readonly schema: Schema;
  readonly made: (ports: Ports) => TaskStack<Schema>['handle'];
};

export const taskLambda = <Schema extends z.ZodType>({ name, schema, made }: TaskLambda<Schema>): TaskHandler => {
  const stack = onFirstCall(() => {
    const ports = portsHere();
    return taskStack({ name, schema, handle: made(ports), log: ports.log });
  });
  return async (event, context) => {
    const handling = stack();
    noteInvocation(context);
    return handling(event, context);
  };
};
