/**
 * A run: where it stands, who has it, what was handed in, what happened, and what its lead may change.
 *
 * Promises: reads only what it is given; without `steering` nothing on it can be sent.
 */
import type { ShownDate } from '../core/briefing.ts';
import { quoteMarkup, resultsMarkup } from './briefing-page.ts';
import type { Work } from './briefing-sections.ts';
import { type Choosable, hidden, lineInput, select, textArea } from './form-parts.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';
import { type Frame, noticeBox, page } from './page.ts';
import { PAGE_WORDS } from './page-words.ts';
import { names, shortMoment, wholeDate } from './shown-dates.ts';
import { WORDS } from './words.ts';

export type RunStepState = keyof typeof PAGE_WORDS.run.states;
export type RunOutcome = keyof typeof PAGE_WORDS.run.outcome;

export type RunStepRow = {
  readonly title: string;
  readonly state: RunStepState;
  readonly who: readonly string[];
  readonly due?: ShownDate | undefined;
  readonly finished?: ShownDate | undefined;
  readonly round: number;
  readonly results: Work['results'];
  readonly comments: readonly { readonly who: string; readonly text: string }[];
};

export type SteeringAct = 'reassign' | 'move' | 'extend' | 'repeat-call' | 'skip';

export type RunView = {
  readonly run: {
    readonly id: string;
    readonly title: string;
    readonly workflow: string;
    readonly purpose: string;
    readonly lead?: string | undefined;
    readonly started: ShownDate;
    /** When it ended, or is to end. */
    readonly ends?: ShownDate | undefined;
    readonly outcome: RunOutcome;
    readonly reason?: string | undefined;
  };
  /** In the workflow's order, each opening a row. */
  readonly steps: readonly RunStepRow[];
  /** In words, oldest first. `at` as people read it. */
  readonly history: readonly { readonly at: string; readonly instant?: string; readonly text: string }[];
  /** Ours: drawWorkflow. Its style sheet is part of /style.css. */
  readonly diagram?: string | undefined;
  readonly notice?: string | undefined;
  readonly steering?: Steering | undefined;
  readonly frame?: Frame | undefined;
};

/** Each form sends `act`, `step` (but for cancel), `reason`, `nonce`, and `person`, `due` or `workdays`. */
export type Steering = {
  readonly action: string;
  readonly nonce: string;
  readonly people: readonly Choosable[];
  /** Open steps; `key` says which opening. */
  readonly steps: readonly {
    readonly key: string;
    readonly title: string;
    readonly acts: readonly SteeringAct[];
    /** `2026-12-04T17:00`, in the zone that the date is shown in. */
    readonly due?: string | undefined;
  }[];
  readonly cancel: boolean;
  readonly problem?: string | undefined;
};

export const runPage = (view: RunView): string => {
  const { run, steps, history, diagram, steering, frame } = view;
  const words = PAGE_WORDS.run;
  return page({
    title: run.title,
    frame,
    wide: true,
    body: markup`${noticeBox(view.notice)}<p class="kicker">${run.workflow}</p>
<h1>${run.title}</h1>
<p class="lead">${run.purpose}</p>
${facts(run)}<section aria-labelledby="steps"><h2 id="steps">${words.steps}</h2>
<div class="list">${steps.length === 0 ? markup`<p class="empty">${words.stepsEmpty}</p>` : stepTable(steps)}</div></section>
${diagram !== undefined && markup`<section aria-labelledby="diagram"><h2 id="diagram">${words.diagram}</h2>\n<div class="picture" tabindex="0" role="region" aria-labelledby="diagram">${withoutStyle(diagram)}</div></section>\n`}${steering !== undefined && steeringForms(steering)}<section aria-labelledby="history"><h2 id="history">${words.history}</h2>
<div class="card">${history.length === 0 ? markup`<p>${words.historyEmpty}</p>` : markup`<ol class="history">${history.map(historyLine)}</ol>`}</div></section>`,
  });
};

/** A page's policy lets no style through that is not of /style.css; the diagram's rules are there. */
const withoutStyle = (svg: string): Markup => trusted(svg.replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, ''));

