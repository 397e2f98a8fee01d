/** A workflow's picture keeps its promises: nothing overlaps, everything is there, nothing dangerous is. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawWorkflow, type StepState } from '../statemachines/diagram/draw-workflow.ts';
import type { Step, Workflow } from '../statemachines/language/workflow.ts';
import { type Drawing, type Element, inside, overlap, parseXml, passes, readDrawing } from './support/diagram-svg.ts';
import { anyWorkflow, approval, blogPost, crossed, launch, ROLES, task, workflowOf } from './support/diagram-workflows.ts';

const RUNS = process.env['RUNSHEET_LONG'] === '1' ? 5000 : 300;
const STATES: readonly StepState[] = ['waiting', 'open', 'late', 'done', 'approved', 'changes', 'rejected', 'skipped', 'failed'];

const every = (steps: readonly Step[]): Step[] => steps.flatMap((step) => (step.type === 'each' ? [step, ...every(step.steps)] : [step]));

const inStates = (workflow: Workflow): { [step: string]: StepState } =>
  Object.fromEntries(every(workflow.steps).map((step, index) => [step.id, STATES[index % STATES.length] ?? 'open']));

/** The lists of steps: the workflow's own, and each nested one. */
const lists = (steps: readonly Step[]): (readonly Step[])[] => [steps, ...steps.flatMap((step) => (step.type === 'each' ? lists(step.steps) : []))];

/** Whether one step is among those nested in another. */
const holds = (workflow: Workflow, outer: string | undefined, inner: string | undefined): boolean =>
  every(workflow.steps).some((step) => step.id === outer && step.type === 'each' && every(step.steps).some((one) => one.id === inner));

const layoutFaults = (workflow: Workflow, drawing: Drawing): string[] => {
  const faults: string[] = [];
  const { labels, groups, icons, arrows, page } = drawing;
  const cards = groups.filter((group) => group.kind === 'card');
  const solid = cards.filter((card) => card.element.attributes['data-type'] !== 'each');
  labels.forEach((label, index) => {
    if (!inside(label, page)) faults.push(`“${label.text}” leaves the page`);
    if (label.size < 12) faults.push(`“${label.text}” is smaller than 12`);
    if (label.owner !== undefined && !inside(label, label.owner)) faults.push(`“${label.text}” leaves its box`);
    for (const other of labels.slice(index + 1)) if (overlap(label, other)) faults.push(`“${label.text}” on “${other.text}”`);
    for (const icon of icons) if (overlap(label, icon)) faults.push(`“${label.text}” on an icon`);
    for (const card of solid) if (card !== label.owner && overlap(label, card)) faults.push(`“${label.text}” on card ${card.step}`);
  });
  groups.forEach((group, index) => {
    if (!inside(group, page)) faults.push(`${group.kind} ${group.step} leaves the page`);
    for (const other of groups.slice(index + 1)) {
      if (!overlap(group, other)) continue;
      const nested = holds(workflow, group.step, other.step) || holds(workflow, other.step, group.step);
      const area = group.kind === 'area' || other.kind === 'area';
      const within = inside(group, other) || inside(other, group);
      if (!within || !(nested || area)) faults.push(`${group.kind} ${group.step} on ${other.kind} ${other.step}`);
    }
  });
  for (const arrow of arrows) {
    const name = `${arrow.kind} ${arrow.from} → ${arrow.to}`;
    const foreign = cards.filter((card) => !holds(workflow, card.step, arrow.from) && !holds(workflow, card.step, arrow.to));
    arrow.line.forEach((spot, index) => {
      const before = arrow.line[index - 1] ?? spot;
      for (const label of labels) if (passes(before, spot, label)) faults.push(`${name} runs through “${label.text}”`);
      for (const card of foreign) {
        const core = { left: card.left + 1, right: card.right - 1, top: card.top + 1, bottom: card.bottom - 1 };
        if (passes(before, spot, core)) faults.push(`${name} runs through card ${card.step}`);
      }
    });
  }
  return faults;
};

/** The arrows that should be there: each `after` that no longer way implies, the start and the end. */
const expectedArrows = (workflow: Workflow): string[] =>
  lists(workflow.steps).flatMap((steps, depth) => {
    const byId = new Map(steps.map((step) => [step.id, step]));
    const reaches = (from: string, to: string): boolean => (byId.get(from)?.after ?? []).some((one) => one === to || reaches(one, to));
    const edges = steps.flatMap((step) => [...new Set(step.after)].filter((one) => !step.after.some((other) => reaches(other, one))).map((one) => `${one} → ${step.id}`));
    if (depth > 0) return edges;
    const followed = new Set(steps.flatMap((step) => step.after));
    const first = steps.filter((step) => step.after.length === 0).map((step) => `@start → ${step.id}`);
    const last = steps.filter((step) => !followed.has(step.id)).map((step) => `${step.id} → @end`);
    return [...edges, ...first, ...last, ...(steps.length === 0 ? ['@start → @end'] : [])];
  });

