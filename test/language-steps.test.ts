import { describe, expect, test } from 'vitest';
import { errorsIn, fileWith, placesOf, read, stepIn, told, unmark, workflowIn } from './support/language-files.ts';

const DRAFT = '  - { step: draft, title: Draft, owner: writer }';
const expectErrors = (marked: string, codes: readonly string[], keys = '', message = ''): void => {
  const { text, places } = unmark(fileWith(marked, keys));
  const errors = errorsIn(text);
  expect(
    errors.map(({ code }) => code),
    errors.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(errors)).toEqual(places);
  expect(errors[0]?.message ?? '').toContain(message);
};
const INPUTS =
  'inputs: { publish: { type: date, required: true }, budget: { type: money, default: 0 }, channels: { type: choice, options: [email, social], many: true, required: true } }';
const of = (steps: string): string => fileWith(steps, INPUTS);
const draftWith = (keys: string): string => of(`  - step: draft\n    title: Draft\n    owner: writer\n${keys}`);

describe('a step', () => {
  test('is a task where no type is written, with every default filled in', () => {
    expect(stepIn('task', 'draft', of(DRAFT))).toEqual({
      id: 'draft',
      type: 'task',
      title: 'Draft',
      owner: 'writer',
      after: [],
      dos: [],
      donts: [],
      critical: [],
      links: [],
      fields: {},
      reminders: { before: [48, 24], at_due: true, overdue: 'every workday', escalate: { count: 1, unit: 'workdays' } },
      expires: { count: 20, unit: 'workdays' },
      on_expiry: 'escalate',
      assurance: 'link',
    });
    expect(stepIn('task', 'draft', draftWith('    type: task'))).toEqual(stepIn('task', 'draft', of(DRAFT)));
  });

  test('keeps what is written', () => {
    const text = draftWith(`
    when: inputs.budget > 5
    phase: Write
    backup: editor
    due: on publish
    effort: 1.5h
    takes: 2 workdays
    done_when: It is there.
    instructions: |
      One.

      Two.
    dos: [A, B]
    donts: [C]
    critical: [D]
    links: [{ title: Guide, url: "https://example.com/guide" }, { title: Mail, url: "mailto:a@example.com" }]
    fields: { link: { type: url, required: true } }
    reminders: { at_due: false }
    expires: 5 days after due
    on_expiry: skip
    assurance: sign-in`);
    expect(stepIn('task', 'draft', text)).toMatchObject({
      when: 'inputs.budget > 5',
      phase: 'Write',
      backup: 'editor',
      effort: 1.5,
      takes: { count: 2, unit: 'workdays' },
      done_when: 'It is there.',
      instructions: 'One.\n\nTwo.\n',
      dos: ['A', 'B'],
      donts: ['C'],
      critical: ['D'],
      links: [
        { title: 'Guide', url: 'https://example.com/guide' },
        { title: 'Mail', url: 'mailto:a@example.com' },
      ],
      fields: { link: { type: 'url', label: 'Link', required: true } },
      reminders: { at_due: false },
      expires: { count: 5, unit: 'days' },
      on_expiry: 'skip',
      assurance: 'sign-in',
    });
  });

  test('needs an id and a title', () => {
    expectErrors('  - »title: Draft\n    owner: writer', ['missing-key'], '', 'needs `step`');
    expectErrors('  - »step: draft\n    owner: writer', ['missing-key'], '', '`draft` of type `task` needs `title`');
  });

  test.each(['Draft', 'my_draft', 'my draft', '-a', 'a--b', 'x'.repeat(41)])('may not be called `%s`', (id) =>
    expectErrors(`  - { step: »"${id}", title: Draft, owner: writer }`, ['bad-id']),
  );
  test.each(['inputs', 'steps', 'run', 'states', 'start'])(
    'may not be called `%s`, as expressions and due dates mean something else by it',
    (id) => expectErrors(`  - { step: »${id}, title: Draft, owner: writer }`, ['reserved-name']),
  );
  test.each(['a', '1', '2027-plan', 'true', 'null', 'count', 'and', 'x'.repeat(40)])('may be called `%s`', (id) => {
    expect(workflowIn(of(`  - { step: "${id}", title: Draft, owner: writer }`)).steps[0]?.id).toBe(id);
  });

  test('has an id that no other step has, within an each or outside', () => {
    expectErrors(`${DRAFT}\n  - { step: »draft, title: Again, owner: writer }`, ['duplicate-id'], '', 'on line 6');
    expectErrors(
      `${DRAFT}\n  - { step: all, title: All, type: each, over: "[1]", as: one, steps: [{ step: »draft, title: Again, owner: writer }] }`,
      ['duplicate-id'],
    );
  });

  test.each([
    ['effort: 2h', 2],
    ['effort: 1.5h', 1.5],
    ['effort: 30m', 0.5],
    ['effort: 2 hours', 2],
    ['effort: 1 hour', 1],
    ['effort: 20 min', 0.33],
    ['effort: 90 minutes', 1.5],
    ['effort: 0h', 0],
  ])('%s is %s hours of work', (key, hours) =>
    expect(stepIn('task', 'draft', draftWith(`    ${key}`)).effort).toBe(hours),
  );
  test.each(['2', '2d', '-1h', '1,5h', 'h', '2 workdays', '1h30m', '1e3h', '12345h', ''])(
    '`%s` is no effort',
    (effort) => expectErrors(`  - { step: draft, title: Draft, owner: writer, effort: »"${effort}" }`, ['bad-span']),
  );

  test.each([
    ['2 workdays', 2, 'workdays'],
    ['1 workday', 1, 'workdays'],
    ['3 days', 3, 'days'],
    ['3d', 3, 'days'],
    ['4 hours', 4, 'hours'],
    ['4h', 4, 'hours'],
    ['1 week', 1, 'weeks'],
    ['2w', 2, 'weeks'],
    ['0 days', 0, 'days'],
  ])('`takes` and `expires` take %s', (text, count, unit) => {
    expect(stepIn('task', 'draft', draftWith(`    takes: ${text}\n    expires: ${text}`))).toMatchObject({
      takes: { count, unit },
      expires: { count, unit },
    });
    expect(stepIn('task', 'draft', draftWith(`    expires: ${text} after due`)).expires).toEqual({ count, unit });
  });
  test.each(['2', 'two days', '1.5 days', '2 months', '2 Days', '-1 days', '2 days ago', '123456 days', 'days'])(
    '`%s` is no length of time',
    (text) =>
      expectErrors(`  - { step: draft, title: Draft, owner: writer, takes: »"${text}", expires: »"${text}" }`, [
        'bad-span',
        'bad-span',
      ]),
  );

  test('that is a number where a length of time is meant is told with its unit', () => {
    const fixes = errorsIn(draftWith('    effort: 2\n    takes: 3\n    expires: 20')).map(({ fix }) => fix);
    expect(fixes).toEqual([
      'Write it with its unit, like `2h`.',
      'Write it with its unit, like `3 workdays`.',
      'Write it with its unit, like `20 workdays`.',
    ]);
  });

  test.each([
    'https://example.com',
    'http://example.com/a?b#c',
    'mailto:a@example.com',
    'https://example.com/{{ run.id }}',
    '{{ run.url }}',
  ])('links to %s', (url) =>
    expect(stepIn('task', 'draft', draftWith(`    links: [{ title: A, url: "${url}" }]`)).links).toEqual([
      { title: 'A', url },
    ]),
  );
  test.each([
    'example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc',
    '//example.com',
    'https://a b',
    ' https://a',
  ])('does not link to `%s`', (url) =>
    expectErrors(`  - { step: draft, title: Draft, owner: writer, links: [{ title: A, url: »"${url}" }] }`, [
      'bad-address',
    ]),
  );

  test.each([
    ['owner', '»[writer]'],
    ['phase', '»5'],
    ['dos', '»A'],
    ['dos', '[A, »5]'],
    ['links', '[»A]'],
    ['fields', '»A'],
    ['instructions', '»[a]'],
    ['after', '»first'],
    ['reminders', '»never'],
    ['when', '»true'],
    ['due', '»5'],
    ['done_when', '»{ a: b }'],
    ['title', '»2027'],
  ])('whose `%s` is of another kind is refused: %s', (key, value) => {
    const others = { owner: 'writer', title: 'Draft', [key]: value };
    expectErrors(
      `  - { step: first, title: First, owner: writer }\n  - { step: draft, ${Object.entries(others)
        .map(([name, one]) => `${name}: ${one}`)
        .join(', ')} }`,
      ['wrong-type'],
    );
  });
});

