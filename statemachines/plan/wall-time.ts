/**
 * Wall times and instants, and the one rule that turns the first into the second.
 *
 * Promises: a wall time that a clock change skips becomes the first valid instant after the gap; one
 * that comes twice becomes the first of the two. True in every zone, also where midnight does not
 * exist, the clock moves by thirty minutes, or a whole day was left out.
 * Hides: Temporal. Outside this folder an instant is a text in UTC (`2027-01-04T16:00:00Z`), a day is
 * `2027-01-04` and a wall time `2027-01-04T17:00`; inside it an instant is also a number of milliseconds,
 * because a plan compares thousands of them.
 */
import { Temporal } from 'temporal-polyfill';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

/** A plain date, `2027-01-04`. */
export type Day = string;

/** A wall time of a day, `17:00`. `24:00` is the end of the day. */
export type ClockTime = string;

/** A due time as it is stored: the instant, and the wall time and zone that a person reads. */
export type DueInstant = {
  /** UTC, to the second: `2027-01-04T16:00:00Z`. */
  readonly instant: string;
  /** `2027-01-04T17:00` in `zone`. */
  readonly wall: string;
  /** An IANA zone, `Europe/Oslo`. */
  readonly zone: string;
};

/** An instant as text in UTC, to the second (what is below a second is cut off). */
export const instantText = (at: Millis): string =>
  hasFourDigitYear(at)
    ? `${isoOf(at).slice(0, 19)}Z`
    : Temporal.Instant.fromEpochMilliseconds(at).toString({ smallestUnit: 'second' });

/** The milliseconds of an instant text, with `Z` or an offset. Throws RangeError if it is none. */
export const millisOf = (instant: string): Millis => {
  let at = millis.get(instant);
  if (at === undefined) {
    at = plainUtc(instant) ?? Temporal.Instant.from(instant).epochMilliseconds;
    if (millis.size > MOST_REMEMBERED) millis.clear();
    millis.set(instant, at);
  }
  return at;
};
const millis = new Map<string, Millis>();

/** Nearly all instants are written so; Date rolls the 30th of February over into March, which Temporal refuses. */
const plainUtc = (instant: string): Millis | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(instant)) return undefined;
  const at = Date.parse(instant);
  return !Number.isNaN(at) && isoOf(at).startsWith(instant.slice(0, 19)) ? at : undefined;
};

/** Is this a zone that plans can be made in? An IANA name such as `Europe/Oslo`, or `UTC`. */
export const isKnownZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/**
 * In UTC a day has 24 hours and a wall time is its instant, so that plain arithmetic does. The checker plans
 * sample runs by the hundred there (timing-samples.ts), and Temporal takes microseconds for each step.
 */
const isUtc = (zone: string): boolean => zone === 'UTC';
const isoOf = (at: Millis): string => {
  const day = Math.floor(at / DAY_MS);
  return `${dayText(day)}${timeText(at - day * DAY_MS)}`;
};
const DAY_MS = 86_400_000;

/** Days and times that were written before; a plan writes the same few again and again. */
const dayTexts = new Map<number, Day>();
const timeTexts = new Map<number, string>();
const MOST_REMEMBERED = 100_000;
const dayText = (day: number): Day => {
  let text = dayTexts.get(day);
  if (text === undefined) {
    if (dayTexts.size > MOST_REMEMBERED) dayTexts.clear();
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    dayTexts.set(day, text);
  }
  return text;
};
const timeText = (millis: number): string => {
  let text = timeTexts.get(millis);
  if (text === undefined) {
    if (timeTexts.size > MOST_REMEMBERED) timeTexts.clear();
    text = new Date(millis).toISOString().slice(10);
    timeTexts.set(millis, text);
  }
  return text;
};

/** Midnight in UTC of days that were read before. */
const midnights = new Map<Day, Millis>();
const utcMidnight = (day: Day): Millis | undefined => {
  let at = midnights.get(day);
  if (at === undefined) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
    at = Date.parse(`${day}T00:00:00Z`);
    // Date rolls the 30th of February over into March; Temporal refuses it, and so must this.
    if (Number.isNaN(at) || dayText(at / DAY_MS) !== day) return undefined;
    if (midnights.size > MOST_REMEMBERED) midnights.clear();
    midnights.set(day, at);
  }
  return at;
};
const hasFourDigitYear = (at: Millis): boolean => at >= -62_135_596_800_000 && at < 253_402_300_800_000;

