/**
 * What an expression of a machine does, read from its syntax tree: which variables and functions it names, whether it
 * leans on a context that Step Functions does not give, and whether it has the form of a bounded loop's guard.
 *
 * Promises: pure, total, and quick for a text seen before (the tree of each text is read once). Hides the shape of
 * JSONata's syntax tree. Step Functions runs JSONata 2.0.6 and the parser here is newer, so what only the newer
 * language has is told apart and reported.
 */
import jsonata from 'jsonata';

export interface ExpressionFacts {
  /** Why it does not parse; everything else is empty then. */
  readonly fault: string | undefined;
  /** Names that must be variables of the machine: read here, bound nowhere within the expression. */
  readonly variables: readonly string[];
  /** Functions called that neither JSONata 2.0.6 nor Step Functions has. */
  readonly unknownFunctions: readonly string[];
  /** Operators that JSONata got after 2.0.6. */
  readonly newerOperators: readonly string[];
  /** Field names, `$` or `$$` where there is no context: an expression of a machine starts from a variable. */
  readonly contextless: readonly string[];
  /** Paths below `$states`, such as `context.Task.Token`; '' for `$states` as a whole. */
  readonly statesPaths: readonly string[];
  readonly bindsStates: boolean;
  /** Variables that the expression, being true, proves to be below a constant. */
  readonly bounded: readonly string[];
  /** The variable that the expression is one more than, as in `$v + 1`. */
  readonly increments: string | undefined;
}

/** The functions of JSONata 2.0.6 without `$eval`, which Step Functions takes away. */
const JSONATA_FUNCTIONS = [
  'abs',
  'append',
  'assert',
  'average',
  'base64decode',
  'base64encode',
  'boolean',
  'ceil',
  'contains',
  'count',
  'decodeUrl',
  'decodeUrlComponent',
  'distinct',
  'each',
  'encodeUrl',
  'encodeUrlComponent',
  'error',
  'exists',
  'filter',
  'floor',
  'formatBase',
  'formatInteger',
  'formatNumber',
  'fromMillis',
  'join',
  'keys',
  'length',
  'lookup',
  'lowercase',
  'map',
  'match',
  'max',
  'merge',
  'millis',
  'min',
  'not',
  'now',
  'number',
  'pad',
  'parseInteger',
  'power',
  'random',
  'reduce',
  'replace',
  'reverse',
  'round',
  'shuffle',
  'sift',
  'single',
  'sort',
  'split',
  'spread',
  'sqrt',
  'string',
  'substring',
  'substringAfter',
  'substringBefore',
  'sum',
  'toMillis',
  'trim',
  'type',
  'uppercase',
  'zip',
];

/** The functions that Step Functions adds. */
const STEP_FUNCTIONS_FUNCTIONS = ['hash', 'parse', 'partition', 'random', 'range', 'uuid'];

/** Every function an expression of a machine may call. */
export const MACHINE_FUNCTIONS: ReadonlySet<string> = new Set([...JSONATA_FUNCTIONS, ...STEP_FUNCTIONS_FUNCTIONS]);

export type StringKind = 'literal' | 'expression' | 'unclosed';

/** Step Functions evaluates a string that starts with `{%` and ends with `%}`, with nothing around them. */
export function stringKind(text: string): StringKind {
  if (text.startsWith('{%') && text.endsWith('%}') && text.length >= 4) return 'expression';
  const bare = text.trim();
  return bare.startsWith('{%') || bare.endsWith('%}') ? 'unclosed' : 'literal';
}

/** The JSONata between the marks of a string that is an expression. */
export function expressionIn(text: string): string {
  return text.slice(2, -2).trim();
}

const CACHED_AT_MOST = 20_000;
const cache = new Map<string, ExpressionFacts>();

export function expressionFacts(source: string): ExpressionFacts {
  const known = cache.get(source);
  if (known) return known;
  if (cache.size >= CACHED_AT_MOST) cache.clear();
  const facts = readFacts(source);
  cache.set(source, facts);
  return facts;
}

/** A node of the syntax tree; its fields depend on its type and are narrowed where they are read. */
type Node = { readonly [field: string]: unknown };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
}

