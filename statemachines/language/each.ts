/**
 * How many items an `each` can have.
 */
import { type Expr, readExpression } from './expression.ts';
import type { Each, Field, Workflow } from './workflow.ts';

/** More than these in one run nobody keeps in view, and each writes to a history that has an end. */
export const LARGEST_EACH = 40;

/** Of a choice of several, as many as it has options or allows; of a list written out, its items; of another list nothing is known before the run. */
export const itemsAtMost = (over: string, inputs: Workflow['inputs']): number | undefined => {
  const input = inputOver(over, inputs);
  if (input === undefined) return over.includes('[') ? itemsWritten(readExpression(over).expr) : undefined;
  const { options, max } = input.field ?? {};
  if (options === undefined) return undefined;
  return Math.min(options.length, typeof max === 'number' ? max : Number.POSITIVE_INFINITY);
};

/** As many as a run can have at most: where nothing is known of the list, what is allowed. */
export const mostItems = ({ over }: Each, inputs: Workflow['inputs']): number =>
  Math.min(itemsAtMost(over, inputs) ?? LARGEST_EACH, LARGEST_EACH);

/** The input that a list is, where it is nothing but an input. */
export const inputOver = (
  over: string,
  inputs: Workflow['inputs'],
): { readonly name: string; readonly field: Field | undefined } | undefined => {
  const name = /^inputs\.([a-z0-9_]+)$/.exec(over.trim())?.[1];
  return name === undefined ? undefined : { name, field: Object.hasOwn(inputs, name) ? inputs[name] : undefined };
};

const itemsWritten = (expr: Expr | undefined): number | undefined => {
  if (expr?.kind === 'block' && expr.expressions.length === 1) return itemsWritten(expr.expressions[0]);
  if (expr?.kind !== 'list') return undefined;
  const counts = expr.items.map(itemsOfPart);
  const certain = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  // What is named may be a list itself or absent.
  return counts.includes(undefined) && certain <= LARGEST_EACH ? undefined : certain;
};

const itemsOfPart = (part: Expr): number | undefined => {
  if (part.kind === 'literal' || part.kind === 'list' || part.kind === 'record') return 1;
  if (part.kind !== 'binary' || part.operator !== '..') return undefined;
  const from = numberOf(part.left);
  const to = numberOf(part.right);
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from + 1);
};

const numberOf = (expr: Expr): number | undefined => {
  if (expr.kind === 'negative') {
    const positive = numberOf(expr.of);
    return positive === undefined ? undefined : -positive;
  }
  return expr.kind === 'literal' && typeof expr.value === 'number' ? expr.value : undefined;
};
