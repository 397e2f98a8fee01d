/**
 * What a running machine is made of. All of it is plain JSON: an execution can be written down after any event, read
 * again by another process, and go on as if nothing had happened.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
  /** ISO instants, as all instants here. */
  readonly startedAt: string;
  status: ExecutionStatus;
  output?: Json;
  error?: string;
  cause?: string;
  /** One for each scope that is under way: the machine, each open branch, each open iteration. */
  readonly threads: { [id: string]: Thread };
  /** Every token ever given out, with the task that it was for. A task that is no longer open has closed its token. */
  readonly tokens: { [token: string]: string };
  /** States in the order in which they were entered. */
  readonly entered: string[];
  /** What AWS bills: states entered, and retries. */
  transitions: number;
  /** What AWS counts against 25,000; see machine-runner for how much each construct writes. */
  historyEvents: number;
  /** Of the next id to be given. */
  sequence: number;
  /** Where its scopes stood when it ended otherwise than well: from there a redrive goes on. */
  standing?: { [id: string]: Thread };
  /** How often it was redriven; never, when left out. */
  redrives?: number;
}

/** One scope under way: where it stands and what it has assigned. */
export interface Thread {
  readonly id: string;
  /** The thread whose Parallel or Map this belongs to, and which branch or item it is. */
  readonly parent?: { readonly thread: string; readonly index: number };
  /** The item that an iteration is for. */
  readonly item?: { readonly index: number; readonly value: Json };
  variables: JsonObject;
  state: string;
  input: Json;
  enteredAt: string;
  /** How often each of the state's retriers has been used. */
  retries: { [retrier: number]: number };
  activity: Activity;
}

/** What the current state of a thread waits for. */
export type Activity =
  | { readonly kind: 'none' }
  | { readonly kind: 'task'; readonly id: string; readonly timer?: string; readonly token?: string; submitted?: true }
  | { readonly kind: 'timer'; readonly timer: string; readonly next: 'retry' | 'go-on' }
  | Children;

/** A copy of all that changes when an execution goes on. Values that it holds are only ever replaced. */
export const copyOf = (execution: Execution): Execution => ({
  ...execution,
  threads: Object.fromEntries(Object.entries(execution.threads).map(([id, thread]) => [id, copyOfThread(thread)])),
  tokens: { ...execution.tokens },
  entered: [...execution.entered],
});

const copyOfThread = (thread: Thread): Thread => {
  const { activity } = thread;
  return {
    ...thread,
    retries: { ...thread.retries },
    activity:
      activity.kind === 'children'
        ? { ...activity, outputs: { ...activity.outputs }, waiting: [...activity.waiting] }
        : { ...activity },
  };
};

export interface Children {
  readonly kind: 'children';
  /** By branch or item; complete when there are `count`. */
  readonly outputs: { [index: number]: Json };
  readonly count: number;
  /** A Map's items whose iterations have not begun yet, in order. */
  readonly waiting: { readonly index: number; readonly value: Json; readonly input: Json }[];
}

export type Effect =
  | {
      readonly kind: 'invoke';
      readonly id: string;
      /** What stands between the braces of `${OpenStep}`. */
      readonly functionName: string;
      readonly payload: Json;
      /** Only where the state waits for its token; the payload carries it too. */
      readonly token?: string;
      /** 1 for the first. */
      readonly attempt: number;
    }
  | { readonly kind: 'timer'; readonly id: string; readonly at: string }
  | { readonly kind: 'ended'; readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly kind: 'ended';
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error?: string;
      readonly cause?: string;
    };

/** What can happen to an execution, and when it did. */
export type ExecutionEvent = { readonly now: string } & (
  | { readonly kind: 'invoke-result'; readonly id: string; readonly output: Json }
  | { readonly kind: 'invoke-error'; readonly id: string; readonly error: string; readonly cause?: string }
  | { readonly kind: 'token-success'; readonly token: string; readonly output: Json }
  | { readonly kind: 'token-failure'; readonly token: string; readonly error: string; readonly cause?: string }
  | { readonly kind: 'timer'; readonly id: string }
  | { readonly kind: 'abort'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'redrive' }
);

/**
 * What became of an event. `ignored` is one whose task or timer is no longer open; the other two are what AWS answers
 * to a token that has been used, has timed out or was abandoned, and to one that it never gave out.
 */
export type EventOutcome = 'accepted' | 'ignored' | 'TaskTimedOut' | 'InvalidToken';

/** What a state or an execution failed with. */
export interface Failure {
  readonly error: string;
  readonly cause?: string;
}

export function failure(error: string, cause: string | undefined): Failure {
  return cause === undefined ? { error } : { error, cause };
}
