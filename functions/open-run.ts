/** Opens a run: with its whole outline and plan in its history, so that it keeps them for life. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const openRunPayload = payloads.OpenRun;

export const openRun = (ports: Ports) => tasksOf(ports).OpenRun;

export const handler = taskLambda({ name: 'open-run', schema: openRunPayload, made: openRun });
