/**
 * Forms for people without sign-in, over the front door: the page that we show for a source, and forms on pages of
 * others (W10, W11).
 */
import { describe, expect, test } from 'vitest';
import { HOOK_LIMITS } from '../../functions/core/throttle.ts';
import { formLinkOf } from '../../functions/core/webhooks/path-secret.ts';
import type { HttpResponse } from '../../functions/lambda/hosted.ts';
import {
  beginJourney,
  hiddenIn,
  type Journey,
  type JourneyOptions,
  keepSecret,
  libraryWithHooks,
} from '../support/sandbox-journey.ts';

const WORKFLOW = `
workflow: stall
title: A stall at the fair
purpose: So that people meet us.
lead: marketing-manager
inputs:
  city:    { type: text, label: City, required: true, max: 40 }
  opens:   { type: date, label: First day, required: true }
  wishes:  { type: long_text, label: Wishes }
  cost:    { type: money, label: Cost, currency: EUR, min: 1 }
  bring:   { type: choice, label: To bring along, options: [Pens, Posters, Cake], many: true }
  contact: { type: person, label: Who knows more }
  website: { type: url, label: Page of the fair }
  secret_note: { type: text, label: For the team alone }
anchor: opens
steps:
  - { step: build, title: Build the stall, owner: event-producer, due: 2 workdays before opens, effort: 2h, done_when: It stands. }
`;
const HOOKS = `
hooks:
  stall-request:
    provider: form
    workflow: stall
    origins: [https://intranet.example.com, http://fair.example.net]
    thanks: [https://www.example.com/thanks, https://www.example.com/danke]
    map: { city: town, opens: day, wishes: wishes, cost: $number(cost), bring: bring, contact: contact, website: website }
  keyed:
    provider: form
    workflow: stall
    secret: stall-key
  other:
    provider: typeform
    workflow: stall
    secret: other-secret
    map: { city: form_response.city, opens: form_response.day }
`;

type Told = {
  readonly journey: Journey;
  readonly form: string;
  readonly hook: string;
  readonly send: (path: string, fields: object, headers?: object) => Promise<HttpResponse>;
};

const begin = async (source = 'stall-request', options: JourneyOptions = {}): Promise<Told> => {
  const journey = await beginJourney({ library: libraryWithHooks(HOOKS, WORKFLOW), ...options });
  const [secret = ''] = await journey.sandbox.ports.secrets.live(`hook-path-${source}`);
  keepSecret(journey, secret);
  keepSecret(journey, formLinkOf(secret));
  return {
    journey,
    form: `/forms/${source}/${formLinkOf(secret)}`,
    hook: `/hooks/${source}/${secret}`,
    send: (path, fields, headers = {}) => journey.request('POST', path, fields, headers),
  };
};
/** What a browser says of a form on a page of ours, which forbids referrers. */
const OURS = { origin: 'null', 'sec-fetch-site': 'same-origin', accept: 'text/html,*/*;q=0.8' };
const INTRANET = { origin: 'https://intranet.example.com', 'sec-fetch-site': 'cross-site', accept: 'text/html' };
const FILLED = { city: 'Bergen', opens: '2027-03-01' };
const header = ({ headers }: HttpResponse, name: string): string | undefined =>
  headers.find(([other]) => other === name)?.[1];
const ownOf = (page: HttpResponse) => ({ _stamp: hiddenIn(page.body, '_stamp'), _id: hiddenIn(page.body, '_id') });
const inputsOf = async (journey: Journey, run: string): Promise<unknown> =>
  ((await journey.history(run))[0] as { readonly inputs?: unknown }).inputs;

