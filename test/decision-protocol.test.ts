/**
 * One approval, and everything that can happen to it at the same time: three people, crashes, lost replies, retries,
 * a new owner, its expiry, a machine that begins its wait again, and the sweeper. A seed decides on the order of all
 * port calls and on what fails; whatever the order, there is one decision, and everybody is told of that one.
 */
import { expect, it } from 'vitest';
import { type Answered, answer } from '../functions/core/answer.ts';
import type { RunEvent } from '../functions/core/events.ts';
import { followUp } from '../functions/core/follow-up.ts';
import { TryAgain } from '../functions/core/history.ts';
import { readRun } from '../functions/core/read-run.ts';
import type { Run } from '../functions/core/run.ts';
import { steer } from '../functions/core/steer.ts';
import {
  APPROVERS,
  answerOf,
  approvalWith,
  beginning,
  JUDGED,
  LEAD,
  openStep,
  RUN,
  STAND_IN,
  type World,
  WRITER,
  worldFrom,
} from './support/decision-world.ts';
import { isLong } from './support/property.ts';
import { drawFrom, Schedule } from './support/schedules.ts';

const SCHEDULES = isLong ? 12_000 : 400;
const DAY = 86_400_000;
const RULES = [
  'rule: all',
  'rule: any',
  'rule: { at_least: 2 }',
  'rule: in_order',
  'rule: { at_least: 2 }\n    veto: false',
];
const EXPIRIES = ['escalate', 'fail', 'skip', 'approve'];

const libraries = RULES.flatMap((rule) =>
  EXPIRIES.map((expiry) => approvalWith(`    ${rule}\n    expires: 5 workdays\n    on_expiry: ${expiry}`)),
);
const beginnings = new Map<number, ReturnType<typeof beginning>>();
const begun = (at: number): ReturnType<typeof beginning> => {
  const known = beginnings.get(at) ?? beginning(libraries[at] as (typeof libraries)[number]);
  beginnings.set(at, known);
  return known;
};

type Heard = { readonly person: string; readonly decision: string; readonly answered: Answered };

/** People, machines and alarms come back when nothing came of what they tried. */
const insisting = async (work: () => Promise<void>): Promise<void> => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof TryAgain || (cause as Error).name === 'Stopped')) throw cause;
    }
  }
};

const CHOICES = ['approve', 'approve', 'approve', 'request_changes', 'reject'];

const playOne = async (seed: number): Promise<{ world: World; schedule: Schedule; heard: readonly Heard[] }> => {
  const draw = drawFrom(seed);
  const world = worldFrom(await begun(draw(libraries.length)));
  const schedule = new Schedule(draw, draw(4));
  const heard: Heard[] = [];
  const faults: unknown[] = [];
  const begin = (actor: string, work: (as: ReturnType<World['as']>) => Promise<void>): void =>
    schedule.begin(actor, () =>
      insisting(() => work(world.as(schedule, actor))).catch((cause) => void faults.push(cause)),
    );
  const posts = (person: string, tag: string): void => {
    const decision = CHOICES[draw(CHOICES.length)] as string;
    begin(`${person} ${tag}`, async ({ ports }) => {
      const answered = await answer(ports, answerOf(person, decision));
      heard.push({ person, decision, answered });
    });
  };
  const token = world.nextToken();
  begin('machine', async ({ functions }) => void (await functions.task('OpenStep', openStep(token))));
  // Nobody can answer before it has been opened; everything else may come while it is still being seen to.
  if (draw(2) === 0) await schedule.play();
  for (const person of APPROVERS) posts(person, 'first');
  if (draw(2) === 0) posts(APPROVERS[draw(3)] as string, 'again');
  if (draw(3) === 0) posts(WRITER, 'own work');
  if (draw(3) === 0) {
    const from = APPROVERS[draw(3)] as string;
    begin('reassign', async ({ ports }) => {
      await steer(ports, {
        run: RUN,
        person: LEAD,
        act: { by: LEAD, proof: 'verified' },
        reason: 'Away.',
        what: 'reassign',
        opening: JUDGED,
        from,
        to: STAND_IN,
      });
    });
    posts(STAND_IN, 'stands in');
  }
  if (draw(3) === 0)
    begin('expiry', async ({ functions }) => {
      world.advance(20 * DAY);
      for (const { call } of [...world.alarms.values()]) await functions.alarm(call);
    });
  if (draw(3) === 0) {
    const again = world.nextToken();
    begin('redrive', async ({ functions }) => void (await functions.task('OpenStep', openStep(again))));
  }
  if (draw(4) === 0)
    begin('sweeper', async ({ functions }) => {
      world.advance(2 * 60_000);
      await functions.sweep();
    });
  await schedule.play();
  expect(faults, `seed ${seed}`).toEqual([]);
  await bringToRest(world, schedule, heard, `seed ${seed}`);
  return { world, schedule, heard };
};

