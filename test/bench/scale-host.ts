/**
 * The process whose memory is measured: a sandbox in a folder, opened as `npm start` opens it, in which runs are started
 * and answered by request.
 *
 * Promises: besides the sandbox it holds the newest mails alone, those that are to be answered; times are taken in here,
 * so that no message between processes is in them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { type BoardLine, openLines } from '../../functions/core/board.ts';
import type { Mail } from '../../functions/core/ports.ts';
import { beginSession } from '../../functions/core/sessions.ts';
import { handOn, linkIn } from '../../infra/sandbox/hand.ts';
import { functionsOf } from '../../infra/sandbox/sandbox-functions.ts';
import { startSandbox } from '../../infra/sandbox/start-sandbox.ts';
import { readFolder, SHIPPED } from '../../infra/workflow-folder.ts';
import { readLibrary } from '../../statemachines/library.ts';

export const TRIES = 15;
/** Runs that are started side by side. */
const ABREAST = 10;

export type Order =
  | { readonly order: 'start'; readonly from: number; readonly to: number }
  | { readonly order: 'measure' }
  /** Cancels all but so many. */
  | { readonly order: 'leave'; readonly open: number }
  | { readonly order: 'pages' }
  | { readonly order: 'end' };
/** Milliseconds, and megabytes. */
export type Answer = {
  readonly board: number;
  readonly answer: number;
  readonly start: number;
  /** Private to the process, at rest. */
  readonly megabytes: number;
};

/** Milliseconds on the server and kilobytes, by the address. */
export type Pages = { readonly [address: string]: { readonly ms: number; readonly kilobytes: number } };

const [data = ''] = process.argv.slice(2);
const library = readLibrary(readFolder(SHIPPED));
let newest: readonly Mail[] = [];
const { sandbox, close } = await startSandbox({
  data,
  library,
  clock: { kind: 'virtual', start: '2027-01-04T08:00:00.000Z' },
  makeHosted: (ports) =>
    functionsOf(library)({
      ...ports,
      mailbox: {
        send: async (mail) => {
          newest = [...newest, mail].slice(-TRIES);
          return ports.mailbox.send(mail);
        },
      },
    }),
});
const { hosted, ports, time } = sandbox;
const hand = handOn({ http: hosted.http, codeFor: async () => undefined });

const start = async (index: number): Promise<void> => {
  const { status, body } = await hosted.http({
    method: 'POST',
    path: '/api/runs',
    query: '',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(
      JSON.stringify({ workflow: 'blog-post', inputs: { topic: `Topic ${index}`, publish: '2027-06-30' } }),
    ),
    from: '127.0.0.1',
  });
  if (status !== 200 && status !== 201) throw new Error(`the run was not started: ${status} ${body}`);
  await time.rest();
};

const startAll = async (from: number, to: number): Promise<void> => {
  for (let at = from; at < to; at += ABREAST)
    await Promise.all(Array.from({ length: Math.min(ABREAST, to - at) }, (_, index) => start(at + index)));
};

const answer = async (mail: Mail | undefined): Promise<void> => {
  const path = linkIn(mail?.text ?? '');
  if (mail === undefined || path === undefined) throw new Error('there is no mail to be answered');
  const { status } = await hand.answer(mail.to.email, path, { decision: 'done', idea: 'One idea' });
  if (status !== 303) throw new Error(`the answer was not taken: ${status}`);
  await time.rest();
};

const board = async (): Promise<readonly BoardLine[]> => {
  const lines = await openLines(ports);
  if (lines.length < 100) throw new Error(`the board has ${lines.length} runs`);
  return lines;
};

/**
 * What nobody else can have while this process lives. LevelDB maps its files, so that what was read lately of hundreds
 * of megabytes on disk counts as resident too; that is the system's cache, which it takes back when it needs it. Only
 * Linux tells the two apart: elsewhere all that is resident counts.
 */
const privateMegabytes = (): number => {
  const status = '/proc/self/status';
  const told = existsSync(status) ? /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return told === undefined ? process.memoryUsage.rss() / 1_048_576 : Number(told) / 1_024;
};

const measure = async (): Promise<Answer> => {
  const megabytes = privateMegabytes();
  const times = {
    board: await medianOf(board),
    start: await medianOf((index) => start(1_000_000 + measured * TRIES + index)),
  };
  measured += 1;
  const mails = newest;
  return { megabytes, ...times, answer: await medianOf((index) => answer(mails[index])) };
};
let measured = 0;

const medianOf = async (work: (index: number) => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < TRIES; index += 1) {
    const before = performance.now();
    await work(index);
    times.push(performance.now() - before);
  }
  return times.toSorted((a, b) => a - b)[TRIES >> 1] as number;
};

const LEAD = 'mia-solberg';
let session: string | undefined;
const visit = async (address: string, form?: object) => {
  session ??= await beginSession(ports, { person: LEAD, how: 'chosen' });
  const [path = '', query = ''] = address.split('?');
  return hosted.http({
    method: form === undefined ? 'GET' : 'POST',
    path,
    query,
    headers: [
      ['cookie', `runsheet-session=${session}`],
      ...(form === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded'] as const]),
    ],
    body: Buffer.from(form === undefined ? '' : new URLSearchParams(Object.entries(form)).toString()),
    from: '127.0.0.1',
  });
};

const leave = async (open: number): Promise<void> => {
  const lines = await openLines(ports);
  const nonce = /name="nonce" value="([^"]+)"/.exec((await visit('/start/blog-post')).body)?.[1] ?? '';
  const over = lines.slice(open);
  const form = { nonce, act: 'cancel', reason: 'For the benchmark' };
  for (let at = 0; at < over.length; at += ABREAST) {
    const answers = await Promise.all(
      over.slice(at, at + ABREAST).map(({ run }) => visit(`/runs/${encodeURIComponent(run)}`, form)),
    );
    await time.rest();
    const refused = answers.find(({ status }) => status !== 303);
    if (refused !== undefined) throw new Error(`a run was not cancelled: ${refused.status}`);
  }
};

const pages = async (): Promise<Pages> => {
  const [line] = await openLines(ports);
  const addresses = ['/', '/?view=columns', '/?q=topic', '/?month=now', `/runs/${line?.run}`, '/me'];
  const measured: { [address: string]: { ms: number; kilobytes: number } } = {};
  for (const address of addresses) {
    const { status, body } = await visit(address);
    if (status !== 200) throw new Error(`${address} answered ${status}`);
    const kilobytes = Buffer.byteLength(body) / 1_024;
    measured[address.replace(/[^/]+-[0-9a-f]{20}$/, '{id}')] = { ms: await medianOf(() => visit(address)), kilobytes };
  }
  return measured;
};

const obey = async (given: Order): Promise<Answer | Pages | null> => {
  if (given.order === 'measure') return measure();
  if (given.order === 'pages') return pages();
  if (given.order === 'leave') {
    await leave(given.open);
    return null;
  }
  if (given.order === 'start') await startAll(given.from, given.to);
  else await close();
  return null;
};

process.on('message', (given: Order) => {
  obey(given).then(
    (answered) => process.send?.(answered),
    (problem: unknown) => {
      process.stderr.write(`${(problem as Error).stack}\n`);
      process.exit(1);
    },
  );
});
process.send?.(null);
