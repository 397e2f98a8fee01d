/** From a webhook that is really signed to a run, over the front door. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { beginJourney, type Journey, keepSecret } from '../support/sandbox-journey.ts';

const BRIEF = (topic: string): string =>
  JSON.stringify({
    event_id: '01HBRIEF',
    event_type: 'form_response',
    form_response: {
      form_id: 'brief',
      token: 'answer',
      submitted_at: '2027-01-04T08:00:00Z',
      answers: [
        { type: 'text', text: topic, field: { id: 'a', type: 'short_text', ref: 'topic' } },
        { type: 'date', date: '2027-03-31', field: { id: 'b', type: 'date', ref: 'publish' } },
      ],
    },
  });

const post = async (journey: Journey, body: string, over: { path?: string; key?: string } = {}) => {
  const { secrets } = journey.sandbox.ports;
  const [path = ''] = await secrets.live('hook-path-content-brief');
  const [key = ''] = await secrets.live('content-brief-secret');
  keepSecret(journey, path);
  keepSecret(journey, key);
  const response = await journey.sandbox.hosted.http({
    method: 'POST',
    path: `/hooks/content-brief/${over.path ?? path}`,
    query: '',
    headers: [
      ['content-type', 'application/json'],
      [
        'typeform-signature',
        `sha256=${createHmac('sha256', over.key ?? key)
          .update(body)
          .digest('base64')}`,
      ],
    ],
    body: Buffer.from(body),
    from: '203.0.113.9',
  });
  await journey.sandbox.time.rest();
  return { status: response.status, said: JSON.parse(response.body) as { readonly run?: string } };
};

test('a signed Typeform answer becomes a blog post; a repeat is the same run, another body under the same id a conflict', async () => {
  const journey = await beginJourney();
  const first = await post(journey, BRIEF('Pricing pages'));
  expect(first.status).toBe(202);
  const run = first.said.run as string;
  expect((await journey.history(run)).slice(0, 2)).toMatchObject([
    {
      type: 'run-requested',
      workflow: 'blog-post',
      inputs: { topic: 'Pricing pages', publish: '2027-03-31' },
      started: { how: 'hook', source: 'content-brief', signed: true },
    },
    { type: 'run-opened', title: 'Pricing pages' },
  ]);
  expect(await journey.post()).toEqual(['ada.berg: Generate the idea – due Mon 1 Mar – Pricing pages']);
  expect(await post(journey, BRIEF('Pricing pages'))).toMatchObject({ status: 200, said: { run } });
  expect((await post(journey, BRIEF('Something else'))).status).toBe(409);
  expect((await journey.board()).length).toBe(1);
  expect((await journey.mails()).length).toBe(1);
});

test('what is signed with another key, or comes to another address, starts nothing', async () => {
  const journey = await beginJourney();
  expect((await post(journey, BRIEF('Forged'), { key: 'another' })).status).toBe(401);
  expect((await post(journey, BRIEF('Guessed'), { path: 'guess-guess-guess-guess' })).status).toBe(401);
  expect((await post(journey, BRIEF('x'.repeat(500)))).status).toBe(422);
  const far = await post(journey, BRIEF('Far').replace('2027-03-31', '9999-12-31').replace('01HBRIEF', '01HFAR'));
  expect(far).toMatchObject({ status: 422, said: { problems: [{ at: 'publish' }] } });
  expect(await journey.board()).toEqual([]);
});
