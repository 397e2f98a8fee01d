/**
 * The table of the records, as plain data: the tests and the sandbox create it, the stack declares it, and all three
 * read the names from here. Imports nothing at run time.
 *
 * One item a record. `group` and `place` stand only on items that have a group, so the index `groups` holds just those
 * (a sparse index), and it holds keys alone: a record that changes and keeps its place costs one write unit, and what
 * `list` gives is read from the items, consistently. A new place costs two more.
 *
 * A group is one partition of the index, which takes 1,000 writes a second, and holds up the table when it takes no
 * more. Only records that come into it or move within it count; StartExecution itself is held to 300 a second, so
 * nothing is spread, and a group can be read in order with one query. Records that move within one group more often
 * need several groups.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */

import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

export const recordsTable = {
  AttributeDefinitions: [
    { AttributeName: 'name', AttributeType: 'S' },
    { AttributeName: 'group', AttributeType: 'S' },
    { AttributeName: 'place', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'groups',
      KeySchema: [
        { AttributeName: 'group', KeyType: 'HASH' },
        { AttributeName: 'place', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

/**
 * The attribute by which DynamoDB deletes expired records, in seconds; it may take days about it, so who reads goes by
 * `expires`. Not part of creating a table: the stack sets it, and dynalite deletes nothing.
 */
export const recordsTimeToLive = 'ttl';
