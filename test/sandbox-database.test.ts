import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbstractLevel } from 'abstract-level';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../infra/sandbox/database.ts';

test('the database on disk keeps nothing open of what was read, whether to its end or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runsheet-database-'));
  const opened: { next: () => Promise<unknown> }[] = [];
  for (const how of ['keys', 'values'] as const) {
    const original = AbstractLevel.prototype[how];
    vi.spyOn(AbstractLevel.prototype, how).mockImplementation(function (this: never, options: object) {
      const iterator = original.call(this, options as never);
      opened.push(iterator);
      return iterator;
    } as never);
  }
  const database = await openDatabase(folder);
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const records = database.records({ now: () => '2027-01-04T08:00:00.000Z' });
  for (const key of ['a', 'b', 'c']) await records.write('card', key, key, { group: 'all', sort: key });

  const [first, whole] = [await records.list('all', { limit: 1 }), await records.list('all')];
  expect([first.records, whole.records].map((page) => page.map(({ value }) => value))).toEqual([
    ['a'],
    ['a', 'b', 'c'],
  ]);
  await vi.waitFor(async () => {
    const outcomes = await Promise.allSettled(opened.map((iterator) => iterator.next()));
    expect(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'still open'))).toEqual(
      opened.map(() => 'LEVEL_ITERATOR_NOT_OPEN'),
    );
  });
  expect(opened.length).toBeGreaterThan(1);
});
