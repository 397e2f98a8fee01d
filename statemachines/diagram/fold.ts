/**
 * Breaks a wide sheet into rows that are read like lines of text.
 *
 * Promises: cards, areas and ways back stay whole; each arrow over a break is led from the end of its row to the
 * beginning of the next, through a channel in which nothing else stands. A sheet that fits stays as it is, and
 * so does one that has no place to break it.
 */

import type { Point } from './arrange.ts';
import type { Sheet } from './compose.ts';
import { RADIUS } from './paint-wires.ts';
import type { DrawnWire, Picture } from './pieces.ts';

const TRACK = 10;
const CHANNEL = { above: 26, below: 34 } as const;
const SIDE = 20;
/** More arrows than this over one break are hard to follow. */
const MOST_TRACKS = 4;

type Row = { readonly first: number; readonly last: number };

/** Arrows over a break that run in one track: all from the one side lead to all on the other. */
type Track = { readonly starts: readonly number[]; readonly ends: readonly number[] };

type Crossing = { readonly before: number; readonly after: number };

/** Where an arrow leaves the row before a cut, and where it comes into the one after. */
const crossingOf = (points: readonly Point[], cut: number): Crossing | undefined => {
  const index = points.findIndex((point, at) => point.x < cut && (points[at + 1]?.x ?? cut) > cut);
  const before = points[index];
  const after = points[index + 1];
  return before === undefined || after === undefined ? undefined : { before: before.y, after: after.y };
};

const ascending = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

/** The tracks over a cut, from the uppermost down. Arrows share one where that does not suggest a way that is none. */
const tracksOver = (wires: readonly DrawnWire[], cut: number): Track[] => {
  const crossings = wires.flatMap((wire) => (wire.back ? [] : (crossingOf(wire.points, cut) ?? [])));
  const byStart = new Map<number, Set<number>>();
  for (const { before, after } of crossings) byStart.set(before, (byStart.get(before) ?? new Set()).add(after));
  const byEnds = new Map<string, Track>();
  for (const start of ascending(byStart.keys())) {
    const ends = ascending(byStart.get(start) ?? []);
    const same = byEnds.get(ends.join(' '));
    byEnds.set(ends.join(' '), { starts: [...(same?.starts ?? []), start], ends });
  }
  return [...byEnds.values()];
};

/** What it costs to break at a cut: nothing for one arrow, much for many or for a way back. */
const breakCost = (wires: readonly DrawnWire[], cut: number): number => {
  const over = wires.some(
    (wire) => wire.back && wire.points.some((point) => point.x < cut) && wire.points.some((point) => point.x > cut),
  );
  const tracks = tracksOver(wires, cut).length;
  return over || tracks > MOST_TRACKS ? 1000 : Math.max(0, tracks - 1) * 0.2;
};

/** The rows with the least cost: breaks, too wide rows, and rows much shorter than the others. */
const chooseRows = (sheet: Sheet, wide: number): Row[] => {
  const { columns, picture } = sheet;
  const costs = columns.map((column, index) => {
    const next = columns[index + 1];
    return next === undefined ? 0 : breakCost(picture.wires, (column.to + next.from) / 2);
  });
  const ideal = sheet.width / Math.ceil(sheet.width / wide);
  const best: { cost: number; first: number }[] = [];
  columns.forEach((column, last) => {
    let found = { cost: Number.POSITIVE_INFINITY, first: 0 };
    for (let first = last; first >= 0; first -= 1) {
      const width = column.to - (columns[first]?.from ?? 0);
      const earlier = first === 0 ? 0 : (best[first - 1]?.cost ?? 0) + (costs[first - 1] ?? 0);
      // A row with the start or the end alone says nothing.
      const lonely = first === last && (first === 0 || last === columns.length - 1) ? 0.6 : 0;
      const cost = earlier + lonely + (Math.max(0, width - wide) / wide) * 20 + ((width - ideal) / ideal) ** 2;
      if (cost < found.cost) found = { cost, first };
    }
    best.push(found);
  });
  const rows: Row[] = [];
  for (let last = columns.length - 1; last >= 0; ) {
    const first = best[last]?.first ?? 0;
    rows.unshift({ first, last });
    last = first - 1;
  }
  return rows;
};

type Placed = Row & { readonly from: number; readonly to: number; readonly top: number; readonly bottom: number };

