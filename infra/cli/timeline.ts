/**
 * A rehearsal as a timeline to read: by days, in the wall time of the workflow's calendar.
 *
 * Promises: what is late is said in words, not by colour alone.
 */
import type { Workflow } from '../../statemachines/language/workflow.ts';
import { dayAt, millisOf, wallAt } from '../../statemachines/plan/wall-time.ts';
import type { Rehearsed, RehearsedEvent, RehearsedMail } from './rehearsal.ts';
import { counted, styled } from './terminal.ts';
import { type Late, MOST_DAYS } from './verdict.ts';

/** What mails tell anyway, or what only the machine cares about. */
const UNTOLD: ReadonlySet<RehearsedEvent['type']> = new Set([
  'run-requested',
  'step-opened',
  'token-replaced',
  'gate-opened',
  'reminder-sent',
]);
const WORSE: ReadonlySet<RehearsedEvent['type']> = new Set(['decision-referred', 'call-failed', 'mail-refused']);

export const timelineText = (rehearsed: Rehearsed, workflow: Workflow): string => {
  const { title, zone, started, story } = rehearsed;
  const clock = (instant: string): string => wallAt(millisOf(instant), zone).slice(11, 16);
  const late = new Map(rehearsed.late.map((one) => [keyOf(one.finished, one), one]));
  const lines: string[] = [];
  let day = '';
  let time = '';
  const told = story.filter((one) => 'mail' in one || !UNTOLD.has(one.event.type));
  for (const [index, one] of told.entries()) {
    // The vote that decides, and the decision, are one thing to whoever reads it.
    const next = told[index + 1];
    if ('event' in one && next !== undefined && 'event' in next && next.event.told === one.event.told) continue;
    const { at } = 'event' in one ? one.event : one.mail;
    const today = dayAt(millisOf(at), zone);
    if (today !== day) {
      lines.push('', styled('bold', dayText(at, zone)));
      day = today;
      time = '';
    }
    const shown = clock(at);
    const margin = shown === time ? '     ' : shown;
    time = shown;
    lines.push('event' in one ? `  ${margin}  ${eventText(one.event, late)}` : `  ${margin}    ${mailText(one.mail)}`);
  }
  return [
    styled('bold', title === workflow.title ? title : `${workflow.title}: ${title}`),
    `Rehearsed from ${dayText(started, zone)} ${clock(started)}. Everybody answers at the last moment. Times in ${zone}.`,
    ...lines,
    '',
    ...verdict(rehearsed, workflow),
  ].join('\n');
};

const keyOf = (
  at: string | null,
  { step, round = 1, item = '', run = '' }: Partial<Pick<Late, 'step' | 'round' | 'item' | 'run'>>,
): string => `${at} ${step} ${round} ${item} ${run}`;

const ENDING: ReadonlySet<RehearsedEvent['type']> = new Set(['step-finished', 'changes-requested']);

const eventText = (event: RehearsedEvent, late: ReadonlyMap<string, Late>): string => {
  const overdue = ENDING.has(event.type) ? late.get(keyOf(event.at, event)) : undefined;
  const told = event.run === undefined ? event.told : `${event.told} ${styled('dim', `[${event.run}]`)}`;
  if (overdue !== undefined) return `${told} ${styled('red', `LATE by ${lateText(overdue)}`)}`;
  return WORSE.has(event.type) ? styled('yellow', told) : told;
};

const lateText = ({ workdays }: Late): string =>
  workdays === 0 ? 'less than a working day' : counted(workdays, 'working day');

const mailText = ({ kind, name, to, subject }: RehearsedMail): string =>
  styled(kind === 'reminder' || kind === 'code' ? 'dim' : 'cyan', `mail to ${name ?? to}: ${subject}`);

/** All of them stand among what is late. */
const MOST_REASONS = 2;

const dayText = (instant: string, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: '2-digit',
    month: 'short',
    year: 'numeric',
  })
    .format(new Date(instant))
    .replaceAll(',', '')
    .replace('Sept', 'Sep');

const verdict = (rehearsed: Rehearsed, workflow: Workflow): readonly string[] => {
  const { ended, outcome, zone, late, mails, anchor, anchor_kept, missed, stuck } = rehearsed;
  const wall = (instant: string): string =>
    `${dayText(instant, zone)} ${wallAt(millisOf(instant), zone).slice(11, 16)}`;
  const readers = new Set(mails.map(({ to }) => to)).size;
  const label = workflow.anchor === undefined ? '' : (workflow.inputs[workflow.anchor]?.label ?? workflow.anchor);
  return [
    ended === null
      ? styled('red', `It never ends: after ${MOST_DAYS} days it is still open.`)
      : `${outcome === 'finished' ? 'Finished' : `Ended as ${outcome}`} ${wall(ended)}.`,
    ...(anchor === null || anchor_kept === null
      ? []
      : anchor_kept
        ? [styled('green', `${label} ${anchor}: kept.`)]
        : [
            styled('red', `${label} ${anchor}: MISSED.`),
            ...missed.slice(0, MOST_REASONS).map((why) => `  ${why}`),
            ...(missed.length > MOST_REASONS
              ? [`  And so are ${counted(missed.length - MOST_REASONS, 'more step')}.`]
              : []),
          ]),
    late.length === 0 ? 'Nothing is late.' : styled('red', `${counted(late.length, 'step')} late:`),
    ...late.map(
      (one) =>
        `  ${one.title}${one.round > 1 ? ` (round ${one.round})` : ''}: due ${wall(one.due)}, ${
          one.finished === null ? 'never done' : `done ${wall(one.finished)}`
        } (${lateText(one)})`,
    ),
    ...stuck.map((sentence) => styled('yellow', sentence)),
    `${counted(mails.length, 'mail')} to ${counted(readers, 'person', 'people')}, of which ${counted(mails.filter(({ kind }) => kind === 'reminder').length, 'reminder')}.`,
    '',
  ];
};
