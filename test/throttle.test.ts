/** Who tries too often is slowed, and nobody is locked out; webhooks are held to a rate and a daily cap. */
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryRecords } from '../functions/adapters/local/memory-records.ts';
import type { Log, Records } from '../functions/core/ports.ts';
import { isHasty, isTooQuick, noteUse } from '../functions/core/robots.ts';
import { addressKey, admitHook, noteFailure, slowedFor } from '../functions/core/throttle.ts';

const four = '2027-01-04T16:00:00.000Z';
const later = (seconds: number, ms = 0): string => new Date(Date.parse(four) + seconds * 1000 + ms).toISOString();

let time: string;
let writes: string[];
let warned: unknown[];
let records: Records;
beforeEach(() => {
  time = four;
  writes = [];
  warned = [];
  const sound = memoryRecords({ now: () => time });
  records = {
    ...sound,
    write: (...args) => {
      writes.push(JSON.stringify(args));
      return sound.write(...args);
    },
  };
});

const log: Log = {
  info: () => {},
  warn: (what, fields) => warned.push([what, fields]),
  error: () => {},
};
const ports = (slows_down = true) => ({ records, clock: { now: () => time }, log, settings: { slows_down } });
const fail = async (times: number, from: string, link?: string): Promise<void> => {
  for (let count = 0; count < times; count += 1) {
    await noteFailure(ports(), { from, ...(link === undefined ? {} : { link }) });
  }
};
const wait = (from: string, link?: string, known = false) =>
  slowedFor(ports(), { from, known, ...(link === undefined ? {} : { link }) });

it('lets nobody wait where the clock stands still, since that would never end', async () => {
  await fail(20, '192.0.2.1');
  expect(await slowedFor(ports(false), { from: '192.0.2.1' })).toBeUndefined();
  for (let count = 0; count < 70; count += 1) expect(await admitHook(ports(false), 'typeform')).toBeUndefined();
});

describe('an address', () => {
  it('waits after ten failures in ten minutes, until the first of them is ten minutes old', async () => {
    await fail(9, '192.0.2.1');
    expect(await wait('192.0.2.1')).toBeUndefined();
    time = later(60);
    await fail(1, '192.0.2.1');
    expect(await wait('192.0.2.1')).toBe(540);
    time = later(600, -1);
    expect(await wait('192.0.2.1')).toBe(1);
    time = later(600);
    expect(await wait('192.0.2.1')).toBeUndefined();
  });

  it('waits again after the next failure while nine others are recent', async () => {
    for (let minute = 0; minute < 10; minute += 1) {
      time = later(minute * 60);
      await fail(1, '192.0.2.1');
    }
    time = later(600);
    expect(await wait('192.0.2.1')).toBeUndefined();
    await fail(1, '192.0.2.1');
    expect(await wait('192.0.2.1')).toBe(60);
  });

  it('does not wait for the failures of others', async () => {
    await fail(10, '192.0.2.1');
    expect(await wait('192.0.2.2')).toBeUndefined();
  });

  it('is counted though many failures come at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => noteFailure(ports(), { from: '192.0.2.1' })));
    expect(await wait('192.0.2.1')).toBe(600);
  });

  it.each([
    ['the same network of IPv6', '2001:db8:0:7::1', '2001:DB8:0:7:ffff::9', true],
    ['the same, written out', '2001:db8::7:0:0:0:1', '2001:0db8:0000:0007:0000:0000:0000:0001', true],
    ['another network of IPv6', '2001:db8:0:7::1', '2001:db8:0:8::1', false],
    ['IPv4 within IPv6', '::ffff:192.0.2.1', '192.0.2.1', true],
    ['another IPv4 within IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['loopback', '::1', '::2', true],
    ['what is no address', 'unknown', 'unknown', true],
    ['nothing', '', 'unknown', false],
  ])('is one for %s', (_, one, other, same) => {
    expect(addressKey(one) === addressKey(other)).toBe(same);
  });

  it('stands in no record', async () => {
    await fail(1, '192.0.2.1', 'link-of-anna');
    expect(writes).toHaveLength(2);
    expect(writes.join()).not.toContain('192.0.2.1');
  });
});

describe('a link', () => {
  const many = Array.from({ length: 10 }, (_, number) => `198.51.100.${number}`);

  it('turns away all who failed at it when there were ten failures from wherever', async () => {
    for (const from of many) await fail(1, from, 'link-of-anna');
    expect(await wait('198.51.100.3', 'link-of-anna')).toBe(600);
    expect(await wait('198.51.100.3', 'another-link')).toBeUndefined();
    time = later(600);
    expect(await wait('198.51.100.3', 'link-of-anna')).toBeUndefined();
  });

  it('lets its person through, however much others fail at it', async () => {
    for (const from of [...many, ...many]) await fail(1, from, 'link-of-anna');
    expect(await wait('192.0.2.1', 'link-of-anna')).toBeUndefined();
  });

  it('lets its person through on a device of theirs, beside somebody who fails at the same address', async () => {
    await fail(20, '192.0.2.1', 'link-of-anna');
    expect(await wait('192.0.2.1', 'link-of-anna')).toBe(600);
    expect(await wait('192.0.2.1', 'link-of-anna', true)).toBeUndefined();
  });

  it('costs no write while nobody fails', async () => {
    await wait('192.0.2.1', 'link-of-anna');
    expect(writes).toStrictEqual([]);
  });
});

