import { describe, expect, test } from 'vitest';
import { catalogue, type Fault, type FaultCode } from '../statemachines/language/faults.ts';
import { readCalendars, readHooks, readTeam } from '../statemachines/language/surroundings.ts';
import { readLibrary } from '../statemachines/library.ts';
import { DRAFT, fileWith, HEAD, placesOf, read, told, unmark } from './support/language-files.ts';

type Provoked = {
  readonly code: FaultCode;
  /** Where there is another way to it, what is special about this one. */
  readonly when?: string;
  /** The file, `»` before what the fault is to point at. */
  readonly text: string;
  /** What of the author's own words, or of what is missing, the message holds. */
  readonly says: readonly string[];
  readonly fix: string;
  readonly of?: 'team' | 'calendars' | 'hooks' | 'library';
};

const draftWith = (keys: string, above = ''): string =>
  fileWith(`  - step: draft\n    title: Draft\n    owner: writer\n${keys}`, above);
const approvalWith = (keys: string): string =>
  fileWith(`${DRAFT}\n  - step: approve\n    type: approval\n    title: Approve\n${keys}`);
const PUBLISH = 'inputs:\n  publish: { type: date, required: true }';

const PROVOKED: readonly Provoked[] = [
  // The file itself.
  { code: 'file-too-large', text: `»# ${'x'.repeat(300 * 1024)}`, says: ['301 KB', '256 KB'], fix: '`run`' },
  { code: 'file-empty', text: '»', says: ['empty'], fix: '`workflow:`' },
  { code: 'file-empty', when: 'it holds comments only', text: '»# nothing yet\n', says: ['empty'], fix: '`workflow:`' },
  { code: 'file-not-text', text: `${HEAD}x: a»\u0000b`, says: ['NUL'], fix: 'UTF-8' },
  {
    code: 'file-not-text',
    when: 'it was saved in another encoding',
    text: 'title: Caf»\ufffd',
    says: ['not UTF-8'],
    fix: 'UTF-8',
  },
  { code: 'not-yaml', text: 'workflow: blog\n»\ttitle: Blog', says: ['tab'], fix: 'blanks' },
  {
    code: 'not-yaml',
    when: 'a template is not in quotes',
    text: `${HEAD}x: {{ inputs.topic }} »for you`,
    says: ['does not belong'],
    fix: 'goes into quotes',
  },
  { code: 'duplicate-key', text: draftWith('    »title: Again'), says: ['`title`', 'second time'], fix: '`title`' },
  { code: 'alias-used', text: draftWith('    phase: »*other\n'), says: ['`*other`'], fix: 'quotes' },
  {
    code: 'alias-used',
    when: 'a tag is used',
    text: draftWith('    phase: !!str »Write\n'),
    says: ['`!!str`'],
    fix: 'quotes',
  },
  { code: 'too-deep', text: `x: ${'['.repeat(60)}»[`, says: ['60 levels'], fix: 'brackets' },
  {
    code: 'wrong-file-name',
    text: fileWith(DRAFT).replace('workflow: blog', 'workflow: »blog-post'),
    says: ['`blog-post`'],
    fix: '`blog-post.yaml`',
  },

  // The shape.
  {
    code: 'unknown-key',
    text: draftWith('    »ownr: writer').replace('    owner: writer\n', ''),
    says: ['`ownr`', '`draft`', '`task`'],
    fix: 'Did you mean `owner`?',
  },
  {
    code: 'unknown-key',
    when: 'it belongs to another type of step',
    text: draftWith('    »approvers: [editor]'),
    says: ['`approvers`', '`task`'],
    fix: '`type: approval`',
  },
  {
    code: 'unknown-key',
    when: 'it is like nothing',
    text: draftWith('    »colour: red'),
    says: ['`colour`'],
    fix: '`step`, `title`',
  },
  {
    code: 'unknown-key',
    when: 'a wait has both of its keys',
    text: fileWith('  - { step: pause, title: Pause, type: wait, until: 1 day after start, »for: 1 day }'),
    says: ['`for`', '`pause`', '`until`'],
    fix: 'Keep one',
  },
  {
    code: 'missing-key',
    text: fileWith('  - »step: draft\n    owner: writer'),
    says: ['`title`', '`draft`'],
    fix: '`title:`',
  },
  {
    code: 'missing-key',
    when: 'a wait has neither of its keys',
    text: fileWith('  - { step: »pause, title: Pause, type: wait }'),
    says: ['`until`', '`pause`'],
    fix: '`for: 2 workdays`',
  },
  { code: 'wrong-type', text: draftWith('    effort: »2'), says: ['`effort`', 'a text', 'number 2'], fix: '`2h`' },
  {
    code: 'wrong-type',
    when: 'a key is no word',
    text: draftWith('    done_when: {»{ inputs.topic }}'),
    says: ['A key', 'a map'],
    fix: 'goes into quotes',
  },
  {
    code: 'unknown-value',
    text: draftWith('    assurance: »verifed'),
    says: ['`assurance`', '`verifed`'],
    fix: 'Did you mean `verified`?',
  },
  {
    code: 'unknown-value',
    when: 'silence is to approve a task',
    text: draftWith('    on_expiry: »approve'),
    says: ['`on_expiry`', '`task`', '`approve`'],
    fix: '`escalate`',
  },
  {
    code: 'out-of-bounds',
    text: draftWith(`    phase: »${'x'.repeat(201)}`),
    says: ['`phase`', '200 characters'],
    fix: 'Shorten',
  },
  {
    code: 'bad-id',
    text: fileWith('  - { step: »Draft_It, title: Draft, owner: writer }'),
    says: ['`Draft_It`', 'the id of a step'],
    fix: 'lower-case',
  },
  {
    code: 'bad-id',
    when: 'it is the name of an input',
    text: fileWith(DRAFT, 'inputs:\n  »Publish-Date: { type: date }'),
    says: ['`Publish-Date`', 'the name of an input'],
    fix: '`publish_date`',
  },
  { code: 'bad-span', text: draftWith('    takes: »two days'), says: ['`two days`'], fix: '`2 workdays`' },
  { code: 'bad-due', text: draftWith('    due: »2027-01-31'), says: ['`2027-01-31`'], fix: '`10 days before publish`' },
  {
    code: 'bad-due',
    when: 'it counts from nothing that there is',
    text: draftWith('    due: »3 days before publsh', PUBLISH),
    says: ['`publsh`', 'Did you mean `publish`?'],
    fix: '`10 days before publish`',
  },
  {
    code: 'bad-due',
    when: 'it counts from what is no date',
    text: draftWith('    due: »on topic', 'inputs: { topic: { type: text } }'),
    says: ['`topic`', '`text`'],
    fix: '`on publish at 09:00`',
  },
  { code: 'bad-frequency', text: fileWith(DRAFT, 'frequency: »weekly'), says: ['`weekly`'], fix: '`52 per year`' },
  {
    code: 'bad-cron',
    text: fileWith(DRAFT, 'starts:\n  - every: »0 8 * * 1'),
    says: ['`0 8 * * 1`', 'six'],
    fix: '`0 8 ? * MON *`',
  },
  {
    code: 'bad-field',
    text: fileWith(DRAFT, 'inputs:\n  size: { type: number, min: »5, max: 3 }'),
    says: ['`size`', '`min`'],
    fix: 'Exchange',
  },
  {
    code: 'bad-address',
    text: fileWith('  - { step: tell, title: Tell, type: call, url: »http://example.com }'),
    says: ['`http://example.com`'],
    fix: '`https://`',
  },
  {
    code: 'bad-origin',
    of: 'hooks',
    text: 'hooks:\n  wish: { provider: form, workflow: blog, origins: [»https://www.example.com/] }',
    says: ['`https://www.example.com/`'],
    fix: '`https://www.example.com`',
  },
  {
    code: 'bad-zone',
    of: 'calendars',
    text: 'calendars:\n  default: { zone: »Europe/Olso }',
    says: ['`Europe/Olso`'],
    fix: 'Did you mean `Europe/Oslo`?',
  },
  {
    code: 'bad-date',
    of: 'calendars',
    text: 'calendars:\n  default: { zone: UTC, holidays: { add: [{ date: »2027-02-30, name: Never }] } }',
    says: ['`2027-02-30`'],
    fix: '`2027-01-31`',
  },
  {
    code: 'bad-country',
    of: 'calendars',
    text: 'calendars:\n  default: { zone: UTC, holidays: { country: »XX } }',
    says: ['`XX`'],
    fix: '`NO`',
  },

  // Names that lead elsewhere.
  {
    code: 'duplicate-id',
    text: fileWith(`${DRAFT}\n  - { step: »draft, title: Again, owner: writer }`),
    says: ['`draft`', 'line 6'],
    fix: 'another id',
  },
  {
    code: 'reserved-name',
    text: fileWith('  - { step: »run, title: Run, owner: writer }'),
    says: ['`run`'],
    fix: 'another name',
  },
  {
    code: 'unknown-step',
    text: draftWith('    after: [»outlin]\n  - { step: outline, title: Outline, owner: writer, after: [] }'),
    says: ['`outlin`'],
    fix: 'Did you mean `outline`?',
  },
  { code: 'unknown-role', text: draftWith('    backup: »writr'), says: ['`writr`'], fix: 'Did you mean `writer`?' },
  {
    code: 'unknown-person',
    of: 'team',
    text: 'roles: { editor: Editor }\npeople:\n  - { id: ada, name: Ada, email: ada@example.com, manager: »eve }',
    says: ['`eve`'],
    fix: '`ada`',
  },
  {
    code: 'unknown-recipient',
    text: fileWith('  - { step: tell, title: Tell, type: email, to: [»designers], subject: Hi, body: Hi }'),
    says: ['`designers`'],
    fix: 'Did you mean `designer`?',
  },
  {
    code: 'unknown-workflow',
    of: 'library',
    text: fileWith('  - { step: start-it, title: Start, type: run, workflow: »newsleter }'),
    says: ['`newsleter`'],
    fix: 'Did you mean `newsletter`?',
  },
  {
    code: 'unknown-calendar',
    text: fileWith(DRAFT, 'calendar: »defalt'),
    says: ['`defalt`'],
    fix: 'Did you mean `default`?',
  },
  {
    code: 'unknown-hook',
    text: fileWith(DRAFT, 'starts:\n  - hook: »content-breif'),
    says: ['`content-breif`'],
    fix: 'Did you mean `content-brief`?',
  },
  {
    code: 'hook-elsewhere',
    text: fileWith(DRAFT, 'starts:\n  - hook: »other-brief'),
    says: ['`other-brief`', '`newsletter`'],
    fix: 'hooks.yaml',
  },
  {
    code: 'unknown-input',
    of: 'library',
    text: fileWith('  - { step: start-it, title: Start, type: run, workflow: newsletter, with: »{ topik: x } }'),
    says: ['`topik`', '`newsletter`'],
    fix: 'Did you mean `topic`?',
  },
  {
    code: 'input-not-given',
    text: fileWith(DRAFT, 'inputs:\n  publish: { type: date, required: true }\nstarts:\n  - every: »0 8 ? * MON *'),
    says: ['`blog`', '`publish`', 'clock'],
    fix: 'default',
  },
  {
    code: 'bad-anchor',
    text: fileWith(DRAFT, 'inputs:\n  publish: { type: date, required: true }\nanchor: »publsh'),
    says: ['`publsh`', 'Did you mean `publish`?'],
    fix: '`publish`',
  },

  // The graph.
  { code: 'no-end', text: `${HEAD}»steps: []`, says: ['no step'], fix: 'at least one step' },
  { code: 'no-owner', text: fileWith('  - { step: »draft, title: Draft }'), says: ['`draft`'], fix: '`owner:`' },
  {
    code: 'no-approver',
    text: approvalWith('    of: draft\n    approvers: »[editor, designer]\n    rule: { at_least: 3 }'),
    says: ['`approve`', 'needs 3', 'only 2'],
    fix: '`approvers:`',
  },
  {
    code: 'cycle',
    text: fileWith(
      '  - { step: a, title: A, owner: writer, »after: [b] }\n  - { step: b, title: B, owner: writer, after: [a] }',
    ),
    says: ['`a` → `b` → `a`'],
    fix: '`after`',
  },
  {
    code: 'not-before',
    text: fileWith(`  - { step: approve, title: Approve, type: approval, of: »draft, approvers: [editor] }\n${DRAFT}`),
    says: ['`approve`', 'judges', '`draft`'],
    fix: '`approve` come after `draft`',
  },
  {
    code: 'redo-not-closed',
    text: approvalWith(
      '    of: draft\n    approvers: [editor]\n    on_changes: { redo: »draft }\n  - { step: images, title: Images, owner: designer, after: [draft] }',
    ),
    says: ['`approve`', '`images`', '`draft`'],
    fix: '`images` come after `approve`',
  },
  {
    code: 'redo-overlap',
    text: fileWith(`
  - { step: outline, title: Outline, owner: writer }
  - { step: draft, title: Draft, owner: writer }
  - { step: first, title: First, type: approval, of: draft, approvers: [editor], on_changes: { redo: outline } }
  - { step: second, title: Second, type: approval, of: draft, approvers: [editor], on_changes: { redo: »draft } }`),
    says: ['`first`', '`second`'],
    fix: '`second`',
  },
  {
    code: 'run-cycle',
    of: 'library',
    text: fileWith('  - { step: start-it, title: Start, type: run, workflow: »blog }'),
    says: ['`blog` → `blog`'],
    fix: '`run`',
  },

  // Expressions.
  {
    code: 'bad-expression',
    text: draftWith("    when: inputs.topic = »= 'x'", 'inputs: { topic: { type: text, required: true } }'),
    says: ["`inputs.topic = = 'x'`", 'single `=`'],
    fix: '`inputs.budget > 50000`',
  },
  {
    code: 'bad-expression',
    when: 'a text has `{{` without `}}`',
    text: draftWith('    done_when: About »{{ inputs.topic'),
    says: ['`}}`'],
    fix: '`}}`',
  },
  {
    code: 'unsupported-expression',
    text: draftWith('    when: »$now() > run.started'),
    says: ['`$now( )`'],
    fix: '`run.started`',
  },
  {
    code: 'unknown-name',
    text: draftWith('    done_when: About {{ »inputs.topik }}.', 'inputs: { topic: { type: text, required: true } }'),
    says: ['`topik`', 'inputs'],
    fix: 'Did you mean `topic`?',
  },
  {
    code: 'may-be-absent',
    text: draftWith('    when: »inputs.budget > 5', 'inputs: { budget: { type: number } }'),
    says: ['`inputs.budget`', 'not required'],
    fix: '`(inputs.budget ?? 0)`',
  },
  {
    code: 'not-yes-or-no',
    text: draftWith('    when: »inputs.budget', 'inputs: { budget: { type: number, default: 0 } }'),
    says: ['a number'],
    fix: '`inputs.budget > 50000`',
  },
  {
    code: 'each-over-no-list',
    text: fileWith(
      `  - step: spread\n    title: Spread\n    type: each\n    over: »inputs.topic\n    as: one\n    steps:\n      - { step: post, title: Post, owner: writer }`,
      'inputs: { topic: { type: text, required: true } }',
    ),
    says: ['`over`', 'a text'],
    fix: '`many: true`',
  },
  {
    code: 'each-too-many',
    text: fileWith(
      `  - step: spread\n    title: Spread\n    type: each\n    over: »inputs.countries\n    as: country\n    steps:\n      - { step: post, title: Post, owner: writer }`,
      `inputs: { countries: { type: choice, many: true, required: true, options: [${Array.from({ length: 41 }, (_, n) => `c${n}`).join(', ')}] } }`,
    ),
    says: ['`spread`', '41', '40'],
    fix: '`max: 40`',
  },

  {
    code: 'wrong-kind',
    text: draftWith("    when: »inputs.budget > '50000'", 'inputs: { budget: { type: number, default: 0 } }'),
    says: ['`>`', '`inputs.budget` is a number', "`'50000'` is a text"],
    fix: 'without quotes',
  },
  {
    code: 'wrong-kind',
    when: 'a text is counted with',
    text: draftWith('    done_when: "{{ »inputs.topic + 1 }}"', 'inputs: { topic: { type: text, default: a } }'),
    says: ['`+`', '`inputs.topic` is a text'],
    fix: '`&`',
  },
  {
    code: 'unknown-value',
    when: 'a choice is compared with what it does not offer',
    text: draftWith(
      "    when: »inputs.region = 'EUU'",
      'inputs: { region: { type: choice, options: [EUR, USA], required: true } }',
    ),
    says: ['`inputs.region`', '`EUU`'],
    fix: 'Did you mean `EUR`?',
  },
  {
    code: 'unknown-value',
    when: 'a decision is one that no approval gives',
    text: approvalWith(
      '    of: draft\n    approvers: [editor]\n  - { step: tell, title: T, owner: writer, when: "»steps.approve.decision = \'approved\'" }',
    ),
    says: ['`steps.approve.decision`', '`approved`'],
    fix: 'Did you mean `approve`?',
  },
  {
    code: 'bad-address',
    when: 'a link begins like a program',
    text: draftWith('    links: [{ title: A, url: »"javascript:alert(1)//{{ run.id }}" }]'),
    says: ['javascript:'],
    fix: '`https://`',
  },
  {
    code: 'bad-address',
    when: 'a call goes where any text says',
    text: fileWith(
      '  - { step: tell, title: Tell, type: call, url: »"{{ inputs.topic }}" }',
      'inputs: { topic: { type: text, required: true } }',
    ),
    says: ['`{{ inputs.topic }}`'],
    fix: 'type `url`',
  },
  {
    code: 'bad-field',
    when: 'nobody fills it in',
    text: fileWith(
      '  - step: tell\n    title: Tell\n    type: email\n    to: [editor]\n    subject: Hi\n    body: Hi\n    »fields: { cost: { type: number } }',
    ),
    says: ['`cost`', 'never filled in', '`email`'],
    fix: 'Take `fields` out',
  },
  {
    code: 'unsupported-expression',
    when: 'the item of an each stands in a filter',
    text: fileWith(
      `  - step: spread\n    title: Spread\n    type: each\n    over: inputs.channels\n    as: channel\n    steps:\n      - { step: post, title: Post, owner: writer, when: "$count(inputs.channels[$ = »channel]) > 0" }`,
      'inputs: { channels: { type: choice, many: true, required: true, options: [a, b] } }',
    ),
    says: ['`channel`', '`$$.channel`'],
    fix: 'each',
  },
  {
    code: 'each-too-many',
    when: 'a list is written out',
    text: fileWith(
      `  - step: spread\n    title: Spread\n    type: each\n    over: »"[1..1000]"\n    as: one\n    steps:\n      - { step: post, title: Post, owner: writer }`,
    ),
    says: ['`spread`', '1000', '40'],
    fix: '`max: 40`',
  },
  {
    code: 'unknown-code',
    when: 'it is like nothing',
    text: `»# allow nosuch: reason\n${fileWith(DRAFT)}`,
    says: ['`# allow nosuch`'],
    fix: '`# allow CODE: reason`',
  },

  // The plan and the machine.
  {
    code: 'unreachable-due',
    of: 'library',
    text: draftWith('    due: »1 day before start'),
    says: ['`draft`'],
    fix: '`start`',
  },
  {
    code: 'outlives-limit',
    of: 'library',
    text: fileWith('  - { step: »pause, title: Pause, type: wait, for: 400 days }'),
    says: ['350'],
    fix: '`run`',
  },
  {
    code: 'machine-too-large',
    of: 'library',
    // Each quote in a text is four characters in the machine.
    text: `»${fileWith(Array.from({ length: 300 }, (_, one) => `  - { step: s${one}, title: A, owner: writer, after: [], when: inputs.topic != '${'"'.repeat(550)}' }`).join('\n'), 'inputs: { topic: { type: text, required: true } }')}`,
    says: ['900 KB'],
    fix: '`run`',
  },
  {
    code: 'too-many-events',
    of: 'library',
    text: fileWith(
      `  - step: »spread\n    title: Spread\n    type: each\n    over: "[1..40]"\n    as: one\n    steps:\n${Array.from({ length: 100 }, (_, one) => `      - { step: s${one}, title: A, owner: writer }`).join('\n')}`,
    ),
    says: ['20,000', '`spread`'],
    fix: 'fewer',
  },

  // Warnings.
  {
    code: 'unknown-code',
    text: `»# allow no-efort: it is small\n${fileWith(DRAFT)}`,
    says: ['`# allow no-efort`'],
    fix: 'Did you mean `no-effort`?',
  },
  {
    code: 'no-effort',
    text: fileWith('  - { step: »draft, title: Draft, owner: writer }'),
    says: ['`draft`'],
    fix: '`effort: 3h`',
  },
  {
    code: 'no-done-when',
    text: fileWith('  - { step: »draft, title: Draft, owner: writer }'),
    says: ['`draft`'],
    fix: '`done_when:`',
  },
  {
    code: 'no-due',
    text: fileWith('  - { step: »draft, title: Draft, owner: writer }'),
    says: ['`draft`'],
    fix: '`due:`',
  },
  {
    code: 'due-against-order',
    of: 'library',
    text: draftWith(
      `    due: 3 days before publish\n  - { step: images, title: Images, owner: designer, due: »9 days before publish }`,
      PUBLISH,
    ),
    says: ['`images`', '`draft`', '6 days'],
    fix: 'due dates',
  },
  {
    code: 'too-little-time',
    of: 'library',
    text: draftWith(
      `    due: 7 days before publish\n  - { step: images, title: Images, owner: designer, takes: 9 workdays, due: »6 days before publish }`,
      PUBLISH,
    ),
    says: ['`images`', '9 working days', '`draft`'],
    fix: '`takes`',
  },
  {
    code: 'approval-layers',
    of: 'library',
    text: fileWith(
      `${DRAFT}\n${['one', 'two', 'three'].map((id, index) => `  - { step: ${index === 0 ? '»' : ''}${id}, title: Approve, type: approval, of: draft, approvers: [editor] }`).join('\n')}`,
    ),
    says: ['`one`, `two` and `three`', '3 approvals'],
    fix: 'one approval',
  },
  {
    code: 'approval-after-anchor',
    of: 'library',
    text: fileWith(
      `${DRAFT}\n  - { step: approve, title: Approve, type: approval, of: draft, approvers: [editor], due: »2 days after publish }`,
      `${PUBLISH}\nanchor: publish`,
    ),
    says: ['`approve`', '`publish`'],
    fix: 'before `publish`',
  },
  {
    code: 'both-sides',
    text: fileWith(
      '  - { step: draft, title: Draft, owner: designer }\n  - { step: approve, title: Approve, type: approval, of: draft, approvers: [»analyst] }',
    ),
    says: ['`approve`', '`draft`', 'dan'],
    fix: 'another approver',
  },
  {
    code: 'more-faults',
    text: draftWith(`${Array.from({ length: 1_099 }, (_, n) => `    zzq${n}: 1`).join('\n')}\n    »zzq1099: 1`),
    says: ['104 more faults'],
    fix: 'check again',
  },
  {
    code: 'more-faults',
    when: 'it is no YAML from top to bottom',
    text: `${Array.from({ length: 29 }, (_, n) => `k${n}: "a" b`).join('\n')}\nk29: "a" »b`,
    says: ['10 more faults'],
    fix: 'check again',
  },
  {
    code: 'stray-expression',
    text: draftWith('    phase: Write »{{ inputs.topic }} up'),
    says: ['`{{`', 'a phase'],
    fix: 'Write the text out',
  },
  ...(
    [
      ['the title of a workflow', fileWith(DRAFT).replace(/title: .*/, 'title: "About »{{ inputs.topic }}"')],
      ['the purpose of a workflow', fileWith(DRAFT).replace(/purpose: .*/, 'purpose: "For »{{ run.id"')],
      ['a goal', fileWith(DRAFT, 'goals: [{ kpi: "»{{ x }}", target: 1, unit: reads }]')],
      ['the label of a field', fileWith(DRAFT, 'inputs: { topic: { type: text, label: "»{{ x }}" } }')],
      ['the help of a field', draftWith('    fields: { text: { type: url, help: "»{{ x }}" } }')],
      ['the default of a field', fileWith(DRAFT, 'inputs: { topic: { type: text, default: "»{{ x }}" } }')],
      ['an option of a field', fileWith(DRAFT, 'inputs: { topic: { type: choice, options: [A, "»{{ x }}"] } }')],
    ] as const
  ).map(
    ([where, text]): Provoked => ({
      code: 'stray-expression',
      when: `it stands in ${where}`,
      text,
      says: [where],
      fix: 'Write the text out',
    }),
  ),
  {
    code: 'odd-number',
    text: draftWith('    when: inputs.budget > »100.000', 'inputs: { budget: { type: money, required: true } }'),
    says: ['`100.000`', 'the number 100'],
    fix: '`100000`',
  },
  {
    code: 'odd-number',
    when: 'it is a default',
    text: fileWith(
      DRAFT,
      'inputs: { budget: { type: money, default: »100.000 }, share: { type: number, default: 0.125 } }',
    ),
    says: ['`100.000`', 'the number 100'],
    fix: '`100000`',
  },
  {
    code: 'unknown-code',
    when: 'it is that of an error',
    text: `»# allow cycle: we like it so\n${fileWith(DRAFT)}`,
    says: ['errors cannot be allowed'],
    fix: 'Mend the error',
  },
  {
    code: 'allow-without-reason',
    text: `»# allow no-due:\n${fileWith(DRAFT)}`,
    says: ['`# allow no-due`', 'without a reason'],
    fix: '`# allow no-due: reason`',
  },
  {
    code: 'bad-anchor',
    when: 'the input may be left empty',
    text: fileWith(DRAFT, 'inputs: { publish: { type: date }, end: { type: date } }\nanchor: »publish'),
    says: ['`publish` may be left empty'],
    fix: 'Write `required: true` or a `default` for the input `publish`.',
  },
  {
    code: 'duplicate-id',
    when: 'a start is there twice',
    text: fileWith(DRAFT, 'starts: [form, »form]'),
    says: ['The start `form`', 'line 5'],
    fix: 'Take one of the two out.',
  },
  {
    code: 'wrong-type',
    when: 'a list is one name, which leads nowhere',
    text: fileWith('  - { step: draft, title: Draft, owner: writer, after: »x }'),
    says: ['`after` must be a list'],
    fix: '`[x]`',
  },
  {
    code: 'not-yaml',
    when: 'a bracket is never closed',
    text: 'workflow: blog\ninputs:\n  one: { type: text, options: »[a, b }\n  two: { type: text }\ntitle: Blog\n',
    says: ['The bracket is never closed.'],
    fix: '`]`',
  },
  {
    code: 'not-yaml',
    when: 'a key stands a column too far out, in which case the right ones below it are not told as well',
    text: 'workflow: blog\nsteps:\n  - step: one\n    title: One\n»   owner: writer\n    effort: 1h\n    done_when: It is.\n',
    says: ['indentation'],
    fix: 'same column',
  },
  {
    code: 'not-yaml',
    when: 'a key stands two columns too far out, in which case the next item is not told as well',
    text: 'workflow: blog\nsteps:\n  - step: one\n    title: One\n»  owner: writer\n    effort: 1h\n  - step: two\n    title: Two\n',
    says: ['indentation'],
    fix: 'same column',
  },
  {
    code: 'not-yaml',
    when: 'a key stands a column too far in',
    text: 'workflow: blog\nsteps:\n  - step: one\n    title: »One\n     owner: writer\n    effort: 1h\n',
    says: ['line below', 'further in'],
    fix: 'same column',
  },
  { code: 'role-without-holder', text: draftWith('    backup: »legal'), says: ['`legal`'], fix: 'team.yaml' },
  { code: 'no-measuring-step', text: `»${fileWith(DRAFT)}`, says: ['not measured'], fix: '`goals:`' },
];

/** What no text above provokes, with the reason. */
const FOUND_LATER: readonly FaultCode[] = [
  'unreadable-file', // There is no text: library.test.ts.
];

const NEWSLETTER = `workflow: newsletter\ntitle: Newsletter\npurpose: Send it.\nlead: editor\ninputs: { topic: { type: text, default: News } }\nsteps:\n${DRAFT}\n`;
const TEAM =
  'roles: { editor: Editor, writer: Writer, designer: Designer }\npeople:\n  - { id: ada, name: Ada, email: ada@example.com, roles: [editor, writer, designer] }\n';

const found = new Map<string, readonly Fault[]>();
const faultsOf = (text: string, of: Provoked['of']): readonly Fault[] => {
  const faults = found.get(`${of} ${text}`) ?? check(text, of);
  found.set(`${of} ${text}`, faults);
  return faults;
};

const check = (text: string, of: Provoked['of']): readonly Fault[] => {
  switch (of) {
    case 'team':
      return readTeam(text, 'team.yaml').faults;
    case 'calendars':
      return readCalendars(text, 'calendars.yaml').faults;
    case 'hooks':
      return readHooks(text, 'hooks.yaml').faults;
    case 'library':
      return readLibrary(
        {
          team: { file: 'team.yaml', text: TEAM },
          workflows: [
            { file: 'blog.yaml', text },
            { file: 'newsletter.yaml', text: NEWSLETTER },
          ],
        },
        new Set(['blog.yaml']),
      ).faults;
    default:
      return read(text).faults;
  }
};

describe('each fault', () => {
  test.each(
    PROVOKED.map((one) => [`\`${one.code}\`${one.when === undefined ? '' : `, when ${one.when},`}`, one] as const),
  )(
    '%s points at what is wrong, names it and says what to write instead',
    (_, { code, text: marked, says, fix, of }) => {
      const { text, places } = unmark(marked);
      const faults = faultsOf(text, of);
      const own = faults.filter((one) => one.code === code);
      if (process.env.RUNSHEET_PRINT === '1')
        for (const one of own) console.log(`${one.code} ${one.line}:${one.column} ${one.message}\n    ${one.fix}`);
      expect(placesOf(own), faults.slice(0, 9).map(told).join('\n')).toEqual(places);
      const [first] = own as [Fault];
      for (const words of says) expect(first.message).toContain(words);
      expect(first.fix).toContain(fix);
      expect(first.severity).toBe(catalogue[code].severity);
      expect(first.file).toMatch(/\.yaml$/);
    },
  );

  test('of the catalogue is provoked by a text here', () => {
    expect([...new Set([...PROVOKED.map(({ code }) => code), ...FOUND_LATER])].sort()).toEqual(
      Object.keys(catalogue).sort(),
    );
  });

  test('that is an error stands alone: the smallest text that provokes it provokes no other error', () => {
    const crowded = PROVOKED.flatMap(({ code, text, of }) => {
      const errors = faultsOf(unmark(text).text, of).filter(({ severity }) => severity === 'error');
      return catalogue[code].severity === 'error' && errors.length > 1 ? [[code, errors.map((one) => one.code)]] : [];
    });
    expect(crowded).toEqual([]);
  });

  test('says why it is one', () => {
    for (const [code, { why }] of Object.entries(catalogue)) expect(why, code).toMatch(/^[A-Z].*[.)]$/);
  });
});