const orderFaults = (workflow: Workflow, drawing: Drawing, folded: boolean): string[] => {
  const faults: string[] = [];
  const box = (id: string) => drawing.groups.find((group) => (group.step === undefined ? `@${group.kind}` : group.step) === id);
  for (const { kind, from, to } of drawing.arrows) {
    const start = box(from);
    const end = box(to);
    // A branch may end in a dot of its own.
    if (to === '@end' && start !== undefined) continue;
    if (start === undefined || end === undefined) faults.push(`${from} → ${to} joins nothing`);
    else if (kind === 'arrow' && start.right > end.left && !(folded && end.bottom > start.bottom)) faults.push(`${from} → ${to} leads to the left`);
    else if (kind === 'back' && from !== to && start.left < end.right && !folded) faults.push(`${from} → ${to} does not lead back`);
  }
  const drawn = drawing.arrows.filter((arrow) => arrow.kind === 'arrow').map(({ from, to }) => `${from} → ${to}`).sort();
  const expected = expectedArrows(workflow).sort();
  if (drawn.join('\n') !== expected.join('\n')) faults.push(`arrows ${drawn.join(', ')} instead of ${expected.join(', ')}`);
  return faults;
};

const flat = (element: Element): Element[] => [element, ...element.children.flatMap(flat)];

