/** A form is posted by who was shown it, and by no other site. */
import { describe, expect, it } from 'vitest';
import { isCrossSite, makeNonce, nonceFits, shownAt } from '../functions/core/nonce.ts';
import { fc, test } from './support/property.ts';

const key = 'newest key';
const binding = 'link:abc';
const now = '2027-01-04T16:59:59.999Z';

describe('a nonce', () => {
  const nonce = makeNonce(key, binding, now);

  it('fits its binding for 24 hours, and not after', () => {
    for (const at of ['2027-01-04T16:59:59.999Z', '2027-01-05T08:00:00.000Z', '2027-01-05T16:59:59.999Z']) {
      expect(nonceFits([key], binding, nonce, at)).toBe(true);
    }
    expect(nonceFits([key], binding, nonce, '2027-01-05T17:00:00.000Z')).toBe(false);
    expect(nonceFits([key], binding, nonce, '2028-01-04T16:59:59.999Z')).toBe(false);
  });

  it('fits where the clock of another host is a little behind, and not where it is minutes behind', () => {
    const ahead = makeNonce(key, binding, '2027-01-04T17:00:59.000Z');
    expect(nonceFits([key], binding, ahead, now)).toBe(true);
    expect(nonceFits([key], binding, ahead, '2027-01-04T16:59:58.999Z')).toBe(false);
  });

  it('says when its form was shown, and nothing where it is none', () => {
    expect(shownAt(nonce)).toBe('2027-01-04T16:59:59.000Z');
    expect(['', '1', 'x.y', nonce.slice(0, -1)].map(shownAt)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('fits with any live key, and with no other', () => {
    expect(nonceFits(['still newer', key], binding, nonce, now)).toBe(true);
    expect(nonceFits(['still newer', 'newer'], binding, nonce, now)).toBe(false);
    expect(nonceFits([], binding, nonce, now)).toBe(false);
    expect(nonceFits([''], binding, nonce, now)).toBe(false);
    expect(() => makeNonce('', binding, now)).toThrow('a nonce needs a key');
  });

  it.each([
    ['another binding', 'link:abd', nonce],
    ['no binding', '', nonce],
    ['nothing', binding, ''],
    ['another second', binding, nonce.replace(/^\d+/, (second) => String(Number(second) + 1))],
    ['a second that is none', binding, nonce.replace(/^\d+/, '1e9')],
    ['its digest alone', binding, nonce.replace(/^\d+\./, '')],
    ['padding', binding, `${nonce}=`],
    ['a line more', binding, `${nonce}\n`],
    ['a megabyte', binding, '1'.repeat(1_000_000)],
  ])('does not fit with %s', (_, itsBinding, text) => {
    expect(nonceFits([key], itsBinding, text, now)).toBe(false);
  });

  test(
    'does not fit with any character changed',
    [fc.nat({ max: nonce.length - 1 }), fc.constantFrom(...'0123456789ABCDEFabcdef-_.')],
    (place, character) => {
      const changed = nonce.slice(0, place) + character + nonce.slice(place + 1);
      expect(nonceFits([key], binding, changed, now)).toBe(changed === nonce);
    },
  );

  test('fits for 24 hours, whenever it is made', [fc.nat(), fc.nat({ max: 86_400_000 })], (made, age) => {
    const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
    const fresh = makeNonce(key, binding, at(made));
    expect(nonceFits([key], binding, fresh, at(made + age))).toBe(true);
    expect(nonceFits([key], binding, fresh, at(made + 86_402_000))).toBe(false);
  });
});

describe('a post', () => {
  const ours = 'https://runsheet.example.com';
  type Headers = [string, string][];

  it.each<[string, Headers]>([
    [
      'our own form, whose page forbids referrers',
      [
        ['sec-fetch-site', 'same-origin'],
        ['origin', 'null'],
      ],
    ],
    [
      'our own form',
      [
        ['sec-fetch-site', 'same-origin'],
        ['origin', ours],
      ],
    ],
    ['a person who loads a page again', [['sec-fetch-site', 'none']]],
    ['a browser that says no site', [['origin', ours]]],
    ['a command that says nothing', [['host', 'elsewhere.example']]],
  ])('may come from %s', (_, headers) => {
    expect(isCrossSite(headers, ours)).toBe(false);
  });

  it.each<[string, Headers]>([
    [
      'another site',
      [
        ['sec-fetch-site', 'cross-site'],
        ['origin', 'https://elsewhere.example'],
      ],
    ],
    [
      'another site that hides its name',
      [
        ['sec-fetch-site', 'cross-site'],
        ['origin', 'null'],
      ],
    ],
    [
      'another site that claims our name',
      [
        ['sec-fetch-site', 'cross-site'],
        ['origin', ours],
      ],
    ],
    ['another name below our domain', [['sec-fetch-site', 'same-site']]],
    ['a site of a kind that is not known', [['sec-fetch-site', '']]],
    [
      'two sites',
      [
        ['sec-fetch-site', 'same-origin'],
        ['sec-fetch-site', 'cross-site'],
      ],
    ],
    ['two sites in one header', [['sec-fetch-site', 'same-origin, cross-site']]],
    ['another origin', [['origin', 'https://elsewhere.example']]],
    ['our name without HTTPS', [['origin', 'http://runsheet.example.com']]],
    ['our name at another port', [['origin', 'https://runsheet.example.com:8443']]],
    ['a name that begins with ours', [['origin', 'https://runsheet.example.com.elsewhere.example']]],
    [
      'two origins',
      [
        ['origin', ours],
        ['origin', 'https://elsewhere.example'],
      ],
    ],
    ['no origin that can be read', [['origin', '']]],
  ])('may not come from %s', (_, headers) => {
    expect(isCrossSite(headers, ours)).toBe(true);
  });

  it('is compared with the origin of an address that has a path', () => {
    expect(isCrossSite([['origin', 'http://127.0.0.1:4040']], 'http://127.0.0.1:4040/runs')).toBe(false);
    expect(isCrossSite([['origin', 'http://localhost:4040']], 'http://127.0.0.1:4040/runs')).toBe(true);
  });
});