describe('the order of steps', () => {
  const afterOf = (steps: string) =>
    Object.fromEntries(workflowIn(of(steps)).steps.map(({ id, after }) => [id, after]));

  test('is that in which they are written', () => {
    expect(
      afterOf(
        '  - { step: a, title: A, owner: writer }\n  - { step: b, title: B, owner: writer }\n  - { step: c, title: C, owner: writer }',
      ),
    ).toEqual({ a: [], b: ['a'], c: ['b'] });
  });

  test('is replaced by `after`, and `after: []` starts at once', () => {
    expect(
      afterOf(
        '  - { step: a, title: A, owner: writer }\n  - { step: b, title: B, owner: writer, after: [] }\n  - { step: c, title: C, owner: writer, after: [a, b, a] }\n  - { step: d, title: D, owner: writer, after: [a] }',
      ),
    ).toEqual({ a: [], b: [], c: ['a', 'b'], d: ['a'] });
  });

  test('may name a step that is written below', () => {
    expect(
      afterOf(
        '  - { step: a, title: A, owner: writer, after: [b] }\n  - { step: b, title: B, owner: writer, after: [] }',
      ),
    ).toEqual({ a: ['b'], b: [] });
  });

  test('may be any graph without a circle, also one that does not nest', () => {
    expect(
      afterOf(
        '  - { step: a, title: A, owner: writer, after: [] }\n  - { step: b, title: B, owner: writer, after: [] }\n  - { step: c, title: C, owner: writer, after: [a] }\n  - { step: d, title: D, owner: writer, after: [a, b] }',
      ),
    ).toEqual({ a: [], b: [], c: ['a'], d: ['a', 'b'] });
  });

  test('names a whole circle, in the order in which the work would go', () => {
    expectErrors(
      '  - { step: a, title: A, owner: writer, »after: [c] }\n  - { step: b, title: B, owner: writer }\n  - { step: c, title: C, owner: writer }',
      ['cycle'],
      '',
      '`a` → `b` → `c` → `a`',
    );
    expectErrors('  - { step: a, title: A, owner: writer, »after: [a] }', ['cycle'], '', '`a` → `a`');
  });

  test('knows no step that there is not, nor one within or outside an each', () => {
    expectErrors('  - { step: a, title: A, owner: writer, after: [»b] }', ['unknown-step']);
    const each = (outer: string, inner: string) =>
      `${DRAFT}\n  - { step: all, title: All, type: each, over: "[1]", as: one, steps: [{ step: inside, title: Inside, owner: writer${inner} }] }\n  - { step: look, title: Look, owner: writer${outer} }`;
    expectErrors(each(', after: [»inside]', ''), ['unknown-step'], '', 'in this list of steps');
    expectErrors(each('', ', after: [»draft]'), ['unknown-step'], '', 'in this list of steps');
  });
});

