/** An author's expressions in the words of the machine. */
import { type Expr, printExpression, printName } from '../language/expression.ts';
import { earlierResults, nameIn } from './results.ts';
import { type Emitting, type Scope, variable } from './scopes.ts';

export const inMachine = (expr: Expr, step: string, scope: Scope, emitting: Emitting): string => {
  const text = printExpression(expr, ({ names: [root = '', second = '', ...rest] }) => {
    const tail = (parts: readonly string[]): string => parts.map((part) => `.${printName(part)}`).join('');
    if (root !== 'steps') return `$${variable(root)}${tail(second === '' ? [] : [second, ...rest])}`;
    if (emitting.before.get(step)?.has(second) !== true)
      return `${earlierResults(step, second, emitting)}${tail(rest)}`;
    const name = emitting.fetched.get(step)?.has(second)
      ? `$${awaited(step)}.${printName(second)}`
      : nameIn(scope, second, emitting);
    return `${name}${tail(rest)}`;
  });
  // Both stand in literals only. What looks like a placeholder would be filled in, and some engines want an expression on one line.
  return text
    .replaceAll('${', '\\u0024{')
    .replaceAll(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'));
};

export const awaited = (step: string): string => `${variable(step)}__awaited`;

/** A condition gives true or false and nothing else, whatever the author's expression gives. */
export const asCondition = (expr: Expr, text: string, emitting: Emitting): string => {
  const inner = expr.kind === 'block' && expr.expressions.length === 1 ? (expr.expressions[0] as Expr) : expr;
  if (inner.kind === 'binary' && ['=', '!=', 'and', 'or', 'in'].includes(inner.operator)) return text;
  // What is compared with nothing gives nothing; these sides are always there.
  if (
    inner.kind === 'binary' &&
    ['<', '<=', '>', '>='].includes(inner.operator) &&
    isThere(inner.left, emitting) &&
    isThere(inner.right, emitting)
  )
    return text;
  if (inner.kind === 'call' && inner.name === 'exists') return text;
  return inner.kind === 'reference' ? `${text} = true` : `$boolean(${text}) = true`;
};

/** The checker has seen to it that a whole condition names only what is there; of an item and of a list nobody knows what they hold. */
const isThere = (expr: Expr, { eaches }: Emitting): boolean => {
  if (expr.kind === 'literal') return true;
  if (expr.kind === 'call') return expr.name === 'count';
  if (expr.kind !== 'reference') return false;
  const [root = '', second = ''] = expr.names;
  return ['inputs', 'run'].includes(root)
    ? expr.names.length === 2
    : root === 'steps' && expr.names.length === 3 && !eaches.has(second);
};
