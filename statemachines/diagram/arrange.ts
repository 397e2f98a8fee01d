/**
 * One level of a picture: boxes in columns from left to right, and the wires between them.
 *
 * Promises, for any acyclic graph: a box lies one column right of the last of those that it comes after, so what
 * may happen at the same time stands in one column; no two boxes share a place; inside a column every wire that
 * passes by runs level in a lane of its own, so that no wire touches a box that is not its end; a wire changes its
 * height only in the gaps between columns, where there is no box and no label.
 * Hides: who does what of it. dagre (dagre-columns.ts) says in which column each box stands, through which points
 * long wires pass the columns between their ends, the order in each column, and how high all of it stands. Ours is
 * what dagre does not know: ports, for which straighten.ts corrects the heights, since dagre leads wires to the middle
 * of boxes; wires that run together; ways back, in lanes that are free below their ends; and the lines between
 * dagre's points, since dagre's own run straight from point to point, over corners of boxes.
 */

import { askDagre, type Spot } from './dagre-columns.ts';
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

/** What stands in a column: a box, or the lane of wires that pass. `straighten` moves it up and down. */
export type Item = { readonly column: number; readonly node?: Node; readonly height: number; top: number };

/** A wire at an item; `port` counts from the item's upper left corner. */
export type Stop = { readonly item: Item; readonly port: Point };

const GAP = { least: 46, most: 104 } as const;

const heightOf = ({ item, port }: Stop): number => item.top + port.y;

/** Boxes and lanes where dagre wants them, and the columns of both, each from top to bottom. */
const placeItems = (nodes: readonly Node[], wires: readonly Wire[]) => {
  const spots = askDagre(nodes, wires);
  const columns: Item[][] = [];
  const place = ({ column, y }: Spot, node?: Node): Item => {
    const height = node?.height ?? 0;
    const item = { column, height, top: y - height / 2, ...(node === undefined ? {} : { node }) };
    columns[column] = [...(columns[column] ?? []), item];
    return item;
  };
  const boxes = new Map(nodes.map((node) => [node.id, place(spots.boxes.get(node.id) ?? { column: 0, y: 0 }, node)]));
  const lanes = new Map([...spots.lanes].map(([lane, passed]) => [lane, passed.map((spot) => place(spot))]));
  for (const column of columns) column.sort((a, b) => a.top + a.height / 2 - (b.top + b.height / 2));
  return { boxes, lanes, columns };
};

/** A level lane through the columns from `first` to before `last`, no higher than `least`, where nothing stands. */
const freeLane = (columns: readonly Item[][], first: number, last: number, least: number): Item[] => {
  const passed = columns.slice(first, last);
  const lane = passed.map((_, index): Item => ({ column: first + index, height: 0, top: least }));
  const others = passed.flatMap((column, index) =>
    column.map((other) => {
      const apart = distance(other, lane[index] ?? other);
      return { from: other.top - apart, to: other.top + other.height + apart };
    }),
  );
  const tops = [least, ...others.map(({ to }) => to).filter((to) => to > least)].sort((a, b) => a - b);
  const top = tops.find((one) => others.every(({ from, to }) => one <= from || one >= to)) ?? least;
  for (const item of lane) {
    item.top = top;
    columns[item.column]?.push(item);
  }
  return lane;
};

/** Leads each wire through the items of its level, and moves these to where the wires want them. */
const leadWires = (nodes: readonly Node[], wires: readonly Wire[]) => {
  const forward = wires.filter((wire) => !wire.below);
  const { boxes, lanes, columns } = placeItems(nodes, forward);
  const stopsOf = ({ id, from = '', to = '' }: Wire, lane: readonly Item[]): Stop[] => {
    const start = boxes.get(from);
    const end = boxes.get(to);
    return [
      ...(start?.node === undefined ? [] : [{ item: start, port: start.node.leaves(id) }]),
      ...lane.flatMap((item) => (item.column > (start?.column ?? -1) ? [{ item, port: { x: 0, y: 0 } }] : [])),
      ...(end?.node === undefined ? [] : [{ item: end, port: end.node.enters(id) }]),
    ];
  };
  const led = new Map(forward.map((wire) => [wire, stopsOf(wire, lanes.get(wire.lane) ?? [])]));
  straighten(columns, [...led.values()]);
  for (const wire of wires) {
    if (!wire.below) continue;
    const first = (boxes.get(wire.from ?? '')?.column ?? -1) + 1;
    const last = boxes.get(wire.to ?? '')?.column ?? columns.length;
    led.set(wire, stopsOf(wire, freeLane(columns, first, last, Math.max(...stopsOf(wire, []).map(heightOf)))));
  }
  return { boxes, columns, led };
};

/** From where to where each column reaches; the more a wire between two climbs, the further apart they are. */
const spansOf = (columns: readonly (readonly Item[])[], led: Iterable<readonly Stop[]>) => {
  const climbs = columns.map(() => 0);
  for (const stops of led) {
    stops.forEach((stop, index) => {
      const before = stops[index - 1];
      const { column } = stop.item;
      if (before !== undefined)
        climbs[column] = Math.max(climbs[column] ?? 0, Math.abs(heightOf(stop) - heightOf(before)));
    });
  }
  const spans: { from: number; to: number }[] = [];
  columns.forEach((column, index) => {
    const gap = Math.round(Math.min(GAP.most, GAP.least + (climbs[index] ?? 0) / 8));
    const from = index === 0 ? 0 : (spans[index - 1]?.to ?? 0) + gap;
    spans.push({ from, to: from + Math.max(...column.map(({ node }) => node?.width ?? 0)) });
  });
  return spans;
};

/** Places boxes and leads wires; see the promises above. */
export const arrange = (nodes: readonly Node[], wires: readonly Wire[]): Arrangement => {
  const { boxes, columns, led } = leadWires(nodes, wires);
  const spans = spansOf(columns, led.values());
  const items = columns.flat();
  const ceiling = Math.min(...items.map(({ top }) => top));
  const floor = Math.max(...items.map(({ top, height }) => top + height));

  const paths = new Map<string, Point[]>();
  for (const [wire, stops] of led) {
    const points = stops.flatMap((stop, index) => {
      const { from, to } = spans[stop.item.column] ?? { from: 0, to: 0 };
      const y = heightOf(stop) - ceiling;
      const port = { x: from + stop.port.x, y };
      if (stop.item.node === undefined)
        return [
          { x: from, y },
          { x: to, y },
        ];
      return index === 0 && wire.from !== undefined ? [port, { x: to, y }] : [{ x: from, y }, port];
    });
    paths.set(wire.id, points);
  }
  return {
    width: spans.at(-1)?.to ?? 0,
    height: Math.max(0, floor - ceiling),
    at: new Map([...boxes].map(([id, { column, top }]) => [id, { x: spans[column]?.from ?? 0, y: top - ceiling }])),
    paths,
    columns: spans,
  };
};
