/**
 * The board: where every run is, who has it, what is late.
 *
 * Promises: the address says what is shown; the same in a list and in columns. Nothing on it can be sent.
 */
import type { ShownDate } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { WORDS } from '../words/words.ts';
import { type Choosable, lineInput, select } from './form-parts.ts';
import { addressWith, csvLink, filterForm, type Query, tableAddress, tableHead } from './list-parts.ts';
import { type Markup, markup, type Shown } from './markup.ts';
import { type Frame, PLACES, page } from './page.ts';
import { shortDay, shortMoment } from './shown-dates.ts';

export type BoardStanding = Exclude<keyof typeof PAGE_WORDS.board.standing, 'all'>;
export type BoardOutcome = Exclude<keyof typeof PAGE_WORDS.run.outcome, 'open'>;

export type BoardRow = {
  readonly title: string;
  readonly href: string;
  readonly workflow: string;
  readonly lead?: string | undefined;
  readonly phase?: string | undefined;
  readonly standing: BoardStanding;
  readonly outcome?: BoardOutcome | undefined;
  /** It has been asked for, and its machine has not begun. */
  readonly requested: boolean;
  readonly where: readonly {
    readonly title: string;
    readonly round: number;
    readonly who: readonly string[];
    readonly due?: ShownDate | undefined;
  }[];
  readonly done: number;
  readonly steps: number;
  readonly started: ShownDate;
  /** When it ended, or is foreseen to. */
  readonly ends?: ShownDate | undefined;
  /** Working days after the plan's end. */
  readonly slips: number;
  /** The step to come that cannot be in time. */
  readonly ahead?: string | undefined;
};

export type BoardView = {
  readonly frame: Frame;
  /** What is chosen, as it stands in the address; without where the page begins. */
  readonly query: Query;
  readonly shown: { readonly rows: readonly BoardRow[] } | { readonly columns: readonly BoardColumn[] };
  /** Of how many; `from` is 1 for the first. */
  readonly found: { readonly from: number; readonly to: number; readonly all: number };
  /** However they stand, with everything else that is chosen. */
  readonly counts: { readonly [standing in keyof typeof PAGE_WORDS.board.standing]?: number };
  readonly workflows: readonly Choosable[];
  readonly people: readonly Choosable[];
  /** What ended in a month is shown. */
  readonly month?: BoardMonth | undefined;
  /** There is nothing, whatever is chosen. */
  readonly isNew: boolean;
};

export type BoardMonth = {
  readonly title: string;
  readonly earlier: { readonly month: string; readonly title: string };
  /** None after this month. */
  readonly later?: { readonly month: string; readonly title: string } | undefined;
};

export type BoardColumn = {
  readonly title: string;
  readonly rows: readonly BoardRow[];
  readonly count: number;
  /** A list of all that is in it. */
  readonly href: string;
};

/** How many rows a page has. */
export const ROWS_ON_A_PAGE = 50;

export const boardPage = (view: BoardView): string => {
  const words = PAGE_WORDS.board;
  const { frame, shown, isNew, month, query } = view;
  return page({
    title: month === undefined ? words.title : `${words.ended}: ${month.title}`,
    frame,
    wide: true,
    body: markup`<div class="headline"><h1>${month === undefined ? words.title : `${words.ended}: ${month.title}`}</h1>
<p class="actions"><a class="button" href="${PLACES.workflows}">${words.start}</a></p></div>
${frame.sandbox && markup`<p class="hint"><a href="${PLACES.tries}">${words.tries}</a></p>\n`}${
  isNew && month === undefined
    ? emptyBoard()
    : markup`${tabs(view)}${filters(view)}${
        'columns' in shown ? columns(shown.columns, query) : list(shown.rows, view)
      }${foot(view)}`
}`,
  });
};

const emptyBoard = (): Markup => {
  const words = PAGE_WORDS.board;
  return markup`<section class="card" aria-labelledby="empty"><h2 id="empty">${words.emptyTitle}</h2>
<p>${words.empty}</p>
<p><a href="${addressWith(PLACES.board, { month: 'now' })}">${words.ended}</a></p></section>`;
};

const tabs = ({ query, counts, month }: BoardView): Markup => {
  const words = PAGE_WORDS.board;
  const standings = (['all', 'late', 'risk', 'fine'] as const).filter((one) => counts[one] !== undefined);
  const here = query.state ?? '';
  const { month: _month, ...rest } = query;
  return markup`<div class="tabs"><nav aria-label="${words.counts}"><ul>${standings.map((one) => {
    const state = one === 'all' ? '' : one;
    const current = month === undefined && state === here;
    return markup`<li><a class="tab ${one}" href="${addressWith(PLACES.board, { ...rest, state })}"${current && markup` aria-current="page"`}>${words.standing[one]} <strong>${counts[one] ?? 0}</strong></a></li>`;
  })}<li><a class="tab" href="${addressWith(PLACES.board, { ...query, state: '', view: '', month: query.month ?? 'now' })}"${month !== undefined && markup` aria-current="page"`}>${words.ended}</a></li></ul></nav>${month === undefined && views(query)}</div>\n${month !== undefined && months(month, query)}`;
};

