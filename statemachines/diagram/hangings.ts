/**
 * The ways back of approvals: which there are, and how they hang below the cards that they join.
 *
 * Promises: below a card no way back crosses another, and the words of each stand free beside its line. The
 * arrow leaves an approval downwards, runs level to the left in a lane of its own, and reaches the redone
 * step from below, near its right corner; the words stand on the lane, under the approval.
 */

import type { Step } from '../language/workflow.ts';
import { type Names, waysBack } from '../wording.ts';
import { type Type, wrap } from './measure.ts';
import type { DrawnWire, Hangings } from './pieces.ts';
import { ascent, CARD_WIDTH, type Label, label, lineHeight } from './step-card.ts';
import type { StepOrder } from './step-order.ts';

export type WayBack = { readonly id: string; readonly from: string; readonly to: string };

const TYPE: Type = { size: 12, weight: 'regular' };
const CORNER = 26;
const SPREAD = { step: 14, most: 70 } as const;

type Spot = { own: number; arriving: number; low: number; lowArriving: number };

/** The ways back of a list of steps, and what hangs below each of its cards. `heights` are those of the cards. */
export const hangWaysBack = (
  steps: readonly Step[],
  order: StepOrder,
  heights: ReadonlyMap<string, number>,
  names: Names,
): { readonly waysBack: readonly WayBack[]; readonly hangings: ReadonlyMap<string, Hangings> } => {
  const asked = steps.flatMap((step) =>
    step.type === 'approval'
      ? waysBack(step).map((way, index) => ({ id: `back ${index} ${step.id}`, from: step.id, ...way }))
      : [],
  );
  // The way that is short runs above the long one, so that neither has to cross the other.
  const place = new Map(order.sequence.map((id, index) => [id, index]));
  const length = (way: { from: string; to: string }): number => (place.get(way.from) ?? 0) - (place.get(way.to) ?? 0);
  asked.sort((a, b) => length(a) - length(b));

  const arrivals = new Map<string, number>();
  const leads = (way: { from: string; to: string }): boolean => order.before.get(way.from)?.has(way.to) === true;
  for (const way of asked) if (leads(way)) arrivals.set(way.to, (arrivals.get(way.to) ?? 0) + 1);

  const spots = new Map<string, Spot>();
  const spot = (id: string): Spot => {
    const height = heights.get(id) ?? 0;
    const found = spots.get(id) ?? { own: 0, arriving: 0, low: height, lowArriving: height };
    spots.set(id, found);
    return found;
  };
  const labels = new Map<string, Label[]>();
  const wires = new Map<string, DrawnWire[]>();
  const out = new Map<string, Map<string, { x: number; lane: number }>>();
  const into = new Map<string, Map<string, { x: number; lane: number }>>();
  const drawn: WayBack[] = [];

  for (const way of asked) {
    const here = spot(way.from);
    const straight = leads(way);
    const arrived = arrivals.get(way.from) ?? 0;
    const spread = Math.min(SPREAD.step, SPREAD.most / Math.max(1, arrived));
    const x = Math.round(CARD_WIDTH - CORNER - arrived * spread - (1 - here.own) * SPREAD.step);
    const words = straight || way.to === way.from ? way.label : `${way.label}, back to “${names.step(way.to)}”`;
    const text = wrap(words, x - 22, TYPE, 3);
    const needed = here.low + 8 + text.lines.length * lineHeight(TYPE) + 5;
    const there = straight ? spot(way.to) : here;
    const lane = straight ? Math.max(needed, there.lowArriving + 18) : needed;
    let y = lane - 5 - text.lines.length * lineHeight(TYPE);
    const own = labels.get(way.from) ?? [];
    for (const line of text.lines) {
      own.push(label(line, 14, y + ascent(TYPE), x - 22, TYPE, 'ink'));
      y += lineHeight(TYPE);
    }
    labels.set(way.from, own);
    if (straight) {
      const pitch = Math.min(SPREAD.step, SPREAD.most / (arrivals.get(way.to) ?? 1));
      const target = Math.round(CARD_WIDTH - CORNER - there.arriving * pitch);
      out.set(way.from, (out.get(way.from) ?? new Map()).set(way.id, { x, lane }));
      into.set(way.to, (into.get(way.to) ?? new Map()).set(way.id, { x: target, lane }));
      drawn.push(way);
      there.arriving += 1;
      there.lowArriving = lane;
    } else if (way.to === way.from) {
      const height = heights.get(way.from) ?? 0;
      const left = 8 - 4 * here.own;
      const points = [
        { x: left, y: height },
        { x: left, y: lane },
        { x, y: lane },
        { x, y: height },
      ];
      wires.set(way.from, [
        ...(wires.get(way.from) ?? []),
        { from: way.from, to: way.to, back: true, points, guarded: false },
      ]);
    }
    here.own += 1;
    here.low = lane;
  }

  const hangings = new Map<string, Hangings>();
  for (const [id, { low, lowArriving }] of spots) {
    const height = Math.max(low, lowArriving);
    hangings.set(id, {
      height: height + 4,
      labels: labels.get(id) ?? [],
      wires: wires.get(id) ?? [],
      out: out.get(id) ?? new Map(),
      into: into.get(id) ?? new Map(),
    });
  }
  return { waysBack: drawn, hangings };
};
