import { describe, expect, test } from 'vitest';
import { readWorkflow } from '../statemachines/language/read-workflow.ts';
import type { Ladder, Moment } from '../statemachines/language/workflow.ts';
import { BLOG_POST } from './support/language-blog-post.ts';

const { workflow, faults } = readWorkflow(BLOG_POST, 'blog-post.yaml', {});

const LADDER: Ladder = {
  before: [48, 24],
  at_due: true,
  overdue: 'every workday',
  escalate: { count: 1, unit: 'workdays' },
};
const PLAIN = {
  dos: [],
  donts: [],
  critical: [],
  links: [],
  fields: {},
  reminders: LADDER,
  expires: { count: 20, unit: 'workdays' },
  on_expiry: 'escalate',
  assurance: 'link',
};
const daysBefore = (count: number): Moment => ({
  direction: 'before',
  span: { count, unit: 'days' },
  reference: { kind: 'input', name: 'publish' },
});

describe('the blog post of the specification', () => {
  test('is a workflow without an error', () => {
    expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('says what it is for, who leads it and how it starts', () => {
    const { steps: _, ...rest } = workflow ?? { steps: [] };
    expect(rest).toEqual({
      id: 'blog-post',
      title: 'Blog post',
      purpose: 'Publish one search-led article that brings qualified visitors.',
      kind: 'internal',
      lead: 'marketing-manager',
      starts: [{ kind: 'form' }, { kind: 'hook', source: 'content-brief' }],
      inputs: {
        topic: { type: 'text', label: 'Working title', required: true, max: 120 },
        publish: { type: 'date', label: 'Publish date', required: true },
        budget: { type: 'money', label: 'Budget', required: false, currency: 'EUR', default: 0 },
      },
      anchor: 'publish',
      calendar: 'default',
      frequency: { count: 52, per: 'year' },
      goals: [],
    });
  });

  test('has its eight steps, every default filled in and every order made explicit', () => {
    expect(workflow?.steps).toEqual([
      {
        ...PLAIN,
        id: 'idea',
        type: 'task',
        title: 'Generate the idea',
        owner: 'content-strategist',
        after: [],
        due: daysBefore(30),
        effort: 2,
        takes: { count: 2, unit: 'workdays' },
        done_when: 'One line names the idea and the reader it is for.',
        instructions: 'Start from the questions sales heard this month.\n',
        dos: ['Name one reader', 'Check that we have not written it before'],
        donts: ['Start from a keyword alone'],
        critical: ['Never promise a launch date in the title'],
        fields: { idea: { type: 'text', label: 'The idea in one line', required: true } },
      },
      {
        ...PLAIN,
        id: 'keywords',
        type: 'task',
        title: 'Research keywords',
        owner: 'seo-strategist',
        after: ['idea'],
        due: daysBefore(25),
        effort: 3,
        fields: { keywords: { type: 'long_text', label: 'Keywords', required: true } },
      },
      {
        ...PLAIN,
        id: 'outline',
        type: 'task',
        title: 'Write the outline',
        owner: 'blog-writer',
        after: ['keywords'],
        due: daysBefore(20),
        effort: 4,
        fields: { outline: { type: 'url', label: 'Link to the outline', required: true } },
      },
      {
        ...PLAIN,
        id: 'approve-outline',
        type: 'approval',
        title: 'Approve the outline',
        after: ['outline'],
        of: 'outline',
        approvers: [
          { role: 'seo-strategist', required: true },
          { role: 'marketing-manager', required: true },
        ],
        rule: 'all',
        veto: true,
        on_changes: { redo: 'outline', rounds: 3 },
        on_reject: 'stop',
        due: daysBefore(15),
        assurance: 'verified',
      },
      {
        ...PLAIN,
        id: 'draft',
        type: 'task',
        title: 'Write the final draft',
        owner: 'blog-writer',
        after: ['approve-outline'],
        due: daysBefore(10),
        effort: 8,
        fields: { draft: { type: 'url', label: 'Link to the draft', required: true } },
      },
      {
        ...PLAIN,
        id: 'images',
        type: 'task',
        title: 'Make images or an infographic',
        owner: 'graphic-designer',
        after: ['approve-outline'],
        due: daysBefore(5),
        effort: 5,
      },
      {
        ...PLAIN,
        id: 'social',
        type: 'task',
        title: 'Plan the social posts',
        owner: 'social-manager',
        after: ['draft', 'images'],
        due: daysBefore(4),
        effort: 2,
      },
      {
        ...PLAIN,
        id: 'publish-post',
        type: 'task',
        title: 'Publish and check the live page',
        owner: 'blog-writer',
        after: ['social'],
        due: { direction: 'on', reference: { kind: 'input', name: 'publish' } },
        effort: 1,
        fields: { live: { type: 'url', label: 'Live address', required: true } },
      },
    ]);
  });

  test('is advised to be measured, to say when its steps are done and how much work the approval is', () => {
    expect(faults.map(({ code, line }) => `${code} on line ${line}`)).toEqual([
      'no-measuring-step on line 1',
      'no-done-when on line 34',
      'no-done-when on line 42',
      'no-effort on line 50',
      'no-done-when on line 59',
      'no-done-when on line 67',
      'no-done-when on line 74',
      'no-done-when on line 81',
    ]);
  });

  test('is plain JSON, so that a run can keep it', () => {
    expect(JSON.parse(JSON.stringify(workflow))).toEqual(workflow);
  });
});
