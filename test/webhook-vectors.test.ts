import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import { signCall } from '../functions/core/webhooks/sign-delivery.ts';
import { verifyDelivery } from '../functions/core/webhooks/verify-delivery.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import { headerOf, NOW, SECRETS, sampleOf, URL_OF_HOOK } from './support/webhook-sources.ts';

const verify = (
  provider: Provider,
  delivery: Delivery,
  now = NOW,
  secrets: readonly string[] | undefined = [SECRETS[provider]],
) => verifyDelivery(PROVIDERS[provider], delivery, secrets, now);
const VERIFIED = { outcome: 'verified', signed: true, secret: 0 };
const refusedFor = (reason: string, header?: string) => ({
  outcome: 'refused',
  reason,
  ...(header === undefined ? {} : { header }),
});

const post = (
  body: string | Buffer,
  headers: { readonly [name: string]: string },
  publicUrl = URL_OF_HOOK,
): Delivery => ({
  method: 'POST',
  publicUrl,
  headers: Object.entries(headers),
  body: Buffer.from(body as string),
});

afterEach(() => {
  vi.useRealTimers();
});

describe('vectors that others published', () => {
  it('Standard Webhooks: the vector of its reference libraries is verified and written', () => {
    const body = '{"test": 2432232314}';
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    expect(verify('standard-webhooks', post(body, headers), 1_614_265_330_000)).toEqual(VERIFIED);
    const written = signCall(Buffer.from(body), {
      secrets: [SECRETS['standard-webhooks']],
      now: 1_614_265_330_000,
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    });
    expect(Object.fromEntries(written)).toEqual(headers);
  });

  it('HubSpot: the v3 vector of its Python client is verified', () => {
    const delivery = post(
      "{'example_field':'example_value'}",
      {
        'x-hubspot-request-timestamp': '15000000',
        'x-hubspot-signature-v3': 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=',
      },
      'https://www.example.com/webhook_uri',
    );
    expect(verify('hubspot', delivery, 15_000_000, ['yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'])).toEqual(VERIFIED);
  });
});

describe('what openssl made of the pages of the providers', () => {
  const body = '{"test": 2432232314}';
  it.each<[Provider, { readonly [name: string]: string }]>([
    ['typeform', { 'typeform-signature': 'sha256=lLdUtclKy0l8y0DnPsrt08Trdl4k1XoIgV8eDtsJPQc=' }],
    ['tally', { 'tally-signature': 'GDx9+BrhKh3/+5SgI4nCCX+fOawr20FKj/NaBZLFdTg=' }],
    [
      'calendly',
      {
        'calendly-webhook-signature':
          't=1799658000,v1=d8bf06202a34d3ef7db447daf0afb3852130cb50ff0dd4946381940341315b75',
      },
    ],
    [
      'stripe',
      {
        'stripe-signature':
          't=1799658000,v1=d63c1110a8a8414356025b7c8cb0a93d8adb50a70f2a7152f1aee5ee3fd0fa11,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
      },
    ],
    [
      'webflow',
      {
        'x-webflow-timestamp': '1799658000123',
        'x-webflow-signature': '60c524fb959a3c3210e4f3152737e4ecf184e49665c1cbb6c1a862bf13650606',
      },
    ],
  ])('%s is verified', (provider, headers) => {
    expect(verify(provider, post(body, headers))).toEqual(VERIFIED);
  });

  it('hubspot is verified over an address of which it decodes some characters and others not', () => {
    const headers = {
      'x-hubspot-request-timestamp': '1799658000123',
      'x-hubspot-signature-v3': 'qzC+jSt0yYNWrT+0TlPeBmDo9IaDPNRApV3gZ3ryOrM=',
    };
    const at = (query: string) =>
      verify('hubspot', post(body, headers, `https://hooks.example.com/hooks/crm/s?${query}`));
    expect(at('at=a%3Ab%2fc%20d')).toEqual(VERIFIED);
    expect(at('at=a:b/c%20d')).toEqual(VERIFIED);
    expect(at('at=a:b/c d')).toEqual(refusedFor('wrong-signature'));
    expect(at('at=a%253Ab/c%20d')).toEqual(refusedFor('wrong-signature'));
  });

  it('bytes are signed, not characters: a byte order mark and bytes that are no UTF-8 change nothing', () => {
    const marked = Buffer.from('efbbbf7b22746f706963223a225ac3bc72696368227d', 'hex');
    expect(
      verify('tally', post(marked, { 'tally-signature': 'ePQduIYHe1How6rvHLgl6IBL1GMDhMRveg9xD/SIVEU=' })),
    ).toEqual(VERIFIED);
    const invalid = Buffer.from('7b22746f706963223a22ff227d', 'hex');
    expect(
      verify('tally', post(invalid, { 'tally-signature': 'ZEnl/BJdoDQENPA7Zqvy4jOimtvLAZGNgdfj/bT25r8=' })),
    ).toEqual(VERIFIED);
    expect(
      verify(
        'tally',
        post(Buffer.from('7b22746f706963223a22efbfbd227d', 'hex'), {
          'tally-signature': 'ZEnl/BJdoDQENPA7Zqvy4jOimtvLAZGNgdfj/bT25r8=',
        }),
      ),
    ).toEqual(refusedFor('wrong-signature'));
  });
});

describe('Standard Webhooks and its own package', () => {
  const judge = new Webhook(SECRETS['standard-webhooks']);

  it('the package verifies what we sign', () => {
    vi.useFakeTimers({ now: NOW });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), (text, id) => {
        const body = JSON.stringify({ text });
        const headers = Object.fromEntries(
          signCall(Buffer.from(body), { secrets: [SECRETS['standard-webhooks']], now: NOW, id }),
        );
        expect(judge.verify(body, headers)).toEqual({ text });
      }),
      { numRuns: 300 },
    );
  });

  it('we verify what the package signs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), (text, id) => {
        const body = JSON.stringify({ text });
        const signature = judge.sign(id, new Date(NOW), body);
        const headers = { 'webhook-id': id, 'webhook-timestamp': '1799658000', 'webhook-signature': signature };
        expect(verify('standard-webhooks', post(body, headers))).toEqual(VERIFIED);
      }),
      { numRuns: 300 },
    );
  });

  it.each([-301_000, -300_999, -300_001, -300_000, 0, 300_000, 300_001, 300_999, 301_000])(
    'both agree on a clock that is %i ms away',
    (away) => {
      vi.useFakeTimers({ now: NOW + away });
      const delivery = sampleOf('standard-webhooks');
      const theirs = (() => {
        try {
          judge.verify(Buffer.from(delivery.body).toString('utf8'), Object.fromEntries(delivery.headers));
          return 'verified';
        } catch {
          return 'refused';
        }
      })();
      expect(verify('standard-webhooks', delivery, NOW + away).outcome).toBe(theirs);
    },
  );

  it('a delivery signed with two secrets is verified by each of them alone', () => {
    const delivery = sampleOf('standard-webhooks', {
      secrets: ['whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQ=', SECRETS['standard-webhooks']],
    });
    expect(headerOf(delivery, 'webhook-signature').split(' ')).toHaveLength(2);
    vi.useFakeTimers({ now: NOW });
    expect(
      judge.verify(Buffer.from(delivery.body).toString('utf8'), Object.fromEntries(delivery.headers)),
    ).toBeDefined();
    expect(verify('standard-webhooks', delivery, NOW, ['whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQ='])).toEqual(VERIFIED);
  });
});
