/**
 * One level of a picture: boxes in columns from left to right, and the wires between them.
 *
 * Promises, for any acyclic graph: a box lies one column right of the last of those that it comes after, so what
 * may happen at the same time stands in one column; no two boxes share a place; inside a column every wire that
 * passes by runs level in a lane of its own, so that no wire touches a box that is not its end; a wire changes its
 * height only in the gaps between columns, where there is no box and no label.
 * Hides: who does what of it. dagre (dagre-columns.ts) says in which column each box stands, through which points
 * long wires pass the columns between their ends, the order in each column, and how high all of it stands, as if
 * wires met a box in its middle. Ours is what dagre does not know: ports (straighten.ts makes the wires between them
 * level), wires that run together, borders, and ways back, which pass below all that stands in a column.
 */

import { askDagre } from './dagre-columns.ts';
import { distance, straighten } from './straighten.ts';

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

/** A wire at an item; `port` counts from the item's upper left corner. */
export type Stop = { readonly item: Item; readonly port: Point };

const GAP = { least: 46, most: 104 } as const;

/** Boxes and lanes where dagre wants them, and the columns of both, each from top to bottom. */
const placeItems = (nodes: readonly Node[], wires: readonly Wire[]) => {
  const spots = askDagre(nodes, wires);
  const boxes = new Map<string, Item>();
  const columns: Item[][] = [];
  const place = (item: Item): Item => {
    (columns[item.column] ??= []).push(item);
    return item;
  };
  for (const node of nodes) {
    const { column, y } = spots.boxes.get(node.id) ?? { column: 0, y: 0 };
    boxes.set(node.id, place({ column, node, height: node.height, top: y - node.height / 2 }));
  }
  const lanes = new Map(
    [...spots.lanes].map(([lane, passed]) => [lane, passed.map(({ column, y }) => place({ column, height: 0, top: y }))]),
  );
  for (const column of columns) column.sort((a, b) => a.top + a.height / 2 - b.top - b.height / 2);
  return { boxes, lanes, columns };
};

/** A lane through columns, right below all that stands in them. */
const laneBelow = (columns: readonly Item[][], first: number, last: number, least: number): Item[] => {
  const passed = columns.slice(first, last);
  const tops = passed.map((column) => { const above = column.at(-1); return above === undefined ? 0 : above.top + above.height + 18; });
  const top = Math.max(least, ...tops);
  return passed.map((column, index) => {
    const item = { column: first + index, height: 0, top };
    column.push(item);
    return item;
  });
};

/** Places boxes and leads wires; see the promises above. */
export const arrange = (nodes: readonly Node[], wires: readonly Wire[]): Arrangement => {
  const { boxes, lanes, columns } = placeItems(nodes, wires.filter((wire) => !wire.below));
  const run = ({ id, from, to }: Wire, lane: readonly Item[]): Stop[] => {
    const start = boxes.get(from ?? '');
    const end = boxes.get(to ?? '');
    const passed = lane.filter(({ column }) => column > (start?.column ?? -1));
    return [
      ...(start?.node === undefined ? [] : [{ item: start, port: start.node.leaves(id) }]),
      ...passed.map((item) => ({ item, port: { x: 0, y: 0 } })),
      ...(end?.node === undefined ? [] : [{ item: end, port: end.node.enters(id) }]),
    ];
  };
  const runs = new Map(wires.filter((wire) => !wire.below).map((wire) => [wire, run(wire, lanes.get(wire.lane) ?? [])]));
  straighten(columns, [...runs.values()]);
  for (const wire of wires.filter(({ below }) => below)) {
    const ends = run(wire, []);
    const first = (boxes.get(wire.from ?? '')?.column ?? -1) + 1;
    const last = boxes.get(wire.to ?? '')?.column ?? columns.length;
    const low = Math.max(...ends.map(({ item, port }) => item.top + port.y));
    runs.set(wire, run(wire, laneBelow(columns, first, last, low)));
  }

  const ceiling = Math.min(...columns.flat().map((item) => item.top));
  const floor = Math.max(...columns.flat().map((item) => item.top + item.height));
  const spans: { from: number; to: number }[] = [];
  columns.forEach((column, index) => {
    const drops = [...runs.values()].flatMap((stops) =>
      stops.flatMap(({ item, port }, place) => {
        const before = stops[place - 1];
        return item.column !== index || before === undefined ? [] : Math.abs(item.top + port.y - before.item.top - before.port.y);
      }),
    );
    const last = spans.at(-1)?.to;
    const from = last === undefined ? 0 : last + Math.round(Math.min(GAP.most, GAP.least + Math.max(0, ...drops) / 8));
    spans.push({ from, to: from + Math.max(...column.map((item) => item.node?.width ?? 0)) });
  });

  const path = (wire: Wire, stops: readonly Stop[]): Point[] =>
    stops.flatMap(({ item, port }, index) => {
      const { from, to } = spans[item.column] ?? { from: 0, to: 0 };
      const y = item.top + port.y - ceiling;
      const x = from + port.x;
      if (item.node === undefined) return [{ x: from, y }, { x: to, y }];
      return index === 0 && wire.from !== undefined ? [{ x, y }, { x: to, y }] : [{ x: from, y }, { x, y }];
    });
  return {
    width: spans.at(-1)?.to ?? 0,
    height: columns.length === 0 ? 0 : floor - ceiling,
    at: new Map([...boxes].map(([id, item]) => [id, { x: spans[item.column]?.from ?? 0, y: item.top - ceiling }])),
    paths: new Map([...runs].map(([wire, stops]) => [wire.id, path(wire, stops)])),
    columns: spans,
  };
};
