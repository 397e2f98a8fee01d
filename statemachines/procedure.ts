/**
 * A workflow as a standard operating procedure, in Markdown (R100, R101, R103).
 *
 * Promises: what a new colleague needs to do the work: goal, tasks, who, when, how, dos and don'ts. Author text that
 * Markdown would read as markup stays text where one line is expected; instructions are Markdown and stay as they are.
 */

import { LARGEST_EACH } from './language/each.ts';
import type { Field, Step, Team, Workflow } from './language/workflow.ts';
import {
  callWords,
  type Names,
  namesOf,
  plainExpression,
  plainMoment,
  plainSpan,
  plainTemplate,
  recipientWords,
  ruleWords,
  startWords,
  waysBack,
} from './wording.ts';
import { PROCEDURE_WORDS } from './words.ts';

const words = PROCEDURE_WORDS;
const { facts } = words;

export const procedureOf = (workflow: Workflow, team: Team): string => {
  const names = namesOf(workflow, team.roles);
  const { role } = names;
  const lines: string[] = [`# ${inline(workflow.title)}`, '', inline(workflow.purpose), ''];
  const often =
    workflow.frequency === undefined ? '' : words.expected(workflow.frequency.count, workflow.frequency.per);
  lines.push(words.accountable(inline(role(workflow.lead)), often), '');
  if (workflow.starts.length > 0)
    lines.push(words.startedBy(workflow.starts.map((start) => inline(startWords(start))).join('; ')), '');
  if (workflow.goals.length > 0) {
    lines.push(
      `## ${words.goals}`,
      '',
      ...workflow.goals.map(
        ({ kpi, target, unit, serves }) =>
          `- ${inline(kpi)}: ${target.toLocaleString('en-GB')} ${inline(unit)}${serves === undefined ? '' : `. ${inline(serves)}`}`,
      ),
      '',
    );
  }
  if (Object.keys(workflow.inputs).length > 0) lines.push(`## ${words.needed}`, '', ...fieldLines(workflow.inputs), '');
  lines.push(
    `## ${words.glance}`,
    '',
    `| ${words.columns.join(' | ')} |`,
    `|${words.columns.map(() => '---|').join('')}`,
  );
  numbered(workflow.steps, '').forEach(({ number, step }) => {
    lines.push(
      `| ${number} | ${inline(step.title)} | ${inline(whoOf(step, role))} | ${step.due === undefined ? '' : inline(plainMoment(step.due))} | ${step.effort === undefined ? '' : words.hours(step.effort)} |`,
    );
  });
  lines.push('');
  const people = new Map(team.people.map(({ id, name }) => [id, name]));
  const numbers = new Map(numbered(workflow.steps, '').map(({ number, step }) => [step.id, number]));
  let phase: string | undefined;
  for (const { number, step } of numbered(workflow.steps, '')) {
    if (step.phase !== undefined && step.phase !== phase) lines.push(`## ${inline(step.phase)}`, '');
    phase = step.phase ?? phase;
    lines.push(...stepLines(step, number, { numbers, names, people }));
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
};

const numbered = (steps: readonly Step[], prefix: string): { number: string; step: Step }[] =>
  steps.flatMap((step, index) => {
    const number = `${prefix}${index + 1}`;
    return [{ number, step }, ...(step.type === 'each' ? numbered(step.steps, `${number}.`) : [])];
  });

/** What a step is told with. */
type Reading = {
  readonly numbers: ReadonlyMap<string, string>;
  readonly names: Names /** Id to name. */;
  readonly people: ReadonlyMap<string, string>;
};

const approversOf = (step: Step & { type: 'approval' }, names: Names): string =>
  step.approvers
    .map(({ role, when, required }) =>
      words.approver(names.role(role), required, when === undefined ? undefined : plainExpression(when, names)),
    )
    .join('; ');

const whoOf = (step: Step, role: (id: string) => string): string => {
  if (step.type === 'approval') return step.approvers.map((approver) => role(approver.role)).join(', ');
  return step.owner === undefined || step.owner === '' ? '' : role(step.owner);
};

const stepLines = (step: Step, number: string, reading: Reading): string[] => {
  const { numbers, names } = reading;
  const { role } = names;
  const after = step.after.map((id) => numbers.get(id)).filter((one) => one !== undefined);
  // The first step within an each begins with its item.
  const around = number.includes('.') ? words.begins(number.slice(0, number.lastIndexOf('.'))) : words.atStart;
  const told: [string, string | undefined][] = [
    [
      step.type === 'approval' ? ruleWords(step.rule, step.approvers.length) : facts.who,
      step.type === 'approval' ? approversOf(step, names) : whoOf(step, role),
    ],
    [facts.backup, step.backup === undefined ? undefined : role(step.backup)],
    [facts.after, after.length === 0 ? around : words.step(after.join(', '))],
    [facts.onlyIf, step.when === undefined ? undefined : plainExpression(step.when, names)],
    [facts.due, step.due === undefined ? undefined : plainMoment(step.due)],
    [facts.takes, step.takes === undefined ? undefined : plainSpan(step.takes)],
    [facts.effort, step.effort === undefined ? undefined : words.hours(step.effort)],
    [facts.done, step.done_when],
    ...kindFacts(step, reading),
  ];
  const bullets = (heading: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`**${heading}**`, '', ...items.map((item) => `- ${inline(item)}`), ''];
  return [
    `### ${number}. ${inline(step.title)}`,
    '',
    ...told
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `- ${name}: ${inline(value as string)}`),
    '',
    ...(step.instructions === undefined ? [] : [plainTemplate(step.instructions).trim(), '']),
    ...bullets(words.critical, step.critical),
    ...bullets(words.dos, step.dos),
    ...bullets(words.donts, step.donts),
    ...(step.links.length === 0
      ? []
      : [
          `**${words.links}**`,
          '',
          ...step.links.map(({ title, url }) => `- [${inline(title)}](<${url.replaceAll(/[<>\s]/g, '')}>)`),
          '',
        ]),
    ...(Object.keys(step.fields).length === 0 ? [] : [`**${words.fields}**`, '', ...fieldLines(step.fields), '']),
  ];
};

