/**
 * A run: where it stands, who has it, what was handed in, what happened, and what its lead may change.
 *
 * Promises: reads only what it is given; without `steering` nothing on it can be sent.
 */
import type { ShownDate } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { WORDS } from '../words/words.ts';
import { quoteMarkup, resultsMarkup } from './briefing-page.ts';
import type { Work } from './briefing-sections.ts';
import {
  type Choosable,
  type FormValues,
  hidden,
  lineInput,
  ownValue,
  problemSummary,
  select,
  single,
  textArea,
} from './form-parts.ts';
import { type Part, partFoot, tableHead } from './list-parts.ts';
import { type Markup, markup, type Shown, trusted } from './markup.ts';
import { type Frame, noticeBox, PLACES, page } from './page.ts';
import { names, shortDay, shortMoment, wholeDate } from './shown-dates.ts';
import { type TimelineView, timelineLegend, timelineMarkup } from './timeline.ts';

export type RunStepState = keyof typeof PAGE_WORDS.run.states;
export type RunOutcome = keyof typeof PAGE_WORDS.run.outcome;

export type RunStepRow = {
  readonly step: string;
  readonly title: string;
  readonly state: RunStepState;
  readonly isOpen: boolean;
  /** Of what is to come: those who will probably be asked. */
  readonly who: readonly string[];
  /** Each of them, not one of them. */
  readonly everybody?: boolean;
  /** The ids of those who owe it now. */
  readonly people: readonly string[];
  /** When it was opened, or is foreseen to be. */
  readonly starts: ShownDate;
  readonly due?: ShownDate | undefined;
  readonly finished?: ShownDate | undefined;
  readonly round: number;
  readonly item?: string | undefined;
  readonly results: Work['results'];
  readonly comments: readonly { readonly who: string; readonly text: string }[];
  /** Of what is to come: it cannot be in time. */
  readonly cannot?: boolean;
  /** It has a condition. */
  readonly perhaps?: boolean;
  /** Where the reader, who owes it, answers. */
  readonly answer?: string | undefined;
};

export type SteeringAct = 'reassign' | 'move' | 'extend' | 'repeat-call' | 'skip';

type HistoryLine = { readonly day: string; readonly time: string; readonly instant: string; readonly text: string };
export type RunView = {
  readonly run: {
    readonly id: string;
    readonly title: string;
    readonly workflow: string;
    readonly workflow_id: string;
    readonly purpose: string;
    readonly lead?: string | undefined;
    readonly started: ShownDate;
    /** When it ended, or is foreseen to end. */
    readonly ends: ShownDate;
    readonly planned?: ShownDate | undefined;
    /** Working days after the plan's end; negative before it. */
    readonly slips?: number | undefined;
    readonly standing: keyof typeof PAGE_WORDS.board.standing;
    readonly outcome: RunOutcome;
    readonly reason?: string | undefined;
    /** Of the workflow's steps, so many. */
    readonly done: number;
    readonly of: number;
  };
  /** What is open now. */
  readonly open: readonly RunStepRow[];
  /** In the workflow's order, each opening a row, and what is to come. */
  readonly steps: Part<RunStepRow>;
  /** What comes next, the soonest first. */
  readonly next: readonly RunStepRow[];
  readonly timeline?: TimelineView | undefined;
  /** In words, newest first; day and time as people read them. */
  readonly history: Part<HistoryLine>;
  /** Ours: drawWorkflow. Its style sheet is part of /style.css. */
  readonly diagram?: string | undefined;
  readonly notice?: string | undefined;
  readonly steering?: Steering | undefined;
  readonly frame?: Frame | undefined;
};

