import { describe, expect, test } from 'vitest';
import { readTeam } from '../statemachines/language/surroundings.ts';
import { codesIn, DRAFT, errorsIn, fileWith, HEAD, placesOf, read, told, unmark } from './support/language-files.ts';

/** All errors of a text, and that they stand at its marks and nowhere else. */
const expectErrors = (marked: string, codes: readonly string[]): void => {
  const { text, places } = unmark(marked);
  const errors = errorsIn(text);
  expect(
    errors.map(({ code }) => code),
    errors.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(errors)).toEqual(places);
};

const warningsIn = (text: string): readonly string[] =>
  read(text)
    .faults.filter(({ severity }) => severity === 'warning')
    .map(({ code }) => code);

describe('all faults of a file', () => {
  test('of every kind are told at once, from top to bottom', () => {
    expectErrors(
      `
workflow: »Blog_Post
title: »""
purpose: Publish one article.
lead: »editr
frequency: »often
calendar: »oslo
starts: [{ hook: »briefs }]
inputs:
  publish: { type: »dat, required: true }
  budget: { type: money, »curency: EUR }
  size: { type: number, min: 5, max: »three }
anchor: »publsh
steps:
  - step: draft
    title: Draft
    »ownr: writer
    due: »3 dayz before publish
    when: »inputs.bugdet > 5
    fields: { link: { type: url } }
  - step: approve
    type: approval
    title: Approve
    of: »drft
    approvers: [»editr]
    on_changes: { redo: draft, rounds: »0 }
  - step: tell
    type: email
    title: Tell {{ »steps.draft.link }}
    to: [»nobody]
    subject: Hello {{ »inputs.nothing }}
    body: It »{{ is done
  - »title: No id
    owner: writer
  - step: look
    title: Look
    owner: writer
    after: [»nowhere, draft]
`.trim(),
      [
        'bad-id',
        'out-of-bounds',
        'unknown-role',
        'bad-frequency',
        'unknown-calendar',
        'unknown-hook',
        'unknown-value',
        'unknown-key',
        'wrong-type',
        'bad-anchor',
        'unknown-key',
        'bad-due',
        'unknown-name',
        'unknown-step',
        'unknown-role',
        'out-of-bounds',
        'may-be-absent',
        'unknown-recipient',
        'unknown-name',
        'bad-expression',
        'missing-key',
        'unknown-step',
      ],
    );
  });

  test('include each of several circles', () => {
    const text = fileWith(
      ['a b', 'b a', 'c d', 'd c', 'e e']
        .map((pair) => `  - { step: ${pair[0]}, title: T, owner: writer, after: [${pair[2]}] }`)
        .join('\n'),
    );
    expect(errorsIn(text).map(({ message }) => message)).toEqual([
      'These steps wait for each other: `a` → `b` → `a`.',
      'These steps wait for each other: `c` → `d` → `c`.',
      'These steps wait for each other: `e` → `e`.',
    ]);
  });

  test('are told once, also where a step is looked at twice', () => {
    const text = fileWith('  - { step: draft, title: Draft, owner: writer, when: inputs.x and inputs.x }');
    expect(placesOf(errorsIn(text))).toEqual(['6:55', '6:68']);
    expect(new Set(read(text).faults.map(told)).size).toBe(read(text).faults.length);
  });

  test('with an error give no workflow, with warnings alone one', () => {
    expect(read(fileWith(DRAFT)).workflow).toBeDefined();
    expect(warningsIn(fileWith(DRAFT))).toEqual(['no-measuring-step', 'no-done-when', 'no-due', 'no-effort']);
    expect(read(fileWith(DRAFT.replace('writer', 'writr'))).workflow).toBeUndefined();
  });
});