describe('a webhook', () => {
  const limits = { a_minute: 3, a_day: 5 };
  const admit = (source = 'typeform') => admitHook(ports(), source, limits);

  it('is admitted so often a minute, each source for itself', async () => {
    time = later(10);
    expect([await admit(), await admit(), await admit(), await admit()]).toStrictEqual([
      undefined,
      undefined,
      undefined,
      50,
    ]);
    expect(await admit('tally')).toBeUndefined();
    time = later(60);
    expect(await admit()).toBeUndefined();
  });

  it('is admitted so often a day, and whoever operates it is told once', async () => {
    const waits: (number | undefined)[] = [];
    for (let minute = 0; minute < 8; minute += 1) {
      time = later(minute * 60);
      waits.push(await admit());
    }
    const none = undefined;
    expect(waits).toStrictEqual([none, none, none, none, none, 28_500, 28_440, 28_380]);
    expect(warned).toStrictEqual([['a webhook has come to its daily cap', { source: 'typeform', cap: 5 }]]);
    time = '2027-01-05T00:00:00.000Z';
    expect(await admit()).toBeUndefined();
  });

  it('costs one write when it is admitted and none when it is not', async () => {
    for (let count = 0; count < 5; count += 1) await admit();
    expect(writes).toHaveLength(3);
  });

  it('is admitted no more often when many come at once', async () => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => admit()));
    expect(waits.filter((seconds) => seconds === undefined)).toHaveLength(3);
    expect(waits.filter((seconds) => seconds === 60)).toHaveLength(17);
  });

  it('is admitted sixty times a minute and two thousand times a day where nothing else is said', async () => {
    const day: number[] = [];
    for (let minute = 0; minute < 40; minute += 1) {
      time = later(minute * 60);
      let admitted = 0;
      while ((await admitHook(ports(), 'typeform')) === undefined) admitted += 1;
      day.push(admitted);
    }
    expect(day.slice(0, 33).every((admitted) => admitted === 60)).toBe(true);
    expect(day.slice(33)).toStrictEqual([20, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a decision', () => {
  it('is too quick within ten seconds of the mail', () => {
    expect(isTooQuick(four, later(10, -1))).toBe(true);
    expect(isTooQuick(four, later(10))).toBe(false);
    expect(isTooQuick(four, later(-1))).toBe(true);
  });

  it('is too quick within three seconds of its form', () => {
    expect(isHasty(four, later(3, -1))).toBe(true);
    expect(isHasty(four, later(3))).toBe(false);
    expect(isHasty(four, later(-1))).toBe(true);
  });

  const use = (link: string, person = 'anna', from = '192.0.2.1') => noteUse(ports(), { person, link, from });

  it('is part of a burst when it is the third link of one person within ten seconds', async () => {
    const paces = [];
    for (const [second, link] of ['a', 'b', 'c'].entries()) {
      time = later(second * 4);
      paces.push(await use(link, 'anna', `192.0.2.${second}`));
    }
    expect(paces).toStrictEqual(['calm', 'calm', 'burst']);
    time = later(11);
    expect(await use('d')).toBe('burst');
    time = later(30);
    expect(await use('e')).toBe('calm');
  });

  it('is part of a burst when it is the third link from one address, whoever’s they are', async () => {
    expect([await use('a', 'anna'), await use('b', 'ben'), await use('c', 'carl')]).toStrictEqual([
      'calm',
      'calm',
      'burst',
    ]);
    expect(await use('d', 'dora', '203.0.113.9')).toBe('calm');
  });

  it('is calm when links follow each other as a person reads them', async () => {
    for (let count = 0; count < 10; count += 1) {
      time = later(count * 5);
      expect(await use(`link-${count}`)).toBe('calm');
    }
  });

  it('is calm when one link is used again and again', async () => {
    for (let count = 0; count < 10; count += 1) expect(await use('a')).toBe('calm');
  });

  it('is part of a burst for all but two of twenty that come at once', async () => {
    const paces = await Promise.all(Array.from({ length: 20 }, (_, number) => use(`link-${number}`)));
    expect(paces.filter((pace) => pace === 'calm').length).toBeLessThanOrEqual(2);
    expect(await use('one-more')).toBe('burst');
  });
});
