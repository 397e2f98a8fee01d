/**
 * Hosts a compiled machine in a test as the functions will: answers its calls at once, hands out its tokens, and
 * answers a gate as soon as what it waits for has finished. Every payload is held against the contract.
 */
import { expect } from 'vitest';
import type { Execution, ExecutionEvent, Json } from '../../infra/sandbox/machine-execution.ts';
import { advance, type Effect, startExecution } from '../../infra/sandbox/machine-runner.ts';
import type { CompiledWorkflow } from '../../statemachines/compiler/compile.ts';
import { payloads, startInput } from '../../statemachines/contract.ts';

export type Occurrence = { readonly step: string; readonly round: number; readonly item?: string };
export type Results = { readonly [name: string]: unknown };
type Payload = Occurrence & {
  readonly steps?: readonly string[];
  readonly count?: number;
  readonly outcome?: string;
  readonly values?: Results;
};
type Open = Occurrence & { readonly token: string; readonly call: string };

/** What went to and fro between the machine and its functions, in its order; `call` numbers the calls from 0. */
export type Exchange =
  | {
      readonly kind: 'called';
      readonly call: number;
      readonly functionName: string;
      readonly payload: Json;
      /** Whether for a token; else the function's answer is its result. */
      readonly waits: boolean;
    }
  | { readonly kind: 'answered'; readonly call: number; readonly output: Json }
  | { readonly kind: 'failed'; readonly call: number; readonly error: string }
  /** Nobody waits for its answer any more: what it was part of has failed. */
  | { readonly kind: 'abandoned'; readonly call: number };

/** What the functions know: results in full, of which the machine is told no more than it is to know. */
export type Functions = {
  /** What a call without a token gives: a mail, a run that is not waited for. */
  readonly result: (occurrence: Occurrence) => Results;
  /** What a step has given, when it has finished, seen from where another waits for it; of an each, a list. Undefined while it has not. */
  readonly finished: (step: string, waiting: Occurrence) => Results | readonly Results[] | undefined;
};

const NOW = '2026-03-02T09:00:00.000Z';

export const keyOf = ({ step, round, item }: Occurrence): string =>
  `${step} round ${round}${item === undefined ? '' : ` item ${item}`}`;

export class MachineHost {
  readonly #compiled: CompiledWorkflow;
  readonly #functions: Functions;
  execution: Execution;
  /** Tokens that people, time and other systems are to answer, by occurrence. */
  readonly open = new Map<string, Open>();
  readonly gates = new Map<string, Open & { readonly steps: readonly string[] }>();
  /** What the machine has asked for, in order: `OpenStep draft round 1`. */
  readonly calls: string[] = [];
  readonly values = new Map<string, Results>();
  readonly exchanges: Exchange[] = [];
  /** Tasks of the machine that are still to be answered, each with the number of its call. */
  readonly #unanswered = new Map<string, number>();
  #called = 0;
  outcome: string | undefined;

