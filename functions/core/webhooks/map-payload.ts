/**
 * From a payload to a workflow's inputs: the `map` of hooks.yaml, then what the workflow says of each input.
 *
 * Promises: the expression is the author's, the payload is only ever data. An expression cannot run long, grow without
 * bound, or give another result when it is asked again (W5): clock, chance, `$eval` and regular expressions are refused,
 * the last because a text from outside could keep one busy for hours. A result is a text, a number, yes or no, or a list
 * of them; anything else, and any failure, is a problem with the input's name and the expression. Never throws.
 * Hides: jsonata. Sources: https://docs.jsonata.org/embedding-extending, the `timeout`, `stack` and `sequence` options.
 */
import jsonata from 'jsonata';
import { type ReadValue, readValue } from '../../../statemachines/language/values.ts';
import type { Fields, FieldValue, Hook } from '../../../statemachines/language/workflow.ts';
import { LIMITS, type Payload, type Problem, problem } from './payload.ts';

export type ReadInputs = {
  readonly values: { readonly [input: string]: FieldValue };
  readonly problems: readonly Problem[];
};

/** Milliseconds for one expression, levels of calls, items in one list. */
const BOUNDS = { timeout: 250, stack: 400, sequence: 10_000 };

/** @param fields the workflow's inputs; what `map` leaves out takes the input's default. */
export const readInputs = async (map: Hook['map'], fields: Fields, payload: Payload): Promise<ReadInputs> => {
  const values: { [input: string]: FieldValue } = {};
  const problems: Problem[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const expression = Object.hasOwn(map, name) ? map[name] : undefined;
    const mapped: Mapped = expression === undefined ? { given: undefined } : await evaluate(name, expression, payload);
    if (mapped.problem !== undefined) {
      problems.push(mapped.problem);
      continue;
    }
    const read: ReadValue = readValue(field, mapped.given);
    if (read.problem !== undefined) problems.push(problem('misfit', read.problem, name).problem);
    else if (read.value !== undefined) values[name] = read.value;
  }
  return { values, problems };
};

type Plain = string | number | boolean;
type Mapped =
  | { readonly given: Plain | readonly Plain[] | undefined; readonly problem?: undefined }
  | { readonly problem: Problem };

const evaluate = async (input: string, text: string, payload: Payload): Promise<Mapped> => {
  const failed = (code: 'map-failed' | 'map-no-text' | 'too-slow', why: string): Mapped =>
    problem(code, `${input} could not be read from the payload: \`${text.slice(0, 200)}\` ${why}`, input);
  const expression = readExpression(text);
  if (typeof expression === 'string') return failed('map-failed', expression);
  let result: unknown;
  try {
    result = await expression.evaluate(payload);
  } catch (cause) {
    const { code = '' } = (cause ?? {}) as { readonly code?: string };
    if (code === 'D1012') return failed('too-slow', 'took too long.');
    if (code === 'D1011' || cause instanceof RangeError) return failed('too-slow', 'goes too deep.');
    return code === 'D2014' || code === 'D2015'
      ? failed('too-slow', 'makes too long a list.')
      : failed('map-failed', `failed${code === '' ? '' : ` (${code})`}.`);
  }
  const given = plainOf(result);
  return given === 'no-text'
    ? failed('map-no-text', 'gives no text, number, yes or no, or list of these.')
    : { given: given.value };
};

const isPlain = (value: unknown): value is Plain =>
  (typeof value === 'string' && Buffer.byteLength(value, 'utf8') <= LIMITS.textBytes) ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  typeof value === 'boolean';

/** JSONata's lists carry marks of its own, so they are copied. */
const plainOf = (result: unknown): { readonly value: Plain | readonly Plain[] | undefined } | 'no-text' => {
  if (result === undefined || result === null) return { value: undefined };
  if (isPlain(result)) return { value: result };
  return Array.isArray(result) && result.length <= LIMITS.items && result.every(isPlain)
    ? { value: [...result] }
    : 'no-text';
};

/** Authors' expressions are few; the same one is not parsed for each delivery. */
const READ = new Map<string, jsonata.Expression | string>();

/** The expression, or why it is none that a map may have. */
const readExpression = (text: string): jsonata.Expression | string => {
  const known = READ.get(text);
  if (known !== undefined) return known;
  let read: jsonata.Expression | string;
  try {
    const expression = jsonata(text, BOUNDS);
    const refused = refusedIn(expression.ast());
    read = refused === undefined ? expression : `may not use ${refused}.`;
  } catch {
    // hooks.yaml was checked when it was read; jsonata's message would quote the expression, which stands beside it.
    read = 'is no JSONata.';
  }
  if (READ.size >= 1_000) READ.clear();
  READ.set(text, read);
  return read;
};

const REFUSED: ReadonlySet<unknown> = new Set(['now', 'millis', 'random', 'shuffle', 'eval']);

const refusedIn = (ast: unknown): string | undefined => {
  const seen = new Set<unknown>();
  const rest: unknown[] = [ast];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
    if (type === 'regex') return 'a regular expression';
    if (type === 'variable' && REFUSED.has(value)) return `$${String(value)}`;
    // A list may have holes where jsonata has nothing to say.
    rest.push(...Object.values(node).filter((inner) => inner !== undefined));
  }
  return undefined;
};
