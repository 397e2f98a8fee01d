/**
 * Records in DynamoDB.
 *
 * Promises what the port promises, each write being one conditional write of one write unit for each KB. Hides the
 * table, paging, the SDK's errors, that expired items are there for days still, and this: the SDK sends a write again
 * when the reply was lost, and the second one then fails on the effect of the first. So every write carries an id of
 * its own, and finding that id in the way means success; finding another one's, after a second attempt, means
 * `TryAgain`, since that one may have written over ours.
 *
 * A version goes on from that of an expired item, and begins anywhere in 2^40 where there is none: what was read before
 * a removal does not fit what was written after it.
 */

import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type KeysAndAttributes,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type Json, TryAgain } from '../../core/history.ts';
import type { Clock, Keep, Kept, Records } from '../../core/ports.ts';
import {
  canBeGroup,
  canBeRecord,
  LONGEST_PAGE,
  pageEnd,
  pageLength,
  pageStart,
  placeOf,
  type WrittenRecord,
  writtenRecord,
} from '../../core/records.ts';
import { orTryAgain } from './dynamo-client.ts';
import type { Item } from './dynamo-history-table.ts';
import { recordsTimeToLive } from './dynamo-records-table.ts';

type Dynamo = { readonly client: DynamoDBClient; readonly table: string; readonly clock: Clock };

export function dynamoRecords({ client, table, clock }: Dynamo): Records {
  const get = async (key: Item): Promise<Item | undefined> => {
    const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
    return (await orTryAgain(client.send(command))).Item;
  };

  /** The items that these rows of the index name, by name; those that are gone are not among them. */
  const itemsOf = async (rows: readonly Item[]): Promise<Map<string, Item>> => {
    // An item that has moved may stand in two rows for a moment, and must be asked for once.
    const names = [...new Set(rows.map((row) => String(row.name?.S)))];
    const items = new Map<string, Item>();
    let left: KeysAndAttributes | undefined;
    if (names.length > 0) left = { Keys: names.map((name) => ({ name: { S: name } })), ConsistentRead: true };
    // A reply holds 16 MB at most, so the largest records come in several; a busy table leaves all for later.
    for (let empty = 0; left !== undefined; ) {
      const answer = await orTryAgain(client.send(new BatchGetItemCommand({ RequestItems: { [table]: left } })));
      const found = answer.Responses?.[table] ?? [];
      for (const item of found) items.set(String(item.name?.S), item);
      left = answer.UnprocessedKeys?.[table];
      if (left === undefined || found.length > 0) continue;
      empty += 1;
      if (empty === MOST_EMPTY) throw new TryAgain('DynamoDB is too busy to give the records of a page');
      await setTimeout(empty * 50);
    }
    return items;
  };

  /** The rows of the index behind a place, in order, as many at a time as are wanted then. */
  async function* rowsOf(group: string, start: string | undefined, wanted: () => number): AsyncGenerator<Item[]> {
    let next: Item | undefined;
    do {
      const input: QueryCommandInput = {
        TableName: table,
        IndexName: 'groups',
        KeyConditionExpression: start === undefined ? '#group = :group' : '#group = :group AND #place > :start',
        ExpressionAttributeNames: { '#group': 'group', ...(start === undefined ? {} : { '#place': 'place' }) },
        ExpressionAttributeValues: {
          ':group': { S: group },
          ...(start === undefined ? {} : { ':start': { S: start } }),
        },
        Limit: wanted(),
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      };
      const answer = await orTryAgain(client.send(new QueryCommand(input)));
      yield answer.Items ?? [];
      next = answer.LastEvaluatedKey;
    } while (next !== undefined);
  }

  return {
    read: async (kind, key) => {
      if (!canBeRecord(kind, key)) return undefined;
      const item = await get(keyOf(kind, key));
      return item !== undefined && isLive(item, clock.now()) ? keptOf(item) : undefined;
    },

    write: async (kind, key, value, keep = {}) => {
      const written = writtenRecord(kind, key, value, keep);
      const write = randomUUID();
      const name = keyOf(kind, key);
      const update = updateOf(written, keep, { place: placeIn(written, kind, key), write, now: clock.now() });
      try {
        await orTryAgain(client.send(new UpdateItemCommand({ TableName: table, Key: name, ...update })));
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if ((error.$metadata.attempts ?? 1) === 1) return false;
        if ((await get(name))?.write?.S === write) return true;
        throw new TryAgain('a reply was lost, and somebody else has written since', { cause: error });
      }
    },

    remove: async (kind, key) => {
      if (!canBeRecord(kind, key)) return;
      await orTryAgain(client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(kind, key) })));
    },

    /** An index follows its table after a moment: what came into a group just now may be missing still. */
    list: async (group, { limit, after } = {}) => {
      if (!canBeGroup(group)) return { records: [] };
      const length = pageLength(limit);
      const found: Item[] = [];
      // One more than the page tells that there is another; a few, since some rows may be of what has moved on.
      const wanted = (): number =>
        Math.min(Math.max(length + 1 - found.length, found.length === 0 ? 1 : FEW_ROWS), LONGEST_PAGE);
      for await (const rows of rowsOf(group, pageStart(after), wanted)) {
        const items = await itemsOf(rows);
        const now = clock.now();
        const current = rows
          .map((row) => ({ row, item: items.get(String(row.name?.S)) }))
          .filter(({ row, item }) => item?.group?.S === group && item.place?.S === row.place?.S && isLive(item, now));
        found.push(...current.map(({ item }) => item as Item));
        if (found.length > length) break;
      }
      const page = found.slice(0, length);
      const records = page.map((item) => ({ ...namedBy(String(item.name?.S)), ...keptOf(item) }));
      const last = page.at(-1);
      return last === undefined || found.length === page.length
        ? { records }
        : { records, next: pageEnd(String(last.place?.S)) };
    },
  };
}

