/** Where the sandbox of a folder is reached: kept beside what it keeps, for commands that are not told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (data: string): string => join(data, 'address');

/** @param process its number, for whoever has to end it. */
export const noteAddress = (data: string, url: string, process: number): void =>
  writeFileSync(fileIn(data), `${url}\n${process}\n`);

/** Undefined: none was ever started in this folder. */
export const addressIn = (data: string): string | undefined => linesIn(data)?.[0];

export const processIn = (data: string): string | undefined => linesIn(data)?.[1];

const linesIn = (data: string): readonly string[] | undefined => {
  try {
    return readFileSync(fileIn(data), 'utf8').trim().split('\n');
  } catch (problem) {
    if (['ENOENT', 'ENOTDIR'].includes((problem as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw problem;
  }
};
