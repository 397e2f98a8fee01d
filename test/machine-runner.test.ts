/** The rules of Step Functions that our machines rely on, each as the sandbox's runner keeps it. */
import { describe, expect, it } from 'vitest';
import { UnknownConstruct } from '../infra/sandbox/machine-runner.ts';
import { MachinePlayer } from './support/machine-player.ts';
import { type LooseJson, soundMachine } from './support/machine-sample.ts';

function machine(states: LooseJson, more: object = {}): LooseJson {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

function task(functionName: string, more: LooseJson = { End: true }): LooseJson {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: `\${${functionName}}`, Payload: {} },
    ...more,
  };
}

function wait(functionName: string, more: LooseJson = { End: true }): LooseJson {
  const Arguments = { FunctionName: `\${${functionName}}`, Payload: { token: '{% $states.context.Task.Token %}' } };
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', Arguments, ...more };
}

const pass = (more: object = { End: true }) => ({ Type: 'Pass', ...more });

async function outputOf(states: LooseJson, input: LooseJson = {}) {
  const { ended } = await MachinePlayer.start(machine(states), input);
  return ended?.kind === 'ended' && ended.status === 'SUCCEEDED' ? ended.output : ended;
}

describe('a query', () => {
  it('keeps the type of its result', async () => {
    expect(
      await outputOf({
        a: pass({
          Output: {
            n: '{% 1 + 1 %}',
            t: '{% true %}',
            z: '{% null %}',
            l: '{% [1, [2]] %}',
            s: 'text {',
            o: { deep: ['{% "x" %}'] },
          },
          End: true,
        }),
      }),
    ).toEqual({ n: 2, t: true, z: null, l: [1, [2]], s: 'text {', o: { deep: ['x'] } });
  });

  it('gives a sequence as a plain list, and one of length one as its only item', async () => {
    expect(
      await outputOf(
        {
          a: pass({
            Output: {
              many: '{% $states.input.list.n %}',
              one: '{% $states.input.list[n = 1].n %}',
              kept: '{% $states.input.list[n = 1].n[] %}',
            },
            End: true,
          }),
        },
        { list: [{ n: 1 }, { n: 2 }] },
      ),
    ).toEqual({ many: [1, 2], one: 1, kept: [1] });
  });

  it('that gives nothing fails with States.QueryEvaluationError and says where', async () => {
    expect(await outputOf({ a: pass({ Output: { deep: '{% $states.input.nothing %}' }, End: true }) })).toEqual({
      kind: 'ended',
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "The JSONata expression '$states.input.nothing' specified for the field 'Output/deep' returned nothing (undefined).",
    });
  });

  it('leaves out what an object that it builds holds as undefined', async () => {
    expect(await outputOf({ a: pass({ Output: "{% {'a': $states.input.none, 'b': 1} %}", End: true }) })).toEqual({
      b: 1,
    });
  });

  it('has the functions that Step Functions adds', async () => {
    expect(
      await outputOf({
        a: pass({
          Output: {
            p: '{% $partition([1, 2, 3], 2) %}',
            r: '{% $range(0, 5, 2) %}',
            h: "{% $hash('a', 'SHA-256') %}",
            j: '{% $parse(\'{"a": 1}\').a %}',
          },
          End: true,
        }),
      }),
    ).toEqual({
      p: [[1, 2], [3]],
      r: [0, 2, 4],
      h: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
      j: 1,
    });
  });

  it('takes the time of the event for now', async () => {
    expect(await outputOf({ a: pass({ Output: ['{% $now() %}', '{% $millis() %}'], End: true }) })).toEqual([
      '2026-03-02T09:00:00.000Z',
      1_772_442_000_000,
    ]);
  });

  it('sees the context of its execution and state', async () => {
    expect(await outputOf({ a: pass({ Output: '{% $states.context %}', End: true }) }, { topic: 'tea' })).toEqual({
      Execution: {
        Id: 'arn:aws:states:local:000000000000:execution:machine:run-1',
        Input: { topic: 'tea' },
        Name: 'run-1',
        StartTime: '2026-03-02T09:00:00.000Z',
        RedriveCount: 0,
      },
      State: { Name: 'a', EnteredTime: '2026-03-02T09:00:00.000Z', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:local:000000000000:stateMachine:machine', Name: 'machine' },
    });
  });
});

describe('a variable', () => {
  it('has in its own state the value that it had on entry', async () => {
    expect(
      await outputOf({
        a: pass({ Assign: { x: 1 }, Next: 'b' }),
        b: pass({ Assign: { x: '{% $x + 1 %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'c' }),
        c: pass({ Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'], End: true }),
      }),
    ).toEqual([1, 2, 1]);
  });

  it('of an outer scope is seen in a branch, and one of a branch is not seen outside', async () => {
    const states = (output: string) => ({
      a: pass({ Assign: { x: 1 }, Next: 'both' }),
      both: {
        Type: 'Parallel',
        Next: 'after',
        Branches: [
          {
            StartAt: 'in',
            States: {
              in: pass({ Assign: { y: '{% $x + 1 %}' }, Next: 'in2' }),
              in2: pass({ Output: '{% $y %}', End: true }),
            },
          },
        ],
      },
      after: pass({ Output: output, End: true }),
    });
    expect(await outputOf(states('{% $states.input[0] %}'))).toBe(2);
    expect(await outputOf(states('{% $y %}'))).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('a Pass', () => {
  it('puts out its input when it says nothing else, and counts two history events', async () => {
    const player = await MachinePlayer.start(machine({ a: pass() }), { topic: 'tea' });
    expect(player.ended).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: { topic: 'tea' } });
    expect(player.execution).toMatchObject({ entered: ['a'], transitions: 1, historyEvents: 4 });
  });
});

describe('a Choice', () => {
  const choose = (condition: string, more: object = { Default: 'no' }) => ({
    a: pass({ Assign: { x: 0 }, Next: 'choose' }),
    choose: {
      Type: 'Choice',
      Choices: [{ Condition: `{% ${condition} %}`, Assign: { x: 1 }, Output: 'chosen', Next: 'yes' }],
      ...more,
    },
    yes: pass({ Output: ['yes', '{% $x %}', '{% $states.input %}'], End: true }),
    no: pass({ Output: ['no', '{% $x %}', '{% $states.input %}'], End: true }),
  });

  it('takes the first rule that holds, with its Assign and Output', async () => {
    expect(await outputOf(choose('$x = 0'))).toEqual(['yes', 1, 'chosen']);
  });

  it('takes its Default when none holds, and assigns nothing then', async () => {
    expect(await outputOf(choose('$x = 5'), { topic: 'tea' })).toEqual(['no', 0, { topic: 'tea' }]);
  });

  it('fails when a condition is neither true nor false', async () => {
    expect(await outputOf(choose('"yes"'))).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('that fails is caught by the Parallel around it', async () => {
    const inner = {
      choose: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'end' }], Default: 'end' },
      end: pass(),
    };
    expect(
      await outputOf({
        around: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'choose', States: inner }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'caught' }],
          End: true,
        },
        caught: pass({ Output: '{% $states.input.Error %}', End: true }),
      }),
    ).toBe('States.QueryEvaluationError');
  });

  it('without a Default fails with States.NoChoiceMatched', async () => {
    expect(await outputOf(choose('$x = 5', {}))).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });
});

describe('a Fail', () => {
  it('ends the execution with its error and cause', async () => {
    expect(await outputOf({ a: { Type: 'Fail', Error: 'Rejected', Cause: 'no' } })).toEqual({
      kind: 'ended',
      status: 'FAILED',
      error: 'Rejected',
      cause: 'no',
    });
  });
});

describe('a Succeed', () => {
  it('ends its scope with its output', async () => {
    expect(await outputOf({ a: { Type: 'Succeed', Output: '{% $states.input.topic %}' } }, { topic: 'tea' })).toBe(
      'tea',
    );
  });
});

describe('a Wait', () => {
  it('goes on with its input when its time has come', async () => {
    const player = await MachinePlayer.start(machine({ a: { Type: 'Wait', Seconds: 60, End: true } }), 7);
    expect(player.timers).toEqual([{ kind: 'timer', id: 'timer-1', at: '2026-03-02T09:01:00.000Z' }]);
    await player.ring();
    expect(player.ended).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: 7 });
  });
});

describe('a task', () => {
  it('asks for its function by the name of its placeholder and gives the answer under Payload', async () => {
    const player = await MachinePlayer.start(
      machine({ a: task('OpenRun', { Output: '{% $states.result.Payload.run %}', TimeoutSeconds: 120, End: true }) }),
    );
    expect(player.effects).toEqual([
      { kind: 'invoke', id: 'task-1', functionName: 'OpenRun', payload: {}, attempt: 1 },
      { kind: 'timer', id: 'timer-2', at: '2026-03-02T09:02:00.000Z' },
    ]);
    await player.answer('OpenRun', { run: 'r1' });
    expect(player.ended).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: 'r1' });
    expect(player.execution.historyEvents).toBe(5 + 2);
  });

  it('that takes longer than its TimeoutSeconds fails with States.Timeout, and its late answer is ignored', async () => {
    const player = await MachinePlayer.start(
      machine({
        a: task('F', { TimeoutSeconds: 1, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'late' }], End: true }),
        late: pass(),
      }),
    );
    await player.ring();
    expect(player.ended).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    expect((await player.answer('F', 1)).outcome).toBe('ignored');
  });

  it('of which an argument cannot be evaluated fails by a name that can be caught', async () => {
    const broken = task('F', { Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'b' }], End: true });
    broken.Arguments.Payload = '{% $states.input.none %}';
    const player = await MachinePlayer.start(
      machine({ a: broken, b: pass({ Output: '{% $states.input.Error %}', End: true }) }),
    );
    expect(player.invocations).toEqual([]);
    expect(player.ended).toMatchObject({ output: 'States.QueryEvaluationError' });
    expect(player.execution.historyEvents).toBe(2 + 3 + 2);
  });

  it('with an answer beyond 256 KiB fails with States.DataLimitExceeded, which States.ALL does not catch', async () => {
    const player = await MachinePlayer.start(
      machine({ a: task('F', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'b' }], End: true }), b: pass() }),
    );
    await player.answer('F', 'x'.repeat(262_144));
    expect(player.ended).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('a wait for a token', () => {
  it('goes on with what the token brings, whatever the function returned', async () => {
    const player = await MachinePlayer.start(
      machine({
        a: wait('OpenStep', { Assign: { a: '{% $states.result %}' }, Next: 'b' }),
        b: pass({ Output: '{% $a %}', End: true }),
      }),
    );
    expect(player.last()).toMatchObject({ token: 'run-1/task-1', payload: { token: 'run-1/task-1' } });
    await player.answer('OpenStep', 'ignored');
    expect(player.ended).toBeUndefined();
    await player.decide('OpenStep', { decision: 'approve' });
    expect(player.ended).toMatchObject({ output: { decision: 'approve' } });
    expect(player.execution.historyEvents).toBe(6 + 2 + 2);
  });

  it('goes on when the token comes before the function has returned', async () => {
    const player = await MachinePlayer.start(machine({ a: wait('OpenStep') }));
    expect((await player.decide('OpenStep', 1)).outcome).toBe('accepted');
    expect((await player.answer('OpenStep', 2)).outcome).toBe('ignored');
    expect(player.execution).toMatchObject({ status: 'SUCCEEDED', output: 1, historyEvents: 6 + 2 });
  });

  it('takes its token once: then it is TaskTimedOut, and one never given out is InvalidToken', async () => {
    const player = await MachinePlayer.start(machine({ a: wait('F', { Next: 'b' }), b: wait('G') }));
    await player.decide('F', 1);
    const before = player.execution;
    expect(await player.decide('F', 2)).toEqual({ effects: [], outcome: 'TaskTimedOut' });
    expect(await player.send({ kind: 'token-success', token: 'made-up', output: 1 })).toEqual({
      effects: [],
      outcome: 'InvalidToken',
    });
    expect(await player.send({ kind: 'token-success', token: '__proto__', output: 1 })).toEqual({
      effects: [],
      outcome: 'InvalidToken',
    });
    expect(player.execution).toEqual(before);
  });

  it('fails with the error of the token, which a Catch takes by name, and assigns only what the Catch does', async () => {
    const player = await MachinePlayer.start(
      machine({
        first: pass({ Assign: { x: 0, why: '' }, Next: 'a' }),
        a: wait('F', {
          Assign: { x: 1 },
          Catch: [
            { ErrorEquals: ['Other'], Next: 'other' },
            { ErrorEquals: ['Stopped'], Assign: { why: '{% $states.errorOutput.Cause %}' }, Output: 'out', Next: 'b' },
          ],
          Next: 'b',
        }),
        b: pass({ Output: ['{% $x %}', '{% $why %}', '{% $states.input %}'], End: true }),
        other: pass(),
      }),
    );
    await player.send({
      kind: 'token-failure',
      token: player.last().token ?? '',
      error: 'Stopped',
      cause: 'by the lead',
    });
    expect(player.ended).toMatchObject({ output: [0, 'by the lead', 'out'] });
  });

  it('has a new token in each attempt, and the one before is TaskTimedOut', async () => {
    const player = await MachinePlayer.start(
      machine({ a: wait('F', { Retry: [{ ErrorEquals: ['TryAgain'] }], End: true }) }),
      {},
      { token: (id) => `secret-${id}` },
    );
    await player.fail('F', 'TryAgain');
    await player.ring();
    expect(player.invocations.map(({ token, attempt }) => [token, attempt])).toEqual([
      ['secret-task-1', 1],
      ['secret-task-3', 2],
    ]);
    expect((await player.send({ kind: 'token-success', token: 'secret-task-1', output: 1 })).outcome).toBe(
      'TaskTimedOut',
    );
    expect((await player.decide('F', 1)).outcome).toBe('accepted');
  });
});

