/** The sandbox is kept in a folder. Killed at any moment (kill -9), it goes on where it was. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderTaken, openDiskStore } from '../infra/sandbox/disk-store.ts';
import type { Received } from '../infra/sandbox/inbox.ts';
import type { Execution } from '../infra/sandbox/machine-runner.ts';

const kills = process.env.RUNSHEET_LONG === '1' ? 60 : 4;
const runs = kills * 3;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runsheet-sandbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = fileURLToPath(new URL('./support/sandbox-process.ts', import.meta.url));
const begin = () => {
  const child = spawn(process.execPath, [program, folder, String(runs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, ended: once(child, 'exit') };
};

it('has every run, mail and answer once after any number of kills, and every start that was confirmed', async () => {
  const confirmed = new Set<string>();
  for (let kill = 0; kill < kills; kill += 1) {
    const { child, lines, ended } = begin();
    await Promise.race([expect.poll(() => lines.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(1), ended]);
    await Promise.race([new Promise((later) => setTimeout(later, (kill * 37) % 150)), ended]);
    child.kill('SIGKILL');
    await ended;
    for (const line of lines) if (line.endsWith(' started')) confirmed.add(line.split(' ')[0] as string);
  }
  const last = begin();
  expect((await last.ended)[0]).toBe(0);
  expect(last.lines.at(-1)).toBe('closed');
  expect(last.lines.filter((line) => line.endsWith(' started'))).toHaveLength(runs);
  expect(confirmed.size).toBeGreaterThan(0);

  const store = await openDiskStore(join(folder, 'sandbox'));
  const executions = await store.list<{ readonly execution: Execution }>('execution/');
  expect(executions.map(([, { execution }]) => execution.status)).toEqual(executions.map(() => 'SUCCEEDED'));
  expect(executions).toHaveLength(runs);
  const mails = (await store.list<Received>('mail/')).map(([, { id }]) => id);
  const wanted = executions.flatMap(([run]) =>
    ['SUCCEEDED', 'check', 'draft', 'mail', 'picture'].map((step) => `${run}/${step}`),
  );
  expect(mails.toSorted()).toEqual(wanted.toSorted());
  for (const left of ['effect/', 'timer/', 'alarm/']) expect(await store.list(left)).toEqual([]);
  await store.close();
  const log = join(folder, 'log.jsonl');
  expect(existsSync(log) ? readFileSync(log, 'utf8') : '').not.toMatch(/[0-9a-f]{32}/);
});

it('belongs to one process at a time', async () => {
  const store = await openDiskStore(folder);
  await expect(openDiskStore(folder)).rejects.toBeInstanceOf(FolderTaken);
  await store.close();
  await (await openDiskStore(folder)).close();
});
