/**
 * A server on this machine, on a port of its own choosing unless it is told one, with a folder of its own in `.emulator/`.
 *
 * Promises: what this starts, this ends, and nothing else; what it says is kept in a file of that folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CannotEmulate, FOLDER } from './python.ts';

export type ServerProcess = {
  readonly endpoint: string;
  readonly folder: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};
export type Started = { readonly port: number; readonly endpoint: string; readonly folder: string };

/**
 * @param call the command with what it is given and its environment.
 * @param ready a path that it answers as soon as it can be used.
 * @throws CannotEmulate
 */
export const startServer = async (
  name: string,
  call: (started: Started) => {
    readonly command: string;
    readonly given?: readonly string[];
    readonly env: NodeJS.ProcessEnv;
  },
  ready: string,
  wanted?: number,
): Promise<ServerProcess> => {
  mkdirSync(FOLDER, { recursive: true });
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  const port = wanted ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const file = join(folder, `${name}.log`);
  const out = openSync(file, 'w');
  const { command, given = [], env } = call({ port, endpoint, folder });
  const child = spawn(command, given, {
    cwd: folder,
    env,
    stdio: ['ignore', out, out],
    // A group of its own: its workers end with it.
    detached: true,
  });
  const log = () => readFileSync(file, 'utf8');
  const stop = () => end(child, folder);
  if (!(await answers(child, `${endpoint}${ready}`))) {
    const said = log().split('\n').slice(-20).join('\n');
    await stop();
    throw new CannotEmulate(`${name} did not come up:\n${said}`);
  }
  return { endpoint, folder, log, stop };
};

const end = async (child: ChildProcess, folder: string): Promise<void> => {
  const { pid } = child;
  if (pid !== undefined && child.exitCode === null) {
    const gone = new Promise((done) => child.once('exit', done));
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      try {
        process.kill(-pid, signal);
      } catch {
        break;
      }
      await Promise.race([gone, setTimeout(3_000)]);
    }
  }
  if (process.env.RUNSHEET_KEEP_EMULATOR !== '1') rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};

const answers = async (child: ChildProcess, url: string): Promise<boolean> => {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return true;
    await setTimeout(200);
  }
  return false;
};

const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
