import { describe, expect, test } from 'vitest';
import { momentAt } from '../statemachines/plan/moment.ts';
import { moment, officeCalendar } from './support/plan-workflows.ts';

const calendar = officeCalendar({ '2027-05-17': 'Grunnlovsdagen' });
const known = (over: { inputs?: Record<string, unknown>; start?: string; finished?: Record<string, string> } = {}) => ({
  inputs: over.inputs ?? { publish: '2027-01-29', launch: '2027-01-29T10:30' },
  start: over.start ?? '2027-01-04T09:15:00Z',
  finished: (step: string) => over.finished?.[step],
});
const wall = (text: string, over = {}, on = calendar): unknown => {
  const found = momentAt(moment(text, ['publish', 'launch']), known(over), on);
  return 'problem' in found ? found : found.wall;
};

describe('a due date', () => {
  test('is an instant with the wall time and zone that a person reads', () => {
    expect(momentAt(moment('25 days before publish'), known(), calendar)).toEqual({
      instant: '2027-01-04T16:00:00Z',
      wall: '2027-01-04T17:00',
      zone: 'Europe/Oslo',
    });
  });

  test('on a date alone is the end of its working day, or the time that at gives', () => {
    expect(wall('on publish')).toBe('2027-01-29T17:00');
    expect(wall('on publish at 09:00')).toBe('2027-01-29T09:00');
    expect(wall('2 days before publish at 09:30')).toBe('2027-01-27T09:30');
  });

  test('counts days and weeks by the calendar on the wall, and workdays by those of the calendar', () => {
    expect(wall('7 days before publish')).toBe('2027-01-22T17:00');
    expect(wall('2 weeks after publish')).toBe('2027-02-12T17:00');
    expect(wall('7 workdays before publish')).toBe('2027-01-20T17:00');
    expect(wall('1 workday after publish')).toBe('2027-02-01T17:00');
  });

  test('counts workdays from a day off as from any day', () => {
    const sunday = { inputs: { publish: '2027-01-31' } };
    expect(wall('1 workday before publish', sunday)).toBe('2027-01-29T17:00');
    expect(wall('1 workday after publish', sunday)).toBe('2027-02-01T17:00');
    expect(wall('2 workdays before publish', sunday)).toBe('2027-01-28T17:00');
  });

  test('on a day off moves to the working day before it for before and on, after it for after', () => {
    expect(wall('on publish', { inputs: { publish: '2027-05-17' } })).toBe('2027-05-14T17:00');
    expect(wall('5 days before publish')).toBe('2027-01-22T17:00');
    expect(wall('1 day after publish')).toBe('2027-02-01T17:00');
    expect(wall('3 days after publish at 08:00', { inputs: { publish: '2027-05-14' } })).toBe('2027-05-18T08:00');
  });

  test('on a datetime keeps its own time, and N days from it the same wall time', () => {
    expect(wall('on launch')).toBe('2027-01-29T10:30');
    expect(wall('7 days before launch')).toBe('2027-01-22T10:30');
    expect(wall('1 workday after launch')).toBe('2027-02-01T10:30');
    expect(wall('on launch at 08:00')).toBe('2027-01-29T08:00');
    expect(wall('1 week before launch', { inputs: { launch: '2027-04-01T10:30' } })).toBe('2027-03-25T10:30');
    expect(wall('on launch', { inputs: { launch: '2027-01-30T10:30' } })).toBe('2027-01-29T10:30');
  });

  test('from a datetime with an offset is in the zone of the calendar', () => {
    expect(wall('on launch', { inputs: { launch: '2027-01-28T23:30:00-05:00' } })).toBe('2027-01-29T05:30');
    expect(wall('1 day before launch', { inputs: { launch: '2027-01-29T09:00:00Z' } })).toBe('2027-01-28T10:00');
  });

  test('in hours is exact, from the end of the working day for a date alone', () => {
    expect(wall('2 hours before publish')).toBe('2027-01-29T15:00');
    expect(wall('36 hours before launch')).toBe('2027-01-27T22:30');
    expect(wall('3 hours after start')).toBe('2027-01-04T13:15');
  });

  test('in hours over a clock change is exact elapsed time', () => {
    const everyDay = officeCalendar({}, { workdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] });
    expect(wall('12 hours after launch', { inputs: { launch: '2027-03-27T20:00' } }, everyDay)).toBe(
      '2027-03-28T09:00',
    );
  });

  test('in hours that falls on a day off becomes the end of the working day that it moves to', () => {
    expect(wall('24 hours before launch', { inputs: { launch: '2027-02-01T08:00' } })).toBe('2027-01-29T17:00');
    expect(wall('24 hours after launch')).toBe('2027-02-01T17:00');
    expect(wall('24 hours after launch at 11:00')).toBe('2027-02-01T11:00');
  });

  test('from the start or a finished step ends with its working day', () => {
    expect(wall('on start')).toBe('2027-01-04T17:00');
    expect(wall('2 workdays after start')).toBe('2027-01-06T17:00');
    expect(wall('2 workdays after start at 10:00')).toBe('2027-01-06T10:00');
    expect(wall('2 days after draft', { finished: { draft: '2027-01-08T12:00:00Z' } })).toBe('2027-01-11T17:00');
  });

  test('on the start is never before the start', () => {
    expect(wall('on start', { start: '2027-01-09T10:00:00Z' })).toBe('2027-01-11T17:00');
    expect(wall('on start', { start: '2027-01-04T19:00:00Z' })).toBe('2027-01-05T17:00');
    expect(wall('on start at 09:00', { start: '2027-01-04T19:00:00Z' })).toBe('2027-01-05T09:00');
  });

  test('that its own day skips is kept where it moves to another day', () => {
    const sundays = officeCalendar({}, { workdays: ['sun'] });
    expect(wall('on launch', { inputs: { launch: '2027-03-28T02:30' } })).toBe('2027-03-26T02:30');
    expect(wall('1 day before launch', { inputs: { launch: '2027-03-29T02:30' } }, sundays)).toBe('2027-03-28T03:00');
  });

  test('that a clock change skips is the first valid instant after it', () => {
    const everyDay = officeCalendar({}, { workdays: ['sun'] });
    expect(wall('on publish at 02:30', { inputs: { publish: '2027-03-28' } }, everyDay)).toBe('2027-03-28T03:00');
  });

  test('without what it hangs on says what is missing', () => {
    expect(wall('on publish', { inputs: {} })).toEqual({ problem: 'missing-input', input: 'publish' });
    for (const publish of ['2027-02-29', 'soon', '2027-1-2', 20270129, '2027-01-29T25:00']) {
      expect(wall('on publish', { inputs: { publish } })).toEqual({ problem: 'invalid-input', input: 'publish' });
    }
    expect(wall('on draft')).toEqual({ problem: 'unfinished-step', step: 'draft' });
  });

  test('that no calendar day reaches says so', () => {
    expect(wall('on publish', {}, officeCalendar({}, { workdays: [] }))).toEqual({ problem: 'unreachable' });
    expect(wall('900000 days before publish')).toEqual({ problem: 'unreachable' });
    expect(wall('900000 workdays before publish')).toEqual({ problem: 'unreachable' });
    expect(wall('999999999 hours after publish')).toEqual({ problem: 'unreachable' });
  });
});
