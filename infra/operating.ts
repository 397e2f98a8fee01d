/**
 * What the function of those who operate may do beyond what every function may.
 *
 * Promises: it alone sees whole tables, lends dead letters, changes secrets and redrives machines; who may call it is
 * for IAM to say. It can call those of our functions that nobody waits for, and no other.
 */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { arnHere, findingOf, type Grant } from './grants.ts';
import type { RunHistory } from './run-history.ts';
import { machineNames } from './workflow-machines.ts';

export type Operated = {
  readonly stage: string;
  readonly kept: RunHistory;
  readonly secrets_path: string;
  readonly alarm_group: string;
  readonly deadLetters: { readonly [name: string]: Queue };
  readonly unattended: readonly IFunction[];
};

export const useOfOperators = (scope: Construct, given: Operated): readonly Grant[] => {
  const { stage, kept, secrets_path, alarm_group, deadLetters, unattended } = given;
  const { machines, executions } = machineNames(stage);
  const secrets = `parameter${secrets_path}*`;
  const schedules = `schedule/${alarm_group}/*`;
  const only = (actions: readonly string[], resources: readonly string[]): Grant => ({
    statement: new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  });
  const within = (actions: readonly string[], service: string, rest: string, reason: string): Grant => ({
    statement: new PolicyStatement({ actions: [...actions], resources: [arnHere(scope, service, rest)] }),
    reasons: { [findingOf(service, rest)]: reason },
  });
  return [
    // What concerns a person is looked for everywhere.
    only(['dynamodb:Scan'], [kept.history.tableArn, kept.records.tableArn]),
    only(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      Object.values(deadLetters).map(({ queueArn }) => queueArn),
    ),
    only(
      ['lambda:InvokeFunction'],
      // Itself too, which the clock calls: by its name, since it is made from this.
      [
        ...unattended.map(({ functionArn }) => functionArn),
        arnHere(scope, 'lambda', `function:runsheet-${stage}-operate`),
      ],
    ),
    within(
      ['ssm:PutParameter'],
      'ssm',
      secrets,
      'Any secret of the stage can be rotated, and the stage is in the path.',
    ),
    within(
      ['scheduler:GetSchedule'],
      'scheduler',
      schedules,
      'Each deadline is a schedule, in a group with nothing else.',
    ),
    within(['states:DescribeStateMachine'], 'states', machines, BY_NAME),
    within(['states:RedriveExecution'], 'states', executions, BY_NAME),
    { statement: new PolicyStatement({ actions: ['scheduler:ListSchedules'], resources: ['*'] }) },
  ];
};

const BY_NAME = 'Machines need the functions first, and so are known by their names alone; the stage is in them.';
