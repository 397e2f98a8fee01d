/**
 * Asks dagre where the boxes of one level stand.
 *
 * Promises: the column of each box is the one after the last of those that it comes after; the columns, the order in
 * them, the heights and the points through which long wires pass are dagre's; where dagre's search for an order saves
 * no crossing, what stands in one column keeps the author's order. The same input gives the same answer.
 * Hides: that dagre is given the graph the wrong way round, from right to left: its ranker puts a box as near to the
 * end as it can, and a reader looks for it as near to the start; and the two boxes that stand for the borders.
 */

import { Graph, type GraphLabel, layout } from '@dagrejs/dagre';
import { DISTANCE } from './straighten.ts';

type Box = { readonly id: string; readonly width: number; readonly height: number };
type Edge = { readonly from?: string; readonly to?: string; readonly lane: string };

/** The middle of a box, or a point of a wire. */
export type Spot = { readonly column: number; readonly y: number };

type Spots = {
  readonly boxes: ReadonlyMap<string, Spot>;
  /** Where the wires of each lane pass columns: the way of the one that comes from furthest. */
  readonly lanes: ReadonlyMap<string, readonly Spot[]>;
};

/** What of dagre is used here. Its own types are lost to a reader who resolves modules as Node does. */
type DagreEdge = { readonly v: string; readonly w: string; readonly name?: string };
type DagreGraph = {
  nodes(): string[];
  edges(): DagreEdge[];
  predecessors(id: string): string[];
  successors(id: string): string[];
  sources(): string[];
  sinks(): string[];
  hasNode(id: string): boolean;
  node(id: string): { rank: number; order: number; y: number };
  edge(edge: DagreEdge): { readonly points: readonly { readonly y: number }[] };
  setGraph(label: GraphLabel): void;
  setNode(id: string, label: object): void;
  setEdge(v: string, w: string, label: object, name?: string): void;
};
type Order = (graph: DagreGraph, options?: { readonly disableOptimalOrderHeuristic?: boolean }) => void;

/** No box has such an id. */
const BORDER = { left: '<', right: '>' } as const;

/** Between two columns dagre has a rank in which each wire has a point; which way round it passes there is not drawn. */
const crossingsIn = (graph: DagreGraph): number => {
  const gaps = new Map<number, { start: number; end: number }[]>();
  for (const id of graph.nodes()) {
    const { rank } = graph.node(id);
    if (rank % 2 === 0) continue;
    const [before = '', after = ''] = [...graph.predecessors(id), ...graph.successors(id)];
    const gap = gaps.get(rank) ?? [];
    gaps.set(rank, gap);
    gap.push({ start: graph.node(before).order, end: graph.node(after).order });
  }
  let crossings = 0;
  for (const gap of gaps.values())
    for (const one of gap) for (const other of gap) if (one.start < other.start && one.end > other.end) crossings += 1;
  return crossings;
};

/** More points than this are a tangle in any order, and the search would take a second. */
const MANY = 4000;

/** dagre's search turns round what is even, so its finding counts only where it saves a crossing. */
const orderLikeAuthor = (graph: DagreGraph, order: Order): void => {
  order(graph, { disableOptimalOrderHeuristic: true });
  const before = crossingsIn(graph);
  if (before === 0 || graph.nodes().length > MANY) return;
  const authors = new Map(graph.nodes().map((id) => [id, graph.node(id).order]));
  order(graph);
  if (crossingsIn(graph) < before) return;
  for (const [id, place] of authors) graph.node(id).order = place;
};

const graphOf = (boxes: readonly Box[], edges: readonly Edge[]): DagreGraph => {
  const graph: DagreGraph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'RL', ranker: 'longest-path', nodesep: DISTANCE.boxes, edgesep: DISTANCE.lanes });
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  const join = (from: string, to: string, lane?: string): void => {
    for (const end of [from, to]) if (!graph.hasNode(end)) graph.setNode(end, { width: 0, height: 0 });
    graph.setEdge(to, from, {}, lane);
  };
  for (const { from = BORDER.left, to = BORDER.right, lane } of edges) join(from, to, lane);
  // What lies beyond a border lies beyond all boxes.
  if (graph.hasNode(BORDER.left)) for (const id of graph.sinks()) if (id !== BORDER.left) join(BORDER.left, id);
  if (graph.hasNode(BORDER.right)) for (const id of graph.sources()) if (id !== BORDER.right) join(id, BORDER.right);
  return graph;
};

export const askDagre = (boxes: readonly Box[], edges: readonly Edge[]): Spots => {
  const graph = graphOf(boxes, edges);
  layout(graph, { customOrder: orderLikeAuthor });
  // dagre counts two ranks to a column, the second for the labels that edges may have.
  const rank = (id: string): number => graph.node(id).rank / 2;
  const first = Math.max(...boxes.map(({ id }) => rank(id)));
  const lanes = new Map<string, Spot[]>();
  for (const edge of graph.edges()) {
    const { name: lane } = edge;
    if (lane === undefined) continue;
    const points = graph.edge(edge).points.toReversed();
    const spots = points
      .filter((_, index) => index % 2 === 0 && index > 0 && index < points.length - 1)
      .map(({ y }, index) => ({ column: first - rank(edge.w) + index + 1, y }));
    if (spots.length > (lanes.get(lane)?.length ?? 0)) lanes.set(lane, spots);
  }
  return {
    boxes: new Map(boxes.map(({ id }) => [id, { column: first - rank(id), y: graph.node(id).y }])),
    lanes,
  };
};
