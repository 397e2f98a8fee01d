/**
 * Runs that a run starts: the step `run`.
 *
 * Promises: one child for one opening, however often it is asked for; a parent that waits is told once the child has
 * ended, in whatever way; a child that is waited for ends with the run that waits. What does not fit the other workflow
 * is the lead's to see to, and where nobody waits for it, the lead is told.
 */

import { readValues } from '../../statemachines/language/values.ts';
import { SAID } from '../words/said.ts';
import { ending } from './ending.ts';
import { BY_MACHINE, type Opening, openingKey, openingOf } from './events.ts';
import { leadOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import { readRun } from './read-run.ts';
import type { Recorded, Recorder } from './recording.ts';
import { refer } from './referral.ts';
import { requestRun, runIdFrom } from './request-run.ts';
import type { Requested, Run, StepOpening } from './run.ts';
import { textsFor, titleIn } from './run-texts.ts';

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
  // That it could not be started is recorded already, by whoever did not get to settle this.
  if (opening.referred !== undefined || (!step.wait && opening.failedCalls.length > 0)) return;
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
  if (outcome === 'requested' || outcome === 'requested before') {
    // The run that waits may have ended while the other one was asked for: whoever comes last ends it.
    const parent = step.wait ? await readRun(ports, run.id) : undefined;
    if (parent?.finished !== undefined) await endChild({ ports, record, run: parent }, opening);
    return;
  }
  ports.log.warn('a run could not start another', { run: run.id, workflow: step.workflow });
  const reason = SAID.reason.childNotStarted(step.workflow, outcome);
  const recorded = step.wait
    ? await refer(ports, run, opening, 'failed', ports.clock.now(), reason)
    : await unstarted(ports, run, opening, reason);
  await record(ports, run.id, (now) => {
    const still = now?.opened === undefined || now.finished ? undefined : now.openings.get(openingKey(opening));
    const isNew = step.wait
      ? still?.state === 'open' && still.referred === undefined
      : still !== undefined && still.failedCalls.length === opening.failedCalls.length;
    return isNew ? { record: recorded, result: undefined } : { result: undefined };
  });
};

/** Nobody waits for it, so the run goes on; that it was not started stands in the history, and the lead is told. */
const unstarted = async (ports: Ports, run: Run, opening: StepOpening, reason: string): Promise<Recorded> => {
  const headline = SAID.notice.notStarted(await titleIn(ports, run, opening));
  return {
    event: { type: 'call-failed', ...openingOf(opening), attempt: opening.failedCalls.length + 1, reason },
    owed: (await leadOf(ports, run, ports.clock.now())).map(({ person }) => ({
      id: `notice ${person}`,
      kind: 'notice',
      person,
      headline,
      lines: [reason, SAID.notice.goesOn],
      steer: true,
    })),
  };
};

/** A run that was only begun to be waited for has nothing to go on for. */
export const endChild = async (
  { ports, record, run }: Doing & { readonly run: Requested | Run },
  opening: Opening,
): Promise<void> => {
  const step = run.opened === undefined ? undefined : stepOf(run, opening.step);
  if (run.opened === undefined || step?.type !== 'run' || !step.wait) return;
  const reason = (run.finished === undefined ? SAID.reason.parentGoesOn : SAID.reason.parentEnded)(run.opened.title);
  await record(ports, childOf(run.id, step.workflow, opening), async (child, now) =>
    child === undefined || child.finished !== undefined
      ? { result: undefined }
      : { record: await ending(ports, child, now, 'cancelled', reason), result: undefined },
  );
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
