/**
 * The browser that is installed on this machine.
 *
 * Promises: nothing is downloaded; where there is none, one sentence says what is missing. It asks nobody but the
 * pages for anything.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumAt = (): string => {
  const { CHROMIUM: named } = process.env;
  const found = (named === undefined || named === '' ? USUAL : [named]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    named === undefined || named === ''
      ? "There is no Chromium on this machine: install Debian's package `chromium`, or name the program in CHROMIUM."
      : `CHROMIUM names ${named}, and there is no such program.`,
  );
};

/** @param more further flags, such as `--force-color-profile=srgb`. */
export const openChromium = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumAt(), args: [...QUIET, ...more] });
