/** The promises of the history about what events owe, for every adapter. */

import { beforeEach, describe, expect, test } from 'vitest';
import { type Entry, type History, type Owed, TooLarge } from '../../functions/core/history.ts';

const eight = '2026-05-04T08:00:00.000Z';
const nine = '2026-05-04T09:00:00.000Z';
const ten = '2026-05-04T10:00:00.000Z';
const eleven = '2026-05-04T11:00:00.000Z';

export function owedContract(makeHistory: () => Promise<History>): void {
  let history: History;
  beforeEach(async () => {
    history = await makeHistory();
  });

  describe('keeps what an event owes', () => {
    test('until it is settled, with the event that owes it and since when', async () => {
      const mail = owe('mail', { to: ['anna', 'ben'], round: 2, note: null });
      const signal = owe('signal', { step: 'brief' });
      await history.append(event('spring', 1, eight), [mail, signal]);
      expect(await history.owedBefore(nine, 10)).toStrictEqual([
        { run: 'spring', number: 1, owed: mail, since: eight },
        { run: 'spring', number: 1, owed: signal, since: eight },
      ]);
      await history.settle('spring', 1, 'mail');
      expect(await history.owedBefore(nine, 10)).toStrictEqual([
        { run: 'spring', number: 1, owed: signal, since: eight },
      ]);
      await history.settle('spring', 1, 'signal');
      expect(await history.owedBefore(nine, 10)).toStrictEqual([]);
      expect(await history.read('spring')).toStrictEqual([event('spring', 1, eight)]);
    });

    test('not when the event was refused', async () => {
      await history.append(event('spring', 1, eight));
      expect(await history.append(event('spring', 1, eight), [owe('mail')])).toBe('taken');
      expect(await history.append(event('spring', 3, eight), [owe('mail')])).toBe('gap');
      await expect(history.append(event('spring', 2, eight), [owe('mail'), owe('mail')])).rejects.toBeInstanceOf(
        RangeError,
      );
      expect(await history.owedBefore(nine, 10)).toStrictEqual([]);
      expect(await history.read('spring', 1)).toStrictEqual([]);
    });

    test('of the winner alone when fifty come for one number at the same time', async () => {
      const tries = range(50).map((voter) => history.append(event('spring', 1, eight), [owe('mail', { voter })]));
      const winner = (await Promise.all(tries)).indexOf('appended') + 1;
      expect((await history.owedBefore(nine, 99)).map((debt) => debt.owed)).toStrictEqual([
        owe('mail', { voter: winner }),
      ]);
    });

    test('apart for each event, though the ids are equal', async () => {
      await history.append(event('spring', 1, eight), [owe('mail', { n: 1 })]);
      await history.append(event('spring', 2, eight), [owe('mail', { n: 2 })]);
      await history.append(event('autumn', 1, eight), [owe('mail', { n: 3 })]);
      await history.settle('spring', 1, 'mail');
      expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(false);
      expect(await history.claim('spring', 2, 'mail', ten, nine)).toBe(true);
      expect(await history.claim('autumn', 1, 'mail', ten, nine)).toBe(true);
      const left = (await history.owedBefore(nine, 10)).map((debt) => debt.owed.n);
      expect(left.toSorted()).toStrictEqual([2, 3]);
    });

    test('however odd the ids', async () => {
      const ids = [
        '',
        '__proto__',
        'constructor',
        '#',
        ':x',
        'a.b',
        'a[0]',
        '\u0000',
        '\ud800',
        '\udfff',
        'é',
        'e\u0301',
      ];
      const effects = [...ids, 'x'.repeat(5_000)].map((id) => ({ ...owe('mail'), id }));
      await history.append(event('odd', 1, eight), effects);
      expect((await history.owedBefore(nine, 99)).map((debt) => debt.owed)).toStrictEqual(effects);
      for (const { id } of effects) {
        expect(await history.claim('odd', 1, id, ten, nine)).toBe(true);
        expect(await history.claim('odd', 1, id, ten, nine)).toBe(false);
      }
      for (const [index, { id }] of effects.entries()) {
        await history.settle('odd', 1, id);
        expect((await history.owedBefore(nine, 99)).map((debt) => debt.owed)).toStrictEqual(effects.slice(index + 1));
      }
    });

    test('up to 500 effects and 300 KB with the event, all of them claimed, and refuses more as too large', async () => {
      const effects = range(500).map((n) => owe(`mail-${n}`, { text: 'x'.repeat(560) }));
      const more = [...effects, owe('one-more')];
      await expect(history.append(event('heavy', 1, eight), more)).rejects.toBeInstanceOf(TooLarge);
      const text = 'x'.repeat(20_000);
      const heavy: Entry = { run: 'heavy', number: 1, event: { type: 'step-opened', at: eight, text } };
      await expect(history.append(heavy, effects)).rejects.toBeInstanceOf(TooLarge);
      expect(await history.append(event('heavy', 1, eight), effects)).toBe('appended');
      const claimed = process.env.RUNSHEET_LONG === '1' ? effects.slice(0, 100) : effects.slice(0, 25);
      for (const { id } of claimed) expect(await history.claim('heavy', 1, id, ten, nine)).toBe(true);
      expect(await history.owedBefore(nine, 1_000)).toHaveLength(500);
    });
  });

  describe('settles', () => {
    test('twice, or what was never owed, without any change', async () => {
      await history.append(event('spring', 1, eight), [owe('mail'), owe('signal')]);
      await history.append(event('spring', 2, eight));
      await history.settle('spring', 1, 'mail');
      await history.settle('spring', 1, 'mail');
      await history.settle('spring', 1, 'never');
      await history.settle('spring', 2, 'mail');
      await history.settle('spring', 9, 'mail');
      await history.settle('nobody', 1, 'mail');
      expect((await history.owedBefore(nine, 9)).map((debt) => debt.owed)).toStrictEqual([owe('signal')]);
      expect(await history.read('nobody')).toStrictEqual([]);
      expect(await history.append(event('spring', 9, eight))).toBe('gap');
    });

    test('the effects of one event at the same time, and each from several sides', async () => {
      const ids = range(10).map((n) => `mail-${n}`);
      await history.append(event('spring', 1, eight), [...ids.map((id) => owe(id)), owe('signal')]);
      await Promise.all([...ids, ...ids, ...ids].map((id) => history.settle('spring', 1, id)));
      expect((await history.owedBefore(nine, 99)).map((debt) => debt.owed.id)).toStrictEqual(['signal']);
      await Promise.all(range(5).map(() => history.settle('spring', 1, 'signal')));
      expect(await history.owedBefore(nine, 99)).toStrictEqual([]);
    });
  });

  describe('gives a claim', () => {
    test('to one of twenty who come at the same time', async () => {
      await history.append(event('spring', 1, eight), [owe('mail'), owe('signal')]);
      const claims = await Promise.all(range(20).map(() => history.claim('spring', 1, 'mail', ten, nine)));
      expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    });

    test('on each effect apart', async () => {
      await history.append(event('spring', 1, eight), [owe('mail'), owe('signal')]);
      expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(true);
      expect(await history.claim('spring', 1, 'signal', ten, nine)).toBe(true);
    });

    test('again when the last one has run out, and not before', async () => {
      await history.append(event('spring', 1, eight), [owe('mail')]);
      expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(true);
      expect(await history.claim('spring', 1, 'mail', eleven, '2026-05-04T09:59:59.999Z')).toBe(false);
      const late = await Promise.all(range(20).map(() => history.claim('spring', 1, 'mail', eleven, ten)));
      expect(late.filter((claimed) => claimed)).toHaveLength(1);
      expect(await history.claim('spring', 1, 'mail', eleven, ten)).toBe(false);
    });

    test('on nothing that is settled, or was never owed, or never happened', async () => {
      await history.append(event('spring', 1, eight), [owe('mail'), owe('signal')]);
      await history.append(event('spring', 2, eight));
      expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(true);
      await history.settle('spring', 1, 'mail');
      expect(await history.claim('spring', 1, 'mail', eleven, ten)).toBe(false);
      await history.settle('spring', 1, 'signal');
      expect(await history.claim('spring', 1, 'signal', eleven, ten)).toBe(false);
      expect(await history.claim('spring', 1, 'never', ten, nine)).toBe(false);
      expect(await history.claim('spring', 2, 'mail', ten, nine)).toBe(false);
      expect(await history.claim('spring', 3, 'mail', ten, nine)).toBe(false);
      expect(await history.claim('nobody', 1, 'mail', ten, nine)).toBe(false);
      expect(await history.read('nobody')).toStrictEqual([]);
    });

    test('without settling: what is claimed is still owed, and can be settled by anybody', async () => {
      await history.append(event('spring', 1, eight), [owe('mail')]);
      await history.claim('spring', 1, 'mail', ten, nine);
      expect(await history.owedBefore(nine, 9)).toHaveLength(1);
      await history.settle('spring', 1, 'mail');
      expect(await history.owedBefore(nine, 9)).toStrictEqual([]);
    });

    test('for proper instants alone', async () => {
      await expect(history.claim('spring', 1, 'mail', '2026-05-04', nine)).rejects.toBeInstanceOf(RangeError);
      await expect(history.claim('spring', 1, 'mail', ten, '')).rejects.toBeInstanceOf(RangeError);
      await expect(history.owedBefore('now', 1)).rejects.toBeInstanceOf(RangeError);
    });
  });

  describe('finds what is owed', () => {
    test('before an instant, oldest first over all runs, at most so many, and nothing else', async () => {
      const minutes = range(40).map((n) => (n * 17) % 41);
      for (const minute of minutes) {
        const run = `run-${minute}`;
        await history.append(event(run, 1, eight));
        await history.append(event(run, 2, `2026-05-04T09:${two(minute)}:00.000Z`), [owe('first'), owe('second')]);
      }
      const found = async (instant: string, limit: number) =>
        (await history.owedBefore(instant, limit)).map((debt) => `${debt.run} ${debt.owed.id}`);
      const all = range(40).flatMap((minute) => [`run-${minute} first`, `run-${minute} second`]);
      expect(await found(ten, 1_000)).toStrictEqual(all);
      expect(await found(ten, 80)).toStrictEqual(all);
      expect(await found(ten, 7)).toStrictEqual(all.slice(0, 7));
      expect(await found(ten, 1)).toStrictEqual(all.slice(0, 1));
      expect(await found(ten, 0)).toStrictEqual([]);
      expect(await found('2026-05-04T09:03:00.000Z', 99)).toStrictEqual(all.slice(0, 4));
      expect(await found('2026-05-04T09:03:00.001Z', 99)).toStrictEqual(all.slice(0, 6));
      for (const minute of range(20)) {
        await history.settle(`run-${minute}`, 2, 'first');
        await history.settle(`run-${minute}`, 2, 'second');
      }
      expect(await found(ten, 4)).toStrictEqual(all.slice(40, 44));
    });

    test('by number where the instant is the same, in the order in which the event named it', async () => {
      for (const run of ['same', 'same-too']) {
        for (const number of range(12)) await history.append(event(run, number, eight), [owe('b'), owe('a')]);
      }
      const found = await history.owedBefore(nine, 99);
      expect(found.map((debt) => debt.number)).toStrictEqual(range(12).flatMap((n) => [n, n, n, n]));
      expect(found.map((debt) => debt.owed.id)).toStrictEqual(range(24).flatMap(() => ['b', 'a']));
    });
  });
}

function event(run: string, number: number, at: string): Entry {
  return { run, number, event: { type: 'step-opened', at } };
}

function owe(id: string, more: Omit<Owed, 'id' | 'kind'> = {}): Owed {
  return { id, kind: 'mail', ...more };
}

function range(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
