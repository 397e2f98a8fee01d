/**
 * A mail as SES takes it: the message with all its parts, and the tag by which its events speak of it.
 *
 * Promises: `mailOf(tagOf(id))` is `id`, unless the id is too long for a tag. Hides: MIME, nodemailer.
 */
import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail, Settings } from '../../core/ports.ts';

/** SES gives each message an id and a date of its own. */
export const messageOf = (
  { to, subject, text, html, thread, invite }: Mail,
  sender: Settings['sender'],
): Promise<Buffer> =>
  new MailComposer({
    from: { name: sender.name, address: sender.email },
    to: { name: to.name ?? '', address: to.email },
    subject,
    text,
    html,
    ...(thread === undefined ? {} : { inReplyTo: `<${thread}>`, references: `<${thread}>` }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    ...(invite === undefined
      ? {}
      : {
          attachments: [{ filename: invite.name, content: invite.text, contentType: 'text/calendar; charset=utf-8' }],
        }),
    // What a mail holds is its text: nothing is fetched from files or from elsewhere for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/** Tags hold letters, digits, `-` and `_`: every other byte is `_` and its two hexadecimal digits. */
export const tagOf = (id: string): string => {
  const tag = [...Buffer.from(id, 'utf8')].map(signOf).join('');
  return tag.length <= LONGEST_TAG ? tag : `__${createHash('sha256').update(id).digest('hex')}`;
};

/** Undefined: no tag of ours, or of an id that was too long for one. */
export const mailOf = (tag: string): string | undefined => {
  if (!/^([A-Za-z0-9-]|_[0-9a-f]{2})*$/.test(tag)) return undefined;
  const bytes = [...tag.matchAll(/_(..)|(.)/g)].map(([, hex, sign]) =>
    hex === undefined ? (sign as string).charCodeAt(0) : Number.parseInt(hex, 16),
  );
  return Buffer.from(bytes).toString('utf8');
};

const LONGEST_TAG = 256;
const signOf = (byte: number): string => {
  const sign = String.fromCharCode(byte);
  return /[A-Za-z0-9-]/.test(sign) ? sign : `_${byte.toString(16).padStart(2, '0')}`;
};
