import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import { signatureHeaders } from '../functions/core/webhooks/sign-delivery.ts';
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
