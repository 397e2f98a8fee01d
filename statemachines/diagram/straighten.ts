/**
 * Moves what stands in columns up and down until wires are as level as can be.
 *
 * Promises: the order within a column is kept, neighbours keep their distance, all in whole pixels. dagre leads
 * wires to the middle of boxes, so what it puts on one line has its ports on many, and cards of different height
 * hang on them crookedly.
 * Hides: from left to right, each column is moved to where its wires would like it best, which is the least squares
 * under the distances, and pooling adjacent violators finds it exactly.
 */

import type { Item, Stop } from './arrange.ts';

export const DISTANCE = { boxes: 30, boxAndLane: 18, lanes: 14 } as const;

/** How far apart neighbours in a column stand. */
export const distance = (above: Item, below: Item): number => {
  if (above.node !== undefined && below.node !== undefined) return DISTANCE.boxes;
  return above.node === undefined && below.node === undefined ? DISTANCE.lanes : DISTANCE.boxAndLane;
};

type Wish = { readonly top: number; readonly weight: number };

/** Tops that keep the distances and are as near to the wishes as can be. */
const settle = (column: readonly Item[], wishes: readonly Wish[]): number[] => {
  const offsets: number[] = [];
  column.forEach((item, index) => {
    const above = column[index - 1];
    offsets.push(above === undefined ? 0 : (offsets[index - 1] ?? 0) + above.height + distance(above, item));
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  wishes.forEach(({ top, weight }, index) => {
    const pool = { sum: (top - (offsets[index] ?? 0)) * weight, weight, count: 1 };
    for (;;) {
      const above = pools.at(-1);
      if (above === undefined || above.sum / above.weight <= pool.sum / pool.weight) break;
      pool.sum += above.sum;
      pool.weight += above.weight;
      pool.count += above.count;
      pools.pop();
    }
    pools.push(pool);
  });
  const bases = pools.flatMap(({ sum, weight, count }) => Array<number>(count).fill(Math.round(sum / weight)));
  return offsets.map((offset, index) => offset + (bases[index] ?? 0));
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

/** A wire that comes to an item, and from where. */
type Arrival = { readonly before: Stop; readonly here: Stop };

const wishOf = (item: Item, arrivals: readonly Arrival[]): Wish => {
  if (arrivals.length === 0) return { top: item.top, weight: 0.05 };
  // A long wire that bends in every gap is the worst sight of all, a box a little lower the least.
  const passing = item.node === undefined && arrivals.some(({ before }) => before.item.node === undefined);
  const level = arrivals.map(({ before, here }) => before.item.top + before.port.y - here.port.y);
  // Wires that run together pull once.
  return { top: median([...new Set(level)]), weight: passing ? 4 : 1 };
};

/** Moves the items of the columns, each of which is listed from top to bottom, along which the wires run. */
export const straighten = (columns: readonly (readonly Item[])[], wires: readonly (readonly Stop[])[]): void => {
  const arrivals = new Map<Item, Arrival[]>();
  for (const stops of wires) {
    stops.forEach((here, index) => {
      const before = stops[index - 1];
      if (before === undefined) return;
      const known = arrivals.get(here.item) ?? [];
      arrivals.set(here.item, known);
      known.push({ before, here });
    });
  }
  for (const column of columns) {
    const tops = settle(
      column,
      column.map((item) => wishOf(item, arrivals.get(item) ?? [])),
    );
    column.forEach((item, index) => {
      item.top = tops[index] ?? item.top;
    });
  }
};
