/**
 * When people are reminded of one step (R42, R43).
 *
 * The rules (language.md, Reminders, and what it leaves open):
 * - Mail goes out between 09:00 and 18:00 of the recipient's zone (both included) on days that are worked.
 *   What falls outside waits for the next 09:00. A reminder before the due time for which that would be too
 *   late comes at the last 09:00 before it; the one at the due time comes at the last minute of the window
 *   before it.
 * - Overdue mail comes at 09:00 of each working day. The series is open: a plan lists the first, and
 *   `nextOverdue` gives the one after any instant.
 * - Escalation comes the given time after the step was due, or after it opened if it opened overdue.
 * - Nothing comes before or together with the mail that opens the step, and nothing before `now`.
 * - What falls on one instant is one mail, of the gravest kind.
 *
 * Promises: a bounded, sorted list; empty on a calendar without working days.
 */
import type { Ladder } from '../language/workflow.ts';
import { addWorkdays, type Calendar, isWorkday, nextWorkday, previousWorkday } from './calendar.ts';
import { dayAt, instantText, type Millis, millisAt, millisOf } from './wall-time.ts';
import { shiftBySpan } from './working-time.ts';

export type Recipient = 'owner' | 'approvers' | 'backup' | 'lead';
export type ReminderKind = 'before' | 'due' | 'overdue' | 'escalation';

export type PlannedReminder = {
  /** UTC, `2027-01-04T08:00:00Z`. */
  readonly at: string;
  readonly kind: ReminderKind;
  /** For `before`: the rung of the ladder; where rungs fall together, the one nearest to the due time. */
  readonly hours_before?: number;
  readonly to: readonly Recipient[];
};

export type ReminderRequest = {
  readonly ladder: Ladder;
  /** When the step is due, UTC. */
  readonly due: string;
  readonly calendar: Calendar;
  /** The zone of who owes the step. */
  readonly zone: string;
  /** Who owes the step: the owner of a task, the approvers of an approval. `owner` when left out. */
  readonly who?: 'owner' | 'approvers';
  /** Who is told as well, in which zone; who is left out is not told. */
  readonly escalate_to?: { readonly backup?: string; readonly lead?: string };
  /** When the step opens, UTC. */
  readonly opens?: string;
  /** UTC. */
  readonly now?: string;
};

const FROM = '09:00';
const TO = '18:00';
const HOUR = 3_600_000;

const nineOn = (day: string | undefined, zone: string): Millis | undefined =>
  day === undefined ? undefined : millisAt(day, FROM, zone);

/** The first instant from `at` on at which mail may go to somebody in `zone`. */
const mailFrom = (calendar: Calendar, zone: string, at: Millis): Millis | undefined => {
  const day = dayAt(at, zone);
  if (!isWorkday(calendar, day)) return nineOn(nextWorkday(calendar, day), zone);
  if (at < millisAt(day, FROM, zone)) return millisAt(day, FROM, zone);
  return at <= millisAt(day, TO, zone) ? at : nineOn(nextWorkday(calendar, day), zone);
};

/** The last instant up to `at` at which mail may go to somebody in `zone`. */
const mailUpTo = (calendar: Calendar, zone: string, at: Millis): Millis | undefined => {
  const day = dayAt(at, zone);
  if (isWorkday(calendar, day) && at >= millisAt(day, FROM, zone)) return Math.min(at, millisAt(day, TO, zone));
  const previous = previousWorkday(calendar, day);
  return previous === undefined ? undefined : millisAt(previous, TO, zone);
};

/** The last 09:00 of a working day before `at`. */
const nineBefore = (calendar: Calendar, zone: string, at: Millis): Millis | undefined => {
  const day = dayAt(at, zone);
  const today = isWorkday(calendar, day) ? millisAt(day, FROM, zone) : at;
  return today < at ? today : nineOn(addWorkdays(calendar, day, -1), zone);
};

const nineAfter = (calendar: Calendar, zone: string, at: Millis): Millis | undefined => {
  const day = dayAt(at, zone);
  const today = isWorkday(calendar, day) ? millisAt(day, FROM, zone) : at;
  return today > at ? today : nineOn(nextWorkday(calendar, day), zone);
};

