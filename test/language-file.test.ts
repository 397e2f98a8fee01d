import { describe, expect, test } from 'vitest';
import {
  codesIn,
  DRAFT,
  errorsIn,
  fileWith,
  HEAD,
  placesOf,
  read,
  stepIn,
  told,
  unmark,
  workflowIn,
} from './support/language-files.ts';

const withKeys = (keys: string): string => fileWith(DRAFT, keys);
const expectErrors = (marked: string, codes: readonly string[]): void => {
  const { text, places } = unmark(marked);
  const errors = errorsIn(text);
  expect(
    errors.map(({ code }) => code),
    errors.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(errors)).toEqual(places);
};
const fieldOf = (definition: string, name = 'one') =>
  workflowIn(withKeys(`inputs:\n  ${name}: ${definition}`)).inputs[name];

describe('a workflow', () => {
  test('needs id, title, purpose, lead and steps, and no more', () => {
    expect(workflowIn(fileWith(DRAFT))).toMatchObject({
      id: 'blog',
      title: 'Blog',
      purpose: 'Publish one article.',
      kind: 'internal',
      lead: 'editor',
      starts: [],
      inputs: {},
      calendar: 'default',
      goals: [],
    });
    expect(workflowIn(fileWith(DRAFT))).not.toHaveProperty('anchor');
    expect(workflowIn(fileWith(DRAFT))).not.toHaveProperty('frequency');
    for (const key of ['workflow', 'title', 'purpose', 'lead']) {
      const errors = errorsIn(fileWith(DRAFT).replace(new RegExp(`^${key}: .*\n`, 'm'), ''));
      expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
        `missing-key A workflow needs \`${key}\`.`,
      ]);
    }
    expect(errorsIn(HEAD).map(({ message }) => message)).toEqual(['A workflow needs `steps`.']);
  });

  test.each(['blog', 'a', '2027-plan', 'a-b-c-4', 'x'.repeat(40)])('may be called `%s`', (id) => {
    expect(
      codesIn(fileWith(DRAFT).replace('workflow: blog', `workflow: "${id}"`)).filter(
        (code) => code !== 'wrong-file-name',
      ),
    ).toEqual([]);
  });

  test.each(['Blog', 'blog_post', '-blog', 'blog-', 'blog--post', 'blog post', 'blög', '', 'x'.repeat(41), '../blog'])(
    'may not be called `%s`',
    (id) => {
      expect(codesIn(fileWith(DRAFT).replace('workflow: blog', `workflow: "${id}"`))).toEqual(['bad-id']);
    },
  );

  test('bears the name of its file', () => {
    expect(read(fileWith(DRAFT)).faults.filter(({ code }) => code === 'wrong-file-name')).toEqual([]);
    expectErrors(fileWith(DRAFT).replace('workflow: blog', 'workflow: »log'), ['wrong-file-name']);
  });

  test('is the team’s own work or a customer’s journey', () => {
    expect(workflowIn(withKeys('kind: public')).kind).toBe('public');
    expectErrors(withKeys('kind: »external'), ['unknown-value']);
  });

  test('is led by a role that the team has', () => {
    expectErrors(fileWith(DRAFT).replace('lead: editor', 'lead: »boss'), ['unknown-role']);
    expect(codesIn(fileWith(DRAFT).replace('lead: editor', 'lead: boss'), {})).toEqual([]);
  });

  test('has a purpose without the line end of a folded text', () => {
    expect(
      workflowIn(fileWith(DRAFT).replace('purpose: Publish one article.', 'purpose: >\n  Publish one\n  article.'))
        .purpose,
    ).toBe('Publish one article.');
  });

  test('says how often it runs', () => {
    for (const [text, frequency] of [
      ['52 per year', { count: 52, per: 'year' }],
      ['1 per day', { count: 1, per: 'day' }],
      [' 3  per  week ', { count: 3, per: 'week' }],
      ['2 per month', { count: 2, per: 'month' }],
      ['4 per quarter', { count: 4, per: 'quarter' }],
    ] as const)
      expect(workflowIn(withKeys(`frequency: "${text}"`)).frequency).toEqual(frequency);
    for (const text of [
      '0 per year',
      'weekly',
      '52',
      '52 a year',
      '1.5 per week',
      '-1 per week',
      'twice per week',
      '52 per year or so',
      '1 per decade',
      '',
    ])
      expect(codesIn(withKeys(`frequency: "${text}"`)), text).toEqual(['bad-frequency']);
  });

  test('is measured by goals', () => {
    expect(
      workflowIn(
        withKeys(
          'goals: [{ kpi: Visits, target: 1000, unit: a month, serves: Growth }, { kpi: Leads, target: 2.5, unit: a week }]',
        ),
      ).goals,
    ).toEqual([
      { kpi: 'Visits', target: 1000, unit: 'a month', serves: 'Growth' },
      { kpi: 'Leads', target: 2.5, unit: 'a week' },
    ]);
    expectErrors(withKeys('goals:\n  - »kpi: Visits\n    target: »many\n'), ['missing-key', 'wrong-type']);
  });

  test('keeps to a calendar that there is', () => {
    expect(workflowIn(withKeys('calendar: default')).calendar).toBe('default');
    expectErrors(withKeys('calendar: »oslo'), ['unknown-calendar']);
    expect(codesIn(withKeys('calendar: oslo'), {})).toEqual([]);
  });

  test('lets a warning stand that a comment allows, with a reason', () => {
    expect([...read(`# allow no-due: dates come later\n# allow no-effort:\n${fileWith(DRAFT)}`).allowed]).toEqual([
      'no-due',
    ]);
  });
});

