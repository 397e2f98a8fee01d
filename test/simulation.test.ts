/**
 * Random workflows, random people, random faults: a year of each, and the reference model of the language says what is
 * right. `RUNSHEET_SEED=N` lives one of them again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLong } from './support/property.ts';
import { randomWorkflow } from './support/random-workflow.ts';
import { liveAYear } from './support/simulated-year.ts';

const COUNT = isLong ? 1_000 : 50;
const one = process.env.RUNSHEET_SEED;
const seeds = one === undefined ? Array.from({ length: COUNT }, (_, index) => index + 1) : [Number(one)];

const workflowOf = (seed: number) => {
  const [authored] = fc.sample(randomWorkflow({ mostSteps: 7, deepestEach: 1 }), { seed, numRuns: 1 });
  if (authored === undefined) throw new Error('no workflow');
  return authored;
};

it(`lives through a year of ${seeds.length} random workflows as the reference model says`, async () => {
  const outcomes = new Map<string, number>();
  let faults = 0;
  for (const seed of seeds) {
    const said = `RUNSHEET_SEED=${seed}`;
    const year = await liveAYear(workflowOf(seed), seed).catch((cause) => {
      throw new Error(`${said}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    });
    expect({ said, differences: year.differences }).toEqual({ said, differences: [] });
    expect({ said, night: year.night }).toEqual({ said, night: [] });
    const outcome = year.run.finished?.outcome ?? 'open';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (outcome !== 'open')
      expect({ said, owed: year.owed, machine: year.machine }).toEqual({ said, owed: 0, machine: 'SUCCEEDED' });
    faults += year.faults;
  }
  process.stdout.write(
    `seeds 1 to ${seeds.length}: ${JSON.stringify(Object.fromEntries(outcomes))}, ${faults} faults\n`,
  );
  if (one === undefined) expect(outcomes.get('finished')).toBeGreaterThan(seeds.length / 3);
});
