/**
 * The dates of a running step: when it is due, when it ends by itself, and how a date is told to somebody.
 *
 * Promises: a due date never changes by itself once it is set; in a later round the clock starts again from what the
 * step is given (language.md, Rounds). Dates are told in the reader's zone, distances in working days of the workflow's
 * calendar.
 * Hides: which years of holidays are looked up.
 */

import type { CalendarDefinition, Step } from '../../statemachines/language/workflow.ts';
import {
  hoursPerWorkday,
  nextWorkday,
  workdayEnd,
  workdayStart,
  workdaysBetween,
} from '../../statemachines/plan/calendar.ts';
import { type Calendar, resolveCalendar } from '../../statemachines/plan/holidays.ts';
import { momentAt } from '../../statemachines/plan/moment.ts';
import { isHuman, workdaysForEffort } from '../../statemachines/plan/schedule.ts';
import { type DueInstant, dayAt, dueAt, millisOf, wallAt } from '../../statemachines/plan/wall-time.ts';
import { shiftBySpan, workingHoursWithin, workUntil } from '../../statemachines/plan/working-time.ts';
import { SAID } from '../words/said.ts';
import type { ShownDate } from './briefing.ts';
import type { Opening } from './events.ts';
import type { Catalogue } from './ports.ts';
import { finishedAt } from './progress.ts';
import type { Run } from './run.ts';
import { inputsOf } from './texts.ts';

/** Holidays are looked up for so many years around today. */
const YEARS = { back: 1, ahead: 3 };
const known = new WeakMap<CalendarDefinition, Map<number, Calendar>>();

const PLAIN: CalendarDefinition = {
  title: 'Monday to Friday',
  zone: 'UTC',
  workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: { from: '09:00', to: '17:00' },
  holidays: { add: [], except: [] },
};

/** @param now UTC. */
export const calendarFor = ({ calendars }: Pick<Catalogue, 'calendars'>, name: string, now: string): Calendar => {
  const definition = calendars[name] ?? calendars.default ?? PLAIN;
  const year = Number(now.slice(0, 4));
  const years = known.get(definition) ?? new Map<number, Calendar>();
  known.set(definition, years);
  const calendar = years.get(year) ?? resolveCalendar(definition, { from: year - YEARS.back, to: year + YEARS.ahead });
  years.set(year, calendar);
  return calendar;
};

/** When an opening is due; undefined for what nobody has to do. @param now when it opens, UTC. */
export const dueOf = (
  run: Run,
  step: Step,
  { round, item }: Opening,
  calendar: Calendar,
  now: string,
): DueInstant | undefined => {
  if (!isHuman(step)) return undefined;
  const moment = step.due === undefined ? undefined : momentAt(step.due, references(run, item), calendar);
  const given = moment === undefined || 'problem' in moment ? undefined : moment;
  if (round === 1 && given !== undefined) return given;
  const span = step.takes ?? { count: workdaysForEffort(calendar, step.effort ?? 0), unit: 'workdays' as const };
  const at = workUntil(calendar, workFrom(calendar, millisOf(now), step), span);
  if (at === undefined) return given;
  // Where the author does not say how long it takes, nobody is hurried who still has time until the first date.
  return step.takes === undefined && given !== undefined && millisOf(given.instant) > at
    ? given
    : dueAt(at, calendar.zone);
};

/** Today counts as a day of work only where what is left of it is enough for a good part of the work. */
const workFrom = (calendar: Calendar, now: number, { effort = 0 }: Step): number => {
  const today = dayAt(now, calendar.zone);
  const left = workingHoursWithin(calendar, now, workdayEnd(calendar, today));
  const enough = Math.min(Math.max(effort, 1), hoursPerWorkday(calendar) / 2);
  const next = left >= enough ? undefined : nextWorkday(calendar, today);
  return next === undefined ? now : workdayStart(calendar, next);
};

const references = (run: Run, item: string | undefined) => ({
  inputs: inputsOf(run),
  start: run.requested.at,
  finished: (step: string) => finishedAt(run, step, item),
});

/** When a `wait` is over; at once where its moment cannot be told. */
export const waitEnds = (
  run: Run,
  step: Step & { type: 'wait' },
  item: string | undefined,
  calendar: Calendar,
  now: string,
): string => {
  const until = step.until === undefined ? undefined : momentAt(step.until, references(run, item), calendar);
  if (until !== undefined) return 'problem' in until ? now : withMillis(until.instant);
  const at = step.for === undefined ? undefined : shiftBySpan(calendar, millisOf(now), step.for);
  return at === undefined ? now : new Date(at).toISOString();
};

/** When what is never done ends by itself: so long after it is due, or after it opened if it opened late. */
export const expiryOf = (step: Step, due: DueInstant, calendar: Calendar, now: string): string | undefined => {
  const from = Math.max(millisOf(due.instant), millisOf(now));
  const at = shiftBySpan(calendar, from, step.expires);
  return at === undefined ? undefined : new Date(at).toISOString();
};

/** Instants of a history have milliseconds. */
export const withMillis = (instant: string): string => new Date(millisOf(instant)).toISOString();

/** A due date that somebody asks for: `2027-01-31` is the end of that working day, `2027-01-31T14:00` that time. */
export const dueFrom = (text: string, calendar: Calendar): DueInstant | undefined => {
  const moment = momentAt(
    { direction: 'on', reference: { kind: 'input', name: 'due' } },
    { inputs: { due: text }, start: '1970-01-01T00:00:00Z', finished: () => undefined },
    calendar,
  );
  return 'problem' in moment ? undefined : moment;
};

export const shownDate = (instant: string, zone: string, calendar: Calendar, now: string): ShownDate => {
  const at = millisOf(instant);
  const today = dayAt(millisOf(now), zone);
  const day = dayAt(at, zone);
  const late = at < millisOf(now);
  return { instant, zone, wall: wallOf(at, zone), distance: distanceOf(today, day, late, calendar), late };
};

const WEEKDAY: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
const formats = new Map<string, Intl.DateTimeFormat>();

const walls = new Map<string, string>();
const MOST_WALLS = 10_000;
const wallOf = (at: number, zone: string): string => {
  const key = `${zone} ${at}`;
  const known = walls.get(key) ?? writtenWall(at, zone);
  if (walls.size >= MOST_WALLS) walls.clear();
  walls.set(key, known);
  return known;
};

const writtenWall = (at: number, zone: string): string => {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', { ...WEEKDAY, timeZone: zone });
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.day} ${parts.month} ${parts.year}, ${wallAt(at, zone).slice(11, 16)}`;
};

const distanceOf = (today: string, day: string, late: boolean, calendar: Calendar): string => {
  if (day === today) return late ? SAID.date.earlierToday : SAID.date.today;
  const days = Math.abs(workdaysBetween(calendar, today, day));
  if (late) return days === 0 ? SAID.date.justLate : SAID.date.late(days);
  return days === 0 ? SAID.date.beforeNextWorkday : SAID.date.ahead(days);
};
