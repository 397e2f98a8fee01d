/** What cdk-nag finds in the stack: nothing that is not acknowledged beside it with a reason. */
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { appWith, SENDER, stackIn } from './support/stack.ts';

const found = (context: object): string => {
  const app = appWith({ sender: SENDER, stage: 'test', ...context });
  stackIn(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  try {
    app.synth();
    return '';
  } catch (problem) {
    return String((problem as Error).message);
  }
};

it.each([
  ['as it is deployed first', {}],
  [
    'with an address of its own and somebody who is told',
    {
      domain: 'runs.example.com',
      certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/1',
      alarms: 'ops@example.com',
    },
  ],
])('the stack %s holds what AWS Solutions and Serverless ask for', (_, context) => {
  expect(found(context)).toBe('');
});
