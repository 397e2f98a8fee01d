/** Which of the names in an expression must be there, because nothing in it makes sure that they are. */
import { childrenOf, type Expr, type Reference } from './expression-tree.ts';

/**
 * The references whose value is needed although nothing before in the expression made sure that it is there.
 * `$exists(x)`, `x ?? other` and the branches that follow from them make sure.
 */
export const uncheckedReferences = (expr: Expr, known: ReadonlySet<string> = new Set()): readonly Reference[] => {
  switch (expr.kind) {
    case 'reference':
      return known.has(expr.names.join('.')) ? [] : [expr];
    case 'call':
      if (expr.name === 'exists' || expr.name === 'count') {
        return expr.arguments.flatMap((argument) =>
          uncheckedReferences(argument, new Set([...known, ...headOf(argument)])),
        );
      }
      return expr.arguments.flatMap((argument) => uncheckedReferences(argument, known));
    case 'binary': {
      const added =
        expr.operator === 'and' ? madeSure(expr.left, true) : expr.operator === 'or' ? madeSure(expr.left, false) : [];
      return [
        ...uncheckedReferences(expr.left, known),
        ...uncheckedReferences(expr.right, new Set([...known, ...added])),
      ];
    }
    case 'choice': {
      // `x ?: y`, which jsonata reads as `x ? x : y`, says itself what to use instead.
      const asked = headOf(expr.condition).filter((name) => headOf(expr.then).includes(name));
      return [
        ...uncheckedReferences(expr.condition, new Set([...known, ...asked])),
        ...uncheckedReferences(expr.then, new Set([...known, ...madeSure(expr.condition, true)])),
        ...(expr.otherwise === undefined
          ? []
          : uncheckedReferences(expr.otherwise, new Set([...known, ...madeSure(expr.condition, false)]))),
      ];
    }
    default:
      return childrenOf(expr).flatMap((child) => uncheckedReferences(child, known));
  }
};

/** The name with which it begins, where it is nothing but something named or part of that. */
const headOf = (expr: Expr): readonly string[] => {
  const head = expr.kind === 'path' ? expr.steps[0]?.of : expr;
  return head?.kind === 'reference' ? [head.names.join('.')] : [];
};

/** Names that are certainly there once `condition` turned out to be `outcome`. */
const madeSure = (condition: Expr, outcome: boolean): readonly string[] => {
  if (condition.kind === 'block' && condition.expressions.length === 1)
    return madeSure(condition.expressions[0] as Expr, outcome);
  if (condition.kind === 'call') {
    const [argument] = condition.arguments;
    if (condition.name === 'exists' && outcome && argument !== undefined) return headOf(argument);
    if (condition.name === 'not' && argument !== undefined) return madeSure(argument, !outcome);
    return [];
  }
  // What is truthy is there.
  if (outcome && (condition.kind === 'reference' || condition.kind === 'path')) return headOf(condition);
  if (condition.kind === 'binary' && condition.operator === (outcome ? 'and' : 'or')) {
    return [...madeSure(condition.left, outcome), ...madeSure(condition.right, outcome)];
  }
  return [];
};