/** The heights that a row takes, as they are before it is moved. */
const measureRow = (row: Row, sheet: Sheet): Placed => {
  const from = sheet.columns[row.first]?.from ?? 0;
  const to = sheet.columns[row.last]?.to ?? 0;
  const inside = (x: number): boolean => x >= from - 1 && x <= to + 1;
  const { shapes, wires, labels } = sheet.picture;
  const tops = [
    ...shapes.filter((shape) => inside(shape.x)).map((shape) => shape.y - 9),
    ...wires.flatMap((wire) => wire.points.filter((point) => inside(point.x)).map((point) => point.y - 2)),
  ];
  const bottoms = [
    ...shapes.filter((shape) => inside(shape.x)).map((shape) => shape.y + shape.height),
    ...labels.filter((one) => inside(one.x)).map((one) => one.y + 6),
    ...wires.flatMap((wire) => wire.points.filter((point) => inside(point.x)).map((point) => point.y + 4)),
  ];
  return { ...row, from, to, top: Math.min(...tops), bottom: Math.max(...bottoms) };
};

/** The sheet in rows no wider than `wide`, as far as it can be broken. */
export const foldSheet = (sheet: Sheet, wide: number): Sheet => {
  if (sheet.width <= wide || sheet.columns.length < 2) return sheet;
  const rows = chooseRows(sheet, wide).map((row) => measureRow(row, sheet));
  if (rows.length < 2) return sheet;

  // One break after each row but the last.
  const breaks = rows.slice(0, -1).map((row, index) => {
    const cut = (row.to + (rows[index + 1]?.from ?? row.to)) / 2;
    return { cut, tracks: tracksOver(sheet.picture.wires, cut) };
  });
  const most = Math.max(0, ...breaks.map((one) => one.tracks.length));
  const margin = SIDE + most * TRACK;
  const right = margin + Math.max(...rows.map((row) => row.to - row.from));

  let y = 0;
  const shifts = rows.map((row, index) => {
    const shift = { x: margin - row.from, y: y - row.top, channel: y + row.bottom - row.top + CHANNEL.above };
    y = shift.channel + (breaks[index]?.tracks.length ?? 0) * TRACK + CHANNEL.below;
    return shift;
  });
  const rowAt = (x: number): number =>
    Math.max(
      0,
      rows.findLastIndex((row) => x >= row.from - 1),
    );
  const shiftAt = (x: number): { x: number; y: number } => shifts[rowAt(x)] ?? { x: 0, y: 0 };
  const move = <T extends Point>(one: T): T => ({ ...one, x: one.x + shiftAt(one.x).x, y: one.y + shiftAt(one.x).y });

  const moveWire = (wire: DrawnWire): DrawnWire => {
    const points: Point[] = [];
    wire.points.forEach((point, index) => {
      const moved = move(point);
      points.push(moved);
      const next = wire.points[index + 1];
      const from = rowAt(point.x);
      if (next === undefined || wire.back || rowAt(next.x) <= from) return;
      const { cut = 0, tracks = [] } = breaks[from] ?? {};
      const crossing = crossingOf(wire.points, cut);
      const found = tracks.findIndex(
        (one) => crossing !== undefined && one.starts.includes(crossing.before) && one.ends.includes(crossing.after),
      );
      const track = tracks[found];
      if (track === undefined) return;
      const outermost = tracks.length - 1 - found;
      const end = margin + (rows[from]?.to ?? 0) - (rows[from]?.from ?? 0) + SIDE + outermost * TRACK - 6;
      const channel = (shifts[from]?.channel ?? 0) + outermost * TRACK;
      const start = margin - SIDE - found * TRACK - 4;
      const entry = move(next);
      // Where others join or leave the track there is a point, from which on, or up to which, it is drawn once.
      const joins = track.starts
        .map((y) => y + (shifts[from]?.y ?? 0) + RADIUS)
        .filter((y) => y > moved.y && y < channel - RADIUS);
      const leaves = track.ends
        .map((y) => y + (shifts[from + 1]?.y ?? 0) - RADIUS)
        .filter((y) => y < entry.y && y > channel + RADIUS);
      points.push(
        { x: end, y: moved.y },
        ...joins.map((y) => ({ x: end, y })),
        { x: end, y: channel },
        { x: start, y: channel },
        ...leaves.map((y) => ({ x: start, y })),
        { x: start, y: entry.y },
      );
    });
    return { ...wire, points };
  };
  const picture: Picture = {
    shapes: sheet.picture.shapes.map(move),
    wires: sheet.picture.wires.map(moveWire),
    labels: sheet.picture.labels.map(move),
  };
  const last = rows.at(-1);
  const height = (last === undefined ? 0 : last.bottom) + (shifts.at(-1)?.y ?? 0);
  return { width: right + margin, height, picture, columns: [] };
};