describe('a Retry', () => {
  async function delays(retrier: object, times: number, chance?: () => number) {
    const player = await MachinePlayer.start(
      machine({ a: task('F', { Retry: [{ ErrorEquals: ['States.TaskFailed'], ...retrier }], End: true }) }),
      {},
      chance ? { chance } : {},
    );
    const seconds: number[] = [];
    for (let attempt = 0; attempt < times; attempt += 1) {
      await player.fail('F', 'Busy');
      if (player.ended) break;
      const timer = player.timers.at(-1);
      seconds.push((Date.parse(timer?.at ?? '') - Date.parse(player.now)) / 1000);
      await player.ring();
    }
    return { seconds, player };
  }

  it('waits longer each time, at most MaxDelaySeconds, and gives up after MaxAttempts', async () => {
    const { seconds, player } = await delays(
      { IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 },
      9,
    );
    expect(seconds).toEqual([2, 6, 10]);
    expect(player.ended).toEqual({ kind: 'ended', status: 'FAILED', error: 'Busy' });
    expect(player.execution).toMatchObject({ entered: ['a'], transitions: 4, historyEvents: 1 + 1 + 4 * 3 + 1 });
  });

  it('tries three times, after 1, 2 and 4 seconds, when it says nothing else', async () => {
    expect((await delays({}, 9)).seconds).toEqual([1, 2, 4]);
  });

  it('with full jitter waits the part of the delay that chance says', async () => {
    expect((await delays({ JitterStrategy: 'FULL', IntervalSeconds: 8 }, 2, () => 0.25)).seconds).toEqual([2, 4]);
  });

  it('by States.TaskFailed does not repeat a timeout', async () => {
    const player = await MachinePlayer.start(
      machine({ a: task('F', { TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['States.TaskFailed'] }], End: true }) }),
    );
    await player.ring();
    expect(player.ended).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('counts each retrier for itself, and tells its queries how often', async () => {
    const asl = machine({
      a: task('F', {
        Retry: [
          { ErrorEquals: ['A'], MaxAttempts: 1 },
          { ErrorEquals: ['B'], MaxAttempts: 1 },
        ],
        End: true,
      }),
    });
    asl.States.a.Arguments.Payload = '{% $states.context.State.RetryCount %}';
    const player = await MachinePlayer.start(asl);
    for (const error of ['A', 'B', 'A']) {
      await player.fail('F', error);
      if (!player.ended) await player.ring();
    }
    expect(player.invocations.map(({ payload }) => payload)).toEqual([0, 1, 2]);
    expect(player.ended).toMatchObject({ error: 'A' });
  });
});

