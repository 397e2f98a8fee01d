/**
 * What lies in the queues of dead letters on AWS.
 *
 * Promises what the port promises; of each letter only ids and names of errors are told. A letter that is done anew is
 * taken out of its queue only after it was handed over, so it may be done twice and is never lost.
 * Hides: that a queue shows its letters by lending them, that each service writes its own kind of letter:
 * - alarms lie as they were (from their queue, or from Scheduler, which could not reach it);
 * - functions, called without waiting, leave a record of the call (Lambda's destinations);
 * - Scheduler and EventBridge leave what was to be sent, with whom it was for in TARGET_ARN.
 */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { readAlarm } from '../../core/alarm-message.ts';
import type { Backstage, DeadLetter } from '../../core/operating/backstage.ts';
import { callsOf } from './aws-call.ts';

export type SqsDeadLetters = {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  /** Name to address. */
  readonly queues: { readonly [name: string]: string };
  /** The queue of alarms, to which alarms go back. */
  readonly alarms_url: string;
  /** What the ARNs of our functions begin with; no other is called. */
  readonly functions_prefix: string;
};

const orTryAgain = callsOf('SQS');
const invoking = callsOf('Lambda');
const LENT_SECONDS = 30;
/** Of one queue; who has more has another worry than seeing them all. */
const MOST = 200;

const undone = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  requestPayload: z.json(),
  responsePayload: z.looseObject({ errorType: z.string().optional() }).optional(),
});

type Letter = DeadLetter & { readonly url: string; readonly message: Message };
type Way = { readonly what: string } & (
  | { readonly alarm: string }
  | { readonly call: string; readonly payload: string }
);

export const sqsDeadLetters = (given: SqsDeadLetters): Backstage['deadLetters'] => {
  const { sqs, lambda, queues, alarms_url, functions_prefix } = given;

  const lettersIn = async (queue: string, url: string): Promise<readonly Letter[]> => {
    const found = new Map<string, Letter>();
    while (found.size < MOST) {
      const { Messages = [] } = await orTryAgain(
        sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: LENT_SECONDS,
            MessageSystemAttributeNames: ['SentTimestamp'],
            MessageAttributeNames: ['All'],
          }),
        ),
      );
      const before = found.size;
      for (const message of Messages) {
        const id = message.MessageId ?? '';
        const sent = Number(message.Attributes?.SentTimestamp ?? 0);
        const at = new Date(sent).toISOString();
        if (!found.has(id)) found.set(id, { id, queue, url, at, what: wayOf(message).what, message });
      }
      if (found.size === before) break;
    }
    return [...found.values()];
  };

  /** All of them, lent for a moment; given back but for those that are kept. */
  const lend = async (): Promise<readonly Letter[]> =>
    (await Promise.all(Object.entries(queues).map(([queue, url]) => lettersIn(queue, url)))).flat();
  const giveBack = async (letters: readonly Letter[]): Promise<void> => {
    for (const { url, message } of letters)
      await orTryAgain(
        sqs.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: url,
            ReceiptHandle: message.ReceiptHandle,
            VisibilityTimeout: 0,
          }),
        ),
      );
  };

  const doAnew = async ({ message, url }: Letter): Promise<void> => {
    const way = wayOf(message);
    if ('alarm' in way)
      await orTryAgain(sqs.send(new SendMessageCommand({ QueueUrl: alarms_url, MessageBody: way.alarm })));
    else {
      if (!way.call.startsWith(functions_prefix))
        throw new RangeError('a dead letter is for a function that is not ours');
      await invoking(
        lambda.send(new InvokeCommand({ FunctionName: way.call, InvocationType: 'Event', Payload: way.payload })),
      );
    }
    await orTryAgain(sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle })));
  };

  return {
    list: async () => {
      const letters = await lend();
      await giveBack(letters);
      return letters
        .map(({ id, queue, at, what }) => ({ id, queue, at, what }))
        .toSorted((one, other) => (one.at < other.at ? -1 : 1));
    },
    redrive: async (id) => {
      const letters = await lend();
      const found = letters.find((letter) => letter.id === id);
      await giveBack(letters.filter((letter) => letter !== found));
      if (found !== undefined) await doAnew(found);
      return found !== undefined;
    },
  };
};

/** What it is, and where it has to go to be done. */
const wayOf = ({ Body = '', MessageAttributes = {} }: Message): Way => {
  const error = MessageAttributes.ERROR_CODE?.StringValue;
  const failed = error === undefined ? '' : ` (${error})`;
  const target = MessageAttributes.TARGET_ARN?.StringValue;
  if (target?.includes(':function:'))
    return { call: target, payload: Body, what: `${nameOf(target)} could not be called${failed}` };
  const record = undone.safeParse(parsed(Body));
  if (record.success) {
    const { requestContext, requestPayload, responsePayload } = record.data;
    // With the version behind it, which may be gone.
    const call = requestContext.functionArn.split(':').slice(0, 7).join(':');
    const why = responsePayload?.errorType === undefined ? '' : ` (${responsePayload.errorType})`;
    return { call, payload: JSON.stringify(requestPayload), what: `${nameOf(call)} failed${why}` };
  }
  return { alarm: Body, what: `${alarmIn(Body)}${failed}` };
};

const nameOf = (arn: string): string => arn.split(':')[6] ?? arn;

const alarmIn = (body: string): string => {
  try {
    const call = readAlarm(body);
    if (call.kind === 'digest') return `digests for ${call.zone}`;
    return call.kind === 'step' ? `an alarm of ${call.step} in ${call.run}` : `gathered reminders for ${call.person}`;
  } catch {
    return 'something that is no alarm';
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
