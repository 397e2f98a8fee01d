/** Who it was: a code to the recorded address, and then the device. */
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryRecords } from '../functions/adapters/local/memory-records.ts';
import { type AskedCode, askForCode, checkCode } from '../functions/core/codes.ts';
import {
  deviceCookie,
  forgetDevice,
  forgetDevicesOf,
  readDevice,
  readDeviceCookie,
  rememberDevice,
  renewDevice,
} from '../functions/core/devices.ts';
import { TryAgain } from '../functions/core/history.ts';
import type { Records } from '../functions/core/ports.ts';
import { fc, isLong } from './support/property.ts';

const four = '2027-01-04T16:00:00.000Z';
const anna = { link: 'link-of-anna', person: 'anna' };

let time: string;
let keys: string[];
let written: unknown[];
let records: Records;
beforeEach(() => {
  time = four;
  keys = ['newest key', 'older key'];
  written = [];
  const sound = memoryRecords({ now: () => time });
  records = {
    ...sound,
    write: (...args) => {
      written.push(args);
      return sound.write(...args);
    },
  };
});

let calls = 0;
const chance = {
  bytes: (count: number) => {
    calls += 1;
    return Uint8Array.from({ length: count }, (_, place) => (calls * 41 + place * 13 + calls * place) % 256);
  },
};
const live = async (name: string) => (name === 'forms' ? keys : []);
const ports = () => ({
  records,
  chance,
  clock: { now: () => time },
  secrets: { live, anew: live },
});
const ask = async (whose = anna): Promise<string> => codeOf(await askForCode(ports(), whose));
const codeOf = (asked: AskedCode): string => (asked.outcome === 'made' ? asked.code : asked.outcome);
const check = (code: string, whose = anna) => checkCode(ports(), whose, code);
const later = (minutes: number, ms = 0): string => new Date(Date.parse(four) + minutes * 60_000 + ms).toISOString();
/** Another code, `by` away. */
const not = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, '0');

