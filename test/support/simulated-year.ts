/**
 * One random workflow, lived through for up to a year by random people while ports fail at random; and the reference
 * model of the language (compiler-model.ts), which is told what was answered and says what has to be open now.
 *
 * The history is all that is compared: whatever it says has happened, the model has to say too.
 */
import { memoryRecords } from '../../functions/adapters/local/memory-records.ts';
import { answer } from '../../functions/core/answer.ts';
import type { RunEvent } from '../../functions/core/events.ts';
import { TryAgain } from '../../functions/core/history.ts';
import type { Mail, Ports, SystemAnswer } from '../../functions/core/ports.ts';
import { readRun } from '../../functions/core/read-run.ts';
import { record } from '../../functions/core/record.ts';
import { requestRun } from '../../functions/core/request-run.ts';
import type { Run, StepOpening } from '../../functions/core/run.ts';
import { steer } from '../../functions/core/steer.ts';
import { hosted } from '../../functions/hosted.ts';
import { inMemory } from '../../infra/sandbox/keeping.ts';
import { openSandbox, type Sandbox } from '../../infra/sandbox/sandbox.ts';
import { compile } from '../../statemachines/compiler/compile.ts';
import { readWorkflow } from '../../statemachines/language/read-workflow.ts';
import type { Person } from '../../statemachines/language/workflow.ts';
import { keyOf } from './compiler-host.ts';
import { WorkflowModel } from './compiler-model.ts';
import { compiledFrom, everyStep, INPUT_VALUES } from './compiler-play.ts';
import { plainMails } from './decision-world.ts';
import type { AuthoredStep, AuthoredWorkflow } from './random-workflow.ts';
import { seeded } from './sandbox-journey.ts';
import { drawFrom } from './schedules.ts';

const START = '2026-03-02T09:00:00.000Z';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RUN = 'random-1';
const END = Date.parse(START) + 365 * DAY;

const person = (id: string, roles: readonly string[], zone: string, away: Person['away'] = []): Person => ({
  id,
  name: id,
  email: `${id}@example.org`,
  roles,
  zone,
  language: 'en',
  capacity: 40,
  away,
});
const TEAM: Ports['catalogue']['team'] = {
  currency: 'EUR',
  roles: { writer: 'Writer', cmo: 'CMO', legal: 'Legal', lead: 'Lead' },
  people: [
    person('lea', ['lead'], 'Europe/Oslo'),
    person('ann', ['writer'], 'Europe/Oslo', [{ from: '2026-03-09', to: '2026-03-27', cover: 'bob' }]),
    person('bob', ['writer'], 'America/New_York'),
    person('cyd', ['cmo'], 'Europe/Warsaw'),
    person('dan', ['cmo'], 'Asia/Tokyo', [{ from: '2026-04-01', to: '2026-04-10' }]),
    person('eve', ['legal'], 'Europe/Oslo'),
  ],
};

const OTHER = `workflow: other
title: Other
purpose: Be started by another.
lead: lead
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
steps:
  - { step: only, title: Only, owner: writer, effort: 1h }
`;
const other = (() => {
  const { workflow } = readWorkflow(OTHER, 'other.yaml', {});
  if (workflow === undefined) throw new Error('not accepted');
  return compile(workflow);
})();

export type Year = {
  readonly run: Run;
  readonly model: WorkflowModel;
  readonly events: readonly RunEvent[];
  readonly faults: number;
  /** What differs between the history and the model; none. */
  readonly differences: readonly string[];
  readonly owed: number;
  readonly machine: string | undefined;
  readonly night: readonly string[];
};

type Draw = (below: number) => number;

