/**
 * A rehearsal of one run: its compiled machine with the real functions, in memory, on a clock that jumps from one thing
 * to the next, with people who answer what they are mailed at the last moment.
 *
 * Promises: the same request, the same rehearsal, byte for byte: no clock, no chance and no network from outside. An
 * answer goes the way of every answer: by the mailed link, its page, and the code where one is asked for.
 * Hides: how it is known whose turn it is, and when.
 *
 * When somebody answers: at the due time; where that has passed when the step opens, after the working time that the
 * step is given. Who comes to owe a step later (the next one in a row of approvers) answers then. The lead decides what
 * is put before them within one working day: approves, has a call made again, cancels a run that cannot go on.
 */
import { owersOf } from '../../functions/core/ballots.ts';
import { calendarFor } from '../../functions/core/dates.ts';
import { openingKey, type RunEvent, WHOLE_RUN } from '../../functions/core/events.ts';
import type { Entry } from '../../functions/core/history.ts';
import { findLink } from '../../functions/core/links.ts';
import type { Mail, Ports, Published } from '../../functions/core/ports.ts';
import { stepOf } from '../../functions/core/progress.ts';
import { runOf } from '../../functions/core/read-run.ts';
import type { Requested, Run, StepOpening } from '../../functions/core/run.ts';
import { sentenceOf } from '../../functions/core/telling.ts';
import { hosted } from '../../functions/hosted.ts';
import type { HttpResponse } from '../../functions/lambda/hosted.ts';
import { inputNameOf } from '../../functions/pages/input-name.ts';
import { textMailWriter } from '../../functions/pages/mail-writer.ts';
import type { FieldValue, Person, Span, Step, Workflow } from '../../statemachines/language/workflow.ts';
import type { Library } from '../../statemachines/library.ts';
import type { Calendar } from '../../statemachines/plan/calendar.ts';
import { workdaysForEffort } from '../../statemachines/plan/schedule.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { shiftBySpan, workUntil } from '../../statemachines/plan/working-time.ts';
import { codeIn, type FormValues, type Hand, handOn, linkIn } from '../sandbox/hand.ts';
import { inMemory } from '../sandbox/keeping.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { portsFor } from '../sandbox/sandbox-functions.ts';
import { exampleValues } from './example-values.ts';
import { seededChance } from './seeded-chance.ts';
import { anchorOf, type Late, lateIn, MOST_DAYS, missedIn } from './verdict.ts';

export type Choice = 'done' | 'approve' | 'request_changes' | 'reject';
export type Absence = Person['away'][number];

export type Rehearsal = {
  readonly library: Library;
  /** The id of a workflow of the library. */
  readonly workflow: string;
  readonly inputs: { readonly [name: string]: FieldValue };
  /** Role to person. */
  readonly people?: { readonly [role: string]: string };
  /** When the run starts, UTC. */
  readonly now: string;
  readonly seed?: string;
  /** By how much a step is answered later than at the last moment, each time that it opens. */
  readonly late?: { readonly [step: string]: Span };
  /** By person. */
  readonly away?: { readonly [person: string]: readonly Absence[] };
  /** What a step is answered with, round by round; after that it is done or approved. */
  readonly answers?: { readonly [step: string]: readonly Choice[] };
  /** Calls that the other system does not answer until the lead has them made again. */
  readonly failing?: readonly string[];
};

export type RehearsedMail = {
  readonly at: string;
  readonly to: string;
  readonly name?: string;
  readonly subject: string;
  readonly kind: Mail['lane'];
};
export type RehearsedEvent = {
  readonly at: string;
  readonly type: RunEvent['type'];
  readonly step?: string;
  readonly round?: number;
  readonly item?: string;
  readonly by?: string;
  readonly decision?: string;
  /** Only of a run that this one has started. */
  readonly run?: string;
  /** In words. */
  readonly told: string;
};
export type Rehearsed = {
  readonly workflow: string;
  readonly run: string;
  readonly title: string;
  /** Of the workflow's calendar. */
  readonly zone: string;
  readonly started: string;
  /** Null: not within 400 days. */
  readonly ended: string | null;
  readonly outcome: string | null;
  /** The date of the anchor; null where there is none. */
  readonly anchor: string | null;
  readonly anchor_kept: boolean | null;
  /** Why the anchor is missed, in words. */
  readonly missed: readonly string[];
  readonly late: readonly Late[];
  readonly mails: readonly RehearsedMail[];
  readonly events: readonly RehearsedEvent[];
  /** Mails and events in the order in which they happened. */
  readonly story: readonly ({ readonly mail: RehearsedMail } | { readonly event: RehearsedEvent })[];
  /** What could not be answered, in words. */
  readonly stuck: readonly string[];
};

