/**
 * Runs that a run starts: the step `run`.
 *
 * Promises: one child for one opening, however often it is asked for; a parent that waits is told once the child has
 * ended, in whatever way. What does not fit the other workflow is the lead's to see to.
 */
import { readValues } from '../../statemachines/language/values.ts';
import { textsFor } from './brief.ts';
import { BY_MACHINE, type Opening, openingKey, openingOf } from './events.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Recorder } from './recording.ts';
import { refer } from './referral.ts';
import { requestRun, runIdFrom } from './request-run.ts';
import type { Requested, Run, StepOpening } from './run.ts';

type Doing = { readonly ports: Ports; readonly record: Recorder };

/** The id of the run that an opening starts. */
export const childOf = (run: string, workflow: string, opening: Opening): string =>
  runIdFrom(workflow, 'child', run, openingKey(opening));

export const startChild = async (
  { ports, record, run }: Doing & { readonly run: Run },
  opening: StepOpening,
): Promise<void> => {
  const step = stepOf(run, opening.step);
  if (step?.type !== 'run' || opening.state === 'closed') return;
  const fields = ports.catalogue.workflows.get(step.workflow)?.outline.workflow.inputs ?? {};
  const given = (await textsFor(ports, run, opening).json(step.with)) as { readonly [name: string]: unknown };
  const people = ports.catalogue.team.people.map(({ id }) => id);
  const { values, problems } = readValues(fields, given, { people });
  const wrong = Object.values(problems);
  const outcome =
    wrong.length > 0
      ? wrong.join(' ')
      : await requestRun(ports, record, {
          id: childOf(run.id, step.workflow, opening),
          workflow: step.workflow,
          inputs: values,
          people: {},
          started: { how: 'run', source: run.id, ...BY_MACHINE },
          parent: { run: run.id, ...openingOf(opening), waits: step.wait },
        });
  if (outcome === 'requested' || outcome === 'requested before') return;
  ports.log.warn('a run could not start another', { run: run.id, workflow: step.workflow });
  if (opening.state !== 'open' || opening.referred !== undefined) return;
  const reason = `The workflow ${step.workflow} could not be started: ${outcome}`;
  const recorded = await refer(ports, run, opening, 'failed', ports.clock.now(), reason);
  await record(ports, run.id, (now) => {
    const still = now?.opened === undefined ? undefined : now.openings.get(openingKey(opening));
    return still?.state === 'open' && still.referred === undefined
      ? { record: recorded, result: undefined }
      : { result: undefined };
  });
};

export const tellParent = async ({ ports, record }: Doing, child: Requested | Run, outcome: string): Promise<void> => {
  const { parent } = child.requested;
  if (parent === undefined) return;
  await record(ports, parent.run, (run) => {
    const opening = run?.opened === undefined ? undefined : run.openings.get(openingKey(parent));
    if (run?.opened === undefined || run.finished !== undefined || opening?.state !== 'open')
      return { result: undefined };
    return {
      record: {
        event: {
          type: 'step-finished',
          ...openingOf(opening),
          ...BY_MACHINE,
          decision: 'done',
          fields: {},
          gave: { run: child.id, outcome },
        },
      },
      result: undefined,
    };
  });
};
