/**
 * What every adapter of the port `Records` does alike, and how a record is changed.
 *
 * Promises: a record is kept as JSON text under a kind and a key, both of which are refused, the same by every adapter,
 * where one of them could not keep them exactly; a change made by `changeRecord` is lost to nobody.
 * Hides: the turns that it takes when several change one record at the same time.
 */
import { checkInstant, type Json, TooLarge } from './history.ts';
import type { Keep, Kept, Records } from './ports.ts';

/** What an adapter keeps: the text of the value, and where `list` finds it. */
export type WrittenRecord = {
  readonly text: string;
  readonly place?: { readonly group: string; readonly sort: string };
};

/** In bytes of UTF-8; a place in a group holds `sort`, key and kind, and is at most 1,024 bytes in DynamoDB. */
const limits = { text: 300 * 1024, kind: 40, key: 512, group: 512, sort: 256 };

/** How many records one page has at most. */
export const LONGEST_PAGE = 100;

export const writtenRecord = (kind: string, key: string, value: Json, keep: Keep): WrittenRecord => {
  if (!canBeRecord(kind, key)) throw new RangeError('a record has a kind of a-z and -, and a key of 1 to 512 bytes');
  if (keep.expires !== undefined) checkInstant(keep.expires);
  const text = JSON.stringify(value);
  if (bytesOf(text) > limits.text) throw new TooLarge(`a record is at most ${limits.text} bytes of JSON`);
  if (keep.group === undefined) return { text };
  const { group, sort = '' } = keep;
  if (!canBeGroup(group)) throw new RangeError('a group has a name of 1 to 512 bytes');
  if (!canBeSorted(sort)) throw new RangeError('what a record is sorted by is at most 256 bytes, without NUL');
  return { text, place: { group, sort } };
};

/** False: no record can have this kind and key, so nothing needs to be looked up. */
export const canBeRecord = (kind: string, key: string): boolean =>
  /^[a-z][a-z-]*$/.test(kind) && kind.length <= limits.kind && isText(key, limits.key);

/** False: no group can have this name, so nothing is in it. */
export const canBeGroup = (group: string): boolean => isText(group, limits.group);

const canBeSorted = (sort: string): boolean => sort === '' || isText(sort, limits.sort);

/** NUL stands between the parts of a place in a group: it comes before all that may be in them. */
const isText = (text: string, bytes: number): boolean =>
  text !== '' && text.isWellFormed() && !text.includes('\0') && bytesOf(text) <= bytes;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Where a record stands in its group: by `sort`, then by key. Compared byte by byte, as DynamoDB does. */
export const placeOf = (sort: string, kind: string, key: string): string => `${sort}\0${key}\0${kind}`;

/** `next` of a page, which is the place of its last record. */
export const pageEnd = (place: string): string => Buffer.from(place, 'utf8').toString('base64url');

/** The place after which a page begins. What is no end of a page begins at the beginning: anybody may type it. */
export const pageStart = (after: string | undefined): string | undefined => {
  const place = Buffer.from(after ?? '', 'base64url').toString('utf8');
  return after === pageEnd(place) && place.split('\0').length === 3 && bytesOf(place) <= 1024 ? place : undefined;
};

export const pageLength = (limit = LONGEST_PAGE): number => Math.min(Math.max(1, Math.trunc(limit)), LONGEST_PAGE);

/** What becomes of a record: without `value` it stays as it is. */
export type Change<Outcome> = { readonly outcome: Outcome; readonly value?: Json; readonly keep?: Keep };

/**
 * Changes a record from what it is to what `change` makes of it, as one step: `change` is asked anew whenever
 * somebody else wrote in between, and only the outcome that was written is told.
 * @returns undefined: the record could not be had in `turns` turns, each of which somebody else had.
 */
export const changeRecord = async <Outcome extends object>(
  records: Records,
  kind: string,
  key: string,
  change: (kept: Kept | undefined) => Change<Outcome>,
  turns = 12,
): Promise<Outcome | undefined> => {
  for (let turn = 0; turn < turns; turn += 1) {
    const kept = await records.read(kind, key);
    const { outcome, value, keep } = change(kept);
    if (value === undefined) return outcome;
    if (await records.write(kind, key, value, { ...keep, version: kept?.version ?? 0 })) return outcome;
  }
  return undefined;
};