  static async start(
    compiled: CompiledWorkflow,
    inputs: { readonly [name: string]: Json },
    functions: Functions,
  ): Promise<MachineHost> {
    const given = Object.fromEntries(
      compiled.outline.needs.inputs.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]])),
    );
    const input = {
      contract: 1,
      run: {
        id: 'run-1',
        ...Object.fromEntries(compiled.outline.needs.run.map((name) => [name, RUN[name] as string])),
      },
      inputs: given,
    };
    startInput.parse(input);
    const { execution, effects } = await startExecution({ asl: compiled.asl, input, name: 'run-1', now: NOW });
    const host = new MachineHost(compiled, functions, execution);
    await host.#settle(effects);
    return host;
  }

  private constructor(compiled: CompiledWorkflow, functions: Functions, execution: Execution) {
    this.#compiled = compiled;
    this.#functions = functions;
    this.execution = execution;
  }

  async answer(key: string, results: Results): Promise<void> {
    const { token, step } = this.#take(key);
    await this.#settle(
      await this.#send({ kind: 'token-success', token, output: this.#yielded(step, results) as Json }),
    );
  }

  async fail(key: string, error: string): Promise<void> {
    await this.#settle(await this.#send({ kind: 'token-failure', token: this.#take(key).token, error }));
  }

  async timeOut(key: string): Promise<void> {
    const { token } = this.#take(key);
    const id = this.execution.tokens[token];
    const waiting = Object.values(this.execution.threads).find(
      ({ activity }) => activity.kind === 'task' && activity.id === id,
    );
    if (waiting?.activity.kind !== 'task' || waiting.activity.timer === undefined)
      throw new Error(`${key} has no timeout`);
    await this.#settle(await this.#send({ kind: 'timer', id: waiting.activity.timer }));
  }

  /** Every open token is failed with `Stopped`, gates too, one after the other; what the first of them ends may find the others closed. */
  async stop(inOrder: (tokens: string[]) => string[]): Promise<string[]> {
    const tokens = inOrder([...this.open.values(), ...this.gates.values()].map(({ token }) => token));
    this.open.clear();
    this.gates.clear();
    const outcomes: string[] = [];
    for (const token of tokens) {
      const event = { kind: 'token-failure', token, error: 'Stopped' } as const;
      const { execution, effects, outcome } = await advance(this.#compiled.asl, this.execution, { ...event, now: NOW });
      this.execution = execution;
      if (outcome === 'accepted') this.#note(event);
      outcomes.push(outcome);
      await this.#settle(effects);
    }
    return outcomes;
  }

  #take(key: string): Open {
    const open = this.open.get(key);
    if (open === undefined) throw new Error(`${key} is not open; open are ${[...this.open.keys()].join(', ')}`);
    this.open.delete(key);
    return open;
  }

  async #send(event: EventWithoutTime): Promise<readonly Effect[]> {
    const { execution, effects, outcome } = await advance(this.#compiled.asl, this.execution, {
      ...event,
      now: NOW,
    } as ExecutionEvent);
    // What was under way when the machine ended finds nobody.
    expect(outcome).toBe(
      this.execution.status === 'RUNNING' || event.kind !== 'invoke-result' ? 'accepted' : 'ignored',
    );
    this.execution = execution;
    if (outcome === 'accepted') this.#note(event);
    return effects;
  }

  #note(event: EventWithoutTime): void {
    const task = 'token' in event ? this.execution.tokens[event.token] : 'id' in event ? event.id : undefined;
    const call = this.#unanswered.get(task ?? '');
    const threads = Object.values(this.execution.threads);
    // What a function returns that hands a token on is no answer.
    const stillWaits = threads.some(({ activity }) => activity.kind === 'task' && activity.id === task);
    if (call !== undefined && !stillWaits) {
      this.#unanswered.delete(task ?? '');
      if ('output' in event) this.exchanges.push({ kind: 'answered', call, output: event.output });
      else
        this.exchanges.push({ kind: 'failed', call, error: 'error' in event ? (event.error ?? '') : 'States.Timeout' });
    }
    for (const [id, number] of this.#unanswered) {
      if (threads.some(({ activity }) => activity.kind === 'task' && activity.id === id)) continue;
      this.#unanswered.delete(id);
      this.exchanges.push({ kind: 'abandoned', call: number });
    }
  }

  async #settle(effects: readonly Effect[]): Promise<void> {
    const pending = [...effects];
    for (;;) {
      for (let effect = pending.shift(); effect !== undefined; effect = pending.shift()) {
        if (effect.kind === 'invoke') pending.push(...(await this.#invoked(effect)));
      }
      const gate = [...this.gates].find(([, waiting]) =>
        waiting.steps.every((step) => this.#functions.finished(step, waiting) !== undefined),
      );
      if (gate === undefined || this.execution.status !== 'RUNNING') return;
      const [key, waiting] = gate;
      const { token, steps } = waiting;
      this.gates.delete(key);
      const results = Object.fromEntries(
        steps.map((step) => [step, this.#yielded(step, this.#functions.finished(step, waiting))]),
      );
      pending.push(...(await this.#send({ kind: 'token-success', token, output: results as Json })));
    }
  }

  async #invoked({ id, functionName, payload, token }: Effect & { kind: 'invoke' }): Promise<readonly Effect[]> {
    const schema = payloads[functionName as keyof typeof payloads];
    const parsed = schema.safeParse(payload);
    if (!parsed.success)
      throw new Error(`${functionName} was sent ${JSON.stringify(payload)}: ${parsed.error.message}`);
    const { token: _, ...told } = payload as { readonly [name: string]: Json };
    this.exchanges.push({
      kind: 'called',
      call: this.#called,
      functionName,
      payload: told,
      waits: token !== undefined,
    });
    this.#unanswered.set(id, this.#called);
    this.#called += 1;
    const sent = payload as unknown as Payload;
    const occurrence = { step: sent.step, round: sent.round, ...(sent.item === undefined ? {} : { item: sent.item }) };
    let output: Json = {};
    if (functionName === 'CloseRun') this.outcome = sent.outcome;
    else if (functionName === 'AwaitSteps')
      this.gates.set(keyOf(occurrence), {
        ...occurrence,
        call: functionName,
        token: token as string,
        steps: sent.steps ?? [],
      });
    else if (functionName !== 'OpenRun') {
      this.calls.push(`${functionName} ${keyOf(occurrence)}${sent.count === undefined ? '' : ` of ${sent.count}`}`);
      this.values.set(keyOf(occurrence), sent.values ?? {});
      if (token !== undefined) {
        if (this.open.has(keyOf(occurrence))) throw new Error(`${keyOf(occurrence)} is open twice`);
        this.open.set(keyOf(occurrence), { ...occurrence, call: functionName, token });
      } else if (functionName === 'SendEmail' || functionName === 'StartSubRun')
        output = this.#yielded(sent.step, this.#functions.result(occurrence)) as Json;
    }
    return this.#send({ kind: 'invoke-result', id, output });
  }

  /** No more than the outline says that the machine may know. */
  #yielded(step: string, results: unknown): unknown {
    if (Array.isArray(results))
      return results.map((item: Results) =>
        Object.fromEntries(Object.entries(item).map(([nested, inner]) => [nested, this.#yielded(nested, inner)])),
      );
    const { yields } = this.#compiled.outline.steps[step] as { yields: readonly string[] };
    return Object.fromEntries(Object.entries(results as Results).filter(([name]) => yields.includes(name)));
  }
}

type EventWithoutTime = ExecutionEvent extends infer Event
  ? Event extends ExecutionEvent
    ? Omit<Event, 'now'>
    : never
  : never;

export const RUN: { readonly [name: string]: string } = {
  id: 'run-1',
  title: 'A run',
  started: NOW,
  url: 'https://example.org/run-1',
};
