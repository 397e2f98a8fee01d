/**
 * Setting the next alarm of an opening.
 *
 * Promises: of several that set it at the same time, whoever is last sets what the newest history asks for, since each
 * looks again afterwards: an alarm of an earlier generation would drop itself, and nothing would come after it.
 */
import { openingKey } from './events.ts';
import type { Ports } from './ports.ts';
import { readRun } from './read-run.ts';
import { alarmOf, nextInstant } from './reminders.ts';
import type { Run, StepOpening } from './run.ts';

/** So many others can get in between. */
const MOST_LOOKS = 20;

export const setAlarm = async (ports: Ports, run: Run, opening: StepOpening): Promise<void> => {
  let [now, current]: [Run, StepOpening] = [run, opening];
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const at = await nextInstant(ports, now, current, ports.clock.now());
    if (at === undefined) return;
    await ports.alarms.set(alarmOf(now, current, at));
    const newest = await readRun(ports, run.id);
    const next = newest?.opened === undefined ? undefined : newest.openings.get(openingKey(opening));
    if (newest?.opened === undefined || next === undefined || next.generation === current.generation) return;
    [now, current] = [newest, next];
  }
};