const facts = (run: RunView['run']): Markup => {
  const words = PAGE_WORDS.run;
  return markup`<dl class="card facts">
<dt>${words.facts.outcome}</dt><dd><span class="state ${run.outcome}">${words.outcome[run.outcome]}</span>${run.reason !== undefined && ` ${run.reason}`}</dd>
${run.lead !== undefined && markup`<dt>${words.facts.lead}</dt><dd>${run.lead}</dd>`}<dt>${words.facts.started}</dt><dd>${run.started.wall}</dd>
${run.ends !== undefined && markup`<dt>${words.facts.ends}</dt><dd${run.ends.late && markup` class="late"`}>${wholeDate(run.ends)}</dd>`}</dl>\n`;
};

const stepTable = (steps: readonly RunStepRow[]): Markup => {
  const { columns } = PAGE_WORDS.run;
  return markup`<table>
<thead><tr>${Object.values(columns).map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${steps.map(stepRow)}</tbody>
</table>`;
};

const stepRow = ({ title, state, who, due, finished, round, results, comments }: RunStepRow): Markup => {
  const { columns, states } = PAGE_WORDS.run;
  return markup`<tr>
<td class="title"><strong>${title}</strong>${round > 1 && markup` <span class="small">${WORDS.round(round)}</span>`}${resultsMarkup(results)}${comments.map(({ who: by, text }) => quoteMarkup(by, '', text))}</td>
<td><span class="state ${state}">${states[state]}</span></td>
<td data-label="${columns.who}">${names(who)}</td>
<td data-label="${columns.due}"${due?.late === true && finished === undefined && markup` class="late"`}>${due === undefined ? '' : shortMoment(due)}${due !== undefined && finished === undefined && due.distance !== '' && `${WORDS.separator}${due.distance}`}</td>
<td${finished !== undefined && markup` data-label="${columns.finished}"`}>${finished === undefined ? '' : shortMoment(finished)}</td>
</tr>\n`;
};

const historyLine = ({ at, instant, text }: RunView['history'][number]): Markup =>
  markup`<li><time${instant !== undefined && markup` datetime="${instant}"`}>${at}</time><span class="history-text">${text}</span></li>\n`;

const steeringForms = (steering: Steering): Shown => {
  const words = PAGE_WORDS.run;
  if (steering.steps.length === 0 && !steering.cancel) return false;
  return markup`<section aria-labelledby="steering"><h2 id="steering">${words.steering}</h2>
<p class="hint">${words.steeringHint}</p>
${steering.problem !== undefined && markup`<div class="problems" role="alert"><p>${steering.problem}</p></div>\n`}${steering.steps.map(
  ({ key, title, acts, due }, at) => markup`<div class="card"><h3>${title}</h3>
${acts.map((act) => steeringForm(steering, act, `s${at}-${act}-`, key, due))}</div>\n`,
)}${steering.cancel && markup`<div class="card">${steeringForm(steering, 'cancel', 'cancel-')}</div>\n`}</section>\n`;
};

const steeringForm = (
  { action, nonce, people }: Steering,
  act: SteeringAct | 'cancel',
  scope: string,
  step?: string,
  due?: string,
): Markup => {
  const words = PAGE_WORDS.run;
  const plain = { scope, required: true, hint: '', problem: undefined };
  const own = {
    reassign: () => select({ ...plain, name: 'person', label: words.to, value: '', options: people }),
    move: () =>
      lineInput({ ...plain, name: 'due', label: words.newDue, value: due ?? '', type: 'datetime-local', short: true }),
    extend: () =>
      lineInput({
        ...plain,
        name: 'workdays',
        label: words.workdays,
        value: '',
        type: 'text',
        mode: 'numeric',
        short: true,
      }),
    'repeat-call': () => false as const,
    skip: () => false as const,
    cancel: () => markup`<p class="hint">${words.cancelHint}</p>\n`,
  };
  return markup`<details><summary>${words.acts[act]}</summary>
<form method="post" action="${action}" novalidate>
${hidden('nonce', nonce)}${hidden('act', act)}${step !== undefined && hidden('step', step)}${own[act]()}${textArea({ ...plain, name: 'reason', label: words.reason, value: '', rows: 2 })}<p class="actions"><button class="second">${words.acts[act]}</button></p>
</form></details>\n`;
};
