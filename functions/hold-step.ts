/** Holds a `wait` step until its instant. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const holdStepPayload = payloads.HoldStep;

export const holdStep = (ports: Ports) => tasksOf(ports).HoldStep;

export const handler = taskLambda({ name: 'hold-step', schema: holdStepPayload, made: holdStep });
