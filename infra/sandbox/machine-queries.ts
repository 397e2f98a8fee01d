/**
 * Evaluates the values of a machine as Step Functions does: every string in `{% %}` is a JSONata query, everything
 * else stands for itself. What comes out is plain JSON, of whatever type the query gave.
 *
 * A query that fails or gives nothing throws `QueryFailed`, which the state may retry or catch. There is no clock and
 * no chance in here: `$now` and `$millis` tell the instant of the event, and `$random`, `$uuid` and `$shuffle` are
 * refused, since an execution must come out the same however often it is played.
 */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { expressionIn, stringKind } from '../../statemachines/compiler/machine-expressions.ts';
import { UnknownConstruct } from './machine-definition.ts';
import type { Json, JsonObject } from './machine-execution.ts';
import { QueryFailed } from './machine-faults.ts';

/** What the queries of a state can see. */
export interface Sight {
  readonly variables: JsonObject;
  /** `$states`. */
  readonly states: JsonObject;
  readonly now: string;
}

/** Evaluates one after the other, in the order of the document, so that the first fault is always the same. */
export async function evaluateTemplate(value: Json, field: string, sight: Sight): Promise<Json> {
  if (typeof value === 'string') {
    return stringKind(value) === 'expression' ? evaluateQuery(expressionIn(value), field, sight) : value;
  }
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const [index, item] of value.entries()) items.push(await evaluateTemplate(item, `${field}[${index}]`, sight));
    return items;
  }
  if (typeof value === 'object' && value !== null) {
    const entries: [string, Json][] = [];
    for (const [key, item] of Object.entries(value))
      entries.push([key, await evaluateTemplate(item, `${field}/${key}`, sight)]);
    return Object.fromEntries(entries);
  }
  return value;
}

async function evaluateQuery(query: string, field: string, { variables, states, now }: Sight): Promise<Json> {
  let result: unknown;
  try {
    result = await parsed(query).evaluate(undefined, { ...variables, states, ...functionsAt(now) });
  } catch (error) {
    if (error instanceof UnknownConstruct) throw error;
    throw new QueryFailed(
      `The JSONata expression '${query}' specified for the field '${field}' threw an error during evaluation. ${messageOf(error)}`,
    );
  }
  const text = typeof result === 'function' ? undefined : JSON.stringify(result);
  if (text === undefined) {
    throw new QueryFailed(
      `The JSONata expression '${query}' specified for the field '${field}' returned nothing (undefined).`,
    );
  }
  // Through text: sequences lose their marks, and what an object holds as undefined or as a function goes.
  return JSON.parse(text) as Json;
}

/** JSONata throws plain objects with a code and a message. */
function messageOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return [code, message].filter((part) => part !== undefined).join(': ');
}

const CACHED_AT_MOST = 20_000;
const cache = new Map<string, jsonata.Expression>();

function parsed(query: string): jsonata.Expression {
  const before = cache.get(query);
  if (before) return before;
  if (cache.size >= CACHED_AT_MOST) cache.clear();
  const expression = jsonata(query);
  cache.set(query, expression);
  return expression;
}

/** What Step Functions adds to JSONata or changes in it. */
function functionsAt(now: string): Record<string, (...given: never[]) => unknown> {
  return {
    now: (...pictures: unknown[]) => (pictures.length === 0 ? now : refuse('$now with a picture')),
    millis: () => Date.parse(now),
    random: () => refuse('$random'),
    uuid: () => refuse('$uuid'),
    shuffle: () => refuse('$shuffle'),
    parse: (text: string) => (text === undefined ? undefined : (JSON.parse(text) as unknown)),
    partition,
    range,
    hash,
  };
}

function refuse(name: string): never {
  throw new UnknownConstruct(`${name}: a query of the sandbox has neither clock nor chance`);
}

function partition(items: unknown[], size: number): unknown[][] {
  if (!Array.isArray(items) || !Number.isInteger(size) || size < 1)
    throw new Error('$partition takes a list and a size of at least 1');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}

const LONGEST_RANGE = 1_000;

function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0)
    throw new Error('$range takes whole numbers and a step that is not 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) throw new Error(`$range gives at most ${LONGEST_RANGE} numbers`);
  return Array.from({ length }, (_, index) => first + index * step);
}

const ALGORITHMS: { readonly [name: string]: string } = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(text: string, algorithm: string): string {
  const known = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (typeof text !== 'string' || known === undefined)
    throw new Error(`$hash takes a text and one of ${Object.keys(ALGORITHMS).join(', ')}`);
  return createHash(known).update(text).digest('hex');
}
