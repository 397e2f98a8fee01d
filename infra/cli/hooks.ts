/** `runsheet hooks`: the addresses of webhook sources, samples to try them with, and what came in once more. */
import { textsFrom } from './given.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { ask } from './sandbox-at.ts';
import { print, printProblem, table } from './terminal.ts';

type ListOptions = PlaceOptions & { readonly show?: boolean; readonly json?: boolean };

export const hooksListCommand = async (source: string | undefined, options: ListOptions): Promise<number> => {
  const place = await placeOf(options);
  if (source !== undefined) return listCame(source, options);
  const rows = await place.ask('list-hooks', { show: options.show === true });
  if (options.json === true) print(JSON.stringify(rows, null, 2));
  else {
    print(
      table(
        ['source', 'provider', 'workflow', 'address'],
        rows.flatMap(({ source: of, provider, workflow, url, form }) => [
          [of, provider, workflow, url],
          ...(form === undefined ? [] : [['', 'a page for people', '', form]]),
        ]),
      ),
    );
    if (options.show !== true) print('Whoever knows the whole address can start runs; --show prints it.');
  }
  return 0;
};

const listCame = async (source: string, options: ListOptions): Promise<number> => {
  const place = await placeOf(options);
  const { intakes, next } = await place.ask('list-came', { source });
  if (options.json === true) print(JSON.stringify(intakes, null, 2));
  else if (intakes.length === 0) print(`Nothing came from ${source} in the last 95 days.`);
  else {
    print(
      table(
        ['id', 'came (UTC)', 'run', ''],
        intakes.map(({ id, at, run, fits }) => [id, at.slice(0, 16).replace('T', ' '), run, fits ? '' : 'did not fit']),
      ),
    );
    if (next !== undefined) print('There is more; the oldest are shown.');
  }
  return 0;
};

export const hooksTestCommand = async (
  source: string,
  options: PlaceOptions & { readonly input: readonly string[]; readonly print?: boolean },
): Promise<number> => {
  const place = await placeOf(options);
  const { url, headers, body } = await place.ask('sample-hook', {
    source,
    inputs: textsFrom(options.input) as { [input: string]: string | string[] },
  });
  if (options.print === true) {
    print(curlOf(url, headers, body));
    return 0;
  }
  const { origin } = new URL(url);
  const answered = await ask(origin, url.slice(origin.length), {
    method: 'POST',
    headers: headers.map(([name, value]): [string, string] => [name, value]),
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
      // Whoever sends a form, as a script or as a person, is not told of its run.
      print(run === undefined ? 'Accepted: its run is on its way.' : `Accepted: the run ${run} is on its way.`);
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
      printProblem(`Refused: the secrets of ${source} were changed a moment ago. Try again in a minute.`);
      return 1;
    default:
      printProblem(`Not accepted (${status}).`);
      return 1;
  }
};

export const hooksReplayCommand = async (source: string, id: string, options: PlaceOptions): Promise<number> => {
  const place = await placeOf(options);
  const { run } = await place.ask('replay-hook', { source, id });
  print(`The run ${run} is on its way.`);
  return 0;
};

export const hooksScriptCommand = async (
  source: string,
  options: PlaceOptions & { readonly show?: boolean },
): Promise<number> => {
  const place = await placeOf(options);
  const { script } = await place.ask('script-hook', { source, show: options.show === true });
  print(script.trimEnd());
  if (options.show !== true)
    printProblem(
      'The address and the secret are left out (…); --show puts them in: whoever knows them can start runs.',
    );
  return 0;
};

/** For a shell, with everything quoted. */
const curlOf = (url: string, headers: readonly (readonly [string, string])[], body: string): string =>
  [
    `curl -i -X POST ${quoted(url)}`,
    ...headers.map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    `  --data-binary ${quoted(body)}`,
  ].join(' \\\n');
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