const MOST_EMPTY = 4;
const FEW_ROWS = 5;

const keyOf = (kind: string, key: string): Item => ({ name: { S: `${kind}#${key}` } });

/** A kind has no `#`, a key may. */
const namedBy = (name: string) => {
  const end = name.indexOf('#');
  return { kind: name.slice(0, end), key: name.slice(end + 1) };
};

/** What an item is, whether or not it has expired. */
export const recordIn = (item: Item): { readonly kind: string; readonly key: string; readonly value: Json } => ({
  ...namedBy(String(item.name?.S)),
  value: keptOf(item).value,
});

const isLive = ({ expires }: Item, now: string): boolean => expires?.S === undefined || expires.S > now;

const keptOf = ({ value, version }: Item): Kept => ({
  value: JSON.parse(String(value?.S)),
  version: Number(version?.N),
});

/** Seconds since 1970, none too early. */
const deletedAt = (expires: string): string => String(Math.ceil(Date.parse(expires) / 1000));

const placeIn = ({ place }: WrittenRecord, kind: string, key: string): string | undefined =>
  place && placeOf(place.sort, kind, key);

type Written = { readonly place: string | undefined; readonly write: string; readonly now: string };

/** Sets every attribute that the record has, and takes away those that it had and has no more. */
const updateOf = (
  { text, place: at }: WrittenRecord,
  { expires, version }: Keep & { readonly version?: number },
  { place, write, now }: Written,
): Omit<UpdateItemCommandInput, 'TableName' | 'Key'> => {
  const attributes = {
    value: { S: text },
    write: { S: write },
    group: at && { S: at.group },
    place: place === undefined ? undefined : { S: place },
    expires: expires === undefined ? undefined : { S: expires },
    [recordsTimeToLive]: expires === undefined ? undefined : { N: deletedAt(expires) },
  };
  const all = Object.entries(attributes);
  const set = all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const unset = all.flatMap(([name, value]) => (value === undefined ? [`#${name}`] : []));
  const condition = conditionOf(version, now);
  const sets = [...set.map(([name]) => `#${name} = :${name}`), '#version = if_not_exists(#version, :first) + :one'];
  return {
    UpdateExpression: `SET ${sets.join(', ')}${unset.length === 0 ? '' : ` REMOVE ${unset.join(', ')}`}`,
    ExpressionAttributeNames: Object.fromEntries(
      ['version', ...Object.keys(attributes)].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
      ':first': { N: String(randomInt(2 ** 40)) },
      ':one': { N: '1' },
      ...condition?.values,
    },
    ...(condition === undefined ? {} : { ConditionExpression: condition.text }),
  };
};

/** An expired item is as none. */
const conditionOf = (version: number | undefined, now: string) => {
  if (version === undefined) return undefined;
  if (version === 0) {
    return { text: 'attribute_not_exists(#version) OR #expires <= :now', values: { ':now': { S: now } } };
  }
  return {
    text: '#version = :version AND (attribute_not_exists(#expires) OR #expires > :now)',
    values: { ':version': { N: String(version) }, ':now': { S: now } },
  };
};