/** The run could not be started; the message is for whoever asked. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

const DAY_MS = 86_400_000;
const ONE_WORKDAY: Span = { count: 1, unit: 'workdays' };

export const simulate = async (rehearsal: Rehearsal): Promise<Rehearsed> => {
  const stage = await openStage(rehearsal);
  const run = await stage.start();
  const until = instantFrom(millisOf(rehearsal.now) + MOST_DAYS * DAY_MS);
  const { time } = stage.sandbox;
  for (;;) {
    await time.rest();
    if (stage.folded(run)?.finished !== undefined) break;
    const duty = stage.nextDuty();
    if (duty !== undefined && duty.at <= time.now()) {
      await stage.fulfil(duty);
      continue;
    }
    const [at] = [duty?.at, time.next()].filter((one) => one !== undefined).toSorted();
    if (at === undefined || at > until) break;
    await time.to(at);
  }
  await stage.sandbox.close();
  return stage.told(run);
};

/** Something that somebody has to answer. */
type Duty = {
  readonly key: string;
  readonly at: string;
  readonly run: Run;
  readonly opening: StepOpening;
  readonly person: string;
} & (
  | { readonly answers: true; readonly choice: Choice }
  | { readonly answers: false; readonly act: 'repeat' | 'cancel' }
);

const instantFrom = (at: number): string => new Date(at).toISOString();

const openStage = async (rehearsal: Rehearsal): Promise<Stage> => {
  const library = withAbsences(rehearsal);
  const watched = new Watched();
  const mended = new Set<string>();
  const keeping = inMemory();
  let ports: Ports | undefined;
  const sandbox = await openSandbox({
    keeping: {
      ...keeping,
      history: {
        ...keeping.history,
        append: async (entry, owed) => {
          const outcome = await keeping.history.append(entry, owed);
          // As it would be read, and no longer in the hands of whoever wrote it.
          const [kept] = outcome === 'appended' ? await keeping.history.read(entry.run, entry.number - 1) : [];
          if (kept !== undefined) watched.happened(kept);
          return outcome;
        },
        // The same events are read hundreds of times; nobody changes what has been read.
        read: async (run, after = 0) => (watched.entries.get(run) ?? []).slice(after),
      },
    },
    clock: { kind: 'virtual', start: instantFrom(millisOf(rehearsal.now)) },
    machineOf: (workflow) => library.workflows.get(workflow)?.compiled.asl,
    chance: seededChance(rehearsal.seed ?? '1'),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@localhost' },
      stage: 'rehearsal',
      gather_seconds: 0,
      secure_cookies: false,
      // People of a rehearsal click at the very moment at which they are mailed.
      wary_of_robots: false,
      sign_in: 'choose',
    },
    makeHosted: (given) => {
      const mailbox: Ports['mailbox'] = {
        send: async (mail) => {
          watched.mailed(mail, given.clock.now());
          return 'sent';
        },
      };
      const failing = new Set(rehearsal.failing ?? []);
      const systems: Ports['systems'] = {
        call: async ({ headers }) => {
          const step = headers[STEP_HEADER] ?? '';
          return failing.has(step) && !mended.has(step)
            ? { outcome: 'failed', why: 'the other system does not answer (as rehearsed)', again: true }
            : { outcome: 'answered', status: 200, body: {} };
        },
      };
      const named = failing.size === 0 ? library : withNamedCalls(library);
      // Links and codes are found in the text, and nobody looks at the rest of a mail.
      ports = { ...portsFor(given, named, systems), mailbox, mails: textMailWriter() };
      return hosted(ports);
    },
  });
  return new Stage(rehearsal, sandbox, ports as Ports, watched, mended);
};

