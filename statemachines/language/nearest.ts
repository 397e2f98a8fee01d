import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant.
 *
 * Promises: a suggestion only where it is close enough to be right more often than wrong.
 */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const wanted = name.toLowerCase();
  let least = wanted.length <= 3 ? 2 : wanted.length <= 6 ? 3 : 4;
  let best: string | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) >= least) continue;
    const apart = distance(wanted, candidate.toLowerCase());
    if (apart < least) {
      least = apart;
      best = candidate;
    }
  }
  return best;
};
