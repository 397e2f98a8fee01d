/**
 * What comes next for an open step by time alone: a reminder, its expiry, the end of a wait, a call to be made again.
 *
 * Promises: only the next alarm of an opening is ever set, and it carries the opening's generation: one that comes late,
 * or for what has changed since, drops itself. After an outage only the latest reminder that was missed goes out. Only
 * people who still owe something are reminded, and lead and backup when it is time to escalate (language.md, Reminders);
 * where these are the very people who are late, whoever leads the team, unless that is nobody else.
 * Hides: how the ladder is counted for people in different zones.
 */
import { hash } from 'node:crypto';
import type { Step } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { planReminders } from '../../statemachines/plan/reminders.ts';
import { isHuman } from '../../statemachines/plan/schedule.ts';
import { owersOf } from './ballots.ts';
import { calendarFor, withMillis } from './dates.ts';
import { type EventOf, openingKey, openingOf } from './events.ts';
import type { Reminder } from './mails.ts';
import { backupOf, contactOf, leadOf, overseersBut } from './people.ts';
import type { Alarm, Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Run, StepOpening } from './run.ts';

export type Rung = {
  /** UTC, with milliseconds. */
  readonly at: string;
  readonly person: string;
  readonly kind: EventOf<'reminder-sent'>['kind'];
  readonly as: Reminder['as'];
};

type People = Pick<Ports, 'catalogue' | 'records'>;

/** Alarms may go off a moment early where clocks differ: what is due by then is seen to with them, and once. */
export const EARLY_MS = 1_000;

/** The reminders of an opening from the last one on, in order; the series of overdue ones by its first alone. */
export const rungsOf = async (ports: People, run: Run, opening: StepOpening, now: string): Promise<readonly Rung[]> => {
  const step = stepOf(run, opening.step);
  if (step === undefined || opening.due === undefined || opening.state !== 'open' || !isHuman(step)) return [];
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  const owers = owersOf(run, opening);
  const [lead, backup] = await Promise.all([leadOf(ports, run, now), backupOf(ports, run, step, now)]);
  const zoneOf = (person: string): string => contactOf(ports, run, person)?.zone ?? calendar.zone;
  const others = (asked: typeof lead) => asked.map(({ person }) => person).filter((person) => !owers.includes(person));
  const told = { lead: others(lead), backup: others(backup) };
  if (told.lead.length + told.backup.length === 0) told.lead.push(...overseersBut(owers, ports, now));
  const who = step.type === 'approval' ? 'approvers' : 'owner';
  // Who owes it has a mail each working day anyway; a second one of the same day would only say that others know.
  const own =
    step.reminders.overdue === 'never'
      ? step
      : { ...step, reminders: { ...step.reminders, escalate: 'never' as const } };
  const rungs = owers.flatMap((person): Rung[] =>
    rungsFor(own, opening, calendar, zoneOf(person), who).map((rung) => ({ ...rung, person, as: who })),
  );
  const escalating = { ...step, reminders: { ...step.reminders, ...NOTHING_ELSE } };
  for (const as of ['lead', 'backup'] as const) {
    for (const person of told[as]) {
      const escalations = rungsFor(escalating, opening, calendar, zoneOf(person), who);
      rungs.push(...escalations.map((rung) => ({ ...rung, person, as })));
    }
  }
  return rungs.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** What lead and backup are not told of. */
const NOTHING_ELSE = { before: [], at_due: false, overdue: 'never' } as const;

const rungsFor = (
  step: Step,
  { due, opened, owedSince, remindedUntil }: StepOpening,
  calendar: Calendar,
  zone: string,
  who: 'owner' | 'approvers',
): { readonly at: string; readonly kind: Rung['kind'] }[] => {
  if (due === undefined) return [];
  const reminded = remindedUntil === undefined ? '' : new Date(Date.parse(remindedUntil) + EARLY_MS).toISOString();
  const since = [opened, owedSince, reminded].toSorted().at(-1) as string;
  return planReminders({
    ladder: step.reminders,
    due: due.instant,
    calendar,
    zone,
    who,
    opens: opened,
    now: new Date(Date.parse(since) + 1).toISOString(),
  }).map(({ at, kind }) => ({ at: withMillis(at), kind }));
};

/** When something is to happen to an opening next, by time alone. */
export const nextInstant = async (
  ports: People,
  run: Run,
  opening: StepOpening,
  now: string,
): Promise<string | undefined> => {
  const step = stepOf(run, opening.step);
  if (step === undefined || opening.state !== 'open') return undefined;
  if (step.type === 'wait') return opening.expires;
  if (step.type === 'call') return opening.callAgain;
  const [rung] = await rungsOf(ports, run, opening, now);
  return [rung?.at, endsAt(step, opening)].filter((at) => at !== undefined).toSorted()[0];
};

/** When it ends by itself. Not while it is the lead's already, where all that its end would do is put it before them. */
export const endsAt = (step: Step, { referred, expires }: StepOpening): string | undefined =>
  referred !== undefined && step.on_expiry === 'escalate' ? undefined : expires;

export const alarmName = (run: string, opening: Pick<StepOpening, 'step' | 'round' | 'item'>): string =>
  `step-${hash('sha256', `${run} ${openingKey(opening)}`, 'base64url').slice(0, 32)}`;

export const alarmOf = (run: Run, opening: StepOpening, at: string): Alarm => ({
  name: alarmName(run.id, opening),
  at,
  call: {
    kind: 'step',
    run: run.id,
    ...(openingOf(opening) as { step: string; round: number }),
    generation: opening.generation,
  },
});