describe('a start', () => {
  test('is a form, a webhook or a clock', () => {
    expect(
      workflowIn(withKeys('starts:\n  - form\n  - hook: content-brief\n  - every: "0 8 ? * MON *"')).starts,
    ).toEqual([{ kind: 'form' }, { kind: 'hook', source: 'content-brief' }, { kind: 'every', cron: '0 8 ? * MON *' }]);
  });

  test('that is neither is refused', () => {
    expectErrors(withKeys('starts: [»mail]'), ['wrong-type']);
    expectErrors(withKeys('starts: [»5]'), ['wrong-type']);
    expectErrors(withKeys('starts: »form'), ['wrong-type']);
    expectErrors(withKeys('starts: [{ »hoock: content-brief }]'), ['unknown-key']);
  });

  test('by a webhook names a source that starts this workflow', () => {
    expectErrors(withKeys('starts: [{ hook: »briefs }]'), ['unknown-hook']);
    expectErrors(withKeys('starts: [{ hook: »other-brief }]'), ['hook-elsewhere']);
    expect(codesIn(withKeys('starts: [{ hook: briefs }]'), {})).toEqual([]);
  });

  test('by the clock gives no input, so all have a default', () => {
    expectErrors(withKeys('inputs: { topic: { type: text, required: true } }\nstarts: [{ every: »0 8 ? * MON * }]'), [
      'input-not-given',
    ]);
    expect(
      codesIn(
        withKeys(
          'inputs: { topic: { type: text, required: true, default: News }, note: { type: text } }\nstarts: [{ every: 0 8 ? * MON * }]',
        ),
      ),
    ).toEqual([]);
  });

  test.each([
    '0 8 ? * MON *',
    '0 8 ? * MON-FRI *',
    '*/15 * * * ? *',
    '0 9 1 * ? *',
    '0 9 L * ? *',
    '0 9 LW * ? *',
    '0 9 15W * ? *',
    '0 9 ? * 2#1 *',
    '0 9 ? * 6L *',
    '0 9 ? JAN,JUL 2 2027',
    '0,30 8-18 ? 1-6 2-6 2027-2030',
    'cron(0 8 ? * MON *)',
    '5/10 * ? * 1 *',
  ])('runs by the schedule `%s`', (cron) => {
    expect(workflowIn(withKeys(`starts: [{ every: "${cron}" }]`)).starts).toEqual([
      { kind: 'every', cron: cron.replace(/^cron\((.*)\)$/, '$1') },
    ]);
  });

  test.each([
    '0 8 * * 1',
    '0 8 * * * *',
    '0 8 ? * ? *',
    '60 8 ? * MON *',
    '0 24 ? * MON *',
    '0 8 32 * ? *',
    '0 8 ? 13 MON *',
    '0 8 ? * 8 *',
    '0 8 ? * MON 1969',
    '0 8 ? * FUN *',
    '0 8 ? * MON-FRI-SUN *',
    '*/0 8 ? * MON *',
    '0 8 ? * MON#6 *',
    '0 8 ? * MON',
    'every monday',
    '',
    '? 8 ? * MON *',
    '0 8 ? * MON * *',
    '@daily',
    '1//2 8 ? * MON *',
    ', 8 ? * MON *',
  ])('does not run by the schedule `%s`', (cron) => {
    expect(codesIn(withKeys(`starts: [{ every: "${cron}" }]`))).toEqual(['bad-cron']);
  });
});

