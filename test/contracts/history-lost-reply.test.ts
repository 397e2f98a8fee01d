/** A write takes effect and its reply is lost: the SDK writes again, and the answer is still the right one. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { type Entry, type History, TryAgain } from '../../functions/core/history.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';

const eight = '2026-05-04T08:00:00.000Z';
const nine = '2026-05-04T09:00:00.000Z';
const ten = '2026-05-04T10:00:00.000Z';
const eleven = '2026-05-04T11:00:00.000Z';
const mail = { id: 'mail', kind: 'mail' };
const signal = { id: 'signal', kind: 'signal' };

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

let table: string;
let sound: History;
beforeEach(async () => {
  table = await dynalite.createTable();
  sound = dynamoHistory({ client: dynalite.connect(), table });
});

describe('when the first reply to a write is lost', () => {
  test('an append has one event and says appended', async () => {
    const history = losing(1);
    expect(await history.append(entry(1), [mail])).toBe('appended');
    expect(await history.append(entry(2), [])).toBe('appended');
    expect(await sound.read('spring')).toStrictEqual([entry(1), entry(2)]);
    expect(await sound.owedBefore(nine, 9)).toStrictEqual([{ run: 'spring', number: 1, owed: mail, since: eight }]);
  });

  test('an append says appended though its effects were claimed and settled meanwhile', async () => {
    const history = losing(1, async () => {
      await sound.claim('spring', 1, 'mail', ten, nine);
      await sound.settle('spring', 1, 'mail');
    });
    expect(await history.append(entry(1), [mail])).toBe('appended');
    expect(await sound.owedBefore(nine, 9)).toStrictEqual([]);
  });

  test('an append of a number that somebody else has says taken', async () => {
    await sound.append(entry(1));
    expect(await losing(1).append(entry(1))).toBe('taken');
  });

  test('one of fifty equal appends says appended', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => losing(1).append(entry(1), [mail])));
    expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(49);
    expect(await sound.read('spring')).toHaveLength(1);
  });

  test('a claim is had by the one who made it', async () => {
    await sound.append(entry(1), [mail]);
    expect(await losing(1).claim('spring', 1, 'mail', ten, nine)).toBe(true);
    expect(await sound.claim('spring', 1, 'mail', ten, nine)).toBe(false);
  });

  test('one of twenty claims is had', async () => {
    await sound.append(entry(1), [mail]);
    const claims = Array.from({ length: 20 }, () => losing(1).claim('spring', 1, 'mail', ten, nine));
    expect((await Promise.all(claims)).filter((claimed) => claimed)).toHaveLength(1);
  });

  test('a claim is not had any more when it ran out and somebody else took it meanwhile', async () => {
    await sound.append(entry(1), [mail]);
    const history = losing(1, async () => {
      expect(await sound.claim('spring', 1, 'mail', eleven, ten)).toBe(true);
    });
    expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(false);
  });

  test('a claim is not had when the effect was settled meanwhile', async () => {
    await sound.append(entry(1), [mail, signal]);
    const history = losing(1, () => sound.settle('spring', 1, 'mail'));
    expect(await history.claim('spring', 1, 'mail', ten, nine)).toBe(false);
  });

  test('an effect is settled, the last one too, and no other', async () => {
    await sound.append(entry(1), [mail, signal]);
    await losing(1).settle('spring', 1, 'mail');
    expect((await sound.owedBefore(nine, 9)).map((debt) => debt.owed)).toStrictEqual([signal]);
    await losing(1).settle('spring', 1, 'signal');
    expect(await sound.owedBefore(nine, 9)).toStrictEqual([]);
  });
});

describe('when every reply is lost', () => {
  test('an append says try again, with the cause, and has one event', async () => {
    const failure = await losing(99)
      .append(entry(1), [mail])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TryAgain);
    expect(failure).toHaveProperty('cause.code', 'ECONNRESET');
    expect(await sound.read('spring')).toStrictEqual([entry(1)]);
    expect(await sound.append(entry(1), [mail])).toBe('taken');
    expect(await sound.owedBefore(nine, 9)).toHaveLength(1);
  });

  test('a claim says try again and holds until it runs out', async () => {
    await sound.append(entry(1), [mail]);
    await expect(losing(99).claim('spring', 1, 'mail', ten, nine)).rejects.toBeInstanceOf(TryAgain);
    expect(await sound.claim('spring', 1, 'mail', eleven, nine)).toBe(false);
    expect(await sound.claim('spring', 1, 'mail', eleven, ten)).toBe(true);
  });
});

/** A history that loses the first `count` replies to each write, after `meanwhile` has happened. */
function losing(count: number, meanwhile: () => Promise<unknown> = async () => {}): History {
  const client: DynamoDBClient = dynalite.connect();
  client.middlewareStack.add(
    (next, context) => {
      let lost = 0;
      return async (request) => {
        const reply = await Promise.allSettled([next(request)]);
        if (context.commandName !== 'PutItemCommand' && context.commandName !== 'UpdateItemCommand')
          return settled(reply[0]);
        lost += 1;
        if (lost > count) return settled(reply[0]);
        await meanwhile();
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      };
    },
    // Inside the SDK's retries, outside its reading of the reply.
    { step: 'deserialize', priority: 'high' },
  );
  return dynamoHistory({ client, table });
}

function settled<Value>(reply: PromiseSettledResult<Value>): Value {
  if (reply.status === 'rejected') throw reply.reason;
  return reply.value;
}

function entry(number: number): Entry {
  return { run: 'spring', number, event: { type: 'vote-cast', at: eight } };
}
