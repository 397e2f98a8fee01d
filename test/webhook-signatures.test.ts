import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import { signatureHeaders, signCall } from '../functions/core/webhooks/sign-delivery.ts';
import { verifyDelivery } from '../functions/core/webhooks/verify-delivery.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import { headerOf, NOW, RUNS, SECRETS, SIGNING, sampleOf, URL_OF_HOOK, withHeader } from './support/webhook-sources.ts';

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

describe.each(SIGNING)('a delivery of %s', (provider) => {
  const scheme = PROVIDERS[provider].signature;
  const header = scheme?.header ?? '';
  const sample = sampleOf(provider);

  it('is verified as it is sent', () => {
    expect(verify(provider, sample)).toEqual(VERIFIED);
  });

  it('is refused with one byte of its body changed, added or missing', () => {
    const changed = Buffer.from(sample.body);
    changed[0] = (changed[0] ?? 0) ^ 1;
    for (const body of [
      changed,
      Buffer.concat([sample.body, Buffer.from(' ')]),
      Buffer.from(sample.body).subarray(1),
      Buffer.alloc(0),
    ]) {
      expect(verify(provider, { ...sample, body })).toEqual(refusedFor('wrong-signature'));
    }
  });

  it('is refused without its signature, with an empty one, with two, with one of absurd length', () => {
    expect(verify(provider, withHeader(sample, header, undefined))).toEqual(refusedFor('missing-header', header));
    expect(verify(provider, withHeader(sample, header, ''))).toEqual(refusedFor('missing-header', header));
    expect(verify(provider, { ...sample, headers: [...sample.headers, [header, headerOf(sample, header)]] })).toEqual(
      refusedFor('repeated-header', header),
    );
    expect(verify(provider, withHeader(sample, header, `${headerOf(sample, header)}${' '.repeat(3_000_000)}`))).toEqual(
      refusedFor('malformed-header', header),
    );
    expect(verify(provider, withHeader(sample, header, 'v1,'.repeat(1_300)))).toEqual(
      refusedFor('malformed-header', header),
    );
  });

  it('is refused when it is signed with the secret of somebody else', () => {
    const other = scheme?.key === 'whsec' ? 'whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXIh' : 'other secret';
    expect(verify(provider, sampleOf(provider, { secrets: [other] }))).toEqual(refusedFor('wrong-signature'));
  });

  it('is verified by either of two live secrets, and says by which', () => {
    const other = scheme?.key === 'whsec' ? 'whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXIh' : 'other secret';
    expect(verify(provider, sample, NOW, [other, SECRETS[provider]])).toEqual({ ...VERIFIED, secret: 1 });
    expect(verify(provider, sample, NOW, [SECRETS[provider], other])).toEqual(VERIFIED);
    expect(verify(provider, sample, NOW, [other, other, SECRETS[provider]])).toEqual(refusedFor('wrong-signature'));
  });

  it('names the first of two secrets that are the same', () => {
    expect(verify(provider, sample, NOW, [SECRETS[provider], SECRETS[provider]])).toEqual(VERIFIED);
  });

  it('is refused when the secret that its hook names is not there, or empty', () => {
    expect(verify(provider, sample, NOW, [])).toEqual(refusedFor('no-secret'));
    expect(verify(provider, sample, NOW, ['', '   '])).toEqual(refusedFor('no-secret'));
  });

  it('is refused with the signature of any other provider, also when both share a secret', () => {
    const shared = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    for (const other of SIGNING) {
      if (PROVIDERS[other].signature === scheme) continue;
      const foreign = sampleOf(other, { body: sample.body, secrets: [shared] });
      expect(verify(provider, { ...sample, headers: foreign.headers }, NOW, [shared])).toEqual(
        refusedFor('missing-header', header),
      );
      const renamed = withHeader(foreign, header, headerOf(foreign, PROVIDERS[other].signature?.header ?? ''));
      const alike = ['calendly', 'stripe'].includes(provider) && ['calendly', 'stripe'].includes(other);
      expect(verify(provider, renamed, NOW, [shared]).outcome).toBe(alike ? 'verified' : 'refused');
    }
  });
});