describe('a Parallel', () => {
  const both = (more: LooseJson = { End: true }) =>
    machine({
      both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'a', States: { a: wait('A') } },
          { StartAt: 'b', States: { b: wait('B', { Next: 'b2' }), b2: wait('B2') } },
        ],
        ...more,
      },
      after: pass(),
    });

  it('puts out the outputs of its branches in their order, whoever comes first', async () => {
    const player = await MachinePlayer.start(both(), { x: 1 });
    await player.decide('B', 1);
    await player.decide('B2', 'b');
    await player.decide('A', 'a');
    expect(player.ended).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: ['a', 'b'] });
    expect(player.execution).toMatchObject({ entered: ['both', 'a', 'b', 'b2'], historyEvents: 4 + 3 * 6 + 2 });
  });

  it('fails with the error of the branch that fails, and abandons the others', async () => {
    const player = await MachinePlayer.start(both({ Catch: [{ ErrorEquals: ['Stopped'], Next: 'after' }], End: true }));
    await player.send({ kind: 'token-failure', token: player.last('A').token ?? '', error: 'Stopped', cause: 'x' });
    expect(player.ended).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Stopped', Cause: 'x' } });
    expect((await player.decide('B', 1)).outcome).toBe('TaskTimedOut');
    expect((await player.answer('B', 1)).outcome).toBe('ignored');
    expect(player.execution.entered).toEqual(['both', 'a', 'b', 'after']);
  });

  it('leaves nothing of the abandoned branches open while the run goes on', async () => {
    const asl = both({ Catch: [{ ErrorEquals: ['Stopped'], Next: 'after' }], End: true });
    asl.States.after = wait('After');
    const player = await MachinePlayer.start(asl);
    await player.send({ kind: 'token-failure', token: player.last('B').token ?? '', error: 'Stopped' });
    expect((await player.decide('A', 'late')).outcome).toBe('TaskTimedOut');
    expect(player.execution).toMatchObject({ status: 'RUNNING', entered: ['both', 'a', 'b', 'after'] });
    expect(Object.keys(player.execution.threads)).toHaveLength(1);
    await player.decide('After', 'end');
    expect(player.ended).toMatchObject({ status: 'SUCCEEDED', output: 'end' });
  });

  it('that retries begins all its branches again', async () => {
    const player = await MachinePlayer.start(both({ Retry: [{ ErrorEquals: ['Busy'] }], End: true }));
    const old = player.last('B').token ?? '';
    await player.fail('A', 'Busy');
    await player.ring();
    expect(player.invocations.map(({ functionName }) => functionName)).toEqual(['A', 'B', 'A', 'B']);
    expect((await player.send({ kind: 'token-success', token: old, output: 1 })).outcome).toBe('TaskTimedOut');
  });

  it('gives its Arguments to every branch, else its input', async () => {
    const branches = {
      Branches: [
        { StartAt: 'a', States: { a: pass() } },
        { StartAt: 'b', States: { b: pass() } },
      ],
    };
    expect(await outputOf({ both: { Type: 'Parallel', ...branches, End: true } }, 1)).toEqual([1, 1]);
    expect(
      await outputOf(
        {
          both: {
            Type: 'Parallel',
            Arguments: '{% $states.input + 1 %}',
            ...branches,
            Output: "{% {'sum': $sum($states.result)} %}",
            End: true,
          },
        },
        1,
      ),
    ).toEqual({ sum: 4 });
  });
});

