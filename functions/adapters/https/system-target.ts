/**
 * Where a request may go: its address checked, and resolved to machines outside.
 *
 * Promises: every address that the host's name stands for is looked at, and one that leads inside refuses them all; what
 * is given back is what was checked, so that nobody has to ask the name again.
 */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { type Place, placeOf } from './public-address.ts';

/** All addresses of a name. Rejects with the error of Node's resolver. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export type Target =
  | { readonly url: URL; readonly addresses: readonly LookupAddress[]; readonly refused?: undefined }
  | { readonly refused: string };

/** Of servers of the web; other ports are those of databases, mail and administration. */
const PORTS: ReadonlySet<string> = new Set(['', '443', '8443']);
const LONGEST_URL = 8_000;

/** @param mayLoopBack for tests and demonstrations: this machine may be reached too, on any port and without TLS. */
export const targetOf = async (text: string, resolve: Resolve, mayLoopBack: boolean): Promise<Target> => {
  if (text.length > LONGEST_URL || !URL.canParse(text)) return { refused: 'It is no address of a web server.' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { refused: 'The address has a name or password in it.' };
  const tls = url.protocol === 'https:';
  if (!tls && !(mayLoopBack && url.protocol === 'http:')) return { refused: 'The address is no https:// address.' };
  const addresses = await addressesOf(url.hostname, resolve);
  const places = new Set(addresses.map(({ address }) => placeOf(address)));
  if (addresses.length === 0 || !withinOnly(places, mayLoopBack))
    return { refused: 'The address leads inside our network.' };
  if (places.has('loopback')) return { url, addresses };
  if (!tls) return { refused: 'The address is no https:// address.' };
  if (!PORTS.has(url.port)) return { refused: `The port ${url.port} is not used: only 443 and 8443 are.` };
  return { url, addresses };
};

/** All outside, or all on this machine where that is allowed. */
const withinOnly = (places: ReadonlySet<Place>, mayLoopBack: boolean): boolean =>
  places.size === 1 && (places.has('public') || (mayLoopBack && places.has('loopback')));

const addressesOf = async (hostname: string, resolve: Resolve): Promise<readonly LookupAddress[]> => {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(host);
  return family === 0 ? await resolve(host) : [{ address: host, family }];
};
