/** `runsheet check`: every fault with the line that it is about. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fault } from '../../statemachines/language/faults.ts';
import { readLibrary } from '../../statemachines/library.ts';
import { SHIPPED } from '../workflow-folder.ts';
import { type LibraryOption, namedFolder, sourcesAt, textOf } from './library-at.ts';
import { counted, faultsText, print, styled } from './terminal.ts';

type Checked = {
  readonly faults: readonly Fault[];
  readonly files: number;
  readonly allowed: number;
  readonly textOf: (file: string) => string | undefined;
};

export const check = (paths: readonly string[], options: LibraryOption & { readonly json?: boolean }): number => {
  const checked =
    paths.length === 0
      ? [checkFolder(options.workflows ?? SHIPPED)]
      : paths.map((path) => (isFolder(path) ? checkFolder(path) : checkFile(path, options.workflows)));
  const faults = checked.flatMap((one) => one.faults);
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  if (options.json === true) {
    print(
      JSON.stringify(
        faults.map(({ code, severity, message, fix, file, line, column }) => ({
          code,
          severity,
          message,
          fix,
          file,
          line,
          column,
        })),
        null,
        2,
      ),
    );
    return errors > 0 ? 1 : 0;
  }
  for (const one of checked) if (one.faults.length > 0) print(faultsText(one.faults, one.textOf));
  const files = checked.reduce((sum, one) => sum + one.files, 0);
  const allowed = checked.reduce((sum, one) => sum + one.allowed, 0);
  const standing = allowed === 0 ? '' : ` (${counted(allowed, 'more warning')} allowed by comments)`;
  const result = `${counted(files, 'file')} checked: ${counted(errors, 'error')}, ${counted(faults.length - errors, 'warning')}${standing}.`;
  print(styled(errors > 0 ? 'red' : 'green', result));
  return errors > 0 ? 1 : 0;
};

const isFolder = (path: string): boolean => existsSync(resolve(path)) && statSync(resolve(path)).isDirectory();

const checkFolder = (folder: string): Checked => {
  const sources = namedFolder(folder);
  const { faults, allowed } = readLibrary(sources, sources.own);
  return { faults, allowed, files: sources.own.size, textOf: (file) => textOf(sources, file) };
};

const checkFile = (path: string, workflows: string | undefined): Checked => {
  const { sources, file } = sourcesAt(path, workflows);
  const { faults, allowed } = readLibrary(sources, new Set([file]));
  return { faults, allowed, files: 1, textOf: (name) => textOf(sources, name) };
};
