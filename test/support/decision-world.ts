/**
 * One approval, all that it touches, and nothing else: a history, records, mails, alarms, and tokens as strict as AWS's.
 */

import { memoryHistory } from '../../functions/adapters/local/memory-history.ts';
import { memoryRecords } from '../../functions/adapters/local/memory-records.ts';
import { answer } from '../../functions/core/answer.ts';
import type { RunEvent } from '../../functions/core/events.ts';
import type { Entry, History, Json } from '../../functions/core/history.ts';
import type { MailWriter } from '../../functions/core/mails.ts';
import type { Alarm, Mail, Ports, Records } from '../../functions/core/ports.ts';
import { record } from '../../functions/core/record.ts';
import { requestRun } from '../../functions/core/request-run.ts';
import { hosted } from '../../functions/hosted.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import { catalogueOf } from '../../infra/sandbox/sandbox-functions.ts';
import type { Library } from '../../statemachines/library.ts';
import { libraryWith, seeded } from './sandbox-journey.ts';
import { systemsRefusingAll } from './systems.ts';
import type { Turns } from './turns.ts';

export const RUN = 'run-1';
export const JUDGED = { step: 'judge', round: 1 } as const;
export const WRITER = 'kasia-nowak';
export const LEAD = 'mia-solberg';
export const APPROVERS = ['marek-wojcik', 'sofie-lund', 'anna-wolska'] as const;
export const STAND_IN = 'ingrid-holm';
const START = '2027-01-11T08:00:00.000Z';

export type Signal = { readonly token: string; readonly decision?: unknown; readonly error?: string };
export type World = {
  readonly ports: Ports;
  readonly history: History;
  readonly mails: readonly Mail[];
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** Those that had an effect. */
  readonly signals: readonly Signal[];
  /** Of the wait that the machine is in now. */
  readonly token: () => string;
  /** The machine begins its wait again: the token before is worth nothing any more. */
  readonly nextToken: () => string;
  readonly advance: (milliseconds: number) => void;
  /** The same ports, each call of which is a turn of somebody. */
  readonly as: (turns: Turns, actor: string) => { readonly ports: Ports; readonly functions: Hosted };
  readonly events: () => Promise<readonly RunEvent[]>;
  /** All that is kept anywhere, as text: two worlds of the same text go on alike. */
  readonly state: () => Promise<string>;
};
/** What a decision protocol does otherwise than ours. */
export type Mutation = (ports: Ports) => Partial<Ports>;

export const approvalWith = (more: string): Library =>
  libraryWith(`workflow: vote
title: Vote
purpose: Decide once.
lead: marketing-manager
starts: [form]
steps:
  - step: draft
    title: Draft
    owner: blog-writer
    effort: 1h
  - step: judge
    title: Judge
    type: approval
    of: draft
    approvers: [seo-strategist, brand-manager, legal]
    takes: 1 workday
    on_changes: { redo: draft, rounds: 1 }
${more}
`);

const plainMail = { text: '', html: '' };
export const plainMails: MailWriter = {
  step: (briefing, _link, why) => ({
    subject: `${why} ${briefing.step.id} round ${briefing.step.round}`,
    ...plainMail,
  }),
  reminders: (_reader, reminders) => ({
    subject: `reminder ${reminders.map(({ briefing }) => briefing.step.id).join(' ')}`,
    ...plainMail,
  }),
  code: () => ({ subject: 'code', ...plainMail }),
  signIn: () => ({ subject: 'sign in', ...plainMail }),
  notice: ({ headline }) => ({ subject: headline, ...plainMail }),
  authored: (subject) => ({ subject, ...plainMail }),
};

export type Beginning = { readonly library: Library; readonly entries: readonly Entry[]; readonly now: string };

/** Up to where the machine calls for the approval. */
export const beginning = async (library: Library): Promise<Beginning> => {
  const world = worldFrom({ library, entries: [], now: START });
  const functions = hosted(world.ports);
  await requestRun(world.ports, record, {
    id: RUN,
    workflow: 'vote',
    inputs: {},
    people: { 'blog-writer': WRITER },
    started: { how: 'form', proof: 'link' },
  });
  await functions.task('OpenRun', { contract: 1, run: RUN });
  await functions.task('OpenStep', { contract: 1, run: RUN, step: 'draft', round: 1, token: 'draft' });
  await answer(world.ports, answerOf(WRITER, 'done', { step: 'draft', round: 1 }));
  return { library, entries: await world.history.read(RUN), now: world.ports.clock.now() };
};

