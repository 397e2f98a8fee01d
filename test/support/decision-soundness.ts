/**
 * What has to be true of a decision, whatever the order in which everything about it happened.
 */
import { expect } from 'vitest';
import { answer } from '../../functions/core/answer.ts';
import type { RunEvent } from '../../functions/core/events.ts';
import { followUp } from '../../functions/core/follow-up.ts';
import { readRun } from '../../functions/core/read-run.ts';
import type { Run } from '../../functions/core/run.ts';
import type { Heard } from './decision-cast.ts';
import { APPROVERS, answerOf, LEAD, openStep, RUN, STAND_IN, type World, WRITER } from './decision-world.ts';
import type { Turns } from './turns.ts';

/** Nothing fails any more: what is owed is swept, the machine tries again, and whoever is asked answers. */
export const bringToRest = async (world: World, turns: Turns, heard: Heard[], said: string): Promise<void> => {
  turns.free = true;
  const { ports, functions } = world.as(turns, 'rest');
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

/** One decision, of which everybody was told, and nothing is owed. @param faults how many calls failed, or may have been held up for longer than a claim lasts. */
export const expectSound = async (
  world: World,
  heard: readonly Heard[],
  schedule: string,
  faults: number,
): Promise<void> => {
  const events = await world.events();
  const said = `${schedule}, ${events.map((event) => `${event.type} ${JSON.stringify(event).slice(0, 300)}`).join('\n')}\n${JSON.stringify(heard, undefined, 0)}`;
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
  const times = [...Map.groupBy(world.mails, ({ id }) => id).values()].map(({ length }) => length);
  expect(
    Math.max(...times),
    `${said}: each mail goes once, but where it is not known whether it went`,
  ).toBeLessThanOrEqual(1 + faults);
  expect(await world.history.owedBefore('2099-01-01T00:00:00.000Z', 9), `${said}: nothing is owed`).toEqual([]);
};