describe('a misspelt key', () => {
  test.each([
    ['ownr: writer', 'owner'],
    ['own: writer', undefined],
  ])('%s is not also said to be missing when it is clear what was meant', (key, meant) => {
    const { text } = unmark(fileWith(`  - step: draft\n    title: Draft\n    ${key}`));
    expect(codesIn(text)).toEqual(meant === undefined ? ['no-owner', 'unknown-key'] : ['unknown-key']);
  });

  test('of a whole workflow, of a step, of a field, of an approver, of a start, of a goal is told with the one that was meant and with nothing else', () => {
    expectErrors(
      `workflow: blog
»titel: Blog
»porpose: Publish one article.
»leed: editor
»startss:
  - »hok: content-brief
»input:
  topic: { type: text, »requird: true }
»golas:
  - { kpi: visits, »taget: 5, unit: visits }
»setps:
  - »setp: draft
    title: Draft {{ inputs.topic }}
    owner: writer
    »field: { link: { »tpye: url, required: true } }
  - step: approve
    »tpye: approval
    title: Approve {{ steps.draft.link }}
    »off: draft
    »aprovers: [{ »rol: editor }]
    »on_change: { »reddo: draft }`,
      Array(19).fill('unknown-key'),
    );
  });

  test('still has its value checked, at its own place', () => {
    expectErrors(fileWith('  - { step: draft, title: Draft, »ownr: »writr, »deu: »tomorrow }'), [
      'unknown-key',
      'unknown-role',
      'unknown-key',
      'bad-due',
    ]);
  });

  test('is not taken for one that is there already, nor for one that takes something else', () => {
    expectErrors(fileWith('  - { step: draft, title: Draft, »titles: [A], owner: writer }'), ['unknown-key']);
    expectErrors(fileWith(DRAFT, '»status: ready'), ['unknown-key']);
  });

  test('of a step’s or field’s type does not hide what else is wrong in it', () => {
    expectErrors(
      fileWith(`${DRAFT}\n  - { step: ok, title: Ok, type: »aproval, of: »drft, approvers: »5, »colour: red }`),
      ['unknown-value', 'unknown-step', 'wrong-type', 'unknown-key'],
    );
    expectErrors(fileWith(DRAFT, 'inputs: { size: { type: »nubmer, min: »small } }'), ['unknown-value', 'wrong-type']);
  });

  test('like `constructor` or `toString` is unknown and no more', () => {
    expectErrors(
      fileWith('  - { step: draft, title: Draft, owner: writer, »constructor: 1, »toString: 2 }', '»valueOf: 3'),
      ['unknown-key', 'unknown-key', 'unknown-key'],
    );
  });

  test('gives no warning about what it was meant to say', () => {
    expect(
      warningsIn(
        fileWith(
          '  - { step: draft, title: Draft, owner: writer, efort: 2h, deu: 2 days after start, done_wen: It is there., fields: { words: { type: number } } }',
          'goals: []',
        ),
      ),
    ).toEqual(['no-measuring-step']);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a step that is no map', `  - »draft\n  - { step: look, title: Look, owner: writer }`, ['wrong-type']],
    [
      'a step of an unknown type',
      '  - { step: draft, title: Draft, type: »meeting, with: [x] }\n  - { step: look, title: Look, owner: writer, when: "steps.draft.at > run.started" }',
      ['unknown-value'],
    ],
    [
      'a type that is misspelt',
      '  - { step: draft, title: Draft, owner: writer }\n  - { step: ok, title: Ok, type: »aproval, of: draft, approvers: [editor] }\n  - { step: look, title: Look, owner: writer, when: "steps.ok.decision = \'approve\'" }',
      ['unknown-value'],
    ],
    ['an owner that is a list', '  - { step: draft, title: Draft, owner: »[writer] }', ['wrong-type']],
    [
      'approvers that are a text',
      '  - { step: draft, title: Draft, owner: writer }\n  - { step: ok, title: Ok, type: approval, of: draft, approvers: »editor }',
      ['wrong-type'],
    ],
    [
      'an approver that is a number',
      '  - { step: draft, title: Draft, owner: writer }\n  - { step: ok, title: Ok, type: approval, of: draft, approvers: [editor, »5], rule: { at_least: 2 } }',
      ['wrong-type'],
    ],
    [
      'approvers that are missing',
      '  - { step: draft, title: Draft, owner: writer }\n  - »{ step: ok, title: Ok, type: approval, of: draft }',
      ['missing-key'],
    ],
    [
      'an `after` that is a text',
      '  - { step: a, title: A, owner: writer }\n  - { step: b, title: B, owner: writer, after: [] }\n  - { step: ok, title: Ok, type: approval, of: a, approvers: [editor], after: »a }',
      ['wrong-type'],
    ],
    [
      'a field of an unknown type',
      '  - { step: draft, title: Draft, owner: writer, fields: { ready: { type: »boolean, required: true } } }\n  - { step: look, title: Look, owner: writer, when: steps.draft.ready }',
      ['unknown-value'],
    ],
    [
      'a field with a wrong default',
      '  - { step: draft, title: Draft, owner: writer, fields: { words: { type: number, default: »many } } }\n  - { step: look, title: Look, owner: writer, when: steps.draft.words > 5 }',
      ['wrong-type'],
    ],
    [
      'fields that are a list',
      '  - { step: draft, title: Draft, owner: writer, fields: »[words] }\n  - { step: look, title: Look, owner: writer, when: steps.draft.words > 5 }',
      ['wrong-type'],
    ],
    [
      'a name of a field that is badly formed',
      '  - { step: draft, title: Draft, owner: writer, fields: { »Words: { type: number, required: true } } }\n  - { step: look, title: Look, owner: »writr, when: steps.draft.Words > 5 }',
      ['bad-id', 'unknown-role'],
    ],
    [
      'an item that has no name',
      '  - »step: spread\n    title: Spread\n    type: each\n    over: "[1, 2]"\n    steps:\n      - { step: post, title: "Post {{ channel }}", owner: writer }',
      ['missing-key'],
    ],
    [
      'nested steps that are missing',
      '  - »{ step: spread, title: Spread, type: each, over: "[1, 2]", as: one }',
      ['missing-key'],
    ],
    [
      'an id that is badly formed everywhere',
      '  - { step: »First Draft, title: Draft, owner: writer }\n  - { step: look, title: Look, owner: writer, after: [»First Draft] }',
      ['bad-id', 'bad-id'],
    ],
    [
      'a name that is badly formed and leads nowhere',
      '  - { step: draft, title: Draft, owner: »Writer }',
      ['unknown-role'],
    ],
  ] as const)('(%s) hides nothing else and is not blamed twice', (_, steps, codes) => {
    expectErrors(fileWith(steps), codes);
  });

  test('among the inputs is not blamed on what names them', () => {
    const steps =
      '  - { step: draft, title: "Draft {{ inputs.topic }}", owner: writer, due: on publish, when: inputs.big, backup: »writr }';
    expectErrors(fileWith(steps, 'inputs: »[topic, publish, big]\nanchor: publish'), ['wrong-type', 'unknown-role']);
    expectErrors(
      fileWith(
        steps,
        'inputs:\n  topic: »text\n  publish: { type: »day, required: true }\n  big: »true\nanchor: publish',
      ),
      ['wrong-type', 'unknown-value', 'wrong-type', 'unknown-role'],
    );
  });

  test('among the steps does not say that there are none', () => {
    expectErrors(`${HEAD}steps: »draft\n`, ['wrong-type']);
    expectErrors(`»${HEAD}`, ['missing-key']);
    expectErrors(`${HEAD}steps:»\n`, ['wrong-type']);
    expect(
      codesIn(
        fileWith(Array.from({ length: 301 }, (_, n) => `  - { step: s${n}, title: S, owner: writer }`).join('\n')),
      ),
    ).toEqual(['out-of-bounds']);
  });

  test('twice under one key counts once, and what else is wrong is told as well', () => {
    expectErrors(fileWith('  - { step: draft, title: Draft, »title: Again, owner: »writr }'), [
      'duplicate-key',
      'unknown-role',
    ]);
  });

  test('in the team is told with everything else that is wrong there', () => {
    const { text, places } = unmark(
      'roles: { editor: Editor }\npeople:\n  - { id: ada, name: Ada, email: »ada, roles: [»editr], »zon: »Europe/Olso }\n  - { id: »ada, name: Bo, email: bo@example.com, rate: »-1 }\n  - { »nam: Cleo, email: c@example.com, id: cleo }\n',
    );
    const { faults } = readTeam(text, 'team.yaml');
    expect(placesOf(faults).toSorted(), faults.map(told).join('\n')).toEqual(places.toSorted());
    expect(faults.find(({ code, line }) => code === 'unknown-key' && line === 5)?.message).toBe(
      '`nam` is not a key of an entry of `people`.',
    );
  });
});

