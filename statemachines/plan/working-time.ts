/**
 * How long work and waiting last on a calendar, forwards and backwards.
 *
 * The rules (language.md leaves them open):
 * - Working time is from the beginning of a working day up to, not with, its end. Work that could begin
 *   outside of it begins on the next working morning; so a chain of N steps of one workday needs N workdays.
 * - Work that takes N workdays has until the end of the Nth working day, the day on which it begins being
 *   the first, however late it begins on it.
 * - Work that takes hours, days or weeks has exactly that long (for days: until the same wall time); an end
 *   outside of working time moves to the next working morning.
 * - A pause lasts at least what it says: hours exactly, days and workdays until the same wall time of the
 *   day that is reached, on working days and on days off alike.
 *
 * Promises: `latestStart` is the exact counterpart of `finish`: the last second at which something can
 * begin and still be finished in time. Slack is negative exactly when something is late because of that.
 * `undefined` means that no calendar day reaches it.
 */
import type { Span } from '../language/workflow.ts';
import {
  addWorkdays,
  type Calendar,
  isWorkday,
  nextWorkday,
  previousWorkday,
  shiftDay,
  workdayEnd,
  workdayFrom,
  workdayStart,
  workdayUpTo,
} from './calendar.ts';
import { dayAndTimeAt, dayAt, type Millis, millisAt } from './wall-time.ts';

/** What fills the time between a step's start and its finish. */
export type Duration =
  /** A person's work: begins in working time only. */
  | { readonly kind: 'work'; readonly span: Span }
  | { readonly kind: 'pause'; readonly span: Span }
  | { readonly kind: 'until'; readonly at: Millis }
  | { readonly kind: 'none' };

const SECOND = 1000;
const HOUR = 3_600_000;

const orUndefined = <A, B>(value: A | undefined, then: (value: A) => B): B | undefined =>
  value === undefined ? undefined : then(value);

const startOf = (calendar: Calendar, day: string | undefined): Millis | undefined =>
  orUndefined(day, (known) => workdayStart(calendar, known));
const endOf = (calendar: Calendar, day: string | undefined): Millis | undefined =>
  orUndefined(day, (known) => workdayEnd(calendar, known));

/** The first instant from `at` on at which somebody works: `at` itself in working time, else the next working morning. */
export const workingFrom = (calendar: Calendar, at: Millis): Millis | undefined => {
  const day = dayAt(at, calendar.zone);
  if (!isWorkday(calendar, day)) return startOf(calendar, nextWorkday(calendar, day));
  if (at < workdayStart(calendar, day)) return workdayStart(calendar, day);
  return at < workdayEnd(calendar, day) ? at : startOf(calendar, nextWorkday(calendar, day));
};

/** As `workingFrom`, but the very end of a working day is in time: for ends, not for beginnings. */
const endingFrom = (calendar: Calendar, at: Millis): Millis | undefined => {
  const day = dayAt(at, calendar.zone);
  return isWorkday(calendar, day) && at === workdayEnd(calendar, day) ? at : workingFrom(calendar, at);
};

/** The last instant up to `at` at which work can end. */
const endingUpTo = (calendar: Calendar, at: Millis): Millis | undefined => {
  const day = dayAt(at, calendar.zone);
  const worked = isWorkday(calendar, day);
  if (worked && at >= workdayEnd(calendar, day)) return workdayEnd(calendar, day);
  if (worked && at >= workdayStart(calendar, day)) return at;
  return endOf(calendar, previousWorkday(calendar, day));
};

/** The last instant whose `workingFrom` is not after `at`: in the night, the second before work ended. */
const latestBefore = (calendar: Calendar, at: Millis): Millis | undefined => {
  const day = dayAt(at, calendar.zone);
  if (isWorkday(calendar, day) && at >= workdayStart(calendar, day)) {
    return Math.min(at, workdayEnd(calendar, day) - SECOND);
  }
  return orUndefined(endOf(calendar, previousWorkday(calendar, day)), (end) => end - SECOND);
};

const shiftDays = (calendar: Calendar, at: Millis, days: number): Millis | undefined => {
  const { day, time } = dayAndTimeAt(at, calendar.zone);
  return orUndefined(shiftDay(day, days), (shifted) => millisAt(shifted, time, calendar.zone));
};

const MOST_HOURS = 24 * 36_600;

/**
 * The instant that long after `at` (before it, if `direction` is -1): hours exactly; days, weeks and
 * workdays at the same wall time. One workday after Saturday noon is Monday noon. This is how `expires`,
 * `escalate` and `wait for` count.
 */
export const shiftBySpan = (calendar: Calendar, at: Millis, span: Span, direction: 1 | -1 = 1): Millis | undefined => {
  // Parts of an hour exist; parts of a day would need a rule of their own, so a begun day counts whole.
  const count = (span.unit === 'hours' ? span.count : Math.ceil(span.count)) * direction;
  switch (span.unit) {
    case 'hours':
      return Math.abs(count) > MOST_HOURS ? undefined : at + Math.round(count * HOUR);
    case 'days':
      return shiftDays(calendar, at, count);
    case 'weeks':
      return shiftDays(calendar, at, count * 7);
    case 'workdays': {
      const { day, time } = dayAndTimeAt(at, calendar.zone);
      return orUndefined(addWorkdays(calendar, day, count), (reached) => millisAt(reached, time, calendar.zone));
    }
  }
};

