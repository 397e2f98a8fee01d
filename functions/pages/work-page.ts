/**
 * What one person has to do, what comes next, whom they wait for, and how full their weeks are.
 *
 * Promises: reads only what it is given; what is theirs to answer is one click away.
 */
import type { ShownDate } from '../core/briefing.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { WORDS } from '../words/words.ts';
import { loadBar } from './charts.ts';
import { csvLink, type Part, partFoot, tableAddress, tableHead } from './list-parts.ts';
import { type Markup, markup, type Shown } from './markup.ts';
import { type Frame, PLACES, page } from './page.ts';
import { names, shortMoment } from './shown-dates.ts';

export type RunLink = { readonly title: string; readonly href: string };

export type OwedRow = {
  readonly title: string;
  /** Where it is answered; undefined on somebody else's page. */
  readonly href?: string | undefined;
  readonly run: RunLink;
  readonly type: 'task' | 'approval' | 'other';
  readonly round: number;
  readonly due?: ShownDate | undefined;
  readonly hours: number;
};

export type NextRow = {
  readonly title: string;
  readonly run: RunLink;
  readonly starts: ShownDate;
  readonly due?: ShownDate | undefined;
  readonly hours: number;
  readonly perhaps: boolean;
};

export type AwaitedRow = {
  readonly title: string;
  readonly run: RunLink;
  readonly who: readonly string[];
  readonly due?: ShownDate | undefined;
  readonly judges: boolean;
};

export type WeekView = {
  /** `8 March`. */
  readonly monday: string;
  readonly hours: number;
  readonly capacity?: number | undefined;
  readonly away: number;
};

export type WorkView = {
  readonly frame: Frame;
  readonly person: string;
  /** Whether the reader is that person. */
  readonly own: boolean;
  /** The address of this page. */
  readonly path: string;
  readonly late: number;
  readonly owed: Part<OwedRow>;
  readonly next: Part<NextRow>;
  readonly awaited: Part<AwaitedRow>;
  /** This one first. */
  readonly weeks: readonly WeekView[];
};

export const workPage = (view: WorkView): string => {
  const words = PAGE_WORDS.mine;
  const title = view.own ? words.title : words.titleOf(view.person);
  return page({
    title,
    frame: view.frame,
    wide: true,
    body: markup`<h1>${title}</h1>
<p class="lead">${words.summary(view.owed.all, view.late)}${thisWeek(view.weeks[0])}</p>
<section aria-labelledby="owed"><h2 id="owed">${words.owed}</h2>
<div class="list">${view.owed.rows.length === 0 ? markup`<p class="empty">${view.own ? words.owedEmpty : words.owedEmptyOf(view.person)}</p>` : owedTable(view.owed.rows)}</div>
${partFoot(view.owed, words.owed)}</section>
<section aria-labelledby="next"><h2 id="next">${words.next}</h2>
<div class="list">${view.next.rows.length === 0 ? markup`<p class="empty">${words.nextEmpty}</p>` : nextTable(view.next.rows)}</div>
${partFoot(view.next, words.next)}</section>
<section aria-labelledby="awaited"><h2 id="awaited">${words.awaited}</h2>
<div class="list">${view.awaited.rows.length === 0 ? markup`<p class="empty">${words.awaitedEmpty}</p>` : awaitedTable(view.awaited.rows)}</div>
${partFoot(view.awaited, words.awaited)}</section>
<section aria-labelledby="hours"><h2 id="hours">${words.hours}</h2>
${weekTable(view.weeks)}<p class="small">${csvLink(tableAddress(view.path, { table: 'weeks' }), words.hours)}</p></section>
${view.own && markup`<section aria-labelledby="feed"><h2 id="feed">${PAGE_WORDS.feed.title}</h2>\n<p>${PAGE_WORDS.feed.teaser} <a href="${PLACES.work}/calendar">${PAGE_WORDS.feed.open}</a></p></section>`}`,
  });
};

const thisWeek = (week: WeekView | undefined): Shown =>
  week !== undefined && ` ${PAGE_WORDS.mine.thisWeekSentence(week.hours, week.capacity)}`;

