/** Properties that hold for many random cases: some in the ordinary run, many with RUNSHEET_LONG=1. */
import fc from 'fast-check';
import { it } from 'vitest';

export { fc };

export const isLong = process.env.RUNSHEET_LONG === '1';

type Arbitraries<T extends unknown[]> = { [K in keyof T]: fc.Arbitrary<T[K]> };

/** @param runs how many cases: in the ordinary run, and in the long one. */
export const test = <T extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: Arbitraries<T>,
  check: (...values: T) => void,
  runs: { readonly ordinary: number; readonly long: number } = { ordinary: 500, long: 50_000 },
): void => {
  it(name, () => {
    fc.assert(fc.property(...(arbitraries as never as [fc.Arbitrary<unknown>]), check as never), {
      numRuns: isLong ? runs.long : runs.ordinary,
    });
  });
};
