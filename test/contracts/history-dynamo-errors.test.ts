/** Which errors of DynamoDB may pass, seen from a server that answers nothing else. */

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { dynamoClient } from '../../functions/adapters/aws/dynamo-client.ts';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { type History, TooLarge, TryAgain } from '../../functions/core/history.ts';
import { nowhere } from '../support/dynalite.ts';

const eight = '2026-05-04T08:00:00.000Z';
const nine = '2026-05-04T09:00:00.000Z';
const secret = 'token-nobody-may-see';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening) await new Promise((closed) => server?.close(closed));
});

const calls: readonly [string, (history: History) => Promise<unknown>][] = [
  [
    'append',
    (history) => history.append({ run: 'spring', number: 1, event: { type: 'vote-cast', at: eight, secret } }),
  ],
  ['append behind another', (history) => history.append({ run: 'spring', number: 2, event: { type: 'x', at: eight } })],
  ['read', (history) => history.read('spring')],
  ['settle', (history) => history.settle('spring', 1, secret)],
  ['claim', (history) => history.claim('spring', 1, secret, nine, eight)],
  ['owedBefore', (history) => history.owedBefore(nine, 10)],
];

describe.each(calls)('%s', (_, call) => {
  test.each([
    ['ProvisionedThroughputExceededException', fault(400, 'ProvisionedThroughputExceededException')],
    ['ThrottlingException', fault(400, 'ThrottlingException')],
    ['RequestLimitExceeded', fault(400, 'RequestLimitExceeded')],
    ['InternalServerError', fault(500, 'InternalServerError')],
    ['an unknown fault of the server', fault(503, 'ServiceUnavailable')],
    [
      "a proxy's page",
      (reply: ServerResponse) => reply.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad</h1>'),
    ],
    ['a connection that breaks', (reply: ServerResponse) => reply.destroy()],
    [
      'a reply that breaks off',
      (reply: ServerResponse) => reply.writeHead(200, { 'content-length': 99 }).write('{"It', () => reply.destroy()),
    ],
    ['no reply at all', () => {}],
  ])('says try again to %s', async (_name, answer) => {
    const { history } = await answering(answer);
    const failure = await call(history).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TryAgain);
    expect((failure as TryAgain).cause).toBeInstanceOf(Error);
    expect((failure as TryAgain).message).not.toContain(secret);
  });

  test.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'UnrecognizedClientException',
  ])('throws %s as it is', async (name) => {
    const { history } = await answering(fault(400, name));
    const failure = await call(history).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(TryAgain);
    expect(failure).toHaveProperty('name', name);
  });
});

test('a server that is not there is to be tried again', async () => {
  const { history, stop } = await answering(() => {});
  await stop();
  await expect(history.read('spring')).rejects.toBeInstanceOf(TryAgain);
});

test('what may pass is tried three times, what may not once, and too large an entry not at all', async () => {
  const busy = await answering(fault(400, 'ThrottlingException'), dynamoClient);
  await expect(busy.history.read('spring')).rejects.toBeInstanceOf(TryAgain);
  expect(busy.requests()).toBe(3);
  await busy.stop();

  const closed = await answering(fault(400, 'AccessDeniedException'), dynamoClient);
  await expect(closed.history.read('spring')).rejects.toHaveProperty('name', 'AccessDeniedException');
  const text = 'x'.repeat(400_000);
  const large = { run: 'spring', number: 2, event: { type: 'vote-cast', at: eight, text } };
  await expect(closed.history.append(large)).rejects.toBeInstanceOf(TooLarge);
  expect(closed.requests()).toBe(1);
});

test('an id that no run can have costs no request', async () => {
  const { history, requests } = await answering(fault(400, 'ValidationException'));
  for (const run of ['', 'x'.repeat(1025), '\ud800']) {
    expect(await history.read(run)).toStrictEqual([]);
    expect(await history.claim(run, 1, 'mail', nine, eight)).toBe(false);
    await history.settle(run, 1, 'mail');
  }
  expect(requests()).toBe(0);
});

test('a reply that does not come, or stops halfway, is given up after two seconds by the settings of the functions', async () => {
  const ownSettings = ({ requestHandler: _patient, ...settings }: DynamoDBClientConfig = {}) =>
    dynamoClient({ ...settings, maxAttempts: 1 });
  const silent = await answering(() => {}, ownSettings);
  const halfway = await answering((reply) => reply.writeHead(200, { 'content-length': 99 }).write('{"It'), ownSettings);
  const began = performance.now();
  const outcomes = await Promise.allSettled([silent.history.read('spring'), halfway.history.read('spring')]);
  for (const outcome of outcomes) expect(outcome).toHaveProperty('reason.name', 'TryAgain');
  expect(performance.now() - began).toBeGreaterThan(1_900);
  await silent.stop();
}, 20_000);

function fault(status: number, name: string): (reply: ServerResponse) => void {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'not now' });
  return (reply) => reply.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
}

/** Tries once, and waits a fifth of a second. */
function impatient(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  return dynamoClient({ ...settings, maxAttempts: 1, requestHandler: { socketTimeout: 200 } });
}

async function answering(answer: (reply: ServerResponse) => void, connect: typeof dynamoClient = impatient) {
  let requests = 0;
  const started = createServer((request, reply) => {
    requests += 1;
    request.resume().on('end', () => answer(reply));
  });
  server = started;
  started.listen(0, '127.0.0.1');
  await once(started, 'listening');
  const endpoint = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  const client = connect({ ...nowhere, endpoint });
  const stop = async () => {
    started.closeAllConnections();
    await new Promise((closed) => started.close(closed));
  };
  return { history: dynamoHistory({ client, table: 'history' }), requests: () => requests, stop };
}
