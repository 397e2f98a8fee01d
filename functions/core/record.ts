/**
 * How anything comes to be in a history: read the run, decide, append, do what is owed.
 *
 * Promises: what is recorded was decided on exactly the run that it was appended to: whoever comes second decides
 * again. An event owes all that follows from it for the world (the machine is told, gates open, the next alarm is set),
 * so that a crash right after the append loses nothing: the sweeper finds the debt. What follows inside the run (the
 * vote that this was the last of) is recorded before anything else is decided.
 * Hides: retries, and which event owes what.
 */
import { changesCard } from './cards.ts';
import { debtsOf } from './debts.ts';
import { performAll, withCard } from './effects.ts';
import type { RunEvent } from './events.ts';
import { followUp } from './follow-up.ts';
import { TryAgain } from './history.ts';
import type { Ports } from './ports.ts';
import { readRun } from './read-run.ts';
import type { Recorded, Recorder } from './recording.ts';
import { foldOn, type Requested, type Run } from './run.ts';

/** So many others can get in between before it is given up for now. */
const MOST_ATTEMPTS = 50;

/**
 * Decides about a run and records what was decided. `decide` may be called several times and must have no effect.
 * @param decide without `record`, nothing is written.
 */
export const record: Recorder = async (ports, id, decide) => {
  let run = await readRun(ports, id);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const now = ports.clock.now();
    const follows = run?.opened === undefined ? undefined : await followUp(ports, run, now);
    if (follows !== undefined) {
      run = (await append(ports, run, id, follows, now)) ?? (await readRun(ports, id));
      continue;
    }
    const decided = await decide(run, now);
    if (decided.record === undefined) return decided.result;
    if ((await append(ports, run, id, decided.record, now)) !== undefined) return decided.result;
    run = await readRun(ports, id);
  }
  throw new TryAgain(`the run ${id} is too busy`);
};

/** What follows inside the run from what was just recorded, recorded as well. */
const recordWhatFollows = async (ports: Ports, id: string, run: Run | Requested | undefined): Promise<void> => {
  if (run?.opened === undefined || (await followUp(ports, run, ports.clock.now())) === undefined) return;
  await record(ports, id, () => ({ result: undefined }));
};

/**
 * Appends and does what is owed. What follows inside the run comes before that: as long as something is owed, the
 * sweeper comes by and records it.
 * @returns the run as it is then; undefined when somebody else was first.
 */
const append = async (
  ports: Ports,
  before: Run | Requested | undefined,
  id: string,
  { event, owed = [] }: Recorded,
  now: string,
): Promise<Run | Requested | undefined> => {
  const timed = { ...event, at: now } as RunEvent;
  const number = (before?.length ?? 0) + 1;
  const after = foldOn(before, id, timed);
  const unshown = !changesCard(timed);
  const own = [...debtsOf(before, after, timed), ...owed];
  const debts = unshown ? own : withCard(own);
  const outcome = await ports.history.append({ run: id, number, event: timed as never }, debts);
  if (outcome !== 'appended' || after === undefined) return undefined;
  await recordWhatFollows(ports, id, after);
  await performAll({ ports, record, unshown }, after, number, debts);
  return after;
};
