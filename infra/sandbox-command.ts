/** `npm start`: runsheet on this machine, in one process. */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { smtpMailbox } from '../functions/adapters/local/smtp-mailbox.ts';
import { endedIn, OPEN_RUNS } from '../functions/core/cards.ts';
import type { Ports } from '../functions/core/ports.ts';
import { PLACES } from '../functions/pages/page.ts';
import { type Library, readLibrary } from '../statemachines/library.ts';
import { addressIn, processIn } from './sandbox/address-file.ts';
import { showDemo } from './sandbox/demo.ts';
import { FolderTaken } from './sandbox/disk-store.ts';
import { housePages } from './sandbox/house-pages.ts';
import type { SandboxOptions } from './sandbox/sandbox.ts';
import { eventsFor, functionsOf, portsFor } from './sandbox/sandbox-functions.ts';
import { clockView } from './sandbox/sandbox-pages.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';
import { NotPossible } from './sandbox/time.ts';
import { FolderProblem, isBeside, readFolder, SHIPPED, shownPath } from './workflow-folder.ts';

const HELP = `Usage: npm start -- [options]

  --port NUMBER      where to listen, or the next free port after it (8080)
  --data DIR         where everything is kept (.runsheet)
  --workflows DIR    workflows of your own, in place of those that come with runsheet
  --clock KIND       real, or virtual: it stands still until it is moved (real)
  --now INSTANT      where a virtual clock begins, like 2027-01-04T08:00:00Z; later starts go on where it stands
  --smtp URL         deliver mails really, like smtp://user:password@host:587
  --no-demo          begin without example runs
  --wary             as wary of robots as on AWS: who answers within seconds of a mail is asked for a code
  --help             this
`;

class CalledWrongly extends Error {}

type Called = {
  readonly data: string;
  readonly workflows: string;
  readonly port?: number;
  readonly clock: SandboxOptions['clock'];
  readonly smtp?: string;
  readonly demo: boolean;
  readonly wary: boolean;
};

/** What the command was called with, undefined for help, or `CalledWrongly` in the user's words. */
const readArguments = (): Called | undefined => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string', default: '.runsheet' },
      workflows: { type: 'string', default: SHIPPED },
      clock: { type: 'string', default: 'real' },
      now: { type: 'string' },
      smtp: { type: 'string' },
      'no-demo': { type: 'boolean', default: false },
      wary: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { port, data, workflows, smtp } = values;
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535))
    throw new CalledWrongly(`${port} is no port: write a number from 1 to 65535.`);
  if (smtp !== undefined && !(URL.canParse(smtp) && /^smtps?:$/.test(new URL(smtp).protocol)))
    throw new CalledWrongly('--smtp needs an address like smtp://user:password@host:587.');
  return {
    data,
    workflows,
    ...(port === undefined ? {} : { port: Number(port) }),
    clock: clockOf(values.clock, values.now),
    ...(smtp === undefined ? {} : { smtp }),
    demo: !values['no-demo'],
    wary: values.wary,
  };
};

const clockOf = (kind: string, now: string | undefined): SandboxOptions['clock'] => {
  if (kind === 'real' && now === undefined) return { kind };
  if (kind === 'real') throw new CalledWrongly('--now is for --clock virtual: the real clock cannot be set.');
  if (kind !== 'virtual') throw new CalledWrongly(`${kind} is no clock: write real or virtual.`);
  if (now === undefined) return { kind };
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(now) || Number.isNaN(Date.parse(now)))
    throw new CalledWrongly(`${now} is no instant: write one like 2027-01-04T08:00:00Z.`);
  return { kind, start: new Date(now).toISOString() };
};

