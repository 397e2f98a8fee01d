import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TryAgain } from '../functions/core/history.ts';
import { inMemory } from '../infra/sandbox/keeping.ts';
import { DAY, INPUT, later, type Play, play, playFunctions, START } from './support/sandbox-functions.ts';

const clock = { kind: 'virtual', start: START } as const;
const gathered = (person: string) => ({ kind: 'gathered', person }) as const;
const alarmedPeople = ({ functions }: Play): string[] =>
  functions.alarmed.flatMap((call) => (call.kind === 'gathered' ? [call.person] : []));

describe('a virtual clock', () => {
  it('stands still until it is moved, and not backwards', async () => {
    const { time } = await play({ clock });
    expect(time.now()).toBe(START);
    expect(await time.to('2027-01-05T08:00:00.000Z')).toBe('2027-01-05T08:00:00.000Z');
    expect(time.now()).toBe('2027-01-05T08:00:00.000Z');
    await expect(time.to(START)).rejects.toMatchObject({ name: 'NotPossible', status: 409 });
  });

  it('stands where it stood when the process is another', async () => {
    const keeping = inMemory();
    const first = await play({ clock, keeping });
    await first.time.to('2027-01-05T08:00:00.000Z');
    await first.close();
    expect((await play({ keeping })).time.now()).toBe('2027-01-05T08:00:00.000Z');
    // Started again with the same line: where it once began does not matter any more.
    expect((await play({ keeping, clock })).time.now()).toBe('2027-01-05T08:00:00.000Z');
    await expect(play({ keeping, clock: { kind: 'real' } })).rejects.toMatchObject({ name: 'NotPossible' });
  });

  it('says what is due next', async () => {
    const sandbox = await play({ clock });
    expect(sandbox.time.next()).toBeUndefined();
    await sandbox.ports.machines.start('flow', 'run-1', INPUT);
    await sandbox.time.rest();
    expect(sandbox.time.next()).toBe('2027-01-05T08:00:00.000Z');
  });

  it('passes a month with a dozen runs in seconds', async () => {
    const sandbox = await play({ clock });
    const began = performance.now();
    for (let run = 1; run <= 12; run += 1) await sandbox.ports.machines.start('flow', `run-${run}`, INPUT);
    await sandbox.time.to(later(START, 31 * DAY));
    expect(sandbox.functions.ends).toHaveLength(12);
    expect(await sandbox.inbox.list()).toHaveLength(12 * 17);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('an alarm', () => {
  it('goes off in the order of time, at its time, once', async () => {
    const sandbox = await play({ clock });
    const { alarms } = sandbox.ports;
    await alarms.set({ name: 'c', at: '2027-01-06T00:00:00.000Z', call: gathered('c') });
    await alarms.set({ name: 'a', at: '2027-01-05T00:00:00.000Z', call: gathered('a') });
    await alarms.set({ name: 'b', at: '2027-01-05T12:00:00.000Z', call: gathered('b') });
    await sandbox.time.to('2027-01-05T23:59:59.999Z');
    expect(alarmedPeople(sandbox)).toEqual(['a', 'b']);
    await sandbox.time.to('2027-01-07T00:00:00.000Z');
    expect(alarmedPeople(sandbox)).toEqual(['a', 'b', 'c']);
    await sandbox.time.to('2027-02-07T00:00:00.000Z');
    expect(alarmedPeople(sandbox)).toEqual(['a', 'b', 'c']);
  });

  it('in the past goes off without the clock being moved', async () => {
    const sandbox = await play({ clock });
    await sandbox.ports.alarms.set({ name: 'a', at: '2027-01-01T00:00:00.000Z', call: gathered('a') });
    await sandbox.time.rest();
    expect(alarmedPeople(sandbox)).toEqual(['a']);
  });

  it('gives way to another of its name, and to being cleared', async () => {
    const sandbox = await play({ clock });
    const { alarms } = sandbox.ports;
    await alarms.set({ name: 'a', at: '2027-01-05T00:00:00.000Z', call: gathered('first') });
    await alarms.set({ name: 'a', at: '2027-01-06T00:00:00.000Z', call: gathered('second') });
    await alarms.set({ name: 'b', at: '2027-01-06T00:00:00.000Z', call: gathered('third') });
    await alarms.clear('b');
    await alarms.clear('never set');
    await sandbox.time.to('2027-01-07T00:00:00.000Z');
    expect(alarmedPeople(sandbox)).toEqual(['second']);
  });

  it('that fails is tried again until it has succeeded, also by another process, and is logged', async () => {
    const keeping = inMemory();
    const lines: string[] = [];
    let tries = 0;
    const failing = await play({
      clock,
      keeping,
      writeLog: (line) => lines.push(line),
      makeHosted: (ports) => ({
        ...playFunctions(ports),
        alarm: async () => {
          tries += 1;
          throw new TryAgain('busy');
        },
      }),
    });
    await failing.ports.alarms.set({ name: 'a', at: '2027-01-05T00:00:00.000Z', call: gathered('a') });
    await failing.time.to('2027-01-05T01:00:00.000Z');
    expect(tries).toBeGreaterThan(6);
    expect(tries).toBeLessThan(60);
    expect(lines).toHaveLength(tries);
    await failing.close();
    const whole = await play({ keeping });
    expect(alarmedPeople(whole)).toEqual(['a']);
    await whole.close();
    expect(alarmedPeople(await play({ keeping }))).toEqual([]);
  });

  it('in the middle of which the sandbox ends is told once, and not what then fails on a closed database', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const lines: string[] = [];
    let fail: (() => void) | undefined;
    const sandbox = await play({
      clock,
      writeLog: (line) => lines.push(line),
      makeHosted: (ports) => ({
        ...playFunctions(ports),
        alarm: () =>
          new Promise((_, reject) => {
            fail = () => reject(new Error('Database is not open'));
          }),
      }),
    });
    await sandbox.ports.alarms.set({ name: 'a', at: '2027-01-05T00:00:00.000Z', call: gathered('a') });
    void sandbox.time.to('2027-01-06T00:00:00.000Z');
    while (fail === undefined) await new Promise(setImmediate);
    const closed = sandbox.close();
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
    fail();
    await new Promise(setImmediate);
    expect(lines.map((line) => JSON.parse(line).what)).toEqual([
      'ended in the middle of work; it goes on at the next start',
    ]);
  });

  it('that is still to come when the sandbox ends is left for the next start', async () => {
    const keeping = inMemory();
    const sandbox: Play = await play({
      clock,
      keeping,
      makeHosted: (ports) => {
        const functions = playFunctions(ports);
        return {
          ...functions,
          alarm: async (call) => {
            closed ??= sandbox.close();
            await functions.alarm(call);
          },
        };
      },
    });
    let closed: Promise<void> | undefined;
    for (const day of [5, 6, 7])
      await sandbox.ports.alarms.set({ name: `${day}`, at: `2027-01-0${day}T00:00:00.000Z`, call: gathered(`${day}`) });
    await expect(sandbox.time.to('2027-01-08T00:00:00.000Z')).rejects.toThrow(
      'its clock goes on from 2027-01-05T00:00:00.000Z at the next start',
    );
    await closed;
    const next = await play({ keeping });
    await next.time.to('2027-01-08T00:00:00.000Z');
    expect(alarmedPeople(next)).toEqual(['6', '7']);
  });

  it('on a real clock goes off by itself', async () => {
    const sandbox = await play({ clock: { kind: 'real' } });
    await sandbox.ports.alarms.set({ name: 'a', at: new Date(Date.now() + 50).toISOString(), call: gathered('a') });
    await expect.poll(() => alarmedPeople(sandbox), { interval: 20, timeout: 5_000 }).toEqual(['a']);
    await sandbox.close();
  });
});

describe('what the history owes', () => {
  it('is swept after a minute, and ever more rarely while it cannot be done', async () => {
    const swept: string[] = [];
    const sandbox = await play({
      clock,
      makeHosted: (ports) => ({
        ...playFunctions(ports),
        sweep: async () => {
          swept.push(ports.clock.now());
          if (swept.length < 4) return 0;
          await ports.history.settle('run-1', 1, 'mail');
          return 1;
        },
      }),
    });
    await sandbox.ports.history.append({ run: 'run-1', number: 1, event: { type: 'x', at: START } }, [
      { id: 'mail', kind: 'mail' },
    ]);
    await sandbox.time.to('2027-02-01T00:00:00.000Z');
    expect(swept).toEqual([
      '2027-01-04T08:01:00.001Z',
      '2027-01-04T08:03:00.001Z',
      '2027-01-04T08:07:00.001Z',
      '2027-01-04T08:15:00.001Z',
    ]);
  });

  it('and was left behind is done at the start, fresh or claimed, without the clock being moved', async () => {
    const keeping = inMemory();
    const event = { type: 'x', at: START };
    await keeping.history.append({ run: 'run-1', number: 1, event }, [
      { id: 'mail', kind: 'mail' },
      { id: 'signal', kind: 'signal' },
    ]);
    await keeping.history.claim('run-1', 1, 'mail', '2027-01-04T08:02:00.000Z', START);
    const done: string[] = [];
    await play({
      clock,
      keeping,
      makeHosted: (ports) => ({
        ...playFunctions(ports),
        sweep: async () => {
          const [debt] = await ports.history.owedBefore(START, 1);
          if (debt === undefined) return 0;
          const { run, number, owed } = debt;
          const claims = [1, 2].map(() => ports.history.claim(run, number, owed.id, '2027-01-04T08:02:00.000Z', START));
          if ((await Promise.all(claims)).filter(Boolean).length === 1) done.push(owed.id);
          await ports.history.settle(run, number, owed.id);
          return 1;
        },
      }),
    });
    expect(done).toEqual(['mail', 'signal']);
  });

  it('is not asked for where nothing is owed', async () => {
    let sweeps = 0;
    const sandbox = await play({
      clock,
      makeHosted: (ports) => ({ ...playFunctions(ports), sweep: async () => ++sweeps }),
    });
    await sandbox.ports.history.append({ run: 'run-1', number: 1, event: { type: 'x', at: START } }, [
      { id: 'mail', kind: 'mail' },
    ]);
    await sandbox.ports.history.settle('run-1', 1, 'mail');
    expect(sandbox.time.next()).toBeUndefined();
    await sandbox.time.to('2027-02-01T00:00:00.000Z');
    expect(sweeps).toBe(0);
  });
});

describe('a scheduled start', () => {
  const daily = {
    workflow: 'flow',
    id: 'daily',
    after: (instant: string) => `${later(`${instant.slice(0, 10)}T00:00:00.000Z`, DAY).slice(0, 10)}T00:00:00.000Z`,
  };

  it('is told at each occurrence', async () => {
    const sandbox = await play({ clock, schedules: [daily] });
    await sandbox.time.to('2027-01-07T12:00:00.000Z');
    expect(sandbox.functions.starts).toEqual([
      'flow 2027-01-05T00:00:00.000Z',
      'flow 2027-01-06T00:00:00.000Z',
      'flow 2027-01-07T00:00:00.000Z',
    ]);
  });

  it('that was missed several times is told once, for the latest', async () => {
    const keeping = inMemory();
    await (await play({ clock, keeping, schedules: [daily] })).close();
    await keeping.store.write([{ key: 'clock', value: { now: '2027-01-20T12:00:00.000Z' } }]);
    const sandbox = await play({ keeping, schedules: [daily] });
    expect(sandbox.functions.starts).toEqual(['flow 2027-01-20T00:00:00.000Z']);
    expect(sandbox.time.next()).toBe('2027-01-21T00:00:00.000Z');
  });
});