/**
 * Until when work that could begin at `at` and takes `span` has time; see the rules at the top. This is
 * also how the clock of a redone step starts again from its `takes`.
 */
export const workUntil = (calendar: Calendar, at: Millis, span: Span): Millis | undefined => {
  const begin = workingFrom(calendar, at);
  if (begin === undefined || span.count === 0) return begin;
  if (span.unit !== 'workdays') {
    return orUndefined(shiftBySpan(calendar, begin, span), (end) => endingFrom(calendar, end));
  }
  return endOf(calendar, addWorkdays(calendar, dayAt(begin, calendar.zone), Math.ceil(span.count) - 1));
};

/** The last working day that is over at that instant. */
const lastDayOver = (calendar: Calendar, at: Millis): string | undefined => {
  const day = dayAt(at, calendar.zone);
  return isWorkday(calendar, day) && at >= workdayEnd(calendar, day) ? day : previousWorkday(calendar, day);
};

const workLatestStart = (calendar: Calendar, finish: Millis, span: Span): Millis | undefined => {
  if (span.count === 0) return latestBefore(calendar, finish);
  if (span.unit !== 'workdays') {
    const end = endingUpTo(calendar, finish);
    const begin = orUndefined(end, (known) => shiftBySpan(calendar, known, span, -1));
    return orUndefined(begin, (known) => latestBefore(calendar, known));
  }
  const last = lastDayOver(calendar, finish);
  const first = orUndefined(last, (known) => addWorkdays(calendar, known, 1 - Math.ceil(span.count)));
  return orUndefined(endOf(calendar, first), (end) => end - SECOND);
};

const pauseLatestStart = (calendar: Calendar, finish: Millis, span: Span): Millis | undefined => {
  if (span.unit !== 'workdays' || span.count === 0) return shiftBySpan(calendar, finish, span, -1);
  const { day, time } = dayAndTimeAt(finish, calendar.zone);
  const last = workdayUpTo(calendar, day);
  const first = orUndefined(last, (known) => addWorkdays(calendar, known, 1 - Math.ceil(span.count)));
  const begin = orUndefined(first, (known) => shiftDay(known, -1));
  return orUndefined(begin, (known) => millisAt(known, last === day ? time : '23:59:59', calendar.zone));
};

/** When something that could begin at `start` is finished. */
export const finish = (calendar: Calendar, start: Millis, duration: Duration): Millis | undefined => {
  switch (duration.kind) {
    case 'work':
      return workUntil(calendar, start, duration.span);
    case 'pause':
      return shiftBySpan(calendar, start, duration.span);
    case 'until':
      return Math.max(start, duration.at);
    case 'none':
      return start;
  }
};

/**
 * The last instant at which something can begin and be finished at `end`. A wait that lasts beyond `end`
 * cannot be hurried by what comes before it, and so asks no more of that than `end` itself. `Infinity` in,
 * `Infinity` out.
 */
export const latestStart = (calendar: Calendar, end: Millis, duration: Duration): Millis | undefined => {
  if (!Number.isFinite(end)) return end;
  switch (duration.kind) {
    case 'work':
      return workLatestStart(calendar, end, duration.span);
    case 'pause':
      return pauseLatestStart(calendar, end, duration.span);
    default:
      return end;
  }
};

/**
 * The last instant up to `bound` at which something of this kind can finish at all: work given in workdays
 * ends with a day, so a bound of Monday noon leaves it Friday evening.
 */
export const latestFinish = (calendar: Calendar, bound: Millis, duration: Duration): Millis | undefined => {
  if (!Number.isFinite(bound) || duration.kind !== 'work') return bound;
  if (duration.span.unit !== 'workdays') return endingUpTo(calendar, bound);
  return endOf(calendar, lastDayOver(calendar, bound));
};

/**
 * On how many working days there is work between two instants: 2 from Monday 10:00 to Tuesday 17:00, 0 when
 * `to` is not after the first working moment.
 */
export const workdaysWithin = (calendar: Calendar, from: Millis, to: Millis): number => {
  const begin = workingFrom(calendar, from);
  if (begin === undefined || to <= begin) return 0;
  let day: string | undefined = dayAt(begin, calendar.zone);
  let count = 0;
  while (day !== undefined && workdayStart(calendar, day) < to) {
    count += 1;
    day = nextWorkday(calendar, day);
  }
  return count;
};

/** Hours of working time between two instants; 0 when `to` is not after `from`. */
export const workingHoursWithin = (calendar: Calendar, from: Millis, to: Millis): number => {
  let day = workdayFrom(calendar, dayAt(from, calendar.zone));
  let sum = 0;
  while (day !== undefined && workdayStart(calendar, day) < to) {
    sum += Math.max(0, Math.min(to, workdayEnd(calendar, day)) - Math.max(from, workdayStart(calendar, day)));
    day = nextWorkday(calendar, day);
  }
  return sum / HOUR;
};
