/**
 * What a machine calls, one function for each that it knows (contract.ts).
 *
 * Promises: each may be called again with the same payload, also with another token, and comes to the same: what is
 * finished is answered at once with what was recorded. When the run has ended, the machine is told to go home
 * (`Stopped`).
 */

import type { z } from 'zod';
import { ERRORS, type FunctionName, type payloads } from '../../statemachines/contract.ts';
import { LARGEST_EACH } from '../../statemachines/language/each.ts';
import type { Email } from '../../statemachines/language/workflow.ts';
import { makePlan } from '../../statemachines/plan/plan.ts';
import { askedOf, outcomeOf } from './ballots.ts';
import { childOf } from './child-runs.ts';
import { calendarFor, dueOf, expiryOf, waitEnds } from './dates.ts';
import { ending } from './ending.ts';
import { type Asked, BY_MACHINE, type Opening, openingKey, openingOf } from './events.ts';
import type { Owed } from './history.ts';
import { type Contact, pack } from './kept.ts';
import { askedFor, leadOfWorkflow } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf, yielded } from './progress.ts';
import { record } from './record.ts';
import type { Decided } from './recording.ts';
import { freshOpening, type Requested, type Run, type StepOpening } from './run.ts';
import { textsFor } from './run-texts.ts';
import { titleOf } from './start-input.ts';

type Payload<F extends FunctionName> = z.output<(typeof payloads)[F]>;
export type Tasks = { readonly [F in FunctionName]: (payload: Payload<F>) => Promise<unknown> };

/** The run has ended: every branch is to go home. */
class Stopped extends Error {
  override readonly name = ERRORS.stopped;
}
/** A machine asks about something that its run does not know: a fault of ours. */
export class UnknownRun extends Error {
  override readonly name = 'UnknownRun';
}

/** The machine ends, and the run with it: more items than anybody can keep in view. */
class TooManyItems extends Error {
  override readonly name = 'TooManyItems';
}

export const tasksOf = (ports: Ports): Tasks => ({
  OpenRun: ({ run }) => openRun(ports, run),
  OpenStep: (payload) => open(ports, payload, humanStep),
  HoldStep: (payload) => open(ports, payload, waitStep),
  CallSystem: (payload) => open(ports, payload, callStep),
  StartSubRun: (payload) => startSubRun(ports, payload),
  SendEmail: (payload) => sendEmail(ports, payload),
  SkipStep: (payload) => skipStep(ports, payload),
  OpenEach: (payload) => openEach(ports, payload),
  AwaitSteps: (payload) => awaitSteps(ports, payload),
  CloseRun: (payload) => closeRun(ports, payload),
});

/** The run, which has to be open. */
const running = (run: Run | Requested | undefined, id: string): Run => {
  if (run?.finished !== undefined) throw new Stopped(`the run ${id} has ended`);
  if (run?.opened === undefined) throw new UnknownRun(`there is no open run ${id}`);
  return run;
};

const openRun = (ports: Ports, id: string): Promise<unknown> =>
  record(ports, id, async (run, now): Promise<Decided<unknown>> => {
    if (run === undefined) throw new UnknownRun(`nobody asked for the run ${id}`);
    if (run.finished !== undefined) throw new Stopped(`the run ${id} has ended`);
    if (run.opened !== undefined) return { result: {} };
    const { requested } = run;
    const published = ports.catalogue.workflows.get(requested.workflow);
    if (published === undefined) throw new UnknownRun(`there is no workflow ${requested.workflow}`);
    const { outline } = published;
    const { team } = ports.catalogue;
    const plan = makePlan({
      workflow: outline.workflow,
      inputs: requested.inputs,
      team,
      calendar: calendarFor(ports.catalogue, outline.workflow.calendar, now),
      now: requested.at,
      assignments: requested.people,
    });
    const people = Object.fromEntries(
      team.people.map(({ id: person, name, email, zone, language }): [string, Contact] => [
        person,
        { name, email, zone, language },
      ]),
    );
    const kept = pack({ outline, plan: 'problem' in plan ? { problem: plan.sentence } : plan, people });
    const title = titleOf(outline.workflow, requested.inputs as never, requested.at);
    const [lead] = await leadOfWorkflow(ports, run, now);
    return {
      record: {
        event: {
          type: 'run-opened',
          title,
          version: outline.version,
          ...(lead === undefined ? {} : { lead }),
          kept,
        },
      },
      result: {},
    };
  });

