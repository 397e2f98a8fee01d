/** The rules of the machine check beyond the 24: data flow, loops, scopes, expressions, and that it takes anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMachine } from '../statemachines/compiler/machine-check.ts';
import { type LooseJson, soundMachine } from './support/machine-sample.ts';

function machine(states: LooseJson, StartAt = Object.keys(states)[0]): LooseJson {
  return { QueryLanguage: 'JSONata', TimeoutSeconds: 100, StartAt, States: states };
}

function defects(asl: unknown): string[] {
  return checkMachine(asl).map(({ code, path }) => `${code} ${path}`);
}

/** One Pass with this output, after one that assigns `known`. */
function output(expression: string): string[] {
  return defects(
    machine({
      first: { Type: 'Pass', Assign: { known: [1] }, Next: 'second' },
      second: { Type: 'Pass', Output: `{% ${expression} %}`, End: true },
    }),
  );
}

const end = { Type: 'Pass', End: true };
const task = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  TimeoutSeconds: 9,
  Arguments: { FunctionName: '${F}', Payload: {} },
};

describe('a variable is certain', () => {
  it('only in the states after the one that assigns it', () => {
    expect(
      defects(
        machine({ a: { Type: 'Pass', Assign: { x: 1, y: '{% $x %}' }, Next: 'b' }, b: { ...end, Output: '{% $x %}' } }),
      ),
    ).toEqual(['variable-unassigned States.a.Assign.y']);
  });

  it('where every way assigns it, and no longer where one does not', () => {
    const both = (assign: object) =>
      machine({
        choose: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.a %}', Assign: { x: 1 }, Next: 'left' }],
          Default: 'right',
        },
        left: { Type: 'Pass', Next: 'join' },
        right: { Type: 'Pass', Assign: assign, Next: 'join' },
        join: { ...end, Output: '{% $x %}' },
      });
    expect(defects(both({ x: 2 }))).toEqual([]);
    expect(defects(both({ z: 2 }))).toEqual(['variable-unassigned States.join.Output']);
  });

  it('after a Catch only by what the Catch assigns', () => {
    const caught = (assign: object) =>
      machine({
        call: {
          ...task,
          Assign: { x: 1 },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'done', ...assign }],
          Next: 'done',
        },
        done: { ...end, Output: '{% $x %}' },
      });
    expect(defects(caught({}))).toEqual(['variable-unassigned States.done.Output']);
    expect(defects(caught({ Assign: { x: '{% $states.errorOutput %}' } }))).toEqual([]);
  });

  it('in branches and iterations where it was before them, and does not leak out of them', () => {
    expect(
      defects(
        machine({
          first: { Type: 'Pass', Assign: { x: 1 }, Next: 'both' },
          both: {
            Type: 'Parallel',
            Branches: [
              {
                StartAt: 'in',
                States: {
                  in: { Type: 'Pass', Assign: { y: '{% $x %}' }, Next: 'in2' },
                  in2: { ...end, Output: '{% $y %}' },
                },
              },
            ],
            Next: 'last',
          },
          last: { ...end, Output: '{% $y %}' },
        }),
      ),
    ).toEqual(['variable-unassigned States.last.Output']);
  });

  it('around a loop when the loop was entered with it', () => {
    expect(
      defects(
        machine({
          first: { Type: 'Pass', Assign: { n: 0 }, Next: 'again' },
          again: { Type: 'Pass', Assign: { late: '{% $n %}' }, Next: 'ask' },
          ask: {
            Type: 'Choice',
            Choices: [{ Condition: '{% $n < 3 %}', Assign: { n: '{% 1 + $n %}' }, Next: 'again' }],
            Default: 'end',
          },
          end: { ...end, Output: '{% $late %}' },
        }),
      ),
    ).toEqual([]);
  });
});

describe('a name', () => {
  const within = (inner: LooseJson, assign: object = { x: 1 }) =>
    machine({
      both: { Type: 'Parallel', Branches: [{ StartAt: 'in', States: { in: inner } }], Assign: assign, End: true },
    });

  it('that a scope assigns is not assigned within it, even when it is assigned later', () => {
    expect(defects(within({ ...end, Assign: { x: 2 } }))).toEqual([
      'variable-overlaps States.both.Branches[0].States.in.Assign.x',
    ]);
    expect(defects(within({ ...end, Assign: { y: 2 } }))).toEqual([]);
  });

  it('of a state is used once in the whole machine', () => {
    expect(
      defects(
        machine({
          both: { Type: 'Parallel', Branches: [{ StartAt: 'both', States: { both: end } }], End: true },
        }),
      ),
    ).toEqual(['name-duplicate States.both.Branches[0].States.both']);
  });

  it('of a variable is an identifier that no function has', () => {
    expect(defects(machine({ a: { ...end, Assign: { 'my-step': 1, count: 2, _x: 3, ok_1: 4 } } }))).toEqual([
      'variable-name-invalid States.a.Assign.my-step',
      'variable-hides-function States.a.Assign.count',
      'variable-name-invalid States.a.Assign._x',
    ]);
  });
});

