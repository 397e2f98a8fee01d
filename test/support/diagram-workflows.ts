/** Workflows to draw: a few written out, and any number made up. */

import fc from 'fast-check';
import type { Approval, Each, Moment, Step, Task, Workflow } from '../../statemachines/language/workflow.ts';

const common = {
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
} as const;

export const task = (id: string, after: readonly string[], more: Partial<Task> = {}): Task => ({
  ...common,
  type: 'task',
  id,
  title: `Do ${id}`,
  owner: 'writer',
  after,
  ...more,
});

export const approval = (id: string, of: string, after: readonly string[], more: Partial<Approval> = {}): Approval => ({
  ...common,
  type: 'approval',
  id,
  title: `Approve ${of}`,
  of,
  after,
  approvers: [{ role: 'lead', required: true }],
  rule: 'all',
  veto: true,
  on_reject: 'stop',
  ...more,
});

export const each = (id: string, after: readonly string[], steps: readonly Step[], more: Partial<Each> = {}): Each => ({
  ...common,
  type: 'each',
  id,
  title: `For all of ${id}`,
  over: 'inputs.channels',
  as: 'channel',
  at_once: 3,
  after,
  steps,
  ...more,
});

export const workflowOf = (steps: readonly Step[], more: Partial<Workflow> = {}): Workflow => ({
  id: 'example',
  title: 'Example',
  purpose: 'Show how it is drawn.',
  kind: 'internal',
  lead: 'lead',
  starts: [{ kind: 'form' }],
  inputs: {},
  calendar: 'default',
  goals: [],
  steps,
  ...more,
});

export const ROLES = {
  lead: 'Marketing manager',
  writer: 'Writer',
  'content-strategist': 'Content strategist',
  'seo-strategist': 'SEO strategist',
  'marketing-manager': 'Marketing manager',
  'blog-writer': 'Blog writer',
  'graphic-designer': 'Graphic designer',
  'social-manager': 'Social manager',
};

const beforePublish = (days: number): Moment => ({
  direction: 'before',
  span: { count: days, unit: 'days' },
  reference: { kind: 'input', name: 'publish' },
});

/** The blog post of the language's own description. */
export const blogPost: Workflow = workflowOf(
  [
    task('idea', [], { title: 'Generate the idea', owner: 'content-strategist', due: beforePublish(30) }),
    task('keywords', ['idea'], { title: 'Research keywords', owner: 'seo-strategist', due: beforePublish(25) }),
    task('outline', ['keywords'], { title: 'Write the outline', owner: 'blog-writer', due: beforePublish(20) }),
    approval('approve-outline', 'outline', ['outline'], {
      title: 'Approve the outline',
      approvers: [
        { role: 'seo-strategist', required: true },
        { role: 'marketing-manager', required: true },
      ],
      on_changes: { redo: 'outline', rounds: 3 },
      due: beforePublish(15),
    }),
    task('draft', ['approve-outline'], {
      title: 'Write the final draft',
      owner: 'blog-writer',
      due: beforePublish(10),
    }),
    task('images', ['approve-outline'], {
      title: 'Make images or an infographic',
      owner: 'graphic-designer',
      due: beforePublish(5),
    }),
    task('social', ['draft', 'images'], {
      title: 'Plan the social posts',
      owner: 'social-manager',
      due: beforePublish(4),
    }),
    task('publish-post', ['social'], {
      title: 'Publish and check the live page',
      owner: 'blog-writer',
      due: { direction: 'on', reference: { kind: 'input', name: 'publish' } },
    }),
  ],
  {
    id: 'blog-post',
    title: 'Blog post',
    purpose: 'Publish one search-led article that brings qualified visitors.',
    lead: 'marketing-manager',
    starts: [{ kind: 'form' }, { kind: 'hook', source: 'content-brief' }],
    inputs: { publish: { type: 'date', label: 'Publish date', required: true } },
    anchor: 'publish',
    frequency: { count: 52, per: 'year' },
  },
);

const LONG =
  'Agree with legal, finance and the agency on every claim that the landing page, the mails and the advertisements make';

