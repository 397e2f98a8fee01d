/**
 * A sandbox in a folder, at a port: what `npm start` starts.
 *
 * Promises: when it returns, whatever a crash left undone has been done, and requests are answered. The port is the one
 * of the last time where it is free, since mails point to it.
 */
import { join } from 'node:path';
import { operate } from '../../functions/core/operating/operations.ts';
import type { Mailbox, Settings } from '../../functions/core/ports.ts';
import { addressOf, frameFor, type ReaderPorts, readerFrom } from '../../functions/http/reader.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import type { Library } from '../../statemachines/library.ts';
import { noteAddress } from './address-file.ts';
import { folderLog } from './folder-log.ts';
import { inFolder } from './keeping.ts';
import { locally, mount } from './mount.ts';
import { operationsEndpoint } from './operations-endpoint.ts';
import { isOurSecret, openSandbox, type Sandbox, type SandboxOptions, type SandboxPorts } from './sandbox.ts';
import { type EventsOf, sandboxEndpoints } from './sandbox-endpoints.ts';
import { catalogueOf, portsFor } from './sandbox-functions.ts';
import { type FrameOf, sandboxPages } from './sandbox-pages.ts';
import { schedulesOf } from './schedules.ts';
import { secretsFile } from './secrets-file.ts';
import type { Mounted } from './server.ts';
import { openServer } from './server.ts';

export type StartOptions = {
  /** Where everything is kept. */
  readonly data: string;
  readonly library: Library;
  /** The one to begin with; 8080 or the last one when left out. */
  readonly port?: number;
  readonly clock: SandboxOptions['clock'];
  readonly makeHosted: (ports: SandboxPorts) => Hosted;
  /** The history of a run as tools see it. Its events as they were recorded when left out. */
  readonly events?: (ports: SandboxPorts) => EventsOf;
  readonly deliver?: Mailbox;
  readonly settings?: Partial<Settings>;
  /** Pages of the house, before those of the functions. */
  readonly pages?: (sandbox: Sandbox, frameOf: FrameOf) => Mounted;
};

export type Started = { readonly url: string; readonly sandbox: Sandbox; readonly close: () => Promise<void> };

const PORT = 'port';
const SENDER = { name: 'runsheet', email: 'runsheet@localhost' };

/** Errors: `FolderTaken` (disk-store.ts) and `NotPossible` (time.ts). */
export async function startSandbox(options: StartOptions): Promise<Started> {
  const { data, library } = options;
  const keeping = await inFolder(data);
  const write = folderLog(join(data, 'log.jsonl'));
  try {
    const wanted = options.port ?? (await keeping.store.read<number>(PORT)) ?? 8080;
    let log: Sandbox['log'] | undefined;
    const server = await openServer(wanted, (cause) => log?.error('a request failed', cause));
    await keeping.store.write([{ key: PORT, value: server.port }]);
    const url = `http://localhost:${server.port}`;
    noteAddress(data, url, process.pid);
    const chance = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
    const sandbox = await openSandbox({
      keeping,
      clock: options.clock,
      makeHosted: options.makeHosted,
      machineOf: (workflow) => library.workflows.get(workflow)?.compiled.asl,
      settings: {
        base_url: url,
        sender: SENDER,
        stage: 'sandbox',
        // Nobody waits for mail here; reminders of one instant still come as one.
        gather_seconds: 0,
        // Plain HTTP on this machine alone; and who tries things out clicks faster than a robot would.
        secure_cookies: false,
        wary_of_robots: false,
        slows_down: options.clock.kind === 'real',
        keeps_board: true,
        sign_in: 'choose',
        ...options.settings,
      },
      schedules: schedulesOf(library),
      chance,
      secrets: secretsFile({ path: join(data, 'secrets.json'), chance, isOurs: isOurSecret }),
      writeLog: write,
      ...(options.deliver === undefined ? {} : { deliver: options.deliver }),
    });
    log = sandbox.log;
    const { time, inbox, ports } = sandbox;
    const frameOf = framesFor({ ...ports, catalogue: catalogueOf(library) });
    server.serve(
      locally(
        mount(
          [
            sandboxEndpoints({ time, inbox, events: (options.events ?? recordedEvents)(ports) }),
            sandboxPages({
              time,
              inbox,
              sender: SENDER,
              zone: Object.values(library.calendars)[0]?.zone ?? 'UTC',
              frameOf,
            }),
            operationsEndpoint(operate(portsFor(ports, library), sandbox.backstage)),
            ...(options.pages === undefined ? [] : [options.pages(sandbox, frameOf)]),
          ],
          sandbox.hosted.http,
        ),
      ),
    );
    return {
      url,
      sandbox,
      close: async () => {
        await server.close();
        await sandbox.close();
        await keeping.close();
      },
    };
  } catch (problem) {
    await keeping.close();
    throw problem;
  }
}

const framesFor =
  (ports: ReaderPorts): FrameOf =>
  async (request, here) =>
    frameFor(ports, (await readerFrom(ports, request))?.reader, here, addressOf(request));

const recordedEvents =
  ({ history }: SandboxPorts): EventsOf =>
  async (run) => {
    const entries = await history.read(run);
    return entries.length === 0 ? undefined : entries.map(({ number, event }) => ({ number, ...event }));
  };
