/** Notes that a step was passed over, because its condition does not hold. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const skipStepPayload = payloads.SkipStep;

export const skipStep = (ports: Ports) => tasksOf(ports).SkipStep;

export const handler = taskLambda({ name: 'skip-step', schema: skipStepPayload, made: skipStep });
