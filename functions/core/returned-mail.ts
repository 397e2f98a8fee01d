/**
 * What the mail service tells of mails that it was given: that it has them, and that some came back after they had been
 * sent, from a mailbox that is not there, or from somebody who calls them spam.
 *
 * Promises: what the service has is not sent again, even where whoever sent it was gone before it could say so. The step
 * that the mail was about is flagged and the lead told, once for each person and opening, now and not when it is due.
 * What was about no step is logged. May be told again.
 */
import { z } from 'zod';
import { openingKey, openingOf } from './events.ts';
import { owedMailOf } from './mail-id.ts';
import { contactOf } from './people.ts';
import type { Ports } from './ports.ts';
import { eventsOf } from './read-run.ts';
import { record } from './record.ts';
import { foldRun, type Run } from './run.ts';
import { noteUnreached } from './unreached.ts';

export type ReturnedMail = {
  /** Of the mail, as the mailbox was given it: `RUN/NUMBER/OWED`. */
  readonly id: string;
  /** The address that it came back from. */
  readonly address: string;
  /** For people. */
  readonly reason: string;
};

const about = z.object({ step: z.string(), round: z.int(), item: z.string().optional() });

/** @param id of the mail, as above. Told of one that is settled already, it changes nothing. */
export const settleMail = async ({ history }: Pick<Ports, 'history'>, id: string): Promise<void> => {
  const mail = owedMailOf(id);
  if (mail !== undefined) await history.settle(mail.run, mail.number, mail.owed);
};

export const noteReturnedMail = async (ports: Ports, { id, address, reason }: ReturnedMail): Promise<void> => {
  const owed = owedMailOf(id);
  const events = owed === undefined ? [] : eventsOf(await ports.history.read(owed.run));
  const run = owed === undefined ? undefined : foldRun(owed.run, events);
  const cause = about.safeParse(events[(owed?.number ?? 0) - 1]);
  const person = run?.opened === undefined ? undefined : personOf(ports, run, address);
  if (
    run?.opened === undefined ||
    !cause.success ||
    person === undefined ||
    !run.openings.has(openingKey(cause.data))
  ) {
    ports.log.warn('a mail came back that is about no step', { run: run?.id });
    return;
  }
  const opening = openingOf(cause.data);
  ports.log.warn('a mail came back', { run: run.id, step: opening.step });
  await noteUnreached({ ports, record }, run, opening, person, { what: 'returned', reason, open: false });
};

const personOf = (ports: Ports, run: Run, address: string): string | undefined => {
  const wanted = address.toLowerCase();
  return Object.keys(run.kept.people).find((one) => contactOf(ports, run, one)?.email.toLowerCase() === wanted);
};
