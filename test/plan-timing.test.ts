import { describe, expect, test } from 'vitest';
import type { Step, Workflow } from '../statemachines/language/workflow.ts';
import { weeklyCalendar } from '../statemachines/plan/holidays.ts';
import { timingFindings } from '../statemachines/plan/timing.ts';
import {
  approval,
  blogPost,
  each,
  email,
  office,
  officeCalendar,
  task,
  wait,
  workflow,
} from './support/plan-workflows.ts';

const calendar = weeklyCalendar(office);
const findings = (of: Workflow | readonly Step[], on = calendar) =>
  timingFindings('steps' in of ? of : workflow(of), on);

test('the blog post has no finding', () => {
  expect(findings(blogPost)).toEqual([]);
});

describe('a due date that nothing reaches', () => {
  test('on a calendar without workdays is found, due or wait', () => {
    expect(
      findings([task('a', { due: 'on publish' }), wait('w', { until: 'on publish' })], { ...calendar, workdays: [] }),
    ).toEqual([
      { code: 'unreachable-due', step: 'a', where: 'due', reason: 'no-workdays' },
      { code: 'unreachable-due', step: 'w', where: 'until', reason: 'no-workdays' },
    ]);
    const closed = Array.from(
      { length: 1100 },
      (_, index) => [new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10), 'closed'] as const,
    );
    expect(findings([task('a', { due: 'on publish' })], officeCalendar(Object.fromEntries(closed)))).toMatchObject([
      { reason: 'no-workdays' },
    ]);
  });

  test('more than a century away is found', () => {
    expect(findings([task('a', { due: '90000 days before publish' })])).toEqual([
      { code: 'unreachable-due', step: 'a', where: 'due', reason: 'too-far' },
    ]);
  });

  test('before the run can begin is found, also by way of another step', () => {
    expect(findings([task('a', { due: '3 days before start' })])).toEqual([
      { code: 'unreachable-due', step: 'a', where: 'due', reason: 'before-start' },
    ]);
    expect(findings([task('a', { due: '1 day after start' }), task('b', { due: '9 days before a' })])).toEqual([
      { code: 'unreachable-due', step: 'b', where: 'due', reason: 'before-start' },
    ]);
    expect(findings([task('a', { due: 'on start' }), task('b', { due: '1 day after start' })])).toEqual([]);
  });

  test('that hangs on itself in a circle is found', () => {
    expect(
      findings([task('a', { due: '1 day after b' }), task('b', { due: '1 day after a' })]).map((finding) => [
        finding.code,
        'reason' in finding ? finding.reason : '',
      ]),
    ).toEqual([
      ['unreachable-due', 'circle'],
      ['unreachable-due', 'circle'],
    ]);
  });
});

describe('due dates against the order of the steps', () => {
  test('are found with the days between them, over steps without a due date', () => {
    expect(
      findings([
        task('a', { due: '5 days before publish' }),
        email('m', { after: ['a'] }),
        task('b', { after: ['m'], due: '25 days before publish' }),
      ]),
    ).toEqual([{ code: 'due-against-order', step: 'b', other: 'a', days: 20 }]);
  });

  test('are not found where only some weekdays have them so', () => {
    // From a Monday, both fall on the Friday before; from other days the second is later.
    expect(
      findings([
        task('a', { due: '3 days before publish' }),
        task('b', { after: ['a'], due: '2 workdays before publish' }),
      ]),
    ).toEqual([]);
  });

  test('are not compared where they hang on different things', () => {
    expect(
      findings([task('a', { due: '90 days after start' }), task('b', { after: ['a'], due: '90 days before publish' })]),
    ).toEqual([]);
  });
});

describe('too little time', () => {
  test('between the latest due date before a step and its own is found', () => {
    expect(
      findings([
        task('a', { due: '20 days before publish' }),
        task('b', { due: '8 days before publish' }),
        task('c', { after: ['a', 'b'], due: '5 days before publish', takes: '6 workdays' }),
      ]),
    ).toEqual([{ code: 'too-little-time', step: 'c', needs: 6, has: 3, previous: 'b' }]);
  });

  test('is judged by the hours of effort where takes is not given', () => {
    const steps = (effort: number) => [
      task('a', { due: '1 workday before publish' }),
      task('b', { after: ['a'], due: 'on publish', effort }),
    ];
    expect(findings(steps(8))).toEqual([]);
    expect(findings(steps(9))).toEqual([{ code: 'too-little-time', step: 'b', needs: 2, has: 1, previous: 'a' }]);
    expect(
      findings([task('a', { due: 'on publish at 10:00' }), task('b', { after: ['a'], due: 'on publish', effort: 2 })]),
    ).toEqual([]);
  });

  test('is found between the start and a due date that hangs on it, and after the step that it hangs on', () => {
    expect(findings([task('a', { due: '1 workday after start', takes: '4 workdays' })])).toEqual([
      { code: 'too-little-time', step: 'a', needs: 4, has: 2 },
    ]);
    expect(findings([task('a'), task('b', { after: ['a'], due: '1 workday after a', takes: '4 workdays' })])).toEqual([
      { code: 'too-little-time', step: 'b', needs: 4, has: 1, previous: 'a' },
    ]);
  });

  test('is not looked for where something before the step has no due date', () => {
    expect(findings([task('a'), task('b', { after: ['a'], due: 'on publish', takes: '9 workdays' })])).toEqual([]);
  });
});

