/**
 * Doing what a crash has left owed: signals never sent, mails never sent, alarms never set, machines never started.
 *
 * Promises: what has been owed for longer than a minute is done, oldest first; what fails again stays owed and holds up
 * nothing else. Old debts are logged, since they mean that something is wrong.
 */
import { performAll } from './effects.ts';
import type { Debt } from './history.ts';
import type { Ports } from './ports.ts';
import { readRun } from './read-run.ts';
import { record } from './record.ts';

const PATIENCE_MS = 60_000;
const OLD_MS = 3_600_000;
const MOST = 500;

/** @param patience milliseconds; 0 after a crash of the one process that there is. @returns how many effects were done. */
export const sweep = async (ports: Ports, patience = PATIENCE_MS): Promise<number> => {
  const now = Date.parse(ports.clock.now());
  const debts = await ports.history.owedBefore(new Date(now - patience + 1).toISOString(), MOST);
  const old = debts.filter(({ since }) => now - Date.parse(since) > OLD_MS).length;
  if (old > 0) ports.log.warn('effects have been owed for more than an hour', { effects: old });
  const runs = Map.groupBy(debts, ({ run }) => run);
  let done = 0;
  for (const [id, owed] of runs) {
    try {
      done += await sweepRun(ports, id, owed);
    } catch (cause) {
      ports.log.error('what a run owes could not be done', cause, { run: id });
    }
  }
  return done;
};

const sweepRun = async (ports: Ports, id: string, debts: readonly Debt[]): Promise<number> => {
  // First what follows within the run, where whoever recorded it did not get that far: what is owed keeps us coming by.
  await record<void>(ports, id, () => ({ result: undefined }));
  const run = await readRun(ports, id);
  if (run === undefined) return 0;
  let done = 0;
  for (const [number, owed] of Map.groupBy(debts, (debt) => debt.number))
    done += await performAll(
      { ports, record, tidy: true },
      run,
      number,
      owed.map((debt) => debt.owed),
    );
  return done;
};
