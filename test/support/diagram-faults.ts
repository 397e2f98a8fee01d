/**
 * What is wrong with a drawn workflow, in words: labels on labels, beside their boxes or under arrows, arrows
 * through cards, arrows missing or leading the wrong way, anything that could load or run something.
 */

import { drawWorkflow, type StepState } from '../../statemachines/diagram/draw-workflow.ts';
import type { Step, Workflow } from '../../statemachines/language/workflow.ts';
import { type Drawing, type Element, inside, overlap, passes, readDrawing } from './diagram-svg.ts';

export const STATES: readonly StepState[] = [
  'waiting',
  'open',
  'late',
  'done',
  'approved',
  'changes',
  'rejected',
  'skipped',
  'failed',
];

const every = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => (step.type === 'each' ? [step, ...every(step.steps)] : [step]));

const inStates = (workflow: Workflow): { [step: string]: StepState } =>
  Object.fromEntries(every(workflow.steps).map((step, index) => [step.id, STATES[index % STATES.length] ?? 'open']));

/** The lists of steps: the workflow's own, and each nested one. */
const lists = (steps: readonly Step[]): (readonly Step[])[] => [
  steps,
  ...steps.flatMap((step) => (step.type === 'each' ? lists(step.steps) : [])),
];

/** Whether one step is among those nested in another. */
const holds = (workflow: Workflow, outer: string | undefined, inner: string | undefined): boolean =>
  every(workflow.steps).some(
    (step) => step.id === outer && step.type === 'each' && every(step.steps).some((one) => one.id === inner),
  );

const layoutFaults = (workflow: Workflow, drawing: Drawing): string[] => {
  const faults: string[] = [];
  const { labels, groups, icons, arrows, page } = drawing;
  const cards = groups.filter((group) => group.kind === 'card');
  const solid = cards.filter((card) => card.element.attributes['data-type'] !== 'each');
  labels.forEach((label, index) => {
    if (!inside(label, page)) faults.push(`“${label.text}” leaves the page`);
    if (label.size < 12) faults.push(`“${label.text}” is smaller than 12`);
    if (label.owner !== undefined && !inside(label, label.owner)) faults.push(`“${label.text}” leaves its box`);
    for (const other of labels.slice(index + 1))
      if (overlap(label, other)) faults.push(`“${label.text}” on “${other.text}”`);
    for (const icon of icons) if (overlap(label, icon)) faults.push(`“${label.text}” on an icon`);
    for (const card of solid)
      if (card !== label.owner && overlap(label, card)) faults.push(`“${label.text}” on card ${card.step}`);
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
    const foreign = cards.filter(
      (card) => !holds(workflow, card.step, arrow.from) && !holds(workflow, card.step, arrow.to),
    );
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
    const reaches = (from: string, to: string): boolean =>
      (byId.get(from)?.after ?? []).some((one) => one === to || reaches(one, to));
    const edges = steps.flatMap((step) =>
      [...new Set(step.after)]
        .filter((one) => !step.after.some((other) => reaches(other, one)))
        .map((one) => `${one} → ${step.id}`),
    );
    if (depth > 0) return edges;
    const followed = new Set(steps.flatMap((step) => step.after));
    const first = steps.filter((step) => step.after.length === 0).map((step) => `@start → ${step.id}`);
    const last = steps.filter((step) => !followed.has(step.id)).map((step) => `${step.id} → @end`);
    return [...edges, ...first, ...last, ...(steps.length === 0 ? ['@start → @end'] : [])];
  });

const orderFaults = (workflow: Workflow, drawing: Drawing, folded: boolean): string[] => {
  const faults: string[] = [];
  const box = (id: string) =>
    drawing.groups.find((group) => (group.step === undefined ? `@${group.kind}` : group.step) === id);
  for (const { kind, from, to } of drawing.arrows) {
    const start = box(from);
    const end = box(to);
    // A branch may end in a dot of its own.
    if (to === '@end' && start !== undefined) continue;
    if (start === undefined || end === undefined) faults.push(`${from} → ${to} joins nothing`);
    else if (kind === 'arrow' && start.right > end.left && !(folded && end.bottom > start.bottom))
      faults.push(`${from} → ${to} leads to the left`);
    else if (kind === 'back' && from !== to && start.left < end.right && !folded)
      faults.push(`${from} → ${to} does not lead back`);
  }
  const drawn = drawing.arrows
    .filter((arrow) => arrow.kind === 'arrow')
    .map(({ from, to }) => `${from} → ${to}`)
    .sort();
  const expected = expectedArrows(workflow).sort();
  if (drawn.join('\n') !== expected.join('\n'))
    faults.push(`arrows ${drawn.join(', ')} instead of ${expected.join(', ')}`);
  return faults;
};

export const flat = (element: Element): Element[] => [element, ...element.children.flatMap(flat)];

const dangers = (drawing: Drawing): string[] =>
  flat(drawing.root).flatMap((element) => [
    ...(['svg', 'title', 'desc', 'style', 'g', 'path', 'rect', 'circle', 'text'].includes(element.name)
      ? []
      : [element.name]),
    ...Object.keys(element.attributes).filter((name) => /^on|href|^style$|^xlink/.test(name)),
    ...(element.name === 'style' && /url\(|@import|</.test(element.text) ? ['style'] : []),
  ]);

/** Every fault of the picture, drawn in rows of `width` and in all states. */
export const faultsOf = (workflow: Workflow, roles: { readonly [role: string]: string }, width?: number): string[] => {
  const folding = width === undefined ? {} : { width };
  const drawing = readDrawing(drawWorkflow(workflow, { roles, ...folding, states: inStates(workflow) }));
  return [
    ...layoutFaults(workflow, drawing),
    ...orderFaults(workflow, drawing, width !== Number.POSITIVE_INFINITY),
    ...dangers(drawing),
  ];
};
