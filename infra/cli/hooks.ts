/** `runsheet hooks`: the addresses of webhook sources, samples to try them with, and what came in once more. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exampleValues } from '../../functions/core/example-values.ts';
import { sampleDelivery } from '../../functions/core/webhooks/sample-delivery.ts';
import { pathSecretName } from '../../functions/core/webhooks/path-secret.ts';
import { nearest } from '../../statemachines/language/nearest.ts';
import type { Hook } from '../../statemachines/language/workflow.ts';
import { type Library, readLibrary } from '../../statemachines/library.ts';
import { secretsFile } from '../sandbox/secrets-file.ts';
import { readFolder, SHIPPED, shownPath } from '../workflow-folder.ts';
import { textsFrom } from './given.ts';
import { type LibraryOption, Refusal } from './library-at.ts';
import { addressOf, ask, problemOf } from './sandbox-at.ts';
import { print, printProblem, table } from './terminal.ts';

type Place = LibraryOption & { readonly to: string; readonly data: string };

export const hooksListCommand = async (
  options: Place & { readonly show?: boolean; readonly json?: boolean },
): Promise<number> => {
  const address = addressOf(options.to);
  const { hooks } = libraryOf(options);
  const secrets = secretsIn(options.data, hooks);
  const rows = await Promise.all(
    Object.entries(hooks).map(async ([source, { provider, workflow }]) => {
      const [secret = ''] = await secrets.live(pathSecretName(source));
      return { source, provider, workflow, url: urlOf(address, source, options.show === true ? secret : '…') };
    }),
  );
  if (options.json === true) print(JSON.stringify(rows, null, 2));
  else {
    print(
      table(
        ['source', 'provider', 'workflow', 'address'],
        rows.map((row) => Object.values(row)),
      ),
    );
    if (options.show !== true) print('Whoever knows the whole address can start runs; --show prints it.');
  }
  return 0;
};

export const hooksTestCommand = async (
  source: string,
  options: Place & { readonly input: readonly string[]; readonly print?: boolean },
): Promise<number> => {
  const address = addressOf(options.to);
  const library = libraryOf(options);
  const hook = hookNamed(source, library);
  const secrets = secretsIn(options.data, library.hooks);
  const [pathSecret = ''] = await secrets.live(pathSecretName(source));
  const fields = library.workflows.get(hook.workflow)?.workflow.inputs ?? {};
  const given = textsFrom(options.input);
  const stranger = Object.keys(given).find((input) => !Object.hasOwn(hook.map, input));
  if (stranger !== undefined)
    throw new Refusal(2, `${source} brings no input ${stranger}; it brings ${Object.keys(hook.map).join(', ')}.`);
  const now = await clockAt(address, options.print === true);
  const example = {
    person: library.team.people[0]?.id ?? '',
    today: new Date(now + 45 * 86_400_000).toISOString().slice(0, 10),
  };
  const mapped = Object.entries(exampleValues(fields, example)).filter(([input]) => Object.hasOwn(hook.map, input));
  const { delivery, left } = sampleDelivery({
    hook,
    fields,
    values: { ...Object.fromEntries(mapped), ...given },
    publicUrl: urlOf(address, source, pathSecret),
    secrets: hook.secret === undefined ? [] : await secrets.live(hook.secret),
    now,
  });
  const lost = left.filter((input) => Object.hasOwn(given, input));
  if (lost.length > 0)
    throw new Refusal(
      2,
      `The sample of ${hook.provider} has no place for ${lost.join(', ')}: its map is ${lost.map((input) => hook.map[input]).join('; ')}.`,
    );
  const body = Buffer.from(delivery.body).toString('utf8');
  if (options.print === true) {
    print(curlOf(delivery.publicUrl, delivery.headers, body));
    return 0;
  }
  const path = delivery.publicUrl.slice(address.length);
  const answered = await ask(address, path, {
    method: 'POST',
    headers: delivery.headers.map(([name, value]): [string, string] => [name, value]),
    body,
  });
  return told(source, answered.status, answered.body);
};

/** What the other side answered, in words. */
const told = (source: string, status: number, body: unknown): number => {
  const { run, problems = [] } = (body ?? {}) as {
    readonly run?: string;
    readonly problems?: readonly { readonly message?: string }[];
  };
  switch (status) {
    case 200:
      print(`This came before: it is the run ${run}.`);
      return 0;
    case 202:
      print(`Accepted: the run ${run} is on its way.`);
      return 0;
    case 303:
      print('Accepted, and sent on to the page for people.');
      return 0;
    case 422:
      printProblem(
        ['Kept, but it starts nothing as it is:', ...problems.map(({ message }) => `  ${message ?? ''}`)].join('\n'),
      );
      return 1;
    case 401:
      printProblem(`Refused: the secrets of ${source} are not those of that sandbox. Name its folder with --data.`);
      return 1;
    default:
      printProblem(`Not accepted (${status}).`);
      return 1;
  }
};

