/** Mails that are really delivered, to a server of our own that keeps what it hears. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SmtpMailbox, smtpMailbox } from '../functions/adapters/local/smtp-mailbox.ts';
import type { Mail } from '../functions/core/ports.ts';
import { openInbox } from '../infra/sandbox/inbox.ts';
import { memoryStore } from '../infra/sandbox/store.ts';

const MAIL: Mail = {
  id: 'run-1/4/ada berg',
  lane: 'approval',
  to: { name: 'Ada Berg', email: 'ada@example.org' },
  subject: 'Review the draft – Grüße\r\nBcc: evil@example.org',
  text: 'Please look.',
  html: '<p>Please look.</p>',
  thread: 'run-1@runsheet.example',
  invite: { name: 'due.ics', text: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' },
};
const sender = { name: 'runsheet', email: 'runsheet@example.org' };
const received: string[] = [];
let answerTo: string;
let server: Server;
let mailbox: SmtpMailbox;

beforeEach(async () => {
  received.length = 0;
  answerTo = '250 ok';
  server = createServer(speak);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  mailbox = smtpMailbox({ url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, sender });
});
afterEach(() => {
  mailbox.close();
  server.close();
});

function speak(socket: Socket): void {
  let data: string | undefined;
  socket.write('220 here\r\n');
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    if (data !== undefined) {
      data += bytes.toString();
      if (!data.endsWith('\r\n.\r\n')) return;
      received.push(data);
      data = undefined;
      socket.write('250 taken\r\n');
      return;
    }
    for (const line of bytes.toString().split('\r\n')) {
      if (/^(EHLO|HELO|MAIL|RSET)/.test(line)) socket.write('250 ok\r\n');
      if (line.startsWith('RCPT')) socket.write(`${answerTo}\r\n`);
      if (line.startsWith('DATA')) {
        data = '';
        socket.write('354 go on\r\n');
      }
      if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
    }
  });
}

it('carries its id, its thread and the calendar entry, and nothing that was smuggled in', async () => {
  expect(await mailbox.send(MAIL)).toBe('sent');
  const [mail = ''] = received;
  expect(mail).toMatch(/^Message-ID: <run-1\/4\/ada=20berg@example\.org>\r$/m);
  expect(mail).toMatch(/^References: <run-1@runsheet\.example>\r$/m);
  expect(mail).toMatch(/^To: Ada Berg <ada@example\.org>\r$/m);
  expect(mail).toMatch(/^List-ID: /im);
  expect(mail).toMatch(/filename=due\.ics/);
  expect(mail).not.toMatch(/^Bcc:/im);
});

it('is refused for good by a server that does not know the address, and tried again when the server is busy', async () => {
  answerTo = '550 no such user';
  expect(await mailbox.send(MAIL)).toEqual({ refused: 'the mail server refused it (550)' });
  answerTo = '451 come again';
  await expect(mailbox.send(MAIL)).rejects.toMatchObject({ name: 'TryAgain' });
  mailbox.close();
  await new Promise((closed) => server.close(closed));
  await expect(mailbox.send(MAIL)).rejects.toMatchObject({ name: 'TryAgain' });
});

it('is delivered once, however often it is sent, and stands in the inbox once', async () => {
  const store = memoryStore();
  const now = () => '2027-01-04T08:00:00.000Z';
  const inbox = openInbox({ store, now, deliver: mailbox });
  answerTo = '451 come again';
  await expect(inbox.mailbox.send(MAIL)).rejects.toMatchObject({ name: 'TryAgain' });
  answerTo = '250 ok';
  expect(await Promise.all([inbox.mailbox.send(MAIL), inbox.mailbox.send(MAIL)])).toEqual(['sent', 'sent']);
  const again = openInbox({ store, now, deliver: mailbox });
  await again.resume();
  expect(await again.mailbox.send(MAIL)).toBe('sent');
  expect(received).toHaveLength(1);
  expect(await again.list()).toMatchObject([{ id: MAIL.id, delivery: 'delivered' }]);
});

it('that was refused stays refused', async () => {
  const inbox = openInbox({ store: memoryStore(), now: () => '2027-01-04T08:00:00.000Z', deliver: mailbox });
  answerTo = '550 no such user';
  expect(await inbox.mailbox.send(MAIL)).toEqual({ refused: 'the mail server refused it (550)' });
  answerTo = '250 ok';
  expect(await inbox.mailbox.send(MAIL)).toEqual({ refused: 'the mail server refused it (550)' });
  expect(received).toEqual([]);
});
