/**
 * What lies behind the ports of a sandbox, for those who operate it.
 *
 * Promises what the port promises. Nothing is ever given up here, so a dead letter is what has failed and is tried
 * again; to redrive it is to try at once.
 */
import type { Backstage, MachineState } from '../../functions/core/operating/backstage.ts';
import type { DurableAlarms } from './durable-alarms.ts';
import type { Insisting } from './insist.ts';
import type { ExecutionStatus } from './machine-execution.ts';
import type { MachineHost } from './machine-host.ts';

export type BehindTheSandbox = {
  readonly insistence: Pick<Insisting, 'failing' | 'tryNow'>;
  readonly host: Pick<MachineHost, 'read' | 'redrive'>;
  readonly alarms: Pick<DurableAlarms, 'list'>;
  readonly secrets: Backstage['secrets'];
  readonly whole: Backstage['whole'];
};

export const sandboxBackstage = ({ insistence, host, alarms, secrets, whole }: BehindTheSandbox): Backstage => ({
  deadLetters: {
    list: async () =>
      insistence.failing().map(({ key, what, since, failures }) => ({
        id: key,
        queue: 'what is tried again',
        at: since,
        what: `${what}, tried ${failures} times`,
      })),
    redrive: (id) => insistence.tryNow(id),
  },
  machines: {
    state: async (_workflow, run) => {
      const execution = await host.read(run);
      return execution === undefined ? 'none' : STATES[execution.status];
    },
    canGoOn: async (_workflow, run) => ((await host.read(run))?.standing === undefined ? UNKNOWN : true),
    redrive: async (_workflow, run) => ((await host.redrive(run)) === 'accepted' ? 'redriven' : UNKNOWN),
  },
  alarms: async () => alarms.list(),
  secrets,
  whole,
  // It is on the machine of whoever asks: what could be wrong with it they see.
  findings: async () => [],
});

const UNKNOWN = { cannot: 'where it stood when it failed is not known any more' };

const STATES: { readonly [S in ExecutionStatus]: MachineState } = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'stopped',
};
