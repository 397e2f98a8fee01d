/** What can go wrong in carrying out a state, as opposed to in what it calls: its queries, and the size of its values. */
import type { Json } from './machine-execution.ts';

/** A state could not be carried out: it fails by this name, and may retry or catch it. */
export class StateFailed extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** A query went wrong, gave nothing, or gave something of another type than its field takes. */
export class QueryFailed extends StateFailed {
  constructor(cause: string) {
    super('States.QueryEvaluationError', cause);
  }
}

const LARGEST_PAYLOAD = 262_144;

export function checkSize(value: Json, what: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= LARGEST_PAYLOAD) return;
  throw new StateFailed(
    'States.DataLimitExceeded',
    `the ${what} has ${bytes} bytes, of which ${LARGEST_PAYLOAD} are allowed`,
  );
}
