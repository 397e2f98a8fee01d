import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CalendarDefinition } from '../statemachines/language/workflow.ts';
import {
  addWorkdays,
  covers,
  hoursPerWorkday,
  isWorkday,
  nextWorkday,
  previousWorkday,
  shiftDay,
  workdayAnswer,
  workdayEnd,
  workdayStart,
  workdaysBetween,
} from '../statemachines/plan/calendar.ts';
import { findHolidayPlace, resolveCalendar, weeklyCalendar } from '../statemachines/plan/holidays.ts';
import { latestStart, shiftBySpan, workdaysWithin, workUntil } from '../statemachines/plan/working-time.ts';
import { office, officeCalendar, span } from './support/plan-workflows.ts';

const holidays = (over: Partial<CalendarDefinition['holidays']>): CalendarDefinition => ({
  ...office,
  holidays: { ...office.holidays, ...over },
});
const norway = resolveCalendar(holidays({ country: 'NO' }), { from: 2026, to: 2028 });

describe('a calendar', () => {
  test('has the public holidays of its country, by date and name', () => {
    expect(norway.days_off['2027-05-17']).toBe('Grunnlovsdagen');
    expect(norway.days_off['2027-03-26']).toBe('Langfredag');
    expect(norway.days_off['2025-12-25']).toBeUndefined();
    expect(norway.years).toEqual({ from: 2026, to: 2028 });
  });

  test('is plain JSON, so that it can be shipped', () => {
    expect(JSON.parse(JSON.stringify(norway))).toEqual(norway);
  });

  test('has the holidays of a region, however it is written', () => {
    for (const region of ['BY', 'by', 'DE-BY']) {
      expect(
        resolveCalendar(holidays({ country: 'DE', region }), { from: 2027, to: 2027 }).days_off['2027-01-06'],
      ).toBe('Heilige Drei Könige');
    }
    expect(
      resolveCalendar(holidays({ country: 'DE' }), { from: 2027, to: 2027 }).days_off['2027-01-06'],
    ).toBeUndefined();
  });

  test('has a substitute day that falls into the year before', () => {
    const america = resolveCalendar(holidays({ country: 'US' }), { from: 2027, to: 2027 });
    expect(america.days_off['2027-12-31']).toBe("New Year's Day (substitute day)");
  });

  test('has every day of a holiday of several days', () => {
    const emirates = resolveCalendar(holidays({ country: 'AE' }), { from: 2027, to: 2027 });
    expect(['2027-05-16', '2027-05-17', '2027-05-18', '2027-05-19'].map((day) => day in emirates.days_off)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('works on the morning before a holiday that begins at noon', () => {
    const iceland = resolveCalendar(holidays({ country: 'IS' }), { from: 2027, to: 2027 });
    expect([isWorkday(iceland, '2027-12-24'), iceland.days_off['2027-12-24']]).toEqual([true, undefined]);
  });

  test('takes away and adds days by date, every year, or by name', () => {
    const own = resolveCalendar(
      holidays({
        country: 'NO',
        except: ['2027-05-17', '05-01', 'Langfredag'],
        add: [
          { date: '12-24', name: 'Christmas Eve' },
          { date: '2027-07-01', name: 'Summer party' },
          { date: '02-29', name: 'Leap' },
        ],
      }),
      { from: 2027, to: 2028 },
    );
    expect(
      ['2027-05-17', '2028-05-17', '2027-05-01', '2028-05-01', '2027-03-26'].map((day) => day in own.days_off),
    ).toEqual([false, true, false, false, false]);
    expect([own.days_off['2027-12-24'], own.days_off['2028-12-24'], own.days_off['2027-07-01']]).toEqual([
      'Christmas Eve',
      'Christmas Eve',
      'Summer party',
    ]);
    expect(Object.keys(own.days_off).filter((day) => day.endsWith('02-29'))).toEqual(['2028-02-29']);
  });

  test('of a place that nobody knows has no public holidays, and the place says what it could have been', () => {
    expect(findHolidayPlace('NO')).toEqual({ known: true });
    expect(findHolidayPlace('US', 'LA.NO')).toEqual({ known: true });
    expect(findHolidayPlace('XX')).toMatchObject({ known: false, what: 'country', choices: { NO: 'Norge' } });
    expect(findHolidayPlace('DE', 'ZZ')).toMatchObject({ known: false, what: 'region', choices: { BY: 'Bayern' } });
    expect(findHolidayPlace('constructor')).toMatchObject({ known: false, what: 'country' });
    expect(resolveCalendar(holidays({ country: 'XX' }), { from: 2027, to: 2027 }).days_off).toEqual({});
  });

  test('without its holidays knows its week', () => {
    expect(weeklyCalendar(holidays({ country: 'NO' }))).toEqual({
      zone: 'Europe/Oslo',
      workdays: office.workdays,
      hours: office.hours,
      days_off: {},
      years: { from: 0, to: 0 },
    });
  });
});

describe('a day', () => {
  test('is worked, or says why not', () => {
    expect(workdayAnswer(norway, '2027-05-18')).toEqual({ workday: true });
    expect(workdayAnswer(norway, '2027-05-17')).toEqual({ workday: false, why: 'holiday', name: 'Grunnlovsdagen' });
    expect(workdayAnswer(norway, '2027-05-15')).toEqual({ workday: false, why: 'week' });
  });

  test('outside the years of the calendar has only its week', () => {
    expect([covers(norway, '2028-12-31'), covers(norway, '2029-01-01')]).toEqual([true, false]);
    expect(isWorkday(norway, '2029-05-17')).toBe(true);
    expect(isWorkday(norway, '2029-05-19')).toBe(false);
  });

  test('begins and ends with the hours of the calendar', () => {
    expect(new Date(workdayStart(norway, '2027-01-04')).toISOString()).toBe('2027-01-04T08:00:00.000Z');
    expect(new Date(workdayEnd(norway, '2027-07-05')).toISOString()).toBe('2027-07-05T15:00:00.000Z');
    expect(hoursPerWorkday(norway)).toBe(8);
  });
});

describe('workdays', () => {
  test('are counted from the day itself, which may be a day off', () => {
    expect(addWorkdays(norway, '2027-03-24', 1)).toBe('2027-03-30');
    expect(addWorkdays(norway, '2027-03-30', -1)).toBe('2027-03-24');
    expect(nextWorkday(norway, '2027-05-15')).toBe('2027-05-18');
    expect(previousWorkday(norway, '2027-05-17')).toBe('2027-05-14');
    expect(addWorkdays(norway, '2027-05-17', 0)).toBe('2027-05-17');
  });

  test('that no calendar day reaches are undefined, and soon', () => {
    const never = officeCalendar({}, { workdays: [] });
    const everyDay = Array.from({ length: 1200 }, (_, index) =>
      new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10),
    );
    const allOff = officeCalendar(Object.fromEntries(everyDay.map((day) => [day, 'closed'])));
    expect([
      nextWorkday(never, '2027-01-01'),
      previousWorkday(never, '2027-01-01'),
      nextWorkday(allOff, '2026-02-01'),
    ]).toEqual([undefined, undefined, undefined]);
    expect(addWorkdays(norway, '2027-01-01', 1_000_000)).toBeUndefined();
    expect(shiftDay('2027-01-01', 5_000_000)).toBeUndefined();
    expect(shiftDay('9999-12-31', 1)).toBeUndefined();
    expect(addWorkdays(norway, '9999-12-31', 1)).toBeUndefined();
    expect(workUntil(never, Date.UTC(2027, 0, 1), span('2 workdays'))).toBeUndefined();
    expect(workdaysWithin(never, Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1))).toBe(0);
  });

  const days = fc
    .integer({ min: 0, max: 1095 })
    .map((offset) => new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10));
  const calendars = fc
    .record({
      workdays: fc.subarray([...office.workdays, 'sat', 'sun'] as const, { minLength: 1 }),
      off: fc.array(days, { maxLength: 60 }),
    })
    .map(({ workdays, off }) =>
      officeCalendar(
        Object.fromEntries(['2028-02-29', '2026-12-31', '2027-01-01', ...off].map((day) => [day, 'off'])),
        { workdays },
      ),
    );

  /** One day at a time, on numbers of days, sharing nothing with the code. */
  const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const worked = (calendar: ReturnType<typeof officeCalendar>, number: number): boolean => {
    const date = new Date(number * 86_400_000);
    return (
      calendar.workdays.some((day) => day === NAMES[date.getUTCDay()]) &&
      !(date.toISOString().slice(0, 10) in calendar.days_off)
    );
  };
  const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const textOf = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);

  test('agree with counting day by day, over leap days, ends of years and holidays', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(calendars, days, fc.integer({ min: -40, max: 40 }), (calendar, day, count) => {
        let number = numberOf(day);
        for (let left = Math.abs(count); left > 0; ) {
          number += Math.sign(count);
          if (worked(calendar, number)) left -= 1;
        }
        expect(addWorkdays(calendar, day, count)).toBe(textOf(number));
      }),
      { numRuns: 300 },
    );
  });

  test('between two days agree with counting day by day, and undo addition', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(calendars, days, fc.integer({ min: -90, max: 90 }), (calendar, day, distance) => {
        const other = textOf(numberOf(day) + distance);
        let count = 0;
        const [from, to] = [Math.min(numberOf(day), numberOf(other)), Math.max(numberOf(day), numberOf(other))];
        for (let number = from + 1; number <= to; number += 1) if (worked(calendar, number)) count += 1;
        expect(workdaysBetween(calendar, day, other)).toBe(distance < 0 ? 0 - count : count);
        expect(workdaysBetween(calendar, day, addWorkdays(calendar, day, 7) ?? '')).toBe(7);
      }),
      { numRuns: 300 },
    );
  });
});

