import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: Debian's Chromium, and a sandbox of its own for each file. */
export default defineConfig({
  cacheDir: fileURLToPath(new URL('../../node_modules/.vitest', import.meta.url)),
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.browsed.ts'],
    globalSetup: ['./set-up.ts'],
    pool: 'forks',
    // A browser and a sandbox each: more than both cores of the smallest machine would wait for each other.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
