/** A plan for a workflow of a library, with the holidays that it needs looked up. */
import type { FieldValue, Workflow } from '../statemachines/language/workflow.ts';
import { type Library, PLAIN_CALENDAR } from '../statemachines/library.ts';
import { resolveCalendar } from '../statemachines/plan/holidays.ts';
import { makePlan, type Plan, type PlanProblem } from '../statemachines/plan/plan.ts';

export type { Plan, PlanProblem };

/** Holidays are looked up for so many years behind the last date that was given: further than any plan reaches. */
const YEARS_AHEAD = 3;
/** A year that was mistyped must not cost a thousand look-ups. */
const MOST_YEARS = 50;

/** @param now the instant at which the run starts, UTC. @param assignments role to person. */
export const planFor = (
  workflow: Workflow,
  library: Pick<Library, 'team' | 'calendars'>,
  inputs: { readonly [name: string]: FieldValue },
  now: string,
  assignments: { readonly [role: string]: string },
): Plan | PlanProblem => {
  const definition = library.calendars[workflow.calendar] ?? PLAIN_CALENDAR;
  const thisYear = Number(now.slice(0, 4));
  const given = Object.values(inputs).flatMap((value) =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? [Number(value.slice(0, 4))] : [],
  );
  const near = given.filter((year) => Math.abs(year - thisYear) <= MOST_YEARS);
  const calendar = resolveCalendar(definition, {
    from: Math.min(thisYear, ...near) - 1,
    to: Math.max(thisYear, ...near) + YEARS_AHEAD,
  });
  return makePlan({ workflow, inputs, team: library.team, calendar, now, assignments });
};
