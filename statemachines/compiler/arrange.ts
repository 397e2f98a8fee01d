/**
 * How the steps of one list nest: in a row, side by side, or in a block that is done again.
 *
 * Promises: for any acyclic graph an arrangement in which a step begins exactly when all that it comes after
 * has finished. What nesting cannot express is left to gates: a step that has some waits in its branch until
 * those steps, which are in other branches, have finished. A graph that nests has none, unless it nests very deep.
 * Hides: how the graph is taken apart. A set of steps falls into parts between which there is no order (side by
 * side), or into parts that all come after each other (in a row). One that does neither is cut along the fewest
 * edges; a cut edge becomes a gate.
 */
import { type Redone, redoneBlocks } from '../language/all-steps.ts';
import { type Graph, graphOf } from '../language/graph.ts';
import { oncePer } from '../language/once.ts';
import type { Approval, Step } from '../language/workflow.ts';

export type Arrangement =
  | { readonly kind: 'step'; readonly step: Step; readonly gates: readonly string[] }
  | { readonly kind: 'row'; readonly parts: readonly Arrangement[] }
  | { readonly kind: 'together'; readonly parts: readonly Arrangement[] }
  /** Done again from its first state while one of `approvals`, its last step, asks for it. */
  | { readonly kind: 'block'; readonly approval: Approval; readonly redo: string; readonly body: Arrangement };

export const arrange = oncePer((steps: readonly Step[]): Arrangement => {
  const graph = graphOf(steps);
  const blocks = bySize(redoneBlocks(steps));
  const byId = new Map(steps.map((step) => [step.id, step]));
  return arrangeWithin(new Set(steps.map(({ id }) => id)), undefined, { graph, blocks, byId }, 0);
});

/** The widest first. */
const bySize = (blocks: readonly Redone[]): readonly Redone[] => blocks.toSorted((a, b) => b.steps.size - a.steps.size);

type Around = { readonly graph: Graph; readonly blocks: readonly Redone[]; readonly byId: ReadonlyMap<string, Step> };
/** A step, or a block seen from outside. */
type Unit = {
  readonly ids: ReadonlySet<string>;
  readonly head: string;
  readonly tail: string;
  readonly block?: Redone;
};

/** @param depth how deep branches nest already. */
const arrangeWithin = (
  ids: ReadonlySet<string>,
  inside: Redone | undefined,
  around: Around,
  depth: number,
): Arrangement => {
  const { graph, blocks, byId } = around;
  const units: Unit[] = [];
  const unitOf = new Map<string, number>();
  for (const id of graph.order) {
    if (!ids.has(id) || unitOf.has(id)) continue;
    // Blocks come widest first, so the first that fits within is the outermost; equal ones nest in that order too.
    const block = blocks.find((one) => one.steps.has(id) && isInside(one, inside, blocks));
    const unit: Unit =
      block === undefined
        ? { ids: new Set([id]), head: id, tail: id }
        : { ids: block.steps, head: block.redo, tail: block.approval, block };
    for (const member of unit.ids) unitOf.set(member, units.length);
    units.push(unit);
  }
  const edges: Edge[] = [];
  for (const [index, unit] of units.entries()) {
    for (const before of graph.previous.get(unit.head) ?? []) {
      const from = unitOf.get(before);
      if (from !== undefined && from !== index) edges.push([from, index]);
    }
  }
  const gates: [string, string][] = [];
  const nested = nest(
    units.map((_, index) => index),
    edges,
    ([from, to]) => gates.push([units[from]?.tail as string, units[to]?.head as string]),
    depth,
  );
  const gatesOf = (id: string): readonly string[] => gates.filter(([, to]) => to === id).map(([from]) => from);

  const build = (part: Nesting, deep: number): Arrangement => {
    if (part.kind !== 'unit')
      return {
        kind: part.kind,
        parts: part.parts.map((inner) => build(inner, part.kind === 'together' ? deep + 1 : deep)),
      };
    const unit = units[part.unit] as Unit;
    if (unit.block === undefined) return { kind: 'step', step: byId.get(unit.head) as Step, gates: gatesOf(unit.head) };
    const { block } = unit;
    const body = arrangeWithin(block.steps, block, around, deep);
    return {
      kind: 'block',
      approval: byId.get(block.approval) as Approval,
      redo: block.redo,
      body: withGates(body, gatesInto(block, gatesOf(unit.head), graph)),
    };
  };
  return build(nested, depth);
};

const isInside = (one: Redone, outer: Redone | undefined, blocks: readonly Redone[]): boolean => {
  if (outer === undefined) return true;
  return (
    one !== outer && blocks.indexOf(one) > blocks.indexOf(outer) && [...one.steps].every((id) => outer.steps.has(id))
  );
};

