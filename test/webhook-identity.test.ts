import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyHash, deliveryId, runName } from '../functions/core/webhooks/delivery-id.ts';
import { hashPathSecret, makePathSecret, pathSecretFits } from '../functions/core/webhooks/path-secret.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import { PATH_SECRET, sampleOf, wildText } from './support/webhook-sources.ts';

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
      fc.property(wildText(), wildText(), (source, id) => {
        expect(runName(source, id)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        expect(runName(source, id)).toBe(runName(source, id));
      }),
      { numRuns: 200 },
    );
    expect(runName('a'.repeat(100), 'x')).toHaveLength(80);
    expect(runName('content-brief', '01H')).toMatch(/^content-brief-[0-9a-f]{24}$/);
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
