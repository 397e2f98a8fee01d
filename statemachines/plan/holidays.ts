/**
 * From a calendar as its author wrote it to one that any machine can read without knowing holidays.
 *
 * Promises: plain JSON, complete for the years asked for, the same on every machine and in every zone.
 * Hides: date-holidays, which takes a tenth of a second to load, and so is loaded only when a calendar
 * names a country. Lambdas get the resolved calendar and never load it.
 */
import { createRequire } from 'node:module';
import type HolidaysClass from 'date-holidays';
import { Temporal } from 'temporal-polyfill';
import type { CalendarDefinition, Weekday } from '../language/workflow.ts';
import type { Day } from './wall-time.ts';

/** Working days as plain data (R33, R34): what is left of a calendar when its holidays are looked up. */
export type Calendar = {
  /** An IANA zone: due dates are wall times of this zone. */
  readonly zone: string;
  readonly workdays: readonly Weekday[];
  /** Wall times `HH:MM`; `to` is the end of the working day and is later than `from`. */
  readonly hours: { readonly from: string; readonly to: string };
  /** Day off to its name: `{ '2027-05-17': 'Grunnlovsdagen' }`. */
  readonly days_off: { readonly [date: string]: string };
  /** The years whose holidays are in `days_off`, both included. Outside them only the week counts. */
  readonly years: { readonly from: number; readonly to: number };
};

/** Whether holidays of a place are known, and if not, what could have been meant (code → name). */
export type HolidayPlace =
  | { readonly known: true }
  | {
      readonly known: false;
      readonly what: 'country' | 'region';
      readonly choices: { readonly [code: string]: string };
    };

type HolidaysConstructor = typeof HolidaysClass;

let loaded: HolidaysConstructor | undefined;
const holidaysClass = (): HolidaysConstructor => {
  loaded ??= createRequire(import.meta.url)('date-holidays') as HolidaysConstructor;
  return loaded;
};

/** `by`, `DE-BY` and `BY` are the same region of Germany; `LA.NO` is a region within a region. */
const regionParts = (country: string, region: string | undefined): string[] => {
  const parts = (region ?? '')
    .toUpperCase()
    .split(/[-.]/)
    .filter((part) => part !== '');
  return parts[0] === country && parts.length > 1 ? parts.slice(1) : parts;
};

/**
 * Are the public holidays of this place known? `country` is an ISO 3166-1 code, `region` the part of it
 * (`BY` or `DE-BY`; a region within a region as `LA.NO`). Loads date-holidays.
 */
export const findHolidayPlace = (country: string, region?: string): HolidayPlace => {
  const all = new (holidaysClass())();
  const code = country.toUpperCase();
  const countries = all.getCountries();
  if (!Object.hasOwn(countries, code)) return { known: false, what: 'country', choices: countries };
  const [state, part] = regionParts(code, region);
  if (state === undefined) return { known: true };
  const states = all.getStates(code) ?? {};
  if (!Object.hasOwn(states, state)) return { known: false, what: 'region', choices: states };
  if (part === undefined) return { known: true };
  const regions = all.getRegions(code, state) ?? {};
  return Object.hasOwn(regions, part) ? { known: true } : { known: false, what: 'region', choices: regions };
};

const DAY_MS = 86_400_000;

/**
 * The public holidays of a place that touch the given years, day by day. One that begins at noon (the
 * afternoon before New Year in Iceland) leaves a working morning and is no day off.
 */
const publicHolidays = (country: string, region: string | undefined, years: Calendar['years']): Map<Day, string> => {
  const days = new Map<Day, string>();
  if (!findHolidayPlace(country, region).known) return days;
  const code = country.toUpperCase();
  const [state = '', part = ''] = regionParts(code, region);
  const place = new (holidaysClass())(code, state, part, { types: ['public'] });
  // A holiday's substitute can fall into the year before, and one of several days can begin there.
  for (let year = years.from - 1; year <= years.to + 1; year += 1) {
    for (const holiday of place.getHolidays(year)) {
      if (!holiday.date.slice(11).startsWith('00:00')) continue;
      const first = Temporal.PlainDate.from(holiday.date.slice(0, 10));
      const length = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / DAY_MS));
      for (let offset = 0; offset < length; offset += 1) {
        const day = first.add({ days: offset }).toString();
        days.set(day, days.get(day) ?? holiday.name);
      }
    }
  }
  return days;
};

const yearOf = (day: Day): number => Number(day.slice(0, 4));

/** `12-24` means every year; `2027-12-24` that day alone. 29 February is left out of years without it. */
const daysNamed = (date: string, years: Calendar['years']): Day[] => {
  if (date.length !== 5) return [date];
  const days: Day[] = [];
  for (let year = years.from; year <= years.to; year += 1) {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    if (date !== '02-29' || leap) days.push(`${year}-${date}`);
  }
  return days;
};

/**
 * The calendar for these years (both included). `except` takes away public holidays by date
 * (`2027-05-17`, every year `05-17`) or by name; `add` adds days in the same notation and wins over
 * `except`. A place that is not known gives no public holidays: ask `findHolidayPlace` first.
 */
export const resolveCalendar = (definition: CalendarDefinition, years: Calendar['years']): Calendar => {
  const { country, region, add, except } = definition.holidays;
  const off = country === undefined ? new Map<Day, string>() : publicHolidays(country, region, years);
  const working = new Set(except.flatMap((entry) => [entry, ...daysNamed(entry, years)]));
  for (const [day, name] of off) if (working.has(day) || working.has(name)) off.delete(day);
  for (const { date, name } of add) for (const day of daysNamed(date, years)) off.set(day, name);
  const within = [...off].filter(([day]) => yearOf(day) >= years.from && yearOf(day) <= years.to);
  return {
    zone: definition.zone,
    workdays: [...definition.workdays],
    hours: { from: definition.hours.from, to: definition.hours.to },
    days_off: Object.fromEntries(within.sort(([a], [b]) => (a < b ? -1 : 1))),
    years: { from: years.from, to: years.to },
  };
};

/**
 * The same calendar by its week alone, with no holiday looked up: enough for `timingFindings`, and free
 * of the cost of loading holidays.
 */
export const weeklyCalendar = (definition: CalendarDefinition): Calendar => ({
  zone: definition.zone,
  workdays: [...definition.workdays],
  hours: { from: definition.hours.from, to: definition.hours.to },
  days_off: {},
  years: { from: 0, to: 0 },
});