/** Each form sends `act`, `step` (but for cancel), `reason`, `nonce`, and `person`, `due`, or `workdays` with `seen`. */
export type Steering = {
  readonly action: string;
  readonly nonce: string;
  readonly steps: readonly SteeredStep[];
  readonly cancel: boolean;
  readonly problem?: string | undefined;
  /** What was tried and did not go, so that nothing has to be typed again. */
  readonly tried?: Tried | undefined;
};
/** An open step; `key` says which opening. */
export type SteeredStep = {
  readonly key: string;
  readonly title: string;
  readonly acts: readonly SteeringAct[];
  /** `2026-12-04T17:00`, in the zone that the date is shown in. */
  readonly due?: string | undefined;
  /** The instant that it is due at: an extension sends it along, and counts from it once. */
  readonly seen?: string | undefined;
  /** Who can take it, the likeliest first. */
  readonly takers: readonly Choosable[];
  /** Of several who owe an answer, whose part can be given away. */
  readonly owing: readonly Choosable[];
};
export type Tried = {
  readonly act: string;
  /** Which opening; empty: the whole run. */
  readonly step: string;
  readonly values: FormValues;
  /** The input that the problem is about. */
  readonly input?: string | undefined;
};

export const runPage = (view: RunView): string => {
  const { run, open, steps, next, timeline, history, diagram, steering, frame } = view;
  const words = PAGE_WORDS.run;
  // Who comes by the link of a mail may not be signed in, and would be given the page to sign in as a table.
  const foot = (part: Part<unknown>, called: string): Shown =>
    partFoot(frame === undefined ? { ...part, csv: undefined } : part, called);
  return page({
    title: `${steering?.problem === undefined ? '' : PAGE_WORDS.problemTitle}${run.title}`,
    frame,
    wide: true,
    body: markup`${noticeBox(view.notice)}${steering !== undefined && steeringProblem(steering)}<p class="kicker">${frame === undefined ? run.workflow : markup`<a href="${PLACES.workflows}/${run.workflow_id}">${run.workflow}</a>`}</p>
<h1>${run.title}</h1>
<p class="lead">${run.purpose}</p>
${facts(run)}${
  run.outcome === 'open' &&
  markup`<div class="sides even"><section class="card" aria-labelledby="now"><h2 id="now">${words.now}</h2>
${open.length === 0 ? markup`<p>${words.nowNobody}</p>` : markup`<ul class="plain-list">${open.map(openNow)}</ul>`}</section>
<section class="card" aria-labelledby="next"><h2 id="next">${words.next}</h2>
${next.length === 0 ? markup`<p>${words.nextNothing}</p>` : markup`<ol class="plain-list">${next.map(comingNext)}</ol>`}</section></div>\n`
}${steering !== undefined && steeringForms(steering)}${
  timeline !== undefined &&
  markup`<section aria-labelledby="timeline"><h2 id="timeline">${PAGE_WORDS.timeline.title}</h2>
<div class="picture" tabindex="0" role="group" aria-labelledby="timeline">${timelineMarkup(timeline)}</div>
${timelineLegend()}${timeline.left_out > 0 && markup`<p class="small">${PAGE_WORDS.timeline.leftOut(timeline.left_out)}</p>`}</section>\n`
}${diagram !== undefined && markup`<section aria-labelledby="diagram"><h2 id="diagram">${words.diagram}</h2>\n<div class="picture" tabindex="0" role="group" aria-labelledby="diagram">${withoutStyle(diagram)}</div></section>\n`}<section aria-labelledby="steps"><h2 id="steps">${words.steps}</h2>
<div class="list steps">${steps.all === 0 ? markup`<p class="empty">${words.stepsEmpty}</p>` : stepTable(steps.rows)}</div>
${foot(steps, words.steps)}</section>
<section aria-labelledby="history"><h2 id="history">${words.history}</h2>
<div class="card">${history.all === 0 ? markup`<p>${words.historyEmpty}</p>` : byDay(history.rows).map(historyOfDay)}</div>
${foot(history, words.history)}</section>
${frame !== undefined && takeAlong(run.id)}`,
  });
};

const takeAlong = (id: string): Markup => {
  const words = PAGE_WORDS.run;
  const here = `${PLACES.runs}/${encodeURIComponent(id)}`;
  return markup`<p class="small take">${words.take} <a class="csv" href="${here}/calendar.ics" download>${words.calendar}</a></p>`;
};

/** A page's policy lets no style through that is not of /style.css; the diagram's rules are there. */
const withoutStyle = (svg: string): Markup => trusted(svg.replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, ''));