describe('work', () => {
  const until = (from: string, takes: string, calendar = norway): string =>
    new Date(workUntil(calendar, Date.parse(from), span(takes)) ?? 0).toISOString().slice(0, 16);

  test('that takes workdays has until the end of the last, the day it begins on being the first', () => {
    expect(until('2027-02-01T09:00:00Z', '2 workdays')).toBe('2027-02-02T16:00');
    expect(until('2027-02-01T15:59:00Z', '1 workday')).toBe('2027-02-01T16:00');
  });

  test('that could begin at the end of a day begins on the next working morning', () => {
    expect(until('2027-02-01T16:00:00Z', '1 workday')).toBe('2027-02-02T16:00');
    expect(until('2027-02-05T16:00:00Z', '1 workday')).toBe('2027-02-08T16:00');
    expect(until('2027-02-06T12:00:00Z', '3 hours')).toBe('2027-02-08T11:00');
  });

  test('of N steps of one workday in a chain needs N workdays', () => {
    let at = Date.parse('2027-02-01T08:00:00Z');
    for (let step = 0; step < 10; step += 1) at = workUntil(norway, at, span('1 workday')) ?? 0;
    expect(new Date(at).toISOString()).toBe('2027-02-12T16:00:00.000Z');
    expect(workdaysWithin(norway, Date.parse('2027-02-01T08:00:00Z'), at)).toBe(10);
  });

  test('that takes days or weeks ends at the same wall time, across a clock change too', () => {
    expect(until('2027-03-22T09:00:00Z', '1 week')).toBe('2027-03-30T07:00');
    expect(until('2027-04-05T09:00:00Z', '3 days')).toBe('2027-04-08T09:00');
    expect(until('2027-10-25T09:00:00Z', '1 week')).toBe('2027-11-01T10:00');
  });

  test('that takes hours has exactly those, and an end in the night moves to the next working morning', () => {
    expect(until('2027-02-01T09:00:00Z', '4 hours')).toBe('2027-02-01T13:00');
    expect(until('2027-02-01T15:00:00Z', '4 hours')).toBe('2027-02-02T08:00');
    expect(until('2027-02-05T15:00:00Z', '24 hours')).toBe('2027-02-08T08:00');
  });
});

