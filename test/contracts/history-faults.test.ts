/** The history that fails on purpose fails as it says. */

import { expect, test } from 'vitest';
import { memoryHistory } from '../../functions/adapters/local/memory-history.ts';
import { type Entry, TryAgain } from '../../functions/core/history.ts';
import { type Fault, Refused, withFaults } from '../support/history-faults.ts';

const opened: Entry = { run: 'spring', number: 1, event: { type: 'run-opened', at: '2026-05-04T08:00:00.000Z' } };

test.each(['error-before', 'throttle'] as const)(
  '%s: nothing is written, and the caller may try again',
  async (fault) => {
    const { history, sound } = failingFirst(fault);
    await expect(history.append(opened)).rejects.toBeInstanceOf(TryAgain);
    expect(await sound.read('spring')).toStrictEqual([]);
    expect(await history.append(opened)).toBe('appended');
  },
);

test('lost-reply: the event is written, and the caller does not know', async () => {
  const { history, sound } = failingFirst('lost-reply');
  await expect(history.append(opened)).rejects.toBeInstanceOf(TryAgain);
  expect(await sound.read('spring')).toStrictEqual([opened]);
  expect(await history.append(opened)).toBe('taken');
});

test('hang: nothing is written and nothing answered until it is released', async () => {
  const { history, sound } = failingFirst('hang');
  const late = history.append(opened);
  expect(await Promise.race([late, soon()])).toBe('soon');
  expect(await sound.read('spring')).toStrictEqual([]);
  history.release();
  expect(await late).toBe('appended');
});

test('permanent: nothing is written, and trying again is of no use', async () => {
  const { history, sound } = failingFirst('permanent');
  await expect(history.append(opened)).rejects.toBeInstanceOf(Refused);
  expect(await sound.read('spring')).toStrictEqual([]);
});

test('crash-after: the event is written, and the caller hears nothing ever', async () => {
  const { history, sound } = failingFirst('crash-after');
  const never = history.append(opened);
  history.release();
  expect(await Promise.race([never, soon()])).toBe('soon');
  expect(await sound.read('spring')).toStrictEqual([opened]);
});

test('the plan sees every call with its arguments, in order', async () => {
  const history = withFaults(memoryHistory(), (call) => (call.method === 'claim' ? 'throttle' : undefined));
  await history.append(opened);
  await history.settle('spring', 1, 'mail');
  await expect(history.claim('spring', 1, 'mail', opened.event.at, opened.event.at)).rejects.toBeInstanceOf(TryAgain);
  expect(history.calls.map((call) => `${call.count} ${call.method}`)).toStrictEqual([
    '1 append',
    '2 settle',
    '3 claim',
  ]);
  expect(history.calls[1]?.args).toStrictEqual(['spring', 1, 'mail']);
});

function failingFirst(fault: Fault) {
  const sound = memoryHistory();
  return { sound, history: withFaults(sound, (call) => (call.count === 1 ? fault : undefined)) };
}

function soon(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 20, 'soon'));
}
