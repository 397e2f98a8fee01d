import { describe, expect, it } from 'vitest';
import { type Admission, admit, type Source } from '../functions/core/webhooks/admit.ts';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { settle, throttled } from '../functions/core/webhooks/settle.ts';
import {
  field,
  headerOf,
  NOW,
  PATH_SECRET,
  PROVIDER_NAMES,
  SECRETS,
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
        run: expect.stringMatching(/^brief-[0-9a-f]{24}$/),
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
