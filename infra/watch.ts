/**
 * What somebody should be told of, and one place to look at it.
 *
 * Promises: an alarm means that there is something to do; the README says what.
 */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { arnHere } from './grants.ts';

export type WatchProps = {
  readonly stage: string;
  /** Who is mailed. */
  readonly alarms: string | undefined;
  readonly deadLetters: { readonly [name: string]: Queue };
  readonly alarmQueue: Queue;
  readonly machineEnds: Rule;
  readonly api: HttpApi;
  readonly sweep: IFunction;
  readonly answer: IFunction;
};

const FIVE = Duration.minutes(5);

export class Watch extends Construct {
  readonly topic: Topic;
  readonly #stage: string;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { stage, alarms, deadLetters, alarmQueue, machineEnds, api, sweep, answer } = props;
    this.#stage = stage;
    this.topic = new Topic(this, 'Topic', { displayName: `runsheet ${stage}`, enforceSSL: true });
    // A topic with a policy of its own lets nobody in whom it does not name; without one, all of the account may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': arnHere(this, 'cloudwatch', `alarm:runsheet-${stage}-*`) },
        },
      }),
    );
    Validations.of(this.topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason: 'Alarms cannot publish to a topic under the key of AWS; what they say is names and numbers.',
    });
    if (alarms !== undefined)
      Validations.of(this.topic.addSubscription(new EmailSubscription(alarms))).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'A mail that cannot be delivered helps nobody later; the alarm stays red.',
      });

    const dead = Object.entries(deadLetters).map(([name, queue]) => {
      const metric = queue.metricApproximateNumberOfMessagesVisible({ period: FIVE, statistic: 'Maximum' });
      this.#alarm(`DeadLetters${name}`, metric, { over: 0, means: 'Something was called for and could not be done.' });
      return metric;
    });
    const ends = new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: machineEnds.ruleName },
      statistic: 'Sum',
      period: FIVE,
    });
    this.#alarm('MachineEnds', ends, { over: 0, means: 'A machine failed, ran too long or was stopped from outside.' });
    const debts = this.#counted('OldDebts', 'Maximum');
    this.#alarm('OldDebts', debts, { over: 0, means: 'Mails, alarms or answers to machines are an hour late.' });
    const stuck = this.#counted('StuckRuns');
    this.#alarm('StuckRuns', stuck, {
      over: 0,
      means: 'A run waits for what will not come: its machine has ended, or nobody would be reminded.',
    });
    const starts = this.#counted('StartsFailed');
    this.#alarm('StartsFailed', starts, {
      over: 0,
      means: 'A run was asked for and its machine could not be started.',
    });
    const cap = this.#counted('HookCap');
    this.#alarm('HookCap', cap, { over: 0, means: 'A webhook has started as many runs as it may in a day.' });
    const sweeps = sweep.metricInvocations({ period: Duration.minutes(15), statistic: 'Sum' });
    new Alarm(this, 'NoSweep', {
      alarmName: `runsheet-${stage}-no-sweep`,
      alarmDescription: 'Nothing sweeps: what a crash left owed stays so.',
      metric: sweeps,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
    const sweepFaults = sweep.metricErrors({ period: FIVE, statistic: 'Sum' });
    this.#alarm('SweepFails', sweepFaults, { over: 0, periods: 3, means: 'The sweep itself fails.' });
    const faults = api.metricServerError({ period: FIVE, statistic: 'Sum' });
    this.#alarm('ServerFaults', faults, {
      over: 0,
      periods: 2,
      means: 'People or other systems are answered with 5xx.',
    });
    const late = alarmQueue.metricApproximateAgeOfOldestMessage({ period: FIVE, statistic: 'Maximum' });
    this.#alarm('LateAlarms', late, { over: 900, means: 'Reminders and expiries are a quarter of an hour late.' });
    const bounces = reputation('Reputation.BounceRate');
    const complaints = reputation('Reputation.ComplaintRate');
    // SES reviews an account at 5 % and 0.1 %.
    this.#alarm('Bounces', bounces, { over: 0.025, means: 'Half of the bounces at which SES reviews an account.' });
    this.#alarm('Complaints', complaints, { over: 0.0005, means: 'Half of the complaints at which SES reviews.' });

    new Dashboard(this, 'Dashboard', {
      dashboardName: `runsheet-${stage}`,
      widgets: [
        [graph('Answers', [api.metricCount({ period: FIVE }), api.metricClientError({ period: FIVE }), faults])],
        [graph('How long answers take', [answer.metricDuration({ statistic: 'p95' })]), graph('Alarms', [late])],
        [graph('Machines that ended otherwise than well', [ends]), graph('Owed for an hour', [debts])],
        [
          graph('Runs that do not go on, or did not start', [stuck, starts]),
          graph('Webhooks refused, and at their cap', [this.#counted('HooksRefused'), cap]),
        ],
        [graph('Dead letters', dead), graph('Reputation of mail', [bounces, complaints])],
        [graph('Mails refused, and come back', [this.#counted('MailsRefused'), this.#counted('MailsReturned')])],
      ],
    });
  }

  #alarm(
    id: string,
    metric: IMetric,
    { over, means, periods = 1 }: { readonly over: number; readonly means: string; readonly periods?: number },
  ): void {
    const name = id.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
    new Alarm(this, id, {
      alarmName: `runsheet-${this.#stage}-${name}`,
      alarmDescription: means,
      metric,
      threshold: over,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  /** What functions count by themselves (functions/lambda/lambda-log.ts). */
  #counted(metricName: string, statistic = 'Sum'): Metric {
    const dimensionsMap = { service: 'runsheet', stage: this.#stage };
    return new Metric({ namespace: 'runsheet', metricName, dimensionsMap, statistic, period: FIVE });
  }
}

const reputation = (metricName: string): Metric =>
  new Metric({ namespace: 'AWS/SES', metricName, statistic: 'Maximum', period: Duration.hours(1) });

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 12 });
