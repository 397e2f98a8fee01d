/**
 * The port `Mailbox` on SES.
 *
 * Promises what the port promises. Each mail carries its id as the tag `mail`, and its lane, so that what SES tells of
 * it later (delivery, bounce, complaint) finds back to what owed it (ses-message.ts, `mailOf`).
 *
 * What counts as `refused` at once is an address that is none; that a mailbox is not there, or suppressed, SES tells by
 * an event, later. Everything else that it says no to is about us and not about the address (an identity that is not
 * verified, an account in the SES sandbox or paused, a configuration set that is missing): it is thrown as it is, so
 * the mail stays owed and the log cries until it is mended. SES has no idempotency, so the client should try once
 * only (`SENDS_ONCE`): who owes the mail knows whether to send it again. Hides: MIME, the SDK's errors.
 */
import { domainToASCII } from 'node:url';
import { type SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { Mailbox, Settings } from '../../core/ports.ts';
import { callsOf, PATIENCE } from './aws-call.ts';
import { messageOf, tagOf } from './ses-message.ts';

export type SesMailbox = {
  readonly client: SESClient;
  readonly sender: Settings['sender'];
  readonly configuration_set: string;
};

/** For the constructor of the client. */
export const SENDS_ONCE = { ...PATIENCE, maxAttempts: 1 } as const;

const orTryAgain = callsOf('SES');

export const sesMailbox = ({ client, sender, configuration_set }: SesMailbox): Mailbox => ({
  send: async (mail) => {
    const email = addressOf(mail.to.email);
    if (email === undefined) return NO_ADDRESS;
    const command = new SendRawEmailCommand({
      Source: sender.email,
      Destinations: [email],
      RawMessage: { Data: await messageOf({ ...mail, to: { ...mail.to, email } }, sender) },
      ConfigurationSetName: configuration_set,
      Tags: [
        { Name: 'mail', Value: tagOf(mail.id) },
        { Name: 'lane', Value: mail.lane },
      ],
    });
    try {
      await orTryAgain(client.send(command));
      return 'sent';
    } catch (error) {
      if (isBadValue(error)) return NO_ADDRESS;
      throw error;
    }
  },
});

const NO_ADDRESS = { refused: 'it is no mail address that mail can be sent to' } as const;

/** As SES takes it: in ASCII alone, which a domain can be written in, and the part before the @ cannot. */
const addressOf = (email: string): string | undefined => {
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, Math.max(0, at));
  const domain = domainToASCII(email.slice(at + 1));
  const fits = MAILBOX.test(mailbox) && DOMAIN.test(domain) && domain.length <= 253;
  return fits ? `${mailbox}@${domain}` : undefined;
};
const MAILBOX = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;

/** All other values are ours and checked before, so it is the address. The SDK has the code and no class for it. */
const isBadValue = (error: unknown): boolean =>
  error instanceof SESServiceException && error.name === 'InvalidParameterValue';
