/**
 * A secret that was changed a moment ago, in two instances of the functions: one has read it since, the other knows the
 * one before. What the first has made, and what others sign with the new one, the second takes all the same.
 */
import { createHmac } from 'node:crypto';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { parameterRotation, parameterSecrets } from '../functions/adapters/aws/parameter-secrets.ts';
import type { Ports } from '../functions/core/ports.ts';
import { beginSession } from '../functions/core/sessions.ts';
import { formLinkOf } from '../functions/core/webhooks/path-secret.ts';
import { hosted } from '../functions/hosted.ts';
import type { Hosted, HttpResponse } from '../functions/lambda/hosted.ts';
import { beginJourney, codeIn, hiddenIn, type Journey, libraryWithHooks, linkIn } from './support/sandbox-journey.ts';

const WORKFLOW = `workflow: stall
title: A stall at the fair
purpose: So that people meet us.
lead: marketing-manager
starts: [form]
inputs:
  city: { type: text, label: City, required: true }
steps:
  - { step: build, title: Build the stall, owner: event-producer, due: 5 workdays after start, effort: 2h, done_when: It stands. }
  - { step: look, type: approval, title: Look at the stall, of: build, approvers: [marketing-manager], due: 9 workdays after start }
`;
const HOOKS = `hooks:
  people:
    provider: form
    workflow: stall
  machines:
    provider: typeform
    workflow: stall
    secret: machines-secret
    map: { city: form_response.city }
  elsewhere:
    provider: form
    workflow: stall
    secret: elsewhere-key
    origins: [https://fair.example.com]
`;
const SOFIE = 'sofie.lund@example.com';
const MIA = 'mia.solberg@example.com';

const ssm = mockClient(SSMClient);
const kept = new Map<string, { readonly value: string; readonly changed: Date }>();
let reads = 0;
let now: () => string;
beforeEach(() => {
  ssm.reset();
  kept.clear();
  reads = 0;
  ssm.on(GetParameterCommand).callsFake(({ Name }) => {
    reads += 1;
    const found = kept.get(Name);
    if (found === undefined) throw new ParameterNotFound({ message: '', $metadata: {} });
    return { Parameter: { Value: found.value, LastModifiedDate: found.changed } };
  });
  ssm.on(PutParameterCommand).callsFake(({ Name, Value }) => {
    kept.set(Name, { value: Value, changed: new Date(now()) });
    return {};
  });
});

const client = new SSMClient({ region: 'eu-central-1' });
const path = '/runsheet/test/';
const instance = (ports: Ports): Ports => ({
  ...ports,
  secrets: parameterSecrets({ client, path, clock: ports.clock, chance: ports.chance }),
});

type Told = {
  readonly journey: Journey;
  /** Knows what it has read before. */
  readonly old: Hosted;
  /** Reads all of them when it is first asked. */
  readonly fresh: () => Hosted;
  readonly rotate: (name: string, wish: { readonly value?: string; readonly alone?: boolean }) => Promise<unknown>;
  readonly secret: (name: string) => Promise<string>;
};
const begin = async (): Promise<Told> => {
  let ports: Ports | undefined;
  const journey = await beginJourney({
    library: libraryWithHooks(HOOKS, WORKFLOW),
    around: (given) => {
      ports = given;
      now = given.clock.now;
      return instance(given);
    },
  });
  const all = ports as Ports;
  const { rotate } = parameterRotation({ client, path, chance: all.chance });
  return {
    journey,
    old: journey.sandbox.hosted,
    fresh: () => hosted(instance(all)),
    rotate: (name, { alone = false, ...value }) => rotate(name, { alone, ...value }),
    secret: async (name) => {
      // Made when it is first asked for.
      await instance(all).secrets.live(name);
      return (JSON.parse(kept.get(`${path}${name}`)?.value ?? '[]') as string[])[0] ?? '';
    },
  };
};

type Sent = { readonly form?: object; readonly body?: string; readonly headers?: object };
const ask = async (at: Hosted, address: string, sent?: Sent): Promise<HttpResponse> =>
  at.http({
    method: sent === undefined ? 'GET' : 'POST',
    path: address,
    query: '',
    headers: [
      ['content-type', sent?.body === undefined ? 'application/x-www-form-urlencoded' : 'application/json'],
      ...Object.entries(sent?.headers ?? {}),
    ],
    body: Buffer.from(sent?.body ?? new URLSearchParams({ ...sent?.form }).toString()),
    from: '203.0.113.9',
  });
