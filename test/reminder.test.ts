import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ladder } from '../statemachines/language/workflow.ts';
import { nextMailTime, nextOverdue, planReminders, type ReminderRequest } from '../statemachines/plan/reminders.ts';
import { officeCalendar } from './support/plan-workflows.ts';

const calendar = officeCalendar({ '2027-05-17': 'Grunnlovsdagen' });
const ladder: Ladder = {
  before: [48, 24],
  at_due: true,
  overdue: 'every workday',
  escalate: { count: 1, unit: 'workdays' },
};
const plan = (due: string, over: Partial<ReminderRequest> = {}): string[] =>
  planReminders({ ladder, due, calendar, zone: 'Europe/Oslo', ...over }).map(
    ({ at, kind, hours_before, to }) => `${at} ${kind}${hours_before ?? ''} ${to.join('+')}`,
  );

describe('the reminders of a step', () => {
  test('come 48 and 24 hours before, at the due time, the morning after, and escalate after one working day', () => {
    expect(plan('2027-01-07T16:00:00Z', { escalate_to: { backup: 'Europe/Oslo', lead: 'Europe/Oslo' } })).toEqual([
      '2027-01-05T16:00:00Z before48 owner',
      '2027-01-06T16:00:00Z before24 owner',
      '2027-01-07T16:00:00Z due owner',
      '2027-01-08T08:00:00Z overdue owner',
      '2027-01-08T16:00:00Z escalation owner+backup+lead',
    ]);
  });

  test('that fall on days off come at the next 09:00, as one mail with the nearest rung', () => {
    expect(plan('2027-01-11T16:00:00Z').slice(0, 2)).toEqual([
      '2027-01-11T08:00:00Z before24 owner',
      '2027-01-11T16:00:00Z due owner',
    ]);
  });

  test('for which the next 09:00 would be too late come at the last one before', () => {
    expect(plan('2027-01-11T08:00:00Z').slice(0, 2)).toEqual([
      '2027-01-08T08:00:00Z before24 owner',
      '2027-01-11T08:00:00Z due owner',
    ]);
    expect(plan('2027-05-18T07:00:00Z').slice(0, 2)).toEqual([
      '2027-05-14T07:00:00Z before24 owner',
      '2027-05-18T07:00:00Z due owner',
    ]);
  });

  test('at a due time in the night come at the last acceptable time before it', () => {
    expect(plan('2027-01-07T21:00:00Z')).toContain('2027-01-07T17:00:00Z due owner');
    expect(plan('2027-01-11T05:00:00Z')).toContain('2027-01-08T17:00:00Z due owner');
  });

  test('keep to the day of the person, wherever the calendar is', () => {
    expect(plan('2027-01-07T16:00:00Z', { zone: 'Asia/Tokyo' })).toEqual([
      '2027-01-06T00:00:00Z before48 owner',
      '2027-01-07T00:00:00Z before24 owner',
      '2027-01-07T09:00:00Z due owner',
      '2027-01-08T00:00:00Z overdue owner',
      '2027-01-11T00:00:00Z escalation owner',
    ]);
  });

  test('tell backup and lead in the day of their own zones', () => {
    expect(plan('2027-01-07T16:00:00Z', { escalate_to: { lead: 'America/Los_Angeles' } }).slice(-2)).toEqual([
      '2027-01-08T16:00:00Z escalation owner',
      '2027-01-08T17:00:00Z escalation lead',
    ]);
  });

  test('do not come before the step opens, nor with the mail that opens it, nor before now', () => {
    expect(plan('2027-01-07T16:00:00Z', { opens: '2027-01-06T16:00:00Z' })[0]).toBe('2027-01-07T16:00:00Z due owner');
    expect(plan('2027-01-07T16:00:00Z', { now: '2027-01-07T16:00:01Z' })[0]).toBe('2027-01-08T08:00:00Z overdue owner');
  });

  test('of a step that opens overdue count from when it opened', () => {
    expect(plan('2027-01-07T16:00:00Z', { opens: '2027-01-12T08:00:00Z', now: '2027-01-11T08:00:00Z' })).toEqual([
      '2027-01-13T08:00:00Z escalation owner',
    ]);
  });

  test('are those that the ladder asks for', () => {
    const silent: Ladder = { before: [], at_due: false, overdue: 'never', escalate: 'never' };
    expect(plan('2027-01-07T16:00:00Z', { ladder: silent })).toEqual([]);
    expect(
      plan('2027-01-07T16:00:00Z', { ladder: { ...silent, escalate: { count: 3, unit: 'hours' } }, who: 'approvers' }),
    ).toEqual(['2027-01-08T08:00:00Z escalation approvers']);
  });

  test('are none on a calendar without working days', () => {
    expect(plan('2027-01-07T16:00:00Z', { calendar: officeCalendar({}, { workdays: [] }) })).toEqual([]);
  });
});

