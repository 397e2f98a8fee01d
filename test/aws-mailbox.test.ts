/** Mails through SES: what is sent, and what each answer means. */
import {
  AccountSendingPausedException,
  ConfigurationSetDoesNotExistException,
  ConfigurationSetSendingPausedException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  SESClient,
  SESServiceException,
  SendRawEmailCommand,
} from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { SENDS_ONCE, sesMailbox } from '../functions/adapters/aws/ses-mailbox.ts';
import { mailOf, tagOf } from '../functions/adapters/aws/ses-message.ts';
import type { Mail } from '../functions/core/ports.ts';
import { expectSame, expectTryAgain, lasting, modelled, passing, unmodelled } from './support/aws-errors.ts';

const ses = mockClient(SESClient);
beforeEach(() => {
  ses.reset();
  ses.on(SendRawEmailCommand).resolves({ MessageId: 'm' });
});

const mailbox = sesMailbox({
  client: new SESClient({ ...SENDS_ONCE }),
  sender: { name: 'Rédaction', email: 'team@example.com' },
  configuration_set: 'runsheet',
});
const mail: Mail = {
  id: 'spring/7/mail-ana',
  lane: 'task',
  to: { name: 'Ana, Núñez', email: 'ana@example.com' },
  subject: 'Bitte prüfen: “Größe”',
  text: 'Hello Ana\n',
  html: '<p>Hello Ana</p>',
};

const inputs = () => ses.calls().map((call) => call.args[0].input);
type Sent = { readonly input: { readonly [name: string]: unknown }; readonly head: string; readonly whole: string };
const sent = (): Sent => {
  const { RawMessage, ...input } = inputs()[0] as { RawMessage: { Data: Uint8Array } };
  const whole = Buffer.from(RawMessage.Data).toString('utf8');
  // Lines that were folded stand as one.
  return { input, whole, head: whole.slice(0, whole.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ') };
};
const header = (name: string): string | undefined =>
  sent()
    .head.split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))
    ?.slice(name.length + 2);

describe('a mail', () => {
  test('goes to one address, with what finds it again', async () => {
    expect(await mailbox.send(mail)).toBe('sent');
    expect(sent().input).toEqual({
      Source: 'team@example.com',
      Destinations: ['ana@example.com'],
      ConfigurationSetName: 'runsheet',
      Tags: [
        { Name: 'mail', Value: 'spring_2f7_2fmail-ana' },
        { Name: 'lane', Value: 'task' },
      ],
    });
  });

  test('says from whom it is, to whom, and that nobody wrote it by hand', async () => {
    await mailbox.send(mail);
    expect(header('From')).toBe('=?UTF-8?Q?R=C3=A9daction?= <team@example.com>');
    expect(header('To')).toMatch(/^=\?UTF-8\?[QB]\?.+\?= <ana@example\.com>$/);
    expect(header('Subject')).toMatch(/^(=\?UTF-8\?[QB]\?[^? ]+\?= ?)+$/);
    expect(header('Auto-Submitted')).toBe('auto-generated');
    expect(header('X-Auto-Response-Suppress')).toBe('All');
    expect(header('Content-Type')).toMatch(/^multipart\/alternative; /);
    expect(sent().whole).toContain('Hello Ana');
    expect(sent().whole).toContain('<p>Hello Ana</p>');
    expect(header('References')).toBeUndefined();
    expect(header('Bcc')).toBeUndefined();
  });

  test('stands in the thread of its run', async () => {
    await mailbox.send({ ...mail, thread: 'run.spring@runsheet' });
    expect(header('In-Reply-To')).toBe('<run.spring@runsheet>');
    expect(header('References')).toBe('<run.spring@runsheet>');
  });

  test('brings its date for a calendar', async () => {
    await mailbox.send({ ...mail, invite: { name: 'due.ics', text: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' } });
    expect(header('Content-Type')).toMatch(/^multipart\/mixed; /);
    expect(sent().whole).toMatch(/Content-Type: text\/calendar; charset=utf-8; name=due\.ics/);
    expect(sent().whole).toMatch(/Content-Disposition: attachment; filename=due\.ics/);
  });

  test('cannot smuggle in a header or another reader', async () => {
    await mailbox.send({
      ...mail,
      to: { name: 'Ana>, <b@example.com\r\nBcc: c@example.com', email: 'ana@example.com' },
      subject: 'Hello\r\nBcc: d@example.com\r\n\r\nbody',
    });
    expect(sent().input.Destinations).toEqual(['ana@example.com']);
    expect(header('Bcc')).toBeUndefined();
  });

  test('reaches a domain with other letters', async () => {
    expect(await mailbox.send({ ...mail, to: { email: 'ana@größe.example' } })).toBe('sent');
    expect(sent().input.Destinations).toEqual(['ana@xn--gre-6ka8i.example']);
    expect(header('To')).toBe('ana@xn--gre-6ka8i.example');
  });
});

describe('an address is refused, and nothing is sent', () => {
  test.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@localhost',
    'ana@example..com',
    'a b@example.com',
    'ana@example.com, b@example.com',
    'ana@b@example.com',
    'änä@example.com',
    'ana@example.com\r\nBcc: b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a'.repeat(64)}.com`,
  ])('%j', async (email) => {
    expect(await mailbox.send({ ...mail, to: { email } })).toEqual({
      refused: 'it is no mail address that mail can be sent to',
    });
    expect(ses.calls()).toEqual([]);
  });

  test('or SES says so', async () => {
    ses.on(SendRawEmailCommand).rejects(unmodelled(SESServiceException, 'InvalidParameterValue'));
    expect(await mailbox.send(mail)).toEqual({ refused: 'it is no mail address that mail can be sent to' });
  });
});

describe('a mail stays owed', () => {
  test.each(passing(SESServiceException))('and is to be tried again: %s', async (_, error) => {
    ses.on(SendRawEmailCommand).rejects(error);
    await expectTryAgain(mailbox.send(mail), error);
  });

  test.each([
    ...lasting(SESServiceException),
    ['an identity that is not verified, or the SES sandbox', modelled(MessageRejected)],
    ['a domain that is not verified', modelled(MailFromDomainNotVerifiedException)],
    ['no configuration set', modelled(ConfigurationSetDoesNotExistException)],
    ['a configuration set that is paused', modelled(ConfigurationSetSendingPausedException)],
    ['an account that is paused', modelled(AccountSendingPausedException)],
  ] as const)('until we have mended what is ours: %s', async (_, error) => {
    ses.on(SendRawEmailCommand).rejects(error);
    await expectSame(mailbox.send(mail), error);
  });

  test('rather than being sent twice by the SDK', () => {
    expect(SENDS_ONCE.maxAttempts).toBe(1);
  });
});

describe('the tag of a mail', () => {
  test('is what SES takes, and leads back to the mail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (id) => {
        fc.pre(id.isWellFormed());
        const tag = tagOf(id);
        expect(tag).toMatch(/^[A-Za-z0-9_-]{0,256}$/);
        if (!tag.startsWith('__')) expect(mailOf(tag)).toBe(id);
      }),
    );
  });

  test('of an id that is too long is short, its own, and leads nowhere', () => {
    const tag = tagOf(`${'/'.repeat(200)}1`);
    expect(tag).toMatch(/^__[0-9a-f]{64}$/);
    expect(tag).not.toBe(tagOf(`${'/'.repeat(200)}2`));
    expect(mailOf(tag)).toBeUndefined();
  });

  test.each(['a/b', '_2', '_2F', 'a b'])('of somebody else leads nowhere: %j', (tag) => {
    expect(mailOf(tag)).toBeUndefined();
  });
});
