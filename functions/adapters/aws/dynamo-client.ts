/**
 * The client of DynamoDB, and which of its errors may pass.
 *
 * Promises that a call ends: after three attempts, each given two seconds to get a connection and two wherever
 * nothing comes after that. By default the SDK waits for ever. (`requestTimeout` is not used: it ends with the head of
 * the reply, so a body may stop for ever.) Whoever calls in bursts from one process, as the sandbox does, gives more
 * time: there are 50 connections, and waiting for one of them counts.
 */

import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import { TryAgain } from '../../core/history.ts';
import { LOST_ON_THE_WAY } from './aws-call.ts';

export function dynamoClient(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: 2_000 },
    ...settings,
  });
}

/** A call of the SDK; what may go through later is thrown as `TryAgain`, and all else as it is. */
export async function orTryAgain<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (mayPass(error)) throw new TryAgain('DynamoDB is busy or out of reach', { cause: error });
    throw error;
  }
}

/**
 * The classes that AWS says may be tried again, every other fault of the server, and what happens on the way there.
 * A reply that is no reply of DynamoDB (a proxy's page) has no class, but still a status.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (busy.some((type) => error instanceof type)) return true;
  const { code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (($metadata?.httpStatusCode ?? 0) >= 500) return true;
  return error.name === 'TimeoutError' || (typeof code === 'string' && LOST_ON_THE_WAY.has(code));
}

const busy = [ProvisionedThroughputExceededException, ThrottlingException, RequestLimitExceeded, InternalServerError];
