import { describe, expect, test } from 'vitest';
import { makePlan } from '../statemachines/plan/plan.ts';
import { finishes, MONDAY, norway, planOf, stepOf } from './support/plan-made.ts';
import {
  approval,
  blogPost,
  blogTeam,
  officeCalendar,
  person,
  task,
  team,
  workflow,
} from './support/plan-workflows.ts';

describe('the blog post', () => {
  const plan = planOf(blogPost, { team: blogTeam });

  test('counts its due dates back from the publish date, over Easter', () => {
    expect(plan.steps.map(({ step, due_wall }) => `${step} ${due_wall}`)).toEqual([
      'idea 2027-03-01T17:00',
      'keywords 2027-03-05T17:00',
      'outline 2027-03-11T17:00',
      'approve-outline 2027-03-16T17:00',
      'draft 2027-03-19T17:00',
      'images 2027-03-24T17:00',
      'social 2027-03-24T17:00',
      'publish-post 2027-03-31T17:00',
    ]);
    expect(stepOf(plan, 'publish-post')).toMatchObject({
      due: '2027-03-31T15:00:00Z',
      zone: 'Europe/Oslo',
      due_from: 'due',
    });
  });

  test('starts each step when all before it can have finished', () => {
    expect(finishes(plan)).toEqual({
      idea: '02-02T16:00',
      keywords: '02-03T16:00',
      outline: '02-04T16:00',
      'approve-outline': '02-05T16:00',
      draft: '02-08T16:00',
      images: '02-08T16:00',
      social: '02-09T16:00',
      'publish-post': '02-10T16:00',
    });
    expect(stepOf(plan, 'social').starts).toBe('2027-02-09T08:00:00Z');
  });

  test('is feasible with enough days, and says so', () => {
    expect(plan).toMatchObject({
      feasible: true,
      needs_workdays: 21,
      available_workdays: 40,
      late_steps: [],
      sentence: 'Feasible: needs 21 working days, there are 40.',
      start_by: '2027-02-26T15:59:59Z',
      critical_path: ['idea', 'keywords', 'outline', 'approve-outline', 'images', 'social', 'publish-post'],
    });
    expect('earliest_anchor' in plan).toBe(false);
  });

  test('names what is late on day one when there are too few days, and when it would not be', () => {
    const late = planOf(blogPost, { team: blogTeam, now: '2027-03-10T09:00:00Z' });
    expect(late).toMatchObject({
      feasible: false,
      needs_workdays: 21,
      available_workdays: 13,
      late_steps: [
        { step: 'idea', by_workdays: 8 },
        { step: 'keywords', by_workdays: 5 },
        { step: 'outline', by_workdays: 2 },
      ],
      sentence:
        'Needs 21 working days, there are 13; these three steps are late on day one: Generate the idea, Research keywords, Write the outline.',
      start_by: '2027-02-26T15:59:59Z',
      earliest_anchor: '2027-04-12',
      critical_path: ['idea', 'keywords', 'outline'],
    });
    expect(stepOf(late, 'idea')).toMatchObject({ late_on_day_one: true, slack_workdays: -8, critical: true });
    expect(
      planOf(blogPost, { team: blogTeam, now: '2027-03-10T09:00:00Z', inputs: { publish: '2027-04-12' } }).feasible,
    ).toBe(true);
    expect(
      planOf(blogPost, { team: blogTeam, now: '2027-03-10T09:00:00Z', inputs: { publish: '2027-04-09' } }).feasible,
    ).toBe(false);
  });

  test('is feasible until the second that start_by gives', () => {
    expect(planOf(blogPost, { now: '2027-02-26T15:59:59Z' }).feasible).toBe(true);
    expect(planOf(blogPost, { now: '2027-02-26T16:00:00Z' }).feasible).toBe(false);
  });

  test('knows how far each step can slip', () => {
    expect(plan.steps.map(({ step, slack_workdays }) => `${step} ${slack_workdays}`)).toEqual([
      'idea 19',
      'keywords 22',
      'outline 25',
      'approve-outline 27',
      'draft 29',
      'images 31',
      'social 31',
      'publish-post 32',
    ]);
    // Its own due date is the same evening as that of the social posts, which need a day after it.
    expect(stepOf(plan, 'images').latest_finish).toBe('2027-03-23T16:00:00Z');
  });

  test('reminds each approver in the day of their own zone, and the lead once', () => {
    expect(
      stepOf(plan, 'approve-outline').reminders.map(
        ({ at, kind, to, people }) => `${at} ${kind} ${to.join('+')} ${people.join('+')}`,
      ),
    ).toEqual([
      '2027-03-15T08:00:00Z before approvers mia',
      '2027-03-15T13:00:00Z before approvers sem',
      '2027-03-15T16:00:00Z before approvers sem+mia',
      '2027-03-16T16:00:00Z due approvers sem+mia',
      '2027-03-17T08:00:00Z overdue approvers mia',
      '2027-03-17T13:00:00Z overdue approvers sem',
      '2027-03-17T16:00:00Z escalation approvers+lead sem+mia',
    ]);
  });

  test('costs hours by role, money where rates are known, and 52 times that a year', () => {
    expect(plan.cost).toEqual({
      currency: 'EUR',
      total: { hours: 25, money: 880 },
      by_role: {
        'content-strategist': { hours: 2, money: 120 },
        'seo-strategist': { hours: 3, money: 150 },
        'blog-writer': { hours: 13, money: 520 },
        'marketing-manager': { hours: 0, money: 0 },
        'graphic-designer': { hours: 5, money: 0 },
        'social-manager': { hours: 2, money: 90 },
      },
      unpriced: ['graphic-designer'],
      unestimated: ['approve-outline'],
      per_year: { runs: 52, hours: 1300, money: 45760 },
    });
  });

  test('has a plan that is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('people', () => {
  const steps = [task('a', { due: '4 days before publish' })];
  const inputs = { publish: '2027-02-08' };
  const away = (cover?: string) => ({
    away: [{ from: '2027-02-04', to: '2027-02-05', ...(cover === undefined ? {} : { cover }) }],
  });

  test('are the first holders of the role, or who is named for it', () => {
    const both = team(person('ada', ['writer']), person('bob', ['writer']), person('cas', []));
    expect(stepOf(planOf(steps, { team: both }), 'a')).toMatchObject({ owner: 'writer', person: 'ada' });
    expect(stepOf(planOf(steps, { team: both, assignments: { writer: 'cas' } }), 'a').person).toBe('cas');
    expect(stepOf(planOf(steps, { team: both, assignments: { writer: 'nobody' } }), 'a').person).toBe('ada');
  });

  test('who are away on the due day are covered, through those who are away as well', () => {
    const covered = team(person('ada', ['writer'], away('bob')), person('bob', [], away('cas')), person('cas', []));
    expect(stepOf(planOf(steps, { team: covered, inputs }), 'a')).toMatchObject({
      person: 'cas',
      covers: 'ada',
      away: false,
    });
    expect(stepOf(planOf(steps, { team: covered }), 'a')).toMatchObject({ person: 'ada', away: false });
  });

  test('who are away with no cover, or cover each other, stay and are flagged', () => {
    for (const people of [
      team(person('ada', ['writer'], away())),
      team(person('ada', ['writer'], away('bob')), person('bob', [], away('ada'))),
    ]) {
      expect(stepOf(planOf(steps, { team: people, inputs }), 'a')).toMatchObject({ person: 'ada', away: true });
    }
  });

  test('are missing where nobody holds the role, and reminders keep to the zone of the calendar', () => {
    const plan = planOf([task('a'), approval('b', { after: ['a'], approvers: ['boss'] })], { team: team() });
    expect(plan.unheld_roles).toEqual(['writer', 'boss']);
    expect(stepOf(plan, 'a').person).toBeUndefined();
    expect(stepOf(plan, 'a').reminders[0]).toMatchObject({ at: '2027-02-01T16:00:00Z', people: [] });
  });

  test('who are told of an escalation are named with it: who owes the step, its backup and the lead', () => {
    const people = team(person('ada', ['writer']), person('bea', ['helper']), person('lea', ['lead']));
    const plan = planOf([task('a', { backup: 'helper' }), approval('b', { after: ['a'], approvers: ['writer'] })], {
      team: people,
    });
    const told = (id: string) =>
      stepOf(plan, id).reminders.map(({ kind, to, people }) => `${kind} ${to.join('+')} ${people.join('+')}`);
    expect(told('a')).toContain('escalation owner+backup+lead ada+bea+lea');
    expect(told('a')).toContain('due owner ada');
    expect(told('b')).toContain('escalation approvers+lead ada+lea');
  });

  test('who must approve each count their effort once', () => {
    const judges = approval('ok', { effort: 2, approvers: ['writer', 'lead'] });
    const optional = { ...judges, approvers: [...judges.approvers, { role: 'legal', required: false }] };
    const plan = planOf([optional], {
      team: team(person('ada', ['writer'], { rate: 50 }), person('lea', ['lead']), person('lou', ['legal'])),
    });
    expect(stepOf(plan, 'ok').cost).toEqual({ hours: 4, money: 100 });
    expect(plan.cost.unpriced).toEqual(['lead']);
  });
});

describe('feasibility', () => {
  test('without any fixed date has no limit', () => {
    expect(planOf([task('a'), task('b', { after: ['a'] })])).toMatchObject({
      feasible: true,
      needs_workdays: 2,
      available_workdays: null,
      sentence: 'Feasible: needs 2 working days, and no date limits it.',
    });
  });

  test('speaks of one day and one step in the singular', () => {
    expect(planOf([task('a', { due: 'on publish' })], { inputs: { publish: '2027-02-01' } }).sentence).toBe(
      'Feasible: needs 1 working day, there is 1.',
    );
    expect(
      planOf([task('a', { takes: '2 workdays', due: 'on publish' })], { inputs: { publish: '2027-02-01' } }).sentence,
    ).toBe('Needs 2 working days, there is 1; this step is late on day one: a.');
    expect(planOf([task('a', { due: 'on publish' })], { inputs: { publish: '2027-01-29' } }).sentence).toBe(
      'Needs 1 working day, there are none; this step is late on day one: a.',
    );
  });

  test('speaks of no day and of many days in the plural', () => {
    const of = (takes: string, publish: string): string =>
      planOf([task('a', { takes, due: 'on publish' })], { inputs: { publish } }).sentence;
    expect([of('61 workdays', '2027-01-29'), of('3 workdays', '2027-02-02')]).toEqual([
      'Needs 61 working days, there are none; this step is late on day one: a.',
      'Needs 3 working days, there are 2; this step is late on day one: a.',
    ]);
  });

  test('names six late steps and counts the rest', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => task(id, { due: 'on publish' }));
    expect(planOf(many, { inputs: { publish: '2027-01-29' } }).sentence).toBe(
      'Needs 1 working day, there are none; these eight steps are late on day one: a, b, c, d, e, f, and 2 more.',
    );
  });

  test('of dates that hang on the start says what the start cannot give', () => {
    const plan = planOf([task('a', { takes: '5 workdays', due: '2 workdays after start' })]);
    expect(plan).toMatchObject({
      feasible: false,
      needs_workdays: 5,
      available_workdays: 3,
      late_steps: [{ step: 'a', by_workdays: 2 }],
    });
    expect('start_by' in plan || 'earliest_anchor' in plan).toBe(false);
  });

  test('that is missed by hours says by how many', () => {
    const plan = planOf([task('a', { takes: '1 workday', due: '3 hours after start' })]);
    expect(plan).toMatchObject({
      feasible: false,
      needs_workdays: 1,
      available_workdays: 1,
      late_steps: [{ step: 'a', by_workdays: 1 }],
    });
    expect(plan.sentence).toBe('Short by 5 hours; this step is late on day one: a.');
  });

  test('moves a datetime anchor with its time of day', () => {
    const webinar = workflow([task('a', { takes: '3 workdays', due: 'on publish' })], {
      inputs: { publish: { type: 'datetime', label: 'When', required: true } },
    });
    expect(planOf(webinar, { inputs: { publish: '2027-02-02T10:00' } }).earliest_anchor).toBe('2027-02-04T10:00');
    expect(planOf(webinar, { inputs: { publish: '2027-02-04T10:00' } }).feasible).toBe(true);
  });
});