describe('suggestions', () => {
  test.each([
    ['ownre', 'owner'],
    ['Owner', 'owner'],
    ['duedate', undefined],
    ['deadline', undefined],
    ['deu', 'due'],
    ['time', undefined],
    ['done-when', 'done_when'],
    ['instruction', 'instructions'],
    ['do', undefined],
    ['xyz', undefined],
  ])('for the key `%s` name the one that exists only when it is near', (key, meant) => {
    const [fault] = errorsIn(
      fileWith(`  - { step: draft, title: Draft, ${meant === 'owner' ? '' : 'owner: writer, '}${key}: x }`),
    ).filter(({ code }) => code === 'unknown-key');
    expect(fault?.fix).toMatch(meant === undefined ? /^Possible are/ : `Did you mean \`${meant}\`?`);
  });

  test('name a step of the same list, not one that is out of reach', () => {
    const [fault] = errorsIn(
      fileWith(`
  - { step: spread, title: Spread, type: each, over: "[1]", as: one, steps: [{ step: posts, title: Post, owner: writer }] }
  - { step: post, title: Post, owner: writer, after: [] }
  - { step: look, title: Look, owner: writer, after: [posts] }`),
    );
    expect(fault?.message).toBe('There is no step `posts` in this list of steps.');
    expect(fault?.fix).toBe('Did you mean `post`?');
  });

  test('for an input with a hyphen name the one with `_`', () => {
    const [fault] = errorsIn(
      fileWith(
        '  - { step: draft, title: Draft, owner: writer, when: inputs.publish-date = 1 }',
        'inputs: { publish_date: { type: number, default: 1 } }',
      ),
    );
    expect(fault?.fix).toBe('Did you mean `publish_date`?');
  });

  test('for a step that is not waited for say to wait for it, within reach', () => {
    const fixOf = (steps: string) => errorsIn(fileWith(steps))[0]?.fix;
    expect(
      fixOf(
        '  - { step: a, title: A, owner: writer, after: [] }\n  - { step: b, title: "B {{ steps.a.at }}", owner: writer, after: [] }',
      ),
    ).toBe(
      "Let `b` come after `a`, or say what to use instead, `(steps.a.at ?? 'none')`, or ask first, `$exists(steps.a.at) and …`.",
    );
    expect(fixOf('  - { step: b, title: "B {{ steps.b.at }}", owner: writer }')).toMatch(/^Say what to use instead/);
  });

  test('for a value of another kind show how it is written', () => {
    const fixOf = (steps: string, keys = '') => errorsIn(fileWith(steps, keys))[0]?.fix;
    expect(fixOf(DRAFT, 'inputs: { topic: text }')).toBe('Write the field with its type: `{ type: text }`.');
    expect(fixOf('  draft: { title: Draft }')).toBe('Begin each of its entries with `- `.');
    expect(fixOf('  - draft')).toBe('Begin a step with `- step: ID`, its other keys below.');
    expect(
      fixOf(`${DRAFT}\n  - { step: ok, title: Ok, type: approval, of: draft, approvers: [editor], on_changes: draft }`),
    ).toBe('Write `{ redo: STEP, rounds: N }`.');
    expect(fixOf('  - { step: draft, title: Draft, owner: }')).toBe(
      'Write a value behind the colon, or take the key out.',
    );
  });

  test('for an empty text do not quote nothing', () => {
    const says = errorsIn(fileWith('  - { step: draft, title: "", owner: "", due: "", takes: "", when: "" }')).map(
      ({ message }) => message,
    );
    expect(says).toEqual([
      '`title` is empty.',
      'The id of a role is empty.',
      'The due date is empty.',
      'The length of time is empty.',
      '`when` is empty.',
    ]);
  });

  test('for a bare name say where it is', () => {
    const [fault] = errorsIn(
      fileWith(
        '  - { step: draft, title: Draft, owner: writer, when: topic = 1 }',
        'inputs: { topic: { type: number, default: 1 } }',
      ),
    );
    expect(fault?.fix).toBe('Did you mean `inputs.topic`?');
  });
});
