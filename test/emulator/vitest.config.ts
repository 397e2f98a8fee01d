import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => (one.moduleId < other.moduleId ? -1 : 1));
  }
}

/** `npm run test:emulator`: one emulator, one deployment, from outside. */
export default defineConfig({
  cacheDir: fileURLToPath(new URL('../../node_modules/.vitest', import.meta.url)),
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.emulated.ts'],
    globalSetup: ['./set-up.ts'],
    pool: 'forks',
    // The one with the second deployment comes last.
    sequence: { sequencer: ByName },
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
