/**
 * What a workflow means: a small model of the language, written from language.md and from nothing else.
 *
 * It takes the workflow as its author wrote it and knows no states, no scopes, no gates: a step begins when all that it
 * comes after has finished, and that is looked up anew each time. It is slow and plain, so that it can be believed.
 *
 * Where language.md is silent: an expression that guards a step that it does not come after sees what that gave in the
 * round before, where both are done again together, and nothing otherwise. An each that has not run has an empty list.
 */
import jsonata from 'jsonata';
import { keyOf, type Occurrence, type Results } from './compiler-host.ts';
import type { AuthoredRedo, AuthoredStep, AuthoredWorkflow } from './random-workflow.ts';

type Outcome = 'finished' | 'rejected' | 'undecided';
type Given = Results | readonly Results[];

type StepState = {
  phase: 'waiting' | 'running' | 'finished';
  turns: number;
  results: Given | undefined;
  items: StepList[];
  begun: number;
};

/** One list of steps under way: the workflow's, or that of one item. */
type StepList = {
  readonly steps: readonly AuthoredStep[];
  readonly states: ReadonlyMap<string, StepState>;
  readonly around?: { readonly list: StepList; readonly each: AuthoredStep };
  readonly item?: { readonly key: string; readonly name: string; readonly value: unknown };
  /** What the steps of a block had given each time that it was done again, and which steps those were. */
  readonly earlier: { readonly block: ReadonlySet<string>; readonly results: ReadonlyMap<string, Given | undefined> }[];
  /** How often each approval has sent the work back. */
  readonly backs: Map<string, number>;
};

export class WorkflowModel {
  readonly #inputs: Results;
  readonly #run: Results;
  readonly #resultOf: (occurrence: Occurrence, step: AuthoredStep) => Results;
  readonly #top: StepList;
  readonly #ids: readonly string[];
  /** What has happened, in the words of a machine's calls. */
  readonly happened: string[] = [];
  readonly open = new Map<string, { readonly list: StepList; readonly step: AuthoredStep; readonly round: number }>();
  outcome: Outcome | undefined;

  constructor(
    workflow: AuthoredWorkflow,
    start: { readonly inputs: Results; readonly run: Results },
    resultOf: (occurrence: Occurrence, step: AuthoredStep) => Results,
  ) {
    this.#inputs = start.inputs;
    this.#run = start.run;
    this.#resultOf = resultOf;
    this.#top = newList(workflow.steps);
    this.#ids = allIds(workflow.steps).toSorted((a, b) => b.length - a.length);
  }

  async begin(): Promise<void> {
    await this.#goOn();
  }

