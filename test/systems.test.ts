/** `call` steps against servers of the kinds that there are. */
import { once } from 'node:events';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpsSystems, httpsSystems } from '../functions/adapters/https/https-systems.ts';
import type { Secrets, SystemRequest } from '../functions/core/ports.ts';
import { expired, valid } from './support/certificates.ts';

const newest = `whsec_${Buffer.from('the newest secret of all').toString('base64')}`;
const former = `whsec_${Buffer.from('the one that was before').toString('base64')}`;
const instant = '2027-01-04T16:00:00.000Z';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const listening = async (server: Server | ReturnType<typeof createSocketServer>): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
};
const serving = (listener: RequestListener, certificate: { cert: string; key: string } = valid): Promise<number> =>
  listening(createServer(certificate, listener));

type Given = Partial<Omit<HttpsSystems, 'secrets'>> & { readonly live?: readonly string[] | Secrets['live'] };
const systems = ({ live = [newest, former], ...given }: Given = {}) =>
  httpsSystems({
    clock: { now: () => instant },
    secrets: { live: typeof live === 'function' ? live : async (name) => (name === 'calls' ? live : []) },
    mayLoopBack: true,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ca: valid.cert,
    ...given,
  });
const asking = (port: number, more: Partial<SystemRequest> = {}): SystemRequest => ({
  id: 'spring-publish',
  url: `https://systems.example:${port}/hook?a=b`,
  method: 'POST',
  headers: {},
  body: { title: 'Größe ✓' },
  ...more,
});

/** What a server was asked. */
type Seen = { method: string | undefined; url: string | undefined; headers: { [name: string]: unknown }; body: string };
const recording = (seen: Seen[], answer: RequestListener): RequestListener => {
  return async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(parts).toString('utf8') });
    answer(request, response);
  };
};

describe('a request', () => {
  test('arrives whole, and Standard Webhooks knows it by each live secret', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.writeHead(204).end()));
    const answer = await systems().call(asking(port, { headers: { 'X-Campaign': 'spring' } }));
    expect(answer).toEqual({ outcome: 'answered', status: 204 });
    const { headers, ...request } = seen[0] as Seen;
    expect(request).toEqual({ method: 'POST', url: '/hook?a=b', body: '{"title":"Größe ✓"}' });
    expect(headers).toEqual({
      accept: 'application/json, text/*;q=0.9, */*;q=0.1',
      'accept-encoding': 'identity',
      connection: 'close',
      'content-length': '23',
      'content-type': 'application/json',
      host: `systems.example:${port}`,
      'user-agent': 'runsheet',
      'webhook-id': 'spring-publish',
      'webhook-timestamp': '1799078400',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/),
      'x-campaign': 'spring',
    });
    for (const secret of [newest, former]) {
      const signed = new Webhook(secret).sign('spring-publish', new Date(instant), '{"title":"Größe ✓"}');
      expect(String(headers['webhook-signature']).split(' ')).toContain(signed);
    }
  });

  test('has the same id each time, also where the id cannot be signed as it is', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    for (const id of ['run.publish##1', 'run.publish##1', 'run.publish##2']) await systems().call(asking(port, { id }));
    const [first, again, other] = seen.map(({ headers }) => headers['webhook-id']);
    expect(first).toMatch(/^call_[A-Za-z0-9_-]{43}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test.each(['GET', 'DELETE'] as const)('may have nothing in it: %s', async (method) => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    const { body: _, ...without } = asking(port, { method });
    await systems().call(without);
    expect(seen[0]).toMatchObject({ method, body: '', headers: { 'content-length': '0' } });
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  test('is sent unsigned while there is no secret', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    expect(await systems({ live: [] }).call(asking(port))).toMatchObject({ outcome: 'answered', status: 200 });
    expect(seen[0]?.headers).toMatchObject({ 'webhook-id': 'spring-publish', 'webhook-timestamp': '1799078400' });
    expect(seen[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  test('is not sent with a secret that is none, nor while secrets are out of reach', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    expect(await systems({ live: ['not-base64!'] }).call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'The secret `calls` cannot sign: it is base64, after `whsec_`.',
      again: false,
    });
    const live = () => Promise.reject(new Error('no secrets today'));
    expect(await systems({ live }).call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'The request could not be made.',
      again: true,
    });
    expect(seen).toEqual([]);
  });

  test('with a header that is not an author’s is not sent', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    expect(await systems().call(asking(port, { headers: { Host: 'inside' } }))).toEqual({
      outcome: 'failed',
      why: "The header host is not an author's to set.",
      again: false,
    });
    expect(seen).toEqual([]);
  });

  test('goes by plain http to this machine alone, and only where that is wanted', async () => {
    const port = await listening(createPlainServer((_, response) => response.end('hello')));
    const url = `http://127.0.0.1:${port}/`;
    expect(await systems().call(asking(port, { url }))).toEqual({ outcome: 'answered', status: 200, body: 'hello' });
    expect(await systems({ mayLoopBack: false }).call(asking(port, { url }))).toEqual({
      outcome: 'failed',
      why: 'The address is no https:// address.',
      again: false,
    });
  });
});

