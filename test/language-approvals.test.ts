import { describe, expect, test } from 'vitest';
import { errorsIn, fileWith, placesOf, read, stepIn, told, unmark } from './support/language-files.ts';

const INPUTS = 'inputs: { budget: { type: money, default: 0 } }';
const steps = (approval: string, after = ''): string =>
  `  - { step: outline, title: Outline, owner: writer }\n  - { step: draft, title: Draft, owner: writer }\n  - { step: approve, title: Approve, type: approval, of: draft, ${approval} }${after === '' ? '' : `\n${after}`}`;
const approvalIn = (approval: string) => stepIn('approval', 'approve', fileWith(steps(approval), INPUTS));
const expectErrors = (marked: string, codes: readonly string[], message = ''): void => {
  const { text, places } = unmark(fileWith(marked, INPUTS));
  const errors = errorsIn(text);
  expect(
    errors.map(({ code }) => code),
    errors.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(errors)).toEqual(places);
  expect(errors[0]?.message ?? '').toContain(message);
};

describe('an approval', () => {
  test('is by all approvers, with a veto, verified, and offers no changes, where nothing else is written', () => {
    const approval = approvalIn('approvers: [editor]');
    expect(approval).toMatchObject({
      of: 'draft',
      after: ['draft'],
      approvers: [{ role: 'editor', required: true }],
      rule: 'all',
      veto: true,
      on_reject: 'stop',
      assurance: 'verified',
      on_expiry: 'escalate',
    });
    expect(approval).not.toHaveProperty('on_changes');
    expect(approval).not.toHaveProperty('owner');
  });

  test('asks a more senior approver only for a bigger budget, and one who does not count', () => {
    expect(
      approvalIn(
        'approvers: [editor, { role: designer, when: inputs.budget > 50000 }, { role: analyst, required: false }]',
      ).approvers,
    ).toEqual([
      { role: 'editor', required: true },
      { role: 'designer', when: 'inputs.budget > 50000', required: true },
      { role: 'analyst', required: false },
    ]);
  });

  test.each([
    ['all', 'all'],
    ['any', 'any'],
    ['in_order', 'in_order'],
    ['{ at_least: 2 }', { at_least: 2 }],
  ])('follows the rule %s', (rule, expected) => {
    expect(approvalIn(`approvers: [editor, designer], rule: ${rule}, veto: false`)).toMatchObject({
      rule: expected,
      veto: false,
    });
  });

  test.each([
    ['»most', 'unknown-value'],
    ['»2', 'wrong-type'],
    ['{ at_least: »0 }', 'out-of-bounds'],
    ['{ at_least: »two }', 'wrong-type'],
    ['{ »at_leest: 2 }', 'unknown-key'],
    ['»[all]', 'wrong-type'],
  ])('follows no rule `%s`', (rule, code) => {
    expectErrors(steps(`approvers: [editor, designer], rule: ${rule}`), [
      code === 'unknown-value' ? 'wrong-type' : code,
    ]);
  });

  test('may approve by itself when it expires, where that is written', () => {
    expect(approvalIn('approvers: [editor], on_expiry: approve').on_expiry).toBe('approve');
    for (const type of ['task', 'wait, for: 1 day', 'email, to: [editor], subject: S, body: B'])
      expectErrors(`  - { step: draft, title: Draft, owner: writer, type: ${type}, on_expiry: »approve }`, [
        'unknown-value',
      ]);
  });

  test('has approvers enough who are always asked and whose vote counts', () => {
    expectErrors(
      steps('»approvers: []').replace('step: approve', 'step: »approve').replace('»approvers', 'approvers'),
      ['no-approver'],
      'has no approver',
    );
    expectErrors(
      steps('approvers: »[{ role: editor, required: false }]'),
      ['no-approver'],
      'has no approver who is always asked',
    );
    expectErrors(
      steps('approvers: »[{ role: editor, when: inputs.budget > 5 }]'),
      ['no-approver'],
      'has no approver who is always asked',
    );
    expectErrors(
      steps('approvers: »[editor, { role: designer, required: false }], rule: { at_least: 2 }'),
      ['no-approver'],
      'needs 2 approvals, but only 1 of its approvers is always asked and counts.',
    );
    expectErrors(steps('approvers: [editor, designer], rule: { at_least: 2 }'), []);
  });

  test('has approvers of roles that there are, each once', () => {
    expectErrors(steps('approvers: [»editr]'), ['unknown-role']);
    expectErrors(steps('approvers: [{ role: »editr }, editor]'), ['unknown-role']);
    expectErrors(steps('approvers: [editor, »editor]'), ['duplicate-id']);
    expectErrors(steps('approvers: [editor, »{ role: editor, when: inputs.budget > 5 }]'), ['duplicate-id']);
    expectErrors(steps('approvers: [editor, { »when: inputs.budget > 5 }]').replace('{ »when', '»{ when'), [
      'missing-key',
    ]);
  });

  test('judges a step that it comes after', () => {
    expectErrors(steps('approvers: [editor]').replace('of: draft', 'of: »drft'), ['unknown-step']);
    expectErrors(steps('approvers: [editor]').replace('of: draft', 'of: »approve'), ['not-before'], 'judges');
    expectErrors(steps('approvers: [editor], after: [outline]').replace('of: draft', 'of: »draft'), ['not-before']);
    expectErrors(steps('approvers: [editor], after: [draft]').replace('of: draft', 'of: outline'), []);
    expect(
      errorsIn(fileWith(steps('approvers: [editor]').replace('of: draft, ', ''))).map(({ message }) => message),
    ).toEqual(['The step `approve` of type `approval` needs `of`.']);
  });

  test('warns where one person would judge their own work', () => {
    const warnings = (owner: string, approvers: string) =>
      read(
        fileWith(
          `  - { step: draft, title: D, owner: ${owner} }\n  - { step: ok, title: O, type: approval, of: draft, approvers: ${approvers} }`,
        ),
      )
        .faults.filter(({ code }) => code === 'both-sides')
        .map(({ message }) => message);
    expect(warnings('designer', '[analyst]')).toEqual(['In `ok`, dan would judge their own work of `draft`.']);
    expect(warnings('editor', '[editor]')).toEqual(['In `ok`, ada would judge their own work of `draft`.']);
    expect(warnings('writer', '[writer]')).toEqual([]);
    expect(warnings('writer', '[editor]')).toEqual([]);
    expect(warnings('designer', '[editor, { role: analyst, required: false }]')).toEqual([]);
  });
});

