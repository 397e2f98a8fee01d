/**
 * What lies behind the ports on AWS, for those who operate it.
 *
 * Promises what the port promises. Hides: ARNs, pages of schedules, the SDK's errors.
 */
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  ExecutionRedriveStatus,
  RedriveExecutionCommand,
  type SFNClient,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { NoAlarm, readAlarm } from '../../core/alarm-message.ts';
import type { Backstage, Finding, MachineState, SetAlarm } from '../../core/operating/backstage.ts';
import { callsOf } from './aws-call.ts';
import { executionOf } from './sfn-machines.ts';

export type AwsBackstage = Pick<Backstage, 'deadLetters' | 'secrets' | 'whole'> & {
  readonly sfn: SFNClient;
  readonly scheduler: SchedulerClient;
  /** By workflow: `arn:…:stateMachine:NAME:ALIAS`. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly alarm_group: string;
};

const stepping = callsOf('Step Functions');
const scheduling = callsOf('EventBridge Scheduler');
/** Scheduler gives fifty a second without being asked to wait. */
const AT_ONCE = 10;

export const awsBackstage = (given: AwsBackstage): Backstage => {
  const { sfn, scheduler, aliases, alarm_group, deadLetters, secrets, whole } = given;
  const executionArn = (workflow: string, run: string): string | undefined => {
    const alias = aliases.get(workflow);
    return alias === undefined ? undefined : executionOf(alias, run);
  };

  const alarmNamed = async (name: string): Promise<SetAlarm | undefined> => {
    try {
      const { ScheduleExpression = '', Target } = await scheduling(
        scheduler.send(new GetScheduleCommand({ Name: name, GroupName: alarm_group })),
      );
      const at = /^at\((.+)\)$/.exec(ScheduleExpression)?.[1];
      return { name, at: `${at ?? '1970-01-01T00:00:00'}.000Z`, call: readAlarm(Target?.Input ?? '') };
    } catch (error) {
      // It has gone off meanwhile, or it is of another version than we are.
      if (error instanceof ResourceNotFoundException || error instanceof NoAlarm) return undefined;
      throw error;
    }
  };

  return {
    deadLetters,
    secrets,
    whole,
    machines: {
      state: async (workflow, run) => {
        const arn = executionArn(workflow, run);
        if (arn === undefined) return 'none';
        try {
          const { status } = await stepping(sfn.send(new DescribeExecutionCommand({ executionArn: arn })));
          return STATES[status ?? ''] ?? 'none';
        } catch (error) {
          if (error instanceof ExecutionDoesNotExist) return 'none';
          throw error;
        }
      },
      canGoOn: async (workflow, run) => {
        const arn = executionArn(workflow, run);
        if (arn === undefined) return UNKNOWN;
        try {
          const { redriveStatus } = await stepping(sfn.send(new DescribeExecutionCommand({ executionArn: arn })));
          return redriveStatus === ExecutionRedriveStatus.NOT_REDRIVABLE ? TOO_LATE : true;
        } catch (error) {
          if (error instanceof ExecutionDoesNotExist) return GONE;
          throw error;
        }
      },
      redrive: async (workflow, run) => {
        const arn = executionArn(workflow, run);
        if (arn === undefined) return UNKNOWN;
        try {
          await stepping(sfn.send(new RedriveExecutionCommand({ executionArn: arn })));
          return 'redriven';
        } catch (error) {
          if (error instanceof ExecutionDoesNotExist) return GONE;
          if (error instanceof ExecutionNotRedrivable) return TOO_LATE;
          throw error;
        }
      },
    },
    alarms: async () => {
      const found: SetAlarm[] = [];
      let next: string | undefined;
      do {
        const { Schedules = [], NextToken } = await scheduling(
          scheduler.send(new ListSchedulesCommand({ GroupName: alarm_group, NextToken: next })),
        );
        for (let start = 0; start < Schedules.length; start += AT_ONCE) {
          const some = Schedules.slice(start, start + AT_ONCE).map(({ Name }) => alarmNamed(Name ?? ''));
          found.push(...(await Promise.all(some)).filter((alarm) => alarm !== undefined));
        }
        next = NextToken;
      } while (next !== undefined);
      return found;
    },
    findings: async () => {
      const found: Finding[] = [];
      for (const [workflow, alias] of aliases) {
        const stateMachineArn = alias.split(':').slice(0, 7).join(':');
        try {
          const { definition = '{}' } = await stepping(sfn.send(new DescribeStateMachineCommand({ stateMachineArn })));
          found.push(...endlessWaits(workflow, JSON.parse(definition)));
        } catch (error) {
          if (!(error instanceof StateMachineDoesNotExist)) throw error;
          found.push({
            severity: 'error',
            code: 'no-machine',
            what: `${workflow} is in the library that is deployed, but has no machine.`,
            remedy: 'Deploy again; if that says that nothing has changed, somebody has deleted it by hand.',
          });
        }
      }
      return found;
    },
  };
};

const UNKNOWN = { cannot: 'its workflow is not known here any more' };
const GONE = { cannot: 'it is gone' };
const TOO_LATE = { cannot: 'it failed more than 14 days ago, or has grown too long' };

const STATES: { readonly [status: string]: MachineState } = {
  RUNNING: 'running',
  PENDING_REDRIVE: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'stopped',
};

const endlessWaits = (workflow: string, definition: unknown): readonly Finding[] => {
  const endless = waitsWithoutEnd(definition);
  return endless.length === 0
    ? []
    : [
        {
          severity: 'error',
          code: 'endless-wait',
          what: `The machine of ${workflow} waits without an end at ${endless.join(', ')}.`,
          remedy: 'It was not made by this compiler: deploy again, and find out who changed it.',
        },
      ];
};

/** Names of states that wait for a token and have no time limit. */
const waitsWithoutEnd = (definition: unknown): readonly string[] => {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([name, value]) => {
    const { Resource, TimeoutSeconds } = (value ?? {}) as { Resource?: unknown; TimeoutSeconds?: unknown };
    const endless =
      typeof Resource === 'string' && Resource.endsWith('.waitForTaskToken') && TimeoutSeconds === undefined;
    return [...(endless ? [name] : []), ...waitsWithoutEnd(value)];
  });
};
