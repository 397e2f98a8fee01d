/**
 * What the sandbox keeps for itself: machines under way, what they have still to do, timers, alarms, mails, its clock.
 *
 * Promises: several changes are written together or not at all, in the order of the calls; when `write` returns they
 * are there after a kill at any moment. Values are plain JSON, and nobody changes them through what was handed in or out.
 * One process has a store. Hides: the medium (disk-store.ts; here the memory of one process, for tests and rehearsals).
 */

/** Without a value: removed. */
export type Change = { readonly key: string; readonly value?: unknown };
export type Store = {
  readonly read: <Value>(key: string) => Promise<Value | undefined>;
  /** In the order of their keys; the keys are without the prefix. */
  readonly list: <Value>(prefix: string) => Promise<readonly (readonly [key: string, value: Value])[]>;
  readonly write: (changes: readonly Change[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

export function memoryStore(): Store {
  const texts = new Map<string, string>();
  return {
    read: async (key) => {
      const text = texts.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    list: async (prefix) =>
      [...texts]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, text]) => [key.slice(prefix.length), JSON.parse(text)] as const),
    write: async (changes) => {
      for (const { key, value } of changes) {
        if (value === undefined) texts.delete(key);
        else texts.set(key, JSON.stringify(value));
      }
    },
    close: async () => {},
  };
}
