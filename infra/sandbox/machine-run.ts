/**
 * One event's worth of a running machine: enters states, leaves them, and gathers what is to be done in the world.
 *
 * States that are ready are entered one after the other, oldest first, so that branches go forward side by side and
 * always in the same order. Hides how threads nest; machine-runner turns events into calls of this.
 */
import type {
  ChoiceState,
  Definition,
  GoingState,
  MapState,
  ParallelState,
  RecoveringState,
  State,
  TaskState,
  WaitState,
} from './machine-definition.ts';
import { INVOKE_AND_WAIT, UnknownConstruct } from './machine-definition.ts';
import type {
  Children,
  Effect,
  EventOutcome,
  Execution,
  ExecutionStatus,
  Failure,
  Json,
  JsonObject,
  Thread,
} from './machine-execution.ts';
import { failure } from './machine-execution.ts';
import { checkSize, QueryFailed, StateFailed } from './machine-faults.ts';
import { evaluateTemplate } from './machine-queries.ts';
import { isFor, maySpend, secondsBefore } from './machine-recovery.ts';
import { abandonChildren, retriesOf, sightOf, stateOf } from './machine-threads.ts';

export interface RunPorts {
  /** From 0 to 1: how much of a delay with full jitter is waited. All of it when left out. */
  readonly chance?: () => number;
  /** What the token of a task is called. */
  readonly token?: (task: string) => string;
}

const ROOT = 'thread-0';
/** The timer of the execution as a whole. */
export const EXECUTION_TIMER = 'execution';
const MOST_HISTORY_EVENTS = 25_000;

interface Ready {
  readonly thread: string;
  readonly state: string;
  readonly input: Json;
}

export class MachineRun {
  readonly execution: Execution;
  readonly effects: Effect[] = [];
  readonly #definition: Definition;
  readonly #now: string;
  readonly #ports: RunPorts;
  readonly #ready: Ready[] = [];
  /** How all stood when something failed that nobody has caught so far. */
  #standing: Execution['standing'];

  constructor(definition: Definition, execution: Execution, now: string, ports: RunPorts) {
    this.#definition = definition;
    this.execution = execution;
    this.#now = new Date(Date.parse(now)).toISOString();
    this.#ports = ports;
  }

  begin(): void {
    this.#limit();
    this.#open({ id: ROOT }, this.#definition.StartAt, this.execution.input);
  }

  /** Tries anew what was not done when it ended. */
  redrive(): EventOutcome {
    const { standing, redrives = 0 } = this.execution;
    if (standing === undefined) return 'ignored';
    for (const field of ['standing', 'error', 'cause'] as const) delete this.execution[field];
    Object.assign(this.execution, { status: 'RUNNING', redrives: redrives + 1 });
    Object.assign(this.execution.threads, structuredClone(standing));
    this.#count(1);
    this.#limit();
    for (const { id, state, input, activity } of Object.values(this.execution.threads))
      if (activity.kind !== 'children') this.#ready.push({ thread: id, state, input });
    return 'accepted';
  }

  #limit(): void {
    if (this.#definition.TimeoutSeconds !== undefined) this.setTimer(EXECUTION_TIMER, this.#definition.TimeoutSeconds);
  }

  /** Goes on until every thread waits for something, or nothing is left. */
  async settle(): Promise<void> {
    for (let next = this.#ready.shift(); next && !this.isOver(); next = this.#ready.shift()) {
      const thread = this.execution.threads[next.thread];
      if (thread) await this.#enter(thread, next.state, next.input);
      if (this.execution.historyEvents >= MOST_HISTORY_EVENTS && !this.isOver()) {
        this.end('FAILED', {
          error: 'States.Runtime',
          cause: `The execution reached the maximum number of history events (${MOST_HISTORY_EVENTS}).`,
        });
      }
    }
  }

  isOver(): boolean {
    return this.execution.status !== 'RUNNING';
  }

  end(
    status: Exclude<ExecutionStatus, 'RUNNING' | 'SUCCEEDED'>,
    { error, cause }: { readonly error?: string; readonly cause?: string },
  ): 'accepted' {
    const why = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
    this.execution.standing = this.#standing ?? structuredClone(this.execution.threads);
    Object.assign(this.execution, { status }, why);
    this.#close({ kind: 'ended', status, ...why });
    return 'accepted';
  }

