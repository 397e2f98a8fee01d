/** Mailed links lead to a person and an opening of a step, and nobody who reads the records can open one. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryRecords } from '../functions/adapters/local/memory-records.ts';
import { findLink, issueLink, linkKey } from '../functions/core/links.ts';
import type { Records } from '../functions/core/ports.ts';

const to = { run: 'spring-1', step: 'review', round: 2, person: 'anna' };
const settings = {
  base_url: 'https://runsheet.example.com',
  sender: { name: 'Runsheet', email: 'runsheet@example.com' },
  stage: 'test',
  gather_seconds: 60,
  secure_cookies: false,
  wary_of_robots: false,
  slows_down: true,
  keeps_board: true,
  sign_in: 'choose' as const,
};

let time: string;
let asked: string[];
let written: unknown[];
let records: Records;
beforeEach(() => {
  time = '2027-01-04T16:00:00.000Z';
  asked = [];
  written = [];
  const sound = memoryRecords({ now: () => time });
  records = {
    ...sound,
    read: (kind, key) => {
      asked.push(`${kind} ${key.length}`);
      return sound.read(kind, key);
    },
    write: (...args) => {
      written.push(args);
      return sound.write(...args);
    },
  };
});

/** Every call gives other bytes. */
const chance = () => {
  let calls = 0;
  return {
    bytes: (count: number) => {
      calls += 1;
      return Uint8Array.from({ length: count }, (_, place) => (calls * 37 + place * 11) % 256);
    },
  };
};
const ports = () => ({ records, chance: chance(), clock: { now: () => time }, settings });
const tokenOf = (url: string): string => url.slice('https://runsheet.example.com/a/'.length);

describe('a link', () => {
  it('is an address below our own with 256 random bits and nothing else', async () => {
    const url = await issueLink({ ...ports(), chance: { bytes: (count) => new Uint8Array(count).fill(0xff) } }, to);
    expect(url).toBe('https://runsheet.example.com/a/__________________________________________8');
  });

  it('leads to its person and opening, as often as it is looked up', async () => {
    const token = tokenOf(await issueLink(ports(), to));
    const found = { ...to, key: linkKey(token), issued: '2027-01-04T16:00:00.000Z' };
    expect(await findLink({ records }, token)).toStrictEqual(found);
    expect(await findLink({ records }, token)).toStrictEqual(found);
  });

  it('names the item and the mail where there are some', async () => {
    const token = tokenOf(await issueLink(ports(), { ...to, item: '3', mail: 'm-7' }));
    expect(await findLink({ records }, token)).toMatchObject({ item: '3', mail: 'm-7' });
  });

  it('lives beside others for the same person and opening', async () => {
    const same = ports();
    const first = tokenOf(await issueLink(same, to));
    const second = tokenOf(await issueLink(same, to));
    expect(first).not.toBe(second);
    expect(await findLink({ records }, first)).toMatchObject(to);
    expect(await findLink({ records }, second)).toMatchObject(to);
  });

  it('is kept as the SHA-256 of its token alone, and found by its holder alone', async () => {
    const token = tokenOf(await issueLink(ports(), to));
    const hash = createHash('sha256').update(token).digest('base64url');
    expect(JSON.stringify(written)).not.toContain(token);
    expect(linkKey(token)).toBe(hash);
    expect(await findLink({ records }, hash)).toBeUndefined();
  });

  it('is kept for 400 days', async () => {
    const token = tokenOf(await issueLink(ports(), to));
    time = '2028-02-08T15:59:59.999Z';
    expect(await findLink({ records }, token)).toMatchObject(to);
    time = '2028-02-08T16:00:00.000Z';
    expect(await findLink({ records }, token)).toBeUndefined();
  });

  it('is at most 200 characters, or is not issued', async () => {
    const base_url = `https://${'a'.repeat(60)}.${'b'.repeat(60)}.example.com/${'c'.repeat(10)}`;
    expect(base_url).toHaveLength(152);
    const longest = { ...ports(), settings: { ...settings, base_url: `${base_url}/x` } };
    expect(await issueLink(longest, to)).toHaveLength(200);
    const longer = { ...ports(), settings: { ...settings, base_url: `${base_url}/xy` } };
    await expect(issueLink(longer, to)).rejects.toThrow('with this base_url a link is 201 characters, not 200');
    expect(written).toHaveLength(1);
  });
});

describe('what was never issued', () => {
  it.each([
    ['of the right form', 'A'.repeat(43)],
    ['empty', ''],
    ['short', 'abc'],
    ['long', 'x'.repeat(10_000)],
    ['other characters', '../../etc/passwd'],
    ['no Unicode', '\ud800'],
    ['NUL', '\0'],
  ])('is found nowhere and takes one look-up like any other: %s', async (_, token) => {
    expect(await findLink({ records }, token)).toBeUndefined();
    expect(asked).toStrictEqual(['link 43']);
  });

  it('is a token with stray bits at its end', async () => {
    const token = tokenOf(await issueLink({ ...ports(), chance: { bytes: (n) => new Uint8Array(n) } }, to));
    expect(token.endsWith('A')).toBe(true);
    expect(await findLink({ records }, `${token.slice(0, -1)}B`)).toBeUndefined();
    expect(await findLink({ records }, `${token}=`)).toBeUndefined();
  });
});
