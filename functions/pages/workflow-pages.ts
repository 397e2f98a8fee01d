/**
 * The workflows: what there is, and of each what it is for, how it goes, how it has gone, and how it would go.
 *
 * Promises: reads only what it is given; a picture never stands without the words that say the same.
 */
import type { Fields } from '../../statemachines/language/workflow.ts';
import type { LeftOut } from '../core/ports.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { lateBar } from './charts.ts';
import { type FormProblems, type FormValues, fieldInput, ownProblem, ownValue, single } from './form-parts.ts';
import { inputNameOf } from './input-name.ts';
import { csvLink, type Part, pager, partFoot, tableAddress, tableHead } from './list-parts.ts';
import { renderMarkdown } from './markdown.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';
import { type Frame, PLACES, page } from './page.ts';
import { type PlanView, planTable, planVerdict } from './plan-parts.ts';
import type { RunLink } from './work-page.ts';

export type WorkflowCard = {
  readonly title: string;
  readonly purpose: string;
  readonly href: string;
  /** Undefined: it is retired. */
  readonly start?: string | undefined;
  readonly lead: string;
  readonly steps: number;
};

const FAULTS_SHOWN = 20;

const leftOut = (all: readonly LeftOut[]): Markup => {
  const words = PAGE_WORDS.workflows.leftOut;
  return markup`<section class="card" aria-labelledby="left-out"><h2 id="left-out">${words.title}</h2>
<p>${words.lead}</p>
<ul class="plain-list">${all
    .slice(0, FAULTS_SHOWN)
    .map(
      ({ file, line, message, fix }) =>
        markup`<li><strong>${words.place(file, line)}</strong><span class="below lines">${message}</span><span class="small below lines">${fix}</span></li>\n`,
    )}</ul>
${all.length > FAULTS_SHOWN && markup`<p class="small">${words.more(all.length - FAULTS_SHOWN)}</p>\n`}</section>\n`;
};

export const workflowsPage = ({
  frame,
  workflows,
  left_out = [],
}: {
  readonly frame: Frame;
  readonly workflows: Part<WorkflowCard>;
  readonly left_out?: readonly LeftOut[];
}): string => {
  const words = PAGE_WORDS.workflows;
  return page({
    title: words.title,
    frame,
    wide: true,
    body: markup`<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
${left_out.length > 0 && leftOut(left_out)}${
  workflows.all === 0
    ? markup`<div class="list"><p class="empty">${words.empty}</p></div>`
    : markup`<ul class="cards">${workflows.rows.map(
        ({
          title,
          purpose,
          href,
          start,
          lead,
          steps,
        }) => markup`<li class="card"><h2><a href="${href}">${title}</a></h2>
<p>${purpose}</p>
<p class="small">${words.about(steps, lead)}</p>
${start === undefined ? markup`<p class="small">${words.retired}</p>` : markup`<p><a class="button quiet" href="${start}">${words.start}<span class="unseen"> ${title}</span></a></p>`}</li>\n`,
      )}</ul>\n${partFoot(workflows, words.title)}`
}`,
  });
};

export type StepRecord = {
  readonly title: string;
  /** `4 h, 2 working days`: what the file gives it. */
  readonly planned: string;
  readonly runs: number;
  readonly days: number;
  readonly hours?: number | undefined;
  /** Median days late; negative: early. */
  readonly late?: number | undefined;
  readonly late_runs: number;
  readonly dated_runs: number;
  readonly rounds: number;
  readonly most_rounds: number;
  /** Sentences: what stands out (R67, R68). */
  readonly remarks: readonly string[];
};

export type PastRun = RunLink & {
  readonly outcome: keyof typeof PAGE_WORDS.run.outcome;
  readonly ended: string;
  readonly days: number;
  readonly late?: number | undefined;
};

