/**
 * Which values the machine itself needs: those that its conditions and lists name, and no others.
 * Texts are evaluated by the functions, from the history, so nothing of them goes through a machine.
 */
import { allSteps, stepIdsOf } from '../language/all-steps.ts';
import { resultsOf } from '../language/check-expressions.ts';
import {
  type Expr,
  type Reference,
  readExpression,
  referencesOf,
  uncheckedReferences,
} from '../language/expression.ts';
import { expressionsOf } from '../language/texts.ts';
import type { Each, Step, Workflow } from '../language/workflow.ts';

export type Needs = {
  /** Expressions that the machine evaluates, by step. */
  readonly when: ReadonlyMap<string, Expr>;
  readonly over: ReadonlyMap<string, Expr>;
  /** Names of results by step; of an each, those of its nested steps are under their own ids. */
  readonly results: ReadonlyMap<string, ReadonlySet<string>>;
  /** Each-steps whose list of results is asked for. */
  readonly lists: ReadonlySet<string>;
  readonly inputs: readonly string[];
  readonly run: readonly string[];
  /** Steps on whose results some condition or text relies without saying what to use instead. */
  readonly dependedOn: ReadonlySet<string>;
};

export const needsOf = (workflow: Workflow): Needs => {
  const all = allSteps(workflow.steps).map(({ step }) => step);
  const ids = stepIdsOf(workflow.steps);
  const byId = new Map(all.map((step) => [step.id, step]));
  const when = new Map<string, Expr>();
  const over = new Map<string, Expr>();
  const results = new Map<string, Set<string>>();
  const lists = new Set<string>();
  const inputs = new Set<string>();
  const run = new Set<string>();

  const result = (id: string, name: string): void => {
    results.set(id, (results.get(id) ?? new Set()).add(name));
  };
  const note = ({ names: [root = '', second = '', third, fourth, ...more] }: Reference, isCounted: boolean): void => {
    if (root === 'inputs') inputs.add(second);
    else if (root === 'run' && second !== 'id') run.add(second);
    else if (root === 'steps') {
      const step = byId.get(second);
      if (step?.type === 'each') noteList(step, [third, fourth, ...more], isCounted);
      else if (third !== undefined) result(second, third);
    }
  };
  /** @param names behind the name of the each: a nested step and its result, or a nested each and so on. */
  const noteList = (each: Each, [nested, ...names]: readonly (string | undefined)[], isCounted: boolean): void => {
    lists.add(each.id);
    if (nested === undefined && isCounted) return;
    for (const step of each.steps) {
      if (nested !== undefined && step.id !== nested) continue;
      if (step.type === 'each') noteList(step, names, isCounted);
      // Without a result named, all that the step gives may be meant; to be counted, one is enough.
      else
        for (const name of names[0] !== undefined ? [names[0]] : isCounted ? ['round'] : Object.keys(resultsOf(step)))
          result(step.id, name);
    }
  };
  for (const step of all) {
    const read = (text: string | undefined, kept: Map<string, Expr>): void => {
      const expr = text === undefined ? undefined : readExpression(text, ids).expr;
      if (expr === undefined) return;
      kept.set(step.id, expr);
      const counted = countedIn(expr);
      for (const reference of referencesOf(expr)) note(reference, counted.has(reference));
    };
    read(step.when, when);
    if (step.type === 'each') read(step.over, over);
  }
  return {
    when,
    over,
    results,
    lists,
    inputs: [...inputs].sort(),
    run: [...run].sort(),
    dependedOn: reliedOn(all, ids),
  };
};

/** References of which only the number, or whether there are any, is asked. */
const countedIn = (expr: unknown, found: Set<unknown> = new Set()): ReadonlySet<unknown> => {
  if (expr === null || typeof expr !== 'object') return found;
  const { kind, name, arguments: given } = expr as { kind?: string; name?: string; arguments?: readonly unknown[] };
  if (kind === 'call' && (name === 'count' || name === 'exists'))
    for (const argument of given ?? []) found.add(argument);
  for (const inner of Object.values(expr)) countedIn(inner, found);
  return found;
};

const reliedOn = (steps: readonly Step[], ids: ReadonlySet<string>): ReadonlySet<string> => {
  const relied = new Set<string>();
  for (const text of steps.flatMap(expressionsOf)) {
    const { expr } = readExpression(text, ids);
    if (expr === undefined) continue;
    for (const {
      names: [root, second = '', third],
    } of uncheckedReferences(expr)) {
      if (root !== 'steps') continue;
      relied.add(second);
      if (third !== undefined && ids.has(third)) relied.add(third);
    }
  }
  return relied;
};
