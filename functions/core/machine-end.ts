/** A machine that failed, or was stopped from outside, still has its end in the history. */
import { SAID } from '../words/said.ts';
import type { Ports } from './ports.ts';
import { endRun } from './tasks.ts';

export type MachineEnd = {
  /** Also the name of the execution. */
  readonly run: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string;
  readonly cause?: string;
};

/** May be told again. What is no run of ours changes nothing. */
export const noteMachineEnd = async (ports: Ports, { run, status, error, cause }: MachineEnd): Promise<void> => {
  if (status === 'SUCCEEDED') return;
  const reasons = {
    FAILED: SAID.reason.machineFailed(error, cause?.slice(0, 500)),
    TIMED_OUT: SAID.reason.machineTimedOut,
    ABORTED: SAID.reason.machineStopped,
  } as const;
  await endRun(ports, run, status === 'ABORTED' ? 'cancelled' : 'failed', reasons[status]);
};
