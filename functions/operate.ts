/** Does what those who operate this stage ask for. The commands call it with the credentials of whoever uses them. */
import { z } from 'zod';
import type { Backstage } from './core/operating/backstage.ts';
import { operate as operating, type Reply } from './core/operating/operations.ts';
import type { Ports } from './core/ports.ts';
import { backstageHere, secretsAsTheyAre } from './lambda/aws-operating.ts';
import { taskLambda } from './lambda/task-lambda.ts';

export const operation = z.object({
  operation: z.string().max(100),
  asked: z.json(),
  /** Whose credentials they are, as they say themselves; what they are is in CloudTrail. */
  from: z.string().max(200),
});

export const operate = (ports: Ports, backstage: Backstage) => {
  const ask = operating(ports, backstage);
  return ({ operation: name, asked, from }: z.output<typeof operation>): Promise<Reply> => ask(name, asked, from);
};

export const handler = taskLambda({
  name: 'operate',
  schema: operation,
  made: (ports) => operate({ ...ports, secrets: secretsAsTheyAre(ports) }, backstageHere(ports)),
});