const start = async (): Promise<void> => {
  const called = readArguments();
  if (called === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const { data, workflows, clock, smtp } = called;
  const library = readLibrary(readFolder(workflows));
  const broken = new Set(library.faults.flatMap(({ severity, file }) => (severity === 'error' ? [file] : [])));
  const [shut] = [...broken].filter(isBeside);
  if (shut !== undefined)
    throw new FolderProblem(`${shut} has faults, and nothing goes without it: npx runsheet check ${shut}`);
  const deliver = smtp === undefined ? undefined : smtpMailbox({ url: smtp, sender: senderFor(smtp) });
  const started = await startSandbox({
    data,
    library,
    clock,
    makeHosted: functionsOf(library),
    events: eventsFor,
    settings: { wary_of_robots: called.wary },
    pages: ({ time }, frameOf) => housePages(time, () => clockView(time, zoneOf(library), PLACES.tries), frameOf),
    ...(called.port === undefined ? {} : { port: called.port }),
    ...(deliver === undefined ? {} : { deliver }),
  });
  const { ports, time } = started.sandbox;
  if (called.demo && (await isNew(ports))) await showDemo(portsFor(ports, library), time);
  process.stdout.write(
    [
      `runsheet is at ${started.url}/`,
      `Everything is kept in ${shownPath(data)}. Ctrl+C ends it; it goes on where it was.`,
      ...[...broken].map((file) => `${file} has faults and is left out: npx runsheet check ${file}`),
      '',
    ].join('\n'),
  );
  const end = (): void => {
    started
      .close()
      .then(() => deliver?.close())
      .catch((problem) => {
        process.stderr.write(`It did not end well: ${(problem as Error).message}\n`);
        process.exitCode = 1;
      })
      // What still runs now hangs on others: connections of a mail server, of a browser.
      .finally(() => setTimeout(() => process.exit(), 200).unref());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
};

const zoneOf = ({ calendars }: Library): string => calendars.default?.zone ?? 'UTC';

/** Whether there has never been a run here. */
const isNew = async (ports: Pick<Ports, 'records' | 'clock'>): Promise<boolean> => {
  const groups = [OPEN_RUNS, endedIn(ports.clock.now().slice(0, 7))];
  const found = await Promise.all(groups.map((group) => ports.records.list(group, { limit: 1 })));
  return found.every(({ records }) => records.length === 0);
};

const senderFor = (smtp: string): { readonly name: string; readonly email: string } => {
  const user = decodeURIComponent(new URL(smtp).username);
  return { name: 'runsheet', email: user.includes('@') ? user : `runsheet@${new URL(smtp).hostname}` };
};

/** What is wrong in the user's words, and the exit status: 2 where the command was called wrongly. */
const refusalOf = (problem: unknown): { readonly sentence: string; readonly status: 1 | 2 } | undefined => {
  if (problem instanceof CalledWrongly || problem instanceof FolderProblem)
    return { sentence: problem.message, status: 2 };
  if (problem instanceof NotPossible) return { sentence: problem.message, status: 2 };
  if (problem instanceof FolderTaken) {
    const data = dirname(problem.folder);
    const number = processIn(data);
    const which = number === undefined ? '' : ` (process ${number}, at ${addressIn(data)})`;
    return {
      sentence: `Another runsheet is at work in this folder of data${which}: end it, or take another with --data.`,
      status: 1,
    };
  }
  const { code, message, path } = problem as NodeJS.ErrnoException;
  if (['ENOTDIR', 'EACCES', 'EROFS', 'ENOENT', 'EPERM'].includes(code ?? ''))
    return {
      sentence: `Nothing can be kept in ${shownPath(path ?? 'that folder')}: take another with --data.`,
      status: 2,
    };
  if (code?.startsWith('ERR_PARSE_ARGS') === true)
    return { sentence: `${message.split('. ')[0]}.`.replace('..', '.'), status: 2 };
  return undefined;
};

start().catch((problem: unknown) => {
  const refusal = refusalOf(problem);
  if (refusal === undefined) throw problem;
  process.stderr.write(
    `${refusal.sentence}\n${refusal.status === 2 ? 'Usage: npm start -- [--workflows DIR] [--port NUMBER]\n' : ''}`,
  );
  process.exit(refusal.status);
});