const facts = (run: RunView['run']): Markup => {
  const words = PAGE_WORDS.run;
  const { outcome, standing, reason, lead, started, ends, planned, slips = 0, done, of } = run;
  const isOpen = outcome === 'open';
  return markup`<dl class="card facts">
<dt>${words.facts.outcome}</dt><dd>${isOpen ? markup`<span class="state ${standing}">${PAGE_WORDS.board.standing[standing]}</span>` : markup`<span class="state ${outcome}">${words.outcome[outcome]}</span>`}${reason !== undefined && ` ${reason}`}</dd>
${isOpen ? markup`<dt>${words.facts.foreseen}</dt><dd>${wholeDate(ends)}${planned !== undefined && (slips > 0 ? markup` <strong class="late">${PAGE_WORDS.board.afterPlan(slips)}</strong>` : markup` <span class="small">${words.asPlanned}</span>`)}</dd>` : markup`<dt>${words.facts.ended}</dt><dd>${ends.wall}${slips > 0 && markup` <span class="small">${PAGE_WORDS.board.afterPlan(slips)}</span>`}</dd>`}
<dt>${words.facts.progress}</dt><dd>${PAGE_WORDS.board.progress(done, of)}<progress max="${Math.max(1, of)}" value="${done}" aria-hidden="true"></progress></dd>
${lead !== undefined && markup`<dt>${words.facts.lead}</dt><dd>${lead}</dd>`}<dt>${words.facts.started}</dt><dd>${started.wall}</dd>
</dl>\n`;
};

const openNow = ({ title, round, who, due, state, answer }: RunStepRow): Markup =>
  markup`<li><strong>${title}</strong>${round > 1 && ` (${WORDS.round(round)})`}<span class="below">${who.length === 0 ? PAGE_WORDS.board.machine : who.join(', ')}</span>${due !== undefined && markup`<span class="below small${state === 'late' && ' late'}">${shortMoment(due)}${WORDS.separator}${due.distance}</span>`}${answer !== undefined && markup`<span class="below"><a class="button" href="${answer}">${PAGE_WORDS.run.answer}</a></span>`}</li>\n`;

const comingNext = ({ title, round, who, everybody, starts, due, cannot, perhaps }: RunStepRow): Markup => {
  const words = PAGE_WORDS.run;
  return markup`<li><strong>${title}</strong>${round > 1 && ` (${WORDS.round(round)})`}${perhaps === true && markup` <span class="small">${words.perhaps}</span>`}${who.length > 0 && markup`<span class="below">${words.likely(who, everybody === true)}</span>`}<span class="below small">${words.from(shortDay(starts))}${due !== undefined && `, ${words.dueOn(shortDay(due))}`}${cannot === true && markup` <strong class="late">${words.cannot}</strong>`}</span></li>\n`;
};

const stepTable = (steps: readonly RunStepRow[]): Markup => {
  const { columns } = PAGE_WORDS.run;
  return markup`<table aria-label="${PAGE_WORDS.run.steps}">
${tableHead(columns)}
<tbody>${steps.map(stepRow)}</tbody>
</table>`;
};

const stepRow = (row: RunStepRow): Markup => {
  const words = PAGE_WORDS.run;
  const { columns, states } = words;
  const { title, state, who, everybody, starts, due, finished, round, results, comments, cannot } = row;
  const isComing = state === 'waiting';
  return markup`<tr${isComing && markup` class="coming"`}>
<td class="title"><strong>${title}</strong>${round > 1 && markup` <span class="small">${WORDS.round(round)}</span>`}${resultsMarkup(results)}${comments.map(({ who: by, text }) => quoteMarkup(by, '', text))}</td>
<td><span class="state ${state}">${states[state]}</span></td>
<td data-label="${columns.who}">${isComing && who.length > 1 ? PAGE_WORDS.run.likely(who, everybody === true) : names(who)}</td>
<td data-label="${columns.due}"${(due?.late === true && finished === undefined) || cannot === true ? markup` class="late"` : false}>${due === undefined ? '' : shortMoment(due)}${due !== undefined && finished === undefined && !isComing && due.distance !== '' && `${WORDS.separator}${due.distance}`}</td>
<td data-label="${columns.when}">${finished !== undefined ? words.doneOn(shortMoment(finished)) : isComing ? words.from(shortDay(starts)) : words.since(shortDay(starts))}</td>
</tr>\n`;
};

