/**
 * What somebody answers to a step that was put to them.
 *
 * Promises: once means one decision (L7): the same choice again is told what was recorded, another choice by whom and
 * when it was decided. Whoever is not asked, or judges their own work, changes nothing (L14); who looked at something
 * that has changed since looks again (L8). What does not fit a field is told at the field, and nothing is recorded.
 * Hides: how a vote becomes a decision.
 */

import type { Decision } from '../../statemachines/contract.ts';
import { readValues } from '../../statemachines/language/values.ts';
import type { Step } from '../../statemachines/language/workflow.ts';
import { SAID } from '../words/said.ts';
import { admit, type Refusal } from './approval.ts';
import { askedOf, ballotOf, ownVote, votesOf } from './ballots.ts';
import { choicesOf, contentOf } from './brief.ts';
import { type Act, type Opening, openingKey, openingOf } from './events.ts';
import type { Owed } from './history.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import { record } from './record.ts';
import type { Decided, Recorded } from './recording.ts';
import { latest, type Requested, type Run, type StepOpening } from './run.ts';

export type Choice = 'done' | 'approve' | 'request_changes' | 'reject';
export type Answer = {
  readonly run: string;
  readonly opening: Opening;
  readonly person: string;
  /** As it came: anything else than a choice is a problem of the page. */
  readonly decision: string;
  readonly comment: string;
  /** As it came. */
  readonly hours: string;
  readonly fields: { readonly [name: string]: unknown };
  /** What was looked at; without it, it is not held against anything. */
  readonly content?: string;
  readonly act: Act;
};

export type Answered =
  | { readonly outcome: 'recorded' }
  /** Decided before, the same or otherwise. `by`: the id of a person; nobody where a rule did it. */
  | {
      readonly outcome: 'same' | 'other';
      readonly decision: Decision;
      readonly at: string;
      readonly by?: string;
    }
  | { readonly outcome: 'problems'; readonly problems: { readonly [input: string]: string } }
  | { readonly outcome: 'refused'; readonly why: Refusal }
  | { readonly outcome: 'changed' }
  /** The link is dead: given to somebody else, the run has ended, a later round has begun, or there is no such thing. */
  | { readonly outcome: 'gone'; readonly why: Gone };
export type Gone = 'reassigned' | 'run-ended' | 'later-round' | 'unknown';

const LONGEST_COMMENT = 10_000;

export const answer = (ports: Ports, given: Answer): Promise<Answered> =>
  record<Answered>(ports, given.run, (state) => decide(ports, state, given));

/** What would become of an answer, without recording it; undefined: it would be recorded. */
export const examine = (
  ports: Pick<Ports, 'catalogue'>,
  state: Run | Requested | undefined,
  given: Answer,
): Answered | undefined => {
  const { record: recorded, result } = decide(ports, state, given);
  return recorded === undefined ? result : undefined;
};

const decide = (
  ports: Pick<Ports, 'catalogue'>,
  state: Run | Requested | undefined,
  given: Answer,
): Decided<Answered> => {
  const found = findOpening(state, given.opening, given.person);
  if ('outcome' in found) return { result: found };
  const { run, opening, step } = found;
  const settled = alreadyDecided(opening, given);
  if (settled !== undefined) return { result: settled };
  const { problems, values, hours } = read(ports, run, step, opening, given);
  if (Object.keys(problems).length > 0) return { result: { outcome: 'problems', problems } };
  if (given.content !== undefined && given.content !== contentOf(run, step, opening))
    return { result: { outcome: 'changed' } };
  const said = {
    ...openingOf(opening),
    ...given.act,
    by: given.person,
    ...(given.comment.trim() === '' ? {} : { comment: given.comment.trim() }),
    ...(hours === undefined ? {} : { hours }),
  };
  if (step.type !== 'approval')
    return {
      record: { event: { type: 'step-finished', ...said, decision: 'done', fields: values as never } },
      result: { outcome: 'recorded' },
    };
  const choice = given.decision as Exclude<Choice, 'done'>;
  const seat = seatOf(run, step, opening, given.person, choice);
  if ('refused' in seat) return { result: { outcome: 'refused', why: seat.refused } };
  const content = contentOf(run, step, opening);
  const event = {
    type: 'vote-cast',
    ...said,
    role: seat.role,
    decision: choice,
    fields: values as never,
    content,
  } as const;
  return { record: { event, owed: askedNext(run, opening, event) }, result: { outcome: 'recorded' } };
};

/** Where somebody's link leads now. */
export const findOpening = (
  state: Run | Requested | undefined,
  at: Opening,
  person: string,
):
  | { readonly run: Run; readonly opening: StepOpening; readonly step: Step }
  | Extract<Answered, { outcome: 'gone' }> => {
  const gone = (why: Gone) => ({ outcome: 'gone', why }) as const;
  if (state?.opened === undefined) return gone('unknown');
  const opening = state.openings.get(openingKey(at));
  const step = stepOf(state, at.step);
  if (opening === undefined || step === undefined) return gone('unknown');
  const asked = [...opening.people, ...(opening.referred?.to ?? [])].some((one) => one.person === person);
  if (!asked) return gone(opening.reassigned.some(({ was }) => was === person) ? 'reassigned' : 'unknown');
  if (opening.state === 'closed') return gone('run-ended');
  if ((latest(state, at.step, at.item)?.round ?? 0) > opening.round) return gone('later-round');
  return { run: state, opening, step };
};