describe('a task', () => {
  test('has one owner', () => {
    expectErrors('  - { step: »draft, title: Draft }', ['no-owner']);
    expectErrors('  - { step: draft, title: Draft, owner: »writr }', ['unknown-role']);
    expectErrors('  - { step: draft, title: Draft, owner: writer, backup: »editr }', ['unknown-role']);
  });
});

describe('an email', () => {
  const mail = (to: string): string =>
    `  - { step: tell, title: Tell, type: email, to: ${to}, subject: Hi, body: Hello }`;

  test('goes to roles, people, addresses and what an expression gives', () => {
    expect(stepIn('email', 'tell', of(mail('[editor, ada, x@example.com, "{{ run.title }}"]')))).toMatchObject({
      to: ['editor', 'ada', 'x@example.com', '{{ run.title }}'],
      subject: 'Hi',
      body: 'Hello',
    });
  });

  test('goes to nobody else', () => {
    expectErrors(mail('[»nobody]'), ['unknown-recipient']);
    expectErrors(mail('[»x@example]'), ['bad-address']);
    expectErrors(mail('»[]'), ['out-of-bounds']);
    expectErrors(mail('»editor'), ['wrong-type']);
    expect(read(of(mail('[nobody]')), {}).faults.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(['to', 'subject', 'body'])('needs `%s`', (key) => {
    expect(
      errorsIn(of(mail('[editor]').replace(new RegExp(`, ${key}: [^,}]*`), ' '))).map(({ message }) => message),
    ).toEqual([`The step \`tell\` of type \`email\` needs \`${key}\`.`]);
  });

  test('has a subject of one line', () => {
    expectErrors(
      '  - { step: tell, title: Tell, type: email, to: [editor], subject: »"Hi\\nBcc: all@example.com", body: Hello }',
      ['bad-address'],
      '',
      'more than one line',
    );
  });
});

describe('a wait', () => {
  const wait = (keys: string): string => `${DRAFT}\n  - { step: pause, title: Pause, type: wait${keys} }`;

  test('is until a moment or for a length of time', () => {
    expect(stepIn('wait', 'pause', of(wait(', until: 3 days before publish')))).toMatchObject({
      until: { direction: 'before', span: { count: 3, unit: 'days' }, reference: { kind: 'input', name: 'publish' } },
    });
    expect(stepIn('wait', 'pause', of(wait(', for: 2 workdays')))).toMatchObject({
      for: { count: 2, unit: 'workdays' },
    });
    expect(stepIn('wait', 'pause', of(wait(', for: 2 workdays')))).not.toHaveProperty('until');
  });

  test('is one of the two', () => {
    expectErrors(wait('').replace('step: pause', 'step: »pause'), ['missing-key'], INPUTS);
    expectErrors(wait(', until: on publish, »for: 1 day'), ['unknown-key'], INPUTS);
  });

  test('that cannot be read is not missing', () => {
    expectErrors(wait(', for: »soon'), ['bad-span'], INPUTS);
    expectErrors(wait(', until: »soon'), ['bad-due'], INPUTS);
    expectErrors(wait(', until: »on publsh'), ['bad-due'], INPUTS);
    expectErrors(wait(', until: »3 days after pause'), ['not-before'], INPUTS);
  });
});

describe('a call', () => {
  const call = (url: string, keys = ''): string => `  - { step: post, title: Post, type: call, url: ${url}${keys} }`;

  test('posts where nothing else is written', () => {
    expect(stepIn('call', 'post', of(call('https://example.com/x')))).toMatchObject({
      url: 'https://example.com/x',
      method: 'POST',
      headers: {},
    });
    expect(stepIn('call', 'post', of(call('https://example.com/x')))).not.toHaveProperty('body');
  });

  test('takes a method, headers and a body of any JSON', () => {
    expect(
      stepIn(
        'call',
        'post',
        of(
          call(
            '"https://example.com:8443/x?y={{run.id}}"',
            ', method: PATCH, headers: { X-Campaign: "{{ run.title }}" }, body: { a: [1, null, true, "{{ inputs.budget }}"], b: {} }',
          ),
        ),
      ),
    ).toMatchObject({
      url: 'https://example.com:8443/x?y={{run.id}}',
      method: 'PATCH',
      headers: { 'X-Campaign': '{{ run.title }}' },
      body: { a: [1, null, true, '{{ inputs.budget }}'], b: {} },
    });
  });

  test.each([
    'https://example.com',
    '"https://example.com/{{ run.id }}/x"',
    '"{{ run.url }}"',
    'https://example.com?a=b',
    'https://example.com#a',
    'https://EXAMPLE.com/ø',
  ])('goes to %s', (url) => expect(errorsIn(of(call(url)))).toEqual([]));
  test.each([
    'http://example.com',
    'example.com',
    'ftp://example.com',
    '"https://"',
    'https://user:pass@example.com',
    'https://user@example.com',
    '"https://example.com/a b"',
    '"https://{{ run.id }}/x"',
    'https://example.com:99999999',
    '" https://example.com"',
    '"https://exa\\nmple.com"',
  ])('does not go to %s', (url) => expectErrors(call(`»${url}`), ['bad-address']));

  test('is refused where a method or header cannot be sent', () => {
    expectErrors(call('https://example.com', ', method: »post'), ['unknown-value']);
    expectErrors(call('https://example.com', ', headers: { »"X A": b }'), ['bad-address']);
    expectErrors(call('https://example.com', ', headers: { »X-A: "b\\r\\nX-B: c" }'), ['bad-address']);
    expectErrors(call('https://example.com', ', headers: { X-A: »5 }'), ['wrong-type']);
  });
});

describe('a run', () => {
  test('starts another workflow with inputs, and goes on at once unless it waits', () => {
    expect(
      stepIn(
        'run',
        'more',
        of(
          '  - { step: more, title: More, type: run, workflow: newsletter, with: { topic: "{{ run.title }}", size: 5 } }',
        ),
      ),
    ).toMatchObject({ workflow: 'newsletter', with: { topic: '{{ run.title }}', size: 5 }, wait: false });
    expect(
      stepIn('run', 'more', of('  - { step: more, title: More, type: run, workflow: newsletter, wait: true }')),
    ).toMatchObject({ with: {}, wait: true });
  });

  test('needs a workflow', () => {
    expectErrors('  - »{ step: more, title: More, type: run }', ['missing-key'], '', 'needs `workflow`');
    expectErrors('  - { step: more, title: More, type: run, workflow: »News_Letter }', ['bad-id']);
  });

  test('gives its own id to expressions, and its outcome only when it is waited for', () => {
    const steps = (keys: string) =>
      `  - { step: more, title: More, type: run, workflow: newsletter${keys} }\n  - { step: look, title: "Look {{ steps.more.run }}", owner: writer, when: "»steps.more.outcome = 'finished'" }`;
    expectErrors(steps(''), ['unknown-name']);
    expectErrors(steps(', wait: true').replace('»', ''), []);
  });
});

describe('an each', () => {
  const each = (keys: string, inner = '{ step: post, title: Post, owner: writer }'): string =>
    `  - { step: spread, title: Spread, type: each${keys}, steps: [${inner}] }`;

  test('goes over a list, names the item and does its steps for each, forty together at most', () => {
    expect(stepIn('each', 'spread', of(each(', over: inputs.channels, as: channel')))).toMatchObject({
      over: 'inputs.channels',
      as: 'channel',
      at_once: 40,
      steps: [{ id: 'post', type: 'task', after: [] }],
    });
    expect(stepIn('each', 'spread', of(each(', over: inputs.channels, as: channel, at_once: 3'))).at_once).toBe(3);
  });

  test('may stand within another, with a name of its own', () => {
    const inner = (as: string) =>
      `{ step: inner, title: Inner, type: each, over: "[1]", as: ${as}, steps: [{ step: post, title: "{{ channel }} {{ number }}", owner: writer }] }`;
    expect(stepIn('each', 'inner', of(each(', over: inputs.channels, as: channel', inner('number')))).as).toBe(
      'number',
    );
    expectErrors(
      each(', over: inputs.channels, as: channel', inner('»channel').replace(' {{ number }}', '')),
      ['reserved-name'],
      INPUTS,
    );
  });

  test.each(['over', 'as', 'steps'])('needs `%s`', (key) => {
    const errors = errorsIn(
      of(each(', over: inputs.channels, as: channel').replace(new RegExp(`, ${key}: (\\[.*\\]|[^,}]*)`), '')),
    );
    expect(errors.map(({ message }) => message)).toEqual([`The step \`spread\` of type \`each\` needs \`${key}\`.`]);
  });

  test('has a step, or it has no end', () => {
    expectErrors(
      '  - { step: spread, title: Spread, type: each, over: inputs.channels, as: channel, »steps: [] }',
      ['no-end'],
      INPUTS,
    );
  });

  test.each(['inputs', 'steps', 'run', 'states', 'start', 'post'])('may not call its item `%s`', (name) =>
    expectErrors(each(`, over: inputs.channels, as: »${name}`), ['reserved-name'], INPUTS),
  );
  test.each(['Channel', 'my-channel', '1st'])('cannot call its item `%s`', (name) =>
    expectErrors(each(`, over: inputs.channels, as: »${name}`), ['bad-id'], INPUTS),
  );
  test.each(['0', '41', '-1'])('does not work on %s items together', (count) =>
    expectErrors(each(`, over: inputs.channels, as: channel, at_once: »${count}`), ['out-of-bounds'], INPUTS),
  );

  test('that is given a list as YAML is told to put it into quotes', () => {
    expect(errorsIn(of(each(', over: [email, social], as: channel')))[0]?.fix).toBe(
      "Put the list into quotes, and each text in it as well: `over: \"['email', 'social']\"`.",
    );
  });
});

describe('keys of one type of step', () => {
  test.each([
    ['task', 'of: draft', 'approval'],
    ['task', 'to: [editor]', 'email'],
    ['task', 'until: on publish', 'wait'],
    ['task', 'for: 2 days', 'wait'],
    ['task', 'url: x', 'call'],
    ['task', 'with: {}', 'run'],
    ['task', 'wait: true', 'run'],
    ['task', 'over: x', 'each'],
    ['task', 'at_once: 2', 'each'],
    ['task', 'rule: all', 'approval'],
    ['wait', 'subject: x', 'email'],
    ['wait', 'approvers: [editor]', 'approval'],
  ])('in a %s, `%s` is told to belong to a step of type %s', (type, key, other) => {
    const text = of(
      `  - { step: it, title: It, type: ${type}, ${type === 'wait' ? 'for: 1 day' : 'owner: writer'}, ${key} }`,
    );
    expect(errorsIn(text).map(({ code, fix }) => `${code} ${fix}`)).toEqual([
      `unknown-key It belongs to a step with \`type: ${other}\`.`,
    ]);
  });
});

describe('advice on a step', () => {
  const warnings = (text: string) =>
    read(text)
      .faults.filter(({ severity, code }) => severity === 'warning' && code !== 'no-measuring-step')
      .map(({ code, column }) => `${code}:${column}`);

  test('asks a task for effort, done_when and due, an approval for effort and due, and others for nothing', () => {
    expect(warnings(of(DRAFT))).toEqual(['no-done-when:13', 'no-due:13', 'no-effort:13']);
    expect(
      warnings(
        of(
          `  - { step: draft, title: D, owner: writer, effort: 1h, done_when: Done., due: on publish }\n  - { step: ok, title: O, type: approval, of: draft, approvers: [editor] }`,
        ),
      ),
    ).toEqual(['no-due:13', 'no-effort:13']);
    expect(
      warnings(
        of(
          '  - { step: tell, title: T, type: email, to: [editor], subject: S, body: B }\n  - { step: pause, title: P, type: wait, for: 1 day }\n  - { step: post, title: P, type: call, url: https://example.com }\n  - { step: more, title: M, type: run, workflow: other }',
        ),
      ),
    ).toEqual([]);
  });

  test('looks into an each', () => {
    expect(
      warnings(
        of(
          '  - { step: all, title: A, type: each, over: "[1]", as: one, steps: [{ step: draft, title: D, owner: writer, effort: 1h, due: on publish }] }',
        ),
      ),
    ).toEqual(['no-done-when:78']);
  });

  test('asks for a measuring step and for goals', () => {
    const measured = (step: string, goals: string) =>
      read(fileWith(step, goals))
        .faults.filter(({ code }) => code === 'no-measuring-step')
        .map(({ message }) => message);
    const goals = 'goals: [{ kpi: Visits, target: 5, unit: a day }]';
    expect(measured(DRAFT, goals)).toEqual(['The workflow is not measured: no task reports figures.']);
    expect(measured('  - { step: draft, title: D, owner: writer, fields: { visits: { type: number } } }', '')).toEqual([
      'The workflow is not measured: it has no goals.',
    ]);
    expect(
      measured('  - { step: draft, title: D, owner: writer, fields: { visits: { type: number } } }', goals),
    ).toEqual([]);
    expect(measured('  - { step: draft, title: D, owner: writer, fields: { spent: { type: money } } }', goals)).toEqual(
      [],
    );
    expect(measured('  - { step: draft, title: D, owner: writer, phase: Measure }', goals)).toEqual([]);
  });

  test('tells a role that nobody holds once', () => {
    expect(
      warnings(
        of('  - { step: draft, title: D, owner: legal, backup: legal, effort: 1h, due: on publish, done_when: D. }'),
      ),
    ).toEqual(['role-without-holder:37']);
  });
});
