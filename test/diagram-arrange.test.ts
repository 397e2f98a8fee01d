/** Boxes and wires of one level: what dagre is asked for, and what it does not know, come out as promised. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrangement, arrange, type Node, type Point, type Wire } from '../statemachines/diagram/arrange.ts';

const RUNS = process.env.RUNSHEET_LONG === '1' ? 3000 : 200;

/** Ways back hang below what is seen of a box, near its lower edge. */
const box = (id: string, height = 100, port = 34): Node => {
  const hung = { x: 170, y: height - 4 };
  return {
    id,
    width: 200,
    height,
    leaves: (wireId) => (wireId.startsWith('back') ? hung : { x: 200, y: port }),
    enters: (wireId) => (wireId.startsWith('back') ? hung : { x: 0, y: port }),
  };
};

const wire = (from: string | undefined, to: string | undefined, lane = `to ${to}`): Wire => ({
  id: `${from} ${to} ${lane}`,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
  lane,
  below: false,
});
const back = (from: string, to: string): Wire => {
  const id = `back ${from} ${to}`;
  return { id, from, to, lane: id, below: true };
};

const columnOf = (arrangement: Arrangement, id: string): number =>
  arrangement.columns.findIndex(({ from }) => from === arrangement.at.get(id)?.x);

const topsOf = (arrangement: Arrangement, ids: readonly string[]): number[] =>
  ids.map((id) => arrangement.at.get(id)?.y ?? Number.NaN);

const bendsOf = ({ paths }: Arrangement): number =>
  [...paths.values()].filter((points) => new Set(points.map(({ y }) => y)).size > 1).length;

/** A level with wires of every kind: over columns, over both borders, and back. */
type Level = { readonly nodes: readonly Node[]; readonly wires: readonly Wire[] };

