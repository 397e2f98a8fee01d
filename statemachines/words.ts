/**
 * What people read of a workflow itself: of the values that are typed into its fields, of its plan, on its picture and
 * in its procedure. What a run says stands in functions/words; with it this is the whole catalogue (R59), and whoever
 * writes it in another language looks nowhere else. What is said to authors about their files stands with the faults.
 *
 * Promises: a text that depends on something is a function of it; no names of ours, no dates that are not given.
 */
import type { Rule, StepType } from './language/workflow.ts';

const steps = (number: string): string => `step ${number}`;
const number = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** What is wrong with a value; each begins with the label of its field. */
export const VALUE_WORDS = {
  needed: (label: string) => `${label} is needed.`,
  text: (label: string) => `${label} must be a text.`,
  oneLine: (label: string) => `${label} must be one line.`,
  number: (label: string) => `${label} must be a number, like 1200 or 99.50.`,
  least: (label: string, least: number) => `${label} must be at least ${least}.`,
  most: (label: string, most: number) => `${label} can be at most ${most}.`,
  date: (label: string) => `${label} must be a date, like 2027-01-31.`,
  dateAndTime: (label: string) => `${label} must be a date and time, like 2027-01-31T09:00.`,
  notBefore: (label: string, first: string) => `${label} must be ${first} or later.`,
  notAfter: (label: string, last: string) => `${label} must be ${last} or earlier.`,
  stray: (label: string, stray: string, options: readonly string[]) =>
    `${label} cannot be "${stray}"; possible are ${options.join(', ')}.`,
  onlyOne: (label: string, options: readonly string[]) => `${label} can be only one of ${options.join(', ')}.`,
  leastChoices: (label: string, least: number) => `${label} needs at least ${least} choices.`,
  mostChoices: (label: string, most: number) => `${label} can have at most ${most} choices.`,
  yesNo: (label: string) => `${label} must be yes or no.`,
  leastCharacters: (label: string, least: number, length: number) =>
    `${label} must have at least ${least} characters; these are ${length}.`,
  mostCharacters: (label: string, most: number, length: number) =>
    `${label} can have at most ${most} characters; these are ${length}.`,
  email: (label: string) => `${label} must be a mail address, like name@example.com.`,
  url: (label: string) => `${label} must be a web address, like https://example.com.`,
  stranger: (label: string, given: string) => `${label} cannot be "${given}", who is not in the team.`,
} as const;

const COUNTS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const workingDays = (count: number): string => number(count, 'working day', 'working days');
const there = (count: number): string => (count === 1 ? 'there is 1' : `there are ${count === 0 ? 'none' : count}`);

/** Whether there is time. Days are working days. */
export const PLAN_WORDS = {
  missing: (labels: readonly string[]) => `The plan needs a date for: ${labels.join(', ')}.`,
  unreachable: (ids: readonly string[]) => `No day of the calendar reaches: ${ids.join(', ')}.`,
  tooLong: (end: string, mostDays: number) => `It would end on ${end}, and a run lasts ${mostDays} days at most.`,
  tooFar: (label: string, value: string, mostDays: number, last: string) =>
    `${label}: ${value} is too far away. A run lasts ${mostDays} days at most, so give a date up to ${last}, or start it later.`,
  longPast: (label: string, value: string) => `${label}: ${value} is long past. Look at the year.`,
  feasible: (needs: number, available: number | null) =>
    available === null
      ? `Feasible: needs ${workingDays(needs)}, and no date limits it.`
      : `Feasible: needs ${workingDays(needs)}, ${there(available)}.`,
  /** @param named of all that are late, as many as are to be read. */
  late: (all: number, named: readonly string[]) => {
    const which = all === 1 ? 'this step is' : `these ${COUNTS[all] ?? all} steps are`;
    const rest = all > named.length ? [`and ${all - named.length} more`] : [];
    return `${which} late on day one: ${[...named, ...rest].join(', ')}.`;
  },
  shortOfDays: (needs: number, available: number, late: string) =>
    `Needs ${workingDays(needs)}, ${there(available)}; ${late}`,
  shortOfHours: (hours: number, late: string) => `Short by ${number(hours, 'hour', 'hours')}; ${late}`,
} as const;

