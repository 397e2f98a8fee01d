/** Starts a workflow by the clock. Scheduler calls it with the instant that it is for. */
import { z } from 'zod';
import type { Ports } from './core/ports.ts';
import { startScheduled as start } from './core/scheduled-start.ts';
import { taskLambda } from './lambda/task-lambda.ts';

/** What Scheduler fills in; a host that does not is taken to mean this minute. */
const placeholder = z.literal('<aws.scheduler.scheduled-time>');
export const scheduledStart = z.object({
  workflow: z.string().min(1),
  at: z.union([z.iso.datetime({ offset: true }), placeholder]),
});

export const startScheduled =
  (ports: Ports) =>
  async ({ workflow, at }: z.output<typeof scheduledStart>): Promise<void> => {
    const instant = placeholder.safeParse(at).success ? `${ports.clock.now().slice(0, 16)}:00.000Z` : at;
    await start(ports, workflow, new Date(instant).toISOString());
  };

export const handler = taskLambda({ name: 'start-scheduled', schema: scheduledStart, made: startScheduled });
