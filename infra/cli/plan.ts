/** `runsheet plan`: the dated table. */

import { nearest } from '../../statemachines/language/nearest.ts';
import { isDate } from '../../statemachines/language/surroundings.ts';
import { readValues } from '../../statemachines/language/values.ts';
import type { Fields } from '../../statemachines/language/workflow.ts';
import type { PlannedStep } from '../../statemachines/plan/plan.ts';
import { type Plan, planFor } from '../plan-for.ts';
import { type LibraryOption, Refusal, workflowAt } from './library-at.ts';
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
  const assignments = pairs(options.assign, '--assign', 'ROLE=PERSON');
  for (const [role, person] of Object.entries(assignments)) {
    if (!Object.hasOwn(library.team.roles, role)) throw new Refusal(2, `There is no role ${role} in team.yaml.`);
    if (!library.team.people.some(({ id }) => id === person))
      throw new Refusal(2, `There is no person ${person} in team.yaml.`);
  }
  const plan = planFor(workflow, library, inputs, now, assignments);
  if ('problem' in plan) {
    if (options.json === true) print(JSON.stringify(plan, null, 2));
    else printProblem(plan.sentence);
    return 1;
  }
  print(options.json === true ? JSON.stringify(plan, null, 2) : planText(workflow.title, plan));
  return 0;
};

const instantFrom = (text: string | undefined): string => {
  if (text === undefined) return new Date().toISOString();
  const at =
    isDate(text.slice(0, 10)) && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
      ? new Date(text)
      : undefined;
  if (at === undefined || Number.isNaN(at.getTime()))
    throw new Refusal(
      2,
      `--now ${text} is no instant. Write it with a zone, like 2027-03-01T08:00:00Z or 2027-03-01T09:00+01:00.`,
    );
  return at.toISOString();
};

const pairs = (given: readonly string[], option: string, form: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new Refusal(2, `${option} ${text} is not of the form ${form}.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );

const inputsFrom = (fields: Fields, given: readonly string[], people: readonly string[]) => {
  const texts: { [name: string]: string | string[] } = {};
  for (const one of given) {
    const [name, value] = Object.entries(pairs([one], '--input', 'NAME=VALUE'))[0] as [string, string];
    const before = Object.hasOwn(texts, name) ? texts[name] : undefined;
    // Given again, a choice of several has one more; of anything else two values would be one too many.
    if (before !== undefined && fields[name]?.many !== true) throw new Refusal(2, `--input ${name} is given twice.`);
    texts[name] = before === undefined ? value : [before, value].flat();
  }
  for (const name of Object.keys(texts)) {
    if (Object.hasOwn(fields, name)) continue;
    const close = nearest(name, Object.keys(fields));
    throw new Refusal(
      2,
      `There is no input ${name}.${close === undefined ? ` Inputs are: ${Object.keys(fields).join(', ') || 'none'}.` : ` Did you mean ${close}?`}`,
    );
  }
  const { values, problems } = readValues(fields, texts, { people });
  // Only what the dates need has to be there for a plan; makePlan says so where it is not.
  const wrong = Object.entries(problems).filter(([name]) => Object.hasOwn(texts, name));
  if (wrong.length > 0) throw new Refusal(2, wrong.map(([, problem]) => problem).join('\n'));
  return values;
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
