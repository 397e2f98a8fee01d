/** Errors as the SDK throws them, and as they come back from our adapters. */
import { expect } from 'vitest';
import { TryAgain } from '../../functions/core/history.ts';

type Base = new (given: {
  name: string;
  message: string;
  $fault: 'client' | 'server';
  $metadata: { httpStatusCode: number };
}) => Error;
/** Some services write the message with a capital. */
type Modelled = new (given: { message: string; Message: string; $metadata: { httpStatusCode: number } }) => Error;

/** What no message may decide: it says the contrary of everything. */
const message = 'Throttling: the task timed out, does not exist and was rejected; secret-in-a-message';

export const modelled = (type: Modelled): Error =>
  new type({ message, Message: message, $metadata: { httpStatusCode: 400 } });

/** With a code, but without a class of its own. */
export const unmodelled = (base: Base, name: string, status = 400): Error =>
  new base({ name, message, $fault: status >= 500 ? 'server' : 'client', $metadata: { httpStatusCode: status } });

export const lost = (code: string): Error => Object.assign(new Error(message), { code });
export const timedOut = (): Error => Object.assign(new Error(message), { name: 'TimeoutError' });

/** What may pass at every service. */
export const passing = (base: Base): readonly (readonly [string, Error])[] => [
  ['throttled', unmodelled(base, 'ThrottlingException')],
  ['throttled, in other words', unmodelled(base, 'Throttling')],
  ['too many requests', unmodelled(base, 'UnknownError', 429)],
  ['a fault of the server', unmodelled(base, 'InternalFailure', 500)],
  ["a proxy's page", unmodelled(base, 'Error', 502)],
  ['no reply', timedOut()],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'].map(
    (code) => [code, lost(code)] as const,
  ),
];

/** What will not: it is thrown as it came. */
export const lasting = (base: Base): readonly (readonly [string, Error])[] => [
  ['no right', unmodelled(base, 'AccessDeniedException', 403)],
  ['no such token', unmodelled(base, 'UnrecognizedClientException', 403)],
  ['a fault of ours', unmodelled(base, 'ValidationException')],
];

export const expectTryAgain = async (call: Promise<unknown>, cause: Error): Promise<void> => {
  const failure = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TryAgain);
  expect((failure as TryAgain).cause).toBe(cause);
  expect((failure as TryAgain).message).not.toContain('secret');
};

export const expectSame = async (call: Promise<unknown>, error: Error): Promise<void> => {
  expect(await call.catch((problem: unknown) => problem)).toBe(error);
};
