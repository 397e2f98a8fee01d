/** One order of turns among many: a seed decides who takes the next one, and whether it fails. */
import type { Fault, Turns } from './turns.ts';

const FAULTS: readonly Fault[] = ['error-before', 'lost-reply', 'late', 'crash-before', 'crash-after'];

/** Lets one after the other take its turn until nobody can go on, with as many faults at most. */
export const playAtRandom = async (turns: Turns, draw: (below: number) => number, mostFaults: number) => {
  let faultsLeft = mostFaults;
  const fault = (): Fault => {
    if (faultsLeft === 0 || draw(25) > 0) return 'none';
    faultsLeft -= 1;
    return FAULTS[draw(FAULTS.length)] as Fault;
  };
  for (;;) {
    const waiting = await turns.quiet();
    const next = waiting[draw(Math.max(1, waiting.length))];
    if (next === undefined) return;
    turns.take(next, next.port === 'itself' ? 'none' : fault());
  }
};

/** Whole numbers from 0 up to below `below`, the same for the same seed (mulberry32). */
export const drawFrom = (seed: number): ((below: number) => number) => {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
