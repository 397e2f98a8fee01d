/**
 * Asking for a run: the one way in for forms, webhooks, the clock, the command line and other runs.
 *
 * Promises: the same asked for twice is one run; something else under the same id is a conflict and changes nothing
 * (W4). Dates that no run can reach are refused. What it was asked with is in the history before its machine is started, and all that it is started from (W5).
 */
import { createHash } from 'node:crypto';
import { type FarDate, farDates } from '../../statemachines/plan/reach.ts';
import { calendarFor } from './dates.ts';
import type { EventOf } from './events.ts';
import type { Ports } from './ports.ts';
import type { Recorder } from './recording.ts';

export type RunRequest = {
  /** Also the name of the execution: 1 to 80 of `A-Z a-z 0-9 - _`. */
  readonly id: string;
  readonly workflow: string;
  /** Read and found to fit (values.ts). */
  readonly inputs: { readonly [name: string]: unknown };
  /** Role to the person who is named for it. */
  readonly people: { readonly [role: string]: string };
  readonly started: EventOf<'run-requested'>['started'];
  readonly parent?: EventOf<'run-requested'>['parent'];
};

export type RequestOutcome =
  | 'requested'
  | 'requested before'
  | 'another run has this id'
  | 'no such workflow'
  | 'retired'
  | 'its dates are out of reach';

/** What is wrong with the dates that a run is to be started with, each at its input; none: a run can reach them. */
export const farDatesOf = (
  { catalogue, clock }: Pick<Ports, 'catalogue' | 'clock'>,
  { workflow, inputs }: Pick<RunRequest, 'workflow' | 'inputs'>,
): readonly FarDate[] => {
  const published = catalogue.workflows.get(workflow)?.outline.workflow;
  if (published === undefined) return [];
  const now = clock.now();
  return farDates(published, inputs, calendarFor(catalogue, published.calendar, now).zone, Date.parse(now));
};

export const requestRun = async (ports: Ports, record: Recorder, request: RunRequest): Promise<RequestOutcome> => {
  const { id, workflow, inputs, people, started, parent } = request;
  const published = ports.catalogue.workflows.get(workflow);
  const content = hashOf([workflow, sorted(inputs), sorted(people)]);
  return record<RequestOutcome>(ports, id, (run) => {
    if (run !== undefined)
      return { result: run.requested.content === content ? 'requested before' : 'another run has this id' };
    if (published === undefined) return { result: 'no such workflow' };
    if (published.state === 'retired') return { result: 'retired' };
    if (farDatesOf(ports, request).length > 0) return { result: 'its dates are out of reach' };
    return {
      record: {
        event: {
          type: 'run-requested',
          workflow,
          version: published.outline.version,
          inputs: inputs as never,
          people: { ...people },
          started,
          content,
          ...(parent === undefined ? {} : { parent }),
        },
      },
      result: 'requested',
    };
  });
};

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
const sorted = (record: { readonly [name: string]: unknown }): readonly (readonly [string, unknown])[] =>
  Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** A name for a run that can be said again: the same parts, the same name. */
export const runIdFrom = (workflow: string, ...parts: readonly string[]): string =>
  `${workflow.slice(0, 40)}-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 20)}`;