const dangers = (drawing: Drawing): string[] =>
  flat(drawing.root).flatMap((element) => [
    ...(['svg', 'title', 'desc', 'style', 'g', 'path', 'rect', 'circle', 'text'].includes(element.name) ? [] : [element.name]),
    ...Object.keys(element.attributes).filter((name) => /^on|href|^style$|^xlink/.test(name)),
    ...(element.name === 'style' && /url\(|@import|</.test(element.text) ? ['style'] : []),
  ]);

const faultsOf = (workflow: Workflow, width?: number): string[] => {
  const folding = width === undefined ? {} : { width };
  const drawing = readDrawing(drawWorkflow(workflow, { roles: ROLES, ...folding, states: inStates(workflow) }));
  return [...layoutFaults(workflow, drawing), ...orderFaults(workflow, drawing, width !== Number.POSITIVE_INFINITY), ...dangers(drawing)];
};

const describedExamples: readonly [string, Workflow][] = [
  ['the blog post', blogPost],
  ['a launch with phases, nested steps, rounds and branches', launch],
  ['an order that is not series-parallel', crossed],
  ['a chain of twenty', workflowOf(Array.from({ length: 20 }, (_, n) => task(`s${n}`, n === 0 ? [] : [`s${n - 1}`])))],
  ['a workflow without steps', workflowOf([])],
  ['a fan of twelve', workflowOf([task('a', []), ...Array.from({ length: 12 }, (_, n) => task(`b${n}`, ['a'])), task('z', Array.from({ length: 12 }, (_, n) => `b${n}`))])],
  ['titles of 10,000 characters', workflowOf([task('a', [], { title: 'word '.repeat(2000) }), task('b', ['a'], { title: 'x'.repeat(10_000) })], { title: 'y'.repeat(10_000), purpose: 'z '.repeat(5000) })],
];

describe('the picture of a workflow', () => {
  it.each(describedExamples)('has no label on another, beside its box or under an arrow: %s', (_, workflow) => {
    expect(faultsOf(workflow)).toEqual([]);
    expect(faultsOf(workflow, Number.POSITIVE_INFINITY)).toEqual([]);
    expect(faultsOf(workflow, 700)).toEqual([]);
  });

  it('keeps that for any workflow, in one row and in several', () => {
    fc.assert(
      fc.property(anyWorkflow, fc.constantFrom(undefined, 900, Number.POSITIVE_INFINITY), (workflow, width) => {
        expect(faultsOf(workflow, width)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('is the same, byte by byte, each time', () => {
    expect(drawWorkflow(launch, { roles: ROLES })).toBe(drawWorkflow(structuredClone(launch), { roles: { ...ROLES } }));
  });

  it('says who does what, when, and who approves', () => {
    const texts = readDrawing(drawWorkflow(blogPost, { roles: ROLES })).labels.map((label) => label.text);
    for (const text of ['Blog post', 'Start', 'Form', 'Webhook content-brief', 'End', 'Write the outline', 'Blog writer', '20 days before publish', 'Approved by all of', 'SEO strategist', 'changes, at most 3 rounds', 'If rejected, the run ends', 'On publish']) {
      expect(texts).toContain(text);
    }
  });

  it('leads back from the approval to what is redone', () => {
    const back = readDrawing(drawWorkflow(blogPost, { roles: ROLES })).arrows.filter((arrow) => arrow.kind === 'back');
    expect(back.map(({ from, to, heads }) => ({ from, to, heads }))).toEqual([{ from: 'approve-outline', to: 'outline', heads: 1 }]);
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
    const texts = readDrawing(drawWorkflow(blogPost, { roles: ROLES, due: { outline: 'Fri 6 Nov' } })).labels.map((label) => label.text);
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
    const { labels } = readDrawing(drawWorkflow(workflowOf([], { starts: [{ kind: 'every', cron }] }), { roles: ROLES }));
    expect(labels.map((label) => label.text).join(' ')).toContain(words);
  });

  it('shows a template by what it is filled with', () => {
    const { labels } = readDrawing(drawWorkflow(workflowOf([task('a', [], { title: 'Write {{ inputs.topic }} up' })]), { roles: ROLES }));
    expect(labels.map((label) => label.text)).toContain('Write ‹topic› up');
  });

  it('ends a long title in an ellipsis and keeps the whole of it beside', () => {
    const title = 'Very long indeed '.repeat(40).trim();
    const drawing = readDrawing(drawWorkflow(workflowOf([task('a', [], { title })]), { roles: ROLES }));
    const card = drawing.groups.find((group) => group.step === 'a');
    expect(card?.element.children.find((child) => child.name === 'title')?.text).toBe(title);
    expect(drawing.labels.filter((label) => label.owner === card).some((label) => label.text.endsWith('…'))).toBe(true);
  });

  it('tells every step, owner and order to who cannot see it', () => {
    const { root } = readDrawing(drawWorkflow(blogPost, { roles: ROLES }));
    expect(root.attributes['role']).toBe('img');
    const [title, description] = root.children;
    expect(title).toMatchObject({ name: 'title', text: 'Blog post', attributes: { id: root.attributes['aria-labelledby'] } });
    expect(description).toMatchObject({ name: 'desc', attributes: { id: root.attributes['aria-describedby'] } });
    expect(description?.text).toContain('Task “Plan the social posts”; after “Write the final draft” and “Make images or an infographic”; owner Social manager; due 4 days before publish.');
    expect(description?.text).toContain('Approval “Approve the outline”; after “Write the outline”; asked are SEO strategist and Marketing manager (all approve); changes, at most 3 rounds: back to “Write the outline”; if rejected, the run ends; due 15 days before publish.');
  });

  it('gives each state its own word, icon and border, so that none needs its colour', () => {
    const looks = STATES.map((state) => {
      const drawing = readDrawing(drawWorkflow(workflowOf([task('a', [])]), { roles: ROLES, states: { a: state } }));
      const card = drawing.groups.find((group) => group.step === 'a')?.element;
      const paths = card?.children.filter((child) => child.name === 'path') ?? [];
      const word = card?.children.find((child) => child.attributes['text-anchor'] === 'end')?.text;
      const icons = paths.filter((path) => path.attributes['transform'] !== undefined).map((path) => path.attributes['d']);
      return { state, word, icons: icons.join(), border: `${paths[1]?.attributes['stroke-width']} ${paths[1]?.attributes['stroke-dasharray']}` };
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
        const icon = element.children.find((child) => child.attributes['transform'] !== undefined)?.attributes['d'];
        return type === undefined ? [] : [[type, `${icon} ${element.children.find((child) => child.name === 'text')?.text}`] as const];
      }),
    );
    expect([...looks.keys()].sort()).toEqual(['approval', 'call', 'each', 'email', 'run', 'task', 'wait']);
    expect(new Set(looks.values()).size).toBe(7);
  });

  it('carries a nonce for its style sheet, its own ids, and colours that need no style sheet', () => {
    const svg = drawWorkflow(blogPost, { roles: ROLES, nonce: 'abc"1', idPrefix: 'left one', heading: false });
    const elements = flat(parseXml(svg));
    expect(elements.find((element) => element.name === 'style')?.attributes['nonce']).toBe('abc"1');
    expect(elements.flatMap((element) => element.attributes['id'] ?? [])).toEqual(['left-one-title', 'left-one-desc']);
    for (const element of elements) {
      if (['path', 'rect', 'circle', 'text'].includes(element.name)) expect(element.attributes['fill'], JSON.stringify(element)).toBeDefined();
    }
  });
});