/** Phases, parallel branches, all types, nested steps, ways back one over the other, and a crossing order. */
export const launch: Workflow = workflowOf(
  [
    task('brief', [], { phase: 'Plan', title: LONG }),
    task('research', ['brief'], { phase: 'Plan' }),
    task('budget', ['brief'], { phase: 'Plan', when: 'inputs.budget > 50000 and steps.brief.kind != "small"' }),
    approval('go', 'brief', ['research', 'budget'], {
      phase: 'Plan',
      approvers: [
        { role: 'lead', required: true },
        { role: 'cmo', required: true, when: 'inputs.budget > 50000' },
        { role: 'legal', required: false },
      ],
      rule: 'in_order',
      on_changes: { redo: 'brief', rounds: 2 },
      on_reject: { redo: 'brief', rounds: 1 },
    }),
    each(
      'channels',
      ['go'],
      [
        task('text', [], { title: '{{ channel }}: write the text' }),
        task('art', ['text']),
        approval('check', 'art', ['art'], { on_changes: { redo: 'text', rounds: 3 } }),
      ],
      { phase: 'Make' },
    ),
    task('page', ['go'], { phase: 'Make' }),
    {
      ...common,
      type: 'call',
      id: 'track',
      title: 'Set up tracking',
      after: ['research'],
      url: 'https://user@api.example.com/{{ run.id }}',
      method: 'POST',
      headers: {},
      phase: 'Make',
    },
    task('stock', ['budget', 'page']),
    approval('ready', 'page', ['channels', 'page', 'track'], {
      phase: 'Release',
      on_changes: { redo: 'page', rounds: 2 },
    }),
    approval('final', 'page', ['ready', 'stock'], { phase: 'Release', on_changes: { redo: 'page', rounds: 1 } }),
    {
      ...common,
      type: 'wait',
      id: 'hold',
      title: 'Wait for the day',
      after: ['final'],
      phase: 'Release',
      for: { count: 2, unit: 'workdays' },
    },
    {
      ...common,
      type: 'email',
      id: 'tell',
      title: 'Tell everyone',
      after: ['hold'],
      phase: 'Release',
      to: ['lead', 'press@example.com', '{{ inputs.mail }}'],
      subject: 'Live',
      body: 'Live.',
    },
    {
      ...common,
      type: 'run',
      id: 'post',
      title: 'Start the blog post',
      after: ['hold'],
      workflow: 'blog-post',
      with: {},
      wait: true,
    },
    task('measure', ['post'], { phase: 'Plan', title: 'Measure' }),
  ],
  {
    starts: [
      { kind: 'every', cron: '0 9 ? * MON *' },
      { kind: 'hook', source: 'a-source-with-a-name-as-long-as-they-come-in-practice' },
    ],
  },
);

/** The smallest order that no nesting of sequences and forks can say. */
export const crossed: Workflow = workflowOf([
  task('a', []),
  task('b', []),
  task('c', ['a']),
  task('d', ['a', 'b']),
  task('e', ['c', 'd']),
  task('f', ['b', 'd', 'a']),
]);

const words = fc.constantFrom(
  'Write',
  'the',
  'outline',
  'and',
  'check',
  'Wíllkommen',
  'Überprüfung',
  'ÅÉÎ',
  'проверить',
  'ΩΜΕΓΑ',
  '{{ inputs.topic }}',
  '{{ $sum(a.b) }}',
  '&<b>"\'',
  'תוכן',
  'كتابة',
  '文章を書く',
  '👩‍👩‍👧‍👦',
  '🚀',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  'e\u0301\u0302\u0303\u0304\u0305',
  '\u202egnp',
  'WWWWWWWWWWMMMMMMMMMM',
  'a/b/c',
  '</text><script>alert(1)</script>',
  '\u0000\ud800',
);
const text = fc.array(words, { minLength: 1, maxLength: 14 }).map((all) => all.join(' '));
const shortText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Plan', 'Make it', 'Review', 'Tell all') },
  { weight: 1, arbitrary: text },
);

