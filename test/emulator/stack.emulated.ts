/** The deployed stack, driven from outside: one deployment for all stories, of which the last deploys anew. */
import { afterAll, beforeAll } from 'vitest';
import { tellOfFailures } from './stories/failures.ts';
import { tellJourneys } from './stories/journeys.ts';
import { tellOfSecondDeployment } from './stories/second-deployment.ts';
import { type DeployedStack, deployStack } from './support/deployed-stack.ts';

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployStack(Number(process.env.RUNSHEET_EMULATOR_WORKFLOWS ?? 0));
}, 240_000);
afterAll(() => stack?.emulator.stop());

const deployed = (): DeployedStack => stack;
tellJourneys(deployed);
tellOfFailures(deployed);
tellOfSecondDeployment(deployed);
