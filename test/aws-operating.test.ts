/** What lies behind the ports on AWS, and how the commands reach it: the calls that are made, and what becomes of answers. */

import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException as NoSchedule,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsBackstage } from '../functions/adapters/aws/aws-backstage.ts';
import { dynamoHistory } from '../functions/adapters/aws/dynamo-history.ts';
import { dynamoRecords } from '../functions/adapters/aws/dynamo-records.ts';
import { createRecordsTable } from '../functions/adapters/aws/dynamo-records-create.ts';
import { dynamoWhole } from '../functions/adapters/aws/dynamo-whole.ts';
import { parameterRotation } from '../functions/adapters/aws/parameter-secrets.ts';
import { sqsDeadLetters } from '../functions/adapters/aws/sqs-dead-letters.ts';
import { writeAlarm } from '../functions/core/alarm-message.ts';
import { placeBy } from '../infra/cli/place.ts';
import { stageOnAws } from '../infra/cli/stage-on-aws.ts';
import { startDynalite } from './support/dynalite.ts';

const region = 'eu-central-1';
const [sqs, lambda, sfn, scheduler, ssm, sts] = [
  mockClient(SQSClient),
  mockClient(LambdaClient),
  mockClient(SFNClient),
  mockClient(SchedulerClient),
  mockClient(SSMClient),
  mockClient(STSClient),
];
beforeEach(() => {
  for (const client of [sqs, lambda, sfn, scheduler, ssm, sts]) client.reset();
  process.env.AWS_REGION = region;
});
const of = (fields: object) => ({ message: '', $metadata: {}, ...fields }) as never;

describe('dead letters', () => {
  const PREFIX = 'arn:aws:lambda:eu-central-1:123456789012:function:runsheet-test-';
  const letters = sqsDeadLetters({
    sqs: new SQSClient({ region }),
    lambda: new LambdaClient({ region }),
    queues: { AlarmsUndone: 'https://sqs/alarms', FunctionsUndone: 'https://sqs/functions' },
    alarms_url: 'https://sqs/due',
    functions_prefix: PREFIX,
  });
  const alarm = writeAlarm({ kind: 'step', run: 'spring', step: 'draft', round: 1, generation: 2 });
  const message = (id: string, Body: string, more: object = {}) => ({
    MessageId: id,
    ReceiptHandle: `handle-${id}`,
    Body,
    Attributes: { SentTimestamp: '1799078400000' },
    ...more,
  });
  const undone = JSON.stringify({
    requestContext: { functionArn: `${PREFIX}note-mail-event:$LATEST`, condition: 'RetriesExhausted' },
    requestPayload: { detail: { to: 'ann@example.com' } },
    responsePayload: { errorType: 'TryAgain', errorMessage: 'ann@example.com' },
  });
  const event = { detail: { status: 'FAILED' } };
  const undelivered = message('three', JSON.stringify(event), {
    MessageAttributes: {
      TARGET_ARN: { DataType: 'String', StringValue: `${PREFIX}note-machine-end` },
      ERROR_CODE: { DataType: 'String', StringValue: 'SDK_CLIENT_ERROR' },
    },
  });
  beforeEach(() => {
    const lies = (url: string, ...messages: object[]) =>
      sqs
        .on(ReceiveMessageCommand, { QueueUrl: url })
        .resolvesOnce({ Messages: messages as never })
        .resolves({});
    lies('https://sqs/alarms', message('one', alarm));
    lies('https://sqs/functions', message('two', undone), undelivered);
  });

  it('are told by ids and names of errors alone, and are given back', async () => {
    expect(await letters.list()).toEqual([
      { id: 'one', queue: 'AlarmsUndone', at: '2027-01-04T16:00:00.000Z', what: 'an alarm of draft in spring' },
      {
        id: 'two',
        queue: 'FunctionsUndone',
        at: '2027-01-04T16:00:00.000Z',
        what: 'runsheet-test-note-mail-event failed (TryAgain)',
      },
      {
        id: 'three',
        queue: 'FunctionsUndone',
        at: '2027-01-04T16:00:00.000Z',
        what: 'runsheet-test-note-machine-end could not be called (SDK_CLIENT_ERROR)',
      },
    ]);
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input.VisibilityTimeout)).toEqual(
      [0, 0, 0],
    );
    expect(sqs.commandCalls(DeleteMessageCommand)).toEqual([]);
  });

  it('that are alarms go back to the queue of alarms, and only then out of theirs', async () => {
    expect(await letters.redrive('one')).toBe(true);
    expect(sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
      { QueueUrl: 'https://sqs/due', MessageBody: alarm },
    ]);
    expect(sqs.commandCalls(DeleteMessageCommand)[0]?.args[0].input.ReceiptHandle).toBe('handle-one');
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)).toHaveLength(2);
    expect(await letters.redrive('four')).toBe(false);
  });

  it.each([
    ['two', 'note-mail-event', { detail: { to: 'ann@example.com' } }],
    ['three', 'note-machine-end', event],
  ])('that are calls are made anew: %s', async (id, name, payload) => {
    expect(await letters.redrive(id)).toBe(true);
    const [call] = lambda.commandCalls(InvokeCommand);
    expect(call?.args[0].input).toMatchObject({ FunctionName: `${PREFIX}${name}`, InvocationType: 'Event' });
    expect(JSON.parse(String(call?.args[0].input.Payload))).toEqual(payload);
    expect(sqs.commandCalls(DeleteMessageCommand)).toHaveLength(1);
  });

  it('stay where they are when they cannot be handed over, or are for a function that is not ours', async () => {
    lambda.on(InvokeCommand).rejects(new Error('no'));
    await expect(letters.redrive('two')).rejects.toThrow('no');
    const strange = JSON.stringify({
      requestContext: { functionArn: 'arn:aws:lambda:eu-central-1:9:function:other' },
      requestPayload: {},
    });
    sqs.reset();
    sqs.on(ReceiveMessageCommand).resolves({});
    sqs
      .on(ReceiveMessageCommand, { QueueUrl: 'https://sqs/alarms' })
      .resolvesOnce({ Messages: [message('five', strange)] })
      .resolves({});
    await expect(letters.redrive('five')).rejects.toThrow(RangeError);
    expect(sqs.commandCalls(DeleteMessageCommand)).toEqual([]);
  });
});

