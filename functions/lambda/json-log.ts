/**
 * The port `Log` in a sandbox: one line of JSON for each entry (in a Lambda: lambda-log.ts).
 *
 * Promises: nothing that looks like a token, an address of a page or of a person gets in (L11), also when somebody
 * logs it by mistake. Errors with their causes: name, message and where.
 */
import type { Log, LogFields } from '../core/ports.ts';
import { redact } from './redact.ts';

export function jsonLog({
  now,
  write,
}: {
  readonly now: () => string;
  readonly write: (line: string, level: 'info' | 'warn' | 'error') => void;
}): Log {
  const entry = (level: 'info' | 'warn' | 'error', what: string, fields: LogFields, more: object = {}): void => {
    write(JSON.stringify({ at: now(), level, what: redact(what), ...redactedFields(fields), ...more }), level);
  };
  return {
    info: (what, fields = {}) => entry('info', what, fields),
    warn: (what, fields = {}) => entry('warn', what, fields),
    error: (what, cause, fields = {}) => entry('error', what, fields, { because: causesOf(cause) }),
  };
}

export const redactedFields = (fields: LogFields): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );

/** An error with its causes: name, message and where, none of it with a secret in it. */
export const causesOf = (problem: unknown, depth = 0): unknown => {
  if (!(problem instanceof Error)) return redact(String(problem));
  const where = problem.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6)
    .map((line) => line.trim().replace(/file:\/\/\S*?\/(?=(infra|functions|statemachines|node_modules)\/)/, ''));
  return {
    name: problem.name,
    message: redact(problem.message),
    ...(where === undefined ? {} : { where }),
    ...(problem.cause === undefined || depth > 3 ? {} : { because: causesOf(problem.cause, depth + 1) }),
  };
};