const anyLevel: fc.Arbitrary<Level> = fc
  .array(
    fc.record({
      height: fc.integer({ min: 40, max: 300 }),
      port: fc.integer({ min: 0, max: 40 }),
      after: fc.array(fc.nat(6), { maxLength: 3 }),
      border: fc.nat(7),
      redo: fc.nat(8),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((seeds) => {
    const nodes = seeds.map(({ height, port }, index) => box(`b${index}`, height, port));
    const wires = seeds.flatMap(({ after, border, redo }, index): Wire[] => {
      const id = `b${index}`;
      const before = [...new Set(after.map((steps) => index - 1 - steps))].filter((one) => one >= 0);
      return [
        ...before.map((one) => wire(`b${one}`, id)),
        ...(border === 0 || border === 1 ? [wire(undefined, id)] : []),
        ...(border === 1 || border === 2 ? [wire(id, undefined, `to outside ${index % 3}`)] : []),
        ...(redo === 0 ? before.map((one) => back(`b${one}`, id)) : []),
      ];
    });
    return { nodes, wires };
  });

/** How far right a box has to stand: one column after the last of those that it comes after. */
const leastColumn = ({ wires }: Level, id: string): number =>
  Math.max(
    0,
    ...wires.flatMap((one) =>
      one.to === id && one.from !== undefined && !one.below ? leastColumn({ nodes: [], wires }, one.from) + 1 : [],
    ),
  );

type Piece = { readonly wire: Wire; readonly from: Point; readonly to: Point };

/** The pieces of wires inside a column. */
const piecesIn = ({ wires }: Level, { paths, columns }: Arrangement): Piece[][] => {
  const pieces = wires.flatMap((one) => {
    const points = paths.get(one.id) ?? [];
    return points.slice(1).map((to, index): Piece => ({ wire: one, from: points[index] ?? to, to }));
  });
  return columns.map((column) => pieces.filter(({ from, to }) => from.x < column.to && to.x > column.from));
};

describe('the arrangement of one level', () => {
  it('puts a box one column after the last of those that it comes after, as near to the start as that allows', () => {
    const level = {
      nodes: ['a', 'b', 'c', 'd', 'late'].map((id) => box(id)),
      wires: [wire('a', 'b'), wire('b', 'c'), wire('c', 'd'), wire('a', 'late'), wire('late', 'd')],
    };
    const found = arrange(level.nodes, level.wires);
    expect(level.nodes.map(({ id }) => columnOf(found, id))).toEqual([0, 1, 2, 3, 1]);
  });

  it('keeps the author’s order of what is even', () => {
    const ids = ['b', 'c', 'd', 'e', 'f'];
    const nodes = ['a', ...ids, 'z', 'y', 'x'].map((id) => box(id));
    const wires = [
      ...ids.flatMap((id) => [wire('a', id), wire(id, 'z')]),
      ...['z', 'y', 'x'].map((id) => wire(id, undefined)),
    ];
    const tops = topsOf(arrange(nodes, [...wires, wire('z', 'y'), wire('z', 'x')]), ids);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
  });

  it('gives up that order where a crossing is saved', () => {
    const nodes = ['p', 'q', 'x', 'y'].map((id) => box(id));
    const wires = [wire('q', 'x'), wire('p', 'x'), wire('q', 'y')];
    const [p = 0, q = 0, x = 0, y = 0] = topsOf(arrange(nodes, wires), ['p', 'q', 'x', 'y']);
    expect(q < p).toBe(y < x);
  });

  it('puts what follows one another on one line, whatever its height and wherever its port is', () => {
    const nodes = [box('a', 60, 20), box('b', 300, 34), box('c', 90, 45), box('d', 180, 90)];
    expect(bendsOf(arrange(nodes, [wire('a', 'b'), wire('b', 'c'), wire('c', 'd')]))).toBe(0);
  });

  it('runs wires to one step together, and others apart', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const wires = [
      wire('a', 'b'),
      wire('b', 'c'),
      wire('c', 'd'),
      wire('d', 'e'),
      wire('a', 'e'),
      wire('b', 'e'),
      wire('a', 'd'),
    ];
    const { paths } = arrange(
      ids.map((id) => box(id)),
      wires,
    );
    const end = (id: string): string => JSON.stringify(paths.get(id)?.slice(-4));
    expect(end('a e to e')).toBe(end('b e to e'));
    expect(end('a d to d')).not.toBe(end('a e to e'));
  });

  it('leads a way back straight where there is room, above what passes further below', () => {
    const nodes = [box('a', 140), box('b'), box('c', 140), box('aside')];
    const out = wire('c', undefined, 'to next');
    const wires = [wire('a', 'b'), wire('b', 'c'), out, wire('aside', undefined, 'to outside'), back('a', 'c')];
    const { at, paths } = arrange(nodes, wires);
    expect(new Set(paths.get('back a c')?.map(({ y }) => y))).toEqual(new Set([(at.get('a')?.y ?? 0) + 136]));
    expect(paths.get('aside undefined to outside')?.[0]?.y).toBeGreaterThan((at.get('a')?.y ?? 0) + 136);
  });

  it('leads a way back below what stands in its way', () => {
    const nodes = [box('a'), box('b', 300), box('c')];
    const { at, paths } = arrange(nodes, [wire('a', 'b'), wire('b', 'c'), back('a', 'c')]);
    const heights = paths.get('back a c')?.map(({ y }) => y) ?? [];
    expect(Math.max(...heights)).toBe((at.get('b')?.y ?? 0) + 318);
  });

  it('lets no wire touch a box that is not its end, nor run along another, whatever the level', () => {
    fc.assert(
      fc.property(anyLevel, (level) => {
        const found = arrange(level.nodes, level.wires);
        const faults: string[] = [];
        const boxes = level.nodes.map((node) => {
          const { x, y } = found.at.get(node.id) ?? { x: Number.NaN, y: Number.NaN };
          if (!Number.isInteger(y)) faults.push(`${node.id} at ${y}`);
          if (y < 0 || y + node.height > found.height || x + node.width > found.width)
            faults.push(`${node.id} outside`);
          return { ...node, x, y };
        });
        for (const one of boxes) {
          if (columnOf(found, one.id) !== leastColumn(level, one.id)) faults.push(`${one.id} in another column`);
          for (const other of boxes)
            if (one !== other && one.x === other.x && one.y < other.y + other.height && other.y < one.y + one.height)
              faults.push(`${one.id} on ${other.id}`);
        }
        for (const { id, from, to } of level.wires) {
          const points = found.paths.get(id) ?? [];
          if (from === undefined && points[0]?.x !== 0) faults.push(`${id} does not come from the border`);
          if (to === undefined && points.at(-1)?.x !== found.width) faults.push(`${id} does not reach the border`);
        }
        piecesIn(level, found).forEach((pieces) => {
          for (const { wire: one, from, to } of pieces) {
            if (from.y !== to.y) faults.push(`${one.id} climbs inside a column`);
            if (from.y < 0 || from.y > found.height) faults.push(`${one.id} outside`);
            for (const { id, x, y, width, height } of boxes) {
              if (id === one.from || id === one.to) continue;
              if (from.x < x + width && to.x > x && from.y > y - 10 && from.y < y + height + 10)
                faults.push(`${one.id} touches ${id}`);
            }
            for (const other of pieces) {
              const meet = one.lane === other.wire.lane || one.from === other.wire.from || one.to === other.wire.to;
              const along = from.x < other.to.x && other.from.x < to.x && Math.abs(from.y - other.from.y) < 10;
              if (along && !meet) faults.push(`${one.id} along ${other.wire.id}`);
            }
          }
        });
        expect(faults).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('arranges nothing as nothing', () => {
    expect(arrange([], [])).toMatchObject({ width: 0, height: 0 });
  });
});
