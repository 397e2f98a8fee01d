/** Writes log lines to a file, and those that tell of an error to stderr as well. */
import { appendFileSync } from 'node:fs';

export const folderLog =
  (path: string) =>
  (line: string, level: 'info' | 'warn' | 'error'): void => {
    // At once: the line before a crash is the one that is wanted.
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
    if (level === 'error') process.stderr.write(`${line}\n`);
  };
