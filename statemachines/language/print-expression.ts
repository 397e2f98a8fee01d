/**
 * From the tree of an expression back to JSONata: the only way into a machine. Texts are printed as literals, so what
 * an author or a stranger wrote is never code.
 */
import { type Expr, ownVariable, type Reference } from './expression-tree.ts';

/** Back to JSONata 2.0.6, each reference replaced by what `replace` gives for it. */
export const printExpression = (expr: Expr, replace: (reference: Reference) => string): string => {
  const print = (inner: Expr): string => printExpression(inner, replace);
  switch (expr.kind) {
    case 'reference':
      return replace(expr);
    case 'literal':
      return printLiteral(expr.value);
    case 'name':
      return printName(expr.name);
    case 'variable':
      return `$${expr.name}`;
    case 'path':
      return expr.steps
        .map(({ of, filters }, index) => {
          // A list behind a dot is kept together as one; in round brackets it would not be.
          const text = UNBRACKETED.has(of.kind) ? print(of) : `(${print(of)})`;
          return `${text}${filters.map((filter) => `[${print(filter)}]`).join('')}${expr.keepArray && index === expr.steps.length - 1 ? '[]' : ''}`;
        })
        .join('.');
    case 'binary':
      return expr.operator === '..'
        ? `${print(expr.left)}..${print(expr.right)}`
        : `${operand(expr.left, print)} ${expr.operator} ${operand(expr.right, print)}`;
    case 'negative':
      return `-${operand(expr.of, print)}`;
    case 'list':
      return `[${expr.items.map(print).join(', ')}]`;
    case 'record':
      return `{${expr.entries.map(([key, value]) => `${print(key)}: ${print(value)}`).join(', ')}}`;
    case 'choice':
      return `${operand(expr.condition, print)} ? ${operand(expr.then, print)}${expr.otherwise === undefined ? '' : ` : ${operand(expr.otherwise, print)}`}`;
    case 'call':
      return `$${expr.name}(${expr.arguments.map(print).join(', ')})`;
    case 'block':
      return `(${expr.expressions.map(print).join('; ')})`;
    case 'bind':
      return `$${ownVariable(expr.name)} := ${print(expr.value)}`;
    case 'function':
      return `function(${expr.parameters.map((parameter) => `$${ownVariable(parameter)}`).join(', ')}){ ${print(expr.body)} }`;
  }
};

const UNBRACKETED: ReadonlySet<Expr['kind']> = new Set([
  'reference',
  'name',
  'variable',
  'call',
  'list',
  'record',
  'block',
]);
const operand = (expr: Expr, print: (expr: Expr) => string): string =>
  // Directly behind `[]`, jsonata takes a `/` for the beginning of a regular expression.
  expr.kind === 'binary' ||
  expr.kind === 'choice' ||
  expr.kind === 'bind' ||
  expr.kind === 'function' ||
  (expr.kind === 'path' && expr.keepArray)
    ? `(${print(expr)})`
    : print(expr);

/** A JSONata literal: JSON's escapes are JSONata's, and `%}` may not stand in a machine's expression. */
export const printLiteral = (value: string | number | boolean | null): string =>
  typeof value === 'string'
    ? JSON.stringify(value).replaceAll('%}', '%\\u007d').replaceAll('{%', '\\u007b%')
    : JSON.stringify(value);

export const printName = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !['and', 'or', 'in', 'true', 'false', 'null', 'function'].includes(name)
    ? name
    : `\`${name.replaceAll('`', '')}\``;
