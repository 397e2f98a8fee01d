/**
 * Functions for a sandbox that are small enough to be known by heart. A step mails its owner, reminds him every day,
 * and ends by itself at the fourth reminder; `answer` ends it earlier. Each may be called twice, as ours may.
 */

import { TryAgain } from '../../functions/core/history.ts';
import type { AlarmCall, Mail } from '../../functions/core/ports.ts';
import type { Hosted, MachineEnd } from '../../functions/lambda/hosted.ts';
import { inMemory } from '../../infra/sandbox/keeping.ts';
import { openSandbox, type Sandbox, type SandboxOptions, type SandboxPorts } from '../../infra/sandbox/sandbox.ts';
import { memoryStore, type Store } from '../../infra/sandbox/store.ts';

export const START = '2027-01-04T08:00:00.000Z';
export const DAY = 86_400_000;
export const later = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

const invoke = (name: string, payload: object, more: object): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `\${${name}}`, Payload: payload },
  ...more,
});
const waitFor = (step: string, more: object): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: {
    FunctionName: '${OpenStep}',
    Payload: {
      contract: 1,
      run: '{% $states.context.Execution.Name %}',
      step,
      round: 1,
      token: '{% $states.context.Task.Token %}',
    },
  },
  TimeoutSeconds: 300 * 86_400,
  ...more,
});
const RUN = { contract: 1, run: '{% $states.context.Execution.Name %}' };

/** Two steps side by side, a pause of a day, a mail, one more step. */
export const MACHINE = {
  QueryLanguage: 'JSONata',
  StartAt: 'open',
  TimeoutSeconds: 350 * 86_400,
  States: {
    open: invoke('OpenRun', RUN, { Next: 'both' }),
    both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'draft', States: { draft: waitFor('draft', { End: true }) } },
        {
          StartAt: 'picture',
          States: {
            picture: waitFor('picture', { Next: 'pause' }),
            pause: { Type: 'Wait', Seconds: 86_400, End: true },
          },
        },
      ],
      Next: 'mail',
    },
    mail: invoke(
      'SendEmail',
      { ...RUN, step: 'mail', round: 1 },
      { Retry: [{ ErrorEquals: ['TryAgain'], IntervalSeconds: 60, MaxAttempts: 3 }], Next: 'check' },
    ),
    check: waitFor('check', { Next: 'close' }),
    close: invoke('CloseRun', { ...RUN, outcome: 'finished' }, { End: true }),
  },
};

export const INPUT = { contract: 1, run: { id: 'run-1' }, inputs: {} } as const;

export type Played = Hosted & {
  readonly ends: MachineEnd[];
  readonly starts: string[];
  readonly alarmed: AlarmCall[];
  readonly answer: (run: string, step: string) => Promise<'taken' | 'gone'>;
};

type Sent = { readonly run: string; readonly step: string; readonly token: string };

export function playFunctions(ports: SandboxPorts): Played {
  const ends: MachineEnd[] = [];
  const starts: string[] = [];
  const alarmed: AlarmCall[] = [];
  const mail = (id: string): Mail => ({
    id,
    lane: 'task',
    to: { email: 'ada@example.org' },
    subject: id,
    text: `About ${id}`,
    html: `<p>About ${id}</p>`,
  });
  const remind = (run: string, step: string, generation: number): Promise<void> =>
    ports.alarms.set({
      name: `${run}.${step}`,
      at: later(ports.clock.now(), DAY),
      call: { kind: 'step', run, step, round: 1, generation },
    });
  const tokenOf = async (run: string, step: string): Promise<string> =>
    String((await ports.records.read('token', `${run}/${step}`))?.value);
  const answer = async (run: string, step: string): Promise<'taken' | 'gone'> => {
    await ports.alarms.clear(`${run}.${step}`);
    return ports.machines.succeed(await tokenOf(run, step), { decision: 'done' });
  };
  return {
    ends,
    starts,
    alarmed,
    answer,
    task: async (name, payload) => {
      const { run, step, token } = payload as unknown as Sent;
      if (name === 'OpenStep') {
        await ports.records.write('token', `${run}/${step}`, token);
        await ports.mailbox.send(mail(`${run}/${step}`));
        await remind(run, step, 1);
      }
      if (name === 'SendEmail') await ports.mailbox.send(mail(`${run}/${step}`));
      return {};
    },
    alarm: async (call) => {
      alarmed.push(call);
      if (call.kind !== 'step') return;
      await ports.mailbox.send(mail(`${call.run}/${call.step}/reminder-${call.generation}`));
      if (call.generation < 4) await remind(call.run, call.step, call.generation + 1);
      else await ports.machines.succeed(await tokenOf(call.run, call.step), { decision: 'skip' });
    },
    machineEnded: async (end) => {
      ends.push(end);
      await ports.mailbox.send(mail(`${end.run}/${end.status}`));
    },
    scheduled: async (workflow, at) => {
      starts.push(`${workflow} ${at}`);
    },
    http: async ({ path }) => ({ status: 200, headers: [['content-type', 'text/plain']], body: path }),
    sweep: async () => 0,
  };
}

/** All mails of a run in which nobody answers. */
export const ALL_MAILS = [
  'run-1/SUCCEEDED',
  ...['check', 'draft', 'picture'].flatMap((step) => [
    `run-1/${step}`,
    ...[1, 2, 3, 4].map((generation) => `run-1/${step}/reminder-${generation}`),
  ]),
  'run-1/mail',
].sort();

export type Play = Sandbox & { readonly functions: Played };

export async function play(options: Partial<SandboxOptions> = {}): Promise<Play> {
  let functions: Played | undefined;
  const sandbox = await openSandbox({
    keeping: inMemory(),
    clock: { kind: 'virtual' },
    machineOf: (workflow) => (workflow === 'flow' ? MACHINE : undefined),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@example.org' },
      stage: 'sandbox',
      gather_seconds: 0,
      secure_cookies: false,
      wary_of_robots: false,
      slows_down: true,
      keeps_board: true,
      sign_in: 'choose',
    },
    ...options,
    makeHosted: (ports) => {
      functions = playFunctions(ports);
      return options.makeHosted?.(ports) ?? functions;
    },
  });
  return { ...sandbox, functions: functions as Played };
}

/** A store whose process dies before its write number `most`: from then on nothing gets in or out. */
export function dyingStore(store: Store, most: number): Store & { readonly died: () => boolean } {
  let writes = 0;
  const alive = (): void => {
    if (writes > most) throw new TryAgain('the process is dead');
  };
  return {
    read: async (key) => {
      alive();
      return store.read(key);
    },
    list: async (prefix) => {
      alive();
      return store.list(prefix);
    },
    write: async (changes) => {
      writes += 1;
      alive();
      return store.write(changes);
    },
    close: store.close,
    died: () => writes > most,
  };
}

export const keepingAt = (store = memoryStore()) => ({ ...inMemory(), store });
