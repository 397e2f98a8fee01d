/**
 * What of an account of AWS can run out, and how much of it is used: for each that matters to this stack.
 *
 * Promises: looks, and changes nothing. A limit is the one that the service itself tells, else what Service Quotas says
 * for this account and Region, else the one that AWS writes down as fixed; none is guessed, and what nobody says is said.
 * Nothing is counted for longer than it takes to see that there is room. Hides: pages, what each quota is called.
 *
 * Quotas are found by their names, as the documentation of each service has them: codes stand in no documentation.
 * - Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 * - Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
 * - API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 * - CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 * - parameters: https://docs.aws.amazon.com/general/latest/gr/ssm.html
 */
import {
  CloudFormationClient,
  DescribeAccountLimitsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  type StackResourceSummary,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DescribeParametersCommand, ParameterTier, SSMClient } from '@aws-sdk/client-ssm';
import type { Finding } from '../../functions/core/operating/backstage.ts';
import { awsProblem } from './stage-on-aws.ts';

/** What was seen of one thing. */
export type Part = { readonly seen?: string; readonly findings?: readonly Finding[] };
export type Look = { readonly about: string; readonly look: () => Promise<Part> };

export type Examined = {
  readonly stage: string;
  /** Undefined: it is not deployed. */
  readonly deployed?: {
    /** Of its reminders and expiries. */
    readonly alarm_group: string | undefined;
    readonly openRuns: () => Promise<number>;
  };
};

/** Of a quota: beyond it somebody has to act before it is reached. */
export const NEARLY_ALL = 0.8;

/** Fixed, and in no list: in a template, versions of a machine, and parameters without a charge. */
const MOST_RESOURCES = 500;
const MOST_VERSIONS = 1_000;
const MOST_PARAMETERS = 10_000;
/** Calls for one count. Of schedules that is ten thousand, a thousandth of what there may be in a new account. */
const MOST_PAGES = 200;
const MOST_SCHEDULE_PAGES = 100;
/** Requests a second that front-door.ts lets through. */
const DOOR_RATE = 50;

const ASKED = {
  machines: { service: 'states', name: /registered state machines/i, what: 'state machines' },
  executions: { service: 'states', name: /open executions/i, what: 'open executions of Step Functions' },
  schedules: { service: 'scheduler', name: /^number of schedules$/i, what: 'schedules' },
  routes: { service: 'apigateway', name: /^routes per http api$/i, what: 'routes of an HTTP API' },
  throttle: { service: 'apigateway', name: /^throttle rate$/i, what: 'requests a second to all APIs' },
  stacks: { service: 'cloudformation', name: /^stack count$/i, what: 'stacks' },
} as const;
type Asked = keyof typeof ASKED;
type Limits = { readonly [Which in Asked]?: number };

export const quotaLooks = ({ stage, deployed }: Examined): readonly Look[] => {
  const limits = askLimits();
  const known = async (): Promise<Limits> => (await limits).known;
  const stack = onlyOnce(() => resourcesOf(`runsheet-${stage}`));
  const always: readonly Look[] = [
    { about: 'what Service Quotas says', look: async () => unknownPart(await limits) },
    { about: 'how many state machines there are', look: async () => machinesPart(await known()) },
    { about: 'how many schedules there are', look: async () => schedulesPart(await known(), deployed?.alarm_group) },
    { about: 'how many parameters there are', look: parametersPart },
    { about: 'how many stacks there are', look: async () => stacksPart(await known()) },
    { about: 'what API Gateway lets through', look: async () => throttlePart(await known()) },
  ];
  if (deployed === undefined) return always;
  return [
    ...always,
    {
      about: 'how many runs are open',
      look: async () => runsPart((await known()).executions, await deployed.openRuns()),
    },
    { about: 'the resources of the stack', look: async () => resourcesPart(await stack()) },
    { about: 'the routes', look: async () => routesPart((await known()).routes, await stack()) },
    { about: 'the versions of machines', look: async () => versionsPart(await stack()) },
  ];
};

const onlyOnce = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let asked: Promise<Answer> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
};

