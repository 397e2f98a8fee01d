/** The stack as it is deployed first, on an emulator of its own, with its secrets put in. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, deploy } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { HOOK_SECRET, lookFromOutside, type Outside } from './outside.ts';

export type DeployedStack = {
  readonly emulator: Emulator;
  /** The folder of what is deployed first. */
  readonly workflows: string;
  /** Of its calendar and people, where it is about noon now: hours to add to UTC. */
  readonly hours: number;
  readonly outside: Outside;
};

/** @param count of workflows at least; what the stories have no need of is there for its number. */
export const deployStack = async (count: number): Promise<DeployedStack> => {
  const emulator = await startEmulator();
  const hours = 12 - new Date().getUTCHours();
  const workflows = workflowsAtNoon(emulator.folder, hours);
  multiply(join(workflows, 'workflows'), count);
  try {
    await bootstrap(emulator);
    await deploy(emulator, workflows);
    const outside = await lookFromOutside(emulator);
    await outside.putSecret('brief-secret', HOOK_SECRET);
    // The first sweep makes the secrets that are ours.
    const { failed, said } = await outside.invoke('sweep', {});
    if (failed) throw new Error(`the sweep failed: ${JSON.stringify(said)}`);
    return { emulator, workflows, hours, outside };
  } catch (problem) {
    process.stderr.write(`${emulator.log().split('\n').slice(-30).join('\n')}\n`);
    await emulator.stop();
    throw problem;
  }
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
