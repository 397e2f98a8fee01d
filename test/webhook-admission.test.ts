import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admission, admit, type Source } from '../functions/core/webhooks/admit.ts';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { bodyHash, deliveryId, runName } from '../functions/core/webhooks/delivery-id.ts';
import { hashPathSecret, makePathSecret, pathSecretFits } from '../functions/core/webhooks/path-secret.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import { settle, throttled } from '../functions/core/webhooks/settle.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import {
  field,
  headerOf,
  NOW,
  PATH_SECRET,
  PROVIDER_NAMES,
  RUNS,
  SECRETS,
  SIGNING,
  sampleOf,
  sourceOf,
  withHeader,
} from './support/webhook-sources.ts';

const send = (of: Source | undefined, delivery: Delivery, now = NOW, pathSecret = PATH_SECRET) =>
  admit(of, pathSecret, delivery, now);
const intakeOf = (admission: Admission) => {
  if (admission.outcome !== 'admitted' && admission.outcome !== 'misfit')
    return expect.unreachable(JSON.stringify(admission));
  return admission.intake;
};
const TOPIC = { topic: field('text', { label: 'Topic', required: true }) };
const brief = sourceOf('typeform', { topic: "form_response.answers[field.ref='topic'].text" }, TOPIC);

describe.each(PROVIDER_NAMES)('a sample of %s', (provider) => {
  it('is admitted by its own source, and marked by whether it is signed', async () => {
    const admission = await send(sourceOf(provider), sampleOf(provider));
    expect(admission).toMatchObject({ outcome: 'admitted', status: provider === 'form' ? 303 : 202 });
    expect(intakeOf(admission).signed).toBe(provider !== 'form' && provider !== 'jotform');
  });

  it('becomes the same run however often it is sent, at whatever hour', async () => {
    const first = intakeOf(await send(sourceOf(provider), sampleOf(provider)));
    const later = intakeOf(
      await send(sourceOf(provider), sampleOf(provider, { now: NOW + 86_400_000 }), NOW + 86_400_000),
    );
    expect(later).toEqual(first);
    expect(settle({ outcome: 'admitted', status: 202, intake: later }, first)).toEqual({
      status: 200,
      headers: [['cache-control', 'no-store']],
      body: { status: 'accepted before', run: first.run },
    });
  });
});

describe('the order of checks', () => {
  const sample = sampleOf('typeform');
  const large = { ...sample, body: Buffer.alloc(262_145, 0x20) };
  const wrongType = withHeader(sample, 'content-type', 'text/plain');
  const retired: Source = { ...brief, state: 'retired' };

  it('size comes first: not even the path secret is looked at', async () => {
    expect(await send(undefined, large)).toEqual({ outcome: 'refused', status: 413, reason: 'too-large' });
    expect(await send(brief, large, NOW, 'wrong')).toMatchObject({ status: 413 });
  });

  it('256 KB are taken and one byte more is not', async () => {
    const bodyOf = (bytes: number) => {
      const start = '{"event_id":"1","form_response":{"answers":[{"field":{"ref":"topic"},"text":"A topic"}]}}';
      return start + ' '.repeat(bytes - start.length);
    };
    expect(await send(brief, sampleOf('typeform', { body: bodyOf(262_144) }))).toMatchObject({ status: 202 });
    expect(await send(brief, sampleOf('typeform', { body: bodyOf(262_145) }))).toMatchObject({ status: 413 });
  });

  it('the path secret comes before all that would tell whether there is such a source', async () => {
    for (const delivery of [sample, wrongType, withHeader(sample, 'typeform-signature', undefined)]) {
      expect(await send(undefined, delivery)).toEqual({ outcome: 'refused', status: 401, reason: 'unknown-source' });
      for (const of of [brief, retired])
        expect(await send(of, delivery, NOW, 'BBECAwQFBgcICQoLDA0ODw')).toEqual({
          outcome: 'refused',
          status: 401,
          reason: 'wrong-path-secret',
        });
    }
    expect(await send(retired, wrongType)).toEqual({ outcome: 'refused', status: 410, reason: 'retired' });
  });

  it('content type, then signature, then timestamp, then the body', async () => {
    const unsigned = withHeader(sample, 'typeform-signature', undefined);
    expect(await send(brief, withHeader(unsigned, 'content-type', 'text/plain'))).toMatchObject({ status: 415 });
    expect(await send(brief, { ...unsigned, body: Buffer.from('no JSON') })).toMatchObject({
      status: 401,
      reason: 'missing-header',
      header: 'typeform-signature',
    });
    const stripe = sourceOf('stripe');
    const old = sampleOf('stripe', { body: 'no JSON', now: NOW - 900_000 });
    expect(await send(stripe, { ...old, body: Buffer.from('other') })).toMatchObject({
      status: 401,
      reason: 'wrong-signature',
    });
    expect(await send(stripe, old)).toMatchObject({ status: 401, reason: 'too-old' });
    expect(await send(stripe, sampleOf('stripe', { body: 'no JSON' }))).toMatchObject({
      outcome: 'misfit',
      status: 422,
      intake: { signed: true, problems: [{ code: 'not-json' }] },
    });
  });

  it('every refusal of a stranger looks the same', async () => {
    const answers = await Promise.all([
      send(undefined, sample),
      send(brief, sample, NOW, 'wrong'),
      send(brief, withHeader(sample, 'typeform-signature', undefined)),
      send(brief, { ...sample, body: Buffer.from('{}') }),
      send({ ...brief, secrets: [] }, sample),
      send(sourceOf('stripe'), sampleOf('stripe', { now: NOW - 900_000 })),
      send(sourceOf('form'), withHeader(sampleOf('form'), 'origin', 'https://evil.example')),
    ]);
    const seen = new Set(answers.map((admission) => JSON.stringify(settle(admission, undefined))));
    expect([...seen]).toEqual([
      '{"status":401,"headers":[["cache-control","no-store"],["www-authenticate","Webhook"]],"body":{"status":"refused"}}',
    ]);
    expect(JSON.stringify(answers)).not.toContain(PATH_SECRET);
    expect(JSON.stringify(answers)).not.toContain(SECRETS.typeform);
    expect(JSON.stringify(answers)).not.toContain(headerOf(sample, 'typeform-signature'));
  });
});

