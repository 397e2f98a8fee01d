/**
 * Mailed links: from the address in a mail to the person and the opening of a step that it was mailed about.
 *
 * Promises: a token is 256 random bits, and only its hash is kept, so whoever reads the records can open no link (L6).
 * The address is made from the settings and never from what a browser says (L16), holds no decision (L1), and is at
 * most 200 characters. Whatever text stands in the place of a token takes the same one look-up (L15).
 * Hides: the hash.
 *
 * Several links for one person and opening may live at the same time. Whether a link is dead (decided, given to
 * somebody else, a new round, 30 days after due) follows from the run's history and is for the caller to say; a record
 * goes only when no run can be open any more.
 */
import { z } from 'zod';
import type { Ports } from './ports.ts';
import { sha256 } from './webhooks/digests.ts';

const target = z.object({
  run: z.string(),
  step: z.string(),
  round: z.int().min(1),
  /** Which item of an `each`. */
  item: z.string().exactOptional(),
  /** Whose link it is: an id, never an address. */
  person: z.string(),
  /** The id of the mail that it went out with. */
  mail: z.string().exactOptional(),
});
const keptLink = target.extend({ issued: z.string() });

export type LinkTarget = Readonly<z.output<typeof target>>;
export type FoundLink = LinkTarget & {
  /** The name of this link in records: the hash of its token. It opens nothing. */
  readonly key: string;
  /** UTC. */
  readonly issued: string;
};

const KIND = 'link';
const TOKEN_BYTES = 32;
const LONGEST_URL = 200;
/** A run lasts 350 days at most, and its last link 30 days more. */
const DAYS_KEPT = 400;

/** The whole address to mail. */
export const issueLink = async (
  { records, chance, clock, settings }: Pick<Ports, 'records' | 'chance' | 'clock' | 'settings'>,
  to: LinkTarget,
): Promise<string> => {
  const token = Buffer.from(chance.bytes(TOKEN_BYTES)).toString('base64url');
  const url = `${settings.base_url}/a/${token}`;
  if (url.length > LONGEST_URL) throw new RangeError(`with this base_url a link is ${url.length} characters, not 200`);
  const issued = clock.now();
  await records.write(KIND, linkKey(token), { ...to, issued } satisfies z.output<typeof keptLink>, {
    expires: daysAfter(issued),
  });
  return url;
};

/** Undefined: nobody was ever given such a link, or it is long gone. */
export const findLink = async ({ records }: Pick<Ports, 'records'>, token: string): Promise<FoundLink | undefined> => {
  const key = linkKey(token);
  const kept = await records.read(KIND, key);
  const read = keptLink.safeParse(kept?.value);
  return read.success ? { ...read.data, key } : undefined;
};

/** What a link is called where its token must not stand: in records, counters and the binding of a form. */
export const linkKey = (token: string): string => sha256(token).toString('base64url');

const daysAfter = (instant: string): string => new Date(Date.parse(instant) + DAYS_KEPT * 86_400_000).toISOString();