describe('behind the ports', () => {
  const backstage = awsBackstage({
    sfn: new SFNClient({ region }),
    scheduler: new SchedulerClient({ region }),
    aliases: new Map([
      ['blog-post', 'arn:aws:states:eu-central-1:123456789012:stateMachine:runsheet-test-blog-post:live'],
    ]),
    alarm_group: 'alarms',
    deadLetters: {} as never,
    secrets: {} as never,
    whole: {} as never,
  });
  const executionArn = 'arn:aws:states:eu-central-1:123456789012:execution:runsheet-test-blog-post:spring';

  it.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timed out'],
    ['ABORTED', 'stopped'],
  ] as const)('an execution that is %s is %s', async (status, state) => {
    sfn.on(DescribeExecutionCommand, { executionArn }).resolves({ status });
    expect(await backstage.machines.state('blog-post', 'spring')).toBe(state);
  });

  it('an execution is gone, or of a workflow that is not known', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(of({})));
    expect(await backstage.machines.state('blog-post', 'spring')).toBe('none');
    expect(await backstage.machines.state('other', 'spring')).toBe('none');
  });

  it('a machine that has failed can go on, unless Step Functions says that it cannot', async () => {
    sfn
      .on(DescribeExecutionCommand, { executionArn })
      .resolvesOnce({ status: 'FAILED', redriveStatus: 'REDRIVABLE' })
      .resolvesOnce({ status: 'FAILED', redriveStatus: 'NOT_REDRIVABLE' })
      .rejects(new ExecutionDoesNotExist(of({})));
    expect(await backstage.machines.canGoOn('blog-post', 'spring')).toBe(true);
    expect(await backstage.machines.canGoOn('blog-post', 'spring')).toEqual({
      cannot: 'it failed more than 14 days ago, or has grown too long',
    });
    expect(await backstage.machines.canGoOn('blog-post', 'spring')).toEqual({ cannot: 'it is gone' });
    expect(await backstage.machines.canGoOn('other', 'spring')).toEqual({
      cannot: 'its workflow is not known here any more',
    });
  });

  it('a machine is redriven, or it is said why not', async () => {
    sfn
      .on(RedriveExecutionCommand, { executionArn })
      .resolvesOnce({})
      .rejects(new ExecutionNotRedrivable(of({})));
    expect(await backstage.machines.redrive('blog-post', 'spring')).toBe('redriven');
    expect(await backstage.machines.redrive('blog-post', 'spring')).toEqual({
      cannot: expect.stringContaining('14 days'),
    });
    expect(await backstage.machines.redrive('other', 'spring')).toMatchObject({ cannot: expect.any(String) });
  });

  it('alarms are read page by page; what has gone off meanwhile, or is none, is left out', async () => {
    const call = { kind: 'gathered', person: 'ann' } as const;
    scheduler
      .on(ListSchedulesCommand)
      .resolvesOnce({ Schedules: [{ Name: 'a' }, { Name: 'gone' }], NextToken: 'more' })
      .resolves({ Schedules: [{ Name: 'strange' }] });
    scheduler.on(GetScheduleCommand, { Name: 'gone' }).rejects(new NoSchedule(of({ Message: '' })));
    scheduler.on(GetScheduleCommand, { Name: 'strange' }).resolves({ Target: { Arn: '', RoleArn: '', Input: '{}' } });
    scheduler.on(GetScheduleCommand, { Name: 'a' }).resolves({
      ScheduleExpression: 'at(2027-03-01T08:00:00)',
      Target: { Arn: '', RoleArn: '', Input: writeAlarm(call) },
    });
    expect(await backstage.alarms()).toEqual([{ name: 'a', at: '2027-03-01T08:00:00.000Z', call }]);
  });

  it('a machine that waits without an end, or is not there, is a finding', async () => {
    const wait = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };
    const definition = JSON.stringify({
      States: { a: { ...wait, TimeoutSeconds: 5 }, b: { Branches: [{ States: { c: wait } }] } },
    });
    sfn
      .on(DescribeStateMachineCommand)
      .resolvesOnce({ definition })
      .rejects(new StateMachineDoesNotExist(of({})));
    expect(await backstage.findings()).toMatchObject([
      { code: 'endless-wait', what: expect.stringMatching(/at c\.$/) },
    ]);
    expect(await backstage.findings()).toMatchObject([{ code: 'no-machine' }]);
  });
});

