/**
 * The digest: what somebody should know of the runs that they lead, as their week begins (language.md, `lead`; R47).
 *
 * Promises: one mail a person and week, on its first working day and at no other; what is late comes first; whoever
 * leads nothing that is open has none. Whoever covers for a lead who is away is told as well, and for whom. Asked for
 * again it goes out no second time; what fails is tried again.
 * Hides: the record that says that it went out.
 */

import { isWorkday, shiftDay } from '../../statemachines/plan/calendar.ts';
import { dayAt } from '../../statemachines/plan/wall-time.ts';
import { SAID } from '../words/said.ts';
import { type BoardLine, endedLines, endOf, openLines, type Standing, standingOf } from './board.ts';
import { calendarFor, shownDate } from './dates.ts';
import { TryAgain } from './history.ts';
import { standInFor } from './people.ts';
import type { Ports } from './ports.ts';
import { type Change, changeRecord } from './records.ts';

type Person = Ports['catalogue']['team']['people'][number];
type Claim = { readonly until: string; readonly sent?: true };

const KIND = 'digest';
/** How long a worker has for a mail before another may take it. */
const CLAIM_MS = 120_000;
const KEPT_MS = 14 * 86_400_000;
/** A mail is for reading: the rest is on the board. */
const MOST_LINES = 15;

