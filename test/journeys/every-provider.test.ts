/** Each row of the provider table, over the front door: what `hooks test` sends becomes a run, and nothing like it does. */
import { expect, test } from 'vitest';
import { operate } from '../../functions/core/operating/operations.ts';
import { portsFor } from '../../infra/sandbox/sandbox-functions.ts';
import { beginJourney, keepSecret, libraryWithHooks } from '../support/sandbox-journey.ts';
import { systemsRefusingAll } from '../support/systems.ts';

const WORKFLOW = `workflow: asked
title: Something asked for
purpose: Somebody wants it.
lead: marketing-manager
inputs:
  topic: { type: text, label: Topic, required: true }
  day:   { type: date, label: Day, default: 2027-03-01 }
steps:
  - { step: plan, title: Plan it, owner: event-producer, due: 3 workdays after start, effort: 1h, done_when: Planned. }
`;
const TOPIC = 'Žluť & <b>kůň</b> 🐎';
/** Where each has it; what signs it, as its header is called. */
const MAPS = {
  'standard-webhooks': ['data.topic', 'webhook-signature'],
  typeform: ["form_response.answers[field.ref='topic'].text", 'typeform-signature'],
  hubspot: ['$string(objectId)', 'x-hubspot-signature-v3'],
  calendly: ["payload.questions_and_answers[question='Topic'].answer", 'calendly-webhook-signature'],
  tally: ["data.fields[label='Topic'].value", 'tally-signature'],
  webflow: ['payload.data.Topic', 'x-webflow-signature'],
  stripe: ['data.object.topic', 'stripe-signature'],
  jotform: ['rawRequest.q3_topic', undefined],
  'google-forms': ['answers.Topic', 'webhook-signature'],
  form: ['topic', undefined],
} as const;
type Provider = keyof typeof MAPS;

const hooksFor = (provider: Provider): string => `hooks:
  source: { provider: ${provider}, workflow: asked, secret: source-secret, map: { topic: "${MAPS[provider][0]}" } }
`;

test.each(Object.keys(MAPS) as Provider[])('%s', async (provider) => {
  const library = libraryWithHooks(hooksFor(provider), WORKFLOW);
  const journey = await beginJourney({ library });
  const { ports, hosted, time } = journey.sandbox;
  for (const name of ['hook-path-source', 'source-secret'])
    keepSecret(journey, (await ports.secrets.live(name))[0] ?? '');
  const ask = operate(portsFor(ports, library, systemsRefusingAll), journey.sandbox.backstage);
  // Of HubSpot only what changed comes, with no text in it.
  const isBare = provider === 'hubspot';
  const sampled = await ask('sample-hook', { source: 'source', inputs: isBare ? {} : { topic: TOPIC } }, 'ops');
  if ('refused' in sampled) expect.unreachable(sampled.refused.why);
  const { url, headers, body } = sampled.answer as {
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
  };
  const send = async (change: { body?: string; headers?: typeof headers; path?: string } = {}) => {
    const response = await hosted.http({
      method: 'POST',
      path: change.path ?? new URL(url).pathname,
      query: '',
      headers: change.headers ?? headers,
      body: Buffer.from(change.body ?? body),
      from: '203.0.113.9',
    });
    await time.rest();
    return response;
  };

  const [, header] = MAPS[provider];
  expect((await send({ path: '/hooks/source/AAAAAAAAAAAAAAAAAAAAAA' })).status).toBe(401);
  if (header !== undefined) {
    expect((await send({ headers: headers.filter(([name]) => name !== header) })).status).toBe(401);
    expect((await send({ body: `${body} ` })).status).toBe(401);
  }
  if (provider === 'form')
    expect((await send({ headers: headers.filter(([name]) => name !== 'origin') })).status).toBe(401);
  expect(await journey.board()).toEqual([]);

  const first = await send();
  expect(first.status).toBe(provider === 'form' ? 303 : 202);
  const [run, ...others] = await journey.board();
  expect(others).toEqual([]);
  expect((await journey.history(run?.run ?? ''))[0]).toMatchObject({
    inputs: { topic: isBare ? '123' : TOPIC, day: '2027-03-01' },
    started: { how: 'hook', source: 'source', signed: header !== undefined },
  });
  expect((await send()).status).toBe(provider === 'form' ? 303 : 200);
  expect((await journey.board()).length).toBe(1);
});
