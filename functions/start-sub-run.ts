/** Starts the run of another workflow, and waits for it where the step says so. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const startSubRunPayload = payloads.StartSubRun;

export const startSubRun = (ports: Ports) => tasksOf(ports).StartSubRun;

export const handler = taskLambda({ name: 'start-sub-run', schema: startSubRunPayload, made: startSubRun });
