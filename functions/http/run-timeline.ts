/**
 * The timeline of a run: planned against actual, what is to come, today.
 *
 * Promises: what is drawn is what the steps and the forecast of the same page say. Hides: how time becomes places.
 */

import { isHuman } from '../../statemachines/plan/schedule.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import { placesOf } from '../core/progress.ts';
import { titleIn } from '../core/run-texts.ts';
import { shortDay } from '../pages/shown-dates.ts';
import type { TimelineBar, TimelineRow, TimelineView } from '../pages/timeline.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import type { LookAtRun } from './run-view.ts';

const DAY_MS = 86_400_000;
/** More rows are no picture any more. */
const MOST_ROWS = 60;
/** From then on a mark for each month instead of each week. */
const WEEKS = 14;

export const timelineOf = async (look: LookAtRun): Promise<TimelineView | undefined> => {
  const { run, now, forecast } = look;
  const { plan } = run.kept;
  const planned = 'steps' in plan ? new Map(plan.steps.map((one) => [one.step, one])) : new Map();
  const until = run.finished?.at ?? now;
  const all_rows = [...placesOf(run).values()]
    .filter(({ step }) => isHuman(step) || step.type === 'wait')
    .flatMap(({ step }) => {
      const openings = [...run.openings.values()].filter((one) => one.step === step.id && one.state !== 'skipped');
      const coming = forecast.steps.filter((one) => one.step.id === step.id);
      // Items of a list go side by side: each has a row of its own.
      const items = new Set([...openings, ...coming].map(({ item }) => item));
      return (items.size === 0 ? [undefined] : [...items]).map((item) => ({
        step,
        item,
        openings: openings.filter((one) => one.item === item),
        coming: coming.filter((one) => one.item === item),
      }));
    });
  const rows = await Promise.all(
    all_rows.slice(0, MOST_ROWS).map(async ({ step, item, openings, coming }) => {
      const one = planned.get(step.id);
      const bars: Span[] = [
        ...openings.map((opening): Span => {
          const end = opening.finish?.at ?? until;
          const due = opening.due?.instant;
          const isLate = due !== undefined && millisOf(end) > millisOf(due);
          return {
            kind: opening.state === 'open' ? (isLate ? 'late' : 'open') : isLate ? 'done-late' : 'done',
            from: millisOf(opening.opened),
            to: millisOf(end),
          };
        }),
        ...coming.map(
          ({ opening, starts, finishes }): Span => ({
            kind: 'foreseen',
            from: opening === undefined ? millisOf(starts) : millisOf(now),
            to: millisOf(finishes),
          }),
        ),
      ];
      return {
        title: await titleIn(look.ports, run, { step: step.id, item }),
        critical: one?.critical === true,
        ...(one === undefined ? {} : { plan: [millisOf(one.starts), millisOf(one.due)] as const }),
        bars,
      };
    }),
  );
  if (rows.length === 0) return undefined;
  const all = rows.flatMap(({ plan: span, bars }) => [...(span ?? []), ...bars.flatMap(({ from, to }) => [from, to])]);
  const [from, to] = [Math.min(millisOf(run.requested.at), ...all), Math.max(millisOf(until), ...all) + DAY_MS];
  const at = (instant: number): number => (instant - from) / (to - from);
  return {
    rows: rows.map(
      ({ title, critical, plan: span, bars }): TimelineRow => ({
        title,
        critical,
        ...(span === undefined ? {} : { plan: [at(span[0]), at(span[1])] as const }),
        bars: bars.map(
          ({ kind, from: begin, to: end }): TimelineBar => ({ kind, from: at(begin), to: at(Math.max(begin, end)) }),
        ),
      }),
    ),
    ticks: ticksBetween(from, to).map((instant) => ({
      at: at(instant),
      label: shortDay(look.shown(new Date(instant).toISOString())).replace(/^\S+ /, ''),
    })),
    ...(run.finished === undefined ? { now: at(millisOf(now)) } : {}),
    says: PAGE_WORDS.timeline.says(rows.length),
    left_out: all_rows.length - rows.length,
  };
};

type Span = { readonly kind: TimelineBar['kind']; readonly from: number; readonly to: number };

/** Mondays, or first days of months where there are too many. */
const ticksBetween = (from: number, to: number): readonly number[] => {
  const ticks: number[] = [];
  const weekly = to - from <= WEEKS * 7 * DAY_MS;
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  for (let day = first; day < to; day += DAY_MS) {
    const date = new Date(day);
    if (weekly ? date.getUTCDay() === 1 : date.getUTCDate() === 1) ticks.push(day);
  }
  return ticks;
};