describe('a secret', () => {
  const rotation = parameterRotation({
    client: new SSMClient({ region }),
    path: '/runsheet/prod/',
    chance: { bytes: (count) => new Uint8Array(count).fill(7) },
  });
  const MADE = Buffer.alloc(32, 7).toString('base64url');
  const written = () => JSON.parse(String(ssm.commandCalls(PutParameterCommand)[0]?.args[0].input.Value));

  it.each([
    ['["new", "old"]', false, [MADE, 'new']],
    ['plain', false, [MADE, 'plain']],
    ['["new", "old"]', true, [MADE]],
  ])('%s is put behind a new one (alone: %s)', async (before, alone, after) => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: before } });
    expect(await rotation.rotate('hook-path-brief', { alone })).toBe(after.length);
    expect(written()).toEqual(after);
    expect(ssm.commandCalls(PutParameterCommand)[0]?.args[0].input).toMatchObject({
      Name: '/runsheet/prod/hook-path-brief',
      Type: 'SecureString',
      Overwrite: true,
    });
  });

  it('of another system is put there as it is given, also for the first time', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound(of({})));
    expect(await rotation.rotate('typeform', { value: 'shown by them', alone: false })).toBe(1);
    expect(written()).toEqual(['shown by them']);
    expect([rotation.isOurs('typeform'), rotation.isOurs('forms')]).toEqual([false, true]);
  });
});

