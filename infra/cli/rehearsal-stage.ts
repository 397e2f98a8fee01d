/**
 * Where a rehearsal takes place: a sandbox in memory, with its own machines and functions, on a clock that stands still.
 *
 * Promises: no clock, no chance and no network from outside; other systems answer unless they are to fail, and then
 * again once they have been mended. Whatever happens, the witness sees. Hides: how it is told which call is made.
 */
import type { Ports } from '../../functions/core/ports.ts';
import { hosted } from '../../functions/hosted.ts';
import { textMailWriter } from '../../functions/pages/mail-writer.ts';
import type { Step, Workflow } from '../../statemachines/language/workflow.ts';
import type { Library } from '../../statemachines/library.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import { inMemory } from '../sandbox/keeping.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { portsFor } from '../sandbox/sandbox-functions.ts';
import { NotStarted, type Rehearsal } from './rehearsal.ts';
import type { Witness } from './rehearsal-witness.ts';
import { seededChance } from './seeded-chance.ts';

export type Stage = {
  readonly sandbox: Sandbox;
  readonly ports: Ports;
  /** Asks for the run. @returns its id, or throws NotStarted. */
  readonly start: () => Promise<string>;
  /** From now on the system that this step calls answers. */
  readonly mend: (step: string) => void;
};

export const openStage = async (rehearsal: Rehearsal, witness: Witness): Promise<Stage> => {
  const library = withAbsences(rehearsal);
  const failing = new Set(rehearsal.failing ?? []);
  const keeping = inMemory();
  let ports: Ports | undefined;
  const sandbox = await openSandbox({
    keeping: { ...keeping, history: witness.within(keeping.history) },
    clock: { kind: 'virtual', start: new Date(millisOf(rehearsal.now)).toISOString() },
    machineOf: (workflow) => library.workflows.get(workflow)?.compiled.asl,
    chance: seededChance(rehearsal.seed ?? '1'),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@localhost' },
      stage: 'rehearsal',
      gather_seconds: 0,
      secure_cookies: false,
      // People of a rehearsal click at the very moment at which they are mailed.
      wary_of_robots: false,
      slows_down: true,
      keeps_board: false,
      sign_in: 'choose',
    },
    makeHosted: (given) => {
      const mailbox: Ports['mailbox'] = {
        send: async (mail) => {
          witness.mailed(mail, given.clock.now());
          return 'sent';
        },
      };
      const systems: Ports['systems'] = {
        call: async ({ headers }) =>
          failing.has(headers[STEP_HEADER] ?? '')
            ? { outcome: 'failed', why: 'the other system does not answer (as rehearsed)', again: true }
            : { outcome: 'answered', status: 200, body: {} },
      };
      const named = failing.size === 0 ? library : withNamedCalls(library);
      // Links and codes are found in the text, and nobody looks at the rest of a mail.
      ports = { ...portsFor(given, named, systems), mailbox, mails: textMailWriter() };
      return hosted(ports);
    },
  });
  return {
    sandbox,
    ports: ports as Ports,
    start: () => start(sandbox, rehearsal),
    mend: (step) => void failing.delete(step),
  };
};

const start = async (
  { hosted }: Sandbox,
  { workflow, inputs, people = {}, seed = '1' }: Rehearsal,
): Promise<string> => {
  const response = await hosted.http({
    method: 'POST',
    path: '/api/runs',
    query: '',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ workflow, inputs, people, id: `rehearsal ${seed}` })),
    from: '127.0.0.1',
  });
  const { run, error } = JSON.parse(response.body) as { readonly run?: string; readonly error?: string };
  if (run === undefined) throw new NotStarted(error ?? 'The run could not be started.');
  return run;
};

const withAbsences = ({ library, away = {} }: Rehearsal): Library =>
  Object.keys(away).length === 0
    ? library
    : {
        ...library,
        team: {
          ...library.team,
          people: library.team.people.map((person) => ({
            ...person,
            away: [...(away[person.id] ?? []), ...person.away],
          })),
        },
      };

/** So that it can be told which call is made. */
const STEP_HEADER = 'runsheet-step';
const withNamedCalls = (library: Library): Library => {
  const named = (steps: readonly Step[]): Step[] =>
    steps.map((step) =>
      step.type === 'call'
        ? { ...step, headers: { ...step.headers, [STEP_HEADER]: step.id } }
        : step.type === 'each'
          ? { ...step, steps: named(step.steps) }
          : step,
    );
  return {
    ...library,
    workflows: new Map(
      [...library.workflows].map(([id, one]) => {
        const { outline } = one.compiled;
        const workflow: Workflow = { ...outline.workflow, steps: named(outline.workflow.steps) };
        return [id, { ...one, compiled: { ...one.compiled, outline: { ...outline, workflow } } }];
      }),
    ),
  };
};