describe('the wording of faults', () => {
  const wordings = PROVOKED.flatMap(({ text, of }) => faultsOf(unmark(text).text, of));

  test('is whole sentences', () => {
    for (const { message, fix } of wordings) {
      expect(message).toMatch(/^(`|[A-Z])[\s\S]*[.?!]$/);
      expect(fix).toMatch(/^[A-Z][\s\S]*[.?!)]$/);
    }
  });

  test('lets no inner name of a program through', () => {
    for (const { message, fix } of wordings)
      expect(`${message} ${fix}`).not.toMatch(/undefined|\[object|NaN|zod|regex|invalid_|null\b|=>/i);
  });
});

describe('the kinds in an expression', () => {
  const INPUTS =
    'inputs: { n: { type: number, required: true }, t: { type: text, required: true }, d: { type: date, required: true }, y: { type: yes_no, required: true }, l: { type: choice, many: true, required: true, options: [aa, bb] }, o: { type: choice, options: [EUR, USA] } }';
  const codesOf = (expression: string) =>
    read(draftWith(`    when: ${JSON.stringify(expression)}`, INPUTS))
      .faults.filter(({ severity }) => severity === 'error')
      .map(({ code }) => code);

  test.each([
    "inputs.n = '5'",
    'inputs.t != 5',
    'inputs.l > 1',
    'inputs.y < true',
    "inputs.n in ['a', 'b']",
    "inputs.y = 'yes'",
    "inputs.l = 'aa'",
    'inputs.d - 1 > 0',
    '-inputs.t > 1',
    '$length(inputs.l) > 1',
    '$uppercase(inputs.n) = inputs.t',
    "$contains(inputs.l, 'aa')",
    '$sum(inputs.t) > 1',
    "$round('x') > 1",
  ])('must fit: %s', (expression) => expect(codesOf(expression)).toEqual(['wrong-kind']));

  test.each(["(inputs.o ?? 'EUR') = 'nothing'", "'cc' in inputs.l", "(inputs.o ?? '') in ['EUR', 'UK']"])(
    'hold no text that is never there: %s',
    (expression) => expect(codesOf(expression)).toContain('unknown-value'),
  );

  test.each([
    'inputs.n > 5',
    "inputs.d > '2027-01-01'",
    "(inputs.o ?? 'none') = 'none'",
    "'aa' in inputs.l",
    '$count(inputs.l) > 1',
    '$max([inputs.n, 3]) > 1',
    "$count(inputs.l[$ = 'zz']) > 1",
    'inputs.y = true',
    '$length(inputs.t) > 3',
    "inputs.t in ['a', 'b']",
    "$contains(inputs.t, 'a')",
  ])('are let through where they fit: %s', (expression) => expect(codesOf(expression)).toEqual([]));
});

describe('what looks like a comment', () => {
  test.each([
    'title: "x # allow no-due: y"',
    "title: 'x # allow no-due: y'",
    'title: |\n      x\n      # allow no-due: y',
  ])('allows nothing within a text: %s', (title) =>
    expect([...read(fileWith(`  - step: draft\n    ${title}\n    owner: writer`)).allowed]).toEqual([]),
  );

  test('allows what it names behind the sign of a text over several lines', () =>
    expect([
      ...read(
        fileWith(
          '  - step: draft\n    title: Draft\n    instructions: |  # allow no-due: because\n      One. # two\n    owner: writer',
        ),
      ).allowed,
    ]).toEqual(['no-due']));

  test('allows what it names behind a text', () =>
    expect([
      ...read(fileWith('  - step: draft\n    title: "x # y" # allow no-due: because\n    owner: writer')).allowed,
    ]).toEqual(['no-due']));
});

test('a file with hundreds of faults is told all of them', () => {
  const steps = Array.from({ length: 150 }, (_, n) => `  - { step: s${n}, title: A, owner: writr }`).join('\n');
  const { faults, workflow } = read(fileWith(steps));
  expect(faults.filter(({ code }) => code === 'unknown-role').length).toBe(150);
  expect(faults.filter(({ code }) => code === 'no-effort').length).toBe(150);
  expect(faults.some(({ code }) => code === 'more-faults')).toBe(false);
  expect(workflow).toBeUndefined();
});

test('a file with thousands of faults is told a thousand, errors first, and how many more there are', () => {
  const keys = Array.from({ length: 1_200 }, (_, n) => `    zzq${n}: 1`).join('\n');
  const { faults } = read(draftWith(`    # allow more-faults: nobody reads on\n${keys}`));
  expect(faults.filter(({ code }) => code === 'unknown-key').length).toBe(1_000);
  expect(faults.at(-1)).toMatchObject({
    code: 'more-faults',
    message: 'There are 205 more faults, which are not told.',
  });
});

describe('a number in an expression', () => {
  const codes = (when: string) =>
    read(
      draftWith(
        `    when: ${when}`,
        'inputs: { budget: { type: money, required: true }, t: { type: text, required: true } }',
      ),
    )
      .faults.map(({ code }) => code)
      .filter((code) => code === 'odd-number');
  test.each(['inputs.budget > 1.000', '2.000 * inputs.budget > 1'])('is told to be odd: %s', (when) =>
    expect(codes(when)).toEqual(['odd-number']),
  );
  test.each([
    'inputs.budget > 0.125',
    'inputs.budget > 100.5',
    'inputs.budget > 100000',
    "inputs.t = '100.000'",
    'inputs.budget > 100.0005',
    'inputs.budget > 0.000',
  ])('is as it should be: %s', (when) => expect(codes(when)).toEqual([]));
});
