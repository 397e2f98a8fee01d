/**
 * Which days are worked, and how to count them.
 *
 * Promises: every search ends. A calendar without working days, or one whose days off leave none for
 * more than a year, gives `undefined`, which everywhere here means: no calendar day reaches that.
 * Outside the years that a calendar covers only its weekly pattern counts, since holidays are not known
 * there; `covers` tells, so that a plan can say so.
 * Hides: the shape of `Calendar`.
 */
import type { Weekday } from '../language/workflow.ts';
import type { Calendar } from './holidays.ts';
import { type Day, dayLater, type Millis, millisAt, weekdayOf } from './wall-time.ts';

export type { Calendar } from './holidays.ts';

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** How long a stretch of days off may be before a calendar counts as having no working days: a year and a bit. */
const LONGEST_BREAK_DAYS = 400;

/** Counts beyond a century are mistakes, and searching them would only take time. */
const MOST_DAYS = 36_600;

/** A day is worked, or it is not: because of the week, or because of a named day off. */
export type WorkdayAnswer =
  | { readonly workday: true }
  | { readonly workday: false; readonly why: 'week' }
  | { readonly workday: false; readonly why: 'holiday'; readonly name: string };

/** What has been worked out about a day. */
type DayFacts = {
  readonly answer: WorkdayAnswer;
  readonly next: Day;
  readonly previous: Day;
  start?: Millis;
  end?: Millis;
};

/** A plan asks about the same days hundreds of times. */
const known = new WeakMap<Calendar, Map<Day, DayFacts>>();

const factsOf = (calendar: Calendar, day: Day): DayFacts => {
  let days = known.get(calendar);
  if (days === undefined) {
    days = new Map();
    known.set(calendar, days);
  }
  let facts = days.get(day);
  if (facts === undefined) {
    facts = {
      answer: answerFor(calendar, day, WEEK[weekdayOf(day)]),
      next: dayLater(day, 1),
      previous: dayLater(day, -1),
    };
    days.set(day, facts);
  }
  return facts;
};

const answerFor = (calendar: Calendar, day: Day, weekday: Weekday | undefined): WorkdayAnswer => {
  if (weekday === undefined || !calendar.workdays.includes(weekday)) return { workday: false, why: 'week' };
  const name = Object.hasOwn(calendar.days_off, day) ? calendar.days_off[day] : undefined;
  return name === undefined ? { workday: true } : { workday: false, why: 'holiday', name };
};

/** Is this day worked, and if not, why? A holiday on a Sunday is off because of the week. */
export const workdayAnswer = (calendar: Calendar, day: Day): WorkdayAnswer => factsOf(calendar, day).answer;

/** Is this day worked? */
export const isWorkday = (calendar: Calendar, day: Day): boolean => workdayAnswer(calendar, day).workday;

/** Are the holidays around this day known to the calendar? */
export const covers = (calendar: Calendar, day: Day): boolean => {
  const year = Number(day.slice(0, 4));
  return year >= calendar.years.from && year <= calendar.years.to;
};

/** The day that many calendar days later (earlier if negative); `undefined` beyond a century or a year of four digits. */
export const shiftDay = (day: Day, days: number): Day | undefined => {
  if (Math.abs(days) > MOST_DAYS) return undefined;
  const shifted = dayLater(day, days);
  return shifted.length === 10 ? shifted : undefined;
};

/**
 * The nth working day after `day` (before it if negative), `day` itself not counted and free to be a day
 * off: one workday after Saturday is Monday. 0 gives `day` itself, worked or not. `undefined` when no
 * calendar day reaches that.
 */
export const addWorkdays = (calendar: Calendar, day: Day, count: number): Day | undefined => {
  if (Math.abs(count) > MOST_DAYS) return undefined;
  let reached = day;
  let left = Math.abs(count);
  let idle = 0;
  while (left > 0) {
    const facts = factsOf(calendar, reached);
    reached = count < 0 ? facts.previous : facts.next;
    if (reached.length !== 10) return undefined;
    if (isWorkday(calendar, reached)) {
      left -= 1;
      idle = 0;
    } else {
      idle += 1;
      if (idle > LONGEST_BREAK_DAYS) return undefined;
    }
  }
  return reached;
};

/** The first working day after `day`. */
export const nextWorkday = (calendar: Calendar, day: Day): Day | undefined => addWorkdays(calendar, day, 1);

/** The last working day before `day`. */
export const previousWorkday = (calendar: Calendar, day: Day): Day | undefined => addWorkdays(calendar, day, -1);

/** `day` if it is worked, else the first working day after it. */
export const workdayFrom = (calendar: Calendar, day: Day): Day | undefined =>
  isWorkday(calendar, day) ? day : nextWorkday(calendar, day);

/** `day` if it is worked, else the last working day before it. */
export const workdayUpTo = (calendar: Calendar, day: Day): Day | undefined =>
  isWorkday(calendar, day) ? day : previousWorkday(calendar, day);

/**
 * How many working days lie between two days: those after the earlier one, up to and with the later one;
 * negative when `to` is the earlier. Undoes `addWorkdays`. Days more than a century apart count as that far.
 */
export const workdaysBetween = (calendar: Calendar, from: Day, to: Day): number => {
  if (to < from) return 0 - workdaysBetween(calendar, to, from);
  let count = 0;
  let day = from;
  for (let passed = 0; day < to && passed < MOST_DAYS; passed += 1) {
    day = factsOf(calendar, day).next;
    if (isWorkday(calendar, day)) count += 1;
  }
  return count;
};

/** The instant at which work begins on that day, worked or not. */
export const workdayStart = (calendar: Calendar, day: Day): Millis => {
  const facts = factsOf(calendar, day);
  facts.start ??= millisAt(day, calendar.hours.from, calendar.zone);
  return facts.start;
};

/** The instant at which the working day ends on that day, worked or not. */
export const workdayEnd = (calendar: Calendar, day: Day): Millis => {
  const facts = factsOf(calendar, day);
  facts.end ??= millisAt(day, calendar.hours.to, calendar.zone);
  return facts.end;
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Hours of a working day, from its beginning to its end; 8 where the calendar's hours make no sense. */
export const hoursPerWorkday = (calendar: Calendar): number => {
  const hours = (minutesOf(calendar.hours.to) - minutesOf(calendar.hours.from)) / 60;
  return hours > 0 ? hours : 8;
};
