/**
 * The vote on one opening of an approval, as the history tells it, and what it has come to.
 *
 * Promises: the same events, the same count (approval.ts does the counting). When rounds are used up, or nobody who is
 * asked can decide, the lead decides, alone and once (language.md, Rounds).
 * Hides: how people and roles become seats.
 */
import type { Approval, Step } from '../../statemachines/language/workflow.ts';
import { type Ballot, type Choice, type Seat, type Standing, standing, type Vote } from './approval.ts';
import type { EventOf } from './events.ts';
import { stepOf } from './progress.ts';
import { latest, type Run, type StepOpening } from './run.ts';

export const ballotOf = (run: Run, step: Approval, opening: StepOpening): Ballot => {
  const seats = new Map<string, Seat>();
  for (const { role, person, counts } of opening.people) {
    const seat = seats.get(role);
    seats.set(role, { role, required: counts, people: [...(seat?.people ?? []), person] });
  }
  return {
    seats: [...seats.values()],
    rule: step.rule,
    veto: step.veto,
    changes_offered: changesLeft(run, step, opening) > 0,
    barred: doersOf(run, step, opening),
  };
};

/** Who did the work that is judged (L14). */
export const doersOf = (run: Run, step: Approval, { item }: StepOpening): readonly string[] => {
  const work = latest(run, step.of, item) ?? latest(run, step.of);
  const finish = work?.finish;
  const by = finish?.type === 'step-finished' ? finish.by : undefined;
  return by === undefined ? [] : [by];
};

export const votesOf = (opening: StepOpening): readonly Vote[] =>
  opening.votes.map(({ by = '', role, decision }) => ({ by, role, choice: decision }));

/** The vote that stands of somebody: of those whom it was put before, what they decided since. */
export const ownVote = ({ votes, referred }: StepOpening, person: string): EventOf<'vote-cast'> | undefined => {
  const since = referred?.to.some((one) => one.person === person) === true ? referred.votesBefore : 0;
  return votes.slice(since).find(({ by }) => by === person);
};

/** How often changes were asked for already, here or in earlier rounds of this opening. */
const timesRedone = (run: Run, { step, item }: StepOpening, decision?: Choice): number =>
  [...run.openings.values()].filter(
    (one) =>
      one.step === step &&
      one.item === item &&
      one.finish?.type === 'changes-requested' &&
      (decision === undefined || one.finish.decision === decision),
  ).length;

/** Rounds that the machine still has. */
const roundsOfMachine = (run: Run, opening: StepOpening): number =>
  (run.kept.outline.steps[opening.step]?.most_rounds ?? 0) - timesRedone(run, opening);

/** Rounds that can still be asked for: by everybody what the file allows, by the lead what the machine does. */
export const changesLeft = (run: Run, step: Approval, opening: StepOpening): number => {
  if (step.on_changes === undefined) return 0;
  const machine = roundsOfMachine(run, opening);
  // Whoever asks once more than the file allows puts it before the lead.
  return opening.referred === undefined ? Math.max(machine, 0) : machine;
};

/** Rounds that are left of those that the file allows, as people are told. */
export const roundsLeft = (run: Run, step: Approval, opening: StepOpening): number => {
  const allowed = step.on_changes?.rounds ?? 0;
  return Math.max(0, Math.min(allowed - timesRedone(run, opening, 'request_changes'), changesLeft(run, step, opening)));
};

export type Outcome =
  | { readonly kind: 'open'; readonly standing: Standing }
  | { readonly kind: 'referred'; readonly why: 'stuck' | 'rounds' | 'nobody' }
  | {
      readonly kind: 'decided';
      readonly choice: Choice;
      readonly by: EventOf<'vote-cast'> | undefined;
      readonly again: boolean;
    };

/** What an open approval has come to. */
export const outcomeOf = (run: Run, step: Approval, opening: StepOpening): Outcome => {
  const last = opening.votes.at(-1);
  const lead = opening.referred;
  if (lead !== undefined) {
    const vote = opening.votes.slice(lead.votesBefore).find(({ by }) => lead.to.some(({ person }) => person === by));
    if (vote !== undefined)
      return { kind: 'decided', choice: vote.decision, by: vote, again: isDoneAgain(step, vote.decision) };
    if (lead.why !== 'expired') return { kind: 'open', standing: { decided: false, asked: [], stuck: false } };
  }
  const now = standing(ballotOf(run, step, opening), votesOf(opening));
  if (!now.decided)
    return now.stuck && lead === undefined ? { kind: 'referred', why: 'stuck' } : { kind: 'open', standing: now };
  const again = isDoneAgain(step, now.choice);
  if (!again) return { kind: 'decided', choice: now.choice, by: last, again };
  const allowed =
    now.choice === 'reject' && step.on_reject !== 'stop' ? step.on_reject.rounds : (step.on_changes?.rounds ?? 0);
  return timesRedone(run, opening, now.choice) < allowed
    ? { kind: 'decided', choice: now.choice, by: last, again }
    : { kind: 'referred', why: 'rounds' };
};

const isDoneAgain = (step: Approval, choice: Choice): boolean =>
  choice === 'request_changes' || (choice === 'reject' && step.on_reject !== 'stop');

/** Whether a choice can be made: what is done again needs a round that the machine still has. */
export const canBeChosen = (run: Run, step: Approval, opening: StepOpening, choice: Choice): boolean =>
  choice === 'request_changes'
    ? changesLeft(run, step, opening) > 0
    : !isDoneAgain(step, choice) || roundsOfMachine(run, opening) > 0;

/** Those who are asked now: who owes an answer, and who may comment. */
export const askedOf = (run: Run, opening: StepOpening): readonly string[] => asked(run, opening, () => true);

/** Those who still owe something here: who is asked, or the lead where it is the lead's. A comment is owed by nobody. */
export const owersOf = (run: Run, opening: StepOpening): readonly string[] =>
  asked(run, opening, ({ required }) => required);

const asked = (run: Run, opening: StepOpening, which: (seat: Seat) => boolean): readonly string[] => {
  if (opening.state !== 'open') return [];
  if (opening.referred !== undefined) return opening.referred.to.map(({ person }) => person);
  const step: Step | undefined = stepOf(run, opening.step);
  if (step?.type !== 'approval') return opening.people.map(({ person }) => person);
  const ballot = ballotOf(run, step, opening);
  const now = standing(ballot, votesOf(opening));
  if (now.decided) return [];
  const voted = new Set(opening.votes.map(({ by }) => by));
  const asking = now.asked
    .filter(which)
    .flatMap(({ people }) => people)
    .filter((person) => !voted.has(person) && !ballot.barred.includes(person));
  return [...new Set(asking)];
};