/** Never fails: what one service does not say is no reason not to look at another. */
type AskedLimits = { readonly known: Limits; readonly problems: readonly unknown[] };

const askLimits = async (): Promise<AskedLimits> => {
  const client = new ServiceQuotasClient({});
  const services = [...new Set(Object.values(ASKED).map(({ service }) => service))];
  const problems: unknown[] = [];
  const said = await Promise.all(
    services.map(async (service) => {
      try {
        return { service, quotas: await quotasOf(client, service) };
      } catch (problem) {
        problems.push(problem);
        return { service, quotas: [] };
      }
    }),
  );
  const known = Object.entries(ASKED).flatMap(([which, { service, name }]) => {
    const quotas = said.find((one) => one.service === service)?.quotas ?? [];
    const value = quotas.find(({ QuotaName = '' }) => name.test(QuotaName))?.Value;
    return value === undefined ? [] : [[which, value]];
  });
  const own = await stackLimit();
  return { known: { ...Object.fromEntries(known), ...(own === undefined ? {} : { stacks: own }) }, problems };
};

/** CloudFormation tells its own; undefined: it does not, and Service Quotas is asked. */
const stackLimit = async (): Promise<number | undefined> => {
  try {
    const { AccountLimits = [] } = await new CloudFormationClient({}).send(new DescribeAccountLimitsCommand({}));
    return AccountLimits.find(({ Name }) => Name === 'StackLimit')?.Value;
  } catch {
    return undefined;
  }
};

