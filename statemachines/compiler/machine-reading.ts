/**
 * Reads any JSON value as a state machine, as far as it is one: its scopes (the machine itself, each branch of a
 * Parallel, the iteration of a Map), the states in them, and the edges between the states of one scope.
 *
 * It judges nothing: what is not where it belongs is simply absent from what is read, and the checks say so. It
 * hides how the Amazon States Language nests and which fields can lead from one state to another.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A list of states of which exactly one is current at a time. Variables live and die with it. */
export interface Scope {
  /** Where its fields `StartAt` and `States` stand, '' for the machine itself. */
  readonly path: string;
  readonly fields: JsonObject;
  readonly states: readonly Place[];
  readonly byName: ReadonlyMap<string, Place>;
}

/** A state and where it stands. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly state: JsonObject;
  readonly inner: readonly Scope[];
}

export type EdgeKind = 'next' | 'rule' | 'default' | 'catch';

/** One way from a state to another. What it assigns is assigned on this way only. */
export interface Edge {
  readonly kind: EdgeKind;
  readonly from: Place;
  readonly to: string;
  /** The field that names the target. */
  readonly path: string;
  readonly assign: JsonObject | undefined;
  readonly condition: Json | undefined;
}

/** Nobody writes a machine that nests so deep; a walk that goes on from here would end in a stack overflow. */
const DEEPEST = 60;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `States.idea.Next`, `States["run.open"].Retry[0].MaxAttempts`: names that could be misread are quoted. */
export function under(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const step = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || step.startsWith('[') ? path + step : `${path}.${step}`;
}

export function readScope(fields: JsonObject, path = '', depth = 0): Scope {
  const statesPath = under(path, 'States');
  const states: Place[] = [];
  if (isObject(fields.States) && depth < DEEPEST) {
    for (const [name, state] of Object.entries(fields.States)) {
      const statePath = under(statesPath, name);
      const known = isObject(state) ? state : {};
      states.push({ name, path: statePath, state: known, inner: innerScopes(known, statePath, depth + 1) });
    }
  }
  return { path, fields, states, byName: new Map(states.map((place) => [place.name, place])) };
}

function innerScopes(state: JsonObject, path: string, depth: number): Scope[] {
  const scopes: Scope[] = [];
  if (Array.isArray(state.Branches)) {
    for (const [index, branch] of state.Branches.entries()) {
      if (isObject(branch)) scopes.push(readScope(branch, under(under(path, 'Branches'), index), depth));
    }
  }
  if (isObject(state.ItemProcessor)) scopes.push(readScope(state.ItemProcessor, under(path, 'ItemProcessor'), depth));
  return scopes;
}

/** Every state of the machine, outer before inner. */
export function* everyPlace(scope: Scope): Generator<Place> {
  for (const place of scope.states) {
    yield place;
    for (const inner of place.inner) yield* everyPlace(inner);
  }
}

/** Every scope of the machine, outer before inner. */
export function* everyScope(scope: Scope): Generator<Scope> {
  yield scope;
  for (const place of scope.states) for (const inner of place.inner) yield* everyScope(inner);
}

/**
 * The ways out of a state, whatever its type says, so that a misspelt type does not make what follows unreachable.
 *
 * A state's own `Assign` happens when the state succeeds, so not on the way of a `Catch`. A Choice has none of its
 * own; if it had, it would be certain to happen on the way of `Default` only.
 */
export function edgesFrom(place: Place): Edge[] {
  const { state, path } = place;
  const edges: Edge[] = [];
  const add = (kind: EdgeKind, to: Json | undefined, at: string, assign: Json | undefined, condition?: Json) => {
    if (typeof to !== 'string') return;
    edges.push({ kind, from: place, to, path: at, assign: isObject(assign) ? assign : undefined, condition });
  };
  for (const [index, rule] of listOf(state.Choices).entries()) {
    if (!isObject(rule)) continue;
    const at = under(under(path, 'Choices'), index);
    add('rule', rule.Next, under(at, 'Next'), rule.Assign, rule.Condition);
  }
  add('default', state.Default, under(path, 'Default'), state.Assign);
  add('next', state.Next, under(path, 'Next'), state.Assign);
  for (const [index, catcher] of listOf(state.Catch).entries()) {
    if (!isObject(catcher)) continue;
    add('catch', catcher.Next, under(under(under(path, 'Catch'), index), 'Next'), catcher.Assign);
  }
  return edges;
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
