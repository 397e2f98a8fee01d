/**
 * What comes after what, as a picture needs it.
 *
 * Promises: of the arrows only those that say something: one that a longer way says already is left out.
 * Phases become areas such that no area would have to come both before and after another: a phase that is
 * taken up again later gets a second area.
 */

import type { Step } from '../language/workflow.ts';

export type Edge = { readonly from: string; readonly to: string };

export type StepOrder = {
  /** The `after` edges that no longer way implies. */
  readonly edges: readonly Edge[];
  /** Step ids such that each comes after all that it waits for, otherwise in the author's order. */
  readonly sequence: readonly string[];
  /** All that has finished when the step starts. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly first: readonly string[];
  readonly last: readonly string[];
  /** Those of `last` after which others go on for more than one step: they lead to an end of their own. */
  readonly resting: ReadonlySet<string>;
};

export const orderOf = (steps: readonly Step[]): StepOrder => {
  const after = new Map(steps.map((step) => [step.id, [...new Set(step.after)]]));
  const before = new Map<string, Set<string>>();
  const visit = (id: string): ReadonlySet<string> => {
    const known = before.get(id);
    if (known !== undefined) return known;
    const found = new Set<string>();
    before.set(id, found);
    for (const one of after.get(id) ?? []) {
      found.add(one);
      for (const earlier of visit(one)) found.add(earlier);
    }
    sequence.push(id);
    return found;
  };
  const sequence: string[] = [];
  for (const step of steps) visit(step.id);

  const edges = steps.flatMap((step) => {
    const direct = after.get(step.id) ?? [];
    const implied = (one: string): boolean =>
      direct.some((other) => other !== one && before.get(other)?.has(one) === true);
    return direct.filter((one) => !implied(one)).map((one) => ({ from: one, to: step.id }));
  });
  const depths = new Map<string, number>();
  for (const id of sequence)
    depths.set(id, Math.max(0, ...(after.get(id) ?? []).map((one) => (depths.get(one) ?? 0) + 1)));
  const deepest = Math.max(0, ...depths.values());
  const followed = new Set(edges.map((edge) => edge.from));
  const last = steps.filter((step) => !followed.has(step.id)).map((step) => step.id);
  return {
    edges,
    sequence,
    before,
    first: steps.filter((step) => step.after.length === 0).map((step) => step.id),
    last,
    resting: new Set(last.filter((id) => (depths.get(id) ?? 0) < deepest - 1)),
  };
};

export type Area = { readonly id: string; readonly phase: string; readonly steps: readonly string[] };

/** The areas of the phases, and for each step the area that it lies in. */
export const areasOf = (
  steps: readonly Step[],
  order: StepOrder,
): { readonly areas: readonly Area[]; readonly home: ReadonlyMap<string, string> } => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const home = new Map<string, string>();
  const next = new Map<string, Set<string>>();
  const latest = new Map<string, string>();
  const members = new Map<string, { phase: string; steps: string[] }>();

  const reaches = (from: string, targets: ReadonlySet<string>): boolean => {
    const seen = new Set([from]);
    for (const group of seen) {
      for (const one of next.get(group) ?? []) {
        if (targets.has(one)) return true;
        seen.add(one);
      }
    }
    return false;
  };

  for (const id of order.sequence) {
    const step = byId.get(id);
    if (step === undefined) continue;
    const waitsFor = step.after.map((one) => home.get(one) ?? one);
    let group = `step ${id}`;
    if (step.phase !== undefined) {
      const open = latest.get(step.phase);
      const others = new Set(waitsFor.filter((one) => one !== open));
      group = open !== undefined && !reaches(open, others) ? open : `area ${members.size} ${step.phase}`;
      latest.set(step.phase, group);
      const area = members.get(group) ?? { phase: step.phase, steps: [] };
      area.steps.push(id);
      members.set(group, area);
    }
    home.set(id, group);
    for (const one of waitsFor) if (one !== group) next.set(one, (next.get(one) ?? new Set()).add(group));
  }
  return { areas: [...members].map(([id, area]) => ({ id, ...area })), home };
};
