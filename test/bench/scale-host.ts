/**
 * The process whose memory is measured: a sandbox in a folder, opened as `npm start` opens it, in which runs are started
 * and answered by request.
 *
 * Promises: besides the sandbox it holds the newest mails alone, those that are to be answered; times are taken in here,
 * so that no message between processes is in them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { type Card, listCards, OPEN_RUNS } from '../../functions/core/cards.ts';
import type { Mail } from '../../functions/core/ports.ts';
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
  | { readonly order: 'end' };
/** Milliseconds, and megabytes. */
export type Answer = {
  readonly board: number;
  readonly answer: number;
  readonly start: number;
  /** Private to the process, at rest. */
  readonly megabytes: number;
};

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
  if (status !== 200) throw new Error(`the answer was not taken: ${status}`);
  await time.rest();
};

const board = async (): Promise<readonly Card[]> => {
  const { cards } = await listCards(ports, OPEN_RUNS);
  if (cards.length < 100) throw new Error(`the board has ${cards.length} runs`);
  return cards;
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

const obey = async (given: Order): Promise<Answer | null> => {
  if (given.order === 'measure') return measure();
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
