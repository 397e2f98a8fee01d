/**
 * A sandbox on disk with few and with many open runs: opening a board's data, answering a step, starting a run; and how
 * much memory it takes. On disk, since that is what people have; in a process of its own (scale-host.ts), so that what a
 * benchmark holds is not counted; ratios within that process, since machines differ.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Order, Pages } from './scale-host.ts';

const FEW = 100;
const AT_A_TIME = 1_000;
/** Of ten runs one is open, as in a house that has worked with it for a year. */
const ENDED_PART = 0.9;

export type Scaled = {
  readonly runs: number;
  /** With few runs, and with many. */
  readonly few: Answer;
  readonly many: Answer;
  /** With most of the many ended. */
  readonly open: number;
  readonly pages: Pages;
};

export const scale = async (runs: number, tell: (done: number) => void): Promise<Scaled> => {
  const folder = mkdtempSync(join(tmpdir(), 'runsheet-scale-'));
  const host = fork(join(import.meta.dirname, 'scale-host.ts'), [folder]);
  const ended = new AbortController();
  host.once('exit', () => ended.abort(new Error('the measured sandbox has ended early')));
  const heard = async (): Promise<Answer | Pages | null> => (await once(host, 'message', { signal: ended.signal }))[0];
  const ask = async (order: Order): Promise<Answer | Pages | null> => {
    host.send(order);
    return heard();
  };
  try {
    await heard();
    await ask({ order: 'start', from: 0, to: FEW });
    const few = (await ask({ order: 'measure' })) as Answer;
    for (let from = FEW; from < runs; from += AT_A_TIME) {
      await ask({ order: 'start', from, to: Math.min(runs, from + AT_A_TIME) });
      tell(Math.min(runs, from + AT_A_TIME));
    }
    const many = (await ask({ order: 'measure' })) as Answer;
    const open = Math.round(runs * (1 - ENDED_PART));
    await ask({ order: 'leave', open });
    const pages = (await ask({ order: 'pages' })) as Pages;
    await ask({ order: 'end' });
    return { runs, few, many, open, pages };
  } finally {
    host.kill();
    rmSync(folder, { recursive: true });
  }
};
