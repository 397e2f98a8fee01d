/** Replies that are lost, tables that are busy, an index that lags: records in DynamoDB say what is true, or try again. */

import { type DynamoDBClient, ThrottlingException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { createRecordsTable } from '../../functions/adapters/aws/dynamo-records-create.ts';
import { TryAgain } from '../../functions/core/history.ts';
import type { Records } from '../../functions/core/ports.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';

const clock = { now: () => '2026-05-04T08:00:00.000Z' };

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

let table: string;
let tables = 0;
let sound: Records;
beforeEach(async () => {
  tables += 1;
  table = `records-${tables}`;
  const client = dynalite.connect();
  await createRecordsTable({ client, table });
  sound = dynamoRecords({ client, table, clock });
});

test('a write of what nobody has written says that it was written', async () => {
  expect(await losing(1).write('code', 'spring', 1, { version: 0 })).toBe(true);
  expect((await sound.read('code', 'spring'))?.value).toBe(1);
});

test('a write with the version that was read says that it was written', async () => {
  await sound.write('code', 'spring', 1);
  const version = (await sound.read('code', 'spring'))?.version ?? 0;
  expect(await losing(1).write('code', 'spring', 2, { version })).toBe(true);
  expect((await sound.read('code', 'spring'))?.value).toBe(2);
  expect(await sound.write('code', 'spring', 3, { version })).toBe(false);
});

test('a write that somebody has written over since says that it does not know', async () => {
  const records = losing(1, async () => {
    await sound.write('code', 'spring', 2);
  });
  await expect(records.write('code', 'spring', 1, { version: 0 })).rejects.toBeInstanceOf(TryAgain);
  expect((await sound.read('code', 'spring'))?.value).toBe(2);
});

test('one of twenty says that it was written', async () => {
  const writes = Array.from({ length: 20 }, (_, writer) =>
    losing(1)
      .write('code', 'spring', writer, { version: 0 })
      .catch(() => 'unknown'),
  );
  const outcomes = await Promise.all(writes);
  expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(1);
  expect((await sound.read('code', 'spring'))?.value).toBe(outcomes.indexOf(true));
});

test('a write whose every reply is lost says try again, with the cause, and has been written', async () => {
  const failure = await losing(99)
    .write('code', 'spring', 'secret', { version: 0 })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TryAgain);
  expect(failure).toHaveProperty('cause.code', 'ECONNRESET');
  expect(String(failure)).not.toContain('secret');
  expect((await sound.read('code', 'spring'))?.value).toBe('secret');
});

test('a removal has removed', async () => {
  await sound.write('code', 'spring', 1);
  await losing(1).remove('code', 'spring');
  expect(await sound.read('code', 'spring')).toBeUndefined();
});

test('a table that is too busy says try again to every call', async () => {
  const client = dynalite.connect({ maxAttempts: 1 });
  client.middlewareStack.add(
    () => async () => {
      throw new ThrottlingException({ message: 'too much', $metadata: {} });
    },
    { step: 'deserialize', priority: 'high' },
  );
  const records = dynamoRecords({ client, table, clock });
  await expect(records.read('code', 'spring')).rejects.toBeInstanceOf(TryAgain);
  await expect(records.write('code', 'spring', 1)).rejects.toBeInstanceOf(TryAgain);
  await expect(records.remove('code', 'spring')).rejects.toBeInstanceOf(TryAgain);
  await expect(records.list('codes')).rejects.toBeInstanceOf(TryAgain);
});

test('a table that gives no records of a page at all says try again', async () => {
  await sound.write('code', 'spring', 1, { group: 'codes' });
  const left = { [table]: { Keys: [{ name: { S: 'code#spring' } }] } };
  const records = answering('BatchGetItemCommand', () => ({ Responses: {}, UnprocessedKeys: left }));
  await expect(records.list('codes')).rejects.toBeInstanceOf(TryAgain);
});

test('a record that has moved is listed once, where it is, though the index shows its old place still', async () => {
  await sound.write('code', 'spring', 1, { group: 'codes', sort: 'new' });
  const row = { name: { S: 'code#spring' }, group: { S: 'codes' } };
  const old = { ...row, place: { S: 'old\0spring\0code' } };
  const now = { ...row, place: { S: 'new\0spring\0code' } };
  const keysOf = async (rows: object[]) =>
    (await answering('QueryCommand', () => ({ Items: rows })).list('codes')).records.map(({ key }) => key);
  expect(await keysOf([now, old])).toStrictEqual(['spring']);
  expect(await keysOf([old])).toStrictEqual([]);
});

/** Records whose table says something else to one kind of call. */
function answering(command: string, answer: () => object): Records {
  const client = dynalite.connect();
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const reply = await next(request);
      if (context.commandName === command) Object.assign(reply.output as object, answer());
      return reply;
    },
    { step: 'deserialize', priority: 'high' },
  );
  return dynamoRecords({ client, table, clock });
}

/** Records that lose the first `count` replies to each write and removal, after `meanwhile` has happened. */
function losing(count: number, meanwhile: () => Promise<unknown> = async () => {}): Records {
  const client: DynamoDBClient = dynalite.connect();
  client.middlewareStack.add(
    (next, context) => {
      let lost = 0;
      return async (request) => {
        const [reply] = await Promise.allSettled([next(request)]);
        const isWrite = context.commandName === 'UpdateItemCommand' || context.commandName === 'DeleteItemCommand';
        lost += 1;
        if (isWrite && lost <= count) {
          await meanwhile();
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        }
        if (reply.status === 'rejected') throw reply.reason;
        return reply.value;
      };
    },
    // Inside the SDK's retries, outside its reading of the reply.
    { step: 'deserialize', priority: 'high' },
  );
  return dynamoRecords({ client, table, clock });
}
