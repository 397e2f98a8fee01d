/**
 * What is kept of a person, for them to have, and to be gone.
 *
 * Promises: all tables are looked through, whole. A history stays a log to which things are only added, with this one
 * exception: where somebody is to be erased, their id, name, address, comments and network addresses are written over
 * in the events that hold them, each by one conditional write. What was decided, when and in which order, stays; that
 * somebody was taken out is added as an event. Nobody is erased who is in the team or still has something to do. It
 * may be called again, and then goes on where it was.
 */
import { z } from 'zod';
import { owersOf } from '../ballots.ts';
import { remakeCard } from '../cards.ts';
import { aheadLines } from '../coming.ts';
import type { Entry, HistoryEvent, Json } from '../history.ts';
import { unpack } from '../kept.ts';
import type { Ports } from '../ports.ts';
import { readRun } from '../read-run.ts';
import { record } from '../record.ts';
import type { Backstage } from './backstage.ts';
import { type Mentions, mentionsOf, type Terms } from './mentions.ts';
import { Refused } from './refusal.ts';

type Whole = Pick<Backstage, 'whole'>;

/** All by which somebody was ever known here: from the team as it is, and from what runs keep of it. */
const termsFor = async (ports: Ports, { whole }: Whole, given: string): Promise<Terms> => {
  const ids = new Set<string>();
  const emails = new Set<string>();
  const names = new Set<string>();
  const isMail = given.includes('@');
  (isMail ? emails : ids).add(given);
  const note = (id: string, contact: { readonly name: string; readonly email: string }): void => {
    const same = isMail ? contact.email.toLowerCase() === given.toLowerCase() : id === given;
    if (!same) return;
    ids.add(id);
    emails.add(contact.email);
    names.add(contact.name);
  };
  for (const person of ports.catalogue.team.people) note(person.id, person);
  for await (const run of whole.runs()) {
    const [opened] = (await ports.history.read(run)).filter(({ event }) => event.type === 'run-opened');
    if (typeof opened?.event.kept !== 'string') continue;
    for (const [id, contact] of Object.entries(unpack(opened.event.kept).people)) note(id, contact);
  }
  return { ids: [...ids], emails: [...emails], names: [...names] };
};

/** Cards and the lines of the board and of what is to come follow from histories, and are made again. */
const MADE_AGAIN: ReadonlySet<string> = new Set(['card', 'board', 'ahead']);

type KeptRecord = { readonly kind: string; readonly key: string; readonly value: Json };
const recordsAbout = async ({ whole }: Whole, mentions: Mentions): Promise<readonly KeptRecord[]> => {
  const found: KeptRecord[] = [];
  for await (const one of whole.records())
    if (!MADE_AGAIN.has(one.kind) && (mentions.isIn(one.key) || mentions.isIn(one.value))) found.push(one);
  return found;
};

const runsAbout = async (
  ports: Ports,
  { whole }: Whole,
  mentions: Mentions,
): Promise<readonly (readonly [run: string, entries: readonly Entry[]])[]> => {
  const found: (readonly [string, readonly Entry[]])[] = [];
  for await (const run of whole.runs()) {
    const entries = (await ports.history.read(run)).filter(({ event }) => mentions.isInEvent(event));
    if (entries.length > 0) found.push([run, entries]);
  }
  return found;
};

/** Everything that is kept of somebody, but for the events, which `exportRun` has run by run. */
export const exportPerson = async (ports: Ports, backstage: Whole, person: string) => {
  const terms = await termsFor(ports, backstage, person);
  const mentions = mentionsOf(terms);
  const runs = (await runsAbout(ports, backstage, mentions)).map(([run]) => run);
  const records = await recordsAbout(backstage, mentions);
  const team = ports.catalogue.team.people.filter(({ id }) => terms.ids.includes(id));
  return { terms, team, runs, records };
};

/** The events of a run that tell of somebody; of what it keeps for life, only how they were reached. */
export const exportRun = async (ports: Ports, run: string, terms: Terms) => {
  const mentions = mentionsOf(terms);
  const entries = (await ports.history.read(run)).filter(({ event }) => mentions.isInEvent(event));
  return entries.map(({ number, event }) => {
    const { kept, token: _token, ...rest } = event as { readonly [name: string]: Json };
    if (typeof kept !== 'string') return { number, ...rest };
    const { people } = unpack(kept);
    return {
      number,
      ...rest,
      people: Object.fromEntries(Object.entries(people).filter(([id]) => terms.ids.includes(id))),
    };
  });
};

export type Erased = {
  /** What they are called in histories from now on. */
  readonly as: string;
  readonly runs: readonly string[];
  readonly events: number;
  readonly records: number;
};

