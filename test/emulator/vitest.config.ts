import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest comes first: the stack waits for the clock most of the time, the engines count. */
const ORDER = ['stack', 'conformance'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = ORDER.findIndex((name) => moduleId.endsWith(`/${name}.emulated.ts`));
      return at < 0 ? ORDER.length : at;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/** `npm run test:emulator`: each file starts what it needs, two of them at once. */
export default defineConfig({
  cacheDir: fileURLToPath(new URL('../../node_modules/.vitest', import.meta.url)),
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.emulated.ts'],
    globalSetup: ['./set-up.ts'],
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});
