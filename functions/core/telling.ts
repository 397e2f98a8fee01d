/**
 * A history in words, for people: one sentence an event.
 *
 * Promises: every kind of event has its sentence; people and steps appear by name.
 */
import { SAID } from '../words/said.ts';
import { type Opening, openingKey, type RunEvent } from './events.ts';
import { nameOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Run } from './run.ts';
import { titleIn } from './run-texts.ts';

/** @param often told in one line with others before it: from which day on, as people read it, and how many. */
export const sentenceOf = async (
  ports: Pick<Ports, 'catalogue' | 'settings'>,
  run: Run,
  event: RunEvent,
  often?: { readonly since: string; readonly times: number },
): Promise<string> => {
  const name = (person: string | undefined): string => nameOf(ports, run, person);
  const names = (people: readonly { readonly person: string }[]): string =>
    [...new Set(people.map(({ person }) => name(person)))].join(', ');
  const words = SAID.history;
  const by = 'by' in event && event.by !== undefined ? words.by(name(event.by)) : '';
  const why = 'reason' in event && event.reason !== undefined && event.reason !== '' ? words.because(event.reason) : '';
  const { step: id, item } = event as Partial<Opening>;
  const step =
    id === undefined
      ? ''
      : words.step(await titleIn(ports, run, { step: id, item }), 'round' in event ? event.round : 1);
  const isRun = (one: string): boolean => stepOf(run, one)?.type === 'run';
  switch (event.type) {
    case 'run-requested': {
      const { how, signed, by: asker } = event.started;
      return words.asked(how, signed === false, asker === undefined ? '' : words.by(name(asker)));
    }
    case 'run-opened':
      return words.started;
    case 'step-opened':
      return event.people.length > 0 ? words.isWith(step, names(event.people)) : words.begun(step);
    case 'token-replaced':
      return words.takenUp(step);
    case 'vote-cast':
      return words.voted(step, event.decision, by, event.comment);
    case 'changes-requested':
      return words.doneAgain(step);
    case 'step-finished': {
      // What they said stands in their votes; this is what it comes to.
      const votes = run.openings.get(openingKey(event as Opening))?.votes ?? [];
      if (votes.length > 0 && event.by !== undefined) return words.decided(step, event.decision);
      return words.voted(
        step,
        event.decision,
        by === '' && event.decision === 'approve' ? words.byRule : by,
        event.comment,
      );
    }
    case 'step-skipped':
      return words.skipped(step, by, event.why, why);
    case 'each-opened':
      return words.each(step, event.count);
    case 'gate-opened':
      return words.waits(step);
    case 'step-reassigned':
      return words.given(step, name(event.now), name(event.was), by, why);
    case 'due-moved':
      return words.due(step, event.due.wall.replace('T', ' '), by, why);
    case 'decision-referred':
      return words.put(step, names(event.to), event.why, why);
    case 'call-failed':
      return words.failed(step, isRun(event.step), event.again !== undefined, why);
    case 'call-repeated':
      return words.again(step);
    case 'reminder-sent':
      return words.reminded(event.kind, event.to.map(name).join(', '), step, often);
    case 'mail-refused':
      return words.mailRefused(name(event.person), step, why);
    case 'run-resumed':
      return words.resumed(by, why);
    case 'person-erased':
      return words.erased(event.as);
    case 'run-finished':
      return words.ended(event.outcome, by, why);
  }
};
