/** Plays a workflow twice at once, in its machine and in the model, with the same answers in the same order. */
import { expect } from 'vitest';
import type { Json } from '../../infra/sandbox/machine-execution.ts';
import { type CompiledWorkflow, compile } from '../../statemachines/compiler/compile.ts';
import { readWorkflow } from '../../statemachines/language/read-workflow.ts';
import { keyOf, MachineHost, type Occurrence, type Results, RUN } from './compiler-host.ts';
import { WorkflowModel } from './compiler-model.ts';
import { type AuthoredStep, type AuthoredWorkflow, asYaml } from './random-workflow.ts';

/** A whole number from 0 up to below `below`; what a test draws, or always the last for the worst case. */
export type Draw = (below: number) => number;

export const compiledFrom = (authored: AuthoredWorkflow): CompiledWorkflow => {
  const { workflow, faults } = readWorkflow(asYaml(authored), `${authored.workflow}.yaml`, {});
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (workflow === undefined)
    throw new Error(`not accepted: ${errors.map(({ code, message }) => `${code}: ${message}`).join('\n')}`);
  return compile(workflow);
};

export const INPUT_VALUES: { readonly [name: string]: Json } = {
  topic: 'one two three',
  publish: '2026-09-01',
  budget: 120,
  express: true,
  channels: ['mail', 'shop'],
};

/** Full results of a step: what its fields ask for, and what every step has. They differ from round to round. */
export const resultsOf = ({ step, round, item }: Occurrence, authored: AuthoredStep, decision: string): Results => {
  const odd = [...`${step}${round}${item ?? ''}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
  const VALUES: { readonly [name: string]: unknown } = {
    n: odd % 2 === 0 ? 7 : odd % 100,
    yes: odd % 3 === 0,
    many: ['red', 'blue', 'green'].slice(odd % 3),
  };
  const fields = Object.fromEntries(
    Object.keys(authored.fields ?? {}).flatMap((name) =>
      name === 'words' ? (odd % 2 === 0 ? [[name, 'words']] : []) : [[name, VALUES[name]]],
    ),
  );
  return {
    ...fields,
    decision,
    by: 'somebody',
    at: '2026-03-02T09:00:00Z',
    round,
    status: 200,
    outcome: 'finished',
    run: 'run-2',
  };
};

export type Played = { readonly host: MachineHost; readonly model: WorkflowModel; readonly answers: readonly string[] };

/**
 * @param decide what an approval is answered with.
 * @param mostAnswers after which the play is left as it is.
 * @param give what a step gives.
 */
export const play = async (
  authored: AuthoredWorkflow,
  compiled: CompiledWorkflow,
  draw: Draw,
  decide: (approval: AuthoredStep, round: number) => string,
  mostAnswers = 400,
  inputs = INPUT_VALUES,
  give = resultsOf,
): Promise<Played> => {
  const automatic = (occurrence: Occurrence, step: AuthoredStep): Results => give(occurrence, step, 'done');
  const model = new WorkflowModel(authored, { inputs, run: RUN }, automatic);
  await model.begin();
  const byId = new Map(everyStep(authored.steps).map((step) => [step.step, step]));
  // The model is asked what has finished, and is always ahead of the machine.
  const functions = {
    result: (occurrence: Occurrence) => automatic(occurrence, byId.get(occurrence.step) as AuthoredStep),
    finished: (step: string, waiting: Occurrence) => model.finished(step, waiting),
  };
  const host = await MachineHost.start(compiled, inputs, functions);
  const answers: string[] = [];
  for (;;) {
    expectAlike(host, model, answers);
    if (model.outcome !== undefined || answers.length >= mostAnswers) return { host, model, answers };
    const key = [...model.open.keys()][draw(model.open.size)] as string;
    const { step, round, list } = model.open.get(key) as {
      step: AuthoredStep;
      round: number;
      list: { item?: { key: string } };
    };
    const decision = step.type === 'approval' ? decide(step, round) : 'done';
    const results = give(
      { step: step.step, round, ...(list.item === undefined ? {} : { item: list.item.key }) },
      step,
      decision,
    );
    answers.push(`${key}: ${decision}`);
    await model.answer(key, results);
    await host.answer(key, results);
  }
};

const expectAlike = (host: MachineHost, model: WorkflowModel, answers: readonly string[]): void => {
  const said = `after ${answers.join('; ') || 'the start'}`;
  if (model.outcome === 'undecided') {
    expect([host.execution.status, host.execution.error], said).toEqual(['FAILED', 'Undecided']);
    return;
  }
  if (model.outcome === 'rejected') {
    expect([host.execution.status, host.outcome], said).toEqual(['SUCCEEDED', 'rejected']);
    expect(host.execution.output, said).toEqual({ run: 'run-1', outcome: 'rejected' });
    return;
  }
  expect([host.execution.status, host.execution.error, host.execution.cause], said).toEqual([
    model.outcome === 'finished' ? 'SUCCEEDED' : 'RUNNING',
    undefined,
    undefined,
  ]);
  expect(host.calls.splice(0).toSorted(), said).toEqual(model.happened.splice(0).toSorted());
  expect([...host.open.keys()].toSorted(), said).toEqual([...model.open.keys()].toSorted());
  expect(host.outcome, said).toBe(model.outcome);
};

export const everyStep = (steps: readonly AuthoredStep[]): AuthoredStep[] =>
  steps.flatMap((step) => [step, ...everyStep(step.steps ?? [])]);

export { keyOf };
