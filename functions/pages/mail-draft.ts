/** A mail whose text is written, and whose look is made only for those who look. */
import type { MailWriter } from '../core/mails.ts';
import type { Mail } from '../core/ports.ts';

export type MailDraft = {
  readonly subject: string;
  readonly text: string;
  readonly html: () => string;
  readonly invite?: () => Mail['invite'];
};

/** What is said of a kind of mail, as a draft. */
export type Drafting<K extends keyof MailWriter> = (...about: Parameters<MailWriter[K]>) => MailDraft;
