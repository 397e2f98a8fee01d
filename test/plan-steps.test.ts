import { describe, expect, test } from 'vitest';
import type { Step } from '../statemachines/language/workflow.ts';
import type { Plan } from '../statemachines/plan/plan.ts';
import { finishes, MONDAY, planOf, stepOf } from './support/plan-made.ts';
import { each, email, task, wait, workflow } from './support/plan-workflows.ts';

describe('a step', () => {
  test('without takes is given the workdays that its effort fills, at least one', () => {
    expect(finishes(planOf([task('short', { effort: 1 }), task('long', { effort: 17 }), task('none')]))).toEqual({
      short: '02-01T16:00',
      long: '02-03T16:00',
      none: '02-01T16:00',
    });
  });

  test('of the machine takes no time, and happens at once, at night too', () => {
    const plan = planOf([email('mail'), task('write', { after: ['mail'] })], { now: '2027-02-01T21:00:00Z' });
    expect([stepOf(plan, 'mail').starts, stepOf(plan, 'mail').finishes]).toEqual([
      '2027-02-01T21:00:00Z',
      '2027-02-01T21:00:00Z',
    ]);
    expect(stepOf(plan, 'write').starts).toBe('2027-02-02T08:00:00Z');
    expect(stepOf(plan, 'mail').reminders).toEqual([]);
  });

  test('that starts another workflow takes time only if it waits for it', () => {
    const start = { ...email('sub'), type: 'run', workflow: 'other', with: {} } as const;
    expect(finishes(planOf([{ ...start, wait: false } as unknown as Step]))).toEqual({ sub: '02-01T08:00' });
    expect(finishes(planOf([{ ...start, wait: true } as unknown as Step]))).toEqual({ sub: '02-01T16:00' });
  });

  test('that waits ends with its span or at its instant, and at once when that is past', () => {
    expect(finishes(planOf([wait('w', { for: '2 workdays' })]))).toEqual({ w: '02-03T08:00' });
    expect(finishes(planOf([wait('w', { until: '3 days before publish' })]))).toEqual({ w: '03-24T16:00' });
    expect(finishes(planOf([wait('w', { until: '60 days before publish' })], { now: MONDAY }))).toEqual({
      w: '02-01T08:00',
    });
  });

  test('without due is due when it is finished if all before it keep their due dates', () => {
    const plan = planOf([
      task('a', { due: '10 days before publish' }),
      task('b', { after: ['a'], takes: '2 workdays' }),
      task('c', { after: ['b'] }),
    ]);
    expect([stepOf(plan, 'b').due, stepOf(plan, 'b').due_from]).toEqual(['2027-03-23T16:00:00Z', 'takes']);
    expect([stepOf(plan, 'c').due, stepOf(plan, 'c').finishes]).toEqual([
      '2027-03-24T16:00:00Z',
      '2027-02-04T16:00:00Z',
    ]);
  });

  test('without due after one that is late is due when it can be finished', () => {
    const plan = planOf([task('a', { due: '90 days before publish' }), task('b', { after: ['a'] })]);
    expect([stepOf(plan, 'b').due, stepOf(plan, 'b').late_on_day_one]).toEqual(['2027-02-02T16:00:00Z', false]);
  });

  test('whose due date hangs on another step counts from when that is due', () => {
    const plan = planOf([
      task('a', { due: '10 days before publish' }),
      task('b', { after: ['a'], due: '2 workdays after a' }),
    ]);
    expect(stepOf(plan, 'b').due_wall).toBe('2027-03-23T17:00');
  });

  test('with a condition is planned as if it happens', () => {
    const plan = planOf([task('maybe', { when: 'inputs.x' }), task('then', { after: ['maybe'] })]);
    expect(plan.steps.map(({ conditional, finishes: at }) => [conditional, at])).toEqual([
      [true, '2027-02-01T16:00:00Z'],
      [false, '2027-02-02T16:00:00Z'],
    ]);
  });

  test('of a run that starts on a Saturday begins on Monday', () => {
    expect(stepOf(planOf([task('a')], { now: '2027-02-06T12:00:00Z' }), 'a')).toMatchObject({
      starts: '2027-02-08T08:00:00Z',
      finishes: '2027-02-08T16:00:00Z',
    });
  });

  test('is not reminded before it can begin', () => {
    const plan = planOf([task('a', { takes: '3 workdays' }), task('b', { after: ['a'], takes: '1 workday' })]);
    expect(stepOf(plan, 'b').reminders[0]).toMatchObject({ at: '2027-02-04T16:00:00Z', kind: 'due' });
  });
});

