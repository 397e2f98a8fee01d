/** The `runsheet` command, as somebody calls it who has credentials of the emulator and nothing else. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Emulator } from './emulator.ts';
import { ROOT } from './python.ts';

export type Said = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** @param stdin what is piped into it. */
export const runsheetAt =
  ({ environment }: Pick<Emulator, 'environment'>, stdin = '') =>
  (...words: readonly string[]): Promise<Said> =>
    new Promise((done) => {
      const env = { ...environment, NO_COLOR: '1' };
      const given = [join(ROOT, 'infra/cli/runsheet.ts'), ...words];
      const child = execFile(process.execPath, given, { cwd: ROOT, env }, (problem, stdout, stderr) =>
        done({ status: problem === null ? 0 : Number(problem.code ?? 1), stdout, stderr }),
      );
      child.stdin?.end(stdin);
    });
