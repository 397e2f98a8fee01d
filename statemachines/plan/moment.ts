/**
 * When a due date is: from `30 days before publish` to an instant.
 *
 * The rules of language.md, Due dates, and what it leaves open:
 * - A date alone, `start` and a step stand for their day: N days, weeks or workdays from it end with that
 *   working day, unless `at` gives a time. A datetime input keeps its own time of day.
 * - Workdays are counted from the day itself, which may be a day off: one workday before Sunday is Friday.
 * - Hours are exact. Counted from a date alone they are counted from the end of its working day (moved as
 *   `on` would be); with `at`, they choose the day and `at` the time.
 * - A result on a day off moves to the working day before it (`before`, `on`) or after it (`after`) and keeps
 *   its time of day; an hours result without `at` becomes the end of the working day that it moves to.
 * - `on start` and `on STEP` never lie before the instant that they hang on: then it is the first such time
 *   of a working day from that instant on. (A form sent in on a Saturday is not overdue at once.)
 *
 * Promises: values, never a throw, for whatever the inputs hold.
 */
import type { Moment, Reference } from '../language/workflow.ts';
import { addWorkdays, type Calendar, isWorkday, nextWorkday, previousWorkday, shiftDay } from './calendar.ts';
import {
  type Day,
  type DueInstant,
  dayAndTimeAt,
  dayAt,
  dayLater,
  dueAt,
  type Millis,
  millisAt,
  millisOf,
  wallToMillis,
} from './wall-time.ts';
import { shiftBySpan } from './working-time.ts';

export type { DueInstant } from './wall-time.ts';

/** What due dates can hang on. All instants are texts in UTC. */
export type MomentReferences = {
  /** Validated values by input name: `2027-01-29`, or a datetime with or without offset (then the calendar's zone). */
  readonly inputs: { readonly [name: string]: unknown };
  /** When the run started. */
  readonly start: string;
  /** When a step finished, or in a plan is due. */
  readonly finished: (step: string) => string | undefined;
};

/** Why a moment has no instant. */
export type MomentProblem =
  /** The input is not given. */
  | { readonly problem: 'missing-input'; readonly input: string }
  /** The input is given and is no date. */
  | { readonly problem: 'invalid-input'; readonly input: string }
  /** The step that it hangs on has not finished. */
  | { readonly problem: 'unfinished-step'; readonly step: string }
  /** No calendar day reaches it. */
  | { readonly problem: 'unreachable' };

/** What a moment hangs on, as a place in time. */
type Place =
  | { readonly kind: 'date'; readonly day: Day }
  /** A datetime input. Its own time of day is kept when days are counted, also one that its own day does not have. */
  | { readonly kind: 'datetime'; readonly at: Millis; readonly wall: { readonly day: Day; readonly time: string } }
  /** Something that happened: the start, or a step's finish. */
  | { readonly kind: 'event'; readonly at: Millis };

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/i;

const parsed = <Value>(parse: () => Value): Value | undefined => {
  try {
    return parse();
  } catch {
    return undefined;
  }
};

/** A date input's value as a place in time; `undefined` if it is none. */
const placeOfInput = (value: unknown, zone: string): Place | undefined => {
  if (typeof value !== 'string') return undefined;
  if (DATE.test(value)) {
    const day = parsed(() => dayLater(value, 0));
    return day === undefined ? undefined : { kind: 'date', day };
  }
  const offset = DATETIME.exec(value);
  if (offset === null) return undefined;
  const at = parsed(() => (offset[3] === undefined ? wallToMillis(value, zone) : millisOf(value)));
  if (at === undefined) return undefined;
  const [day = '', time = ''] = value.toUpperCase().split('T');
  return { kind: 'datetime', at, wall: offset[3] === undefined ? { day, time } : dayAndTimeAt(at, zone) };
};

/** The instant of a date input's value, of a date alone the end of its day; `undefined` if it is none. */
export const millisOfDate = (value: unknown, zone: string): Millis | undefined => {
  const place = placeOfInput(value, zone);
  return place?.kind === 'date' ? millisAt(place.day, '23:59:59', zone) : place?.at;
};

/** Is this value a date or a datetime that a due date can hang on? */
export const isDateValue = (value: unknown): boolean => placeOfInput(value, 'UTC') !== undefined;

