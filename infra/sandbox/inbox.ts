/**
 * The port `Mailbox` as an inbox that can be looked into.
 *
 * Promises: a mail stands there once, however often it is sent. Where a real mailbox stands behind it, each mail is
 * handed on once, unless the process died while it was under way. Kept: `mail/NUMBER`, and
 * `mail-number/ID` to find it by.
 */
import type { Mail, Mailbox } from '../../functions/core/ports.ts';
import { inTurns } from './in-turns.ts';
import type { Store } from './store.ts';

export type Received = {
  readonly id: string;
  readonly lane: Mail['lane'];
  readonly to: string;
  readonly to_name?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sent: string;
  readonly thread?: string;
  readonly invite?: { readonly name: string; readonly text: string };
  /** Only where mail is really delivered. */
  readonly delivery?: 'under way' | 'delivered' | { readonly refused: string };
};
export type Inbox = {
  readonly mailbox: Mailbox;
  /** Newest last. */
  readonly list: (to?: string) => Promise<readonly Received[]>;
  readonly find: (id: string) => Promise<Received | undefined>;
  readonly resume: () => Promise<void>;
};

export function openInbox({
  store,
  now,
  deliver,
}: {
  readonly store: Store;
  readonly now: () => string;
  readonly deliver?: Mailbox;
}): Inbox {
  const numbers = new Map<string, number>();
  const inTurn = inTurns();
  const keyOf = (number: number): string => `mail/${String(number).padStart(10, '0')}`;
  const find = async (id: string): Promise<Received | undefined> => {
    const number = numbers.get(id);
    return number === undefined ? undefined : store.read<Received>(keyOf(number));
  };

  const put = async (received: Received): Promise<void> => {
    const number = numbers.get(received.id) ?? numbers.size + 1;
    numbers.set(received.id, number);
    await store.write([
      { key: keyOf(number), value: received },
      { key: `mail-number/${received.id}`, value: number },
    ]);
  };

  const send = async (mail: Mail): Promise<'sent' | { readonly refused: string }> => {
    const before = await find(mail.id);
    if (before !== undefined && (deliver === undefined || before.delivery === 'delivered')) return 'sent';
    if (typeof before?.delivery === 'object') return before.delivery;
    const received: Received = before ?? { ...receivedOf(mail), sent: now() };
    if (deliver === undefined) {
      await put(received);
      return 'sent';
    }
    await put({ ...received, delivery: 'under way' });
    const answer = await deliver.send(mail);
    await put({ ...received, delivery: answer === 'sent' ? 'delivered' : answer });
    return answer;
  };

  return {
    mailbox: { send: (mail) => inTurn(mail.id, () => send(mail)) },
    list: async (to) => {
      const mails = await store.list<Received>('mail/');
      const wanted = to?.toLowerCase();
      return mails.map(([, mail]) => mail).filter((mail) => wanted === undefined || mail.to.toLowerCase() === wanted);
    },
    find,
    resume: async () => {
      for (const [id, number] of await store.list<number>('mail-number/')) numbers.set(id, number);
    },
  };
}

const receivedOf = ({ id, lane, to, subject, text, html, thread, invite }: Mail): Omit<Received, 'sent'> => ({
  id,
  lane,
  to: to.email,
  ...(to.name === undefined ? {} : { to_name: to.name }),
  subject,
  text,
  html,
  ...(thread === undefined ? {} : { thread }),
  ...(invite === undefined ? {} : { invite }),
});
