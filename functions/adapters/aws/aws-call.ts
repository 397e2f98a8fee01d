/**
 * What all calls of AWS have in common: that they end, and which of their errors may pass.
 *
 * Promises: a call ends, by default after three attempts, each given two seconds to get a connection and five wherever
 * nothing comes after that. What may go through later is thrown as `TryAgain` with its cause, all else as it is. Told
 * apart by class, code and status, never by message. (DynamoDB has its own, dynamo-client.ts, with shorter times.)
 */
import { TryAgain } from '../../core/history.ts';

/** For the constructor of a client. By default the SDK waits for ever. */
export const PATIENCE = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, socketTimeout: 5_000 },
} as const;

export type ErrorClass = abstract new (...given: never[]) => Error;

/** Wraps calls of one service; `busy` are the classes of its own that may pass. */
export const callsOf =
  (service: string, busy: readonly ErrorClass[] = []) =>
  async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    try {
      return await call;
    } catch (error) {
      const passing = mayPass(error) || busy.some((type) => error instanceof type);
      if (passing) throw new TryAgain(`${service} is busy or out of reach`, { cause: error });
      throw error;
    }
  };

const mayPass = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  // A reply that is none of the service's (a proxy's page) has no code, but still a status.
  if (status >= 500 || status === 429) return true;
  return THROTTLED.has(error.name) || error.name === 'TimeoutError' || LOST_ON_THE_WAY.has(String(code));
};

/** Services throttle by codes for which their clients have no classes; these are those that the SDK itself knows. */
const THROTTLED: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
  'PriorRequestNotComplete',
]);

/** How a call is lost on the network. */
export const LOST_ON_THE_WAY: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