  setTimer(id: string, seconds: number): void {
    this.effects.push({ kind: 'timer', id, at: new Date(Date.parse(this.#now) + seconds * 1000).toISOString() });
  }

  threadOfTask(id: string): Thread | undefined {
    return Object.values(this.execution.threads).find(({ activity }) => activity.kind === 'task' && activity.id === id);
  }

  threadOfTimer(id: string): Thread | undefined {
    return Object.values(this.execution.threads).find(({ activity }) => 'timer' in activity && activity.timer === id);
  }

  /** The function that was to hand the token on has returned, or its token has come back before it did. */
  markSubmitted({ activity }: Thread): void {
    if (activity.kind !== 'task' || activity.submitted) return;
    activity.submitted = true;
    this.#count(1);
  }

  async taskSucceeded(thread: Thread, result: Json): Promise<void> {
    this.#count(1);
    await this.#succeed(thread, this.#stateOf(thread) as TaskState, result);
  }

  async taskFailed(
    thread: Thread,
    { error, cause }: { readonly error: string; readonly cause?: string },
  ): Promise<void> {
    this.#count(1);
    await this.#fail(thread, failure(error, cause));
  }

  async timerFired(thread: Thread): Promise<void> {
    const { activity } = thread;
    const state = this.#stateOf(thread);
    if (activity.kind === 'task') await this.taskFailed(thread, { error: 'States.Timeout' });
    else if (activity.kind === 'timer' && activity.next === 'retry')
      await this.#attempt(thread, state as RecoveringState);
    else await this.#succeed(thread, state as WaitState, thread.input);
  }

  // Entering

  #open(place: Pick<Thread, 'id' | 'parent' | 'item'>, state: string, input: Json): void {
    this.execution.threads[place.id] = {
      ...place,
      variables: {},
      state,
      input,
      enteredAt: this.#now,
      retries: {},
      activity: { kind: 'none' },
    };
    this.#ready.push({ thread: place.id, state, input });
  }

  async #enter(thread: Thread, name: string, input: Json): Promise<void> {
    Object.assign(thread, { state: name, input, enteredAt: this.#now, retries: {}, activity: { kind: 'none' } });
    this.execution.entered.push(name);
    this.execution.transitions += 1;
    this.#count(1);
    const state = this.#stateOf(thread);
    switch (state.Type) {
      case 'Task':
      case 'Parallel':
      case 'Map':
        return this.#attempt(thread, state);
      case 'Pass':
        return this.#succeed(thread, state, input);
      case 'Wait':
        return this.#guard(thread, () => this.#wait(thread, state));
      case 'Choice':
        return this.#guard(thread, () => this.#choose(thread, state));
      case 'Succeed':
        return this.#guard(thread, async () => {
          const output = state.Output === undefined ? input : await this.#evaluate(state.Output, 'Output', thread);
          this.#count(1);
          await this.#leaveScope(thread, output);
        });
      case 'Fail':
        return this.#failScope(thread, failure(state.Error ?? '', state.Cause));
    }
  }

  async #wait(thread: Thread, state: WaitState): Promise<void> {
    const field = state.Seconds === undefined ? 'Timestamp' : 'Seconds';
    const value = await this.#evaluate(state[field] ?? null, field, thread);
    const seconds = typeof value === 'number' ? value : (Date.parse(String(value)) - Date.parse(this.#now)) / 1000;
    if (!Number.isFinite(seconds)) throw new QueryFailed(`${field} gave ${JSON.stringify(value)}`);
    const timer = this.#newId('timer');
    thread.activity = { kind: 'timer', timer, next: 'go-on' };
    this.setTimer(timer, Math.max(0, seconds));
  }

  async #choose(thread: Thread, state: ChoiceState): Promise<void> {
    for (const [index, rule] of state.Choices.entries()) {
      const holds = await this.#evaluate(rule.Condition, `Choices[${index}]/Condition`, thread);
      if (typeof holds !== 'boolean') {
        throw new QueryFailed(
          `The JSONata expression '${rule.Condition}' specified for the field 'Choices[${index}]/Condition' returned an unexpected result type. Expected 'boolean', but was ${JSON.stringify(holds)}.`,
        );
      }
      if (!holds) continue;
      const { assigned, output } = await this.#leaving(thread, rule, thread.input, {});
      return this.#goTo(thread, rule.Next, assigned, output);
    }
    if (state.Default === undefined)
      throw new StateFailed('States.NoChoiceMatched', 'no rule matched and there is no Default');
    this.#goTo(thread, state.Default, {}, thread.input);
  }

  // Trying

  async #attempt(thread: Thread, state: RecoveringState): Promise<void> {
    thread.activity = { kind: 'none' };
    await this.#guard(thread, async () => {
      if (state.Type === 'Task') await this.#invoke(thread, state);
      else if (state.Type === 'Parallel') await this.#branch(thread, state);
      else await this.#iterate(thread, state);
    });
  }

  async #invoke(thread: Thread, state: TaskState): Promise<void> {
    const id = this.#newId('task');
    const waits = state.Resource === INVOKE_AND_WAIT;
    const token = waits ? (this.#ports.token?.(id) ?? `${this.execution.name}/${id}`) : undefined;
    const extra = token === undefined ? {} : { Task: { Token: token } };
    const given = (await this.#evaluate({ ...state.Arguments }, 'Arguments', thread, {}, extra)) as {
      FunctionName: Json;
      Payload?: Json;
    };
    const timer = state.TimeoutSeconds === undefined ? undefined : this.#newId('timer');
    thread.activity = {
      kind: 'task',
      id,
      ...(timer === undefined ? {} : { timer }),
      ...(token === undefined ? {} : { token }),
    };
    if (token !== undefined) this.execution.tokens[token] = id;
    this.#count(2);
    this.effects.push({
      kind: 'invoke',
      id,
      functionName: String(given.FunctionName).replace(/^\$\{(.*)\}$/, '$1'),
      payload: given.Payload ?? {},
      ...(token === undefined ? {} : { token }),
      attempt: 1 + retriesOf(thread),
    });
    if (timer !== undefined) this.setTimer(timer, state.TimeoutSeconds ?? 0);
  }

  async #branch(thread: Thread, state: ParallelState): Promise<void> {
    const input =
      state.Arguments === undefined ? thread.input : await this.#evaluate(state.Arguments, 'Arguments', thread);
    this.#count(1);
    thread.activity = { kind: 'children', outputs: {}, count: state.Branches.length, waiting: [] };
    for (const [index, branch] of state.Branches.entries()) {
      this.#open({ id: this.#newId('thread'), parent: { thread: thread.id, index } }, branch.StartAt, input);
    }
  }

  async #iterate(thread: Thread, state: MapState): Promise<void> {
    const items = state.Items === undefined ? thread.input : await this.#evaluate(state.Items, 'Items', thread);
    if (!Array.isArray(items)) {
      if (typeof items === 'object' && items !== null)
        throw new UnknownConstruct(`${thread.state}: Items that are an object`);
      throw new QueryFailed(`Items gave ${JSON.stringify(items)}, which is no list`);
    }
    const waiting: Children['waiting'] = [];
    for (const [index, value] of items.entries()) {
      const extra = { Map: { Item: { Index: index, Value: value } } };
      const input =
        state.ItemSelector === undefined
          ? value
          : await this.#evaluate(state.ItemSelector, 'ItemSelector', thread, {}, extra);
      waiting.push({ index, value, input });
    }
    this.#count(1);
    thread.activity = { kind: 'children', outputs: {}, count: items.length, waiting };
    const atOnce = state.MaxConcurrency || items.length;
    for (let open = 0; open < atOnce; open += 1) this.#nextIteration(thread, state, thread.activity);
    if (items.length === 0) await this.#joined(thread, state, []);
  }

  #nextIteration(thread: Thread, state: MapState, { waiting }: Children): void {
    const next = waiting.shift();
    if (!next) return;
    const { index, value, input } = next;
    this.#count(1);
    this.#open(
      { id: this.#newId('thread'), parent: { thread: thread.id, index }, item: { index, value } },
      state.ItemProcessor.StartAt,
      input,
    );
  }

  // Leaving

  async #succeed(thread: Thread, state: GoingState, result: Json): Promise<void> {
    await this.#guard(thread, async () => {
      checkSize(result, 'result');
      const hasResult = state.Type !== 'Pass' && state.Type !== 'Wait';
      const { assigned, output } = await this.#leaving(thread, state, result, hasResult ? { result } : {});
      if (state.Next !== undefined) return this.#goTo(thread, state.Next, assigned, output);
      this.#count(1);
      await this.#leaveScope(thread, output);
    });
  }

  /** What a state, rule or catcher assigns and puts out; all of it sees the values on entry. */
  async #leaving(
    thread: Thread,
    holder: { readonly Assign?: JsonObject; readonly Output?: Json },
    otherwise: Json,
    more: JsonObject,
  ): Promise<{ assigned: JsonObject; output: Json }> {
    const assigned =
      holder.Assign === undefined ? {} : ((await this.#evaluate(holder.Assign, 'Assign', thread, more)) as JsonObject);
    const output =
      holder.Output === undefined ? otherwise : await this.#evaluate(holder.Output, 'Output', thread, more);
    checkSize(output, 'output');
    return { assigned, output };
  }

  #goTo(thread: Thread, next: string, assigned: JsonObject, output: Json): void {
    this.#count(1);
    thread.variables = { ...thread.variables, ...assigned };
    thread.activity = { kind: 'none' };
    this.#ready.push({ thread: thread.id, state: next, input: output });
  }

  async #leaveScope(thread: Thread, output: Json): Promise<void> {
    const { parent } = thread;
    if (!parent) {
      Object.assign(this.execution, { status: 'SUCCEEDED', output });
      return this.#close({ kind: 'ended', status: 'SUCCEEDED', output });
    }
    delete this.execution.threads[thread.id];
    const above = this.execution.threads[parent.thread];
    if (above?.activity.kind !== 'children') return;
    const { activity } = above;
    const state = this.#stateOf(above) as ParallelState | MapState;
    activity.outputs[parent.index] = output;
    if (state.Type === 'Map') {
      this.#count(1);
      this.#nextIteration(above, state, activity);
    }
    if (Object.keys(activity.outputs).length < activity.count) return;
    await this.#joined(
      above,
      state,
      Array.from({ length: activity.count }, (_, index) => activity.outputs[index] ?? null),
    );
  }

  async #joined(thread: Thread, state: ParallelState | MapState, outputs: Json[]): Promise<void> {
    this.#count(1);
    await this.#succeed(thread, state, outputs);
  }

  // Failing

  /** Carries out a part of a state; what goes wrong in it fails the state. */
  async #guard(thread: Thread, carryOut: () => Promise<void>): Promise<void> {
    try {
      await carryOut();
    } catch (error) {
      await this.#fail(thread, this.#failureIn(error));
    }
  }

  async #fail(thread: Thread, why: Failure): Promise<void> {
    const state = this.#stateOf(thread);
    abandonChildren(this.execution, thread);
    thread.activity = { kind: 'none' };
    if (!('Retry' in state || 'Catch' in state)) return this.#failScope(thread, why);
    if (this.#retry(thread, state as RecoveringState, why)) {
      this.#standing = undefined;
      return;
    }
    const catcher = (state as RecoveringState).Catch?.find((candidate) => isFor(candidate, why.error));
    if (!catcher) return this.#failScope(thread, why);
    const errorOutput: JsonObject = { Error: why.error, ...(why.cause === undefined ? {} : { Cause: why.cause }) };
    try {
      const { assigned, output } = await this.#leaving(thread, catcher, errorOutput, { errorOutput });
      this.#standing = undefined;
      this.#goTo(thread, catcher.Next, assigned, output);
    } catch (error) {
      // A catcher does not catch its own faults.
      await this.#failScope(thread, this.#failureIn(error));
    }
  }

  #failureIn(error: unknown): Failure {
    if (error instanceof QueryFailed) this.#count(1);
    if (error instanceof StateFailed) return failure(error.error, error.message);
    throw error;
  }

  #retry(thread: Thread, state: RecoveringState, why: Failure): boolean {
    const index = state.Retry?.findIndex((candidate) => isFor(candidate, why.error)) ?? -1;
    const retrier = state.Retry?.[index];
    const used = thread.retries[index] ?? 0;
    if (!retrier || !maySpend(retrier, used)) return false;
    thread.retries[index] = used + 1;
    this.execution.transitions += 1;
    const timer = this.#newId('timer');
    thread.activity = { kind: 'timer', timer, next: 'retry' };
    this.setTimer(timer, secondsBefore(retrier, used, this.#ports.chance?.() ?? 1));
    return true;
  }

  async #failScope(thread: Thread, why: Failure): Promise<void> {
    this.#standing ??= structuredClone(this.execution.threads);
    const { parent } = thread;
    if (!parent) return void this.end('FAILED', why);
    const above = this.execution.threads[parent.thread];
    delete this.execution.threads[thread.id];
    if (!above) return;
    this.#count(this.#stateOf(above).Type === 'Map' ? 2 : 1);
    await this.#fail(above, why);
  }

  #close(ended: Effect): void {
    for (const id of Object.keys(this.execution.threads)) delete this.execution.threads[id];
    this.#count(1);
    this.effects.push(ended);
  }

  // Seeing

  async #evaluate(
    value: Json,
    field: string,
    thread: Thread,
    more: JsonObject = {},
    context: JsonObject = {},
  ): Promise<Json> {
    const result = await evaluateTemplate(value, field, sightOf(this.execution, thread, this.#now, more, context));
    checkSize(result, field);
    return result;
  }

  #stateOf(thread: Thread): State {
    return stateOf(this.#definition, this.execution, thread);
  }

  #newId(kind: string): string {
    return `${kind}-${this.execution.sequence++}`;
  }

  #count(events: number): void {
    this.execution.historyEvents += events;
  }
}
