/**
 * The picture of a run in time: planned against actual, what is to come, the critical path, today.
 *
 * Promises: no colour of its own, everything by class; the table of steps on the same page says the same in words.
 */

import { PAGE_WORDS } from '../words/page-words.ts';
import { type Markup, markup } from './markup.ts';
import { cutText, oneLine } from './shown-text.ts';

/** Places from 0, where the picture begins, to 1. */
export type TimelineBar = {
  readonly kind: 'done' | 'done-late' | 'open' | 'late' | 'foreseen';
  readonly from: number;
  readonly to: number;
};
export type TimelineRow = {
  readonly title: string;
  readonly critical: boolean;
  readonly plan?: readonly [from: number, to: number] | undefined;
  readonly bars: readonly TimelineBar[];
};
export type TimelineView = {
  readonly rows: readonly TimelineRow[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly now?: number | undefined;
  readonly says: string;
  /** So many rows are not drawn. */
  readonly left_out: number;
};

const WIDTH = 1_040;
const LEFT = 264;
const RIGHT = 16;
const TOP = 30;
const ROW = 28;
const LONGEST_TITLE = 36;
/** What took no time is seen all the same. */
const NARROWEST = 4;

export const timelineMarkup = ({ rows, ticks, now, says }: TimelineView): Markup => {
  const height = TOP + rows.length * ROW + 6;
  const x = (at: number): number => Math.round((LEFT + at * (WIDTH - LEFT - RIGHT)) * 10) / 10;
  const words = PAGE_WORDS.timeline;
  return markup`<svg class="timeline" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${says}">
${ticks.map(({ at, label }) => markup`<line class="tick" x1="${x(at)}" y1="${TOP - 8}" x2="${x(at)}" y2="${height}"/><text class="tick-label" x="${x(at)}" y="14" text-anchor="middle">${label}</text>\n`)}${rows.map((row, at) => rowMarkup(row, TOP + at * ROW, x))}${now !== undefined && markup`<line class="now" x1="${x(now)}" y1="${TOP - 8}" x2="${x(now)}" y2="${height}"/><text class="now-label" x="${x(now) + 4}" y="${TOP - 2}">${words.today}</text>`}</svg>`;
};

const rowMarkup = ({ title, critical, plan, bars }: TimelineRow, top: number, x: (at: number) => number): Markup => {
  const box = (kind: string, from: number, to: number, y: number, height: number): Markup =>
    markup`<rect class="${kind}" x="${x(from)}" y="${y}" width="${Math.max(NARROWEST, x(to) - x(from))}" height="${height}" rx="2"/>`;
  return markup`<g><text class="row-label${critical && ' critical'}" x="0" y="${top + 18}">${cutText(oneLine(title), LONGEST_TITLE)}</text>${plan !== undefined && box('plan', plan[0], plan[1], top + 4, ROW - 8)}${bars.map(({ kind, from, to }) => box(kind, from, to, top + 9, ROW - 18))}</g>\n`;
};

export const timelineLegend = (): Markup => {
  const { legend, critical } = PAGE_WORDS.timeline;
  return markup`<ul class="legend">${(['plan', 'done', 'done-late', 'open', 'late', 'foreseen'] as const).map(
    (kind) =>
      markup`<li><svg class="timeline key" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true" focusable="false"><rect class="${kind}" x="1" y="1" width="26" height="10" rx="2"/></svg> ${legend[kind]}</li>`,
  )}<li><strong>${critical}</strong></li></ul>`;
};