const withAbsences = ({ library, away = {} }: Rehearsal): Library =>
  Object.keys(away).length === 0
    ? library
    : {
        ...library,
        team: {
          ...library.team,
          people: library.team.people.map((person) => ({
            ...person,
            away: [...(away[person.id] ?? []), ...person.away],
          })),
        },
      };

/** So that it can be told which call is made. */
const STEP_HEADER = 'runsheet-step';
const withNamedCalls = (library: Library): Library => {
  const named = (steps: readonly Step[]): Step[] =>
    steps.map((step) =>
      step.type === 'call'
        ? { ...step, headers: { ...step.headers, [STEP_HEADER]: step.id } }
        : step.type === 'each'
          ? { ...step, steps: named(step.steps) }
          : step,
    );
  return {
    ...library,
    workflows: new Map(
      [...library.workflows].map(([id, one]) => {
        const { outline } = one.compiled;
        const workflow: Workflow = { ...outline.workflow, steps: named(outline.workflow.steps) };
        return [id, { ...one, compiled: { ...one.compiled, outline: { ...outline, workflow } } }];
      }),
    ),
  };
};

type Seen = { readonly mail: RehearsedMail } | { readonly run: string; readonly event: RunEvent };

/** All that happens, in its order. */
class Watched {
  readonly seen: Seen[] = [];
  readonly entries = new Map<string, Entry[]>();
  /** Runs of which something is new since they were last looked at. */
  readonly changed = new Set<string>();
  /** Links that were mailed and not looked up yet. */
  readonly links: string[] = [];
  readonly codes = new Map<string, string>();
  readonly #mailIds = new Set<string>();

  happened(entry: Entry): void {
    const { run, event } = entry;
    const before = this.entries.get(run);
    if (before === undefined) this.entries.set(run, [entry]);
    else before.push(entry);
    this.changed.add(run);
    this.seen.push({ run, event: event as never as RunEvent });
  }

  mailed({ id, to, subject, lane, text }: Mail, at: string): void {
    if (this.#mailIds.has(id)) return;
    this.#mailIds.add(id);
    const { email, name } = to;
    this.seen.push({ mail: { at, to: email, ...(name === undefined ? {} : { name }), subject, kind: lane } });
    if (lane === 'code') this.codes.set(email, codeIn(text) ?? '');
    const link = linkIn(text);
    if (link !== undefined) this.links.push(link);
  }
}

const linkName = (run: string, at: string, person: string): string => `${run} ${at} ${person}`;

class Stage {
  readonly sandbox: Sandbox;
  readonly #rehearsal: Rehearsal;
  readonly #ports: Ports;
  readonly #watched: Watched;
  readonly #mended: Set<string>;
  readonly #hand: Hand;
  readonly #folded = new Map<string, Run | Requested | undefined>();
  readonly #duties = new Map<string, readonly Duty[]>();
  readonly #done = new Set<string>();
  /** The newest link for each person and opening. */
  readonly #links = new Map<string, string>();
  readonly #stuck: string[] = [];

