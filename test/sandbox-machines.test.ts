import { describe, expect, it } from 'vitest';
import { inMemory } from '../infra/sandbox/keeping.ts';
import {
  ALL_MAILS,
  DAY,
  dyingStore,
  INPUT,
  later,
  MACHINE,
  type Play,
  play,
  playFunctions,
  START,
} from './support/sandbox-functions.ts';

const clock = { kind: 'virtual', start: START } as const;
const tokenOf = async ({ ports }: Play, step: string): Promise<string> =>
  String((await ports.records.read('token', `run-1/${step}`))?.value);
const mailIds = async ({ inbox }: Play): Promise<string[]> => (await inbox.list()).map(({ id }) => id).sort();

describe('a token of the sandbox', () => {
  it('is taken once, and then answered as AWS does', async () => {
    const sandbox = await play({ clock });
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    const token = await tokenOf(sandbox, 'draft');
    expect(await sandbox.host.answer({ kind: 'token-success', token, output: {} })).toBe('accepted');
    expect(await sandbox.host.answer({ kind: 'token-success', token, output: {} })).toBe('TaskTimedOut');
    expect(await sandbox.host.answer({ kind: 'token-failure', token, error: 'Stopped' })).toBe('TaskTimedOut');
    expect(await sandbox.ports.machines.succeed(token, {})).toBe('gone');
    const other = token.replace(/\.[0-9a-f]{32}\./, `.${'0'.repeat(32)}.`);
    expect(await sandbox.host.answer({ kind: 'token-success', token: other, output: {} })).toBe('InvalidToken');
    expect(await sandbox.host.answer({ kind: 'token-success', token: 'junk', output: {} })).toBe('InvalidToken');
    expect(await sandbox.ports.machines.fail('junk', 'Stopped', '')).toBe('gone');
  });

  it('is gone when its machine was stopped, and the end is told', async () => {
    const sandbox = await play({ clock });
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    const token = await tokenOf(sandbox, 'draft');
    expect(await sandbox.host.stop('run-1', 'Cancelled', 'by hand')).toBe('accepted');
    expect(await sandbox.host.answer({ kind: 'token-success', token, output: {} })).toBe('TaskTimedOut');
    await sandbox.time.rest();
    expect(sandbox.functions.ends).toEqual([{ run: 'run-1', status: 'ABORTED', error: 'Cancelled', cause: 'by hand' }]);
  });

  it('has one winner of a hundred answers at the same moment', async () => {
    const sandbox = await play({ clock });
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    const token = await tokenOf(sandbox, 'draft');
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => sandbox.ports.machines.succeed(token, { n })),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  });
});