describe.each([
  ['standard-webhooks', 300_000, 999],
  ['google-forms', 300_000, 999],
  ['hubspot', 300_000, 0],
  ['calendly', 180_000, 999],
  ['webflow', 300_000, 0],
  ['stripe', 300_000, 999],
] as const)('the clock of %s', (provider, tolerance, slack) => {
  const sample = sampleOf(provider);

  it('may be off by its tolerance in either direction, and not by more', () => {
    expect(verify(provider, sample, NOW + tolerance + slack)).toEqual(VERIFIED);
    expect(verify(provider, sample, NOW + tolerance + slack + 1)).toEqual(refusedFor('too-old'));
    expect(verify(provider, sample, NOW - tolerance)).toEqual(VERIFIED);
    expect(verify(provider, sample, NOW - tolerance - 1)).toEqual(refusedFor('too-new'));
  });

  it('is read in one way only: other writings of the same instant are refused', () => {
    const scheme = PROVIDERS[provider].signature;
    const name = scheme?.timestamp?.header ?? scheme?.header ?? '';
    const written = headerOf(sample, name);
    for (const mark of ['0', '+', '-', ' ', '1e', '0x', '１']) {
      const value = scheme?.timestamp?.header === undefined ? written.replace('t=', `t=${mark}`) : `${mark}${written}`;
      expect(verify(provider, withHeader(sample, name, value))).toEqual(refusedFor('malformed-header', name));
    }
  });
});

describe('signatures in a header', () => {
  it('several are tried, of v1 alone', () => {
    const sample = sampleOf('stripe');
    const [timestamp = '', right = ''] = headerOf(sample, 'stripe-signature').split(',');
    const wrong = `v1=${'0'.repeat(64)}`;
    const asked = (value: string) => verify('stripe', withHeader(sample, 'stripe-signature', value));
    expect(asked([timestamp, wrong, right].join(','))).toEqual(VERIFIED);
    expect(asked([right, timestamp].join(','))).toEqual(VERIFIED);
    expect(asked([timestamp, right.replace('v1', 'v0')].join(','))).toEqual(
      refusedFor('malformed-header', 'stripe-signature'),
    );
    expect(asked([timestamp, wrong, right.replace('v1', 'v0')].join(','))).toEqual(refusedFor('wrong-signature'));
    expect(asked([timestamp, timestamp, right].join(','))).toEqual(refusedFor('malformed-header', 'stripe-signature'));
    expect(asked(right)).toEqual(refusedFor('malformed-header', 'stripe-signature'));
    expect(asked([timestamp, ...Array(17).fill(wrong), right].join(','))).toEqual(
      refusedFor('malformed-header', 'stripe-signature'),
    );
  });

  it('stand in a header with nothing else in it, and of sane length', () => {
    const stripe = sampleOf('stripe');
    const right = headerOf(stripe, 'stripe-signature');
    for (const value of [
      `${right},`,
      `,${right}`,
      `${right},,`,
      `${right},v0`,
      `${right}, v1=`,
      `${right},v2=${'x'.repeat(4_096)}`,
    ]) {
      expect(verify('stripe', withHeader(stripe, 'stripe-signature', value))).toEqual(
        refusedFor('malformed-header', 'stripe-signature'),
      );
    }
    expect(verify('stripe', withHeader(stripe, 'stripe-signature', `${right},v2=${'x'.repeat(3_900)}`))).toEqual(
      VERIFIED,
    );
    const standard = sampleOf('standard-webhooks');
    for (const more of [' ', '  ', ' v1', ' v1,', ' x', ',v1,']) {
      const value = `${headerOf(standard, 'webhook-signature')}${more}`;
      expect(verify('standard-webhooks', withHeader(standard, 'webhook-signature', value))).toEqual(
        refusedFor('malformed-header', 'webhook-signature'),
      );
    }
  });

  it('another version of Standard Webhooks is passed over', () => {
    const sample = sampleOf('standard-webhooks');
    const right = headerOf(sample, 'webhook-signature');
    expect(verify('standard-webhooks', withHeader(sample, 'webhook-signature', `v1a,abc= v2,abc ${right}`))).toEqual(
      VERIFIED,
    );
    expect(verify('standard-webhooks', withHeader(sample, 'webhook-signature', right.replace('v1', 'v1a')))).toEqual(
      refusedFor('malformed-header', 'webhook-signature'),
    );
  });

  it('are written in one way only: upper-case hex, base64url, missing padding and stray bits are refused', () => {
    const stripe = sampleOf('stripe');
    const upper = headerOf(stripe, 'stripe-signature').replace(/v1=.*/, (text) => `v1=${text.slice(3).toUpperCase()}`);
    expect(verify('stripe', withHeader(stripe, 'stripe-signature', upper))).toEqual(
      refusedFor('malformed-header', 'stripe-signature'),
    );
    const tally = post('{"test": 2432232314}', {});
    for (const text of [
      'GDx9-BrhKh3_-5SgI4nCCX-fOawr20FKj_NaBZLFdTg=',
      'GDx9+BrhKh3/+5SgI4nCCX+fOawr20FKj/NaBZLFdTg',
      'GDx9+BrhKh3/+5SgI4nCCX+fOawr20FKj/NaBZLFdTh=',
      ' GDx9+BrhKh3/+5SgI4nCCX+fOawr20FKj/NaBZLFdTg=',
    ]) {
      expect(verify('tally', withHeader(tally, 'tally-signature', text))).toEqual(
        refusedFor('malformed-header', 'tally-signature'),
      );
    }
  });

  it('an id with a full stop is refused, since it could borrow from the timestamp', () => {
    const sample = sampleOf('standard-webhooks');
    expect(verify('standard-webhooks', withHeader(sample, 'webhook-id', 'sample-1.1799658000'))).toEqual(
      refusedFor('malformed-header', 'webhook-id'),
    );
    expect(() =>
      signatureHeaders(PROVIDERS['standard-webhooks'], sample, {
        secrets: [SECRETS['standard-webhooks']],
        now: NOW,
        id: 'a.b',
      }),
    ).toThrow(RangeError);
  });
});