describe('a Map', () => {
  const each = (more: object) =>
    machine({
      each: {
        Type: 'Map',
        Items: '{% [$states.input.channels] %}',
        ItemSelector: { value: '{% $states.context.Map.Item.Value %}', index: '{% $states.context.Map.Item.Index %}' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'post',
          States: {
            post: wait('Post', { Output: '{% $states.result & $states.context.Map.Item.Value %}', End: true }),
          },
        },
        End: true,
        ...more,
      },
    });

  it('runs at most MaxConcurrency items together and puts their outputs out in the order of the items', async () => {
    const asl = each({ MaxConcurrency: 2 });
    asl.States.each.ItemProcessor.States.post.Arguments.Payload = '{% $states.input %}';
    const player = await MachinePlayer.start(asl, { channels: ['mail', 'web', 'shop'] });
    expect(player.invocations.map(({ payload }) => payload)).toEqual([
      { value: 'mail', index: 0 },
      { value: 'web', index: 1 },
    ]);
    const [first, second] = player.invocations;
    await player.send({ kind: 'token-success', token: second?.token ?? '', output: 2 });
    expect(player.last().payload).toEqual({ value: 'shop', index: 2 });
    await player.decide('Post', 3);
    await player.send({ kind: 'token-success', token: first?.token ?? '', output: 1 });
    expect(player.ended).toMatchObject({ output: ['1mail', '2web', '3shop'] });
    expect(player.execution.historyEvents).toBe(4 + 3 * (2 + 6) + 2);
  });

  it('over nothing puts out an empty list', async () => {
    expect((await MachinePlayer.start(each({ Items: [] }))).ended).toMatchObject({ output: [] });
  });

  it('fails with the error of the item that fails', async () => {
    const player = await MachinePlayer.start(each({}), { channels: ['mail', 'web'] });
    await player.fail('Post', 'Rejected');
    expect(player.ended).toEqual({ kind: 'ended', status: 'FAILED', error: 'Rejected' });
  });

  it('over something that is no list fails', async () => {
    expect((await MachinePlayer.start(each({ Items: '{% 1 %}' }))).ended).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('an execution', () => {
  it('that takes longer than its TimeoutSeconds is timed out, and all its tokens with it', async () => {
    const player = await MachinePlayer.start(
      machine(
        { a: wait('F', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'b' }], End: true }), b: pass() },
        { TimeoutSeconds: 60 },
      ),
    );
    await player.ring(player.timers[0]);
    expect(player.ended).toEqual({ kind: 'ended', status: 'TIMED_OUT', error: 'States.Timeout' });
    expect((await player.decide('F', 1)).outcome).toBe('TaskTimedOut');
  });

  it('that is aborted takes nothing any more', async () => {
    const player = await MachinePlayer.start(machine({ a: task('F', { TimeoutSeconds: 5, End: true }) }));
    await player.send({ kind: 'abort', error: 'Cancelled' });
    expect(player.ended).toEqual({ kind: 'ended', status: 'ABORTED', error: 'Cancelled' });
    expect((await player.ring()).outcome).toBe('ignored');
    expect((await player.answer('F', 1)).outcome).toBe('ignored');
    expect((await player.send({ kind: 'abort' })).outcome).toBe('ignored');
  });

  it('that failed in a branch is redriven where it stood: what was done stays done, the rest is tried anew', async () => {
    const asl = machine({
      first: pass({ Assign: { x: 1 }, Next: 'both' }),
      both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'a', States: { a: wait('A', { Next: 'a2' }), a2: task('A2') } },
          { StartAt: 'b', States: { b: wait('B') } },
          { StartAt: 'c', States: { c: wait('C') } },
        ],
        Output: '{% $append($states.result, [$x]) %}',
        End: true,
      },
    });
    const player = await MachinePlayer.start(asl);
    await player.decide('C', 'c');
    await player.decide('A', 'a');
    await player.fail('A2', 'Oops', 'why');
    expect(player.ended).toEqual({ kind: 'ended', status: 'FAILED', error: 'Oops', cause: 'why' });
    const before = player.last('B').token ?? '';
    expect(
      (await player.send({ kind: 'redrive' })).effects.map((effect) => 'functionName' in effect && effect.functionName),
    ).toEqual(['A2', 'B']);
    expect(player.execution).toMatchObject({ status: 'RUNNING', redrives: 1 });
    expect(player.execution).not.toHaveProperty('error');
    expect((await player.send({ kind: 'token-success', token: before, output: 1 })).outcome).toBe('TaskTimedOut');
    expect((await player.send({ kind: 'redrive' })).outcome).toBe('ignored');
    await player.answer('A2', 2);
    await player.decide('B', 'b');
    expect(player.effects.at(-1)).toMatchObject({ status: 'SUCCEEDED', output: [{ Payload: 2 }, 'b', 'c', 1] });
    expect((await player.send({ kind: 'redrive' })).outcome).toBe('ignored');
  });

  it('that was stopped or ran too long is redriven too, and its time begins again', async () => {
    for (const event of [{ kind: 'abort' }, { kind: 'timer', id: 'execution' }] as const) {
      const player = await MachinePlayer.start(machine({ a: wait('F') }, { TimeoutSeconds: 10 }));
      await player.send(event);
      const { effects } = await player.send({ kind: 'redrive' });
      expect(effects.map(({ kind }) => kind)).toEqual(['timer', 'invoke']);
      await player.decide('F', 'well');
      expect(player.effects.at(-1)).toEqual({ kind: 'ended', status: 'SUCCEEDED', output: 'well' });
    }
  });

  it('fails at 25,000 history events', async () => {
    const player = await MachinePlayer.start(machine({ a: pass({ Next: 'b' }), b: pass({ Next: 'a' }) }));
    expect(player.ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(player.execution.transitions).toBe(12_500);
  });
});

