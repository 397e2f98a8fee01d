/**
 * Runs of machines as the sandbox's own runner plays them, written down so that another engine can be given the same
 * answers in the same order.
 *
 * Promises: the same seed, the same runs. Each is also held against the model of the language while it is played.
 */
import fc from 'fast-check';
import { parse } from 'yaml';
import { readFolder, SHIPPED } from '../../../infra/workflow-folder.ts';
import type { CompiledWorkflow } from '../../../statemachines/compiler/compile.ts';
import { readLibrary } from '../../../statemachines/library.ts';
import type { Exchange } from '../../support/compiler-host.ts';
import { compiledFrom, type Draw, INPUT_VALUES, play, resultsOf } from '../../support/compiler-play.ts';
import { type AuthoredStep, type AuthoredWorkflow, randomWorkflow } from '../../support/random-workflow.ts';

export type RehearsedMachine = {
  /** The workflow: `webinar`, `random workflow 7`. */
  readonly name: string;
  readonly asl: unknown;
  readonly runs: readonly Rehearsal[];
};
export type Rehearsal = {
  /** `stopped on the way`. */
  readonly how: string;
  readonly input: unknown;
  readonly exchanges: readonly Exchange[];
  /** States in the order in which they were entered. */
  readonly entered: readonly string[];
  readonly end: { readonly status: string; readonly output?: unknown; readonly error?: string };
};

type Decide = (approval: AuthoredStep, round: number) => string;
/** Runs that go back and forth for ever are stopped. */
const MOST_ANSWERS = 60;

/** Of every workflow of the library: a run with changes before all goes well, one that is rejected, one that is stopped. */
export const rehearsedLibrary = async (): Promise<readonly RehearsedMachine[]> => {
  const sources = readFolder(SHIPPED);
  const authored = new Map(
    sources.workflows.map(({ text }) => parse(text) as AuthoredWorkflow).map((one) => [one.workflow, one]),
  );
  const all: RehearsedMachine[] = [];
  for (const [name, { compiled }] of readLibrary(sources).workflows) {
    const workflow = authored.get(name);
    if (workflow === undefined) throw new Error(`there is no text of ${name}`);
    const rehearse = (how: string, decide: Decide, most = MOST_ANSWERS): Promise<Rehearsal> =>
      rehearsed(how, workflow, compiled, {
        inputs: inputsOf(compiled),
        draw: drawing(all.length),
        give: filledIn,
        decide,
        most,
      });
    const runs = [
      await rehearse('changes first', changesFirst),
      await rehearse('rejected', rejected),
      await rehearse('stopped on the way', changesFirst, 3),
    ];
    all.push({ name, asl: compiled.asl, runs });
  }
  return all;
};

/** @param count of workflows, each with one run. */
export const rehearsedAtRandom = async (count: number): Promise<readonly RehearsedMachine[]> => {
  const arbitrary = fc.oneof(randomWorkflow({ mostSteps: 9 }), randomWorkflow({ mostSteps: 8, manyApprovals: true }));
  const all: RehearsedMachine[] = [];
  for (const [number, workflow] of fc.sample(arbitrary, { numRuns: count, seed: 4 }).entries()) {
    const draw = drawing(number);
    const decide: Decide = () => ['approve', 'approve', 'approve', 'request_changes', 'reject'][draw(5)] as string;
    const most = number % 5 === 0 ? 4 : MOST_ANSWERS;
    const compiled = compiledFrom(workflow);
    const how = { inputs: INPUT_VALUES, decide, draw, most, give: resultsOf };
    const run = await rehearsed('at random', workflow, compiled, how);
    all.push({ name: `random workflow ${number}`, asl: compiled.asl, runs: [run] });
  }
  return all;
};

const changesFirst: Decide = (step, round) =>
  round === 1 && step.on_changes !== undefined ? 'request_changes' : 'approve';
/** By the first who has nobody to send the work back to. */
const rejected: Decide = (step) => (step.on_reject === undefined || step.on_reject === 'stop' ? 'reject' : 'approve');
const drawing = (seed: number): Draw => {
  let state = seed + 1;
  return (below) => {
    // Numerical Recipes' linear congruential generator; its high bits are the good ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
};

type How = {
  readonly inputs: typeof INPUT_VALUES;
  readonly decide: Decide;
  readonly draw: Draw;
  readonly most: number;
  readonly give: typeof resultsOf;
};

const rehearsed = async (
  how: string,
  workflow: AuthoredWorkflow,
  compiled: CompiledWorkflow,
  { inputs, decide, draw, most, give }: How,
): Promise<Rehearsal> => {
  const { host } = await play(workflow, compiled, draw, decide, most, inputs, give);
  if (host.execution.status === 'RUNNING') await host.stop((tokens) => tokens);
  const { status, output, error, entered, input } = host.execution;
  const end = { status, ...(output === undefined ? {} : { output }), ...(error === undefined ? {} : { error }) };
  return { how, input, exchanges: host.exchanges, entered, end };
};

/** Everything that may be chosen is, so that nothing is left out. */
const inputsOf = ({ outline }: CompiledWorkflow): typeof INPUT_VALUES =>
  Object.fromEntries(Object.entries(outline.workflow.inputs).map(([name, field]) => [name, valueFor(field)]));

type Asked = { readonly type: string; readonly options?: readonly string[]; readonly many?: boolean };
const valueFor = (field: Asked) => {
  switch (field.type) {
    case 'number':
    case 'money':
      return 100;
    case 'yes_no':
      return true;
    case 'choice':
      return field.many === true ? [...(field.options ?? [])] : (field.options?.[0] ?? '');
    case 'date':
      return '2026-09-01';
    case 'datetime':
      return '2026-09-01T10:00';
    default:
      return 'some text';
  }
};

/** What is filled in of a step, besides what every step has. */
const filledIn: typeof resultsOf = (occurrence, step, decision) => ({
  ...resultsOf(occurrence, step, decision),
  ...Object.fromEntries(Object.entries(step.fields ?? {}).map(([name, field]) => [name, valueFor(field as never)])),
});
