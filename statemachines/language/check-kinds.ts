/**
 * What an expression compares, counts and calls: whether the kinds fit.
 *
 * Promises: what is told would fail or always be the same; what is not known for certain is let through.
 */
import { childrenOf, type Expr, type Kind, kindOf, printExpression, type Reference } from './expression.ts';

export const WORDS: { readonly [K in Kind]: string } = {
  'yes or no': 'yes or no',
  number: 'a number',
  text: 'a text',
  list: 'a list',
  record: 'a map',
  unknown: 'something unknown',
};

export type WrongKind = {
  readonly code: 'wrong-kind';
  readonly near: Expr;
  readonly facts: { readonly what: string; readonly problem: string; readonly fix: string };
};
/** A text that a name is compared with and never has. */
export type WrongOption = {
  readonly code: 'unknown-value';
  readonly near: Expr;
  readonly name: string;
  readonly known: readonly string[];
  readonly what: string;
};
export type Misfit = WrongKind | WrongOption;

/** What the names of an expression lead to. */
export type Meaning = {
  readonly kindOf: (reference: Reference) => Kind;
  /** The only texts that it, or each of its parts, can be. */
  readonly optionsOf: (reference: Reference) => readonly string[] | undefined;
};

const ORDER = ['<', '<=', '>', '>='];
const COUNTING = ['+', '-', '*', '/', '%', '..'];
const EQUAL = ['=', '!='];

/** What the first argument of a function must be. */
const WANTED: { readonly [name: string]: readonly Kind[] } = {
  ...Object.fromEntries(
    [
      'uppercase',
      'lowercase',
      'length',
      'trim',
      'substring',
      'substringBefore',
      'substringAfter',
      'contains',
      'pad',
      'split',
      'replace',
      'toMillis',
    ].map((name) => [name, ['text']]),
  ),
  ...Object.fromEntries(['sum', 'max', 'min', 'average'].map((name) => [name, ['list', 'number']])),
  ...Object.fromEntries(
    ['round', 'floor', 'ceil', 'abs', 'sqrt', 'power', 'formatNumber', 'fromMillis'].map((name) => [name, ['number']]),
  ),
};

/** @param inItem within an item, where a function may take the item itself for the argument that is left out. */
export const misfitsIn = (expr: Expr, meaning: Meaning, inItem = false): readonly Misfit[] => {
  const own =
    expr.kind === 'binary'
      ? misfitsOfBinary(expr, meaning)
      : expr.kind === 'call' && !inItem
        ? misfitsOfCall(expr, meaning)
        : expr.kind === 'negative'
          ? notANumber('-', expr.of, meaning)
          : [];
  if (expr.kind === 'path') {
    return expr.steps.flatMap(({ of, filters }, index) => [
      ...misfitsIn(of, meaning, inItem || index > 0),
      ...filters.flatMap((filter) => misfitsIn(filter, meaning, true)),
    ]);
  }
  return [
    ...own,
    ...childrenOf(expr).flatMap((child) => misfitsIn(child, meaning, inItem || expr.kind === 'function')),
  ];
};

const misfitsOfBinary = (expr: Expr & { kind: 'binary' }, meaning: Meaning): readonly Misfit[] => {
  const { operator, left, right } = expr;
  const [one, other] = [kindOf(left, meaning.kindOf), kindOf(right, meaning.kindOf)];
  if (COUNTING.includes(operator)) return [left, right].flatMap((side) => notANumber(operator, side, meaning));
  const both = `${told(left, one)} and ${told(right, other)}`;
  const near = left.kind === 'literal' ? right : left;
  if (ORDER.includes(operator)) {
    const unordered = (
      [
        [left, one],
        [right, other],
      ] as const
    ).find(([, kind]) => !['number', 'text', 'unknown'].includes(kind));
    if (unordered !== undefined)
      return [
        {
          code: 'wrong-kind',
          near: unordered[0],
          facts: {
            what: `\`${operator}\``,
            problem: `compares numbers or texts; ${told(...unordered)}`,
            fix: INSTEAD[unordered[1]] ?? COMPARE,
          },
        },
      ];
    if (one !== other && one !== 'unknown' && other !== 'unknown')
      return [
        {
          code: 'wrong-kind',
          near,
          facts: { what: `\`${operator}\``, problem: `compares numbers or texts of one kind; ${both}`, fix: COMPARE },
        },
      ];
    return [];
  }
  if (EQUAL.includes(operator)) {
    if (one !== other && one !== 'unknown' && other !== 'unknown') {
      const isListed = (one === 'list') !== (other === 'list');
      return [
        {
          code: 'wrong-kind',
          near,
          facts: {
            what: `\`${operator}\``,
            problem: `between two different kinds always gives the same; ${both}`,
            fix: isListed ? "To ask what is in a list, write `'email' in inputs.channels`." : COMPARE,
          },
        },
      ];
    }
    return [...misfitsOfOption(left, right, meaning), ...misfitsOfOption(right, left, meaning)];
  }
  if (operator === 'in') {
    if (one === 'unknown' || one === 'list') return one === 'list' ? [] : misfitsOfOption(right, left, meaning);
    const among = right.kind === 'list' ? right.items : other === 'list' ? [] : [right];
    const kinds = among.map((item) => kindOf(item, meaning.kindOf));
    if (kinds.length > 0 && kinds.every((kind) => kind !== one && kind !== 'unknown' && kind !== 'list')) {
      return [
        {
          code: 'wrong-kind',
          near,
          facts: {
            what: '`in`',
            problem: `looks for one among others of its kind; ${told(left, one)} and ${told(among[0] as Expr, kinds[0] as Kind)}`,
            fix: COMPARE,
          },
        },
      ];
    }
    return [
      ...misfitsOfOption(right, left, meaning),
      ...(right.kind === 'list' ? right.items.flatMap((item) => misfitsOfOption(left, item, meaning)) : []),
    ];
  }
  return [];
};

