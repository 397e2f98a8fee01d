/** The promises of the history about its log, for every adapter. Those about what is owed: history-contract-owed.ts */

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Entry, type History, type Json, TooLarge } from '../../functions/core/history.ts';
import { owedContract } from './history-contract-owed.ts';

/** `makeHistory` gives an empty history each time. */
export function historyContract(name: string, makeHistory: () => Promise<History>): void {
  describe(`the history (${name})`, () => {
    logContract(makeHistory);
    owedContract(makeHistory);
  });
}

export const at = '2026-05-04T08:00:00.000Z';

export function entry(run: string, number: number, more: { readonly [key: string]: Json } = {}): Entry {
  return { run, number, event: { type: 'vote-cast', at, ...more } };
}

function logContract(makeHistory: () => Promise<History>): void {
  describe('appends', () => {
    let history: History;
    beforeAll(async () => {
      history = await makeHistory();
    });

    test('an event under the next free number', async () => {
      expect(await history.append(entry('next', 1))).toBe('appended');
      expect(await history.append(entry('next', 2))).toBe('appended');
      expect(await history.read('next')).toStrictEqual([entry('next', 1), entry('next', 2)]);
    });

    test('nothing under a number that is taken, and keeps what stands there', async () => {
      await history.append(entry('taken', 1, { by: 'anna' }));
      await history.append(entry('taken', 2, { by: 'ben' }));
      expect(await history.append(entry('taken', 1, { by: 'carl' }))).toBe('taken');
      expect(await history.append(entry('taken', 2, { by: 'carl' }))).toBe('taken');
      expect(await history.read('taken')).toStrictEqual([
        entry('taken', 1, { by: 'anna' }),
        entry('taken', 2, { by: 'ben' }),
      ]);
    });

    test('nothing twice: an event equal to the one that stands there is refused too', async () => {
      expect(await history.append(entry('equal', 1))).toBe('appended');
      expect(await history.append(entry('equal', 1))).toBe('taken');
    });

    test('nothing behind a gap', async () => {
      expect(await history.append(entry('gap', 2))).toBe('gap');
      expect(await history.append(entry('gap', 1))).toBe('appended');
      expect(await history.append(entry('gap', 3))).toBe('gap');
      expect(await history.append(entry('gap', 999_999_999_999))).toBe('gap');
      expect(await history.read('gap')).toStrictEqual([entry('gap', 1)]);
    });

    test('one of fifty events that come for one number at the same time', async () => {
      await history.append(entry('fifty', 1));
      const outcomes = await Promise.all(range(50).map((voter) => history.append(entry('fifty', 2, { voter }))));
      const winner = outcomes.indexOf('appended');
      expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(49);
      expect(await history.read('fifty', 1)).toStrictEqual([entry('fifty', 2, { voter: winner + 1 })]);
    });

    test('one of fifty equal events that come for one number at the same time', async () => {
      const outcomes = await Promise.all(range(50).map(() => history.append(entry('fifty-equal', 1))));
      expect(outcomes.toSorted()).toStrictEqual(['appended', ...range(49).map(() => 'taken')]);
    });

    test('every event of writers who read, append and try again, once and without gaps', async () => {
      const write = async (writer: number) => {
        for (;;) {
          const number = (await history.read('writers')).length + 1;
          if ((await history.append(entry('writers', number, { writer }))) === 'appended') return;
        }
      };
      await Promise.all(range(20).map(write));
      const events = await history.read('writers');
      expect(events.map((event) => event.number)).toStrictEqual(range(20));
      expect(events.map((event) => Number(event.event.writer)).toSorted((a, b) => a - b)).toStrictEqual(range(20));
    });

    test('numbers that come all at once as a log without gaps', async () => {
      const outcomes = await Promise.all(range(30).map((number) => history.append(entry('at-once', number))));
      const numbers = (await history.read('at-once')).map((event) => event.number);
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers).toStrictEqual(range(numbers.length));
      expect(range(30).filter((number) => outcomes[number - 1] === 'appended')).toStrictEqual(numbers);
      expect(outcomes).not.toContain('taken');
    });

    test('to many runs at the same time, each by itself', async () => {
      const runs = range(60).map((number) => `many-${number}`);
      const outcomes = await Promise.all(runs.map((run) => history.append(entry(run, 1, { run }))));
      expect(new Set(outcomes)).toStrictEqual(new Set(['appended']));
      expect(await Promise.all(runs.map((run) => history.read(run)))).toStrictEqual(
        runs.map((run) => [entry(run, 1, { run })]),
      );
    });

    test('no event without a proper number or instant', async () => {
      await expect(history.append(entry('improper', 0))).rejects.toBeInstanceOf(RangeError);
      await expect(history.append(entry('improper', 1.5))).rejects.toBeInstanceOf(RangeError);
      await expect(history.append(entry('improper', 2 ** 53))).rejects.toBeInstanceOf(RangeError);
      await expect(history.append(entry('improper', 1, { at: '2026-05-04T08:00Z' }))).rejects.toBeInstanceOf(
        RangeError,
      );
      await expect(history.append(entry('improper', 1, { at: '' }))).rejects.toBeInstanceOf(RangeError);
      expect(await history.read('improper')).toStrictEqual([]);
    });

    test('up to 300 KB of JSON, counted in bytes, and refuses more as too large', async () => {
      const empty = '{"type":"vote-cast","at":"2026-05-04T08:00:00.000Z","text":""}'.length;
      const fits = entry('heavy', 1, { text: 'é'.repeat((307_200 - empty) / 2) });
      await expect(history.append(entry('heavy', 1, { text: `${fits.event.text}ab` }))).rejects.toBeInstanceOf(
        TooLarge,
      );
      expect(await history.read('heavy')).toStrictEqual([]);
      expect(await history.append(fits)).toBe('appended');
      expect(await history.read('heavy')).toStrictEqual([fits]);
      const secret = entry('heavy', 2, { comment: 'hush'.repeat(100_000) });
      await expect(history.append(secret)).rejects.not.toThrow(/hush/);
    });
  });

  describe('reads', () => {
    let history: History;
    beforeAll(async () => {
      history = await makeHistory();
    });

    test('nothing of a run that never was', async () => {
      expect(await history.read('nobody')).toStrictEqual([]);
      expect(await history.read('nobody', 5)).toStrictEqual([]);
    });

    test('events in the order of their numbers, and only those after a number', async () => {
      const events = range(12).map((number) => entry('order', number, { number }));
      for (const event of events) await history.append(event);
      expect(await history.read('order')).toStrictEqual(events);
      expect(await history.read('order', 0)).toStrictEqual(events);
      expect(await history.read('order', 9)).toStrictEqual(events.slice(9));
      expect(await history.read('order', 12)).toStrictEqual([]);
      expect(await history.read('order', 99)).toStrictEqual([]);
    });

    test('a history that is larger than a page of the database', async () => {
      const events = range(14).map((number) => entry('pages', number, { text: String(number).repeat(100_000) }));
      for (const event of events) await history.append(event);
      expect(await history.read('pages')).toStrictEqual(events);
      expect(await history.read('pages', 13)).toStrictEqual(events.slice(13));
    });

    test('values exactly as they were appended', async () => {
      const values: Json[] = [
        [null, true, false, '', [], {}],
        [0, 1, -1, 0.1, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, Number.MIN_SAFE_INTEGER, 2 ** 64],
        ['ä', '日本語', '👩🏽‍🚀', 'e\u0301', '\u0000\u0001', '\u2028', '\ud800', '"\\', '{% $x %}', ' '],
        { '': 0, '#': 1, ':x': 2, 'a.b[0]': 3, size: 4, constructor: 5, toString: null },
        JSON.parse('{"__proto__":{"polluted":true},"deep":[[[{"a":[{"b":null}]}]]]}'),
        range(100).reduce<Json>((inner) => [inner], 'deep'),
      ];
      const event = entry('values', 1, { values, owed: 'x', run: 'y', number: 7, __proto: 'z' });
      await history.append(event);
      const [read] = await history.read('values');
      expect(read).toStrictEqual(event);
      expect(JSON.stringify(read)).toBe(JSON.stringify(event));
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });

    test('any JSON exactly as it was appended', async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
          runs += 1;
          const text = JSON.stringify(value);
          await history.append(entry(`json-${runs}`, 1, { value: JSON.parse(text) }));
          expect(JSON.stringify((await history.read(`json-${runs}`))[0]?.event.value)).toBe(text);
        }),
        { numRuns: process.env.RUNSHEET_LONG === '1' ? 500 : 30 },
      );
    });

    test('what was appended, not what the caller made of it since', async () => {
      const tags = ['draft'];
      await history.append(entry('frozen', 1, { tags }));
      tags.push('changed');
      const [read] = await history.read('frozen');
      Object.assign(read?.event ?? {}, { tags: ['changed'] });
      expect(await history.read('frozen')).toStrictEqual([entry('frozen', 1, { tags: ['draft'] })]);
    });

    test('each run by its own id, however odd the id', async () => {
      const odd = ['__proto__', 'constructor', '#', 'owed#0', ':run', 'a/b', 'a b', '\u0000', 'é', 'e\u0301', 'É', '~'];
      const runs = [...odd, 'x'.repeat(1024), 'é'.repeat(512), `${'x'.repeat(1023)}y`];
      for (const run of runs) expect(await history.append(entry(run, 1, { run }))).toBe('appended');
      for (const run of runs) expect(await history.read(run)).toStrictEqual([entry(run, 1, { run })]);
    });

    test('nothing of an id that no run can have, and takes no event for it', async () => {
      await expect(history.append(entry('x'.repeat(1025), 1))).rejects.toBeInstanceOf(TooLarge);
      await expect(history.append(entry('', 1))).rejects.toBeInstanceOf(RangeError);
      await expect(history.append(entry('\ud800', 1))).rejects.toBeInstanceOf(RangeError);
      for (const run of ['x'.repeat(1025), 'x'.repeat(1_000_000), '', '\ud800', '\udfff']) {
        expect(await history.read(run)).toStrictEqual([]);
        expect(await history.claim(run, 1, 'mail', at, at)).toBe(false);
        await history.settle(run, 1, 'mail');
      }
    });
  });
}

/** 1 to `last`. */
export function range(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
