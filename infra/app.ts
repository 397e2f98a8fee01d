/** What `cdk synth` and `cdk deploy` put together. */
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { readLibrary } from '../statemachines/library.ts';
import { readFolder, SHIPPED } from './workflow-folder.ts';
import { WorkflowMachines } from './workflow-machines.ts';

const app = new App();
const stage = String(app.node.tryGetContext('stage') ?? 'dev');
const folder = String(app.node.tryGetContext('workflows') ?? SHIPPED);

const sources = readFolder(folder);
const library = readLibrary(sources, sources.own);
const errors = library.faults.filter(({ severity }) => severity === 'error');
if (errors.length > 0) {
  process.stderr.write(
    `${errors.map(({ file, line, column, message, fix }) => `${file}:${line}:${column} ${message} ${fix}`).join('\n')}\nNothing was synthesised.\n`,
  );
  process.exit(1);
}

const stack = new Stack(app, `runsheet-${stage}`, { description: 'Marketing workflows of runsheet.' });
new WorkflowMachines(stack, 'Machines', {
  stage,
  workflows: [...library.workflows.values()].map(({ compiled }) => compiled),
  functionNamed: (name) =>
    LambdaFunction.fromFunctionName(
      stack,
      name,
      `runsheet-${stage}-${name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()}`,
    ),
});
