/**
 * The sandbox keeps its history in dynalite in a folder. Killed at any moment (kill -9), it has lost nothing that it
 * had confirmed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dynamoClient } from '../../functions/adapters/aws/dynamo-client.ts';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { createHistoryTable } from '../../functions/adapters/aws/dynamo-history-create.ts';
import type { History } from '../../functions/core/history.ts';
import { nowhere } from '../support/dynalite.ts';

const rounds = process.env.RUNSHEET_LONG === '1' ? 50 : 3;
const writers = ['anna', 'ben', 'carl', 'dora'];
const at = '2026-05-04T08:00:00.000Z';
const later = '2026-05-04T09:00:00.000Z';

let folder: string;
let running: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runsheet-history-'));
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('what was confirmed before a kill is there after it, and nothing is owed that was settled', async () => {
  const appended = new Map(writers.map((writer) => [writer, 0]));
  const settled = new Map(writers.map((writer) => [writer, 0]));

  for (let round = 0; round < rounds; round += 1) {
    const { history, killed } = await start();
    for (const writer of writers) {
      const events = await history.read(writer);
      expect(events.map((entry) => entry.number)).toStrictEqual(events.map((_, index) => index + 1));
      expect(events.length).toBeGreaterThanOrEqual(appended.get(writer) ?? 0);
      const debts = (await history.owedBefore(later, 100_000)).filter((debt) => debt.run === writer);
      const owing = debts.map((debt) => debt.number);
      expect(owing).toStrictEqual([...new Set(owing)]);
      expect(owing.filter((number) => number <= (settled.get(writer) ?? 0))).toStrictEqual([]);
      // What was appended and never settled is owed: settling was tried for one number more than was confirmed.
      const due = events.map((entry) => entry.number).filter((number) => number > (settled.get(writer) ?? 0) + 1);
      expect(owing).toEqual(expect.arrayContaining(due));
      appended.set(writer, events.length);
    }
    await Promise.all([killed(150 + ((round * 37) % 200)), ...writers.map((writer) => write(history, writer))]);
  }

  /** Appends events and settles, five behind, until the store is gone. */
  async function write(history: History, run: string): Promise<void> {
    try {
      for (;;) {
        const number = (appended.get(run) ?? 0) + 1;
        const event = { type: 'vote-cast', at, number };
        if ((await history.append({ run, number, event }, [{ id: 'mail', kind: 'mail' }])) === 'appended') {
          appended.set(run, number);
        }
        const done = (settled.get(run) ?? 0) + 1;
        if (done > number - 5) continue;
        await history.settle(run, done, 'mail');
        settled.set(run, done);
      }
    } catch (error) {
      expect(error).toHaveProperty('name', 'TryAgain');
    }
  }
});

async function start() {
  const program = fileURLToPath(new URL('../support/dynalite-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  const [endpoint] = await once(createInterface({ input: child.stdout }), 'line');
  const client = dynamoClient({ ...nowhere, endpoint, maxAttempts: 1 });
  await createHistoryTable({ client, table: 'history' });
  const killed = async (milliseconds: number) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill('SIGKILL');
    await once(child, 'exit');
    client.destroy();
  };
  return { history: dynamoHistory({ client, table: 'history' }), killed };
}
