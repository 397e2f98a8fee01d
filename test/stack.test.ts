import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import { WorkflowMachines } from '../infra/workflow-machines.ts';
import { readLibrary } from '../statemachines/library.ts';

const workflows = [...readLibrary(readFolder(SHIPPED)).workflows.values()].map(({ compiled }) => compiled);
const stack = new Stack(new App(), 'test');
new WorkflowMachines(stack, 'Machines', {
  stage: 'test',
  workflows,
  functionNamed: (name) => LambdaFunction.fromFunctionName(stack, name, `f-${name}`),
});
const template = Template.fromStack(stack);

describe('the machines of the stack', () => {
  it('are one for each workflow, Standard, traced, and log no execution data', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', workflows.length);
    template.allResourcesProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: Match.objectLike({ IncludeExecutionData: false, Level: 'ALL' }),
    });
  });

  it('are the compiled ones, each function of which is filled in', () => {
    for (const { asl, invokes, outline } of workflows) {
      const [machine] = Object.values(
        template.findResources('AWS::StepFunctions::StateMachine', {
          Properties: { StateMachineName: `runsheet-test-${outline.workflow.id}` },
        }),
      );
      expect(JSON.parse(machine?.Properties.DefinitionString)).toEqual(JSON.parse(JSON.stringify(asl)));
      expect(Object.keys(machine?.Properties.DefinitionSubstitutions).sort()).toEqual([...invokes].sort());
    }
  });

  it('may call the functions that they name and no others', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const called = statements
      .filter(({ Action }) => JSON.stringify(Action).includes('lambda:InvokeFunction'))
      .map(({ Resource }) => JSON.stringify(Resource));
    const named = [...new Set(workflows.flatMap(({ invokes }) => invokes))];
    expect(called).toHaveLength(named.length);
    for (const name of named)
      expect(
        called.filter((resource) => resource.includes(`:f-${name}"`)),
        name,
      ).toHaveLength(1);
  });
});
