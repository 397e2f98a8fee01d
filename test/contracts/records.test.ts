import { afterAll, beforeAll } from 'vitest';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { createRecordsTable } from '../../functions/adapters/aws/dynamo-records-create.ts';
import { memoryRecords } from '../../functions/adapters/local/memory-records.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';
import { recordsContract } from './records-contract.ts';

let dynalite: Dynalite;
let tables = 0;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

recordsContract('memory', async (clock) => memoryRecords(clock));
recordsContract('dynalite', async (clock) => {
  const client = dynalite.connect();
  tables += 1;
  const table = `records-${tables}`;
  await createRecordsTable({ client, table });
  return dynamoRecords({ client, table, clock });
});
