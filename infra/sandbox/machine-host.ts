/**
 * The state machines of the sandbox: the port `Machines` upon the runner.
 *
 * Promises: an execution takes one event at a time; its new state, its timers and what it wants done are written in one
 * go before anything of it is done. What a crash leaves undone is done again at the next start, so a function may be
 * called twice; the machine takes one result. An execution keeps the machine that it was started with. Tokens are as
 * strict as on AWS. Hides: how that is kept.
 *
 * Kept: `execution/RUN`, `definition/HASH` (machines that were ever started), `timer/RUN/ID`, `effect/RUN/ID`.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Chance, Log, Machines } from '../../functions/core/ports.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import { FUNCTIONS, type FunctionName } from '../../statemachines/contract.ts';
import type { Agenda } from './agenda.ts';
import { inTurns } from './in-turns.ts';
import type { Insist } from './insist.ts';
import type { Json } from './machine-execution.ts';
import { EXECUTION_TIMER } from './machine-run.ts';
import {
  advance,
  type Effect,
  type EventOutcome,
  type Execution,
  type ExecutionEvent,
  type RunPorts,
  startExecution,
} from './machine-runner.ts';
import type { Change, Store } from './store.ts';
import type { UnderWay } from './under-way.ts';

export type MachineHost = {
  readonly machines: Machines;
  /** What became of an answer to a token, as AWS names it. */
  readonly answer: (event: TokenAnswer) => Promise<EventOutcome>;
  readonly read: (run: string) => Promise<Execution | undefined>;
  /** Ends an execution from outside. */
  readonly stop: (run: string, error: string, cause: string) => Promise<EventOutcome>;
  /** Tries anew what was not done when it ended otherwise than well. */
  readonly redrive: (run: string) => Promise<EventOutcome>;
  /** Sets the timers again. Once, before anything else. */
  readonly resume: () => Promise<void>;
  /** Sets about what was left undone. */
  readonly redo: () => Promise<void>;
};
export type TokenAnswer =
  | { readonly kind: 'token-success'; readonly token: string; readonly output: Json }
  | { readonly kind: 'token-failure'; readonly token: string; readonly error: string; readonly cause?: string };

export type HostPorts = {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly work: UnderWay;
  readonly insist: Insist;
  readonly now: () => string;
  readonly chance: Chance;
  readonly log: Log;
  /** The machine of a workflow that can be started now. */
  readonly machineOf: (workflow: string) => unknown;
  readonly hosted: () => Hosted;
};

type Kept = { readonly workflow: string; readonly definition: string; readonly execution: Execution };
type Progress = { readonly execution: Execution; readonly effects: readonly Effect[]; readonly outcome: EventOutcome };
type EventWithoutTime = ExecutionEvent extends infer Event
  ? Event extends ExecutionEvent
    ? Omit<Event, 'now'>
    : never
  : never;
type Invocation = Effect & { kind: 'invoke' };

const functionNames: ReadonlySet<string> = new Set(Object.values(FUNCTIONS));
/** Executions that are held in memory, so that what happens in bursts need not be read again. */
const MOST_HELD = 256;

