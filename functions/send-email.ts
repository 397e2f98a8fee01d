/** Sends what an `email` step says: it is done when the mails are owed. */
import { payloads } from '../statemachines/contract.ts';
import type { Ports } from './core/ports.ts';
import { tasksOf } from './core/tasks.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const sendEmailPayload = payloads.SendEmail;

export const sendEmail = (ports: Ports) => tasksOf(ports).SendEmail;

export const handler = taskLambda({ name: 'send-email', schema: sendEmailPayload, made: sendEmail });
