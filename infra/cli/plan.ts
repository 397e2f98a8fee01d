/** `runsheet plan`: the dated table. */
import type { PlannedStep } from '../../statemachines/plan/plan.ts';
import { type Plan, planFor } from '../plan-for.ts';
import { assignmentsFrom, inputsFrom, instantFrom } from './given.ts';
import { type LibraryOption, workflowAt } from './library-at.ts';
import { print, printProblem, styled, table } from './terminal.ts';

type PlanOptions = LibraryOption & {
  readonly input: readonly string[];
  readonly assign: readonly string[];
  readonly now?: string;
  readonly json?: boolean;
};

export const planCommand = (target: string, options: PlanOptions): number => {
  const { workflow, library } = workflowAt(target, options);
  const now = instantFrom(options.now);
  const inputs = inputsFrom(
    workflow.inputs,
    options.input,
    library.team.people.map(({ id }) => id),
  );
  const assignments = assignmentsFrom(options.assign, library.team);
  const plan = planFor(workflow, library, inputs, now, assignments);
  if ('problem' in plan) {
    if (options.json === true) print(JSON.stringify(plan, null, 2));
    else printProblem(plan.sentence);
    return 1;
  }
  print(options.json === true ? JSON.stringify(plan, null, 2) : planText(workflow.title, plan));
  return 0;
};

const planText = (title: string, plan: Plan): string => {
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone: plan.zone,
    weekday: 'short',
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const shown = (instant: string): string => day.format(new Date(instant)).replaceAll(',', '').replace('Sept', 'Sep');
  const rows = plan.steps.map((step) => [
    `${step.critical ? '*' : ' '} ${step.each === undefined ? '' : '  '}${step.step}${step.conditional ? ' ?' : ''}`,
    whoText(step),
    shown(step.starts),
    shown(step.due),
    `${step.slack_workdays}`,
    step.cost.hours === 0 ? '' : `${step.cost.hours}`,
    step.late_on_day_one ? 'late on day one' : step.reminders[0] === undefined ? '' : shown(step.reminders[0].at),
  ]);
  const { cost } = plan;
  const money = (amount: number): string =>
    `${amount.toLocaleString('en-GB', { maximumFractionDigits: 0 })} ${cost.currency}`;
  const year =
    cost.per_year === undefined
      ? ''
      : ` ${cost.per_year.runs} runs a year: ${cost.per_year.hours.toLocaleString('en-GB')} h, ${money(cost.per_year.money)}.`;
  const notes = [
    cost.unpriced.length === 0 ? '' : `No rate is known for: ${cost.unpriced.join(', ')}.`,
    plan.unheld_roles.length === 0 ? '' : `Nobody holds: ${plan.unheld_roles.join(', ')}.`,
    /\?/.test(rows.map(([name, who]) => `${name}${who}`).join(''))
      ? '? only if a condition is true; planned as if it is.'
      : '',
  ].filter((note) => note !== '');
  return [
    styled('bold', title),
    styled(plan.feasible ? 'green' : 'red', plan.sentence),
    ...(plan.feasible && plan.start_by !== undefined
      ? [`It can begin as late as ${shown(plan.start_by).slice(0, 15)}.`]
      : []),
    '',
    table(['  step', 'who', 'starts', 'due', 'slack', 'hours', 'first reminder'], rows),
    '',
    `* on the critical path. Slack in working days. Times in ${plan.zone}.`,
    ...notes,
    `One run: ${cost.total.hours.toLocaleString('en-GB')} h, ${money(cost.total.money)}.${year}`,
    '',
  ].join('\n');
};

const whoText = (step: PlannedStep): string => {
  const people =
    step.approvers === undefined
      ? [step.person ?? step.owner]
      : step.approvers.map(({ person, role, conditional }) => `${person ?? role}${conditional ? '?' : ''}`);
  const known = people.filter((one) => one !== undefined);
  return known.length === 0 ? `(${step.type})` : `${known.join(', ')}${step.away ? ' (away)' : ''}`;
};
