/**
 * Runs the machines that the compiler emits, without AWS: an interpreter that takes one event, moves the execution as
 * far as it goes, and says what is to be done in the world. It does nothing itself.
 *
 * It is a function of what it is given. Time comes with each event; how much of a full jitter is taken and what a
 * token is called come through ports. An execution is plain JSON and is never changed in place, so a host can store
 * it after each event, go on from what it stored, or play an event again. Only a machine that the compiler would not
 * emit makes it throw (`UnknownConstruct`).
 *
 * A machine that failed, ran too long or was stopped can be redriven: what was not done is tried anew, in all branches;
 * what was done stays so. Its time begins again.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 *
 * Where AWS documents a rule, it is followed: values in a state are those on entry, `Assign` takes effect when the
 * state is left, a branch that fails fails its Parallel with its own error, a used token is `TaskTimedOut`. A plain
 * `lambda:invoke` gives what AWS gives, with the function's answer under `Payload`.
 *
 * History events, counted as AWS writes them: start and end of the execution 1 each; a plain task 5 (entered,
 * scheduled, started, succeeded, exited), a token wait 6 (submitted besides), 3 for each attempt that is repeated (4
 * when it had been submitted); Pass, Choice, Wait and Succeed 2; Fail 1; Parallel 4; Map 4 and 2 for each item; a
 * query that fails 1.
 */
import { readDefinition } from './machine-definition.ts';
import {
  copyOf,
  type Effect,
  type EventOutcome,
  type Execution,
  type ExecutionEvent,
  type Json,
} from './machine-execution.ts';
import { EXECUTION_TIMER, MachineRun, type RunPorts } from './machine-run.ts';

export { UnknownConstruct } from './machine-definition.ts';
export type { Effect, EventOutcome, Execution, ExecutionEvent, ExecutionStatus } from './machine-execution.ts';
export type { RunPorts } from './machine-run.ts';

export interface Start {
  readonly asl: unknown;
  readonly input: Json;
  readonly name: string;
  /** `$states.context.Execution.Id`; made from the name when left out. */
  readonly arn?: string;
  readonly now: string;
}

export interface Progress {
  readonly execution: Execution;
  /** To be done in this order. Timers of what is no longer open may fire: they are ignored. */
  readonly effects: readonly Effect[];
  readonly outcome: EventOutcome;
}

export async function startExecution(start: Start, ports: RunPorts = {}): Promise<Progress> {
  const { asl, input, name, arn = `arn:aws:states:local:000000000000:execution:machine:${name}`, now } = start;
  const definition = readDefinition(asl);
  const execution: Execution = {
    id: arn,
    name,
    input,
    startedAt: now,
    status: 'RUNNING',
    threads: {},
    tokens: {},
    entered: [],
    transitions: 0,
    historyEvents: 1,
    sequence: 1,
  };
  const run = new MachineRun(definition, execution, now, ports);
  run.begin();
  await run.settle();
  return { execution: run.execution, effects: run.effects, outcome: 'accepted' };
}

/** The execution that was passed in stays as it was. */
export async function advance(
  asl: unknown,
  execution: Execution,
  event: ExecutionEvent,
  ports: RunPorts = {},
): Promise<Progress> {
  const run = new MachineRun(readDefinition(asl), copyOf(execution), event.now, ports);
  const outcome = await take(run, event);
  if (outcome !== 'accepted') return { execution, effects: [], outcome };
  await run.settle();
  return { execution: run.execution, effects: run.effects, outcome };
}

async function take(run: MachineRun, event: ExecutionEvent): Promise<EventOutcome> {
  switch (event.kind) {
    case 'token-success':
    case 'token-failure':
      return takeAnswer(run, event);
    case 'abort':
      return run.isOver() ? 'ignored' : run.end('ABORTED', event);
    case 'redrive':
      return run.redrive();
    case 'timer':
      return event.id === EXECUTION_TIMER ? takeExecutionTimeout(run) : takeTimer(run, event.id);
    case 'invoke-result':
    case 'invoke-error':
      return takeInvocation(run, event);
  }
}

async function takeAnswer(
  run: MachineRun,
  event: ExecutionEvent & { kind: 'token-success' | 'token-failure' },
): Promise<EventOutcome> {
  const { tokens } = run.execution;
  const id = Object.hasOwn(tokens, event.token) ? tokens[event.token] : undefined;
  if (id === undefined) return 'InvalidToken';
  const thread = run.threadOfTask(id);
  if (!thread) return 'TaskTimedOut';
  run.markSubmitted(thread);
  if (event.kind === 'token-success') await run.taskSucceeded(thread, event.output);
  else await run.taskFailed(thread, event);
  return 'accepted';
}

async function takeInvocation(
  run: MachineRun,
  event: ExecutionEvent & { kind: 'invoke-result' | 'invoke-error' },
): Promise<EventOutcome> {
  const thread = run.threadOfTask(event.id);
  if (thread?.activity.kind !== 'task') return 'ignored';
  if (event.kind === 'invoke-error') await run.taskFailed(thread, event);
  // A task that waits for its token has only been handed over by now; what the function returned is not its result.
  else if (thread.activity.token !== undefined) run.markSubmitted(thread);
  else await run.taskSucceeded(thread, { ExecutedVersion: '$LATEST', Payload: event.output, StatusCode: 200 });
  return 'accepted';
}

async function takeTimer(run: MachineRun, id: string): Promise<EventOutcome> {
  const thread = run.threadOfTimer(id);
  if (!thread) return 'ignored';
  await run.timerFired(thread);
  return 'accepted';
}

function takeExecutionTimeout(run: MachineRun): EventOutcome {
  return run.isOver() ? 'ignored' : run.end('TIMED_OUT', { error: 'States.Timeout' });
}
