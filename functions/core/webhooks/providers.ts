/**
 * The providers, one row each: providers are data, not code. signature.ts interprets a row, both ways.
 *
 * Promises: all that differs between two providers stands here, with the page that says so.
 * Hides: nothing.
 *
 * Where the pages differ from common sense, the choice and its reason stand at the row. Tolerances hold in both
 * directions, also where a page speaks only of deliveries that are too old: a timestamp from the future is a clock
 * that cannot be trusted, and a delivery that could be replayed for longer.
 */
import type { Provider } from '../../../statemachines/language/workflow.ts';
import type { Encoding } from './digests.ts';

/** What is signed, in its order. `url` is the public URL, with what HubSpot wants decoded decoded (signature.ts). */
export type SignedPart = 'id' | 'timestamp' | 'method' | 'url' | 'body' | '.' | ':';

/**
 * How digests stand in the header: `bare` is one digest and nothing else; `sha256=` one behind that prefix;
 * `v1,` several as `v1,digest` between spaces; `t=,v1=` a timestamp and several as `t=1,v1=digest,v1=digest`.
 * Other versions than v1 are passed over, so that nobody can ask for a weaker one.
 */
export type Layout = 'bare' | 'sha256=' | 'v1,' | 't=,v1=';

export type SignatureScheme = {
  readonly header: string;
  readonly layout: Layout;
  readonly encoding: Encoding;
  /** `text`: the secret's own bytes; `whsec`: base64, with or without `whsec_` before it. */
  readonly key: 'text' | 'whsec';
  readonly signs: readonly SignedPart[];
  /** Without a header it stands in the signature's header, as `t=`. `unit` in milliseconds. */
  readonly timestamp?: { readonly header?: string; readonly unit: 1 | 1_000; readonly tolerance: number };
  /** The header of an id that is signed along. */
  readonly id?: string;
};

export type ContentType = 'application/json' | 'application/x-www-form-urlencoded' | 'multipart/form-data';

export type ProviderRow = {
  readonly provider: Provider;
  readonly signature?: SignatureScheme;
  /** A hook without a secret is taken as unsigned; with one, nothing unsigned is. Else a missing secret refuses all. */
  readonly mayBeUnsigned?: true;
  readonly contentTypes: readonly ContentType[];
  /** Where the id of a delivery is, the same for each attempt; several paths make one id together. */
  readonly id?: { readonly header: string } | { readonly paths: readonly (readonly string[])[] };
  /** Fields of the payload that change from one attempt to the next, and so are no sign of another body. */
  readonly restated?: readonly string[];
  /** A field that holds JSON as text. */
  readonly jsonIn?: string;
  /** The field in which the secret itself comes, where nothing is signed. */
  readonly keyIn?: string;
};

const MINUTES = 60_000;
const JSON_ONLY = ['application/json'] as const;
const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const;

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: `id.timestamp.body`, key
 * base64 behind `whsec_`, several signatures between spaces, `v1a` is another scheme. Neither id nor timestamp may
 * hold a full stop, or one delivery could be cut up as another. Five minutes is what the reference libraries allow.
 */
const standardWebhooks: SignatureScheme = {
  header: 'webhook-signature',
  layout: 'v1,',
  encoding: 'base64',
  key: 'whsec',
  signs: ['id', '.', 'timestamp', '.', 'body'],
  timestamp: { header: 'webhook-timestamp', unit: 1_000, tolerance: 5 * MINUTES },
  id: 'webhook-id',
};

