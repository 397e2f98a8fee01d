/**
 * What stands in each state: the fields that its type has and no others, each of the right kind and within the
 * limits of Step Functions. Tasks, retriers and catchers have their own file, machine-tasks.
 */
import type { Report } from './machine-defects.ts';
import {
  anything,
  checkObject,
  expression,
  type Fields,
  items,
  object,
  someObjects,
  text,
  truth,
  wholeNumber,
} from './machine-kinds.ts';
import { everyScope, isObject, listOf, type Place, type Scope, under } from './machine-reading.ts';
import { checkCatch, checkRetry, checkTask, checkTimeout } from './machine-tasks.ts';

const ANY_STATE: Fields = { Type: anything, Comment: text, QueryLanguage: anything };
const GOES_ON: Fields = { Next: text, End: truth };
/** Judged by their own checks, which say more than a kind could. */
const RECOVERS: Fields = { Retry: anything, Catch: anything };
const RESULT: Fields = { Assign: object, Output: anything };

const FIELDS: { readonly [type: string]: Fields } = {
  Task: {
    Resource: anything,
    Arguments: object,
    TimeoutSeconds: anything,
    HeartbeatSeconds: anything,
    ...GOES_ON,
    ...RECOVERS,
    ...RESULT,
  },
  Pass: { ...GOES_ON, ...RESULT },
  Wait: { Seconds: anything, Timestamp: text, ...GOES_ON, ...RESULT },
  // AWS documents a Choice's own Assign and Output in two ways (always, or for Default only): rules have theirs.
  Choice: { Choices: someObjects, Default: text },
  Parallel: { Branches: someObjects, Arguments: anything, ...GOES_ON, ...RECOVERS, ...RESULT },
  Map: {
    Items: items,
    ItemSelector: anything,
    ItemProcessor: object,
    MaxConcurrency: wholeNumber(0, 10_000),
    ...GOES_ON,
    ...RECOVERS,
    ...RESULT,
  },
  Succeed: { Output: anything },
  Fail: { Error: text, Cause: text },
};

const REQUIRED: { readonly [type: string]: readonly string[] } = {
  Task: ['Resource', 'Arguments'],
  Pass: [],
  Wait: [],
  Choice: ['Choices'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};

const RULE_FIELDS: Fields = { Condition: expression, Next: text, Assign: object, Output: anything, Comment: text };
const PROCESSOR_FIELDS: Fields = { ProcessorConfig: object, StartAt: anything, States: object, Comment: text };
const BRANCH_FIELDS: Fields = { StartAt: anything, States: object, Comment: text };
const MACHINE_FIELDS: Fields = {
  Comment: text,
  QueryLanguage: anything,
  StartAt: anything,
  TimeoutSeconds: anything,
  Version: text,
  States: object,
};

export function checkFields(root: Scope, report: Report): void {
  checkObject(root.fields, '', MACHINE_FIELDS, ['StartAt', 'States'], report);
  if (root.fields.QueryLanguage !== 'JSONata') {
    report('query-language-not-jsonata', 'QueryLanguage', 'the machine as a whole must say "JSONata"');
  }
  checkTimeout(root.fields, '', report);
  for (const scope of everyScope(root)) {
    if (scope !== root) checkInnerScope(scope, report);
    for (const place of scope.states) checkState(place, report);
  }
}

function checkInnerScope({ path, fields }: Scope, report: Report): void {
  const iterates = path.endsWith('.ItemProcessor');
  checkObject(fields, path, iterates ? PROCESSOR_FIELDS : BRANCH_FIELDS, ['StartAt', 'States'], report);
  if (!iterates) return;
  const { ProcessorConfig } = fields;
  if (!isObject(ProcessorConfig) || ProcessorConfig.Mode !== 'INLINE') {
    report('field-invalid', under(path, 'ProcessorConfig'), 'Mode must be INLINE: each item runs within the execution');
  }
}

function checkState(place: Place, report: Report): void {
  const { state, path } = place;
  const type = typeof state.Type === 'string' ? state.Type : '';
  const fields = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (!fields) {
    report(
      'type-unknown',
      under(path, 'Type'),
      `${JSON.stringify(state.Type)} is none of ${Object.keys(FIELDS).join(', ')}`,
    );
    return;
  }
  checkObject(state, path, { ...ANY_STATE, ...fields }, REQUIRED[type] ?? [], report);
  if (state.QueryLanguage !== undefined && state.QueryLanguage !== 'JSONata') {
    report('query-language-not-jsonata', under(path, 'QueryLanguage'), 'every state must be JSONata');
  }
  if ('Next' in fields) checkWayOut(place, report);
  if (type === 'Task') checkTask(place, report);
  if ('Retry' in fields) {
    checkRetry(place, report);
    checkCatch(place, report);
  }
  if (type === 'Choice') checkChoice(place, report);
  if (type === 'Wait') checkWait(place, report);
}

function checkWayOut({ state, path }: Place, report: Report): void {
  if (state.Next !== undefined && state.End !== undefined) {
    report('next-and-end', path, 'a state either goes on or ends: leave out Next or End');
  } else if (state.Next === undefined && state.End === undefined) {
    report('state-without-way-out', path, 'a state needs Next, or End: true');
  }
}

function checkChoice({ state, path }: Place, report: Report): void {
  if (state.Default === undefined) {
    report('choice-without-default', under(path, 'Default'), 'without a Default an unexpected value ends the run');
  }
  for (const [index, rule] of listOf(state.Choices).entries()) {
    if (isObject(rule))
      checkObject(rule, under(under(path, 'Choices'), index), RULE_FIELDS, ['Condition', 'Next'], report);
  }
}

const LONGEST_WAIT = 99_999_999;

function checkWait({ state, path }: Place, report: Report): void {
  if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
    report('field-invalid', path, 'a Wait has either Seconds or Timestamp');
  }
  const { Seconds } = state;
  if (Seconds === undefined || expression(Seconds) === undefined) return;
  const expected = wholeNumber(0, LONGEST_WAIT)(Seconds);
  if (expected) report('field-invalid', under(path, 'Seconds'), `${JSON.stringify(Seconds)} is not ${expected}`);
}
