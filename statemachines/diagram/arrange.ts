/**
 * One level of a picture: boxes in columns from left to right, and the wires between them.
 *
 * Promises, for any acyclic graph: a box lies one column right of the last of those that it comes after, so what
 * may happen at the same time stands in one column; no two boxes share a place; inside a column every wire that
 * passes by runs level in a lane of its own, so that no wire touches a box that is not its end; a wire changes its
 * height only in the gaps between columns, where there is no box and no label.
 * Hides: who does what of it. dagre (dagre-columns.ts) says in which column each box stands, through which points
 * wires pass the columns between their ends, the order in each column, and how high everything stands, as if wires
 * met a box in its middle. Ours is what dagre does not know: ports (straighten.ts moves what stands in a column up
 * and down until they are level), wires that run together or come over a border, and ways back, which are led below
 * all that stands in the columns that they pass.
 */

import { askDagre } from './dagre-columns.ts';
import { DISTANCE, straighten } from './straighten.ts';

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

export type Arrangement = {
  readonly width: number;
  readonly height: number;
  readonly at: ReadonlyMap<string, Point>;
  readonly paths: ReadonlyMap<string, readonly Point[]>;
  readonly columns: readonly { readonly from: number; readonly to: number }[];
};

/** What stands in a column: a box, or the lane of wires that pass. */
export type Item = { readonly column: number; readonly node?: Node; readonly height: number; top: number };

/** Where a wire is in one column; `port` counts from the item's upper left corner. */
export type Stop = { readonly item: Item; readonly port: Point };

const GAP = { least: 46, most: 104 } as const;
const CORNER: Point = { x: 0, y: 0 };

/** The columns, each from top to bottom, and the items that each wire runs through. */
const placeItems = (nodes: readonly Node[], wires: readonly Wire[]) => {
  const { places, lanes } = askDagre(nodes, wires);
  const boxes = new Map(
    nodes.map((node): [string, Item] => {
      const { column, y } = places.get(node.id) ?? { column: 0, y: 0 };
      return [node.id, { column, node, height: node.height, top: y - node.height / 2 }];
    }),
  );
  const passed = new Map(
    [...lanes].map(([lane, points]) => [lane, points.map(({ column, y }): Item => ({ column, height: 0, top: y }))]),
  );
  const columns: Item[][] = [];
  for (const item of [...boxes.values(), ...[...passed.values()].flat()].sort((a, b) => a.top - b.top))
    (columns[item.column] ??= []).push(item);
  return { boxes, passed, columns };
};

