/**
 * Reminders: one mail, however many steps it is about.
 *
 * Promises: overdue ones come first; each says whose it is where it is somebody else's, how late it is, and has its one link.
 */
import type { Reminder } from '../core/mails.ts';
import { WORDS } from '../words/words.ts';
import { headOf, sectionsOf, titleOf } from './briefing-sections.ts';
import type { Drafting } from './mail-draft.ts';
import {
  button,
  dueLine,
  kicker,
  letterHtml,
  paragraph,
  rule,
  sectionHeading,
  sectionHtml,
  subtitle,
  title,
} from './mail-html.ts';
import { letterText, linkText, paragraphs, sectionText } from './mail-text.ts';
import { type Markup, markup } from './markup.ts';
import { lateness, names } from './shown-dates.ts';
import { cutText, oneLine } from './shown-text.ts';
import { subjectOf } from './subject.ts';

const GROUPS = ['overdue', 'due', 'before'] as const;
type Group = (typeof GROUPS)[number];

const groupOf = ({ kind }: Reminder): Group => (kind === 'escalation' ? 'overdue' : kind);

export const writeReminders: Drafting<'reminders'> = (reader, reminders) => {
  const groups = GROUPS.map((group) => ({ group, of: reminders.filter((one) => groupOf(one) === group) })).filter(
    ({ of }) => of.length > 0,
  );
  const [first] = reminders;
  const alone = reminders.length === 1 && first !== undefined;
  const late = reminders.filter((one) => groupOf(one) === 'overdue').length;
  const subject = alone
    ? subjectOf([], headlineOf(first), undefined, first.briefing.run.title)
    : subjectOf([], WORDS.reminder.several(reminders.length, late));
  const hello = alone
    ? WORDS.reminder.hello(oneLine(reader.name))
    : WORDS.reminder.helloMany(oneLine(reader.name), reminders.length);
  const heading = alone ? titleOf(first.briefing) : subject;
  return {
    subject,
    html: () =>
      letterHtml({
        subject,
        preheader: cutText(reminders.map((one) => oneLine(titleOf(one.briefing))).join(', '), 140),
        body: markup`${alone && kicker(headOf(first.briefing).kicker)}${title(heading)}${paragraph(hello)}${groups.map(
          ({ group, of }) =>
            markup`${!alone && markup`${rule()}${sectionHeading(WORDS.reminder.groups[group])}`}${of.map((one) => oneHtml(one, alone))}`,
        )}`,
        foot: [WORDS.linkIsYours],
      }),
    text: letterText(
      heading,
      hello,
      ...groups.flatMap(({ group, of }) => [
        alone ? undefined : WORDS.reminder.groups[group].toUpperCase(),
        ...of.map((one) => oneText(one, alone)),
      ]),
      WORDS.linkIsYours,
    ),
  };
};

const headlineOf = (reminder: Reminder): string => {
  const { briefing } = reminder;
  const name = titleOf(briefing);
  switch (groupOf(reminder)) {
    case 'overdue': {
      const by = lateness(briefing.due);
      return by === undefined ? WORDS.reminder.overdueNoDate(name) : WORDS.reminder.overdue(name, by);
    }
    case 'due':
      return WORDS.reminder.due(name);
    case 'before': {
      const when = briefing.due?.distance ?? '';
      return when === '' ? WORDS.reminder.beforeNoDate(name) : WORDS.reminder.before(name, when);
    }
  }
};

/** What is said about it besides its title and date. */
const linesOf = ({ kind, as, who, briefing }: Reminder): readonly string[] => {
  const by = lateness(briefing.due);
  return [
    who.length > 0 &&
      (by === undefined
        ? WORDS.reminder.whose(oneLine(names(who)))
        : WORDS.reminder.whoseLate(oneLine(names(who)), by)),
    kind === 'escalation' && as === 'backup' && WORDS.reminder.asBackup,
    kind === 'escalation' && as === 'lead' && WORDS.reminder.asLead,
    kind === 'escalation' && (as === 'owner' || as === 'approvers') && WORDS.reminder.ownerEscalated,
  ].filter((line) => line !== false);
};

const labelOf = ({ as, briefing }: Reminder): string =>
  as === 'backup' || as === 'lead' ? WORDS.see : briefing.step.type === 'approval' ? WORDS.review : WORDS.open;

/** As much of the briefing as jogs the memory; the rest is behind the link. */
const reminding = ({ briefing }: Reminder) =>
  sectionsOf(briefing).filter(({ key }) => key === 'done' || key === 'critical');

const oneHtml = (reminder: Reminder, alone: boolean): Markup => {
  const head = headOf(reminder.briefing);
  return markup`${!alone && markup`${subtitle(head.title)}${kicker(head.kicker)}`}${dueLine(head.due, head.zone, head.late)}${linesOf(reminder).map(paragraph)}${button(labelOf(reminder), reminder.link)}${reminding(reminder).map(sectionHtml)}`;
};

const oneText = (reminder: Reminder, alone: boolean): string => {
  const head = headOf(reminder.briefing);
  return paragraphs(
    alone ? head.kicker : `${head.title}\n${head.kicker}`,
    head.due,
    linesOf(reminder).join('\n'),
    linkText(labelOf(reminder), reminder.link),
    ...reminding(reminder).map(sectionText),
  );
};
