import { describe, expect, it } from 'vitest';
import type { Delivery } from '../functions/core/webhooks/delivery.ts';
import { PROVIDERS } from '../functions/core/webhooks/providers.ts';
import { verifyDelivery } from '../functions/core/webhooks/verify-delivery.ts';
import type { Provider } from '../statemachines/language/workflow.ts';
import { headerOf, NOW, SECRETS, SIGNING, sampleOf, withHeader } from './support/webhook-sources.ts';

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
