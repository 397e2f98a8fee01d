import { afterAll, beforeAll } from 'vitest';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { memoryHistory } from '../../functions/adapters/local/memory-history.ts';
import { type Dynalite, startDynalite } from '../support/dynalite.ts';
import { historyContract } from './history-contract.ts';

let dynalite: Dynalite;
beforeAll(async () => {
  dynalite = await startDynalite();
});
afterAll(() => dynalite.stop());

historyContract('memory', async () => memoryHistory());
historyContract('dynalite', async () =>
  dynamoHistory({ client: dynalite.connect(), table: await dynalite.createTable() }),
);
