/**
 * Every test file begins with this (vitest.config.ts): no token, code, secret or full link is in any line that anything
 * logs while the tests run (L11), whichever test it is and whatever the line is about.
 *
 * What is issued (links, codes, sessions, devices, nonces, task tokens, secrets of webhooks) is known by its letters as soon as it
 * is; every line that `jsonLog` writes, or `lambdaLog`, which are all logs that there are, and the stderr of every process that a
 * test starts, is looked through as it is written. What has the form of a token or of a full link may not be in there
 * either, issued or not: a process of its own issues what nobody here hears of.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, vi } from 'vitest';
import type { Log, Secrets } from '../../functions/core/ports.ts';
import type { TaskHandler, TaskStack } from '../../functions/lambda/task-stack.ts';
import { leaks, noteIssued, noteTaskToken, watch } from './leaks.ts';

const assertNone = (): void => {
  const found = leaks.splice(0);
  if (found.length > 0) throw new Error(`what must be in no log was logged:\n${found.join('\n')}`);
};
afterEach(assertNone);
afterAll(assertNone);

type Writing = { readonly write: (line: string, level: never) => void };
vi.mock('../../functions/lambda/json-log.ts', async (original) => {
  const made = await original<{ jsonLog: (to: Writing) => Log }>();
  const { jsonLog } = made;
  return {
    ...made,
    jsonLog: (to: Writing): Log =>
      jsonLog({
        ...to,
        write: (line, level) => {
          watch(line);
          to.write(line, level);
        },
      }),
  };
});

/** What Powertools writes, it writes to the standard output, before it returns. */
const watched =
  <Args extends unknown[]>(logging: (...args: Args) => void) =>
  (...args: Args): void => {
    const { write } = process.stdout;
    process.stdout.write = ((text: string, ...rest: []) => {
      watch(String(text));
      return write.call(process.stdout, text, ...rest);
    }) as typeof write;
    try {
      logging(...args);
    } finally {
      process.stdout.write = write;
    }
  };
vi.mock('../../functions/lambda/lambda-log.ts', async (original) => {
  const made = await original<typeof import('../../functions/lambda/lambda-log.ts')>();
  return {
    ...made,
    lambdaLog: (options: Parameters<typeof made.lambdaLog>[0]): Log => {
      const log = made.lambdaLog(options);
      return { info: watched(log.info), warn: watched(log.warn), error: watched(log.error) };
    },
  };
});

/** The same function, whose result is noted as issued. */
const noting =
  <Args extends unknown[], Result>(made: (...args: Args) => Result, secretsIn: (result: Awaited<Result>) => unknown) =>
  (...args: Args): Result => {
    const result = made(...args);
    if (result instanceof Promise)
      void result.then(
        (one) => noteIssued(secretsIn(one)),
        () => {},
      );
    else noteIssued(secretsIn(result as Awaited<Result>));
    return result;
  };

vi.mock('../../functions/core/links.ts', async (original) => {
  const links = await original<typeof import('../../functions/core/links.ts')>();
  return { ...links, issueLink: noting(links.issueLink, (url) => url.split('/').at(-1)) };
});
vi.mock('../../functions/core/codes.ts', async (original) => {
  const codes = await original<typeof import('../../functions/core/codes.ts')>();
  return { ...codes, askForCode: noting(codes.askForCode, (asked) => asked) };
});
vi.mock('../../functions/core/cookies.ts', async (original) => {
  const cookies = await original<typeof import('../../functions/core/cookies.ts')>();
  return { ...cookies, freshId: noting(cookies.freshId, (id) => id) };
});
vi.mock('../../functions/core/nonce.ts', async (original) => {
  const nonces = await original<typeof import('../../functions/core/nonce.ts')>();
  return { ...nonces, makeNonce: noting(nonces.makeNonce, (nonce) => nonce) };
});

const notingLive = <Kept extends Secrets>(secrets: Kept): Kept => ({
  ...secrets,
  live: noting(secrets.live, (live) => live),
  anew: noting(secrets.anew, (live) => live),
});
vi.mock('../../infra/sandbox/secrets-file.ts', async (original) => {
  const made = await original<typeof import('../../infra/sandbox/secrets-file.ts')>();
  return {
    ...made,
    secretsFile: (options: Parameters<typeof made.secretsFile>[0]) => notingLive(made.secretsFile(options)),
    memorySecrets: (options: Parameters<typeof made.memorySecrets>[0]) => notingLive(made.memorySecrets(options)),
  };
});

vi.mock('../../functions/hosted.ts', async (original) => {
  const made = await original<typeof import('../../functions/hosted.ts')>();
  return {
    ...made,
    hosted: (ports: Parameters<typeof made.hosted>[0]) => {
      const functions = made.hosted(ports);
      const task: typeof functions.task = (name, payload) => {
        noteTaskToken(payload);
        return functions.task(name, payload);
      };
      return { ...functions, task };
    },
  };
});
vi.mock('../../functions/lambda/task-stack.ts', async (original) => {
  const made = await original<typeof import('../../functions/lambda/task-stack.ts')>();
  return {
    ...made,
    taskStack: (stack: TaskStack<never>): TaskHandler => {
      const handler = made.taskStack(stack);
      return (event, context) => {
        noteTaskToken(event);
        return handler(event, context);
      };
    },
  };
});

/** `--data FOLDER`, or the folder itself. */
const logIn = (words: readonly string[]): string | undefined =>
  words.map((word) => join(word, 'log.jsonl')).find((path) => existsSync(path));
vi.mock('node:child_process', async (original) => {
  const made = await original<typeof import('node:child_process')>();
  const spawn = (command: string, words: readonly string[], options: object) => {
    const child = made.spawn(command, words, options);
    child.stderr?.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().split('\n')) watch(line);
    });
    child.once('exit', () => {
      const path = logIn(words);
      for (const line of path === undefined ? [] : readFileSync(path, 'utf8').split('\n')) watch(line);
    });
    return child;
  };
  return { ...made, default: { ...made, spawn }, spawn };
});
