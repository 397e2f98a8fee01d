/**
 * What comes after what, within one list of steps.
 *
 * Promises: answers about order that do not depend on how the author wrote it. Hides: the closure.
 */

import { oncePer } from './once.ts';

export type Node = { readonly id: string; readonly after: readonly string[] };

export type Graph = {
  /** Ids such that each comes after all that it depends on; otherwise in the author's order. */
  readonly order: readonly string[];
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>;
  /** Direct successors, without those that a longer way implies. */
  readonly next: ReadonlyMap<string, readonly string[]>;
  /** Direct predecessors, without those that a longer way implies. */
  readonly previous: ReadonlyMap<string, readonly string[]>;
};

/** The steps of one cycle, its first repeated at the end; undefined where there is none. */
export const findCycle = (nodes: readonly Node[]): readonly string[] | undefined => {
  const afterOf = new Map(nodes.map(({ id, after }) => [id, after]));
  const finished = new Set<string>();
  for (const { id: start } of nodes) {
    const way: string[] = [];
    const onWay = new Set<string>();
    const pending: { id: string; next: number }[] = [];
    const enter = (id: string) => {
      way.push(id);
      onWay.add(id);
      pending.push({ id, next: 0 });
    };
    if (!finished.has(start)) enter(start);
    while (pending.length > 0) {
      const top = pending[pending.length - 1] as { id: string; next: number };
      const other = afterOf.get(top.id)?.[top.next++];
      if (other === undefined) {
        pending.pop();
        way.pop();
        onWay.delete(top.id);
        finished.add(top.id);
      } else if (onWay.has(other)) {
        // Found walking backwards along `after`; told in the order in which the work would flow.
        return [...way.slice(way.indexOf(other)), other].reverse();
      } else if (!finished.has(other) && afterOf.has(other)) {
        enter(other);
      }
    }
  }
  return undefined;
};

/** Of nodes without a cycle, whose `after` names only each other. */
export const graphOf = oncePer((nodes: readonly Node[]): Graph => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ancestors = new Map<string, ReadonlySet<string>>();
  const order: string[] = [];
  const visit = (start: string) => {
    const pending = [start];
    while (pending.length > 0) {
      const id = pending[pending.length - 1] as string;
      const after = byId.get(id)?.after ?? [];
      const missing = after.find((other) => !ancestors.has(other) && byId.has(other));
      if (missing !== undefined) {
        pending.push(missing);
        continue;
      }
      pending.pop();
      if (ancestors.has(id)) continue;
      const all = new Set<string>();
      for (const other of after) {
        all.add(other);
        for (const further of ancestors.get(other) ?? []) all.add(further);
      }
      ancestors.set(id, all);
      order.push(id);
    }
  };
  for (const { id } of nodes) visit(id);

  const previous = new Map<string, readonly string[]>();
  const next = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { id, after } of nodes) {
    const direct = [...new Set(after)].filter(
      (other) => !after.some((further) => further !== other && ancestors.get(further)?.has(other)),
    );
    previous.set(id, direct);
    for (const other of direct) next.get(other)?.push(id);
  }
  return { order, ancestors, next, previous };
});

/** What is redone from `redo` to `approval`: both, and all on a way between them. In the graph's order. */
export const redoneBlock = (graph: Graph, redo: string, approval: string): readonly string[] => {
  const before = graph.ancestors.get(approval);
  return graph.order.filter(
    (id) => id === redo || id === approval || (before?.has(id) === true && graph.ancestors.get(id)?.has(redo) === true),
  );
};
