/**
 * One approval, and everything that can happen to it at the same time: three people, crashes, lost replies, retries,
 * a new owner, its expiry, a machine that begins its wait again, and the sweeper. A seed decides on the order of all
 * port calls and on what fails, beyond the bound up to which decision-interleavings.test.ts leaves nothing out;
 * whatever the order, there is one decision, and everybody is told of that one.
 */
import { expect, it } from 'vitest';
import { answer } from '../functions/core/answer.ts';
import { castIn, type Heard } from './support/decision-cast.ts';
import { bringToRest, expectSound } from './support/decision-soundness.ts';
import {
  APPROVERS,
  answerOf,
  approvalWith,
  beginning,
  openStep,
  STAND_IN,
  type World,
  WRITER,
  worldFrom,
} from './support/decision-world.ts';
import { isLong } from './support/property.ts';
import { drawFrom, playAtRandom } from './support/schedules.ts';
import { Turns } from './support/turns.ts';

const SCHEDULES = isLong ? 12_000 : 250;
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

const CHOICES = ['approve', 'approve', 'approve', 'request_changes', 'reject'];

const playOne = async (seed: number): Promise<{ world: World; turns: Turns; heard: readonly Heard[] }> => {
  const draw = drawFrom(seed);
  const world = worldFrom(await begun(draw(libraries.length)));
  const turns = new Turns();
  const mostFaults = draw(4);
  const cast = castIn(world, turns);
  const chosen = (): string => CHOICES[draw(CHOICES.length)] as string;
  const oneOf = (): string => APPROVERS[draw(3)] as string;
  cast.waits();
  // Nobody can answer before it has been opened; everything else may come while it is still being seen to.
  if (draw(2) === 0) await playAtRandom(turns, draw, mostFaults);
  for (const person of APPROVERS) cast.posts(person, chosen());
  if (draw(2) === 0) cast.posts(oneOf(), chosen(), 'posts again');
  if (draw(3) === 0) cast.posts(WRITER, chosen(), 'judges own work');
  if (draw(3) === 0) {
    cast.reassigns(oneOf());
    cast.posts(STAND_IN, chosen(), 'stands in');
  }
  if (draw(3) === 0) cast.expires();
  if (draw(3) === 0) cast.waitsAgain();
  if (draw(4) === 0) cast.sweeps();
  await playAtRandom(turns, draw, mostFaults);
  expect(cast.faults, `seed ${seed}`).toEqual([]);
  await bringToRest(world, turns, cast.heard, `seed ${seed}`);
  return { world, turns, heard: cast.heard };
};

it(`comes to one decision in each of ${SCHEDULES} schedules of people, crashes, lost replies, retries, expiry and redrive`, async () => {
  const traces = new Set<string>();
  const kinds = new Set<string>();
  for (let seed = 1; seed <= SCHEDULES; seed += 1) {
    const { world, turns, heard } = await playOne(seed);
    await expectSound(world, heard, `seed ${seed}`, turns.faults + turns.outlasted);
    traces.add(turns.trace.join('\n'));
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
  const turns = new Turns();
  const { functions } = world.as(turns, 'machine');
  turns.free = true;
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
  await expectSound(world, heard, 'a thousand', 0);
  expect(heard.length).toBe(1_000);
  expect(heard.filter(({ answered }) => answered.outcome === 'recorded').length).toBe(1);
  expect(heard.filter(({ answered }) => answered.outcome === 'same' || answered.outcome === 'other').length).toBe(999);
});
