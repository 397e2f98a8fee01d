/** What holds for every run, wherever it runs. */

/** The longest that anything may wait: under the year after which Step Functions ends a run. */
export const LONGEST_DAYS = 350;
