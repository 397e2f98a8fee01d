/** The functions, with what the sandbox gives them and what is the same for every host: other systems, mails, workflows. */
import { httpsSystems } from '../../functions/adapters/https/https-systems.ts';
import { unpack } from '../../functions/core/kept.ts';
import type { Catalogue, Ports } from '../../functions/core/ports.ts';
import { eventsOf } from '../../functions/core/read-run.ts';
import { hosted } from '../../functions/hosted.ts';
import type { Hosted } from '../../functions/lambda/hosted.ts';
import { mailWriter } from '../../functions/pages/mail-writer.ts';
import type { Library } from '../../statemachines/library.ts';
import type { SandboxPorts } from './sandbox.ts';
import type { EventsOf } from './sandbox-endpoints.ts';

export const catalogueOf = ({ workflows, team, calendars, hooks, faults }: Library): Catalogue => ({
  workflows: new Map([...workflows].map(([id, { compiled }]) => [id, { outline: compiled.outline, state: 'live' }])),
  team,
  calendars,
  hooks,
  left_out: faults
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, message, fix }) => ({ file, line, message, fix })),
});

export const portsFor = (ports: SandboxPorts, library: Library, systems?: Ports['systems']): Ports => ({
  ...ports,
  catalogue: catalogueOf(library),
  systems: systems ?? httpsSystems({ secrets: ports.secrets, clock: ports.clock }),
  mails: mailWriter(),
});

export const functionsOf =
  (library: Library) =>
  (ports: SandboxPorts): Hosted =>
    hosted(portsFor(ports, library));

/** The history for tools: what a run keeps for life is unpacked, and tokens are not for anybody to see. */
export const eventsFor =
  ({ history }: Pick<SandboxPorts, 'history'>): EventsOf =>
  async (run) => {
    const entries = await history.read(run);
    if (entries.length === 0) return undefined;
    return eventsOf(entries).map((event, index) => {
      const { token: _token, ...rest } = event as { readonly token?: string } & typeof event;
      if (rest.type !== 'run-opened') return { number: index + 1, ...rest };
      const { kept, ...opened } = rest;
      return { number: index + 1, ...opened, ...unpack(kept) };
    });
  };
