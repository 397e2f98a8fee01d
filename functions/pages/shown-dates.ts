/** Dates as mails and pages say them. Promises: no clock; only what the date itself says. */
import type { ShownDate } from '../core/briefing.ts';
import { WORDS } from '../words/words.ts';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
const formats = new Map<string, Intl.DateTimeFormat>();

/** `Fri 20 Nov`, in the reader's zone: sorts well on a phone. */
export const shortDay = ({ instant, zone, wall }: ShownDate): string => {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return wall;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-GB', { ...DAY, timeZone: zone });
  formats.set(zone, format);
  const parts = format.formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')}`;
};

/** `Fri 20 Nov, 17:00`: for tables. */
export const shortMoment = (date: ShownDate): string => {
  const time = /\d{1,2}:\d{2}/.exec(date.wall)?.[0];
  const day = shortDay(date);
  return time === undefined || day === date.wall ? day : `${day}, ${time}`;
};

/** `8 March`; of another year than this one it is clear from what stands around it. @param day `2027-03-08`. */
export const weekDay = (day: string): string => WEEK_DAY.format(new Date(`${day}T12:00:00Z`));
const WEEK_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** `Friday 2 April 2027`. */
export const wholeDay = (day: string): string => WHOLE_DAY.format(new Date(`${day}T12:00:00Z`)).replace(',', '');
const WHOLE_DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `2 working days` of `2 working days late`; undefined where it is not said so. */
export const lateness = (due: ShownDate | undefined): string | undefined =>
  / late$/.test(due?.distance ?? '') ? due?.distance.replace(/ late$/, '') : undefined;

/** `Friday 4 December 2026, 17:00 – in 9 working days`. */
export const wholeDate = ({ wall, distance }: ShownDate): string =>
  distance === '' ? wall : `${wall}${WORDS.separator}${distance}`;

export const names = (who: readonly string[]): string => (who.length === 0 ? WORDS.nobodyYet : who.join(', '));