describe('a code', () => {
  it('is six digits, and holds for ten minutes', async () => {
    const asked = await askForCode(ports(), anna);
    expect(asked).toStrictEqual({
      outcome: 'made',
      code: expect.stringMatching(/^\d{6}$/),
      expires: '2027-01-04T16:10:00.000Z',
    });
    time = later(10, -1);
    expect(await check(not(codeOf(asked)))).toStrictEqual({ outcome: 'wrong', left: 4 });
    time = later(10);
    expect(await check(codeOf(asked))).toStrictEqual({ outcome: 'expired' });
  });

  it('may begin with zeros', async () => {
    const zeros = { ...ports(), chance: { bytes: (count: number) => new Uint8Array(count) } };
    expect(codeOf(await askForCode(zeros, anna))).toBe('000000');
    expect(await check('000000')).toStrictEqual({ outcome: 'right' });
  });

  it('is right once', async () => {
    const code = await ask();
    expect(await check(code)).toStrictEqual({ outcome: 'right' });
    expect(await check(code)).toStrictEqual({ outcome: 'none' });
  });

  it('is right however it is typed', async () => {
    for (const typed of [(code: string) => ` ${code} `, (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`]) {
      const whose = { link: `link-${calls}`, person: 'anna' };
      expect(await check(typed(await ask(whose)), whose)).toStrictEqual({ outcome: 'right' });
    }
  });

  it('is right at the fifth try, and at no sixth', async () => {
    const code = await ask();
    const wrong = [];
    for (let by = 1; by <= 4; by += 1) wrong.push(await check(not(code, by)));
    expect(wrong.map((checked) => checked.outcome === 'wrong' && checked.left)).toStrictEqual([4, 3, 2, 1]);
    expect(await check(code)).toStrictEqual({ outcome: 'right' });

    const other = { link: 'other', person: 'anna' };
    const second = await ask(other);
    for (let by = 1; by <= 4; by += 1) await check(not(second, by), other);
    expect(await check(not(second, 5), other)).toStrictEqual({ outcome: 'used-up' });
    expect(await check(second, other)).toStrictEqual({ outcome: 'used-up' });
  });

  it.each(['', '12345', '1234567', 'abcdef', '12345a', '-12345', '1'.repeat(10_000)])(
    'loses no try to a slip: %.10s',
    async (typed) => {
      const code = await ask();
      expect(await check(typed)).toStrictEqual({ outcome: 'wrong', left: 5 });
      expect(await check(code)).toStrictEqual({ outcome: 'right' });
    },
  );

  it('is bound to its link and to its person', async () => {
    const code = await ask();
    expect(await check(code, { link: 'link-of-ben', person: 'anna' })).toStrictEqual({ outcome: 'none' });
    expect(await check(code, { link: anna.link, person: 'ben' })).toStrictEqual({ outcome: 'none' });
    expect(await check(code)).toStrictEqual({ outcome: 'right' });
  });

  it('is none where none was asked for', async () => {
    expect(await check('123456')).toStrictEqual({ outcome: 'none' });
  });

  it('is dead when there is a new one, whose tries begin anew', async () => {
    const old = await ask();
    await check(not(old));
    const fresh = await ask();
    expect(fresh).not.toBe(old);
    expect(await check(old)).toStrictEqual({ outcome: 'wrong', left: 4 });
    expect(await check(fresh)).toStrictEqual({ outcome: 'right' });
  });

  it('is given three times in ten minutes for one link', async () => {
    for (const minute of [0, 1, 2]) {
      time = later(minute);
      expect(await ask()).toMatch(/^\d{6}$/);
    }
    time = later(3);
    expect(await askForCode(ports(), anna)).toStrictEqual({ outcome: 'too-many', wait_seconds: 420 });
    expect(await ask({ link: 'another', person: 'anna' })).toMatch(/^\d{6}$/);
    time = later(10);
    expect(await ask()).toMatch(/^\d{6}$/);
    expect(await askForCode(ports(), anna)).toStrictEqual({ outcome: 'too-many', wait_seconds: 60 });
  });

  it('is given ten times a day for one link, though each was used', async () => {
    for (let time_asked = 0; time_asked < 10; time_asked += 1) {
      time = later(time_asked * 60);
      expect(await check(await ask())).toStrictEqual({ outcome: 'right' });
    }
    time = later(10 * 60);
    expect(await askForCode(ports(), anna)).toStrictEqual({ outcome: 'too-many', wait_seconds: 14 * 3600 });
    time = later(24 * 60);
    expect(await ask()).toMatch(/^\d{6}$/);
  });

  it('still holds when one more was asked for in vain', async () => {
    await ask();
    await ask();
    const last = await ask();
    expect(await ask()).toBe('too-many');
    expect(await check(last)).toStrictEqual({ outcome: 'right' });
  });

  it('stands in no record, nor does a hash that could be made without the key', async () => {
    const code = await ask();
    expect(JSON.stringify(written)).not.toContain(code);
    keys = ['the key of somebody who has stolen the records'];
    expect(await check(code)).toStrictEqual({ outcome: 'wrong', left: 4 });
  });

  it('is right after the key was changed', async () => {
    const code = await ask();
    keys = ['still newer key', 'newest key'];
    expect(await check(code)).toStrictEqual({ outcome: 'right' });
  });

  it('has lost the try whose outcome nobody heard', async () => {
    const code = await ask();
    const sound = records;
    const lost = async (...args: Parameters<Records['write']>): Promise<boolean> => {
      await sound.write(...args);
      throw new TryAgain('planned: reply lost');
    };
    const losing = { ...ports(), records: { ...sound, write: lost } };
    for (let by = 1; by <= 5; by += 1) {
      await expect(checkCode(losing, anna, not(code, by))).rejects.toBeInstanceOf(TryAgain);
    }
    expect(await check(code)).toStrictEqual({ outcome: 'used-up' });
  });

  it('is not made without a key', async () => {
    keys = [''];
    await expect(askForCode(ports(), anna)).rejects.toThrow('the secret `forms` is not configured');
  });
});

/** Records whose every call takes effect, and is answered, when the schedule says so. */
const inTurns = (sound: Records, schedule: fc.Scheduler): Records => {
  const turn = () => schedule.schedule(Promise.resolve());
  return {
    ...sound,
    read: async (...args) => {
      await turn();
      const kept = await sound.read(...args);
      await turn();
      return kept;
    },
    write: async (...args) => {
      await turn();
      const isWritten = await sound.write(...args);
      await turn();
      return isWritten;
    },
  };
};

describe('however checks and askings come together', () => {
  const numRuns = isLong ? 20_000 : 200;

  it('five tries of a code are answered, each once, and no right one after them', async () => {
    const property = fc.asyncProperty(fc.scheduler(), fc.integer({ min: 0, max: 8 }), async (schedule, place) => {
      records = memoryRecords({ now: () => time });
      const code = await ask();
      const guesses = [1, 2, 3, 4, 5, 6, 7, 8].map((by) => not(code, by)).toSpliced(place, 0, code);
      const turns = { ...ports(), records: inTurns(records, schedule) };
      const checked = guesses.map((guess) => checkCode(turns, anna, guess));
      await schedule.waitFor(Promise.all(checked));
      const outcomes = await Promise.all(checked);
      const left = outcomes.flatMap((outcome) => (outcome.outcome === 'wrong' ? [outcome.left] : []));
      const isRight = outcomes[place]?.outcome === 'right';
      const rest = outcomes.filter(({ outcome }) => outcome !== 'wrong' && outcome !== 'right');
      // Each answered try took one of the five, in turn.
      expect(left.toSorted((one, other) => other - one)).toStrictEqual([4, 3, 2, 1].slice(0, left.length));
      expect(outcomes.filter(({ outcome }) => outcome === 'right')).toHaveLength(isRight ? 1 : 0);
      expect(new Set(rest.map(({ outcome }) => outcome))).toStrictEqual(new Set([isRight ? 'none' : 'used-up']));
      expect(isRight || left.length === 4).toBe(true);
      expect(await check(code)).toStrictEqual({ outcome: isRight ? 'none' : 'used-up' });
    });
    await fc.assert(property, { numRuns });
  });

  it('three codes are given, and only the last one holds', async () => {
    const property = fc.asyncProperty(fc.scheduler(), async (schedule) => {
      records = memoryRecords({ now: () => time });
      const turns = { ...ports(), records: inTurns(records, schedule) };
      const asking = [1, 2, 3, 4, 5].map(() => askForCode(turns, anna));
      await schedule.waitFor(Promise.all(asking));
      const codes = (await Promise.all(asking)).flatMap((asked) => (asked.outcome === 'made' ? [asked.code] : []));
      expect(codes).toHaveLength(3);
      const outcomes = [];
      for (const code of codes) outcomes.push((await check(code)).outcome);
      expect(outcomes.filter((outcome) => outcome === 'right')).toHaveLength(1);
    });
    await fc.assert(property, { numRuns });
  });
});

describe('a device', () => {
  const days = (count: number, ms = 0): string => later(count * 24 * 60, ms);
  const remember = (person: string, id?: string) => rememberDevice(ports(), { id, person });
  const peopleOn = async (id: string | undefined) => (await readDevice(ports(), id))?.people;

  it('is the device of whoever was verified on it, for thirty days', async () => {
    const id = await remember('anna');
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    time = days(30, -1);
    expect(await peopleOn(id)).toStrictEqual(['anna']);
    time = days(30);
    expect(await peopleOn(id)).toBeUndefined();
  });

  it('is so for thirty days more whenever they use it', async () => {
    const id = await remember('anna');
    time = days(29);
    expect(await renewDevice(ports(), id, 'anna')).toBe(true);
    time = days(58);
    expect(await peopleOn(id)).toStrictEqual(['anna']);
    time = days(59);
    expect(await peopleOn(id)).toBeUndefined();
    expect(await renewDevice(ports(), id, 'anna')).toBe(false);
  });

  it('writes nothing when it is used again within a day', async () => {
    const id = await remember('anna');
    time = days(1, -1);
    expect(await renewDevice(ports(), id, 'anna')).toBe(true);
    expect(written).toHaveLength(1);
  });

  it('is nobody else’s, and no other device is theirs', async () => {
    const id = await remember('anna');
    expect(await renewDevice(ports(), id, 'ben')).toBe(false);
    expect(await peopleOn('A'.repeat(43))).toBeUndefined();
    expect(await peopleOn(undefined)).toBeUndefined();
  });

  it('is that of several people, each with thirty days of their own', async () => {
    const first = await remember('anna');
    time = days(10);
    const second = await remember('ben', first);
    expect((await peopleOn(second))?.toSorted()).toStrictEqual(['anna', 'ben']);
    time = days(30);
    expect(await peopleOn(second)).toStrictEqual(['ben']);
    time = days(31);
    const third = await remember('anna', second);
    expect((await peopleOn(third))?.toSorted()).toStrictEqual(['anna', 'ben']);
  });

  it('has a new id whenever somebody is verified, so that nobody can plant one', async () => {
    const planted = await remember('mallory');
    const fresh = await remember('anna', planted);
    expect(fresh).not.toBe(planted);
    expect(await peopleOn(planted)).toBeUndefined();
    expect((await peopleOn(fresh))?.toSorted()).toStrictEqual(['anna', 'mallory']);
    expect(await remember('anna', 'never-seen')).not.toBe('never-seen');
    expect(await peopleOn('never-seen')).toBeUndefined();
  });

  it('has room for eight; who was not seen for longest is asked again', async () => {
    let id: string | undefined;
    for (const [day, person] of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
      time = days(day);
      id = await remember(person, id);
    }
    expect((await peopleOn(id))?.toSorted()).toStrictEqual(['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });

  it('is forgotten alone, or with all others of a person', async () => {
    const tablet = await remember('ben', await remember('anna'));
    const phone = await remember('anna');
    const laptop = await remember('anna');
    await forgetDevice(ports(), phone);
    expect(await peopleOn(phone)).toBeUndefined();
    expect(await peopleOn(laptop)).toStrictEqual(['anna']);
    time = days(1);
    await forgetDevicesOf(ports(), 'anna');
    expect(await peopleOn(laptop)).toBeUndefined();
    expect(await peopleOn(tablet)).toStrictEqual(['ben']);
    expect(await renewDevice(ports(), laptop, 'anna')).toBe(false);
    time = days(2);
    expect(await peopleOn(await remember('anna', laptop))).toStrictEqual(['anna']);
  });

  it('stays forgotten until the last of its days', async () => {
    time = days(5);
    const id = await remember('anna');
    const seen = await remember('ben', id);
    await forgetDevicesOf(ports(), 'anna');
    for (const day of [6, 20, 36]) {
      time = days(day);
      await renewDevice(ports(), seen, 'ben');
      expect(await peopleOn(seen)).toStrictEqual(['ben']);
    }
  });

  it('is kept as a hash that opens nothing', async () => {
    const id = await remember('anna');
    expect(JSON.stringify(written)).not.toContain(id);
    const [[, key] = []] = written as [string, string][];
    expect(await peopleOn(key)).toBeUndefined();
  });
});

describe('the cookie of a device', () => {
  const id = `${'B'.repeat(42)}A`;
  const other = `${'C'.repeat(42)}A`;
  const secure = { secure: true };

  it('is for this host alone, over HTTPS, out of reach of scripts, for thirty days', () => {
    expect(deviceCookie(id, secure)).toBe(
      `__Host-runsheet=${id}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure`,
    );
  });

  it('has another name on the plain http of a sandbox', () => {
    expect(deviceCookie(id, { secure: false })).toBe(`runsheet=${id}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`);
    expect(readDeviceCookie(`runsheet=${id}`, { secure: false })).toBe(id);
    expect(readDeviceCookie(`runsheet=${id}`, secure)).toBeUndefined();
    expect(readDeviceCookie(`__Host-runsheet=${id}`, { secure: false })).toBeUndefined();
  });

  it('is dropped', () => {
    expect(deviceCookie(undefined, secure)).toBe('__Host-runsheet=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
  });

  it.each([
    ['alone', `__Host-runsheet=${id}`],
    ['among others', `a=b; __Host-runsheet=${id};c; =; =d`],
    ['twice the same', `__Host-runsheet=${id}; __Host-runsheet=${id}`],
  ])('is found %s', (_, header) => {
    expect(readDeviceCookie(header, secure)).toBe(id);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another name', `x__Host-runsheet=${id}`],
    ['a name in other letters', `__host-runsheet=${id}`],
    ['a quoted value', `__Host-runsheet="${id}"`],
    ['a short value', `__Host-runsheet=${id.slice(1)}`],
    ['a long value', `__Host-runsheet=${id}A`],
    ['stray bits at the end', `__Host-runsheet=${'B'.repeat(43)}`],
    ['no value', '__Host-runsheet='],
    ['two different ones', `__Host-runsheet=${id}; __Host-runsheet=${other}`],
    ['a good one and junk', `__Host-runsheet=${id}; __Host-runsheet=junk`],
    ['separators only', ';;;=;='],
  ])('is none where there is %s', (_, header) => {
    expect(readDeviceCookie(header, secure)).toBeUndefined();
  });
});
