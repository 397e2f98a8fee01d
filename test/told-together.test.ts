/** Which reminders of a history are told in one line. */
import { expect, test } from 'vitest';
import { calendarFor } from '../functions/core/dates.ts';
import type { RunEvent } from '../functions/core/events.ts';
import { toldTogether } from '../functions/core/told-together.ts';
import { catalogueOf } from '../infra/sandbox/sandbox-functions.ts';
import { shippedLibrary } from './support/sandbox-journey.ts';

const calendar = calendarFor(catalogueOf(shippedLibrary()), 'default', '2027-03-01T08:00:00.000Z');

const reminder = (day: string, changes: object = {}): RunEvent =>
  ({
    type: 'reminder-sent',
    at: `${day}T08:00:00.000Z`,
    step: 'draft',
    round: 1,
    kind: 'overdue',
    generation: 0,
    to: ['ada'],
    ...changes,
  }) as RunEvent;
const told = (events: readonly RunEvent[]): string[] =>
  toldTogether(events, calendar).map(({ event, often }) =>
    often === undefined
      ? `${event.at.slice(5, 10)} ${event.type}`
      : `${event.at.slice(5, 10)} ${often.times} since ${often.since.slice(5, 10)}`,
  );

/** Tuesday to Friday, and the Monday after. */
const WEEK = ['2027-03-02', '2027-03-03', '2027-03-04', '2027-03-05', '2027-03-08'];

test('day after day, over days off, in one line where the last of them was', () => {
  expect(told(WEEK.map((day) => reminder(day)))).toEqual(['03-08 5 since 03-02']);
});

test('two are told by themselves, and a day without one begins anew', () => {
  expect(told(['2027-03-02', '2027-03-03'].map((day) => reminder(day)))).toEqual([
    '03-02 reminder-sent',
    '03-03 reminder-sent',
  ]);
  const days = ['2027-03-01', '2027-03-02', '2027-03-03', '2027-03-05', '2027-03-08', '2027-03-09'];
  expect(told(days.map((day) => reminder(day)))).toEqual(['03-03 3 since 03-01', '03-09 3 since 03-05']);
});

test('what happens in between is told in its place, and of two rows each is a line', () => {
  const tried = {
    type: 'call-repeated',
    at: '2027-03-04T12:00:00.000Z',
    step: 'send',
    round: 1,
    attempt: 1,
  } as RunEvent;
  const both = WEEK.flatMap((day) => [
    reminder(day),
    reminder(day, { step: 'images' }),
    ...(day === '2027-03-04' ? [tried] : []),
  ]);
  expect(told(both)).toEqual(['03-04 call-repeated', '03-08 5 since 03-02', '03-08 5 since 03-02']);
});

test.each([
  ['to somebody else', { to: ['kasia'] }],
  ['of another kind', { kind: 'escalation' }],
  ['about the next round', { round: 2 }],
  ['about another item', { item: 'Mail' }],
])('a reminder %s is not one of them', (_what, changes) => {
  const events = [...WEEK.slice(0, 4).map((day) => reminder(day)), reminder('2027-03-08', changes)];
  expect(told(events)).toEqual(['03-05 4 since 03-02', '03-08 reminder-sent']);
});