export const liveAYear = async (authored: AuthoredWorkflow, seed: number): Promise<Year> => {
  const draw = drawFrom(seed);
  const compiled = compiledFrom(authored);
  const machines: { readonly [id: string]: unknown } = { [authored.workflow]: compiled.asl, other: other.asl };
  const catalogue: Ports['catalogue'] = {
    workflows: new Map([
      [authored.workflow, { outline: compiled.outline, state: 'live' }],
      ['other', { outline: other.outline, state: 'live' }],
    ]),
    team: TEAM,
    calendars: {},
    hooks: {},
  };
  const faulty = faultsIn(draw);
  let ports: Ports | undefined;
  const sandbox = await openSandbox({
    keeping: { ...inMemory(), records: (clock) => memoryRecords(clock) },
    clock: { kind: 'virtual', start: START },
    machineOf: (id) => machines[id],
    chance: seeded(String(seed)),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@example.org' },
      stage: 'test',
      gather_seconds: 60,
      secure_cookies: false,
      wary_of_robots: false,
      slows_down: true,
      keeps_board: true,
      sign_in: 'choose',
    },
    makeHosted: (given) => {
      ports = faulty.around({
        ...given,
        catalogue,
        mails: plainMails,
        systems: { call: async () => systemAnswer(draw) },
      });
      return hosted(ports);
    },
  });
  const around: Around = { ports: ports as unknown as Ports, sandbox, draw, planned: new Map(), known: new Set() };
  await insist(around, () =>
    requestRun(around.ports, record, {
      id: RUN,
      workflow: authored.workflow,
      inputs: INPUT_VALUES,
      people: {},
      started: { how: 'command', proof: 'command' },
    }),
  );
  const compared = await compare(authored, around);
  faulty.stop();
  await sandbox.time.to(new Date(Date.parse(sandbox.time.now()) + 2 * DAY).toISOString());
  const run = (await readRun(sandbox.ports, RUN)) as Run;
  const owed = (await sandbox.history.owedBefore('2099-01-01T00:00:00.000Z', 9)).length;
  const machine = (await sandbox.host.read(RUN))?.status;
  const mails = await sandbox.inbox.list();
  const year = {
    run,
    events: await eventsIn(sandbox),
    faults: faulty.made(),
    owed,
    machine,
    night: atNight(mails),
    ...compared,
  };
  await sandbox.close();
  return year;
};

/** Reminders outside of 09:00 to 18:00, or on a weekend, of whoever reads them. */
const atNight = (mails: readonly (Pick<Mail, 'lane'> & { readonly to: string; readonly sent: string })[]): string[] =>
  mails
    .filter(({ lane }) => lane === 'reminder')
    .flatMap(({ to, sent }) => {
      const { zone = 'UTC' } = TEAM.people.find(({ email }) => email === to) ?? {};
      const format = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
      const parts = Object.fromEntries(format.formatToParts(Date.parse(sent)).map(({ type, value }) => [type, value]));
      const at = `${parts.hour}:${parts.minute}`;
      // They are gathered for a minute, and what failed is done again a little later.
      const isFit = at >= '09:00' && at <= '18:16' && parts.weekday !== 'Sat' && parts.weekday !== 'Sun';
      return isFit ? [] : [`${to} ${sent}`];
    });

const eventsIn = async (sandbox: Sandbox): Promise<readonly RunEvent[]> =>
  (await sandbox.history.read(RUN)).map(({ event }) => event as never as RunEvent);

/** Now and then a call fails, before or after it had its effect. */
const faultsIn = (draw: Draw) => {
  let made = 0;
  let stopped = false;
  const failing = (port: object): object =>
    Object.fromEntries(
      Object.entries(port).map(([method, call]) => [
        method,
        async (...args: unknown[]) => {
          const chance = stopped ? 1_000 : draw(400);
          if (chance === 0) {
            made += 1;
            throw new TryAgain('not now');
          }
          const result: unknown = await (call as (...given: unknown[]) => unknown)(...args);
          if (chance === 1) {
            made += 1;
            throw new TryAgain('the reply was lost');
          }
          return result;
        },
      ]),
    );
  return {
    around: (ports: Ports): Ports => ({
      ...ports,
      ...Object.fromEntries(
        (['history', 'records', 'mailbox', 'machines', 'alarms'] as const).map((name) => [name, failing(ports[name])]),
      ),
    }),
    made: () => made,
    stop: () => {
      stopped = true;
    },
  };
};

const FIELDS = { n: 7, yes: true, words: 'words', many: ['red', 'blue'] };
const systemAnswer = (draw: Draw): SystemAnswer =>
  draw(4) === 0
    ? { outcome: 'failed', why: 'It is down.', again: draw(6) > 0 }
    : { outcome: 'answered', status: 200, body: FIELDS };

type Around = {
  readonly ports: Ports;
  readonly sandbox: Sandbox;
  readonly draw: Draw;
  /** Who will do something, and when. */
  readonly planned: Map<string, number>;
  /** What has been planned for. */
  readonly known: Set<string>;
};