describe('inside our network', () => {
  const refused = { outcome: 'failed', why: 'The address leads inside our network.', again: false };

  test('nothing is reached, by number or by name', async () => {
    let asked = 0;
    const port = await serving((_, response) => {
      asked += 1;
      response.end();
    });
    const closed = systems({ mayLoopBack: false });
    expect(await closed.call(asking(port))).toEqual(refused);
    expect(await closed.call(asking(port, { url: `https://127.0.0.1:${port}/` }))).toEqual(refused);
    expect(await closed.call(asking(port, { url: `https://[::ffff:7f00:1]:${port}/` }))).toEqual(refused);
    const byName = httpsSystems({ clock: { now: () => instant }, secrets: { live: async () => [] } });
    expect(await byName.call(asking(port, { url: `https://localhost:${port}/` }))).toEqual(refused);
    expect(asked).toBe(0);
  });

  test('a name is asked once: what it says a moment later changes nothing', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end('first')));
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    };
    expect(await systems({ resolve }).call(asking(port))).toEqual({ outcome: 'answered', status: 200, body: 'first' });
    expect(asked).toBe(1);
    // And the other way round: the second time it leads inside.
    expect(await systems({ resolve }).call(asking(port))).toEqual(refused);
    expect(seen.length).toBe(1);
  });

  test('a name leads where it was resolved to, and never where Node would look it up', async () => {
    const seen: Seen[] = [];
    const port = await serving(recording(seen, (_, response) => response.end()));
    const resolve = async () => [{ address: '127.0.0.2', family: 4 }];
    const url = `https://localhost:${port}/`;
    expect(await systems({ resolve, connect_ms: 500 }).call(asking(port, { url }))).toMatchObject({
      outcome: 'failed',
    });
    expect(seen).toEqual([]);
  });

  test('no redirect leads there: it is an answer', async () => {
    let asked = 0;
    const port = await serving((_, response) => {
      asked += 1;
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end('moved');
    });
    expect(await systems().call(asking(port))).toEqual({ outcome: 'answered', status: 302, body: 'moved' });
    expect(asked).toBe(1);
  });
});

