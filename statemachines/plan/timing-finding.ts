/** What `timingFindings` can find: facts as data; the checker knows the words. */

/** One finding. Days and workdays are counted in the best case of the seven weekdays. */
export type TimingFinding =
  /**
   * No day ever reaches it. `no-workdays`: the calendar has none. `too-far`: more than a century away.
   * `before-start`: always before the run can begin. `circle`: due dates that hang on each other.
   * `where`: its `due`, or the `until` of a wait.
   */
  | {
      readonly code: 'unreachable-due';
      readonly step: string;
      readonly where: 'due' | 'until';
      readonly reason: 'no-workdays' | 'too-far' | 'before-start' | 'circle';
    }
  /** Due `days` calendar days (at least 1, the median of the weekdays) before `other`, which it comes after. */
  | { readonly code: 'due-against-order'; readonly step: string; readonly other: string; readonly days: number }
  /**
   * Needs more workdays than there are between the latest due date before it and its own. `previous` is the
   * step of that due date; without it the run's start is meant.
   */
  | {
      readonly code: 'too-little-time';
      readonly step: string;
      readonly needs: number;
      readonly has: number;
      readonly previous?: string;
    }
  /** An approval that is due at least `days` calendar days after the anchor. */
  | { readonly code: 'approval-after-anchor'; readonly step: string; readonly anchor: string; readonly days: number }
  /** More than two approvals with no work between them, first to last, and the workdays that they cost (R56). */
  | { readonly code: 'approval-layers'; readonly approvals: readonly string[]; readonly workdays: number }
  /** A run can last `days`, more than `limit`; `last` is the step that ends last, its expiry counted. */
  | { readonly code: 'outlives-limit'; readonly days: number; readonly limit: number; readonly last: string };
