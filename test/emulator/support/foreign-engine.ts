/**
 * Plays a rehearsed run again in a Step Functions engine that is not ours.
 *
 * No engine outside AWS runs our Lambdas on this machine, so it gets a copy in which each task puts what the function
 * would have been sent into a queue, and waits for its token. Whoever plays takes it from there, and gives the answer
 * that was rehearsed, when it was. What is copied as it stands: states, expressions, order, `Retry`, `Catch`.
 *
 * Promises: one thing at a time, so that nothing depends on who is faster; what is not as rehearsed is one sentence.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Exchange } from '../../support/compiler-host.ts';
import { ACCOUNT } from './emulator.ts';
import type { Rehearsal } from './rehearsal.ts';

export type ForeignEngine = { readonly sfn: SFNClient; readonly sqs: SQSClient };
export type ForeignRun = {
  /** What did not come, though it was rehearsed, and the other way round. */
  readonly differences: readonly string[];
  readonly entered: readonly string[];
  readonly end: Rehearsal['end'];
};
export type ForeignMachine = { readonly play: (rehearsal: Rehearsal) => Promise<ForeignRun> };

type Called = {
  readonly execution: string;
  readonly functionName: string;
  readonly payload: unknown;
  readonly token: string;
};
type Given = Extract<Exchange, { readonly kind: 'answered' | 'failed' }>;
type Open = { readonly token: string; readonly waits: boolean };

export const foreignMachine = async ({ sfn, sqs }: ForeignEngine, asl: unknown): Promise<ForeignMachine> => {
  const name = `conformance-${randomUUID()}`;
  const attributes = { VisibilityTimeout: '43200' };
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const definition = JSON.stringify(onQueue(asl, QueueUrl));
  const role = { roleArn: `arn:aws:iam::${ACCOUNT}:role/any` };
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name, definition, ...role }));
  const take = async (seconds: number): Promise<readonly Called[]> => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds });
    const { Messages = [] } = await sqs.send(command);
    return Messages.map(({ Body }) => JSON.parse(Body ?? '') as Called);
  };

  const play = async ({ input, exchanges }: Rehearsal): Promise<ForeignRun> => {
    const execution = randomUUID();
    const command = new StartExecutionCommand({ stateMachineArn, name: execution, input: JSON.stringify(input) });
    const { executionArn = '' } = await sfn.send(command);
    const waiting: Called[] = [];
    const open = new Map<number, Open>();
    const isOver = async (): Promise<boolean> => (await endOf(sfn, executionArn, 1)).status !== 'RUNNING';
    const more = async (seconds: number): Promise<void> => {
      waiting.push(...(await take(seconds)).filter((call) => call.execution === execution));
    };
    const differences: string[] = [];
    for (const exchange of exchanges) {
      if (exchange.kind === 'called') {
        const token = await tokenOf(exchange, waiting, more, isOver);
        if (token === undefined) {
          differences.push(`not called: ${inWords(exchange)}`);
          break;
        }
        open.set(exchange.call, { token, waits: exchange.waits });
      } else if (exchange.kind !== 'abandoned')
        await give(sfn, exchange, open.get(exchange.call) ?? { token: '', waits: true });
    }
    const end = await endOf(sfn, executionArn, differences.length > 0 ? 1 : 1_000);
    await more(0);
    for (const call of waiting) differences.push(`called besides: ${inWords(call)}`);
    return { differences, end, entered: await enteredIn(sfn, executionArn) };
  };
  return { play };
};

/** The machine with every task on the queue: what AWS gives of a Lambda, the player gives itself. */
const onQueue = (value: unknown, QueueUrl: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => onQueue(one, QueueUrl));
  if (typeof value !== 'object' || value === null) return value;
  const state = value as { readonly Type?: string; readonly Arguments?: { FunctionName: string; Payload: object } };
  if (state.Type !== 'Task' || state.Arguments === undefined)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, onQueue(one, QueueUrl)]));
  const { FunctionName, Payload } = state.Arguments;
  const { token: _, ...payload } = Payload as { readonly token?: string };
  return {
    ...state,
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: {
      QueueUrl,
      MessageBody: {
        execution: '{% $states.context.Execution.Name %}',
        functionName: FunctionName.slice(2, -1),
        payload,
        token: '{% $states.context.Task.Token %}',
      },
    },
  };
};

const give = async (sfn: SFNClient, exchange: Given, { token: taskToken, waits }: Open): Promise<void> => {
  if (exchange.kind === 'failed') {
    await insist(() => sfn.send(new SendTaskFailureCommand({ taskToken, error: exchange.error })));
    return;
  }
  // A plain call gives what Lambda wraps its answer in.
  const result = waits ? exchange.output : { ExecutedVersion: '$LATEST', Payload: exchange.output, StatusCode: 200 };
  await insist(() => sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(result) })));
};

/** moto answers with 500 while any other run is about to begin: it looks for the token in all of them. */
const insist = async (call: () => Promise<unknown>): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await call();
      return;
    } catch (problem) {
      const { statusCode = 0 } = (problem as { $response?: { statusCode?: number } }).$response ?? {};
      if (statusCode < 500 || tries === 100) throw problem;
      await setTimeout(200);
    }
  }
};

const tokenOf = async (
  { functionName, payload }: Extract<Exchange, { kind: 'called' }>,
  waiting: Called[],
  take: (seconds: number) => Promise<void>,
  isOver: () => Promise<boolean>,
): Promise<string | undefined> => {
  for (let tries = 0; tries < 60; tries += 1) {
    const at = waiting.findIndex((one) => one.functionName === functionName && isDeepStrictEqual(one.payload, payload));
    if (at >= 0) return waiting.splice(at, 1)[0]?.token;
    if (tries > 0 && (await isOver())) return undefined;
    await take(1);
  }
  return undefined;
};

/** Output is of what has succeeded. */
const endOf = async (sfn: SFNClient, executionArn: string, most: number): Promise<Rehearsal['end']> => {
  for (let tries = 0; tries < most; tries += 1) {
    if (tries > 0) await setTimeout(50);
    const { status = '', output, error } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING')
      return {
        status,
        ...(status === 'SUCCEEDED' ? { output: JSON.parse(output ?? 'null') as unknown } : {}),
        ...(error === undefined ? {} : { error }),
      };
  }
  return { status: 'RUNNING' };
};

const enteredIn = async (sfn: SFNClient, executionArn: string): Promise<readonly string[]> => {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, nextToken });
    const page = await sfn.send(command);
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
};

const inWords = ({ functionName, payload }: Pick<Called, 'functionName' | 'payload'>): string =>
  `${functionName} ${JSON.stringify(payload)}`;
