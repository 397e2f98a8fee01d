/**
 * Reminders of one person that fall together, as one mail (language.md, Reminders).
 *
 * Promises: what is gathered is mailed once, a moment later, also when it is gathered again; what has been answered by
 * then is left out, and when nothing is left, nothing is sent.
 * Hides: what has been mailed stays for two days, where it is listed no more, so that it is known again.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { nextMailTime } from '../../statemachines/plan/reminders.ts';
import { owersOf } from './ballots.ts';
import { brief, calendarOf } from './brief.ts';
import { withMillis } from './dates.ts';
import { openingKey, WHOLE_RUN } from './events.ts';
import type { Json, Owed } from './history.ts';
import { issueLink } from './links.ts';
import type { Reminder } from './mails.ts';
import { contactOf, nameOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import { readRun } from './read-run.ts';

const gathered = z.object({
  run: z.string(),
  step: z.string(),
  round: z.int(),
  item: z.string().optional(),
  kind: z.enum(['before', 'due', 'overdue', 'escalation']),
  as: z.enum(['owner', 'approvers', 'backup', 'lead']),
  /** When it was gathered, UTC. */
  at: z.string(),
});
type Gathered = z.output<typeof gathered>;

const KIND = 'gathered';
/** In place of what has been mailed. */
const MAILED = 'mailed';
const groupOf = (person: string): string => `gathered:${person}`;

const DAYS_KNOWN = 2;

/** Puts one reminder with the others of its reader, and has them mailed in a moment. @param number of its event. */
export const gather = async (ports: Ports, run: string, number: number, owed: Owed): Promise<void> => {
  const person = String(owed.person);
  const now = ports.clock.now();
  const { step, round, item, reminder, as } = owed;
  const value = { run, step, round, kind: reminder, as, at: now, ...(item === undefined ? {} : { item }) } as Json;
  const isNew = await ports.records.write(KIND, `${person} ${run} ${number}`, value, {
    group: groupOf(person),
    sort: now,
    version: 0,
  });
  const kept = isNew ? undefined : await ports.records.read(KIND, `${person} ${run} ${number}`);
  if (kept?.value === MAILED) return;
  await setGathered(ports, person, new Date(Date.parse(now) + ports.settings.gather_seconds * 1_000).toISOString());
};

const setGathered = (ports: Ports, person: string, at: string): Promise<void> =>
  ports.alarms.set({
    name: `gathered-${hash('sha256', person, 'base64url').slice(0, 32)}`,
    at,
    call: { kind: 'gathered', person },
  });

/** A reminder that was planned for the last minute of the day may come a little later. */
const LATE_MS = 15 * 60_000;

/** What an outage has held up does not come at night. */
const fitTime = ({ settings }: Ports, calendar: Calendar, zone: string, now: string): string => {
  const planned = new Date(Date.parse(now) - LATE_MS - settings.gather_seconds * 1_000).toISOString();
  const fit = nextMailTime(calendar, zone, planned);
  return fit === undefined || fit <= now ? now : withMillis(fit);
};

/** Mails what has been gathered for somebody. May be called again: what has been mailed is gathered no more. */
export const mailGathered = async (ports: Ports, person: string): Promise<void> => {
  for (;;) {
    const { records, next } = await ports.records.list(groupOf(person));
    if (records.length > 0) await mailThese(ports, person, records);
    if (next === undefined) return;
  }
};

const mailThese = async (
  ports: Ports,
  person: string,
  records: readonly { readonly key: string; readonly value: Json }[],
): Promise<void> => {
  const entries = records.map(({ value }) => gathered.parse(value));
  // Of one step the latest is enough.
  const latest = new Map(entries.map((entry) => [`${entry.run} ${openingKey(entry)}`, entry]));
  const found = (await Promise.all([...latest.values()].map((entry) => reminderOf(ports, person, entry)))).filter(
    (reminder) => reminder !== undefined,
  );
  const [first] = found;
  const now = ports.clock.now();
  if (first !== undefined) {
    const fit = fitTime(ports, first.calendar, first.contact.zone, now);
    if (fit > now) return setGathered(ports, person, fit);
    const id = hash('sha256', JSON.stringify(records.map(({ key, value }) => [key, value])), 'base64url');
    const { contact } = first;
    const outcome = await ports.mailbox.send({
      id: `gathered/${person}/${id.slice(0, 22)}`,
      lane: 'reminder',
      to: { name: contact.name, email: contact.email },
      ...(found.length === 1 ? { thread: `run.${first.run}@runsheet` } : {}),
      ...ports.mails.reminders(
        { name: contact.name },
        found.map(({ reminder }) => reminder),
      ),
    });
    if (outcome !== 'sent') ports.log.warn('a reminder was refused', { person });
  }
  const expires = new Date(Date.parse(now) + DAYS_KNOWN * 86_400_000).toISOString();
  await Promise.all(records.map(({ key }) => ports.records.write(KIND, key, MAILED, { expires })));
};

/** Nothing after an answer: undefined for what is no longer owed. */
const reminderOf = async (ports: Ports, person: string, entry: Gathered) => {
  const run = await readRun(ports, entry.run);
  if (run?.opened === undefined || run.finished !== undefined) return undefined;
  const opening = run.openings.get(openingKey(entry));
  const owers = opening === undefined ? [] : owersOf(run, opening);
  const contact = contactOf(ports, run, person);
  const isOwer = entry.as === 'owner' || entry.as === 'approvers';
  if (opening === undefined || owers.length === 0 || contact === undefined || (isOwer && !owers.includes(person)))
    return undefined;
  if (stepOf(run, opening.step) === undefined) return undefined;
  const { step, round, item } = entry;
  const link = await issueLink(
    ports,
    isOwer
      ? { run: run.id, step, round, person, ...(item === undefined ? {} : { item }) }
      : { run: run.id, step: WHOLE_RUN, round: 1, person },
  );
  const reminder: Reminder = {
    briefing: await brief(ports, run, opening, person, ports.clock.now(), 'reminder'),
    link,
    kind: entry.kind,
    as: entry.as,
    who: isOwer ? [] : owers.map((one) => nameOf(ports, run, one)),
  };
  return { run: run.id, contact, calendar: calendarOf(ports, run, ports.clock.now()), reminder };
};
