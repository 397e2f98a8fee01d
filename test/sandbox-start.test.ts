/** `npm start` from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runsheet-start-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const program = fileURLToPath(new URL('../infra/start.ts', import.meta.url));
const start = async (...words: string[]) => {
  const child = spawn(process.execPath, [program, '--data', folder, '--no-demo', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const exit = once(child, 'exit').then(([status]) => status as number | null);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    exit,
  ]);
  const url = typeof line === 'string' ? /http:\/\/localhost:\d+/.exec(line)?.[0] : undefined;
  return { child, exit, url: url ?? '', stderr: () => stderr };
};
const clockAt = async (url: string) => ((await (await fetch(`${url}/sandbox/clock`)).json()) as { now: string }).now;

it('keeps clock and port in its folder, refuses a second process, and ends gracefully', async () => {
  const first = await start('--clock', 'virtual', '--now', '2027-01-04T09:00:00+01:00');
  expect(await clockAt(first.url)).toBe('2027-01-04T08:00:00.000Z');
  expect((await fetch(`${first.url}/style.css`)).status).toBe(200);
  await fetch(`${first.url}/sandbox/clock`, { method: 'POST', body: '{"advance":"2w"}' });

  const second = await start();
  expect(await second.exit).toBe(1);
  expect(second.stderr()).toBe(
    `Another runsheet is at work in this folder of data (process ${first.child.pid}, at ${first.url}): end it, or take another with --data.\n`,
  );

  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  const third = await start('--clock', 'virtual');
  expect(third.url).toBe(first.url);
  expect(await clockAt(third.url)).toBe('2027-01-18T08:00:00.000Z');
  third.child.kill('SIGKILL');
  await third.exit;
  const fourth = await start('--clock', 'real');
  expect(await fourth.exit).toBe(2);
  expect(fourth.stderr()).toContain('Go on with --clock virtual');
  expect((await stat(folder)).mode & 0o077).toBe(0);
});

it.each([
  [['--clock', 'sundial'], 'sundial is no clock: write real or virtual.'],
  [['--now', '2027-01-04T08:00:00Z'], '--now is for --clock virtual: the real clock cannot be set.'],
  [['--clock', 'virtual', '--now', 'soon'], 'soon is no instant: write one like 2027-01-04T08:00:00Z.'],
  [['--smtp', 'mail.example.org'], '--smtp needs an address like smtp://user:password@host:587.'],
])('refuses %j with one sentence', async (words, sentence) => {
  const { exit, stderr } = await start(...words);
  expect(await exit).toBe(2);
  expect(stderr().split('\n')[0]).toBe(sentence);
});

it('begins with no team that cannot be read, and says which file has to be mended', async () => {
  const own = join(folder, 'own');
  await mkdir(own);
  await writeFile(join(own, 'team.yaml'), 'roles: [not, like, this]\n');
  const { exit, stderr } = await start('--workflows', own);
  expect(await exit).toBe(2);
  expect(stderr()).toMatch(
    /^\S*team\.yaml has faults, and nothing goes without it: npx runsheet check \S+team\.yaml\n/,
  );
});
