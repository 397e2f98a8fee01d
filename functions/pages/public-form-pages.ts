/**
 * The form of a webhook source, for people without sign-in, and what they see afterwards.
 *
 * Promises: it works without a script; what was typed stays, with what is wrong at its input. Nothing on these pages says
 * who is of the team, what was started, or whether anything was.
 */
import type { Field, Fields } from '../../statemachines/language/workflow.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import {
  asTyped,
  type FormProblems,
  type FormValues,
  fieldInput,
  hidden,
  ownProblem,
  ownValue,
  problemSummary,
} from './form-parts.ts';
import { type Markup, markup } from './markup.ts';
import { page, READ_FIRST } from './page.ts';

export type PublicFormView = {
  readonly title: string;
  readonly inputs: Fields;
  readonly values?: FormValues | undefined;
  readonly problems?: FormProblems | undefined;
  readonly action: string;
  /** Sent along as they are. */
  readonly own: { readonly [name: string]: string };
  /** The name of the input that people do not see. */
  readonly trap: string;
};

/** Sends the inputs by their names. */
export const publicFormPage = ({ title, inputs, values, problems, action, own, trap }: PublicFormView): string => {
  const words = PAGE_WORDS.publicForm;
  const isWrong = Object.keys(problems ?? {}).length > 0;
  return page({
    title: isWrong ? `${PAGE_WORDS.problemTitle}${title}` : title,
    body: markup`${problemSummary(problems, Object.keys(inputs))}<h1>${title}</h1>
<p class="lead">${words.lead}</p>
<form class="card" method="post" action="${action}" novalidate>
${Object.entries(own).map(([name, value]) => hidden(name, value))}${Object.entries(inputs).map(([name, field]) =>
  fieldInput({
    name,
    field: asPublic(field),
    value: values === undefined ? asTyped(field.default) : (ownValue(values, name) ?? ''),
    problem: ownProblem(problems, name),
    people: [],
  }),
)}${trapInput(trap)}<p class="actions"><button>${words.submit}</button></p>
</form>`,
  });
};

/** Who is of the team is nobody else's business: a person is named by the mail address. */
const asPublic = (field: Field): Field =>
  field.type === 'person'
    ? { type: 'email', label: field.label, required: field.required, help: field.help ?? PAGE_WORDS.publicForm.person }
    : field;

/** Out of sight, out of the way of keyboards and of readers of screens; robots fill in whatever there is. */
const trapInput = (name: string): Markup =>
  markup`<div class="trap" aria-hidden="true"><label for="trap">${PAGE_WORDS.publicForm.trap}</label><input id="trap" name="${name}" type="text" value="" tabindex="-1" autocomplete="off"></div>
`;

export const thanksPage = (): string => {
  const words = PAGE_WORDS.publicForm;
  return page({
    title: words.thanksTitle,
    body: markup`<h1>${words.thanksTitle}</h1>
<div class="card recorded"><p>${words.thanks}</p><p>${words.close}</p></div>`,
  });
};

/** To somebody whose form stands on another page, which we cannot show again. */
export const sentFormProblemPage = (problems: readonly string[]): string => {
  const words = PAGE_WORDS.publicForm;
  return page({
    title: `${PAGE_WORDS.problemTitle}${words.wrongTitle}`,
    body: markup`<div class="problems" role="alert" ${READ_FIRST}><h1>${words.wrongTitle}</h1>
<ul>${problems.map((problem) => markup`<li>${problem}</li>`)}</ul></div>
<p>${words.back}</p>`,
  });
};
