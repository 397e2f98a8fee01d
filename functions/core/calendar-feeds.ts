/**
 * The secret address of somebody's calendar (R15).
 *
 * Promises: 256 random bits, of which only the hash is kept, so that nobody can read the address anywhere; a new one ends
 * the old one. Whoever has it sees what is due, and can do nothing. An address that was never given, has ended, or is of
 * somebody who has left, looks like every other.
 * Hides: the records.
 */
import { z } from 'zod';
import { freshId, keyOfId } from './cookies.ts';
import type { Ports } from './ports.ts';

const FEED = 'calendar-feed';
const OWNER = 'calendar-of';

const feed = z.object({ person: z.string(), made: z.string() });
const owner = z.object({ key: z.string(), made: z.string() });

/** @returns the secret, which nobody can be told again. */
export const makeFeed = async (
  { records, clock, chance }: Pick<Ports, 'records' | 'clock' | 'chance'>,
  person: string,
): Promise<string> => {
  const secret = freshId(chance);
  const made = clock.now();
  await endFeed({ records }, person);
  await records.write(FEED, keyOfId(secret), { person, made });
  await records.write(OWNER, person, { key: keyOfId(secret), made });
  return secret;
};

export const endFeed = async ({ records }: Pick<Ports, 'records'>, person: string): Promise<void> => {
  const read = owner.safeParse((await records.read(OWNER, person))?.value);
  if (read.success) await records.remove(FEED, read.data.key);
  await records.remove(OWNER, person);
};

/** When somebody's address was made, UTC; undefined: there is none. */
export const feedMade = async ({ records }: Pick<Ports, 'records'>, person: string): Promise<string | undefined> => {
  const read = owner.safeParse((await records.read(OWNER, person))?.value);
  return read.success ? read.data.made : undefined;
};

/** Whose calendar is at that address. */
export const feedOwner = async ({ records }: Pick<Ports, 'records'>, secret: string): Promise<string | undefined> => {
  const key = keyOfId(secret);
  const read = feed.safeParse((await records.read(FEED, key))?.value);
  if (!read.success) return undefined;
  // Of two that were made at the same time, only the one that is known to its owner counts: it can be ended.
  const known = owner.safeParse((await records.read(OWNER, read.data.person))?.value);
  return known.success && known.data.key === key ? read.data.person : undefined;
};
