/**
 * How far a run is: which steps have finished, seen from where another step stands, and what they have given.
 *
 * Promises: agrees with the machine: done, approved and skipped are finished; an `each` is when all its items are; a
 * step of an item sees the other steps of that item, and all that is around it. What a machine is told of results is
 * what its outline says that it may know, and no more.
 * Hides: keys of items.
 */
import type { Each, Step } from '../../statemachines/language/workflow.ts';
import { allSteps } from '../../statemachines/plan/step-order.ts';
import type { Json } from './history.ts';
import { type EachOpening, latest, type Run, type StepOpening } from './run.ts';

export type Results = { readonly [name: string]: Json };
/** Of an `each`, one entry an item: step id to results. */
export type Given = Results | readonly { readonly [step: string]: Given }[];

export type Placed = { readonly step: Step; readonly each?: string };

/** By step id. A run keeps its workflow, so this is worked out once. */
const placedIn = new WeakMap<object, ReadonlyMap<string, Placed>>();
export const placesOf = ({ workflow }: Pick<Run, 'workflow'>): ReadonlyMap<string, Placed> => {
  const known = placedIn.get(workflow);
  if (known !== undefined) return known;
  const places = new Map(
    allSteps(workflow.steps).map(({ step, each }) => [step.id, each === undefined ? { step } : { step, each }]),
  );
  placedIn.set(workflow, places);
  return places;
};

export const stepOf = (run: Pick<Run, 'workflow'>, id: string): Step | undefined => placesOf(run).get(id)?.step;

/** The each-steps around a step, outermost first. */
export const eachesAround = (run: Pick<Run, 'workflow'>, id: string): readonly Each[] => {
  const around: Each[] = [];
  for (let each = placesOf(run).get(id)?.each; each !== undefined; each = placesOf(run).get(each)?.each) {
    const step = stepOf(run, each);
    if (step?.type === 'each') around.unshift(step);
  }
  return around;
};

/** The item in which a step is, seen from another item: its own as far as both are in the same. */
const itemFor = (run: Run, step: string, seenFrom: string | undefined): string | undefined => {
  const depth = eachesAround(run, step).length;
  if (depth === 0) return undefined;
  const parts = seenFrom?.split('/') ?? [];
  return parts.length < depth ? undefined : parts.slice(0, depth).join('/');
};

/** The newest opening of an `each` that is not to be done again. */
const eachOpening = (run: Run, step: string, item: string | undefined): EachOpening | undefined => {
  let found: EachOpening | undefined;
  for (const one of run.eaches.values()) if (one.step === step && one.item === item) found = one;
  return found?.redone === true ? undefined : found;
};

const keyOfItem = (each: EachOpening, index: number): string =>
  `${each.item === undefined ? '' : `${each.item}/`}${each.round}:${index}`;

/** Keys of the items of an `each`; undefined before it is opened. */
export const itemsOf = (run: Run, each: string, item: string | undefined): readonly string[] | undefined => {
  const opened = eachOpening(run, each, item);
  return opened === undefined
    ? undefined
    : Array.from({ length: opened.count }, (_, index) => keyOfItem(opened, index));
};

const isFinished = (opening: StepOpening | undefined): boolean =>
  opening?.state === 'finished' || opening?.state === 'skipped';

const hasFinishedIn = (run: Run, step: Step, item: string | undefined): boolean => {
  if (isFinished(latest(run, step.id, item))) return true;
  if (step.type !== 'each') return false;
  const items = itemsOf(run, step.id, item);
  return items?.every((one) => step.steps.every((nested) => hasFinishedIn(run, nested, one))) ?? false;
};

/** Whether a step has finished, as far as one that stands in `seenFrom` is concerned. */
export const hasFinished = (run: Run, step: string, seenFrom?: string): boolean => {
  const found = stepOf(run, step);
  return found !== undefined && hasFinishedIn(run, found, itemFor(run, step, seenFrom));
};