describe('what is admitted', () => {
  it('holds all that a run is started from, and no more', async () => {
    const delivery = sampleOf('typeform', {
      body: '{"event_id":"01H","form_response":{"answers":[{"field":{"ref":"topic"},"text":"A topic"}]}}',
    });
    expect(await send(brief, delivery)).toEqual({
      outcome: 'admitted',
      status: 202,
      intake: {
        source: 'brief',
        workflow: 'blog-post',
        id: '01H',
        bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        run: expect.stringMatching(/^brief-[0-9a-f]{40}$/),
        signed: true,
        payload: { event_id: '01H', form_response: { answers: [{ field: { ref: 'topic' }, text: 'A topic' }] } },
        inputs: { topic: 'A topic' },
        problems: [],
      },
    });
  });

  it('and does not fit is kept with its problems, and its repeat gets the same answer', async () => {
    const misfit = await send(brief, sampleOf('typeform', { body: '{"event_id":"01H"}' }));
    expect(misfit).toMatchObject({
      outcome: 'misfit',
      status: 422,
      intake: { id: '01H', problems: [{ code: 'misfit', message: 'Topic is needed.', at: 'topic' }] },
    });
    expect(settle(misfit, undefined).status).toBe(422);
    expect(settle(misfit, intakeOf(misfit))).toEqual(settle(misfit, undefined));
  });

  it('under an id that came before with another body is 409', async () => {
    const of = (text: string) =>
      sampleOf('typeform', {
        body: JSON.stringify({ event_id: '01H', form_response: { answers: [{ field: { ref: 'topic' }, text }] } }),
      });
    const [first, other] = [await send(brief, of('one')), await send(brief, of('two'))];
    expect(intakeOf(other).run).toBe(intakeOf(first).run);
    expect(settle(other, intakeOf(first))).toEqual({
      status: 409,
      headers: [['cache-control', 'no-store']],
      body: { status: 'this id came before with another body' },
    });
  });

  it('and comes too often is told when to come again', () => {
    expect(throttled(12.1)).toMatchObject({
      status: 429,
      headers: [
        ['cache-control', 'no-store'],
        ['retry-after', '13'],
      ],
    });
    expect(throttled(0).headers).toContainEqual(['retry-after', '1']);
  });
});

