/**
 * Who does what in a run: from a role to the people who are asked.
 *
 * Promises: one accountable person for a task (R22): who was named at the start, else who has the fewest open hours;
 * in a later round, whoever did it before. Who is away is covered. Where nobody holds the role, the lead is asked, so
 * that no step is left with nobody. Nobody is asked whose address is unknown.
 * Hides: how open hours are counted.
 */
import type { Approval, Person, Step, Team } from '../../statemachines/language/workflow.ts';
import { expectedFor } from '../../statemachines/plan/people.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import type { Asked, Opening } from './events.ts';
import type { Contact } from './kept.ts';
import type { Ports } from './ports.ts';
import type { Requested, Run } from './run.ts';
import type { Texts } from './texts.ts';

/** The address of today where they are still in the team, else the one that the run keeps. */
export const contactOf = (
  { catalogue }: Pick<Ports, 'catalogue'>,
  run: Pick<Run, 'kept'>,
  person: string,
): Contact | undefined =>
  catalogue.team.people.find(({ id }) => id === person) ??
  (Object.hasOwn(run.kept.people, person) ? run.kept.people[person] : undefined);

export const nameOf = (ports: Pick<Ports, 'catalogue'>, run: Pick<Run, 'kept'>, person: string | undefined): string =>
  person === undefined ? 'nobody' : (contactOf(ports, run, person)?.name ?? person);

export const titleOfRole = ({ catalogue }: Pick<Ports, 'catalogue'>, role: string): string =>
  catalogue.team.roles[role] ?? role;

/** Whom something can be given to, those first who have one of these roles. */
export const takersOf = (
  { catalogue }: Pick<Ports, 'catalogue'>,
  roles: readonly string[],
): readonly { readonly id: string; readonly name: string }[] => {
  const fits = ({ roles: held }: Person) => held.some((role) => roles.includes(role));
  const { people } = catalogue.team;
  return [...people.filter(fits), ...people.filter((one) => !fits(one))].map(({ id, name }) => ({ id, name }));
};

/** The key under which the open work of a person is listed. */
export const workOf = (person: string): string => `work:${person}`;
/** Beyond so many open steps nobody has time anyway. */
const MOST_COUNTED = 100;

const openHours = async ({ records }: Pick<Ports, 'records'>, person: string): Promise<number> => {
  const { records: open } = await records.list(workOf(person), { limit: MOST_COUNTED });
  return open.reduce((sum, { value }) => sum + Number((value as { hours?: number }).hours ?? 0), 0);
};

/** One person for a role, now. */
const holderFor = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Pick<Run, 'requested'>,
  role: string,
  now: string,
): Promise<{ readonly person: string; readonly covers?: string } | undefined> => {
  const { team } = ports.catalogue;
  const named = run.requested.people;
  const at = millisOf(now);
  const asked = (
    within: Team,
  ): { readonly person: string; readonly covers?: string; readonly away: boolean } | undefined => {
    const { person, covers, away } = expectedFor(within, role, named, at);
    return person === undefined ? undefined : { person, away, ...(covers === undefined ? {} : { covers }) };
  };
  if (Object.hasOwn(named, role)) return asked(team);
  const holders = team.people.filter(({ roles }) => roles.includes(role));
  if (holders.length < 2) return asked(team);
  const expected = holders.flatMap((holder) => asked(withOnly(team, holder, role)) ?? []);
  const present = expected.filter(({ away }) => !away);
  const choice = present.length > 0 ? present : expected;
  const loads = await Promise.all(choice.map(({ person }) => openHours(ports, person)));
  const least = Math.min(...loads);
  return choice[loads.indexOf(least)];
};

/** The team as if one of the holders were the only one. */
const withOnly = (team: Team, holder: Person, role: string): Team => ({
  ...team,
  people: team.people.map((one) =>
    one === holder ? one : { ...one, roles: one.roles.filter((other) => other !== role) },
  ),
});

/**
 * Who will probably be asked when a step opens, and for which share of its work: of several who hold the role of a task
 * one gets it, and nobody knows yet who. @param at when it opens, UTC.
 */
export const likelyFor = (
  { catalogue: { team } }: Pick<Ports, 'catalogue'>,
  run: Run,
  step: Step,
  opening: Opening,
  at: string,
): readonly { readonly person: string; readonly share: number }[] => {
  const roles = step.type === 'approval' ? step.approvers.map(({ role }) => role) : [step.owner ?? ''];
  const before = opening.round > 1 && step.type === 'task' ? lastAsked(run, opening, step.owner) : undefined;
  if (before !== undefined && !isAway(team, before.person, at)) return [{ person: before.person, share: 1 }];
  const likely = new Map<string, number>();
  for (const role of roles) {
    const named = Object.hasOwn(run.requested.people, role);
    const holders = named ? [] : team.people.filter(({ roles: held }) => held.includes(role));
    const expected =
      holders.length < 2
        ? [expectedFor(team, role, run.requested.people, millisOf(at))]
        : holders.map((holder) => expectedFor(withOnly(team, holder, role), role, {}, millisOf(at)));
    const present = expected.filter(({ away }) => !away);
    const choice = (present.length > 0 ? present : expected).flatMap(({ person }) => person ?? []);
    for (const person of choice) {
      const share = step.type === 'approval' ? 1 : 1 / choice.length;
      likely.set(person, Math.min(1, (likely.get(person) ?? 0) + share));
    }
  }
  return [...likely].map(([person, share]) => ({ person, share }));
};

