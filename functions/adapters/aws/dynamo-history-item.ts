/**
 * How an event becomes an item of the table, and an item an event.
 *
 * Promises that what was appended comes back exactly: the event and each effect are kept as JSON text, since a number
 * of DynamoDB has other limits than one of JavaScript (38 digits, below 10^126), its strings no lone surrogates, and
 * its maps at most 32 levels. `write` tells who wrote the item, and `claims` who claimed what until when.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */

import { createHash } from 'node:crypto';
import type { Debt, Entry, Owed, Written } from '../../core/history.ts';
import { type Item, owedShards } from './dynamo-history-table.ts';

export function keyOf(run: string, number: number): Item {
  return { run: { S: run }, number: { N: String(number) } };
}

/**
 * The name of an effect in the maps `owed` and `claims`: 128 bits of a hash. An id itself may be empty, which no name
 * in an expression may be, or `__proto__`, which is no name for a property, or so long that an event of 300 KB, which
 * holds it in three places, would be no item of 400 KB any more. As JSON, two halves of different characters differ.
 */
export function slotOf(owedId: string): string {
  return createHash('sha256').update(JSON.stringify(owedId)).digest('base64url').slice(0, 22);
}

/**
 * `since` begins with the instant, so it sorts by it and is found by it alone; the number orders what is of one
 * instant; `write` makes it an id of this one item (dynalite needs that: its index keeps one item of 24 bits of hash
 * for each `since`).
 */
export function itemOf(entry: Entry, text: Written, write: string): Item {
  const item: Item = { ...keyOf(entry.run, entry.number), event: { S: text.event }, write: { S: write } };
  if (text.owed.length === 0) return item;
  const effects = text.owed.map((effect, place): [string, { M: Item }] => [
    slotOf(effect.id),
    { M: { place: { N: String(place) }, text: { S: effect.text } } },
  ]);
  return {
    ...item,
    owed: { M: Object.fromEntries(effects) },
    claims: { M: {} },
    shard: { S: shardOf(entry.run) },
    since: { S: `${entry.event.at}#${String(entry.number).padStart(16, '0')}#${write}` },
  };
}

export function entryOf(run: string, item: Item): Entry {
  return { run, number: Number(item.number?.N), event: JSON.parse(String(item.event?.S)) };
}

/** What an item still owes, in the order in which it was appended. */
export function debtsOf(item: Item): Debt[] {
  const since = String(item.since?.S).slice(0, '2026-01-31T12:00:00.000Z'.length);
  const from = { run: String(item.run?.S), number: Number(item.number?.N), since };
  return Object.values(item.owed?.M ?? {})
    .map((effect) => effect.M ?? {})
    .sort((one, other) => Number(one.place?.N) - Number(other.place?.N))
    .map((effect) => {
      const owed: Owed = JSON.parse(String(effect.text?.S));
      return { ...from, owed };
    });
}

function shardOf(run: string): string {
  const spread = createHash('sha256').update(run).digest().readUInt8(0) % owedShards.length;
  return owedShards[spread] ?? owedShards[0];
}