/** Gates of the block's head, and of steps in its middle that come after something outside which the head does not come after. */
const gatesInto = (block: Redone, ofHead: readonly string[], graph: Graph): ReadonlyMap<string, readonly string[]> => {
  const result = new Map<string, readonly string[]>();
  if (ofHead.length > 0) result.set(block.redo, ofHead);
  for (const id of block.steps) {
    if (id === block.redo) continue;
    const outside = (graph.previous.get(id) ?? []).filter(
      (before) => !block.steps.has(before) && graph.ancestors.get(block.redo)?.has(before) !== true,
    );
    if (outside.length > 0) result.set(id, outside);
  }
  return result;
};

const withGates = (part: Arrangement, gates: ReadonlyMap<string, readonly string[]>): Arrangement => {
  if (gates.size === 0) return part;
  if (part.kind === 'step')
    return { ...part, gates: [...new Set([...part.gates, ...(gates.get(part.step.id) ?? [])])] };
  if (part.kind === 'block') return { ...part, body: withGates(part.body, gates) };
  return { ...part, parts: part.parts.map((inner) => withGates(inner, gates)) };
};

// Taking a graph apart ------------------------------------------------------------------------------

type Edge = readonly [from: number, to: number];
type Nesting =
  | { readonly kind: 'unit'; readonly unit: number }
  | { readonly kind: 'row' | 'together'; readonly parts: readonly Nesting[] };

/** Deeper than this, gates take over: nobody can read what nests deeper, and not every engine can run it. */
const DEEPEST = 12;

/** @param members in an order in which none comes before what it comes after. */
const nest = (
  members: readonly number[],
  edges: readonly Edge[],
  cutEdge: (edge: Edge) => void,
  depth: number,
): Nesting => {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return { kind: 'unit', unit: only };
  const apart = components(members, edges);
  if (apart.length > 1)
    return { kind: 'together', parts: apart.map((part) => nest(part, within(part, edges), cutEdge, depth + 1)) };
  const row = inARow(members, edges);
  const isTooDeep = depth >= DEEPEST && row.length < members.length;
  if (row.length > 1 && !isTooDeep) {
    return {
      kind: 'row',
      parts: row.flatMap((part) => {
        const inner = nest(part, within(part, edges), cutEdge, depth);
        return inner.kind === 'row' ? inner.parts : [inner];
      }),
    };
  }
  const cut = new Set(isTooDeep ? edgesBetweenChains(edges) : fewestEdges(members, edges));
  for (const edge of cut) cutEdge(edge);
  return nest(
    members,
    edges.filter((edge) => !cut.has(edge)),
    cutEdge,
    depth,
  );
};

/** Edges without which there are only rows side by side. */
const edgesBetweenChains = (edges: readonly Edge[]): readonly Edge[] => {
  const hasNext = new Set<number>();
  const hasPrevious = new Set<number>();
  return edges.filter(([from, to]) => {
    if (hasNext.has(from) || hasPrevious.has(to)) return true;
    hasNext.add(from);
    hasPrevious.add(to);
    return false;
  });
};

const within = (part: readonly number[], edges: readonly Edge[]): readonly Edge[] => {
  const inside = new Set(part);
  return edges.filter(([from, to]) => inside.has(from) && inside.has(to));
};

/** Parts between which there is no edge, in the order of their first members. */
const components = (members: readonly number[], edges: readonly Edge[]): number[][] => {
  const root = new Map(members.map((member) => [member, member]));
  const find = (member: number): number => {
    let top = member;
    while (root.get(top) !== top) top = root.get(top) as number;
    for (let here = member; here !== top; ) {
      const up = root.get(here) as number;
      root.set(here, top);
      here = up;
    }
    return top;
  };
  for (const [from, to] of edges) root.set(find(from), find(to));
  const parts = new Map<number, number[]>();
  for (const member of members) {
    const top = find(member);
    const part = parts.get(top);
    if (part === undefined) parts.set(top, [member]);
    else part.push(member);
  }
  return [...parts.values()];
};

/**
 * The finest parts of which each comes wholly after the one before. Along an order that respects the edges such a
 * part ends where everything so far comes before everything that follows: where as many pairs are in order as
 * there are at all.
 */
const inARow = (members: readonly number[], edges: readonly Edge[]): number[][] => {
  const place = new Map(members.map((member, index) => [member, index]));
  const words = Math.ceil(members.length / 32);
  const before = members.map(() => new Uint32Array(words));
  const incoming = members.map((): number[] => []);
  for (const [from, to] of edges) incoming[place.get(to) as number]?.push(place.get(from) as number);
  for (const [index, row] of before.entries()) {
    for (const from of incoming[index] as number[]) {
      const other = before[from] as Uint32Array;
      for (let word = 0; word < words; word++) row[word] = (row[word] as number) | (other[word] as number);
      row[from >> 5] = (row[from >> 5] as number) | (1 << (from & 31));
    }
  }
  // A cut before `k` needs every later member to come after all of the first k: after the one that none of them precedes least.
  const prefix = before.map((row) => {
    let length = 0;
    while (length < members.length && ((row[length >> 5] as number) >>> (length & 31)) & 1) length++;
    return length;
  });
  const parts: number[][] = [];
  let least = members.length;
  let end = members.length;
  for (let index = members.length - 1; index >= 0; index--) {
    least = Math.min(least, prefix[index] as number);
    if (least >= index) {
      parts.unshift(members.slice(index, end));
      end = index;
    }
  }
  return parts;
};

