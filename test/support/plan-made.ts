/** Plans made with defaults, and what tests read from them. */
import type { Step, Workflow } from '../../statemachines/language/workflow.ts';
import { resolveCalendar } from '../../statemachines/plan/holidays.ts';
import { makePlan, type Plan, type PlannedStep, type PlanRequest } from '../../statemachines/plan/plan.ts';
import { office, person, team, workflow } from './plan-workflows.ts';

export const norway = resolveCalendar(
  { ...office, holidays: { country: 'NO', add: [], except: [] } },
  { from: 2026, to: 2028 },
);
/** 09:00 in Oslo. */
export const MONDAY = '2027-02-01T08:00:00Z';

/** The plan, of steps or of a workflow, starting on Monday; throws where there is none. */
export const planOf = (of: Workflow | readonly Step[], over: Partial<PlanRequest> = {}): Plan => {
  const made = makePlan({
    workflow: 'steps' in of ? of : workflow(of),
    inputs: { publish: '2027-03-31' },
    team: team(person('ada', ['writer']), person('lea', ['lead'])),
    calendar: norway,
    now: MONDAY,
    ...over,
  });
  if ('problem' in made) throw new Error(made.sentence);
  return made;
};
export const stepOf = (plan: Plan, id: string): PlannedStep => {
  const found = plan.steps.find(({ step }) => step === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
};
/** Step id to its earliest finish, month to minute in UTC. */
export const finishes = (plan: Plan): Record<string, string> =>
  Object.fromEntries(plan.steps.map(({ step, finishes: at }) => [step, at.slice(5, 16)]));