const dueCell = (due: ShownDate | undefined): Shown =>
  due === undefined
    ? WORDS.noDue
    : `${shortMoment(due)}${due.distance === '' ? '' : `${WORDS.separator}${due.distance}`}`;

const runLink = ({ title, href }: RunLink): Markup => markup`<a href="${href}">${title}</a>`;

const owedTable = (rows: readonly OwedRow[]): Markup => {
  const words = PAGE_WORDS.mine;
  const { columns } = words;
  return markup`<table aria-label="${words.owed}">${tableHead(columns)}
<tbody>${rows.map(
    ({ title, href, run, type, round, due, hours }) => markup`<tr>
<td class="title"><strong>${href === undefined ? title : markup`<a href="${href}">${title}</a>`}</strong>${type === 'approval' && markup` <span class="state">${words.toJudge}</span>`}${round > 1 && markup` <span class="small">${WORDS.round(round)}</span>`}</td>
<td data-label="${columns.run}">${runLink(run)}</td><td data-label="${columns.due}"${due?.late === true && markup` class="late"`}>${dueCell(due)}</td><td data-label="${columns.hours}" class="number">${hours === 0 ? '' : hours}</td>
</tr>\n`,
  )}</tbody></table>`;
};

const nextTable = (rows: readonly NextRow[]): Markup => {
  const words = PAGE_WORDS.mine;
  const columns = words.nextColumns;
  return markup`<table aria-label="${words.next}">${tableHead(columns)}
<tbody>${rows.map(
    ({ title, run, starts, due, hours, perhaps }) => markup`<tr>
<td class="title"><strong>${title}</strong>${perhaps && markup` <span class="small">${words.perhaps}</span>`}</td>
<td data-label="${columns.run}">${runLink(run)}</td><td data-label="${columns.starts}">${starts.late ? words.soon : `${words.about} ${shortMoment(starts)}`}</td><td data-label="${columns.due}"${due?.late === true && markup` class="late"`}>${due === undefined ? '' : shortMoment(due)}</td><td data-label="${columns.hours}" class="number">${hours === 0 ? '' : hours}</td>
</tr>\n`,
  )}</tbody></table>`;
};

const awaitedTable = (rows: readonly AwaitedRow[]): Markup => {
  const words = PAGE_WORDS.mine;
  const columns = words.awaitedColumns;
  return markup`<table aria-label="${words.awaited}">${tableHead(columns)}
<tbody>${rows.map(
    ({ title, run, who, due, judges }) => markup`<tr>
<td class="title"><strong>${title}</strong>${judges && markup` <span class="small">${words.judges}</span>`}</td>
<td data-label="${columns.run}">${runLink(run)}</td><td data-label="${columns.who}">${names(who)}</td><td data-label="${columns.due}"${due?.late === true && markup` class="late"`}>${dueCell(due)}</td>
</tr>\n`,
  )}</tbody></table>`;
};

/** Hours of each week, and a bar beside each. */
const weekTable = (weeks: readonly WeekView[]): Markup => {
  const words = PAGE_WORDS.mine;
  const most = Math.max(1, ...weeks.flatMap(({ hours, capacity = 0 }) => [hours, capacity]));
  const columns = words.weekColumns;
  return markup`<div class="list"><table class="weeks" aria-label="${words.hours}"><thead><tr><th scope="col">${columns.week}</th><th scope="col">${columns.hours}</th><td class="drawn"></td></tr></thead>
<tbody>${weeks.map(
    ({ monday, hours, capacity, away }, at) => markup`<tr>
<th scope="row">${at === 0 ? words.thisWeek : words.weekOf(monday)}</th><td data-label="${columns.hours}"${capacity !== undefined && hours > capacity && markup` class="late"`}>${words.hoursOf(hours, capacity)}${away > 0 && markup` <span class="small">${words.awayDays(away)}</span>`}</td><td class="drawn">${loadBar(hours, capacity, most)}</td>
</tr>\n`,
  )}</tbody></table></div>
<p class="small">${words.hoursExplained}</p>\n`;
};
