/** What goes off by itself: late, early, twice, at night, or while somebody else is at it. */
import { describe, expect, it } from 'vitest';
import { setAlarm } from '../functions/core/alarm-setting.ts';
import { answer } from '../functions/core/answer.ts';
import { mailGathered } from '../functions/core/gathering.ts';
import { readRun } from '../functions/core/read-run.ts';
import type { Run } from '../functions/core/run.ts';
import { steer } from '../functions/core/steer.ts';
import { hosted } from '../functions/hosted.ts';
import {
  APPROVERS,
  answerOf,
  approvalWith,
  beginning,
  JUDGED,
  LEAD,
  openStep,
  RUN,
  type World,
  worldFrom,
} from './support/decision-world.ts';

const HOUR = 3_600_000;
const [MAREK] = APPROVERS;

/** Opened on Monday at 09:00 in Oslo, due at 17:00 of that day, asked of three people. */
const begin = async () => {
  const world = worldFrom(await beginning(approvalWith('    rule: all\n    expires: 5 workdays')));
  const functions = hosted(world.ports);
  await functions.task('OpenStep', openStep(world.nextToken()));
  const alarm = () => [...world.alarms.values()].find(({ call }) => call.kind === 'step');
  const goOff = async (): Promise<void> => {
    const { call } = alarm() ?? {};
    if (call !== undefined) await functions.alarm(call);
  };
  return { world, functions, alarm, goOff };
};
const reminders = (world: World): readonly string[] =>
  world.mails
    .filter(({ lane }) => lane === 'reminder')
    .map(({ to, subject }) => `${to.email.split('.')[0]} ${subject}`);
const gathered = async (world: World): Promise<void> => {
  for (const person of [...APPROVERS, LEAD]) await mailGathered(world.ports, person);
};
const move = (world: World, due: string) =>
  steer(world.ports, {
    run: RUN,
    person: LEAD,
    act: { by: LEAD, proof: 'verified' },
    reason: 'More time.',
    what: 'move',
    opening: JUDGED,
    due,
  });

describe('an alarm', () => {
  it('that comes twice reminds once', async () => {
    const { world, functions, alarm } = await begin();
    const first = alarm();
    expect(first?.at).toBe('2027-01-11T16:00:00.000Z');
    world.advance(8 * HOUR);
    for (const _ of [1, 2]) if (first !== undefined) await functions.alarm(first.call);
    await gathered(world);
    expect(reminders(world).toSorted()).toEqual([
      'anna reminder judge',
      'marek reminder judge',
      'sofie reminder judge',
    ]);
    await gathered(world);
    expect(reminders(world).length).toBe(3);
    expect((await world.events()).filter(({ type }) => type === 'reminder-sent').length).toBe(1);
  });

  it('of an earlier generation does nothing but see to it that the next one is set', async () => {
    const { world, functions, alarm } = await begin();
    const old = alarm();
    await move(world, '2027-01-20');
    const [next] = [alarm()];
    expect(next?.at).toBe('2027-01-18T16:00:00.000Z');
    // As if two workers had set their alarms in the wrong order.
    if (old !== undefined) world.ports.alarms.set(old);
    world.advance(8 * HOUR);
    if (old !== undefined) await functions.alarm(old.call);
    expect(alarm()).toEqual(next);
    expect(reminders(world)).toEqual([]);
  });

  it('is set as the newest history asks, whoever sets it last', async () => {
    const { world, alarm } = await begin();
    const stale = (await readRun(world.ports, RUN)) as Run;
    await move(world, '2027-01-20');
    const opening = stale.openings.get('judge##1');
    if (opening !== undefined) await setAlarm(world.ports, stale, opening);
    expect(alarm()?.at).toBe('2027-01-18T16:00:00.000Z');
  });

  it('reminds only who has not answered', async () => {
    const { world, goOff } = await begin();
    await answer(world.ports, answerOf(MAREK, 'approve'));
    world.advance(8 * HOUR);
    await goOff();
    await gathered(world);
    expect(reminders(world).toSorted()).toEqual(['anna reminder judge', 'sofie reminder judge']);
  });

  it('that an outage held up until the night sends the latest reminder alone, at 09:00', async () => {
    const { world, goOff } = await begin();
    // Due on Monday; on Wednesday at 02:00 everything is there again.
    world.advance(41 * HOUR);
    await goOff();
    await gathered(world);
    expect(reminders(world)).toEqual([]);
    const waiting = [...world.alarms.values()].filter(({ call }) => call.kind === 'gathered').map(({ at }) => at);
    expect(new Set(waiting)).toEqual(new Set(['2027-01-13T08:00:00.000Z']));
    world.advance(7 * HOUR);
    await gathered(world);
    expect(reminders(world).toSorted()).toEqual([
      'anna reminder judge',
      'marek reminder judge',
      'mia reminder judge',
      'sofie reminder judge',
    ]);
  });
});

describe('what is gathered', () => {
  it('and answered meanwhile is not mailed any more', async () => {
    const { world, goOff } = await begin();
    world.advance(8 * HOUR);
    await goOff();
    await answer(world.ports, answerOf(MAREK, 'approve'));
    await gathered(world);
    expect(reminders(world).toSorted()).toEqual(['anna reminder judge', 'sofie reminder judge']);
  });

  it('is mailed once, though a crash lets it be gathered again', async () => {
    const { world, goOff, functions } = await begin();
    world.advance(8 * HOUR);
    const { history } = world.ports;
    // Nothing can be settled, so all of it is done again.
    const settle = history.settle;
    Object.assign(history, { settle: async () => {} });
    await goOff();
    await gathered(world);
    Object.assign(history, { settle });
    world.advance(5 * 60_000);
    await functions.sweep();
    await gathered(world);
    expect(reminders(world).length).toBe(3);
  });
});
