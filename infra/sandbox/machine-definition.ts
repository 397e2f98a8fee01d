/**
 * The machines that the sandbox can run, read from their JSON: exactly what the compiler emits.
 *
 * `readDefinition` throws `UnknownConstruct` for anything else. A field that were silently ignored here would make the
 * sandbox run another machine than AWS does, and that would be found out last.
 */
import { expressionFacts, expressionIn, stringKind } from '../../statemachines/compiler/machine-expressions.ts';
import type { Json, JsonObject } from './machine-execution.ts';

/** The machine has something that this runner does not know: a fault of whoever wrote it, not of the run. */
export class UnknownConstruct extends Error {
  override readonly name = 'UnknownConstruct';
}

export interface Scope {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}

export interface Definition extends Scope {
  readonly TimeoutSeconds?: number;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

export interface Rule {
  readonly Condition: string;
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

interface GoesOn {
  readonly Next?: string;
  readonly End?: true;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

interface Recovers {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends GoesOn, Recovers {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Arguments: { readonly FunctionName: string; readonly Payload: Json };
  readonly TimeoutSeconds?: number;
}
export interface PassState extends GoesOn {
  readonly Type: 'Pass';
}
export interface WaitState extends GoesOn {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}
export interface ChoiceState {
  readonly Type: 'Choice';
  readonly Choices: readonly Rule[];
  readonly Default?: string;
}
export interface ParallelState extends GoesOn, Recovers {
  readonly Type: 'Parallel';
  readonly Branches: readonly Scope[];
  readonly Arguments?: Json;
}
export interface MapState extends GoesOn, Recovers {
  readonly Type: 'Map';
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number;
  readonly ItemProcessor: Scope;
}
export interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output?: Json;
}
export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

/** States that go on to another, or end their scope, with an output. */
export type GoingState = TaskState | PassState | WaitState | ParallelState | MapState;
/** States that can try again or catch. */
export type RecoveringState = TaskState | ParallelState | MapState;
export type State = GoingState | ChoiceState | SucceedState | FailState;

export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const INVOKE_AND_WAIT = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

const GOES_ON = ['Type', 'Comment', 'Next', 'End', 'Assign', 'Output'];
const RECOVERS = ['Retry', 'Catch'];
const FIELDS: { readonly [type: string]: readonly string[] } = {
  Task: [...GOES_ON, ...RECOVERS, 'Resource', 'Arguments', 'TimeoutSeconds'],
  Pass: GOES_ON,
  Wait: [...GOES_ON, 'Seconds', 'Timestamp'],
  Choice: ['Type', 'Comment', 'Choices', 'Default'],
  Parallel: [...GOES_ON, ...RECOVERS, 'Branches', 'Arguments'],
  Map: [...GOES_ON, ...RECOVERS, 'Items', 'ItemSelector', 'MaxConcurrency', 'ItemProcessor'],
  Succeed: ['Type', 'Comment', 'Output'],
  Fail: ['Type', 'Comment', 'Error', 'Cause'],
};
const MACHINE = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds'];
const RULE = ['Condition', 'Next', 'Assign', 'Output', 'Comment'];
const CATCHER = ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'];
const RETRIER = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

/** A machine is read once, however many events its executions have. */
const known = new WeakMap<object, Definition>();

export function readDefinition(asl: unknown): Definition {
  const machine = objectAt(asl, 'the machine');
  const before = known.get(machine);
  if (before) return before;
  onlyFields(machine, MACHINE, 'the machine');
  if (machine.QueryLanguage !== 'JSONata') throw new UnknownConstruct('the machine is not JSONata throughout');
  onlyNumber(machine, 'TimeoutSeconds', 'the machine');
  readScope(machine, 'the machine');
  const definition = machine as unknown as Definition;
  known.set(machine, definition);
  return definition;
}

function readScope(scope: JsonObject, at: string): void {
  const states = objectAt(scope.States, `States of ${at}`);
  if (typeof scope.StartAt !== 'string' || !Object.hasOwn(states, scope.StartAt)) {
    throw new UnknownConstruct(`StartAt of ${at}: no state ${JSON.stringify(scope.StartAt)}`);
  }
  for (const [name, state] of Object.entries(states)) readState(objectAt(state, name), name, states);
}

function readState(state: JsonObject, name: string, siblings: JsonObject): void {
  const type = String(state.Type);
  const fields = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (!fields) throw new UnknownConstruct(`${name}: state type ${JSON.stringify(state.Type)}`);
  onlyFields(state, fields, name);
  readTargets(state, name, siblings);
  for (const field of ['TimeoutSeconds', 'MaxConcurrency']) onlyNumber(state, field, name);
  const { Branches, ItemProcessor, ...own } = state;
  readStrings(own, name);
  if (type === 'Task') readTask(state, name);
  if (type === 'Parallel') for (const branch of listAt(Branches, name)) readBranch(branch, name);
  if (type === 'Map') readIteration(objectAt(ItemProcessor, `ItemProcessor of ${name}`), name);
  if (
    type === 'Fail' &&
    [state.Error, state.Cause].some((text) => typeof text === 'string' && stringKind(text) !== 'literal')
  ) {
    throw new UnknownConstruct(`${name}: an expression in a Fail`);
  }
}

function readTargets(state: JsonObject, name: string, siblings: JsonObject): void {
  const rules = state.Type === 'Choice' ? listAt(state.Choices, name) : [];
  const catchers = state.Catch === undefined ? [] : listAt(state.Catch, name);
  const retriers = state.Retry === undefined ? [] : listAt(state.Retry, name);
  for (const rule of rules) onlyFields(rule, RULE, `a rule of ${name}`);
  for (const catcher of catchers) onlyFields(catcher, CATCHER, `a catcher of ${name}`);
  for (const retrier of retriers) onlyFields(retrier, RETRIER, `a retrier of ${name}`);
  for (const target of [state.Next, state.Default, ...[...rules, ...catchers].map((holder) => holder.Next ?? null)]) {
    if (target === undefined || (typeof target === 'string' && Object.hasOwn(siblings, target))) continue;
    throw new UnknownConstruct(`${name} leads to ${JSON.stringify(target)}, which is no state beside it`);
  }
  const goesOn = FIELDS[String(state.Type)]?.includes('Next');
  if (goesOn && (state.Next === undefined) === (state.End !== true)) {
    throw new UnknownConstruct(`${name} needs either Next or End: true`);
  }
}

function readTask(state: JsonObject, name: string): void {
  if (state.Resource !== INVOKE && state.Resource !== INVOKE_AND_WAIT) {
    throw new UnknownConstruct(`${name}: resource ${JSON.stringify(state.Resource)}`);
  }
  const given = objectAt(state.Arguments, `Arguments of ${name}`);
  onlyFields(given, ['FunctionName', 'Payload'], `Arguments of ${name}`);
  if (typeof given.FunctionName !== 'string') throw new UnknownConstruct(`${name}: no FunctionName`);
}

function readBranch(branch: JsonObject, name: string): void {
  onlyFields(branch, ['Comment', 'StartAt', 'States'], `a branch of ${name}`);
  readScope(branch, `a branch of ${name}`);
}

function readIteration(processor: JsonObject, name: string): void {
  onlyFields(processor, ['Comment', 'ProcessorConfig', 'StartAt', 'States'], `ItemProcessor of ${name}`);
  if (JSON.stringify(processor.ProcessorConfig) !== '{"Mode":"INLINE"}') {
    throw new UnknownConstruct(`${name}: a Map that is not INLINE`);
  }
  readScope(processor, `ItemProcessor of ${name}`);
}

/** Every expression parses and uses only what AWS has; the newer JSONata that runs it here would take more. */
function readStrings(value: Json, name: string): void {
  if (typeof value === 'string') {
    const kind = stringKind(value);
    if (kind === 'unclosed') throw new UnknownConstruct(`${name}: unclosed expression ${value}`);
    if (kind === 'literal') return;
    const { fault, unknownFunctions, newerOperators } = expressionFacts(expressionIn(value));
    if (fault !== undefined) throw new UnknownConstruct(`${name}: ${fault} in ${value}`);
    const unknown = [
      ...unknownFunctions.map((called) => `function $${called}`),
      ...newerOperators.map((sign) => `operator ${sign}`),
    ];
    if (unknown.length > 0) throw new UnknownConstruct(`${name}: ${unknown.join(', ')} in ${value}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) readStrings(inner as Json, name);
  }
}

function onlyFields(holder: JsonObject, fields: readonly string[], at: string): void {
  for (const field of Object.keys(holder))
    if (!fields.includes(field)) throw new UnknownConstruct(`${at}: field ${field}`);
}

function onlyNumber(holder: JsonObject, field: string, at: string): void {
  if (holder[field] !== undefined && typeof holder[field] !== 'number') {
    throw new UnknownConstruct(`${at}: ${field} that is no number`);
  }
}

function objectAt(value: unknown, at: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new UnknownConstruct(`${at} is no object`);
}

function listAt(value: Json | undefined, at: string): JsonObject[] {
  if (Array.isArray(value) && value.length > 0) return value.map((item) => objectAt(item, at));
  throw new UnknownConstruct(`${at}: a list of objects is missing`);
}
