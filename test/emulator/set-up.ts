/** Boots the emulator and deploys the stack once, for all files of this folder. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
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
      /** The folder of what is deployed first. */
      readonly workflows: string;
      /** Of its calendar and people, where it is about noon now: hours to add to UTC. */
      readonly hours: number;
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
  const hours = 12 - new Date().getUTCHours();
  const workflows = workflowsAtNoon(emulator.folder, hours);
  try {
    await bootstrap(emulator);
    await deploy(emulator, workflows);
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
  project.provide('emulated', {
    endpoint,
    folder,
    workflows,
    hours,
    environment: environment as { [name: string]: string },
  });
  return () => emulator.stop();
};

/** Nobody is reminded at night: whenever this runs, it is day where these people are. */
const workflowsAtNoon = (folder: string, hours: number): string => {
  const zone = hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  const here = join(folder, 'workflows');
  cpSync(join(import.meta.dirname, 'workflows'), here, { recursive: true });
  for (const name of ['team.yaml', 'calendars.yaml']) {
    const path = join(here, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('zone: UTC', `zone: ${zone}`));
  }
  return here;
};
