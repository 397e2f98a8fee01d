/**
 * Workflow -> machine.
 *
 * Promises: pure and total: every Workflow compiles, the same one always to the same bytes. A machine knows ids and
 * the values that its own conditions need, and nothing else. `invokes` lists the functions that it calls.
 * Hides: how steps nest (arrange.ts), what states they become (emit.ts).
 */
import { createHash } from 'node:crypto';
import { CONTRACT, FUNCTIONS, type FunctionName } from '../contract.ts';
import { redoneBlocks } from '../language/all-steps.ts';
import type { Step, Workflow } from '../language/workflow.ts';
import { emitSteps } from './emit.ts';
import { type Needs, needsOf } from './needs.ts';
import { mostRounds } from './scopes.ts';
import {
  callState,
  functionsIn,
  MACHINE_SECONDS,
  type Machine,
  query,
  type State,
  type States,
  textOf,
} from './states.ts';

/** What the functions have to know of a workflow, and a run keeps for life. */
export type Outline = {
  readonly contract: number;
  /** A hash of workflow and machine: another one is another version. */
  readonly version: string;
  readonly workflow: Workflow;
  /** What of the start the machine has to be given. */
  readonly needs: { readonly inputs: readonly string[]; readonly run: readonly string[] };
  readonly steps: { readonly [id: string]: StepOutline };
};

export type StepOutline = {
  /** The each-step that it is in. */
  readonly each?: string;
  /** Names of results that the machine waits for; a function answers these and no others. */
  readonly yields: readonly string[];
  /** For an approval: the steps that are open again when changes are asked for, or when it rejects to redo. */
  readonly reopens?: { readonly request_changes?: readonly string[]; readonly reject?: readonly string[] };
  /** For an approval: how often the machine goes back at most. */
  readonly most_rounds?: number;
  /** Whether the lead may skip it: no condition and no text relies on its results. */
  readonly skippable: boolean;
};

export type CompiledWorkflow = {
  readonly asl: Machine;
  readonly invokes: readonly FunctionName[];
  readonly outline: Outline;
};

const ENDS = {
  finished: 'run.finished',
  rejected: 'run.rejected',
  stopped: 'run.stopped',
  expired: 'run.expired',
} as const;

export const compile = (workflow: Workflow): CompiledWorkflow => {
  const needs = needsOf(workflow);
  const { start, states, counters } = emitSteps(workflow.steps, needs, ENDS);
  const open = callState({
    function: FUNCTIONS.openRun,
    payload: { run: query('$states.input.run.id') },
    assign: {
      run: query('$states.input.run'),
      ...(needs.inputs.length > 0 ? { inputs: query('$states.input.inputs') } : {}),
      ...counters,
    },
    next: start,
  });
  const asl: Machine = {
    Comment: `${workflow.id}: made by runsheet from its workflow file, contract ${CONTRACT}. Change the file, not this machine.`,
    QueryLanguage: 'JSONata',
    StartAt: 'run.open',
    TimeoutSeconds: MACHINE_SECONDS,
    States: { 'run.open': open, ...inReadingOrder(start, states), ...closing(states) },
  };
  return { asl, invokes: functionsIn(asl), outline: outlineOf(workflow, asl, needs) };
};

/** One state for each way in which a run can end; only those that something leads to, which only a state outside of branches can. */
const closing = (states: States): States => {
  const ways = new Set(Object.values(states).flatMap(nextOf));
  const close = (outcome: keyof typeof ENDS): State =>
    callState({
      function: FUNCTIONS.closeRun,
      payload: { run: query('$run.id'), outcome },
      output: { run: query('$run.id'), outcome },
      next: undefined,
    });
  const led = (Object.keys(ENDS) as (keyof typeof ENDS)[]).filter((outcome) => ways.has(ENDS[outcome]));
  return Object.fromEntries(led.map((outcome) => [ENDS[outcome], close(outcome)]));
};

/** States are made from the last to the first; people read from the first to the last. */
const inReadingOrder = (start: string, states: States): States => {
  const order = new Set<string>();
  const pending = [start];
  while (pending.length > 0) {
    const name = pending.pop() as string;
    const state = states[name];
    if (state === undefined || order.has(name)) continue;
    order.add(name);
    pending.push(...nextOf(state).reverse());
  }
  return Object.fromEntries([...order].map((name) => [name, nestedInOrder(states[name] as State)]));
};

const nextOf = (state: State): string[] => {
  const targets = (list: unknown): string[] =>
    Array.isArray(list) ? list.map(({ Next }: { Next: string }) => Next) : [];
  return [...targets(state.Choices), state.Default, state.Next, ...targets(state.Catch)].filter(
    (name): name is string => typeof name === 'string',
  );
};

const nestedInOrder = (state: State): State => {
  const ordered = (branch: { StartAt: string; States: States }) => ({
    ...branch,
    States: inReadingOrder(branch.StartAt, branch.States),
  });
  if (state.Branches !== undefined)
    return { ...state, Branches: (state.Branches as never as { StartAt: string; States: States }[]).map(ordered) };
  if (state.ItemProcessor !== undefined) return { ...state, ItemProcessor: ordered(state.ItemProcessor as never) };
  return state;
};

const outlineOf = (workflow: Workflow, asl: Machine, needs: Needs): Outline => {
  const steps: { [id: string]: StepOutline } = {};
  const describe = (list: readonly Step[], each: string | undefined): void => {
    const blocks = redoneBlocks(list);
    for (const step of list) {
      const reopened = (redo: string | undefined): readonly string[] | undefined => {
        const block = blocks.find((one) => one.approval === step.id && one.redo === redo);
        return block === undefined ? undefined : [...block.steps];
      };
      const yields = [...(needs.results.get(step.id) ?? [])];
      if (step.type === 'approval' && !yields.includes('decision')) yields.push('decision');
      const changes = step.type === 'approval' ? reopened(step.on_changes?.redo) : undefined;
      const reject = step.type === 'approval' && step.on_reject !== 'stop' ? reopened(step.on_reject.redo) : undefined;
      steps[step.id] = {
        ...(each === undefined ? {} : { each }),
        yields: yields.sort(),
        ...(changes === undefined && reject === undefined
          ? {}
          : {
              reopens: {
                ...(changes === undefined ? {} : { request_changes: changes }),
                ...(reject === undefined ? {} : { reject }),
              },
            }),
        ...(step.type === 'approval' && mostRounds(step) > 0 ? { most_rounds: mostRounds(step) } : {}),
        skippable: !needs.dependedOn.has(step.id),
      };
      if (step.type === 'each') describe(step.steps, step.id);
    }
  };
  describe(workflow.steps, undefined);
  const version = createHash('sha256')
    .update(`[${textOf(asl)},${JSON.stringify(workflow)}]`)
    .digest('hex')
    .slice(0, 16);
  return { contract: CONTRACT, version, workflow, needs: { inputs: needs.inputs, run: needs.run }, steps };
};
