/**
 * The table of the history, as plain data: the tests and the sandbox create it, the stack declares it, and all three
 * read the names from here. Imports nothing at run time.
 *
 * One item an event. `shard` and `since` stand on an item only while it owes something, so the index `owed` holds
 * just those (a sparse index), and it holds keys alone: most settling and every claim then leaves the index as it is,
 * which saves half of their write units, and what is still owed is read from the item, consistently.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html
 */

import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

export const historyTable = {
  AttributeDefinitions: [
    { AttributeName: 'run', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'shard', AttributeType: 'S' },
    { AttributeName: 'since', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'run', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'owed',
      KeySchema: [
        { AttributeName: 'shard', KeyType: 'HASH' },
        { AttributeName: 'since', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

/**
 * A partition takes 1,000 writes a second, and all that is owed anywhere would be in one: runs are spread over eight.
 * Fewer would lose what stands in the others; more are found from the moment that every reader knows them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-sharding.html
 */
export const owedShards = ['owed#0', 'owed#1', 'owed#2', 'owed#3', 'owed#4', 'owed#5', 'owed#6', 'owed#7'] as const;

export type Item = Record<string, AttributeValue>;
