/** The promises of the records, for every adapter. */

import { beforeEach, describe, expect, test } from 'vitest';
import { type Json, TooLarge } from '../../functions/core/history.ts';
import type { Clock, Records } from '../../functions/core/ports.ts';

const eight = '2026-05-04T08:00:00.000Z';
const nine = '2026-05-04T09:00:00.000Z';
const justBeforeNine = '2026-05-04T08:59:59.999Z';
const ten = '2026-05-04T10:00:00.000Z';

/** `makeRecords` gives empty records each time. */
export function recordsContract(name: string, makeRecords: (clock: Clock) => Promise<Records>): void {
  describe(`the records (${name})`, () => {
    let time: string;
    let records: Records;
    beforeEach(async () => {
      time = eight;
      records = await makeRecords({ now: () => time });
    });
    const readVersion = async (kind: string, key: string) => (await records.read(kind, key))?.version ?? 0;
    const readValue = async (kind: string, key: string) => (await records.read(kind, key))?.value;

    describe('keep', () => {
      test('nothing where nobody wrote', async () => {
        expect(await records.read('card', 'spring')).toBeUndefined();
      });

      test.each<[string, Json]>([
        ['a text', 'Grüße 🎈 \u2028'],
        ['an empty text', ''],
        ['a lone surrogate', '\ud800'],
        ['null', null],
        ['false', false],
        ['a number beyond those of DynamoDB', 1.7976931348623157e308],
        ['an empty object', {}],
        ['a list of lists', [[], [[1], null]]],
        ['names of a database', { name: 1, key: 2, value: 3, version: 4, expires: 5, ttl: 6 }],
      ])('%s exactly', async (_, value) => {
        expect(await records.write('card', 'spring', value)).toBe(true);
        expect(await readValue('card', 'spring')).toStrictEqual(value);
      });

      test('one record for each kind and key', async () => {
        await records.write('card', 'a', 1);
        await records.write('card', 'b', 2);
        await records.write('code', 'a', 3);
        await records.write('card', 'a#b', 4);
        expect(
          await Promise.all([readValue('card', 'a'), readValue('card', 'b'), readValue('code', 'a')]),
        ).toStrictEqual([1, 2, 3]);
        expect(await readValue('card', 'a#b')).toBe(4);
      });

      test('what was written, whatever becomes of the object', async () => {
        const value = { votes: ['anna'] };
        await records.write('card', 'spring', value);
        value.votes.push('ben');
        const read = (await readValue('card', 'spring')) as { votes: string[] };
        read.votes.push('carl');
        expect(await readValue('card', 'spring')).toStrictEqual({ votes: ['anna'] });
      });

      test('a version from 1, which every write changes', async () => {
        const versions: number[] = [];
        for (const value of [1, 1, 2]) {
          await records.write('card', 'spring', value);
          versions.push(await readVersion('card', 'spring'));
        }
        expect(new Set(versions).size).toBe(3);
        expect(versions.every((version) => Number.isSafeInteger(version) && version >= 1)).toBe(true);
      });

      test('300 KB, and no more', async () => {
        const most = 'x'.repeat(300 * 1024 - 2);
        expect(await records.write('card', 'large', most)).toBe(true);
        expect(await readValue('card', 'large')).toBe(most);
        await expect(records.write('card', 'larger', `${most}x`)).rejects.toBeInstanceOf(TooLarge);
        expect(await records.read('card', 'larger')).toBeUndefined();
      });

      test.each([
        ['an empty key', 'card', ''],
        ['a key above 512 bytes', 'card', 'é'.repeat(257)],
        ['a key that is no Unicode', 'card', '\udc00'],
        ['a key with NUL', 'card', 'a\0b'],
        ['an empty kind', '', 'spring'],
        ['a kind with #', 'card#', 'spring'],
      ])('nothing under %s: writing is refused, and reading finds none', async (_, kind, key) => {
        await expect(records.write(kind, key, 1)).rejects.toBeInstanceOf(RangeError);
        expect(await records.read(kind, key)).toBeUndefined();
        await records.remove(kind, key);
      });

      test('nothing until what is no instant', async () => {
        await expect(records.write('card', 'spring', 1, { expires: '2026-05-04' })).rejects.toBeInstanceOf(RangeError);
      });
    });

    describe('are written', () => {
      test('with the version that was read, and with no other', async () => {
        await records.write('card', 'spring', 1);
        const version = await readVersion('card', 'spring');
        expect(await records.write('card', 'spring', 2, { version })).toBe(true);
        expect(await records.write('card', 'spring', 3, { version })).toBe(false);
        expect(await records.write('card', 'spring', 4, { version: version + 1_000 })).toBe(false);
        expect(await readValue('card', 'spring')).toBe(2);
      });

      test('with version 0 only where there is none', async () => {
        expect(await records.write('card', 'spring', 1, { version: 0 })).toBe(true);
        expect(await records.write('card', 'spring', 2, { version: 0 })).toBe(false);
        expect(await readValue('card', 'spring')).toBe(1);
      });

      test('with a version of before, not where there is none', async () => {
        expect(await records.write('card', 'spring', 1, { version: 1 })).toBe(false);
        expect(await records.read('card', 'spring')).toBeUndefined();
      });

      test('without a version whatever there is', async () => {
        expect(await records.write('card', 'spring', 1)).toBe(true);
        expect(await records.write('card', 'spring', 2)).toBe(true);
        expect(await readValue('card', 'spring')).toBe(2);
      });

      test('by one of twenty who all found none', async () => {
        const written = await Promise.all(
          range(20).map((writer) => records.write('card', 'spring', writer, { version: 0 })),
        );
        expect(written.filter((won) => won)).toHaveLength(1);
        expect(await readValue('card', 'spring')).toBe(written.indexOf(true) + 1);
      });

      test('by one of twenty who all read the same version', async () => {
        await records.write('card', 'spring', 0);
        const version = await readVersion('card', 'spring');
        const written = await Promise.all(
          range(20).map((writer) => records.write('card', 'spring', writer, { version })),
        );
        expect(written.filter((won) => won)).toHaveLength(1);
        expect(await readValue('card', 'spring')).toBe(written.indexOf(true) + 1);
      });

      test('by every one of ten who read and write until it went well', async () => {
        const count = async () => {
          for (;;) {
            const kept = await records.read('card', 'count');
            const next = Number(kept?.value ?? 0) + 1;
            if (await records.write('card', 'count', next, { version: kept?.version ?? 0 })) return;
          }
        };
        await Promise.all(range(10).map(count));
        expect(await readValue('card', 'count')).toBe(10);
      });

      test('not by who read a record that was removed and written anew', async () => {
        await records.write('card', 'spring', 1);
        const version = await readVersion('card', 'spring');
        await records.remove('card', 'spring');
        await records.write('card', 'spring', 2);
        expect(await records.write('card', 'spring', 3, { version })).toBe(false);
        expect(await readValue('card', 'spring')).toBe(2);
      });
    });

    describe('are removed', () => {
      test('and then are not there', async () => {
        await records.write('card', 'spring', 1, { group: 'cards' });
        await records.remove('card', 'spring');
        expect(await records.read('card', 'spring')).toBeUndefined();
        expect(await records.list('cards')).toStrictEqual({ records: [] });
        expect(await records.write('card', 'spring', 2, { version: 0 })).toBe(true);
      });

      test('without harm where there is none, and no other with them', async () => {
        await records.write('card', 'autumn', 1);
        await records.remove('card', 'spring');
        expect(await readValue('card', 'autumn')).toBe(1);
      });
    });

    describe('expire', () => {
      beforeEach(() => records.write('code', 'spring', 1, { group: 'codes', expires: nine }));

      test('at their instant, and not a millisecond before', async () => {
        time = justBeforeNine;
        expect(await readValue('code', 'spring')).toBe(1);
        expect((await records.list('codes')).records).toHaveLength(1);
        time = nine;
        expect(await records.read('code', 'spring')).toBeUndefined();
        expect(await records.list('codes')).toStrictEqual({ records: [] });
      });

      test('and are then as absent to whoever writes', async () => {
        const version = await readVersion('code', 'spring');
        time = nine;
        expect(await records.write('code', 'spring', 2, { version })).toBe(false);
        expect(await records.write('code', 'spring', 3, { version: 0 })).toBe(true);
        expect(await readValue('code', 'spring')).toBe(3);
        expect(await readVersion('code', 'spring')).not.toBe(version);
      });

      test('when the last write says so, or never', async () => {
        await records.write('code', 'spring', 2, { expires: ten });
        time = nine;
        expect(await readValue('code', 'spring')).toBe(2);
        await records.write('code', 'spring', 3);
        time = '2099-01-01T00:00:00.000Z';
        expect(await readValue('code', 'spring')).toBe(3);
      });

      test('at once where they were written for the past', async () => {
        await records.write('code', 'late', 1, { expires: eight });
        expect(await records.read('code', 'late')).toBeUndefined();
      });
    });

    describe('are listed', () => {
      const keysOf = async (group: string) => (await records.list(group)).records.map(({ key }) => key);

      test('whole: kind, key, value and version', async () => {
        await records.write('card', 'a#b', { title: 'Spring' }, { group: 'cards', sort: '1' });
        const version = await readVersion('card', 'a#b');
        expect(await records.list('cards')).toStrictEqual({
          records: [{ kind: 'card', key: 'a#b', value: { title: 'Spring' }, version }],
        });
      });

      test('by what they are sorted by, then by key, byte by byte', async () => {
        const sorted = [
          ['', 'z'],
          ['a', 'k'],
          ['a', 'k!'],
          ['a', 'ka'],
          ['a!', 'a'],
          ['aa', 'B'],
          ['aa', 'c'],
          ['b', '\uffee'],
          ['b', '🎈'],
        ] as const;
        for (const [sort, key] of sorted.toReversed()) await records.write('card', key, 1, { group: 'cards', sort });
        expect(await keysOf('cards')).toStrictEqual(sorted.map(([, key]) => key));
      });

      test('of their group alone, of whatever kind', async () => {
        await records.write('card', 'a', 1, { group: 'spring' });
        await records.write('code', 'a', 2, { group: 'spring' });
        await records.write('card', 'b', 3, { group: 'autumn' });
        await records.write('card', 'c', 4);
        const { records: found } = await records.list('spring');
        expect(found.map(({ kind, key }) => `${kind} ${key}`)).toStrictEqual(['card a', 'code a']);
      });

      test('where the last write put them', async () => {
        await records.write('card', 'a', 1, { group: 'open', sort: '1' });
        await records.write('card', 'b', 1, { group: 'open', sort: '2' });
        await records.write('card', 'a', 2, { group: 'open', sort: '3' });
        expect(await keysOf('open')).toStrictEqual(['b', 'a']);
        await records.write('card', 'b', 2, { group: 'done', sort: '2' });
        expect(await keysOf('open')).toStrictEqual(['a']);
        expect(await keysOf('done')).toStrictEqual(['b']);
        await records.write('card', 'b', 3);
        expect(await keysOf('done')).toStrictEqual([]);
      });

      test('page by page, each once, and the last page has no next', async () => {
        for (const number of range(7)) {
          await records.write('card', `c${number}`, number, { group: 'cards', sort: String(number % 3) });
        }
        const whole = await keysOf('cards');
        const pages: string[][] = [];
        let next: string | undefined;
        do {
          const page = await records.list('cards', { limit: 2, ...(next === undefined ? {} : { after: next }) });
          pages.push(page.records.map(({ key }) => key));
          next = page.next;
        } while (next !== undefined);
        expect(pages.map((page) => page.length)).toStrictEqual([2, 2, 2, 1]);
        expect(pages.flat()).toStrictEqual(whole);
        expect((await records.list('cards', { limit: 7 })).next).toBeUndefined();
      });

      test('on from where a page ended, though its last record is gone', async () => {
        for (const key of ['a', 'b', 'c']) await records.write('card', key, 1, { group: 'cards' });
        const { next = '' } = await records.list('cards', { limit: 2 });
        await records.remove('card', 'b');
        expect((await records.list('cards', { after: next })).records.map(({ key }) => key)).toStrictEqual(['c']);
      });

      test('a hundred at most, with those that have expired left out', async () => {
        await Promise.all(
          range(130).map((number) =>
            records.write('card', `c${String(number).padStart(3, '0')}`, number, {
              group: 'cards',
              ...(number <= 15 ? { expires: nine } : {}),
            }),
          ),
        );
        time = nine;
        const first = await records.list('cards', { limit: 1_000 });
        expect(first.records.map(({ value }) => value)).toStrictEqual(
          range(115)
            .slice(0, 100)
            .map((n) => n + 15),
        );
        const second = await records.list('cards', { after: first.next ?? '' });
        expect(second.records).toHaveLength(15);
        expect(second.next).toBeUndefined();
      });

      test.each(['', 'junk', '%00', 'YQ', 'x'.repeat(50), 'x'.repeat(2_000)])(
        'from the beginning where a page goes on from what is no end of one: %s',
        async (after) => {
          await records.write('card', 'a', 1, { group: 'cards' });
          expect((await records.list('cards', { after })).records).toHaveLength(1);
        },
      );

      test('whole, however large they are together', async () => {
        const value = 'x'.repeat(290 * 1024);
        for (const number of range(60)) await records.write('card', `c${number}`, value, { group: 'large' });
        const { records: found, next } = await records.list('large');
        expect(found.map((record) => record.value === value)).toStrictEqual(range(60).map(() => true));
        expect(next).toBeUndefined();
      });

      test('as none where no group can have the name', async () => {
        expect(await records.list('')).toStrictEqual({ records: [] });
        await expect(records.write('card', 'a', 1, { group: '' })).rejects.toBeInstanceOf(RangeError);
        await expect(records.write('card', 'a', 1, { group: 'g', sort: 's'.repeat(257) })).rejects.toBeInstanceOf(
          RangeError,
        );
      });

      test('with the longest of names', async () => {
        const key = 'k'.repeat(512);
        const keep = { group: 'g'.repeat(512), sort: 's'.repeat(256) };
        expect(await records.write('card', key, 1, keep)).toBe(true);
        expect((await records.list(keep.group)).records.map((record) => record.key)).toStrictEqual([key]);
      });
    });
  });
}

/** 1 to `count`. */
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