type Occurrence = Opening & {
  readonly run: string;
  readonly values?: { readonly [name: string]: unknown } | undefined;
  readonly token?: string | undefined;
};
/** What of an opening depends on the kind of its step. */
type Beginning = {
  readonly people: readonly Asked[];
  readonly due?: StepOpening['due'];
  readonly expires?: string;
  readonly owed: readonly Owed[];
};
type Begin = (ports: Ports, run: Run, at: Occurrence, now: string) => Promise<Beginning>;

/** Opens what is waited for; what has been opened before takes the newer token. */
const open = (ports: Ports, payload: Occurrence, begin: Begin): Promise<unknown> =>
  record<unknown>(ports, payload.run, async (state, now): Promise<Decided<unknown>> => {
    const run = running(state, payload.run);
    const { token, values } = payload;
    const before = run.openings.get(openingKey(payload));
    if (before !== undefined) {
      if (token === undefined || before.token === token) return { result: {} };
      return { record: { event: { type: 'token-replaced', ...openingOf(payload), token } }, result: {} };
    }
    const { people, due, expires, owed } = await begin(ports, run, payload, now);
    return {
      record: {
        event: {
          type: 'step-opened',
          ...openingOf(payload),
          people: [...people],
          ...(values === undefined ? {} : { values: values as never }),
          ...(due === undefined ? {} : { due }),
          ...(expires === undefined ? {} : { expires }),
          ...(token === undefined ? {} : { token }),
        },
        owed,
      },
      result: {},
    };
  });

const viewOf = ({ step, item, values = {} }: Occurrence) => ({ step, item, values });
/** The opening's own name, as effects carry it. */
const named = (at: Opening): { readonly step: string; readonly round: number } => openingOf(at) as never;

const humanStep: Begin = async (ports, run, at, now) => {
  const step = stepOf(run, at.step);
  if (step === undefined) throw new UnknownRun(`the run ${run.id} has no step ${at.step}`);
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  const people = await askedFor(ports, run, step, at, textsFor(ports, run, viewOf(at)), now);
  const due = dueOf(run, step, at, calendar, now);
  const expires = due === undefined ? undefined : expiryOf(step, due, calendar, now);
  const opening = freshOpening(at, people, now);
  // Where nobody who is asked can decide, it is put before the lead at once (follow-up.ts), and nobody else is mailed.
  const stuck = step.type === 'approval' && outcomeOf(run, step, opening).kind === 'referred';
  const mailed = stuck ? [] : askedOf(run, opening);
  return {
    people,
    ...(due === undefined ? {} : { due }),
    ...(expires === undefined ? {} : { expires }),
    owed: mailed.map((person) => ({ id: `mail ${person}`, kind: 'step-mail', person, why: 'opened', ...named(at) })),
  };
};

const waitStep: Begin = async (ports, run, at, now) => {
  const step = stepOf(run, at.step);
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  return { people: [], expires: step?.type === 'wait' ? waitEnds(run, step, at.item, calendar, now) : now, owed: [] };
};

const callStep: Begin = async (_ports, _run, at) => ({
  people: [],
  owed: [{ id: 'call', kind: 'call', ...named(at) }],
});

const childStep: Begin = async (_ports, _run, at) => ({
  people: [],
  owed: [{ id: 'child', kind: 'child', ...named(at) }],
});

const startSubRun = async (ports: Ports, payload: Payload<'StartSubRun'>): Promise<unknown> => {
  await open(ports, payload, childStep);
  if (payload.token !== undefined) return {};
  // Nobody waits for its end: it is done as soon as it has been asked for.
  return record<unknown>(ports, payload.run, (state, now): Decided<unknown> => {
    const run = running(state, payload.run);
    const opening = run.openings.get(openingKey(payload));
    const step = stepOf(run, payload.step);
    if (opening === undefined || step?.type !== 'run') throw new UnknownRun(`no step ${payload.step} is open`);
    if (opening.state !== 'open') return { result: yielded(run, opening) };
    const gave = { run: childOf(run.id, step.workflow, opening) };
    const event = {
      type: 'step-finished',
      ...openingOf(opening),
      ...BY_MACHINE,
      decision: 'done',
      fields: {},
      gave,
    } as const;
    return {
      record: { event },
      result: yieldedOf(run, payload.step, { ...gave, decision: 'done', at: now, round: opening.round }),
    };
  });
};

