/** Bytes that look like chance and are the same for the same seed: for rehearsals, never for secrets that matter. */
import { hash } from 'node:crypto';
import type { Chance } from '../../functions/core/ports.ts';

export const seededChance = (seed: string): Chance => {
  let count = 0;
  return {
    bytes: (length) => {
      const parts: Buffer[] = [];
      for (let got = 0; got < length; got += 32) {
        parts.push(hash('sha256', `${seed} ${count}`, 'buffer'));
        count += 1;
      }
      return new Uint8Array(Buffer.concat(parts).subarray(0, length));
    },
  };
};
