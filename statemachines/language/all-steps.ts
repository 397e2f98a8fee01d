/** Steps with those that are nested in them, and the blocks in which steps are done again. */
import { graphOf, redoneBlock } from './graph.ts';
import { oncePer } from './once.ts';
import type { Approval, Redo, Step } from './workflow.ts';

/** A step, the `each` that it is nested in, and the list that it stands in. */
export type PlacedStep = { readonly step: Step; readonly each?: string; readonly siblings: readonly Step[] };

/** All steps in the order in which they are written, those nested in an `each` right behind it. */
export const allSteps = oncePer((steps: readonly Step[]): readonly PlacedStep[] => {
  const all: PlacedStep[] = [];
  const place = (siblings: readonly Step[], each: string | undefined): void => {
    for (const step of siblings) {
      all.push(each === undefined ? { step, siblings } : { step, siblings, each });
      if (step.type === 'each') place(step.steps, step.id);
    }
  };
  place(steps, undefined);
  return all;
});

export const stepIdsOf = oncePer(
  (steps: readonly Step[]): ReadonlySet<string> => new Set(allSteps(steps).map(({ step }) => step.id)),
);

/** Step id to the steps of the list that come directly after it, as they are written. */
export const followersOf = oncePer((steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> => {
  const followers = new Map<string, Step[]>(steps.map((step) => [step.id, []]));
  for (const step of steps) for (const id of step.after) followers.get(id)?.push(step);
  return followers;
});

export type RedoKey = 'on_changes' | 'on_reject';

/** Where an approval sends the work back to. */
export const redosOf = ({
  on_changes,
  on_reject,
}: Approval): readonly { readonly key: RedoKey; readonly redo: Redo }[] => [
  ...(on_changes === undefined ? [] : [{ key: 'on_changes', redo: on_changes } as const]),
  ...(on_reject === 'stop' ? [] : [{ key: 'on_reject', redo: on_reject } as const]),
];

/** What is done again, in the order of the list's graph, from `redo` to `approval`. */
export type Redone = { readonly approval: string; readonly redo: string; readonly steps: ReadonlySet<string> };

/** All blocks of a list, one for each step that an approval goes back to, as they are written. Of a list without a cycle. */
export const redoneBlocks = oncePer((steps: readonly Step[]): readonly Redone[] => {
  const graph = graphOf(steps);
  return steps.flatMap((step) => {
    if (step.type !== 'approval') return [];
    const targets = new Set(redosOf(step).map(({ redo }) => redo.redo));
    return [...targets].map((redo) => ({
      approval: step.id,
      redo,
      steps: new Set(redoneBlock(graph, redo, step.id)),
    }));
  });
});
