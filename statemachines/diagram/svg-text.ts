/**
 * The smallest parts of SVG. Promises: whatever goes through `escapeXml` can neither end the element that it stands in
 * nor make the document ill-formed; numbers are rounded to a tenth; a colour stands as an attribute, in light
 * colours for readers without style sheets, and as a class for those with.
 */

import { LIGHT, type Paint } from './palette.ts';

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or an attribute: escaped, and without what XML forbids. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** A coordinate. */
export const n = (value: number): string => String(Math.round(value * 10) / 10 || 0);

/** A colour as attribute and class. */
export const fill = (paint: Paint): string => ` class="rs-f-${paint}" fill="${LIGHT[paint]}"`;
export const stroke = (paint: Paint): string => ` class="rs-s-${paint}" stroke="${LIGHT[paint]}" fill="none"`;
