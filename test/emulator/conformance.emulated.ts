/**
 * The machines that are deployed, in engines that are not ours: given the same answers in the same order, they call
 * for the same, with the same inputs, enter the same states and come to the same end as in the sandbox's runner.
 *
 * What is compared of the states: the sequence in the machine itself and in each branch; inside of a Map, where items
 * go on side by side, which states and how often, besides the calls of each item in their order.
 */
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { clientOf } from './support/deployment.ts';
import { startEmulator } from './support/emulator.ts';
import { type ForeignEngine, type ForeignRun, foreignMachine } from './support/foreign-engine.ts';
import { startMoto } from './support/moto.ts';
import { type Rehearsal, type RehearsedMachine, rehearsedAtRandom, rehearsedLibrary } from './support/rehearsal.ts';
import type { ServerProcess } from './support/server-process.ts';
import { inScopes } from './support/state-scopes.ts';

const machines = [...(await rehearsedLibrary()), ...(await rehearsedAtRandom(100))];
const ENVIRONMENT = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

type Engine = {
  readonly start: () => Promise<ServerProcess>;
  /** Why a run cannot be shown there; undefined where it can. */
  readonly beyond: (machine: RehearsedMachine, run: Rehearsal) => string | undefined;
  /** Whether its history tells of states in branches. */
  readonly tellsOfBranches: boolean;
};

const BRANCHES = 'branches of a Parallel share one context, in which one takes the token or a variable of another';
const FAILING_ITEM = 'an item fails, and the others are waited for instead of being given up';
const ENGINES: { readonly [name: string]: Engine } = {
  MiniStack: {
    start: startEmulator,
    beyond: ({ asl }, { exchanges }) =>
      JSON.stringify(asl).includes('"Type":"Parallel"')
        ? BRANCHES
        : exchanges.some(({ kind }) => kind === 'abandoned')
          ? FAILING_ITEM
          : undefined,
    tellsOfBranches: false,
  },
  moto: { start: startMoto, beyond: () => undefined, tellsOfBranches: true },
};

const shownBy = ({ beyond }: Engine, machine: RehearsedMachine): readonly Rehearsal[] =>
  machine.runs.filter((run) => beyond(machine, run) === undefined);

test('every workflow of the library and a hundred random ones are shown whole by an engine at least', () => {
  expect(machines).toHaveLength(115);
  const unshown = machines.filter((machine) =>
    machine.runs.some((run) => Object.values(ENGINES).every(({ beyond }) => beyond(machine, run) !== undefined)),
  );
  expect(unshown.map(({ name }) => name)).toEqual([]);
});

describe.each(Object.entries(ENGINES))('in %s', (_, engine) => {
  let server: ServerProcess | undefined;
  let foreign: ForeignEngine;
  beforeAll(async () => {
    server = await engine.start();
    const client = clientOf({ endpoint: server.endpoint, environment: ENVIRONMENT });
    foreign = { sfn: new SFNClient(client), sqs: new SQSClient(client) };
  });
  afterAll(() => server?.stop());

  const shown = machines.filter((machine) => shownBy(engine, machine).length > 0);
  it.concurrent.for(shown)('$name goes as in the sandbox', async (machine, { expect: expects }) => {
    const there = await foreignMachine(foreign, machine.asl);
    for (const run of shownBy(engine, machine)) {
      const played = await there.play(run);
      expects(played.differences, run.how).toEqual([]);
      expects(seen(machine.asl, played, engine), run.how).toEqual(seen(machine.asl, run, engine));
    }
  });
});

const seen = (asl: unknown, { entered, end }: Pick<ForeignRun, 'entered' | 'end'>, { tellsOfBranches }: Engine) => {
  const states = inScopes(asl, entered);
  return { end, states: tellsOfBranches ? states : { machine: states.machine } };
};