/** The decision that stands; also of somebody who has voted in a vote that goes on. */
export const alreadyDecided = (
  opening: StepOpening,
  { person, decision }: Pick<Answer, 'person' | 'decision'>,
): Extract<Answered, { outcome: 'same' | 'other' }> | undefined => {
  const own = ownVote(opening, person);
  const told = (made: Decision, at: string, by: string | undefined) =>
    ({
      outcome: made === decision ? 'same' : 'other',
      decision: made,
      at,
      ...(by === undefined ? {} : { by }),
    }) as const;
  const { finish } = opening;
  // Whoever has voted hears of their own vote first: that is the one that they are asking about.
  if (own !== undefined && (finish === undefined || own.decision === decision))
    return told(own.decision, own.at, own.by);
  if (finish === undefined) return undefined;
  return told(finish.type === 'step-skipped' ? 'skip' : finish.decision, finish.at, finish.by);
};

const read = (
  ports: Pick<Ports, 'catalogue'>,
  run: Run,
  step: Step,
  opening: StepOpening,
  given: Answer,
): {
  readonly problems: { readonly [input: string]: string };
  readonly values: { readonly [name: string]: unknown };
  readonly hours?: number;
} => {
  const problems: { [input: string]: string } = {};
  const choices = step.type === 'task' || step.type === 'approval' ? choicesOf(run, step, opening) : [];
  const { decision, comment } = given;
  if (!choices.includes(decision as Choice))
    problems.decision = decision === '' ? SAID.answer.choose : SAID.answer.choices(choices);
  const objects = decision === 'request_changes' || decision === 'reject';
  if (objects && comment.trim() === '')
    problems.comment = decision === 'reject' ? SAID.answer.whyReject : SAID.answer.whyChange;
  if (comment.length > LONGEST_COMMENT) problems.comment = SAID.answer.longComment(LONGEST_COMMENT, comment.length);
  const hours = readHours(given.hours);
  if (hours === 'problem') problems.hours = SAID.answer.hours;
  // Whoever objects has no results to hand in.
  const people = ports.catalogue.team.people.map(({ id }) => id);
  const results = objects ? { values: {}, problems: {} } : readValues(step.fields, given.fields, { people });
  for (const [name, problem] of Object.entries(results.problems)) problems[`field.${name}`] = problem;
  return { problems, values: results.values, ...(typeof hours === 'number' ? { hours } : {}) };
};

const readHours = (text: string): number | 'problem' | undefined => {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return undefined;
  const hours = /^\d{1,4}(\.\d{1,4})?$/.test(plain) ? Number(plain) : Number.NaN;
  return hours >= 0 && hours <= 1_000 ? hours : 'problem';
};

const seatOf = (
  run: Run,
  step: Extract<Step, { type: 'approval' }>,
  opening: StepOpening,
  person: string,
  choice: Exclude<Choice, 'done'>,
): { readonly role: string } | { readonly refused: Refusal } => {
  const lead = opening.referred?.to.find((one) => one.person === person);
  const ballot = ballotOf(run, step, opening);
  // Their own work the lead may end, send back, or give to somebody else to judge, however it came before them (L14).
  if (lead !== undefined && ballot.barred.includes(person))
    return choice === 'approve' ? { refused: 'own-work' } : { role: lead.role };
  if (lead !== undefined && opening.referred?.why !== 'expired') return { role: lead.role };
  if (opening.referred !== undefined && opening.referred.why !== 'expired') return { refused: 'with-lead' };
  const admitted = admit(ballot, votesOf(opening), person, choice);
  if ('refused' in admitted) {
    // Once it has expired the lead may end it, also where nobody asked for their vote.
    const mayEnd = lead !== undefined && OVERRULED.has(admitted.refused);
    return mayEnd ? { role: lead.role } : admitted;
  }
  return { role: admitted.seat.role };
};

/** What holds others back, and not the lead whom it was put before. */
const OVERRULED: ReadonlySet<Refusal> = new Set(['not-asked', 'not-yet', 'voted-already']);

/** Those whose turn it is only now (`in_order`). */
const askedNext = (run: Run, opening: StepOpening, event: Recorded['event']): readonly Owed[] => {
  const before = new Set(askedOf(run, opening));
  const votes = [...opening.votes, { ...event, at: opening.opened } as never];
  return askedOf(run, { ...opening, votes })
    .filter((person) => !before.has(person))
    .map((person) => ({
      id: `mail ${person}`,
      kind: 'step-mail',
      person,
      why: 'opened',
      ...(openingOf(opening) as { step: string; round: number }),
    }));
};
