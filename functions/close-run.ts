/** Ends a run as its machine has ended. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const closeRunPayload = payloads.CloseRun;

export const closeRun = (ports: Ports) => tasksOf(ports).CloseRun;

export const handler = taskLambda({ name: 'close-run', schema: closeRunPayload, made: closeRun });
