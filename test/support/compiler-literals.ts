/** What the states of every machine have in common, written down once more so that the tests of the compiler stay readable. */
import { type CompiledWorkflow, compile } from '../../statemachines/compiler/compile.ts';
import { readWorkflow } from '../../statemachines/language/read-workflow.ts';
import type { Workflow } from '../../statemachines/language/workflow.ts';

/** @param text from `inputs:` or `steps:` on; what stands above them is the same for all. */
export const workflowFrom = (text: string): Workflow => {
  const file = `workflow: small\ntitle: Small\npurpose: To be read.\nlead: lead\n${text.replace(/^\n+/, '')}`;
  const { workflow, faults } = readWorkflow(file, 'small.yaml', {});
  if (workflow === undefined) throw new Error(faults.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return workflow;
};

export const compiledFromText = (text: string): CompiledWorkflow => compile(workflowFrom(text));

const LAMBDA_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

/** A function is called. */
export const CALL = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  TimeoutSeconds: 120,
  Retry: [
    {
      ErrorEquals: [...LAMBDA_ERRORS, 'TryAgain', 'States.Timeout'],
      IntervalSeconds: 2,
      MaxAttempts: 15,
      BackoffRate: 2,
      MaxDelaySeconds: 300,
      JitterStrategy: 'FULL',
    },
  ],
};
/** A function is called, and its token waited for. */
export const WAIT = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  TimeoutSeconds: 30_240_000,
  Retry: [
    {
      ErrorEquals: [...LAMBDA_ERRORS, 'TryAgain'],
      IntervalSeconds: 2,
      MaxAttempts: 15,
      BackoffRate: 2,
      MaxDelaySeconds: 300,
      JitterStrategy: 'FULL',
    },
  ],
};

/** Ways home, for a call and for a wait. */
export const callCatch = (scope: string) => [{ ErrorEquals: ['Stopped'], Next: `${scope}.stopped` }];
export const waitCatch = (scope: string) => [
  ...callCatch(scope),
  { ErrorEquals: ['States.Timeout', 'Expired'], Next: `${scope}.expired` },
];
/** Ways home, for a Parallel or a Map around what may be stopped and may expire. */
export const innerCatch = (scope: string) => [
  ...callCatch(scope),
  { ErrorEquals: ['Expired'], Next: `${scope}.expired` },
];
/** The same where the work can be rejected in there too. */
export const innerCatchRejected = (scope: string) => [
  ...callCatch(scope),
  { ErrorEquals: ['Rejected'], Next: `${scope}.rejected` },
  { ErrorEquals: ['Expired'], Next: `${scope}.expired` },
];

export const STOPPED = { Type: 'Fail', Error: 'Stopped', Cause: 'The run has ended.' };
export const REJECTED = { Type: 'Fail', Error: 'Rejected', Cause: 'The work was rejected.' };
export const EXPIRED = { Type: 'Fail', Error: 'Expired', Cause: 'The wait came to its end.' };

/** What every machine says of itself. */
export const MACHINE = {
  Comment: 'small: made by runsheet from its workflow file, contract 1. Change the file, not this machine.',
  QueryLanguage: 'JSONata',
  StartAt: 'run.open',
  TimeoutSeconds: 31_000_000,
};
const close = (outcome: string) => ({
  ...CALL,
  Arguments: { FunctionName: '${CloseRun}', Payload: { contract: 1, run: '{% $run.id %}', outcome } },
  Output: { run: '{% $run.id %}', outcome },
  End: true,
});
export const CLOSE_FINISHED = { 'run.finished': close('finished') };
export const CLOSE_REJECTED = { 'run.rejected': close('rejected') };
export const CLOSE_STOPPED = { 'run.stopped': close('stopped') };
export const CLOSE_EXPIRED = { 'run.expired': close('expired') };
export const CLOSES = { ...CLOSE_FINISHED, ...CLOSE_STOPPED, ...CLOSE_EXPIRED };
export const OPEN = {
  ...CALL,
  Arguments: { FunctionName: '${OpenRun}', Payload: { contract: 1, run: '{% $states.input.run.id %}' } },
  Output: {},
};
