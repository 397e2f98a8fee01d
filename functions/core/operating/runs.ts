/**
 * Runs, to those who operate: see one, end one, have one go on.
 *
 * Promises: what they do stands in the history with where it came from and why; a run that was ended or goes on is
 * told to those whom it concerns, as when its lead had done it.
 */

import { owersOf } from '../ballots.ts';
import { cardOf, remakeCard } from '../cards.ts';
import { childOf } from '../child-runs.ts';
import { ending } from '../ending.ts';
import { type Act, openingOf } from '../events.ts';
import type { Owed } from '../history.ts';
import { contactOf, leadOf } from '../people.ts';
import type { Ports } from '../ports.ts';
import { stepOf } from '../progress.ts';
import { eventsOf, readRun } from '../read-run.ts';
import { record } from '../record.ts';
import type { Decided } from '../recording.ts';
import type { Requested, Run } from '../run.ts';
import { listed } from '../run-list.ts';
import { runUrl } from '../run-texts.ts';
import { sentenceOf } from '../telling.ts';
import type { Backstage, MachineState } from './backstage.ts';
import { Refused } from './refusal.ts';

type Steered = { readonly run: string; readonly reason: string; readonly from: string };

const EVER = '9999-12-31T00:00:00.000Z';
const MOST_DEBTS = 1_000;

const found = async (ports: Ports, id: string): Promise<Run | Requested> => {
  const run = await readRun(ports, id);
  if (run === undefined) throw new Refused('unknown', `There is no run ${id}. The command “runs” lists them.`);
  return run;
};

export const showRun = async (ports: Ports, { machines }: Pick<Backstage, 'machines'>, id: string) => {
  const run = await found(ports, id);
  const events = eventsOf(await ports.history.read(id));
  const debts = await ports.history.owedBefore(EVER, MOST_DEBTS);
  return {
    ...listed(await cardOf(ports, run)),
    url: runUrl(ports, id),
    ...(run.finished?.reason === undefined ? {} : { reason: run.finished.reason }),
    machine: await machines.state(run.requested.workflow, id),
    owes: debts.filter((debt) => debt.run === id).map(({ owed, since }) => ({ what: owed.kind, since })),
    history: await Promise.all(
      events.map(async (event, index) => ({
        number: index + 1,
        at: event.at,
        text: run.opened === undefined ? event.type : await sentenceOf(ports, run, event),
      })),
    ),
  };
};

/** All that lists and the board show, anew from every history there is. */
export const rebuildLists = async (
  ports: Ports,
  { whole }: Pick<Backstage, 'whole'>,
): Promise<{ readonly runs: number }> => {
  let runs = 0;
  for await (const id of whole.runs()) {
    const run = await readRun(ports, id);
    if (run === undefined) continue;
    await remakeCard(ports, run);
    runs += 1;
  }
  return { runs };
};

export const cancelRun = async (
  ports: Ports,
  { run: id, reason, from }: Steered,
): Promise<{ readonly run: string }> => {
  checkReason(reason);
  const act: Act = { proof: 'command', from };
  const problem = await record<string | undefined>(
    ports,
    id,
    async (run, now): Promise<Decided<string | undefined>> => {
      if (run === undefined) return { result: `There is no run ${id}.` };
      if (run.finished !== undefined) return { result: `The run ${id} has ended: ${run.finished.outcome}.` };
      const { event, owed = [] } = await ending(ports, run, now, 'cancelled', reason.trim());
      return { record: { event: { ...event, ...act } as typeof event, owed }, result: undefined };
    },
  );
  if (problem !== undefined) throw new Refused(problem.startsWith('There is no') ? 'unknown' : 'conflict', problem);
  return { run: id };
};

const ENDED_BADLY: ReadonlySet<MachineState> = new Set(['failed', 'timed out', 'stopped']);

/**
 * A run whose machine failed goes on where it stood: what was closed is open again, whoever has it is mailed a new
 * link, and the machine tries anew what it could not do. May be called again: what is resumed stays so.
 */
