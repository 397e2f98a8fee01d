/** All functions together, on given ports: what the sandbox and the tests host. Lambda hosts them one by one. */
import { type FunctionName, payloads } from '../statemachines/contract.ts';
import { alarm } from './core/alarm.ts';
import { BY_MACHINE } from './core/events.ts';
import type { Json } from './core/history.ts';
import type { Ports } from './core/ports.ts';
import { record } from './core/record.ts';
import { requestRun, runIdFrom } from './core/request-run.ts';
import { sweep } from './core/sweep.ts';
import { endRun, tasksOf } from './core/tasks.ts';
import { frontDoor } from './http/front-door.ts';
import type { Hosted, MachineEnd } from './lambda/hosted.ts';

export const hosted = (ports: Ports): Hosted => {
  const tasks = tasksOf(ports);
  return {
    task: async (name: FunctionName, payload: Json) => {
      const sent = payloads[name].parse(payload);
      return (await tasks[name](sent as never)) as Json;
    },
    http: frontDoor(ports, 'inside'),
    alarm: (call) => alarm(ports, call),
    machineEnded: (end) => noteMachineEnd(ports, end),
    scheduled: (workflow, at) => startScheduled(ports, workflow, at),
    sweep: () => sweep(ports),
  };
};

/** A machine that failed, or was stopped from outside, still has its end in the history. */
const noteMachineEnd = async (ports: Ports, { run, status, error, cause }: MachineEnd): Promise<void> => {
  if (status === 'SUCCEEDED') return;
  const reasons = {
    FAILED: `Its machine failed${error === undefined ? '' : ` with ${error}`}${cause === undefined ? '' : `: ${cause.slice(0, 500)}`}.`,
    TIMED_OUT: 'Its machine ran for longer than it may.',
    ABORTED: 'Its machine was stopped from outside.',
  } as const;
  await endRun(ports, run, status === 'ABORTED' ? 'cancelled' : 'failed', reasons[status]);
};

const startScheduled = async (ports: Ports, workflow: string, at: string): Promise<void> => {
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
