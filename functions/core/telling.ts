/**
 * A history in words, for people: one sentence an event.
 *
 * Promises: every kind of event has its sentence; people and steps appear by name.
 */
import type { Opening, RunEvent } from './events.ts';
import { nameOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Run } from './run.ts';
import { titleIn } from './run-texts.ts';

const DECISIONS = {
  done: 'done',
  approve: 'approved',
  request_changes: 'changes asked for',
  reject: 'rejected',
  skip: 'skipped',
} as const;
const HOW = {
  form: 'from the start form',
  hook: 'by a webhook',
  clock: 'on schedule',
  command: 'from the command line',
  run: 'by another run',
} as const;
const REMINDERS = {
  before: 'Reminded before the due time',
  due: 'Reminded at the due time',
  overdue: 'Reminded of being overdue',
  escalation: 'Escalated',
} as const;
const REFERRED = {
  stuck: 'nobody who is asked can decide any more',
  rounds: 'the rounds are used up',
  expired: 'it was not answered in time',
  failed: 'it could not be done',
  nobody: 'nobody holds the role',
} as const;

export const sentenceOf = async (
  ports: Pick<Ports, 'catalogue' | 'settings'>,
  run: Run,
  event: RunEvent,
): Promise<string> => {
  const name = (person: string | undefined): string => nameOf(ports, run, person);
  const names = (people: readonly { readonly person: string }[]): string =>
    [...new Set(people.map(({ person }) => name(person)))].join(', ');
  const by = 'by' in event && event.by !== undefined ? ` by ${name(event.by)}` : '';
  const why = 'reason' in event && event.reason !== undefined && event.reason !== '' ? `: ${event.reason}` : '';
  const { step: id, item } = event as Partial<Opening>;
  const step = id === undefined ? '' : `“${await titleIn(ports, run, { step: id, item })}”`;
  const isRun = (one: string): boolean => stepOf(run, one)?.type === 'run';
  const round = 'round' in event && event.round > 1 ? ` (round ${event.round})` : '';
  switch (event.type) {
    case 'run-requested':
      return `Asked for ${HOW[event.started.how]}${event.started.signed === false ? ', unsigned' : ''}${event.started.by === undefined ? '' : ` by ${name(event.started.by)}`}`;
    case 'run-opened':
      return 'Started';
    case 'step-opened':
      return event.people.length > 0 ? `${step}${round} is with ${names(event.people)}` : `${step}${round} has begun`;
    case 'token-replaced':
      return `${step} was taken up again by the machine`;
    case 'vote-cast':
      return `${step}${round}: ${DECISIONS[event.decision]}${by}${event.comment === undefined ? '' : ` – ${event.comment}`}`;
    case 'changes-requested':
      return `${step}${round}: ${DECISIONS[event.decision]}, so it is done again`;
    case 'step-finished':
      return `${step}${round}: ${DECISIONS[event.decision]}${by === '' && event.decision === 'approve' ? ' by a rule, since nobody answered' : by}${event.comment === undefined ? '' : ` – ${event.comment}`}`;
    case 'step-skipped':
      return `${step} was skipped${by}${event.why === 'condition' ? ', as its condition says' : event.why === 'expiry' ? ', since nobody answered in time' : ''}${why}`;
    case 'each-opened':
      return `${step} goes over ${event.count === 1 ? '1 item' : `${event.count} items`}`;
    case 'gate-opened':
      return `${step} waits for other steps`;
    case 'step-reassigned':
      return `${step} was given to ${name(event.now)} instead of ${name(event.was)}${by}${why}`;
    case 'due-moved':
      return `${step} is now due ${event.due.wall.replace('T', ' ')}${by}${why}`;
    case 'decision-referred':
      return `${step} was put before ${names(event.to)}, because ${REFERRED[event.why]}${why}`;
    case 'call-failed':
      return `${step} ${isRun(event.step) ? 'was not begun' : 'was not answered'}${why}${event.again === undefined ? '' : '; it is tried again'}`;
    case 'call-repeated':
      return `${step} is tried again`;
    case 'reminder-sent':
      return `${REMINDERS[event.kind]}: ${event.to.map(name).join(', ')} (${step})`;
    case 'mail-refused':
      return `The mail to ${name(event.person)} about ${step} was refused${why}`;
    case 'run-resumed':
      return `The run goes on where its machine failed${by}${why}`;
    case 'person-erased':
      return `Somebody was taken out of this history, and is called ${event.as} in it`;
    case 'run-finished':
      return `The run ${event.outcome === 'failed' ? 'failed' : event.outcome === 'expired' ? 'ended, because nobody answered in time' : `is ${event.outcome}`}${by}${why}`;
  }
};
