/**
 * Tells the lead of a mail that came back, and settles what SES has. EventBridge calls it with what SES says of a mail.
 */
import { z } from 'zod';
import { mailOf } from './adapters/aws/ses-message.ts';
import type { Ports } from './core/ports.ts';
import { noteReturnedMail, settleMail } from './core/returned-mail.ts';
import { taskLambda } from './lambda/task-lambda.ts';

const recipients = z.array(z.object({ emailAddress: z.string(), diagnosticCode: z.string().optional() }));
/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
export const mailEvent = z.object({
  detail: z.object({
    eventType: z.string(),
    mail: z.object({
      destination: z.array(z.string()).default([]),
      tags: z.record(z.string(), z.array(z.string())).default({}),
    }),
    bounce: z.object({ bounceType: z.string(), bouncedRecipients: recipients }).optional(),
    complaint: z.object({ complainedRecipients: recipients }).optional(),
    reject: z.object({ reason: z.string().optional() }).optional(),
  }),
});

export const noteMailEvent =
  (ports: Ports) =>
  async ({ detail: { mail, bounce, complaint, reject } }: z.output<typeof mailEvent>): Promise<void> => {
    const id = mailOf(mail.tags.mail?.[0] ?? '');
    if (id === undefined || id === '') return;
    await settleMail(ports, id);
    const told = (addresses: readonly string[], reason: string) =>
      Promise.all(addresses.map((address) => noteReturnedMail(ports, { id, address, reason })));
    // Others than permanent ones SES tries again by itself.
    if (bounce?.bounceType === 'Permanent')
      for (const { emailAddress, diagnosticCode } of bounce.bouncedRecipients)
        await told(
          [emailAddress],
          `no mail can be delivered there${diagnosticCode ? ` (${diagnosticCode.slice(0, 300)})` : ''}`,
        );
    if (complaint !== undefined)
      await told(
        complaint.complainedRecipients.map(({ emailAddress }) => emailAddress),
        'it was called spam there, so nothing more is sent to it',
      );
    if (reject !== undefined) await told(mail.destination, 'the mail service took it for harmful');
  };

export const handler = taskLambda({ name: 'note-mail-event', schema: mailEvent, made: noteMailEvent });