  async answer(key: string, results: Results): Promise<void> {
    const { list, step } = this.open.get(key) as { list: StepList; step: AuthoredStep };
    this.open.delete(key);
    const state = stateOf(list, step.step);
    if (step.type === 'approval' && this.#sendsBack(list, step, String(results.decision), results)) return this.#goOn();
    if (this.outcome !== undefined) return;
    Object.assign(state, { phase: 'finished', results });
    await this.#goOn();
  }

  /** What a step has given, seen from where another waits for it: in its list, or in one around. Undefined while it has not finished. */
  finished(step: string, waiting: Occurrence): Given | undefined {
    let list = everyList(this.#top).find((one) => one.item?.key === waiting.item && one.states.has(waiting.step));
    while (list !== undefined && !list.states.has(step)) list = list.around?.list;
    const state = list?.states.get(step);
    return state?.phase === 'finished' ? (state.results ?? {}) : undefined;
  }

  /** @returns whether the work goes back; otherwise it may be that the run is over. */
  #sendsBack(list: StepList, approval: AuthoredStep, decision: string, results: Results): boolean {
    if (decision === 'approve' || decision === 'skip') return false;
    const { on_changes, on_reject = 'stop' } = approval;
    if (decision === 'reject' && on_reject === 'stop') {
      this.outcome = 'rejected';
      return false;
    }
    const back =
      decision === 'request_changes'
        ? on_changes
        : decision === 'reject' && on_reject !== 'stop'
          ? on_reject
          : undefined;
    const before = list.backs.get(approval.step) ?? 0;
    if (back === undefined || before >= mostBacks(approval)) {
      this.outcome = 'undecided';
      return false;
    }
    list.backs.set(approval.step, before + 1);
    stateOf(list, approval.step).results = results;
    const block = blockOf(list.steps, back.redo, approval.step);
    list.earlier.push({ block, results: new Map([...block].map((id) => [id, stateOf(list, id).results])) });
    for (const id of block)
      Object.assign(stateOf(list, id), { phase: 'waiting', turns: stateOf(list, id).turns + 1, items: [] });
    return true;
  }

  /** Begins all that can begin, until nothing more can. */
  async #goOn(): Promise<void> {
    for (let moved = true; moved && this.outcome === undefined; ) {
      moved = false;
      for (const list of this.#lists(this.#top)) {
        for (const [index, step] of list.steps.entries()) {
          const state = stateOf(list, step.step);
          if (
            state.phase === 'waiting' &&
            afterOf(list.steps, index).every((id) => stateOf(list, id).phase === 'finished')
          ) {
            await this.#beginStep(list, step, state);
            moved = true;
          } else if (step.type === 'each' && state.phase === 'running')
            moved = this.#beginItems(list, step, state) || moved;
        }
      }
    }
    if (this.outcome === undefined && isFinished(this.#top)) this.outcome = 'finished';
  }

  async #beginStep(list: StepList, step: AuthoredStep, state: StepState): Promise<void> {
    const round = state.turns + 1;
    const occurrence = { step: step.step, round, ...(list.item === undefined ? {} : { item: list.item.key }) };
    const key = keyOf(occurrence);
    if (step.when !== undefined && (await this.#evaluate(step.when, list, step)) !== true) {
      this.happened.push(`SkipStep ${key}`);
      Object.assign(state, { phase: 'finished', results: step.type === 'each' ? [] : {} });
      return;
    }
    switch (step.type ?? 'task') {
      case 'each': {
        const items = asList(await this.#evaluate(String(step.over), list, step));
        this.happened.push(`OpenEach ${key} of ${items.length}`);
        const outer = list.item === undefined ? '' : `${list.item.key}/`;
        const lists = items.map((value, at) =>
          newList(
            step.steps ?? [],
            { list, each: step },
            { key: `${outer}${round}:${at}`, name: String(step.as), value },
          ),
        );
        Object.assign(state, { phase: 'running', items: lists, begun: 0, results: undefined });
        return;
      }
      case 'email':
        this.happened.push(`SendEmail ${key}`);
        Object.assign(state, { phase: 'finished', results: this.#resultOf(occurrence, step) });
        return;
      case 'run':
        this.happened.push(`StartSubRun ${key}`);
        if (step.wait === true) break;
        Object.assign(state, { phase: 'finished', results: this.#resultOf(occurrence, step) });
        return;
      case 'wait':
        this.happened.push(`HoldStep ${key}`);
        break;
      case 'call':
        this.happened.push(`CallSystem ${key}`);
        break;
      default:
        this.happened.push(`OpenStep ${key}`);
    }
    state.phase = 'running';
    this.open.set(key, { list, step, round });
  }

  /** The items in their order, no more at once than is allowed; when all have finished, the each has. */
  #beginItems(_list: StepList, step: AuthoredStep, state: StepState): boolean {
    const done = state.items.slice(0, state.begun).filter(isFinished).length;
    if (done === state.items.length) {
      Object.assign(state, {
        phase: 'finished',
        results: state.items.map(({ states }) =>
          Object.fromEntries([...states].map(([id, inner]) => [id, inner.results ?? {}])),
        ),
      });
      return true;
    }
    const wanted = Math.min(state.items.length, done + Number(step.at_once ?? 40));
    const moved = wanted > state.begun;
    state.begun = Math.max(state.begun, wanted);
    return moved;
  }

  /** The lists that are under way, outer before inner. */
  #lists(list: StepList): StepList[] {
    const inner = [...list.states.values()].flatMap(({ phase, items, begun }) =>
      phase === 'running' ? items.slice(0, begun) : [],
    );
    return [list, ...inner.flatMap((one) => this.#lists(one))];
  }

  async #evaluate(expression: string, list: StepList, step: AuthoredStep): Promise<unknown> {
    const seen: { [id: string]: Given } = {};
    const items: { [name: string]: unknown } = {};
    for (
      let here: StepList | undefined = list, reader = step;
      here !== undefined;
      reader = here.around?.each ?? reader, here = here.around?.list
    ) {
      const before = ancestorsOf(here.steps, reader.step);
      for (const other of here.steps) {
        const given = before.has(other.step)
          ? stateOf(here, other.step).results
          : earlierOf(here, reader.step, other.step);
        if (given !== undefined || other.type === 'each') seen[other.step] = given ?? [];
      }
      if (here.item !== undefined) items[here.item.name] = here.item.value;
    }
    const quoted = this.#ids.reduce(
      (text, id) => (id.includes('-') ? text.replaceAll(`steps.${id}`, `steps.\`${id}\``) : text),
      expression,
    );
    const value: unknown = await jsonata(quoted).evaluate({
      inputs: this.#inputs,
      run: this.#run,
      steps: seen,
      ...items,
    });
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  }
}

const newList = (steps: readonly AuthoredStep[], around?: StepList['around'], item?: StepList['item']): StepList => ({
  steps,
  states: new Map(
    steps.map(({ step }) => [step, { phase: 'waiting', turns: 0, results: undefined, items: [], begun: 0 }]),
  ),
  ...(around === undefined ? {} : { around }),
  ...(item === undefined ? {} : { item }),
  earlier: [],
  backs: new Map(),
});

const everyList = (list: StepList): StepList[] => [
  list,
  ...[...list.states.values()].flatMap(({ items }) => items.flatMap(everyList)),
];
const stateOf = (list: StepList, step: string): StepState => list.states.get(step) as StepState;
const isFinished = ({ states }: StepList): boolean => [...states.values()].every(({ phase }) => phase === 'finished');
const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const allIds = (steps: readonly AuthoredStep[]): string[] =>
  steps.flatMap((step) => [step.step, ...allIds(step.steps ?? [])]);

export const afterOf = (steps: readonly AuthoredStep[], index: number): readonly string[] =>
  steps[index]?.after ?? (index === 0 ? [] : [(steps[index - 1] as AuthoredStep).step]);

export const ancestorsOf = (steps: readonly AuthoredStep[], id: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const look = (step: string): void => {
    for (const before of afterOf(
      steps,
      steps.findIndex((one) => one.step === step),
    )) {
      if (found.has(before)) continue;
      found.add(before);
      look(before);
    }
  };
  look(id);
  return found;
};

/** From `redo` to the approval: both, and all on a way between them. */
export const blockOf = (steps: readonly AuthoredStep[], redo: string, approval: string): ReadonlySet<string> => {
  const before = ancestorsOf(steps, approval);
  return new Set([redo, approval, ...[...before].filter((id) => ancestorsOf(steps, id).has(redo))]);
};

const earlierOf = (list: StepList, reader: string, other: string): Given | undefined =>
  list.earlier.findLast(({ block }) => block.has(reader) && block.has(other))?.results.get(other);

/** What the file allows, and as often again by the lead's leave. */
export const mostBacks = (approval: AuthoredStep): number => {
  const allowed = (redo: AuthoredRedo | 'stop' | undefined): number =>
    redo === undefined || redo === 'stop' ? 0 : (redo.rounds ?? 3);
  return 2 * (allowed(approval.on_changes) + allowed(approval.on_reject));
};
