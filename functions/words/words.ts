/**
 * Every word that mails and pages have in common, English. A second language is a second object of the same shape.
 *
 * Promises: whole sentences, so that other languages may order them otherwise; no markup, no escaping.
 */
import type { Briefing, Neighbour, Remark } from '../core/briefing.ts';

export type DecisionWord = NonNullable<Neighbour['decision'] | Remark['decision']>;

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const WORDS = {
  product: 'Runsheet',
  language: 'en',
  separator: ' – ',

  open: 'Open',
  review: 'Review and decide',
  see: 'See where it stands',
  linkIsYours: 'This link is yours alone. Forwarding it does not hand the step over.',
  sentBecause: (role: string, run: string) => `You get this mail as ${role} of “${run}”.`,

  youAre: (name: string, role: string, type: 'task' | 'approval') =>
    type === 'approval' ? `${name}, you are asked to judge this as ${role}.` : `${name}, this is yours as ${role}.`,
  covers: (name: string) => `You stand in for ${name}.`,
  countsNot: 'Your comment is welcome. It does not count as a vote.',
  why: {
    opened: undefined,
    reassigned: 'This was given to you.',
    'due-moved': 'The due date has moved.',
    'new-link': 'Here is your new link. Links from earlier mails no longer work.',
  },
  whySubject: { opened: undefined, reassigned: 'Now yours', 'due-moved': 'New date', 'new-link': 'New link' },
  round: (round: number) => `Round ${round}`,
  roundTask: (round: number) => `Round ${round}: changes were asked for. What was said stands below.`,
  roundApproval: (round: number) => `Round ${round}: the work was changed after the last vote.`,
  roundsLeft: (left: number) =>
    left === 0
      ? 'This is the last round: after it the lead decides.'
      : `Changes can be asked for in ${count(left, 'more round', 'more rounds')}.`,

  due: 'Due',
  noDue: 'No due date',
  dueSubject: (day: string) => `due ${day}`,
  expires: (wall: string) => `If nothing happens, it ends on ${wall}.`,
  effort: (hours: number) => `Takes about ${count(hours, 'hour', 'hours')} of work.`,

  purpose: 'Why',
  doneMeans: 'Done means',
  critical: 'Mind this',
  instructions: 'How to do it',
  dos: 'Do',
  donts: 'Don’t',
  links: 'Links',
  judged: 'The work to judge',
  judgedBy: (names: string) => `Done by ${names}.`,
  votes: 'Votes so far',
  voteOpen: 'has not voted yet',
  voteExtra: 'may comment, does not count',
  remarks: 'What was said',
  before: 'What came before',
  after: 'Who comes next',
  last: 'Nobody: this is the last step.',
  nobodyYet: 'nobody yet',
  skipped: 'skipped',
  cut: 'The rest stands behind the link of this mail.',

  decisions: {
    done: 'done',
    approve: 'approved',
    request_changes: 'asked for changes',
    reject: 'rejected',
    skip: 'skipped',
  } satisfies { readonly [decision in DecisionWord]: string },
  choices: {
    done: 'Done',
    approve: 'Approve',
    request_changes: 'Ask for changes',
    reject: 'Reject',
  } satisfies { readonly [choice in Briefing['choices'][number]]: string },

  reminder: {
    before: (title: string, when: string) => `Reminder: ${title} is due ${when}`,
    beforeNoDate: (title: string) => `Reminder: ${title}`,
    due: (title: string) => `Due now: ${title}`,
    overdue: (title: string, by: string) => `Overdue by ${by}: ${title}`,
    overdueNoDate: (title: string) => `Overdue: ${title}`,
    several: (n: number, late: number) =>
      late === 0 ? `${n} things are due` : `${n} things are due, ${late} of them overdue`,
    groups: { overdue: 'Overdue', due: 'Due now', before: 'Coming up' },
    whose: (names: string) => `This is with ${names}.`,
    whoseLate: (names: string, by: string) => `This is with ${names}, and it is ${by} late.`,
    asBackup: 'You are told as the backup: perhaps you can help, or take it over.',
    asLead: 'You are told as the lead: you can move the date, reassign it or skip it.',
    ownerEscalated: 'Others have been told as well.',
    hello: (name: string) => `${name}, this still waits:`,
    helloMany: (name: string, n: number) => `${name}, these ${n} still wait:`,
  },

  code: {
    subject: (title: string) => `Your code for: ${title}`,
    lead: (title: string, run: string) =>
      `This code lets you answer “${title}” (${run}) on the device that asked for it.`,
    signInSubject: 'Your code to sign in',
    signInLead: 'This code signs you in on the device that asked for it.',
    label: 'Your code',
    aloud: (groups: string) => `Read aloud: ${groups}`,
    minutes: 'It works for 10 minutes, and once.',
    unasked: 'If you did not ask for it, ignore this mail: without the code nobody can answer in your name.',
  },

  signIn: {
    subject: 'Your link to sign in',
    title: 'Sign in',
    lead: 'You, or somebody with your address, asked to sign in. Open the link in the same browser.',
    button: 'Sign in',
    minutes: 'It works for 15 minutes, and once.',
    unasked: 'If you did not ask for it, ignore this mail: nothing happens without the link.',
  },

  invite: {
    title: (title: string, run: string) => `${title} – ${run}`,
    due: (wall: string) => `Due ${wall}.`,
    howTo: 'The link to answer is in the mail that this came with.',
  },
} as const;