/** From this size on, a good cut is not worth looking for among all. */
const LARGEST_CUT_SEARCH = 40;

/** Edges without which the members fall apart: a bridge where there is one, else the fewest; rather those from a fork into a join. */
const fewestEdges = (members: readonly number[], edges: readonly Edge[]): readonly Edge[] => {
  const out = new Map<number, number>();
  const into = new Map<number, number>();
  for (const [from, to] of edges) {
    out.set(from, (out.get(from) ?? 0) + 1);
    into.set(to, (into.get(to) ?? 0) + 1);
  }
  const cost = ([from, to]: Edge): number =>
    100 + ((out.get(from) ?? 0) > 1 ? 0 : 2) + ((into.get(to) ?? 0) > 1 ? 0 : 5);
  const bridges = bridgesOf(members, edges).sort((a, b) => cost(a) - cost(b));
  const [bridge] = bridges;
  if (bridge !== undefined) return [bridge];
  if (members.length > LARGEST_CUT_SEARCH) {
    const last = [...members].reverse().find((member) => (into.get(member) ?? 0) > 1);
    return edges.filter(([, to]) => to === last).slice(1);
  }
  const side = smallestCut(members, edges, cost);
  return edges.filter(([from, to]) => side.has(from) !== side.has(to));
};

/** Edges of which each alone holds two parts together (Tarjan, without recursion). */
const bridgesOf = (members: readonly number[], edges: readonly Edge[]): Edge[] => {
  const touching = new Map<number, { edge: Edge; other: number }[]>(members.map((member) => [member, []]));
  for (const edge of edges) {
    touching.get(edge[0])?.push({ edge, other: edge[1] });
    touching.get(edge[1])?.push({ edge, other: edge[0] });
  }
  const found = new Map<number, number>();
  const low = new Map<number, number>();
  const bridges: Edge[] = [];
  const [start] = members;
  if (start === undefined) return bridges;
  let time = 0;
  const pending: { node: number; by?: Edge; next: number }[] = [{ node: start, next: 0 }];
  found.set(start, time);
  low.set(start, time++);
  while (pending.length > 0) {
    const top = pending[pending.length - 1] as { node: number; by?: Edge; next: number };
    const step = touching.get(top.node)?.[top.next++];
    if (step === undefined) {
      pending.pop();
      const parent = pending[pending.length - 1];
      if (parent === undefined || top.by === undefined) continue;
      low.set(parent.node, Math.min(low.get(parent.node) as number, low.get(top.node) as number));
      if ((low.get(top.node) as number) > (found.get(parent.node) as number)) bridges.push(top.by);
    } else if (step.edge !== top.by) {
      const seen = found.get(step.other);
      if (seen !== undefined) low.set(top.node, Math.min(low.get(top.node) as number, seen));
      else {
        found.set(step.other, time);
        low.set(step.other, time++);
        pending.push({ node: step.other, by: step.edge, next: 0 });
      }
    }
  }
  return bridges;
};

/** One side of a cheapest cut (Stoer and Wagner, 1997). */
const smallestCut = (
  members: readonly number[],
  edges: readonly Edge[],
  cost: (edge: Edge) => number,
): ReadonlySet<number> => {
  const count = members.length;
  const place = new Map(members.map((member, index) => [member, index]));
  const weight = members.map(() => new Float64Array(count));
  for (const edge of edges) {
    const a = place.get(edge[0]) as number;
    const b = place.get(edge[1]) as number;
    (weight[a] as Float64Array)[b] = ((weight[a] as Float64Array)[b] as number) + cost(edge);
    (weight[b] as Float64Array)[a] = (weight[a] as Float64Array)[b] as number;
  }
  const merged = members.map((member) => [member]);
  let left = members.map((_, index) => index);
  let best = Number.POSITIVE_INFINITY;
  let side: readonly number[] = [];
  while (left.length > 1) {
    const pull = new Float64Array(count);
    const waiting = new Set(left);
    let last = left[0] as number;
    let beforeLast = last;
    while (waiting.size > 0) {
      let next = -1;
      for (const index of waiting) if (next < 0 || (pull[index] as number) > (pull[next] as number)) next = index;
      waiting.delete(next);
      beforeLast = last;
      last = next;
      if (waiting.size > 0)
        for (const index of waiting)
          pull[index] = (pull[index] as number) + ((weight[next] as Float64Array)[index] as number);
    }
    if ((pull[last] as number) < best) {
      best = pull[last] as number;
      side = [...(merged[last] as number[])];
    }
    merged[beforeLast]?.push(...(merged[last] as number[]));
    for (const index of left) {
      const sum =
        ((weight[beforeLast] as Float64Array)[index] as number) + ((weight[last] as Float64Array)[index] as number);
      (weight[beforeLast] as Float64Array)[index] = sum;
      (weight[index] as Float64Array)[beforeLast] = sum;
    }
    left = left.filter((index) => index !== last);
  }
  return new Set(side);
};