const lastAsked = (run: Run, { step, item }: Opening, role: string): Asked | undefined => {
  const before = [...run.openings.values()].filter((one) => one.step === step && one.item === item);
  return before.at(-1)?.people.find((one) => one.role === role);
};

/** Who is asked when a step opens; none only where the team is empty. */
export const askedFor = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  step: Step,
  opening: Opening,
  texts: Texts,
  now: string,
): Promise<readonly Asked[]> => {
  if (step.type === 'approval') {
    const approvers = await approversOf(ports, run, step, texts, now);
    return approvers.some(({ counts }) => counts) ? approvers : [...approvers, ...(await leadOf(ports, run, now))];
  }
  if (step.owner === undefined) return [];
  const before = opening.round > 1 ? lastAsked(run, opening, step.owner) : undefined;
  if (before !== undefined && !isAway(ports.catalogue.team, before.person, now)) return [before];
  const holder = await holderFor(ports, run, step.owner, now);
  return holder === undefined ? leadOf(ports, run, now) : [askedAs(step.owner, holder)];
};

const askedAs = (role: string, { person, covers }: { person: string; covers?: string }, counts = true): Asked => ({
  person,
  role,
  counts,
  ...(covers === undefined ? {} : { covers }),
});

const isAway = (team: Team, person: string, now: string): boolean => {
  const one = team.people.find(({ id }) => id === person);
  if (one === undefined) return true;
  const { away } = expectedFor({ ...team, people: [{ ...one, roles: ['this'] }] }, 'this', {}, millisOf(now));
  return away;
};

/** Everybody who holds an approver's role may answer for it; who is away is covered. */
const approversOf = async (
  { catalogue: { team } }: Pick<Ports, 'catalogue'>,
  run: Run,
  step: Approval,
  texts: Texts,
  now: string,
): Promise<readonly Asked[]> => {
  const asked: Asked[] = [];
  for (const { role, when, required } of step.approvers) {
    if (when !== undefined && !(await texts.holds(when))) continue;
    const holders = Object.hasOwn(run.requested.people, role)
      ? []
      : team.people.filter(({ roles }) => roles.includes(role));
    const expected =
      holders.length < 2
        ? [expectedFor(team, role, run.requested.people, millisOf(now))]
        : holders.map((holder) => expectedFor(withOnly(team, holder, role), role, {}, millisOf(now)));
    const present = expected.filter(({ away }) => !away);
    for (const { person, covers } of present.length > 0 ? present : expected) {
      if (person === undefined || asked.some((one) => one.person === person && one.role === role)) continue;
      asked.push(askedAs(role, covers === undefined ? { person } : { person, covers }, required));
    }
  }
  return asked;
};

/** Who is accountable for the run: the same person for its life, and whoever covers for them while they are away. */
export const leadOf = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  now: string,
): Promise<readonly Asked[]> => {
  const { lead } = run.opened;
  if (lead === undefined) return leadOfWorkflow(ports, run, now);
  const first = lead.covers ?? lead.person;
  if (!ports.catalogue.team.people.some(({ id }) => id === first)) return leadOfWorkflow(ports, run, now);
  const { person = first, covers } = expectedFor(
    ports.catalogue.team,
    lead.role,
    { [lead.role]: first },
    millisOf(now),
  );
  return [askedAs(lead.role, covers === undefined ? { person } : { person, covers })];
};

/** Who answers for somebody now: they themselves, or whoever covers for them while they are away. */
export const standInFor = ({ catalogue }: Pick<Ports, 'catalogue'>, person: string, now: string): string =>
  expectedFor(catalogue.team, '', { '': person }, millisOf(now)).person ?? person;

/** Whether somebody may do what only the lead may: also while another covers for them. */
export const isLead = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  person: string,
  now: string,
): Promise<boolean> => (await leadOf(ports, run, now)).some((one) => one.person === person || one.covers === person);

/** Who is to be accountable for a run that begins now. */
export const leadOfWorkflow = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run | Requested,
  now: string,
): Promise<readonly Asked[]> => {
  const lead = ports.catalogue.workflows.get(run.requested.workflow)?.outline.workflow.lead;
  const holder = lead === undefined ? undefined : await holderFor(ports, run, lead, now);
  if (lead !== undefined && holder !== undefined) return [askedAs(lead, holder)];
  // A run whose lead nobody is falls to the first of the team: better a wrong person than none.
  const [anybody] = ports.catalogue.team.people;
  return anybody === undefined ? [] : [askedAs(lead ?? '', { person: anybody.id })];
};

/** Who steers runs that others lead, but for `those`: whoever has `access: lead`, or else `access: admin`. */
export const overseersBut = (
  those: readonly string[],
  { catalogue }: Pick<Ports, 'catalogue'>,
  now: string,
): readonly string[] => {
  const having = (wanted: 'lead' | 'admin') => {
    const people = catalogue.team.people.filter(({ access }) => access === wanted);
    const here = people.map(({ id }) => standInFor({ catalogue }, id, now));
    return [...new Set(here)].filter((person) => !those.includes(person));
  };
  const leading = having('lead');
  return leading.length > 0 ? leading : having('admin');
};

export const backupOf = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  step: Step,
  now: string,
): Promise<readonly Asked[]> => {
  const holder = step.backup === undefined ? undefined : await holderFor(ports, run, step.backup, now);
  return holder === undefined || step.backup === undefined ? [] : [askedAs(step.backup, holder)];
};
