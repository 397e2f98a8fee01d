import { describe, expect, it } from 'vitest';
import { occurrences } from '../infra/sandbox/cron.ts';

const next = (cron: string, zone: string, from: string, count: number): string[] => {
  const after = occurrences(cron, zone);
  const found: string[] = [];
  for (let at = after(from); at !== undefined && found.length < count; at = after(at))
    found.push(at.replace(':00.000Z', 'Z'));
  return found;
};

describe('a schedule as EventBridge Scheduler reads it', () => {
  it.each([
    ['0 8 ? * MON *', ['2026-11-23T08:00Z', '2026-11-30T08:00Z', '2026-12-07T08:00Z']],
    ['0 8 ? * 1 *', ['2026-11-22T08:00Z', '2026-11-29T08:00Z', '2026-12-06T08:00Z']],
    ['0 9 ? 1,4,7,10 2#1 *', ['2027-01-04T09:00Z', '2027-04-05T09:00Z', '2027-07-05T09:00Z']],
    ['0 8 1 * ? *', ['2026-12-01T08:00Z', '2027-01-01T08:00Z', '2027-02-01T08:00Z']],
    ['0 8 L * ? *', ['2026-11-30T08:00Z', '2026-12-31T08:00Z', '2027-01-31T08:00Z']],
    ['0 8 LW * ? *', ['2026-11-30T08:00Z', '2026-12-31T08:00Z', '2027-01-29T08:00Z']],
    ['0 8 15W * ? *', ['2026-12-15T08:00Z', '2027-01-15T08:00Z', '2027-02-15T08:00Z']],
    ['0 8 ? * 6L *', ['2026-11-27T08:00Z', '2026-12-25T08:00Z', '2027-01-29T08:00Z']],
    ['0 8 ? * L *', ['2026-11-28T08:00Z', '2026-12-05T08:00Z', '2026-12-12T08:00Z']],
    ['0 8 ? * FRI-MON *', ['2026-11-22T08:00Z', '2026-11-23T08:00Z', '2026-11-27T08:00Z']],
    ['5/20 * * * ? *', ['2026-11-22T00:05Z', '2026-11-22T00:25Z', '2026-11-22T00:45Z']],
    ['0 22-2/2 * * ? *', ['2026-11-22T02:00Z', '2026-11-22T22:00Z', '2026-11-23T00:00Z']],
    ['0 8 29 2 ? *', ['2028-02-29T08:00Z', '2032-02-29T08:00Z', '2036-02-29T08:00Z']],
    ['0 8 1 JAN ? 2027-2028', ['2027-01-01T08:00Z', '2028-01-01T08:00Z']],
    ['0 8 30 2 ? *', []],
    ['0 8 1 1 ? 2020', []],
  ])('%s', (cron, expected) => {
    expect(next(cron, 'UTC', '2026-11-22T00:00:00.000Z', 3)).toEqual(expected);
  });

  it('is in the zone, skips a time that there is not, and takes one that comes twice once', () => {
    expect(next('30 2 * * ? *', 'Europe/Oslo', '2027-03-26T12:00:00.000Z', 3)).toEqual([
      '2027-03-27T01:30Z',
      '2027-03-29T00:30Z',
      '2027-03-30T00:30Z',
    ]);
    expect(next('30 2 * * ? *', 'Europe/Oslo', '2027-10-30T12:00:00.000Z', 2)).toEqual([
      '2027-10-31T00:30Z',
      '2027-11-01T01:30Z',
    ]);
    expect(next('0 8 ? * WED *', 'America/New_York', '2027-03-10T12:00:00.000Z', 2)).toEqual([
      '2027-03-10T13:00Z',
      '2027-03-17T12:00Z',
    ]);
  });
});