describe('the page of a form', () => {
  test('asks for what the source brings, in the order of the workflow, and needs no sign-in and no script', async () => {
    const { journey, form } = await begin();
    const page = await journey.request('GET', form);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<h1>A stall at the fair</h1>');
    const names = [...page.body.matchAll(/<(?:input|textarea|select)[^>]* name="([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(names)]).toEqual([
      '_stamp',
      '_id',
      'city',
      'opens',
      'wishes',
      'cost',
      'bring',
      'contact',
      'website',
      '_website',
    ]);
    expect(page.body).not.toMatch(/<script|onsubmit|For the team alone|kari|example\.com/i);
    expect(header(page, 'content-security-policy')).toContain(
      "form-action 'self' https://www.example.com http://localhost:8080;",
    );
    expect(header(page, 'referrer-policy')).toBe('no-referrer');
    expect(await journey.board()).toEqual([]);
  });

  test('starts the run of what was typed, and leads to the page of thanks', async () => {
    const { journey, form, send } = await begin();
    const own = ownOf(await journey.request('GET', form));
    const sent = {
      ...own,
      ...FILLED,
      wishes: 'Near the door\r\nand warm',
      cost: '1200,50',
      bring: ['Pens', 'Cake'],
      contact: ' Kari.Nygaard@example.com',
      website: 'https://fair.example.net/2027',
      secret_note: 'not asked for',
      _website: '',
    };
    const answer = await send(form, sent, OURS);
    expect([answer.status, header(answer, 'location'), answer.body]).toEqual([
      303,
      'https://www.example.com/thanks',
      '',
    ]);
    const [run, ...others] = await journey.board();
    expect(others).toEqual([]);
    expect((await journey.history(run?.run ?? ''))[0]).toMatchObject({
      type: 'run-requested',
      started: { how: 'hook', source: 'stall-request', signed: false },
      inputs: {
        city: 'Bergen',
        opens: '2027-03-01',
        wishes: 'Near the door\nand warm',
        cost: 1200.5,
        bring: ['Pens', 'Cake'],
        contact: 'kari-nygaard',
        website: 'https://fair.example.net/2027',
      },
    });
    // Pressed twice: one run, and the same page.
    expect(await send(form, sent, OURS)).toEqual(answer);
    expect((await journey.board()).length).toBe(1);
    // The same form with something else in it is neither a second run nor a change of the first.
    const other = await send(form, { ...sent, city: 'Oslo' }, OURS);
    expect([other.status, other.body.includes('sent before with other values')]).toEqual([409, true]);
    expect((await journey.board()).length).toBe(1);
    // Opened anew it is another.
    await send(form, { ...sent, ...ownOf(await journey.request('GET', form)) }, OURS);
    expect((await journey.board()).length).toBe(2);
  });

  test('takes multipart as well', async () => {
    const { journey, form } = await begin();
    const own = ownOf(await journey.request('GET', form));
    const body = Object.entries({ ...own, ...FILLED })
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join('');
    const answer = await journey.sandbox.hosted.http({
      method: 'POST',
      path: form,
      query: '',
      headers: [['content-type', 'multipart/form-data; boundary=b']],
      body: Buffer.from(`${body}--b--\r\n`),
      from: '203.0.113.9',
    });
    await journey.sandbox.time.rest();
    expect(answer.status).toBe(303);
    expect((await journey.board()).length).toBe(1);
  });

  test('is shown again with all that was typed and what is wrong at its input, keeps nothing, and can be mended', async () => {
    const { journey, form, send } = await begin();
    const page = await journey.request('GET', form);
    const wrong = {
      ...ownOf(page),
      city: '<script>alert(1)</script>',
      opens: 'soon',
      wishes: '{{ run.id }} \u202etxt "\'',
      cost: '0',
      bring: ['Pens', 'Bombs'],
      contact: 'nobody@example.com',
      website: 'javascript:alert(1)',
    };
    const again = await send(form, wrong, OURS);
    expect(again.status).toBe(422);
    expect(again.body).toContain('<title>Error: A stall at the fair');
    for (const sentence of [
      'First day must be a date, like 2027-01-31.',
      'Cost must be at least 1.',
      'To bring along cannot be &quot;Bombs&quot;; possible are Pens, Posters, Cake.',
      'Who knows more must be the mail address of somebody whom we know.',
      'Page of the fair must be a web address, like https://example.com.',
    ])
      expect(again.body.split(sentence).length, sentence).toBe(3);
    expect(again.body).toContain('href="#f-opens"');
    expect(again.body).toContain('aria-describedby="f-opens-problem" aria-invalid="true"');
    expect(again.body).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(again.body).not.toContain('<script>');
    expect(again.body).toMatch(/value="Pens" checked/);
    expect(hiddenIn(again.body, '_id')).toBe(hiddenIn(page.body, '_id'));
    expect(await journey.board()).toEqual([]);
    expect((await journey.sandbox.ports.records.list('intake:stall-request')).records).toEqual([]);
    expect((await send(form, { ...ownOf(again), ...FILLED }, OURS)).status).toBe(303);
    expect(await inputsOf(journey, (await journey.board())[0]?.run ?? '')).toEqual(FILLED);
  });

  test('is replayed from what was kept, by the names of its inputs', async () => {
    const { journey, form, send } = await begin();
    await send(form, { ...ownOf(await journey.request('GET', form)), ...FILLED }, OURS);
    const { records } = await journey.sandbox.ports.records.list('intake:stall-request');
    const id = records[0]?.key.split(' ')[1] ?? '';
    const replayed = await journey.sandbox.hosted.http({
      method: 'POST',
      path: `/api/intakes/stall-request/${id}/replay`,
      query: '',
      headers: [['content-type', 'application/json']],
      body: Buffer.from('{"key":"again"}'),
      from: '127.0.0.1',
    });
    expect(replayed.status).toBe(202);
    await journey.sandbox.time.rest();
    const runs = await journey.board();
    expect(await Promise.all(runs.map(({ run }) => inputsOf(journey, run)))).toEqual([FILLED, FILLED]);
  });

  test('looks the same for a wrong link, a source that is none, and one that is no form', async () => {
    const { journey, form, hook } = await begin();
    const [secret = ''] = await journey.sandbox.ports.secrets.live('hook-path-other');
    const paths = [
      `${form.slice(0, -1)}${form.endsWith('A') ? 'B' : 'A'}`,
      hook.replace('/hooks/', '/forms/'),
      `/forms/nothing/${form.split('/').at(-1)}`,
      `/forms/other/${formLinkOf(secret)}`,
      `/forms/__proto__/${formLinkOf(secret)}`,
      '/forms/stall-request/',
      '/forms/%ff/%ff',
    ];
    const pages = await Promise.all(paths.map((path) => journey.request('GET', path)));
    for (const page of pages) expect(page).toEqual(pages[0]);
    expect(pages[0]?.status).toBe(404);
    for (const path of paths) expect((await journey.request('POST', path, FILLED, OURS)).status).toBe(404);
    // And whoever has the link of the page has not the address of the source.
    const guessed = await journey.request(
      'POST',
      form.replace('/forms/', '/hooks/'),
      { town: 'X', day: '2027-03-01' },
      INTRANET,
    );
    expect(guessed.status).toBe(401);
    expect(await journey.board()).toEqual([]);
  });

  test('is not taken from another site, nor as another kind of body, nor too large; hostile names do no harm', async () => {
    const { journey, form, send } = await begin();
    const own = ownOf(await journey.request('GET', form));
    const from = (headers: object) => send(form, { ...own, ...FILLED }, headers);
    expect((await from({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'same-site', origin: 'https://a.example.com' })).status).toBe(403);
    const raw = async (type: string, body: string | Buffer) =>
      (
        await journey.sandbox.hosted.http({
          method: 'POST',
          path: form,
          query: '',
          headers: [['content-type', type]],
          body: Buffer.from(body),
          from: '203.0.113.9',
        })
      ).status;
    const plain = 'application/x-www-form-urlencoded';
    const stamp = new URLSearchParams({ ...own, ...FILLED }).toString();
    expect(await raw('application/json', '{}')).toBe(415);
    expect(await raw(plain, `${stamp}&wishes=${'x'.repeat(256 * 1_024)}`)).toBe(413);
    expect(await raw(plain, `${stamp}&wishes=${'x'.repeat(65 * 1_024)}`)).toBe(422);
    expect(await raw(plain, `${stamp}${'&a=b'.repeat(250)}`)).toBe(422);
    expect(await raw(plain, `${stamp}&__proto__=1`)).toBe(422);
    expect(await raw(plain, `${stamp}&city=%ff`)).toBe(422);
    expect(await raw(plain, `${stamp}&city=Oslo`)).toBe(422);
    expect(await raw('multipart/form-data; boundary=b', Buffer.from([0, 1, 2, 255]))).toBe(422);
    expect(await journey.board()).toEqual([]);
    expect((await journey.request('PUT', form)).status).toBe(405);
    expect((await journey.request('HEAD', form)).body).toBe('');
  });

  test('is held back when too many come, and keeps what was typed', async () => {
    const { journey, form, send } = await begin();
    const sent = { ...ownOf(await journey.request('GET', form)), ...FILLED };
    const { records } = journey.sandbox.ports;
    const now = journey.now();
    await records.write('hook-count', 'stall-request', {
      minute: now.slice(0, 16),
      in_minute: HOOK_LIMITS.a_minute,
      day: now.slice(0, 10),
      in_day: HOOK_LIMITS.a_minute,
    });
    const held = await send(form, sent, OURS);
    expect([held.status, header(held, 'retry-after')]).toEqual([429, '60']);
    expect(held.body).toContain('value="Bergen"');
    expect(await journey.board()).toEqual([]);
    await journey.advance(0.1);
    expect((await send(form, { ...ownOf(held), ...FILLED }, OURS)).status).toBe(303);
    expect((await journey.board()).length).toBe(1);
  });

  test('of a workflow that can no longer be started says so, and starts nothing', async () => {
    const { journey, form, hook, send } = await begin('stall-request', {
      around: (ports) => {
        const retired = [...ports.catalogue.workflows].map(([id, one]) => [id, { ...one, state: 'retired' }] as const);
        return { ...ports, catalogue: { ...ports.catalogue, workflows: new Map(retired) } };
      },
    });
    for (const page of [
      await journey.request('GET', form),
      await send(form, FILLED, OURS),
      await send(hook, FILLED, INTRANET),
    ])
      expect([page.status, page.body.includes('This form is not in use any more.')]).toEqual([410, true]);
    expect(await journey.board()).toEqual([]);
  });

  test('of a source with a key shows no key and asks for none; without a map it has all inputs', async () => {
    const { journey, form, send } = await begin('keyed');
    const [key = ''] = await journey.sandbox.ports.secrets.live('stall-key');
    const page = await journey.request('GET', form);
    expect(page.body).not.toContain(key);
    expect(page.body).toContain('name="secret_note"');
    const answer = await send(form, { ...ownOf(page), ...FILLED, secret_note: 'Psst' }, OURS);
    expect(header(answer, 'location')).toBe('http://localhost:8080/thanks');
    expect(await inputsOf(journey, (await journey.board())[0]?.run ?? '')).toEqual({ ...FILLED, secret_note: 'Psst' });
    const thanks = await journey.request('GET', '/thanks');
    expect([thanks.status, thanks.body.includes('It has arrived.')]).toEqual([200, true]);
  });
});

