/**
 * From the jsonata package's syntax tree to ours, or to what in it cannot be used.
 *
 * Hides: the package's tree.
 */
import { isFunction } from './expression-functions.ts';
import { type Expr, ownVariable, type PathStep } from './expression-tree.ts';

export class Unsupported extends Error {
  readonly what: string;
  readonly offset: number;
  readonly length: number;
  /** @param end where its last character was read; jsonata counts so. */
  constructor(what: string, end: number, length = 1) {
    super(what);
    this.what = what;
    this.offset = end - length;
    this.length = Math.max(1, length);
  }
}

export type Ast = {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly Ast[];
  readonly stages?: readonly Ast[];
  readonly predicate?: readonly Ast[];
  readonly expr?: Ast;
  readonly expression?: Ast;
  readonly expressions?: readonly Ast[];
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly condition?: Ast;
  readonly then?: Ast;
  readonly else?: Ast;
  readonly procedure?: Ast;
  readonly arguments?: readonly Ast[];
  readonly body?: Ast;
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  readonly group?: unknown;
  readonly focus?: unknown;
  readonly index?: unknown;
  readonly ancestor?: unknown;
  readonly thunk?: boolean;
  readonly signature?: unknown;
};

/** `root`: names are looked up in the whole, not in an item. `leadOut`: what would silently mean a part of the item there. */
type Where = {
  readonly root: boolean;
  readonly bound: ReadonlySet<string>;
  readonly offsetIn: (position: number) => number;
  readonly leadOut: ReadonlySet<string>;
};

const BINARY = new Set(['=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&', 'and', 'or', 'in', '..']);

export const convert = (ast: Ast, where: Where): Expr => {
  refuseGrouping(ast);
  // `$split(x, ',')[0]`, `(a)[]`: behind anything but a path, a filter or `[]` hangs on the thing itself.
  const filters = ast.type === 'path' ? [] : [...(ast.predicate ?? []), ...(ast.stages ?? [])];
  const keepArray = ast.type !== 'path' && ast.keepArray === true;
  const converted = convertAlone(ast, where);
  if (filters.length === 0 && !keepArray) return converted;
  return {
    kind: 'path',
    steps: [{ of: converted, filters: filters.map((filter) => convertFilter(filter, where)) }],
    keepArray,
  };
};

const refuseGrouping = ({ group, focus, index, ancestor, position = 0 }: Ast): void => {
  if (group !== undefined || focus !== undefined || index !== undefined || ancestor !== undefined)
    throw new Unsupported('Grouping with `{ }`, `@`, `#` or `%`', position);
};

const convertFilter = (stage: Ast, where: Where): Expr => {
  if (stage.type !== 'filter' || stage.expr === undefined) throw new Unsupported('`#`', stage.position ?? 0);
  return convert(stage.expr, { ...where, root: false });
};

const convertAlone = (ast: Ast, where: Where): Expr => {
  const at = ast.position ?? 0;
  switch (ast.type) {
    case 'string':
    case 'number':
    case 'value':
      return { kind: 'literal', value: ast.value as string | number | boolean | null };
    case 'name':
      return convertPath({ type: 'path', steps: [ast] }, where);
    case 'path':
      return convertPath(ast, where);
    case 'variable':
      return convertVariable(ast, where);
    case 'binary':
      if (!BINARY.has(String(ast.value))) throw new Unsupported(`\`${ast.value}\``, at);
      return {
        kind: 'binary',
        operator: String(ast.value),
        left: convert(ast.lhs as Ast, where),
        right: convert(ast.rhs as Ast, where),
      };
    case 'unary':
      if (ast.value === '-') return { kind: 'negative', of: convert(ast.expression as Ast, where) };
      if (ast.value === '[')
        return { kind: 'list', items: (ast.expressions ?? []).map((item) => convert(item, where)) };
      return {
        kind: 'record',
        entries: (ast.lhs as [Ast, Ast][]).map(([key, value]) => [convert(key, where), convert(value, where)] as const),
      };
    case 'condition': {
      const condition = convert(ast.condition as Ast, where);
      const then = convert(ast.then as Ast, where);
      return ast.else === undefined
        ? { kind: 'choice', condition, then }
        : { kind: 'choice', condition, then, otherwise: convert(ast.else, where) };
    }
    case 'function':
      return convertCall(ast, where);
    case 'block': {
      const bound = new Set(where.bound);
      const expressions: Expr[] = [];
      for (const inner of ast.expressions ?? []) {
        expressions.push(convert(inner, { ...where, bound }));
        if (inner.type === 'bind') bound.add(String((inner.lhs as Ast).value));
      }
      if (expressions.length === 0) throw new Unsupported('An empty `( )`', at);
      return { kind: 'block', expressions };
    }
    case 'bind':
      return {
        kind: 'bind',
        name: bindable(String((ast.lhs as Ast).value), at),
        value: convert(ast.rhs as Ast, where),
      };
    case 'lambda': {
      // jsonata wraps a call in tail position into a thunk; its body is the call that was written.
      if (ast.thunk === true) return convert(ast.body as Ast, where);
      if (ast.signature !== undefined) throw new Unsupported('A signature `< >` of a function', at);
      const parameters = (ast.arguments ?? []).map((parameter) => bindable(String(parameter.value), at));
      return {
        kind: 'function',
        parameters,
        body: convert(ast.body as Ast, { ...where, bound: new Set([...where.bound, ...parameters]) }),
      };
    }
    default:
      throw new Unsupported(
        UNSUPPORTED[ast.type] ?? `\`${ast.type}\``,
        at,
        ast.value instanceof RegExp ? ast.value.source.length + 2 : String(ast.value ?? ' ').length,
      );
  }
};

