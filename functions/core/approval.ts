/**
 * The count of one approval: who is asked, who may vote, and what the votes have come to.
 *
 * Promises: one record, one result. Votes count by distinct people, one vote each; nobody judges their own work
 * (L14); silence never approves; a count that can no longer be reached ends at once (language.md, Approval rules).
 * Hides: how the rules count.
 */
import type { Rule } from '../../statemachines/language/workflow.ts';

/** One place at the table: a role, and the people any one of whom answers for it. */
export type Seat = {
  readonly role: string;
  readonly people: readonly string[] /** False: may comment, does not count. */;
  readonly required: boolean;
};

export type Choice = 'approve' | 'request_changes' | 'reject';
export type Vote = { readonly by: string; readonly role: string; readonly choice: Choice };

export type Ballot = {
  /** In the author's order; approvers whose condition is false are not among them. */
  readonly seats: readonly Seat[];
  readonly rule: Rule;
  /** Whether one rejection by a required approver ends the vote. */
  readonly veto: boolean;
  /** Whether changes can be asked for at all. */
  readonly changes_offered: boolean;
  /** Those who did the work that is judged. */
  readonly barred: readonly string[];
};

export type Standing =
  /** `asked`: the seats whose answer is waited for now. None left means that nobody can decide: it is the lead's. */
  | { readonly decided: false; readonly asked: readonly Seat[]; readonly stuck: boolean }
  | { readonly decided: true; readonly choice: Choice };

export type Refusal = 'own-work' | 'not-asked' | 'with-lead' | 'not-yet' | 'voted-already' | 'not-offered' | 'decided';

/** Where the vote stands after some votes, all of which were admitted by `admit`. */
export const standing = (ballot: Ballot, votes: readonly Vote[]): Standing => {
  const counting = ballot.seats.filter(({ required }) => required);
  const voteOf = (seat: Seat): Vote | undefined => votes.find(({ role }) => role === seat.role);
  const cast = counting.map(voteOf).filter((vote) => vote !== undefined);
  const against = cast.filter(({ choice }) => choice !== 'approve');
  // The first objection names what the round comes to; a rejection outweighs a request for changes.
  const objection: Choice | undefined = against.some(({ choice }) => choice === 'reject')
    ? 'reject'
    : against[0]?.choice;
  const needed = neededOf(ballot.rule, counting.length);
  const approvals = cast.length - against.length;
  if (objection !== undefined && ballot.veto) return { decided: true, choice: objection };
  if (approvals >= needed) return { decided: true, choice: 'approve' };

  const taken = new Set(votes.map(({ by }) => by));
  const eligible = (seat: Seat): boolean =>
    seat.people.some((person) => !ballot.barred.includes(person) && !taken.has(person));
  const open = counting.filter((seat) => voteOf(seat) === undefined);
  const reachable =
    approvals +
    mostDistinct(
      open.map((seat) => seat.people.filter((person) => !ballot.barred.includes(person) && !taken.has(person))),
    );
  if (reachable < needed && objection !== undefined) return { decided: true, choice: objection };
  const commenting = ballot.seats.filter((seat) => !seat.required && voteOf(seat) === undefined && eligible(seat));
  const waiting = open.filter(eligible);
  const asked = ballot.rule === 'in_order' ? waiting.slice(0, 1) : waiting;
  return { decided: false, asked: [...asked, ...commenting], stuck: reachable < needed };
};

const neededOf = (rule: Rule, seats: number): number =>
  rule === 'any' ? 1 : typeof rule === 'object' ? rule.at_least : seats;

/** How many seats can be filled by different people: one person with two roles has one vote. */
const mostDistinct = (seats: readonly (readonly string[])[]): number => {
  const seatOf = new Map<string, number>();
  const place = (seat: number, tried: Set<string>): boolean => {
    for (const person of seats[seat] ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const other = seatOf.get(person);
      if (other === undefined || place(other, tried)) {
        seatOf.set(person, seat);
        return true;
      }
    }
    return false;
  };
  return seats.filter((_, seat) => place(seat, new Set())).length;
};

/** Whether somebody may cast this vote now, and for which seat; or why not. */
export const admit = (
  ballot: Ballot,
  votes: readonly Vote[],
  person: string,
  choice: Choice,
): { readonly seat: Seat } | { readonly refused: Refusal } => {
  const now = standing(ballot, votes);
  if (now.decided) return { refused: 'decided' };
  if (votes.some(({ by }) => by === person)) return { refused: 'voted-already' };
  const theirs = ballot.seats.filter(({ people }) => people.includes(person));
  if (theirs.length === 0) return { refused: 'not-asked' };
  if (ballot.barred.includes(person)) return { refused: 'own-work' };
  if (choice === 'request_changes' && !ballot.changes_offered) return { refused: 'not-offered' };
  const [seat] = theirs
    .filter((one) => now.asked.includes(one))
    .sort((a, b) => a.people.length - b.people.length || Number(b.required) - Number(a.required));
  if (seat !== undefined) return { seat };
  const answered = theirs.every((one) => votes.some(({ role }) => role === one.role));
  return { refused: answered ? 'voted-already' : 'not-yet' };
};
