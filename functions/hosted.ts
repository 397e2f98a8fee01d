/** All functions together, on given ports: what the sandbox and the tests host. Lambda hosts them one by one. */
import { type FunctionName, payloads } from '../statemachines/contract.ts';
import { alarm } from './core/alarm.ts';
import type { Json } from './core/history.ts';
import { noteMachineEnd } from './core/machine-end.ts';
import type { Ports } from './core/ports.ts';
import { startScheduled } from './core/scheduled-start.ts';
import { sweep } from './core/sweep.ts';
import { tasksOf } from './core/tasks.ts';
import { frontDoor } from './http/front-door.ts';
import type { Hosted } from './lambda/hosted.ts';

export const hosted = (ports: Ports): Hosted => {
  const tasks = tasksOf(ports);
  return {
    task: async (name: FunctionName, payload: Json) => {
      const sent = payloads[name].parse(payload);
      return (await tasks[name](sent as never)) as Json;
    },
    http: frontDoor(ports),
    alarm: (call) => alarm(ports, call),
    machineEnded: (end) => noteMachineEnd(ports, end),
    scheduled: (workflow, at) => startScheduled(ports, workflow, at),
    sweep: () => sweep(ports),
  };
};