describe('a plan that cannot be made', () => {
  const request = { workflow: blogPost, team: blogTeam, calendar: norway, now: MONDAY };

  test('lists the inputs that its due dates need', () => {
    expect(makePlan({ ...request, inputs: {} })).toMatchObject({
      problem: 'missing-inputs',
      inputs: [
        { input: 'publish', label: 'Publish date', state: 'missing', steps: blogPost.steps.map(({ id }) => id) },
      ],
      sentence: 'The plan needs a date for: Publish date.',
    });
    expect(makePlan({ ...request, inputs: { publish: '2027-02-30' } })).toMatchObject({
      problem: 'missing-inputs',
      inputs: [{ state: 'invalid' }],
    });
  });

  test('names the steps that no day reaches', () => {
    expect(
      makePlan({ ...request, inputs: { publish: '2027-03-31' }, calendar: officeCalendar({}, { workdays: [] }) }),
    ).toMatchObject({
      problem: 'unreachable',
      steps: blogPost.steps.map(({ id }) => id),
    });
  });

  test('is none where a date is further away than a run can last, or long past, and says so at once', () => {
    const far = (publish: string) => makePlan({ ...request, workflow: blogPost, inputs: { publish } });
    expect(far('9999-12-31')).toMatchObject({
      problem: 'out-of-reach',
      inputs: [{ input: 'publish' }],
      sentence:
        'Publish date: 9999-12-31 is too far away. A run lasts 350 days at most, so give a date up to 2028-01-17, or start it later.',
    });
    expect(far('2028-01-18')).toMatchObject({ problem: 'out-of-reach' });
    expect(far('2028-01-17')).toMatchObject({ feasible: true });
    expect(far('0027-03-31')).toMatchObject({
      problem: 'out-of-reach',
      sentence: 'Publish date: 0027-03-31 is long past. Look at the year.',
    });
    const after = workflow([task('a', { due: '40 days after publish' })]);
    expect(makePlan({ ...request, workflow: after, inputs: { publish: '2028-01-10' } })).toMatchObject({
      problem: 'out-of-reach',
      inputs: [],
      sentence: 'It would end on 2028-02-21, and a run lasts 350 days at most.',
    });
  });

  test('counts on a default where an input is not given', () => {
    const optional = {
      ...blogPost,
      inputs: { publish: { type: 'date', label: 'P', required: false, default: '2027-03-31' } },
    } as const;
    expect(makePlan({ ...request, workflow: optional, inputs: { publish: '' } })).toMatchObject({ feasible: true });
  });
});

test('due dates that hang on each other in a circle end', () => {
  const plan = planOf([task('a', { due: '1 day after b' }), task('b', { due: '1 day after a' })]);
  expect(plan.steps.map(({ step }) => step)).toEqual(['a', 'b']);
});

test('a plan says for which of its years the calendar knows no holidays', () => {
  expect(
    planOf([task('a', { due: 'on publish' })], { inputs: { publish: '2029-05-16' }, now: '2028-12-28T08:00:00Z' })
      .years_without_holidays,
  ).toEqual([2029]);
  expect(planOf(blogPost).years_without_holidays).toEqual([]);
});
