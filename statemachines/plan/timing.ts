/**
 * What is wrong with a workflow's dates before any run of it: facts for the checker, no texts.
 *
 * Promises: independent of any real run and of holidays; a finding holds for every weekday that the anchor
 * can fall on. An author who follows it gets a plan that can be kept.
 */
import type { Workflow } from '../language/workflow.ts';
import { type Calendar, nextWorkday } from './calendar.ts';
import { approvalAfterAnchor, approvalLayers } from './timing-approvals.ts';
import { dueAgainstOrder, tooLittleTime, unreachableDue } from './timing-dues.ts';
import type { TimingFinding } from './timing-finding.ts';
import { type Samples, sampleRuns } from './timing-samples.ts';
import { outlivesLimit } from './timing-span.ts';

export type { TimingFinding } from './timing-finding.ts';

/** All timing findings of a workflow on a calendar; holidays are not looked at, so `weeklyCalendar` is enough. */
export const timingFindings = (workflow: Workflow, calendar: Calendar): TimingFinding[] =>
  // What is found in every week is found in the first: where that has nothing, the others need no look.
  findingsIn(sampleRuns(workflow, calendar, 1), calendar).length === 0
    ? []
    : findingsIn(sampleRuns(workflow, calendar), calendar);

const findingsIn = (samples: Samples, calendar: Calendar): TimingFinding[] => {
  const idle = nextWorkday(calendar, `${Math.max(1000, calendar.years.from)}-01-01`) === undefined;
  if (idle || samples.calendar.workdays.length === 0) return unreachableDue(samples, true);
  const unreachable = unreachableDue(samples, false);
  return [
    ...unreachable,
    ...dueAgainstOrder(samples),
    ...tooLittleTime(samples),
    ...approvalAfterAnchor(samples),
    ...approvalLayers(samples),
    // A date that never comes has been told; how long a run would wait for it says no more.
    ...(unreachable.length > 0 ? [] : outlivesLimit(samples)),
  ];
};