test('overdue mail comes at 09:00 of each working day', () => {
  const series = ['2027-05-13T15:00:00Z'];
  for (let mail = 0; mail < 3; mail += 1) series.push(nextOverdue(calendar, 'Europe/Oslo', series.at(-1) ?? '') ?? '');
  expect(series.slice(1)).toEqual(['2027-05-14T07:00:00Z', '2027-05-18T07:00:00Z', '2027-05-19T07:00:00Z']);
});

test('mail that may not go out now goes out at the next 09:00', () => {
  expect(nextMailTime(calendar, 'Europe/Oslo', '2027-01-07T17:00:00Z')).toBe('2027-01-07T17:00:00Z');
  expect(nextMailTime(calendar, 'Europe/Oslo', '2027-01-07T17:00:01Z')).toBe('2027-01-08T08:00:00Z');
  expect(nextMailTime(calendar, 'Europe/Oslo', '2027-01-07T03:00:00Z')).toBe('2027-01-07T08:00:00Z');
});

test('no reminder comes at night or on a day off, twice at one instant, after the due time if it is one before it, or out of order', {
  timeout: 60_000,
}, () => {
  const zones = [
    'Europe/Oslo',
    'Asia/Tokyo',
    'America/Los_Angeles',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ];
  const instants = fc
    .integer({ min: Date.UTC(2026, 0, 5), max: Date.UTC(2028, 11, 20) })
    .map((at) => Math.floor(at / 60_000) * 60_000);
  const local = (at: string, zone: string): { day: string; time: string } => {
    const [day = '', time = ''] = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    })
      .format(new Date(at))
      .split(' ');
    return { day, time };
  };
  fc.assert(
    fc.property(
      instants,
      fc.constantFrom(...zones),
      fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 4 }),
      fc.integer({ min: -200, max: 5 }),
      (due, zone, before, opened) => {
        const opens = due + opened * 3_600_000;
        const reminders = planReminders({
          ladder: { ...ladder, before },
          due: new Date(due).toISOString(),
          calendar,
          zone,
          opens: new Date(opens).toISOString(),
        });
        for (const { at, kind } of reminders) {
          const { day, time } = local(at, zone);
          expect(time >= '09:00:00' && time <= '18:00:00').toBe(true);
          expect([0, 6]).not.toContain(new Date(`${day}T00:00:00Z`).getUTCDay());
          expect(day).not.toBe('2027-05-17');
          expect(Date.parse(at)).toBeGreaterThan(opens);
          if (kind === 'before') expect(Date.parse(at)).toBeLessThan(due);
          if (kind === 'due') expect(Date.parse(at)).toBeLessThanOrEqual(due);
          if (kind === 'overdue' || kind === 'escalation') expect(Date.parse(at)).toBeGreaterThan(due);
        }
        const instantsOf = reminders.map(({ at }) => at);
        expect(instantsOf).toEqual([...new Set(instantsOf)].sort());
      },
    ),
    { numRuns: 300 },
  );
});
