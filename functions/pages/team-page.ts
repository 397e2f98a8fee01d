/**
 * The team: how full everybody's weeks are, who is away and who covers, and which roles nobody holds.
 *
 * Promises: reads only what it is given; every picture stands beside its number.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { loadBar } from './charts.ts';
import { type Part, partFoot, tableHead } from './list-parts.ts';
import { type Markup, markup, type Shown } from './markup.ts';
import { type Frame, page } from './page.ts';
import { names } from './shown-dates.ts';
import type { WeekView } from './work-page.ts';

export type TeamRow = {
  readonly name: string;
  readonly href: string;
  readonly roles: readonly string[];
  readonly open: number;
  readonly late: number;
  readonly weeks: readonly WeekView[];
};

export type AbsenceRow = {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly now: boolean;
  /** Who stands in; undefined: nobody. */
  readonly cover?: string | undefined;
};

export type UnheldRole = {
  readonly title: string;
  readonly workflows: readonly { readonly title: string; readonly href: string }[];
};

export type TeamView = {
  readonly frame: Frame;
  readonly people: Part<TeamRow>;
  /** The Mondays, as people read them. */
  readonly weeks: readonly string[];
  readonly absences: Part<AbsenceRow>;
  readonly unheld: Part<UnheldRole>;
};

export const teamPage = ({ frame, people, weeks, absences, unheld }: TeamView): string => {
  const words = PAGE_WORDS.team;
  return page({
    title: words.title,
    frame,
    wide: true,
    body: markup`<h1>${words.title}</h1>
<section aria-labelledby="load"><h2 id="load">${words.load}</h2>
${people.all === 0 ? markup`<div class="list"><p class="empty">${words.empty}</p></div>` : loadTable(people.rows, weeks)}
${partFoot(people, words.load)}</section>
<section aria-labelledby="away"><h2 id="away">${words.away}</h2>
<div class="list">${absences.all === 0 ? markup`<p class="empty">${words.awayEmpty}</p>` : absenceTable(absences.rows)}</div>
${partFoot(absences, words.away)}</section>
<section aria-labelledby="unheld"><h2 id="unheld">${words.unheld}</h2>
<div class="list">${unheld.all === 0 ? markup`<p class="empty">${words.unheldEmpty}</p>` : unheldTable(unheld.rows)}</div>
${partFoot(unheld, words.unheld)}</section>`,
  });
};

const loadTable = (people: readonly TeamRow[], weeks: readonly string[]): Markup => {
  const words = PAGE_WORDS.team;
  const most = Math.max(
    1,
    ...people.flatMap((one) => one.weeks.flatMap(({ hours, capacity = 0 }) => [hours, capacity])),
  );
  return markup`<div class="list"><table class="load" aria-label="${words.load}">
<thead><tr><th scope="col">${words.person}</th><th scope="col">${words.open}</th>${weeks.map((week, at) => markup`<th scope="col">${at === 0 ? PAGE_WORDS.mine.thisWeekShort : week}</th>`)}</tr></thead>
<tbody>${people.map(
    ({ name, href, roles, open, late, weeks: own }) => markup`<tr>
<td class="title"><strong><a href="${href}">${name}</a></strong> <span class="small own-line">${names(roles)}</span></td>
<td data-label="${words.open}">${open}${late > 0 && markup`<span class="late">, ${words.lateOf(late)}</span>`}</td>${own.map((week, at) => weekCell(week, at, most))}
</tr>\n`,
  )}</tbody></table></div>
<p class="small">${PAGE_WORDS.mine.hoursExplained}</p>\n`;
};

const weekCell = ({ monday, hours, capacity, away }: WeekView, at: number, most: number): Markup => {
  const words = PAGE_WORDS.mine;
  const over = capacity !== undefined && hours > capacity;
  return markup`<td class="week${over && ' late'}" data-label="${at === 0 ? words.thisWeekShort : monday}">${loadBar(hours, capacity, most)}<span class="figures">${words.hoursOf(hours, capacity)}</span>${away > 0 && markup` <span class="small">${words.awayDays(away)}</span>`}</td>`;
};

const absenceTable = (rows: readonly AbsenceRow[]): Markup => {
  const words = PAGE_WORDS.team;
  const columns = words.awayColumns;
  return markup`<table aria-label="${words.away}">${tableHead(columns)}
<tbody>${rows.map(
    ({ name, from, to, now, cover }) => markup`<tr>
<td class="title"><strong>${name}</strong>${now && markup` <span class="state">${words.awayNow}</span>`}</td><td data-label="${columns.from}">${from}</td><td data-label="${columns.to}">${to}</td><td data-label="${columns.cover}"${cover === undefined && markup` class="late"`}>${cover ?? words.noCover}</td>
</tr>\n`,
  )}</tbody></table>`;
};

const unheldTable = (rows: readonly UnheldRole[]): Shown => {
  const columns = PAGE_WORDS.team.unheldColumns;
  return markup`<table aria-label="${PAGE_WORDS.team.unheld}">${tableHead(columns)}
<tbody>${rows.map(
    ({ title, workflows }) => markup`<tr>
<td class="title"><strong>${title}</strong></td><td data-label="${columns.workflows}">${workflows.map((one, at) => markup`${at > 0 && ', '}<a href="${one.href}">${one.title}</a>`)}</td>
</tr>\n`,
  )}</tbody></table>`;
};
