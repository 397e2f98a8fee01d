/** Keeps a branch waiting until steps of other branches have finished. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const awaitStepsPayload = payloads.AwaitSteps;

export const awaitSteps = (ports: Ports) => tasksOf(ports).AwaitSteps;

export const handler = taskLambda({ name: 'await-steps', schema: awaitStepsPayload, made: awaitSteps });
