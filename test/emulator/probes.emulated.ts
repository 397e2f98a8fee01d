/**
 * Where the emulator is not as AWS documents it: each difference is a probe, whose expectation is what the emulator
 * does. One that fails is good news: the difference is gone, and README.md and what works around it can go too.
 */
import { randomUUID } from 'node:crypto';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, sfnAt } from './support/deployment.ts';
import { ACCOUNT, type Emulator, startEmulator } from './support/emulator.ts';
import { until } from './support/outside.ts';

let emulator: Emulator;
let sfn: SFNClient;
beforeAll(async () => {
  emulator = await startEmulator();
  sfn = sfnAt(emulator);
});
afterAll(() => emulator.stop());

type Outcome = { readonly status: string | undefined; readonly output?: unknown; readonly error?: string | undefined };
const machineOf = async (states: object, startAt = 'first'): Promise<string> => {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: startAt, States: states });
  const command = new CreateStateMachineCommand({
    name: `probe-${randomUUID().slice(0, 8)}`,
    definition,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/probe`,
  });
  return (await sfn.send(command)).stateMachineArn ?? '';
};
const outcomeOf = async (states: object, input: object = {}): Promise<Outcome> => {
  const started = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: await machineOf(states), input: JSON.stringify(input) }),
  );
  return until('the end of a probe', async () => {
    const { status, output, error } = await sfn.send(
      new DescribeExecutionCommand({ executionArn: started.executionArn }),
    );
    if (status === 'RUNNING') return undefined;
    return status === 'SUCCEEDED' ? { status, output: JSON.parse(output ?? 'null') } : { status, error };
  });
};

const pass = { Type: 'Pass', End: true };
const parallel = (more: object, next: object) => ({
  first: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'a', States: { a: { ...pass, Output: { a: 1 } } } },
      { StartAt: 'b', States: { b: { ...pass, Output: { b: 2 } } } },
    ],
    ...more,
    Next: 'behind',
  },
  behind: { Type: 'Pass', End: true, ...next },
});

describe('machines, as AWS documents them', () => {
  test.each<[string, object, object, Outcome]>([
    [
      'Items of Map',
      {
        first: {
          Type: 'Map',
          Items: '{% $states.input.list %}',
          ItemSelector: { one: '{% $states.context.Map.Item.Value %}' },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'item',
            States: { item: { Type: 'Pass', Output: '{% $states.input.one * 2 %}', End: true } },
          },
          End: true,
        },
      },
      { list: [1, 2, 3] },
      { status: 'SUCCEEDED', output: [2, 4, 6] },
    ],
    [
      'expressions in Fail',
      { first: { Type: 'Fail', Error: '{% $states.input.word %}', Cause: 'no' } },
      { word: 'Rejected' },
      { status: 'FAILED', error: 'Rejected' },
    ],
    [
      'paths with predicates',
      { first: { Type: 'Pass', Output: "{% $states.input.list[x='b'].y %}", End: true } },
      {
        list: [
          { x: 'a', y: 1 },
          { x: 'b', y: 2 },
        ],
      },
      { status: 'SUCCEEDED', output: 2 },
    ],
    [
      'variables and a loop',
      {
        first: { Type: 'Pass', Assign: { count: 0 }, Next: 'more' },
        more: { Type: 'Pass', Assign: { count: '{% $count + 1 %}' }, Next: 'enough' },
        enough: { Type: 'Choice', Choices: [{ Condition: '{% $count < 3 %}', Next: 'more' }], Default: 'end' },
        end: { Type: 'Pass', Output: '{% $count %}', End: true },
      },
      {},
      { status: 'SUCCEEDED', output: 3 },
    ],
  ])('%s', async (_, states, input, outcome) => {
    expect(await outcomeOf(states, input)).toEqual(outcome);
  });
});

describe('what differs', () => {
  test.each<[string, object, object, Outcome]>([
    [
      'Output of Parallel is ignored; a Pass behind it is not',
      parallel({ Output: { both: '{% $merge($states.result) %}' } }, {}),
      {},
      { status: 'SUCCEEDED', output: [{ a: 1 }, { b: 2 }] },
    ],
    [
      'Assign of Parallel is ignored',
      parallel({ Assign: { both: '{% $merge($states.result) %}' } }, { Output: '{% $both %}' }),
      {},
      { status: 'FAILED', error: 'States.QueryEvaluationError' },
    ],
    [
      'branches share their variables',
      {
        first: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'mine',
              States: {
                mine: { Type: 'Pass', Assign: { whose: 'mine' }, Next: 'later' },
                later: { Type: 'Wait', Seconds: 1, Next: 'said' },
                said: { Type: 'Pass', Output: '{% $whose %}', End: true },
              },
            },
            { StartAt: 'theirs', States: { theirs: { ...pass, Assign: { whose: 'theirs' }, Output: 'well' } } },
          ],
          End: true,
        },
      },
      {},
      { status: 'SUCCEEDED', output: ['theirs', 'well'] },
    ],
    [
      'Output of Succeed is ignored',
      { first: { Type: 'Succeed', Output: { said: '{% $states.input.word %}' } } },
      { word: 'well' },
      { status: 'SUCCEEDED', output: { word: 'well' } },
    ],
  ])('%s', async (_, states, input, outcome) => {
    expect(await outcomeOf(states, input)).toEqual(outcome);
  });

  test('a branch that fails waits for the others, where AWS gives them up; and states in branches have no history', async () => {
    const states = {
      first: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'wrong', States: { wrong: { Type: 'Fail', Error: 'Rejected' } } },
          { StartAt: 'slow', States: { slow: { Type: 'Wait', Seconds: 3, End: true } } },
        ],
        Catch: [{ ErrorEquals: ['Rejected'], Next: 'caught' }],
        End: true,
      },
      caught: pass,
    };
    const began = Date.now();
    const stateMachineArn = await machineOf(states);
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await until('the end of a probe', async () => {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'SUCCEEDED' ? true : undefined;
    });
    expect(Date.now() - began).toBeGreaterThan(2_900);
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    expect(entered).toEqual(['first', 'caught']);
  });

  test('a second start of the same name and input is refused, where AWS answers with the run that is open', async () => {
    const stateMachineArn = await machineOf({ first: { Type: 'Wait', Seconds: 30, End: true } });
    const command = new StartExecutionCommand({ stateMachineArn, name: 'same', input: '{"a":1}' });
    await sfn.send(command);
    await expect(sfn.send(command)).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });

  test('a token that was never given is unknown, where AWS calls it invalid', async () => {
    const command = new SendTaskSuccessCommand({ taskToken: 'nobody-gave-it', output: '{}' });
    await expect(sfn.send(command)).rejects.toBeInstanceOf(TaskDoesNotExist);
  });

  test('a machine that has failed cannot go on where it stood: there is no such call', async () => {
    const command = new RedriveExecutionCommand({
      executionArn: `arn:aws:states:eu-central-1:${ACCOUNT}:execution:probe:failed`,
    });
    await expect(sfn.send(command)).rejects.toMatchObject({ name: 'InvalidAction' });
  });

  test('a schedule passes its input as it stands, where AWS fills in the scheduled time', async () => {
    const stateMachineArn = await machineOf({ first: pass });
    await new SchedulerClient(clientOf(emulator)).send(
      new CreateScheduleCommand({
        Name: `probe-${randomUUID().slice(0, 8)}`,
        ScheduleExpression: `at(${new Date(Date.now() + 2_000).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: stateMachineArn,
          RoleArn: `arn:aws:iam::${ACCOUNT}:role/probe`,
          Input: '{"at":"<aws.scheduler.scheduled-time>"}',
        },
      }),
    );

    const executionArn = await until('the schedule', async () => {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions[0]?.executionArn;
    });
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect(input).toBe('{"at":"<aws.scheduler.scheduled-time>"}');
  });
});