describe('the anchor', () => {
  test('is a date or datetime input that is there for certain', () => {
    for (const definition of [
      '{ type: date, required: true }',
      '{ type: datetime, required: true }',
      '{ type: date, default: 2027-01-31 }',
    ])
      expect(workflowIn(withKeys(`inputs: { publish: ${definition} }\nanchor: publish`)).anchor).toBe('publish');
    expectErrors(withKeys('inputs: { publish: { type: date } }\nanchor: »publish'), ['bad-anchor']);
    expectErrors(withKeys('inputs: { publish: { type: text, required: true } }\nanchor: »publish'), ['bad-anchor']);
    expectErrors(withKeys('anchor: »publish'), ['bad-anchor']);
    expectErrors(withKeys('anchor: »start'), ['bad-anchor']);
  });
});

describe('a field', () => {
  test.each([
    ['{ type: text }', { type: 'text', label: 'One', required: false }],
    [
      '{ type: text, label: A, help: B, required: true, default: xy, min: 1, max: 5 }',
      { type: 'text', label: 'A', help: 'B', required: true, default: 'xy', min: 1, max: 5 },
    ],
    ['{ type: long_text, default: "a\\nb" }', { type: 'long_text', label: 'One', required: false, default: 'a\nb' }],
    [
      '{ type: number, min: -1.5, max: 2, default: 0 }',
      { type: 'number', label: 'One', required: false, min: -1.5, max: 2, default: 0 },
    ],
    [
      '{ type: money, currency: NOK, min: 0 }',
      { type: 'money', label: 'One', required: false, currency: 'NOK', min: 0 },
    ],
    ['{ type: money }', { type: 'money', label: 'One', required: false }],
    [
      '{ type: date, min: 2027-01-01, max: 2027-12-31, default: 2027-06-01 }',
      { type: 'date', label: 'One', required: false, min: '2027-01-01', max: '2027-12-31', default: '2027-06-01' },
    ],
    [
      '{ type: datetime, default: "2027-06-01T09:00" }',
      { type: 'datetime', label: 'One', required: false, default: '2027-06-01T09:00' },
    ],
    [
      '{ type: choice, options: [A, B], default: B }',
      { type: 'choice', label: 'One', required: false, options: ['A', 'B'], default: 'B' },
    ],
    [
      '{ type: choice, options: [A, B, C], many: true, min: 1, max: 2, default: [A, C] }',
      {
        type: 'choice',
        label: 'One',
        required: false,
        options: ['A', 'B', 'C'],
        many: true,
        min: 1,
        max: 2,
        default: ['A', 'C'],
      },
    ],
    ['{ type: yes_no, default: false }', { type: 'yes_no', label: 'One', required: false, default: false }],
    [
      '{ type: email, default: a@example.com }',
      { type: 'email', label: 'One', required: false, default: 'a@example.com' },
    ],
    [
      '{ type: url, default: "https://example.com" }',
      { type: 'url', label: 'One', required: false, default: 'https://example.com' },
    ],
    ['{ type: person, default: ada }', { type: 'person', label: 'One', required: false, default: 'ada' }],
  ])('%s is read as it is written', (definition, expected) => {
    expect(fieldOf(definition)).toEqual(expected);
  });

  test('without a label is called by its name', () => {
    expect(fieldOf('{ type: text }', 'publish_date')?.label).toBe('Publish date');
  });

  test.each([
    ['»1', 'wrong-type'],
    ['{ type: »string }', 'unknown-value'],
    ['{ type: text, »size: 5 }', 'unknown-key'],
    ['{ type: text, default: »5 }', 'wrong-type'],
    ['{ type: text, required: »yes }', 'wrong-type'],
    ['{ type: text, min: »-1 }', 'out-of-bounds'],
    ['{ type: text, max: »1.5 }', 'wrong-type'],
    ['{ type: text, min: »5, max: 3 }', 'bad-field'],
    ['{ type: text, max: 3, default: »abcd }', 'bad-field'],
    ['{ type: number, default: »"5" }', 'wrong-type'],
    ['{ type: number, max: 3, default: »4 }', 'bad-field'],
    ['{ type: number, »currency: EUR }', 'unknown-key'],
    ['{ type: money, currency: »euro }', 'bad-field'],
    ['{ type: date, default: »2027-02-29 }', 'bad-field'],
    ['{ type: date, default: »31.1.2027 }', 'bad-field'],
    ['{ type: date, min: »soon }', 'bad-field'],
    ['{ type: date, min: »2027-02-01, max: 2027-01-01 }', 'bad-field'],
    ['{ type: date, max: 2027-01-01, default: »2027-01-02 }', 'bad-field'],
    ['{ type: datetime, default: »2027-01-01 }', 'bad-field'],
    ['{ type: datetime, default: »"2027-01-01T24:00" }', 'bad-field'],
    ['{ type: choice, options: »[] }', 'out-of-bounds'],
    ['{ type: choice, options: [A, »5] }', 'wrong-type'],
    ['{ type: choice, options: »[A, A] }', 'bad-field'],
    ['{ type: choice, options: [A], default: »B }', 'bad-field'],
    ['{ type: choice, options: [A], default: »[A] }', 'bad-field'],
    ['{ type: choice, options: [A, B], many: true, max: 1, default: »[A, B] }', 'bad-field'],
    ['{ type: choice, options: [A, B], min: »1 }', 'bad-field'],
    ['{ type: yes_no, default: »no }', 'wrong-type'],
    ['{ type: yes_no, »min: 1 }', 'unknown-key'],
    ['{ type: email, default: »nobody }', 'bad-field'],
    ['{ type: url, default: »example.com }', 'bad-field'],
    ['{ type: person, default: »eve }', 'bad-field'],
  ])('%s is refused', (definition, code) => {
    expectErrors(withKeys(`inputs:\n  one: ${definition}`), [code]);
  });

  test('needs a type, and a choice its options', () => {
    expect(errorsIn(withKeys('inputs:\n  one: { label: One }')).map(({ message }) => message)).toEqual([
      'The field `one` of type `text` needs `type`.',
    ]);
    expect(errorsIn(withKeys('inputs:\n  one: { type: choice }')).map(({ message }) => message)).toEqual([
      'The field `one` of type `choice` needs `options`.',
    ]);
  });

  test.each(['Topic', 'topic-name', '1st', '_topic', 'topic__name', 'x'.repeat(41), 'tøpic'])(
    'may not be called `%s`',
    (name) => {
      expect(codesIn(withKeys(`inputs:\n  ${name}: { type: text }`))).toEqual(['bad-id']);
      expect(
        codesIn(fileWith(`  - { step: draft, title: Draft, owner: writer, fields: { ${name}: { type: text } } }`)),
      ).toEqual(['bad-id']);
    },
  );

  test('may not bear a name that expressions use for something else', () => {
    expectErrors(withKeys('inputs:\n  »start: { type: date }'), ['reserved-name']);
    for (const name of ['decision', 'by', 'at', 'round', 'status', 'outcome', 'run'])
      expectErrors(fileWith(`  - { step: draft, title: Draft, owner: writer, fields: { »${name}: { type: text } } }`), [
        'reserved-name',
      ]);
  });
});

