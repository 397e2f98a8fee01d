/** Opens an `each` with the number of its items. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const openEachPayload = payloads.OpenEach;

export const openEach = (ports: Ports) => tasksOf(ports).OpenEach;

export const handler = taskLambda({ name: 'open-each', schema: openEachPayload, made: openEach });
