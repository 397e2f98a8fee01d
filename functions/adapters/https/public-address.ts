/**
 * Which addresses belong to somebody else's machine in the internet, and which lead inside.
 *
 * Promises: only plain unicast addresses of the public internet are `public`. Everything private, local, reserved or
 * special is `inside`, and so is every IPv6 form that carries an IPv4 address (mapped, NAT64, 6to4, Teredo), whatever
 * that address is: a public system is reached by its own. Hides: ipaddr.js.
 */
import ipaddr from 'ipaddr.js';

export type Place = 'public' | 'loopback' | 'inside';

/** IPv6 gives public addresses from here alone; what lies outside is special, or not given out yet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by number, but answered by the host that a virtual machine runs on (Azure's metadata and DNS). */
const HOSTS_OWN = new Set(['168.63.129.16']);

export const placeOf = (address: string): Place => {
  if (!ipaddr.isValid(address)) return 'inside';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || HOSTS_OWN.has(parsed.toString())) return 'inside';
  return parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST) ? 'inside' : 'public';
};
