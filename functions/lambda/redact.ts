/** Takes out of a text what must be in no log: tokens, addresses of pages, mail addresses. */

/** A random text in base64url has capitals, small letters and digits; the ids of runs have no capitals. */
const MIXED = /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}/g;
const HEX = /[0-9a-fA-F]{32,}/g;
const URLS = /\b(https?:\/\/[^/\s"'<>]+)\/[^\s"'<>]*/g;
const HOOKS = /(\/(?:hooks|forms)\/[^/\s]+)\/[^\s"'<>]+/g;
const ADDRESSES = /[^\s"'<>@]+@[^\s"'<>@]+/g;

export const redact = (text: string): string =>
  text.replace(URLS, '$1/…').replace(HOOKS, '$1/…').replace(HEX, '…').replace(MIXED, '…').replace(ADDRESSES, '…@…');