const placeOf = (reference: Reference, known: MomentReferences, zone: string): Place | MomentProblem => {
  switch (reference.kind) {
    case 'input': {
      const value = Object.hasOwn(known.inputs, reference.name) ? known.inputs[reference.name] : undefined;
      if (value === undefined || value === null || value === '')
        return { problem: 'missing-input', input: reference.name };
      return placeOfInput(value, zone) ?? { problem: 'invalid-input', input: reference.name };
    }
    case 'start':
      return { kind: 'event', at: millisOf(known.start) };
    case 'step': {
      const finished = known.finished(reference.id);
      if (finished === undefined) return { problem: 'unfinished-step', step: reference.id };
      return { kind: 'event', at: millisOf(finished) };
    }
  }
};

const movedTo = (calendar: Calendar, day: Day, direction: Moment['direction']): Day | undefined => {
  if (isWorkday(calendar, day)) return day;
  return direction === 'after' ? nextWorkday(calendar, day) : previousWorkday(calendar, day);
};

/** `[N days|workdays|weeks] before|after` and `on`: a day, and a time of that day. */
const byDays = (calendar: Calendar, moment: Moment, place: Place): Millis | undefined => {
  const from =
    place.kind === 'date'
      ? { day: place.day, time: undefined }
      : place.kind === 'datetime'
        ? place.wall
        : dayAndTimeAt(place.at, calendar.zone);
  const own = place.kind === 'datetime' ? from.time : undefined;
  const time = moment.time ?? own ?? calendar.hours.to;
  const sign = moment.direction === 'before' ? -1 : 1;
  const count = Math.ceil(moment.span?.count ?? 0) * sign;
  const unit = moment.span?.unit;
  const counted =
    unit === 'workdays'
      ? addWorkdays(calendar, from.day, count)
      : shiftDay(from.day, unit === 'weeks' ? count * 7 : count);
  const day = counted === undefined ? undefined : movedTo(calendar, counted, moment.direction);
  if (day === undefined) return undefined;
  const at = millisAt(day, time, calendar.zone);
  const sameDay = count === 0 && moment.direction !== 'before';
  return sameDay && place.kind === 'event' && at < place.at ? firstFrom(calendar, place.at, time) : at;
};

/** The first time that it is `time` on a working day, from an instant on. */
const firstFrom = (calendar: Calendar, from: Millis, time: string): Millis | undefined => {
  const today = dayAt(from, calendar.zone);
  if (isWorkday(calendar, today) && millisAt(today, time, calendar.zone) >= from)
    return millisAt(today, time, calendar.zone);
  const next = nextWorkday(calendar, today);
  return next === undefined ? undefined : millisAt(next, time, calendar.zone);
};

/** `N hours before|after`: exact, and moved only from a day off. */
const byHours = (calendar: Calendar, moment: Moment, place: Place): Millis | undefined => {
  const from =
    place.kind === 'date' ? byDays(calendar, { direction: 'on', reference: moment.reference }, place) : place.at;
  if (from === undefined || moment.span === undefined) return undefined;
  const exact = shiftBySpan(calendar, from, moment.span, moment.direction === 'before' ? -1 : 1);
  if (exact === undefined) return undefined;
  const day = dayAt(exact, calendar.zone);
  if (moment.time === undefined && isWorkday(calendar, day)) return exact;
  const moved = movedTo(calendar, day, moment.direction);
  return moved === undefined ? undefined : millisAt(moved, moment.time ?? calendar.hours.to, calendar.zone);
};

/** As `momentAt`, in milliseconds. */
export const momentMillis = (moment: Moment, known: MomentReferences, calendar: Calendar): Millis | MomentProblem => {
  const place = placeOf(moment.reference, known, calendar.zone);
  if ('problem' in place) return place;
  const at = moment.span?.unit === 'hours' ? byHours(calendar, moment, place) : byDays(calendar, moment, place);
  return at ?? { problem: 'unreachable' };
};

/** The instant of a moment, with the wall time and zone that a person reads (R33), or why there is none. */
export const momentAt = (moment: Moment, known: MomentReferences, calendar: Calendar): DueInstant | MomentProblem => {
  const at = momentMillis(moment, known, calendar);
  return typeof at === 'number' ? dueAt(at, calendar.zone) : at;
};
