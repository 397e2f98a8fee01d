/**
 * Who is signed in: a cookie of 256 random bits, of which only the hash is kept.
 *
 * Promises: a session lasts until it is ended, or 30 days after it was last used. Whoever's devices are all forgotten
 * ("this was not me") is signed in nowhere. Signing in makes a new id each time, so nobody can plant one of theirs.
 * Hides: the records and the name of the cookie.
 *
 * `chosen`: in a sandbox somebody said so, and need not say it again; that proves nothing, and an approval asks them for a code all the same.
 */
import { z } from 'zod';
import { type CookieSettings, cookieText, freshId, keyOfId, readCookie } from './cookies.ts';
import { verifiedSince } from './devices.ts';
import type { Ports } from './ports.ts';

const kept = z.object({
  person: z.string(),
  how: z.enum(['mailed', 'chosen']),
  begun: z.string(),
  seen: z.string(),
});
type Kept = z.output<typeof kept>;
export type Session = Pick<Kept, 'person' | 'how'> & {
  /** What a form of theirs is bound to. It opens nothing. */
  readonly key: string;
};

const KIND = 'session';
const COOKIE = 'runsheet-session';
const DAY_MS = 86_400_000;
/** In a sandbox a clock may be moved by months, and nobody should have to say again who they are. */
const IDLE_MS = { mailed: 30 * DAY_MS, chosen: 3_650 * DAY_MS } as const;

type SessionPorts = Pick<Ports, 'records' | 'clock'>;

/** @returns the id for the cookie. */
export const beginSession = async (
  { records, clock, chance }: SessionPorts & Pick<Ports, 'chance'>,
  { person, how }: Pick<Kept, 'person' | 'how'>,
): Promise<string> => {
  const id = freshId(chance);
  const now = clock.now();
  await records.write(KIND, keyOfId(id), { person, how, begun: now, seen: now }, keepFrom(now, how));
  return id;
};

/**
 * @param id what `readSessionCookie` found.
 * @returns `renewed`: its 30 days have begun again, and the cookie is to be sent again.
 */
export const readSession = async (
  ports: SessionPorts,
  id: string | undefined,
): Promise<(Session & { readonly renewed: boolean }) | undefined> => {
  if (id === undefined) return undefined;
  const key = keyOfId(id);
  const found = await ports.records.read(KIND, key);
  const read = kept.safeParse(found?.value);
  if (!read.success || found === undefined) return undefined;
  const { person, how, begun, seen } = read.data;
  const now = ports.clock.now();
  const idle = Date.parse(now) - Date.parse(seen);
  if (idle >= IDLE_MS[how] || begun <= (await verifiedSince(ports, person))) return undefined;
  // Written once a day; whoever is signed out meanwhile stays so.
  const renewed =
    idle >= DAY_MS &&
    (await ports.records.write(
      KIND,
      key,
      { ...read.data, seen: now },
      { ...keepFrom(now, how), version: found.version },
    ));
  return { person, how, key, renewed };
};

export const endSession = async ({ records }: Pick<Ports, 'records'>, id: string): Promise<void> => {
  await records.remove(KIND, keyOfId(id));
};

const keepFrom = (now: string, how: Kept['how']) => ({
  expires: new Date(Date.parse(now) + IDLE_MS[how]).toISOString(),
});

/** The text of a `set-cookie` header. @param id undefined: the browser is to drop it. */
export const sessionCookie = (id: string | undefined, settings: CookieSettings): string =>
  cookieText(COOKIE, id, IDLE_MS.mailed / 1000, settings);

/** @param header the `cookie` header. */
export const readSessionCookie = (header: string | undefined, settings: CookieSettings): string | undefined =>
  readCookie(COOKIE, header, settings);
