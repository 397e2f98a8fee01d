/** An `every` start is due; the same workflow and instant twice start one run. */
import { BY_MACHINE } from './events.ts';
import type { Ports } from './ports.ts';
import { record } from './record.ts';
import { requestRun, runIdFrom } from './request-run.ts';

/** @param at the instant that it was for, the same at every attempt. */
export const startScheduled = async (ports: Ports, workflow: string, at: string): Promise<void> => {
  const outcome = await requestRun(ports, record, {
    id: runIdFrom(workflow, 'clock', workflow, at),
    workflow,
    inputs: {},
    people: {},
    started: { how: 'clock', ...BY_MACHINE },
  });
  if (outcome !== 'requested' && outcome !== 'requested before')
    ports.log.warn('a scheduled run could not be started', { workflow, outcome });
};
