/**
 * A drawn workflow, read back: parsed strictly, its texts measured with a real font. Shares nothing with the
 * code that drew it.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Element = {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly Element[];
  readonly text: string;
};

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (text: string): string =>
  text.replaceAll(/&([^;]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Error(`bare ampersand at ${whole}`);
    const code = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
    if (code !== null)
      return String.fromCodePoint(code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16));
    const character = ENTITIES[name];
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });

/** Parses one XML document; throws on anything that is not well-formed. No comments, no doctype, no CDATA. */
export const parseXml = (source: string): Element => {
  if (!source.isWellFormed()) throw new Error('lone surrogate');
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(source);
  if (forbidden !== null) throw new Error(`forbidden character ${forbidden[0].codePointAt(0)?.toString(16)}`);
  type Open = { name: string; attributes: { [name: string]: string }; children: Element[]; text: string };
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const found = token.exec(source);
    if (found === null) throw new Error(`not well-formed at: ${source.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = found;
    const top = open.at(-1) ?? root;
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error('stray ]]>');
      top.text += decode(text);
    } else if (closing === '/') {
      if (top.name !== name || attributes !== '') throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
    } else {
      const element: Open = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
        if (Object.hasOwn(element.attributes, key)) throw new Error(`${key} twice in <${name}>`);
        element.attributes[key] = decode(value);
      }
      top.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const only = root.children[0];
  if (open.length !== 1 || only === undefined || root.children.length !== 1 || root.text.trim() !== '')
    throw new Error('not one document');
  return only;
};

type Font = {
  readonly unitsPerEm: number;
  charToGlyph(character: string): { readonly index: number; readonly advanceWidth?: number };
};
const requireHere = createRequire(import.meta.url);
const { parse } = requireHere('opentype.js') as { parse(buffer: ArrayBuffer): Font };
const readFont = (file: string): Font => {
  const bytes = readFileSync(requireHere.resolve(`dejavu-fonts-ttf/ttf/${file}`));
  return parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
};
const FONTS = { regular: readFont('DejaVuSans.ttf'), bold: readFont('DejaVuSans-Bold.ttf') };

/** What DejaVu Sans, the widest of the usual faces, needs; what it lacks is as wide as Noto draws it. */
export const measure = (text: string, size: number, bold: boolean): number => {
  const font = bold ? FONTS.bold : FONTS.regular;
  let width = 0;
  for (const character of text) {
    const glyph = font.charToGlyph(character);
    if (glyph.index !== 0) width += (glyph.advanceWidth ?? 0) / font.unitsPerEm;
    else if (/[\p{M}\p{Cf}]/u.test(character)) width += 0;
    else width += /\p{Emoji_Presentation}/u.test(character) ? 1.28 : 1;
  }
  return width * size;
};

export type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
export type DrawnLabel = Box & { readonly text: string; readonly size: number; readonly owner: Group | undefined };
export type Group = Box & { readonly kind: string; readonly step: string | undefined; readonly element: Element };
export type Arrow = {
  readonly kind: 'arrow' | 'back';
  readonly from: string;
  readonly to: string;
  readonly line: readonly Spot[];
  readonly heads: number;
};
export type Spot = { readonly x: number; readonly y: number };

export type Drawing = {
  readonly root: Element;
  readonly page: Box;
  readonly groups: readonly Group[];
  readonly labels: readonly DrawnLabel[];
  readonly icons: readonly Box[];
  readonly arrows: readonly Arrow[];
};

const translation = (element: Element): Spot => {
  const found = /^translate\((-?[\d.]+) (-?[\d.]+)\)$/.exec(element.attributes.transform ?? 'translate(0 0)');
  if (found === null) throw new Error(`transform ${element.attributes.transform}`);
  return { x: Number(found[1]), y: Number(found[2]) };
};

const labelOf = (element: Element, shift: Spot, owner: Group | undefined): DrawnLabel => {
  const { x, y, direction, 'font-size': fontSize, 'font-weight': weight, 'text-anchor': anchor } = element.attributes;
  const size = Number(fontSize);
  const width = measure(element.text, size, weight === '600');
  const edge = Number(x) + shift.x;
  const ends = direction === 'rtl' || anchor === 'end';
  const base = Number(y) + shift.y;
  // Ascent and descent of DejaVu Sans: room for accents on capitals and for the tails of g and y.
  return {
    text: element.text,
    size,
    owner,
    left: ends ? edge - width : edge,
    right: ends ? edge : edge + width,
    top: base - 0.93 * size,
    bottom: base + 0.236 * size,
  };
};

const mix = (a: Spot, b: Spot, t: number): Spot => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });

/** The points of a line, its curves in short straight pieces. */
const flatten = (d: string): Spot[] => {
  const spots: Spot[] = [];
  for (const [, command = '', rest = ''] of d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const values = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    const here = spots.at(-1) ?? { x: 0, y: 0 };
    const [a = 0, b = 0, c = 0, e = 0, f = 0, g = 0] = values;
    const one = { x: a, y: b };
    const two = { x: c, y: e };
    const three = { x: f, y: g };
    if (command === 'M' || command === 'L') spots.push(one);
    else if (command === 'H') spots.push({ x: a, y: here.y });
    else if (command === 'V') spots.push({ x: here.x, y: a });
    else if (command === 'Q')
      for (let t = 0.25; t <= 1; t += 0.25) spots.push(mix(mix(here, one, t), mix(one, two, t), t));
    else if (command === 'C') {
      for (let t = 1 / 12; t < 1.001; t += 1 / 12) {
        const middle = mix(one, two, t);
        spots.push(mix(mix(mix(here, one, t), middle, t), mix(middle, mix(two, three, t), t), t));
      }
    } else throw new Error(`unexpected ${command} in ${d}`);
  }
  return spots;
};

/** Reads a drawn workflow back. */
export const readDrawing = (svg: string): Drawing => {
  const root = parseXml(svg);
  const groups: Group[] = [];
  const labels: DrawnLabel[] = [];
  const icons: Box[] = [];
  const arrows: Arrow[] = [];
  for (const element of root.children) {
    const kind = element.attributes['data-kind'];
    if (element.name === 'text') labels.push(labelOf(element, { x: 0, y: 0 }, undefined));
    if (element.name !== 'g' || kind === undefined) continue;
    if (kind === 'arrow' || kind === 'back') {
      const { 'data-from': from = '', 'data-to': to = '' } = element.attributes;
      arrows.push({
        kind,
        from,
        to,
        line: flatten(element.children[0]?.attributes.d ?? ''),
        heads: element.children.length - 1,
      });
      continue;
    }
    const shift = translation(element);
    const size = element.attributes['data-size']?.split(' ').map(Number) ?? [];
    const group: Group = {
      kind,
      step: element.attributes['data-step'],
      element,
      left: shift.x,
      top: shift.y,
      right: shift.x + (size[0] ?? 0),
      bottom: shift.y + (size[1] ?? 0),
    };
    if (kind !== 'heading') groups.push(group);
    for (const child of element.children) {
      if (child.name === 'text') labels.push(labelOf(child, shift, kind === 'heading' ? undefined : group));
      if (child.attributes.transform === undefined) continue;
      const { x, y } = translation(child);
      icons.push({ left: shift.x + x, right: shift.x + x + 14, top: shift.y + y, bottom: shift.y + y + 14 });
    }
  }
  const [, , width = 0, height = 0] = (root.attributes.viewBox ?? '').split(' ').map(Number);
  return { root, page: { left: 0, top: 0, right: width, bottom: height }, groups, labels, icons, arrows };
};

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;

export const inside = (a: Box, b: Box): boolean =>
  a.left >= b.left - 0.5 && a.right <= b.right + 0.5 && a.top >= b.top - 0.5 && a.bottom <= b.bottom + 0.5;

/** Whether a straight piece passes through a box (Liang and Barsky). */
export const passes = (a: Spot, b: Spot, box: Box): boolean => {
  let enter = 0;
  let leave = 1;
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  for (const [p, q] of [
    [-dx, a.x - box.left],
    [dx, box.right - a.x],
    [-dy, a.y - box.top],
    [dy, box.bottom - a.y],
  ] as const) {
    if (p === 0) {
      if (q <= 0) return false;
      continue;
    }
    if (p < 0) enter = Math.max(enter, q / p);
    else leave = Math.min(leave, q / p);
  }
  return enter < leave;
};