type Seed = {
  readonly after: readonly number[];
  readonly first: boolean;
  readonly type: number;
  readonly title: string;
  readonly phase: number;
  readonly when: string | undefined;
  readonly due: boolean;
  readonly redo: number;
  readonly reject: number;
  readonly approvers: number;
  readonly nested: readonly string[];
};

const seed: fc.Arbitrary<Seed> = fc.record({
  after: fc.array(fc.nat(5), { maxLength: 3 }),
  first: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  type: fc.nat(9),
  title: fc.oneof(shortText, text),
  phase: fc.nat(5),
  when: fc.option(text, { nil: undefined, freq: 4 }),
  due: fc.boolean(),
  redo: fc.nat(40),
  reject: fc.nat(40),
  approvers: fc.integer({ min: 1, max: 9 }),
  nested: fc.array(shortText, { minLength: 1, maxLength: 4 }),
});

const PHASES = ['Plan', 'Make', 'A phase whose name is a good deal longer than the cards that stand in it are wide'];

const ancestorsOf = (steps: readonly Step[], after: readonly string[]): string[] => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const found = new Set(after);
  for (const id of found) for (const one of byId.get(id)?.after ?? []) found.add(one);
  return [...found];
};

const build = (seeds: readonly Seed[], prefix: string): Step[] => {
  const steps: Step[] = [];
  seeds.forEach((one, index) => {
    const id = `${prefix}${index}`;
    const after =
      one.first || index === 0
        ? []
        : [...new Set([1, ...one.after].map((back) => `${prefix}${Math.max(0, index - 1 - back)}`))];
    const phase = PHASES[one.phase];
    const base = {
      ...common,
      id,
      after,
      title: one.title,
      ...(phase === undefined ? {} : { phase }),
      ...(one.when === undefined ? {} : { when: one.when }),
      ...(one.due ? { due: beforePublish(index), owner: 'writer' } : {}),
    };
    const ancestors = ancestorsOf(steps, after);
    const target = (pick: number): string => ancestors[pick % Math.max(1, ancestors.length)] ?? id;
    if (one.type <= 2) steps.push({ ...base, type: 'task', owner: 'writer' });
    else if (one.type <= 5) {
      steps.push({
        ...approval(id, target(0), after),
        ...base,
        approvers: Array.from({ length: one.approvers }, (_, n) => ({
          role: `role-${n}`,
          required: n % 3 !== 2,
          ...(n % 4 === 3 ? { when: one.title } : {}),
        })),
        rule: one.approvers % 3 === 0 ? { at_least: 2 } : one.approvers % 3 === 1 ? 'all' : 'in_order',
        ...(one.redo % 4 === 0 ? {} : { on_changes: { redo: target(one.redo), rounds: 3 } }),
        on_reject: one.reject % 3 === 0 ? 'stop' : { redo: target(one.reject), rounds: 1 },
      });
    } else if (one.type === 6) steps.push({ ...base, type: 'email', to: [one.title, 'writer'], subject: '', body: '' });
    else if (one.type === 7) steps.push({ ...base, type: 'call', url: one.title, method: 'POST', headers: {} });
    else if (one.type === 8) steps.push({ ...base, type: 'run', workflow: 'blog-post', with: {}, wait: false });
    else if (prefix.length > 8) steps.push({ ...base, type: 'wait', for: { count: 1, unit: 'days' } });
    else {
      const inner = one.nested.map((title, n) => ({
        ...one,
        title,
        type: (one.type + n * 3 + one.redo) % 10,
        first: n > 0 && one.reject % 5 === n,
      }));
      steps.push(each(id, after, build(inner, `${id}-n`), { ...base, type: 'each' }));
    }
  });
  return steps;
};

/** Any workflow: any acyclic order, phases at random, ways back to any earlier step, texts of every kind. */
export const anyWorkflow: fc.Arbitrary<Workflow> = fc
  .record({ seeds: fc.array(seed, { maxLength: 16 }), title: text, purpose: text, source: text })
  .map(({ seeds, title, purpose, source }) =>
    workflowOf(build(seeds, 's'), {
      title,
      purpose,
      starts: [{ kind: 'form' }, { kind: 'hook', source }, { kind: 'every', cron: '0 9 1 * ? *' }],
    }),
  );
