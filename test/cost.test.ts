import { describe, expect, it } from 'vitest';
import { costOfReferenceRun } from './bench/cost.ts';

/** trust.md, Test targets: fail at 10 % more. */
const ALLOWED = { transitions: 15 * 1.1, mails: 19 * 1.1, write_units: 218 * 1.1 };

describe('the reference run, a blog post from its request to its end', () => {
  it('costs no more transitions, mails and write units than it may', async () => {
    const { transitions, mails, write_units } = await costOfReferenceRun();
    expect(transitions).toBeLessThanOrEqual(ALLOWED.transitions);
    expect(mails).toBeLessThanOrEqual(ALLOWED.mails);
    expect(write_units).toBeLessThanOrEqual(ALLOWED.write_units);
    // A meter that stands still would pass.
    expect(transitions).toBeGreaterThanOrEqual(10);
    expect(mails).toBeGreaterThanOrEqual(9);
    expect(write_units).toBeGreaterThanOrEqual(50);
  });
});
