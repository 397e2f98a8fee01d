import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, type Source } from '../functions/core/webhooks/admit.ts';
import { settle } from '../functions/core/webhooks/settle.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import {
  field,
  NOW,
  PATH_SECRET,
  PROVIDER_NAMES,
  RUNS,
  SIGNING,
  sampleOf,
  sourceOf,
  wildText,
} from './support/webhook-sources.ts';

describe('bodies that nobody would send', () => {
  const STATUSES = new Set([200, 202, 303, 401, 409, 410, 413, 415, 422, 429]);
  const TYPES = [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=b',
    'multipart/form-data; boundary=------------------------runsheet-sample',
    'text/plain',
    '',
  ];
  const MAP = {
    topic: 'a.b[c=1].$string(d)',
    budget: '$sum(items.price)',
    who: '*.name',
    long: 'data.fields[label=$$.x].value',
    up: '$uppercase(name)',
    all: '**.text[]',
  };
  const INPUTS = {
    topic: field('text'),
    budget: field('number'),
    who: field('email'),
    long: field('long_text'),
    up: field('date'),
    all: field('choice', { options: ['a'], many: true }),
  };
  const sources = Object.fromEntries(PROVIDER_NAMES.map((provider) => [provider, sourceOf(provider, MAP, INPUTS)])) as {
    readonly [P in Provider]: Source;
  };
  const samples = Object.fromEntries(
    PROVIDER_NAMES.map((provider) => [provider, Buffer.from(sampleOf(provider).body)]),
  ) as { readonly [P in Provider]: Buffer };

  const names = fc.constantFrom(
    'a',
    'b',
    'c',
    'd',
    'items',
    'price',
    'data',
    'fields',
    'label',
    'value',
    'name',
    'text',
    'id',
    'eventId',
    'event_id',
    '__proto__',
    'constructor',
    'toString',
    'length',
    'sequence',
    '_jsonata_function',
    '_key',
    '_next',
    '',
  );
  const values = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      wildText(20),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      tie('record'),
      tie('list'),
    ),
    list: fc.array(tie('any'), { maxLength: 5 }),
    record: fc.dictionary(names, tie('any'), { maxKeys: 6, noNullPrototype: true }),
  }));
  const parts = fc.array(
    fc.tuple(
      names,
      wildText(30),
      fc.constantFrom(
        '',
        '; filename="f"',
        "; filename*=UTF-8''%ff",
        '\r\nContent-Type: text/plain; charset=x',
        '"',
        '\\',
      ),
    ),
    { maxLength: 6 },
  );
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    values.any.map((value) => Buffer.from(JSON.stringify(value) ?? '', 'utf8')),
    fc
      .array(fc.tuple(names, wildText(30)), { maxLength: 8 })
      .map((pairs) => Buffer.from(new URLSearchParams(pairs).toString())),
    parts.map((list) =>
      Buffer.from(
        `${list.map(([name, value, more]) => `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`).join('')}--b--\r\n`,
      ),
    ),
    fc.integer({ min: 1, max: 300 }).map((depth) => Buffer.from(`${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`)),
  );
  const damaged = fc
    .tuple(
      fc.constantFrom(...PROVIDER_NAMES),
      fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 3_000 }),
    )
    .map(([provider, edits, cut]) => {
      const body = Buffer.from(samples[provider]);
      for (const [at, byte] of edits) body[at % body.length] = byte;
      return { provider, body: cut < body.length ? body.subarray(0, cut) : body, contentType: undefined };
    });
  const made = fc.record({
    provider: fc.constantFrom(...PROVIDER_NAMES),
    body: bodies,
    contentType: fc.option(fc.constantFrom(...TYPES), { nil: undefined }),
  });

  it(`are answered, each of ${RUNS}, and never with a fault of ours`, { timeout: 1_800_000 }, async () => {
    const counted: { [status: number]: number } = {};
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(made, damaged),
        fc.integer({ min: 0, max: 9 }),
        async ({ provider, body, contentType }, luck) => {
          // Most are signed properly, or nothing behind the signature would ever be reached.
          const signed = sampleOf(provider, { body, ...(contentType === undefined ? {} : { contentType }) });
          const delivery = luck === 0 ? { ...signed, headers: signed.headers.slice(0, 1) } : signed;
          const admission = await admit(sources[provider], PATH_SECRET, delivery, NOW);
          const { status } = settle(admission, undefined);
          expect(STATUSES).toContain(status);
          counted[status] = (counted[status] ?? 0) + 1;
          expect(settle(await admit(sources[provider], PATH_SECRET, delivery, NOW), undefined)).toEqual(
            settle(admission, undefined),
          );
        },
      ),
      { numRuns: RUNS },
    );
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(RUNS);
    // Every stage was reached.
    for (const status of [202, 401, 415, 422]) expect(counted[status] ?? 0).toBeGreaterThan(RUNS / 200);
    expect(({} as { readonly a?: unknown }).a).toBeUndefined();
  });

  it('that are not signed never get past the signature', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SIGNING), bodies, async (provider, body) => {
        const delivery = { ...sampleOf(provider), body };
        expect(await admit(sources[provider], PATH_SECRET, delivery, NOW)).toMatchObject({
          outcome: 'refused',
          status: 401,
        });
      }),
      { numRuns: RUNS / 10 },
    );
  });
});
