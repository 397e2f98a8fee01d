/**
 * One level of a picture: boxes in columns from left to right, and the wires between them.
 *
 * Promises, by construction and for any acyclic graph: a box lies in a column right of all the boxes that it
 * comes after, as far left as that allows, so what may happen at the same time stands in one column; no two boxes
 * share a place; inside a column every wire that passes by runs level in a lane of its own, so that no wire
 * touches a box that is not its end; a wire changes its height only in the gaps between columns, where
 * there is no box and no label.
 * Hides: the order within columns (column-order.ts), the heights (column-heights.ts), the lanes.
 */

import { settleHeights } from './column-heights.ts';
import { orderColumns } from './column-order.ts';

export type Point = { readonly x: number; readonly y: number };

/** A box to place. Ports say where a wire meets it, measured from its upper left corner. */
export type Node = {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly leaves: (wire: string) => Point;
  readonly enters: (wire: string) => Point;
};

/** Without `from` it comes in from the left border, without `to` it goes out to the right one. */
export type Wire = {
  readonly id: string;
  readonly from?: string;
  readonly to?: string;
  /** Wires of one lane run together: those that meet at the same step. */
  readonly lane: string;
  /** Passes below the boxes between its ends, as the arrow of a redone block does. */
  readonly below: boolean;
};

/** What stands in a column: a box, or the lane of wires that pass. */
export type Item = { readonly key: string; readonly node?: Node; readonly below: boolean; readonly height: number };

/** A piece of wire between two neighbouring columns; the heights count from the items' upper edges. */
export type Link = { readonly left: Item; readonly right: Item; readonly leftPort: number; readonly rightPort: number };

/** Columns, and between column i and i+1 the links of gap i. `under` says which boxes a lane has to pass below. */
export type Layers = {
  readonly columns: Item[][];
  readonly gaps: readonly (readonly Link[])[];
  readonly under: ReadonlyMap<Item, ReadonlySet<string>>;
};

export type Arrangement = {
  readonly width: number;
  readonly height: number;
  readonly at: ReadonlyMap<string, Point>;
  readonly paths: ReadonlyMap<string, readonly Point[]>;
  readonly columns: readonly { readonly from: number; readonly to: number }[];
};

const GAP = { least: 46, most: 104 } as const;

/** How far right each box has to stand: one column after the last of those that it comes after. */
const ranksOf = (nodes: readonly Node[], wires: readonly Wire[]): Map<string, number> => {
  const before = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const wire of wires) if (wire.from !== undefined && wire.to !== undefined) before.get(wire.to)?.push(wire.from);
  const ranks = new Map<string, number>();
  const rank = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    ranks.set(id, 0);
    const found = Math.max(0, ...(before.get(id) ?? []).map((one) => rank(one) + 1));
    ranks.set(id, found);
    return found;
  };
  for (const node of nodes) rank(node.id);
  return ranks;
};

const reachedFrom = (start: string, next: ReadonlyMap<string, readonly string[]>): Set<string> => {
  const found = new Set([start]);
  for (const id of found) for (const one of next.get(id) ?? []) found.add(one);
  return found;
};

/** The boxes on the ways between the two ends of a wire; an end beyond the border does not narrow it. */
const between = (wire: Wire, wires: readonly Wire[]): Set<string> => {
  const forth = new Map<string, string[]>();
  const back = new Map<string, string[]>();
  for (const { from, to } of wires) {
    if (from === undefined || to === undefined) continue;
    forth.set(from, [...(forth.get(from) ?? []), to]);
    back.set(to, [...(back.get(to) ?? []), from]);
  }
  const after = wire.from === undefined ? undefined : reachedFrom(wire.from, forth);
  const before = wire.to === undefined ? undefined : reachedFrom(wire.to, back);
  if (after === undefined) return before ?? new Set();
  return before === undefined ? after : new Set([...after].filter((id) => before.has(id)));
};

type Run = { readonly wire: Wire; readonly items: readonly Item[] };

