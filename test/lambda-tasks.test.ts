/** Lambdas that machines and queues call, from outside: an event in, an answer or an error out. */
import { describe, expect, test } from 'vitest';
import { readAlarm, writeAlarm } from '../functions/core/alarm-message.ts';
import { TryAgain } from '../functions/core/history.ts';
import type { AlarmCall } from '../functions/core/ports.ts';
import { jsonLog } from '../functions/lambda/json-log.ts';
import { queueStack } from '../functions/lambda/queue-stack.ts';
import { taskStack } from '../functions/lambda/task-stack.ts';
import { payloads } from '../statemachines/contract.ts';

const logged = () => {
  const lines: string[] = [];
  const log = jsonLog({ now: () => '2027-01-04T16:00:00.000Z', write: (line) => lines.push(line) });
  return { log, read: () => lines.map((line) => JSON.parse(line)) };
};
const token = 'AQCEAAAAKgAAAAMAAAAAAAAAAb1qZ';
const sent = { contract: 1, run: 'spring', step: 'publish', round: 1, token };

describe('a function that a machine calls', () => {
  const stack = (handle: (payload: unknown) => Promise<unknown>) => {
    const { log, read } = logged();
    return { handler: taskStack({ name: 'open-step', schema: payloads.OpenStep, handle, log }), read };
  };

  test('sees what was sent, and its answer goes back', async () => {
    const seen: unknown[] = [];
    const { handler, read } = stack(async (payload) => {
      seen.push(payload);
      return { status: 201 };
    });
    expect(await handler({ ...sent, item: '1:0' }, { awsRequestId: 'e1f2' })).toEqual({ status: 201 });
    expect(seen).toEqual([{ contract: 1, run: 'spring', step: 'publish', round: 1, item: '1:0', token }]);
    expect(read()).toEqual([
      {
        at: '2027-01-04T16:00:00.000Z',
        level: 'info',
        what: 'done',
        name: 'open-step',
        invocation: 'e1f2',
        run: 'spring',
        step: 'publish',
        round: 1,
        item: '1:0',
        ms: expect.any(Number),
      },
    ]);
  });

  test('may answer nothing', async () => {
    const { handler } = stack(async () => undefined);
    expect(await handler(sent)).toBe(null);
  });

  test.each([
    ['Stopped', 'warn'],
    ['TryAgain', 'warn'],
    ['Rejected', 'warn'],
    ['UnknownRun', 'error'],
  ])('fails as it was, for the machine catches by name: %s', async (name, level) => {
    const problem = Object.assign(new Error('why'), { name });
    const { handler, read } = stack(async () => {
      throw problem;
    });
    await expect(handler(sent)).rejects.toBe(problem);
    expect(problem.name).toBe(name);
    expect(read()).toMatchObject([{ level, name: 'open-step', run: 'spring', step: 'publish' }]);
  });

  test('is never called with what does not fit, and no token gets into the error or the log', async () => {
    let called = 0;
    const { handler, read } = stack(async () => {
      called += 1;
    });
    for (const [given, message] of [
      [{ ...sent, contract: 2 }, 'open-step was sent what it does not take: contract (invalid_value)'],
      [
        { ...sent, round: 0, more: token },
        'open-step was sent what it does not take: round (too_small), the payload (unrecognized_keys)',
      ],
      [{ ...sent, token: { [token]: 1 } }, 'open-step was sent what it does not take: token (invalid_type)'],
      [null, 'open-step was sent what it does not take: the payload (invalid_type)'],
    ] as const) {
      const failure = await handler(given).catch((problem: unknown) => problem);
      expect(failure).toMatchObject({ name: 'BadPayload', message });
    }
    expect(called).toBe(0);
    expect(read()).toHaveLength(4);
    expect(JSON.stringify(read())).not.toContain(token);
  });

  test('that hangs says so before Lambda ends it, and is called again', async () => {
    const { handler, read } = stack(() => new Promise<never>(() => {}));
    const failure = await handler(sent, { getRemainingTimeInMillis: () => 310 }).catch((problem: unknown) => problem);
    expect(failure).toMatchObject({ name: 'TryAgain', message: 'open-step has no time left' });
    expect(read()).toMatchObject([{ level: 'warn', what: 'refused', error: 'TryAgain', run: 'spring' }]);
  });
});

const step: AlarmCall = { kind: 'step', run: 'spring', step: 'publish', round: 2, generation: 3 };
const gathered: AlarmCall = { kind: 'gathered', person: 'ana' };

describe('what lies in the queue of alarms', () => {
  test('is one text for ever: alarms are set months before they go off', () => {
    expect(writeAlarm({ ...step, item: '1:0' })).toBe(
      '{"contract":1,"call":{"kind":"step","run":"spring","step":"publish","round":2,"generation":3,"item":"1:0"}}',
    );
    expect(writeAlarm(gathered)).toBe('{"contract":1,"call":{"kind":"gathered","person":"ana"}}');
  });

  test.each([step, { ...step, item: '1:0/2:3' }, gathered])('is read as it was written: %j', (call) => {
    expect(readAlarm(writeAlarm(call))).toEqual(call);
  });

  test.each([
    '',
    '{',
    '{}',
    'null',
    '{"contract":2,"call":{"kind":"gathered","person":"ana"}}',
    '{"contract":1,"call":{"kind":"other"}}',
  ])('is refused where it is no alarm: %s', (text) => {
    expect(() => readAlarm(text)).toThrow(expect.objectContaining({ name: 'NoAlarm' }));
  });
});

describe('the function behind the queue', () => {
  const stack = (fire: (call: AlarmCall) => Promise<void>) => {
    const { log, read } = logged();
    return { handler: queueStack({ name: 'remind', fire, log }), read };
  };
  const batch = (...bodies: readonly string[]) => ({
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: 'aws:sqs' })),
  });

  test('does each of a batch', async () => {
    const fired: AlarmCall[] = [];
    const { handler, read } = stack(async (call) => {
      fired.push(call);
    });
    expect(await handler(batch(writeAlarm(step), writeAlarm(gathered)))).toEqual({ batchItemFailures: [] });
    expect(fired).toEqual([step, gathered]);
    expect(read()).toMatchObject([
      {
        level: 'info',
        what: 'an alarm went off',
        message: 'm0',
        kind: 'step',
        run: 'spring',
        step: 'publish',
        round: 2,
      },
      { level: 'info', what: 'an alarm went off', message: 'm1', kind: 'gathered' },
    ]);
    expect(JSON.stringify(read())).not.toContain('ana');
  });

  test('names those that failed, and only them', async () => {
    const fired: AlarmCall[] = [];
    const { handler, read } = stack(async (call) => {
      if (call.kind === 'gathered') throw call.person === 'ana' ? new TryAgain('busy') : new Error('broken');
      fired.push(call);
    });
    const other = writeAlarm({ kind: 'gathered', person: 'ben' });
    expect(await handler(batch(writeAlarm(gathered), writeAlarm(step), other, 'no alarm'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm2' }, { itemIdentifier: 'm3' }],
    });
    expect(fired).toEqual([step]);
    expect(
      read()
        .map(({ level, message }) => `${message} ${level}`)
        .sort(),
    ).toEqual(['m0 warn', 'm1 info', 'm2 error', 'm3 error']);
  });

  test('leaves the whole batch to the queue where it cannot read it', async () => {
    const { handler, read } = stack(async () => {});
    await expect(handler({ records: [] })).rejects.toMatchObject({ name: 'ZodError' });
    expect(read()).toMatchObject([{ level: 'error', what: 'a batch failed' }]);
  });
});
