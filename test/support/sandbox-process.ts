/**
 * A sandbox in a process of its own, so that it can be killed: `node sandbox-process.ts FOLDER`. It starts a run every
 * few milliseconds and answers its steps as they open; the real clock, so that pauses go by themselves.
 */
import { join } from 'node:path';
import { folderLog } from '../../infra/sandbox/folder-log.ts';
import { inFolder } from '../../infra/sandbox/keeping.ts';
import { INPUT, MACHINE, play } from './sandbox-functions.ts';

const [, , folder = '', count = '1'] = process.argv;
const keeping = await inFolder(folder);
const quick = JSON.parse(JSON.stringify(MACHINE).replaceAll('"Seconds":86400', '"Seconds":0'));
const sandbox = await play({
  keeping,
  clock: { kind: 'real' },
  machineOf: () => quick,
  writeLog: folderLog(join(folder, 'log.jsonl')),
});
const { functions, ports } = sandbox;
process.stdout.write('open\n');

const names = Array.from({ length: Number(count) }, (_, index) => `run-${index + 1}`);
for (const run of names) {
  process.stdout.write(`${run} ${await ports.machines.start('flow', run, { ...INPUT, run: { id: run } })}\n`);
  await sandbox.time.rest();
  for (const step of ['draft', 'picture']) await functions.answer(run, step);
  await sandbox.time.rest();
  // The pause is a timer of its own.
  while (!(await ports.records.read('token', `${run}/check`))) await new Promise((later) => setTimeout(later, 5));
  await sandbox.time.rest();
  await functions.answer(run, 'check');
  await sandbox.time.rest();
}
process.stdout.write('all\n');
await sandbox.close();
await keeping.close();
process.stdout.write('closed\n');
