/**
 * Another link for somebody whose link opens nothing any more (L6).
 *
 * Promises: it goes to the recorded address of the person whom the old one was mailed to, and only while they owe
 * something there; at most three in ten minutes. Whoever asks learns nothing from it.
 */
import { z } from 'zod';
import { askedOf } from './ballots.ts';
import { brief } from './brief.ts';
import { openingKey } from './events.ts';
import { type FoundLink, issueLink } from './links.ts';
import { contactOf } from './people.ts';
import type { Ports } from './ports.ts';
import { readRun } from './read-run.ts';
import { changeRecord } from './records.ts';
import { latest, type Run, type StepOpening } from './run.ts';

const MOST = 3;
const WINDOW_MS = 600_000;
const asked = z.array(z.string());

export const mailNewLink = async (ports: Ports, { run: id, step, round, item, person }: FoundLink): Promise<void> => {
  const run = await readRun(ports, id);
  if (run?.opened === undefined || run.finished !== undefined) return;
  const opening = currentOf(run, { step, round, item }, person);
  const contact = contactOf(ports, run, person);
  if (opening === undefined || contact === undefined || !(await mayAsk(ports, `${id} ${step} ${person}`))) return;
  const link = await issueLink(ports, {
    run: id,
    step,
    round: opening.round,
    person,
    ...(item === undefined ? {} : { item }),
  });
  const briefing = await brief(ports, run, opening, person, ports.clock.now());
  await ports.mailbox.send({
    id: `new-link/${id}/${openingKey(opening)}/${person}/${ports.clock.now()}`,
    lane: 'task',
    to: { name: contact.name, email: contact.email },
    ...ports.mails.step(briefing, link, 'new-link'),
  });
};

/** The opening that they owe now: that of the link, or of a later round. */
const currentOf = (
  run: Run,
  at: { readonly step: string; readonly round: number; readonly item: string | undefined },
  person: string,
): StepOpening | undefined => {
  const newest = latest(run, at.step, at.item);
  return newest !== undefined && askedOf(run, newest).includes(person) ? newest : undefined;
};

const mayAsk = async ({ records, clock }: Pick<Ports, 'records' | 'clock'>, who: string): Promise<boolean> => {
  const outcome = await changeRecord(records, 'new-links', who, (kept) => {
    const now = clock.now();
    const before = (asked.safeParse(kept?.value).data ?? []).filter(
      (at) => Date.parse(now) - Date.parse(at) < WINDOW_MS,
    );
    if (before.length >= MOST) return { outcome: { may: false } };
    const expires = new Date(Date.parse(now) + WINDOW_MS).toISOString();
    return { outcome: { may: true }, value: [...before, now], keep: { expires } };
  });
  return outcome?.may === true;
};
