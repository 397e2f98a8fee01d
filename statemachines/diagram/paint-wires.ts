/**
 * Arrows as SVG: level lines with rounded corners, and a calm curve where one changes its height.
 *
 * Promises: one element for each arrow, which names the steps that it joins; a way back is dashed, so that it is
 * told from the order without its colour.
 */

import type { Point } from './arrange.ts';
import type { Paint } from './palette.ts';
import type { DrawnWire } from './pieces.ts';
import { escapeXml, fill, n, stroke } from './svg-text.ts';

export const RADIUS = 9;
const HEAD = 9;

/** A line through the points: level or upright with rounded corners, and a calm curve where the height changes. */
const lineThrough = (given: readonly Point[]): string => {
  const points = given
    .filter((point, index) => index === 0 || given[index - 1]?.x !== point.x || given[index - 1]?.y !== point.y)
    .filter((point, index, all) => {
      const before = all[index - 1];
      const after = all[index + 1];
      if (before === undefined || after === undefined) return true;
      return !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
    });
  const first = points[0];
  if (first === undefined) return '';
  let d = `M${n(first.x)} ${n(first.y)}`;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before === undefined) return;
    const after = points[index + 1];
    if (before.x !== point.x && before.y !== point.y) {
      // Both ends of a curve are level, so that it joins the level pieces and the arrowheads without a bend.
      const sign = Math.sign(point.x - before.x);
      const [from, to] = [before.x + sign * 6, point.x - sign * (HEAD + 4)];
      const middle = (from + to) / 2;
      d += `H${n(from)}C${n(middle)} ${n(before.y)} ${n(middle)} ${n(point.y)} ${n(to)} ${n(point.y)}H${n(point.x)}`;
      return;
    }
    const turns = after !== undefined && (before.x === point.x ? after.y === point.y : after.x === point.x);
    if (!turns) {
      d += `L${n(point.x)} ${n(point.y)}`;
      return;
    }
    const far = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
    const r = Math.min(RADIUS, far(before, point) / 2, far(point, after) / 2);
    const toward = (other: Point): string =>
      `${n(point.x + Math.sign(other.x - point.x) * r)} ${n(point.y + Math.sign(other.y - point.y) * r)}`;
    d += `L${toward(before)}Q${n(point.x)} ${n(point.y)} ${toward(after)}`;
  });
  return d;
};

const paintWire = (wire: DrawnWire, headless: boolean): string => {
  const last = wire.points.at(-1);
  const before = wire.points.at(-2);
  if (last === undefined || before === undefined) return '';
  const up = before.x === last.x && before.y !== last.y;
  const tip = wire.guarded ? { x: last.x - 9, y: last.y } : last;
  const end = headless ? last : up ? { x: tip.x, y: tip.y + 3 } : { x: tip.x - 3, y: tip.y };
  const head = up ? `M${n(tip.x)} ${n(tip.y)}l-4.5 ${HEAD}h9z` : `M${n(tip.x)} ${n(tip.y)}l-${HEAD} -4.5v9z`;
  const paint: Paint = wire.back ? 'back' : 'wire';
  const dash = wire.back ? ' stroke-dasharray="6 4"' : '';
  const line = `<path d="${lineThrough([...wire.points.slice(0, -1), end])}" stroke-width="1.5"${dash}${stroke(paint)}/>`;
  const names = `data-kind="${wire.back ? 'back' : 'arrow'}" data-from="${escapeXml(wire.from)}" data-to="${escapeXml(wire.to)}"`;
  return `<g ${names}>${line}${headless ? '' : `<path d="${head}"${fill(paint)}/>`}</g>`;
};

const key = (points: readonly Point[]): string => points.map(({ x, y }) => `${x} ${y}`).join(' ');

/**
 * All arrows. What two share is drawn once, since a line drawn twice looks thicker: an arrow begins where it leaves
 * one that was drawn from the same step, and ends where it runs into one that was drawn to the same step.
 */
export const paintWires = (wires: readonly DrawnWire[]): string[] => {
  const heads = new Map<string, Set<string>>();
  const tails = new Map<string, Set<string>>();
  return wires.map((wire) => {
    const { points } = wire;
    if (wire.back || wire.bare === true) return paintWire(wire, wire.bare === true);
    const begun = heads.get(wire.from) ?? new Set();
    const ended = tails.get(wire.to) ?? new Set();
    heads.set(wire.from, begun);
    tails.set(wire.to, ended);
    let from = 0;
    let to = points.length - 1;
    for (let index = 1; index < points.length - 1; index += 1)
      if (begun.has(key(points.slice(0, index + 1)))) from = index;
    for (let index = points.length - 2; index >= 1; index -= 1) if (ended.has(key(points.slice(index)))) to = index;
    points.forEach((_, index) => {
      begun.add(key(points.slice(0, index + 1)));
      ended.add(key(points.slice(index)));
    });
    const part = from < to ? { ...wire, points: points.slice(from, to + 1) } : wire;
    return paintWire(part, from < to && to < points.length - 1);
  });
};