export function machineHost(ports: HostPorts): MachineHost {
  const { store, agenda, work, insist, now, chance, log } = ports;
  const definitions = new Map<string, object>();
  const hashes = new WeakMap<object, string>();
  const held = new Map<string, Kept>();
  /** Timers that are set, by run. */
  const timers = new Map<string, ReadonlyMap<string, string>>();
  const inTurn = inTurns();
  /** Of the process before this one. */
  let undone: readonly (readonly [key: string, effect: Effect])[] = [];

  const runPorts = (run: string): RunPorts => ({
    chance: () => Buffer.from(chance.bytes(4)).readUInt32BE() / 2 ** 32,
    token: (task) => `${task}.${Buffer.from(chance.bytes(16)).toString('hex')}.${run}`,
  });

  // Keeping

  const read = async (run: string): Promise<Kept | undefined> =>
    held.get(run) ?? (await store.read<Kept>(`execution/${run}`));

  const hold = (run: string, kept: Kept): void => {
    held.delete(run);
    held.set(run, kept);
    const oldest = held.size > MOST_HELD ? held.keys().next().value : undefined;
    if (oldest !== undefined) held.delete(oldest);
  };

  const definitionOf = async (hash: string): Promise<object> => {
    const known = definitions.get(hash) ?? (await store.read<object>(`definition/${hash}`));
    if (known === undefined) throw new Error(`the machine ${hash} is lost`);
    definitions.set(hash, known);
    return known;
  };

  const hashOf = (asl: object): string => {
    const hash = hashes.get(asl) ?? createHash('sha256').update(JSON.stringify(asl)).digest('hex').slice(0, 32);
    hashes.set(asl, hash);
    return hash;
  };

  /** Writes what a step has come to, then sets about it. */
  const keep = async (run: string, kept: Kept, effects: readonly Effect[], more: readonly Change[]): Promise<void> => {
    const before = timers.get(run) ?? new Map<string, string>();
    const after = timersOf(kept.execution, before, effects);
    const toBegin = effects.filter((effect) => effect.kind !== 'timer');
    const changes: Change[] = [
      ...more,
      { key: `execution/${run}`, value: kept },
      ...[...before.keys()].filter((id) => !after.has(id)).map((id) => ({ key: timerKey(run, id) })),
      ...[...after].filter(([id]) => !before.has(id)).map(([id, at]) => ({ key: timerKey(run, id), value: at })),
      ...toBegin.map((effect) => ({ key: effectKey(run, effect), value: effect })),
    ];
    await store.write(changes);
    hold(run, kept);
    for (const id of before.keys()) if (!after.has(id)) agenda.clear(timerKey(run, id));
    for (const [id, at] of after) if (!before.has(id)) setTimer(run, id, at);
    if (after.size > 0) timers.set(run, after);
    else timers.delete(run);
    for (const effect of toBegin) begin(run, effect);
  };

  // Going on

  const take = (run: string, event: EventWithoutTime, settled: readonly Change[] = []): Promise<EventOutcome> =>
    inTurn(run, async () => {
      const kept = await read(run);
      if (kept === undefined) return 'InvalidToken';
      const { execution, effects, outcome } = await progressOf(kept, { ...event, now: now() } as ExecutionEvent);
      if (outcome === 'accepted') await keep(run, { ...kept, execution }, effects, settled);
      else if (settled.length > 0) await store.write(settled);
      return outcome;
    });

  const progressOf = async (kept: Kept, event: ExecutionEvent): Promise<Progress> => {
    try {
      return await advance(await definitionOf(kept.definition), kept.execution, event, runPorts(kept.execution.name));
    } catch (problem) {
      return broken(kept.execution, problem);
    }
  };

  /** A machine that cannot be run as it is: on AWS it could not have been deployed. */
  const broken = (execution: Execution, problem: unknown): Progress => {
    log.error('a machine cannot go on', problem, { run: execution.name });
    const why = { error: 'States.Runtime', cause: problem instanceof Error ? problem.message : String(problem) };
    return {
      execution: { ...execution, status: 'FAILED', ...why, threads: {} },
      effects: [{ kind: 'ended', status: 'FAILED', ...why }],
      outcome: 'accepted',
    };
  };

  const setTimer = (run: string, id: string, at: string): void =>
    agenda.set({
      key: timerKey(run, id),
      at,
      fire: async () => {
        await take(run, { kind: 'timer', id }, [{ key: timerKey(run, id) }]);
      },
    });

  // Doing

  const begin = (run: string, effect: Effect): void => {
    if (effect.kind === 'timer') return;
    const done = effect.kind === 'invoke' ? () => invoke(run, effect) : () => tellEnd(run, effect);
    work.during(done).catch((cause) => log.error('an effect of a machine is undone', cause, { run }));
  };

  const invoke = async (run: string, effect: Invocation): Promise<void> => {
    const settled = [{ key: effectKey(run, effect) }];
    if (!functionNames.has(effect.functionName))
      return failAll(run, `there is no function ${effect.functionName}`, settled);
    let event: EventWithoutTime;
    try {
      // As text in between, as AWS does it: neither side can change what the other has.
      const payload = JSON.parse(JSON.stringify(effect.payload));
      const output = await ports.hosted().task(effect.functionName as FunctionName, payload);
      event = { kind: 'invoke-result', id: effect.id, output: JSON.parse(JSON.stringify(output ?? null)) };
    } catch (problem) {
      event = { kind: 'invoke-error', id: effect.id, ...named(problem) };
      log.warn('a function refused a machine', { run, function: effect.functionName, error: event.error });
    }
    await take(run, event, settled);
  };

  const failAll = (run: string, why: string, settled: readonly Change[]): Promise<void> =>
    inTurn(run, async () => {
      const kept = await read(run);
      if (kept?.execution.status !== 'RUNNING') return store.write(settled);
      const { execution, effects } = broken(kept.execution, new Error(why));
      await keep(run, { ...kept, execution }, effects, settled);
    });

  const tellEnd = (run: string, effect: Effect & { kind: 'ended' }): Promise<void> =>
    insist({
      key: `ended/${run}`,
      what: 'telling the end of a machine',
      stillOwed: () => true,
      attempt: async () => {
        const { status } = effect;
        const { error, cause } = effect.status === 'SUCCEEDED' ? {} : effect;
        await ports.hosted().machineEnded({
          run,
          status,
          ...(error === undefined ? {} : { error }),
          ...(cause === undefined ? {} : { cause }),
        });
        await store.write([{ key: effectKey(run, effect) }]);
      },
    });

  // The port

  const start: Machines['start'] = (workflow, run, input) =>
    inTurn(run, async () => {
      const before = await read(run);
      if (before !== undefined) {
        const same = before.workflow === workflow && isDeepStrictEqual(before.execution.input, plain(input));
        return same ? 'started' : 'other-input';
      }
      const asl = ports.machineOf(workflow);
      if (typeof asl !== 'object' || asl === null) return 'no-machine';
      const definition = hashOf(asl);
      const isNew = !definitions.has(definition) && (await store.read(`definition/${definition}`)) === undefined;
      definitions.set(definition, asl);
      const { execution, effects } = await begun(asl, workflow, run, plain(input) as Json);
      await keep(
        run,
        { workflow, definition, execution },
        effects,
        isNew ? [{ key: `definition/${definition}`, value: asl }] : [],
      );
      return 'started';
    });

  const begun = async (asl: object, workflow: string, run: string, input: Json): Promise<Progress> => {
    const arn = `arn:aws:states:local:000000000000:execution:${workflow}:${run}`;
    try {
      return await startExecution({ asl, input, name: run, arn, now: now() }, runPorts(run));
    } catch (problem) {
      const startedAt = now();
      const counts = { transitions: 0, historyEvents: 0, sequence: 1 };
      return broken(
        { id: arn, name: run, input, startedAt, status: 'RUNNING', threads: {}, tokens: {}, entered: [], ...counts },
        problem,
      );
    }
  };

  const answer = async (event: TokenAnswer): Promise<EventOutcome> => {
    const [, run] = /^task-\d+\.[0-9a-f]{32}\.(.+)$/s.exec(event.token) ?? [];
    return run === undefined ? 'InvalidToken' : take(run, event);
  };
  const asPort = (outcome: EventOutcome): 'taken' | 'gone' => (outcome === 'accepted' ? 'taken' : 'gone');

  return {
    machines: {
      start,
      succeed: async (token, output) =>
        asPort(await answer({ kind: 'token-success', token, output: plain(output) as Json })),
      fail: async (token, error, cause) => asPort(await answer({ kind: 'token-failure', token, error, cause })),
    },
    answer,
    read: async (run) => (await read(run))?.execution,
    stop: (run, error, cause) => take(run, { kind: 'abort', error, cause }),
    redrive: (run) => take(run, { kind: 'redrive' }),
    resume: async () => {
      undone = await store.list<Effect>('effect/');
      for (const [key, at] of await store.list<string>('timer/')) {
        const [run, id] = apart(key);
        timers.set(run, new Map([...(timers.get(run) ?? []), [id, at]]));
        setTimer(run, id, at);
      }
    },
    redo: async () => {
      for (const [key, effect] of undone) begin(apart(key)[0], effect);
      undone = [];
    },
  };
}

/** Ids of tasks and timers hold no slash; the id of a run may. */
const timerKey = (run: string, id: string): string => `timer/${run}/${id}`;
const effectKey = (run: string, effect: Effect): string =>
  `effect/${run}/${effect.kind === 'ended' ? 'ended' : effect.id}`;
const apart = (key: string): [run: string, id: string] => {
  const at = key.lastIndexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const named = (problem: unknown): { readonly error: string; readonly cause: string } =>
  problem instanceof Error
    ? { error: problem.name, cause: problem.message }
    : { error: 'Error', cause: String(problem) };

/** Those that something still waits for: all others would only be found again at each start. */
function timersOf(
  execution: Execution,
  before: ReadonlyMap<string, string>,
  effects: readonly Effect[],
): ReadonlyMap<string, string> {
  if (execution.status !== 'RUNNING') return new Map();
  const awaited = new Set([EXECUTION_TIMER]);
  for (const { activity } of Object.values(execution.threads)) {
    if ('timer' in activity && activity.timer !== undefined) awaited.add(activity.timer);
  }
  const set = effects.flatMap((effect) => (effect.kind === 'timer' ? [[effect.id, effect.at] as const] : []));
  return new Map([...before, ...set].filter(([id]) => awaited.has(id)));
}
