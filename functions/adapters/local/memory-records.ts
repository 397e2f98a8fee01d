/**
 * Records in the memory of one process: the tool of core tests, and what the sandbox keeps without a database.
 *
 * Promises what the port promises, and without any lag. Hides: that values are kept as text, as a database would, so
 * that nobody changes a record through an object that was handed in or out.
 */

import type { Whole } from '../../core/operating/backstage.ts';
import type { Clock, Kept, Records } from '../../core/ports.ts';
import {
  canBeGroup,
  canBeRecord,
  pageEnd,
  pageLength,
  pageStart,
  placeOf,
  type WrittenRecord,
  writtenRecord,
} from '../../core/records.ts';

type Stored = WrittenRecord & {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly expires?: string;
};

export function memoryRecords(clock: Clock): Records & { readonly all: Whole['records'] } {
  const stored = new Map<string, Stored>();
  // No version is given twice, so what was read before a removal does not fit what was written after it.
  let versions = 0;
  const isLive = ({ expires }: Stored): boolean => expires === undefined || expires > clock.now();
  const find = (kind: string, key: string): Stored | undefined => {
    const found = stored.get(nameOf(kind, key));
    return found !== undefined && isLive(found) ? found : undefined;
  };

  // No method awaits anything before it has had its effect: in one process, that is what makes it atomic.
  return {
    read: async (kind, key) => {
      if (!canBeRecord(kind, key)) return undefined;
      const found = find(kind, key);
      return found === undefined ? undefined : keptOf(found);
    },

    write: async (kind, key, value, keep = {}) => {
      const written = writtenRecord(kind, key, value, keep);
      if (keep.version !== undefined && keep.version !== (find(kind, key)?.version ?? 0)) return false;
      versions += 1;
      const { expires } = keep;
      stored.set(nameOf(kind, key), {
        ...written,
        kind,
        key,
        version: versions,
        ...(expires === undefined ? {} : { expires }),
      });
      return true;
    },

    remove: async (kind, key) => {
      stored.delete(nameOf(kind, key));
    },

    all: async function* () {
      for (const { kind, key, text } of [...stored.values()]) yield { kind, key, value: JSON.parse(text) };
    },

    list: async (group, { limit, after } = {}) => {
      if (!canBeGroup(group)) return { records: [] };
      const start = pageStart(after);
      const found = [...stored.values()]
        .filter((record) => record.place?.group === group && isLive(record))
        .map((record) => ({ record, place: placeOf(record.place?.sort ?? '', record.kind, record.key) }))
        .filter(({ place }) => start === undefined || byBytes(place, start) > 0)
        .sort((one, other) => byBytes(one.place, other.place));
      const page = found.slice(0, pageLength(limit));
      const records = page.map(({ record }) => ({ kind: record.kind, key: record.key, ...keptOf(record) }));
      const last = page.at(-1);
      return last === undefined || found.length === page.length ? { records } : { records, next: pageEnd(last.place) };
    },
  };
}

const nameOf = (kind: string, key: string): string => `${kind}#${key}`;

const keptOf = ({ text, version }: Stored): Kept => ({ value: JSON.parse(text), version });

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
