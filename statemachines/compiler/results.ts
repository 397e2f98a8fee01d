/**
 * How results get to where they are asked for: as variables of a scope around, out of Parallels that have ended, or
 * fetched at a gate.
 */
import { type Expr, printExpression, printName, type Reference } from '../language/expression.ts';
import { type Emitting, type Planned, type Scope, scopesUp, type Together, variable } from './scopes.ts';
import { type Json, query, type State } from './states.ts';

/** The expressions of a step that its machine evaluates. */
const expressionsOf = (step: string, { needs }: Emitting): readonly Expr[] =>
  [needs.when.get(step), needs.over.get(step)].filter((expr) => expr !== undefined);

/**
 * How results of `of` are called where `scope` is, if they can get there: as a variable of a scope around, or out of
 * a Parallel that has ended. Marks what Parallels have to bring out. Undefined where `of` is in a branch beside.
 */
export const nameIn = (scope: Scope, of: string, emitting: Emitting): string | undefined => {
  const target = emitting.scopeOf.get(of);
  if (target === undefined) return undefined;
  const around = scopesUp(scope);
  if (around.includes(target)) return `$${variable(of)}`;
  let inner = target;
  while (inner.outer !== undefined && !around.includes(inner.outer)) inner = inner.outer;
  const together = inner.branchOf;
  // In another branch of the very Parallel that this scope is in, it may be running still.
  if (together === undefined || around.some(({ branchOf }) => branchOf === together)) return undefined;
  return bringOut(together, inner, of, `$${variable(of)}`, emitting);
};

const bringOut = (together: Together, branch: Scope, name: string, direct: string, emitting: Emitting): string => {
  if (!together.wanted.has(name)) {
    const target = emitting.scopeOf.get(name);
    const from = target === undefined || target === branch ? direct : (nameIn(branch, name, emitting) ?? direct);
    together.wanted.set(name, { branch: together.branches.indexOf(branch), from });
  }
  return `$${together.variable}.${printName(name)}`;
};

export const fetchWhatIsNeeded = (step: string, emitting: Emitting): void => {
  const scope = emitting.scopeOf.get(step) as Scope;
  for (const expr of expressionsOf(step, emitting)) {
    walkReferences(expr, (reference) => {
      const [root, of = ''] = reference.names;
      if (root !== 'steps') return;
      if (emitting.before.get(step)?.has(of) !== true) {
        if (isDoneAgainWith(step, of, emitting))
          emitting.scopeOf.get(of)?.kept.set(of, { variable: variable(of), first: emitting.eaches.has(of) ? [] : {} });
        return;
      }
      if (nameIn(scope, of, emitting) !== undefined) return;
      const fetched = emitting.fetched.get(step) ?? new Map<string, Reference[]>();
      fetched.set(of, [...(fetched.get(of) ?? []), reference]);
      emitting.fetched.set(step, fetched);
    });
  }
};

/** Whether two steps are in one block, so that the one, although it does not come after the other, may see what that gave in the round before. */
const isDoneAgainWith = (step: string, other: string, { eachOf, roundsOf }: Emitting): boolean => {
  let beside: string | undefined = step;
  while (beside !== undefined && eachOf.get(beside) !== eachOf.get(other)) beside = eachOf.get(beside);
  return (
    beside !== undefined &&
    (roundsOf.get(beside) ?? []).some((counter) => roundsOf.get(other)?.includes(counter) === true)
  );
};

/** What `other` gave in the round before, where a step can see that; else nothing, of an each an empty list. */
export const earlierResults = (step: string, other: string, emitting: Emitting): string => {
  if (!isDoneAgainWith(step, other, emitting))
    return `${emitting.eaches.has(other) ? `{"${other}": []}` : '{}'}.${printName(other)}`;
  const around = scopesUp(emitting.scopeOf.get(step) as Scope);
  let inner = emitting.scopeOf.get(other) as Scope;
  if (around.includes(inner)) return `$${variable(other)}`;
  while (inner.outer !== undefined && !around.includes(inner.outer)) inner = inner.outer;
  return `$${inner.branchOf?.variable}.${printName(other)}`;
};

export const bringOutOfItems = (planned: Planned, emitting: Emitting): void => {
  if ('item' in planned) resultsOfItem(planned.item, emitting);
};

/** What one item adds to the list of results: the results of its steps that are asked for, by step. */
export const resultsOfItem = (item: Scope, emitting: Emitting): State => {
  const { needs } = emitting;
  if (item.each === undefined || !needs.lists.has(item.each.id)) return {};
  const asked = item.each.steps.filter(({ id }) => needs.results.has(id) || needs.lists.has(id));
  return Object.fromEntries(asked.map(({ id }) => [id, query(nameIn(item, id, emitting) as string)]));
};

/** What is kept in a branch is there again when the branch is entered again: it leaves and comes back with the results. */
export const bringOutKept = (together: Together): void => {
  if (!together.looped) return;
  for (const [index, branch] of together.branches.entries()) {
    for (const { key, from } of keptIn(branch)) together.wanted.set(key, { branch: index, from });
  }
};

const keptIn = (scope: Scope): readonly { readonly key: string; readonly from: string; readonly first: Json }[] => [
  ...[...scope.kept].map(([key, { variable, first }]) => ({ key, from: `$${variable}`, first })),
  ...scope.loopedTogethers.flatMap((together) =>
    together.branches
      .flatMap(keptIn)
      .map(({ key, first }) => ({ key, from: `$${together.variable}.${printName(key)}`, first })),
  ),
];

/** What a scope begins with of all that is kept. */
export const keptAtFirst = (scope: Scope): State => {
  const around = scope.branchOf;
  const begun = (key: string, first: Json): Json =>
    around?.looped === true ? query(`$${around.variable}.${printName(key)}`) : first;
  const own = [...scope.kept].map(([key, { variable, first }]) => [variable, begun(key, first)] as const);
  const carried = scope.loopedTogethers.flatMap((together) => {
    const kept = together.branches.flatMap(keptIn);
    return kept.length === 0
      ? []
      : [[together.variable, Object.fromEntries(kept.map(({ key, first }) => [key, begun(key, first)]))] as const];
  });
  return Object.fromEntries([...own, ...carried]);
};

const walkReferences = (expr: Expr, visit: (reference: Reference) => void): void => {
  printExpression(expr, (reference) => {
    visit(reference);
    return '';
  });
};
