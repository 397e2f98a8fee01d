/**
 * What happens by the clock, or because something else has happened: the sweep, digests, workflows that start by
 * themselves, the end of a machine that nobody closed, and mails that were delivered or came back.
 *
 * Promises: what cannot be delivered to a function, or not be done by it, is kept as a dead letter.
 */
import { Stack } from 'aws-cdk-lib';
import { type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetters } from './dead-letters.ts';
import type { DeployedLibrary } from './deployed-library.ts';
import { machinePrefix } from './workflow-machines.ts';

export type UpkeepProps = {
  readonly stage: string;
  readonly library: DeployedLibrary;
  readonly configurationSet: string;
  readonly sweep: IFunction;
  readonly startScheduled: IFunction;
  readonly noteMachineEnd: IFunction;
  readonly noteMailEvent: IFunction;
  /** Where alarms wait for the function that does them. */
  readonly alarmQueue: Queue;
};

/** Filled in by Scheduler with the instant that it was for, the same at every attempt. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

export class Upkeep extends Construct {
  readonly undelivered: Queue;
  readonly machineEnds: Rule;
  readonly #role: Role;
  readonly #group: CfnScheduleGroup;

  constructor(scope: Construct, id: string, props: UpkeepProps) {
    super(scope, id);
    const { stage, library, configurationSet } = props;
    this.undelivered = deadLetters(this, 'Undelivered');
    this.#role = this.#schedulerRole([props.sweep, props.startScheduled]);
    this.#group = new CfnScheduleGroup(this, 'Clock', { name: `runsheet-${stage}-clock` });
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [props.alarmQueue.queueArn] }),
    );
    this.#schedule('sweep', props.sweep.functionArn, { expression: 'rate(2 minutes)', zone: 'UTC' }, {});
    for (const zone of zonesOf(library))
      this.#schedule(
        `digest-${zone.replaceAll(/[^\w.-]/g, '-')}`,
        props.alarmQueue.queueArn,
        { expression: `cron(${MORNINGS})`, zone },
        { contract: 1, call: { kind: 'digest', zone } },
      );
    for (const { workflow, number, cron, zone } of clockStarts(library))
      this.#schedule(
        number === 0 ? `start-${workflow}` : `start-${workflow}-${number}`,
        props.startScheduled.functionArn,
        { expression: `cron(${cron})`, zone },
        { workflow, at: SCHEDULED_TIME },
      );

    this.machineEnds = this.#rule('MachineEnds', props.noteMachineEnd, {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: Match.prefix(machinePrefix(this, stage)),
      },
    });
    this.#rule('MailEvents', props.noteMailEvent, {
      source: ['aws.ses'],
      detailType: ['Email Delivered', 'Email Bounced', 'Email Complaint Received', 'Email Rejected'],
      detail: { mail: { tags: { 'ses:configuration-set': [configurationSet] } } },
    });
  }

  /** Once an hour it is looked for what nobody would notice. */
  examineBy(operate: IFunction): void {
    this.#role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [operate.functionArn] }),
    );
    const asked = { operation: 'examine', asked: {}, from: 'the clock' };
    this.#schedule('examine', operate.functionArn, { expression: 'rate(1 hour)', zone: 'UTC' }, asked);
  }

  #schedule(
    name: string,
    to: string,
    when: { readonly expression: string; readonly zone: string },
    input: object,
  ): void {
    const made = new CfnSchedule(this, name, {
      name,
      groupName: this.#group.ref,
      scheduleExpression: when.expression,
      scheduleExpressionTimezone: when.zone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: to,
        roleArn: this.#role.roleArn,
        input: JSON.stringify(input),
        deadLetterConfig: { arn: this.undelivered.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
    });
    made.node.addDependency(this.#role);
  }

  #rule(id: string, to: IFunction, eventPattern: EventPattern): Rule {
    return new Rule(this, id, {
      eventPattern,
      targets: [new LambdaFunction(to, { deadLetterQueue: this.undelivered, retryAttempts: 185 })],
    });
  }

  #schedulerRole(called: readonly IFunction[]): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'By which Scheduler calls what happens by the clock.',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: called.map(({ functionArn }) => functionArn),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] }));
    return role;
  }
}

/** On which mornings of a zone it is looked whether a week begins (functions/core/digest.ts). */
const MORNINGS = '0 9 ? * MON-FRI *';

const zonesOf = ({ team }: DeployedLibrary): readonly string[] => [...new Set(team.people.map(({ zone }) => zone))];

/** `every:` of the workflows that may still be started, in the zone of their calendar. */
const clockStarts = ({ workflows, calendars }: DeployedLibrary) =>
  workflows
    .filter(({ state }) => state === 'live')
    .flatMap(({ compiled: { outline } }) =>
      outline.workflow.starts
        .flatMap((start) => (start.kind === 'every' ? [start.cron] : []))
        .map((cron, number) => ({
          workflow: outline.workflow.id,
          number,
          cron,
          zone: calendars[outline.workflow.calendar]?.zone ?? 'UTC',
        })),
    );