/** A workflow in words: of its steps, its ways and its starts. */
export const WORKFLOW_WORDS = {
  types: {
    task: 'Task',
    approval: 'Approval',
    email: 'Email',
    wait: 'Wait',
    call: 'Call',
    run: 'Workflow',
    each: 'For each',
  } satisfies { readonly [type in StepType]: string },
  expression: {
    operators: { '!=': ' is not ', '>=': ' ≥ ', '<=': ' ≤ ', '=': ' is ' } as { readonly [operator: string]: string },
    calls: { not: 'not ', exists: 'there is ', count: 'number of ' } as { readonly [call: string]: string },
    among: 'is one of',
  },
  start: 'start',
  at: (time: string) => ` at ${time}`,
  approvedBy: 'Approved by',
  approved: (rule: Rule) => {
    if (rule === 'all') return 'Approved by all of';
    if (rule === 'any') return 'Approved by any of';
    if (rule === 'in_order') return 'Approved in this order by';
    return `Approved by at least ${rule.at_least} of`;
  },
  back: {
    changes: (rounds: number) => `changes, at most ${number(rounds, 'round', 'rounds')}`,
    rejected: (rounds: number) => `rejected, at most ${number(rounds, 'round', 'rounds')}`,
    either: (rounds: number) => `changes or rejected, at most ${number(rounds, 'round', 'rounds')}`,
  },
  each: (item: string, list: string, together: number) =>
    `each ${item} of ${list}, ${together === 1 ? 'one at a time' : `at most ${together} together`}`,
  schedule: {
    raw: (cron: string) => `schedule ${cron}`,
    days: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
    nth: ['first', 'second', 'third', 'fourth', 'fifth'],
    eachMonth: 'each month',
    within: (months: string) => ` in ${months}`,
    everyDay: (at: string) => `every day ${at}`,
    every: (days: readonly string[], at: string) => `every ${days.join(', ')} ${at}`,
    fromTo: (from: string, to: string, at: string) => `${from} to ${to} ${at}`,
    nthDay: (nth: string, day: string, months: string, at: string) => `${nth} ${day} of ${months}, ${at}`,
    lastDay: (months: string, at: string) => `last day of ${months}, ${at}`,
    day: (date: string, months: string, at: string) => `day ${date} of ${months}, ${at}`,
  },
  form: 'Form',
  hook: (source: string) => `Webhook ${source}`,
} as const;

/** What stands on a picture. */
export const PICTURE_WORDS = {
  start: 'Start',
  end: 'End',
  byHand: 'By hand',
  otherStarts: (count: number) => `and ${count} other ways`,
  accountable: (role: string) => `Accountable: ${role}`,
  often: (count: number, per: string) => ` · ${count} per ${per}`,
  states: {
    waiting: 'Waiting',
    open: 'Open',
    late: 'Late',
    done: 'Done',
    approved: 'Approved',
    changes: 'Changes asked',
    rejected: 'Rejected',
    skipped: 'Skipped',
    failed: 'Failed',
  },
  onlyIf: (condition: string) => `Only if ${condition}`,
  asked: (condition: string) => `, if ${condition}`,
  mayComment: ' (may comment)',
  more: (count: number) => `and ${count} more`,
  to: (recipients: string) => `To ${recipients}`,
  for: (span: string) => `For ${span}`,
  until: (moment: string) => `Until ${moment}`,
  aWhile: 'a while',
  starts: (workflow: string, waits: boolean) => `Starts “${workflow}”${waits ? ' and waits for its end' : ''}`,
  rejectedEnds: 'If rejected, the run ends',
} as const;