describe('the ladder of reminders', () => {
  test('is 48 and 24 hours before, at the due time, each working day after, and escalates after one', () => {
    expect(stepIn('task', 'draft', fileWith(DRAFT)).reminders).toEqual({
      before: [48, 24],
      at_due: true,
      overdue: 'every workday',
      escalate: { count: 1, unit: 'workdays' },
    });
  });

  test('of the file holds for every step, and a step changes of it only what it says', () => {
    const text = fileWith(
      `${DRAFT}\n  - { step: look, title: Look, owner: writer, reminders: { at_due: true } }`,
      'reminders: { before: [24h, 3 days, 1 week, 24h], at_due: false, overdue: never, escalate: never }',
    );
    expect(stepIn('task', 'draft', text).reminders).toEqual({
      before: [168, 72, 24],
      at_due: false,
      overdue: 'never',
      escalate: 'never',
    });
    expect(stepIn('task', 'look', text).reminders).toEqual({
      before: [168, 72, 24],
      at_due: true,
      overdue: 'never',
      escalate: 'never',
    });
  });

  test('may be empty, and escalate after any length of time', () => {
    expect(
      stepIn('task', 'draft', fileWith(DRAFT, 'reminders: { before: [], escalate: 36 hours }')).reminders,
    ).toMatchObject({ before: [], escalate: { count: 36, unit: 'hours' } });
  });

  test.each([
    ['{ before: [»2 workdays] }', 'bad-span'],
    ['{ before: [»soon] }', 'bad-span'],
    ['{ before: [»48] }', 'wrong-type'],
    ['{ before: »48h }', 'wrong-type'],
    ['{ at_due: »yes }', 'wrong-type'],
    ['{ overdue: »daily }', 'unknown-value'],
    ['{ escalate: »later }', 'bad-span'],
    ['{ »befor: [48h] }', 'unknown-key'],
  ])('%s is refused', (ladder, code) => {
    expectErrors(withKeys(`reminders: ${ladder}`), [code]);
  });
});
