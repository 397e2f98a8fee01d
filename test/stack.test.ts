/** The stack: what its template says, where a mistake would only be seen after a deployment. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Stack, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { readAlarm } from '../functions/core/alarm-message.ts';
import { ROUTES } from '../functions/http/front-door.ts';
import { environment } from '../functions/lambda/environment.ts';
import { COUNTED } from '../functions/lambda/lambda-log.ts';
import { readDeployed } from '../infra/deployed-library.ts';
import { ENTRIES } from '../infra/runsheet-stack.ts';
import { SHIPPED } from '../infra/workflow-folder.ts';
import { appWith, SENDER, stackIn, synthesised, templatesOf } from './support/stack.ts';

const library = readDeployed(SHIPPED);
const workflows = library.workflows.map(({ compiled }) => compiled);
const app = appWith({ sender: SENDER, stage: 'test' });
const templates = templatesOf(stackIn(app, library));
const { root, resources } = templates;
const assembly = app.synth().directory;

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: unknown } };
};
const statements = resources('AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
  (Properties.PolicyDocument.Statement as Statement[]).map((statement) => ({ id, ...statement })),
);
const doing = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
const plain = (value: unknown): string => JSON.stringify(value);

describe('the machines', () => {
  const machines = resources('AWS::StepFunctions::StateMachine');

  it('are one for each workflow, Standard, traced, and log no execution data', () => {
    expect(machines).toHaveLength(workflows.length);
    for (const [, { Properties }] of machines)
      expect(Properties).toMatchObject({
        StateMachineType: 'STANDARD',
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
      });
  });

  it('share one role and one log, which outlives the stack', () => {
    // Each shelf knows them by parameters of its own, which the root fills in.
    const given = (name: 'RoleArn' | 'LogGroupArn'): Set<string> => {
      const parameters = machines.map(([, { Properties }]) =>
        name === 'RoleArn'
          ? Properties.RoleArn.Ref
          : Properties.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn.Ref,
      );
      const filled = resources('AWS::CloudFormation::Stack').flatMap(([, { Properties }]) =>
        Object.entries(Properties.Parameters as object),
      );
      return new Set(filled.flatMap(([id, value]) => (parameters.includes(id) ? [plain(value)] : [])));
    };
    expect([...given('RoleArn')]).toEqual([expect.stringMatching(/"MachinesRole\w+","Arn"/)]);
    expect([...given('LogGroupArn')]).toEqual([expect.stringMatching(/"MachinesLog\w+","Arn"/)]);
    root.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { LogGroupName: '/aws/vendedlogs/states/runsheet-test' },
    });
  });

  it('are the compiled ones, each function of which is filled in', () => {
    for (const { asl, invokes, outline } of workflows) {
      const name = `runsheet-test-${outline.workflow.id}`;
      const [machine] = machines.filter(([, { Properties }]) => Properties.StateMachineName === name);
      const asset = /([0-9a-f]{64})\.json/.exec(plain(machine?.[1].Properties.DefinitionS3Location))?.[1];
      const definition = readFileSync(join(assembly, `asset.${asset}.json`), 'utf8');
      expect(JSON.parse(definition)).toEqual(JSON.parse(JSON.stringify(asl)));
      expect(Object.keys(machine?.[1].Properties.DefinitionSubstitutions).sort()).toEqual([...invokes].sort());
    }
  });

  it('let no task wait without an end', () => {
    const waiting = workflows.flatMap(({ asl, outline }) => tasksIn(asl).map((task) => [outline.workflow.id, task]));
    expect(waiting.length).toBeGreaterThan(200);
    for (const [workflow, task] of waiting) expect(task, String(workflow)).toHaveProperty('TimeoutSeconds');
  });

  it('may call the functions that they name and no others', () => {
    const called = doing('lambda:InvokeFunction')
      .filter(({ id }) => id.startsWith('MachinesRole'))
      .map(({ Resource }) => plain(Resource));
    const named = [...new Set(workflows.flatMap(({ invokes }) => invokes))];
    expect(called).toHaveLength(named.length);
    for (const name of named) {
      const entry = name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
      const at = `Functions${entry.replaceAll('-', '')}Function`;
      expect(
        called.filter((resource) => resource.includes(at)),
        name,
      ).toHaveLength(1);
    }
  });

  it('are started by the alias of a version, and none of the three goes with its stack', () => {
    for (const type of ['StateMachine', 'StateMachineVersion', 'StateMachineAlias']) {
      const found = resources(`AWS::StepFunctions::${type}`);
      expect(found).toHaveLength(workflows.length);
      for (const [, one] of found)
        expect(one).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
    for (const [, { Properties }] of resources('AWS::StepFunctions::StateMachineAlias'))
      expect(Properties).toMatchObject({ Name: 'live', RoutingConfiguration: [{ Weight: 100 }] });
    for (const [, { Properties }] of resources('AWS::StepFunctions::StateMachineVersion'))
      expect(plain(Properties.StateMachineRevisionId)).toContain('StateMachineRevisionId');
    const [answer] = lambdaNamed('answer-request');
    expect(plain(answer?.Properties.Environment.Variables.MACHINE_ALIAS)).toMatch(
      /:stateMachine:runsheet-test-\{workflow\}:live"/,
    );
  });
});

const tasksIn = (definition: unknown): unknown[] => {
  if (typeof definition !== 'object' || definition === null) return [];
  const own = (definition as { Type?: unknown }).Type === 'Task' ? [definition] : [];
  return [...own, ...Object.values(definition).flatMap(tasksIn)];
};

const lambdas = resources('AWS::Lambda::Function').map(([, lambda]) => lambda);
const lambdaNamed = (entry: string) =>
  lambdas.filter(({ Properties }) => Properties.FunctionName === `runsheet-test-${entry}`);

describe('the functions', () => {
  it('are all that have a file, and each file one of them', () => {
    const files = readdirSync(resolve(import.meta.dirname, '../functions')).filter((name) => name.endsWith('.ts'));
    expect(files.filter((name) => name !== 'hosted.ts').sort()).toEqual(ENTRIES.map((entry) => `${entry}.ts`).sort());
    expect(lambdas.map(({ Properties }) => Properties.FunctionName).sort()).toEqual(
      ENTRIES.map((entry) => `runsheet-test-${entry}`).sort(),
    );
  });

  it('run on the same Node and processor, are traced, and reserve nothing', () => {
    for (const { Properties } of lambdas) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('are told exactly what they ask for', () => {
    const optional = new Set(['GATHER_SECONDS']);
    const asked = Object.keys(environment.shape).filter((name) => !optional.has(name));
    for (const { Properties } of lambdas) {
      const { NODE_OPTIONS, DEAD_LETTERS, ...told } = Properties.Environment.Variables;
      expect(Object.keys(told).sort()).toEqual(asked.sort());
      expect(DEAD_LETTERS !== undefined).toBe(Properties.FunctionName === 'runsheet-test-operate');
      expect(NODE_OPTIONS).toBe('--enable-source-maps');
    }
  });

  it('have each a role and a log of their own, that is not kept for ever', () => {
    expect(new Set(lambdas.map(({ Properties }) => plain(Properties.Role))).size).toBe(ENTRIES.length);
    expect(new Set(lambdas.map(({ Properties }) => plain(Properties.LoggingConfig))).size).toBe(ENTRIES.length);
    for (const [, { Properties }] of resources('AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBeGreaterThan(0);
  });

  it('that nobody waits for keep what they could not do', () => {
    const kept = resources('AWS::Lambda::EventInvokeConfig');
    expect(kept).toHaveLength(5);
    for (const [, { Properties }] of kept) expect(plain(Properties.DestinationConfig)).toContain('FunctionsUndone');
  });
});

describe('what may be done', () => {
  it('is over everything only where there is no ARN', () => {
    const free =
      /^(xray:|logs:(Create|Get|Update|Delete|List)LogDeliver|logs:(PutResourcePolicy|Describe)|scheduler:ListSchedules$)/;
    for (const { id, Action, Resource } of statements.filter((one) => plain(one.Resource) === '"*"'))
      expect(
        [Action].flat().filter((action) => !free.test(action)),
        `${id} ${plain(Resource)}`,
      ).toEqual([]);
    expect(statements.filter(({ Action }) => [Action].flat().some((one) => /[*]$/.test(one)))).toEqual([]);
  });

  it('passes one role, and to Scheduler alone', () => {
    const passing = doing('iam:PassRole');
    expect(passing.length).toBe(ENTRIES.length);
    for (const { Resource, Condition } of passing) {
      expect(plain(Resource)).toContain('AlarmsRole');
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    }
  });

  it('sends mails from the sender alone', () => {
    const sending = statements.filter(({ Action }) => [Action].flat().some((one) => one.startsWith('ses:')));
    expect(sending.length).toBe(ENTRIES.length);
    for (const { Action, Condition } of sending) {
      expect(Action).toBe('ses:SendRawEmail');
      expect(Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'runs@example.com' } });
    }
  });

  it('removes no event, and only those who operate have tables looked through', () => {
    const dynamo = statements.filter(({ Action }) => [Action].flat().some((one) => one.startsWith('dynamodb:')));
    const scanning = dynamo.filter(({ Action }) => [Action].flat().includes('dynamodb:Scan'));
    expect(scanning.map(({ id, Action }) => [id.startsWith('FunctionsoperateRole'), Action])).toEqual([
      [true, 'dynamodb:Scan'],
    ]);
    expect(dynamo.length).toBe(2 * ENTRIES.length + scanning.length);
    for (const { Action, Resource } of dynamo) {
      if (plain(Resource).includes('KeptHistory')) expect([Action].flat()).not.toContain('dynamodb:DeleteItem');
    }
  });

  it('writes no secret but our own; those who operate, all of the stage', () => {
    const operating = doing('ssm:PutParameter').filter(({ Resource }) => !Array.isArray(Resource));
    expect(operating.map(({ id, Resource }) => [id.startsWith('FunctionsoperateRole'), plain(Resource)])).toEqual([
      [true, expect.stringMatching(/parameter\/runsheet\/test\/\*"/)],
    ]);
    for (const { Resource } of doing('ssm:PutParameter').filter((one) => !operating.includes(one)))
      expect([Resource].flat().map((one) => /parameter(\/[^"]+)"/.exec(plain(one))?.[1])).toEqual([
        '/runsheet/test/forms',
        '/runsheet/test/calls',
        '/runsheet/test/hook-path-*',
      ]);
  });

  it('calls functions, lends dead letters and redrives machines for those who operate alone', () => {
    const ofOperate = (action: string) => {
      const found = doing(action).filter(({ id }) => !/^(MachinesRole|Upkeep|Functionsremind)/.test(id));
      expect(found.map(({ id }) => id.startsWith('FunctionsoperateRole'))).toEqual([true]);
      return [found[0]?.Resource].flat().map(plain);
    };
    expect(
      ofOperate('sqs:DeleteMessage').map((one) => /(Alarms|Functions|Upkeep)Und\w+?(?=[0-9A-F]{8})/.exec(one)?.[0]),
    ).toEqual(['AlarmsUndone', 'AlarmsUndelivered', 'FunctionsUndone', 'UpkeepUndelivered']);
    expect(ofOperate('lambda:InvokeFunction')).toHaveLength(5);
    expect(ofOperate('states:RedriveExecution')[0]).toContain('execution:runsheet-test-*');
  });

  it('lets services in only for this account', () => {
    for (const [id, { Properties }] of resources('AWS::IAM::Role')) {
      const [trust] = Properties.AssumeRolePolicyDocument.Statement;
      if (trust.Principal.Service === 'lambda.amazonaws.com') continue;
      expect(trust.Condition, id).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    }
  });
});

describe('what is kept', () => {
  it('may be two tables that were put back, and those of the stack are left alone', () => {
    const again = synthesised({ history: 'history-again', records: 'records-again' });
    expect(again.resources('AWS::DynamoDB::Table')).toEqual([]);
    const used = plain(again.resources('AWS::IAM::Policy'));
    for (const rest of ['history-again', 'history-again/index/owed', 'records-again', 'records-again/index/groups'])
      expect(used).toContain(`:table/${rest}"`);
    const [[, { Properties }] = ['', undefined as never]] = again.resources('AWS::Lambda::Function');
    expect(Properties.Environment.Variables).toMatchObject({
      HISTORY_TABLE: 'history-again',
      RECORDS_TABLE: 'records-again',
    });
  });

  it('are two tables that outlive the stack and can be put back', () => {
    const tables = resources('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(2);
    for (const [, table] of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      // Every table is encrypted; left out, with a key that AWS owns:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
      expect(table.Properties.SSESpecification ?? { SSEEnabled: false }).toEqual({ SSEEnabled: false });
    }
    root.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [Match.objectLike({ IndexName: 'groups' })],
    });
    root.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'run', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      // Sharded: what is owed by all runs stands on several partitions.
      GlobalSecondaryIndexes: [
        Match.objectLike({
          IndexName: 'owed',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'since', KeyType: 'RANGE' },
          ],
        }),
      ],
    });
  });

  it('and every queue is encrypted, and has somewhere for its dead letters or is that itself', () => {
    const queues = resources('AWS::SQS::Queue');
    expect(queues).toHaveLength(5);
    for (const [, { Properties }] of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    expect(queues.filter(([, { Properties }]) => Properties.RedrivePolicy !== undefined)).toHaveLength(1);
  });
});

describe('what is reached from outside', () => {
  it('lets no other origin in by a header', () => {
    for (const [, { Properties }] of resources('AWS::ApiGatewayV2::Api'))
      expect(Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('has a route for each address that is open, and an answer everywhere else', () => {
    const keys = resources('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => String(Properties.RouteKey));
    const shape = (key: string) => key.replace(/\{[^}]+\+\}/, '**').replaceAll(/\{[^}]+\}/g, '*');
    for (const { path, methods } of ROUTES.filter((route) => route.for !== 'tools'))
      for (const method of methods) expect(keys.map(shape)).toContain(`${method} ${path}`);
    expect(keys).toContain('ANY /{rest+}');
    expect(keys).toContain('ANY /');
  });

  it('is held back, and logs neither path nor query', () => {
    const [[, { Properties }] = ['', undefined as never]] = resources('AWS::ApiGatewayV2::Stage');
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
    expect(Properties.RouteSettings['POST /hooks/{source}/{secret}'].ThrottlingRateLimit).toBe(20);
    expect(Properties.AccessLogSettings.Format).not.toMatch(/\.path|\.rawPath|resourcePath|query|uri|sourceIp/i);
  });
});

describe('what happens by the clock', () => {
  it('is the sweep, digests where people are, and every workflow that starts so, in the zone of its calendar', () => {
    const schedules = resources('AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties);
    expect(schedules.map(({ Name }) => Name).sort()).toEqual(
      [
        ...['sweep', 'examine', 'start-newsletter', 'start-social-media', 'start-web-copy-review'],
        ...['digest-America-New_York', 'digest-Europe-Oslo', 'digest-Europe-Warsaw'],
      ].sort(),
    );
    const digest = schedules.find(({ Name }) => Name === 'digest-Europe-Oslo');
    expect(digest).toMatchObject({
      ScheduleExpression: 'cron(0 9 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Oslo',
    });
    // What is put into the queue is what the function that takes from it reads.
    expect(readAlarm(digest.Target.Input)).toEqual({ kind: 'digest', zone: 'Europe/Oslo' });
    expect(plain(digest.Target.Arn)).toContain('AlarmsQueue');
    const newsletter = schedules.find(({ Name }) => Name === 'start-newsletter');
    expect(newsletter).toMatchObject({
      ScheduleExpression: 'cron(0 8 ? * WED *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: '{"workflow":"newsletter","at":"<aws.scheduler.scheduled-time>"}' },
    });
    expect(newsletter.ScheduleExpressionTimezone).toMatch(/^Europe\//);
    for (const { Target } of schedules) expect(plain(Target.DeadLetterConfig)).toContain('UpkeepUndelivered');
  });

  it('puts alarms into their queue from a group of their own, and what cannot be delivered aside', () => {
    root.resourceCountIs('AWS::Scheduler::ScheduleGroup', 2);
    const [answer] = lambdaNamed('answer-request');
    const { ALARM_GROUP, ALARM_QUEUE_ARN, ALARM_DEAD_LETTERS_ARN } = answer?.Properties.Environment.Variables ?? {};
    root.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: ALARM_GROUP });
    expect(plain(ALARM_QUEUE_ARN)).toMatch(/"AlarmsQueue/);
    expect(plain(ALARM_DEAD_LETTERS_ARN)).toMatch(/"AlarmsUndelivered/);
    root.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: ALARM_QUEUE_ARN,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('is noticed when machines of this stage end otherwise than well, and kept where nobody could be told', () => {
    root.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        source: ['aws.states'],
        detail: Match.objectLike({ status: ['FAILED', 'TIMED_OUT', 'ABORTED'] }),
      }),
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    const [[, rule] = ['', undefined]] = resources('AWS::Events::Rule').filter(([, { Properties }]) =>
      plain(Properties.EventPattern).includes('aws.states'),
    );
    expect(plain(rule?.Properties.EventPattern.detail.stateMachineArn)).toMatch(
      /"prefix":.*:stateMachine:runsheet-test-"/,
    );
  });
});

describe('mail', () => {
  it('is told of where it ends, and clicks are not followed', () => {
    root.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      EventDestination: Match.objectLike({ MatchingEventTypes: ['delivery', 'bounce', 'complaint', 'reject'] }),
    });
    root.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'example.com' });
    root.hasResourceProperties('AWS::SES::ConfigurationSet', {
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });

  it('that was delivered or came back is told to the function that settles it or flags its step, by the bus', () => {
    root.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ses'],
        'detail-type': ['Email Delivered', 'Email Bounced', 'Email Complaint Received', 'Email Rejected'],
        detail: { mail: { tags: { 'ses:configuration-set': ['runsheet-test'] } } },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('notemailevent'), 'Arn'] } })],
    });
    const [answer] = lambdaNamed('answer-request');
    expect(answer?.Properties.Environment.Variables.CONFIGURATION_SET).toBe('runsheet-test');
  });

  it('is sent by an identity that is there already, where one is named', () => {
    const arn = 'arn:aws:ses:eu-central-1:123456789012:identity/example.com';
    const made = synthesised({ identity: arn });
    made.root.resourceCountIs('AWS::SES::EmailIdentity', 0);
    expect(plain(made.resources('AWS::IAM::Policy'))).toContain(arn);
  });
});

describe('who is told', () => {
  const alarms = resources('AWS::CloudWatch::Alarm');
  const README = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');

  it('hears by one topic of all that there is something to do about, and the README says what', () => {
    expect(alarms.map(([, { Properties }]) => Properties.AlarmName.replace('runsheet-test-', '')).sort()).toEqual(
      [
        'dead-letters-alarms-undone',
        'dead-letters-alarms-undelivered',
        'dead-letters-functions-undone',
        'dead-letters-upkeep-undelivered',
        'machine-ends',
        'old-debts',
        'stuck-runs',
        'starts-failed',
        'hook-cap',
        'no-sweep',
        'sweep-fails',
        'server-faults',
        'late-alarms',
        'bounces',
        'complaints',
      ].sort(),
    );
    for (const [id, { Properties }] of alarms) {
      expect(plain(Properties.AlarmActions), id).toContain('WatchTopic');
      const name = Properties.AlarmName.replace('runsheet-test-', '').replace(/^dead-letters-.*/, 'dead-letters-…');
      expect(README).toContain(`| \`${name}\` |`);
    }
    const told = synthesised({ alarms: 'ops@example.com' });
    told.root.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  });

  it('by alarms that may publish there, which else nobody would hear of', () => {
    const [[, policy] = ['', undefined as never]] = resources('AWS::SNS::TopicPolicy');
    // https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
    const [allowed, ...others] = policy.Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    );
    expect(others).toEqual([]);
    expect(allowed).toMatchObject({
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: policy.Properties.Topics[0],
    });
    const { StringEquals, ArnLike } = allowed.Condition;
    expect(StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    expect(plain(ArnLike)).toMatch(/:cloudwatch:.*:alarm:runsheet-test-\*/);
    for (const [, { Properties }] of alarms) expect(Properties.AlarmName).toMatch(/^runsheet-test-/);
  });

  it('by what functions count, each when a sentence is really said', () => {
    const counted = Object.values(COUNTED).map(({ metric }) => metric);
    const ours = alarms.filter(([, { Properties }]) => Properties.Namespace === 'runsheet');
    expect(ours.map(([, { Properties }]) => Properties.MetricName).sort()).toEqual(
      ['HookCap', 'OldDebts', 'StartsFailed', 'StuckRuns'].sort(),
    );
    for (const [, { Properties }] of ours) {
      expect(counted).toContain(Properties.MetricName);
      expect(Properties.Dimensions).toEqual([
        { Name: 'service', Value: 'runsheet' },
        { Name: 'stage', Value: 'test' },
      ]);
    }
    const functions = resolve(import.meta.dirname, '../functions');
    const said = ['core', 'http']
      .flatMap((folder) =>
        readdirSync(join(functions, folder), { recursive: true }).map((file) => join(folder, String(file))),
      )
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(functions, file), 'utf8'))
      .join('\n');
    for (const sentence of Object.keys(COUNTED)) expect(said).toContain(`'${sentence}'`);
  });

  it('and sees every one of these numbers in one place', () => {
    const [[, { Properties }] = ['', undefined as never]] = resources('AWS::CloudWatch::Dashboard');
    const body = plain(Properties.DashboardBody);
    for (const { metric } of Object.values(COUNTED)) expect(body).toContain(metric);
    for (const metric of [
      'TriggeredRules',
      'ApproximateAgeOfOldestMessage',
      'Reputation.BounceRate',
      '5xx',
      'Duration',
    ])
      expect(body).toContain(metric);
  });
});

