/**
 * One Step Functions machine for each workflow, with a version for each definition and the alias `live`.
 *
 * Promises: machines may call the functions that they name and no others; their log holds no execution data. A run goes
 * on as it began, whatever is deployed: it belongs to the definition that it was started with. No machine, version or
 * alias goes with its stack, since that would end its runs.
 *
 * A stack holds 500 resources, and a machine that moves from one stack to another is deleted and made anew. So machines
 * stand on four shelves, each a nested stack, from the first workflow on, and which one depends on nothing but the id:
 * a library may grow to some 500 workflows, and none ever moves.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestedStack, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnStateMachine, CfnStateMachineAlias, CfnStateMachineVersion } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CompiledWorkflow } from '../statemachines/compiler/compile.ts';
import type { FunctionName } from '../statemachines/contract.ts';
import { arnHere, findingOf, type Grant } from './grants.ts';

export type WorkflowMachinesProps = {
  readonly stage: string;
  readonly workflows: readonly CompiledWorkflow[];
  readonly functionNamed: (name: FunctionName) => IFunction;
};

const SHELVES = 4;
export const shelfOf = (workflow: string): number =>
  createHash('sha256').update(workflow).digest().readUInt8(0) % SHELVES;

export const ALIAS = 'live';
const machineName = (stage: string, workflow: string): string => `runsheet-${stage}-${workflow}`;

/** The alias of any workflow, with `{workflow}` for its id: known before there is a machine. */
export const aliasPattern = (scope: Construct, stage: string): string =>
  arnHere(scope, 'states', `stateMachine:${machineName(stage, '{workflow}')}:${ALIAS}`);

/** What the ARNs of all machines begin with. */
export const machinePrefix = (scope: Construct, stage: string): string =>
  arnHere(scope, 'states', `stateMachine:${machineName(stage, '')}`);

/** All machines of a stage, and their executions, as ARNs end. */
export const machineNames = (stage: string): { readonly machines: string; readonly executions: string } => ({
  machines: `stateMachine:${machineName(stage, '*')}`,
  executions: `execution:${machineName(stage, '*')}`,
});

/** What whoever starts and answers machines needs. */
export const useMachines = (scope: Construct, stage: string): readonly Grant[] => {
  const { machines, executions } = machineNames(stage);
  const reason = 'Machines need the functions first, and so are known by their names alone; the stage is in them.';
  return [
    {
      statement: new PolicyStatement({
        actions: ['states:StartExecution', 'states:SendTaskSuccess', 'states:SendTaskFailure'],
        resources: [arnHere(scope, 'states', machines)],
      }),
      reasons: { [findingOf('states', machines)]: reason },
    },
    {
      statement: new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [arnHere(scope, 'states', executions)],
      }),
      reasons: { [findingOf('states', executions)]: reason },
    },
  ];
};

export class WorkflowMachines extends Construct {
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, { stage, workflows, functionNamed }: WorkflowMachinesProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'What every machine of runsheet may do.',
    });
    this.log = new LogGroup(this, 'Log', {
      // Step Functions writes only to names of this kind without running into the size limit of log policies.
      logGroupName: `/aws/vendedlogs/states/runsheet-${stage}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const functions = new Map<FunctionName, string>();
    for (const name of new Set(workflows.flatMap(({ invokes }) => invokes))) {
      const { functionArn } = functionNamed(name);
      role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
      functions.set(name, functionArn);
    }
    letItLog(role);

    const shelves = new Map<number, NestedStack>();
    const folder = join(Stage.of(this)?.outdir ?? 'cdk.out', 'machines');
    mkdirSync(folder, { recursive: true });
    for (const { asl, invokes, outline } of workflows) {
      const workflow = outline.workflow.id;
      const number = shelfOf(workflow);
      const shelf = shelves.get(number) ?? new NestedStack(this, `Shelf${number}`);
      shelves.set(number, shelf);
      const file = join(folder, `${workflow}.asl.json`);
      writeFileSync(file, JSON.stringify(asl));
      const definition = new Asset(shelf, `${workflow}.asl`, { path: file });
      const machine = new CfnStateMachine(shelf, workflow, {
        stateMachineName: machineName(stage, workflow),
        stateMachineType: 'STANDARD',
        definitionS3Location: { bucket: definition.s3BucketName, key: definition.s3ObjectKey },
        definitionSubstitutions: Object.fromEntries(invokes.map((name) => [name, functions.get(name) ?? ''])),
        roleArn: role.roleArn,
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: false,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: this.log.logGroupArn } }],
        },
        tracingConfiguration: { enabled: true },
      });
      machine.node.addDependency(role);
      const version = new CfnStateMachineVersion(shelf, `${workflow}.version`, {
        stateMachineArn: machine.attrArn,
        stateMachineRevisionId: machine.attrStateMachineRevisionId,
      });
      const alias = new CfnStateMachineAlias(shelf, `${workflow}.${ALIAS}`, {
        name: ALIAS,
        routingConfiguration: [{ stateMachineVersionArn: version.attrArn, weight: 100 }],
      });
      for (const kept of [machine, version, alias]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }
}

/** Both go to what has no ARN: deliveries of logs, and traces. */
const letItLog = (role: Role): void => {
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      resources: ['*'],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Step Functions logs by deliveries and traces by segments, neither of which has an ARN.',
  });
};
