/** A plan as pages show it: dates in the reader's zone, people by name, and whether there is time. */
import type { Workflow } from '../../statemachines/language/workflow.ts';
import type { Plan, PlannedStep, PlanProblem } from '../../statemachines/plan/plan.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import { plainTemplate } from '../../statemachines/wording.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { titleOfRole } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import type { HttpResponse } from '../lambda/hosted.ts';
import type { PlanRow, PlanView } from '../pages/plan-parts.ts';
import { shortMoment } from '../pages/shown-dates.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { csvReply } from './csv.ts';

/** @param zone the reader's. */
export const planViewOf = (ports: Ports, workflow: Workflow, plan: Plan | PlanProblem, zone: string): PlanView => {
  if ('problem' in plan) return { rows: [], scale: { from: 0, to: 1 }, feasible: false, verdict: [plan.sentence] };
  const now = ports.clock.now();
  const calendar = calendarFor(ports.catalogue, workflow.calendar, now);
  const shown = (instant: string): string => shortMoment(shownDate(instant, zone, calendar, now));
  const words = PAGE_WORDS.plan;
  const { total, currency, unpriced, per_year } = plan.cost;
  const verdict = [
    plan.sentence,
    ...(plan.feasible && plan.start_by !== undefined ? [words.startBy(shown(plan.start_by))] : []),
    ...plan.unheld_roles.map((role) => words.unheld(titleOfRole(ports, role))),
    ...plan.steps
      .filter(({ away, person }) => away && person !== undefined)
      .map(({ title, person }) => words.away(nameIn(ports, person) ?? '', plainTemplate(title))),
    ...plan.years_without_holidays.map((year) => words.noHolidays(year)),
    words.cost(total.hours, total.money, currency, unpriced.length > 0, per_year?.runs),
  ];
  return {
    rows: plan.steps.map((step) => rowOf(ports, step, shown)),
    scale: {
      from: millisOf(plan.starts),
      to: Math.max(...[plan.ends, ...plan.steps.map((one) => one.finishes)].map(millisOf)),
    },
    feasible: plan.feasible,
    verdict: [...new Set(verdict)],
  };
};

const nameIn = ({ catalogue }: Ports, person: string | undefined): string | undefined =>
  catalogue.team.people.find(({ id }) => id === person)?.name;

const rowOf = (ports: Ports, step: PlannedStep, shown: (instant: string) => string): PlanRow => {
  const named = (person: string | undefined, role: string): string => nameIn(ports, person) ?? titleOfRole(ports, role);
  const who = step.approvers ?? (step.owner === undefined ? [] : [{ person: step.person, role: step.owner }]);
  return {
    title: plainTemplate(step.title),
    who: who.map(({ person, role }) => named(person, role)).join(', '),
    starts: shown(step.starts),
    due: shown(step.due),
    late: step.late_on_day_one,
    critical: step.critical,
    perhaps: step.conditional,
    hours: step.cost.hours,
    span: {
      from: millisOf(step.starts),
      to: millisOf(step.finishes),
      due: millisOf(step.due),
      kind: step.late_on_day_one ? 'late' : step.critical ? 'critical' : 'plain',
    },
  };
};

/** The whole plan, whoever asks for it: of a form, or as an example. */
export const planCsv = (workflow: string, { rows }: Pick<PlanView, 'rows'>): HttpResponse => {
  const { columns, late: isLate, critical: decides, perhaps: isConditional } = PAGE_WORDS.plan;
  return csvReply(
    `plan-${workflow}`,
    [...Object.values(columns), ''],
    rows.map(({ title, who, starts, due, hours, late, critical, perhaps }) => [
      ...[title, who, starts, due, hours],
      [late ? isLate : '', critical ? decides : '', perhaps ? isConditional : '']
        .filter((one) => one !== '')
        .join('; '),
    ]),
  );
};