describe('what the compiler does not emit', () => {
  it.each([
    ['a state type', { a: { Type: 'Activity', End: true } }],
    ['a field', { a: pass({ Result: 1, End: true }) }],
    ['a heartbeat', { a: task('F', { HeartbeatSeconds: 1, End: true }) }],
    [
      'an Assign of a Choice',
      { a: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'b' }], Assign: {}, Default: 'b' }, b: pass() },
    ],
    ['a resource', { a: { ...task('F'), Resource: 'arn:aws:states:::sqs:sendMessage' } }],
    ['an argument', { a: { ...task('F'), Arguments: { FunctionName: '${F}', InvocationType: 'Event' } } }],
    ['a timeout as an expression', { a: task('F', { TimeoutSeconds: '{% 1 %}', End: true }) }],
    ['a function', { a: pass({ Output: "{% $eval('1') %}", End: true }) }],
    ['an operator', { a: pass({ Output: '{% 1 ?? 2 %}', End: true }) }],
    ['chance', { a: pass({ Output: '{% $uuid() %}', End: true }) }],
    ['a target', { a: pass({ Next: 'b' }) }],
    [
      'a distributed Map',
      {
        a: {
          Type: 'Map',
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'b', States: { b: pass() } },
          End: true,
        },
      },
    ],
    ['an expression in a Fail', { a: { Type: 'Fail', Error: 'E', Cause: '{% 1 %}' } }],
  ])('is refused: %s', async (_, states) => {
    await expect(MachinePlayer.start(machine(states))).rejects.toBeInstanceOf(UnknownConstruct);
  });
});

