/**
 * A line for each run, many in one record: what a page reads of all runs with one look-up.
 *
 * Promises: a line only ever moves forward; what an older state of a run says never takes the place of a newer one. A
 * line that says the same again is not written. Where too many change the same record at the same time, `TryAgain`.
 * Hides: over how many records lines are spread, and that each is packed.
 */
import { type Json, TryAgain } from './history.ts';
import { packed, unpacked } from './packed.ts';
import type { Ports } from './ports.ts';
import { changeRecord } from './records.ts';
import { sha256 } from './webhooks/digests.ts';

/** What only we write, and so read without doubting it. `length`: how many events of the run it shows. */
export type RunLine = { readonly run: string; readonly length: number };

type Keeping = Pick<Ports, 'records'>;
export type Shards<Line extends RunLine> = {
  /** @param anew in place of one that knows as much, but may say it wrongly. */
  readonly put: (ports: Keeping, part: string, line: Line, anew?: boolean) => Promise<void>;
  readonly take: (ports: Keeping, part: string, run: string) => Promise<void>;
  readonly list: (ports: Keeping, part: string) => Promise<readonly Line[]>;
};

/** So many parts stay unpacked, if they are read at all. */
const PARTS_KNOWN = 4;

/** So many may want to change the same record at the same time. */
const TURNS = 60;

/** @param kind of the records. @param count over how many of them a part is spread, at most a page of a list. */
export const shardsOf = <Line extends RunLine>(kind: string, count: number): Shards<Line> => {
  const groupOf = (part: string): string => `${kind}:${part}`;
  // Most records are as they were when they were read last; unpacking them each time would be most of the work.
  const read = new Map<string, readonly Line[]>();
  const linesIn = (value: unknown): readonly Line[] => {
    if (value === undefined) return [];
    const text = String(value);
    const lines = read.get(text) ?? unpacked<Line[]>(text);
    // Put last, so that what was not looked at for longest goes first.
    read.delete(text);
    read.set(text, lines);
    if (read.size > PARTS_KNOWN * count) read.delete(read.keys().next().value as string);
    return lines;
  };
  const change = async (
    { records }: Keeping,
    part: string,
    run: string,
    next: (others: readonly Line[], known: Line | undefined) => readonly Line[] | undefined,
  ): Promise<void> => {
    const shard = sha256(run).readUInt16BE() % count;
    const outcome = await changeRecord(
      records,
      kind,
      `${part} ${shard}`,
      (kept) => {
        const lines = linesIn(kept?.value);
        const changed = next(
          lines.filter((line) => line.run !== run),
          lines.find((line) => line.run === run),
        );
        return changed === undefined
          ? { outcome: {} }
          : { outcome: {}, value: packed(changed as never as Json), keep: { group: groupOf(part), sort: part } };
      },
      TURNS,
    );
    if (outcome === undefined) throw new TryAgain('too many runs change at the same time');
  };
  return {
    put: (ports, part, line, anew = false) =>
      change(ports, part, line.run, (others, known) => {
        if (known === undefined) return [...others, line];
        if (known.length > line.length || isSameButLength(known, line)) return undefined;
        return known.length < line.length || anew ? [...others, line] : undefined;
      }),
    take: (ports, part, run) => change(ports, part, run, (others, known) => (known === undefined ? undefined : others)),
    list: async ({ records }, part) => {
      const found = await records.list(groupOf(part));
      return found.records.flatMap(({ value }) => linesIn(value));
    },
  };
};

const isSameButLength = (one: RunLine, other: RunLine): boolean =>
  JSON.stringify({ ...one, length: 0 }) === JSON.stringify({ ...other, length: 0 });
