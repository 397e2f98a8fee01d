/**
 * The end of a run that nobody steered there: its machine came to its end, failed, was stopped, or never began.
 *
 * Promises: the lead is told how it ended, and whoever still had something to do that it is no longer needed.
 */
import { SAID } from '../words/said.ts';
import { owersOf } from './ballots.ts';
import { BY_MACHINE, type EventOf } from './events.ts';
import type { Owed } from './history.ts';
import { leadOf, leadOfWorkflow } from './people.ts';
import type { Ports } from './ports.ts';
import type { Recorded } from './recording.ts';
import type { Requested, Run } from './run.ts';

type Outcome = EventOf<'run-finished'>['outcome'];

/** What is recorded of it. */
export const ending = async (
  ports: Pick<Ports, 'catalogue' | 'records'>,
  run: Run | Requested,
  now: string,
  outcome: Outcome,
  reason?: string,
  step?: string,
): Promise<Recorded> => {
  const lead = run.opened === undefined ? await leadOfWorkflow(ports, run, now) : await leadOf(ports, run, now);
  const title = run.opened?.title ?? run.requested.workflow;
  const told: readonly Owed[] = lead.map(({ person }) => ({
    id: `notice ${person}`,
    kind: 'notice',
    person,
    headline: SAID.notice.outcome[outcome],
    lines: [...(reason === undefined ? [] : [reason]), ...lastedOf(run, now)],
    steer: run.opened !== undefined,
  }));
  const except = lead.map(({ person }) => person);
  return {
    event: {
      type: 'run-finished',
      ...BY_MACHINE,
      outcome,
      ...(step === undefined ? {} : { step }),
      ...(reason === undefined ? {} : { reason }),
    },
    owed: [
      ...told,
      ...(run.opened === undefined
        ? []
        : relieved(run, except, SAID.notice.ended(title, SAID.notice.outcome[outcome]))),
    ],
  };
};

/** How long it took, in days of the calendar. */
const lastedOf = (run: Run | Requested, now: string): readonly string[] => {
  const days = Math.round((Date.parse(now) - Date.parse(run.requested.at)) / 86_400_000);
  return run.opened === undefined ? [] : [SAID.notice.lasted(days)];
};

/** Tells those who still had something to do that they need not do it. */
export const relieved = (run: Run, except: readonly string[], line: string): readonly Owed[] => {
  const owers = new Set([...run.openings.values()].flatMap((opening) => owersOf(run, opening)));
  return [...owers]
    .filter((person) => !except.includes(person))
    .map((person) => ({
      id: `notice ${person}`,
      kind: 'notice',
      person,
      headline: SAID.notice.nothingMore,
      lines: [line],
    }));
};
