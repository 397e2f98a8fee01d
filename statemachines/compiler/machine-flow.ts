/**
 * Where the states of a machine lead: to states that exist, from the start to all of them, to an end, and around a
 * loop only so often.
 *
 * A loop is bounded when each of its turns passes a Choice rule that asks for `$v < constant` and assigns `$v + 1`,
 * and nothing else on the loop sets v. Loops within loops are peeled from the outside: a counter that is set back
 * once in each outer turn still bounds the inner loop.
 */

import type { Report } from './machine-defects.ts';
import { expressionFacts, expressionIn, stringKind } from './machine-expressions.ts';
import {
  type Edge,
  edgesFrom,
  everyPlace,
  everyScope,
  type Json,
  type Place,
  type Scope,
  under,
} from './machine-reading.ts';

export function checkFlow(root: Scope, report: Report): void {
  checkNames(root, report);
  for (const scope of everyScope(root)) {
    const edges = scope.states.flatMap(edgesFrom);
    checkTargets(scope, edges, report);
    checkReachable(scope, edges, report);
    checkTerminal(scope, report);
    checkLoops(
      edges.filter((edge) => scope.byName.has(edge.to)),
      report,
    );
  }
}

const LONGEST_NAME = 80;

/** Step Functions wants names to be unique in the whole machine, not just in one branch. */
function checkNames(root: Scope, report: Report): void {
  const seen = new Map<string, string>();
  for (const { name, path } of everyPlace(root)) {
    const length = [...name].length;
    if (length > LONGEST_NAME || length === 0) {
      report('name-too-long', path, `a state's name has 1 to ${LONGEST_NAME} characters, this one ${length}`);
    }
    const first = seen.get(name);
    if (first !== undefined) report('name-duplicate', path, `${first} has the same name`);
    else seen.set(name, path);
  }
}

function checkTargets(scope: Scope, edges: readonly Edge[], report: Report): void {
  const { StartAt } = scope.fields;
  if (typeof StartAt !== 'string' || !scope.byName.has(StartAt)) {
    report('start-unknown', under(scope.path, 'StartAt'), `no state ${JSON.stringify(StartAt)} among its States`);
  }
  for (const edge of edges) {
    if (scope.byName.has(edge.to)) continue;
    report('target-unknown', edge.path, `no state ${JSON.stringify(edge.to)} beside ${JSON.stringify(edge.from.name)}`);
  }
}

function checkReachable(scope: Scope, edges: readonly Edge[], report: Report): void {
  const start = typeof scope.fields.StartAt === 'string' ? scope.byName.get(scope.fields.StartAt) : undefined;
  if (!start) return; // Nothing is reachable then, and that is said once, of the start.
  const reached = reachableFrom(start, scope, edges);
  for (const place of scope.states) {
    if (!reached.has(place.name)) report('state-unreachable', place.path, 'no way leads here from StartAt');
  }
}

/** The names of the states that can come after a state, itself included. */
export function reachableFrom(start: Place, scope: Scope, edges: readonly Edge[]): Set<string> {
  const reached = new Set([start.name]);
  const targets = Map.groupBy(edges, (edge) => edge.from.name);
  const waiting = [start.name];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const { to } of targets.get(name) ?? []) {
      if (reached.has(to) || !scope.byName.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  }
  return reached;
}

function checkTerminal(scope: Scope, report: Report): void {
  const ends = ({ state }: Place) => state.End === true || state.Type === 'Succeed' || state.Type === 'Fail';
  if (scope.states.length > 0 && !scope.states.some(ends)) {
    report('no-terminal', under(scope.path, 'States'), 'no state has End, and none is a Succeed or a Fail');
  }
}

function checkLoops(edges: readonly Edge[], report: Report): void {
  for (const loop of loopsOf(edges)) {
    const counted = new Set(loop.filter((edge) => countsItself(edge, loop)));
    if (counted.size > 0)
      checkLoops(
        loop.filter((edge) => !counted.has(edge)),
        report,
      );
    else reportLoop(loop, report);
  }
}

function reportLoop(loop: readonly Edge[], report: Report): void {
  // The edge that closes the loop goes back; among several the last one in the document.
  const order = [...new Set(loop.map((edge) => edge.from.name))];
  const back = loop.findLast((edge) => order.indexOf(edge.to) <= order.indexOf(edge.from.name)) ?? loop[0];
  if (!back) return;
  const names = order.map((name) => JSON.stringify(name)).join(', ');
  report(
    'loop-unbounded',
    back.path,
    `nothing bounds the loop of ${names}: let a Choice rule on it ask for $rounds < a constant and assign $rounds + 1`,
  );
}

/** Whether an edge of a loop can be taken only so often while the loop is not left. */
function countsItself(edge: Edge, loop: readonly Edge[]): boolean {
  if (edge.kind !== 'rule') return false;
  return (
    factsOf(edge.condition)?.bounded.some((variable) => {
      if (!increments(edge, variable)) return false;
      return loop.every((other) => other.assign?.[variable] === undefined || increments(other, variable));
    }) ?? false
  );
}

function increments(edge: Edge, variable: string): boolean {
  return factsOf(edge.assign?.[variable])?.increments === variable;
}

function factsOf(value: Json | undefined) {
  if (typeof value !== 'string' || stringKind(value) !== 'expression') return undefined;
  return expressionFacts(expressionIn(value));
}

/** The edges of each strongly connected part that has any (Tarjan's algorithm, without recursion). */
function loopsOf(edges: readonly Edge[]): Edge[][] {
  const targets = Map.groupBy(edges, (edge) => edge.from.name);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const part = new Map<string, number>();
  const open: string[] = [];
  let parts = 0;
  for (const root of targets.keys()) {
    if (index.has(root)) continue;
    const path: { name: string; next: number }[] = [];
    const enter = (name: string) => {
      index.set(name, index.size);
      low.set(name, index.get(name) as number);
      open.push(name);
      path.push({ name, next: 0 });
    };
    enter(root);
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const { name } = here;
      const to = targets.get(name)?.[here.next++]?.to;
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (!part.has(to)) low.set(name, Math.min(low.get(name) as number, index.get(to) as number));
        continue;
      }
      path.pop();
      const above = path.at(-1)?.name;
      if (above !== undefined) low.set(above, Math.min(low.get(above) as number, low.get(name) as number));
      if (low.get(name) === index.get(name)) {
        for (let member = open.pop(); member !== undefined; member = member === name ? undefined : open.pop()) {
          part.set(member, parts);
        }
        parts += 1;
      }
    }
  }
  const inside = edges.filter((edge) => part.get(edge.from.name) === part.get(edge.to));
  return [...Map.groupBy(inside, (edge) => part.get(edge.to) as number).values()];
}
