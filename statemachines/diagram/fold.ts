/**
 * Breaks a wide sheet into rows that are read like lines of text.
 *
 * Promises: cards, areas and ways back stay whole; each arrow over a break is led from the end of its row to the
 * beginning of the next, through a channel in which nothing else stands. A sheet that fits stays as it is, and
 * so does one that has no place to break it.
 */

import type { Point } from './arrange.ts';
import type { Sheet } from './compose.ts';
import type { DrawnWire, Picture } from './pieces.ts';

const TRACK = 10;
const CHANNEL = { above: 26, below: 34 } as const;
const SIDE = 20;
/** More arrows than this over one break are hard to follow. */
const MOST_TRACKS = 4;

type Row = { readonly first: number; readonly last: number };

const extent = (points: readonly Point[]): { from: number; to: number } => ({
  from: Math.min(...points.map((point) => point.x)),
  to: Math.max(...points.map((point) => point.x)),
});

/** What it costs to break after a column: nothing for one arrow, much for many or for a way back. */
const breakCost = (wires: readonly DrawnWire[], cut: number): number => {
  const crossing = wires.filter((wire) => {
    const { from, to } = extent(wire.points);
    return from < cut && to > cut;
  });
  if (crossing.some((wire) => wire.back)) return 1000;
  const tracks = new Set(crossing.map((wire) => trackOf(wire.points, cut)?.key)).size;
  return tracks > MOST_TRACKS ? 1000 : Math.max(0, tracks - 1) * 0.2;
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
      const cost = earlier + (Math.max(0, width - wide) / wide) * 20 + ((width - ideal) / ideal) ** 2;
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

const trackOf = (points: readonly Point[], cut: number): { readonly key: string; readonly index: number; readonly y: number } | undefined => {
  const index = points.findIndex((point, at) => point.x < cut && (points[at + 1]?.x ?? cut) > cut);
  const before = points[index];
  const after = points[index + 1];
  if (before === undefined || after === undefined) return undefined;
  return { key: `${before.y} ${after.y}`, index, y: before.y };
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

  // One break after each row but the last; the arrows over it, from the uppermost down.
  const breaks = rows.slice(0, -1).map((row, index) => {
    const cut = (row.to + (rows[index + 1]?.from ?? row.to)) / 2;
    const found = sheet.picture.wires.flatMap((wire) => trackOf(wire.points, cut) ?? []);
    const tracks = [...new Map(found.map((track) => [track.key, track.y])).entries()].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
    return { cut, tracks: tracks.map(([key]) => key) };
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
  const rowAt = (x: number): number => Math.max(0, rows.findLastIndex((row) => x >= row.from - 1));
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
      const track = tracks.indexOf(trackOf(wire.points, cut)?.key ?? '');
      const outermost = tracks.length - 1 - track;
      const end = right + SIDE + outermost * TRACK - 6;
      const channel = (shifts[from]?.channel ?? 0) + outermost * TRACK;
      const start = margin - SIDE - track * TRACK - 4;
      const entry = move(next);
      points.push({ x: end, y: moved.y }, { x: end, y: channel }, { x: start, y: channel }, { x: start, y: entry.y });
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
