/**
 * The store on disk, in LevelDB.
 *
 * Promises what the store promises. What several callers write at the same moment goes to the disk together, so that
 * a hundred steps at once cost one wait for it. The folder is this process's alone for as long as it lives: LevelDB
 * holds a lock that ends with it, however it ends.
 * Errors: `FolderTaken`.
 */
import { mkdirSync } from 'node:fs';
import { ClassicLevel } from 'classic-level';
import type { Change, Store } from './store.ts';

/** Another process works in this folder. */
export class FolderTaken extends Error {
  override readonly name = 'FolderTaken';
  readonly folder: string;
  constructor(folder: string, options: ErrorOptions) {
    super(folder, options);
    this.folder = folder;
  }
}

type Waiting = {
  readonly changes: readonly Change[];
  readonly done: () => void;
  readonly failed: (why: unknown) => void;
};

export async function openDiskStore(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true });
  const level = new ClassicLevel<string, string>(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
  try {
    await level.open();
  } catch (problem) {
    const { cause } = problem as Error & { cause?: { code?: unknown } };
    if (cause?.code === 'LEVEL_LOCKED') throw new FolderTaken(folder, { cause: problem });
    throw problem;
  }

  let waiting: Waiting[] = [];
  let writing = false;
  const writeWaiting = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const together = waiting;
      waiting = [];
      try {
        await level.batch(
          together.flatMap(({ changes }) =>
            changes.map(({ key, value }) =>
              value === undefined
                ? ({ type: 'del', key } as const)
                : ({ type: 'put', key, value: JSON.stringify(value) } as const),
            ),
          ),
          { sync: true },
        );
        for (const { done } of together) done();
      } catch (problem) {
        for (const { failed } of together) failed(problem);
      }
    }
    writing = false;
  };

  return {
    read: async (key) => {
      const text = await level.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    list: async (prefix) => {
      // U+FFFF comes after every character that a key has.
      const found = await level.iterator({ gte: prefix, lt: `${prefix}\uffff` }).all();
      return found.map(([key, text]) => [key.slice(prefix.length), JSON.parse(text)] as const);
    },
    write: (changes) =>
      new Promise((done, failed) => {
        waiting.push({ changes, done, failed });
        if (!writing) void writeWaiting();
      }),
    close: () => level.close(),
  };
}
