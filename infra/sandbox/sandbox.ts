/**
 * The sandbox: the functions and the machines on one machine, in one process.
 *
 * Promises: whatever the ports promise, durably where it is kept in a folder: killed at any moment and opened again, it
 * goes on. Composition only; each part says for itself what it does.
 */
import { randomBytes } from 'node:crypto';
import type { History } from '../../functions/core/history.ts';
import type { Backstage } from '../../functions/core/operating/backstage.ts';
import type { Chance, Log, Mailbox, Ports, Settings } from '../../functions/core/ports.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import { jsonLog } from '../../functions/lambda/json-log.ts';
import { agenda as newAgenda } from './agenda.ts';
import { atMost } from './at-most.ts';
import { debtsOf } from './debts.ts';
import { durableAlarms } from './durable-alarms.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { insisting } from './insist.ts';
import type { Keeping } from './keeping.ts';
import { type MachineHost, machineHost } from './machine-host.ts';
import { sandboxBackstage } from './sandbox-backstage.ts';
import { type ScheduledStart, scheduledStarts } from './scheduled-starts.ts';
import { type KeptSecrets, memorySecrets } from './secrets-file.ts';
import { realTime, type Time, virtualTime } from './time.ts';
import { underWay } from './under-way.ts';

/** What the sandbox gives to the functions; whoever makes them adds the rest. */
export type SandboxPorts = Pick<
  Ports,
  'clock' | 'chance' | 'settings' | 'history' | 'records' | 'mailbox' | 'machines' | 'alarms' | 'secrets' | 'log'
>;

export type SandboxOptions = {
  readonly keeping: Keeping;
  readonly clock: { readonly kind: 'real' } | { readonly kind: 'virtual'; readonly start?: string };
  readonly makeHosted: (ports: SandboxPorts) => Hosted;
  /** The machine of each workflow that can be started, looked up at each start. */
  readonly machineOf: (workflow: string) => unknown;
  readonly settings: Settings;
  readonly schedules?: readonly ScheduledStart[];
  /** Delivers mails really. */
  readonly deliver?: Mailbox;
  /** Unpredictable unless told otherwise. */
  readonly chance?: Chance;
  /** Nowhere unless told otherwise. */
  readonly writeLog?: (line: string, level: 'info' | 'warn' | 'error') => void;
  /** From memory unless told otherwise. */
  readonly secrets?: KeptSecrets;
};

export type Sandbox = {
  readonly hosted: Hosted;
  readonly ports: SandboxPorts;
  readonly time: Time;
  readonly inbox: Inbox;
  readonly host: MachineHost;
  readonly history: History;
  readonly log: Log;
  readonly backstage: Backstage;
  /** Lets what is under way end; nothing new begins. */
  readonly close: () => Promise<void>;
};

/** As many as a small account on AWS does side by side. */
const MOST_AT_ONCE = 10;
const CLOSING_MILLISECONDS = 5_000;

/**
 * Nobody else knows a secret of the sandbox before it is made: not ours, nor that of a webhook, which is then entered
 * where the webhook comes from.
 */
export const isOurSecret = (_name: string): boolean => true;

/** When this returns, all that was left undone has been done, or is being tried again. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { keeping, settings } = options;
  const { store } = keeping;
  const chance = options.chance ?? { bytes: (count) => randomBytes(count) };
  const work = underWay();
  const agenda = newAgenda();
  let time: Time | undefined;
  const now = (): string => (time as Time).now();
  let isClosed = false;
  const log = jsonLog({
    now,
    write: (line, level) => {
      if (!isClosed) options.writeLog?.(line, level);
    },
  });
  const around = { agenda, work, failed: (what: string, cause: unknown) => log.error(what, cause) };
  time =
    options.clock.kind === 'real'
      ? await realTime(around, store)
      : await virtualTime(around, store, options.clock.start);

  let made: Hosted | undefined;
  const hosted = (): Hosted => made as Hosted;
  const insistence = insisting({ agenda, now, log });
  const { insist } = insistence;
  const host = machineHost({ store, agenda, work, insist, now, chance, log, machineOf: options.machineOf, hosted });
  const alarms = durableAlarms({ store, agenda, insist, hosted });
  const inbox = openInbox({ store, now, ...(options.deliver === undefined ? {} : { deliver: options.deliver }) });
  const debts = debtsOf({ history: keeping.history, agenda, now, sweep: () => hosted().sweep(), log });
  const schedules = scheduledStarts({ store, agenda, insist, now, hosted, starts: options.schedules ?? [] });

  const secrets = options.secrets ?? memorySecrets({ chance, isOurs: isOurSecret });

  const clock = { now };
  const ports: SandboxPorts = {
    clock,
    chance,
    settings,
    history: debts.history,
    records: keeping.records(clock),
    mailbox: inbox.mailbox,
    machines: host.machines,
    alarms: alarms.alarms,
    secrets,
    log,
  };
  made = sideBySide(options.makeHosted(ports), (request) => work.during(request));

  await inbox.resume();
  await alarms.resume();
  await schedules.resume();
  await host.resume();
  await debts.resume();
  await host.redo();
  time.open();
  await time.rest();
  return {
    hosted: made,
    ports,
    time,
    inbox,
    host,
    history: keeping.history,
    log,
    backstage: sandboxBackstage({ insistence, host, alarms, secrets, whole: keeping.whole }),
    close: async () => {
      time.close();
      const late = new Promise<'late'>((tell) => setTimeout(tell, CLOSING_MILLISECONDS, 'late').unref());
      if ((await Promise.race([work.quiet(), late])) === 'late')
        log.warn('ended in the middle of work; it goes on at the next start');
      // What was cut off finds nothing open any more, which is no news to anybody.
      isClosed = true;
    },
  };
}

/** What machines and time call takes turns; people need not wait for it. */
function sideBySide(hosted: Hosted, during: <Result>(work: () => Promise<Result>) => Promise<Result>): Hosted {
  const turn = atMost(MOST_AT_ONCE);
  return {
    task: (name, payload) => turn(() => hosted.task(name, payload)),
    http: (request) => during(() => hosted.http(request)),
    alarm: (call) => turn(() => hosted.alarm(call)),
    machineEnded: (end) => turn(() => hosted.machineEnded(end)),
    scheduled: (workflow, at) => turn(() => hosted.scheduled(workflow, at)),
    sweep: () => turn(() => hosted.sweep()),
  };
}
