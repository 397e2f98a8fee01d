/**
 * The first of two passes: which step runs in which scope, and how ways back lead out of branches.
 * No state is made yet, for a choice can lead back to what is made later.
 */
import { graphOf } from '../language/graph.ts';
import type { Step } from '../language/workflow.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { againKey, counterOf, type Emitting, type Scope, type Together, waysBackOf } from './scopes.ts';

/** What has finished for certain when a step begins, and the each that a step is in. */
export const noteBefore = (
  steps: readonly Step[],
  each: Step | undefined,
  before: Map<string, ReadonlySet<string>>,
  eachOf: Map<string, string>,
): void => {
  const { ancestors } = graphOf(steps);
  for (const step of steps) {
    before.set(
      step.id,
      new Set([...(ancestors.get(step.id) ?? []), ...(each === undefined ? [] : (before.get(each.id) ?? []))]),
    );
    if (each !== undefined) eachOf.set(step.id, each.id);
    if (step.type === 'each') noteBefore(step.steps, step, before, eachOf);
  }
};

export const lay = (part: Arrangement, scope: Scope, rounds: readonly string[], emitting: Emitting): void => {
  switch (part.kind) {
    case 'step': {
      const { step } = part;
      emitting.scopeOf.set(step.id, scope);
      emitting.roundsOf.set(step.id, rounds);
      emitting.gatesOf.set(step.id, part.gates);
      emitting.taken.add(step.id);
      if (step.type === 'each') {
        emitting.eaches.add(step.id);
        const item: Scope = {
          outer: scope,
          states: {},
          kept: new Map(),
          loopedTogethers: [],
          ends: new Map(),
          label: step.id,
          each: step,
        };
        const body = arrange(step.steps);
        emitting.planned.set(part, { item, body });
        lay(body, item, [], emitting);
      }
      return;
    }
    case 'row':
      for (const inner of part.parts) lay(inner, scope, rounds, emitting);
      return;
    case 'block': {
      const counter = counterOf(part.approval, part.redo);
      scope.kept.set(counter, { variable: counter, first: 0 });
      lay(part.body, scope, [...rounds, counter], emitting);
      return;
    }
    case 'together': {
      emitting.togethers += 1;
      const together: Together = {
        variable: `together__${emitting.togethers}`,
        scope,
        branches: [],
        wanted: new Map(),
        looped: rounds.length > 0,
        returns: [],
      };
      emitting.planned.set(part, { together });
      if (together.looped) scope.loopedTogethers.push(together);
      for (const inner of part.parts) {
        const branch: Scope = {
          outer: scope,
          states: {},
          kept: new Map(),
          loopedTogethers: [],
          ends: new Map(),
          label: firstStep(inner),
          branchOf: together,
        };
        together.branches.push(branch);
        lay(inner, branch, rounds, emitting);
      }
    }
  }
};

/**
 * An approval with two blocks may run in a branch of the wider one: where that holds steps that the narrower does not,
 * beside it. The way back to the wider block's first step then leads out of the Parallels between.
 */
export const layReturns = (steps: readonly Step[], emitting: Emitting): void => {
  for (const step of steps) {
    if (step.type === 'each') layReturns(step.steps, emitting);
    if (step.type !== 'approval') continue;
    for (const redo of waysBackOf(step)) {
      const target = emitting.scopeOf.get(redo.redo);
      let scope = emitting.scopeOf.get(step.id) as Scope;
      while (scope !== target && scope.branchOf !== undefined && scope.outer !== undefined) {
        const together = scope.branchOf;
        const key = againKey(step);
        together.wanted.set(key, { branch: together.branches.indexOf(scope), from: 'false' });
        together.returns.push({ key, step, redo });
        scope = scope.outer;
      }
    }
  }
};

const firstStep = (part: Arrangement): string =>
  part.kind === 'step' ? part.step.id : part.kind === 'block' ? part.redo : firstStep(part.parts[0] as Arrangement);