/** When it finished (UTC); of an `each`, when the last of its items did. */
export const finishedAt = (run: Run, step: string, seenFrom?: string): string | undefined => {
  const found = stepOf(run, step);
  if (found === undefined || !hasFinished(run, step, seenFrom)) return undefined;
  const at = (one: Step, item: string | undefined): readonly string[] => {
    const own = latest(run, one.id, item)?.finish?.at;
    if (own !== undefined || one.type !== 'each') return own === undefined ? [] : [own];
    const opened = eachOpening(run, one.id, item)?.at;
    return [
      ...(opened === undefined ? [] : [opened]),
      ...(itemsOf(run, one.id, item) ?? []).flatMap((key) => one.steps.flatMap((nested) => at(nested, key))),
    ];
  };
  return at(found, itemFor(run, step, seenFrom))
    .toSorted()
    .at(-1);
};

/** All that one opening has given to expressions; of what was skipped, nothing. */
export const resultsOf = (opening: StepOpening | undefined): Results => {
  const finish = opening?.finish;
  if (opening === undefined || finish?.type !== 'step-finished') return {};
  return {
    ...(finish.fields as Results),
    ...((finish.gave ?? {}) as Results),
    decision: finish.decision,
    ...(finish.by === undefined ? {} : { by: finish.by }),
    at: finish.at,
    round: opening.round,
  };
};

/** What a step gives to one that stands in `seenFrom`, in full. */
export const givenBy = (run: Run, step: string, seenFrom?: string): Given | undefined => {
  const found = stepOf(run, step);
  return found === undefined ? undefined : givenIn(run, found, itemFor(run, step, seenFrom), () => true);
};

const givenIn = (
  run: Run,
  step: Step,
  item: string | undefined,
  keeps: (step: string, name: string) => boolean,
): Given | undefined => {
  if (step.type !== 'each') {
    const opening = latest(run, step.id, item);
    // What is being done again still shows what it gave the last time.
    const shown = isFinished(opening) ? opening : lastFinished(run, step.id, item);
    return shown === undefined ? undefined : pick(resultsOf(shown), (name) => keeps(step.id, name));
  }
  if (latest(run, step.id, item)?.state === 'skipped') return [];
  return itemsOf(run, step.id, item)?.map((key) =>
    Object.fromEntries(
      step.steps.flatMap((nested) => {
        const given = givenIn(run, nested, key, keeps);
        return given === undefined ? [] : [[nested.id, given] as const];
      }),
    ),
  );
};

const lastFinished = (run: Run, step: string, item: string | undefined): StepOpening | undefined => {
  let found: StepOpening | undefined;
  for (const one of run.openings.values())
    if (one.step === step && one.item === item && one.finish?.type === 'step-finished') found = one;
  return found;
};

const pick = (results: Results, keeps: (name: string) => boolean): Results =>
  Object.fromEntries(Object.entries(results).filter(([name]) => keeps(name)));

/** What the machine may know of an opening that has finished. */
export const yielded = (run: Run, opening: StepOpening): Results => {
  const { yields = [] } = run.kept.outline.steps[opening.step] ?? {};
  const { finish } = opening;
  const decision: Results =
    finish?.type === 'step-skipped'
      ? { decision: 'skip' }
      : finish?.type === 'changes-requested'
        ? { decision: finish.decision }
        : {};
  return pick({ ...resultsOf(opening), ...decision }, (name) => yields.includes(name));
};

/** What a gate is answered with: of each step that it waited for, what the machine may know. */
export const awaited = (run: Run, steps: readonly string[], seenFrom?: string): { readonly [step: string]: Given } => {
  const keeps = (step: string, name: string): boolean => run.kept.outline.steps[step]?.yields.includes(name) === true;
  return Object.fromEntries(
    steps.flatMap((id) => {
      const step = stepOf(run, id);
      const given = step === undefined ? undefined : givenIn(run, step, itemFor(run, id, seenFrom), keeps);
      return given === undefined ? [] : [[id, given] as const];
    }),
  );
};
