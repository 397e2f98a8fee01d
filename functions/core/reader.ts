/**
 * Who reads our pages, and what they may do there (R26).
 *
 * Promises: everybody of the team sees every run, and answers what is theirs. A run is steered by its lead, by whoever
 * holds the role that leads its workflow, and by those to whom team.yaml gives `access: lead` or `admin`.
 */
import type { Proof } from './events.ts';
import { isLead, standInFor } from './people.ts';
import type { Ports } from './ports.ts';
import type { Run } from './run.ts';
import type { Session } from './sessions.ts';

export type Access = 'member' | 'lead' | 'admin';

export type Reader = {
  readonly person: string;
  readonly name: string;
  readonly zone: string;
  readonly access: Access;
  /** What a form of theirs is bound to. */
  readonly session: string;
  /** How sure we are that it is them. */
  readonly proof: Proof;
};

/** Undefined: not of the team (any more). */
export const readerOf = (
  { catalogue }: Pick<Ports, 'catalogue'>,
  { person, how, key }: Session,
): Reader | undefined => {
  const found = catalogue.team.people.find(({ id }) => id === person);
  if (found === undefined) return undefined;
  const { name, zone, access = 'member' } = found;
  return { person, name, zone, access, session: key, proof: how === 'mailed' ? 'sign-in' : 'link' };
};

/** Whether somebody may do to a run what its lead may. */
export const mayLead = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run,
  person: string,
  now: string,
): Promise<boolean> => {
  const { people } = ports.catalogue.team;
  const found = people.find(({ id }) => id === person);
  // Also whoever covers for somebody with access, who is told in their place.
  const covers = people.some(({ id, access }) => access !== undefined && standInFor(ports, id, now) === person);
  if (covers || found?.access !== undefined || found?.roles.includes(run.workflow.lead) === true) return true;
  return isLead(ports, run, person, now);
};
