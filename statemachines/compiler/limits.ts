/**
 * How large a machine is, and how many events its longest run can write.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (25,000 events, 1 MB), and
 * for events a state the figures in trust.md.
 */
import { mostItems } from '../language/each.ts';
import type { Step, Workflow } from '../language/workflow.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { mostRounds } from './scopes.ts';
import { type Machine, textOf } from './states.ts';

export const MOST_KILOBYTES = 900;
export const MOST_EVENTS = 20_000;

const EVENTS = { wait: 6, call: 5, choice: 2, pass: 2, together: 4, map: 4, item: 2 };

export type Size = {
  readonly kilobytes: number;
  readonly events: number;
  /** The step that writes most of them. */
  readonly heaviest: string;
};

export const sizeOf = (workflow: Workflow, machine: Machine): Size => {
  const heaviest = { step: workflow.steps[0]?.id ?? '', events: 0 };
  const text = textOf(machine);
  // Gates are where the machine has them: those that only fetch results are in no arrangement.
  const gated = new Set([...text.matchAll(/"([a-z0-9-]+)\.gate":/g)].map(([, step]) => step as string));
  const events = eventsOf(arrange(workflow.steps), 1, 1, { workflow, gated, heaviest }) + 2 + 2 * EVENTS.call;
  return { kilobytes: Math.ceil(Buffer.byteLength(text) / 1024), events, heaviest: heaviest.step };
};

type Counting = {
  readonly workflow: Workflow;
  /** Steps that begin at a gate. */
  readonly gated: ReadonlySet<string>;
  readonly heaviest: { step: string; events: number };
};

/**
 * @param entries how often the scope around is entered: once for each item.
 * @param passes how often a block is gone through at most: rounds around each other add up, for they go on counting.
 */
const eventsOf = (part: Arrangement, entries: number, passes: number, counting: Counting): number => {
  switch (part.kind) {
    case 'row':
      return part.parts.reduce((sum, inner) => sum + eventsOf(inner, entries, passes, counting), 0);
    case 'together':
      // Each branch may begin and end with a Pass; behind the Parallel one collects results, and a Choice may lead back.
      return (
        entries * passes * (EVENTS.together + EVENTS.choice + EVENTS.pass * (1 + 2 * part.parts.length)) +
        part.parts.reduce((sum, inner) => sum + eventsOf(inner, entries, passes, counting), 0)
      );
    case 'block':
      return eventsOf(part.body, entries, passes + mostRounds(part.approval), counting);
    case 'step': {
      const { step } = part;
      const once =
        eventsOfState(step) +
        (counting.gated.has(step.id) ? EVENTS.wait : 0) +
        (step.when === undefined ? 0 : EVENTS.choice);
      let events = entries * passes * once;
      if (step.type === 'each') {
        const items = mostItems(step, counting.workflow.inputs);
        const inner = entries * passes * items;
        events += inner * (EVENTS.item + 2 * EVENTS.pass) + eventsOf(arrange(step.steps), inner, 1, counting);
      }
      if (events > counting.heaviest.events) {
        counting.heaviest.step = step.id;
        counting.heaviest.events = events;
      }
      return events;
    }
  }
};

const eventsOfState = (step: Step): number => {
  if (step.type === 'each') return EVENTS.call + EVENTS.map;
  if (step.type === 'email' || (step.type === 'run' && !step.wait)) return EVENTS.call;
  return EVENTS.wait + (step.type === 'approval' ? EVENTS.choice : 0);
};
