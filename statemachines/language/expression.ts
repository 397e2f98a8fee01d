/**
 * The expressions of the language: JSONata, cut down to what gives the same result whenever it is
 * asked again, and what Step Functions' JSONata 2.0.6 knows.
 *
 * Promises: an expression is read once into a small tree in which every name that leads out of it
 * (`inputs.x`, `steps.id.field`, `run.id`, an item) is a `reference`; it can be asked which of those may
 * be absent and what it gives, and printed again with each reference replaced. Printing is the only way
 * into a machine, and it prints texts as literals, so what an author or a stranger wrote is never code.
 * Hides: the jsonata package's syntax tree; hyphens in step ids, which JSONata reads as minus.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
import jsonata from 'jsonata';

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

export type ExpressionProblem = {
  readonly code: 'bad-expression' | 'unsupported-expression';
  readonly what: string;
  readonly offset: number;
  readonly length: number;
};
export type ReadExpression =
  | { readonly expr: Expr; readonly problem?: undefined }
  | { readonly problem: ExpressionProblem; readonly expr?: undefined };

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
const isFunction = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

/** What an expression gives, as far as can be told without running it. */
export type Kind = 'yes or no' | 'number' | 'text' | 'list' | 'record' | 'unknown';

/**
 * @param stepIds ids that may stand unquoted behind `steps.`, also with hyphens.
 * @param items names of the items of an each, which lead out of the expression as `inputs` does.
 */
export const readExpression = (
  text: string,
  stepIds: ReadonlySet<string> = new Set(),
  items: Iterable<string> = [],
): ReadExpression => {
  const bad = (what: string, offset = 0, length = 1): ReadExpression => ({
    problem: { code: 'bad-expression', what, offset: Math.min(offset, Math.max(0, text.length - 1)), length },
  });
  if (text.trim() === '') return bad('there is nothing in it.');
  if (text.length > LONGEST)
    return bad(
      `it has ${text.length.toLocaleString('en-GB')} characters; at most ${LONGEST.toLocaleString('en-GB')} are read.`,
    );
  const { quoted, offsetIn } = quoteStepIds(text, stepIds);
  let ast: Ast;
  try {
    ast = jsonata(quoted).ast() as unknown as Ast;
  } catch (cause) {
    if (cause instanceof RangeError) return bad('it is nested too deep.');
    const {
      code,
      position,
      token = '',
      value,
    } = cause as { code?: string; position?: number; token?: string; value?: unknown };
    const width = token === '(end)' ? 0 : Math.max(1, String(code === 'S0213' ? value : token).length);
    return bad(problemOf(cause as ParserError), offsetIn(Math.max(0, (position ?? 0) - width)), Math.max(1, width));
  }
  try {
    return { expr: convert(ast, { root: true, bound: new Set(), offsetIn, leadOut: new Set([...ROOTS, ...items]) }) };
  } catch (cause) {
    if (!(cause instanceof Unsupported)) throw cause;
    const offset = Math.min(Math.max(0, offsetIn(cause.offset)), text.length - 1);
    return { problem: { code: 'unsupported-expression', what: cause.what, offset, length: cause.length } };
  }
};

/** What is nested deeper than this many characters allow would exhaust the stack. */
const LONGEST = 2_000;

type ParserError = {
  readonly code?: string;
  readonly message?: string;
  readonly token?: string;
  readonly value?: unknown;
};

/** What jsonata's parser objects to, in the author's words. */
const problemOf = ({ code = '', message = 'it is no expression', token = '', value }: ParserError): string => {
  switch (code) {
    case 'S0101':
      return 'a text has no closing quote.';
    case 'S0105':
      return 'a name in backquotes has no closing backquote.';
    case 'S0106':
      return 'a comment has no closing `*/`.';
    case 'S0201':
      return `\`${token}\` does not belong here.`;
    case 'S0202':
      return `a \`${value}\` should stand where \`${token}\` is.`;
    case 'S0203':
      return `it ends where a \`${value}\` should still come.`;
    case 'S0204':
      return `\`${token}\` has no meaning here.`;
    case 'S0207':
      return 'it ends too early.';
    case 'S0211':
      return token === '='
        ? 'an `=` has nothing before it; two values are compared with a single `=`.'
        : `\`${token}\` has nothing before it.`;
    case 'S0213':
      return `\`${value}\` cannot stand behind a dot as it is; put it into backquotes.`;
    case 'S0217':
      return '`%` has nothing around it that it could mean.';
    default:
      return /[.!?]$/.test(message) ? message : `${message}.`;
  }
};