describe('an answer', () => {
  test.each([
    ['JSON', 'application/json', '{"id":7,"tags":["a"]}', { id: 7, tags: ['a'] }],
    ['a kind of JSON', 'application/problem+json; charset=utf-8', '{"title":"no"}', { title: 'no' }],
    ['a single value', 'application/json', '"created"', 'created'],
    ['nothing as JSON', 'application/json', 'null', null],
    ['text', 'text/plain', '{"id":7}', '{"id":7}'],
    ['JSON that is none', 'application/json', '{"id":', '{"id":'],
    ['two values', 'application/json', '1,2', '1,2'],
    ['JSON that is too deep', 'application/json', '['.repeat(5_000), '['.repeat(5_000)],
  ])('of %s is read as what it is', async (_, type, sent, body) => {
    const port = await serving((_request, response) => response.writeHead(200, { 'content-type': type }).end(sent));
    expect(await systems().call(asking(port))).toEqual({ outcome: 'answered', status: 200, body });
  });

  test.each([400, 404, 409, 429, 500, 503])('of status %i is an answer', async (status) => {
    const port = await serving((_, response) => response.writeHead(status).end());
    expect(await systems().call(asking(port))).toEqual({ outcome: 'answered', status });
  });

  test('that is packed although nobody asked for that is passed over', async () => {
    const port = await serving((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('\u001f'));
    expect(await systems().call(asking(port))).toEqual({ outcome: 'answered', status: 200 });
  });

  test('without end is cut at 64 KB, between two characters', async () => {
    const port = await serving((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('a');
      const more = () => {
        while (!response.destroyed && response.write('é'.repeat(5_000)));
      };
      response.on('drain', more);
      more();
    });
    const answer = await systems().call(asking(port));
    expect(answer).toEqual({ outcome: 'answered', status: 200, body: `a${'é'.repeat(32_767)}` });
  });

  test('that drips for ever is too late', async () => {
    const port = await serving((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await systems({ whole_ms: 300 }).call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'It did not answer in time.',
      again: true,
    });
  });

  test('that offers another protocol is none', async () => {
    const port = await listening(
      createPlainServer().on('connection', (socket: Socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      }),
    );
    expect(await systems().call(asking(port, { url: `http://127.0.0.1:${port}/` }))).toEqual({
      outcome: 'failed',
      why: 'Its answer is no HTTP.',
      again: false,
    });
  });

  test('with too many headers is none', async () => {
    const port = await serving((_, response) => response.writeHead(200, { 'x-long': 'a'.repeat(20_000) }).end());
    expect(await systems().call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'Its answer has more headers than are read.',
      again: false,
    });
  });

  test('that is no HTTP is none', async () => {
    const port = await listening(createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    expect(await systems().call(asking(port, { url: `http://127.0.0.1:${port}/` }))).toEqual({
      outcome: 'failed',
      why: 'Its answer is no HTTP.',
      again: false,
    });
  });
});

describe('a system out of reach', () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  test('is asked again later where its name cannot be looked up just now', async () => {
    expect(await systems({ resolve: failing('EAI_AGAIN') }).call(asking(1))).toEqual({
      outcome: 'failed',
      why: 'Its name could not be looked up just now.',
      again: true,
    });
  });

  test('is not asked again where there is no such name', async () => {
    expect(await systems({ resolve: failing('ENOTFOUND') }).call(asking(1))).toEqual({
      outcome: 'failed',
      why: 'There is no system of that name.',
      again: false,
    });
  });

  test('is asked again where the name server says nothing', async () => {
    const resolve = () => new Promise<never>(() => {});
    expect(await systems({ resolve, connect_ms: 50 }).call(asking(1))).toEqual({
      outcome: 'failed',
      why: 'It did not answer in time.',
      again: true,
    });
  });

  test('is asked again where nobody listens', async () => {
    const server = createSocketServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await systems().call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'It refused the connection.',
      again: true,
    });
  });

  test('is reached at another of its addresses, and asked again where all refuse', async () => {
    const resolve = async () => [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    const port = await serving((_, response) => response.end('here'));
    expect(await systems({ resolve }).call(asking(port))).toEqual({ outcome: 'answered', status: 200, body: 'here' });
    for (const close of closing.splice(0)) close();
    expect(await systems({ resolve }).call(asking(port))).toMatchObject({ outcome: 'failed', again: true });
  });

  test('is asked again where it breaks off, before the answer and within it', async () => {
    const before = await serving((request) => request.socket.destroy());
    const within = await serving((_, response) => {
      response.writeHead(200, { 'content-length': 99 }).write('{"', () => response.destroy());
    });
    const brokenOff = { outcome: 'failed', why: 'It broke off the connection.', again: true };
    expect(await systems().call(asking(before))).toEqual(brokenOff);
    expect(await systems().call(asking(within))).toEqual(brokenOff);
  });

  test('is asked again where it says nothing, before TLS and after it', async () => {
    const late = { outcome: 'failed', why: 'It did not answer in time.', again: true };
    const silent = await listening(createSocketServer(() => {}));
    expect(await systems({ connect_ms: 100 }).call(asking(silent))).toEqual(late);
    const slow = await serving(() => {});
    expect(await systems({ whole_ms: 200, connect_ms: 150 }).call(asking(slow))).toEqual(late);
  });

  test.each([
    ['is signed by itself', valid, { ca: undefined }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['has expired', expired, { ca: expired.cert }, 'CERT_HAS_EXPIRED'],
  ] as const)('is not asked again where its certificate %s', async (_, certificate, { ca }, code) => {
    const port = await serving((_request, response) => response.end(), certificate);
    const asked = httpsSystems({
      clock: { now: () => instant },
      secrets: { live: async () => [] },
      mayLoopBack: true,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      ...(ca === undefined ? {} : { ca }),
    });
    expect(await asked.call(asking(port))).toEqual({
      outcome: 'failed',
      why: `Its certificate is not to be trusted (${code}).`,
      again: false,
    });
  });

  test('is not trusted because the process was told to trust everybody', async () => {
    const port = await serving((_, response) => response.end());
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await systems().call(asking(port, { url: `https://other.example:${port}/` }))).toMatchObject({
        outcome: 'failed',
        again: false,
      });
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  test('is not asked again where its certificate is another’s', async () => {
    const port = await serving((_, response) => response.end());
    expect(await systems().call(asking(port, { url: `https://other.example:${port}/` }))).toEqual({
      outcome: 'failed',
      why: 'Its certificate is not to be trusted (ERR_TLS_CERT_ALTNAME_INVALID).',
      again: false,
    });
  });

  test('is not asked again where it speaks no TLS', async () => {
    const port = await listening(createPlainServer((_, response) => response.end()));
    expect(await systems().call(asking(port))).toEqual({
      outcome: 'failed',
      why: 'It does not speak TLS as we do.',
      again: false,
    });
  });
});