describe('a provider that signs nothing', () => {
  it('is unsigned, and marked so', () => {
    for (const provider of ['jotform', 'form'] as const)
      expect(verify(provider, sampleOf(provider))).toEqual({ outcome: 'unsigned', signed: false });
  });

  it('is Webflow too where the hook names no secret; with a secret, nothing unsigned passes', () => {
    const unsigned = withHeader(sampleOf('webflow'), 'x-webflow-signature', undefined);
    expect(verifyDelivery(PROVIDERS.webflow, unsigned, undefined, NOW)).toEqual({ outcome: 'unsigned', signed: false });
    expect(verify('webflow', unsigned)).toEqual(refusedFor('missing-header', 'x-webflow-signature'));
  });

  it('is nobody else: without a secret they are refused', () => {
    for (const provider of SIGNING.filter((one) => one !== 'webflow'))
      expect(verifyDelivery(PROVIDERS[provider], sampleOf(provider), undefined, NOW)).toEqual(refusedFor('no-secret'));
  });
});

describe('changed signatures', () => {
  const samples = SIGNING.map((provider) => ({
    provider,
    delivery: sampleOf(provider),
    signed: PROVIDERS[provider].signature,
  }));
  const characters = [...'0123456789abcdefABCDEF+/=-_ ,.:v1t\t\u0000é'];

  /** One change of what is signed or of the signature; never one that means the same. */
  const changed = fc
    .record({
      of: fc.constantFrom(...samples),
      what: fc.constantFrom('signature', 'signature', 'signature', 'body', 'timestamp', 'id'),
      how: fc.constantFrom('replace', 'insert', 'delete', 'swap', 'cut', 'double'),
      at: fc.nat({ max: 10_000 }),
      to: fc.nat({ max: 10_000 }),
      by: fc.constantFrom(...characters),
    })
    .map(({ of: { provider, delivery, signed }, what, how, at, to, by }) => {
      const edit = (text: string): string => {
        const place = at % Math.max(1, text.length);
        const other = to % Math.max(1, text.length);
        if (how === 'replace') return text.slice(0, place) + by + text.slice(place + 1);
        if (how === 'insert') return text.slice(0, place) + by + text.slice(place);
        if (how === 'delete') return text.slice(0, place) + text.slice(place + 1);
        if (how === 'cut') return text.slice(0, place);
        if (how === 'double') return text + text;
        const letters = [...text];
        [letters[place], letters[other]] = [letters[other] ?? '', letters[place] ?? ''];
        return letters.join('');
      };
      const name =
        what === 'timestamp'
          ? (signed?.timestamp?.header ?? signed?.header)
          : what === 'id'
            ? (signed?.id ?? signed?.header)
            : signed?.header;
      const before = what === 'body' ? Buffer.from(delivery.body).toString('latin1') : headerOf(delivery, name ?? '');
      const after = edit(before);
      const mutant =
        what === 'body' ? { ...delivery, body: Buffer.from(after, 'latin1') } : withHeader(delivery, name ?? '', after);
      return {
        provider,
        mutant,
        same: what === 'body' ? Buffer.from(after, 'latin1').equals(Buffer.from(before, 'latin1')) : after === before,
      };
    })
    .filter(({ same }) => !same);

  it(`are refused, each of ${RUNS}`, () => {
    let refused = 0;
    fc.assert(
      fc.property(changed, ({ provider, mutant }) => {
        expect(verify(provider, mutant).outcome).toBe('refused');
        refused += 1;
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBe(RUNS);
  });

  it('that are random digests are refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        ({ provider, delivery, signed }, digest) => {
          const text = Buffer.from(digest).toString(signed?.encoding ?? 'hex');
          const value = headerOf(delivery, signed?.header ?? '').replace(/[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/, text);
          expect(verify(provider, withHeader(delivery, signed?.header ?? '', value))).toEqual(
            refusedFor('wrong-signature'),
          );
        },
      ),
      { numRuns: RUNS / 10 },
    );
  });
});
