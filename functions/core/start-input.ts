/** What a machine is started with: the run's id, and what its conditions need of inputs and run, the same each time (W5). */

import type { Outline } from '../../statemachines/compiler/compile.ts';
import { CONTRACT, type StartInput } from '../../statemachines/contract.ts';
import type { Field, Workflow } from '../../statemachines/language/workflow.ts';
import type { EventOf } from './events.ts';
import type { Json } from './history.ts';
import { asText } from './texts.ts';

export const startInputOf = (
  { id, requested }: { readonly id: string; readonly requested: EventOf<'run-requested'> },
  outline: Outline,
  url: string,
): StartInput => {
  const { workflow, needs } = outline;
  const given = withDefaults(workflow, requested.inputs as { [name: string]: Json });
  const known: { readonly [name: string]: string } = {
    title: titleOf(workflow, given, requested.at),
    started: requested.at,
    url,
  };
  return {
    contract: CONTRACT,
    run: {
      id,
      ...Object.fromEntries(needs.run.filter((name) => name !== 'id').map((name) => [name, known[name] ?? ''])),
    },
    inputs: Object.fromEntries(
      needs.inputs.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    ),
  } as StartInput;
};

const withDefaults = (
  workflow: Workflow,
  inputs: { readonly [name: string]: Json },
): { readonly [name: string]: Json } => ({
  ...Object.fromEntries(
    Object.entries(workflow.inputs).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value as Json]],
    ),
  ),
  ...inputs,
});

const isName = ({ type, required }: Field): boolean => type === 'text' && required;

/**
 * A run is called by its first text that had to be given, else by its workflow and the day on which it was asked for:
 * the newsletters of four weeks are four runs.
 * @param at UTC.
 */
export const titleOf = (workflow: Workflow, inputs: { readonly [name: string]: Json }, at: string): string => {
  const named = Object.entries(workflow.inputs).find(([name, field]) => isName(field) && inputs[name] !== undefined);
  const text = named === undefined ? '' : asText(inputs[named[0]]).trim();
  return (text === '' ? `${workflow.title}, ${DAY.format(new Date(at))}` : text).slice(0, 120);
};

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
