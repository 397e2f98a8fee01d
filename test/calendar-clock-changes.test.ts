import { describe, expect, test } from 'vitest';
import { isKnownZone, millisAt, wallAt, wallToInstant } from '../statemachines/plan/wall-time.ts';

describe('a wall time', () => {
  test('that a clock change skips becomes the first valid instant after it', () => {
    expect(wallToInstant('2027-03-28T02:30', 'Europe/Oslo')).toBe('2027-03-28T01:00:00Z');
    expect(wallToInstant('2027-03-28T02:00', 'Europe/Oslo')).toBe('2027-03-28T01:00:00Z');
    expect(wallToInstant('2027-03-28T03:00', 'Europe/Oslo')).toBe('2027-03-28T01:00:00Z');
    expect(wallToInstant('2027-03-14T02:59', 'America/New_York')).toBe('2027-03-14T07:00:00Z');
  });

  test('that comes twice is the first of them', () => {
    expect(wallToInstant('2027-10-31T02:30', 'Europe/Oslo')).toBe('2027-10-31T00:30:00Z');
    expect(wallToInstant('2027-11-07T01:15', 'America/New_York')).toBe('2027-11-07T05:15:00Z');
  });

  test('is right where the clock moves by thirty minutes', () => {
    expect(wallToInstant('2027-10-03T02:10', 'Australia/Lord_Howe')).toBe('2027-10-02T15:30:00Z');
    expect(wallToInstant('2027-04-04T01:45', 'Australia/Lord_Howe')).toBe('2027-04-03T14:45:00Z');
  });

  test('is right where midnight does not exist', () => {
    expect(wallToInstant('2027-09-05T00:00', 'America/Santiago')).toBe('2027-09-05T04:00:00Z');
    expect(wallToInstant('2027-04-30T00:00', 'Africa/Cairo')).toBe('2027-04-29T22:00:00Z');
  });

  test('of a day that a zone left out is the beginning of the day after it', () => {
    expect(wallToInstant('2011-12-30T09:00', 'Pacific/Apia')).toBe('2011-12-30T10:00:00Z');
    expect(wallToInstant('2011-12-31T00:00', 'Pacific/Apia')).toBe('2011-12-30T10:00:00Z');
  });

  test('of 24:00 is the midnight that ends the day', () => {
    expect(new Date(millisAt('2027-02-28', '24:00', 'Europe/Oslo')).toISOString()).toBe('2027-02-28T23:00:00.000Z');
  });

  test('can be read back from the instant', () => {
    expect(wallAt(Date.parse('2027-01-04T16:00:59Z'), 'Europe/Oslo')).toBe('2027-01-04T17:00');
  });
});

test('a zone is known or it is not', () => {
  expect(['Europe/Oslo', 'UTC', 'Europe/Olso', ''].map(isKnownZone)).toEqual([true, true, false, false]);
});

// Brute force: shares nothing with the code but the time zone data. `sv-SE` writes `2027-03-28 03:00`.
const MINUTE = 60_000;
const DAY = 86_400_000;
const FROM = Date.UTC(2020, 0, 1);
const UNTIL = Date.UTC(2036, 0, 1);

const clockOf = (zone: string): ((at: number) => string) => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => format.format(at).replace(' ', 'T');
};

const offsetMinutes = (clock: (at: number) => string, at: number): number =>
  (Date.parse(`${clock(at)}Z`) - at) / MINUTE;

/** The first minute of every new offset, found by looking once a day and halving. */
const changesOf = (clock: (at: number) => string): { readonly at: number; readonly moved: number }[] => {
  const changes: { at: number; moved: number }[] = [];
  let before = offsetMinutes(clock, FROM);
  for (let day = FROM; day < UNTIL; day += DAY) {
    const after = offsetMinutes(clock, day + DAY);
    if (after === before) continue;
    let [low, high] = [day, day + DAY];
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / MINUTE / 2) * MINUTE;
      if (offsetMinutes(clock, middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, moved: after - before });
    before = after;
  }
  return changes;
};

/** Every wall minute around a change, with the instant that the rule asks for. */
const expectedAround = (clock: (at: number) => string, change: { at: number; moved: number }): Map<string, number> => {
  const around = Math.abs(change.moved) + 5;
  const scanned: { at: number; wall: string }[] = [];
  for (let minute = -around; minute <= around; minute += 1) {
    const at = change.at + minute * MINUTE;
    scanned.push({ at, wall: clock(at) });
  }
  const expected = new Map<string, number>();
  for (let wall = Date.parse(`${scanned[0]?.wall}Z`); ; wall += MINUTE) {
    const text = new Date(wall).toISOString().slice(0, 16);
    // The first that shows it, and where none does, the first that shows a later time.
    const found = scanned.find((one) => one.wall === text) ?? scanned.find((one) => one.wall > text);
    if (found === undefined) return expected;
    expected.set(text, found.at);
  }
};

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const PECULIAR = [
  'Europe/Oslo',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'America/Nuuk',
  'Asia/Beirut',
  'Asia/Tehran',
  'Africa/Juba',
  'Europe/Volgograd',
  'America/Havana',
  'Asia/Gaza',
  'Pacific/Fiji',
  'America/Scoresbysund',
];
const SAMPLE = [...new Set([...PECULIAR, ...ZONES.filter((_, index) => index % 16 === 0)])].slice(0, 40);

describe(`in ${process.env.RUNSHEET_LONG === '1' ? 'every zone' : 'forty zones'}, every clock change from 2020 to 2035`, () => {
  const zones = process.env.RUNSHEET_LONG === '1' ? ZONES : SAMPLE;

  test('is treated as a scan minute by minute finds it', { timeout: 300_000 }, () => {
    const wrong: string[] = [];
    const counted = new Map<string, number>();
    for (const zone of zones) {
      const clock = clockOf(zone);
      const changes = changesOf(clock);
      counted.set(zone, changes.length);
      for (const change of changes) {
        for (const [wall, at] of expectedAround(clock, change)) {
          const found = wallToInstant(wall, zone);
          if (Date.parse(found) !== at) wrong.push(`${zone} ${wall}: ${found}, not ${new Date(at).toISOString()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(counted.size).toBeGreaterThanOrEqual(40);
    // Two a year in Oslo and on Lord Howe; none in UTC; Morocco's depend on the moon and on its government.
    expect(counted.get('Europe/Oslo')).toBe(32);
    expect(counted.get('Australia/Lord_Howe')).toBe(32);
    expect(counted.get('UTC')).toBe(0);
    expect(counted.get('Africa/Casablanca')).toBeGreaterThan(10);
    expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
  });
});
