/** Which steps may run together is exactly what the graph says: no step waits for one that it does not come after. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MachineHost } from './support/compiler-host.ts';
import { ancestorsOf } from './support/compiler-model.ts';
import { gatesIn, orderIn } from './support/compiler-order.ts';
import { compiledFrom, everyStep, INPUT_VALUES } from './support/compiler-play.ts';
import { type AuthoredStep, type AuthoredWorkflow, randomWorkflow } from './support/random-workflow.ts';

const LONG = process.env.RUNSHEET_LONG === '1';
const graphs = (mostSteps: number, rounds = false) =>
  randomWorkflow({ mostSteps, deepestEach: 0, conditions: false, onlyPeople: true, rounds });

const expectOrderOfGraph = (authored: AuthoredWorkflow, asl: unknown): void => {
  const order = orderIn(asl);
  for (const list of [
    authored.steps,
    ...everyStep(authored.steps).flatMap(({ steps }) => (steps === undefined ? [] : [steps])),
  ]) {
    // A gate within an each may fetch what a step outside has given, which the each has come after anyway.
    const here = new Set(list.map(({ step }) => step));
    for (const { step } of list)
      expect([...(order.get(step) ?? [])].filter((other) => here.has(other)).toSorted(), step).toEqual(
        [...ancestorsOf(list, step)].toSorted(),
      );
  }
};

/** Answers open steps one by one; at every moment open is what has nothing left to wait for, and nothing else. */
const expectEachStepAsSoonAsItMay = async (
  authored: AuthoredWorkflow,
  choose: (open: number) => number,
): Promise<void> => {
  const compiled = compiledFrom(authored);
  const finished = new Set<string>();
  const host = await MachineHost.start(compiled, INPUT_VALUES, {
    result: () => ({}),
    finished: (step) => (finished.has(step) ? {} : undefined),
  });
  const before = new Map(authored.steps.map(({ step }) => [step, ancestorsOf(authored.steps, step)]));
  for (;;) {
    const due = authored.steps.filter(
      ({ step }) =>
        !finished.has(step) && [...(before.get(step) as ReadonlySet<string>)].every((one) => finished.has(one)),
    );
    expect([...host.open.values()].map(({ step }) => step).toSorted()).toEqual(due.map(({ step }) => step).toSorted());
    const next = due[choose(due.length)];
    if (next === undefined) break;
    finished.add(next.step);
    await host.answer(`${next.step} round 1`, { decision: 'approve' });
  }
  expect([host.outcome, host.execution.status]).toEqual(['finished', 'SUCCEEDED']);
};

const task = (step: string, after: readonly string[]): AuthoredStep => ({
  step,
  title: step,
  owner: 'writer',
  after: [...after],
});
const file = (steps: AuthoredStep[]): AuthoredWorkflow => ({
  workflow: 'random',
  title: 'Random',
  purpose: 'To be in order.',
  lead: 'lead',
  inputs: {},
  steps,
});

/** Rows of and side by side, of each other: every graph of them nests. */
type Nesting = { readonly kind: 'one' } | { readonly kind: 'row' | 'together'; readonly parts: readonly Nesting[] };
const { nesting } = fc.letrec<{ nesting: Nesting }>((tie) => ({
  nesting: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.constant<Nesting>({ kind: 'one' }),
    fc.record({
      kind: fc.constantFrom('row', 'together'),
      parts: fc.array(tie('nesting'), { minLength: 1, maxLength: 4 }),
    }) as fc.Arbitrary<Nesting>,
  ),
}));
const nested = (whole: Nesting): AuthoredWorkflow => {
  const steps: AuthoredStep[] = [];
  /** @returns the steps with which the part ends. */
  const add = (part: Nesting, after: readonly string[]): readonly string[] => {
    if (part.kind === 'one') {
      const step = `s${steps.length + 1}`;
      steps.push(task(step, after));
      return [step];
    }
    return part.kind === 'row'
      ? part.parts.reduce((last, inner) => add(inner, last), after)
      : part.parts.flatMap((inner) => add(inner, after));
  };
  add(whole, []);
  return file(steps.slice(0, 60));
};

