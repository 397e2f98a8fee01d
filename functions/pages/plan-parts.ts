/**
 * A plan before anybody begins: whether there is time, what is late, and each step on one scale of time.
 *
 * Promises: what cannot be in time says so in words; the bars say nothing that the dates beside them do not.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { type Span, spanBar } from './charts.ts';
import { type Markup, markup, type Shown } from './markup.ts';

export type PlanRow = {
  readonly title: string;
  readonly who: string;
  /** As people read them. */
  readonly starts: string;
  readonly due: string;
  /** It cannot be done by then. */
  readonly late: boolean;
  /** What decides when the run ends. */
  readonly critical: boolean;
  /** It has a condition. */
  readonly perhaps: boolean;
  readonly hours: number;
  readonly span: Span;
};

export type PlanView = {
  readonly rows: readonly PlanRow[];
  /** Milliseconds. */
  readonly scale: { readonly from: number; readonly to: number };
  readonly feasible: boolean;
  /** Sentences. */
  readonly verdict: readonly string[];
};

export const planVerdict = (
  { feasible, verdict }: Pick<PlanView, 'feasible' | 'verdict'>,
  more: Shown = false,
): Markup => {
  const words = PAGE_WORDS.plan;
  return markup`<div class="card ${feasible ? 'recorded' : 'other'}">
<p class="verdict"><strong>${feasible ? words.feasible : words.infeasible}</strong></p>
${verdict.map((sentence) => markup`<p>${sentence}</p>\n`)}${more}</div>\n`;
};

export const planTable = ({ rows, scale }: Pick<PlanView, 'rows' | 'scale'>): Shown => {
  const { columns, late, critical, perhaps, explained } = PAGE_WORDS.plan;
  return (
    rows.length > 0 &&
    markup`<div class="list"><table class="plan" aria-label="${PAGE_WORDS.start.plan}">
<thead><tr>${Object.values(columns).map((column) => markup`<th scope="col">${column}</th>`)}<td class="drawn"></td></tr></thead>
<tbody>${rows.map(
      (row) => markup`<tr>
<td class="title"><strong>${row.title}</strong>${row.critical && markup` <span class="small">${critical}</span>`}${row.perhaps && markup` <span class="small">${perhaps}</span>`}</td><td data-label="${columns.who}">${row.who}</td><td class="nowrap" data-label="${columns.starts}">${row.starts}</td><td class="${row.late ? 'late' : 'nowrap'}" data-label="${columns.due}">${row.due}${row.late && ` – ${late}`}</td><td data-label="${columns.hours}" class="number">${row.hours === 0 ? '' : row.hours}</td><td class="drawn">${spanBar(row.span, scale)}</td>
</tr>\n`,
    )}</tbody></table></div>
<p class="small">${explained}</p>\n`
  );
};
