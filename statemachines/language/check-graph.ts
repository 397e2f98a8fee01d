/**
 * Order: what comes after what, which steps are redone together, what a due date may count from.
 */
import { allSteps, followersOf, redoneBlocks, redosOf, stepIdsOf } from './all-steps.ts';
import { findCycle, type Graph, graphOf } from './graph.ts';
import type { Checking, StepList } from './read-workflow.ts';
import { isUnknown, shorten, UNKNOWN } from './shape.ts';
import type { Approval, Moment, Step } from './workflow.ts';
import type { Path } from './yaml-file.ts';

/** @returns whether order can be relied on: no doubled id, no unknown step, no cycle. */
export const checkGraph = (checking: Checking): boolean => {
  const ids = allSteps(checking.workflow.steps);
  let sound = stepIdsOf(checking.workflow.steps).size === ids.length;
  const graphs = new Map<StepList, Graph>();
  for (const list of checking.lists) {
    const known = new Set(list.steps.map(({ id }) => id));
    for (const [index, step] of list.steps.entries()) {
      for (const [at, other] of step.after.entries()) {
        if (known.has(other)) continue;
        sound = false;
        // Where `after` was left out the step above is meant, and that one's id has been objected to already.
        if (other !== UNKNOWN) reportUnknownStep(checking, list, other, [...list.path, index, 'after', at]);
      }
    }
    // Where an id is there twice, what comes after what cannot be told.
    let rest: readonly Step[] = known.size < list.steps.length ? [] : list.steps;
    for (let cycle = findCycle(rest); cycle !== undefined; cycle = findCycle(rest)) {
      const steps = cycle;
      sound = false;
      checking.report('cycle', checking.places.ofKey([...checking.pathOf(steps[0] ?? ''), 'after']), { steps });
      // What is left may go round elsewhere.
      rest = rest.filter(({ id }) => !steps.includes(id));
    }
    if (sound) graphs.set(list, graphOf(list.steps));
  }
  for (const list of checking.lists) {
    const graph = sound ? graphs.get(list) : undefined;
    for (const [index, step] of list.steps.entries())
      checkReferences(checking, list, step, [...list.path, index], graph);
    if (graph !== undefined) checkBlocks(checking, list, graph);
  }
  return sound;
};

const reportUnknownStep = (
  { places, report, lists, nearest }: Checking,
  list: StepList,
  name: string,
  path: Path,
): void => {
  const known = list.steps.map(({ id }) => id).filter((id) => id !== UNKNOWN);
  const elsewhere = lists.some(({ steps }) => steps.some(({ id }) => id === name));
  const scope = list.inside.length > 0 || elsewhere ? 'in this list of steps' : 'in this workflow';
  report('unknown-step', places.ofValue(path), {
    name: shorten(name),
    nearest: nearest('unknown-step', name, known),
    known,
    scope,
  });
};