describe('a round', () => {
  test('redoes the work from a step on, three times where nothing else is written', () => {
    expect(
      approvalIn('approvers: [editor], on_changes: { redo: outline, rounds: 5 }, on_reject: { redo: draft }'),
    ).toMatchObject({ on_changes: { redo: 'outline', rounds: 5 }, on_reject: { redo: 'draft', rounds: 3 } });
    expect(approvalIn('approvers: [editor], on_changes: { redo: draft }').on_changes).toEqual({
      redo: 'draft',
      rounds: 3,
    });
    expect(approvalIn('approvers: [editor], on_reject: stop').on_reject).toBe('stop');
  });

  test.each([
    ['on_changes: »draft', 'wrong-type'],
    ['on_changes: »stop', 'wrong-type'],
    ['on_changes: { redo: draft, rounds: »0 }', 'out-of-bounds'],
    ['on_changes: { redo: draft, rounds: »21 }', 'out-of-bounds'],
    ['on_changes: { redo: draft, rounds: »1.5 }', 'wrong-type'],
    ['»on_changes: { rounds: 3 }', 'missing-key'],
    ['on_changes: { redo: »drft }', 'unknown-step'],
    ['on_changes: { redo: »approve }', 'not-before'],
    ['on_reject: { redo: »later }', 'not-before'],
    ['on_reject: »draft', 'wrong-type'],
    ['on_changes: { redo: draft, »round: 3 }', 'unknown-key'],
  ])('is refused as %s', (keys, code) => {
    expectErrors(steps(`approvers: [editor], ${keys}`, '  - { step: later, title: Later, owner: writer }'), [code]);
  });

  test('redoes a closed block: nothing outside waits for its middle', () => {
    expectErrors(
      steps(
        'approvers: [editor], on_changes: { redo: »outline }',
        '  - { step: images, title: Images, owner: designer, after: [draft] }',
      ),
      ['redo-not-closed'],
      '`images` comes after `draft`',
    );
    expectErrors(
      steps(
        'approvers: [editor], on_changes: { redo: »outline }',
        '  - { step: images, title: Images, owner: designer, after: [outline, approve] }',
      ),
      ['redo-not-closed'],
      '`images` comes after `outline`',
    );
    expectErrors(
      steps(
        'approvers: [editor], on_changes: { redo: outline }',
        '  - { step: images, title: Images, owner: designer, after: [approve] }',
      ),
      [],
    );
    expectErrors(
      steps(
        'approvers: [editor], on_changes: { redo: draft }',
        '  - { step: images, title: Images, owner: designer, after: [outline] }',
      ),
      [],
    );
  });

  test('takes in every way from the step to the approval, and what comes into the middle from outside is no harm', () => {
    expectErrors(
      `
  - { step: brief, title: Brief, owner: writer }
  - { step: facts, title: Facts, owner: writer, after: [] }
  - { step: draft, title: Draft, owner: writer, after: [brief] }
  - { step: images, title: Images, owner: designer, after: [brief, facts] }
  - { step: approve, title: Approve, type: approval, of: draft, approvers: [editor], after: [draft, images], on_changes: { redo: brief } }`,
      [],
    );
  });

  test('of two approvals may share a block or stand one within the other, but not overlap in part', () => {
    const two = (first: string, second: string) => `
  - { step: outline, title: Outline, owner: writer }
  - { step: draft, title: Draft, owner: writer }
  - { step: first, title: First, type: approval, of: draft, approvers: [editor], on_changes: { redo: ${first} } }
  - { step: polish, title: Polish, owner: writer }
  - { step: second, title: Second, type: approval, of: polish, approvers: [editor], on_changes: { redo: ${second} } }`;
    expectErrors(two('outline', 'outline'), []);
    expectErrors(two('draft', 'outline'), []);
    expectErrors(two('draft', 'polish'), []);
    expectErrors(two('outline', '»draft'), ['redo-overlap']);
    expectErrors(two('draft', '»first'), ['redo-overlap']);
  });

  test('of one approval may redo more when it is rejected than when it is changed', () => {
    expectErrors(steps('approvers: [editor], on_changes: { redo: draft }, on_reject: { redo: outline }'), []);
  });

  test('within an each redoes the steps of the same item', () => {
    const each = (redo: string) => `  - { step: outline, title: Outline, owner: writer }
  - step: spread
    title: Spread
    type: each
    over: "[1, 2]"
    as: one
    steps:
      - { step: post, title: Post, owner: writer }
      - { step: ok, title: Ok, type: approval, of: post, approvers: [editor], on_changes: { redo: ${redo} } }`;
    expectErrors(each('post'), []);
    expectErrors(each('»outline'), ['unknown-step'], 'in this list of steps');
  });

  test('may take in a whole each', () => {
    expectErrors(
      '  - { step: spread, title: S, type: each, over: "[1]", as: one, steps: [{ step: post, title: P, owner: writer }] }\n  - { step: ok, title: Ok, type: approval, of: spread, approvers: [editor], on_changes: { redo: spread } }',
      [],
    );
  });
});