/** `steps.approve-outline.x` becomes `steps.\`approve-outline\`.x`; texts in quotes stay as they are. */
const quoteStepIds = (text: string, stepIds: ReadonlySet<string>) => {
  if (!text.includes('steps') || stepIds.size === 0) return { quoted: text, offsetIn: (position: number) => position };
  const inserted: number[] = [];
  let quoted = '';
  let rest = 0;
  const quote = (start: number, id: string): void => {
    quoted += `${text.slice(rest, start)}\`${id}\``;
    inserted.push(start + inserted.length, start + inserted.length + 1 + id.length);
    rest = start + id.length;
  };
  const token =
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*[\s\S]*?\*\/|\bsteps\s*\.\s*([a-z0-9]+(?:-[a-z0-9]+)*)/g;
  for (const match of text.matchAll(token)) {
    if (match[1] === undefined) continue;
    const words = match[1].split('-');
    while (words.length > 0 && !stepIds.has(words.join('-'))) words.pop();
    // A step is no number that something could be taken from: where none fits, the whole is a misspelt id.
    const id = words.length > 0 ? words.join('-') : match[1];
    const start = match.index + match[0].length - match[1].length;
    const plain =
      (/^[a-z][a-z0-9]*$/.test(id) && !['true', 'false', 'null'].includes(id)) ||
      (words.length === 0 && !id.includes('-'));
    if (!plain) quote(start, id);
    // A step within an each: `steps.posts.write-post`.
    const nested = /\s*\.\s*([a-z0-9]+(?:-[a-z0-9]+)+)/y;
    nested.lastIndex = start + id.length;
    const inner = words.length > 0 ? nested.exec(text)?.[1] : undefined;
    if (inner === undefined) continue;
    const parts = inner.split('-');
    while (parts.length > 1 && !stepIds.has(parts.join('-'))) parts.pop();
    if (parts.length > 1) quote(nested.lastIndex - inner.length, parts.join('-'));
  }
  quoted += text.slice(rest);
  return { quoted, offsetIn: (position: number) => position - inserted.filter((at) => at < position).length };
};

class Unsupported extends Error {
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

type Ast = {
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

const convert = (ast: Ast, where: Where): Expr => {
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

/** Bound names are printed with a mark that no variable of a machine has, so neither hides the other. */
const ownVariable = (name: string): string => `${name}__own`;

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
const ROOTS = ['inputs', 'steps', 'run'];

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

/** The pieces of a text with `{{ }}`: literal texts and expressions with their offsets. Unclosed `{{` is a problem. */
export type TemplatePiece = { readonly literal: string } | { readonly expression: string; readonly offset: number };
export const readTemplate = (
  text: string,
): { readonly pieces: readonly TemplatePiece[]; readonly unclosed?: number } => {
  const pieces: TemplatePiece[] = [];
  let rest = 0;
  for (;;) {
    const open = text.indexOf('{{', rest);
    if (open < 0) break;
    const close = text.indexOf('}}', open + 2);
    if (close < 0) return { pieces, unclosed: open };
    if (open > rest) pieces.push({ literal: text.slice(rest, open) });
    const inner = text.slice(open + 2, close);
    const leading = inner.length - inner.trimStart().length;
    pieces.push({ expression: inner.trim(), offset: open + 2 + leading });
    rest = close + 2;
  }
  if (rest < text.length) pieces.push({ literal: text.slice(rest) });
  return { pieces };
};
