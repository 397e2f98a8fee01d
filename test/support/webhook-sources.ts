/** Sources, secrets and deliveries for the tests of webhooks. */
import fc from 'fast-check';
import type { Source } from '../../functions/core/webhooks/admit.ts';
import type { Delivery, Header } from '../../functions/core/webhooks/delivery.ts';
import { hashPathSecret } from '../../functions/core/webhooks/path-secret.ts';
import { signSample } from '../../functions/core/webhooks/sign-delivery.ts';
import type { Fields, Hook, Provider } from '../../statemachines/language/workflow.ts';

/** 2027-01-11T09:00:00Z. */
export const NOW = 1_799_658_000_000;
export const PATH_SECRET = 'AAECAwQFBgcICQoLDA0ODw';
export const URL_OF_HOOK = `https://hooks.example.com/hooks/brief/${PATH_SECRET}`;

export const SECRETS: { readonly [P in Provider]: string } = {
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'google-forms': 'whsec_c2VjcmV0LW9mLWEtZ29vZ2xlLWZvcm0h',
  typeform: 'a secret that Typeform knows',
  hubspot: 'a secret that HubSpot knows',
  calendly: 'a key that Calendly knows',
  tally: 'a secret that Tally knows',
  webflow: 'a secret that Webflow knows',
  stripe: 'whsec_a secret that Stripe knows',
  jotform: 'never used',
  form: 'form-key-1',
};
export const PROVIDER_NAMES = Object.keys(SECRETS) as readonly Provider[];
export const SIGNING = PROVIDER_NAMES.filter((provider) => provider !== 'jotform' && provider !== 'form');

export const field = (type: Fields[string]['type'], more: Partial<Fields[string]> = {}): Fields[string] => ({
  type,
  label: type,
  required: false,
  ...more,
});

export const sourceOf = (
  provider: Provider,
  map: Hook['map'] = {},
  inputs: Fields = {},
  more: Partial<Source> = {},
): Source => ({
  source: 'brief',
  hook: { provider, workflow: 'blog-post', secret: 'brief-secret', map },
  inputs,
  state: 'open',
  pathSecretHashes: [hashPathSecret(PATH_SECRET)],
  secrets: [SECRETS[provider]],
  ...(provider === 'form'
    ? {
        form: {
          origins: ['https://www.example.com'],
          next: ['https://www.example.com/thanks', 'https://www.example.com/danke'],
          honeypot: 'website',
        },
      }
    : {}),
  ...more,
});

/** A sample of `provider`, signed properly, with the headers and the body that are asked for. */
export const sampleOf = (
  provider: Provider,
  more: {
    readonly body?: string | Uint8Array;
    readonly now?: number;
    readonly contentType?: string;
    readonly id?: string;
    readonly secrets?: readonly string[];
    readonly fields?: { readonly [name: string]: string };
  } = {},
): Delivery =>
  signSample(provider, {
    secrets: more.secrets ?? [SECRETS[provider]],
    now: more.now ?? NOW,
    publicUrl: URL_OF_HOOK,
    ...(more.id === undefined ? {} : { id: more.id }),
    ...(more.body === undefined ? {} : { body: Buffer.from(more.body) }),
    ...(more.contentType === undefined ? {} : { contentType: more.contentType }),
    ...(more.fields === undefined ? {} : { fields: more.fields }),
    ...(provider === 'form' ? { origin: 'https://www.example.com' } : {}),
  });

export const withHeader = (delivery: Delivery, name: string, value: string | undefined): Delivery => ({
  ...delivery,
  headers: [
    ...delivery.headers.filter(([other]) => other !== name),
    ...(value === undefined ? [] : [[name, value] as const]),
  ],
});
export const headerOf = ({ headers }: { readonly headers: readonly Header[] }, name: string): string =>
  headers.find(([other]) => other === name)?.[1] ?? '';

export const long = process.env.RUNSHEET_LONG === '1';
/** 100,000 are the target (trust.md, Test targets); ordinarily a part of them runs. */
export const RUNS = long ? 100_000 : 2_000;

/** Texts of all that may be in one; fast-check's own `binary` takes seconds to begin. */
export const wildText = (maxLength = 20): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('\u0000', '\r\n', 'ü', '✓', '𝒳', '\ud800', '\udc00', '\ufeff', '\u2028'),
      ),
      {
        maxLength,
      },
    )
    .map((parts) => parts.join('').slice(0, maxLength));