describe('an expression', () => {
  it.each([
    ['$foo(1)', ['function-unknown']],
    ['$known ~> $foo', ['function-unknown']],
    ['$eval("1")', ['function-unknown']],
    ['$known ?? 1', ['function-unknown']],
    ['$known ?: 1', ['function-unknown']],
    ['$known ? $known : 1', []],
    ['$exists($known) ? $known : 1', []],
    ['topic', ['expression-without-context']],
    ['$$.topic', ['expression-without-context']],
    ['$.topic', ['expression-without-context']],
    ['$map($known, function($v, $i) { $v.topic & $i })', []],
    ['$known[topic = $.kind]^(>topic).{"a": topic, "b": $}', []],
    ['$known@$k#$i.{"k": $k, "i": $i}', []],
    ['($x := $known; $f := function($y) { $x + $y }; $f(1))', []],
    ['(($x := 1); $x)', ['variable-unassigned']],
    ['function($y) { $y }(1) + $y', ['variable-unassigned']],
    [
      '$reduce($range(1, 3, 1), function($a, $b) { $a + $b }) & $uuid() & $hash("a", "MD5") & $parse("1") & $partition([1], 1)',
      [],
    ],
    ['$sum($known) & $now() & $string($states.input)', []],
    ['$map($known, $string)', []],
    ['$states.result', ['states-field-unavailable']],
    ['$states.errorOutput.Cause', ['states-field-unavailable']],
    ['$states.inputs', ['states-field-unavailable']],
    ['$states.context.Task.Token', ['states-field-unavailable']],
    ['$states.context.Execution.Id', []],
    ['($states := 1; $known)', ['states-assigned']],
    ['$known{topic: $sum(price)}', []],
    ['$known ~> |$|{"a": 1}|', []],
    ['"a" in $known ? -1 : /x+/i.match', []],
  ])('%s', (expression, codes) => {
    expect(output(expression)).toEqual(codes.map((code) => `${code} States.second.Output`));
  });

  it('stands alone between its marks', () => {
    expect(
      defects(machine({ a: { ...end, Output: { b: ' {% 1 %}', c: '{%1%}', d: '$.topic', 'e.$': 'x' } } })),
    ).toEqual([
      'expression-unclosed States.a.Output.b',
      'jsonpath-leftover States.a.Output.d',
      'jsonpath-leftover States.a.Output["e.$"]',
    ]);
  });

  it('has no place in a Fail', () => {
    expect(defects(machine({ a: { Type: 'Fail', Error: 'E', Cause: '{% $states.input %}' } }))).toEqual([
      'fail-expression States.a.Cause',
    ]);
  });
});

describe('a loop is bounded', () => {
  const loop = (condition: string, assign: LooseJson, body: LooseJson = {}) =>
    defects(
      machine({
        first: { Type: 'Pass', Assign: { n: 0, m: 0 }, Next: 'body' },
        body: { Type: 'Pass', ...body, Next: 'ask' },
        ask: {
          Type: 'Choice',
          Choices: [{ Condition: `{% ${condition} %}`, Assign: assign, Next: 'body' }],
          Default: 'end',
        },
        end,
      }),
    );
  const unbounded = ['loop-unbounded States.ask.Choices[0].Next'];

  it('by a rule that counts up to a constant', () => {
    expect(loop('$states.input.a = 1 and $n < 3', { n: '{% $n + 1 %}' })).toEqual([]);
    expect(loop('3 >= $n', { n: '{% 1 + $n %}' })).toEqual([]);
  });

  it('not by a condition that may hold without the count', () => {
    expect(loop('$states.input.a = 1 or $n < 3', { n: '{% $n + 1 %}' })).toEqual(unbounded);
    expect(loop('$n < $m', { n: '{% $n + 1 %}' })).toEqual(unbounded);
  });

  it('not by a count that counts something else, or goes back', () => {
    expect(loop('$n < 3', { m: '{% $m + 1 %}' })).toEqual(unbounded);
    expect(loop('$n < 3', { n: '{% $n - 1 %}' })).toEqual(unbounded);
    expect(loop('$n < 3', { n: '{% $n + 1 %}' }, { Assign: { n: 0 } })).toEqual(unbounded);
  });

  it('within another whose turn sets the inner count back', () => {
    const rule = (name: string, next: string, reset: object) => ({
      Type: 'Choice',
      Choices: [{ Condition: `{% $${name} < 3 %}`, Assign: { [name]: `{% $${name} + 1 %}`, ...reset }, Next: next }],
    });
    const states = {
      first: { Type: 'Pass', Assign: { n: 0, m: 0 }, Next: 'body' },
      body: { Type: 'Pass', Next: 'inner' },
      inner: { ...rule('n', 'body', {}), Default: 'outer' },
      outer: { ...rule('m', 'body', { n: 0 }), Default: 'end' },
      end,
    };
    expect(defects(machine(states))).toEqual([]);
    expect(
      defects(
        machine({ ...states, outer: { ...states.outer, Choices: [{ ...states.outer.Choices[0], Assign: { n: 0 } }] } }),
      ),
    ).toEqual(['loop-unbounded States.outer.Choices[0].Next']);
  });
});

