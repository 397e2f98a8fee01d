/** dynalite on loopback, in memory or in a folder, on a port of its own choosing. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { dynamoClient } from '../../functions/adapters/aws/dynamo-client.ts';
import { createHistoryTable } from '../../functions/adapters/aws/dynamo-history-create.ts';

export type Dynalite = {
  readonly endpoint: string;
  /** A client of its own, with nobody's credentials; ended by `stop`. */
  readonly connect: (settings?: DynamoDBClientConfig) => DynamoDBClient;
  /** An empty history table, and its name. */
  readonly createTable: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

export async function startDynalite(folder?: string): Promise<Dynalite> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(folder === undefined ? {} : { path: folder }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const clients: DynamoDBClient[] = [];
  const connect = (settings: DynamoDBClientConfig = {}) => {
    const client = dynamoClient({ ...nowhere, endpoint, ...settings });
    clients.push(client);
    return client;
  };

  let tables = 0;
  const tableClient = connect();
  const createTable = async () => {
    tables += 1;
    const table = `history-${tables}`;
    await createHistoryTable({ client: tableClient, table });
    return table;
  };

  const stop = async () => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };

  return { endpoint, connect, createTable, stop };
}

/** dynalite checks no signature, but a client wants to sign; a machine busy with tests may take its time. */
export const nowhere = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
  requestHandler: { connectionTimeout: 20_000, socketTimeout: 20_000 },
} satisfies DynamoDBClientConfig;
