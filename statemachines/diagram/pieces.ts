/**
 * The pieces that a picture is put together from: cards, areas, markers. Each knows its size, where arrows meet
 * it, and what it shows, counted from its own upper left corner.
 *
 * Promises: all that a piece shows lies inside its width and height.
 */

import type { Step, Workflow } from '../language/workflow.ts';
import { startWords } from '../wording.ts';
import { PICTURE_WORDS } from '../words.ts';
import type { Node, Point } from './arrange.ts';
import { type Type, widthOf, wrap } from './measure.ts';
import { ascent, CARD_PORT, type Card, ICON_SIZE, type Icon, type Label, label, lineHeight } from './step-card.ts';

/** Something seen: a card with its step, the area of a phase, or a marker; `rest` is the small end of one branch. */
export type Shape = {
  readonly kind: 'card' | 'area' | 'start' | 'end' | 'rest';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly labels: readonly Label[];
  readonly icons: readonly Icon[];
  readonly step?: Step;
  readonly full?: string;
};

/** An arrow as drawn. `back` leads from an approval to what is redone; the others follow the order. */
export type DrawnWire = {
  readonly from: string;
  readonly to: string;
  readonly back: boolean;
  /** Without a head where a dot says that the branch ends. */
  readonly bare?: boolean;
  readonly points: readonly Point[];
  /** The arrow ends at a card that has a condition, whose diamond takes the place of the edge. */
  readonly guarded: boolean;
};

export type Picture = {
  readonly shapes: readonly Shape[];
  readonly wires: readonly DrawnWire[];
  readonly labels: readonly Label[];
};

export type Piece = Node & {
  readonly picture: Picture;
  /** For wires that end inside: the way between there and the border, in the direction of the order. */
  readonly paths: ReadonlyMap<string, readonly Point[]>;
};

export const EMPTY: Picture = { shapes: [], wires: [], labels: [] };

const movePoints = (points: readonly Point[], dx: number, dy: number): Point[] =>
  points.map(({ x, y }) => ({ x: x + dx, y: y + dy }));

export const movePaths = (paths: ReadonlyMap<string, readonly Point[]>, dx: number, dy: number): Map<string, Point[]> =>
  new Map([...paths].map(([id, points]) => [id, movePoints(points, dx, dy)]));

export const movePicture = (picture: Picture, dx: number, dy: number): Picture => ({
  shapes: picture.shapes.map((shape) => ({ ...shape, x: shape.x + dx, y: shape.y + dy })),
  wires: picture.wires.map((wire) => ({ ...wire, points: movePoints(wire.points, dx, dy) })),
  labels: picture.labels.map((one) => ({ ...one, x: one.x + dx, y: one.y + dy })),
});

export const joinPictures = (pictures: readonly Picture[]): Picture => ({
  shapes: pictures.flatMap((one) => one.shapes),
  wires: pictures.flatMap((one) => one.wires),
  labels: pictures.flatMap((one) => one.labels),
});

/** What hangs below a card: the arrows of redone blocks, where they touch it and how low they run. */
export type Hangings = {
  readonly height: number;
  readonly labels: readonly Label[];
  readonly wires: readonly DrawnWire[];
  /** Wire id to where it hangs; `lane` counts from the card's upper edge. */
  readonly out: ReadonlyMap<string, { readonly x: number; readonly lane: number }>;
  readonly into: ReadonlyMap<string, { readonly x: number; readonly lane: number }>;
};

const REST = { wire: 16, size: 14 } as const;

/** The small end of a branch that the rest of the run goes on without, right of its last card. */
export const withRest = (piece: Piece, step: string): Piece => {
  const { x, y } = piece.leaves('');
  const dot: Shape = {
    kind: 'rest',
    x: x + REST.wire,
    y: y - REST.size / 2,
    width: REST.size,
    height: REST.size,
    labels: [],
    icons: [],
  };
  const wire: DrawnWire = {
    from: step,
    to: '@end',
    back: false,
    bare: true,
    guarded: false,
    points: [
      { x, y },
      { x: x + REST.wire, y },
    ],
  };
  const rest: Picture = { shapes: [dot], wires: [wire], labels: [] };
  return { ...piece, width: piece.width + REST.wire + REST.size, picture: joinPictures([piece.picture, rest]) };
};

/** A step as a piece; `inside` is what the card contains, for a step with nested steps. */
export const cardPiece = (step: Step, card: Card, height: number, hangings: Hangings, inside: Picture): Piece => {
  const paths = new Map<string, Point[]>();
  for (const [wire, { x, lane }] of hangings.out)
    paths.set(wire, [
      { x, y: lane },
      { x, y: height },
    ]);
  for (const [wire, { x, lane }] of hangings.into)
    paths.set(wire, [
      { x, y: height },
      { x, y: lane },
    ]);
  const port = (hung: { readonly x: number; readonly lane: number } | undefined, x: number): Point =>
    hung === undefined ? { x, y: CARD_PORT } : { x: hung.x, y: hung.lane };
  const shape: Shape = {
    kind: 'card',
    x: 0,
    y: 0,
    width: card.width,
    height,
    labels: card.labels,
    icons: card.icons,
    step,
    ...(card.full === undefined ? {} : { full: card.full }),
  };
  return {
    id: step.id,
    width: card.width,
    height: Math.max(height, hangings.height),
    // A way back leads from the approval to the redone step, but is laid out in the direction of the order.
    leaves: (wire) => port(hangings.into.get(wire), card.width),
    enters: (wire) => port(hangings.out.get(wire), 0),
    picture: joinPictures([{ shapes: [shape], wires: hangings.wires, labels: hangings.labels }, inside]),
    paths,
  };
};

