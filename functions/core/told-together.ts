/**
 * Which events of a history are told in one line: reminders that came again each working day.
 *
 * Promises: every event is told once, in the order of the last that its line tells of. Only reminders of one kind, to the
 * same people, about the same opening, on working days without a gap, are told together, and only where there are enough
 * of them for one line to be easier to read. The history itself, and its table, have each.
 */
import { workdaysBetween } from '../../statemachines/plan/calendar.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { type EventOf, openingKey, type RunEvent } from './events.ts';

export type Told = {
  /** The last of them. */
  readonly event: RunEvent;
  /** When the first of them was, and how many there are; missing where it is one. */
  readonly often?: { readonly since: string; readonly times: number };
};

const LEAST_TOGETHER = 3;

export const toldTogether = (events: readonly RunEvent[], calendar: Calendar): readonly Told[] => {
  const rows = rowsOf(events, calendar);
  return events.flatMap((event): Told[] => {
    const row = rows.get(event) ?? [event];
    const [first] = row;
    if (first === undefined || row.length < LEAST_TOGETHER) return [{ event }];
    return row.at(-1) === event ? [{ event, often: { since: first.at, times: row.length } }] : [];
  });
};

/** Of each reminder, those that follow one another day by day, with itself. */
const rowsOf = (events: readonly RunEvent[], calendar: Calendar): ReadonlyMap<RunEvent, readonly RunEvent[]> => {
  const rows = new Map<RunEvent, RunEvent[]>();
  const newest = new Map<string, RunEvent[]>();
  const dayOf = (instant: string): string => dayAt(millisOf(instant), calendar.zone);
  for (const event of events) {
    if (event.type !== 'reminder-sent') continue;
    const key = sameness(event);
    const row = newest.get(key);
    const last = row?.at(-1);
    const goesOn = last !== undefined && workdaysBetween(calendar, dayOf(last.at), dayOf(event.at)) === 1;
    const own = goesOn && row !== undefined ? row : [];
    own.push(event);
    newest.set(key, own);
    rows.set(event, own);
  }
  return rows;
};

const sameness = (event: EventOf<'reminder-sent'>): string =>
  JSON.stringify([openingKey(event), event.kind, event.to.toSorted()]);
