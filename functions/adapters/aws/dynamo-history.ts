/**
 * The history in DynamoDB.
 *
 * Promises what the port promises, each write being one conditional write. Hides the table, paging, the SDK's errors,
 * and this: the SDK sends a write again when the reply was lost, and the second one then fails on the effect of the
 * first. So every append and every claim carries an id of its own, and finding that id in the way means success.
 */

import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { canBeRun, checkInstant, type History, written } from '../../core/history.ts';
import { orTryAgain } from './dynamo-client.ts';
import { debtsOf, entryOf, itemOf, keyOf, slotOf } from './dynamo-history-item.ts';
import { type Item, owedShards } from './dynamo-history-table.ts';

export function dynamoHistory({ client, table }: { client: DynamoDBClient; table: string }): History {
  const get = async (key: Item, attributes: readonly string[]): Promise<Item | undefined> => {
    const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
    const answer = await orTryAgain(
      client.send(
        new GetItemCommand({
          TableName: table,
          Key: key,
          ConsistentRead: true,
          ProjectionExpression: Object.keys(names).join(', '),
          ExpressionAttributeNames: names,
        }),
      ),
    );
    return answer.Item;
  };

  /**
   * Undefined: written. Otherwise the item that did not meet the condition, empty if there is none.
   * AWS sends that item with its refusal, as the condition saw it and without a read unit
   * (`ReturnValuesOnConditionCheckFailure`); the second look is for dynalite, which does not know that option.
   */
  const unlessRefused = async (key: Item, write: Promise<unknown>): Promise<Item | undefined> => {
    try {
      await orTryAgain(write);
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item ?? (await get(key, ['write', 'owed', 'claims'])) ?? {};
    }
  };

  const update = (key: Item, change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<Item | undefined> =>
    unlessRefused(
      key,
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...change,
        }),
      ),
    );

  const query = async (input: Omit<QueryCommandInput, 'TableName'>, enough: number): Promise<Item[]> => {
    const items: Item[] = [];
    let next: Item | undefined;
    do {
      const page: QueryCommandInput = { TableName: table, ...input };
      const answer = await orTryAgain(
        client.send(new QueryCommand(next ? { ...page, ExclusiveStartKey: next } : page)),
      );
      items.push(...(answer.Items ?? []));
      next = answer.LastEvaluatedKey;
    } while (next !== undefined && items.length < enough);
    return items;
  };

  return {
    /**
     * A condition sees only the item it is about, so `gap` takes a look at the number before. That look may come
     * first because events are never removed: once the number before is there it stays there, and the write that
     * follows needs only its own number to be free. If it is not there, neither is this number, since none is written
     * without the one before: `gap` was true at that moment, and a number before that is being written just now has
     * not been decided yet. Looking after the write instead would leave a gap for others to see.
     */
    append: async (entry, owed = []) => {
      const text = written(entry, owed);
      if (entry.number > 1 && !(await get(keyOf(entry.run, entry.number - 1), ['number']))) return 'gap';
      const write = randomUUID();
      const inTheWay = await unlessRefused(
        keyOf(entry.run, entry.number),
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: itemOf(entry, text, write),
            ConditionExpression: 'attribute_not_exists(#run)',
            ExpressionAttributeNames: { '#run': 'run' },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
      );
      return inTheWay === undefined || inTheWay.write?.S === write ? 'appended' : 'taken';
    },

    read: async (run, after = 0) => {
      if (!canBeRun(run)) return [];
      const items = await query(
        {
          ConsistentRead: true,
          KeyConditionExpression: '#run = :run AND #number > :after',
          ProjectionExpression: '#number, #event',
          ExpressionAttributeNames: { '#run': 'run', '#number': 'number', '#event': 'event' },
          ExpressionAttributeValues: { ':run': { S: run }, ':after': { N: String(after) } },
        },
        Number.POSITIVE_INFINITY,
      );
      return items.map((item) => entryOf(run, item));
    },

    /**
     * The last effect takes the item out of the index, and only a condition can tell which is the last. What an event
     * owes only ever becomes less, so an effect that was the last one at the first write is so at the second.
     */
    settle: async (run, number, owedId) => {
      if (!canBeRun(run)) return;
      const slot = slotOf(owedId);
      const names = { '#owed': 'owed', '#slot': slot, '#claims': 'claims' };
      const left = await update(keyOf(run, number), {
        UpdateExpression: 'REMOVE #owed.#slot, #claims.#slot',
        ConditionExpression: 'attribute_exists(#owed.#slot) AND size(#owed) > :one',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
      if (left?.owed?.M?.[slot] === undefined) return;
      await update(keyOf(run, number), {
        UpdateExpression: 'REMOVE #owed, #claims, #shard, #since',
        ConditionExpression: 'attribute_exists(#owed.#slot)',
        ExpressionAttributeNames: { ...names, '#shard': 'shard', '#since': 'since' },
      });
    },

    claim: async (run, number, owedId, until, now) => {
      checkInstant(until);
      checkInstant(now);
      if (!canBeRun(run)) return false;
      const slot = slotOf(owedId);
      const by = randomUUID();
      const inTheWay = await update(keyOf(run, number), {
        UpdateExpression: 'SET #claims.#slot = :claim',
        ConditionExpression:
          'attribute_exists(#owed.#slot) AND (attribute_not_exists(#claims.#slot) OR #claims.#slot.#until <= :now)',
        ExpressionAttributeNames: { '#owed': 'owed', '#claims': 'claims', '#slot': slot, '#until': 'until' },
        ExpressionAttributeValues: { ':now': { S: now }, ':claim': { M: { until: { S: until }, by: { S: by } } } },
      });
      return inTheWay === undefined || inTheWay.claims?.M?.[slot]?.M?.by?.S === by;
    },

    /**
     * An index follows its table after a moment, so what it names is read again from the item. Each item that still
     * owes gives one effect at least, so `limit` items, oldest first, are enough. (A row that names another write
     * than its item is left from a crash of dynalite, which writes the index first and then the item.)
     */
    owedBefore: async (instant, limit) => {
      checkInstant(instant);
      if (limit < 1) return [];
      const found = await Promise.all(
        owedShards.map((shard) =>
          query(
            {
              IndexName: 'owed',
              KeyConditionExpression: '#shard = :shard AND #since < :instant',
              ExpressionAttributeNames: { '#shard': 'shard', '#since': 'since' },
              ExpressionAttributeValues: { ':shard': { S: shard }, ':instant': { S: instant } },
              Limit: limit,
            },
            limit,
          ),
        ),
      );
      const oldest = found.flat().sort(bySince).slice(0, limit);
      const items = await Promise.all(
        oldest.map((row) => get(keyOf(String(row.run?.S), Number(row.number?.N)), ['run', 'number', 'since', 'owed'])),
      );
      return items
        .flatMap((item, row) => (item !== undefined && item.since?.S === oldest[row]?.since?.S ? debtsOf(item) : []))
        .slice(0, limit);
    },
  };
}

function bySince(one: Item, other: Item): number {
  const [earlier, later] = [String(one.since?.S), String(other.since?.S)];
  return earlier < later ? -1 : earlier > later ? 1 : 0;
}
