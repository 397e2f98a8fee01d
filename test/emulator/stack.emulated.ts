/** The deployed stack, driven from outside: one deployment for all stories, until one of them deploys anew. */
import { afterAll, beforeAll } from 'vitest';
import { tellOfTheClock } from './stories/clock.ts';
import { tellOfFailures } from './stories/failures.ts';
import { tellJourneys } from './stories/journeys.ts';
import { tellOfErasing, tellOfSecrets } from './stories/operating.ts';
import { tellOfSecondDeployment } from './stories/second-deployment.ts';
import { type DeployedStack, deployStack } from './support/deployed-stack.ts';

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployStack(Number(process.env.RUNSHEET_EMULATOR_WORKFLOWS ?? 0));
}, 240_000);
afterAll(() => stack?.stop());

const deployed = (): DeployedStack => stack;
tellJourneys(deployed);
tellOfFailures(deployed);
tellOfSecrets(deployed);
tellOfSecondDeployment(deployed);
tellOfErasing(deployed);
tellOfTheClock(deployed);
