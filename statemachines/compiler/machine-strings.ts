/**
 * What stands in the values of a machine: expressions that parse and use only what Step Functions gives them, no
 * JSONPath, and placeholders that the stack will fill in.
 */

import type { Report } from './machine-defects.ts';
import { type ExpressionFacts, expressionFacts, expressionIn, stringKind } from './machine-expressions.ts';
import { everyPlace, isObject, type Json, type Place, type Scope, under } from './machine-reading.ts';

export interface PlacedString {
  readonly text: string;
  readonly path: string;
  /** The state's own field that it stands in, such as `Arguments`, `Choices` or `Catch`. */
  readonly field: string;
}

/** Fields whose strings are names or prose, never evaluated. Inner scopes are walked as states of their own. */
const NOT_EVALUATED = new Set([
  'Type',
  'Comment',
  'Resource',
  'Next',
  'Default',
  'QueryLanguage',
  'Branches',
  'ItemProcessor',
  'Retry',
]);

/** The strings of a state that Step Functions evaluates, or would evaluate if they were marked as expressions. */
export function* everyString(place: Place): Generator<PlacedString> {
  for (const [field, value] of Object.entries(place.state)) {
    if (NOT_EVALUATED.has(field)) continue;
    yield* stringsIn(value, under(place.path, field), field, field === 'Choices' || field === 'Catch' ? 2 : 0);
  }
}

/** `holders` counts the levels that are rules or catchers, whose own names and prose are not evaluated either. */
function* stringsIn(value: Json, path: string, field: string, holders: number): Generator<PlacedString> {
  if (typeof value === 'string') yield { text: value, path, field };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* stringsIn(item, under(path, index), field, Math.max(0, holders - 1));
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (holders > 0 && (NOT_EVALUATED.has(key) || key === 'ErrorEquals')) continue;
      yield* stringsIn(item, under(path, key), field, 0);
    }
  }
}

export function checkStrings(root: Scope, functions: readonly string[] | undefined, report: Report): void {
  const known = functions && new Set(functions);
  for (const place of everyPlace(root)) {
    for (const string of everyString(place)) {
      checkPlaceholders(string, known, report);
      checkString(string, place, report);
    }
    for (const [field, value] of Object.entries(place.state)) {
      if (!NOT_EVALUATED.has(field)) checkKeys(value, under(place.path, field), report);
    }
  }
}

function checkString(string: PlacedString, place: Place, report: Report): void {
  const { text, path } = string;
  const kind = stringKind(text);
  if (kind === 'unclosed') {
    report('expression-unclosed', path, 'an expression starts with {% and ends with %}, with nothing around them');
  } else if (kind === 'literal') {
    if (/^\${1,2}[.[]/.test(text)) report('jsonpath-leftover', path, `${JSON.stringify(text)} is JSONPath`);
  } else if (place.state.Type === 'Fail') {
    report('fail-expression', path, 'Error and Cause of a Fail are constants here: assign or log the details before');
  } else checkExpression(string, expressionFacts(expressionIn(text)), place, report);
}

function checkExpression({ path, field }: PlacedString, facts: ExpressionFacts, place: Place, report: Report): void {
  if (facts.fault !== undefined) report('expression-syntax', path, facts.fault);
  for (const name of facts.unknownFunctions) {
    report('function-unknown', path, `$${name}() is no function of JSONata 2.0.6 or of Step Functions`);
  }
  for (const operator of facts.newerOperators) {
    report('function-unknown', path, `${operator} is newer than JSONata 2.0.6: write a condition`);
  }
  for (const name of facts.contextless) {
    report('expression-without-context', path, `${name} refers to nothing here: start from $states or a variable`);
  }
  if (facts.bindsStates) report('states-assigned', path, '$states belongs to Step Functions');
  for (const statesPath of facts.statesPaths) checkStatesPath(statesPath, { path, field }, place, report);
}

const RESULT_FIELDS = new Set(['Assign', 'Output']);
const TYPES_WITHOUT_RESULT = new Set(['Pass', 'Wait', 'Choice', 'Succeed', 'Fail']);

/** `$states` holds `result` only once there is one, and `errorOutput` only in a Catch. */
function checkStatesPath(
  statesPath: string,
  { path, field }: { path: string; field: string },
  { state }: Place,
  report: Report,
): void {
  const [part = '', ...rest] = statesPath.split('.');
  const unavailable = (why: string) => report('states-field-unavailable', path, why);
  const hasResult = RESULT_FIELDS.has(field) && !TYPES_WITHOUT_RESULT.has(String(state.Type));
  if (part === 'result' && !hasResult) {
    unavailable('$states.result is there only in Assign and Output of a Task, Parallel or Map');
  } else if (part === 'errorOutput' && field !== 'Catch') {
    unavailable('$states.errorOutput is there only in a Catch');
  } else if (rest.join('.').startsWith('Task.') && !isTokenWait(state.Resource)) {
    unavailable('$states.context.Task is there only in a Task that waits for its token');
  } else if (!['', 'input', 'result', 'errorOutput', 'context'].includes(part)) {
    unavailable(`$states has input, result, errorOutput and context, no ${part}`);
  }
}

export function isTokenWait(resource: Json | undefined): boolean {
  return typeof resource === 'string' && resource.endsWith('.waitForTaskToken');
}

function checkPlaceholders({ text, path }: PlacedString, known: Set<string> | undefined, report: Report): void {
  for (const [placeholder, name = ''] of text.matchAll(/\$\{([^}]*)\}/g)) {
    if (known && !known.has(name)) report('function-unknown', path, `no function fills in ${placeholder}`);
  }
}

/** In JSONPath machines a key that ends in `.$` has a path as its value. */
function checkKeys(value: Json, path: string, report: Report): void {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) checkKeys(item, under(path, index), report);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const at = under(path, key);
      if (key.endsWith('.$')) report('jsonpath-leftover', at, `the key ${JSON.stringify(key)} is JSONPath`);
      checkKeys(item, at, report);
    }
  }
}