export const hooksReplayCommand = async (
  source: string,
  id: string,
  options: { readonly to: string },
): Promise<number> => {
  const address = addressOf(options.to);
  const answered = await ask(address, `/api/intakes/${encodeURIComponent(source)}/${encodeURIComponent(id)}/replay`, {
    method: 'POST',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({ key: randomBytes(9).toString('base64url') }),
  });
  const { run } = (answered.body ?? {}) as { readonly run?: string };
  if (run === undefined) throw new Refusal(answered.status === 404 ? 2 : 1, problemOf(address, answered));
  print(`The run ${run} is on its way.`);
  return 0;
};

const urlOf = (address: string, source: string, secret: string): string => `${address}/hooks/${source}/${secret}`;

const libraryOf = ({ workflows }: LibraryOption): Library => readLibrary(readFolder(workflows ?? SHIPPED));

const hookNamed = (source: string, { hooks }: Library): Hook => {
  const hook = Object.hasOwn(hooks, source) ? hooks[source] : undefined;
  if (hook !== undefined) return hook;
  const close = nearest(source, Object.keys(hooks));
  throw new Refusal(
    2,
    `There is no source ${source} in hooks.yaml.${close === undefined ? ` Sources are: ${Object.keys(hooks).join(', ') || 'none'}.` : ` Did you mean ${close}?`}`,
  );
};

/** Those of a sandbox's folder; what it has not made yet is made here, and found there. */
const secretsIn = (data: string, hooks: Library['hooks']) => {
  const folder = resolve(data);
  if (!existsSync(folder))
    throw new Refusal(
      2,
      `There is no folder ${shownPath(folder)} with the secrets of a sandbox. Start one with npm start, or name its folder with --data.`,
    );
  const ours = new Set([
    ...Object.keys(hooks).map(pathSecretName),
    ...Object.values(hooks).map(({ secret }) => secret),
  ]);
  return secretsFile({
    path: join(folder, 'secrets.json'),
    chance: { bytes: (count) => randomBytes(count) },
    isOurs: (name) => ours.has(name),
  });
};

/** What the other side takes for the present, which on a virtual clock is not ours. */
const clockAt = async (address: string, unanswered: boolean): Promise<number> => {
  try {
    const { body } = await ask(address, '/sandbox/clock');
    const { now } = (body ?? {}) as { readonly now?: string };
    return now === undefined ? Date.now() : Date.parse(now);
  } catch (problem) {
    if (unanswered && problem instanceof Refusal) return Date.now();
    throw problem;
  }
};

/** For a shell, with everything quoted. */
const curlOf = (url: string, headers: readonly (readonly [string, string])[], body: string): string =>
  [
    `curl -i -X POST ${quoted(url)}`,
    ...headers.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    `  --data-binary ${quoted(body)}`,
  ].join(' \\\n');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