/** What clocks show, to the second; asked for the same few instants again and again. */
type DayAndTime = { readonly day: Day; readonly time: ClockTime };
const walls = new Map<string, Map<Millis, DayAndTime>>();
const wallOf = (at: Millis, zone: string): DayAndTime => {
  let known = walls.get(zone);
  if (known === undefined) {
    known = new Map();
    walls.set(zone, known);
  }
  let wall = known.get(at);
  if (wall === undefined) {
    if (known.size > MOST_REMEMBERED) known.clear();
    const [day = '', time = ''] = Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'second' })
      .split('T');
    wall = { day, time };
    known.set(at, wall);
  }
  return wall;
};

/** The day that it is in `zone` at that instant. */
export const dayAt = (at: Millis, zone: string): Day => dayAndTimeAt(at, zone).day;

/** What clocks show in `zone`, to the minute: `2027-01-04T17:00`. */
export const wallAt = (at: Millis, zone: string): string => wallText(wallOf(at, zone));
const wallText = ({ day, time }: DayAndTime): string => `${day}T${time.slice(0, -3)}`;

/** Day and time of day in `zone`, to the second: what has to stay when only the day is moved. */
export const dayAndTimeAt = (at: Millis, zone: string): DayAndTime =>
  isUtc(zone) && hasFourDigitYear(at)
    ? { day: isoOf(at).slice(0, 10), time: isoOf(at).slice(11, 19) }
    : wallOf(at, zone);

/** The due time at an instant, as people in `zone` read it. */
export const dueAt = (at: Millis, zone: string): DueInstant => ({
  instant: instantText(at),
  wall: wallAt(at, zone),
  zone,
});

/**
 * The instant at which clocks in `zone` show this wall time. Throws RangeError if `wall` is no wall time
 * or the zone is unknown.
 */
export const wallToMillis = (wall: string, zone: string): Millis => {
  const midnight = isUtc(zone) ? utcMidnight(wall.slice(0, 10)) : undefined;
  const time = midnight === undefined ? null : PLAIN_TIME.exec(wall.slice(10));
  if (midnight !== undefined && time !== null) {
    return midnight + Number(time[1]) * 3_600_000 + Number(time[2]) * 60_000 + Number(time[3] ?? 0) * 1_000;
  }
  const known = instants.get(zone) ?? new Map<string, Millis>();
  instants.set(zone, known);
  let at = known.get(wall);
  if (at === undefined) {
    if (known.size > MOST_REMEMBERED) known.clear();
    at = zonedToMillis(wall, zone);
    known.set(wall, at);
  }
  return at;
};
const instants = new Map<string, Map<string, Millis>>();

const zonedToMillis = (wall: string, zone: string): Millis => {
  const plain = Temporal.PlainDateTime.from(wall);
  // 'earlier' is the first of two; in a gap it is an instant before the gap that shows another time.
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(plain)) return earlier.epochMilliseconds;
  // Temporal's own 'compatible' would move 02:30 to 03:30; here the gap's end itself, 03:00, is meant.
  const gapEnd = earlier.getTimeZoneTransition('next');
  return (gapEnd ?? plain.toZonedDateTime(zone, { disambiguation: 'later' })).epochMilliseconds;
};

const PLAIN_TIME = /^T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** As `wallToMillis`, from text to text: `2027-01-04T17:00` in `Europe/Oslo` is `2027-01-04T16:00:00Z`. */
export const wallToInstant = (wall: string, zone: string): string => instantText(wallToMillis(wall, zone));

/** The instant at which it is `time` on `day` in `zone`; the rule for clock changes applies. */
export const millisAt = (day: Day, time: ClockTime, zone: string): Millis =>
  time === '24:00' ? wallToMillis(`${nextDay(day)}T00:00`, zone) : wallToMillis(`${day}T${time}`, zone);

/** The day so many calendar days later; earlier, if negative. Throws RangeError if `day` is none. */
export const dayLater = (day: Day, days: number): Day => {
  const at = midnightOf(day) + days * DAY_MS;
  return hasFourDigitYear(at) ? dayText(at / DAY_MS) : Temporal.PlainDate.from(day).add({ days }).toString();
};
const midnightOf = (day: Day): Millis => utcMidnight(day) ?? wallToMillis(`${day}T00:00`, 'UTC');

/** Calendar days from one day to another; negative when `to` is the earlier. */
export const daysBetween = (from: Day, to: Day): number => (midnightOf(to) - midnightOf(from)) / DAY_MS;

/** 0 is Monday. */
export const weekdayOf = (day: Day): number => (((midnightOf(day) / DAY_MS + 3) % 7) + 7) % 7;

const nextDay = (day: Day): Day => dayLater(day, 1);
