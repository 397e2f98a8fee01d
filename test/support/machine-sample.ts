/** A small machine of the kind the compiler emits, without a defect: what the tests of the check spoil one by one. */

/** JSON that a test reaches into without asking at each step what is there. */
// biome-ignore lint/suspicious/noExplicitAny: spoiling a machine means writing what its type would forbid
export type LooseJson = any;

const RETRY = [
  {
    ErrorEquals: ['Lambda.ServiceException', 'Lambda.TooManyRequestsException', 'TryAgain'],
    IntervalSeconds: 2,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
];
const CATCH = [
  { ErrorEquals: ['Stopped'], Next: 'run.stopped' },
  { ErrorEquals: ['States.Timeout'], Next: 'run.expired' },
];

function call(functionName: string, payload: object): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: { contract: 1, ...payload } },
    TimeoutSeconds: 120,
    Retry: structuredClone(RETRY),
  };
}

function wait(step: string): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: {
      FunctionName: '${OpenStep}',
      Payload: { contract: 1, run: '{% $run.id %}', step, token: '{% $states.context.Task.Token %}' },
    },
    TimeoutSeconds: 30_240_000,
    Retry: structuredClone(RETRY),
  };
}

export const SAMPLE_FUNCTIONS = ['OpenRun', 'OpenStep', 'CloseRun'];

/** run.open → outline ⇄ approval (at most seven rounds) → draft beside images → a post for each channel → the end. */
export function soundMachine(): LooseJson {
  return {
    Comment: 'blog-post',
    QueryLanguage: 'JSONata',
    StartAt: 'run.open',
    TimeoutSeconds: 31_000_000,
    States: {
      'run.open': {
        ...call('${OpenRun}', { run: '{% $states.input.run.id %}' }),
        Assign: { run: '{% $states.input.run %}', inputs: '{% $states.input.inputs %}', approval__rounds: 0 },
        Next: 'outline',
      },
      outline: {
        ...wait('outline'),
        Assign: { outline: '{% $states.result %}' },
        Catch: structuredClone(CATCH),
        Next: 'approval',
      },
      approval: { ...wait('approval'), Catch: structuredClone(CATCH), Next: 'approval.decision' },
      'approval.decision': {
        Type: 'Choice',
        Choices: [
          { Condition: "{% $states.input.decision in ['approve', 'skip'] %}", Next: 'production' },
          {
            Condition: "{% $states.input.decision = 'request_changes' and $approval__rounds < 6 %}",
            Assign: { approval__rounds: '{% $approval__rounds + 1 %}' },
            Next: 'outline',
          },
        ],
        Default: 'run.stopped',
      },
      production: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'draft',
            States: {
              draft: { ...wait('draft'), Output: "{% {'draft': $states.result, 'outline': $outline} %}", End: true },
            },
          },
          {
            StartAt: 'images.when',
            States: {
              'images.when': {
                Type: 'Choice',
                Choices: [{ Condition: '{% $inputs.budget > 1000 %}', Next: 'images' }],
                Default: 'images.skip',
              },
              images: { ...wait('images'), End: true },
              'images.skip': { Type: 'Pass', Output: { decision: 'skip' }, End: true },
            },
          },
        ],
        Assign: { draft: '{% $states.result[0] %}' },
        Catch: structuredClone(CATCH),
        Next: 'channels',
      },
      channels: {
        Type: 'Map',
        Items: '{% [$inputs.channels] %}',
        MaxConcurrency: 3,
        ItemSelector: { channel: '{% $states.context.Map.Item.Value %}' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'post.item',
          States: {
            'post.item': { Type: 'Pass', Assign: { channel: '{% $states.input.channel %}' }, Next: 'post' },
            post: { ...wait('post'), Output: '{% $channel %}', End: true },
          },
        },
        Next: 'run.finished',
      },
      'run.finished': { ...call('${CloseRun}', { outcome: 'finished' }), End: true },
      'run.expired': { ...call('${CloseRun}', { outcome: 'expired' }), Next: 'expired' },
      'run.stopped': { ...call('${CloseRun}', { outcome: 'stopped' }), Next: 'stopped' },
      stopped: { Type: 'Fail', Error: 'Stopped', Cause: 'The run was stopped.' },
      expired: { Type: 'Fail', Error: 'Expired', Cause: 'A step waited too long.' },
    },
  };
}
