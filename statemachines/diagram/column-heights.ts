/**
 * How high everything stands.
 *
 * Promises: the order within a column is kept, neighbours keep their distance, nothing stands above 0, all in
 * whole pixels. Where the distance allows it, what follows one another stands on one line.
 * Hides: each column in turn is moved to where its neighbours would like it best: the least squares under the
 * distances, which pooling adjacent violators finds exactly.
 */

import type { Item, Layers, Link } from './arrange.ts';

const SWEEPS = 8;
const DISTANCE = { boxes: 30, boxAndLane: 18, lanes: 14 } as const;

const distance = (above: Item, below: Item): number => {
  if (above.node !== undefined && below.node !== undefined) return DISTANCE.boxes;
  return above.node === undefined && below.node === undefined ? DISTANCE.lanes : DISTANCE.boxAndLane;
};

type Wish = { readonly top: number; readonly weight: number };

/** Positions that keep the offsets apart and are as near to the wishes as can be. */
const settle = (column: readonly Item[], wishes: readonly Wish[]): number[] => {
  const offsets: number[] = [];
  let offset = 0;
  column.forEach((item, index) => {
    const above = column[index - 1];
    if (above !== undefined) offset += above.height + distance(above, item);
    offsets.push(offset);
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  wishes.forEach((wish, index) => {
    pools.push({ sum: (wish.top - (offsets[index] ?? 0)) * wish.weight, weight: wish.weight, count: 1 });
    for (;;) {
      const last = pools.at(-1);
      const before = pools.at(-2);
      if (last === undefined || before === undefined || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        count: before.count + last.count,
      });
    }
  });
  const bases = pools.flatMap((pool) => Array.from({ length: pool.count }, () => Math.round(pool.sum / pool.weight)));
  return bases.map((base, index) => base + (offsets[index] ?? 0));
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

/** The upper edge of each item; for a lane the height at which its wires run. */
export const settleHeights = (layers: Layers): Map<Item, number> => {
  const { columns, gaps } = layers;
  const tops = new Map<Item, number>();
  for (const column of columns) {
    const zero = column.map(() => ({ top: 0, weight: 1 }));
    const placed = settle(column, zero);
    const middle = ((placed[0] ?? 0) + (placed.at(-1) ?? 0)) / 2;
    column.forEach((item, index) => {
      tops.set(item, Math.round((placed[index] ?? 0) - middle));
    });
  }
  const top = (item: Item): number => tops.get(item) ?? 0;

  const move = (index: number, links: readonly Link[], side: 'left' | 'right'): void => {
    const column = columns[index] ?? [];
    const found = new Map<Item, number[]>();
    const lanes = new Set<Item>();
    for (const link of links) {
      const here = side === 'left' ? link.right : link.left;
      const there = side === 'left' ? link.left : link.right;
      const wished =
        side === 'left' ? top(there) + link.leftPort - link.rightPort : top(there) + link.rightPort - link.leftPort;
      found.set(here, [...(found.get(here) ?? []), wished]);
      if (here.node === undefined && there.node === undefined) lanes.add(here);
    }
    const wishes = column.map((item): Wish => {
      const values = found.get(item);
      if (values === undefined) return { top: top(item), weight: 0.05 };
      // A long wire that bends in every gap is the worst sight of all, a box a little lower the least.
      return { top: median(values), weight: lanes.has(item) ? 4 : 1 };
    });
    settle(column, wishes).forEach((placed, place) => {
      const item = column[place];
      if (item !== undefined) tops.set(item, placed);
    });
  };

  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (let index = 1; index < columns.length; index += 1) move(index, gaps[index - 1] ?? [], 'left');
    for (let index = columns.length - 2; index >= 0; index -= 1) move(index, gaps[index] ?? [], 'right');
  }
  for (let index = 1; index < columns.length; index += 1) move(index, gaps[index - 1] ?? [], 'left');

  const shift = tops.size === 0 ? 0 : Math.min(...tops.values());
  for (const [item, value] of tops) tops.set(item, value - shift);
  return tops;
};