const AREA = { side: 22, top: 44, bottom: 20 } as const;
const AREA_TYPE: Type = { size: 14, weight: 'bold' };

type Inside = {
  readonly width: number;
  readonly height: number;
  readonly picture: Picture;
  readonly paths: ReadonlyMap<string, readonly Point[]>;
};

/** The area of a phase around what lies in it. */
export const areaPiece = (id: string, phase: string, inside: Inside): Piece => {
  const width = inside.width + 2 * AREA.side;
  const room = width - 2 * AREA.side;
  const title = wrap(phase, room, AREA_TYPE, 1);
  const paths = movePaths(inside.paths, AREA.side, AREA.top);
  const area: Shape = {
    kind: 'area',
    x: 0,
    y: 0,
    width,
    height: inside.height + AREA.top + AREA.bottom,
    labels: title.lines.map((line) => label(line, AREA.side, 12 + ascent(AREA_TYPE), room, AREA_TYPE, 'ink')),
    icons: [],
    ...(title.shortened ? { full: phase } : {}),
  };
  return {
    id,
    width,
    height: area.height,
    leaves: (wire) => ({ x: width, y: paths.get(wire)?.at(-1)?.y ?? 0 }),
    enters: (wire) => ({ x: 0, y: paths.get(wire)?.[0]?.y ?? 0 }),
    picture: joinPictures([{ ...EMPTY, shapes: [area] }, movePicture(inside.picture, AREA.side, AREA.top)]),
    paths,
  };
};

const MARKER_TYPE: Type = { size: 14, weight: 'bold' };
const MARKER_SMALL: Type = { size: 12, weight: 'regular' };
const STARTS_SHOWN = 5;

const marker = (kind: 'start' | 'end', shape: Omit<Shape, 'kind' | 'x' | 'y'>): Piece => {
  const port = shape.height >= 2 * CARD_PORT ? CARD_PORT : Math.round(shape.height / 2);
  return {
    id: kind,
    width: shape.width,
    height: shape.height,
    leaves: () => ({ x: shape.width, y: port }),
    enters: () => ({ x: 0, y: port }),
    picture: { ...EMPTY, shapes: [{ kind, x: 0, y: 0, ...shape }] },
    paths: new Map(),
  };
};

/** The beginning, with the ways in which a run is started. */
export const startPiece = (workflow: Workflow): Piece => {
  const kinds: { readonly icon: Icon['name']; readonly text: string }[] = workflow.starts.map((start) => ({
    icon: start.kind,
    text: startWords(start),
  }));
  if (kinds.length === 0) kinds.push({ icon: 'hand', text: PICTURE_WORDS.byHand });
  const shown = kinds.length > STARTS_SHOWN ? kinds.slice(0, STARTS_SHOWN - 1) : kinds;
  if (shown.length < kinds.length)
    shown.push({ icon: 'hand', text: PICTURE_WORDS.otherStarts(kinds.length - shown.length) });
  const rows = shown.map(({ icon, text }) => ({ icon, text, ...wrap(text, 150, MARKER_SMALL, 3) }));
  const widest = Math.max(
    ...rows.flatMap((row) => row.lines.map((line) => widthOf(line, MARKER_SMALL) + 21)),
    widthOf(PICTURE_WORDS.start, MARKER_TYPE),
  );
  const room = Math.ceil(widest);
  const side = 20;
  const labels: Label[] = [];
  const icons: Icon[] = [];
  let y = 14;
  labels.push(label(PICTURE_WORDS.start, side, y + ascent(MARKER_TYPE), room, MARKER_TYPE, 'ink'));
  y += lineHeight(MARKER_TYPE);
  for (const row of rows) {
    y += 4;
    icons.push({
      name: row.icon,
      x: side,
      y: y + Math.round((lineHeight(MARKER_SMALL) - ICON_SIZE) / 2),
      tone: 'muted',
    });
    for (const line of row.lines) {
      labels.push(label(line, side + 21, y + ascent(MARKER_SMALL), room - 21, MARKER_SMALL, 'muted', row.text));
      y += lineHeight(MARKER_SMALL);
    }
  }
  const shortened = rows.some((row) => row.shortened);
  const full = shown.map((kind) => kind.text).join('\n');
  return marker('start', { width: room + 2 * side, height: y + 14, labels, icons, ...(shortened ? { full } : {}) });
};

export const endPiece = (): Piece => {
  const room = Math.ceil(widthOf(PICTURE_WORDS.end, MARKER_TYPE));
  const labels = [label(PICTURE_WORDS.end, 20, 11 + ascent(MARKER_TYPE), room, MARKER_TYPE, 'ink')];
  return marker('end', { width: room + 40, height: 40, labels, icons: [] });
};