test('the latest start is the last second at which work still ends in time', () => {
  const latest = (end: string, takes: string): string =>
    new Date(latestStart(norway, Date.parse(end), { kind: 'work', span: span(takes) }) ?? 0).toISOString();
  expect(latest('2027-02-02T16:00:00Z', '2 workdays')).toBe('2027-02-01T15:59:59.000Z');
  expect(latest('2027-02-02T15:59:59Z', '1 workday')).toBe('2027-02-01T15:59:59.000Z');
  expect(latest('2027-02-02T12:00:00Z', '2 hours')).toBe('2027-02-02T10:00:00.000Z');
  // Sixteen hours from the end of Monday are the morning of Tuesday, but at the end of Monday nobody begins.
  expect(latest('2027-02-02T08:00:00Z', '16 hours')).toBe('2027-02-01T15:59:59.000Z');
  expect(latest('2027-02-08T08:00:00Z', '63 hours')).toBe('2027-02-05T15:59:59.000Z');
});

test('a pause lasts at least what it says, at the same wall time', () => {
  const after = (from: string, length: string): string =>
    new Date(shiftBySpan(norway, Date.parse(from), span(length)) ?? 0).toISOString().slice(0, 16);
  expect(after('2027-02-01T15:30:00Z', '1 workday')).toBe('2027-02-02T15:30');
  expect(after('2027-02-06T12:00:00Z', '1 workday')).toBe('2027-02-08T12:00');
  expect(after('2027-02-05T15:30:00Z', '2 days')).toBe('2027-02-07T15:30');
  expect(after('2027-03-27T22:00:00Z', '4 hours')).toBe('2027-03-28T02:00');
});
