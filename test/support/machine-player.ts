/**
 * Plays a machine in a test: starts it, keeps what it asks for, and feeds it events. Between any two events the
 * execution goes through JSON, so that every test also proves that it may.
 */
import type { Json } from '../../infra/sandbox/machine-execution.ts';
import {
  advance,
  type Effect,
  type Execution,
  type ExecutionEvent,
  type RunPorts,
  startExecution,
} from '../../infra/sandbox/machine-runner.ts';
import type { LooseJson } from './machine-sample.ts';

type Invocation = Effect & { kind: 'invoke' };
type Timer = Effect & { kind: 'timer' };
type EventWithoutTime = ExecutionEvent extends infer Event
  ? Event extends ExecutionEvent
    ? Omit<Event, 'now'>
    : never
  : never;

const START = '2026-03-02T09:00:00.000Z';

export class MachinePlayer {
  readonly asl: LooseJson;
  readonly #ports: RunPorts;
  execution: Execution;
  readonly effects: Effect[] = [];
  now = START;

  static async start(asl: LooseJson, input: Json = {}, ports: RunPorts = {}): Promise<MachinePlayer> {
    const { execution, effects } = await startExecution({ asl, input, name: 'run-1', now: START }, ports);
    const player = new MachinePlayer(asl, execution, ports);
    player.effects.push(...effects);
    return player;
  }

  private constructor(asl: LooseJson, execution: Execution, ports: RunPorts) {
    this.asl = asl;
    this.execution = execution;
    this.#ports = ports;
  }

  async send(event: EventWithoutTime) {
    const stored = JSON.parse(JSON.stringify(this.execution)) as Execution;
    const { execution, effects, outcome } = await advance(
      this.asl,
      stored,
      { ...event, now: this.now } as ExecutionEvent,
      this.#ports,
    );
    this.execution = execution;
    this.effects.push(...effects);
    return { effects, outcome };
  }

  get invocations(): Invocation[] {
    return this.effects.filter((effect) => effect.kind === 'invoke');
  }

  get timers(): Timer[] {
    return this.effects.filter((effect) => effect.kind === 'timer');
  }

  get ended(): Effect | undefined {
    return this.effects.find((effect) => effect.kind === 'ended');
  }

  /** The last invocation of a function, or the last of all. */
  last(functionName?: string): Invocation {
    const found = this.invocations.findLast((call) => functionName === undefined || call.functionName === functionName);
    if (!found) throw new Error(`nothing has invoked ${functionName}`);
    return found;
  }

  answer(functionName: string, output: Json) {
    return this.send({ kind: 'invoke-result', id: this.last(functionName).id, output });
  }

  decide(functionName: string, output: Json) {
    return this.send({ kind: 'token-success', token: this.last(functionName).token ?? '', output });
  }

  fail(functionName: string, error: string, cause?: string) {
    const { id } = this.last(functionName);
    return this.send(
      cause === undefined ? { kind: 'invoke-error', id, error } : { kind: 'invoke-error', id, error, cause },
    );
  }

  /** Fires the timer that was set last. */
  ring(timer = this.timers.at(-1)) {
    if (!timer) throw new Error('no timer is set');
    this.now = timer.at;
    return this.send({ kind: 'timer', id: timer.id });
  }
}
