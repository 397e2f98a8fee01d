/**
 * Cookies of ours: a random id each, for this host alone.
 *
 * Promises: no script reads one, no other site sends one along with a post. `secure`: everywhere but in a sandbox on
 * plain http. A `__Host-` cookie can be set by no other host and over no plain connection; Safari takes one from
 * loopback neither, so there it has another name.
 */
import { sha256 } from './webhooks/digests.ts';

export type CookieSettings = { readonly secure: boolean };

const nameOf = (name: string, { secure }: CookieSettings): string => (secure ? `__Host-${name}` : name);

/** The text of a `set-cookie` header. @param id undefined: the browser is to drop it. */
export const cookieText = (name: string, id: string | undefined, seconds: number, settings: CookieSettings): string =>
  [
    `${nameOf(name, settings)}=${id ?? ''}`,
    'Path=/',
    `Max-Age=${id === undefined ? 0 : seconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(settings.secure ? ['Secure'] : []),
  ].join('; ');

/**
 * The id in a `cookie` header. Two different ones are none: a browser has one, so somebody else set the other.
 * @param header where there are several, joined by `; `.
 */
export const readCookie = (name: string, header: string | undefined, settings: CookieSettings): string | undefined => {
  const begin = `${nameOf(name, settings)}=`;
  const ids = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(begin))
    .map((pair) => pair.slice(begin.length));
  const [id] = ids;
  return id !== undefined && isId(id) && ids.every((other) => other === id) ? id : undefined;
};

export const freshId = (chance: { readonly bytes: (count: number) => Uint8Array }): string =>
  Buffer.from(chance.bytes(32)).toString('base64url');

/** What an id is called in records, so that whoever reads them has none. */
export const keyOfId = (id: string): string => sha256(id).toString('base64url');

/** As we write them: 32 bytes, and no second text for the same ones. */
const isId = (id: string): boolean =>
  /^[A-Za-z0-9_-]{43}$/.test(id) && Buffer.from(id, 'base64url').toString('base64url') === id;
