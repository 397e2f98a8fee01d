/** Lambdas that people and other systems talk to, from outside: an event of API Gateway in, what it sends back out. */
import { describe, expect, test } from 'vitest';
import { TryAgain } from '../functions/core/history.ts';
import type { HttpRequest, HttpResponse } from '../functions/lambda/hosted.ts';
import { httpStack } from '../functions/lambda/http-stack.ts';
import { jsonLog } from '../functions/lambda/json-log.ts';

const event = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/a/secret-token-of-a-link',
  rawQueryString: 'a=1&a=2&b=%20',
  cookies: ['__Host-device=one', 'other=two'],
  headers: { Accept: 'text/html,application/xhtml+xml', 'content-type': 'application/x-www-form-urlencoded' },
  requestContext: {
    accountId: '123456789012',
    stage: '$default',
    http: {
      method: 'POST',
      path: '/a/secret-token-of-a-link',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.7',
      userAgent: 'x',
    },
  },
  body: 'ZGVjaXNpb249ZG9uZQ==',
  isBase64Encoded: true,
};
const ok: HttpResponse = { status: 200, headers: [['content-type', 'text/html']], body: '<p>✓</p>' };

const stack = (answer: (request: HttpRequest) => Promise<HttpResponse>) => {
  const lines: string[] = [];
  const log = jsonLog({ now: () => '2027-01-04T16:00:00.000Z', write: (line) => lines.push(line) });
  return { lines, handler: httpStack({ name: 'answer-step', answer, log, reference: () => 'r7k2' }) };
};
const seeing = async (given: object): Promise<HttpRequest | undefined> => {
  let seen: HttpRequest | undefined;
  const { handler } = stack(async (request) => {
    seen = request;
    return ok;
  });
  await handler(given);
  return seen;
};

describe('a request', () => {
  test('comes as it was sent', async () => {
    const seen = await seeing(event);
    expect({ ...seen, body: Buffer.from(seen?.body ?? []).toString('utf8') }).toEqual({
      method: 'POST',
      path: '/a/secret-token-of-a-link',
      query: 'a=1&a=2&b=%20',
      headers: [
        ['accept', 'text/html,application/xhtml+xml'],
        ['content-type', 'application/x-www-form-urlencoded'],
        ['cookie', '__Host-device=one; other=two'],
      ],
      body: 'decision=done',
      from: '192.0.2.7',
    });
  });

  test('keeps every byte of its body, as text and as base64', async () => {
    const text = await seeing({ ...event, body: '{"title":"Größe ✓"}', isBase64Encoded: false });
    expect(Buffer.from(text?.body ?? []).toString('utf8')).toBe('{"title":"Größe ✓"}');
    const bytes = await seeing({ ...event, body: '/wD+gA==' });
    expect([...(bytes?.body ?? [])]).toEqual([0xff, 0x00, 0xfe, 0x80]);
  });

  test('may have next to nothing in it', async () => {
    const seen = await seeing({ rawPath: '/', requestContext: { http: { method: 'GET' } } });
    expect(seen).toEqual({ method: 'GET', path: '/', query: '', headers: [], body: Buffer.alloc(0), from: '' });
  });

  test.each([
    ['/prod/a/b', '/a/b'],
    ['/prod', '/'],
    ['/product/a', '/product/a'],
  ])('to a stage with a name comes without it: %s', async (rawPath, path) => {
    const seen = await seeing({ rawPath, requestContext: { stage: 'prod', http: { method: 'GET' } } });
    expect(seen?.path).toBe(path);
  });
});

describe('an answer', () => {
  const safe = {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex, nofollow',
  };

  test('goes with each of its cookies, and the headers that every answer has', async () => {
    const { handler } = stack(async () => ({
      ...ok,
      headers: [
        ...ok.headers,
        ['set-cookie', 'a=1; Secure'],
        ['vary', 'accept'],
        ['set-cookie', 'b=2'],
        ['vary', 'cookie'],
      ],
    }));
    expect(await handler(event)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/html', vary: 'accept, cookie', ...safe },
      cookies: ['a=1; Secure', 'b=2'],
      body: '<p>✓</p>',
      isBase64Encoded: false,
    });
  });

  test('may say better than the stack how it is kept', async () => {
    const { handler } = stack(async () => ({ ...ok, headers: [['cache-control', 'public, max-age=300']] }));
    expect((await handler(event)).headers['cache-control']).toBe('public, max-age=300');
  });

  test('leaves one line in the log, in which no token stands', async () => {
    const { handler, lines } = stack(async () => ok);
    await handler(event, { awsRequestId: 'e1f2' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        at: '2027-01-04T16:00:00.000Z',
        level: 'info',
        what: 'answered',
        name: 'answer-step',
        status: 200,
        invocation: 'e1f2',
        method: 'POST',
        ms: expect.any(Number),
      },
    ]);
    expect(lines.join()).not.toContain('secret-token');
  });

  test('to a fault of ours is a page with a number, and what happened stands under that number in the log', async () => {
    const { handler, lines } = stack(async () => {
      throw new Error('the inner secret', { cause: new TypeError('the reason of it') });
    });
    const answer = await handler(event);
    expect(answer).toMatchObject({
      statusCode: 500,
      cookies: [],
      headers: { ...safe, 'content-type': 'text/html; charset=utf-8' },
    });
    expect(answer.body).toContain('Something went wrong on our side.');
    expect(answer.body).toContain('r7k2');
    expect(answer.body).not.toContain('inner');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'error',
        what: 'a request failed',
        name: 'answer-step',
        reference: 'r7k2',
        method: 'POST',
        because: {
          name: 'Error',
          message: 'the inner secret',
          because: { name: 'TypeError', message: 'the reason of it' },
        },
      },
    ]);
  });

  test('to a fault of ours is a problem for whoever reads no pages', async () => {
    const { handler } = stack(async () => {
      throw new Error('the inner secret');
    });
    const { body, ...answer } = await handler({ ...event, headers: { accept: '*/*' } });
    expect(answer).toEqual({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json', ...safe },
      cookies: [],
      isBase64Encoded: false,
    });
    expect(JSON.parse(body)).toEqual({ title: 'Something went wrong on our side.', status: 500, reference: 'r7k2' });
  });

  test('asks for patience where it may go better later', async () => {
    const { handler } = stack(async () => {
      throw new TryAgain('throttled');
    });
    const answer = await handler({ ...event, headers: {} });
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5', 'cache-control': 'no-store' } });
    expect(JSON.parse(answer.body).title).toBe('Too much is going on just now. Please try again in a moment.');
  });

  test.each([[{}], [{ Records: [] }], [{ rawPath: 7 }], [null]])(
    'is there for what is no request: %j',
    async (given) => {
      const { handler, lines } = stack(async () => ok);
      const answer = await handler(given);
      expect(answer).toMatchObject({
        statusCode: 500,
        headers: { 'content-type': 'application/problem+json', ...safe },
      });
      expect(lines.length).toBe(1);
    },
  );

  test('comes before Lambda would end the function', async () => {
    const { handler, lines } = stack(() => new Promise<never>(() => {}));
    const answer = await handler(event, { getRemainingTimeInMillis: () => 310 });
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ level: 'error', because: { name: 'TimeoutError' } });
  });
});
