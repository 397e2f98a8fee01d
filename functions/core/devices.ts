/**
 * The device that somebody was verified on: a cookie, so that a code is asked for once and not with every link (L5).
 *
 * Promises: what is in the cookie is 256 random bits, and only its hash is kept, so whoever reads the records is on no
 * device. A person is verified on a device for 30 days after they were last seen on it.
 * Hides: the records and the text of the cookie.
 *
 * Several people on one device (a tablet in the shop) stand side by side: each shows a code of their own once, and
 * each has 30 days of their own; being on it proves nothing for the others. Whenever one more is verified the cookie
 * gets a new id and the old one is dead, so nobody can plant an id of theirs and wait until somebody is verified on it.
 */
import { z } from 'zod';
import { type CookieSettings, cookieText, freshId, keyOfId, readCookie } from './cookies.ts';
import type { Ports } from './ports.ts';
import { type Change, changeRecord } from './records.ts';

export type Device = {
  /** Who is verified on it now. */
  readonly people: readonly string[];
};

const KIND = 'device';
/** From when on a person's devices count, where they were all forgotten. */
const FLOOR_KIND = 'devices-since';
const DAY_MS = 86_400_000;
const IDLE_MS = 30 * DAY_MS;
/** Seen again within a day, nothing is written. */
const RENEWED_AFTER_MS = DAY_MS;
/** Who was not seen for longest makes room. */
const MOST_PEOPLE = 8;

const users = z.array(z.object({ person: z.string(), verified: z.string(), seen: z.string() }));
type User = z.output<typeof users>[number];

type DevicePorts = Pick<Ports, 'records' | 'clock'>;

/** @param id what `readDeviceCookie` found. Undefined: not one that anybody is verified on. */
export const readDevice = async (ports: DevicePorts, id: string | undefined): Promise<Device | undefined> => {
  const people = (await verifiedOn(ports, id)).map(({ person }) => person);
  return people.length === 0 ? undefined : { people };
};

/**
 * Somebody has just shown their code on this device.
 * @param id what the browser had until now; it is dead after this.
 * @returns what it has from now on.
 */
export const rememberDevice = async (
  ports: DevicePorts & Pick<Ports, 'chance'>,
  { id, person }: { readonly id?: string | undefined; readonly person: string },
): Promise<string> => {
  const others = (await verifiedOn(ports, id)).filter((user) => user.person !== person);
  const now = ports.clock.now();
  const fresh = freshId(ports.chance);
  const all = [{ person, verified: now, seen: now }, ...others.toSorted(bySeen)].slice(0, MOST_PEOPLE);
  const { value, keep } = stored(all);
  await ports.records.write(KIND, keyOfId(fresh), value, keep);
  if (id !== undefined) await ports.records.remove(KIND, keyOfId(id));
  return fresh;
};

/**
 * A person who is verified on this device has used it: their 30 days begin again. The cookie is to be sent again too.
 * @returns whether they are verified on it.
 */
export const renewDevice = async (ports: DevicePorts, id: string, person: string): Promise<boolean> => {
  const user = (await verifiedOn(ports, id)).find((user) => user.person === person);
  if (user === undefined) return false;
  const now = ports.clock.now();
  if (since(user.seen, now) < RENEWED_AFTER_MS) return true;
  await changeRecord(ports.records, KIND, keyOfId(id), (kept): Change<object> => {
    const all = readUsers(kept?.value);
    // Forgotten meanwhile: it stays so.
    if (!all.some((user) => user.person === person)) return { outcome: {} };
    return { outcome: {}, ...stored(all.map((user) => (user.person === person ? { ...user, seen: now } : user))) };
  });
  return true;
};

/** Nobody is verified on this device any more. */
export const forgetDevice = async ({ records }: Pick<Ports, 'records'>, id: string): Promise<void> => {
  await records.remove(KIND, keyOfId(id));
};

/** A person is verified nowhere any more: this was not them (L17), or they have left. */
export const forgetDevicesOf = async ({ records, clock }: DevicePorts, person: string): Promise<void> => {
  const now = clock.now();
  await records.write(FLOOR_KIND, person, now, { expires: later(now, IDLE_MS + DAY_MS) });
};

/** From when on anything counts that a person was verified by: `''` for ever. */
export const verifiedSince = async ({ records }: Pick<Ports, 'records'>, person: string): Promise<string> =>
  String((await records.read(FLOOR_KIND, person))?.value ?? '');

const verifiedOn = async ({ records, clock }: DevicePorts, id: string | undefined): Promise<User[]> => {
  if (id === undefined) return [];
  const kept = await records.read(KIND, keyOfId(id));
  const now = clock.now();
  const recent = readUsers(kept?.value).filter(({ seen }) => since(seen, now) < IDLE_MS);
  const floors = await Promise.all(recent.map(({ person }) => verifiedSince({ records }, person)));
  return recent.filter(({ verified }, place) => verified > (floors[place] ?? ''));
};

const readUsers = (value: unknown): User[] => users.safeParse(value).data ?? [];

const stored = (all: User[]) => {
  const seen = all.map((user) => user.seen).reduce((one, other) => (one > other ? one : other));
  return { value: all, keep: { expires: later(seen, IDLE_MS) } };
};

const bySeen = (one: User, other: User): number => (one.seen < other.seen ? 1 : one.seen > other.seen ? -1 : 0);

const since = (at: string, now: string): number => Date.parse(now) - Date.parse(at);
const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

const COOKIE = 'runsheet';

/** The text of a `set-cookie` header. @param id undefined: the browser is to drop it. */
export const deviceCookie = (id: string | undefined, settings: CookieSettings): string =>
  cookieText(COOKIE, id, IDLE_MS / 1000, settings);

/** @param header the `cookie` header. */
export const readDeviceCookie = (header: string | undefined, settings: CookieSettings): string | undefined =>
  readCookie(COOKIE, header, settings);
