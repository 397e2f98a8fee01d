/**
 * The mails that we write, as the core asks for them. Who renders them (functions/pages) is given from outside.
 *
 * Promises: what a mail says is all in its arguments; the same arguments make the same mail.
 */
import type { Briefing, ShownDate } from './briefing.ts';
import type { Mail } from './ports.ts';

export type MailContent = Pick<Mail, 'subject' | 'text' | 'html' | 'invite'>;

/** One step that somebody is reminded of. */
export type Reminder = {
  readonly briefing: Briefing;
  readonly link: string;
  /** `escalation`: to the owner, that others have been told; to `backup` and `lead`, that it is late and whose it is. */
  readonly kind: 'before' | 'due' | 'overdue' | 'escalation';
  /** As whom they are told of it. */
  readonly as: 'owner' | 'approvers' | 'backup' | 'lead';
  /** Whose it is, where it is somebody else's. */
  readonly who: readonly string[];
};

/** Something that its reader should know of, and perhaps do something about. */
export type Notice = {
  readonly reader: string;
  readonly run?: { readonly title: string; readonly workflow: string; readonly url: string };
  /** A sentence: also the subject. */
  readonly headline: string;
  /** Paragraphs. */
  readonly lines: readonly string[];
  /** What was said by others: shown as quoted text. */
  readonly quotes?: readonly { readonly who: string; readonly at?: ShownDate; readonly text: string }[];
  readonly action?: { readonly label: string; readonly link: string };
};

export type MailWriter = {
  /** A step is theirs now: the first mail about this opening, or a new round, or it was given to them. */
  readonly step: (
    briefing: Briefing,
    link: string,
    why: 'opened' | 'reassigned' | 'due-moved' | 'new-link',
  ) => MailContent;
  /** At least one; several as one mail. */
  readonly reminders: (reader: { readonly name: string }, reminders: readonly Reminder[]) => MailContent;
  /** @param step what is answered with it; without one, they sign in. */
  readonly code: (
    reader: { readonly name: string },
    code: string,
    step?: { readonly title: string; readonly run: string },
  ) => MailContent;
  readonly signIn: (reader: { readonly name: string }, link: string) => MailContent;
  readonly notice: (notice: Notice) => MailContent;
  /** What an `email` step says. The body is Markdown from the author; values in it have been made harmless before. */
  readonly authored: (subject: string, body: string) => MailContent;
};
