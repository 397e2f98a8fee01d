/**
 * The code of the Lambdas: one ESM file a function, minified, with its source map and the catalogue beside it.
 *
 * Promises: the same sources give the same bytes, wherever they lie, so that what has not changed is not deployed
 * again; all are bundled in one go. Hides: esbuild, and what is left out as nobody calls it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** @returns for each entry the folder that becomes its Lambda's code. */
export const bundleLambdas = async (
  entries: readonly string[],
  { catalogue }: { readonly catalogue: string },
): Promise<ReadonlyMap<string, string>> => {
  // As deep as any other of its kind, so that source maps are the same; whoever needs the code copies it before the end.
  const into = join(ROOT, 'cdk.out', `lambdas-${process.pid}`);
  process.once('exit', () => rmSync(into, { recursive: true, force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => ({ in: join('functions', `${entry}.ts`), out: join(entry, 'index') })),
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    // Some packages are CommonJS, and call for what comes with Node.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [lean],
    logLevel: 'warning',
  });
  return new Map(
    entries.map((entry) => {
      const folder = join(into, entry);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'catalogue.json'), catalogue);
      return [entry, folder];
    }),
  );
};

/** What packages hold for others, and a Lambda never comes to. */
const lean: Plugin = {
  name: 'lean',
  setup: ({ onLoad, onResolve }) => {
    // A namespace that comes by its name is kept whole; by a star, only what is used of it.
    onLoad({ filter: /[\\/](functions|statemachines)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace("import { z } from 'zod';", "import * as z from 'zod';"),
      loader: 'ts',
    }));
    // Sentences of zod in fifty languages.
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "export { default as en } from './en.js'" }));
    // A Lambda has its credentials in its environment; not from files, browsers, or other machines.
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'credentials-of-a-lambda',
      namespace: 'lean',
      pluginData: resolveDir,
    }));
    onLoad({ filter: /^credentials-of-a-lambda$/, namespace: 'lean' }, ({ pluginData }) => ({
      contents:
        "import { fromEnv } from '@aws-sdk/credential-provider-env';\nexport const defaultProvider = (init) => fromEnv(init);",
      resolveDir: pluginData,
    }));
  },
};