  constructor(rehearsal: Rehearsal, sandbox: Sandbox, ports: Ports, watched: Watched, mended: Set<string>) {
    this.#rehearsal = rehearsal;
    this.sandbox = sandbox;
    this.#ports = ports;
    this.#watched = watched;
    this.#mended = mended;
    const addresses = new Map(ports.catalogue.team.people.map(({ id, email }) => [id, email]));
    this.#hand = handOn({
      http: sandbox.hosted.http,
      codeFor: async (person) => watched.codes.get(addresses.get(person) ?? ''),
    });
  }

  async start(): Promise<string> {
    const { workflow, inputs, people = {}, seed = '1' } = this.#rehearsal;
    const response = await this.sandbox.hosted.http({
      method: 'POST',
      path: '/api/runs',
      query: '',
      headers: [['content-type', 'application/json']],
      body: Buffer.from(JSON.stringify({ workflow, inputs, people, id: `rehearsal ${seed}` })),
      from: '127.0.0.1',
    });
    const { run, error } = JSON.parse(response.body) as { readonly run?: string; readonly error?: string };
    if (run === undefined) throw new NotStarted(error ?? 'The run could not be started.');
    return run;
  }

  folded(run: string): Run | Requested | undefined {
    this.#look();
    return this.#folded.get(run);
  }

  nextDuty(): Duty | undefined {
    this.#look();
    let next: Duty | undefined;
    for (const duties of this.#duties.values())
      for (const duty of duties)
        if (!this.#done.has(duty.key) && (next === undefined || duty.at < next.at)) next = duty;
    return next;
  }

  /** Looks again at what is new. */
  #look(): void {
    for (const id of this.#watched.changed) {
      const run = runOf(id, this.#watched.entries.get(id) ?? []);
      this.#folded.set(id, run);
      const open = run?.opened === undefined || run.finished !== undefined ? [] : [...run.openings.values()];
      this.#duties.set(
        id,
        open.filter(({ state }) => state === 'open').flatMap((opening) => this.#dutiesOf(run as Run, opening)),
      );
    }
    this.#watched.changed.clear();
  }

  #dutiesOf(run: Run, opening: StepOpening): readonly Duty[] {
    const step = stepOf(run, opening.step);
    if (step === undefined) return [];
    const { referred } = opening;
    const common = { run, opening };
    const named = (person: string, what: string): string => `${run.id} ${openingKey(opening)} ${person} ${what}`;
    const calendar = this.#calendarOf(run, opening.opened);
    if (referred !== undefined && referred.why !== 'expired') {
      const at = instantFrom(workUntil(calendar, millisOf(referred.at), ONE_WORKDAY) ?? millisOf(referred.at));
      const [lead] = referred.to;
      if (lead === undefined) return [];
      const { person } = lead;
      const duty = { ...common, person, at, key: named(person, `referred ${referred.at}`) };
      if (step.type === 'approval') return [{ ...duty, answers: true, choice: 'approve' }];
      return [{ ...duty, answers: false, act: step.type === 'call' ? 'repeat' : 'cancel' }];
    }
    if (opening.people.length === 0 || (step.type !== 'task' && step.type !== 'approval')) return [];
    const at = lastMoment(step, opening, calendar, this.#rehearsal.late?.[step.id]);
    // Who was asked may answer also when it has been put before the lead, as long as that has not been decided.
    const asked = owersOf(run, referred === undefined ? opening : withoutReferral(opening));
    return asked.map((person) => ({
      ...common,
      person,
      at,
      key: named(person, 'asked'),
      answers: true,
      choice: this.#choiceFor(step, opening.round),
    }));
  }

  #choiceFor({ id, type }: Step, round: number): Choice {
    const given = this.#rehearsal.answers?.[id]?.[round - 1];
    return type === 'task' ? 'done' : (given ?? 'approve');
  }

  #calendarOf(run: Run, now: string): Calendar {
    return calendarFor(this.#ports.catalogue, run.workflow.calendar, now);
  }

  async fulfil(duty: Duty): Promise<void> {
    this.#done.add(duty.key);
    const { run, opening, person } = duty;
    const path = await this.#linkFor(duty);
    const step = stepOf(run, opening.step) as Step;
    const who = this.#ports.catalogue.team.people.find(({ id }) => id === person)?.name ?? person;
    if (path === undefined) {
      this.#stuck.push(`${who} was never mailed a link to “${step.title}”.`);
      return;
    }
    if (!duty.answers && duty.act === 'repeat') this.#mended.add(step.id);
    const form = duty.answers ? this.#answerTo(duty, step, duty.choice) : steeringOf(duty.act, opening);
    const response = await this.#hand.answer(person, path, form);
    if (response.status !== 200) this.#stuck.push(`${who} could not answer “${step.title}”: ${problemIn(response)}`);
  }

  #answerTo({ run, opening, person }: Duty, step: Step, decision: Choice): FormValues {
    const objects = decision === 'request_changes' || decision === 'reject';
    const today = dayAt(millisOf(this.sandbox.time.now()), this.#calendarOf(run, opening.opened).zone);
    const fields = objects ? {} : exampleValues(step.fields, { person, today });
    return {
      decision,
      comment: objects ? 'As rehearsed.' : '',
      hours: step.effort === undefined ? '' : String(step.effort),
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [inputNameOf(name), value])),
    };
  }

  async #linkFor({ run, opening, person, answers }: Duty): Promise<string | undefined> {
    const paths = this.#watched.links.splice(0);
    const found = await Promise.all(paths.map((path) => findLink(this.#ports, path.slice('/a/'.length))));
    for (const [index, link] of found.entries())
      if (link !== undefined)
        this.#links.set(linkName(link.run, openingKey(link), link.person), paths[index] as string);
    const at = answers ? openingKey(opening) : openingKey({ step: WHOLE_RUN, round: 1 });
    return this.#links.get(linkName(run.id, at, person));
  }

  told(id: string): Rehearsed {
    const { catalogue } = this.#ports;
    this.#look();
    const root = this.#folded.get(id);
    const ends = root?.finished;
    const { workflow: name } = this.#rehearsal;
    const { title: given, calendar: calendarName } = (catalogue.workflows.get(name) as Published).outline.workflow;
    const calendar = calendarFor(catalogue, calendarName, this.#rehearsal.now);
    const story = this.#watched.seen.map((one) =>
      'mail' in one ? one : { event: this.#eventTold(id, one.run, one.event) },
    );
    const late = [...this.#folded.values()].flatMap((run) =>
      run?.opened === undefined ? [] : lateIn(run, calendar, this.sandbox.time.now(), run.id === id),
    );
    const anchor = root?.opened === undefined ? undefined : anchorOf(root, calendar);
    const missed = anchor === undefined || root?.opened === undefined ? [] : missedIn(root, anchor, calendar.zone);
    return {
      workflow: name,
      run: id,
      title: root?.opened?.title ?? given,
      zone: calendar.zone,
      started: root?.requested.at ?? this.#rehearsal.now,
      ended: ends?.at ?? null,
      outcome: ends?.outcome ?? null,
      anchor: anchor?.date ?? null,
      anchor_kept: anchor === undefined ? null : missed.length === 0,
      missed,
      late,
      mails: story.flatMap((one) => ('mail' in one ? [one.mail] : [])),
      events: story.flatMap((one) => ('event' in one ? [one.event] : [])),
      story,
      stuck: this.#stuck,
    };
  }

  #eventTold(root: string, id: string, event: RunEvent): RehearsedEvent {
    const run = this.#folded.get(id);
    const { at, type } = event;
    const of = event as { readonly [name: string]: unknown };
    const kept = ['step', 'round', 'item', 'by', 'decision'].filter((name) => of[name] !== undefined);
    return {
      at,
      type,
      ...Object.fromEntries(kept.map((name) => [name, of[name]])),
      ...(id === root ? {} : { run: id }),
      told: run?.opened === undefined ? type : sentenceOf(this.#ports, run, event),
    };
  }
}

const withoutReferral = ({ referred: _referred, ...opening }: StepOpening): StepOpening => opening;

/** The last moment at which a step is still done in time, and by how much later it is to be done. */
const lastMoment = (step: Step, { opened, due }: StepOpening, calendar: Calendar, late: Span | undefined): string => {
  const opens = millisOf(opened);
  const dueAt = due === undefined ? opens : millisOf(due.instant);
  const span = step.takes ?? { count: workdaysForEffort(calendar, step.effort ?? 0), unit: 'workdays' as const };
  const last = dueAt > opens ? dueAt : (workUntil(calendar, opens, span) ?? opens);
  return instantFrom(late === undefined ? last : (shiftBySpan(calendar, last, late) ?? last));
};

const steeringOf = (act: 'repeat' | 'cancel', opening: StepOpening): FormValues =>
  act === 'repeat'
    ? { act: 'repeat-call', step: openingKey(opening), reason: 'The other system answers again (as rehearsed).' }
    : { act: 'cancel', reason: 'It cannot go on (as rehearsed).' };

/** What a page says is wrong, in a few words. */
const problemIn = ({ status, body }: HttpResponse): string => {
  const said = /<p[^>]*(?:role="alert"|class="(?:problem|error)[^"]*")[^>]*>([\s\S]*?)<\/p>/.exec(body)?.[1] ?? '';
  const text = said
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? `the page answered ${status}.` : text;
};
