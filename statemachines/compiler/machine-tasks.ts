/**
 * What stands in a Task, and what recovers a state from an error: the integration by its exact name, the token passed
 * on where one is waited for, a timeout on everything, and retriers and catchers that Step Functions would accept.
 */

import type { Report } from './machine-defects.ts';
import { expressionFacts, expressionIn, stringKind } from './machine-expressions.ts';
import { anything, checkObject, text, wholeNumber } from './machine-kinds.ts';
import { isObject, type Json, type JsonObject, listOf, type Place, under } from './machine-reading.ts';
import { everyString, isTokenWait } from './machine-strings.ts';

/** The whole list: what is not on it, no test of ours has run. */
export const INTEGRATIONS: readonly string[] = [
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
];

const LONGEST = 99_999_999;
/** A retrier waits at most a year and a day. */
const LONGEST_DELAY = 31_622_400;

export function checkTask(place: Place, report: Report): void {
  const { state, path } = place;
  const { Resource, Arguments } = state;
  if (Resource !== undefined && !INTEGRATIONS.includes(String(Resource))) {
    report(
      'integration-unknown',
      under(path, 'Resource'),
      `${JSON.stringify(Resource)} is none of ${INTEGRATIONS.join(', ')}`,
    );
  }
  if (isObject(Arguments)) checkArguments(Arguments, under(path, 'Arguments'), report);
  if (isTokenWait(Resource) && !passesToken(place)) {
    report(
      'token-not-passed',
      under(path, 'Arguments'),
      'nobody can answer a wait whose $states.context.Task.Token is not in its Arguments',
    );
  }
  checkTimeout(state, path, report);
  checkHeartbeat(state, path, report);
}

function checkArguments(given: JsonObject, path: string, report: Report): void {
  checkObject(given, path, { FunctionName: text, Payload: anything }, ['FunctionName', 'Payload'], report);
  const { FunctionName } = given;
  if (typeof FunctionName !== 'string' || /^\$\{[A-Za-z][A-Za-z0-9]*\}$/.test(FunctionName)) return;
  report(
    'function-unknown',
    under(path, 'FunctionName'),
    `${JSON.stringify(FunctionName)} is no \${Placeholder} of a function`,
  );
}

function passesToken(place: Place): boolean {
  for (const { text: string, field } of everyString(place)) {
    if (field !== 'Arguments' || stringKind(string) !== 'expression') continue;
    if (expressionFacts(expressionIn(string)).statesPaths.includes('context.Task.Token')) return true;
  }
  return false;
}

/** On every Task and on the machine: a wait without an end is a run that nobody misses. */
export function checkTimeout({ TimeoutSeconds }: JsonObject, path: string, report: Report): void {
  const at = under(path, 'TimeoutSeconds');
  if (TimeoutSeconds === undefined) report('timeout-missing', at, 'without a timeout it may wait for ever');
  else checkSeconds(TimeoutSeconds, at, report);
}

/** Expressions are refused too: our due dates are not the machine's, so its timeouts are constant backstops. */
function checkSeconds(value: Json, path: string, report: Report): void {
  const expected = wholeNumber(1, LONGEST)(value);
  if (expected) report('timeout-invalid', path, `${JSON.stringify(value)} is not ${expected}`);
}

function checkHeartbeat({ HeartbeatSeconds, TimeoutSeconds }: JsonObject, path: string, report: Report): void {
  if (HeartbeatSeconds === undefined) return;
  const at = under(path, 'HeartbeatSeconds');
  checkSeconds(HeartbeatSeconds, at, report);
  if (
    typeof HeartbeatSeconds === 'number' &&
    typeof TimeoutSeconds === 'number' &&
    HeartbeatSeconds >= TimeoutSeconds
  ) {
    report('heartbeat-not-below-timeout', at, `${HeartbeatSeconds} is not below the timeout of ${TimeoutSeconds}`);
  }
}

const RETRIER_FIELDS = {
  ErrorEquals: anything,
  Comment: text,
  IntervalSeconds: anything,
  MaxAttempts: anything,
  BackoffRate: anything,
  MaxDelaySeconds: anything,
  JitterStrategy: anything,
};

/** Errors that only time or people cause; a wait that is repeated for them asks everybody again. */
const CAUSED_BY_WAITING = new Set(['States.ALL', 'States.TaskFailed', 'States.Timeout', 'States.HeartbeatTimeout']);

export function checkRetry({ state, path }: Place, report: Report): void {
  checkErrors(state.Retry, under(path, 'Retry'), report, (retrier, at) => {
    checkObject(retrier, at, RETRIER_FIELDS, [], report);
    checkRetrier(retrier, at, report);
    const repeated = listOf(retrier.ErrorEquals).filter((error) => CAUSED_BY_WAITING.has(String(error)));
    if (isTokenWait(state.Resource) && repeated.length > 0) {
      report(
        'retry-of-wait',
        under(at, 'ErrorEquals'),
        `${repeated.join(', ')} would open the step again for everybody`,
      );
    }
  });
}

function checkRetrier(retrier: JsonObject, path: string, report: Report): void {
  const expect = (field: string, fault: string | undefined) => {
    if (retrier[field] === undefined || !fault) return;
    report('retry-invalid', under(path, field), `${JSON.stringify(retrier[field])} is not ${fault}`);
  };
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = LONGEST_DELAY } = retrier;
  expect('IntervalSeconds', wholeNumber(1, LONGEST)(IntervalSeconds));
  expect('MaxAttempts', wholeNumber(0, LONGEST)(MaxAttempts));
  expect('BackoffRate', typeof BackoffRate === 'number' && BackoffRate >= 1 ? undefined : 'a number of at least 1');
  expect('MaxDelaySeconds', wholeNumber(Number(IntervalSeconds) + 1, LONGEST_DELAY)(MaxDelaySeconds));
  expect(
    'JitterStrategy',
    ['FULL', 'NONE', undefined].includes(retrier.JitterStrategy as string) ? undefined : 'FULL or NONE',
  );
}

const CATCHER_FIELDS = { ErrorEquals: anything, Next: text, Assign: anything, Output: anything, Comment: text };

export function checkCatch({ state, path }: Place, report: Report): void {
  checkErrors(state.Catch, under(path, 'Catch'), report, (catcher, at) => {
    checkObject(catcher, at, CATCHER_FIELDS, ['Next'], report);
  });
}

/** `States.ALL` swallows whatever comes behind it, so it stands alone and in the last place. */
function checkErrors(
  list: Json | undefined,
  path: string,
  report: Report,
  checkEach: (holder: JsonObject, path: string) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) {
    report('field-invalid', path, 'a list was expected');
    return;
  }
  for (const [index, holder] of list.entries()) {
    const at = under(path, index);
    if (!isObject(holder)) {
      report('field-invalid', at, 'an object was expected');
      continue;
    }
    checkEach(holder, at);
    const errors = listOf(holder.ErrorEquals);
    if (errors.length === 0 || !errors.every((error) => typeof error === 'string')) {
      report('field-invalid', under(at, 'ErrorEquals'), 'a list of error names was expected');
    } else if (errors.includes('States.ALL') && (errors.length > 1 || index < list.length - 1)) {
      report('errors-misplaced', under(at, 'ErrorEquals'), 'States.ALL must stand alone in the last place');
    }
  }
}
