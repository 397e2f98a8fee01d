/** Boots the emulator and deploys the stack once, for all files of this folder. */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bootstrap, deploy } from './support/deployment.ts';
import { CannotEmulate, startEmulator } from './support/emulator.ts';
import { HOOK_SECRET, lookFromOutside } from './support/outside.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly emulated: {
      readonly endpoint: string;
      readonly folder: string;
      readonly environment: { readonly [name: string]: string };
    };
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const emulator = await startEmulator().catch((problem: unknown) => {
    if (!(problem instanceof CannotEmulate)) throw problem;
    process.stderr.write(`${problem.message}\n`);
    process.exit(1);
  });
  try {
    await bootstrap(emulator);
    await deploy(emulator, join(import.meta.dirname, 'workflows'));
    const outside = await lookFromOutside(emulator);
    await outside.putSecret('brief-secret', HOOK_SECRET);
    // The first sweep makes the secrets that are ours.
    const { failed, said } = await outside.invoke('sweep', {});
    if (failed) throw new Error(`the sweep failed: ${JSON.stringify(said)}`);
  } catch (problem) {
    process.stderr.write(`${emulator.log().split('\n').slice(-30).join('\n')}\n`);
    await emulator.stop();
    throw problem;
  }
  const { endpoint, folder, environment } = emulator;
  project.provide('emulated', { endpoint, folder, environment: environment as { [name: string]: string } });
  return () => emulator.stop();
};