const UNSUPPORTED: { readonly [type: string]: string } = {
  regex: 'A regular expression',
  wildcard: '`*`',
  descendant: '`**`',
  parent: '`%`',
  partial: 'A function with `?`',
  apply: '`~>`',
  transform: '`| |`',
  sort: '`^( )`',
};

/** The machine's own variables begin with a lower-case letter, so an author's must not hide them. */
const bindable = (name: string, at: number): string => {
  if (name === '' || name === '$' || name === 'states' || isFunction(name))
    throw new Unsupported(`Setting \`$${name}\``, at, 2);
  return name;
};

const convertVariable = (ast: Ast, where: Where): Expr => {
  const name = String(ast.value);
  const at = ast.position ?? 0;
  const width = name.length + 1;
  if (name === '' && !where.root) return { kind: 'variable', name: '' };
  if (where.bound.has(name)) return { kind: 'variable', name: ownVariable(name) };
  if (isFunction(name)) throw new Unsupported(`\`$${name}\` without its \`( )\``, at, width);
  throw new Unsupported(`\`$${name}\``, at, width);
};

const convertPath = (ast: Ast, where: Where): Expr => {
  const [first, ...others] = ast.steps ?? [];
  if (first === undefined) throw new Unsupported('An empty path', ast.position ?? 0);
  for (const step of ast.steps ?? []) refuseGrouping(step);
  if (!where.root && first.type === 'name' && where.leadOut.has(String(first.value))) {
    throw new Unsupported(
      `\`${first.value}\`${ROOTS.includes(String(first.value)) ? '' : ` instead of \`$$.${first.value}\``} within \`[ ]\` or behind a dot`,
      first.position ?? 0,
      String(first.value).length,
    );
  }
  const explicitRoot = first.type === 'variable' && first.value === '$';
  const names: Ast[] = [];
  if (explicitRoot || (where.root && first.type === 'name')) {
    for (const step of explicitRoot ? others : [first, ...others]) {
      if (step.type !== 'name') break;
      names.push(step);
      if ((step.stages?.length ?? 0) > 0 || (step.predicate?.length ?? 0) > 0) break;
    }
  }
  const inside: Where = { ...where, root: false };
  const filtersOf = (step: Ast): Expr[] =>
    [...(step.stages ?? []), ...(step.predicate ?? [])].map((stage) => convertFilter(stage, where));
  const bare = (step: Ast): Ast => ({ ...step, stages: [], predicate: [], keepArray: false });
  const named = (step: Ast): Expr => ({ kind: 'name', name: printable(step) });
  const steps: PathStep[] = [];
  let rest = others;
  if (names.length > 0) {
    const last = names[names.length - 1] as Ast;
    const start = names[0] as Ast;
    const offset = where.offsetIn((start.position ?? 0) - String(start.value).length);
    steps.push({
      of: { kind: 'reference', names: names.map(printable), offset: Math.max(0, offset) },
      filters: filtersOf(last),
    });
    rest = explicitRoot ? others.slice(names.length) : others.slice(names.length - 1);
  } else {
    if (explicitRoot) throw new Unsupported('`$$` alone', first.position ?? 0);
    steps.push({ of: first.type === 'name' ? named(first) : convert(bare(first), where), filters: filtersOf(first) });
  }
  for (const step of rest)
    steps.push({ of: step.type === 'name' ? named(step) : convert(bare(step), inside), filters: filtersOf(step) });
  const keepArray = ast.keepSingletonArray === true;
  const [only] = steps;
  if (steps.length === 1 && only !== undefined && only.filters.length === 0 && !keepArray) return only.of;
  return { kind: 'path', steps, keepArray };
};

/** What leads out of every expression. */
export const ROOTS = ['inputs', 'steps', 'run'];

/** Names in backquotes cannot be escaped, so what would end a machine's expression may not be in one. */
const printable = ({ value, position = 0 }: Ast): string => {
  const name = String(value);
  if (/\{%|%\}/.test(name)) throw new Unsupported('A name with `{%` or `%}`', position, name.length);
  return name;
};

const convertCall = (ast: Ast, where: Where): Expr => {
  const procedure = ast.procedure;
  const name = String(procedure?.value ?? '');
  const at = procedure?.position ?? ast.position ?? 0;
  if (procedure?.type !== 'variable') {
    const written = procedure?.type === 'path' ? procedure.steps?.at(-1) : undefined;
    const name = written?.type === 'name' ? String(written.value) : undefined;
    throw name === undefined
      ? new Unsupported('Calling what is no named function', at)
      : new Unsupported(`\`${name}( )\` without a \`$\` before it`, written?.position ?? at, name.length);
  }
  const own = where.bound.has(name);
  if (!own && !isFunction(name)) throw new Unsupported(`\`$${name}( )\``, at, name.length + 1);
  if (!own && where.root && (ast.arguments ?? []).length === 0)
    throw new Unsupported(`\`$${name}( )\` with nothing between its brackets`, at, name.length + 1);
  return {
    kind: 'call',
    name: own ? ownVariable(name) : name,
    arguments: (ast.arguments ?? []).map((argument) => convert(argument, where)),
  };
};
