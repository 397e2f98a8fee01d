import { describe, expect, it } from 'vitest';
import type { EventOf, EventType, RunEvent } from '../functions/core/events.ts';
import { eventSchemas } from '../functions/core/events.ts';
import { foldRun, hasFinished, latest } from '../functions/core/run.ts';

let minute = 0;
const event = <T extends EventType>(
  type: T,
  facts: Omit<EventOf<T>, 'type' | 'at' | 'proof'> & { proof?: string },
): RunEvent => {
  minute += 1;
  const whole = {
    type,
    at: `2027-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`,
    proof: 'verified',
    ...facts,
  } as never as RunEvent;
  eventSchemas[type].parse(whole);
  return whole;
};
const opened = event('run-opened', {
  workflow: 'blog-post',
  version: 'v1',
  title: 'Pricing',
  started: { how: 'form', proof: 'link' },
  inputs: {},
  people: {},
  outline: {},
  plan: {},
});
const step = (id: string, round = 1, item?: string): RunEvent =>
  event('step-opened', {
    step: id,
    round,
    ...(item && { item }),
    people: [{ person: 'ann', role: 'writer', counts: true }],
    token: `token of ${id} ${round}`,
  });
const done = (id: string, round = 1, item?: string): RunEvent =>
  event('step-finished', { step: id, round, ...(item && { item }), decision: 'done', by: 'ann', fields: {} });
const run = (...events: RunEvent[]) => foldRun([opened, ...events]);

describe('a run', () => {
  it('is nothing before it is opened', () => {
    expect(foldRun([])).toBeUndefined();
    expect(foldRun([step('draft')])).toBeUndefined();
  });

  it('counts every event, so that the next has its number', () => {
    expect(run(step('draft'), done('draft'))?.length).toBe(3);
  });

  it('keeps what is recorded first: a second answer to the same opening changes nothing', () => {
    const first = done('draft');
    expect(
      latest(
        run(
          step('draft'),
          first,
          event('step-finished', { step: 'draft', round: 1, decision: 'skip', fields: {} }),
        ) as never,
        'draft',
      )?.finish,
    ).toEqual(first);
  });

  it('sends what is answered to the newest token, also when the step has finished already', () => {
    const replaced = event('token-replaced', { step: 'draft', round: 1, token: 'newer' });
    expect(latest(run(step('draft'), done('draft'), replaced) as never, 'draft')).toMatchObject({
      state: 'finished',
      token: 'newer',
    });
  });

  it('opens again what changes are asked for, so that what comes after waits for the new round', () => {
    const changes = event('changes-requested', {
      step: 'review',
      round: 1,
      decision: 'request_changes',
      by: 'bob',
      reopens: ['draft', 'review'],
    });
    const before = [step('idea'), done('idea'), step('draft'), done('draft'), step('review')];
    const after = run(...before, changes) as never;
    expect([hasFinished(after, 'idea'), hasFinished(after, 'draft'), hasFinished(after, 'review')]).toEqual([
      true,
      false,
      false,
    ]);
    const second = run(...before, changes, step('draft', 2), done('draft', 2)) as never;
    expect([hasFinished(second, 'draft'), latest(second, 'draft')?.round]).toEqual([true, 2]);
  });

  it('opens again only the item that changes are asked for, with what is nested in it', () => {
    const items = [
      step('draft', 1, '1:0'),
      done('draft', 1, '1:0'),
      step('draft', 1, '1:1'),
      done('draft', 1, '1:1'),
      step('line', 1, '1:0/1:3'),
      done('line', 1, '1:0/1:3'),
      step('review', 1, '1:0'),
    ];
    const changes = event('changes-requested', {
      step: 'review',
      round: 1,
      item: '1:0',
      decision: 'request_changes',
      by: 'bob',
      reopens: ['draft', 'line', 'review'],
    });
    const after = run(...items, changes) as never;
    expect([
      hasFinished(after, 'draft', '1:0'),
      hasFinished(after, 'draft', '1:1'),
      hasFinished(after, 'line', '1:0/1:3'),
    ]).toEqual([false, true, false]);
  });

  it('closes every open step when it ends, and takes no answer after that', () => {
    const ended = run(
      step('draft'),
      event('run-finished', { outcome: 'cancelled', by: 'lea', reason: 'No longer needed' }),
      done('draft'),
      event('run-finished', { outcome: 'finished', proof: 'machine' }),
    ) as never;
    expect(latest(ended, 'draft')?.state).toBe('closed');
    expect((ended as { finished: { outcome: string } }).finished.outcome).toBe('cancelled');
  });

  it('counts a skipped step as finished, and gives it no results', () => {
    const skipped = run(
      event('step-skipped', { step: 'legal', round: 1, why: 'condition', proof: 'machine' }),
    ) as never;
    expect([hasFinished(skipped, 'legal'), latest(skipped, 'legal')?.state]).toEqual([true, 'skipped']);
  });

  it('follows who has a step and when it is due', () => {
    const moved = run(
      step('draft'),
      event('step-reassigned', {
        step: 'draft',
        round: 1,
        role: 'writer',
        was: 'ann',
        now: 'eve',
        by: 'lea',
        reason: 'Ann is ill',
      }),
      event('due-moved', {
        step: 'draft',
        round: 1,
        due: { instant: '2027-03-09T16:00:00Z', wall: '2027-03-09T17:00', zone: 'Europe/Oslo' },
        by: 'lea',
        reason: 'More time',
      }),
    ) as never;
    expect(latest(moved, 'draft')).toMatchObject({ people: [{ person: 'eve' }], due: { wall: '2027-03-09T17:00' } });
  });
});
