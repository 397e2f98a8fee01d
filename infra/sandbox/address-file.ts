/** Where the sandbox of a folder is reached: kept beside what it keeps, for commands that are not told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (data: string): string => join(data, 'address');

export const noteAddress = (data: string, url: string): void => writeFileSync(fileIn(data), `${url}\n`);

/** Undefined: none was ever started in this folder. */
export const addressIn = (data: string): string | undefined => {
  try {
    return readFileSync(fileIn(data), 'utf8').trim();
  } catch (problem) {
    if (['ENOENT', 'ENOTDIR'].includes((problem as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw problem;
  }
};