export const PROVIDERS: { readonly [P in Provider]: ProviderRow } = {
  'standard-webhooks': {
    provider: 'standard-webhooks',
    signature: standardWebhooks,
    contentTypes: JSON_ONLY,
    id: { header: 'webhook-id' },
  },

  /** https://www.typeform.com/developers/webhooks/secure-your-webhooks/: the whole payload "as binary", no timestamp. */
  typeform: {
    provider: 'typeform',
    signature: {
      header: 'typeform-signature',
      layout: 'sha256=',
      encoding: 'base64',
      key: 'text',
      signs: ['body'],
    },
    contentTypes: JSON_ONLY,
    id: { paths: [['event_id']] },
  },

  /**
   * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.
   * A delivery is a list of up to 100 events. `eventId` is "not guaranteed to be unique", so subscription, object and
   * instant go into the id as well; `attemptNumber` counts the attempts.
   */
  hubspot: {
    provider: 'hubspot',
    signature: {
      header: 'x-hubspot-signature-v3',
      layout: 'bare',
      encoding: 'base64',
      key: 'text',
      signs: ['method', 'url', 'body', 'timestamp'],
      timestamp: { header: 'x-hubspot-request-timestamp', unit: 1, tolerance: 5 * MINUTES },
    },
    contentTypes: JSON_ONLY,
    id: { paths: [['eventId'], ['subscriptionId'], ['objectId'], ['occurredAt']] },
    restated: ['attemptNumber'],
  },

  /**
   * https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures: its samples use three minutes.
   * There is no id of the event; the address of what it is about is stable, and each kind of event happens to it once.
   */
  calendly: {
    provider: 'calendly',
    signature: {
      header: 'calendly-webhook-signature',
      layout: 't=,v1=',
      encoding: 'hex',
      key: 'text',
      signs: ['timestamp', '.', 'body'],
      timestamp: { unit: 1_000, tolerance: 3 * MINUTES },
    },
    contentTypes: JSON_ONLY,
    id: { paths: [['event'], ['payload', 'uri']] },
  },

  /** https://tally.so/help/webhooks: a SHA-256 HMAC of the payload in base64, no timestamp; retries keep `eventId`. */
  tally: {
    provider: 'tally',
    signature: {
      header: 'tally-signature',
      layout: 'bare',
      encoding: 'base64',
      key: 'text',
      signs: ['body'],
    },
    contentTypes: JSON_ONLY,
    id: { paths: [['eventId']] },
  },

  /**
   * https://developers.webflow.com/data/docs/working-with-webhooks#validating-request-signatures, timestamp in
   * milliseconds. Hooks made in a site's dashboard are not signed, so a hook without a secret is taken as unsigned.
   */
  webflow: {
    provider: 'webflow',
    signature: {
      header: 'x-webflow-signature',
      layout: 'bare',
      encoding: 'hex',
      key: 'text',
      signs: ['timestamp', ':', 'body'],
      timestamp: { header: 'x-webflow-timestamp', unit: 1, tolerance: 5 * MINUTES },
    },
    mayBeUnsigned: true,
    contentTypes: JSON_ONLY,
  },

  /**
   * https://docs.stripe.com/webhooks#verify-manually: several `v1` while a secret is rolled, everything else ignored;
   * the key is the whole secret with its `whsec_`. `pending_webhooks` counts the deliveries still to be made.
   */
  stripe: {
    provider: 'stripe',
    signature: {
      header: 'stripe-signature',
      layout: 't=,v1=',
      encoding: 'hex',
      key: 'text',
      signs: ['timestamp', '.', 'body'],
      timestamp: { unit: 1_000, tolerance: 5 * MINUTES },
    },
    contentTypes: JSON_ONLY,
    id: { paths: [['id']] },
    restated: ['pending_webhooks'],
  },

  /**
   * https://www.jotform.com/help/245-how-to-setup-a-webhook-with-jotform/: not signed; multipart, the answers as JSON
   * in `rawRequest`. An edited submission comes with the same id and another body: it starts nothing (409).
   */
  jotform: {
    provider: 'jotform',
    mayBeUnsigned: true,
    contentTypes: ['multipart/form-data', 'application/x-www-form-urlencoded'],
    id: { paths: [['submissionID']] },
    jsonIn: 'rawRequest',
  },

  /** Google Forms sends nothing by itself: an Apps Script that we ship sends each response, its id as `webhook-id`. */
  'google-forms': {
    provider: 'google-forms',
    signature: standardWebhooks,
    contentTypes: JSON_ONLY,
    id: { header: 'webhook-id' },
  },

  /** A plain HTML form; html-form.ts says what protects it in place of a signature. */
  form: {
    provider: 'form',
    mayBeUnsigned: true,
    contentTypes: FORMS,
    id: { paths: [['_id']] },
    keyIn: '_key',
  },
};