describe('a robot in the page of a form', () => {
  const wary: JourneyOptions = { settings: { wary_of_robots: true } };
  const later = (journey: Journey, ms: number) => journey.to(new Date(Date.parse(journey.now()) + ms).toISOString());

  test('is led where a person is, and starts nothing: without a stamp, faster than a person, or in the trap', async () => {
    const { journey, form, send } = await begin('stall-request', wary);
    const sent = { ...ownOf(await journey.request('GET', form)), ...FILLED };
    const tries = [await send(form, sent, OURS)];
    await later(journey, 2_999);
    tries.push(await send(form, sent, OURS));
    await later(journey, 1);
    const { _stamp: stamp = '', ...without } = sent;
    tries.push(await send(form, without, OURS), await send(form, { ...sent, _stamp: `${stamp}x` }, OURS));
    const aged = stamp.replace(/^\d+/, (opened) => String(Number(opened) - 60_000));
    tries.push(await send(form, { ...sent, _stamp: aged }, OURS));
    tries.push(await send(form, { ...sent, _website: 'https://spam.example' }, OURS));
    expect(await journey.board()).toEqual([]);
    const person = await send(form, sent, OURS);
    expect((await journey.board()).length).toBe(1);
    expect(person.status).toBe(303);
    for (const robot of tries) expect(robot).toEqual(person);
  });

  test('cannot use a stamp of another source, nor one of yesterday; a person is asked to look once more', async () => {
    const { journey, form, send } = await begin('stall-request', wary);
    const [keyed = ''] = await journey.sandbox.ports.secrets.live('hook-path-keyed');
    const stranger = await journey.request('GET', `/forms/keyed/${formLinkOf(keyed)}`);
    const page = await journey.request('GET', form);
    await later(journey, 5_000);
    await send(form, { ...ownOf(stranger), ...FILLED }, OURS);
    expect(await journey.board()).toEqual([]);
    await journey.advance(24);
    const old = await send(form, { ...ownOf(page), ...FILLED }, OURS);
    expect([old.status, old.body.includes('open for too long')]).toEqual([422, true]);
    expect(old.body).toContain('value="Bergen"');
    // Whoever looks once more has taken long enough already.
    expect((await send(form, { ...ownOf(old), ...FILLED }, OURS)).status).toBe(303);
    expect((await journey.board()).length).toBe(1);
  });
});

