/**
 * What is to happen later: a group of one-time schedules that functions make, and the queue that they go to.
 *
 * Promises: an alarm that cannot be delivered, or not be done, waits in a queue of dead letters and is not lost.
 */
import { Duration, Names, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';
import { arnHere, findingOf, type Grant } from './grants.ts';

/** A function has so long for a batch; the queue waits six times that, as AWS advises. */
export const ALARM_SECONDS = 30;
const MOST_ATTEMPTS = 6;

export class DeadlineAlarms extends Construct {
  readonly queue: Queue;
  /** What was delivered and could not be done. */
  readonly undone: Queue;
  /** What Scheduler could not deliver. */
  readonly undelivered: Queue;
  readonly group: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id);
    this.undone = deadLetters(this, 'Undone');
    this.undelivered = deadLetters(this, 'Undelivered');
    this.queue = new Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(6 * ALARM_SECONDS),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.undone, maxReceiveCount: MOST_ATTEMPTS },
    });
    this.group = `runsheet-${stage}-${Names.uniqueResourceName(this, { maxLength: 30 })}`;
    new CfnScheduleGroup(this, 'Group', { name: this.group });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'By which Scheduler puts alarms into their queue.',
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn, this.undelivered.queueArn],
      }),
    );
  }

  /** What whoever sets alarms needs. */
  get use(): readonly Grant[] {
    const schedules = `schedule/${this.group}/*`;
    return [
      {
        statement: new PolicyStatement({
          actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
          resources: [arnHere(this, 'scheduler', schedules)],
        }),
        reasons: {
          [findingOf('scheduler', schedules)]: 'A schedule is made for each deadline, in a group with nothing else.',
        },
      },
      { statement: new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }) },
      {
        statement: new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [this.role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        }),
      },
    ];
  }
}