/** @param zone those whose zone it is: whoever calls knows that it is morning there. */
export const mailDigests = async (ports: Ports, zone: string): Promise<void> => {
  const now = ports.clock.now();
  const calendar = calendarFor(ports.catalogue, 'default', now);
  const week = weekThatBegins(dayAt(Date.parse(now), zone), (day) => isWorkday(calendar, day));
  if (week === undefined) return;
  const people = ports.catalogue.team.people.filter((person) => person.zone === zone);
  if (people.length === 0) return;
  const [open, ended] = await Promise.all([openLines(ports), endedThisWeek(ports, now)]);
  const outcomes = await Promise.allSettled(people.map((person) => mailDigest(ports, person, week, open, ended)));
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Its Monday, where `today` is the first working day of a week; else undefined. */
const weekThatBegins = (today: string, isWorking: (day: string) => boolean): string | undefined => {
  if (!isWorking(today)) return undefined;
  const since = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const before = Array.from({ length: since }, (_, back) => shiftDay(today, back - since));
  return before.some((day) => day !== undefined && isWorking(day)) ? undefined : (before[0] ?? today);
};

const endedThisWeek = async (ports: Ports, now: string): Promise<readonly BoardLine[]> => {
  const since = new Date(Date.parse(now) - 7 * 86_400_000).toISOString();
  const months = [...new Set([since.slice(0, 7), now.slice(0, 7)])];
  const lines = await Promise.all(months.map((month) => endedLines(ports, month)));
  return lines.flat().filter(({ ended }) => ended !== undefined && ended >= since);
};

const mailDigest = async (
  ports: Ports,
  person: Person,
  week: string,
  open: readonly BoardLine[],
  ended: readonly BoardLine[],
): Promise<void> => {
  const now = ports.clock.now();
  const isTheirs = ({ lead }: BoardLine): boolean =>
    lead === person.id || (lead !== undefined && standInFor(ports, lead, now) === person.id);
  const led = open.filter(isTheirs);
  if (led.length === 0) return;
  const key = `${person.id} ${week}`;
  if (!(await claim(ports, key))) return;
  const mine = ended.filter(isTheirs);
  const own = led.every(({ lead }) => lead === person.id);
  const { headline, lines } = digestFor(ports, person, led, mine);
  const content = ports.mails.notice({
    reader: person.name,
    headline,
    lines,
    action: {
      label: SAID.digest.seeAll,
      link: `${ports.settings.base_url}/${own ? `?lead=${encodeURIComponent(person.id)}` : ''}`,
    },
  });
  const to = { name: person.name, email: person.email };
  const outcome = await ports.mailbox.send({ id: `digest/${person.id}/${week}`, lane: 'digest', to, ...content });
  if (outcome !== 'sent') ports.log.warn('a digest was refused', { person: person.id });
  await settle(ports, key);
};

/** @returns whether it is for us to send it. Throws TryAgain where somebody else is at it and may yet fail. */
const claim = async ({ records, clock }: Ports, key: string): Promise<boolean> => {
  const now = clock.now();
  type Outcome = { readonly is: 'ours' | 'sent' | 'theirs' };
  const claimed = await changeRecord<Outcome>(records, KIND, key, (kept): Change<Outcome> => {
    const before = kept?.value as Claim | undefined;
    if (before?.sent === true) return { outcome: { is: 'sent' } };
    if (before !== undefined && before.until > now) return { outcome: { is: 'theirs' } };
    return { outcome: { is: 'ours' }, value: { until: later(now, CLAIM_MS) }, keep: { expires: later(now, KEPT_MS) } };
  });
  if (claimed?.is === 'ours') return true;
  if (claimed?.is === 'sent') return false;
  throw new TryAgain('somebody else is at this digest');
};

const settle = async ({ records, clock }: Ports, key: string): Promise<void> => {
  const now = clock.now();
  await records.write(KIND, key, { until: now, sent: true }, { expires: later(now, KEPT_MS) });
};

const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

const ORDER: readonly Standing[] = ['late', 'risk', 'fine', 'ended'];

/** What it says: late ones, then those at risk, then the rest by when they end. */
export const digestFor = (
  { catalogue, clock }: Pick<Ports, 'catalogue' | 'clock'>,
  { id: reader, zone }: Pick<Person, 'id' | 'zone'>,
  open: readonly BoardLine[],
  ended: readonly BoardLine[],
): { readonly headline: string; readonly lines: readonly string[] } => {
  const now = clock.now();
  const words = SAID.digest;
  const calendar = calendarFor(catalogue, 'default', now);
  const shown = (instant: string) => shownDate(instant, zone, calendar, now);
  const nameOf = (id: string): string => catalogue.team.people.find((one) => one.id === id)?.name ?? id;
  const told = (line: BoardLine): string => {
    const [first] = line.open.toSorted((a, b) => ((a.due ?? '~') < (b.due ?? '~') ? -1 : 1));
    const due = first?.due === undefined ? undefined : shown(first.due);
    const where =
      first === undefined
        ? [words.withNobody]
        : [first.title, ...first.owners.map(nameOf), ...(due === undefined ? [] : [words.due(due.distance, due.late)])];
    const end = endOf(line, now);
    const ends = end === undefined ? '' : `; ${words.ends(shown(end).wall.split(',')[0] ?? '')}`;
    const whose = line.lead === undefined || line.lead === reader ? '' : words.whose(nameOf(line.lead));
    return `${line.title}${whose}: ${where.join(', ')}${ends}`;
  };
  const standing = new Map(open.map((line) => [line, standingOf(line, now)]));
  const of = (wanted: Standing): readonly BoardLine[] => open.filter((line) => standing.get(line) === wanted);
  const [late, risk] = [of('late'), of('risk')];
  const inOrder = open.toSorted((a, b) => {
    const [left, right] = [a, b].map((line) => ORDER.indexOf(standing.get(line) ?? 'fine')) as [number, number];
    return left !== right ? left - right : (a.ends ?? '~') < (b.ends ?? '~') ? -1 : 1;
  });
  const rows = inOrder.slice(0, MOST_LINES).map((line) => `${words.marks[standing.get(line) ?? 'fine']}${told(line)}.`);
  const rest = open.length - rows.length;
  return {
    headline: words.headline(open.length, late.length, risk.length),
    lines: [...rows, ...(rest > 0 ? [words.rest(rest)] : []), ...(ended.length === 0 ? [] : [words.ended(ended)])],
  };
};
