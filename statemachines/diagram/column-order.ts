/**
 * Who stands above whom.
 *
 * Promises: the same input gives the same order; a lane that has to pass below boxes stands below them; among
 * the orders tried, the one with the fewest crossings is kept, the author's own order before any other.
 * Hides: the sweeps (barycentres to and fro, Sugiyama 1981) and the counting.
 */

import type { Item, Layers, Link } from './arrange.ts';

const SWEEPS = 12;

type Places = Map<Item, number>;

const placesOf = (columns: readonly (readonly Item[])[]): Places =>
  new Map(columns.flatMap((column) => column.map((item, index) => [item, index] as const)));

/** A position within a column, finer than the item: ports of one box count from its top down. */
const position = (places: Places, item: Item, port: number): number =>
  (places.get(item) ?? 0) + (item.height === 0 ? 0 : port / (item.height + 1));

const crossingsIn = (links: readonly Link[], places: Places): number => {
  const ends = links
    .map((link) => [position(places, link.left, link.leftPort), position(places, link.right, link.rightPort)] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let crossings = 0;
  ends.forEach(([left, right], index) => {
    for (let other = index + 1; other < ends.length; other += 1) {
      const [otherLeft, otherRight] = ends[other] ?? [left, right];
      if (otherLeft > left && otherRight < right) crossings += 1;
    }
  });
  return crossings;
};

const crossings = (layers: Layers): number => {
  const places = placesOf(layers.columns);
  return layers.gaps.reduce((sum, links) => sum + crossingsIn(links, places), 0);
};

/** Lanes of ways back go right below the last of the boxes that they pass. */
const sink = (column: readonly Item[], under: Layers['under']): Item[] => {
  const sunk = column.filter((item) => !item.below);
  for (const lane of column.filter((item) => item.below)) {
    const block = under.get(lane);
    let last = -1;
    sunk.forEach((item, index) => {
      if (item.node !== undefined && block?.has(item.node.id) === true) last = index;
    });
    if (last === -1) sunk.splice(Math.min(column.indexOf(lane), sunk.length), 0, lane);
    else {
      while (sunk[last + 1]?.below === true) last += 1;
      sunk.splice(last + 1, 0, lane);
    }
  }
  return sunk;
};

const sorted = (column: readonly Item[], links: readonly Link[], side: 'left' | 'right', places: Places): Item[] => {
  const sums = new Map<Item, { sum: number; count: number }>();
  for (const link of links) {
    const here = side === 'left' ? link.right : link.left;
    const there =
      side === 'left' ? position(places, link.left, link.leftPort) : position(places, link.right, link.rightPort);
    const known = sums.get(here) ?? { sum: 0, count: 0 };
    sums.set(here, { sum: known.sum + there, count: known.count + 1 });
  }
  const wish = (item: Item): number => {
    const known = sums.get(item);
    return known === undefined ? (places.get(item) ?? 0) : known.sum / known.count;
  };
  return [...column].sort((a, b) => wish(a) - wish(b) || (places.get(a) ?? 0) - (places.get(b) ?? 0));
};

/** Orders the columns in place. */
export const orderColumns = (layers: Layers): void => {
  const { columns, gaps, under } = layers;
  columns.forEach((column, index) => {
    columns[index] = sink(column, under);
  });
  let best = columns.map((column) => [...column]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const forth = sweep % 2 === 0;
    const indexes = columns.map((_, index) => index);
    for (const index of forth ? indexes.slice(1) : indexes.slice(0, -1).reverse()) {
      const links = gaps[forth ? index - 1 : index] ?? [];
      columns[index] = sink(sorted(columns[index] ?? [], links, forth ? 'left' : 'right', placesOf(columns)), under);
    }
    const found = crossings(layers);
    if (found < fewest) {
      fewest = found;
      best = columns.map((column) => [...column]);
    }
  }
  best.forEach((column, index) => {
    columns[index] = column;
  });
};
