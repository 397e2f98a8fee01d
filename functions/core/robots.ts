/**
 * Decisions that no person made: a scanner opened the mail and submitted the form (L13). They are not refused but
 * asked for a code, in `link` mode too, since a person may be as quick now and then.
 *
 * Promises: an answer within ten seconds of delivery is too quick, and so is one within three of its form being shown,
 * whenever that is: nobody reads a page and answers it in that time. Three different links that one person, or one
 * address, uses within ten seconds are a burst, however they come together. A robot that opens a page and lingers is
 * not told from a person; what must not be taken from it asks for `verified`.
 * Hides: the records, kept for ten seconds.
 *
 * `noteUse` is called when a decision is posted, before it is recorded; and may be called when a page is looked at
 * too, which makes the first posts of a scanner part of the burst that its looks began.
 */
import { z } from 'zod';
import type { Ports } from './ports.ts';
import { type Change, changeRecord } from './records.ts';
import { addressKey } from './throttle.ts';

export type LinkUse = {
  readonly person: string;
  /** The link's key. */
  readonly link: string;
  /** The address of who uses it. */
  readonly from: string;
};

const KIND = 'uses';
const QUICK_MS = 10_000;
const HASTY_MS = 3_000;
const LINKS_OF_A_BURST = 3;
/** More than make a burst need not be kept. */
const MOST = 10;

const uses = z.array(z.object({ link: z.string(), at: z.string() }));
type Pace = { readonly links: number };

/** @param delivered when the mail with the link went out. @param answered when its form was posted. Both UTC. */
export const isTooQuick = (delivered: string, answered: string): boolean =>
  Date.parse(answered) - Date.parse(delivered) < QUICK_MS;

/** @param shown when the form was. */
export const isHasty = (shown: string, answered: string): boolean =>
  Date.parse(answered) - Date.parse(shown) < HASTY_MS;

export const noteUse = async (
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
  { person, link, from }: LinkUse,
): Promise<'calm' | 'burst'> => {
  const note = (kept: { readonly value: unknown } | undefined): Change<Pace> => {
    const now = clock.now();
    const before = (uses.safeParse(kept?.value).data ?? [])
      .filter((use) => use.link !== link && Date.parse(now) - Date.parse(use.at) < QUICK_MS)
      .slice(1 - MOST);
    const value = [...before, { link, at: now }];
    const expires = new Date(Date.parse(now) + QUICK_MS).toISOString();
    return { outcome: { links: value.length }, value, keep: { expires } };
  };
  const names = [`person:${person}`, `from:${addressKey(from)}`];
  const paces = await Promise.all(names.map((name) => changeRecord(records, KIND, name, note)));
  // Who gets no turn has more in front of them than any person makes.
  return paces.some((pace) => pace === undefined || pace.links >= LINKS_OF_A_BURST) ? 'burst' : 'calm';
};