export type WorkflowView = {
  readonly frame: Frame;
  readonly workflow: { readonly id: string; readonly title: string; readonly purpose: string };
  readonly href: string;
  readonly start?: string | undefined;
  /** Where its open runs are listed. */
  readonly open: string;
  /** Name to text: who leads it, how often, started by what, goals. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly roles: readonly { readonly title: string; readonly people: readonly RunLink[]; readonly leads: boolean }[];
  /** Ours: drawWorkflow. */
  readonly diagram: string;
  readonly record: {
    readonly runs: number;
    readonly finished: number;
    readonly days?: number | undefined;
    readonly late: number;
    readonly planned: number;
    readonly steps: readonly StepRecord[];
  };
  readonly past: readonly PastRun[];
  readonly more?: string | undefined;
  readonly first?: string | undefined;
  readonly plan: PlanView & { readonly inputs: Fields; readonly values: FormValues; readonly problems?: FormProblems };
};

export const workflowPage = (view: WorkflowView): string => {
  const words = PAGE_WORDS.workflows;
  const { workflow, href, start } = view;
  return page({
    title: workflow.title,
    frame: view.frame,
    wide: true,
    body: markup`<p class="kicker"><a href="${PLACES.workflows}">${words.title}</a></p>
<h1>${workflow.title}</h1>
<p class="lead">${workflow.purpose}</p>
<p class="actions ways">${start === undefined ? markup`<span class="small">${words.retired}</span>` : markup`<a class="button" href="${start}">${words.start}</a>`} <a href="${href}/procedure">${words.procedure}</a> <a href="${view.open}">${words.openRuns}</a></p>
<dl class="card facts">${view.facts.map(([name, text]) => markup`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
<section aria-labelledby="diagram"><h2 id="diagram">${PAGE_WORDS.run.diagram}</h2>
<div class="picture" tabindex="0" role="group" aria-labelledby="diagram">${withoutStyle(view.diagram)}</div></section>
<section aria-labelledby="roles"><h2 id="roles">${words.roles}</h2>
${roleTable(view.roles)}${view.roles.length > 0 && markup`<p class="small">${csvLink(tableAddress(href, { table: 'roles' }), words.roles)}</p>\n`}</section>
<section aria-labelledby="record"><h2 id="record">${words.record}</h2>
${recordPart(view)}</section>
<section aria-labelledby="plan"><h2 id="plan">${words.plan}</h2>
${planPart(view)}</section>
<section aria-labelledby="past"><h2 id="past">${words.past}</h2>
<div class="list">${view.past.length === 0 ? markup`<p class="empty">${words.pastEmpty}</p>` : pastTable(view.past)}</div>
${pastFoot(view)}</section>`,
  });
};

/** A page's policy lets no style through that is not of /style.css; the diagram's rules are there. */
const withoutStyle = (svg: string): Markup => trusted(svg.replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, ''));

const roleTable = (roles: WorkflowView['roles']): Markup => {
  const words = PAGE_WORDS.workflows;
  const columns = words.roleColumns;
  return markup`<div class="list"><table aria-label="${words.roles}">${tableHead(columns)}
<tbody>${roles.map(
    ({ title, people, leads }) =>
      markup`<tr><td class="title"><strong>${title}</strong>${leads && markup` <span class="small">${words.leads}</span>`}</td><td data-label="${columns.people}"${people.length === 0 && markup` class="late"`}>${people.length === 0 ? words.unheld : people.map((one, at) => markup`${at > 0 && ', '}<a href="${one.href}">${one.title}</a>`)}</td></tr>\n`,
  )}</tbody></table></div>\n`;
};

const recordPart = ({ record, href }: WorkflowView): Markup => {
  const words = PAGE_WORDS.workflows;
  if (record.runs === 0) return markup`<div class="list"><p class="empty">${words.recordEmpty}</p></div>\n`;
  const columns = words.recordColumns;
  const most = Math.max(1, ...record.steps.map(({ late = 0 }) => Math.abs(late)));
  return markup`<p>${words.recordSentence(record)}</p>
<div class="list"><table class="record" aria-label="${words.record}">${tableHead(columns)}
<tbody>${record.steps.map(
    (step) => markup`<tr>
<td class="title"><strong>${step.title}</strong>${step.remarks.map((remark) => markup` <span class="remark">${remark}</span>`)}</td>
<td data-label="${columns.planned}">${step.planned}</td><td data-label="${columns.days}">${words.days(step.days)}</td><td data-label="${columns.hours}">${step.hours === undefined ? words.hoursUnknown : words.hours(step.hours)}</td>
<td data-label="${columns.late}"${step.late !== undefined && step.late > 0 && markup` class="late"`}>${step.late === undefined ? words.undated : markup`${words.lateBy(step.late)} <span class="small">${words.lateRuns(step.late_runs, step.dated_runs)}</span>${lateBar(step.late, most)}`}</td>
<td data-label="${columns.rounds}">${words.rounds(step.rounds, step.most_rounds)}</td>
</tr>\n`,
  )}</tbody></table></div>
<p class="small">${words.recordExplained} ${csvLink(tableAddress(href, { table: 'record' }), words.record)}</p>\n`;
};

const planPart = ({ plan, href }: WorkflowView): Markup => {
  const words = PAGE_WORDS.workflows;
  const inputs = Object.entries(plan.inputs);
  const form = markup`<form method="get" action="${href}#plan" class="inline" novalidate>
${inputs.map(([name, field]) =>
  fieldInput({
    name: inputNameOf(name),
    field,
    value: ownValue(plan.values, inputNameOf(name)) ?? '',
    problem: ownProblem(plan.problems, inputNameOf(name)),
    people: [],
  }),
)}<p class="actions"><button class="second">${words.replan}</button></p>
</form>\n`;
  return markup`<p class="small">${words.planHint}</p>
${inputs.length > 0 && form}${planVerdict(plan)}${planTable(plan)}${plan.rows.length > 0 && markup`<p class="small">${csvLink(tableAddress(href, { ...Object.fromEntries(Object.entries(plan.values).map(([name, value]) => [name, single(value)])), table: 'plan' }), words.plan)}</p>\n`}`;
};

const pastTable = (runs: readonly PastRun[]): Markup => {
  const words = PAGE_WORDS.workflows;
  const columns = words.pastColumns;
  return markup`<table aria-label="${words.past}">${tableHead(columns)}
<tbody>${runs.map(
    ({ title, href, outcome, ended, days, late }) => markup`<tr>
<td class="title"><strong><a href="${href}">${title}</a></strong></td><td data-label="${columns.outcome}"><span class="state ${outcome}">${PAGE_WORDS.run.outcome[outcome]}</span></td><td data-label="${columns.ended}">${ended}</td><td data-label="${columns.days}">${words.days(days)}</td><td data-label="${columns.late}"${late !== undefined && late > 0 && markup` class="late"`}>${late === undefined ? '' : words.lateBy(late)}</td>
</tr>\n`,
  )}</tbody></table>`;
};

const pastFoot = ({ past, href, first, more }: WorkflowView): Shown =>
  (past.length > 0 || first !== undefined) &&
  markup`<div class="foot"><p class="small">${csvLink(tableAddress(href, { table: 'past' }), PAGE_WORDS.workflows.past)}</p>${pager({ first, more })}</div>\n`;

export type ProcedureView = {
  readonly frame: Frame;
  readonly workflow: { readonly title: string; readonly href: string };
  /** Markdown, without its title. */
  readonly text: string;
  readonly start?: string | undefined;
};

export const procedurePage = ({ frame, workflow, text, start }: ProcedureView): string => {
  const words = PAGE_WORDS.workflows;
  const title = words.procedureOf(workflow.title);
  return page({
    title,
    frame,
    body: markup`<p class="kicker"><a href="${workflow.href}">${workflow.title}</a></p>
<h1>${title}</h1>
<p class="actions ways">${start !== undefined && markup`<a class="button" href="${start}">${words.start}</a> `}<a href="${workflow.href}.md" download>${words.markdown}</a></p>
<article class="written procedure">${procedureMarkup(text)}</article>`,
  });
};

const procedureMarkup = (text: string): Shown => renderMarkdown(text, {}, 0);
