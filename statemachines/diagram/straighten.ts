/**
 * Moves what stands in columns up and down until what follows one another stands on one line.
 *
 * Promises: the order within a column is kept, neighbours keep their distance, all in whole pixels. dagre leads
 * wires to the middle of boxes; cards of different height would hang crookedly on a line of their titles.
 * Hides: each column in turn is moved to where its neighbours would like it best: the least squares under the
 * distances, which pooling adjacent violators finds exactly.
 */

import type { Item, Stop } from './arrange.ts';

const SWEEPS = 8;
const DISTANCE = { boxes: 30, boxAndLane: 18, lanes: 14 } as const;

export const distance = (above: Item, below: Item): number => {
  if (above.node !== undefined && below.node !== undefined) return DISTANCE.boxes;
  return above.node === undefined && below.node === undefined ? DISTANCE.lanes : DISTANCE.boxAndLane;
};

type Wish = { readonly top: number; readonly weight: number };

/** Positions that keep the distances and are as near to the wishes as can be. */
const settle = (column: readonly Item[], wishes: readonly Wish[]): number[] => {
  const offsets: number[] = [];
  const pools: { sum: number; weight: number; count: number }[] = [];
  wishes.forEach(({ top, weight }, index) => {
    const item = column[index];
    const above = column[index - 1];
    const offset =
      above === undefined || item === undefined ? 0 : (offsets.at(-1) ?? 0) + above.height + distance(above, item);
    offsets.push(offset);
    let pool = { sum: (top - offset) * weight, weight, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
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

/** What an item hangs on at one side: of itself and of its neighbour, where the wire is. */
type Hold = { readonly port: number; readonly neighbour: Item; readonly at: number };

const holdsOf = (runs: readonly (readonly Stop[])[], side: 'left' | 'right'): Map<Item, Hold[]> => {
  const holds = new Map<Item, Hold[]>();
  for (const run of runs) {
    run.forEach((stop, index) => {
      const other = run[index + (side === 'left' ? -1 : 1)];
      if (other === undefined) return;
      const known = holds.get(stop.item) ?? [];
      const hold = { port: stop.port.y, neighbour: other.item, at: other.port.y };
      holds.set(stop.item, known);
      // Wires that run together pull once.
      if (!known.some((one) => one.neighbour === hold.neighbour && one.port === hold.port && one.at === hold.at)) known.push(hold);
    });
  }
  return holds;
};

/** Moves the items of the columns, each of which is listed from top to bottom. */
export const straighten = (columns: readonly (readonly Item[])[], runs: readonly (readonly Stop[])[]): void => {
  const holds = { left: holdsOf(runs, 'left'), right: holdsOf(runs, 'right') };
  const move = (column: readonly Item[], side: 'left' | 'right'): void => {
    const wishes = column.map((item): Wish => {
      const found = holds[side].get(item);
      if (found === undefined) return { top: item.top, weight: 0.05 };
      // A long wire that bends in every gap is the worst sight of all, a box a little lower the least.
      const passing = item.node === undefined && found.some(({ neighbour }) => neighbour.node === undefined);
      return { top: median(found.map(({ port, neighbour, at }) => neighbour.top + at - port)), weight: passing ? 4 : 1 };
    });
    settle(column, wishes).forEach((top, index) => {
      const item = column[index];
      if (item !== undefined) item.top = top;
    });
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of columns) move(column, 'left');
    for (const column of columns.slice(0, -1).reverse()) move(column, 'right');
  }
  for (const column of columns) move(column, 'left');
};
