/** The stack as it is deployed first, on an emulator of its own, with its secrets put in. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runsheetAt, type Said } from './commands.ts';
import { bootstrap, deploy, STAGE } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { openFrontDoor } from './front-door.ts';
import { HOOK_SECRET, lookFromOutside, type Outside } from './outside.ts';

export type DeployedStack = {
  readonly emulator: Emulator;
  /** Deploys another folder in the place of the one that is deployed. */
  readonly deploy: (workflows: string) => Promise<void>;
  /** What the doctor says of the account before anything is there, and of the stage before it has its secrets. */
  readonly doctor: { readonly before: Said; readonly deployed: Said };
  /** The folder of what is deployed first. */
  readonly workflows: string;
  /** Of its calendar and people, where it is about noon now: hours to add to UTC. */
  readonly hours: number;
  readonly outside: Outside;
  readonly stop: () => Promise<void>;
};

/** @param count of workflows at least; what the stories have no need of is there for its number. */
export const deployStack = async (count: number): Promise<DeployedStack> => {
  const emulator = await startEmulator();
  const door = await openFrontDoor(emulator.endpoint);
  const stop = async (): Promise<void> => {
    await door.close();
    await emulator.stop();
  };
  const hours = 12 - new Date().getUTCHours();
  const workflows = workflowsAtNoon(emulator.folder, hours);
  multiply(join(workflows, 'workflows'), count);
  const runsheet = runsheetAt(emulator);
  const examine = (...more: readonly string[]) => runsheet('doctor', '--stage', STAGE, '--json', ...more);
  try {
    const before = await examine('--sender', 'runs@example.com');
    await bootstrap(emulator);
    await deploy(emulator, workflows, door.address);
    const outside = await lookFromOutside(emulator, door.address);
    const deployed = await examine();
    await well(runsheetAt(emulator, HOOK_SECRET)('secrets', 'rotate', 'brief-secret', '--stdin', '--stage', STAGE));
    // The first sweep makes the secrets that are ours.
    const { failed, said } = await outside.invoke('sweep', {});
    if (failed) throw new Error(`the sweep failed: ${JSON.stringify(said)}`);
    const anew = (folder: string): Promise<void> => deploy(emulator, folder, door.address);
    return { emulator, deploy: anew, doctor: { before, deployed }, workflows, hours, outside, stop };
  } catch (problem) {
    process.stderr.write(`${emulator.log().split('\n').slice(-30).join('\n')}\n`);
    await stop();
    throw problem;
  }
};

const well = async (called: Promise<Said>): Promise<void> => {
  const { status, stderr } = await called;
  if (status !== 0) throw new Error(stderr);
};

/** Nobody is reminded at night: whenever this runs, it is day where these people are. */
const workflowsAtNoon = (folder: string, hours: number): string => {
  const zone = hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  const here = join(folder, 'workflows');
  cpSync(join(import.meta.dirname, '../workflows'), here, { recursive: true });
  for (const name of ['team.yaml', 'calendars.yaml']) {
    const path = join(here, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('zone: UTC', `zone: ${zone}`));
  }
  return here;
};

const multiply = (folder: string, count: number): void => {
  const there = readdirSync(folder);
  const text = readFileSync(join(folder, 'article.yaml'), 'utf8').replace(/^starts:\n( .*\n)+/m, '');
  for (let number = there.length; number < count; number += 1)
    writeFileSync(
      join(folder, `article-${number}.yaml`),
      text.replace('workflow: article', `workflow: article-${number}`),
    );
};
