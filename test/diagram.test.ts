/** A workflow's picture keeps its promises: nothing overlaps, everything is there, nothing dangerous is. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawWorkflow } from '../statemachines/diagram/draw-workflow.ts';
import { widthOf } from '../statemachines/diagram/measure.ts';
import { DARK, LIGHT } from '../statemachines/diagram/palette.ts';
import type { Workflow } from '../statemachines/language/workflow.ts';
import { faultsOf, flat, STATES } from './support/diagram-faults.ts';
import { measure, parseXml, readDrawing } from './support/diagram-svg.ts';
import {
  anyWorkflow,
  approval,
  blogPost,
  crossed,
  launch,
  ROLES,
  task,
  workflowOf,
} from './support/diagram-workflows.ts';

const RUNS = process.env.RUNSHEET_LONG === '1' ? 5000 : 120;
const describedExamples: readonly [string, Workflow][] = [
  ['the blog post', blogPost],
  ['a launch with phases, nested steps, rounds and branches', launch],
  ['an order that is not series-parallel', crossed],
  ['a chain of twenty', workflowOf(Array.from({ length: 20 }, (_, n) => task(`s${n}`, n === 0 ? [] : [`s${n - 1}`])))],
  ['a workflow without steps', workflowOf([])],
  [
    'a fan of twelve',
    workflowOf([
      task('a', []),
      ...Array.from({ length: 12 }, (_, n) => task(`b${n}`, ['a'])),
      task(
        'z',
        Array.from({ length: 12 }, (_, n) => `b${n}`),
      ),
    ]),
  ],
  [
    'titles of 10,000 characters',
    workflowOf([task('a', [], { title: 'word '.repeat(2000) }), task('b', ['a'], { title: 'x'.repeat(10_000) })], {
      title: 'y'.repeat(10_000),
      purpose: 'z '.repeat(5000),
    }),
  ],
];

describe('the picture of a workflow', () => {
  it.each(describedExamples)('has no label on another, beside its box or under an arrow: %s', (_, workflow) => {
    expect(faultsOf(workflow, ROLES)).toEqual([]);
    expect(faultsOf(workflow, ROLES, Number.POSITIVE_INFINITY)).toEqual([]);
    expect(faultsOf(workflow, ROLES, 700)).toEqual([]);
  });

  it('keeps that for any workflow, in one row and in several', () => {
    fc.assert(
      fc.property(anyWorkflow, fc.constantFrom(undefined, 900, Number.POSITIVE_INFINITY), (workflow, width) => {
        expect(faultsOf(workflow, ROLES, width)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('sets aside no less than the widest usual font needs, whatever the letter', () => {
    const narrow: string[] = [];
    for (let code = 0x20; code < 0x20000; code += 1) {
      const letter = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code);
      for (const weight of ['regular', 'bold'] as const) {
        if (/\p{Cc}/u.test(letter)) continue;
        if (widthOf(letter, { size: 100, weight }) < measure(letter, 100, weight === 'bold') - 0.01)
          narrow.push(`${code.toString(16)} ${weight}`);
      }
    }
    expect(narrow).toEqual([]);
  });

  it('is the same, byte by byte, each time', () => {
    expect(drawWorkflow(launch, { roles: ROLES })).toBe(drawWorkflow(structuredClone(launch), { roles: { ...ROLES } }));
  });

  it('says who does what, when, and who approves', () => {
    const texts = readDrawing(drawWorkflow(blogPost, { roles: ROLES })).labels.map((label) => label.text);
    for (const text of [
      'Blog post',
      'Start',
      'Form',
      'Webhook content-brief',
      'End',
      'Write the outline',
      'Blog writer',
      '20 days before publish',
      'Approved by all of',
      'SEO strategist',
      'changes, at most 3 rounds',
      'If rejected, the run ends',
      'On publish',
    ]) {
      expect(texts).toContain(text);
    }
  });

  it('leads back from the approval to what is redone', () => {
    const back = readDrawing(drawWorkflow(blogPost, { roles: ROLES })).arrows.filter((arrow) => arrow.kind === 'back');
    expect(back.map(({ from, to, heads }) => ({ from, to, heads }))).toEqual([
      { from: 'approve-outline', to: 'outline', heads: 1 },
    ]);
  });

  it('draws one way back for changes and rejection where both lead to the same step', () => {
    const both = { redo: 'a', rounds: 2 };
    const workflow = workflowOf([task('a', []), approval('b', 'a', ['a'], { on_changes: both, on_reject: both })]);
    const drawing = readDrawing(drawWorkflow(workflow, { roles: ROLES }));
    expect(drawing.arrows.filter((arrow) => arrow.kind === 'back')).toHaveLength(1);
    expect(drawing.labels.map((label) => label.text).join(' ')).toContain('changes or rejected, at most 2 rounds');
  });

  it('puts side by side what happens side by side', () => {
    const { groups } = readDrawing(drawWorkflow(blogPost, { roles: ROLES }));
    const [draft, images] = ['draft', 'images'].map((id) => groups.find((group) => group.step === id));
    expect(draft?.left).toBe(images?.left);
  });

  it('writes the planned day where one is given, else the author’s words', () => {
    const texts = readDrawing(drawWorkflow(blogPost, { roles: ROLES, due: { outline: 'Fri 6 Nov' } })).labels.map(
      (label) => label.text,
    );
    expect(texts).toContain('Fri 6 Nov');
    expect(texts).not.toContain('20 days before publish');
    expect(texts).toContain('25 days before publish');
  });

  it.each([
    ['inputs.budget > 50000', 'Only if budget > 50,000'],
    ["steps.approve-outline.decision = 'approved'", 'Only if approve outline decision is “approved”'],
    ['$not(inputs.is_small)', 'Only if not (is small)'],
  ])('shows the condition %s as: %s', (when, words) => {
    const { labels } = readDrawing(drawWorkflow(workflowOf([task('a', [], { when })]), { roles: ROLES }));
    expect(labels.map((label) => label.text).join(' ')).toContain(words);
  });

  it.each([
    ['0 9 ? * MON *', 'Every Monday 09:00'],
    ['30 8 ? * MON-FRI *', 'Monday to Friday 08:30'],
    ['0 9 1 1,4,7,10 ? *', 'Day 1 of Jan, Apr, Jul, Oct, 09:00'],
    ['0 9 ? * 2#1 *', 'First Monday of each month, 09:00'],
    ['0/5 * * * ? *', 'Schedule 0/5 * * * ? *'],
  ])('shows the schedule %s as: %s', (cron, words) => {
    const { labels } = readDrawing(
      drawWorkflow(workflowOf([], { starts: [{ kind: 'every', cron }] }), { roles: ROLES }),
    );
    expect(labels.map((label) => label.text).join(' ')).toContain(words);
  });

  it('shows a template by what it is filled with', () => {
    const { labels } = readDrawing(
      drawWorkflow(workflowOf([task('a', [], { title: 'Write {{ inputs.topic }} up' })]), { roles: ROLES }),
    );
    expect(labels.map((label) => label.text)).toContain('Write ‹topic› up');
  });

  it('ends a long title in an ellipsis and keeps the whole of it beside', () => {
    const title = 'Very long indeed '.repeat(40).trim();
    const drawing = readDrawing(drawWorkflow(workflowOf([task('a', [], { title })]), { roles: ROLES }));
    const card = drawing.groups.find((group) => group.step === 'a');
    expect(card?.element.children.find((child) => child.name === 'title')?.text).toBe(title);
    expect(drawing.labels.filter((label) => label.owner === card).some((label) => label.text.endsWith('…'))).toBe(true);
  });

  it('sets a text that begins from the right against the right edge, in all its lines', () => {
    const { labels } = readDrawing(
      drawWorkflow(workflowOf([task('a', [], { title: 'כתיבת טיוטה של המאמר Write the draft of it' })]), {
        roles: ROLES,
      }),
    );
    const title = labels.filter((label) => label.size === 15 && label.owner !== undefined);
    expect(title.length).toBeGreaterThan(1);
    expect(new Set(title.map((label) => label.right)).size).toBe(1);
  });

  it('tells every step, owner and order to who cannot see it', () => {
    const { root } = readDrawing(drawWorkflow(blogPost, { roles: ROLES }));
    expect(root.attributes.role).toBe('img');
    const [title, description] = root.children;
    expect(title).toMatchObject({
      name: 'title',
      text: 'Blog post',
      attributes: { id: root.attributes['aria-labelledby'] },
    });
    expect(description).toMatchObject({ name: 'desc', attributes: { id: root.attributes['aria-describedby'] } });
    expect(description?.text).toContain(
      'Task “Plan the social posts”; after “Write the final draft” and “Make images or an infographic”; owner Social manager; due 4 days before publish.',
    );
    expect(description?.text).toContain(
      'Approval “Approve the outline”; after “Write the outline”; asked are SEO strategist and Marketing manager (all approve); changes, at most 3 rounds: back to “Write the outline”; if rejected, the run ends; due 15 days before publish.',
    );
  });

  it('gives each state its own word, icon and border, so that none needs its colour', () => {
    const looks = STATES.map((state) => {
      const drawing = readDrawing(drawWorkflow(workflowOf([task('a', [])]), { roles: ROLES, states: { a: state } }));
      const card = drawing.groups.find((group) => group.step === 'a')?.element;
      const paths = card?.children.filter((child) => child.name === 'path') ?? [];
      const word = card?.children.find((child) => child.attributes['text-anchor'] === 'end')?.text;
      const icons = paths.filter((path) => path.attributes.transform !== undefined).map((path) => path.attributes.d);
      return {
        state,
        word,
        icons: icons.join(),
        border: `${paths[1]?.attributes['stroke-width']} ${paths[1]?.attributes['stroke-dasharray']}`,
      };
    });
    expect(new Set(looks.map((look) => look.word)).size).toBe(STATES.length);
    expect(new Set(looks.map((look) => look.icons)).size).toBe(STATES.length);
    // Done and approved are both a plain thin line: what is over is quiet.
    expect(new Set(looks.map((look) => look.border)).size).toBe(STATES.length - 1);
  });

  it('gives each type of step its own word and icon', () => {
    const drawing = readDrawing(drawWorkflow(launch, { roles: ROLES }));
    const looks = new Map(
      drawing.groups.flatMap(({ element }) => {
        const type = element.attributes['data-type'];
        const icon = element.children.find((child) => child.attributes.transform !== undefined)?.attributes.d;
        return type === undefined
          ? []
          : [[type, `${icon} ${element.children.find((child) => child.name === 'text')?.text}`] as const];
      }),
    );
    expect([...looks.keys()].sort()).toEqual(['approval', 'call', 'each', 'email', 'run', 'task', 'wait']);
    expect(new Set(looks.values()).size).toBe(7);
  });

  it('carries a nonce for its style sheet, its own ids, and colours that need no style sheet', () => {
    const svg = drawWorkflow(blogPost, { roles: ROLES, nonce: 'abc"1', idPrefix: 'left one', heading: false });
    const elements = flat(parseXml(svg));
    expect(elements.find((element) => element.name === 'style')?.attributes.nonce).toBe('abc"1');
    expect(elements.flatMap((element) => element.attributes.id ?? [])).toEqual(['left-one-title', 'left-one-desc']);
    for (const element of elements) {
      if (['path', 'rect', 'circle', 'text'].includes(element.name))
        expect(element.attributes.fill, JSON.stringify(element)).toBeDefined();
    }
  });

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('stands out from its paper: %s', (_, palette) => {
    const brightness = (colour: string): number => {
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: string, b: string): number => {
      const [low = 0, high = 0] = [brightness(a), brightness(b)].sort((x, y) => x - y);
      return (high + 0.05) / (low + 0.05);
    };
    const weak: string[] = [];
    const expectContrast = (ink: keyof typeof LIGHT, paper: keyof typeof LIGHT, least: number): void => {
      const found = contrast(palette[ink], palette[paper]);
      if (found < least) weak.push(`${ink} on ${paper}: ${found.toFixed(2)}`);
    };
    for (const paper of [
      'page',
      'card',
      'automatic',
      'container',
      'area',
      ...STATES.map((state) => `${state}-paper` as const),
    ] as const) {
      for (const ink of ['ink', 'muted'] as const) expectContrast(ink, paper, 4.5);
    }
    for (const state of STATES) expectContrast(state, `${state}-paper`, 4.5);
    for (const ground of ['page', 'area', 'container'] as const) {
      for (const line of ['wire', 'back', 'edge'] as const) expectContrast(line, ground, 3);
    }
    expect(weak).toEqual([]);
  });
});