function readFacts(source: string): ExpressionFacts {
  let root: Node;
  try {
    root = jsonata(source).ast() as unknown as Node;
  } catch (error) {
    return { ...NOTHING, fault: error instanceof Error ? error.message : String(readMessage(error)) };
  }
  const found = new Findings();
  walk(root, { found, bound: new Set(), context: false });
  return {
    fault: undefined,
    variables: [...found.variables],
    unknownFunctions: [...found.unknownFunctions],
    newerOperators: [...found.newerOperators],
    contextless: [...found.contextless],
    statesPaths: [...found.statesPaths],
    bindsStates: found.bindsStates,
    bounded: [...boundedBy(root)],
    increments: incrementOf(root),
  };
}

/** The parser throws plain objects, some with a message and all with a code. */
function readMessage(error: unknown): unknown {
  return isNode(error) ? (error.message ?? error.code) : error;
}

const NOTHING: Omit<ExpressionFacts, 'fault'> = {
  variables: [],
  unknownFunctions: [],
  newerOperators: [],
  contextless: [],
  statesPaths: [],
  bindsStates: false,
  bounded: [],
  increments: undefined,
};

class Findings {
  readonly variables = new Set<string>();
  readonly unknownFunctions = new Set<string>();
  readonly newerOperators = new Set<string>();
  readonly contextless = new Set<string>();
  readonly statesPaths = new Set<string>();
  bindsStates = false;
}

interface Surroundings {
  readonly found: Findings;
  /** Names bound within the expression; a block and a function body have their own set, so that they do not leak. */
  readonly bound: Set<string>;
  /** Whether a value stands to the left that field names and `$` refer to. */
  readonly context: boolean;
}

function walk(node: Node, around: Surroundings): void {
  const { found, bound } = around;
  switch (node.type) {
    case 'variable':
      readVariable(node, around);
      break;
    case 'name':
    case 'wildcard':
    case 'descendant':
    case 'parent':
      if (!around.context) found.contextless.add(String(node.value ?? '%'));
      break;
    case 'path':
      walkPath(nodes(node.steps), around);
      break;
    case 'block':
      walkAll(node.expressions, { ...around, bound: new Set(bound) });
      break;
    case 'bind':
      walkAll(node.rhs, around);
      if (isNode(node.lhs)) {
        if (node.lhs.value === 'states') found.bindsStates = true;
        bound.add(String(node.lhs.value));
      }
      break;
    case 'lambda': {
      const names = nodes(node.arguments).map((argument) => String(argument.value));
      if (names.includes('states')) found.bindsStates = true;
      walkAll(node.body, { ...around, bound: new Set([...bound, ...names]) });
      break;
    }
    case 'function':
    case 'partial':
      walkCall(node, around);
      break;
    case 'condition':
      walkCondition(node, around);
      break;
    case 'apply':
      walkAll(node.lhs, around);
      // `a ~> $f` calls f, though it stands there like a value.
      if (isNode(node.rhs) && isPlainVariable(node.rhs)) readFunctionName(String(node.rhs.value), around);
      else walkAll(node.rhs, around);
      break;
    case 'transform':
      for (const part of [node.pattern, node.update, node.delete]) walkAll(part, { ...around, context: true });
      break;
    default:
      walkOperands(node, around);
  }
  walkAttachments(node, around);
}

function walkAll(value: unknown, around: Surroundings): void {
  for (const node of nodes(value)) walk(node, around);
}

/** Operators, arrays and objects: every operand sees what the whole sees. */
function walkOperands(node: Node, around: Surroundings): void {
  for (const operand of [node.lhs, node.rhs, node.expression, node.expressions]) {
    for (const part of Array.isArray(operand) ? operand.flat() : [operand]) walkAll(part, around);
  }
}

/** Predicates, grouping and ordering hang on any node and see its value as their context. */
function walkAttachments(node: Node, around: Surroundings): void {
  const inside = { ...around, context: true };
  for (const stage of [...nodes(node.stages), ...nodes(node.predicate)]) walkAll(stage.expr, inside);
  if (isNode(node.group) && Array.isArray(node.group.lhs)) walkAll(node.group.lhs.flat(), inside);
  for (const term of nodes(node.terms)) walkAll(term.expression, inside);
}

