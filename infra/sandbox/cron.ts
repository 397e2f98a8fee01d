/**
 * When a schedule of EventBridge Scheduler occurs: six fields, in a zone.
 *
 * Promises what AWS documents: days of the week from 1 = Sunday, `?`, `L`, `W`, `#`; a wall time that a change of the
 * clock leaves out is skipped, one that comes twice counts once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 * Hides: croner, which reckons in UTC here as if that were the wall, and what it writes otherwise.
 */
import { Cron } from 'croner';
import { wallAt, wallToInstant } from '../../statemachines/plan/wall-time.ts';

const LAST = [59, 23, 31, 12, 7, 2199] as const;
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The first occurrence after an instant, undefined when there is none any more. */
export const occurrences = (cron: string, zone: string): ((instant: string) => string | undefined) => {
  const fields = cron.trim().split(/\s+/).map(plainField);
  const reckoned = new Cron(`0 ${fields.join(' ')}`, { timezone: 'UTC', alternativeWeekdays: true, paused: true });
  return (instant) => {
    // Some hours back: the wall may show an hour twice.
    let wall = new Date(Date.parse(`${wallAt(Date.parse(instant), zone).slice(0, 16)}Z`) - 10_800_000);
    for (;;) {
      const next = reckoned.nextRun(wall);
      if (next === null) return undefined;
      wall = next;
      const text = next.toISOString().slice(0, 16);
      const at = new Date(wallToInstant(text, zone)).toISOString();
      const exists = wallAt(Date.parse(at), zone).slice(0, 16) === text;
      if (exists && at > instant) return at;
    }
  };
};

/** In numbers; `5/20` as `5-59/20`, `22-2` as `22-23,0-2`, `L` among the days of the week as Saturday. */
const plainField = (field: string, index: number): string =>
  field
    .toUpperCase()
    .split(',')
    .map((part) => plainPart(part, index))
    .join(',');

const plainPart = (part: string, index: number): string => {
  const numbers = part
    .replace(/[A-Z]{3}/g, (word) => {
      const place = index === 3 ? MONTHS.indexOf(word) : index === 4 ? WEEKDAYS.indexOf(word) : -1;
      return place < 0 ? word : String(place + 1);
    })
    .replace(/^L$/, index === 4 ? '7' : 'L');
  const [range = '', step] = numbers.split('/');
  const [from = '', to] = range.split('-');
  const last = LAST[index] as number;
  const first = index < 2 ? 0 : 1;
  if (step !== undefined && to === undefined && from !== '*') return `${from}-${last}/${step}`;
  if (to === undefined || Number(from) <= Number(to)) return numbers;
  const wrapped: number[] = [];
  const size = last - first + 1;
  const length = ((Number(to) - Number(from) + size) % size) + 1;
  for (let passed = 0; passed < length; passed += Number(step ?? 1))
    wrapped.push(((Number(from) - first + passed) % size) + first);
  return wrapped.sort((one, other) => one - other).join(',');
};