const COMPARE =
  "Compare a number with a number, without quotes, a text with a text and yes or no with `true` or `false`: `inputs.budget > 50000`, `inputs.region = 'EU'`.";
const INSTEAD: { readonly [K in Kind]?: string } = {
  list: 'Count the list, `$count(inputs.channels) > 1`, or take one of it, `inputs.channels[0]`.',
  'yes or no': 'Yes or no stands by itself, `inputs.urgent`, or is asked with `= true`.',
};

const notANumber = (operator: string, side: Expr, meaning: Meaning): readonly Misfit[] => {
  const kind = kindOf(side, meaning.kindOf);
  if (kind === 'number' || kind === 'unknown') return [];
  const fix =
    operator === '+' && kind === 'text'
      ? 'Join texts with `&`, and make a text a number with `$number( )`.'
      : kind === 'list'
        ? 'Count the list with `$count( )`, or add up what is in it with `$sum( )`.'
        : 'Write a number without quotes, or make a text a number with `$number( )`.';
  return [
    {
      code: 'wrong-kind',
      near: side,
      facts: { what: `\`${operator}\``, problem: `counts with numbers; ${told(side, kind)}`, fix },
    },
  ];
};

const misfitsOfCall = (expr: Expr & { kind: 'call' }, meaning: Meaning): readonly Misfit[] => {
  const [argument] = expr.arguments;
  const wanted = Object.hasOwn(WANTED, expr.name) ? WANTED[expr.name] : undefined;
  if (argument === undefined || wanted === undefined) return [];
  const kind = kindOf(argument, meaning.kindOf);
  if (kind === 'unknown' || wanted.includes(kind)) return [];
  const fix =
    expr.name === 'contains' && kind === 'list'
      ? "To ask what is in a list, write `'email' in inputs.channels`."
      : expr.name === 'length' && kind === 'list'
        ? 'Count a list with `$count( )`.'
        : wanted[0] === 'text'
          ? 'Make it a text with `$string( )`, or join a list with `$join( )`.'
          : 'Make a text a number with `$number( )`.';
  return [
    {
      code: 'wrong-kind',
      near: argument,
      facts: {
        what: `\`$${expr.name}( )\``,
        problem: `wants ${wanted.map((one) => WORDS[one]).join(' of numbers or ')}; ${told(argument, kind)}`,
        fix,
      },
    },
  ];
};

const misfitsOfOption = (named: Expr, literal: Expr, meaning: Meaning): readonly Misfit[] => {
  if (named.kind === 'literal' || literal.kind !== 'literal' || typeof literal.value !== 'string') return [];
  const known = optionsOf(named, meaning);
  if (known === undefined || known.includes(literal.value)) return [];
  return [{ code: 'unknown-value', near: named, name: literal.value, known, what: shownName(named) }];
};

/** Of `x ?? 'none'`, also what is used instead. */
const optionsOf = (expr: Expr, meaning: Meaning): readonly string[] | undefined => {
  if (expr.kind === 'reference') return meaning.optionsOf(expr);
  if (expr.kind === 'literal') return typeof expr.value === 'string' ? [expr.value] : undefined;
  if (expr.kind === 'list') return expr.items.length === 0 ? [] : undefined;
  if (expr.kind === 'block')
    return expr.expressions.length === 1 ? optionsOf(expr.expressions[0] as Expr, meaning) : undefined;
  if (expr.kind !== 'choice' || expr.then.kind === 'literal' || expr.otherwise === undefined) return undefined;
  const [then, otherwise] = [optionsOf(expr.then, meaning), optionsOf(expr.otherwise, meaning)];
  return then === undefined || otherwise === undefined ? undefined : [...new Set([...then, ...otherwise])];
};

const told = (expr: Expr, kind: Kind): string => `${shownName(expr)} is ${WORDS[kind]}`;

const shownName = (expr: Expr): string => {
  const text =
    expr.kind === 'literal' && typeof expr.value === 'string'
      ? `'${expr.value}'`
      : printExpression(expr, ({ names }) => names.join('.')).replaceAll('__own', '');
  return `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;
};
