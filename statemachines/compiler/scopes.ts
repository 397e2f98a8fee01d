/**
 * What is known of a machine while it is made: in which scope a step runs, and what is needed outside of it.
 *
 * A *scope* is what Step Functions calls one: the machine, a branch, an item. Variables do not leave it. A result
 * that is needed outside leaves as the output of its branch, and is kept under the name of its Parallel.
 * Hides: names of variables and of helping states.
 */
import { redosOf } from '../language/all-steps.ts';
import type { Reference } from '../language/expression.ts';
import type { Approval, Each, Redo } from '../language/workflow.ts';
import type { Arrangement } from './arrange.ts';
import { MACHINE_FUNCTIONS } from './machine-expressions.ts';
import type { Needs } from './needs.ts';
import type { Json, State } from './states.ts';

export type Scope = {
  readonly outer?: Scope;
  readonly states: { [name: string]: State };
  /** What is kept from round to round: counters, and results that are asked for when the step is done again. By key. */
  readonly kept: Map<string, Kept>;
  /** Parallels that are done again. */
  readonly loopedTogethers: Together[];
  /** Where a branch goes when the run is stopped, rejected or expired. Made when first needed. */
  readonly ends: Map<End, string>;
  /** What helping states of this scope are named after. */
  readonly label: string;
  /** The each-step whose item this is, where it is one. */
  readonly each?: Each;
  /** The Parallel that this is a branch of, where it is one. */
  readonly branchOf?: Together;
};
export type End = 'stopped' | 'rejected' | 'expired';
export type Kept = { readonly variable: string; readonly first: Json };

/** A Parallel, and what of its branches is needed outside. */
export type Together = {
  readonly variable: string;
  readonly scope: Scope;
  readonly branches: Scope[];
  readonly wanted: Map<string, { branch: number; from: string }>;
  readonly looped: boolean;
  readonly returns: Return[];
};

/** A way back to before a Parallel out of one of its branches: for an approval in there of which one block begins further out. */
export type Return = { readonly key: string; readonly step: Approval; readonly redo: Redo };

export type Emitting = {
  readonly needs: Needs;
  readonly taken: Set<string>;
  /** In which scope a step runs; filled before any state is made. */
  readonly scopeOf: Map<string, Scope>;
  /** All that has finished for certain when a step begins. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  /** The each-step that a step is in. */
  readonly eachOf: ReadonlyMap<string, string>;
  /** Values that a gate has to fetch, by the step behind it. */
  readonly fetched: Map<string, Map<string, Reference[]>>;
  /** The counters of the blocks that a step is in, outermost first, up to the next each. */
  readonly roundsOf: Map<string, readonly string[]>;
  /** Steps in other branches that a step waits for. */
  readonly gatesOf: Map<string, readonly string[]>;
  readonly planned: Map<Arrangement, Planned>;
  readonly eaches: Set<string>;
  togethers: number;
};
export type Planned = { readonly together: Together } | { readonly item: Scope; readonly body: Arrangement };

/** Ids have no double underscore, so names with one are ours. A variable begins with a letter, and hides no function. */
export const variable = (id: string): string => {
  const name = id.replaceAll('-', '_');
  return /^[a-z]/.test(name) && !MACHINE_FUNCTIONS.has(name) ? name : `step__${name}`;
};
/** A block has one counter; where changes and rejections go back to different steps, an approval has two blocks. */
export const counterOf = ({ id, on_changes }: Approval, redo: string): string =>
  `${variable(id)}__${on_changes === undefined || on_changes.redo === redo ? 'rounds' : 'rejects'}`;

export const againKey = ({ id }: Approval): string => `${variable(id)}__again`;

/** Where an approval leads back to; where both ways lead to one step, that is one way. */
export const waysBackOf = (approval: Approval): readonly Redo[] => {
  const [first, second] = redosOf(approval).map(({ redo }) => redo);
  return [first, second?.redo === first?.redo ? undefined : second].filter((redo) => redo !== undefined);
};

/** How often changes can be asked for at most: what the file allows, and as often again by the lead's leave. */
export const mostRounds = (approval: Approval): number =>
  2 * redosOf(approval).reduce((sum, { redo }) => sum + redo.rounds, 0);

export const scopesUp = (scope: Scope): readonly Scope[] =>
  scope.outer === undefined ? [scope] : [scope, ...scopesUp(scope.outer)];

/** A name that no other state of the machine has, at most 80 characters long. */
export const freeName = (wanted: string, { taken }: Emitting): string => {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted} (${count})`;
  taken.add(name);
  return name;
};

/** Where a step begins: at its gate, its condition, or itself. Known before its states are made, so that a choice can lead back to it. */
export const startOf = (step: string, { fetched, gatesOf, needs, eaches }: Emitting): string => {
  if ((gatesOf.get(step)?.length ?? 0) > 0 || fetched.has(step)) return `${step}.gate`;
  if (needs.when.has(step)) return `${step}.when`;
  return eaches.has(step) ? `${step}.open` : step;
};
