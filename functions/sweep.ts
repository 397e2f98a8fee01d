/** Does what a crash has left owed. Scheduler calls it every other minute. */
import { z } from 'zod';
import type { Ports } from './core/ports.ts';
import { sweep as sweepOwed } from './core/sweep.ts';
import { pathSecretName } from './core/webhooks/path-secret.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const sweep = (ports: Ports) => async (): Promise<{ readonly done: number }> => {
  // Asked for here, our own secrets are there two minutes after a deployment, for people to hand out.
  const ours = ['forms', 'calls', ...Object.keys(ports.catalogue.hooks).map(pathSecretName)];
  for (const name of ours)
    await ports.secrets.live(name).catch((cause: unknown) => ports.log.error('a secret is not to be had', cause));
  return { done: await sweepOwed(ports) };
};

export const handler = taskLambda({ name: 'sweep', schema: z.unknown(), made: sweep });