describe('a start', () => {
  it('of the same run with the same input is one start, also after its end; other input is refused', async () => {
    const sandbox = await play({ clock });
    const { machines } = sandbox.ports;
    const both = await Promise.all([machines.start('flow', 'run-1', INPUT), machines.start('flow', 'run-1', INPUT)]);
    expect(both).toEqual(['started', 'started']);
    expect(await machines.start('flow', 'run-1', { ...INPUT, inputs: { topic: 'x' } })).toBe('other-input');
    expect(await machines.start('nothing', 'run-2', INPUT)).toBe('no-machine');
    await sandbox.time.to(later(START, 30 * DAY));
    expect(await machines.start('flow', 'run-1', INPUT)).toBe('started');
    await sandbox.time.rest();
    expect(sandbox.functions.ends).toEqual([{ run: 'run-1', status: 'SUCCEEDED' }]);
  });

  it('keeps its machine when the workflow has changed and the process is another', async () => {
    const keeping = inMemory();
    const first = await play({ clock, keeping });
    await first.ports.machines.start('flow', 'run-1', INPUT);
    await first.time.rest();
    await first.close();
    const changed = { ...MACHINE, StartAt: 'close', States: { close: MACHINE.States.close } };
    const second = await play({ keeping, machineOf: () => changed });
    await second.ports.machines.start('flow', 'run-2', INPUT);
    await second.time.to(later(START, 30 * DAY));
    expect((await second.host.read('run-1'))?.entered).toEqual([
      'open',
      'both',
      'draft',
      'picture',
      'pause',
      'mail',
      'check',
      'close',
    ]);
    expect((await second.host.read('run-2'))?.entered).toEqual(['close']);
    expect(second.functions.ends.map(({ run, status }) => `${run} ${status}`).sort()).toEqual([
      'run-1 SUCCEEDED',
      'run-2 SUCCEEDED',
    ]);
  });

  it.each([
    [
      'an unknown function',
      {
        ...MACHINE,
        States: {
          ...MACHINE.States,
          open: { ...MACHINE.States.open, Arguments: { FunctionName: '${Nobody}', Payload: {} } },
        },
      },
      'there is no function Nobody',
    ],
    ['an unknown construct', { ...MACHINE, Surprise: true }, 'the machine: field Surprise'],
  ])('of a machine with %s fails, is told and logged', async (_, machine, why) => {
    const lines: string[] = [];
    const sandbox = await play({ clock, machineOf: () => machine, writeLog: (line) => lines.push(line) });
    expect(await sandbox.ports.machines.start('flow', 'run-1', INPUT)).toBe('started');
    await sandbox.time.rest();
    expect(sandbox.functions.ends).toEqual([{ run: 'run-1', status: 'FAILED', error: 'States.Runtime', cause: why }]);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      level: 'error',
      what: 'a machine cannot go on',
      run: 'run-1',
      because: { message: why },
    });
  });
});

describe('a function that a machine calls', () => {
  it('is caught and tried again by the name of its error', async () => {
    const calls: string[] = [];
    const sandbox = await play({
      clock,
      makeHosted: (ports) => {
        const functions = playFunctions(ports);
        return {
          ...functions,
          task: async (name, payload) => {
            if (name === 'SendEmail') calls.push(ports.clock.now());
            if (name === 'SendEmail' && calls.length < 3) throw Object.assign(new Error('busy'), { name: 'TryAgain' });
            return functions.task(name, payload);
          },
        };
      },
    });
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.to(later(START, 30 * DAY));
    const first = '2027-01-09T08:00:00.000Z';
    expect(calls).toEqual([first, '2027-01-09T08:01:00.000Z', '2027-01-09T08:03:00.000Z']);
    expect((await sandbox.host.read('run-1'))?.status).toBe('SUCCEEDED');
  });
});

describe('a process that dies before any of its writes', () => {
  it('ends every run the same, with the same mails, each once', async () => {
    const end = later(START, 30 * DAY);
    const live = async (sandbox: Play): Promise<void> => {
      await sandbox.ports.machines.start('flow', 'run-1', INPUT);
      if (sandbox.time.now() < end) await sandbox.time.to(end);
    };
    let writes = 0;
    for (let survived = false; !survived; writes += 1) {
      const keeping = inMemory();
      const dying = dyingStore(keeping.store, writes);
      try {
        const before = await play({ keeping: { ...keeping, store: dying }, clock });
        await live(before).finally(before.time.close);
      } catch (problem) {
        expect(problem).toHaveProperty('name', 'TryAgain');
      }
      survived = !dying.died();
      const again = await play({
        keeping,
        clock: { kind: 'virtual', ...((await keeping.store.read('clock')) ? {} : { start: START }) },
      });
      await live(again);
      expect(await mailIds(again)).toEqual(ALL_MAILS);
      expect((await again.host.read('run-1'))?.status).toBe('SUCCEEDED');
      expect(await keeping.store.list('effect/')).toEqual([]);
      expect(await keeping.store.list('timer/')).toEqual([]);
      expect(await keeping.store.list('alarm/')).toEqual([]);
    }
    expect(writes).toBeGreaterThan(40);
  });
});