const kindFacts = (step: Step, { numbers, names, people }: Reading): [string, string | undefined][] => {
  switch (step.type) {
    case 'approval': {
      return [
        [facts.judged, words.step(numbers.get(step.of) ?? '')],
        ...waysBack(step).map(({ to, label }): [string, string] => [
          facts.again,
          words.from(numbers.get(to) ?? '', label),
        ]),
        [facts.rejected, step.on_reject === 'stop' ? words.ends : undefined],
      ];
    }
    case 'email':
      return [
        [
          facts.to,
          recipientWords(
            step.to.map((to) => people.get(to) ?? to),
            names,
          ),
        ],
        [facts.subject, step.subject],
        [facts.body, step.body],
      ];
    case 'wait':
      return [
        [
          facts.waits,
          step.until === undefined
            ? step.for === undefined
              ? undefined
              : words.for(plainSpan(step.for))
            : words.until(plainMoment(step.until)),
        ],
      ];
    case 'call':
      return [[facts.calls, callWords(step.method, step.url)]];
    case 'run':
      return [[facts.starts, words.workflow(step.workflow, step.wait)]];
    case 'each':
      return [
        [facts.each, words.itemOf(step.as, plainExpression(step.over, names))],
        [facts.together, step.at_once < LARGEST_EACH ? words.atMost(step.at_once) : undefined],
      ];
    default:
      return [];
  }
};

const fieldLines = (fields: { readonly [name: string]: Field }): string[] =>
  Object.values(fields).map(({ label, type, required, help, options, currency }) => {
    const kind =
      type === 'choice'
        ? `${(options ?? []).join(' / ')}`
        : `${type.replace('_', ' ')}${currency === undefined ? '' : words.inCurrency(currency)}`;
    return `- ${inline(label)} (${inline(kind)})${required ? '' : words.optional}${help === undefined ? '' : `. ${inline(help)}`}`;
  });

/** One line, in which what Markdown would take for markup is text. */
const inline = (text: string): string =>
  plainTemplate(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/([\\`*_[\]<>#|])/g, '\\$1');