describe('approvals', () => {
  test('due after the anchor are found, on its day they are not', () => {
    expect(findings([task('draft'), approval('ok', { after: ['draft'], due: '2 days after publish' })])).toEqual([
      { code: 'approval-after-anchor', step: 'ok', anchor: 'publish', days: 2 },
    ]);
    expect(findings([task('draft'), approval('ok', { after: ['draft'], due: 'on publish' })])).toEqual([]);
  });

  test('in more than two layers are found with what they cost', () => {
    const layers = [
      task('draft'),
      approval('a', { after: ['draft'] }),
      email('m', { after: ['a'] }),
      approval('b', { after: ['m'], takes: '3 workdays' }),
      approval('c', { after: ['b'], effort: 9 }),
    ];
    expect(findings(layers)).toEqual([{ code: 'approval-layers', approvals: ['a', 'b', 'c'], workdays: 6 }]);
  });

  test('in layers cost what their due dates give them, where that is more', () => {
    const due = (days: number) => ({ due: `${days} days before publish` });
    const layers = [
      task('draft', due(40)),
      approval('a', { after: ['draft'], ...due(33) }),
      approval('b', { after: ['a'], ...due(26) }),
      approval('c', { after: ['b'], ...due(19) }),
    ];
    expect(findings(layers)).toEqual([{ code: 'approval-layers', approvals: ['a', 'b', 'c'], workdays: 15 }]);
  });

  test('with work between them, two in a row, or side by side are no layers', () => {
    expect(
      findings([
        approval('a'),
        approval('b', { after: ['a'] }),
        task('t', { after: ['b'] }),
        approval('c', { after: ['t'] }),
        approval('d', { after: ['c'] }),
      ]),
    ).toEqual([]);
    expect(findings([approval('a'), approval('b'), approval('c'), approval('d', { after: ['a', 'b', 'c'] })])).toEqual(
      [],
    );
  });

  test('in layers inside an each are found', () => {
    expect(
      findings([
        each('e', 'inputs.x', 1, [approval('a'), approval('b', { after: ['a'] }), approval('c', { after: ['b'] })]),
      ]),
    ).toEqual([{ code: 'approval-layers', approvals: ['a', 'b', 'c'], workdays: 3 }]);
  });
});

describe('a run that can outlive 350 days', () => {
  const code = (steps: readonly Step[]): unknown[] =>
    findings(steps).map((finding) =>
      finding.code === 'outlives-limit' ? [finding.limit, finding.last, finding.days] : finding.code,
    );

  test('by waiting, by its due dates or by what its steps take is found', () => {
    expect(code([wait('w', { for: '400 days' })])).toEqual([[350, 'w', 400]]);
    expect(
      code([task('a', { due: '360 days before publish' }), task('b', { after: ['a'], due: 'on publish' })]),
    ).toMatchObject([[350, 'b', expect.any(Number)]]);
    expect(code([task('a', { takes: '50 weeks' }), task('b', { after: ['a'], takes: '50 weeks' })])).toMatchObject([
      [350, 'b', expect.any(Number)],
    ]);
    expect(code([task('a', { expires: '60 weeks' })])).toMatchObject([[350, 'a', expect.any(Number)]]);
  });

  test('by all the rounds of work without due dates is found, and not where due dates hold them', () => {
    const block = (due: boolean, rounds: number): readonly Step[] => [
      task('draft', { takes: '10 weeks', ...(due ? { due: '100 days before publish' } : {}) }),
      approval('ok', { after: ['draft'], takes: '2 weeks', on_changes: { redo: 'draft', rounds } }),
    ];
    expect(code(block(false, 5))).toMatchObject([[350, 'ok', expect.any(Number)]]);
    expect(code(block(false, 3))).toEqual([]);
    expect(code(block(true, 5))).toEqual([]);
  });

  test('is not a strategy of 300 days, with due dates or without, with rounds of approval', () => {
    const phases = [300, 250, 200, 150, 100, 50, 0];
    const dated = phases.flatMap((days, index) => [
      task(`work-${index}`, {
        after: index === 0 ? [] : [`ok-${index - 1}`],
        due: `${days} days before publish`,
        takes: '3 weeks',
      }),
      approval(`ok-${index}`, {
        after: [`work-${index}`],
        of: `work-${index}`,
        on_changes: { redo: `work-${index}`, rounds: 3 },
      }),
    ]);
    expect(code(dated)).toEqual([]);
    expect(
      code(
        phases.map((_, index) =>
          task(`work-${index}`, { after: index === 0 ? [] : [`work-${index - 1}`], takes: '6 weeks' }),
        ),
      ),
    ).toEqual([]);
  });

  test('is not one whose anchor is far ahead', () => {
    expect(
      code([task('a', { due: '10 days before publish' }), wait('w', { until: 'on publish' }, { after: ['a'] })]),
    ).toEqual([]);
  });
});
