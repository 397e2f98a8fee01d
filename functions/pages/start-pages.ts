/**
 * Starting a run by hand: the form that the inputs make, the plan before anything happens, and the start.
 *
 * Promises: what was typed travels from form to plan and back; the plan says what cannot be in time before it is started.
 */
import type { Field, Fields } from '../../statemachines/language/workflow.ts';
import type { Neighbour } from '../core/briefing.ts';
import { worksMarkup } from './briefing-page.ts';
import {
  asTyped,
  type Choosable,
  type FormProblems,
  type FormValues,
  fieldInput,
  hidden,
  ownProblem,
  ownValue,
  problemSummary,
  select,
  single,
} from './form-parts.ts';
import { inputNameOf, personInputOf } from './input-name.ts';
import { type Markup, markup, type Shown } from './markup.ts';
import { type Frame, page } from './page.ts';
import { PAGE_WORDS } from './page-words.ts';
import { safeHref } from './shown-text.ts';

export type RoleChoice = {
  readonly role: string;
  readonly title: string;
  /** Who holds it. */
  readonly people: readonly Choosable[];
  /** The id of a person. */
  readonly chosen?: string | undefined;
};

export type StartView = {
  readonly workflow: { readonly id: string; readonly title: string; readonly purpose: string };
  readonly inputs: Fields;
  readonly roles: readonly RoleChoice[];
  /** Whom an input of the type `person` can name. */
  readonly people?: readonly Choosable[] | undefined;
  readonly values?: FormValues | undefined;
  readonly problems?: FormProblems | undefined;
  readonly action: string;
  readonly nonce: string;
  readonly frame?: Frame | undefined;
};

/** Sends the inputs by `inputNameOf`, people by `personInputOf(role)`, and `act`: `plan`. */
export const startPage = (view: StartView): string => {
  const words = PAGE_WORDS.start;
  const { workflow, inputs, roles, problems, action, nonce, frame } = view;
  const fields = Object.entries(inputs);
  const names = [...fields.map(([name]) => inputNameOf(name)), ...roles.map(({ role }) => personInputOf(role))];
  const title = words.heading(workflow.title);
  return page({
    title: Object.keys(problems ?? {}).length > 0 ? `${PAGE_WORDS.problemTitle}${title}` : title,
    frame,
    body: markup`${problemSummary(problems, names)}<h1>${title}</h1>
<p class="lead">${workflow.purpose}</p>
<form method="post" action="${action}" novalidate>
${hidden('nonce', nonce)}<section class="card">
<h2>${words.inputs}</h2>
${fields.map(([name, field]) => inputOf(view, name, field))}</section>
${
  roles.length > 0 &&
  markup`<section class="card">
<h2>${words.people}</h2>
<p class="hint">${words.peopleHint}</p>
${roles.map((role) => roleInput(view, role))}</section>\n`
}<p class="actions"><button name="act" value="plan">${words.submit}</button></p>
</form>`,
  });
};

const inputOf = ({ values, problems, people = [] }: StartView, name: string, field: Field): Markup => {
  const input = inputNameOf(name);
  return fieldInput({
    name: input,
    field,
    value: values === undefined ? asTyped(field.default) : (ownValue(values, input) ?? ''),
    problem: ownProblem(problems, input),
    people,
  });
};

const roleInput = ({ values, problems }: StartView, { role, title, people, chosen }: RoleChoice): Markup => {
  const name = personInputOf(role);
  return select({
    name,
    label: title,
    required: true,
    hint: people.length === 0 ? PAGE_WORDS.start.nobody : '',
    problem: ownProblem(problems, name),
    value: single(ownValue(values, name) ?? chosen),
    options: people,
    empty: PAGE_WORDS.start.anyone,
  });
};

export type PlanRow = {
  readonly title: string;
  readonly who: string;
  /** As people read them. */
  readonly starts: string;
  readonly due: string;
  /** It cannot be done by then. */
  readonly late: boolean;
  readonly reminders: number;
};

export type StartPlanView = {
  readonly workflow: { readonly title: string; readonly purpose: string };
  readonly plan: readonly PlanRow[];
  /** Sentences. */
  readonly verdict: readonly string[];
  readonly feasible: boolean;
  /** All that was typed. A name may occur several times. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly action: string;
  readonly nonce: string;
  readonly frame?: Frame | undefined;
};

/** Sends what was typed again, and `act`: `start` or `change`. */
export const startPlanPage = (view: StartPlanView): string => {
  const words = PAGE_WORDS.start;
  const { workflow, plan, verdict, feasible, action, nonce, frame } = view;
  return page({
    title: words.planHeading(workflow.title),
    frame,
    wide: true,
    body: markup`<h1>${words.planHeading(workflow.title)}</h1>
<div class="card ${feasible ? 'recorded' : 'other'}">
<p class="verdict"><strong>${feasible ? words.feasible : words.infeasible}</strong></p>
${verdict.map((sentence) => markup`<p>${sentence}</p>`)}</div>
${planTable(plan)}<form method="post" action="${action}">
${view.hidden.filter(({ name }) => name !== 'nonce' && name !== 'act').map(({ name, value }) => hidden(name, value))}${hidden('nonce', nonce)}<p class="actions"><button name="act" value="start">${feasible ? words.start : words.startAnyway}</button> <button class="second" name="act" value="change">${words.change}</button></p>
</form>`,
  });
};

const planTable = (plan: readonly PlanRow[]): Shown => {
  const { columns, late } = PAGE_WORDS.start;
  return (
    plan.length > 0 &&
    markup`<div class="list"><table>
<thead><tr>${Object.values(columns).map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${plan.map(
      (row) => markup`<tr>
<td class="title">${row.title}</td><td data-label="${columns.who}">${row.who}</td><td data-label="${columns.starts}">${row.starts}</td><td data-label="${columns.due}"${row.late && markup` class="late"`}>${row.due}${row.late && ` – ${late}`}</td><td data-label="${columns.reminders}">${row.reminders}</td>
</tr>`,
    )}</tbody>
</table></div>\n`
  );
};

export type StartedView = {
  readonly run: { readonly title: string; readonly url: string };
  /** Who has to act now. */
  readonly first: readonly Neighbour[];
  readonly frame?: Frame | undefined;
};

export const startedPage = ({ run, first, frame }: StartedView): string => {
  const words = PAGE_WORDS.start;
  const url = safeHref(run.url);
  return page({
    title: words.startedTitle,
    frame,
    body: markup`<p class="kicker">${run.title}</p>
<h1>${words.startedTitle}</h1>
<section class="card recorded"><h2>${words.first}</h2>
${first.length === 0 ? markup`<p>${words.firstNone}</p>` : markup`${worksMarkup(first)}<p class="small">${words.mailed}</p>`}</section>
${url !== undefined && markup`<p><a class="button" href="${url}">${words.toRun}</a></p>`}`,
  });
};
