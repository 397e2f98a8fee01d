/**
 * MiniStack, on this machine: an environment of its own in `.emulator/`, a port of its own choosing, one process.
 *
 * Promises: the version is the pinned one; what this starts, this ends, and nothing else; what is missing on the
 * machine is one sentence.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.emulator');
export const MINISTACK = '1.5.33';
const OLDEST = [3, 10] as const;
const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

/** What keeps the emulator from running here: a sentence for people. */
export class CannotEmulate extends Error {}

export type Emulator = {
  readonly port: number;
  readonly endpoint: string;
  /** For whatever talks to it: the real AWS is out of reach of it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/** @throws CannotEmulate */
export const startEmulator = async (): Promise<Emulator> => {
  const command = ministack();
  const folder = mkdtempSync(join(FOLDER, 'run-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const environment: NodeJS.ProcessEnv = {
    HOME: folder,
    // Lambdas run on the Node that is pinned here.
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CI: '1',
  };
  const file = join(folder, 'ministack.log');
  const out = openSync(file, 'w');
  const child = spawn(command, {
    cwd: folder,
    env: {
      ...environment,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      TMPDIR: folder,
      LAMBDA_WARM_TTL_SECONDS: '600',
    },
    stdio: ['ignore', out, out],
    // A group of its own: its workers end with it.
    detached: true,
  });
  const log = () => readFileSync(file, 'utf8');
  const stop = () => end(child, folder);
  try {
    await ready(child, endpoint);
  } catch {
    const said = log().split('\n').slice(-20).join('\n');
    await stop();
    throw new CannotEmulate(`MiniStack did not come up:\n${said}`);
  }
  return { port, endpoint, environment, folder, log, stop };
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

const ready = async (child: ChildProcess, endpoint: string): Promise<void> => {
  for (let tries = 0; tries < 150; tries += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await setTimeout(200);
  }
  throw new Error('not ready');
};

/** The command, installed if it is not there in this version. */
const ministack = (): string => {
  mkdirSync(FOLDER, { recursive: true });
  // The workers of the emulator are CommonJS, and take their kind from the nearest package.
  writeFileSync(join(FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  const venv = join(FOLDER, `ministack-${MINISTACK}`);
  const command = join(venv, 'bin', 'ministack');
  if (existsSync(command)) return command;
  const python = pythonHere();
  run(python, ['-m', 'venv', '--clear', venv], 'Python cannot make a virtual environment: install its venv and pip.');
  run(
    join(venv, 'bin', 'python'),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `ministack==${MINISTACK}`],
    `pip could not install ministack ${MINISTACK}.`,
  );
  return command;
};

const run = (command: string, given: readonly string[], otherwise: string): void => {
  const { status, stderr, error } = spawnSync(command, given, { encoding: 'utf8', timeout: 180_000 });
  if (status !== 0) throw new CannotEmulate(`${otherwise}\n${error?.message ?? stderr}`);
};

const pythonHere = (): string => {
  for (const command of ['python3', 'python']) {
    const { stdout, status } = spawnSync(command, ['-c', 'import sys; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const [major = 0, minor = 0] = (stdout ?? '').trim().split(' ').map(Number);
    if (status === 0 && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return command;
  }
  throw new CannotEmulate(
    `The emulator needs Python ${OLDEST.join('.')} or newer with venv and pip, and there is none here. All else is tested by npm test.`,
  );
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