const yieldedOf = (run: Run, step: string, results: { readonly [name: string]: unknown }): unknown => {
  const { yields = [] } = run.kept.outline.steps[step] ?? {};
  return Object.fromEntries(Object.entries(results).filter(([name]) => yields.includes(name)));
};

/** A mail is done when it is owed: whether it is delivered shows in the history. */
const sendEmail = (ports: Ports, payload: Payload<'SendEmail'>): Promise<unknown> =>
  record<unknown>(ports, payload.run, async (state, now): Promise<Decided<unknown>> => {
    const run = running(state, payload.run);
    const before = run.openings.get(openingKey(payload));
    if (before !== undefined) return { result: yielded(run, before) };
    const step = stepOf(run, payload.step);
    if (step?.type !== 'email') throw new UnknownRun(`the run ${run.id} has no mail ${payload.step}`);
    const to = await recipientsOf(ports, run, step, payload);
    return {
      record: {
        event: { type: 'step-finished', ...openingOf(payload), ...BY_MACHINE, decision: 'done', fields: {} },
        owed: to.map((one, index) => ({ id: `mail ${index}`, kind: 'authored', ...one, ...named(payload) })),
      },
      result: yieldedOf(run, payload.step, { decision: 'done', at: now, round: payload.round }),
    };
  });

/** Roles are everybody who holds them, ids are people, and the rest are addresses; each once. */
const recipientsOf = async (
  ports: Ports,
  run: Run,
  step: Email,
  at: Occurrence,
): Promise<readonly ({ readonly person: string } | { readonly address: string })[]> => {
  const { people, roles } = ports.catalogue.team;
  const texts = textsFor(ports, run, viewOf(at));
  const found = new Map<string, { readonly person: string } | { readonly address: string }>();
  for (const template of step.to) {
    const to = (await texts.text(template)).trim();
    const holders = people.filter((one) => one.id === to || one.roles.includes(to));
    const named = run.requested.people[to];
    const chosen = named === undefined ? holders : people.filter(({ id }) => id === named);
    for (const { id } of chosen) found.set(id, { person: id });
    if (chosen.length === 0 && !Object.hasOwn(roles, to) && /^[^\s@,;<>]+@[^\s@,;<>]+$/.test(to))
      found.set(to, { address: to });
  }
  return [...found.values()];
};

const skipStep = (ports: Ports, payload: Payload<'SkipStep'>): Promise<unknown> =>
  record<unknown>(ports, payload.run, (state): Decided<unknown> => {
    const run = running(state, payload.run);
    if (run.openings.has(openingKey(payload))) return { result: {} };
    return {
      record: { event: { type: 'step-skipped', ...openingOf(payload), ...BY_MACHINE, why: 'condition' } },
      result: {},
    };
  });

const openEach = (ports: Ports, payload: Payload<'OpenEach'>): Promise<unknown> =>
  record<unknown>(ports, payload.run, (state): Decided<unknown> => {
    const run = running(state, payload.run);
    if (run.eaches.has(openingKey(payload))) return { result: {} };
    if (payload.count > LARGEST_EACH)
      throw new TooManyItems(`${payload.step} has ${payload.count} items; at most ${LARGEST_EACH} are possible`);
    return { record: { event: { type: 'each-opened', ...openingOf(payload), count: payload.count } }, result: {} };
  });

const awaitSteps = (ports: Ports, payload: Payload<'AwaitSteps'>): Promise<unknown> =>
  record<unknown>(ports, payload.run, (state): Decided<unknown> => {
    const run = running(state, payload.run);
    const { token, steps } = payload;
    if (run.gates.get(openingKey(payload))?.token === token) return { result: {} };
    return { record: { event: { type: 'gate-opened', ...openingOf(payload), steps: [...steps], token } }, result: {} };
  });

const OUTCOME = { finished: 'finished', rejected: 'rejected', stopped: 'cancelled', expired: 'expired' } as const;

const closeRun = async (ports: Ports, { run: id, outcome }: Payload<'CloseRun'>): Promise<unknown> => {
  await endRun(ports, id, OUTCOME[outcome]);
  return {};
};

/** Ends a run that its machine has ended. */
export const endRun = (
  ports: Ports,
  id: string,
  outcome: (typeof OUTCOME)[keyof typeof OUTCOME] | 'failed',
  reason?: string,
): Promise<void> =>
  record<void>(ports, id, async (run, now): Promise<Decided<void>> => {
    if (run === undefined || run.finished !== undefined) return { result: undefined };
    return { record: await ending(ports, run, now, outcome, reason), result: undefined };
  });