/** `at` if mail may go out then, else the next 09:00 of a working day in `zone`; `undefined` if there is none. */
export const nextMailTime = (calendar: Calendar, zone: string, at: string): string | undefined => {
  const found = mailFrom(calendar, zone, millisOf(at));
  return found === undefined ? undefined : instantText(found);
};

/** The next overdue reminder after an instant: the first 09:00 of a working day in `zone` that is later. */
export const nextOverdue = (calendar: Calendar, zone: string, after: string): string | undefined => {
  const found = nineAfter(calendar, zone, millisOf(after));
  return found === undefined ? undefined : instantText(found);
};

type Rung = {
  readonly at: Millis | undefined;
  readonly kind: ReminderKind;
  readonly hours?: number;
  readonly to: readonly Recipient[];
};

const GRAVITY: readonly ReminderKind[] = ['before', 'due', 'overdue', 'escalation'];

/** One mail for what falls on one instant. */
const merged = (rungs: readonly (Rung & { readonly at: Millis })[]): PlannedReminder[] => {
  const byInstant = new Map<Millis, Rung & { readonly at: Millis }>();
  for (const rung of rungs) {
    const other = byInstant.get(rung.at) ?? rung;
    const graver = GRAVITY.indexOf(rung.kind) > GRAVITY.indexOf(other.kind) ? rung : other;
    const hours = Math.min(rung.hours ?? Number.POSITIVE_INFINITY, other.hours ?? Number.POSITIVE_INFINITY);
    byInstant.set(rung.at, { at: rung.at, kind: graver.kind, hours, to: [...new Set([...other.to, ...rung.to])] });
  }
  return [...byInstant.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ at, kind, hours, to }) => ({
      at: instantText(at),
      kind,
      ...(kind === 'before' && hours !== undefined && Number.isFinite(hours) ? { hours_before: hours } : {}),
      to,
    }));
};

const escalations = (request: ReminderRequest, from: Millis, who: Recipient): Rung[] => {
  const { ladder, calendar, zone, escalate_to: zones } = request;
  if (ladder.escalate === 'never') return [];
  const since = shiftBySpan(calendar, from, ladder.escalate);
  const slot = (recipientZone: string): Millis | undefined =>
    since === undefined ? undefined : mailFrom(calendar, recipientZone, since);
  const rungs: Rung[] = [{ at: slot(zone), kind: 'escalation', to: [who] }];
  if (zones?.backup !== undefined) rungs.push({ at: slot(zones.backup), kind: 'escalation', to: ['backup'] });
  if (zones?.lead !== undefined) rungs.push({ at: slot(zones.lead), kind: 'escalation', to: ['lead'] });
  return rungs;
};

const beforeRung = (request: ReminderRequest, due: Millis, hours: number): Millis | undefined => {
  const { calendar, zone } = request;
  const slot = mailFrom(calendar, zone, due - hours * HOUR);
  return slot !== undefined && slot < due ? slot : nineBefore(calendar, zone, due);
};

/** The reminders of one step, in order (R42, R43); see the rules at the top. Times of an invalid text throw RangeError. */
export const planReminders = (request: ReminderRequest): PlannedReminder[] => {
  const { ladder, calendar, zone } = request;
  const who = request.who ?? 'owner';
  const due = millisOf(request.due);
  const opens = request.opens === undefined ? Number.NEGATIVE_INFINITY : millisOf(request.opens);
  const now = request.now === undefined ? Number.NEGATIVE_INFINITY : millisOf(request.now);
  const overdueFrom = Math.max(due, opens, now);
  const rungs: Rung[] = [
    ...ladder.before.map((hours): Rung => ({ at: beforeRung(request, due, hours), kind: 'before', hours, to: [who] })),
    ...(ladder.at_due ? [{ at: mailUpTo(calendar, zone, due), kind: 'due', to: [who] } as const] : []),
    ...(ladder.overdue === 'never'
      ? []
      : [{ at: nineAfter(calendar, zone, overdueFrom), kind: 'overdue', to: [who] } as const]),
    ...escalations(request, Math.max(due, opens), who),
  ];
  return merged(
    rungs.filter((rung): rung is Rung & { at: Millis } => rung.at !== undefined && rung.at > opens && rung.at >= now),
  );
};
