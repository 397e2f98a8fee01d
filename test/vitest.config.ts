import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const long = process.env.RUNSHEET_LONG === '1';

/** `RUNSHEET_LONG=1` runs the large counts whole; what runs is the same. */
export default defineConfig({
  cacheDir: fileURLToPath(new URL('../node_modules/.vitest', import.meta.url)),
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/*.test.ts'],
    setupFiles: ['support/same-chance.ts', 'support/nothing-secret-logged.ts'],
    pool: 'forks',
    // Both cores of the smallest machine; the long files would wait for each other on one.
    maxWorkers: 2,
    testTimeout: long ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
  },
});
