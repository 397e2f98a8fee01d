/** What SES tells of a mail, as AWS documents it: the emulator tells nothing of its mails (README.md). */

/** @param mail our id of it. */
export const bounced = (mail: string, to: string) => ({
  source: 'aws.ses',
  'detail-type': 'Email Bounced',
  detail: {
    eventType: 'Bounce',
    mail: { destination: [to], tags: { mail: [tagOf(mail)], lane: ['task'] } },
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: to, action: 'failed', diagnosticCode: '550 no such mailbox' }],
    },
  },
});

/** As functions/adapters/aws/ses-message.ts writes it, and SES gives it back. */
const tagOf = (id: string): string =>
  id.replaceAll(/[^A-Za-z0-9-]/g, (sign) => `_${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
