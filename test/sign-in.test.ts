/** Who gets in, through the front door: by choosing in a sandbox, by a mailed link elsewhere (L18). */
import { expect, test } from 'vitest';
import type { HttpResponse } from '../functions/lambda/hosted.ts';
import { beginJourney, codeIn, hiddenIn, type Journey, keepSecret } from './support/sandbox-journey.ts';

const ADA = 'ada.berg@example.com';
const MAILED = { settings: { sign_in: 'mail', secure_cookies: true } } as const;

/** A browser: it keeps cookies, and sends them. */
const browserIn = (journey: Journey) => {
  const jar = new Map<string, string>();
  const ask = async (method: string, path: string, form?: object, headers: object = {}): Promise<HttpResponse> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await journey.request(method, path, form, { ...(cookie === '' ? {} : { cookie }), ...headers });
    for (const [name, value] of response.headers) {
      if (name !== 'set-cookie') continue;
      const [pair = '', ...rest] = value.split('; ');
      const [key = '', id = ''] = pair.split('=');
      if (rest.includes('Max-Age=0')) jar.delete(key);
      else jar.set(key, id);
    }
    return response;
  };
  const send = async (path: string, form: object, headers: object = {}): Promise<HttpResponse> => {
    const page = await ask('GET', path);
    return ask(
      'POST',
      path.split('?')[0] ?? '',
      { nonce: hiddenIn(page.body, 'nonce'), to: hiddenIn(page.body, 'to'), ...form },
      headers,
    );
  };
  return { jar, ask, send };
};
const locationOf = ({ status, headers }: HttpResponse) => [status, headers.find(([name]) => name === 'location')?.[1]];
const linkOf = async (journey: Journey, to: string): Promise<string> => {
  const mail = await journey.mail(to, 'sign in');
  const path = /http:\/\/localhost:8080(\/sign-in\/[\w-]{43})/.exec(mail.text)?.[1] ?? '';
  keepSecret(journey, path.slice('/sign-in/'.length));
  return path;
};

test('without a session every page of the team leads to signing in, and back', async () => {
  const journey = await beginJourney(MAILED);
  for (const path of ['/', '/runs/x', '/start/blog-post', '/sign-out']) {
    const answer = await journey.request('GET', path);
    expect(locationOf(answer)).toEqual([303, `/sign-in?to=${encodeURIComponent(path)}`]);
    expect(answer.body).toBe('');
  }
  expect((await journey.request('POST', '/start/blog-post', { topic: 'x' })).status).toBe(401);
});

test('tools are let in on the machine of a sandbox alone', async () => {
  const elsewhere = await beginJourney(MAILED);
  expect((await elsewhere.request('GET', '/api/runs')).status).toBe(404);
  const sandbox = await beginJourney();
  expect((await sandbox.request('GET', '/api/runs')).status).toBe(200);
});

test('in a sandbox somebody is chosen from the team, and changed with one click', async () => {
  const journey = await beginJourney();
  const browser = browserIn(journey);
  const who = await browser.ask('GET', '/sign-in?to=%2Fruns%2Fx');
  expect(who.body).toContain('Ada Berg');
  expect(locationOf(await browser.send('/sign-in?to=%2Fruns%2Fx', { person: 'ada-berg' }))).toEqual([303, '/runs/x']);
  expect((await browser.ask('GET', '/')).body).toContain('You are</span> <strong>Ada Berg</strong>');
  const before = browser.jar.get('runsheet-session');
  await browser.send('/sign-in', { person: 'mia-solberg' });
  expect((await browser.ask('GET', '/')).body).toContain('You are</span> <strong>Mia Solberg</strong>');
  // The session of before is over, also for whoever has kept it.
  const kept = await journey.request('GET', '/', undefined, { cookie: `runsheet-session=${before}` });
  expect(kept.status).toBe(303);
  expect((await browser.send('/sign-in', { person: 'nobody' })).status).toBe(422);
});

test('a mailed link signs in by its button, in the browser that asked, once', async () => {
  const journey = await beginJourney(MAILED);
  const browser = browserIn(journey);
  const sent = await browser.send('/sign-in?to=%2Fruns%2Fx', { email: ` ${ADA.toUpperCase()} ` });
  expect(locationOf(sent)).toEqual([303, '/sign-in?told=sent']);
  expect((await browser.ask('GET', '/sign-in?told=sent')).body).toContain('Look into your mail');
  const link = await linkOf(journey, ADA);
  for (const method of ['GET', 'HEAD', 'GET']) await browser.ask(method, link);
  expect(browser.jar.has('__Host-runsheet-session')).toBe(false);
  const answer = await browser.send(link, {});
  expect(locationOf(answer)).toEqual([303, '/runs/x']);
  expect(answer.headers.find(([name]) => name === 'set-cookie')?.[1]).toMatch(
    /^__Host-runsheet-session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/,
  );
  expect((await browser.ask('GET', '/')).body).toContain('<strong>Ada Berg</strong>');
  expect((await browserIn(journey).ask('GET', link)).status).toBe(410);
});

