/** Alarms on EventBridge Scheduler and a queue: what is sent, and what each answer means. */
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  SchedulerServiceException,
  ServiceQuotaExceededException,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import {
  OverLimit,
  QueueDoesNotExist,
  RequestThrottled,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { schedulerAlarms } from '../functions/adapters/aws/scheduler-alarms.ts';
import { readAlarm } from '../functions/core/alarm-message.ts';
import type { AlarmCall } from '../functions/core/ports.ts';
import { expectSame, expectTryAgain, lasting, modelled, passing } from './support/aws-errors.ts';

const scheduler = mockClient(SchedulerClient);
const sqs = mockClient(SQSClient);
beforeEach(() => {
  scheduler.reset();
  sqs.reset();
  scheduler.onAnyCommand().resolves({});
  sqs.onAnyCommand().resolves({});
});

const now = '2027-01-04T16:00:00.000Z';
const alarms = schedulerAlarms({
  scheduler: new SchedulerClient({}),
  sqs: new SQSClient({}),
  clock: { now: () => now },
  group: 'runsheet-reminders',
  queue: {
    url: 'https://sqs.eu-central-1.amazonaws.com/123456789012/alarms',
    arn: 'arn:aws:sqs:eu-central-1:123456789012:alarms',
  },
  role_arn: 'arn:aws:iam::123456789012:role/alarms',
  dead_letters_arn: 'arn:aws:sqs:eu-central-1:123456789012:dead',
});
const call: AlarmCall = { kind: 'step', run: 'spring', step: 'publish', round: 1, generation: 2 };
const message = '{"contract":1,"call":{"kind":"step","run":"spring","step":"publish","round":1,"generation":2}}';
const set = (at: string, name = 'spring.publish.1') => alarms.set({ name, at, call });
const later = '2027-01-05T09:30:00.000Z';

const made = () =>
  [...scheduler.calls(), ...sqs.calls()].map(({ args: [command] }) => [command.constructor.name, command.input]);
const schedule = {
  Name: 'spring.publish.1',
  GroupName: 'runsheet-reminders',
  ScheduleExpression: 'at(2027-01-05T09:30:00)',
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  State: 'ENABLED',
  Target: {
    Arn: 'arn:aws:sqs:eu-central-1:123456789012:alarms',
    RoleArn: 'arn:aws:iam::123456789012:role/alarms',
    Input: message,
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-central-1:123456789012:dead' },
  },
};

describe('an alarm for later', () => {
  test('is a schedule that goes to the queue and is gone', async () => {
    await set(later);
    expect(made()).toEqual([['CreateScheduleCommand', schedule]]);
    expect(readAlarm(message)).toEqual(call);
  });

  test('never goes off before its time', async () => {
    await set('2027-01-05T09:30:00.001Z');
    expect(made()).toMatchObject([['CreateScheduleCommand', { ScheduleExpression: 'at(2027-01-05T09:30:01)' }]]);
  });

  test('takes the place of the one of its name', async () => {
    scheduler.on(CreateScheduleCommand).rejects(modelled(ConflictException));
    await set(later);
    expect(made()).toEqual([
      ['CreateScheduleCommand', schedule],
      ['UpdateScheduleCommand', schedule],
    ]);
  });

  test('is made anew where the one of its name goes off meanwhile', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(modelled(ConflictException)).resolves({});
    scheduler.on(UpdateScheduleCommand).rejects(modelled(ResourceNotFoundException));
    await set(later);
    expect(made().map(([name]) => name)).toEqual([
      'CreateScheduleCommand',
      'UpdateScheduleCommand',
      'CreateScheduleCommand',
    ]);
  });

  test('is to be set again where it changes all the time', async () => {
    const error = modelled(ConflictException);
    scheduler.on(CreateScheduleCommand).rejects(modelled(ConflictException));
    scheduler.on(UpdateScheduleCommand).rejects(error);
    await expectTryAgain(set(later), error);
    expect(made()).toHaveLength(6);
  });

  test.each([CreateScheduleCommand, UpdateScheduleCommand])('passes on what may pass: %s', async (command) => {
    for (const [, error] of passing(SchedulerServiceException)) {
      scheduler.on(CreateScheduleCommand).rejects(modelled(ConflictException));
      scheduler.on(command as never).rejects(error);
      await expectTryAgain(set(later), error);
    }
  });

  test.each([
    ...lasting(SchedulerServiceException),
    ['too many schedules', modelled(ServiceQuotaExceededException)],
    ['no group', modelled(ResourceNotFoundException)],
  ] as const)('throws as it is: %s', async (_, error) => {
    scheduler.on(CreateScheduleCommand).rejects(error);
    await expectSame(set(later), error);
  });
});