const views = (query: Query): Markup => {
  const words = PAGE_WORDS.board.views;
  return markup`<nav aria-label="${words.label}"><ul>${(['list', 'columns'] as const).map((one) => {
    const view = one === 'list' ? '' : one;
    return markup`<li><a class="tab" href="${addressWith(PLACES.board, { ...query, view })}"${view === (query.view ?? '') && markup` aria-current="true"`}>${words[one]}</a></li>`;
  })}</ul></nav>`;
};

const months = ({ earlier, later }: BoardMonth, query: Query): Markup => {
  const words = PAGE_WORDS.board;
  const at = (month: string): string => addressWith(PLACES.board, { ...query, month });
  return markup`<nav class="pager" aria-label="${words.months}"><a href="${at(earlier.month)}">${words.earlier(earlier.title)}</a>${later !== undefined && markup` <a href="${at(later.month)}">${words.later(later.title)}</a>`}</nav>\n`;
};

const filters = ({ query, workflows, people }: BoardView): Markup => {
  const words = PAGE_WORDS.board;
  const plain = { required: true, hint: '', problem: undefined };
  const choice = (name: string, label: string, options: readonly Choosable[], empty: string): Markup =>
    select({ ...plain, name, label, value: query[name] ?? '', options, empty });
  return markup`${filterForm(
    PLACES.board,
    markup`${['state', 'view', 'month'].map((name) => (query[name] ?? '') !== '' && markup`<input type="hidden" name="${name}" value="${query[name] ?? ''}">`)}${lineInput({ ...plain, name: 'q', label: words.search, value: query.q ?? '', type: 'text' })}<details><summary>${words.more}</summary>
<div class="inline">${choice('workflow', words.workflow, workflows, words.any)}${choice('lead', words.lead, people, words.anybody)}${query.month === undefined && choice('person', words.person, people, words.anybody)}</div></details>`,
  )}${chosen({ query, workflows, people })}`;
};

/** The filters that are set, each with the way to the list without it; where they are set is a click away, and small. */
const chosen = ({ query, workflows, people }: Pick<BoardView, 'query' | 'workflows' | 'people'>): Shown => {
  const words = PAGE_WORDS.board;
  const all = [
    ['workflow', words.workflow, workflows],
    ['lead', words.lead, people],
    ['person', words.person, people],
  ] as const;
  const set = all.flatMap(([name, label, options]) => {
    const value = query[name] ?? '';
    return value === '' ? [] : [{ name, label, title: options.find(({ id }) => id === value)?.name ?? value }];
  });
  return (
    set.length > 0 &&
    markup`<ul class="chosen" aria-label="${words.chosen}">${set.map(
      ({ name, label, title }) =>
        markup`<li>${label}: <strong>${title}</strong> <a href="${addressWith(PLACES.board, { ...query, [name]: '' })}">${words.takeAway}<span class="unseen"> ${label}</span></a></li>`,
    )}</ul>\n`
  );
};

const list = (rows: readonly BoardRow[], { month, query }: BoardView): Markup => {
  const words = PAGE_WORDS.board;
  if (rows.length === 0) {
    const isFiltered = ['q', 'workflow', 'lead', 'person', 'state'].some((name) => (query[name] ?? '') !== '');
    return markup`<div class="list"><p class="empty">${month === undefined ? words.nothingFound : isFiltered ? words.nothingEnded : words.emptyMonth}${month === undefined && isFiltered && markup` <a href="${addressWith(PLACES.board, { ...query, state: '', view: '', month: 'now' })}">${words.amongEnded}</a>`}${isFiltered && markup` <a href="${addressWith(PLACES.board, { month: query.month, view: query.view })}">${words.showAll}</a>`}</p></div>\n`;
  }
  const columns = month === undefined ? words.columns : words.endedColumns;
  return markup`<div class="list board"><table aria-label="${month === undefined ? words.open : words.ended}">
${tableHead(columns)}
<tbody>${rows.map(month === undefined ? openRow : endedRow)}</tbody>
</table></div>\n`;
};

const titleCell = ({ title, href, workflow, phase, lead }: BoardRow, withLead: boolean): Markup =>
  markup`<td class="title"><a href="${href}"><strong>${title}</strong></a><span class="small below">${workflow}${phase !== undefined && `${WORDS.separator}${phase}`}</span>${withLead && lead !== undefined && markup`<span class="small below">${PAGE_WORDS.board.lead_(lead)}</span>`}</td>`;

const openRow = (row: BoardRow): Markup => {
  const words = PAGE_WORDS.board;
  const { where, standing } = row;
  return markup`<tr>
${titleCell(row, true)}
<td class="where-cell" data-label="${words.columns.where}"><div>${whereParts(row)}${progress(row)}</div></td>
<td data-label="${words.columns.due}"><div>${where.map(({ due }) => due !== undefined && dueLine(due))}</div></td>
<td data-label="${words.columns.ends}"><div>${endsParts(row)}</div></td>
<td class="standing"><span class="state ${standing}">${words.standing[standing]}</span></td>
</tr>\n`;
};

