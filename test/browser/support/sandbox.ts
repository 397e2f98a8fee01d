/**
 * `npm start` in a process of its own, with a folder of its own that goes with it.
 *
 * Promises: its clock stands still until it is moved; what is asked here is what any tool may ask.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Received } from '../../../infra/sandbox/inbox.ts';

/** A Monday on which everybody of the shipped team works. */
export const MONDAY = '2027-01-04T08:00:00Z';

export type Event = { readonly number: number; readonly type: string } & { readonly [detail: string]: unknown };
export type Sandbox = {
  readonly url: string;
  /** Newest last. */
  readonly mails: (to?: string) => Promise<readonly Received[]>;
  /** The newest mail to somebody whose subject has this in it. */
  readonly mail: (to: string, subject: string) => Promise<Received>;
  readonly history: (run: string) => Promise<readonly Event[]>;
  /** Starts a run as the command line does, and gives its id. */
  readonly start: (workflow: string, inputs: object, people?: object) => Promise<string>;
  /** By a span such as `1h`, or to an instant. */
  readonly advance: (span: string) => Promise<void>;
  readonly to: (instant: string) => Promise<void>;
  /** What was written into the log. */
  readonly log: () => Promise<string>;
  readonly close: () => Promise<void>;
};

const PROGRAM = fileURLToPath(new URL('../../../infra/start.ts', import.meta.url));

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** @param words more of the command line, such as `--no-demo`. */
export const startSandbox = async (...words: readonly string[]): Promise<Sandbox> => {
  const folder = await mkdtemp(join(tmpdir(), 'runsheet-browser-'));
  const port = `${await freePort()}`;
  const child = spawn(
    process.execPath,
    [PROGRAM, '--data', folder, '--port', port, '--clock', 'virtual', '--now', MONDAY, ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    ended.then(([status]) => `it ended with ${status}`),
  ]);
  const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`The sandbox did not start: ${line}`);

  const asked = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const mails = (to?: string) =>
    asked<readonly Received[]>(`/sandbox/mails${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`);
  return {
    url,
    mails,
    mail: async (to, subject) => {
      const found = (await mails(to)).findLast((one) => one.subject.includes(subject));
      if (found === undefined) throw new Error(`No mail to ${to} has “${subject}” in its subject.`);
      return found;
    },
    history: (run) => asked(`/sandbox/runs/${encodeURIComponent(run)}/history`),
    start: async (workflow, inputs, people = {}) => {
      const { run } = await asked<{ run: string }>('/api/runs', { workflow, inputs, people });
      // Answers when what was begun before has been done.
      await mails();
      return run;
    },
    advance: async (span) => void (await asked('/sandbox/clock', { advance: span })),
    to: async (instant) => void (await asked('/sandbox/clock', { to: instant })),
    log: () => readFile(join(folder, 'log.jsonl'), 'utf8').catch(() => ''),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** The path of the one link to us in a mail. */
export const linkIn = ({ text }: Pick<Received, 'text'>): string => {
  const found = /http:\/\/localhost:\d+(\/a\/[\w-]+)/.exec(text)?.[1];
  if (found === undefined) throw new Error('There is no link in this mail.');
  return found;
};
export const codeIn = ({ text }: Pick<Received, 'text'>): string => /^\s*(\d{6})\s*$/m.exec(text)?.[1] ?? '';

/** Where the form for everybody is, and where a page of somebody else's would send the same. */
export const publicForm = async ({
  url,
}: Pick<Sandbox, 'url'>): Promise<{ readonly form: string; readonly url: string }> => {
  const asked = await fetch(`${url}/sandbox/operations/list-hooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"show":true}',
  });
  const { answer } = (await asked.json()) as { readonly answer: readonly { form?: string; url: string }[] };
  const shown = answer.find(({ form }) => form !== undefined);
  if (shown?.form === undefined) throw new Error('No source of the sandbox has a form of ours.');
  return { form: shown.form, url: shown.url };
};