/** Puts every box and every passing lane into its column, and says which items each wire runs through. */
const layersOf = (nodes: readonly Node[], wires: readonly Wire[]): { layers: Layers; runs: Run[] } => {
  const ranks = ranksOf(nodes, wires);
  const count = Math.max(0, ...ranks.values()) + 1;
  const columns: Item[][] = Array.from({ length: count }, () => []);
  const items = new Map<string, Item>();
  for (const node of nodes) {
    const item: Item = { key: node.id, node, below: false, height: node.height };
    items.set(`box ${node.id}`, item);
    columns[ranks.get(node.id) ?? 0]?.push(item);
  }
  const under = new Map<Item, ReadonlySet<string>>();
  const gaps: Link[][] = Array.from({ length: count - 1 }, () => []);
  const linked = new Set<string>();
  const runs = wires.map((wire): Run => {
    const first = wire.from === undefined ? -1 : (ranks.get(wire.from) ?? 0);
    const last = wire.to === undefined ? count : (ranks.get(wire.to) ?? 0);
    const run: Item[] = [];
    for (let column = Math.max(0, first); column <= Math.min(count - 1, last); column += 1) {
      const end = column === first ? wire.from : column === last ? wire.to : undefined;
      const key = end === undefined ? `lane ${wire.lane} ${column}` : `box ${end}`;
      let item = items.get(key);
      if (item === undefined) {
        item = { key, below: wire.below, height: 0 };
        items.set(key, item);
        columns[column]?.push(item);
        if (wire.below) under.set(item, between(wire, wires));
      }
      run.push(item);
    }
    for (let index = 0; index + 1 < run.length; index += 1) {
      const left = run[index];
      const right = run[index + 1];
      if (left === undefined || right === undefined) continue;
      const leftPort = left.node?.leaves(wire.id).y ?? 0;
      const rightPort = right.node?.enters(wire.id).y ?? 0;
      const link = `${left.key}\n${leftPort}\n${right.key}\n${rightPort}`;
      if (linked.has(link)) continue;
      linked.add(link);
      gaps[Math.max(0, first) + index]?.push({ left, right, leftPort, rightPort });
    }
    return { wire, items: run };
  });
  return { layers: { columns, gaps, under }, runs };
};

/** Places boxes and leads wires; see the promises above. */
export const arrange = (nodes: readonly Node[], wires: readonly Wire[]): Arrangement => {
  const { layers, runs } = layersOf(nodes, wires);
  orderColumns(layers);
  const tops = settleHeights(layers);
  const top = (item: Item): number => tops.get(item) ?? 0;

  const spans: { from: number; to: number }[] = [];
  let x = 0;
  layers.columns.forEach((column, index) => {
    const width = Math.max(0, ...column.map((item) => item.node?.width ?? 0));
    spans.push({ from: x, to: x + width });
    const drops = (layers.gaps[index] ?? []).map((link) =>
      Math.abs(top(link.left) + link.leftPort - top(link.right) - link.rightPort),
    );
    x += width + Math.round(Math.min(GAP.most, GAP.least + Math.max(0, ...drops) / 8));
  });
  const width = spans.at(-1)?.to ?? 0;

  const at = new Map<string, Point>();
  let height = 0;
  layers.columns.forEach((column, index) => {
    const span = spans[index] ?? { from: 0, to: 0 };
    for (const item of column) {
      height = Math.max(height, top(item) + item.height);
      if (item.node === undefined) continue;
      at.set(item.node.id, { x: span.from, y: top(item) });
    }
  });

  const columnOf = new Map(layers.columns.flatMap((column, index) => column.map((item) => [item, index] as const)));
  const paths = new Map(
    runs.map(({ wire, items }) => {
      const points: Point[] = [];
      items.forEach((item, index) => {
        const span = spans[columnOf.get(item) ?? 0] ?? { from: 0, to: 0 };
        const corner = at.get(item.node?.id ?? '') ?? { x: 0, y: 0 };
        const starts = index === 0 && wire.from !== undefined;
        const ends = index === items.length - 1 && wire.to !== undefined;
        if (starts) {
          const port = item.node?.leaves(wire.id) ?? { x: 0, y: 0 };
          points.push({ x: corner.x + port.x, y: corner.y + port.y }, { x: span.to, y: corner.y + port.y });
        } else if (ends) {
          const port = item.node?.enters(wire.id) ?? { x: 0, y: 0 };
          points.push({ x: span.from, y: corner.y + port.y }, { x: corner.x + port.x, y: corner.y + port.y });
        } else {
          points.push({ x: span.from, y: top(item) }, { x: span.to, y: top(item) });
        }
      });
      return [wire.id, points] as const;
    }),
  );
  return { width, height, at, paths, columns: spans };
};