describe('the id of a delivery', () => {
  const idOf = (provider: Provider, body: string, id?: string) => {
    const delivery = sampleOf(provider, { body, ...(id === undefined ? {} : { id }) });
    return deliveryId('brief', PROVIDERS[provider], delivery, JSON.parse(body));
  };

  it('is the one of the provider', () => {
    expect(idOf('standard-webhooks', '{}', 'msg_1')).toEqual({ id: 'msg_1', from: 'provider' });
    expect(idOf('google-forms', '{}', '2_ABaOnud')).toEqual({ id: '2_ABaOnud', from: 'provider' });
    expect(idOf('typeform', '{"event_id":"01H"}')).toEqual({ id: '01H', from: 'provider' });
    expect(idOf('tally', '{"eventId":"a4cb"}')).toEqual({ id: 'a4cb', from: 'provider' });
    expect(idOf('stripe', '{"id":"evt_1"}')).toEqual({ id: 'evt_1', from: 'provider' });
    expect(idOf('stripe', '{"id":17}')).toEqual({ id: '17', from: 'provider' });
  });

  it('is a hash where it is long or strange, so that it can be a key', () => {
    for (const id of ['x'.repeat(201), 'a b', 'ü', '\u0000'])
      expect(idOf('stripe', JSON.stringify({ id })).id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the hash of source and body where the provider gives none', () => {
    for (const body of ['{}', '{"id":""}', '{"id":null}', '{"id":{"a":1}}', '{"id":1.5}', '[]'])
      expect(idOf('stripe', body)).toMatchObject({ from: 'content' });
    expect(idOf('webflow', '{"a":1}').id).not.toBe(idOf('webflow', '{"a":2}').id);
    const delivery = sampleOf('webflow', { body: '{}' });
    expect(deliveryId('brief', PROVIDERS.webflow, delivery, {}).id).not.toBe(
      deliveryId('other', PROVIDERS.webflow, delivery, {}).id,
    );
  });

  it('of HubSpot is made of all its events, and a further attempt is not another body', () => {
    const events = (attemptNumber: number, ...ids: number[]) =>
      JSON.stringify(ids.map((eventId) => ({ eventId, subscriptionId: 1, objectId: 2, occurredAt: 3, attemptNumber })));
    expect(idOf('hubspot', events(0, 1, 2))).toEqual(idOf('hubspot', events(1, 1, 2)));
    expect(idOf('hubspot', events(0, 1, 2)).id).not.toBe(idOf('hubspot', events(0, 1)).id);
    const hashOf = (body: string) => bodyHash(PROVIDERS.hubspot, Buffer.from(body), JSON.parse(body));
    expect(hashOf(events(0, 1))).toBe(hashOf(events(1, 1)));
    expect(hashOf(events(0, 1))).not.toBe(hashOf(events(0, 2)));
  });

  it('of Calendly tells a booking from its cancellation', () => {
    const of = (event: string) =>
      idOf('calendly', JSON.stringify({ event, payload: { uri: 'https://api.calendly.com/x' } }));
    expect(of('invitee.created').id).not.toBe(of('invitee.canceled').id);
    expect(of('invitee.created')).toEqual(of('invitee.created'));
  });
});

describe('the name of a run', () => {
  it('is fit for Step Functions and the same for the same source and id, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (source, id) => {
        expect(runName(source, id)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(runName(source, id)).toBe(runName(source, id));
      }),
      { numRuns: 500 },
    );
    expect(runName('a'.repeat(100), 'x')).toHaveLength(80);
    expect(runName('content-brief', '01H')).toMatch(/^content-brief-[0-9a-f]{40}$/);
  });

  it('is another for another source or id, also where both run into each other', () => {
    const names = [
      ['a', 'b'],
      ['a-b', ''],
      ['', 'a-b'],
      ['a', 'B'],
      ['A', 'b'],
      ['a', 'b '],
      [`${'a'.repeat(60)}1`, 'b'],
      [`${'a'.repeat(60)}2`, 'b'],
      ['a'.repeat(60), '1b'],
    ].map(([source = '', id = '']) => runName(source, id));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the path secret', () => {
  it('is 128 random bits, of which only a hash is kept', () => {
    const { secret, hash } = makePathSecret(Uint8Array.from({ length: 16 }, (_, index) => index));
    expect(secret).toBe('AAECAwQFBgcICQoLDA0ODw');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toContain(secret);
    expect(pathSecretFits(secret, [hash])).toBe(true);
    expect(() => makePathSecret(new Uint8Array(15))).toThrow(RangeError);
  });

  it('fits with either of two live ones, and otherwise not at all', () => {
    const stored = [hashPathSecret('BBECAwQFBgcICQoLDA0ODw'), hashPathSecret(PATH_SECRET)];
    expect(pathSecretFits(PATH_SECRET, stored)).toBe(true);
    for (const given of [
      '',
      'A',
      PATH_SECRET.slice(1),
      `${PATH_SECRET}A`,
      PATH_SECRET.toLowerCase(),
      `${PATH_SECRET}\n`,
      stored[1] ?? '',
      'x'.repeat(2_000_000),
    ])
      expect(pathSecretFits(given, stored)).toBe(false);
    for (const none of [[], [''], ['nonsense'], [hashPathSecret('')]])
      expect(pathSecretFits(PATH_SECRET, none)).toBe(false);
    expect(pathSecretFits('', [hashPathSecret('')])).toBe(false);
  });
});

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
      fc.string({ unit: 'binary', maxLength: 20 }),
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
      fc.string({ unit: 'binary', maxLength: 30 }),
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
      .array(fc.tuple(names, fc.string({ unit: 'binary', maxLength: 30 })), { maxLength: 8 })
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
