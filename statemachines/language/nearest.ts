import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant.
 *
 * Promises: a suggestion only where it is close enough to be right more often than wrong.
 */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const wanted = name.toLowerCase();
  // Of a short name, one letter more, less or other; of a longer one, two or three; of two letters nothing is left.
  let least = wanted.length <= 2 ? 1 : wanted.length <= 4 ? 2 : wanted.length <= 7 ? 3 : 4;
  let best: string | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) >= least) continue;
    const other = candidate.toLowerCase();
    const apart = isTransposed(wanted, other) ? 1 : distance(wanted, other);
    if (apart < least) {
      least = apart;
      best = candidate;
    }
  }
  return best;
};

/** @param kind what it is told with. */
export type Nearest = (kind: string, name: string, known: readonly string[]) => string | undefined;

/** A hostile file has thousands of wrong names; after so many of a kind no author reads on. */
const MOST_LOOKED_FOR = 200;

/** `nearest` for one file: of each kind, only the first names are looked for. */
export const nearestWithin = (): Nearest => {
  const counts = new Map<string, number>();
  return (kind, name, known) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count > MOST_LOOKED_FOR ? undefined : nearest(name, known);
  };
};

/** `deu` for `due`: two letters that stand next to each other exchanged. */
const isTransposed = (one: string, other: string): boolean => {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (
    at + 1 < one.length &&
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  );
};