const checkReferences = (
  checking: Checking,
  list: StepList,
  step: Step,
  path: Path,
  graph: Graph | undefined,
): void => {
  const { places, report, workflow, nearest } = checking;
  const exists = (id: string): boolean => followersOf(list.steps).has(id);
  const mustBeBefore = (other: string, key: Path, what: string): void => {
    if (other === UNKNOWN) return;
    if (!exists(other)) reportUnknownStep(checking, list, other, [...path, ...key]);
    else if (graph !== undefined && !graph.ancestors.get(step.id)?.has(other))
      report('not-before', places.ofValue([...path, ...key]), { step: step.id, other, what });
  };
  if (step.type === 'approval') {
    mustBeBefore(step.of, ['of'], 'judges');
    if (step.on_changes !== undefined) mustBeBefore(step.on_changes.redo, ['on_changes', 'redo'], 'redoes');
    if (step.on_reject !== 'stop') mustBeBefore(step.on_reject.redo, ['on_reject', 'redo'], 'redoes');
  }
  const moments: [Moment | undefined, string][] = [
    [step.due, 'due'],
    [step.type === 'wait' ? step.until : undefined, 'until'],
  ];
  for (const [moment, key] of moments) {
    if (moment === undefined) continue;
    const { reference } = moment;
    const place = places.ofValue([...path, key]);
    if (reference.kind === 'step') {
      const [around, each] = listAround(checking, list, reference.id) ?? [];
      if (around === undefined || each === undefined) mustBeBefore(reference.id, [key], 'counts from');
      else if (graph !== undefined && !graphOf(around.steps).ancestors.get(each)?.has(reference.id))
        report('not-before', place, { step: step.id, other: reference.id, what: 'counts from' });
    } else if (reference.kind === 'input') {
      const input = Object.hasOwn(workflow.inputs, reference.name) ? workflow.inputs[reference.name] : undefined;
      const dates = Object.entries(workflow.inputs)
        .filter(([, { type }]) => type === 'date' || type === 'datetime')
        .map(([name]) => name);
      const steps = [...(graph?.ancestors.get(step.id) ?? list.steps.map(({ id }) => id))];
      if (input === undefined ? Object.hasOwn(workflow.inputs, UNKNOWN) : isUnknown(input)) continue;
      if (input === undefined) {
        const close = nearest('bad-due', reference.name, [...dates, 'start', ...steps]);
        report('bad-due', place, {
          text: shorten(reference.name),
          problem: `there is no input or step of that name.${close === undefined ? '' : ` Did you mean \`${close}\`?`}`,
        });
      } else if (input.type !== 'date' && input.type !== 'datetime')
        report('bad-due', place, { text: reference.name, problem: `it is an input of type \`${input.type}\`.` });
      else if (!input.required && input.default === undefined)
        report('may-be-absent', place, {
          name: `inputs.${reference.name}`,
          because: 'the input is not required and has no default',
          fix: 'Write `required: true` or a `default` for the input.',
        });
    }
  }
};

/** The list around an each that a step of that id is in, and the each in it. */
const listAround = ({ lists }: Checking, { inside }: StepList, id: string): readonly [StepList, string] | undefined => {
  for (const each of inside) {
    const around = lists.find(({ steps }) => steps.includes(each));
    if (around?.steps.some((step) => step.id === id)) return [around, each.id];
  }
  return undefined;
};

type Block = {
  readonly approval: string;
  readonly redo: string;
  readonly steps: ReadonlySet<string>;
  readonly key: Path;
};

const checkBlocks = (checking: Checking, list: StepList, graph: Graph): void => {
  const { places, report, pathOf } = checking;
  const blocks: Block[] = [];
  for (const step of list.steps) {
    if (step.type !== 'approval') continue;
    for (const { redo, key } of targetsOf(step)) {
      const block = redoneBlocks(list.steps).find((one) => one.approval === step.id && one.redo === redo);
      if (block === undefined || !graph.ancestors.get(step.id)?.has(redo)) continue;
      const { steps } = block;
      let closed = true;
      for (const middle of steps) {
        if (middle === step.id) continue;
        const outside = followersOf(list.steps)
          .get(middle)
          ?.find(({ id }) => !steps.has(id));
        if (outside === undefined) continue;
        closed = false;
        report('redo-not-closed', places.ofValue([...pathOf(step.id), ...key]), {
          approval: step.id,
          redo,
          outside: outside.id,
          middle,
        });
      }
      if (closed) blocks.push({ approval: step.id, redo, steps, key });
    }
  }
  for (const [index, one] of blocks.entries()) {
    for (const other of blocks.slice(index + 1)) {
      const shared = [...one.steps].some((id) => other.steps.has(id));
      if (!shared || isWithin(one, other) || isWithin(other, one)) continue;
      report('redo-overlap', places.ofValue([...pathOf(other.approval), ...other.key]), {
        approval: one.approval,
        other: other.approval,
      });
    }
  }
};

const isWithin = (inner: Block, outer: Block): boolean => [...inner.steps].every((id) => outer.steps.has(id));

const targetsOf = (step: Approval): { redo: string; key: Path }[] =>
  redosOf(step).map(({ key, redo }) => ({ redo: redo.redo, key: [key, 'redo'] }));
