/** What is deployed: how large the code of Lambdas is, how long importing it takes, and the synthesis of the library. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { catalogueText, readDeployed } from '../../infra/deployed-library.ts';
import { bundleLambdas } from '../../infra/lambda-bundles.ts';
import { ENTRIES } from '../../infra/runsheet-stack.ts';
import { SHIPPED } from '../../infra/workflow-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const KB = 1_000;
const ROUNDS = 7;

export type Bundle = {
  readonly entry: string;
  /** Of its code, without the source map. */
  readonly kilobytes: number;
  readonly zipped: number;
};
export type Deployed = {
  /** Largest first. */
  readonly bundles: readonly Bundle[];
  /** Milliseconds, by entry. */
  readonly imports: { readonly [entry: string]: readonly number[] };
  readonly synth_seconds: readonly number[];
};

/** @param imported which are imported: one of each kind is enough. */
export const measureDeployed = async (imported: readonly string[]): Promise<Deployed> => {
  const folders = await bundleLambdas(ENTRIES, { catalogue: catalogueText(readDeployed(SHIPPED)) });
  const fileOf = (entry: string): string => join(folders.get(entry) ?? '', 'index.mjs');
  const bundles = ENTRIES.map((entry) => {
    const code = readFileSync(fileOf(entry));
    return { entry, kilobytes: code.length / KB, zipped: deflateRawSync(code, { level: 9 }).length / KB };
  }).toSorted((one, other) => other.zipped - one.zipped);
  const imports = Object.fromEntries(imported.map((entry) => [entry, [] as number[]]));
  // In turn, so that a slow moment of the machine meets all of them.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const entry of imported) imports[entry]?.push(timeOfImport(fileOf(entry)));
  return { bundles, imports, synth_seconds: [1, 2, 3].map(timeOfSynth) };
};

const ran = (command: string, args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` },
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
};

/** In a process of its own, as Lambda does, on the Node that is pinned. */
const timeOfImport = (file: string): number =>
  Number(
    ran(NODE, [
      '--input-type=module',
      '-e',
      `const begun = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - begun));`,
    ]),
  );

const timeOfSynth = (): number => {
  const output = mkdtempSync(join(tmpdir(), 'runsheet-synth-'));
  const begun = performance.now();
  ran('cdk', ['synth', '--quiet', '--output', output, '-c', 'sender=team@example.com']);
  const seconds = (performance.now() - begun) / 1_000;
  rmSync(output, { recursive: true });
  return seconds;
};
