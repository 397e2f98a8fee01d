/**
 * One Step Functions machine for each workflow.
 *
 * Promises: machines may call the functions that they name and no others; their log holds no execution data.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CompiledWorkflow } from '../statemachines/compiler/compile.ts';
import type { FunctionName } from '../statemachines/contract.ts';

export type WorkflowMachinesProps = {
  readonly stage: string;
  readonly workflows: readonly CompiledWorkflow[];
  readonly functionNamed: (name: FunctionName) => IFunction;
};

export class WorkflowMachines extends Construct {
  /** By the id of the workflow. */
  readonly machines: ReadonlyMap<string, StateMachine>;

  constructor(scope: Construct, id: string, { stage, workflows, functionNamed }: WorkflowMachinesProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'What every machine of runsheet may do.',
    });
    const destination = new LogGroup(this, 'Log', {
      // Step Functions writes only to names of this kind without running into the size limit of log policies.
      logGroupName: `/aws/vendedlogs/states/runsheet-${stage}-${Names.uniqueResourceName(this, { maxLength: 40 })}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const functions = new Map<FunctionName, IFunction>();
    for (const name of new Set(workflows.flatMap(({ invokes }) => invokes))) {
      const one = functionNamed(name);
      one.grantInvoke(role);
      functions.set(name, one);
    }
    this.machines = new Map(
      workflows.map(({ asl, invokes, outline }) => [
        outline.workflow.id,
        new StateMachine(this, outline.workflow.id, {
          stateMachineName: `runsheet-${stage}-${outline.workflow.id}`,
          stateMachineType: StateMachineType.STANDARD,
          definitionBody: DefinitionBody.fromString(JSON.stringify(asl)),
          definitionSubstitutions: Object.fromEntries(
            invokes.map((name) => [name, functions.get(name)?.functionArn ?? '']),
          ),
          role,
          logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
          tracingEnabled: true,
        }),
      ]),
    );
  }
}
