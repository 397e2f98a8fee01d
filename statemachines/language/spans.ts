/**
 * The small languages within a workflow: lengths of time, due dates, frequencies, schedules.
 *
 * Promises: a text becomes a value, or the reason why not in the author's words. Hides: the grammars.
 */
import type { Frequency, Moment, Reference, Span } from './workflow.ts';

export type Parsed<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly problem: string; readonly value?: undefined };

const UNITS: { readonly [word: string]: Span['unit'] } = {
  h: 'hours',
  hour: 'hours',
  hours: 'hours',
  d: 'days',
  day: 'days',
  days: 'days',
  workday: 'workdays',
  workdays: 'workdays',
  w: 'weeks',
  week: 'weeks',
  weeks: 'weeks',
};

const unitOf = (word: string | undefined): Span['unit'] | undefined =>
  word !== undefined && Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;

/** `2 workdays`, `3 days`, `4h`, `1 week`. */
export const parseSpan = (text: string): Parsed<Span> => {
  const match = /^\s*(\d{1,5})\s*([a-z]+)\s*$/.exec(text);
  const unit = unitOf(match?.[2]);
  if (match === null || unit === undefined)
    return { problem: 'It needs a whole number and hours, days, workdays or weeks.' };
  return { value: { count: Number(match[1]), unit } };
};

/** Hours of work: `2h`, `1.5h`, `30m`, `2 hours`. */
export const parseEffort = (text: string): Parsed<number> => {
  const match = /^\s*(\d{1,4}(?:\.\d{1,2})?)\s*(h|hours?|m|min|minutes?)\s*$/.exec(text);
  if (match === null) return { problem: 'It needs a number and h or m.' };
  const amount = Number(match[1]);
  return { value: match[2]?.startsWith('h') ? amount : Math.round((amount / 60) * 100) / 100 };
};

/** `48h`, `2 days`: hours before a due instant. */
export const parseLead = (text: string): Parsed<number> => {
  const span = parseSpan(text);
  if (span.value === undefined) return span;
  const hours = { hours: 1, days: 24, weeks: 168, workdays: Number.NaN }[span.value.unit] * span.value.count;
  return Number.isFinite(hours)
    ? { value: hours }
    : { problem: 'Reminders before the due time are counted in hours or days.' };
};

/** `20 workdays`, also `20 workdays after due`. */
export const parseExpiry = (text: string): Parsed<Span> => parseSpan(text.trim().replace(/(?<!\s)\s+after\s+due$/, ''));

/** `[N hours|days|workdays|weeks before|after] REF [at HH:MM]` or `on REF [at HH:MM]`; the reference is still a bare name. */
export const parseMoment = (text: string): Parsed<Omit<Moment, 'reference'> & { readonly name: string }> => {
  const match = /^\s*(?:(\d{1,5})\s*([a-z]+)\s+(before|after)|(on))\s+([A-Za-z0-9_-]+)(?:\s+at\s+(\S+))?\s*$/.exec(
    text,
  );
  if (match === null) {
    const begins = /^\s*(?:\d{1,5}\s*[a-z]+\s+(before|after)|(on))\s/.exec(text);
    if (begins === null)
      return { problem: 'it does not begin with a length of time and `before` or `after`, or with `on`.' };
    return {
      problem: `behind \`${begins[1] ?? begins[2]}\` comes one name, of an input, a step or \`start\`, and nothing else but a time like \`at 09:00\`.`,
    };
  }
  const [, count, unitWord, direction, , name, time] = match;
  if (time !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
    return { problem: `\`${time}\` is no time of day; write it like \`09:00\`.` };
  const at = time === undefined ? {} : { time };
  if (direction === undefined) return { value: { direction: 'on', name: name as string, ...at } };
  const unit = unitOf(unitWord);
  if (unit === undefined) return { problem: `\`${unitWord}\` is no unit; there are hours, days, workdays and weeks.` };
  if (unit === 'hours' && time !== undefined) return { problem: 'hours and a time of day exclude each other.' };
  return {
    value: {
      direction: direction as 'before' | 'after',
      span: { count: Number(count), unit },
      name: name as string,
      ...at,
    },
  };
};

export const withReference = (
  { name: _, ...rest }: Omit<Moment, 'reference'> & { readonly name: string },
  reference: Reference,
): Moment => ({ ...rest, reference });

/** `52 per year`. */
export const parseFrequency = (text: string): Parsed<Frequency> => {
  const match = /^\s*(\d{1,6})\s+per\s+(day|week|month|quarter|year)\s*$/.exec(text);
  if (match === null || Number(match[1]) < 1) return { problem: 'It needs a number and a period.' };
  return { value: { count: Number(match[1]), per: match[2] as Frequency['per'] } };
};

const CRON_FIELDS = [
  { name: 'minute', from: 0, to: 59, words: [] as string[] },
  { name: 'hour', from: 0, to: 23, words: [] as string[] },
  { name: 'day of month', from: 1, to: 31, words: ['L', 'LW'] },
  {
    name: 'month',
    from: 1,
    to: 12,
    words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'day of week', from: 1, to: 7, words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'L'] },
  { name: 'year', from: 1970, to: 2199, words: [] as string[] },
];

/**
 * Six fields as EventBridge Scheduler takes them.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export const parseCron = (text: string): Parsed<string> => {
  const fields = text
    .trim()
    .replace(/^cron\((.*)\)$/, '$1')
    .trim()
    .split(/\s+/);
  if (fields.length !== 6)
    return { problem: `it has ${fields.length} field${fields.length === 1 ? '' : 's'}; there must be six.` };
  for (const [index, field] of fields.entries()) {
    const rule = CRON_FIELDS[index] as (typeof CRON_FIELDS)[number];
    if (!field.split(',').every((part) => cronPart(part, rule, index)))
      return { problem: `\`${field}\` is no ${rule.name}.` };
  }
  if ((fields[2] === '?') === (fields[4] === '?'))
    return { problem: 'exactly one of day of month and day of week must be `?`.' };
  return { value: fields.join(' ') };
};

const cronPart = (part: string, rule: (typeof CRON_FIELDS)[number], index: number): boolean => {
  if (part === '*') return true;
  if (part === '?') return index === 2 || index === 4;
  const inRange = (word: string): boolean =>
    rule.words.includes(word.toUpperCase()) ||
    (/^\d+$/.test(word) && Number(word) >= rule.from && Number(word) <= rule.to);
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (index === 2 && /^\d+W$/.test(range)) return inRange(range.slice(0, -1));
  if (index === 4 && /^[A-Z0-9]+#[1-5]$/i.test(range)) return inRange(range.split('#')[0] as string);
  if (index === 4 && /^[1-7]L$/.test(range)) return true;
  if (range === '*') return true;
  const ends = range.split('-');
  return ends.length <= 2 && ends.every(inRange);
};