export const answerOf = (person: string, decision: string, opening: { step: string; round: number } = JUDGED) => ({
  run: RUN,
  opening,
  person,
  decision,
  comment: decision === 'request_changes' || decision === 'reject' ? 'Not so.' : '',
  hours: '',
  fields: {},
  act: { by: person, proof: 'verified' as const },
});

export const openStep = (token: string): Json => ({ contract: 1, run: RUN, ...JUDGED, token });

export const worldFrom = ({ library, entries, now: start }: Beginning, mutate: Mutation = () => ({})): World => {
  let now = Date.parse(start);
  const clock = { now: () => new Date(now).toISOString() };
  const kept = new Map<string, unknown>();
  const history = claimsKeptIn(kept, memoryHistory());
  for (const entry of entries) void history.append(entry);
  const sent: Mail[] = [];
  const alarms = new Map<string, Alarm>();
  const signals: Signal[] = [];
  let tokens = 0;
  const waiting = new Set<string>(['draft']);
  const signal = async (made: Signal): Promise<'taken' | 'gone'> => {
    if (!waiting.delete(made.token)) return 'gone';
    signals.push(made);
    return 'taken';
  };
  const ports: Ports = {
    clock,
    chance: seeded('decision'),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@example.org' },
      stage: 'test',
      gather_seconds: 0,
      secure_cookies: false,
      wary_of_robots: false,
      slows_down: true,
      keeps_board: true,
      sign_in: 'choose',
    },
    history,
    records: recordsKeptIn(kept, memoryRecords(clock)),
    mailbox: {
      send: async (mail) => {
        sent.push(mail);
        return 'sent';
      },
    },
    machines: {
      start: async () => 'started',
      succeed: (token, output) => signal({ token, decision: (output as { decision?: unknown }).decision }),
      fail: (token, error) => signal({ token, error }),
    },
    alarms: {
      set: async (alarm) => void alarms.set(alarm.name, alarm),
      clear: async (name) => void alarms.delete(name),
    },
    systems: systemsRefusingAll,
    secrets: { live: async () => ['secret'], anew: async () => ['secret'] },
    catalogue: catalogueOf(library),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    mails: plainMails,
  };
  return {
    ports,
    history,
    mails: sent,
    alarms,
    signals,
    token: () => `judge-${tokens}`,
    nextToken: () => {
      waiting.delete(`judge-${tokens}`);
      tokens += 1;
      waiting.add(`judge-${tokens}`);
      return `judge-${tokens}`;
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
    as: (turns, actor) => {
      const stepping: Ports = {
        ...ports,
        // Whose turn it was before is to make no difference to what somebody draws.
        chance: seeded(`decision ${actor}`),
        history: turns.stepping(ports.history, actor, 'history'),
        records: turns.stepping(ports.records, actor, 'records'),
        mailbox: turns.stepping(ports.mailbox, actor, 'mailbox'),
        machines: turns.stepping(ports.machines, actor, 'machines'),
        alarms: turns.stepping(ports.alarms, actor, 'alarms'),
      };
      const mutated = { ...stepping, ...mutate(stepping) };
      return { ports: mutated, functions: hosted(mutated) };
    },
    events: async () => (await history.read(RUN)).map(({ event }) => event as never as RunEvent),
    state: async () => {
      const since = (await history.read(RUN, entries.length)).map(({ event }) => event);
      const owed = (await history.owedBefore('2099-01-01T00:00:00.000Z', 500)).map((debt) => [
        debt.number,
        debt.owed.id,
      ]);
      const mails = sent.map(({ id }) => id).toSorted();
      const set = [...alarms.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
      const held = [...kept].toSorted(([one], [other]) => (one < other ? -1 : 1));
      return JSON.stringify([now, since, owed, mails, set, held, signals, [...waiting]]);
    },
  };
};

/** Claims and records can be looked for one by one alone: what is in them is kept beside them. */
const claimsKeptIn = (kept: Map<string, unknown>, history: History): History => ({
  ...history,
  claim: async (run, number, owed, until, now) => {
    const isOurs = await history.claim(run, number, owed, until, now);
    if (isOurs) kept.set(`claim ${number} ${owed}`, until);
    return isOurs;
  },
});
const recordsKeptIn = (kept: Map<string, unknown>, records: Records): Records => ({
  ...records,
  write: async (kind, key, value, keep) => {
    const isWritten = await records.write(kind, key, value, keep);
    if (isWritten) kept.set(`${kind} ${key}`, value);
    return isWritten;
  },
  remove: async (kind, key) => {
    await records.remove(kind, key);
    kept.delete(`${kind} ${key}`);
  },
});