describe('a whole run', () => {
  const INPUT = { run: { id: 'r1' }, inputs: { budget: 5000, channels: ['mail', 'web'] } };

  it('goes through rounds, branches and items to its end', async () => {
    const player = await MachinePlayer.start(soundMachine(), INPUT);
    await player.answer('OpenRun', {});
    await player.decide('OpenStep', { decision: 'done' });
    await player.decide('OpenStep', { decision: 'request_changes' });
    await player.decide('OpenStep', { decision: 'done', again: true });
    await player.decide('OpenStep', { decision: 'approve' });
    for (const call of player.invocations.slice(-2))
      await player.send({ kind: 'token-success', token: call.token ?? '', output: 'made' });
    for (const call of player.invocations.slice(-2))
      await player.send({ kind: 'token-success', token: call.token ?? '', output: 'posted' });
    await player.answer('CloseRun', {});
    expect(player.execution.status).toBe('SUCCEEDED');
    expect(player.execution.entered).toEqual([
      'run.open',
      'outline',
      'approval',
      'approval.decision',
      'outline',
      'approval',
      'approval.decision',
      'production',
      'draft',
      'images.when',
      'images',
      'channels',
      'post.item',
      'post.item',
      'post',
      'post',
      'run.finished',
    ]);
    expect(
      player.invocations.map(({ payload }) => (payload as LooseJson).step ?? (payload as LooseJson).outcome ?? 'open'),
    ).toEqual(['open', 'outline', 'approval', 'outline', 'approval', 'draft', 'images', 'post', 'post', 'finished']);
    // Execution 2, run.open 5, four waits, two decisions, Parallel 4 with two waits and a Choice, Map 4 with two items
    // of a Pass and a wait, run.finished 5.
    expect(player.execution.historyEvents).toBe(2 + 5 + 4 * 6 + 2 * 2 + (4 + 2 * 6 + 2) + (4 + 2 * (2 + 2 + 6)) + 5);
  });

  it('ends at once for all branches when one is stopped', async () => {
    const player = await MachinePlayer.start(soundMachine(), INPUT);
    await player.answer('OpenRun', {});
    await player.decide('OpenStep', { decision: 'done' });
    await player.decide('OpenStep', { decision: 'approve' });
    const [draft, images] = player.invocations.slice(-2);
    await player.send({ kind: 'token-failure', token: images?.token ?? '', error: 'Stopped' });
    await player.answer('CloseRun', {});
    expect(player.ended).toEqual({ kind: 'ended', status: 'FAILED', error: 'Stopped', cause: 'The run was stopped.' });
    expect((await player.send({ kind: 'token-success', token: draft?.token ?? '', output: 1 })).outcome).toBe(
      'TaskTimedOut',
    );
  });
});
