/**
 * History and records on disk: dynalite in this process, through the very adapters that AWS gets.
 *
 * Promises: what they confirmed is there after a kill at any moment. Hides: that there is HTTP in between.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import dynalite from 'dynalite';
import { dynamoClient } from '../../functions/adapters/aws/dynamo-client.ts';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { createHistoryTable } from '../../functions/adapters/aws/dynamo-history-create.ts';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { createRecordsTable } from '../../functions/adapters/aws/dynamo-records-create.ts';
import { dynamoWhole } from '../../functions/adapters/aws/dynamo-whole.ts';
import type { History } from '../../functions/core/history.ts';
import type { Whole } from '../../functions/core/operating/backstage.ts';
import type { Clock, Records } from '../../functions/core/ports.ts';

export type Database = {
  readonly history: History;
  readonly records: (clock: Clock) => Records;
  readonly whole: Whole;
  readonly close: () => Promise<void>;
};

/** One process does all the work, the database's too, so a call may have to wait for its turn. */
const PATIENCE_MILLISECONDS = 60_000;
const TABLES = { history: 'history', records: 'records' };

/**
 * dynalite 4.0.0 ends what it has read by `return`, as generators are ended; what it reads has `close` alone, so each
 * query stayed open, with all that the database was at its time, until the process ended.
 */
for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator])
  Object.defineProperty(prototype, 'return', {
    configurable: true,
    value(this: { readonly close: () => Promise<void> }) {
      return this.close();
    },
  });

export async function openDatabase(folder: string): Promise<Database> {
  const server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = dynamoClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    // dynalite checks no signature, but the client wants to sign.
    region: 'us-east-1',
    credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
    requestHandler: { connectionTimeout: PATIENCE_MILLISECONDS, socketTimeout: PATIENCE_MILLISECONDS },
  });
  await createHistoryTable({ client, table: TABLES.history });
  await createRecordsTable({ client, table: TABLES.records });
  return {
    history: dynamoHistory({ client, table: TABLES.history }),
    records: (clock) => dynamoRecords({ client, table: TABLES.records, clock }),
    whole: dynamoWhole({ client, history: TABLES.history, records: TABLES.records }),
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
