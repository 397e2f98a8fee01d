/**
 * A sandbox on disk with few and with many open runs: opening a board's data, answering a step, starting a run; and how
 * much memory it takes. On disk, since that is what people have; ratios within one process, since machines differ.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCards, OPEN_RUNS } from '../../functions/core/cards.ts';
import { inFolder } from '../../infra/sandbox/keeping.ts';
import { beginJourney, type Journey } from '../support/sandbox-journey.ts';

const FEW = 100;
const TRIES = 15;
/** Runs that are started side by side. */
const ABREAST = 10;

export type Scaled = {
  readonly runs: number;
  /** Medians in milliseconds with few runs and with many. */
  readonly board: readonly [few: number, many: number];
  readonly answer: readonly [few: number, many: number];
  readonly start: readonly [few: number, many: number];
  /** Resident, after starting them all. */
  readonly megabytes: number;
};

export const scale = async (runs: number, tell: (done: number) => void): Promise<Scaled> => {
  const folder = mkdtempSync(join(tmpdir(), 'runsheet-scale-'));
  const keeping = await inFolder(folder);
  const journey = await beginJourney({ keeping });
  try {
    await startRuns(journey, 0, FEW, tell);
    const few = await measure(journey);
    await startRuns(journey, FEW, runs, tell);
    const many = await measure(journey);
    return {
      runs,
      board: [few.board, many.board],
      answer: [few.answer, many.answer],
      start: [few.start, many.start],
      megabytes: process.memoryUsage().rss / 1_048_576,
    };
  } finally {
    await journey.close();
    await keeping.close();
    rmSync(folder, { recursive: true });
  }
};

const inputs = (index: number) => ({ topic: `Topic ${index}`, publish: '2027-06-30' });

const startRuns = async (journey: Journey, from: number, to: number, tell: (done: number) => void): Promise<void> => {
  for (let at = from; at < to; at += ABREAST) {
    await Promise.all(Array.from({ length: ABREAST }, (_, index) => journey.start('blog-post', inputs(at + index))));
    if (at % 1_000 === 0) tell(at);
  }
};

const measure = async (journey: Journey) => {
  const { ports } = journey.sandbox;
  const board = await medianOf(() => listCards(ports, OPEN_RUNS));
  const started: string[] = [];
  const start = await medianOf(async (index) => started.push(await journey.start('blog-post', inputs(index))));
  const mails = (await journey.mails()).slice(-TRIES);
  const answer = await medianOf(async (index) => {
    const mail = mails[index];
    if (mail === undefined) throw new Error('too few mails');
    const { status } = await journey.answer(mail, { decision: 'done', idea: 'One idea' });
    if (status !== 200) throw new Error(`the answer was not taken: ${status}`);
  });
  return { board, answer, start };
};

const medianOf = async (work: (index: number) => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let index = 0; index < TRIES; index += 1) {
    const before = performance.now();
    await work(index);
    times.push(performance.now() - before);
  }
  return times.toSorted((a, b) => a - b)[TRIES >> 1] as number;
};
