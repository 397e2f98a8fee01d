import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locally, mount } from '../infra/sandbox/mount.ts';
import { sandboxEndpoints } from '../infra/sandbox/sandbox-endpoints.ts';
import { type FrameOf, sandboxPages } from '../infra/sandbox/sandbox-pages.ts';
import { type OpenServer, openServer } from '../infra/sandbox/server.ts';
import { INPUT, type Play, play, playFunctions, START } from './support/sandbox-functions.ts';

let server: OpenServer;
let sandbox: Play;
const failures: unknown[] = [];

const open = async (clock: 'real' | 'virtual') => {
  failures.length = 0;
  server = await openServer(0, (cause) => failures.push(cause));
  sandbox = await play({
    clock: clock === 'real' ? { kind: 'real' } : { kind: 'virtual', start: START },
    makeHosted: (ports) => ({
      ...playFunctions(ports),
      http: async ({ method, path, query, headers, body, from }) => {
        if (path === '/fails') throw new Error('secret reason');
        const seen = {
          method,
          path,
          query,
          body: Buffer.from(body).toString(),
          from,
          agent: headers.find(([name]) => name === 'x-agent')?.[1],
        };
        return {
          status: 201,
          headers: [
            ['content-type', 'application/json'],
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
          body: JSON.stringify(seen),
        };
      },
    }),
  });
  const { time, inbox } = sandbox;
  const events = async (run: string) => (run === 'run/1' ? [{ number: 1, type: 'run-opened', at: START }] : undefined);
  const sender = { name: 'runsheet', email: 'runsheet@example.org' };
  const frameOf: FrameOf = async (_request, here) => ({ here, sandbox: true, path: '/inbox' });
  server.serve(
    locally(
      mount(
        [
          sandboxEndpoints({ time, inbox, events }),
          sandboxPages({ time, inbox, sender, zone: 'Europe/Oslo', frameOf }),
        ],
        sandbox.hosted.http,
      ),
    ),
  );
};
const ask = (path: string, init?: RequestInit) =>
  fetch(`http://localhost:${server.port}${path}`, { redirect: 'manual', ...init });
const move = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ask('/sandbox/clock', { method: 'POST', body, headers });

beforeEach(() => open('virtual'));
afterEach(async () => {
  await sandbox.close();
  await server.close();
});

describe('the server', () => {
  it('hands a request on as it came, and the answer back', async () => {
    const answer = await ask('/a%20b/c?d=e?f', { method: 'POST', body: 'äö', headers: { 'X-Agent': 'me' } });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.json()).toEqual({
      method: 'POST',
      path: '/a%20b/c',
      query: 'd=e?f',
      body: 'äö',
      from: '127.0.0.1',
      agent: 'me',
    });
  });

  it('refuses more than 1 MB, said or not', async () => {
    expect((await ask('/x', { method: 'POST', body: 'x'.repeat(1024 * 1024) })).status).toBe(201);
    expect((await ask('/x', { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('POST /x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n');
        for (let part = 0; part < 33; part += 1) socket.write(`8000\r\n${'x'.repeat(0x8000)}\r\n`);
      });
      socket.on('data', (bytes) => resolve(bytes.toString()));
      socket.on('error', () => {});
    });
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('says nothing of why it failed', async () => {
    const answer = await ask('/fails');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(failures).toMatchObject([{ message: 'secret reason' }]);
  });

  it('takes the next port when its own is taken', async () => {
    const other = await openServer(server.port, () => {});
    expect(other.port).toBeGreaterThan(server.port);
    await other.close();
  });
});

describe('GET /sandbox/mails', () => {
  it('lists what was mailed, newest last, also to one address', async () => {
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    const mails = (await (await ask('/sandbox/mails')).json()) as { id: string }[];
    expect(mails.map(({ id }) => id).sort()).toEqual(['run-1/draft', 'run-1/picture']);
    expect(mails.find(({ id }) => id === 'run-1/draft')).toEqual({
      id: 'run-1/draft',
      lane: 'task',
      to: 'ada@example.org',
      subject: 'run-1/draft',
      text: 'About run-1/draft',
      html: '<p>About run-1/draft</p>',
      sent: START,
    });
    await move('{"advance":"1d"}');
    expect(((await (await ask('/sandbox/mails')).json()) as { id: string }[]).at(-1)?.id).toMatch(/reminder-1$/);
    expect(await (await ask('/sandbox/mails?to=ADA%40example.org')).json()).toHaveLength(4);
    expect(await (await ask('/sandbox/mails?to=nobody%40example.org')).json()).toEqual([]);
  });
});

describe('/sandbox/clock', () => {
  it.each([
    ['{"advance":"90m"}', '2027-01-04T09:30:00.000Z'],
    ['{"advance":"48h"}', '2027-01-06T08:00:00.000Z'],
    ['{"advance":"3d"}', '2027-01-07T08:00:00.000Z'],
    ['{"advance":"2w"}', '2027-01-18T08:00:00.000Z'],
    ['{"to":"2027-01-05T09:00:00+01:00"}', '2027-01-05T08:00:00.000Z'],
  ])('moved by %s says where it stands', async (body, now) => {
    const answer = await move(body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ now });
    expect(await (await ask('/sandbox/clock')).json()).toEqual({ now, kind: 'virtual', next: null });
  });

  it('answers when all that became due has been done', async () => {
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await move('{"advance":"30d"}');
    expect(sandbox.functions.ends).toEqual([]);
    expect((await sandbox.host.read('run-1'))?.status).toBe('SUCCEEDED');
  });

  it.each([
    'nothing',
    '[]',
    '{}',
    '{"advance":"soon"}',
    '{"advance":48}',
    '{"advance":"-1h"}',
    '{"advance":"999999w"}',
    '{"to":"tomorrow"}',
    '{"to":"2027-01-05"}',
    '{"to":"2027-01-05T08:00:00Z","advance":"1h"}',
  ])('refuses %s with a sentence', async (body) => {
    const answer = await move(body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(/^.{20,}\.$/);
    expect(sandbox.time.now()).toBe(START);
  });

  it('is not moved back', async () => {
    expect((await move('{"to":"2027-01-04T07:59:59Z"}')).status).toBe(409);
  });

  it('is moved by a form, to the next thing too, and leads back to a page of ours', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    const answer = await move('advance=next&back=%2Fclock', form);
    const then = `/clock?since=${encodeURIComponent(START)}`;
    expect([answer.status, answer.headers.get('location')]).toEqual([303, then]);
    expect(await (await ask(then)).text()).toContain('What happened meanwhile');
    const before = await (await ask('/clock?since=2027-01-04T00%3A00%3A00.000Z')).text();
    expect(before).toMatch(/<a href="\/inbox\/run-1%2Fdraft">[^<]*<\/a><span class="below small">mailed to/);
    expect(await (await ask('/clock')).text()).not.toContain('meanwhile');
    expect(await (await ask('/clock?since=2027-12-31T00%3A00%3A00.000Z')).text()).toContain('No mail was sent.');
    expect(sandbox.time.now()).toBe('2027-01-05T08:00:00.000Z');
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      expect((await move(new URLSearchParams({ advance: '1h', back }).toString(), form)).headers.get('location')).toBe(
        '/',
      );
    }
  });

  it('on the real clock cannot be moved', async () => {
    await sandbox.close();
    await server.close();
    await open('real');
    const answer = await move('{"advance":"1h"}');
    expect(answer.status).toBe(409);
    expect(((await answer.json()) as { error: string }).error).toContain('--clock virtual');
  });

  it('and the mails are for this machine alone', async () => {
    expect((await move('{"advance":"1h"}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await move('{"advance":"1h"}', { origin: 'https://evil.example' })).status).toBe(403);
    const rebound = (request: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () =>
          socket.write(`${request} HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`),
        );
        socket.on('data', (bytes) => resolve(bytes.toString()));
      });
    for (const request of ['GET /sandbox/mails', 'GET /inbox', 'GET /inbox/1', 'POST /start/blog-post', 'GET /'])
      expect(await rebound(request), request).toMatch(/^HTTP\/1.1 403 /);
    // A webhook may come through a tunnel; it shows who it is itself.
    expect(await rebound('POST /hooks/content-brief/guessed')).not.toMatch(/^HTTP\/1.1 403 /);
  });

  it('moves on once for each time that it is moved, also at once', async () => {
    await Promise.all([1, 2, 3].map(() => move('{"advance":"24h"}')));
    expect(await (await ask('/sandbox/clock')).json()).toMatchObject({ now: '2027-01-07T08:00:00.000Z' });
  });
});

describe('the history of a run', () => {
  it('is there as JSON, or 404', async () => {
    expect(await (await ask('/sandbox/runs/run%2F1/history')).json()).toEqual([
      { number: 1, type: 'run-opened', at: START },
    ]);
    expect((await ask('/sandbox/runs/nope/history')).status).toBe(404);
  });
});

describe('the pages of the sandbox', () => {
  it('show the inbox, a mail as it is, and the clock', async () => {
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    const inbox = await (await ask('/inbox')).text();
    expect(inbox).toContain('href="/inbox/run-1%2Fdraft"');
    const mail = await ask('/inbox/run-1%2Fdraft');
    expect(mail.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await mail.text()).toContain('<template shadowrootmode="open"><p>About run-1/draft</p></template>');
    expect(await (await ask('/clock')).text()).toContain('09:00');
    expect((await ask('/inbox/nope')).status).toBe(201);
  });
});
