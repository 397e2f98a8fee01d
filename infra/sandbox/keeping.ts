/** Where a sandbox keeps everything: in a folder, or in the memory of one process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { memoryHistory } from '../../functions/adapters/local/memory-history.ts';
import { memoryRecords } from '../../functions/adapters/local/memory-records.ts';
import type { History } from '../../functions/core/history.ts';
import type { Whole } from '../../functions/core/operating/backstage.ts';
import type { Clock, Records } from '../../functions/core/ports.ts';
import { openDatabase } from './database.ts';
import { openDiskStore } from './disk-store.ts';
import { memoryStore, type Store } from './store.ts';

export type Keeping = {
  readonly store: Store;
  readonly history: History;
  readonly records: (clock: Clock) => Records;
  readonly whole: Whole;
  readonly close: () => Promise<void>;
};

/** Can be opened again after a sandbox upon it was closed, or just left: nothing in it depends on that. */
export function inMemory(): Keeping {
  let records: ReturnType<typeof memoryRecords> | undefined;
  let clock: Clock;
  const history = memoryHistory();
  return {
    store: memoryStore(),
    history,
    whole: {
      runs: history.runs,
      replace: history.replace,
      records: async function* () {
        if (records !== undefined) yield* records.all();
      },
    },
    records: (given) => {
      clock = given;
      records ??= memoryRecords({ now: () => clock.now() });
      return records;
    },
    close: async () => {},
  };
}

/** Errors: `FolderTaken` (disk-store.ts), before anything in the folder is touched. */
export async function inFolder(folder: string): Promise<Keeping> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = await openDiskStore(join(folder, 'sandbox'));
  const database = await openDatabase(join(folder, 'database'));
  return {
    ...database,
    store,
    close: async () => {
      await database.close();
      await store.close();
    },
  };
}
