/** Asks another system, now and until it has answered. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const callSystemPayload = payloads.CallSystem;

export const callSystem = (ports: Ports) => tasksOf(ports).CallSystem;

export const handler = taskLambda({ name: 'call-system', schema: callSystemPayload, made: callSystem });
