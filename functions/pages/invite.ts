/**
 * The due date as an entry for a calendar: the half hour that ends when the step is due.
 *
 * Promises: the same briefing makes the same file, byte for byte; a later date for the same opening replaces the entry; no
 * link that lets anybody answer is in it, for calendars are shared.
 */
import ical, { ICalCalendarMethod } from 'ical-generator';
import type { Briefing } from '../core/briefing.ts';
import type { Mail } from '../core/ports.ts';
import { WORDS } from '../words/words.ts';
import { titleOf } from './briefing-sections.ts';
import { entryId } from './calendar-feed.ts';
import { oneLine, safeHref } from './shown-text.ts';

const HALF_AN_HOUR = 30 * 60_000;

export const inviteFor = (briefing: Briefing): Mail['invite'] => {
  const { run, step, due } = briefing;
  const end = due === undefined ? Number.NaN : Date.parse(due.instant);
  if (due === undefined || Number.isNaN(end)) return undefined;
  const url = safeHref(run.url);
  const calendar = ical({ method: ICalCalendarMethod.PUBLISH, prodId: { company: 'runsheet', product: 'runsheet' } });
  calendar.createEvent({
    id: entryId({ run: run.id, step: step.id, round: step.round, item: step.item_key }),
    // As the briefing says, never the clock: a mail that is written again must be the same.
    stamp: new Date(Date.parse(briefing.written)),
    sequence: briefing.revision,
    start: new Date(end - HALF_AN_HOUR),
    end: new Date(end),
    summary: WORDS.invite.title(titleOf(briefing), oneLine(run.title)),
    description: [
      WORDS.invite.due(oneLine(due.wall)),
      ...(briefing.done_when === undefined ? [] : [`${WORDS.doneMeans}: ${oneLine(briefing.done_when)}`]),
      WORDS.invite.howTo,
    ].join('\n'),
    ...(url === undefined ? {} : { url }),
  });
  return { name: 'due.ics', text: `${calendar.toString()}\r\n` };
};
