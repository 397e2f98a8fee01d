/**
 * The states that a machine is made of, in the Amazon States Language, JSONata throughout.
 *
 * Promises: of two ways to say the same, the plainer one, so that every engine agrees on it (trust.md).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
import { CONTRACT, ERRORS, FUNCTIONS, type FunctionName } from '../contract.ts';
import { LONGEST_DAYS } from '../language/limits.ts';
import { oncePer } from '../language/once.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type State = { readonly [key: string]: Json };
export type States = { readonly [name: string]: State };
export type Machine = {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: States;
};

const WAIT_SECONDS = LONGEST_DAYS * 24 * 3600;
/** A little more than the longest wait, so that this wait's own `Catch` comes first. */
export const MACHINE_SECONDS = 31_000_000;
const CALL_SECONDS = 120;

/**
 * What Lambda says when it was busy or unwell, what stands for a function that was ended in the middle (it hung until its
 * time was over, or its process died: by which name depends on the runtime), and what our functions say. Nothing that
 * would fail again the same way.
 */
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  ERRORS.tryAgain,
];
const retry = (errors: readonly string[]): Json => [
  {
    ErrorEquals: errors,
    IntervalSeconds: 2,
    MaxAttempts: 15,
    BackoffRate: 2,
    MaxDelaySeconds: 300,
    JitterStrategy: 'FULL',
  },
];

export const query = (expression: string): string => `{% ${expression} %}`;

/** Where a state goes on; nothing where its branch, item or machine ends with it. */
export type Next = string | undefined;
export const onward = (next: Next): State => (next === undefined ? { End: true } : { Next: next });

type Call = {
  readonly function: FunctionName;
  readonly payload: { readonly [key: string]: Json };
  readonly assign?: State;
  readonly output?: Json;
  readonly catch?: readonly Json[];
  readonly next: Next;
};
const optional = (key: string, value: Json | undefined): State =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [key]: value };
const assigning = (assign: State | undefined): State =>
  optional('Assign', assign !== undefined && Object.keys(assign).length > 0 ? assign : undefined);

/** A function is called; its answer is the result. */
export const callState = ({ function: name, payload, assign, output, catch: catches, next }: Call): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${${name}}`, Payload: { contract: CONTRACT, ...payload } },
  ...assigning(assign),
  Output: output ?? {},
  TimeoutSeconds: CALL_SECONDS,
  Retry: retry([...TRANSIENT, 'States.Timeout']),
  ...optional('Catch', catches),
  ...onward(next),
});

/** A function is called with a token; whoever sends the token back gives the result. */
export const waitState = ({ function: name, payload, assign, catch: catches, next }: Omit<Call, 'output'>): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: {
    FunctionName: `\${${name}}`,
    Payload: { contract: CONTRACT, ...payload, token: query('$states.context.Task.Token') },
  },
  ...assigning(assign),
  TimeoutSeconds: WAIT_SECONDS,
  Retry: retry(TRANSIENT),
  ...optional('Catch', catches),
  ...onward(next),
});

export const passState = ({ assign, output, next }: { assign?: State; output?: Json; next: Next }): State => ({
  Type: 'Pass',
  ...assigning(assign),
  ...optional('Output', output),
  ...onward(next),
});

export type Rule = { readonly condition: string; readonly assign?: State; readonly next: string };
export const choiceState = (rules: readonly Rule[], otherwise: string): State => ({
  Type: 'Choice',
  Choices: rules.map(({ condition, assign, next }) => ({
    Condition: query(condition),
    ...assigning(assign),
    Next: next,
  })),
  Default: otherwise,
});

export type Branch = { readonly StartAt: string; readonly States: States };
export const parallelState = (branches: readonly Branch[], catches: readonly Json[], next: Next): State => ({
  Type: 'Parallel',
  Branches: branches,
  ...optional('Catch', catches),
  ...onward(next),
});

export const mapState = ({
  items,
  atOnce,
  branch,
  assign,
  catch: catches,
  next,
}: {
  items: string;
  atOnce: number;
  branch: Branch;
  assign?: State;
  catch: readonly Json[];
  next: Next;
}): State => ({
  Type: 'Map',
  Items: query(items),
  MaxConcurrency: atOnce,
  ItemSelector: { index: query('$states.context.Map.Item.Index'), value: query('$states.context.Map.Item.Value') },
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...branch },
  ...assigning(assign),
  Output: {},
  ...optional('Catch', catches),
  ...onward(next),
});

export const failState = (error: string, cause: string): State => ({ Type: 'Fail', Error: error, Cause: cause });

/** The machine as it is stored. */
export const textOf = oncePer((machine: Machine): string => JSON.stringify(machine));

/** The functions that some states call, in a stable order. */
export const functionsIn = (value: Json): readonly FunctionName[] => {
  const found = new Set<string>();
  const look = (inner: Json): void => {
    if (inner === null || typeof inner !== 'object') return;
    if (!Array.isArray(inner)) {
      const name = (inner as State).FunctionName;
      if (typeof name === 'string') found.add(name.slice(2, -1));
    }
    for (const child of Object.values(inner)) look(child as Json);
  };
  look(value);
  return Object.values(FUNCTIONS).filter((name) => found.has(name));
};