describe('what recovers', () => {
  it.each(['States.ALL', 'States.Timeout', 'States.TaskFailed'])('from %s does not repeat a token wait', (error) => {
    const asl = soundMachine();
    asl.States.approval.Retry[0].ErrorEquals = [error];
    expect(defects(asl)).toEqual(['retry-of-wait States.approval.Retry[0].ErrorEquals']);
  });

  it('is a retrier within the limits of Step Functions', () => {
    const asl = soundMachine();
    Object.assign(asl.States.approval.Retry[0], {
      IntervalSeconds: 0,
      BackoffRate: 0.5,
      JitterStrategy: 'SOME',
      MaxAttempts: 1.5,
    });
    expect(defects(asl)).toEqual(
      ['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'JitterStrategy'].map(
        (field) => `retry-invalid States.approval.Retry[0].${field}`,
      ),
    );
  });
});

describe('the machine as a whole', () => {
  it('has a timeout and says JSONata', () => {
    expect(defects({ StartAt: 'a', States: { a: end } })).toEqual([
      'query-language-not-jsonata QueryLanguage',
      'timeout-missing TimeoutSeconds',
    ]);
  });

  it('names only the functions that the stack fills in', () => {
    const codes = checkMachine(soundMachine(), { functions: ['OpenRun', 'CloseRun'] }).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['function-unknown']));
  });

  it('is JSON', () => {
    const cycle: LooseJson = { StartAt: 'a' };
    cycle.States = cycle;
    for (const value of [
      undefined,
      null,
      1,
      'x',
      [],
      () => 1,
      1n,
      cycle,
      {
        get StartAt() {
          throw new Error('no');
        },
      },
    ]) {
      expect(defects(value)).toEqual(['not-a-machine ']);
    }
  });
});

describe('the check takes anything', () => {
  const keys = fc.constantFrom(...KEYS());
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(
        'Task',
        'Choice',
        'Parallel',
        'Map',
        'Pass',
        'Fail',
        'a',
        '{% $x + %}',
        '{% $a.b %}',
        -1,
        1e9,
        null,
        true,
        'States.ALL',
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  }));

  it('that is JSON, and returns', () => {
    fc.assert(
      fc.property(value, (asl) => {
        expect(Array.isArray(checkMachine(asl))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('put in place of any value of a sound machine', () => {
    fc.assert(
      fc.property(fc.nat(), value, (seed, replacement) => {
        const asl = soundMachine();
        const places = everyPlace(asl);
        const [holder, key] = places[seed % places.length] as [LooseJson, string];
        holder[key] = replacement;
        for (const { path, message } of checkMachine(asl))
          expect([typeof path, message === '']).toEqual(['string', false]);
      }),
      { numRuns: 500 },
    );
  });

  it('nested beyond reason', () => {
    let deep: LooseJson = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(defects(machine({ a: { ...end, Output: { deep } } })).length).toBeLessThan(2);
  });
});

function KEYS(): string[] {
  return [
    'States',
    'StartAt',
    'Type',
    'Next',
    'End',
    'Catch',
    'Retry',
    'Choices',
    'Default',
    'Branches',
    'ItemProcessor',
    'Assign',
    'Output',
    'Arguments',
    'Condition',
    'a',
    '__proto__',
    'constructor',
    'ErrorEquals',
    'TimeoutSeconds',
    'Resource',
  ];
}

function everyPlace(holder: LooseJson): [LooseJson, string][] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.keys(holder).flatMap((key): [LooseJson, string][] => [[holder, key], ...everyPlace(holder[key])]);
}

describe('a machine of 200 steps', () => {
  it('is checked in 20 ms once its expressions are known', () => {
    const states: LooseJson = { first: { Type: 'Pass', Assign: { run: 1 }, Next: 's0' } };
    for (let step = 0; step < 200; step += 1) {
      states[`s${step}`] = {
        ...task,
        Arguments: { FunctionName: '${F}', Payload: { run: '{% $run.id %}', step: `s${step}` } },
        Assign: { [`r${step}`]: '{% $states.result %}' },
        Next: `s${step}.decision`,
      };
      states[`s${step}.decision`] = {
        Type: 'Choice',
        Choices: [{ Condition: `{% $r${step}.decision = 'approve' %}`, Next: step === 199 ? 'last' : `s${step + 1}` }],
        Default: 'last',
      };
    }
    states.last = end;
    const asl = machine(states);
    const times = Array.from({ length: 15 }, () => {
      const begun = performance.now();
      expect(checkMachine(asl)).toEqual([]);
      return performance.now() - begun;
    });
    // The best of several, since other tests share the processor.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
