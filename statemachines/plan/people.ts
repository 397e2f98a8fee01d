/**
 * Who is expected to do a step: role to person, and who covers for somebody away (R22, R23).
 * Promises: every chain of cover ends, also one that leads back to where it began.
 * Hides: nothing about load; where several hold a role, the least loaded is chosen when the step opens.
 */
import type { Person, Team } from '../language/workflow.ts';
import { dayAt, type Millis } from './wall-time.ts';

/** Role to the id of the person who was named for it. */
export type Assignments = { readonly [role: string]: string };

/** Who is expected to answer for a role at a time. */
export type Expected = {
  readonly role: string;
  /** Nobody holds the role when this is missing. */
  readonly person?: string;
  /** The person for whom `person` stands in. */
  readonly covers?: string;
  /** True when that person is away at the time and nobody covers. */
  readonly away: boolean;
};

const holderOf = (team: Team, role: string, assignments: Assignments): Person | undefined => {
  const named = Object.hasOwn(assignments, role) ? assignments[role] : undefined;
  return team.people.find((person) => person.id === named) ?? team.people.find((person) => person.roles.includes(role));
};

const absence = (person: Person, at: Millis): Person['away'][number] | undefined => {
  const day = dayAt(at, person.zone);
  return person.away.find(({ from, to }) => from <= day && day <= to);
};

/** The first in the chain of cover who is there; `undefined` if the chain ends or closes without one. */
const coverFor = (team: Team, person: Person, at: Millis): Person | undefined => {
  const asked = new Set([person.id]);
  let current: Person | undefined = person;
  while (current !== undefined) {
    const cover: string | undefined = absence(current, at)?.cover;
    current = cover === undefined || asked.has(cover) ? undefined : team.people.find(({ id }) => id === cover);
    if (current === undefined) return undefined;
    asked.add(current.id);
    if (absence(current, at) === undefined) return current;
  }
  return undefined;
};

/**
 * Who answers for `role` at an instant (milliseconds): the person named for it, who need not hold the role,
 * else its first holder in the team's order; when away on that day of their own zone, who covers for them.
 * A name that is not in the team is passed over.
 */
export const expectedFor = (team: Team, role: string, assignments: Assignments, at: Millis): Expected => {
  const holder = holderOf(team, role, assignments);
  if (holder === undefined) return { role, away: false };
  if (absence(holder, at) === undefined) return { role, person: holder.id, away: false };
  const cover = coverFor(team, holder, at);
  return cover === undefined
    ? { role, person: holder.id, away: true }
    : { role, person: cover.id, covers: holder.id, away: false };
};

/** The zone of the person, else `otherwise`. */
export const zoneOf = (team: Team, person: string | undefined, otherwise: string): string =>
  team.people.find(({ id }) => id === person)?.zone ?? otherwise;