describe('a stage', () => {
  const place = (stage = 'dev') =>
    placeBy(`the stage ${stage}`, stageOnAws(stage, new LambdaClient({ region }), new STSClient({ region })));
  const replies = (reply: object, more: object = {}) =>
    lambda
      .on(InvokeCommand)
      .resolves({ Payload: Buffer.from(JSON.stringify(reply)), $metadata: { requestId: 'r1' }, ...more } as never);
  beforeEach(() => void sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::1:user/ops' }));

  it('is asked by its function, and told whose credentials they are', async () => {
    replies({ answer: [] });
    expect(await place().ask('list-runs', {})).toEqual([]);
    const [call] = lambda.commandCalls(InvokeCommand);
    expect(call?.args[0].input.FunctionName).toBe('runsheet-dev-operate');
    expect(JSON.parse(String(call?.args[0].input.Payload))).toEqual({
      operation: 'list-runs',
      asked: {},
      from: 'arn:aws:iam::1:user/ops',
    });
  });

  it.each([
    [{ refused: { kind: 'unknown', why: 'There is no run x.' } }, 2],
    [{ refused: { kind: 'wrong', why: 'Say why.' } }, 2],
    [{ refused: { kind: 'conflict', why: 'It has ended.' } }, 1],
  ])('refuses as a sandbox does: %j', async (reply, status) => {
    replies(reply);
    await expect(place().ask('list-runs', {})).rejects.toMatchObject({ status, message: reply.refused.why });
  });

  it('that is not there, fails, or may not be called is said in words', async () => {
    lambda.on(InvokeCommand).rejects(new ResourceNotFoundException(of({})));
    await expect(place().ask('list-runs', {})).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining('There is no stage dev in eu-central-1'),
    });
    replies({ errorMessage: 'x' }, { FunctionError: 'Unhandled' });
    await expect(place().ask('list-runs', {})).rejects.toMatchObject({
      status: 1,
      message: expect.stringMatching(/failed \(request r1\); its log says why/),
    });
    lambda.on(InvokeCommand).rejects(Object.assign(new Error('not you'), { name: 'AccessDeniedException' }));
    await expect(place().ask('list-runs', {})).rejects.toMatchObject({
      status: 1,
      message: 'These credentials may not do that: not you',
    });
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error(''), { name: 'CredentialsProviderError' }));
    await expect(place().ask('list-runs', {})).rejects.toMatchObject({
      status: 1,
      message: expect.stringContaining('no credentials'),
    });
    expect(() => place('My-Stage')).toThrow('is no stage');
  });
});

const listOf = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('both tables, whole', () => {
  it('give every run and record, and an event is written over only as it was read', async () => {
    const database = await startDynalite();
    try {
      const client = database.connect();
      const table = await database.createTable();
      await createRecordsTable({ client, table: 'records' });
      const history = dynamoHistory({ client, table });
      const records = dynamoRecords({ client, table: 'records', clock: { now: () => '2027-01-04T16:00:00.000Z' } });
      const whole = dynamoWhole({ client, history: table, records: 'records' });
      const event = { type: 'step-finished', at: '2027-01-04T16:00:00.000Z', by: 'ann' };
      for (const run of ['autumn', 'spring']) {
        await history.append({ run, number: 1, event });
        await history.append({ run, number: 2, event }, [{ id: 'mail', kind: 'mail' }]);
      }
      await records.write('link', 'key#with a sign', { person: 'ann' }, { expires: '2027-01-01T00:00:00.000Z' });
      await records.write('card', 'spring', { run: 'spring' }, { group: 'runs:open' });

      expect((await listOf(whole.runs())).toSorted()).toEqual(['autumn', 'spring']);
      const all = (await listOf(whole.records())).toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
      expect(all).toEqual([
        { kind: 'card', key: 'spring', value: { run: 'spring' } },
        { kind: 'link', key: 'key#with a sign', value: { person: 'ann' } },
      ]);
      const without = { ...event, by: 'erased-1' };
      expect(await whole.replace('spring', 2, without, event)).toBe(false);
      expect(await whole.replace('spring', 2, event, without)).toBe(true);
      expect(await whole.replace('spring', 2, event, without)).toBe(false);
      expect(await whole.replace('spring', 3, event, without)).toBe(false);
      expect(await history.read('spring')).toEqual([
        { run: 'spring', number: 1, event },
        { run: 'spring', number: 2, event: without },
      ]);
      // What it owes is owed as before.
      expect(await history.owedBefore('2027-02-01T00:00:00.000Z', 10)).toHaveLength(2);
    } finally {
      await database.stop();
    }
  });
});