describe('a form on a page of somebody else', () => {
  const TYPED = { town: 'Bergen', day: '2027-03-01' };

  test('is taken from the origins that hooks.yaml lists, and leads to an address that it lists', async () => {
    const { journey, hook, send } = await begin();
    const first = await send(hook, TYPED, INTRANET);
    expect([first.status, header(first, 'location')]).toEqual([303, 'https://www.example.com/thanks']);
    expect(header(first, 'access-control-allow-origin')).toBe('https://intranet.example.com');
    const danke = 'https://www.example.com/danke';
    const other = await send(
      hook,
      { ...TYPED, town: 'Oslo', _next: danke },
      { ...INTRANET, origin: 'http://fair.example.net' },
    );
    expect(header(other, 'location')).toBe(danke);
    const evil = await send(hook, { ...TYPED, town: 'Moss', _next: 'https://evil.example' }, INTRANET);
    expect(header(evil, 'location')).toBe('https://www.example.com/thanks');
    expect((await journey.board()).length).toBe(3);
    expect(first.headers.map(([name]) => name)).not.toContain('access-control-allow-credentials');
  });

  test.each([
    'https://evil.example',
    'https://intranet.example.com.evil.example',
    'http://intranet.example.com',
    'https://intranet.example.com:8443',
    'null',
    '*',
  ])('is refused from %s', async (origin) => {
    const { journey, hook, send } = await begin();
    const answer = await send(hook, TYPED, { ...INTRANET, origin });
    expect(answer.status).toBe(401);
    expect(answer.headers.map(([name]) => name)).not.toContain('access-control-allow-origin');
    expect(await journey.board()).toEqual([]);
  });

  test('that is sent by a script is asked for first, exactly, and gets an answer that it may read', async () => {
    const { journey, hook, send } = await begin();
    const asked = (path: string, origin: string) => journey.request('OPTIONS', path, undefined, { origin });
    const may = await asked(hook, 'https://intranet.example.com');
    expect(may.status).toBe(204);
    expect(may.headers.filter(([name]) => /^access-control|^vary/.test(name))).toEqual([
      ['access-control-allow-origin', 'https://intranet.example.com'],
      ['access-control-allow-methods', 'POST'],
      ['access-control-allow-headers', 'content-type'],
      ['access-control-max-age', '600'],
      ['vary', 'Origin'],
    ]);
    const [other = ''] = await journey.sandbox.ports.secrets.live('hook-path-other');
    for (const [path, origin] of [
      [hook, 'https://evil.example'],
      [`${hook}x`, 'https://intranet.example.com'],
      [`/hooks/other/${other}`, 'https://intranet.example.com'],
      [`/hooks/nothing/${other}`, 'https://intranet.example.com'],
    ] as const) {
      const not = await asked(path, origin);
      expect([not.status, not.headers.filter(([name]) => /^access-control|^vary/.test(name))]).toEqual([
        204,
        [['vary', 'Origin']],
      ]);
    }
    const script = { ...INTRANET, accept: '*/*', 'sec-fetch-mode': 'cors' };
    const answer = await send(hook, TYPED, script);
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.body)).toEqual({ status: 'accepted', thanks: 'https://www.example.com/thanks' });
    expect((await journey.board()).length).toBe(1);
    const robot = await send(hook, { ...TYPED, town: 'Oslo', _website: 'spam' }, script);
    expect(robot).toEqual(answer);
    expect((await journey.board()).length).toBe(1);
  });

  test('that does not fit tells a person on a page, and a script in JSON', async () => {
    const { hook, send } = await begin();
    const page = await send(hook, { town: '<b>Bergen</b>', day: 'soon' }, INTRANET);
    expect([page.status, header(page, 'content-type')]).toEqual([422, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<li>First day must be a date, like 2027-01-31.</li>');
    expect(page.body).toContain('Go back in your browser');
    const script = await send(hook, { town: 'Bergen', day: 'soon' }, { ...INTRANET, 'sec-fetch-mode': 'cors' });
    expect(JSON.parse(script.body)).toMatchObject({ problems: [{ at: 'opens' }] });
  });

  test('needs the key of a source that has one', async () => {
    const { journey, hook, send } = await begin('keyed');
    const [key = ''] = await journey.sandbox.ports.secrets.live('stall-key');
    const ours = { origin: 'http://localhost:8080', accept: 'text/html' };
    const without = await send(hook, FILLED, ours);
    expect([without.status, without.body.includes('not taken from where it stands')]).toEqual([401, true]);
    const answer = await send(hook, { ...FILLED, _key: key }, ours);
    expect([answer.status, header(answer, 'location')]).toEqual([303, 'http://localhost:8080/thanks']);
    expect((await journey.board()).length).toBe(1);
  });
});
