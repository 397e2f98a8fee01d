/**
 * Where DynamoDB promises less than dynalite keeps (here replies are changed): an index follows its table after a
 * moment, and a map has no order. Neither leads to a wrong answer.
 */

import type { GetItemCommandOutput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import type { Entry, History } from '../../functions/core/history.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';

const eight = '2026-05-04T08:00:00.000Z';
const nine = '2026-05-04T09:00:00.000Z';
const mail = { id: 'mail', kind: 'mail' };
const signal = { id: 'signal', kind: 'signal' };

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

type Rows = NonNullable<QueryCommandOutput['Items']>;
let history: History;
let lag: (rows: Rows) => Rows;
let order: (names: string[]) => string[];
beforeEach(async () => {
  lag = (rows) => rows;
  order = (names) => names;
  const client = dynalite.connect();
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const reply = await next(request);
      if (context.commandName === 'QueryCommand') {
        const output = reply.output as QueryCommandOutput;
        return { ...reply, output: { ...output, Items: lag(output.Items ?? []) } };
      }
      const item = (reply.output as GetItemCommandOutput).Item;
      if (item?.owed?.M !== undefined) {
        const effects = item.owed.M;
        item.owed.M = Object.fromEntries(order(Object.keys(effects)).map((name) => [name, effects[name] ?? { M: {} }]));
      }
      return reply;
    },
    { step: 'initialize' },
  );
  history = dynamoHistory({ client, table: await dynalite.createTable() });
});

test('what was settled is not owed, though the index still shows it', async () => {
  await history.append(entry('spring', 1), [mail, signal]);
  await history.append(entry('spring', 2), [mail]);
  const before: Rows = [];
  lag = (rows) => {
    before.push(...rows);
    return rows;
  };
  expect(await history.owedBefore(nine, 9)).toHaveLength(3);
  await history.settle('spring', 1, 'signal');
  await history.settle('spring', 2, 'mail');
  lag = () => before.splice(0);
  expect(await history.owedBefore(nine, 9)).toStrictEqual([{ run: 'spring', number: 1, owed: mail, since: eight }]);
});

test('what the index shows of a write that never became an event is not owed, and nothing is owed twice', async () => {
  await history.append(entry('spring', 1), [mail]);
  lag = (rows) =>
    rows.flatMap((row) => [
      { ...row, since: { S: `${eight}#${'1'.padStart(16, '0')}#another-write` } },
      row,
      { ...row, number: { N: '2' } },
      { ...row, run: { S: 'nobody' } },
    ]);
  expect(await history.owedBefore(nine, 9)).toStrictEqual([{ run: 'spring', number: 1, owed: mail, since: eight }]);
});

test('what the index does not show yet is found the next time', async () => {
  await history.append(entry('spring', 1), [mail]);
  lag = () => [];
  expect(await history.owedBefore(nine, 9)).toStrictEqual([]);
  lag = (rows) => rows;
  expect(await history.owedBefore(nine, 9)).toHaveLength(1);
});

test('effects are owed in the order in which they were appended, in whatever order the item has them', async () => {
  const effects = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, kind: 'mail' }));
  await history.append(entry('spring', 1), effects);
  order = (names) => names.toReversed();
  expect((await history.owedBefore(nine, 9)).map((debt) => debt.owed)).toStrictEqual(effects);
  order = (names) => names.toSorted();
  expect((await history.owedBefore(nine, 9)).map((debt) => debt.owed)).toStrictEqual(effects);
});

function entry(run: string, number: number): Entry {
  return { run, number, event: { type: 'step-opened', at: eight } };
}
