/**
 * What happens by time alone, to a step or to those who are to be told, when its alarm goes off.
 *
 * Promises: an alarm that is late, comes twice, or is for what has changed since, does nothing. After an outage only
 * the latest reminder that was missed goes out. Silence never approves unless the author says so, and then the history
 * says that a machine did it.
 */

import { SAID } from '../words/said.ts';
import { setAlarm } from './alarm-setting.ts';
import { mailDigests } from './digest.ts';
import { ending } from './ending.ts';
import { BY_MACHINE, openingKey, openingOf } from './events.ts';
import { mailGathered } from './gathering.ts';
import type { Owed } from './history.ts';
import type { AlarmCall, Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import { record } from './record.ts';
import type { Decided, Recorded } from './recording.ts';
import { refer } from './referral.ts';
import { EARLY_MS, endsAt, type Rung, rungsOf } from './reminders.ts';
import type { Run, StepOpening } from './run.ts';
import { titleIn } from './run-texts.ts';

export const alarm = async (ports: Ports, call: AlarmCall): Promise<void> => {
  if (call.kind === 'gathered') return mailGathered(ports, call.person);
  if (call.kind === 'digest') return mailDigests(ports, call.zone);
  const early = await record<Early | undefined>(
    ports,
    call.run,
    async (run, now): Promise<Decided<Early | undefined>> => {
      const nothing = { result: undefined };
      if (run?.opened === undefined || run.finished !== undefined) return nothing;
      const opening = run.openings.get(openingKey(call));
      if (opening?.state !== 'open') return nothing;
      if (opening.generation !== call.generation) return { result: { run, opening } };
      const due = new Date(Date.parse(now) + EARLY_MS).toISOString();
      const recorded = await dueNow(ports, run, opening, due, now);
      return recorded === undefined ? { result: { run, opening } } : { record: recorded, result: undefined };
    },
  );
  // It came for nothing, since the dates have moved meanwhile: the one for the new dates must not be missing.
  if (early !== undefined) await setAlarm(ports, early.run, early.opening);
};

type Early = { readonly run: Run; readonly opening: StepOpening };

const dueNow = async (
  ports: Ports,
  run: Run,
  opening: StepOpening,
  due: string,
  now: string,
): Promise<Recorded | undefined> => {
  const step = stepOf(run, opening.step);
  const at = openingOf(opening);
  if (step === undefined) return undefined;
  if (step.type === 'wait')
    return { event: { type: 'step-finished', ...at, ...BY_MACHINE, decision: 'done', fields: {} } };
  if (step.type === 'call') return tryAgain(opening, due);
  const ends = endsAt(step, opening);
  if (ends !== undefined && ends <= due) return expire(ports, run, opening, now);
  const missed = (await rungsOf(ports, run, opening, now)).filter((rung) => rung.at <= due);
  return missed.length === 0 ? undefined : remind(opening, missed);
};

/** The event of a failed call owes the next attempt: here it is owed once more, by an event that says so. */
const tryAgain = (opening: StepOpening, due: string): Recorded | undefined => {
  const last = opening.failedCalls.at(-1);
  if (last === undefined || opening.callAgain === undefined || opening.callAgain > due) return undefined;
  return {
    event: { type: 'call-repeated', ...openingOf(opening), attempt: last.attempt + 1 },
    owed: [{ id: 'call', kind: 'call', ...(openingOf(opening) as { step: string; round: number }) }],
  };
};

const expire = async (ports: Ports, run: Run, opening: StepOpening, now: string): Promise<Recorded> => {
  const step = stepOf(run, opening.step);
  const at = openingOf(opening);
  switch (step?.on_expiry) {
    case 'skip':
      return { event: { type: 'step-skipped', ...at, ...BY_MACHINE, why: 'expiry' } };
    case 'approve':
      return { event: { type: 'step-finished', ...at, ...BY_MACHINE, decision: 'approve', fields: {} } };
    case 'fail':
      return ending(
        ports,
        run,
        now,
        'expired',
        SAID.reason.neverAnswered(await titleIn(ports, run, opening)),
        opening.step,
      );
    default:
      return refer(ports, run, opening, 'expired', now);
  }
};

const GRAVITY = ['before', 'due', 'overdue', 'escalation'] as const;

/** To each the latest of theirs that was missed. */
const remind = (opening: StepOpening, missed: readonly Rung[]): Recorded => {
  const latest = new Map(missed.map((rung) => [rung.person, rung]));
  const rungs = [...latest.values()];
  const gravest = GRAVITY.findLast((kind) => rungs.some((rung) => rung.kind === kind)) ?? 'before';
  return {
    event: {
      type: 'reminder-sent',
      ...openingOf(opening),
      kind: gravest,
      generation: opening.generation,
      to: rungs.map(({ person }) => person),
    },
    owed: rungs.map(
      ({ person, kind, as }): Owed => ({
        id: `gather ${person}`,
        kind: 'gather',
        person,
        // What is owed has a kind of its own.
        reminder: kind,
        as,
        ...(openingOf(opening) as { step: string; round: number }),
      }),
    ),
  };
};
