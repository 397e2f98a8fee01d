/** Opens a step for the people who are asked, and keeps the token by which the machine is answered. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const openStepPayload = payloads.OpenStep;

export const openStep = (ports: Ports) => tasksOf(ports).OpenStep;

export const handler = taskLambda({ name: 'open-step', schema: openStepPayload, made: openStep });
