/** The small tree that an expression is read into; every name that leads out of it is a `reference`. */

export type Reference = { readonly kind: 'reference'; readonly names: readonly string[]; readonly offset: number };

export type Expr =
  | Reference
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A name that is looked up in the item at hand, inside a filter or behind a dot. */
  | { readonly kind: 'name'; readonly name: string }
  /** `$x` bound by the expression itself, or `$`, the item at hand. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'path'; readonly steps: readonly PathStep[]; readonly keepArray: boolean }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'negative'; readonly of: Expr }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [Expr, Expr])[] }
  | { readonly kind: 'choice'; readonly condition: Expr; readonly then: Expr; readonly otherwise?: Expr }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expr[] }
  | { readonly kind: 'block'; readonly expressions: readonly Expr[] }
  | { readonly kind: 'bind'; readonly name: string; readonly value: Expr }
  | { readonly kind: 'function'; readonly parameters: readonly string[]; readonly body: Expr };

export type PathStep = { readonly of: Expr; readonly filters: readonly Expr[] };

/** Every reference in it, in the order in which they stand. */
export const referencesOf = (expr: Expr): readonly Reference[] => {
  const found: Reference[] = [];
  walk(expr, (inner) => {
    if (inner.kind === 'reference') found.push(inner);
  });
  return found.sort((a, b) => a.offset - b.offset);
};

const walk = (expr: Expr, visit: (expr: Expr) => void): void => {
  visit(expr);
  for (const child of childrenOf(expr)) walk(child, visit);
};

export const childrenOf = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'path':
      return expr.steps.flatMap(({ of, filters }) => [of, ...filters]);
    case 'binary':
      return [expr.left, expr.right];
    case 'negative':
      return [expr.of];
    case 'list':
      return expr.items;
    case 'record':
      return expr.entries.flat();
    case 'choice':
      return expr.otherwise === undefined ? [expr.condition, expr.then] : [expr.condition, expr.then, expr.otherwise];
    case 'call':
      return expr.arguments;
    case 'block':
      return expr.expressions;
    case 'bind':
      return [expr.value];
    case 'function':
      return [expr.body];
    default:
      return [];
  }
};

/** Bound names are printed with a mark that no variable of a machine has, so neither hides the other. */
export const ownVariable = (name: string): string => `${name}__own`;