const signed = (key: string, city: string) => {
  const body = JSON.stringify({ event_id: city, form_response: { city } });
  const signature = createHmac('sha256', key).update(body).digest('base64');
  return { body, headers: { 'typeform-signature': `sha256=${signature}` } };
};
const ownOf = ({ body }: HttpResponse) => ({ _stamp: hiddenIn(body, '_stamp'), _id: hiddenIn(body, '_id') });
const OURS = { 'sec-fetch-site': 'same-origin' };
const KEY = 'a secret of the provider';

describe('an instance that knows the secret of before takes', () => {
  it('the answer on a page of a mailed link that another one has made', async () => {
    const { journey, old, fresh, rotate } = await begin();
    await journey.start('stall', { city: 'Bergen' });
    const address = linkIn(await journey.mail(SOFIE, 'Build the stall'));
    expect((await ask(old, address)).status).toBe(200);
    await rotate('forms', { alone: true });
    const page = await ask(fresh(), address);
    const form = { nonce: hiddenIn(page.body, 'nonce'), content: hiddenIn(page.body, 'content'), decision: 'done' };
    expect((await ask(old, address, { form })).status).toBe(303);
  });

  it('the code that another one has mailed', async () => {
    const { journey, old, fresh, rotate } = await begin();
    await journey.start('stall', { city: 'Bergen' });
    await journey.answer(await journey.mail(SOFIE, 'Build the stall'), { decision: 'done' });
    const address = linkIn(await journey.mail(MIA, 'Look at the stall'));
    expect((await ask(old, address)).status).toBe(200);
    await rotate('forms', { alone: true });
    const other = fresh();
    const page = await ask(other, address);
    const form = { content: hiddenIn(page.body, 'content'), decision: 'approve' };
    const asked = await ask(other, address, { form: { ...form, nonce: hiddenIn(page.body, 'nonce') } });
    const code = codeIn((await journey.mails(MIA)).at(-1) as never);
    expect(code).toMatch(/^\d{6}$/);
    const answered = await ask(old, address, { form: { ...form, nonce: hiddenIn(asked.body, 'nonce'), code } });
    expect(answered.status).toBe(303);
  });

  it('the form of somebody who is signed in', async () => {
    const { journey, old, fresh, rotate } = await begin();
    const session = await beginSession(journey.sandbox.ports, { person: 'mia-solberg', how: 'chosen' });
    const headers = { cookie: `runsheet-session=${session}` };
    const seen = (at: Hosted) =>
      at.http({
        method: 'GET',
        path: '/start/stall',
        query: '',
        headers: Object.entries(headers),
        body: Buffer.from(''),
        from: '',
      });
    await seen(old);
    await rotate('forms', { alone: true });
    const nonce = hiddenIn((await seen(fresh())).body, 'nonce');
    const sent = await ask(old, '/start/stall', { form: { nonce, 'input-city': 'Bergen' }, headers });
    expect(sent.status).not.toBe(403);
  });

  it('whoever comes to the new address of a form', async () => {
    const { old, rotate, secret } = await begin();
    const link = async () => `/forms/people/${formLinkOf(await secret('hook-path-people'))}`;
    const before = await link();
    expect((await ask(old, before)).status).toBe(200);
    await rotate('hook-path-people', {});
    const address = await link();
    expect(address).not.toBe(before);
    expect((await ask(old, address)).status).toBe(200);
    expect((await ask(old, before)).status).toBe(200);
  });

  it('what was typed into the form of a source that another one has shown', async () => {
    const { journey, old, fresh, rotate, secret } = await begin();
    const address = `/forms/people/${formLinkOf(await secret('hook-path-people'))}`;
    expect((await ask(old, address)).status).toBe(200);
    await rotate('forms', { alone: true });
    const form = { ...ownOf(await ask(fresh(), address)), city: 'Bergen' };
    expect((await ask(old, address, { form, headers: OURS })).status).toBe(303);
    await journey.sandbox.time.rest();
    // A robot is led to the same page, and nothing starts.
    expect(await journey.board()).toHaveLength(1);
  });

  it('what a provider signs with the secret that was put in for the first time, and then with its next', async () => {
    const { journey, old, rotate, secret } = await begin();
    const address = `/hooks/machines/${await secret('hook-path-machines')}`;
    expect((await ask(old, address, signed(KEY, 'Bergen'))).status).toBe(401);
    await journey.advance(1 / 360);
    await rotate('machines-secret', { value: KEY });
    expect((await ask(old, address, signed(KEY, 'Bergen'))).status).toBe(202);
    await journey.advance(1 / 360);
    await rotate('machines-secret', { value: 'the next one' });
    expect((await ask(old, address, signed('the next one', 'Oslo'))).status).toBe(202);
    expect((await ask(old, address, signed(KEY, 'Bodø'))).status).toBe(202);
    expect((await ask(old, address, signed('a guess', 'Tromsø'))).status).toBe(401);
  });

  it('what comes to the new address of a webhook, also a question beforehand of a page elsewhere', async () => {
    const { journey, old, rotate, secret } = await begin();
    await rotate('machines-secret', { value: KEY });
    const first = await secret('hook-path-machines');
    expect((await ask(old, `/hooks/machines/${first}`, signed(KEY, 'Bergen'))).status).toBe(202);
    await rotate('hook-path-machines', {});
    const next = await secret('hook-path-machines');
    expect((await ask(old, `/hooks/machines/${next}`, signed(KEY, 'Oslo'))).status).toBe(202);
    expect((await ask(old, `/hooks/machines/${first}`, signed(KEY, 'Bodø'))).status).toBe(202);

    await journey.advance(1 / 360);
    const origin = 'https://fair.example.com';
    const preflight = (at: string) =>
      old.http({
        method: 'OPTIONS',
        path: at,
        query: '',
        headers: [['origin', origin]],
        body: Buffer.from(''),
        from: '',
      });
    const allowed = async (at: string) =>
      (await preflight(at)).headers.find(([name]) => name === 'access-control-allow-origin')?.[1];
    expect(await allowed(`/hooks/elsewhere/${await secret('hook-path-elsewhere')}`)).toBe(origin);
    await journey.advance(1 / 360);
    await rotate('hook-path-elsewhere', { value: 'n'.repeat(43) });
    expect(await allowed(`/hooks/elsewhere/${'n'.repeat(43)}`)).toBe(origin);
  });

  it('the new key of a form on a page elsewhere', async () => {
    const { journey, old, rotate, secret } = await begin();
    await rotate('elsewhere-key', { value: 'first' });
    const address = `/hooks/elsewhere/${await secret('hook-path-elsewhere')}`;
    const send = async (key: string) =>
      (
        await ask(old, address, {
          form: { _key: key, city: 'Bergen' },
          headers: { origin: 'https://fair.example.com' },
        })
      ).status;
    expect(await send('first')).toBe(303);
    await journey.advance(1 / 360);
    await rotate('elsewhere-key', { value: 'second' });
    expect(await send('second')).toBe(303);
    expect(await send('third')).toBe(401);
  });
});

it('whoever sends a thousand deliveries that fit nothing has secrets read once in five seconds', async () => {
  const { journey, old, rotate, secret } = await begin();
  await rotate('machines-secret', { value: KEY });
  const right = `/hooks/machines/${await secret('hook-path-machines')}`;
  expect((await ask(old, right, signed(KEY, 'Bergen'))).status).toBe(202);
  reads = 0;
  const wrong = [
    `/hooks/machines/${'w'.repeat(43)}`,
    `/hooks/people/${'w'.repeat(43)}`,
    right,
    '/forms/people/nothing',
  ];
  const flood = async () => {
    for (let count = 0; count < 1_000; count += 1)
      expect([401, 404]).toContain(
        (await ask(old, wrong[count % wrong.length] as string, signed('a guess', String(count)))).status,
      );
    return reads;
  };
  // The address of the other source is read for the first time besides.
  expect(await flood()).toBe(2);
  reads = 0;
  await journey.advance(4 / 3_600);
  expect(await flood()).toBe(0);
  await journey.advance(1 / 3_600);
  expect(await flood()).toBe(1);
});
