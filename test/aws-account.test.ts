/**
 * An account of AWS as `runsheet doctor` looks at it: what is missing, what is wrong, and what runs out. Answers are as
 * the services document them; https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ServiceQuota.html.
 */
import {
  CloudFormationClient,
  DescribeAccountLimitsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, GetEmailIdentityCommand, NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { examineAccount } from '../infra/cli/account.ts';

const [lambda, sfn, scheduler, ssm, sts, ses, cfn, quotas] = [
  mockClient(LambdaClient),
  mockClient(SFNClient),
  mockClient(SchedulerClient),
  mockClient(SSMClient),
  mockClient(STSClient),
  mockClient(SESv2Client),
  mockClient(CloudFormationClient),
  mockClient(ServiceQuotasClient),
];
beforeEach(() => {
  for (const client of [lambda, sfn, scheduler, ssm, sts, ses, cfn, quotas]) client.reset();
  process.env.AWS_REGION = 'eu-central-1';
});
const of = (fields: object) => ({ message: '', $metadata: {}, ...fields }) as never;

type Said = {
  readonly states?: { readonly machines?: number; readonly executions?: number };
  readonly scheduler?: { readonly schedules: number };
  readonly apigateway?: { readonly routes: number; readonly throttle: number };
};
/** Among others, and not all on the first page. */
const quotasSay = ({ states, scheduler: clock, apigateway }: Said = {}): void => {
  const say = (ServiceCode: string, values: readonly (readonly [string, number])[]) => {
    const all = values.map(([QuotaName, Value], at) => ({
      ServiceCode,
      QuotaCode: `L-0000000${at}`,
      QuotaName,
      Value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    }));
    quotas.on(ListServiceQuotasCommand, { ServiceCode }).resolves({ Quotas: all.slice(0, 1), NextToken: 'more' });
    quotas.on(ListServiceQuotasCommand, { ServiceCode, NextToken: 'more' }).resolves({ Quotas: all.slice(1) });
  };
  say('states', [
    ['Registered activities', 1],
    ['Registered state machines', states?.machines ?? 100_000],
    ['Open executions', states?.executions ?? 1_000_000],
  ]);
  say('scheduler', [
    ['Number of schedule groups', 1],
    ['Number of schedules', clock?.schedules ?? 10_000_000],
  ]);
  say('apigateway', [
    ['Routes per HTTP API', apigateway?.routes ?? 300],
    ['Throttle rate', apigateway?.throttle ?? 10_000],
  ]);
  say('cloudformation', [['Stack count', 1_000]]);
};

type Held = {
  readonly machines?: number;
  readonly schedules?: number;
  readonly parameters?: number;
  readonly stacks?: number;
  readonly resources?: number;
  readonly routes?: number;
  readonly version?: number;
};
/** As many of each, page by page as each service gives them. */
const holds = (held: Held): void => {
  const { machines = 0, schedules = 0, parameters = 0, stacks = 0, resources = 0, routes = 0, version = 1 } = held;
  const page = <Item>(all: readonly Item[], size: number, token: string | undefined) => {
    const from = Number(token ?? 0);
    const next = from + size < all.length ? String(from + size) : undefined;
    return { items: all.slice(from, from + size), next };
  };
  const some = <Item>(length: number, item: (at: number) => Item): readonly Item[] =>
    Array.from({ length }, (_, at) => item(at));

  sfn.on(ListStateMachinesCommand).callsFake(({ nextToken }) => {
    const { items, next } = page(
      some(machines, (at) => ({ name: `machine-${at}` })),
      1_000,
      nextToken,
    );
    return { stateMachines: items, nextToken: next };
  });
  const groups = ['runsheet-dev-alarms', 'default'];
  scheduler.on(ListSchedulesCommand).callsFake(({ NextToken }) => {
    const { items, next } = page(
      some(schedules, (at) => ({ GroupName: groups[at % 2] })),
      100,
      NextToken,
    );
    return { Schedules: items, NextToken: next };
  });
  // Those with a charge are others.
  const tiers = [...some(parameters, () => ({ Tier: 'Standard' })), { Tier: 'Advanced' }];
  ssm.on(DescribeParametersCommand).callsFake(({ NextToken }) => {
    const { items, next } = page(tiers, 50, NextToken);
    return { Parameters: items, NextToken: next };
  });
  cfn.on(DescribeAccountLimitsCommand).resolves({
    AccountLimits: [
      { Name: 'StackOutputsLimit', Value: 200 },
      { Name: 'StackLimit', Value: 2_000 },
    ],
  });
  cfn.on(ListStacksCommand).callsFake(({ NextToken }) => {
    const { items, next } = page(
      some(stacks, (at) => ({ StackName: `stack-${at}` })),
      100,
      NextToken,
    );
    return { StackSummaries: items, NextToken: next };
  });
  const shelf = 'arn:aws:cloudformation:eu-central-1:1:stack/runsheet-dev-Shelf0/0b1c';
  const machine = 'arn:aws:states:eu-central-1:1:stateMachine:runsheet-dev-blog';
  const resource = (ResourceType: string, PhysicalResourceId: string) => ({ ResourceType, PhysicalResourceId });
  const root = [
    resource('AWS::CloudFormation::Stack', shelf),
    ...some(routes, (at) => resource('AWS::ApiGatewayV2::Route', `route-${at}`)),
  ];
  const rest = some(Math.max(0, resources - root.length), (at) => resource('AWS::SNS::Topic', `topic-${at}`));
  const nested = [
    resource('AWS::StepFunctions::StateMachine', machine),
    resource('AWS::StepFunctions::StateMachineVersion', `${machine}:${version}`),
  ];
  cfn.on(ListStackResourcesCommand).callsFake(({ StackName, NextToken }) => {
    const { items, next } = page(StackName === shelf ? nested : [...root, ...rest], 100, NextToken);
    return { StackResourceSummaries: items, NextToken: next };
  });
};

describe('an account', () => {
  const well = () => {
    sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:iam::1:user/ops', Account: '1' });
    lambda.on(GetFunctionConfigurationCommand).resolves({
      Environment: { Variables: { SENDER_EMAIL: 'team@example.com', ALARM_GROUP: 'runsheet-dev-alarms' } },
    });
    lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 1_000 } });
    cfn.on(DescribeStacksCommand).resolves({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }] as never });
    ses.on(GetAccountCommand).resolves({
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      EnforcementStatus: 'HEALTHY',
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 3 },
    });
    ses.on(GetEmailIdentityCommand).rejects(new NotFoundException(of({})));
    ses
      .on(GetEmailIdentityCommand, { EmailIdentity: 'example.com' })
      .resolves({ VerifiedForSendingStatus: true, DkimAttributes: { Status: 'SUCCESS' } });
    quotasSay();
    holds({});
  };
  const codes = async (given: { stage: string; sender?: string } = { stage: 'dev' }, openRuns = 12) => {
    const { findings, deployed } = await examineAccount({ ...given, openRuns: async () => openRuns });
    for (const { what, remedy } of findings) expect([what, remedy].every((text) => text.length > 10)).toBe(true);
    return { codes: findings.map(({ severity, code }) => `${severity} ${code}`), deployed };
  };

  it('in which all is well has no finding', async () => {
    well();
    expect(await codes()).toEqual({ codes: [], deployed: true });
  });

  it('that is new says all that is missing before the first deployment', async () => {
    well();
    lambda.on(GetFunctionConfigurationCommand).rejects(new ResourceNotFoundException(of({})));
    lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { ConcurrentExecutions: 10 } });
    cfn.on(DescribeStacksCommand).rejects(Object.assign(new Error(''), { name: 'ValidationError' }));
    ses
      .on(GetAccountCommand)
      .resolves({ ProductionAccessEnabled: false, SendingEnabled: true, SendQuota: { Max24HourSend: 200 } });
    ses.on(GetEmailIdentityCommand).rejects(new NotFoundException(of({})));
    expect(await codes({ stage: 'dev', sender: 'team@other.com' })).toEqual({
      codes: ['error bootstrap', 'warning concurrency', 'warning ses-sandbox', 'warning identity'],
      deployed: false,
    });
    expect((await codes()).codes).toContain('warning sender');
  });

  it.each([
    [
      'a deployment that failed',
      'error deployment',
      () =>
        cfn
          .on(DescribeStacksCommand, { StackName: 'runsheet-dev' })
          .resolves({ Stacks: [{ StackStatus: 'ROLLBACK_COMPLETE' }] as never }),
    ],
    [
      'code that fills what there is for it',
      'warning code-storage',
      () =>
        lambda.on(GetAccountSettingsCommand).resolves({
          AccountLimit: { ConcurrentExecutions: 1_000, TotalCodeSize: 80_530_636_800 },
          AccountUsage: { TotalCodeSize: 70_000_000_000 },
        }),
    ],
    [
      'mails of a day that are nearly used up',
      'warning ses-used',
      () =>
        ses.on(GetAccountCommand).resolves({
          ProductionAccessEnabled: true,
          SendingEnabled: true,
          SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 45_000 },
        }),
    ],
    [
      'that mails go one by one',
      'warning ses-rate',
      () =>
        ses.on(GetAccountCommand).resolves({
          ProductionAccessEnabled: true,
          SendingEnabled: true,
          SendQuota: { Max24HourSend: 50_000, MaxSendRate: 1, SentLast24Hours: 3 },
        }),
    ],
    [
      'that others have reserved what Lambda runs at once',
      'warning concurrency',
      () =>
        lambda
          .on(GetAccountSettingsCommand)
          .resolves({ AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 99 } }),
    ],
    [
      'mails that are not signed',
      'warning dkim',
      () =>
        ses
          .on(GetEmailIdentityCommand, { EmailIdentity: 'example.com' })
          .resolves({ VerifiedForSendingStatus: true, DkimAttributes: { Status: 'PENDING' } }),
    ],
    [
      'a domain that is not verified',
      'error identity',
      () =>
        ses.on(GetEmailIdentityCommand, { EmailIdentity: 'example.com' }).resolves({ VerifiedForSendingStatus: false }),
    ],
    [
      'a review',
      'warning ses-review',
      () =>
        ses.on(GetAccountCommand).resolves({
          ProductionAccessEnabled: true,
          SendingEnabled: true,
          EnforcementStatus: 'PROBATION',
          SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14 },
        }),
    ],
    [
      'what may not be seen',
      'warning not-seen',
      () => ses.on(GetAccountCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' })),
    ],
  ])('says %s', async (_, code, break_) => {
    well();
    break_();
    expect((await codes()).codes).toEqual([code]);
  });

  it.each([
    ['state-machines', 81, 101, (machines: number) => holds({ machines }), { states: { machines: 100 } }],
    ['schedules', 801, 1_001, (schedules: number) => holds({ schedules }), { scheduler: { schedules: 1_000 } }],
    ['stacks', 1_601, 2_000, (stacks: number) => holds({ stacks }), {}],
    ['resources', 401, 500, (resources: number) => holds({ resources }), {}],
    ['versions', 801, 1_000, (version: number) => holds({ version }), {}],
    ['parameters', 8_001, 10_000, (parameters: number) => holds({ parameters }), {}],
  ] as const)('says that %s run out, and that there are none left', async (code, many, all, holding, limits) => {
    well();
    quotasSay(limits);
    holding(many - 1);
    expect((await codes()).codes).toEqual([]);
    holding(many);
    expect((await codes()).codes).toEqual([`warning ${code}`]);
    holding(all);
    expect((await codes()).codes).toEqual([`error ${code}`]);
  });

  it('says that runs can be open, routes be made and requests be answered no more', async () => {
    well();
    quotasSay({ states: { executions: 1_000 }, apigateway: { routes: 30, throttle: 40 } });
    holds({ routes: 30 });
    expect((await codes({ stage: 'dev' }, 801)).codes).toEqual([
      'warning throttle',
      'warning open-executions',
      'error routes',
    ]);
  });

  it('counts what is there over all pages, and those of the stage among them', async () => {
    well();
    holds({ machines: 2_500, schedules: 250, parameters: 120, resources: 250, routes: 24, version: 7, stacks: 150 });
    const { seen } = await examineAccount({ stage: 'dev', openRuns: async () => 12 });
    expect(seen.slice(-9)).toEqual([
      'State machines in this account and Region: 2500, of at most 100000.',
      'Schedules in this account and Region: 250, of at most 10000000. Of them 125 are the reminders and expiries of this stage.',
      'Standard parameters of Systems Manager in this account and Region: 120, of at most 10000.',
      'Stacks in this account and Region: 150, of at most 2000.',
      'API Gateway lets 10000 requests a second through, to all APIs in this account and Region together.',
      'Open runs in this stage, each an open execution of Step Functions: 12, of at most 1000000.',
      'Resources in the stack runsheet-dev, the largest of this stage: 250, of at most 500.',
      'Routes in the HTTP API of this stage: 24, of at most 300.',
      'Versions of the machine runsheet-dev-blog, the most of this stage: 7, of at most 1000.',
    ]);
  });

  it('stops to count where there is room, and says so', async () => {
    well();
    scheduler
      .on(ListSchedulesCommand)
      .resolves({ Schedules: Array(100).fill({ GroupName: 'other' }), NextToken: 'on' });
    const { seen, findings } = await examineAccount({ stage: 'dev', openRuns: async () => 1_000 });
    expect(findings).toEqual([]);
    expect(seen.join('\n')).toMatch(/Schedules in .*: more than 10000, of at most 10000000\. Of them 0/);
    expect(seen.join('\n')).toContain('each an open execution of Step Functions: more than 1000,');
    expect(scheduler.commandCalls(ListSchedulesCommand)).toHaveLength(100);
  });

  it('says in one line what nobody says, and counts all the same', async () => {
    well();
    quotas.on(ListServiceQuotasCommand).rejects(Object.assign(new Error(''), { name: 'UnknownOperationException' }));
    cfn.on(DescribeAccountLimitsCommand).rejects(Object.assign(new Error(''), { name: 'InvalidAction' }));
    const { seen, findings } = await examineAccount({ stage: 'dev', openRuns: async () => 12 });
    expect(findings).toEqual([]);
    expect(seen.filter((line) => line.startsWith('Service Quotas'))).toEqual([
      'Service Quotas did not say (UnknownOperationException) how many there may be of: state machines, open executions of Step Functions, schedules, routes of an HTTP API, requests a second to all APIs, stacks.',
    ]);
    expect(seen).toContain('State machines in this account and Region: 0.');
  });

  it('takes the limit of stacks from Service Quotas where CloudFormation may not be asked', async () => {
    well();
    cfn.on(DescribeAccountLimitsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
    const { seen } = await examineAccount({ stage: 'dev', openRuns: async () => 12 });
    expect(seen).toContain('Stacks in this account and Region: 0, of at most 1000.');
  });

  it('says once that quotas may not be asked for', async () => {
    well();
    quotas.on(ListServiceQuotasCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    expect((await codes()).codes).toEqual(['warning not-seen']);
  });

  it('without credentials says that and nothing else', async () => {
    well();
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error(''), { name: 'CredentialsProviderError' }));
    expect(await codes()).toEqual({ codes: ['error credentials'], deployed: false });
  });
});
