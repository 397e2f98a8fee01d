/**
 * `npm run bench`: medians against their targets. Not a test: machines are shared and noisy, so what counts are
 * medians of several runs and ratios within one.
 *
 * Exit status 1 when a target is missed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { simulate } from '../../infra/cli/simulation.ts';
import { table } from '../../infra/cli/terminal.ts';
import { readFolder, SHIPPED } from '../../infra/workflow-folder.ts';
import { readWorkflow } from '../../statemachines/language/read-workflow.ts';
import { checkWorkflow, readBeside } from '../../statemachines/library.ts';
import { shippedLibrary } from '../support/sandbox-journey.ts';
import { measureDeployed } from './bundles.ts';
import { costOfReferenceRun } from './cost.ts';
import { longWorkflow } from './long-workflow.ts';
import { scale } from './scale.ts';

const ROOT = resolve(import.meta.dirname, '../..');

type Figure = { readonly what: string; readonly median: number; readonly unit: string; readonly target: number };
const TITLES = { board: 'a board’s data', answer: 'answering a step', start: 'starting a run' } as const;
const figures: Figure[] = [];
const note = (what: string, median: number, unit: string, target: number): void => {
  figures.push({ what, median, unit, target });
};

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const timed = (run: () => void): number => {
  const before = performance.now();
  run();
  return performance.now() - before;
};

// Warm: check and compile ------------------------------------------------------------------------------

const sources = readFolder(SHIPPED);
const { surroundings } = readBeside(sources);
const checkAndCompile = (file: string, text: string): void => {
  const { found, faults } = checkWorkflow(file, readWorkflow(text, file, surroundings), surroundings, {
    known: new Map(),
    names: new Set(),
  });
  if (found === undefined) throw new Error(`${file} has faults: ${JSON.stringify(faults)}`);
};
const blogPost = readFileSync(join(SHIPPED, 'workflows', 'blog-post.yaml'), 'utf8');
const long = new Map([50, 200].map((steps) => [steps, longWorkflow(steps)]));
for (let warm = 0; warm < 30; warm++) {
  checkAndCompile('blog-post.yaml', blogPost);
  checkAndCompile('long-one.yaml', long.get(200) as string);
}
const rounds = { blog: [] as number[], 50: [] as number[], 200: [] as number[] };
// In turn, so that a slow moment of the machine meets all of them.
for (let round = 0; round < 60; round++) {
  rounds.blog.push(timed(() => checkAndCompile('blog-post.yaml', blogPost)));
  rounds[50].push(timed(() => checkAndCompile('long-one.yaml', long.get(50) as string)));
  rounds[200].push(timed(() => checkAndCompile('long-one.yaml', long.get(200) as string)));
}
note('check + compile of the blog post, warm', medianOf(rounds.blog), 'ms', 3);
note('check + compile of 200 steps, warm', medianOf(rounds[200]), 'ms', 60);
note(
  'growth from 50 to 200 steps, against linear',
  medianOf(rounds[200].map((value, index) => value / (rounds[50][index] as number))) / 4,
  '×',
  1.5,
);

// Cold: whole processes --------------------------------------------------------------------------------

const node = join(ROOT, 'node_modules', '.bin', 'node');
const npx = join(mkdtempSync(join(tmpdir(), 'runsheet-bench-')), 'empty');
const whole = (command: string, args: readonly string[], cwd = ROOT): number =>
  timed(() => {
    const { status, stderr } = spawnSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` },
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  });
// What npx itself costs here: the same npx, in a package whose command does nothing.
spawnSync('mkdir', ['-p', npx]);
writeFileSync(
  join(npx, 'package.json'),
  JSON.stringify({ name: 'empty-command', version: '1.0.0', bin: { 'empty-command': 'nothing.mjs' } }),
);
writeFileSync(join(npx, 'nothing.mjs'), '#!/usr/bin/env node\n', { mode: 0o755 });
const cold = { bare: [] as number[], direct: [] as number[], npx: [] as number[], emptyNpx: [] as number[] };
for (let round = 0; round < 7; round++) {
  cold.bare.push(whole(node, ['-e', '0']));
  cold.direct.push(whole(node, [join(ROOT, 'infra/cli/runsheet.ts'), 'check']));
  cold.npx.push(whole('npx', ['runsheet', 'check']));
  cold.emptyNpx.push(whole('npx', ['empty-command'], npx));
}
rmSync(join(npx, '..'), { recursive: true });
const bare = medianOf(cold.bare);
note('runsheet check of the whole library, whole process', medianOf(cold.direct), 'ms', 1.5 * bare + 400);
note('the same through npx', medianOf(cold.npx), 'ms', 1.5 * bare + 400);
note(
  '  of which npx itself (a command that does nothing, less a bare node)',
  medianOf(cold.emptyNpx) - bare,
  'ms',
  Number.POSITIVE_INFINITY,
);
note('  bare node -e 0', bare, 'ms', Number.POSITIVE_INFINITY);

// Runs -------------------------------------------------------------------------------------------------

const rehearsal = {
  library: shippedLibrary(),
  workflow: 'blog-post',
  inputs: { topic: 'Pricing pages that sell', publish: '2027-03-31' },
  now: '2027-02-15T08:00:00.000Z',
};
const rehearsed: number[] = [];
for (let round = 0; round < 60; round += 1) {
  const before = performance.now();
  const { outcome } = await simulate(rehearsal);
  if (outcome !== 'finished') throw new Error(`the rehearsal ended ${outcome}`);
  if (round >= 20) rehearsed.push(performance.now() - before);
}
note('simulated run of the blog post, from its request to its end', medianOf(rehearsed), 'ms', 25);

// What is deployed -------------------------------------------------------------------------------------

const KINDS = ['open-step', 'answer-request', 'operate'];
const deployed = await measureDeployed(KINDS);
const [largest] = deployed.bundles.toSorted((one, other) => other.kilobytes - one.kilobytes);
note(`largest bundle of a Lambda (${largest?.entry})`, largest?.kilobytes ?? Number.NaN, 'KB', 1_200);
for (const { entry, zipped } of deployed.bundles.filter(({ entry }) => KINDS.includes(entry)))
  note(`bundle of ${entry}, zipped`, zipped, 'KB', 300);
for (const entry of KINDS)
  note(`import of ${entry} on the pinned Node`, medianOf(deployed.imports[entry] ?? []), 'ms', 150);
note('cdk synth of the library, whole process', medianOf(deployed.synth_seconds), 's', 15);

const cost = await costOfReferenceRun();
note('reference run: transitions', cost.transitions, '', 15 * 1.1);
note('reference run: mails', cost.mails, '', 19 * 1.1);
note('reference run: write units of the tables (without indexes)', cost.write_units, '', 218 * 1.1);
note('reference run: Lambda calls', cost.lambda_calls, '', Number.POSITIVE_INFINITY);
note('reference run: thousandths of a dollar at list price', cost.dollars * 1_000, '', 2.9 * 1.1);

const MANY = 10_000;
/** An eighth of a laptop of 8 GB, beside a browser and whatever else is open. */
const MOST_MEGABYTES = 1_000;
const scaled = await scale(Number(process.env.RUNSHEET_BENCH_RUNS ?? MANY), (done) =>
  process.stderr.write(`${done} runs started\n`),
);
for (const what of ['board', 'answer', 'start'] as const) {
  const [few, many] = [scaled.few[what], scaled.many[what]];
  note(`${TITLES[what]} with 100 open runs, on disk`, few, 'ms', Number.POSITIVE_INFINITY);
  note(`  the same with ${scaled.runs}, against 100`, many / few, '×', 1.5);
}
for (const [address, { ms, kilobytes }] of Object.entries(scaled.pages)) {
  note(`the page ${address} with ${scaled.runs} runs, ${scaled.open} of them open`, ms, 'ms', 60);
  note('  its size', kilobytes, 'KB', 60);
}
note('memory of a sandbox of its own with 100 open runs', scaled.few.megabytes, 'MB', Number.POSITIVE_INFINITY);
note(`  the same with ${scaled.runs}`, scaled.many.megabytes, 'MB', MOST_MEGABYTES);

const round2 = (value: number): string => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 0) : '–');
process.stdout.write(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n\n`);
process.stdout.write(
  `${table(
    ['figure', 'median', '', 'target', ''],
    figures.map(({ what, median, unit, target }) => [
      what,
      round2(median),
      unit,
      round2(target),
      median <= target ? '' : 'MISSED',
    ]),
  )}\n`,
);
process.exitCode = figures.some(({ median, target }) => median > target) ? 1 : 0;
