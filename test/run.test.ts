import { describe, expect, it } from 'vitest';
import { foldOn, foldRun, latest } from '../functions/core/run.ts';
import { done, event, opened, requested, runOf, step } from './support/told-run.ts';

describe('a run', () => {
  it('is nothing before it is asked for, and only asked for until its machine begins', () => {
    expect(foldRun('run-1', [])).toBeUndefined();
    expect(foldRun('run-1', [opened()])).toBeUndefined();
    expect(foldRun('run-1', [requested()])).toMatchObject({ id: 'run-1', length: 1 });
    expect(foldRun('run-1', [requested()])?.opened).toBeUndefined();
  });

  it('keeps the workflow that it began with', () => {
    expect(runOf().workflow.steps.map(({ id }) => id)).toEqual(['idea', 'draft', 'review', 'translate', 'send']);
  });

  it('counts every event, so that the next has its number', () => {
    expect(runOf(step('draft'), done('draft')).length).toBe(4);
  });

  it('keeps what is recorded first: a second answer to the same opening changes nothing', () => {
    const first = done('draft');
    const second = event('step-finished', { step: 'draft', round: 1, decision: 'skip', fields: {} });
    expect(latest(runOf(step('draft'), first, second), 'draft')?.finish).toEqual(first);
  });

  it('sends what is answered to the newest token, also when the step has finished already', () => {
    const replaced = event('token-replaced', { step: 'draft', round: 1, token: 'newer' });
    expect(latest(runOf(step('draft'), done('draft'), replaced), 'draft')).toMatchObject({
      state: 'finished',
      token: 'newer',
    });
  });

  it('closes every open step when it ends, and takes no answer after that', () => {
    const ended = runOf(
      step('draft'),
      event('run-finished', { outcome: 'cancelled', by: 'lea', reason: 'No longer needed' }),
      done('draft'),
      event('run-finished', { outcome: 'finished', proof: 'machine' }),
    );
    expect(latest(ended, 'draft')?.state).toBe('closed');
    expect(ended.finished?.outcome).toBe('cancelled');
  });

  it('follows who has a step and when it is due', () => {
    const due = { instant: '2027-03-09T16:00:00Z', wall: '2027-03-09T17:00', zone: 'Europe/Oslo' };
    const moved = runOf(
      step('draft'),
      event('step-reassigned', {
        step: 'draft',
        round: 1,
        role: 'blog-writer',
        was: 'ann',
        now: 'eve',
        by: 'lea',
        reason: 'Ann is ill',
      }),
      event('due-moved', { step: 'draft', round: 1, due, by: 'lea', reason: 'More time' }),
    );
    expect(latest(moved, 'draft')).toMatchObject({ people: [{ person: 'eve' }], due, generation: 2 });
  });

  const expired = event('decision-referred', {
    step: 'draft',
    round: 1,
    why: 'expired',
    to: [{ person: 'lea', role: 'marketing-manager', counts: true }],
  });

  it('is the lead’s where it has expired, until it is given to somebody or moved', () => {
    expect(latest(runOf(step('draft'), expired), 'draft')?.referred?.why).toBe('expired');
    const given = event('step-reassigned', {
      step: 'draft',
      round: 1,
      role: 'blog-writer',
      was: 'ann',
      now: 'eve',
      expires: '2027-04-09T16:00:00.000Z',
      reason: 'Ann has left',
    });
    expect(latest(runOf(step('draft'), expired, given), 'draft')).toMatchObject({
      people: [{ person: 'eve' }],
      expires: '2027-04-09T16:00:00.000Z',
    });
    expect(latest(runOf(step('draft'), expired, given), 'draft')?.referred).toBeUndefined();
  });
});

describe('a run, event by event', () => {
  it('is what all of its events fold to', () => {
    const events = [
      requested(),
      opened(),
      step('idea'),
      done('idea'),
      step('draft'),
      done('draft'),
      step('review'),
      event('changes-requested', {
        step: 'review',
        round: 1,
        decision: 'request_changes',
        by: 'bob',
        reopens: ['draft', 'review'],
      }),
      step('draft', 2),
      event('token-replaced', { step: 'draft', round: 2, token: 'newer' }),
      event('run-finished', { outcome: 'cancelled', by: 'lea', reason: 'No longer needed' }),
    ];
    let grown: ReturnType<typeof foldOn>;
    for (const [index, one] of events.entries()) {
      grown = foldOn(grown, 'run-1', one);
      expect(grown).toEqual(foldRun('run-1', events.slice(0, index + 1)));
    }
    expect(grown?.length).toBe(events.length);
    expect(grown?.finished?.outcome).toBe('cancelled');
  });
});