test('in another browser a code is asked for, and wrong ones are counted', async () => {
  const journey = await beginJourney(MAILED);
  await browserIn(journey).send('/sign-in', { email: ADA });
  const link = await linkOf(journey, ADA);
  const phone = browserIn(journey);
  const asked = await phone.send(link, {});
  expect([asked.status, phone.jar.size]).toEqual([200, 0]);
  const mail = await journey.mail(ADA, 'code');
  const right = codeIn(mail);
  const wrong = right === '000000' ? '000001' : '000000';
  const nonce = hiddenIn(asked.body, 'nonce');
  const refused = await phone.ask('POST', link, { nonce, code: wrong });
  expect([refused.status, refused.body.includes('You can try 4 times more.')]).toEqual([422, true]);
  expect(locationOf(await phone.ask('POST', link, { nonce, code: right }))).toEqual([303, '/']);
  expect((await phone.ask('GET', '/')).status).toBe(200);
});

test('a link is dead after 15 minutes', async () => {
  const journey = await beginJourney(MAILED);
  const browser = browserIn(journey);
  await browser.send('/sign-in', { email: ADA });
  const link = await linkOf(journey, ADA);
  const nonce = hiddenIn((await browser.ask('GET', link)).body, 'nonce');
  await journey.advance(0.25);
  expect((await browser.ask('POST', link, { nonce })).status).toBe(410);
  expect(browser.jar.has('__Host-runsheet-session')).toBe(false);
});

test('every address is answered the same, and nobody’s mailbox is filled', async () => {
  const journey = await beginJourney(MAILED);
  const known = await browserIn(journey).send('/sign-in', { email: ADA });
  const unknown = await browserIn(journey).send('/sign-in', { email: 'nobody@example.com' });
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  for (let count = 0; count < 5; count += 1) await browserIn(journey).send('/sign-in', { email: ADA });
  expect((await journey.mails(ADA)).length).toBe(3);
  expect((await journey.mails()).length).toBe(3);
});

test('a form from another site, or without the browser that was shown it, signs nobody in', async () => {
  const journey = await beginJourney(MAILED);
  const browser = browserIn(journey);
  await browser.ask('GET', '/sign-in');
  expect((await browser.send('/sign-in', { email: ADA }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await browser.send('/sign-in', { email: ADA, nonce: 'made-up' })).status).toBe(403);
  expect((await journey.request('POST', '/sign-in', { email: ADA })).status).toBe(403);
  expect(await journey.mails()).toEqual([]);
});

test('signing out is a post, and ends the session for whoever has it', async () => {
  const journey = await beginJourney(MAILED);
  const browser = browserIn(journey);
  await browser.send('/sign-in', { email: ADA });
  await browser.send(await linkOf(journey, ADA), {});
  const session = browser.jar.get('__Host-runsheet-session');
  expect((await browser.ask('GET', '/sign-out')).status).toBe(200);
  expect((await browser.ask('POST', '/sign-out', { nonce: 'made-up' })).status).toBe(403);
  expect((await browser.ask('GET', '/')).status).toBe(200);
  expect(locationOf(await browser.send('/sign-out', {}))).toEqual([303, '/sign-in']);
  const kept = await journey.request('GET', '/', undefined, { cookie: `__Host-runsheet-session=${session}` });
  expect(kept.status).toBe(303);
});

test('a session ends 30 days after it was last used', async () => {
  const journey = await beginJourney(MAILED);
  const browser = browserIn(journey);
  await browser.send('/sign-in', { email: ADA });
  await browser.send(await linkOf(journey, ADA), {});
  await journey.advance(20 * 24);
  expect((await browser.ask('GET', '/')).status).toBe(200);
  await journey.advance(20 * 24);
  expect((await browser.ask('GET', '/')).status).toBe(200);
  await journey.advance(30 * 24);
  expect((await browser.ask('GET', '/')).status).toBe(303);
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/a\nb', '/<script>'])(
  'signing in leads to no address elsewhere: %j',
  async (to) => {
    const journey = await beginJourney();
    const answer = await browserIn(journey).send('/sign-in', { person: 'ada-berg', to });
    expect(locationOf(answer)).toEqual([303, '/']);
  },
);