describe('each', () => {
  const many = (items: readonly string[] | undefined, at_once: number, over = 'inputs.channels'): Plan =>
    planOf(
      workflow(
        [
          each('channels', over, at_once, [
            task('write', { effort: 2 }),
            task('check', { after: ['write'], effort: 1 }),
          ]),
          task('end', { after: ['channels'] }),
        ],
        {
          inputs: {
            channels: {
              type: 'choice',
              label: 'Channels',
              required: true,
              many: true,
              options: ['a', 'b', 'c', 'd', 'e'],
            },
          },
        },
      ),
      { inputs: items === undefined ? {} : { channels: items } },
    );

  test('passes through its steps once for each group of items', () => {
    expect(finishes(many(['a', 'b', 'c', 'd', 'e'], 2))).toEqual({
      channels: '02-08T16:00',
      write: '02-05T16:00',
      check: '02-08T16:00',
      end: '02-09T16:00',
    });
    expect(finishes(many(['a', 'b'], 2)).channels).toBe('02-02T16:00');
    expect(finishes(many([], 2)).end).toBe('02-01T16:00');
  });

  test('passes through once when the items are not known from the inputs', () => {
    expect(finishes(many(['a', 'b', 'c'], 1, 'steps.x')).channels).toBe('02-02T16:00');
    expect(finishes(many(undefined, 1)).channels).toBe('02-02T16:00');
  });

  test('names itself in its steps, which count their effort for each item', () => {
    const plan = many(['a', 'b', 'c'], 3);
    expect([
      stepOf(plan, 'write').each,
      stepOf(plan, 'write').cost.hours,
      stepOf(plan, 'channels').items,
      plan.cost.total.hours,
    ]).toEqual(['channels', 6, 3, 9]);
    expect(plan.critical_path).toEqual(['channels', 'write', 'check', 'end']);
  });

  test('gives its steps the latest dates of its last items', () => {
    const plan = planOf(
      workflow([each('channels', 'inputs.channels', 1, [task('write')], { due: 'on publish' })], {
        inputs: {
          publish: { type: 'date', label: 'P', required: true },
          channels: { type: 'choice', label: 'C', required: true, many: true },
        },
      }),
      { inputs: { publish: '2027-02-04', channels: ['a', 'b'] } },
    );
    expect([stepOf(plan, 'write').latest_finish, plan.start_by]).toEqual([
      '2027-02-04T16:00:00Z',
      '2027-02-03T15:59:59Z',
    ]);
  });

  /** Step id to its due date, month to minute in UTC. */
  const dues = (plan: Plan): Record<string, string> =>
    Object.fromEntries(plan.steps.map(({ step, due }) => [step, due.slice(5, 16)]));
  const inputs = {
    publish: { type: 'date', label: 'P', required: true },
    channels: { type: 'choice', label: 'C', required: true, many: true },
  } as const;

  test('without due is due with the last of its steps, and what comes after it later', () => {
    const plan = planOf([
      each('channels', 'steps.x', 1, [
        task('write', { due: '10 workdays before publish' }),
        task('check', { after: ['write'], due: '4 workdays before publish' }),
        task('count', { after: ['write'], takes: '2 workdays' }),
      ]),
      task('end', { after: ['channels'] }),
      task('report', { after: ['end'], due: '1 workday after channels' }),
    ]);
    expect(dues(plan)).toEqual({
      channels: '03-22T16:00',
      write: '03-12T16:00',
      check: '03-22T16:00',
      count: '03-16T16:00',
      end: '03-23T16:00',
      report: '03-23T16:00',
    });
    expect([stepOf(plan, 'channels').due_from, stepOf(plan, 'end').due_from, plan.feasible]).toEqual([
      'takes',
      'takes',
      true,
    ]);
    expect(stepOf(plan, 'channels').finishes).toBe('2027-02-03T16:00:00Z');
  });

  test('is due with the last of its steps where only one before that has a due date, and around another each', () => {
    const plan = planOf([
      each('outer', 'steps.x', 1, [
        each('inner', 'steps.y', 1, [
          task('write', { due: '10 workdays before publish' }),
          task('check', { after: ['write'], takes: '2 workdays' }),
        ]),
        task('sum', { after: ['inner'] }),
      ]),
      task('end', { after: ['outer'] }),
    ]);
    expect(dues(plan)).toEqual({
      outer: '03-17T16:00',
      inner: '03-16T16:00',
      write: '03-12T16:00',
      check: '03-16T16:00',
      sum: '03-17T16:00',
      end: '03-18T16:00',
    });
  });

  test('with a due date of its own keeps it, whatever its steps say', () => {
    const plan = planOf([
      each('early', 'steps.x', 1, [task('a', { due: '4 workdays before publish' })], {
        due: '10 workdays before publish',
      }),
      task('after-early', { after: ['early'] }),
      each('late', 'steps.x', 1, [task('b', { due: '10 workdays before publish' })], {
        due: '4 workdays before publish',
      }),
      task('after-late', { after: ['late'] }),
    ]);
    expect(dues(plan)).toEqual({
      early: '03-12T16:00',
      a: '03-22T16:00',
      'after-early': '03-15T16:00',
      late: '03-22T16:00',
      b: '03-12T16:00',
      'after-late': '03-23T16:00',
    });
    expect(stepOf(plan, 'early').due_from).toBe('due');
  });

  test('of a campaign launch is due with its final review, though its work could be done a week before', () => {
    const plan = planOf(
      [
        task('timeline', { due: '34 workdays before publish' }),
        each(
          'channel-assets',
          'steps.x',
          6,
          [
            task('first-draft', { due: '28 workdays before publish', takes: '5 workdays' }),
            task('first-review', { after: ['first-draft'], due: '25 workdays before publish', takes: '2 workdays' }),
            task('second-draft', { after: ['first-review'], due: '20 workdays before publish', takes: '3 workdays' }),
            task('artwork', { after: ['second-draft'], due: '15 workdays before publish', takes: '5 workdays' }),
            task('final-review', { after: ['artwork'], due: '10 workdays before publish', takes: '4 workdays' }),
          ],
          { after: ['timeline'] },
        ),
        task('rehearse', { after: ['channel-assets'], takes: '3 workdays' }),
        task('go-live', { after: ['rehearse'], due: 'on publish' }),
      ],
      { now: '2027-01-04T08:00:00Z' },
    );
    // From the timeline on the work of the channels takes until 5 March.
    expect(dues(plan)).toMatchObject({
      timeline: '02-08T16:00',
      'final-review': '03-12T16:00',
      'channel-assets': '03-12T16:00',
      rehearse: '03-17T16:00',
    });
    expect(plan).toMatchObject({ feasible: true, late_steps: [], ends: '2027-03-31T15:00:00Z' });
    expect(plan.critical_path.join(' ')).toBe(
      'timeline channel-assets first-draft first-review second-draft artwork final-review rehearse go-live',
    );
  });

  test('whose steps are late is due when all its items can be done, and makes late what has a due date after it', () => {
    const plan = planOf(
      workflow(
        [
          each('channels', 'inputs.channels', 1, [task('write', { due: '1 workday after start' })]),
          task('end', { after: ['channels'] }),
          task('live', { after: ['end'], due: 'on publish' }),
        ],
        { inputs },
      ),
      { inputs: { publish: '2027-02-04', channels: ['a', 'b', 'c'] } },
    );
    expect(dues(plan)).toEqual({
      channels: '02-03T16:00',
      write: '02-02T16:00',
      end: '02-04T16:00',
      live: '02-04T16:00',
    });
    expect(plan.late_steps).toEqual([
      { step: 'write', by_workdays: 1 },
      { step: 'live', by_workdays: 1 },
    ]);
    expect(plan.critical_path).toEqual(['channels', 'write', 'end', 'live']);
    expect(plan.steps.map(({ slack_workdays }) => slack_workdays)).toEqual([-1, -1, -1, -1]);
  });

  test('over nothing does not wait for the due dates of its steps', () => {
    const plan = planOf(
      workflow(
        [
          each('channels', 'inputs.channels', 1, [task('write', { due: '4 workdays before publish' })]),
          task('end', { after: ['channels'] }),
        ],
        { inputs },
      ),
      { inputs: { publish: '2027-03-31', channels: [] } },
    );
    expect(dues(plan)).toEqual({ channels: '02-01T08:00', write: '03-22T16:00', end: '02-01T16:00' });
  });
});