const byDay = (history: readonly HistoryLine[]): readonly (readonly [HistoryLine, ...HistoryLine[]])[] => {
  const days: [HistoryLine, ...HistoryLine[]][] = [];
  for (const line of history) {
    const last = days.at(-1);
    if (last?.[0].day === line.day) last.push(line);
    else days.push([line]);
  }
  return days;
};

const historyOfDay = (lines: readonly [HistoryLine, ...HistoryLine[]]): Markup =>
  markup`<h3>${lines[0].day}</h3>
<ol class="history">${lines.map(({ time, instant, text }) => markup`<li><time datetime="${instant}">${time}</time><span class="history-text">${text}</span></li>\n`)}</ol>
`;

/** Tells the forms of the page apart. @param at which of the steps */
const scopeOf = (act: string, at?: number): string => (at === undefined ? `${act}-` : `s${at}-${act}-`);

/** Above everything, and leading to the input that it is about. */
const steeringProblem = ({ problem, tried, steps }: Steering): Shown => {
  if (problem === undefined) return false;
  const at = steps.findIndex(({ key }) => key === tried?.step);
  const isThere = tried?.input !== undefined && (at >= 0 || tried.act === 'cancel');
  if (!isThere) return problemSummary({ '': problem }, []);
  const { act, input = '' } = tried;
  return problemSummary({ [input]: problem }, [input], scopeOf(act, act === 'cancel' ? undefined : at));
};

const steeringForms = (steering: Steering): Shown => {
  const words = PAGE_WORDS.run;
  if (steering.steps.length === 0 && !steering.cancel) return false;
  return markup`<section class="steering" aria-labelledby="steering"><h2 id="steering">${words.steering}</h2>
<details class="card"${steering.problem !== undefined && markup` open`}><summary>${words.steeringOpen}</summary>
<p class="hint">${words.steeringHint}</p>
${steering.steps.map(
  (step, at) => markup`<div class="steered"><h3>${step.title}</h3>
${step.acts.map((act) => steeringForm(steering, act, scopeOf(act, at), step))}</div>\n`,
)}${steering.cancel && markup`<div class="steered"><h3>${words.whole}</h3>${steeringForm(steering, 'cancel', scopeOf('cancel'))}</div>\n`}</details></section>\n`;
};

const steeringForm = (
  { action, nonce, problem, tried }: Steering,
  act: SteeringAct | 'cancel',
  scope: string,
  step?: SteeredStep,
): Markup => {
  const words = PAGE_WORDS.run;
  const here = tried?.act === act && tried.step === (step?.key ?? '') ? tried : undefined;
  const input = (name: string, proposed = '') => ({
    scope,
    required: true,
    hint: '',
    name,
    value: single(ownValue(here?.values, name) ?? proposed),
    problem: here?.input === name ? problem : undefined,
  });
  const own = {
    reassign: () => {
      const { owing = [], takers = [] } = step ?? {};
      return markup`${owing.length > 0 && select({ ...input('from'), label: words.whose, options: owing })}${select({ ...input('person'), label: words.to, options: takers })}`;
    },
    move: () =>
      lineInput({
        ...input('due', step?.due),
        label: words.newDue,
        hint: words.newDueHint,
        type: 'datetime-local',
        short: true,
      }),
    extend: () =>
      markup`${step?.seen !== undefined && hidden('seen', step.seen)}${lineInput({
        ...input('workdays'),
        label: words.workdays,
        type: 'text',
        mode: 'numeric',
        short: true,
      })}`,
    'repeat-call': () => false as const,
    skip: () => false as const,
    cancel: () => markup`<p class="hint">${words.cancelHint}</p>\n`,
  };
  return markup`<details${here !== undefined && markup` open`}><summary>${words.acts[act]}</summary>
<form method="post" action="${action}" novalidate>
${hidden('nonce', nonce)}${hidden('act', act)}${step !== undefined && hidden('step', step.key)}${own[act]()}${textArea({ ...input('reason'), label: words.reason, rows: 2 })}<p class="actions"><button class="second">${words.acts[act]}</button></p>
</form></details>\n`;
};