describe('an alarm for now', () => {
  test.each([
    ['long ago', '2026-01-01T00:00:00.000Z', 0],
    ['now', '2027-01-04T16:00:00.000Z', 0],
    ['in a moment', '2027-01-04T16:00:00.001Z', 1],
    ['in a minute', '2027-01-04T16:01:00.000Z', 60],
  ])('goes to the queue, and takes the place of the one of its name: %s', async (_, at, DelaySeconds) => {
    await set(at);
    expect(made()).toEqual([
      ['DeleteScheduleCommand', { Name: 'spring.publish.1', GroupName: 'runsheet-reminders' }],
      [
        'SendMessageCommand',
        {
          QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/alarms',
          MessageBody: message,
          DelaySeconds,
        },
      ],
    ]);
  });

  test('is one for later from the next second on', async () => {
    await set('2027-01-04T16:01:00.001Z');
    expect(made()).toMatchObject([['CreateScheduleCommand', { ScheduleExpression: 'at(2027-01-04T16:01:01)' }]]);
  });

  test('leaves the one of its name where it is, unless it is in the queue', async () => {
    sqs.on(SendMessageCommand).rejects(modelled(RequestThrottled));
    await expect(set(now)).rejects.toMatchObject({ name: 'TryAgain' });
    expect(scheduler.calls()).toEqual([]);
  });

  test.each([...passing(SQSServiceException), ['too much under way', modelled(OverLimit)]] as const)(
    'is to be set again: %s',
    async (_, error) => {
      sqs.on(SendMessageCommand).rejects(error);
      await expectTryAgain(set(now), error);
    },
  );

  test.each([...lasting(SQSServiceException), ['no queue', modelled(QueueDoesNotExist)]] as const)(
    'throws as it is: %s',
    async (_, error) => {
      sqs.on(SendMessageCommand).rejects(error);
      await expectSame(set(now), error);
    },
  );
});

describe('clearing', () => {
  test('takes the schedule away', async () => {
    await alarms.clear('spring.publish.1');
    expect(made()).toEqual([['DeleteScheduleCommand', { Name: 'spring.publish.1', GroupName: 'runsheet-reminders' }]]);
  });

  test('what is not there changes nothing', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(modelled(ResourceNotFoundException));
    await alarms.clear('spring.publish.1');
    await set(now);
  });

  test.each(passing(SchedulerServiceException))('is to be done again: %s', async (_, error) => {
    scheduler.on(DeleteScheduleCommand).rejects(error);
    await expectTryAgain(alarms.clear('spring.publish.1'), error);
  });

  test.each([...lasting(SchedulerServiceException), ['a conflict', modelled(ConflictException)]] as const)(
    'throws as it is: %s',
    async (_, error) => {
      scheduler.on(DeleteScheduleCommand).rejects(error);
      await expectSame(alarms.clear('spring.publish.1'), error);
    },
  );
});

test.each(['', 'a b', 'a/b', 'é', 'a'.repeat(65)])('a name that no alarm can have is refused: %j', async (name) => {
  await expect(set(later, name)).rejects.toBeInstanceOf(RangeError);
  await expect(alarms.clear(name)).rejects.toBeInstanceOf(RangeError);
  expect(made()).toEqual([]);
});

test.each(['tomorrow', '2027-01-05', '2027-01-05T09:30:00Z'])('what is no instant is refused: %s', async (at) => {
  await expect(set(at)).rejects.toBeInstanceOf(RangeError);
  expect(made()).toEqual([]);
});
