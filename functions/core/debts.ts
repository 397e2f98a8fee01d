/**
 * What an event owes to the world by what it is, whoever recorded it.
 *
 * Promises: every wait of a machine that an event answers is signalled, every gate that it opens is passed, every
 * opening that it leaves open has its next alarm set; a run that ends leaves no token open, no parent waiting, and no run
 * that it waits for.
 */

import { ERRORS } from '../../statemachines/contract.ts';
import { SAID } from '../words/said.ts';
import { type Opening, openingKey, openingOf, type RunEvent } from './events.ts';
import type { Json, Owed } from './history.ts';
import { awaited, hasFinished, stepOf, yielded } from './progress.ts';
import type { Requested, Run } from './run.ts';

/** What follows for the world from an event of its kind, whoever recorded it. */
export const debtsOf = (
  before: Run | Requested | undefined,
  after: Run | Requested | undefined,
  event: RunEvent,
): Owed[] => {
  if (event.type === 'run-requested') return [{ id: 'start', kind: 'start' }];
  if (event.type === 'run-finished') return endOf(before, event.outcome);
  if (before?.opened === undefined || after?.opened === undefined) return [];
  if (event.type === 'run-resumed') return reopened(before, after);
  return [...answers(after, event), ...gates(before, after, event), ...alarms(after, event), ...spared(after, event)];
};

/** The token of what has finished is told so; also one that came later, of a wait that was begun again. */
const answers = (after: Run, event: RunEvent): Owed[] => {
  if (!('step' in event) || !('round' in event) || !FINISHING.has(event.type)) return [];
  const opening = after.openings.get(openingKey(event));
  if (opening?.token === undefined || opening.state === 'open') return [];
  if (opening.state === 'closed')
    return [{ id: 'signal', kind: 'fail', token: opening.token, error: ERRORS.stopped, cause: SAID.reason.runEnded }];
  return [{ id: 'signal', kind: 'succeed', token: opening.token, output: yielded(after, opening) as Json }];
};
const FINISHING: ReadonlySet<string> = new Set([
  'step-finished',
  'step-skipped',
  'changes-requested',
  'token-replaced',
]);

/** Gates that could not be passed before and can be now. */
const gates = (before: Run, after: Run, event: RunEvent): Owed[] =>
  [...after.gates].flatMap(([key, gate]): Owed[] => {
    const open = (run: Run): boolean => gate.steps.every((step) => hasFinished(run, step, gate.item));
    const isNew = event.type === 'gate-opened' && openingKey(event) === key;
    if (!open(after) || (!isNew && open(before))) return [];
    return [
      { id: `gate ${key}`, kind: 'succeed', token: gate.token, output: awaited(after, gate.steps, gate.item) as Json },
    ];
  });

const alarms = (after: Run, event: RunEvent): Owed[] => {
  if (!ALARMING.has(event.type) || !('step' in event) || !('round' in event)) return [];
  const opening = after.openings.get(openingKey(event));
  return opening?.state === 'open'
    ? [{ id: 'alarm', kind: 'alarm', ...(openingOf(opening) as { step: string; round: number }) }]
    : [];
};
const ALARMING: ReadonlySet<string> = new Set([
  'step-opened',
  'step-reassigned',
  'due-moved',
  'decision-referred',
  'call-failed',
  'reminder-sent',
  'vote-cast',
]);

/** What is open again has its alarm, and what another system is asked for is asked for again. */
const reopened = (before: Run, after: Run): Owed[] =>
  [...after.openings]
    .filter(([key, { state }]) => state === 'open' && before.openings.get(key)?.state === 'closed')
    .flatMap(([key, opening]) => {
      const at = openingOf(opening) as { step: string; round: number };
      const call = stepOf(after, opening.step)?.type === 'call' && opening.referred === undefined;
      return [
        { id: `alarm ${key}`, kind: 'alarm', ...at },
        ...(call ? [{ id: `call ${key}`, kind: 'call', ...at }] : []),
      ];
    });

/** A run that ends signals every token that is still open, and tells the run that waits for it. */
const endOf = (before: Run | Requested | undefined, outcome: string): Owed[] => {
  const parent = before?.requested.parent;
  const told: Owed[] = parent?.waits === true ? [{ id: 'parent', kind: 'parent', outcome }] : [];
  if (before?.opened === undefined) return told;
  const stop = (id: string, token: string): Owed => ({
    id,
    kind: 'fail',
    token,
    error: ERRORS.stopped,
    cause: SAID.reason.runEnded,
  });
  const open = [...before.openings]
    .filter(([, { state, token }]) => state === 'open' && token !== undefined)
    .map(([key, { token }]) => stop(`stop ${key}`, token as string));
  const waiting = [...before.gates]
    .filter(([, gate]) => !gate.steps.every((step) => hasFinished(before, step, gate.item)))
    .map(([key, { token }]) => stop(`stop gate ${key}`, token));
  return [...told, ...open, ...waiting, ...childrenOf(before)];
};

/** Runs that it waits for end with it. */
const childrenOf = (run: Run): readonly Owed[] =>
  [...run.openings.values()]
    .filter(({ state, step }) => state === 'open' && stepOf(run, step)?.type === 'run')
    .map(endOfChild);

/** A run that is waited for is not needed any more when the step that waits is skipped. */
const spared = (after: Run, event: RunEvent): readonly Owed[] =>
  event.type === 'step-skipped' && stepOf(after, event.step)?.type === 'run' && after.openings.has(openingKey(event))
    ? [endOfChild(event)]
    : [];

const endOfChild = (opening: Opening): Owed => ({
  id: `end-child ${openingKey(opening)}`,
  kind: 'end-child',
  ...(openingOf(opening) as { step: string; round: number }),
});