/** The picture in sentences, for who cannot see it. */
export const DESCRIPTION_WORDS = {
  and: 'and',
  or: 'or',
  begins: (purpose: string, starts: readonly string[], lead: string) =>
    `${purpose} Started ${starts.length === 0 ? 'by hand' : `by ${listed(starts, 'or')}`}; ${lead} is accountable.`,
  phase: (phase: string) => `in phase ${phase}`,
  first: (nested: boolean) => (nested ? 'first for each' : 'at the start'),
  after: (titles: readonly string[]) => `after ${listed(titles, 'and')}`,
  onlyIf: (condition: string) => `only if ${condition}`,
  owner: (role: string) => `owner ${role}`,
  due: (when: string) => `due ${when}`,
  state: (word: string) => `state: ${word.toLowerCase()}`,
  asked: (roles: readonly string[], rule: Rule) => {
    const how =
      typeof rule === 'object'
        ? `at least ${rule.at_least} approve`
        : { all: 'all approve', any: 'any one approves', in_order: 'each approves in this order' }[rule];
    return `asked are ${listed(roles, 'and')}${roles.length > 1 ? ` (${how})` : ''}`;
  },
  approver: (role: string, required: boolean, condition: string | undefined) =>
    `${role}${required ? '' : ' (may comment)'}${condition === undefined ? '' : ` if ${condition}`}`,
  back: (label: string, title: string) => `${label}: back to “${title}”`,
  rejectedEnds: 'if rejected, the run ends',
  to: (recipients: string) => `to ${recipients}`,
  for: (span: string) => `for ${span}`,
  until: (moment: string) => `until ${moment}`,
  starts: (workflow: string, waits: boolean) => `starts “${workflow}”${waits ? ' and waits for its end' : ''}`,
  within: (sentences: string) => `Within it: ${sentences}`,
  ends: 'Then the run ends.',
} as const;

const listed = (words: readonly string[], joint: string): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;

/** The procedure, in Markdown that its writer makes of it. */
export const PROCEDURE_WORDS = {
  expected: (count: number, per: string) => ` It is expected ${count} times per ${per}.`,
  accountable: (role: string, often: string) => `Accountable for each run: **${role}**.${often}`,
  startedBy: (starts: string) => `Started by: ${starts}.`,
  goals: 'Goals',
  needed: 'What is needed to begin',
  glance: 'Steps at a glance',
  columns: ['No.', 'Step', 'Who', 'Due', 'Effort'],
  hours: (hours: number) => `${hours} h`,
  approver: (role: string, required: boolean, condition: string | undefined) =>
    `${role}${required ? '' : ' (may comment, does not count)'}${condition === undefined ? '' : `, if ${condition}`}`,
  facts: {
    who: 'Who',
    backup: 'Stands in',
    after: 'After',
    onlyIf: 'Only if',
    due: 'Due',
    takes: 'Takes',
    effort: 'Effort',
    done: 'Done when',
    judged: 'What is judged',
    again: 'Again',
    rejected: 'If rejected',
    to: 'Goes to',
    subject: 'Subject',
    body: 'Says',
    waits: 'Waits',
    calls: 'Calls',
    starts: 'Starts',
    each: 'Once for each',
    together: 'Together',
  },
  step: steps,
  atStart: 'the start',
  begins: (number: string) => `${steps(number)} begins`,
  from: (number: string, label: string) => `from ${steps(number)} (${label}); then the lead decides`,
  ends: 'the run ends',
  for: (span: string) => `for ${span}`,
  until: (moment: string) => `until ${moment}`,
  workflow: (id: string, waits: boolean) => `the workflow ${id}${waits ? ', and waits until it has ended' : ''}`,
  itemOf: (item: string, list: string) => `${item} of ${list}`,
  atMost: (count: number) => `at most ${count}`,
  critical: 'Never forget',
  dos: 'Do',
  donts: "Don't",
  links: 'Helpful',
  fields: 'Fill in',
  inCurrency: (currency: string) => ` in ${currency}`,
  optional: ', optional',
} as const;
