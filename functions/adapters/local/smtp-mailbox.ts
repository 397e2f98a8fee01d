/**
 * The port `Mailbox` by SMTP, for a sandbox that delivers really.
 *
 * Promises: the message id follows from the mail's id, so that a mail that was sent twice is shown once by most
 * clients; mails of one thread refer to it. An address that the server refuses for good is `refused`; whatever may
 * pass is `TryAgain`. Hides: nodemailer.
 */
import { createTransport } from 'nodemailer';
import { TryAgain } from '../../core/history.ts';
import type { Mail, Mailbox } from '../../core/ports.ts';

const PATIENCE_MILLISECONDS = 20_000;

export type SmtpMailbox = Mailbox & { readonly close: () => void };

/** @param url `smtp://USER:PASSWORD@HOST:PORT`, or `smtps://`. */
export function smtpMailbox({
  url,
  sender,
}: {
  readonly url: string;
  readonly sender: { readonly name: string; readonly email: string };
}): SmtpMailbox {
  const transport = createTransport({
    url,
    connectionTimeout: PATIENCE_MILLISECONDS,
    greetingTimeout: PATIENCE_MILLISECONDS,
    socketTimeout: PATIENCE_MILLISECONDS,
    // What a mail holds is its text: nothing is fetched from files or from elsewhere for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
  const domain = sender.email.split('@')[1] ?? 'localhost';

  const messageOf = ({ id, to, subject, text, html, thread, invite }: Mail) => ({
    from: { name: sender.name, address: sender.email },
    to: { name: to.name ?? '', address: to.email },
    subject,
    text,
    html,
    messageId: `<${headerSafe(id)}@${domain}>`,
    ...(thread === undefined ? {} : { references: `<${thread}>`, inReplyTo: `<${thread}>` }),
    list: { id: { url: `runs.${domain}`, comment: sender.name } },
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    ...(invite === undefined
      ? {}
      : {
          attachments: [{ filename: invite.name, content: invite.text, contentType: 'text/calendar; charset=utf-8' }],
        }),
  });

  return {
    send: async (mail) => {
      try {
        await transport.sendMail(messageOf(mail));
        return 'sent';
      } catch (problem) {
        const { code, responseCode } = problem as { code?: unknown; responseCode?: unknown };
        // Only what is said of the recipient or the message is for good: a wrong password can be mended.
        const ofMail = code === 'EENVELOPE' || code === 'EMESSAGE';
        if (ofMail && typeof responseCode === 'number' && responseCode >= 500)
          return { refused: `the mail server refused it (${responseCode})` };
        throw new TryAgain('the mail server is busy or out of reach', { cause: problem });
      }
    },
    close: () => transport.close(),
  };
}

/** What a message id may hold; everything else by its code. */
const headerSafe = (id: string): string =>
  id.replace(/[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]/g, (sign) => `=${sign.codePointAt(0)?.toString(16)}`);
