/**
 * Who would have more to do than hours if a run began by a plan (R34): asked before it does.
 *
 * Promises: of several who hold a role of a task, it is counted for whoever has the fewest open hours, since they would
 * get it. Looks half a year ahead at most. Changes nothing.
 */
import type { Person } from '../../statemachines/language/workflow.ts';
import type { Plan, PlannedStep } from '../../statemachines/plan/plan.ts';
import { calendarFor } from './dates.ts';
import { everything, loadsOf, type Plate, plateOf } from './plate.ts';
import type { Ports } from './ports.ts';
import { isOver, type Load, type WeekLoad, weeksUntil, workloadOf } from './workload.ts';

export type Crowded = { readonly person: Person; readonly week: WeekLoad; readonly isThisWeek: boolean };

const MOST_WEEKS = 26;

/** @param people role to the person who was named for it. */
export const crowdedBy = async (
  ports: Pick<Ports, 'records' | 'catalogue' | 'clock'>,
  plan: Plan,
  people: { readonly [role: string]: string },
): Promise<readonly Crowded[]> => {
  const now = ports.clock.now();
  const { team } = ports.catalogue;
  const all = await everything(ports);
  const plates = new Map<string, Plate>();
  const plateFor = (person: Person): Plate => {
    const weeks = weeksUntil(now, plan.ends, person.zone, MOST_WEEKS);
    const found = plates.get(person.id) ?? plateOf(ports, all, person, weeks);
    plates.set(person.id, found);
    return found;
  };
  const open = (person: Person): number => plateFor(person).work.reduce((sum, { hours = 0 }) => sum + hours, 0);
  const loads = new Map<string, Load[]>();
  for (const step of plan.steps) {
    for (const { person, hours } of workersOf(step, team.people, people, open)) {
      const load = { hours, from: step.starts, due: step.due };
      loads.set(person, [...(loads.get(person) ?? []), load]);
    }
  }
  const crowded: Crowded[] = [];
  for (const person of team.people) {
    const extra = loads.get(person.id);
    if (extra === undefined) continue;
    const { work, coming, weeks } = plateFor(person);
    const calendar = calendarFor(ports.catalogue, 'default', now);
    const full = workloadOf(person, [...loadsOf(work, coming), ...extra], calendar, now, weeks.length);
    for (const [at, week] of full.entries()) {
      // What is too much already without this run is told on the page of the team.
      if (isOver(week) && week.hours > (weeks[at]?.hours ?? 0)) crowded.push({ person, week, isThisWeek: at === 0 });
    }
  }
  return crowded.toSorted((a, b) => (a.week.week < b.week.week ? -1 : a.week.week > b.week.week ? 1 : 0));
};

const workersOf = (
  { owner, person, approvers, cost }: PlannedStep,
  team: readonly Person[],
  named: { readonly [role: string]: string },
  open: (person: Person) => number,
): readonly { readonly person: string; readonly hours: number }[] => {
  if (cost.hours === 0) return [];
  if (approvers !== undefined) {
    const required = approvers.filter((one) => one.required);
    return required.flatMap((one) =>
      one.person === undefined ? [] : [{ person: one.person, hours: cost.hours / required.length }],
    );
  }
  const holders =
    owner === undefined || Object.hasOwn(named, owner) ? [] : team.filter(({ roles }) => roles.includes(owner));
  if (holders.length < 2) return person === undefined ? [] : [{ person, hours: cost.hours }];
  const hours = holders.map(open);
  const least = holders[hours.indexOf(Math.min(...hours))] as Person;
  return [{ person: least.id, hours: cost.hours }];
};
