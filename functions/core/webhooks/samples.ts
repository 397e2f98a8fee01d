/**
 * What each provider sends, shortened: for `hooks test` and for reading.
 *
 * Promises: each has the shape that the provider's page shows, and passes its own row. Hides: nothing.
 */
import type { Provider } from '../../../statemachines/language/workflow.ts';

export type Sample = {
  readonly contentType: string;
  readonly body: string;
  /** Of a body in several parts. */
  readonly parts?: Parts;
  /** Where an id is signed along. */
  readonly id: string;
};

const json = (payload: unknown): Sample => ({
  contentType: 'application/json',
  body: JSON.stringify(payload),
  id: 'sample-1',
});

const BOUNDARY = '------------------------runsheet-sample';
export type Parts = { readonly [name: string]: string };
export const multipartBody = (parts: Parts): string =>
  `${Object.entries(parts)
    .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--${BOUNDARY}--\r\n`;
const multipart = (parts: Parts): Sample => ({
  contentType: `multipart/form-data; boundary=${BOUNDARY}`,
  body: multipartBody(parts),
  parts,
  id: 'sample-1',
});

export const SAMPLES: { readonly [P in Provider]: Sample } = {
  'standard-webhooks': json({
    type: 'release.committed',
    timestamp: '2027-01-11T09:00:00Z',
    data: { product: { name: 'Sample product' } },
  }),
  typeform: json({
    event_id: '01SAMPLE',
    event_type: 'form_response',
    form_response: {
      form_id: 'sample',
      token: 'sample',
      submitted_at: '2027-01-11T09:00:00Z',
      answers: [
        { type: 'text', text: 'A sample topic', field: { id: 'a', type: 'short_text', ref: 'topic' } },
        { type: 'date', date: '2027-03-01', field: { id: 'b', type: 'date', ref: 'publish' } },
      ],
    },
  }),
  hubspot: json([
    {
      eventId: 1,
      subscriptionId: 12345,
      portalId: 62515,
      appId: 54321,
      occurredAt: 1_799_658_000_000,
      subscriptionType: 'contact.creation',
      attemptNumber: 0,
      objectId: 123,
      changeSource: 'CRM',
      changeFlag: 'NEW',
    },
  ]),
  calendly: json({
    event: 'invitee.created',
    created_at: '2027-01-11T09:00:00.000000Z',
    payload: {
      uri: 'https://api.calendly.com/scheduled_events/SAMPLE/invitees/SAMPLE',
      name: 'Sample Speaker',
      email: 'speaker@example.com',
      questions_and_answers: [{ question: 'Topic of the webinar', answer: 'A sample topic', position: 0 }],
      scheduled_event: { start_time: '2027-03-01T15:00:00.000000Z', end_time: '2027-03-01T16:00:00.000000Z' },
    },
  }),
  tally: json({
    eventId: '00000000-0000-4000-8000-000000000001',
    eventType: 'FORM_RESPONSE',
    createdAt: '2027-01-11T09:00:00.000Z',
    data: {
      responseId: 'sample',
      formId: 'sample',
      fields: [{ key: 'question_1', label: 'Client', type: 'INPUT_TEXT', value: 'Sample client' }],
    },
  }),
  webflow: json({
    triggerType: 'form_submission',
    payload: { name: 'Sample form', siteId: 'sample', data: { Name: 'Sample person' }, id: 'sample', formId: 'sample' },
  }),
  stripe: json({
    id: 'evt_sample',
    object: 'event',
    type: 'checkout.session.completed',
    created: 1_799_658_000,
    livemode: false,
    pending_webhooks: 1,
    data: { object: { id: 'cs_sample', object: 'checkout.session' } },
  }),
  jotform: multipart({
    formID: '1',
    submissionID: '1000000000000000001',
    formTitle: 'Sample form',
    rawRequest: JSON.stringify({
      slug: 'submit/1/',
      q3_topic: 'A sample topic',
      q4_name: { first: 'Sample', last: 'Person' },
    }),
  }),
  'google-forms': json({
    formId: 'sample',
    formTitle: 'Sample form',
    responseId: 'sample-1',
    submittedAt: '2027-01-11T09:00:00Z',
    answers: { Topic: 'A sample topic' },
  }),
  form: {
    contentType: 'application/x-www-form-urlencoded',
    body: 'product=Sample+product&go_live=2027-03-01',
    id: 'sample-1',
  },
};