export const erasePerson = async (
  ports: Ports,
  backstage: Whole,
  { person, from }: { readonly person: string; readonly from: string },
): Promise<Erased> => {
  const { as, terms } = await beginErasure(ports, backstage, person);
  const mentions = mentionsOf(terms);
  const inTeam = ports.catalogue.team.people.find(({ id }) => terms.ids.includes(id));
  if (inTeam !== undefined)
    throw new Refused(
      'conflict',
      `${inTeam.id} is in the team. Take them out of team.yaml, deploy (or start the sandbox again), and call this again.`,
    );
  const runs = await runsAbout(ports, backstage, mentions);
  await checkNothingLeft(
    ports,
    runs.map(([run]) => run),
    terms,
  );
  await noteErasure(ports, person, { as, terms });
  let events = 0;
  for (const [run, entries] of runs) {
    for (const { number, event } of entries) {
      const without = mentions.without(event, as);
      if (!(await backstage.whole.replace(run, number, event, without as HistoryEvent)))
        throw new Refused('conflict', `The history of ${run} changed in between; call this again.`);
      events += 1;
    }
    // The card, and whoever reads the history, learn that it is another than it was.
    await record<void>(ports, run, () => ({
      record: { event: { type: 'person-erased', proof: 'command', from, as } },
      result: undefined,
    }));
  }
  // Whoever was expected to have something of a run is named by its line alone, as long as nothing happens there.
  const expected = (await aheadLines(ports)).filter((line) => mentions.isIn(line as never as Json));
  for (const id of new Set([...runs.map(([run]) => run), ...expected.map(({ run }) => run)])) {
    const run = await readRun(ports, id);
    if (run !== undefined) await remakeCard(ports, run);
  }
  const records = await recordsAbout(backstage, mentions);
  for (const { kind, key } of records) await ports.records.remove(kind, key);
  await ports.records.remove(KIND, keyFor(person));
  return { as, runs: runs.map(([run]) => run), events, records: records.filter(({ kind }) => kind !== KIND).length };
};

const EVER = '9999-12-31T00:00:00.000Z';
const MOST_DEBTS = 10_000;

const checkNothingLeft = async (ports: Ports, runs: readonly string[], { ids }: Terms): Promise<void> => {
  const owing = new Set((await ports.history.owedBefore(EVER, MOST_DEBTS)).map(({ run }) => run));
  const busy = runs.filter((run) => owing.has(run));
  if (busy.length > 0)
    throw new Refused('conflict', `Something is still being done for ${busy.join(', ')}; call this again in a moment.`);
  const theirs: string[] = [];
  for (const id of runs) {
    const run = await readRun(ports, id);
    if (run?.opened === undefined || run.finished !== undefined) continue;
    for (const opening of run.openings.values())
      if (opening.state === 'open' && owersOf(run, opening).some((one) => ids.includes(one)))
        theirs.push(`${opening.step} of ${id}`);
  }
  if (theirs.length > 0)
    throw new Refused(
      'conflict',
      `They still have something to do: ${theirs.join(', ')}. Give it to somebody else first.`,
    );
};

const KIND = 'erasure';
/** Long enough to go on with what broke off. */
const DAYS_KEPT = 30;
const keyFor = (person: string): string => person.toLowerCase();

const begun = z.object({
  as: z.string(),
  terms: z.object({ ids: z.array(z.string()), emails: z.array(z.string()), names: z.array(z.string()) }),
});

/**
 * What they are to be called, by chance, so that it leads to nobody; and by what they were known. Both as an earlier
 * attempt had them that broke off, and may have taken out already where their name and address stood.
 */
const beginErasure = async (ports: Ports, backstage: Whole, person: string): Promise<z.output<typeof begun>> => {
  const { records, chance } = ports;
  const terms = await termsFor(ports, backstage, person);
  const before = begun.safeParse((await records.read(KIND, keyFor(person)))?.value).data;
  const both = (name: keyof Terms): string[] => [...new Set([...(before?.terms[name] ?? []), ...terms[name]])];
  const as = before?.as ?? `erased-${Buffer.from(chance.bytes(5)).toString('hex')}`;
  return { as, terms: { ids: both('ids'), emails: both('emails'), names: both('names') } };
};

const noteErasure = async (
  { records, clock }: Ports,
  person: string,
  begunWith: z.output<typeof begun>,
): Promise<void> => {
  const expires = new Date(Date.parse(clock.now()) + DAYS_KEPT * 86_400_000).toISOString();
  await records.write(KIND, keyFor(person), begunWith, { expires });
};
