/** What an expression may call, and what it gives. */
import type { Expr, Reference } from './expression-tree.ts';

/** What an expression gives, as far as can be told without running it. */
export type Kind = 'yes or no' | 'number' | 'text' | 'list' | 'record' | 'unknown';

/** The functions that an expression may call: of JSONata 2.0.6, without chance, clock and evaluation; and what they give. */
const FUNCTIONS: { readonly [name: string]: Kind } = {
  abs: 'number',
  append: 'list',
  average: 'number',
  boolean: 'yes or no',
  ceil: 'number',
  contains: 'yes or no',
  count: 'number',
  distinct: 'unknown',
  each: 'unknown',
  exists: 'yes or no',
  filter: 'unknown',
  floor: 'number',
  formatNumber: 'text',
  join: 'text',
  keys: 'unknown',
  length: 'number',
  lookup: 'unknown',
  lowercase: 'text',
  map: 'unknown',
  max: 'number',
  merge: 'record',
  min: 'number',
  not: 'yes or no',
  number: 'number',
  pad: 'text',
  power: 'number',
  reduce: 'unknown',
  replace: 'text',
  reverse: 'list',
  round: 'number',
  single: 'unknown',
  sort: 'list',
  split: 'list',
  sqrt: 'number',
  string: 'text',
  substring: 'text',
  substringAfter: 'text',
  substringBefore: 'text',
  sum: 'number',
  trim: 'text',
  type: 'text',
  uppercase: 'text',
  zip: 'list',
  toMillis: 'number',
  fromMillis: 'text',
};
export const knownFunctions: readonly string[] = Object.keys(FUNCTIONS);
export const isFunction = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

/** @param kindOfReference what the names lead to. */
export const kindOf = (expr: Expr, kindOfReference: (reference: Reference) => Kind): Kind => {
  switch (expr.kind) {
    case 'reference':
      return kindOfReference(expr);
    case 'literal':
      return typeof expr.value === 'string'
        ? 'text'
        : typeof expr.value === 'number'
          ? 'number'
          : typeof expr.value === 'boolean'
            ? 'yes or no'
            : 'unknown';
    case 'binary':
      if ('+-*/%'.includes(expr.operator)) return 'number';
      if (expr.operator === '&') return 'text';
      return expr.operator === '..' ? 'list' : 'yes or no';
    case 'negative':
      return 'number';
    case 'list':
      return 'list';
    case 'record':
      return 'record';
    case 'choice': {
      const then = kindOf(expr.then, kindOfReference);
      if (expr.otherwise === undefined) return 'unknown';
      return then === kindOf(expr.otherwise, kindOfReference) ? then : 'unknown';
    }
    case 'call':
      return isFunction(expr.name) ? (FUNCTIONS[expr.name] as Kind) : 'unknown';
    case 'block': {
      const last = expr.expressions[expr.expressions.length - 1];
      return last === undefined ? 'unknown' : kindOf(last, kindOfReference);
    }
    default:
      return 'unknown';
  }
};