export const redriveRun = async (
  ports: Ports,
  { machines }: Pick<Backstage, 'machines'>,
  { run: id, reason, from }: Steered,
): Promise<{ readonly run: string }> => {
  checkReason(reason);
  const before = await found(ports, id);
  const { workflow } = before.requested;
  const state = await machines.state(workflow, id);
  if (before.opened === undefined)
    throw new Refused('conflict', `The run ${id} never began, so there is nothing to go on with. Start it anew.`);
  if (!ENDED_BADLY.has(state))
    throw new Refused(
      'conflict',
      state === 'running'
        ? `The machine of ${id} is running; there is nothing to try anew.`
        : `The machine of ${id} did not fail (it is ${state === 'none' ? 'gone' : state}), so it cannot go on.`,
    );
  await checkTies(ports, before);
  const cannotGoOn = (why: string): Refused =>
    new Refused(
      'conflict',
      `The machine of ${id} cannot go on: ${why}. ${before.finished === undefined ? 'End it with “runs cancel”, and start' : 'Start'} it anew.`,
    );
  // Nobody is told that it goes on, and mailed something to do, where it does not.
  const can = await machines.canGoOn(workflow, id);
  if (can !== true) throw cannotGoOn(can.cannot);
  await record<void>(ports, id, async (run, now): Promise<Decided<void>> => {
    if (run?.opened === undefined || run.finished === undefined) return { result: undefined };
    return {
      record: {
        event: { type: 'run-resumed', proof: 'command', from, reason: reason.trim() },
        owed: await toldAgain(ports, run, now),
      },
      result: undefined,
    };
  });
  const outcome = await machines.redrive(workflow, id);
  if (outcome !== 'redriven') throw cannotGoOn(outcome.cannot);
  return { run: id };
};

/** What it waited for, and what waits for it, have been told that it ended. */
const checkTies = async (ports: Ports, run: Run): Promise<void> => {
  const { parent } = run.requested;
  if (parent?.waits === true && run.finished !== undefined)
    throw new Refused(
      'conflict',
      `The run ${parent.run} waited for it and has been told that it ended; have its lead try the step ${parent.step} again.`,
    );
  for (const opening of run.openings.values()) {
    const step = stepOf(run, opening.step);
    if (opening.state !== 'closed' || step?.type !== 'run' || !step.wait) continue;
    const child = childOf(run.id, step.workflow, opening);
    if ((await readRun(ports, child))?.finished !== undefined)
      throw new Refused('conflict', `It waited for the run ${child}, which ended together with it. Start it anew.`);
  }
};

/** Whoever has something to do again is mailed it, and the lead is told that the run goes on. */
const toldAgain = async (ports: Ports, run: Run, now: string): Promise<readonly Owed[]> => {
  const lead = (await leadOf(ports, run, now)).map(
    ({ person }): Owed => ({
      id: `notice ${person}`,
      kind: 'notice',
      person,
      headline: 'It goes on',
      lines: ['Its machine had failed, and was made to go on where it stood.'],
      steer: true,
    }),
  );
  const mails = [...run.openings].flatMap(([key, opening]): readonly Owed[] => {
    const step = stepOf(run, opening.step);
    if (opening.state !== 'closed' || (step?.type !== 'task' && step?.type !== 'approval')) return [];
    const open = { ...opening, state: 'open' as const };
    return [...owersOf(run, open)]
      .filter((person) => contactOf(ports, run, person) !== undefined)
      .map((person) => ({
        id: `mail ${person} ${key}`,
        kind: 'step-mail',
        person,
        why: 'opened',
        ...(openingOf(opening) as { step: string; round: number }),
      }));
  });
  return [...lead, ...mails];
};

const checkReason = (reason: string): void => {
  if (reason.trim() === '') throw new Refused('wrong', 'Say why, so that others can understand it later.');
  if (reason.length > 10_000) throw new Refused('wrong', 'The reason can have at most 10,000 characters.');
};
