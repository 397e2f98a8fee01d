/**
 * Tools of Python, each with an environment of its own in `.emulator/`, installed when they are first needed.
 *
 * Promises: the versions are the pinned ones; what is missing on the machine is one sentence.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '../../..');
export const FOLDER = join(ROOT, '.emulator');
const OLDEST = [3, 10] as const;

/** What keeps an emulator from running here: a sentence for people. */
export class CannotEmulate extends Error {}

/**
 * @param packages as pip names them, with their versions.
 * @returns where its commands are.
 * @throws CannotEmulate
 */
export const installed = async (packages: readonly string[]): Promise<string> => {
  mkdirSync(FOLDER, { recursive: true });
  const environment = join(FOLDER, packages.join('+').replaceAll(/[^\w.+-]+/g, '-'));
  const bin = join(environment, 'bin');
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return bin;
  await run(
    pythonHere(),
    ['-m', 'venv', '--clear', environment],
    'Python cannot make a virtual environment: install its venv and pip (on Debian: apt-get install python3-venv).',
  );
  await run(
    join(bin, 'python'),
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', ...packages],
    `pip could not install ${packages.join(' and ')}.`,
  );
  // What was interrupted half way is begun again.
  writeFileSync(complete, '');
  return bin;
};

const run = async (command: string, given: readonly string[], otherwise: string): Promise<void> => {
  try {
    await promisify(execFile)(command, given, { timeout: 300_000 });
  } catch (problem) {
    const { stderr, message } = problem as Error & { readonly stderr?: string };
    throw new CannotEmulate(`${otherwise}\n${stderr?.trim() || message}`);
  }
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
    `The emulator needs Python ${OLDEST.join('.')} or newer with venv and pip, and there is none here (on Debian: apt-get install python3 python3-venv). All else is tested by npm test.`,
  );
};