const LARGE: { readonly [shape: string]: readonly number[][] } = {
  'a row': largeOf((i) => [i - 1]),
  'all at once': largeOf(() => []),
  'a tree': largeOf((i) => [(i - 1) >> 1]),
  'a spine with a rib at each step, which nests 150 deep': largeOf((i) => (i % 2 === 1 ? [i - 1] : [i - 2])),
  'a ladder': largeOf((i) => [i - 2, i - 3]),
  'a grid': largeOf((i) => (i % 17 === 0 ? [i - 17] : [i - 1, i - 17])),
  'layers of ten, each step after three of the layer before': largeOf((i) =>
    [0, 1, 2].map((k) => Math.floor(i / 10) * 10 - 10 + ((i * 7 + k * 3) % 10)),
  ),
  'much after much': largeOf((i) => Array.from({ length: i }, (_, j) => j).filter((j) => (i * 31 + j * 17) % 5 === 0)),
};
function largeOf(after: (index: number) => number[]): number[][] {
  return Array.from({ length: 300 }, (_, index) => after(index).filter((other) => other >= 0 && other < index));
}

describe('in every machine', () => {
  it('nesting and gates together say what the graph says', () => {
    fc.assert(
      fc.property(graphs(14), (authored) => expectOrderOfGraph(authored, compiledFrom(authored).asl)),
      { numRuns: LONG ? 3_000 : 75 },
    );
  });

  it('nesting and gates together say what the graph says, also where steps are done again', () => {
    fc.assert(
      fc.property(randomWorkflow({ mostSteps: 14, deepestEach: 1, manyApprovals: true }), (authored) =>
        expectOrderOfGraph(authored, compiledFrom(authored).asl),
      ),
      { numRuns: LONG ? 2_000 : 40 },
    );
  });

  it('a step is open exactly when all that it comes after has finished, and never later', async () => {
    await fc.assert(
      fc.asyncProperty(graphs(12), fc.infiniteStream(fc.nat()), (authored, numbers) =>
        expectEachStepAsSoonAsItMay(authored, (open) => numbers.next().value % Math.max(1, open)),
      ),
      { numRuns: LONG ? 2_000 : 40 },
    );
  });

  it('there is no gate where the graph nests', async () => {
    await fc.assert(
      fc.asyncProperty(nesting.map(nested), fc.infiniteStream(fc.nat()), async (authored, numbers) => {
        const { asl } = compiledFrom(authored);
        expect(gatesIn(asl)).toEqual([]);
        expectOrderOfGraph(authored, asl);
        if (authored.steps.length <= 20)
          await expectEachStepAsSoonAsItMay(authored, (open) => numbers.next().value % Math.max(1, open));
      }),
      { numRuns: LONG ? 2_000 : 40 },
    );
  });

  it('the smallest graph that does not nest has one gate', () => {
    const { asl } = compiledFrom(file([task('a', []), task('b', []), task('c', ['a']), task('d', ['a', 'b'])]));
    expect(gatesIn(asl)).toEqual(['"d.gate":{']);
  });

  it('what leads back out of two rows is in order', () => {
    const approval = (step: string, of: string, after: readonly string[]): AuthoredStep => ({
      ...task(step, after),
      type: 'approval',
      of,
      approvers: ['cmo'],
    });
    const { owner: _owner, ...layout } = task('layout', ['edit']);
    const authored = file([
      task('photo', []),
      task('brief', []),
      task('draft', []),
      approval('agree', 'brief', ['brief', 'draft']),
      task('edit', ['agree']),
      { ...layout, type: 'each', over: '["only"]', as: 'page', steps: [task('set', [])] },
      task('invite', ['agree']),
      approval('proofread', 'draft', ['edit']),
      approval('release', 'invite', ['photo', 'invite', 'proofread']),
      { ...approval('sign', 'photo', ['layout', 'release']), on_reject: { redo: 'layout', rounds: 2 } },
      { ...approval('approve', 'agree', ['sign']), on_reject: { redo: 'draft', rounds: 1 } },
    ]);
    const { asl } = compiledFrom(authored);
    expect(JSON.stringify(asl).match(/"approve\.returns[^"]*":\{/g)).toEqual([
      '"approve.returns":{',
      '"approve.returns (2)":{',
    ]);
    expectOrderOfGraph(authored, asl);
  });

  it.each(Object.keys(LARGE))('three hundred steps in %s are in order', (shape) => {
    const authored = file(
      (LARGE[shape] as number[][]).map((after, index) =>
        task(
          `s${index}`,
          [...new Set(after)].map((other) => `s${other}`),
        ),
      ),
    );
    const { asl } = compiledFrom(authored);
    expectOrderOfGraph(authored, asl);
  });

  it('what nests too deep is in order by gates', async () => {
    const authored = file(
      (LARGE['a spine with a rib at each step, which nests 150 deep'] as number[][]).slice(0, 50).map((after, index) =>
        task(
          `s${index}`,
          after.map((other) => `s${other}`),
        ),
      ),
    );
    let number = 1;
    await expectEachStepAsSoonAsItMay(authored, (open) => {
      number = (number * 31) % 997;
      return number % Math.max(1, open);
    });
  });
});