/** Nothing fails any more: what is owed is swept, the machine tries again, and whoever is asked answers. */
const bringToRest = async (world: World, schedule: Schedule, heard: Heard[], said: string): Promise<void> => {
  schedule.free = true;
  const { ports, functions } = world.as(schedule, 'rest');
  const retried = async (): Promise<void> => {
    if (world.signals.some(({ token }) => token === world.token())) return;
    await functions.task('OpenStep', openStep(world.nextToken())).catch(stopped);
  };
  const sweeps = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1) {
      world.advance(5 * 60_000);
      await functions.sweep();
    }
  };
  await sweeps();
  const swept = (await readRun(ports, RUN)) as Run;
  const follows = await followUp(ports, swept, ports.clock.now());
  expect(follows, `${said}: the sweeper has recorded all that follows`).toBeUndefined();
  const early = await world.events();
  if (early.some((event) => isDecision(event) || event.type === 'run-finished')) expectSignalled(world, early, said);
  await retried();
  await sweeps();
  // In order, each has to wait for the one before, whoever that is now.
  const everybody = [...APPROVERS, STAND_IN, LEAD];
  for (const person of [...everybody, ...everybody, ...everybody]) {
    const answered = await answer(ports, answerOf(person, 'approve'));
    heard.push({ person, decision: 'approve', answered });
  }
  await sweeps();
  expectSignalled(world, await world.events(), said);
  await retried();
  await sweeps();
};

/** What waits at the end is told so, without being asked again. */
const expectSignalled = (world: World, events: readonly RunEvent[], said: string): void => {
  const tokens = events.flatMap((event) => ('token' in event && event.token !== undefined ? [event.token] : []));
  const last = tokens.at(-1);
  if (last !== world.token()) return;
  expect(
    world.signals.some(({ token }) => token === last),
    `${said}: the machine is told`,
  ).toBe(true);
};
const stopped = (cause: unknown): void => {
  if ((cause as Error).name !== 'Stopped') throw cause;
};

const isDecision = (event: RunEvent): boolean =>
  ['step-finished', 'step-skipped', 'changes-requested'].includes(event.type) &&
  'step' in event &&
  event.step === 'judge';

const askedIn = (events: readonly RunEvent[]): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) => {
      if (!('step' in event) || event.step !== 'judge') return [];
      if (event.type === 'step-opened') return event.people.map(({ person }) => person);
      if (event.type === 'decision-referred') return event.to.map(({ person }) => person);
      return event.type === 'step-reassigned' ? [event.now] : [];
    }),
  );