const insist = async <R>({ sandbox }: Around, work: () => Promise<R>): Promise<R> => {
  for (;;) {
    try {
      const result = await work();
      await sandbox.time.rest();
      return result;
    } catch (cause) {
      if (!(cause instanceof TryAgain)) throw cause;
      await sandbox.time.to(new Date(Date.parse(sandbox.time.now()) + 60_000).toISOString());
    }
  }
};

/** Lives on, one thing after the other, and holds the history against the model whenever everything is at rest. */
const compare = async (authored: AuthoredWorkflow, around: Around) => {
  const { sandbox, planned } = around;
  const model = new WorkflowModel(
    authored,
    {
      inputs: INPUT_VALUES,
      run: { id: RUN, title: String(INPUT_VALUES.topic), started: START, url: `http://localhost:8080/runs/${RUN}` },
    },
    ({ round }) => ({ decision: 'done', round, at: START, run: 'other' }),
  );
  await model.begin();
  const steps = new Map(everyStep(authored.steps).map((step) => [step.step, step]));
  const differences: string[] = [];
  let seen = 0;
  const told: string[] = [];
  for (;;) {
    await sandbox.time.rest();
    const events = await eventsIn(sandbox);
    for (const event of events.slice(seen)) await tell(model, steps, event, told);
    seen = events.length;
    const run = await readRun(sandbox.ports, RUN);
    if (run?.opened === undefined) {
      if (Date.parse(sandbox.time.now()) > Date.parse(START) + DAY) return { model, differences: ['never opened'] };
    } else {
      if (isSettled(sandbox)) differences.push(...differencesOf(model, run, told));
      if (run.finished !== undefined || differences.length > 0 || Date.parse(sandbox.time.now()) > END)
        return { model, differences };
      for (const opening of run.openings.values()) plan(around, run, opening);
    }
    await planOthers(around);
    const [next] = [...planned].toSorted(([, one], [, another]) => one - another);
    const clock = Date.parse(sandbox.time.next() ?? new Date(END + DAY).toISOString());
    const at = Math.min(next?.[1] ?? Number.POSITIVE_INFINITY, Math.max(clock, Date.parse(sandbox.time.now())));
    await sandbox.time.to(new Date(Math.max(at, Date.parse(sandbox.time.now()))).toISOString());
    if (next !== undefined && next[1] <= at) {
      planned.delete(next[0]);
      await act(around, next[0], steps);
    }
  }
};

/** Nothing is put off: the machine has heard of all that has happened. */
const isSettled = (sandbox: Sandbox): boolean => {
  const next = sandbox.time.next();
  const soon = new Date(Date.parse(sandbox.time.now()) + 2 * HOUR).toISOString();
  return next === undefined || next > soon;
};

/** What the history says, in the words of the model. */
const tell = async (
  model: WorkflowModel,
  steps: ReadonlyMap<string, AuthoredStep>,
  event: RunEvent,
  told: string[],
): Promise<void> => {
  if (!('step' in event) || event.step === undefined || !('round' in event)) return;
  const item = 'item' in event && event.item !== undefined ? { item: event.item } : {};
  const key = keyOf({ step: event.step, round: event.round, ...item });
  const type = steps.get(event.step)?.type ?? 'task';
  switch (event.type) {
    case 'step-opened':
      told.push(`${CALLS[type] ?? 'OpenStep'} ${key}`);
      return;
    case 'each-opened':
      told.push(`OpenEach ${key} of ${event.count}`);
      return;
    case 'step-skipped':
      if (event.why === 'condition') told.push(`SkipStep ${key}`);
      else if (model.open.has(key)) await model.answer(key, { decision: 'skip' });
      return;
    case 'changes-requested':
      if (model.open.has(key)) await model.answer(key, { decision: event.decision });
      return;
    case 'step-finished':
      if (type === 'email') told.push(`SendEmail ${key}`);
      else if (model.open.has(key))
        await model.answer(key, {
          ...event.fields,
          ...event.gave,
          decision: event.decision,
          ...(event.by === undefined ? {} : { by: event.by }),
          at: event.at,
          round: event.round,
        });
      return;
    default:
  }
};
const CALLS: { readonly [type: string]: string } = { wait: 'HoldStep', call: 'CallSystem', run: 'StartSubRun' };
const OUTCOMES: { readonly [outcome: string]: string | undefined } = { finished: 'finished', rejected: 'rejected' };