function walkPath(steps: Node[], around: Surroundings): void {
  const [first, ...rest] = steps;
  // `@$x` and `#$i` name the items and their positions for the rest of the path.
  const bound = new Set(around.bound);
  const naming = (step: Node) => {
    for (const name of [step.focus, step.index]) if (typeof name === 'string') bound.add(name);
  };
  if (!first) return;
  if (isPlainVariable(first) && first.value === 'states' && !around.bound.has('states')) {
    around.found.statesPaths.add(leadingNames(rest).join('.'));
    walkAttachments(first, around);
  } else walk(first, around);
  naming(first);
  for (const step of rest) {
    walk(step, { ...around, bound, context: true });
    naming(step);
  }
}

function leadingNames(steps: readonly Node[]): string[] {
  const names: string[] = [];
  for (const step of steps) {
    if (step.type !== 'name') break;
    names.push(String(step.value));
  }
  return names;
}

function isPlainVariable(node: Node): boolean {
  return node.type === 'variable' && typeof node.value === 'string';
}

function readVariable(node: Node, { found, bound, context }: Surroundings): void {
  const name = String(node.value);
  if (name === '$') found.contextless.add('$$');
  else if (name === '') {
    if (!context) found.contextless.add('$');
  } else if (bound.has(name)) return;
  else if (name === 'states') found.statesPaths.add('');
  else if (!MACHINE_FUNCTIONS.has(name)) found.variables.add(name);
}

function readFunctionName(name: string, { found, bound }: Surroundings): void {
  if (!bound.has(name) && !MACHINE_FUNCTIONS.has(name)) found.unknownFunctions.add(name);
}

function walkCall(node: Node, around: Surroundings): void {
  if (isNode(node.procedure)) {
    if (isPlainVariable(node.procedure)) readFunctionName(String(node.procedure.value), around);
    else walk(node.procedure, around);
  }
  walkAll(node.arguments, around);
}

/**
 * The parser turns `a ?? b` and `a ?: b` into the conditions that they mean. The first leaves a call of `$exists`
 * that stands nowhere in the text; the second the same piece of text twice, positions included.
 */
function walkCondition(node: Node, around: Surroundings): void {
  const { condition } = node;
  if (isNode(condition) && isNode(condition.procedure) && condition.procedure.position === undefined) {
    around.found.newerOperators.add('??');
  } else if (isNode(condition) && isNode(node.then) && JSON.stringify(condition) === JSON.stringify(node.then)) {
    around.found.newerOperators.add('?:');
  }
  for (const part of [condition, node.then, node.else]) walkAll(part, around);
}

/** The variables of conjuncts of the form `$v < 6`, either way round. */
function* boundedBy(node: Node): Generator<string> {
  if (node.type === 'block' && nodes(node.expressions).length === 1) {
    yield* boundedBy(nodes(node.expressions)[0] as Node);
  }
  if (node.type !== 'binary' || !isNode(node.lhs) || !isNode(node.rhs)) return;
  if (node.value === 'and') {
    yield* boundedBy(node.lhs);
    yield* boundedBy(node.rhs);
  }
  const below = node.value === '<' || node.value === '<=';
  const above = node.value === '>' || node.value === '>=';
  if (below && isMachineVariable(node.lhs) && node.rhs.type === 'number') yield String(node.lhs.value);
  if (above && isMachineVariable(node.rhs) && node.lhs.type === 'number') yield String(node.rhs.value);
}

function incrementOf(node: Node): string | undefined {
  if (node.type !== 'binary' || node.value !== '+' || !isNode(node.lhs) || !isNode(node.rhs)) return undefined;
  const isOne = (operand: Node) => operand.type === 'number' && operand.value === 1;
  if (isMachineVariable(node.lhs) && isOne(node.rhs)) return String(node.lhs.value);
  if (isMachineVariable(node.rhs) && isOne(node.lhs)) return String(node.rhs.value);
  return undefined;
}

/** A variable as it is, with no predicate or grouping behind it. */
function isMachineVariable(node: Node): boolean {
  return isPlainVariable(node) && node.value !== '' && node.value !== '$' && !node.predicate && !node.group;
}
