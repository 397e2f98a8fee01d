/**
 * The functions as whoever hosts them sees them: Lambda one by one, the sandbox all together.
 */
import type { FunctionName } from '../../statemachines/contract.ts';
import type { Json } from '../core/history.ts';
import type { AlarmCall } from '../core/ports.ts';

/** Names of headers in lower case. */
export type HttpRequest = {
  readonly method: string;
  /** Decoded nowhere: as it came, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** The address of who asks. */
  readonly from: string;
};
export type HttpResponse = {
  readonly status: number;
  /** `set-cookie` may be there several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

export type MachineEnd = {
  readonly run: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string;
  readonly cause?: string;
};

export type Hosted = {
  /** What a machine calls. Rejects with an error whose `name` is the one that the machine catches. */
  readonly task: (name: FunctionName, payload: Json) => Promise<Json>;
  readonly http: (request: HttpRequest) => Promise<HttpResponse>;
  /** An alarm went off: once or more often. */
  readonly alarm: (call: AlarmCall) => Promise<void>;
  /** A machine has ended, whatever the reason. */
  readonly machineEnded: (end: MachineEnd) => Promise<void>;
  /** An `every` start is due; the same workflow and instant twice start one run. */
  readonly scheduled: (workflow: string, at: string) => Promise<void>;
  /** Does what has been owed for longer than a minute. @returns how many effects were done. */
  readonly sweep: () => Promise<number>;
};
