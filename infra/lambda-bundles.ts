/**
 * The code of the Lambdas: one ESM file a function, minified, with its source map and the catalogue beside it.
 *
 * Promises: the same sources give the same bytes, wherever they lie, so that what has not changed is not deployed
 * again; all are bundled in one go. Hides: esbuild, and what is left out as nobody calls it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    // Kinds of files by the ends of their names: what is attached to our mails says what it is.
    onLoad({ filter: /nodemailer\/dist\/esm\/mime-funcs\/mime-types\.js$/ }, () => ({
      contents:
        "export const detectMimeType = () => 'application/octet-stream'; export const detectExtension = () => 'bin';",
    }));
    // Parts of mails that are fetched from elsewhere: ours are not.
    onLoad({ filter: /nodemailer\/dist\/esm\/fetch\/index\.js$/ }, () => ({
      contents: "export default () => { throw new Error('a mail is whole'); };",
    }));
    // Addresses that are read from a text: ours come as a name and an address.
    onLoad({ filter: /nodemailer\/dist\/esm\/addressparser\/index\.js$/ }, () => ({
      contents: "export default () => { throw new Error('an address is a name and an address'); };",
    }));
    // Names of domains in other scripts, which Node writes as well.
    onLoad({ filter: /nodemailer\/dist\/esm\/punycode\/index\.js$/ }, () => ({
      contents:
        "import { domainToASCII as toASCII, domainToUnicode as toUnicode } from 'node:url'; export { toASCII, toUnicode };",
    }));
    // Hashes for where Node is not.
    onLoad({ filter: /@smithy\/core\/dist-es\/submodules\/checksum\/(sha256\/Sha256|md5\/Md5)Js\.js$/ }, () => ({
      contents: 'export class Sha256Js {} export class Md5Js {}',
    }));
    // Patterns of dates that no call of ours reads: left out once they are seen to do nothing by themselves.
    onLoad({ filter: /@smithy\/core\/dist-es\/submodules\/serde\/.*date-utils\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('= new RegExp(', '= /* @__PURE__ */ new RegExp('),
    }));
    // A Lambda is told its Region, and reads no streams of a browser.
    onLoad({ filter: /@smithy\/core\/.*\/(getInstanceMetadataRegion|sdk-stream-mixin\.browser)\.js$/ }, () => ({
      contents:
        "export const getInstanceMetadataRegion = async () => undefined; export const sdkStreamMixin = () => { throw new Error('no stream of a browser'); };",
    }));
    // How fast to ask a service that holds back, for a way of trying again that no client of ours has.
    onLoad({ filter: /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/DefaultRateLimiter\.js$/ }, () => ({
      contents:
        "export class DefaultRateLimiter { constructor() { throw new Error('tries are counted, not paced'); } }",
    }));
    // A client wants its version alone.
    onLoad({ filter: /@aws-sdk\/client-[a-z0-9]+\/package\.json$/ }, ({ path }) => ({
      contents: JSON.stringify({ version: (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version }),
      loader: 'json',
    }));
    // Each client knows all errors of its service. Those that nobody here asks for come as what they are to us: errors.
    onLoad({ filter: /@aws-sdk\/client-[a-z0-9]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll(KNOWN_ERROR, (text, error) => (asked().has(error) ? text : ''))
        // Shapes that no call of ours has: left out once they are seen to do nothing by themselves.
        .replaceAll(SHAPE, '$1var $2 = /* @__PURE__ */ (() => $3)();'),
    }));
    // Nobody has a Lambda write a JSON schema.
    onLoad({ filter: /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/ }, ({ path }) => {
      const names = [...readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
      const also = path.includes('to-json-schema') ? 'export { processSchema as process };' : '';
      return { contents: `const none = () => none;\nexport const ${names.join(' = none, ')} = none;\n${also}` };
    });
    // No call of ours streams events.
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, () => ({ path: 'no-event-streams', namespace: 'lean' }));
    onLoad({ filter: /^no-event-streams$/, namespace: 'lean' }, () => ({
      contents:
        'export const resolveEventStreamSerdeConfig = (config) => config; export const eventStreamSerdeProvider = () => ({}); export class EventStreamSerde {}',
    }));
    // Tables are where the Region says, and nowhere else.
    onResolve({ filter: /^@aws-sdk\/middleware-endpoint-discovery$/ }, () => ({
      path: 'no-discovery',
      namespace: 'lean',
    }));
    onLoad({ filter: /^no-discovery$/, namespace: 'lean' }, () => ({
      contents:
        'export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = { environmentVariableSelector: () => false, configFileSelector: () => false, default: false }; export const resolveEndpointDiscoveryConfig = (config) => config;',
    }));
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

/** What an error is to a client, and that it knows it. */
const KNOWN_ERROR = /^export var (\w+)\$ = \[-3,[^;]*\];\s*n0_registry\.registerError\(\1\$, \1\);$/gm;

/** A shape, from its first bracket to its last. */
const SHAPE = /^(export )?var (\w+\$?) = (\[[^;]*\]);$/gm;

/** All names that the adapters take from clients. */
const asked = (): ReadonlySet<string> => {
  const folder = join(ROOT, 'functions', 'adapters', 'aws');
  known ??= new Set(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .flatMap((text) => [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-[a-z0-9]+'/g)])
      .flatMap(([, names = '']) => names.split(',').map((name) => name.replace(/^\s*type\s+/, '').trim())),
  );
  return known;
};
let known: ReadonlySet<string> | undefined;
