/**
 * Puts a list of steps together: cards, then the areas of phases around them, then the whole.
 *
 * Promises: what `arrange` promises, at every level: cards in areas, areas beside cards, nested steps in theirs.
 * Hides: that an area and a container are laid out on their own first, and that an arrow that crosses a
 * border is led to it on both sides.
 */

import type { Step, Workflow } from '../language/workflow.ts';
import type { Names } from '../wording.ts';
import { arrange, type Point, type Wire } from './arrange.ts';
import { hangWaysBack } from './hangings.ts';
import {
  areaPiece,
  cardPiece,
  type DrawnWire,
  EMPTY,
  endPiece,
  joinPictures,
  movePaths,
  movePicture,
  type Picture,
  type Piece,
  startPiece,
  withRest,
} from './pieces.ts';
import type { StepState } from './states.ts';
import { CARD_WIDTH, writeCard } from './step-card.ts';
import { areasOf, orderOf } from './step-order.ts';

export type Known = {
  readonly names: Names;
  readonly due: { readonly [step: string]: string };
  readonly states: { readonly [step: string]: StepState };
};

export type Sheet = {
  readonly width: number;
  readonly height: number;
  readonly picture: Picture;
  /** The columns of the outermost level, between which the sheet may be cut. */
  readonly columns: readonly { readonly from: number; readonly to: number }[];
};

type Level = Sheet & { readonly paths: ReadonlyMap<string, readonly Point[]> };

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Places pieces, and joins each wire's way between them with its ways inside them. */
const placePieces = (pieces: readonly Piece[], wires: readonly Wire[]): Level => {
  const arrangement = arrange(pieces, wires);
  const placed = pieces.map((piece) => {
    const { x, y } = arrangement.at.get(piece.id) ?? { x: 0, y: 0 };
    return { id: piece.id, picture: movePicture(piece.picture, x, y), paths: movePaths(piece.paths, x, y) };
  });
  const inside = new Map(placed.map((piece) => [piece.id, piece.paths]));
  const paths = new Map(
    wires.map((wire) => {
      const before = inside.get(wire.from ?? '')?.get(wire.id) ?? [];
      const after = inside.get(wire.to ?? '')?.get(wire.id) ?? [];
      return [wire.id, [...before, ...(arrangement.paths.get(wire.id) ?? []), ...after]] as const;
    }),
  );
  const { width, height, columns } = arrangement;
  return { width, height, columns, picture: joinPictures(placed.map((piece) => piece.picture)), paths };
};

const CONTAINER = { side: 24, top: 10, bottom: 22 } as const;

const stepPieces = (steps: readonly Step[], known: Known, order: ReturnType<typeof orderOf>) => {
  const cards = new Map(
    steps.map((step) => {
      const inside = step.type === 'each' ? composeSteps(step.steps, known, []) : undefined;
      const width = Math.max(CARD_WIDTH, (inside?.width ?? 0) + 2 * CONTAINER.side);
      const card = writeCard(step, known.names, own(known.due, step.id), own(known.states, step.id), width);
      const height = card.height + (inside === undefined ? 0 : inside.height + CONTAINER.top + CONTAINER.bottom);
      return [step.id, { step, card, height, inside }] as const;
    }),
  );
  const heights = new Map([...cards].map(([id, card]) => [id, card.height]));
  const { waysBack, hangings } = hangWaysBack(steps, order, heights, known.names);
  const none = { height: 0, labels: [], wires: [], out: new Map(), into: new Map() };
  const pieces = [...cards].map(([id, { step, card, height, inside }]) => {
    const within =
      inside === undefined ? EMPTY : movePicture(inside.picture, CONTAINER.side, card.height + CONTAINER.top);
    return cardPiece(step, card, height, hangings.get(id) ?? none, within);
  });
  return { pieces, waysBack };
};

