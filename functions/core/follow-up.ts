/**
 * What follows inside a run from what is recorded, without anybody doing anything: the vote that was the last of, the
 * vote that cannot be decided any more.
 *
 * Promises: recorded before anything else is decided about the run, by whoever comes next; and only once.
 */
import { outcomeOf } from './ballots.ts';
import { BY_MACHINE, openingOf } from './events.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import type { Recorded } from './recording.ts';
import { refer } from './referral.ts';
import type { Run, StepOpening } from './run.ts';

export const followUp = async (
  ports: Pick<Ports, 'catalogue' | 'records' | 'settings'>,
  run: Run,
  now: string,
): Promise<Recorded | undefined> => {
  if (run.finished !== undefined) return undefined;
  for (const opening of run.openings.values()) {
    if (opening.state !== 'open') continue;
    const found = await followUpOf(ports, run, opening, now);
    if (found !== undefined) return found;
  }
  return undefined;
};

const followUpOf = async (
  ports: Pick<Ports, 'catalogue' | 'records' | 'settings'>,
  run: Run,
  opening: StepOpening,
  now: string,
): Promise<Recorded | undefined> => {
  const step = stepOf(run, opening.step);
  if (step?.type !== 'approval') return undefined;
  const outcome = outcomeOf(run, step, opening);
  if (outcome.kind === 'open') return undefined;
  if (outcome.kind === 'referred') return refer(ports, run, opening, outcome.why, now);
  const { choice, by, again } = outcome;
  const act =
    by === undefined
      ? BY_MACHINE
      : {
          proof: by.proof,
          ...(by.by === undefined ? {} : { by: by.by }),
          ...(by.from === undefined ? {} : { from: by.from }),
          ...(by.mail === undefined ? {} : { mail: by.mail }),
        };
  if (again && choice !== 'approve') {
    const reopens = run.kept.outline.steps[step.id]?.reopens?.[choice] ?? [];
    return {
      event: { type: 'changes-requested', ...openingOf(opening), ...act, decision: choice, reopens: [...reopens] },
    };
  }
  const hours = opening.votes.reduce((sum, vote) => sum + (vote.hours ?? 0), 0);
  return {
    event: {
      type: 'step-finished',
      ...openingOf(opening),
      ...act,
      decision: choice,
      fields: Object.assign({}, ...opening.votes.map(({ fields = {} }) => fields)),
      ...(hours > 0 ? { hours } : {}),
      ...(by?.comment === undefined ? {} : { comment: by.comment }),
    },
  };
};
