/** Approvals that come too late to matter, and too many of them in a row. */
import { followersOf } from '../language/all-steps.ts';
import type { Approval, Step } from '../language/workflow.ts';
import { workdaysBetween } from './calendar.ts';
import { workdaysForEffort } from './schedule.ts';
import { inOrder } from './step-order.ts';
import { dueBefore } from './timing-dues.ts';
import type { TimingFinding } from './timing-finding.ts';
import { rootOfStep, type Samples } from './timing-samples.ts';
import { dayAt, daysBetween } from './wall-time.ts';
import { workdaysWithin, workUntil } from './working-time.ts';

/** An approval on the anchor's own day is in time: `on publish` is the last moment that makes sense. */
export const approvalAfterAnchor = (samples: Samples): TimingFinding[] => {
  const { anchor } = samples.workflow;
  if (anchor === undefined) return [];
  const { zone } = samples.calendar;
  return [...samples.placed.values()].flatMap(({ step }): TimingFinding[] => {
    if (step.type !== 'approval' || rootOfStep(samples, step.id) !== `input ${anchor}`) return [];
    const days = Math.min(
      ...samples.all.map(({ day, schedule }) => {
        const due = schedule.due.get(step.id);
        return due === undefined || !Number.isFinite(due) ? 0 : daysBetween(day, dayAt(due, zone));
      }),
    );
    return days > 0 ? [{ code: 'approval-after-anchor', step: step.id, anchor, days }] : [];
  });
};

/** Steps that somebody works on, or that let something else be worked on: they end a row of approvals. */
const isWork = (step: Step): boolean => step.type === 'task' || step.type === 'run' || step.type === 'each';

/** The longest row of approvals that ends with each step, mails, calls and waits passed over. */
const rowsOf = (steps: readonly Step[]): Map<string, readonly Approval[]> => {
  const rows = new Map<string, readonly Approval[]>();
  for (const step of inOrder(steps)) {
    const before = step.after.map((id) => rows.get(id) ?? []);
    const longest = before.reduce((best, row) => (row.length > best.length ? row : best), []);
    rows.set(step.id, isWork(step) ? [] : step.type === 'approval' ? [...longest, step] : longest);
  }
  return rows;
};

/** Rows that no later approval goes on with. */
const completeRows = (steps: readonly Step[]): (readonly Approval[])[] => {
  const rows = rowsOf(steps);
  const followers = followersOf(steps);
  const goesOn = (step: Step): boolean =>
    (followers.get(step.id) ?? []).some((next) => next.type === 'approval' || (!isWork(next) && goesOn(next)));
  const complete = steps
    .filter((step) => step.type === 'approval' && !goesOn(step))
    .map((step) => rows.get(step.id) ?? []);
  const nested = steps.flatMap((step) => (step.type === 'each' ? completeRows(step.steps) : []));
  return [...complete, ...nested];
};

/** What approvals take: their own time, or where that is more, the time that due dates give them. */
const costOf = (samples: Samples, row: readonly Approval[]): number => {
  const { calendar } = samples;
  const [sample] = samples.all;
  const taken = row.map((step) =>
    step.takes === undefined || sample === undefined
      ? workdaysForEffort(calendar, step.effort ?? 0)
      : workdaysWithin(calendar, sample.start, workUntil(calendar, sample.start, step.takes) ?? sample.start),
  );
  const sum = taken.reduce((total, days) => total + days, 0);
  return Math.max(sum, gapOf(samples, row));
};

/** Workdays from the last due date before the row to that of its last approval, in the best case. */
const gapOf = (samples: Samples, row: readonly Approval[]): number => {
  const { calendar } = samples;
  const [first] = row;
  const last = row.findLast((step) => step.due !== undefined);
  if (first === undefined || last === undefined) return 0;
  const root = rootOfStep(samples, last.id);
  const before = dueBefore(samples, first).filter((id) => rootOfStep(samples, id) === root);
  if (before.length === 0) return 0;
  return Math.min(
    ...samples.all.map(({ schedule }) => {
      const from = Math.max(...before.map((id) => schedule.due.get(id) ?? 0));
      const to = schedule.due.get(last.id) ?? from;
      return Number.isFinite(to) && Number.isFinite(from) && to > from
        ? workdaysBetween(calendar, dayAt(from, calendar.zone), dayAt(to, calendar.zone))
        : 0;
    }),
  );
};

/** Three approvals and more with no work between them (R56). */
export const approvalLayers = (samples: Samples): TimingFinding[] =>
  completeRows(samples.workflow.steps)
    .filter((row) => row.length > 2)
    .map((row) => ({
      code: 'approval-layers',
      approvals: row.map((step) => step.id),
      workdays: costOf(samples, row),
    }));
