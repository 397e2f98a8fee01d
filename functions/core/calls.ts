/**
 * Asking another system: the step `call`.
 *
 * Promises: the same request carries the same id each time, so that the other side can tell a repeat; it is tried again
 * for a day, with longer and longer pauses, and then put before the lead. What the other system answers is data: the
 * step's fields are read from it by name, and what does not fit them is the lead's to see to.
 * A status from 200 to 299 is done; 408, 425, 429 and 5xx are tried again; everything else is the lead's.
 */

import { createHash } from 'node:crypto';
import { readValues } from '../../statemachines/language/values.ts';
import type { Step } from '../../statemachines/language/workflow.ts';
import { SAID } from '../words/said.ts';
import { BY_MACHINE, type EventOf, openingKey, openingOf } from './events.ts';
import type { Json } from './history.ts';
import type { Ports, SystemAnswer } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Recorded, Recorder } from './recording.ts';
import { refer } from './referral.ts';
import type { Run, StepOpening } from './run.ts';
import { textsFor } from './run-texts.ts';

/** Minutes until the next attempt. */
const PAUSES = [1, 5, 30, 120, 360, 720];
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

export const callSystem = async (
  { ports, record, run }: { readonly ports: Ports; readonly record: Recorder; readonly run: Run },
  opening: StepOpening,
): Promise<boolean> => {
  const step = stepOf(run, opening.step);
  if (step?.type !== 'call' || opening.state !== 'open') return true;
  // What came of it is recorded already, by whoever did not get to settle this: it waits for its next attempt, or for
  // the lead.
  if (opening.callAgain !== undefined || opening.referred !== undefined) return true;
  const texts = textsFor(ports, run, opening);
  const body = step.body === undefined ? undefined : await texts.json(step.body);
  const headers = await Promise.all(
    Object.entries(step.headers).map(async ([name, value]) => [name, oneLine(await texts.text(value))] as const),
  );
  const answer = await ports.systems.call({
    id: idOf(run.id, opening),
    url: await texts.text(step.url, inAddress),
    method: step.method,
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body }),
  });
  const now = ports.clock.now();
  const recorded = await whatCameOf(ports, run, step, opening, answer, now);
  await record(ports, run.id, (current) => {
    const still = current?.opened === undefined ? undefined : current.openings.get(openingKey(opening));
    return still?.state === 'open' && still.failedCalls.length === opening.failedCalls.length
      ? { record: recorded, result: undefined }
      : { result: undefined };
  });
  return true;
};

/** The same for each attempt; Standard Webhooks has no full stop in an id. */
const idOf = (run: string, opening: StepOpening): string =>
  `call_${createHash('sha256')
    .update(`${run} ${openingKey(opening)}`)
    .digest('hex')
    .slice(0, 32)}`;

/** A value is one piece of an address, unless it is an address itself. */
const inAddress = (value: string): string => (/^https?:\/\//.test(value) ? value : encodeURIComponent(value));

const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, ' ');

const namesIn = (body: Json | undefined): { readonly [name: string]: Json } =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as { [name: string]: Json }) : {};

const whatCameOf = async (
  ports: Ports,
  run: Run,
  step: Step,
  opening: StepOpening,
  answer: SystemAnswer,
  now: string,
): Promise<Recorded> => {
  if (answer.outcome === 'answered' && answer.status >= 200 && answer.status < 300) {
    const people = ports.catalogue.team.people.map(({ id }) => id);
    const { values, problems } = readValues(step.fields, namesIn(answer.body), { people });
    const wrong = Object.values(problems);
    if (wrong.length > 0) return refer(ports, run, opening, 'failed', now, SAID.reason.doesNotFit(wrong.join(' ')));
    const fields = values as EventOf<'step-finished'>['fields'];
    const gave = { status: answer.status };
    return { event: { type: 'step-finished', ...openingOf(opening), ...BY_MACHINE, decision: 'done', fields, gave } };
  }
  const again = answer.outcome === 'failed' ? answer.again : PASSING.has(answer.status) || answer.status >= 500;
  const reason = answer.outcome === 'failed' ? answer.why : SAID.reason.status(answer.status);
  const pause = PAUSES[opening.failedCalls.length];
  if (!again || pause === undefined) return refer(ports, run, opening, 'failed', now, reason);
  return {
    event: {
      type: 'call-failed',
      ...openingOf(opening),
      attempt: opening.failedCalls.length + 1,
      reason,
      again: new Date(Date.parse(now) + pause * 60_000).toISOString(),
    },
  };
};