it('the whole is far from what CloudFormation holds', () => {
  for (const template of [templates.root, ...templates.shelves]) {
    const json = template.toJSON() as { Resources: object };
    expect(Object.keys(json.Resources).length).toBeLessThan(450);
    expect(plain(json).length).toBeLessThan(800_000);
  }
});

/** AWS Solutions and Serverless. */
const found = (context: object, spoil: (stack: Stack) => void = () => undefined): string => {
  const app = appWith({ sender: SENDER, stage: 'test', ...context });
  spoil(stackIn(app));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  try {
    app.synth();
    return '';
  } catch (problem) {
    return String((problem as Error).message);
  }
};

describe('what cdk-nag finds', () => {
  it.each([
    ['in the stack as it is deployed first', {}],
    [
      'in one with an address of its own and somebody who is told',
      {
        domain: 'runs.example.com',
        certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1',
        alarms: 'ops@example.com',
      },
    ],
  ])('%s is nothing that is not acknowledged beside it with a reason', (_, context) => {
    expect(found(context)).toBe('');
  });

  it('would be told: by the one pack and by the other, and a wildcard that is wider than its reason', () => {
    const said = found({}, (stack) => {
      new Queue(stack, 'Careless');
      const role = stack.node.findChild('Functions').node.findChild('sweep').node.findChild('Role') as Role;
      role.addToPolicy(
        new PolicyStatement({ actions: ['ssm:GetParameter'], resources: ['arn:aws:ssm:::parameter/*'] }),
      );
    });
    expect(said).toContain('AwsSolutions-SQS3');
    expect(said).toContain('Serverless-SQSRedrivePolicy');
    expect(said).toContain('AwsSolutions-IAM5[Resource::arn:aws:ssm:::parameter/*]');
  });
});
