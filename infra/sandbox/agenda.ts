/**
 * What is due when: machine timers, alarms, scheduled starts, sweeps, and what is to be tried again.
 *
 * Promises: handed out in the order of their instants, those of one instant in the order in which they were set. What
 * was handed out is no longer on it; whoever set it sees to it that it gets done. Keeps nothing beyond the process.
 * Hides: a heap, in which what was cleared or replaced stays until it comes up.
 */

export type Due = { readonly key: string; readonly at: string; readonly fire: () => Promise<void> };
export type Agenda = {
  /** Takes the place of what has the same key. */
  readonly set: (due: Due) => void;
  readonly clear: (key: string) => void;
  /** When the next thing is due. */
  readonly next: () => string | undefined;
  /** Takes off the next thing that is due at an instant. */
  readonly take: (now: string) => Due | undefined;
  /** Is told whenever something has been set. */
  readonly onSet: (tell: () => void) => void;
};

type Placed = { readonly due: Due; readonly order: number };

export function agenda(): Agenda {
  const heap: Placed[] = [];
  const current = new Map<string, Placed>();
  let order = 0;
  let told = (): void => {};

  const first = (): Placed | undefined => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (current.get(top.due.key) === top) return top;
      removeTop(heap);
    }
    return undefined;
  };
  return {
    set: (due) => {
      const placed = { due, order: order++ };
      current.set(due.key, placed);
      insert(heap, placed);
      told();
    },
    clear: (key) => void current.delete(key),
    next: () => first()?.due.at,
    take: (now) => {
      const top = first();
      if (top === undefined || top.due.at > now) return undefined;
      removeTop(heap);
      current.delete(top.due.key);
      return top.due;
    },
    onSet: (tell) => {
      told = tell;
    },
  };
}

const isBefore = (one: Placed, other: Placed): boolean =>
  one.due.at === other.due.at ? one.order < other.order : one.due.at < other.due.at;

function insert(heap: Placed[], placed: Placed): void {
  let hole = heap.push(placed) - 1;
  while (hole > 0) {
    const above = (hole - 1) >> 1;
    const other = heap[above] as Placed;
    if (!isBefore(placed, other)) break;
    heap[hole] = other;
    hole = above;
  }
  heap[hole] = placed;
}

function removeTop(heap: Placed[]): void {
  const placed = heap.pop();
  if (placed === undefined || heap.length === 0) return;
  let hole = 0;
  for (;;) {
    let below = 2 * hole + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Placed, heap[below] as Placed)) below += 1;
    if (!isBefore(heap[below] as Placed, placed)) break;
    heap[hole] = heap[below] as Placed;
    hole = below;
  }
  heap[hole] = placed;
}