const differencesOf = (model: WorkflowModel, run: Run, told: readonly string[]): readonly string[] => {
  const happened = new Set(model.happened);
  const heard = new Set(told);
  if (run.finished !== undefined)
    return OUTCOMES[run.finished.outcome] === model.outcome
      ? []
      : [`the run is ${run.finished.outcome}, the model says ${model.outcome}`];
  if (model.outcome !== undefined) return [`the model says ${model.outcome}, the run goes on`];
  return [
    ...model.happened.filter((one) => !heard.has(one)).map((one) => `missing: ${one}`),
    ...told.filter((one) => !happened.has(one)).map((one) => `too early: ${one}`),
    ...told.filter((one, at) => told.indexOf(one) !== at).map((one) => `twice: ${one}`),
  ];
};

/** When somebody does something about a step: most soon, some late, some only when reminded, a few never. */
const plan = ({ sandbox, draw, planned, known }: Around, run: Run, opening: StepOpening): void => {
  const isLeads = opening.referred !== undefined;
  const key = `${run.id}|${opening.step}|${opening.round}|${opening.item ?? ''}`;
  const name = `${key}|${opening.generation}`;
  if (opening.state !== 'open' || known.has(name) || (!isLeads && opening.people.length === 0)) return;
  known.add(name);
  const mood = draw(20);
  if (!isLeads && mood < 4) return;
  const days = mood < 14 ? draw(48) / 24 : draw(20);
  planned.set(name, Date.parse(sandbox.time.now()) + Math.floor(days * DAY) + 60_000);
};

/** Whoever has a step of a run that was started by this one does it the next day. */
const planOthers = async ({ sandbox, planned, known }: Around): Promise<void> => {
  for (const { id } of await sandbox.inbox.list()) {
    const [run = ''] = id.split('/');
    if (!run.startsWith('other-') || known.has(run)) continue;
    known.add(run);
    planned.set(`${run}|only|1||`, Date.parse(sandbox.time.now()) + DAY);
  }
};

const CHOICES = ['approve', 'approve', 'approve', 'request_changes', 'reject'];

const act = async (around: Around, name: string, steps: ReadonlyMap<string, AuthoredStep>): Promise<void> => {
  const [id = '', step = '', round = '', item = ''] = name.split('|');
  const { draw, ports } = around;
  const run = await readRun(around.sandbox.ports, id);
  if (run?.opened === undefined || run.finished !== undefined) return;
  const key = `${step}#${item}#${round}`;
  const opening = run.openings.get(key);
  if (opening?.state !== 'open') return;
  const whose = opening.referred?.to ?? opening.people;
  const person = whose[draw(whose.length)]?.person ?? 'lea';
  const by = { by: person, proof: 'verified' as const };
  const type = steps.get(step)?.type ?? 'task';
  if (type === 'call' || type === 'run') {
    await insist(around, () =>
      steer(ports, { run: id, person: 'lea', act: by, reason: 'Again.', what: 'repeat-call', opening }),
    );
    return;
  }
  const isOther = id !== RUN;
  if (!isOther && draw(150) === 0) {
    await insist(around, () => steer(ports, { run: id, person: 'lea', act: by, reason: 'Enough.', what: 'cancel' }));
    return;
  }
  if (!isOther && (draw(12) === 0 || (opening.referred?.why === 'expired' && draw(2) === 0))) {
    const to = TEAM.people[draw(TEAM.people.length)]?.id ?? 'bob';
    await insist(around, () =>
      steer(ports, { run: id, person: 'lea', act: by, reason: 'Better so.', what: 'reassign', opening, to }),
    );
    return;
  }
  const decision = type === 'approval' ? (CHOICES[draw(CHOICES.length)] as string) : 'done';
  const given = {
    run: id,
    opening,
    person,
    decision,
    comment: decision === 'request_changes' || decision === 'reject' ? 'Not so.' : '',
    hours: '',
    fields: { ...FIELDS, n: draw(100), yes: draw(2) === 0, ...(draw(2) === 0 ? { words: '' } : {}) },
    act: by,
  };
  await insist(around, () => answer(ports, given));
};