/** Lays out a list of steps; `markers` stand before and after all of it. */
const composeSteps = (steps: readonly Step[], known: Known, markers: readonly Piece[]): Sheet => {
  const order = orderOf(steps);
  const { areas, home } = areasOf(steps, order);
  const { pieces, waysBack } = stepPieces(steps, known, order);

  const ends =
    markers.length === 0
      ? []
      : [
          ...(steps.length === 0 ? [{ from: 'start', to: 'end' }] : []),
          ...order.first.map((to) => ({ from: 'start', to: `step ${to}` })),
          ...order.last.filter((id) => !order.resting.has(id)).map((from) => ({ from: `step ${from}`, to: 'end' })),
        ];
  const forward = [...order.edges.map(({ from, to }) => ({ from: `step ${from}`, to: `step ${to}` })), ...ends].map(
    (edge) => ({
      ...edge,
      id: `${edge.from}\n${edge.to}`,
      lane: `to ${edge.to}`,
      below: false,
    }),
  );
  // Laid out in the direction of the order, from the redone step to the approval; drawn the other way.
  const back = waysBack.map(({ id, from, to }) => ({
    id,
    from: `step ${to}`,
    to: `step ${from}`,
    lane: id,
    below: true,
  }));
  const wires = [...forward, ...back];

  const group = (end: string): string => (end.startsWith('step ') ? (home.get(end.slice(5)) ?? end) : end);
  const isArea = new Set(areas.map((area) => area.id));
  const parts = new Map<string, Piece>(
    pieces.map((piece) => {
      const whole = markers.length > 0 && order.resting.has(piece.id) ? withRest(piece, piece.id) : piece;
      return [`step ${piece.id}`, { ...whole, id: `step ${piece.id}` }] as const;
    }),
  );
  const innerPaths = new Map<string, readonly Point[]>();
  const outer: Piece[] = [...markers];
  const seen = new Set<string>();
  for (const step of steps) {
    const id = `step ${step.id}`;
    const place = group(id);
    const piece = parts.get(id);
    if (!isArea.has(place)) {
      if (piece !== undefined) outer.push(piece);
      continue;
    }
    if (seen.has(place)) continue;
    seen.add(place);
    const area = areas.find((one) => one.id === place);
    const members = steps.filter((one) => area?.steps.includes(one.id)).map((one) => `step ${one.id}`);
    const within = new Set(members);
    const touching = wires
      .filter((wire) => within.has(wire.from) || within.has(wire.to))
      .map(
        ({ id: wireId, lane, below, from, to }): Wire => ({
          id: wireId,
          lane,
          below,
          ...(within.has(from) ? { from } : {}),
          ...(within.has(to) ? { to } : {}),
        }),
      );
    const level = placePieces(
      members.flatMap((one) => parts.get(one) ?? []),
      touching,
    );
    const crossing = new Map<string, readonly Point[]>();
    for (const wire of touching) {
      const path = level.paths.get(wire.id) ?? [];
      if (wire.from === undefined || wire.to === undefined) crossing.set(wire.id, path);
    }
    const inner = finish(
      touching.filter((wire) => wire.from !== undefined && wire.to !== undefined),
      level.paths,
      steps,
    );
    const picture = joinPictures([level.picture, { ...EMPTY, wires: inner }]);
    outer.push(
      areaPiece(place, area?.phase ?? '', { width: level.width, height: level.height, picture, paths: crossing }),
    );
  }
  const outside = wires
    .filter((wire) => group(wire.from) !== group(wire.to))
    .map((wire) => ({ ...wire, from: group(wire.from), to: group(wire.to) }));
  const level = placePieces(outer, outside);
  for (const [id, path] of level.paths) innerPaths.set(id, path);
  const drawn = finish(
    wires.filter((wire) => innerPaths.has(wire.id)),
    innerPaths,
    steps,
  );
  return { ...level, picture: joinPictures([level.picture, { ...EMPTY, wires: drawn }]) };
};

/** Wires as drawn: with the names of the steps that they join, and those that lead back turned round. */
const finish = (
  wires: readonly Wire[],
  paths: ReadonlyMap<string, readonly Point[]>,
  steps: readonly Step[],
): DrawnWire[] => {
  const guarded = new Set(steps.filter((step) => step.when !== undefined).map((step) => step.id));
  // No step can be called `@start`, but one can be called `start`.
  const named = (end = ''): string => (end.startsWith('step ') ? end.slice(5) : `@${end}`);
  return wires.map((wire) => {
    const from = named(wire.from);
    const to = named(wire.to);
    const points = paths.get(wire.id) ?? [];
    if (wire.below) return { from: to, to: from, back: true, points: [...points].reverse(), guarded: false };
    return { from, to, back: false, points, guarded: guarded.has(to) };
  });
};

/** The whole workflow on one sheet, from its start to its end. */
export const composeWorkflow = (workflow: Workflow, known: Known): Sheet =>
  composeSteps(workflow.steps, known, [startPiece(workflow), endPiece()]);