const quotasOf = (client: ServiceQuotasClient, ServiceCode: string) =>
  pagesOf(async (NextToken) => {
    const { Quotas = [], NextToken: next } = await client.send(
      new ListServiceQuotasCommand({ ServiceCode, MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    return { items: Quotas, next };
  }).then(({ items }) => items);

/** Who may not ask can be told so; where nobody answers, as in an emulator, there is nothing to do about it. */
const unknownPart = ({ known, problems }: AskedLimits): Part => {
  const unknown = Object.entries(ASKED).flatMap(([which, { what }]) => (which in known ? [] : [what]));
  if (unknown.length === 0) return {};
  const [problem] = problems;
  if (problem !== undefined && awsProblem(problem) !== undefined) throw problem;
  const why = problem === undefined ? '' : ` (${(problem as Error).name})`;
  return { seen: `Service Quotas did not say${why} how many there may be of: ${unknown.join(', ')}.` };
};

type Counted = { readonly used: number /** There are more. */; readonly atLeast?: boolean };
type Quota = {
  readonly code: string;
  /** In the plural. */
  readonly what: string;
  readonly where: string;
  readonly hence: string;
  readonly remedy: string;
};

/** @param most undefined: nobody says. */
const countedPart = ({ used, atLeast = false }: Counted, most: number | undefined, quota: Quota): Part => {
  const { code, what, where, hence, remedy } = quota;
  const there = `${atLeast ? 'more than ' : ''}${used}`;
  const named = `${what.slice(0, 1).toUpperCase()}${what.slice(1)} ${where}`;
  const seen = `${named}: ${there}${most === undefined ? '' : `, of at most ${most}`}.`;
  if (most === undefined || used <= NEARLY_ALL * most) return { seen };
  const severity = used >= most ? 'error' : 'warning';
  return {
    seen,
    findings: [{ severity, code, what: `Of at most ${most} ${what} ${where} there are ${there}: ${hence}`, remedy }],
  };
};
const HERE = 'in this account and Region';

const machinesPart = async ({ machines }: Limits): Promise<Part> => {
  const sfn = new SFNClient({});
  const counted = await count(async (nextToken) => {
    const { stateMachines = [], nextToken: next } = await sfn.send(
      new ListStateMachinesCommand({ maxResults: 1_000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    return { items: stateMachines, next };
  });
  return countedPart(counted, machines, {
    code: 'state-machines',
    what: 'state machines',
    where: HERE,
    hence: 'beyond them no workflow can be added.',
    remedy:
      'Delete those that nobody uses (those of retired workflows once “runs” shows none of theirs), or ask for more: Service Quotas, AWS Step Functions, Registered state machines.',
  });
};

const schedulesPart = async ({ schedules }: Limits, alarm_group: string | undefined): Promise<Part> => {
  const scheduler = new SchedulerClient({});
  const { items, atLeast } = await pagesOf(async (NextToken) => {
    const { Schedules = [], NextToken: next } = await scheduler.send(
      new ListSchedulesCommand({ MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    return { items: Schedules, next };
  }, MOST_SCHEDULE_PAGES);
  const ours = items.filter(({ GroupName }) => alarm_group !== undefined && GroupName === alarm_group).length;
  const part = countedPart({ used: items.length, atLeast }, schedules, {
    code: 'schedules',
    what: 'schedules',
    where: HERE,
    hence: `beyond them no reminder can be set (${ours} are those of this stage).`,
    remedy:
      'Delete those of others that have gone off and stayed, or ask for more: Service Quotas, Amazon EventBridge Scheduler, Number of schedules.',
  });
  if (alarm_group === undefined || part.seen === undefined) return part;
  return { ...part, seen: `${part.seen} Of them ${ours} are the reminders and expiries of this stage.` };
};

const parametersPart = async (): Promise<Part> => {
  const ssm = new SSMClient({});
  const { items, atLeast } = await pagesOf(async (NextToken) => {
    const { Parameters = [], NextToken: next } = await ssm.send(
      new DescribeParametersCommand({ MaxResults: 50, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    return { items: Parameters, next };
  });
  const used = items.filter(({ Tier }) => Tier !== ParameterTier.ADVANCED).length;
  return countedPart({ used, atLeast }, MOST_PARAMETERS, {
    code: 'parameters',
    what: 'standard parameters of Systems Manager',
    where: HERE,
    hence: 'beyond them no secret can be made, and a new webhook has no address.',
    remedy: 'Delete those that nobody reads; this cannot be raised. Ours begin with /runsheet/.',
  });
};

const stacksPart = async ({ stacks }: Limits): Promise<Part> => {
  const cloudFormation = new CloudFormationClient({});
  const there = Object.values(StackStatus).filter((status) => status !== StackStatus.DELETE_COMPLETE);
  const counted = await count(async (NextToken) => {
    const { StackSummaries = [], NextToken: next } = await cloudFormation.send(
      new ListStacksCommand({ StackStatusFilter: there, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    return { items: StackSummaries, next };
  });
  return countedPart(counted, stacks, {
    code: 'stacks',
    what: 'stacks',
    where: HERE,
    hence: 'a stage is five of them.',
    remedy: 'Delete stacks that nobody uses, or ask for more: Service Quotas, AWS CloudFormation, Stack count.',
  });
};

const throttlePart = async ({ throttle }: Limits): Promise<Part> => {
  if (throttle === undefined) return {};
  const seen = `API Gateway lets ${throttle} requests a second through, to all APIs ${HERE} together.`;
  if (throttle >= DOOR_RATE) return { seen };
  return {
    seen,
    findings: [
      {
        severity: 'warning',
        code: 'throttle',
        what: `API Gateway lets only ${throttle} requests a second through, to all APIs ${HERE}: people would be told to try again.`,
        remedy: 'Ask for more: Service Quotas, Amazon API Gateway, Throttle rate.',
      },
    ],
  };
};

/** Lists show so many at most; what others have open is known to nobody but CloudWatch. */
const MOST_LISTED = 1_000;
const runsPart = (executions: number | undefined, used: number): Part =>
  countedPart({ used, atLeast: used >= MOST_LISTED }, executions, {
    code: 'open-executions',
    what: 'open runs',
    where: 'in this stage, each an open execution of Step Functions',
    hence: 'beyond them, with those of others, no run can be started.',
    remedy:
      'End runs that nobody goes on with (runs cancel RUN), or ask for more: Service Quotas, AWS Step Functions, Open executions.',
  });

type StackOfStage = { readonly name: string; readonly resources: readonly StackResourceSummary[] };

/** Of the stack and those nested in it. */
const resourcesOf = async (StackName: string): Promise<readonly StackOfStage[]> => {
  const cloudFormation = new CloudFormationClient({});
  const within = async (name: string): Promise<readonly StackOfStage[]> => {
    const { items: resources } = await pagesOf(async (NextToken) => {
      const { StackResourceSummaries = [], NextToken: next } = await cloudFormation.send(
        new ListStackResourcesCommand({ StackName: name, ...(NextToken === undefined ? {} : { NextToken }) }),
      );
      return { items: StackResourceSummaries, next };
    });
    const nested = resources.filter(({ ResourceType }) => ResourceType === 'AWS::CloudFormation::Stack');
    const below = await Promise.all(nested.map(({ PhysicalResourceId = '' }) => within(PhysicalResourceId)));
    // The ARN of a nested stack has its name in it.
    return [{ name: name.split('/')[1] ?? name, resources }, ...below.flat()];
  };
  return within(StackName);
};

const largest = <Item>(items: readonly Item[], size: (item: Item) => number): Item | undefined =>
  items.toSorted((a, b) => size(b) - size(a))[0];

const resourcesPart = (stacks: readonly StackOfStage[]): Part => {
  const most = largest(stacks, ({ resources }) => resources.length);
  if (most === undefined) return {};
  return countedPart({ used: most.resources.length }, MOST_RESOURCES, {
    code: 'resources',
    what: 'resources',
    where: `in the stack ${most.name}, the largest of this stage`,
    hence: 'beyond them a deployment fails.',
    remedy:
      'Take workflows that are retired, and have no run any more, out of the folder, or move some to another stage.',
  });
};

const routesPart = (routes: number | undefined, stacks: readonly StackOfStage[]): Part =>
  countedPart({ used: ofType(stacks, 'AWS::ApiGatewayV2::Route').length }, routes, {
    code: 'routes',
    what: 'routes',
    where: 'in the HTTP API of this stage',
    hence: 'beyond them a deployment fails.',
    remedy: 'Ask for more: Service Quotas, Amazon API Gateway, Routes per HTTP API.',
  });

const ofType = (stacks: readonly StackOfStage[], type: string): readonly string[] =>
  stacks.flatMap(({ resources }) =>
    resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
      ResourceType === type && PhysicalResourceId !== undefined ? [PhysicalResourceId] : [],
    ),
  );

/** Each deployment that changes a machine leaves one, which is kept for the runs that began with it. */
const versionsPart = (stacks: readonly StackOfStage[]): Part => {
  const numbered = ofType(stacks, 'AWS::StepFunctions::StateMachineVersion').flatMap((arn) => {
    const found = /:stateMachine:([^:]+):(\d+)$/.exec(arn);
    return found === null ? [] : [{ machine: found[1] ?? '', version: Number(found[2]) }];
  });
  const most = largest(numbered, ({ version }) => version);
  if (most === undefined) return {};
  return countedPart({ used: most.version }, MOST_VERSIONS, {
    code: 'versions',
    what: 'versions',
    where: `of the machine ${most.machine}, the most of this stage`,
    hence: 'beyond them a deployment that changes it fails.',
    remedy:
      'Delete the oldest, to which no open run goes back: aws stepfunctions list-state-machine-versions, then delete-state-machine-version.',
  });
};

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | undefined };
type PageAfter<Item> = (token: string | undefined) => Promise<Page<Item>>;

const pagesOf = async <Item>(
  pageAfter: PageAfter<Item>,
  most = MOST_PAGES,
): Promise<{ readonly items: readonly Item[]; readonly atLeast: boolean }> => {
  const items: Item[] = [];
  let token: string | undefined;
  for (let page = 0; page < most; page += 1) {
    const found = await pageAfter(token);
    items.push(...found.items);
    token = found.next;
    if (token === undefined) return { items, atLeast: false };
  }
  return { items, atLeast: true };
};

const count = async <Item>(pageAfter: PageAfter<Item>): Promise<Counted> => {
  const { items, atLeast } = await pagesOf(pageAfter);
  return { used: items.length, atLeast };
};
