/**
 * What a run costs: hours of work, and money where rates are known (R32, R38, R63).
 * Promises: a sum of money is never silently too small: the roles whose rate is not known are listed beside it.
 */
import type { Frequency, Step, Team, Workflow } from '../language/workflow.ts';
import type { Expected } from './people.ts';

/** Hours and money of one step, role or run. */
export type Cost = {
  /** Hours of work. */
  readonly hours: number;
  /** In `currency` of the plan, to the cent: the part whose rates are known. */
  readonly money: number;
};

export type PlanCost = {
  /** ISO 4217, the team's. */
  readonly currency: string;
  readonly total: Cost;
  readonly by_role: { readonly [role: string]: Cost };
  /** Roles that work in this workflow and whose person, or whose person's rate, is not known. */
  readonly unpriced: readonly string[];
  /** Tasks and approvals that give no effort, and so count nothing. */
  readonly unestimated: readonly string[];
  /** One run times how often it runs a year (R63); missing without `frequency`. */
  readonly per_year?: Cost & { readonly runs: number };
};

/** Who works on a step, and how often: as many times as its `each` has items. */
export type Workload = { readonly step: Step; readonly workers: readonly Expected[]; readonly items: number };

/** Periods in a year. A `day` is a calendar day: a workflow that runs on workdays only says `260 per year`. */
const PER_YEAR = { day: 365, week: 52, month: 12, quarter: 4, year: 1 } as const;

/** How many runs a year. */
export const runsPerYear = (frequency: Frequency): number => frequency.count * PER_YEAR[frequency.per];

const cents = (value: number): number => Math.round(value * 100) / 100;
const rounded = ({ hours, money }: Cost): Cost => ({ hours: cents(hours), money: cents(money) });
const plus = (a: Cost, b: Cost): Cost => ({ hours: a.hours + b.hours, money: a.money + b.money });
const NOTHING: Cost = { hours: 0, money: 0 };

const rateOf = (team: Team, expected: Expected): number | undefined =>
  team.people.find(({ id }) => id === expected.person)?.rate;

/** Effort once for each who works, for each item. */
const shares = (team: Team, load: Workload): { readonly role: string; readonly cost: Cost }[] =>
  load.workers.map((worker) => {
    const hours = (load.step.effort ?? 0) * load.items;
    return { role: worker.role, cost: { hours, money: hours * (rateOf(team, worker) ?? 0) } };
  });

/** Hours and money of one step: effort × people who must work on it × items; money where the rate is known. */
export const costOfStep = (team: Team, load: Workload): Cost =>
  rounded(shares(team, load).reduce((sum, share) => plus(sum, share.cost), NOTHING));

/** Hours and money of a run, by role and in all, and of a year of them (R63). */
export const costOfRun = (workflow: Workflow, team: Team, loads: readonly Workload[]): PlanCost => {
  const byRole = new Map<string, Cost>();
  const unpriced = new Set<string>();
  for (const load of loads) {
    for (const { role, cost } of shares(team, load)) byRole.set(role, plus(byRole.get(role) ?? NOTHING, cost));
    for (const worker of load.workers) {
      if ((load.step.effort ?? 0) * load.items > 0 && rateOf(team, worker) === undefined) unpriced.add(worker.role);
    }
  }
  const total = rounded([...byRole.values()].reduce(plus, NOTHING));
  const runs = workflow.frequency === undefined ? undefined : runsPerYear(workflow.frequency);
  return {
    currency: team.currency,
    total,
    by_role: Object.fromEntries([...byRole].map(([role, cost]) => [role, rounded(cost)])),
    unpriced: [...unpriced],
    unestimated: loads
      .filter(({ step }) => (step.type === 'task' || step.type === 'approval') && step.effort === undefined)
      .map(({ step }) => step.id),
    ...(runs === undefined
      ? {}
      : { per_year: { runs, ...rounded({ hours: total.hours * runs, money: total.money * runs }) } }),
  };
};
