/**
 * Writes the mails: what people read first, and often all that they read.
 *
 * Promises: HTML and text say the same and each is whole; a step's mail has one link to us; a subject is one line of
 * at most 120 characters. Hides: the look (mail-html.ts, mail-text.ts) and the words (words.ts).
 */
import type { MailContent, MailWriter, Notice } from '../core/mails.ts';
import { WORDS } from '../words/words.ts';
import { headOf, sectionsOf, titleOf } from './briefing-sections.ts';
import { inviteFor } from './invite.ts';
import type { Drafting, MailDraft } from './mail-draft.ts';
import {
  authored,
  bigCode,
  button,
  dueLine,
  kicker,
  letterHtml,
  paragraph,
  quote,
  rule,
  sectionHtml,
  smallPrint,
  title,
} from './mail-html.ts';
import { letterText, linkText, paragraphs, quoteText, sectionText } from './mail-text.ts';
import { markdownText } from './markdown.ts';
import { markup } from './markup.ts';
import { writeReminders } from './reminder-mail.ts';
import { shortDay } from './shown-dates.ts';
import { cutText, oneLine, safeHref } from './shown-text.ts';
import { subjectOf } from './subject.ts';

/** Mail clients cut a mail at about 100 KB: what people wrote at length is cut before, and stands on the page. */
const MOST_SHOWN = 2_000;

export const mailWriter = (): MailWriter =>
  writing(({ subject, text, html, invite }) => {
    const file = invite?.();
    return { subject, html: html(), text, ...(file === undefined ? {} : { invite: file }) };
  });

/** The same mails as text alone, for whoever looks at no other part of them: `html` is empty, and there is no file. */
export const textMailWriter = (): MailWriter => writing(({ subject, text }) => ({ subject, html: '', text }));

const writing = (finished: (draft: MailDraft) => MailContent): MailWriter => ({
  step: (briefing, link, why) => finished(writeStep(briefing, link, why)),
  reminders: (reader, reminders) => finished(writeReminders(reader, reminders)),
  code: (reader, code, step) => finished(writeCode(reader, code, step)),
  signIn: (reader, link) => finished(writeSignIn(reader, link)),
  notice: (given) => finished(writeNotice(given)),
  authored: (subject, body) => finished(writeAuthored(subject, body)),
});

const writeStep: Drafting<'step'> = (briefing, link, why) => {
  const { run, step, due, reader } = briefing;
  const head = headOf(briefing);
  const told = why === 'new-link' ? WORDS.why[why] : (briefing.news ?? WORDS.why[why]);
  const sections = sectionsOf(briefing, MOST_SHOWN);
  const label = step.type === 'approval' ? WORDS.review : WORDS.open;
  const subject = subjectOf(
    [WORDS.whySubject[why], step.round > 1 ? WORDS.round(step.round) : undefined],
    titleOf(briefing),
    due === undefined ? undefined : WORDS.dueSubject(shortDay(due)),
    run.title,
  );
  const foot = [WORDS.linkIsYours, WORDS.sentBecause(oneLine(reader.role), oneLine(run.title))];
  return {
    subject,
    html: () =>
      letterHtml({
        subject,
        preheader: cutText([head.due, oneLine(run.purpose)].join('. '), 140),
        body: markup`${kicker(head.kicker)}${title(head.title)}${dueLine(head.due, head.zone, head.late)}${head.small.map(smallPrint)}${button(label, link)}${told !== undefined && paragraph(told)}${head.asked.map(paragraph)}${rule()}${sections.map(sectionHtml)}`,
        foot,
      }),
    text: letterText(
      head.title,
      [head.due, head.zone === undefined ? '' : ` (${head.zone})`].join(''),
      head.small.join('\n'),
      linkText(label, link),
      told,
      head.asked.join('\n'),
      ...sections.map(sectionText),
      head.kicker,
      foot.join('\n'),
    ),
    invite: () => inviteFor(briefing),
  };
};

const writeCode: Drafting<'code'> = (reader, code, step) => {
  // The code is not in the subject: subjects show on locked screens.
  const subject = subjectOf(
    [],
    step === undefined ? WORDS.code.signInSubject : WORDS.code.subject(oneLine(step.title)),
  );
  const lead = step === undefined ? WORDS.code.signInLead : WORDS.code.lead(oneLine(step.title), oneLine(step.run));
  const greeting = `${oneLine(reader.name)},`;
  const aloud = WORDS.code.aloud(`${code.slice(0, 3)} – ${code.slice(3)}`);
  return {
    subject,
    html: () =>
      letterHtml({
        subject,
        preheader: WORDS.code.minutes,
        body: markup`${title(WORDS.code.label)}${bigCode(code)}${smallPrint(aloud)}${paragraph(WORDS.code.minutes)}${paragraph(greeting)}${paragraph(lead)}${paragraph(WORDS.code.unasked)}`,
      }),
    text: letterText(`${WORDS.code.label}:\n${code}`, aloud, WORDS.code.minutes, greeting, lead, WORDS.code.unasked),
  };
};

const writeSignIn: Drafting<'signIn'> = (reader, link) => {
  const words = WORDS.signIn;
  const subject = subjectOf([], words.subject);
  const greeting = `${oneLine(reader.name)},`;
  return {
    subject,
    html: () =>
      letterHtml({
        subject,
        preheader: words.minutes,
        body: markup`${title(words.title)}${paragraph(greeting)}${paragraph(words.lead)}${button(words.button, link)}${smallPrint(words.minutes)}${paragraph(words.unasked)}`,
      }),
    text: letterText(words.title, greeting, words.lead, linkText(words.button, link), words.minutes, words.unasked),
  };
};

const writeNotice: Drafting<'notice'> = ({ reader, run, headline, lines, quotes = [], action }) => {
  const subject = subjectOf([], oneLine(headline), undefined, run?.title);
  const about = run === undefined ? undefined : [run.workflow, run.title].map(oneLine).join(WORDS.separator);
  const said = quotes.map(quoted);
  const way = action ?? (run === undefined ? undefined : { label: WORDS.see, link: run.url });
  const link = safeHref(way?.link) === undefined ? undefined : way;
  const greeting = `${oneLine(reader)},`;
  return {
    subject,
    html: () =>
      letterHtml({
        subject,
        preheader: cutText(oneLine(lines.join(' ')), 140),
        body: markup`${about !== undefined && kicker(about)}${title(oneLine(headline))}${paragraph(greeting)}${lines.map(paragraph)}${said.map(({ who, line, text }) => quote(who, line, text))}${link !== undefined && button(link.label, link.link)}`,
      }),
    text: letterText(
      oneLine(headline),
      greeting,
      ...lines,
      ...said.map(({ who, line, text }) => quoteText(who, line, text)),
      link !== undefined && linkText(oneLine(link.label), link.link),
      about,
    ),
  };
};

const quoted = ({ who, at, text }: NonNullable<Notice['quotes']>[number]) => ({
  who: oneLine(who),
  line: at?.wall ?? '',
  text: cutText(text, MOST_SHOWN),
});

const writeAuthored: Drafting<'authored'> = (subject, body) => {
  const line = subjectOf([], subject);
  return {
    subject: line,
    html: () =>
      letterHtml({ subject: line, preheader: cutText(oneLine(markdownText(body)), 140), body: authored(body) }),
    text: `${paragraphs(markdownText(body))}\n`,
  };
};
