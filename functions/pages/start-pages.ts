/**
 * Starting a run by hand: the form that the inputs make, above it the plan once there is one, and the start.
 *
 * Promises: one page, so that dates and people can be changed and the plan be seen again as often as wanted; what cannot
 * be in time is said before it is started. Works without script.
 */
import type { Field, Fields } from '../../statemachines/language/workflow.ts';
import type { Neighbour } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
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
import { csvLink } from './list-parts.ts';
import { type Markup, markup } from './markup.ts';
import { type Frame, noticeBox, page } from './page.ts';
import { type PlanView, planTable, planVerdict } from './plan-parts.ts';
import { safeHref } from './shown-text.ts';

export type RoleChoice = {
  readonly role: string;
  readonly title: string;
  readonly held: boolean;
  /** The name of who gets it where nobody is chosen, if that is known. */
  readonly only?: string | undefined;
  /** Who can be chosen. */
  readonly people: readonly Choosable[];
};

export type StartView = {
  readonly workflow: { readonly id: string; readonly title: string; readonly purpose: string };
  readonly inputs: Fields;
  readonly roles: readonly RoleChoice[];
  /** Whom an input of the type `person` can name. */
  readonly people?: readonly Choosable[] | undefined;
  readonly values?: FormValues | undefined;
  readonly problems?: FormProblems | undefined;
  readonly notice?: string | undefined;
  /** What has been typed, planned. */
  readonly plan?: StartPlan | undefined;
  readonly action: string;
  readonly nonce: string;
  readonly frame?: Frame | undefined;
};

export type StartPlan = PlanView & {
  /** On which everything can be in time: as people read it, and as the form sends it. */
  readonly nearest?: { readonly day: string; readonly value: string } | undefined;
  /** Sentences: who would have more to do than hours; or that nobody would. */
  readonly hours: readonly string[];
  /** The plan as CSV. */
  readonly csv: string;
  /** A run of the same name that is under way. */
  readonly twin?: { readonly title: string; readonly href: string; readonly since: string } | undefined;
  /** Sent along: makes the same page sent twice one run, and tells whether something was changed since. */
  readonly sent: { readonly once: string; readonly seen: string };
};

/**
 * Sends the inputs by `inputNameOf`, people by `personInputOf(role)`, and `act`: `plan`, `start`, or `on:` and the day
 * that is taken instead.
 */
export const startPage = (view: StartView): string => {
  const words = PAGE_WORDS.start;
  const { workflow, inputs, roles, problems, plan, action, nonce } = view;
  const fields = Object.entries(inputs);
  const names = [...fields.map(([name]) => inputNameOf(name)), ...roles.map(({ role }) => personInputOf(role))];
  const title = words.heading(workflow.title);
  return page({
    title: Object.keys(problems ?? {}).length > 0 ? `${PAGE_WORDS.problemTitle}${title}` : title,
    frame: view.frame,
    wide: plan !== undefined,
    body: markup`${noticeBox(view.notice)}${problemSummary(problems, names)}<h1>${title}</h1>
<p class="lead">${workflow.purpose}</p>
<form method="post" action="${action}" novalidate>
${hidden('nonce', nonce)}${plan !== undefined && planPart(plan)}<section class="card">
<h2>${words.inputs}</h2>
${fields.map(([name, field]) => inputOf(view, name, field))}</section>
${
  roles.length > 0 &&
  markup`<section class="card">
<h2>${words.people}</h2>
<p class="hint">${words.peopleHint}</p>
${roles.map((role) => roleInput(view, role))}</section>\n`
}<p class="actions"><button${plan !== undefined && markup` class="second"`} name="act" value="plan">${plan === undefined ? words.submit : words.again}</button></p>
${plan === undefined && markup`<p class="hint">${words.submitHint}</p>\n`}</form>`,
  });
};

/** Return in a text asks for the plan and starts nothing: of several buttons a browser presses the first. */
const planPart = (plan: StartPlan): Markup => {
  const words = PAGE_WORDS.start;
  const { nearest, hours, feasible, sent, twin } = plan;
  const more = markup`${twin !== undefined && markup`<p><strong>${words.twin(twin.since)}</strong> <a href="${twin.href}">${twin.title}</a></p>\n`}${hours.map((sentence) => markup`<p>${sentence}</p>\n`)}${nearest !== undefined && markup`<p>${words.nearest(nearest.day)}</p>\n`}`;
  return markup`<button class="unseen" tabindex="-1" aria-hidden="true" name="act" value="plan">${words.again}</button>
<section aria-labelledby="plan"><h2 id="plan">${words.plan}</h2>
${hidden('once', sent.once)}${hidden('seen', sent.seen)}${planVerdict(plan, more)}<p class="actions">${nearest !== undefined && markup`<button name="act" value="on:${nearest.value}">${words.take(nearest.day)}</button> `}<button${!feasible && markup` class="second"`} name="act" value="start">${feasible ? words.start : words.startAnyway}</button></p></section>
${planTable(plan)}${plan.rows.length > 0 && markup`<p class="small">${csvLink(plan.csv, words.plan)}</p>\n`}
`;
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

const roleInput = ({ values, problems }: StartView, { role, title, people, held, only }: RoleChoice): Markup => {
  const name = personInputOf(role);
  return select({
    name,
    label: title,
    required: true,
    hint: held ? '' : PAGE_WORDS.start.nobody,
    problem: ownProblem(problems, name),
    value: single(ownValue(values, name)),
    options: people,
    empty: only === undefined ? PAGE_WORDS.start.anyone : PAGE_WORDS.start.holder(only),
  });
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
