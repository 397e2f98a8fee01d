/**
 * Due dates as a calendar: somebody's open steps to subscribe to (R15), or the steps of one run.
 *
 * Promises: the same entries as in mails (invite.ts), so that a calendar that has both shows each once; nothing in it
 * lets anybody answer.
 */
import ical, { ICalCalendarMethod } from 'ical-generator';
import { WORDS } from '../words/words.ts';
import { cutText, oneLine, safeHref } from './shown-text.ts';

export type DueEntry = {
  readonly run: string;
  readonly step: string;
  readonly round: number;
  readonly item?: string | undefined;
  readonly title: string;
  readonly run_title: string;
  /** UTC. */
  readonly due: string;
  /** Where the run is seen. */
  readonly url: string;
};

const HALF_AN_HOUR = 30 * 60_000;
const LONGEST = 200;

/** @param name of the calendar. @param now when it is told, UTC. */
export const calendarFeed = (name: string, entries: readonly DueEntry[], now: string): string => {
  const calendar = ical({
    name: oneLine(name),
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'runsheet', product: 'runsheet' },
    ttl: 60 * 60,
  });
  for (const { run, step, round, item, title, run_title, due, url } of entries) {
    const end = Date.parse(due);
    const href = safeHref(url);
    calendar.createEvent({
      id: entryId({ run, step, round, item }),
      stamp: new Date(now),
      start: new Date(end - HALF_AN_HOUR),
      end: new Date(end),
      summary: cutText(WORDS.invite.title(oneLine(title), oneLine(run_title)), LONGEST),
      ...(href === undefined ? {} : { url: href }),
    });
  }
  return `${calendar.toString()}\r\n`;
};

/** One entry for each opening of a step, wherever it is told. */
export const entryId = ({ run, step, round, item }: Pick<DueEntry, 'run' | 'step' | 'round' | 'item'>): string =>
  `${[run, step, String(round), item ?? ''].map(encodeURIComponent).join('.')}@runsheet`;
