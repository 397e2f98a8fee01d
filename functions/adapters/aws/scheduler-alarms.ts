/**
 * The port `Alarms` on EventBridge Scheduler: one schedule an alarm, which goes to a queue and is gone.
 *
 * Promises what the port promises. What is due in the past or within a minute goes to the queue at once, since Scheduler
 * is right to the minute only, and not taken back from there: as with every alarm that comes twice or late, the core
 * sees that it is of yesterday. Hides: expressions, the SDK's errors, that a schedule may be made or go off in between.
 */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  InternalServerException,
  ResourceNotFoundException,
  type SchedulerClient,
  ThrottlingException,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { KmsThrottled, OverLimit, RequestThrottled, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { writeAlarm } from '../../core/alarm-message.ts';
import { checkInstant, TryAgain } from '../../core/history.ts';
import type { Alarm, Alarms, Clock } from '../../core/ports.ts';
import { callsOf, type ErrorClass } from './aws-call.ts';

export type SchedulerAlarms = {
  readonly scheduler: SchedulerClient;
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly group: string;
  readonly queue: { readonly url: string; readonly arn: string };
  /** By which Scheduler may send to the queue. */
  readonly role_arn: string;
  /** Where Scheduler puts what it could not send for a day. */
  readonly dead_letters_arn: string;
};

const scheduling = callsOf('EventBridge Scheduler', [InternalServerException, ThrottlingException]);
const queueing = callsOf('SQS', [RequestThrottled, OverLimit, KmsThrottled]);

const SOON_MS = 60_000;
const MOST_TURNS = 3;
const RETRIES = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

export const schedulerAlarms = (given: SchedulerAlarms): Alarms => {
  const { scheduler, sqs, clock, group, queue, role_arn, dead_letters_arn } = given;

  const scheduleOf = ({ name, at, call }: Alarm): CreateScheduleCommandInput => ({
    Name: name,
    GroupName: group,
    ScheduleExpression: `at(${wholeSecond(at)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    State: 'ENABLED',
    Target: {
      Arn: queue.arn,
      RoleArn: role_arn,
      Input: writeAlarm(call),
      RetryPolicy: RETRIES,
      DeadLetterConfig: { Arn: dead_letters_arn },
    },
  });

  /** Makes it, or changes the one that is there, which may go off and be gone meanwhile. */
  const schedule = async (alarm: Alarm): Promise<void> => {
    const input = scheduleOf(alarm);
    let why: Error | undefined;
    for (let turn = 1; turn <= MOST_TURNS; turn += 1) {
      why = await unless([ConflictException], scheduling(scheduler.send(new CreateScheduleCommand(input))));
      if (why === undefined) return;
      const updating = scheduling(scheduler.send(new UpdateScheduleCommand(input)));
      why = await unless([ResourceNotFoundException, ConflictException], updating);
      if (why === undefined) return;
    }
    throw new TryAgain('a schedule changes faster than it can be set', { cause: why });
  };

  const remove = async (name: string): Promise<void> => {
    const command = new DeleteScheduleCommand({ Name: name, GroupName: group });
    await unless([ResourceNotFoundException], scheduling(scheduler.send(command)));
  };

  return {
    set: async (alarm) => {
      checkName(alarm.name);
      checkInstant(alarm.at);
      const wait = Date.parse(alarm.at) - Date.parse(clock.now());
      if (wait > SOON_MS) return schedule(alarm);
      const delay = Math.max(0, Math.ceil(wait / 1_000));
      const message = { QueueUrl: queue.url, MessageBody: writeAlarm(alarm.call), DelaySeconds: delay };
      await queueing(sqs.send(new SendMessageCommand(message)));
      // Another one of its name has had its place taken.
      await remove(alarm.name);
    },
    clear: async (name) => {
      checkName(name);
      await remove(name);
    },
  };
};

/** Undefined: it went through. Otherwise the error, of one of these classes; another is thrown. */
const unless = async (types: readonly ErrorClass[], call: Promise<unknown>): Promise<Error | undefined> => {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof Error && types.some((type) => error instanceof type)) return error;
    throw error;
  }
};

/** Never before its time: Scheduler counts whole seconds, and takes no sign for UTC. */
const wholeSecond = (at: string): string =>
  new Date(Math.ceil(Date.parse(at) / 1_000) * 1_000).toISOString().slice(0, 19);

const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name))
    throw new RangeError('the name of an alarm has 1 to 64 of A-Z a-z 0-9 - _ .');
};
