/** So many at once and no more, first come, first served. */
export type AtMost = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function atMost(count: number): AtMost {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