const endedRow = (row: BoardRow): Markup => {
  const words = PAGE_WORDS.board;
  const outcome = row.outcome ?? 'finished';
  return markup`<tr>
${titleCell(row, false)}
<td data-label="${words.endedColumns.lead}">${row.lead ?? ''}</td>
<td data-label="${words.endedColumns.started}">${shortMoment(row.started)}</td>
<td data-label="${words.endedColumns.ends}"><div>${row.ends !== undefined && shortMoment(row.ends)}${row.slips > 0 && markup`<span class="small below">${words.afterPlan(row.slips)}</span>`}</div></td>
<td class="standing"><span class="state ${outcome}">${PAGE_WORDS.run.outcome[outcome]}</span></td>
</tr>\n`;
};

const whereParts = ({ where, requested }: BoardRow): Shown => {
  const words = PAGE_WORDS.board;
  if (where.length === 0) return markup`<span class="where">${requested ? words.requested : words.between}</span>`;
  return where.map(
    ({ title, round, who }) =>
      markup`<span class="where"><strong>${title}</strong>${round > 1 && ` (${WORDS.round(round)})`}<span class="small below">${who.length === 0 ? words.machine : who.join(', ')}</span></span>`,
  );
};

const progress = ({ done, steps }: BoardRow): Shown =>
  steps > 0 &&
  markup`<progress max="${steps}" value="${done}" aria-label="${PAGE_WORDS.board.progress(done, steps)}" title="${PAGE_WORDS.board.progress(done, steps)}"></progress>`;

const dueLine = (due: ShownDate): Markup =>
  markup`<span class="where${due.late && ' late'}"><span>${shortDay(due)}</span><span class="small below${due.late && ' late'}">${due.distance}</span></span>`;

const endsParts = ({ ends, slips, ahead, standing }: BoardRow): Shown => {
  const words = PAGE_WORDS.board;
  if (ends === undefined) return false;
  const day = shortDay(ends);
  return markup`${standing === 'late' ? words.orLater(day) : day}${slips > 0 && markup`<span class="small below late">${words.afterPlan(slips)}</span>`}${standing === 'risk' && ahead !== undefined && markup`<span class="small below">${words.ahead(ahead)}</span>`}`;
};

const columns = (all: readonly BoardColumn[], query: Query): Markup => {
  const words = PAGE_WORDS.board;
  return markup`<div class="columns" role="region" aria-label="${words.title}" tabindex="0">${all.map(
    (
      { title, rows, count, href },
      at,
    ) => markup`<section aria-labelledby="column-${at}"><h2 id="column-${at}">${title} <span class="count">${count}</span></h2>
${rows.length > 0 && markup`<ul>${rows.map(columnCard)}</ul>`}${count > rows.length && markup`<p><a href="${href}">${words.moreInColumn(count - rows.length)}</a></p>`}</section>\n`,
  )}</div>${all.length === 0 && markup`<p><a href="${addressWith(PLACES.board, { view: query.view })}">${words.showAll}</a></p>`}\n`;
};

const columnCard = (row: BoardRow): Markup => {
  const words = PAGE_WORDS.board;
  const { title, href, workflow, where, standing } = row;
  const first = where.find(({ due }) => due !== undefined) ?? where[0];
  return markup`<li class="${standing}"><a href="${href}"><strong>${title}</strong></a><span class="small below">${workflow}</span>${whereParts({ ...row, where: where.slice(0, 2) })}<span class="below">${first?.due !== undefined && markup`<span class="small${first.due.late && ' late'}">${shortDay(first.due)}${WORDS.separator}${first.due.distance}</span> `}${standing !== 'fine' && markup`<span class="state ${standing}">${words.standing[standing]}</span>`}</span></li>\n`;
};

const foot = ({ query, found, shown }: BoardView): Markup => {
  const words = PAGE_WORDS.board;
  const { from, to, all } = found;
  const isList = 'rows' in shown;
  const at = (begin: number): string => addressWith(PLACES.board, { ...query, from: begin <= 1 ? '' : String(begin) });
  return markup`<div class="foot"><p class="small">${isList && words.found(from, to, all)} ${csvLink(tableAddress(PLACES.board, query), words.title)}</p>${
    isList &&
    (from > 1 || to < all) &&
    markup`<nav class="pager" aria-label="${PAGE_WORDS.list.pages}">${from > 1 && markup`<a rel="prev" href="${at(from - ROWS_ON_A_PAGE)}">${PAGE_WORDS.list.before}</a> `}${to < all && markup`<a rel="next" href="${at(to + 1)}">${PAGE_WORDS.list.more}</a>`}</nav>`
  }</div>
${isList && query.month === undefined && markup`<p class="hint"><strong>${words.standing.risk}</strong>: ${words.riskMeans}</p>`}`;
};
