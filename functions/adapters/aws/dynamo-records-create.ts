/**
 * Creates the table of the records where no stack does: in the sandbox and in tests.
 *
 * Promises that the table can be used when this returns, whether it was there before or not; a table that is there is
 * left as it is.
 */

import {
  CreateTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { recordsTable } from './dynamo-records-table.ts';

export async function createRecordsTable({ client, table }: { client: DynamoDBClient; table: string }): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ TableName: table, ...recordsTable }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  // A table is there before it can be used.
  await waitUntilTableExists({ client, minDelay: 0.02, maxDelay: 1, maxWaitTime: 60 }, { TableName: table });
}
