/**
 * The page behind a mailed link: the briefing again, and the form that answers it (L2, L3, L8).
 *
 * Promises: nothing is chosen beforehand; nothing is lost when something was wrong; works without script.
 */
import type { Briefing } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { WORDS } from '../words/words.ts';
import { headMarkup, sectionMarkup } from './briefing-page.ts';
import { headOf, sectionsOf, titleOf } from './briefing-sections.ts';
import {
  asTyped,
  type FormProblems,
  type FormValues,
  fieldInput,
  group,
  hidden,
  lineInput,
  ownProblem,
  ownValue,
  problemSummary,
  select,
  single,
  textArea,
} from './form-parts.ts';
import { inputNameOf } from './input-name.ts';
import { type Markup, markup, type Shown } from './markup.ts';
import { type Frame, noticeBox, page } from './page.ts';

export type AnswerView = {
  readonly briefing: Briefing;
  /** Where the form is sent. */
  readonly action: string;
  readonly nonce: string;
  /** What stood in the form, by the name of the input (`inputNameOf`). */
  readonly values?: FormValues | undefined;
  /** By the name of the input: of a field, `decision`, `comment`, `hours`, or `''` for the whole. */
  readonly problems?: FormProblems | undefined;
  /** What has to be read first, such as that the work has changed since. */
  readonly notice?: string | undefined;
  /** For who is signed in. */
  readonly frame?: Frame | undefined;
  /** Sends `person` and `reason`. Its values and problems go by these names, too. */
  readonly handover?:
    | {
        readonly action: string;
        readonly values?: FormValues | undefined;
        readonly problems?: FormProblems | undefined;
      }
    | undefined;
};

const HANDOVER = 'handover-';

export const answerPage = (view: AnswerView): string => {
  const { briefing, problems, handover } = view;
  const title = titleOf(briefing);
  const failed = Object.keys({ ...problems, ...handover?.problems }).length > 0;
  const inputs = [...briefing.fields.map(({ name }) => inputNameOf(name)), 'decision', 'comment', 'hours'];
  return page({
    title: failed ? `${PAGE_WORDS.problemTitle}${title}` : title,
    frame: view.frame,
    wide: true,
    body: markup`${noticeBox(view.notice)}${problemSummary(problems, inputs)}${problemSummary(handover?.problems, ['person', 'reason'], HANDOVER)}<div class="sides">
<article aria-label="${PAGE_WORDS.answer.briefing}">
<div class="head">
${headMarkup(headOf(briefing))}<p class="jump"><a class="button" href="#answer">${PAGE_WORDS.answer.jump}</a></p>
</div>
${sectionsOf(briefing).map(sectionMarkup)}</article>
<aside id="answer" aria-labelledby="answer-heading">
${answerForm(view)}${handover !== undefined && handoverForm(briefing, handover, view.nonce)}</aside>
</div>`,
  });
};

const answerForm = (view: AnswerView): Markup => {
  const { briefing, action, nonce } = view;
  const { type } = briefing.step;
  return markup`<form class="card" method="post" action="${action}" novalidate>
<h2 id="answer-heading">${PAGE_WORDS.answer.heading[type]}</h2>
${hidden('nonce', nonce)}${hidden('content', briefing.content)}${briefing.fields.map((one) => ownField(view, one))}${decisionInput(view)}${commentInput(view)}${hoursInput(view)}${submit(briefing)}</form>\n`;
};

const ownField = (
  { briefing, values, problems }: AnswerView,
  { name, field, value }: Briefing['fields'][number],
): Markup => {
  const input = inputNameOf(name);
  return fieldInput({
    name: input,
    field,
    // Once sent, a checkbox that is not among the values is one that was cleared.
    value: values === undefined ? asTyped(value ?? field.default) : (ownValue(values, input) ?? ''),
    problem: ownProblem(problems, input),
    people: briefing.people,
  });
};

/** A task has one button; who approves has to choose. */
const onlyDone = ({ choices }: Briefing): boolean => choices.length === 1 && choices[0] === 'done';

const decisionInput = ({ briefing, values, problems }: AnswerView): Shown =>
  !onlyDone(briefing) &&
  briefing.choices.length > 0 &&
  group({
    kind: 'radio',
    name: 'decision',
    label: PAGE_WORDS.answer.decision,
    required: true,
    hint: briefing.own_work === true ? PAGE_WORDS.answer.ownWork : '',
    problem: ownProblem(problems, 'decision'),
    value: [single(ownValue(values, 'decision'))],
    options: briefing.choices.map((choice) => ({
      id: choice,
      name: WORDS.choices[choice],
      means: choice === 'done' ? undefined : PAGE_WORDS.answer.means[choice],
    })),
  });

const commentInput = ({ briefing, values, problems }: AnswerView): Markup =>
  textArea({
    name: 'comment',
    label: PAGE_WORDS.answer.comment,
    required: onlyDone(briefing) ? false : 'sometimes',
    hint: onlyDone(briefing) ? PAGE_WORDS.answer.commentTask : PAGE_WORDS.answer.commentApproval,
    problem: ownProblem(problems, 'comment'),
    value: ownValue(values, 'comment') ?? '',
    rows: 4,
  });

const hoursInput = ({ briefing, values, problems }: AnswerView): Markup =>
  lineInput({
    name: 'hours',
    label: PAGE_WORDS.answer.hours,
    required: false,
    hint:
      briefing.effort === undefined ? PAGE_WORDS.answer.hoursHintFree : PAGE_WORDS.answer.hoursHint(briefing.effort),
    problem: ownProblem(problems, 'hours'),
    value: values === undefined ? asTyped(briefing.effort) : (ownValue(values, 'hours') ?? ''),
    type: 'text',
    mode: 'decimal',
    short: true,
  });

const submit = (briefing: Briefing): Markup => {
  if (briefing.choices.length === 0) return markup`<p>${PAGE_WORDS.answer.noChoice}</p>\n`;
  return onlyDone(briefing)
    ? markup`<p class="actions"><button name="decision" value="done">${PAGE_WORDS.answer.submit.task}</button></p>\n`
    : markup`<p class="actions"><button>${PAGE_WORDS.answer.submit.approval}</button></p>\n`;
};

const handoverForm = (
  briefing: Briefing,
  { action, values, problems }: NonNullable<AnswerView['handover']>,
  nonce: string,
): Markup =>
  markup`<details class="card"${Object.keys(problems ?? {}).length > 0 && markup` open`}>
<summary>${PAGE_WORDS.handover.heading}</summary>
<form method="post" action="${action}" novalidate>
<p class="small">${PAGE_WORDS.handover.explain}</p>
${hidden('nonce', nonce)}${select({
  scope: HANDOVER,
  name: 'person',
  label: PAGE_WORDS.handover.person,
  required: true,
  hint: '',
  problem: ownProblem(problems, 'person'),
  value: ownValue(values, 'person') ?? '',
  options: briefing.takers.filter(({ id }) => id !== briefing.reader.person),
})}${textArea({
  scope: HANDOVER,
  name: 'reason',
  label: PAGE_WORDS.handover.reason,
  required: true,
  hint: '',
  problem: ownProblem(problems, 'reason'),
  value: ownValue(values, 'reason') ?? '',
  rows: 2,
})}<p class="actions"><button class="second">${PAGE_WORDS.handover.submit}</button></p>
</form>
</details>\n`;
