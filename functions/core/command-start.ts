/**
 * A run that a command or a tool of the same house asks for.
 *
 * Promises: what is wrong is said at once, in words, and nothing is started then; the same id again is the same run.
 */

import { readValues } from '../../statemachines/language/values.ts';
import type { Workflow } from '../../statemachines/language/workflow.ts';
import { makePlan, type Plan, type PlanProblem } from '../../statemachines/plan/plan.ts';
import { SAID } from '../words/said.ts';
import { calendarFor } from './dates.ts';
import type { Ports } from './ports.ts';
import { record } from './record.ts';
import { farDatesOf, type RunRequest, requestRun, runIdFrom } from './request-run.ts';
import { runUrl } from './run-texts.ts';

export type CommandStart = {
  readonly workflow: string;
  readonly inputs: { readonly [name: string]: unknown };
  /** Role to the person who is named for it. */
  readonly people: { readonly [role: string]: string };
  /** Undefined: another run each time. */
  readonly id?: string;
  /** From where it was asked for. */
  readonly from: string;
};

export type CommandStarted =
  | {
      readonly outcome: 'started';
      readonly run: string;
      readonly url: string;
      /** The same was asked for before. */
      readonly again: boolean;
      /** Undefined: no plan can be made. */
      readonly feasible?: boolean;
    }
  | {
      readonly outcome: 'unknown' | 'wrong' | 'retired' | 'conflict';
      readonly why: string;
      readonly problems?: { readonly [input: string]: string };
    };

export const startCommanded = async (ports: Ports, asked: CommandStart): Promise<CommandStarted> => {
  const { workflow: name, inputs, people, id, from } = asked;
  const published = ports.catalogue.workflows.get(name);
  if (published === undefined) {
    const known = [...ports.catalogue.workflows.keys()].join(', ');
    return { outcome: 'unknown', why: SAID.start.unknown(name, known) };
  }
  const { workflow } = published.outline;
  const stranger = Object.keys(inputs).find((input) => !Object.hasOwn(workflow.inputs, input));
  if (stranger !== undefined) {
    const has = Object.keys(workflow.inputs).join(', ');
    return { outcome: 'wrong', why: `${name} has no input ${stranger}; it has ${has}.` };
  }
  const ids = ports.catalogue.team.people.map((one) => one.id);
  const { values, problems } = readValues(workflow.inputs, inputs, { people: ids });
  const strangers = Object.values(people).filter((person) => !ids.includes(person));
  const wrong = [
    ...Object.entries(problems).map(([input, problem]) => `${input}: ${problem}`),
    ...strangers.map((person) => `${person} is not in the team.`),
    ...farDatesOf(ports, { workflow: name, inputs: values }).map(({ sentence }) => sentence),
  ];
  if (wrong.length > 0) return { outcome: 'wrong', why: wrong.join(' '), problems };
  const part = id ?? Buffer.from(ports.chance.bytes(12)).toString('base64url');
  const run = runIdFrom(name, 'command', name, part);
  const outcome = await requestRun(ports, record, {
    id: run,
    workflow: name,
    inputs: values,
    people,
    started: { how: 'command', proof: 'command', from },
  });
  if (outcome === 'retired') return { outcome: 'retired', why: `${name} can no longer be started.` };
  if (outcome === 'another run has this id') return { outcome: 'conflict', why: SAID.start.otherInputs };
  const plan = planOf(ports, workflow, { inputs: values, people });
  return {
    outcome: 'started',
    run,
    url: runUrl(ports, run),
    again: outcome === 'requested before',
    ...('problem' in plan ? {} : { feasible: plan.feasible }),
  };
};

/** The plan of a run that would begin now. */
export const planOf = (
  { catalogue, clock }: Pick<Ports, 'catalogue' | 'clock'>,
  workflow: Workflow,
  { inputs, people }: Pick<RunRequest, 'inputs' | 'people'>,
): Plan | PlanProblem => {
  const now = clock.now();
  return makePlan({
    workflow,
    inputs,
    team: catalogue.team,
    calendar: calendarFor(catalogue, workflow.calendar, now),
    now,
    assignments: people,
  });
};
