/**
 * How much work somebody has in each week, against the hours that they have.
 *
 * Promises: hours are spread evenly over the working days from when a step can begin until it is due, days on which
 * the person is away left out; what is late, or due before anybody could work on it, falls on the first day there is. Of
 * this week only what is left of it counts, today included, for work and for capacity alike.
 * Hides: days and zones.
 */
import type { Person } from '../../statemachines/language/workflow.ts';
import { isWorkday, shiftDay, workdaysBetween } from '../../statemachines/plan/calendar.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { type Day, dayAt, millisAt, millisOf } from '../../statemachines/plan/wall-time.ts';

/** Hours to be worked between two instants; what is open already can begin at once. */
export type Load = { readonly hours: number; readonly from?: string | undefined; readonly due?: string | undefined };

export type WeekLoad = {
  /** Its Monday. */
  readonly week: Day;
  readonly hours: number;
  /** Missing where nobody has said how many hours the person has. */
  readonly capacity?: number;
  /** Working days on which they are away. */
  readonly away: number;
};

const WEEK_DAYS = 7;

/** Monday of the week of that day. */
const mondayOf = (day: Day): Day => {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % WEEK_DAYS;
  return shiftDay(day, -weekday) ?? day;
};

/** @param now UTC. @param weeks how many, this one first. */
export const workloadOf = (
  person: Person,
  loads: readonly Load[],
  calendar: Calendar,
  now: string,
  weeks: number,
): readonly WeekLoad[] => {
  const today = dayAt(millisOf(now), person.zone);
  const first = mondayOf(today);
  const days = Array.from({ length: weeks * WEEK_DAYS }, (_, index) => shiftDay(first, index) ?? first);
  const last = days.at(-1) ?? first;
  const isAway = (day: Day): boolean => person.away.some(({ from, to }) => from <= day && day <= to);
  const workdays = days.filter((day) => isWorkday(calendar, day));
  const present = workdays.filter((day) => day >= today && !isAway(day));
  // Instants are many and days are few: only days are turned into instants.
  const begins = days.map((day) => millisAt(day, '00:00', person.zone));
  const dayOf = (instant: string): Day => {
    const at = millisOf(instant);
    const index = begins.findLastIndex((begin) => begin <= at);
    // Outside of what is looked at, a day more or less makes no difference.
    return index < 0 || index === days.length - 1 ? instant.slice(0, 'yyyy-mm-dd'.length) : (days[index] ?? first);
  };
  const daysBeyond = new Map<string, number>();
  const beyondUntil = (from: Day, end: Day): number => {
    const known = daysBeyond.get(`${from} ${end}`) ?? Math.max(0, workdaysBetween(calendar, from, end));
    daysBeyond.set(`${from} ${end}`, known);
    return known;
  };
  const onDay = new Map<Day, number>();
  const add = (day: Day, hours: number): void => void onDay.set(day, (onDay.get(day) ?? 0) + hours);
  for (const { hours, from, due } of loads) {
    const begin = from === undefined ? today : latestOf(today, dayOf(from));
    const end = due === undefined ? begin : dayOf(due);
    const within = present.filter((day) => begin <= day && day <= end);
    const beyond = end > last ? beyondUntil(latestOf(last, begin), end) : 0;
    const count = within.length + beyond;
    if (count > 0) for (const day of within) add(day, hours / count);
    else {
      const next = present.find((day) => day >= begin);
      if (next !== undefined) add(next, hours);
    }
  }
  const perDay = person.capacity === undefined ? undefined : person.capacity / workdaysInWeek(calendar, first);
  return Array.from({ length: weeks }, (_, index) => {
    const week = days.slice(index * WEEK_DAYS, (index + 1) * WEEK_DAYS);
    const here = present.filter((day) => week.includes(day));
    return {
      week: week[0] ?? first,
      hours: tenth(week.reduce((sum, day) => sum + (onDay.get(day) ?? 0), 0)),
      ...(perDay === undefined ? {} : { capacity: tenth(perDay * here.length) }),
      away: workdays.filter((day) => week.includes(day) && isAway(day)).length,
    };
  });
};

/** Whether there is more to do than hours to do it in. */
export const isOver = ({ hours, capacity }: Pick<WeekLoad, 'hours' | 'capacity'>): boolean =>
  capacity !== undefined && hours > capacity;

const latestOf = (one: Day, other: Day): Day => (one > other ? one : other);
const tenth = (hours: number): number => Math.round(hours * 10) / 10;

/** Of a week without holidays: a plain one of the calendar. */
const workdaysInWeek = (calendar: Calendar, monday: Day): number => {
  const week = Array.from({ length: 9 }, (_, index) => shiftDay(monday, index * WEEK_DAYS) ?? monday);
  return Math.max(
    1,
    ...week.map(
      (start) =>
        Array.from({ length: WEEK_DAYS }, (_, at) => shiftDay(start, at) ?? start).filter((day) =>
          isWorkday(calendar, day),
        ).length,
    ),
  );
};

/** So many weeks there are until that instant, this one included; at most `most`. */
export const weeksUntil = (now: string, until: string, zone: string, most: number): number => {
  const [from, to] = [mondayOf(dayAt(millisOf(now), zone)), mondayOf(dayAt(millisOf(until), zone))];
  const weeks = Math.round((Date.parse(to) - Date.parse(from)) / (WEEK_DAYS * 86_400_000)) + 1;
  return Math.min(most, Math.max(1, weeks));
};