const expectSound = async (seed: number, world: World, heard: readonly Heard[]): Promise<void> => {
  const events = await world.events();
  const said = `seed ${seed}, ${events.map((event) => `${event.type} ${JSON.stringify(event).slice(0, 300)}`).join('\n')}\n${JSON.stringify(heard, undefined, 0)}`;
  const ends = events.filter((event) => isDecision(event) || event.type === 'run-finished');
  expect(ends.length, `${said}: one decision`).toBe(1);
  const [end] = ends as [RunEvent];
  const decision = 'decision' in end ? end.decision : end.type === 'step-skipped' ? 'skip' : undefined;

  const signals = world.signals.filter(({ token }) => token !== 'draft');
  expect(new Set(signals.map(({ token }) => token)).size, `${said}: one signal a token`).toBe(signals.length);
  for (const signal of signals) {
    if (end.type === 'run-finished') expect(signal.error, said).toBe('Stopped');
    else if (signal.decision !== undefined) expect(signal.decision, `${said}: the recorded decision`).toBe(decision);
    else expect(signal.error, said).toBeUndefined();
  }
  const went = signals.some(({ token }) => token === world.token());
  expect(went || end.type === 'run-finished', `${said}: the machine goes on`).toBe(true);

  const asked = askedIn(events);
  const votes = events.filter((event) => event.type === 'vote-cast');
  for (const { by = '' } of votes) {
    expect(asked.has(by), `${said}: ${by} was asked`).toBe(true);
    expect(by, `${said}: nobody judges own work`).not.toBe(WRITER);
  }
  for (const { person, decision: chosen, answered } of heard) {
    const own = votes.filter(({ by }) => by === person);
    if (answered.outcome === 'recorded')
      expect(
        own.some((vote) => vote.decision === chosen),
        `${said}: ${person} was recorded`,
      ).toBe(true);
    if (answered.outcome === 'same') expect(answered.decision, said).toBe(chosen);
    if (answered.outcome === 'other') expect(answered.decision, said).not.toBe(chosen);
    if (answered.outcome === 'same' || answered.outcome === 'other') {
      const known = [...votes, end].some((event) => {
        const made = 'decision' in event ? event.decision : event.type === 'step-skipped' ? 'skip' : undefined;
        return made === answered.decision && event.at === answered.at && (event as { by?: string }).by === answered.by;
      });
      expect(known, `${said}: ${person} heard what is in the history`).toBe(true);
    }
  }
  const people = new Map(world.ports.catalogue.team.people.map(({ email, id }) => [email, id]));
  for (const { to, subject } of world.mails) {
    const person = people.get(to.email) as string;
    if (subject.includes(' judge round 1')) expect(asked.has(person), `${said}: ${person} was mailed`).toBe(true);
  }
  expect(await world.history.owedBefore('2099-01-01T00:00:00.000Z', 9), `${said}: nothing is owed`).toEqual([]);
};

it(`comes to one decision in each of ${SCHEDULES} schedules of people, crashes, lost replies, retries, expiry and redrive`, async () => {
  const traces = new Set<string>();
  const kinds = new Set<string>();
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    const { world, schedule, heard } = await playOne(seed);
    await expectSound(seed, world, heard);
    traces.add(schedule.trace.join('\n'));
    for (const { type } of await world.events()) kinds.add(type);
    for (const { answered } of heard) kinds.add(answered.outcome);
  }
  // Of a few, everybody is refused at once, whatever the seed.
  expect(traces.size).toBeGreaterThan(0.99 * SCHEDULES);
  for (const kind of [
    'token-replaced',
    'step-reassigned',
    'decision-referred',
    'step-skipped',
    'changes-requested',
    'run-finished',
    'same',
    'other',
    'refused',
  ])
    expect(kinds, kind).toContain(kind);
});

it('comes to one decision when a thousand answers are posted at the same time', async () => {
  const draw = drawFrom(7);
  const world = worldFrom(await begun(4));
  const schedule = new Schedule(draw, 0);
  const { functions } = world.as(schedule, 'machine');
  schedule.free = true;
  await functions.task('OpenStep', openStep(world.nextToken()));
  const heard: Heard[] = [];
  const posts = Array.from({ length: 1_000 }, async (_, index) => {
    const person = APPROVERS[index % 3] as string;
    const decision = CHOICES[draw(CHOICES.length)] as string;
    const answered = await answer(world.ports, answerOf(person, decision));
    heard.push({ person, decision, answered });
  });
  await Promise.all(posts);
  await functions.sweep();
  await expectSound(7, world, heard);
  expect(heard.length).toBe(1_000);
  expect(heard.filter(({ answered }) => answered.outcome === 'recorded').length).toBe(1);
  expect(heard.filter(({ answered }) => answered.outcome === 'same' || answered.outcome === 'other').length).toBe(999);
});
