/** `runsheet start`: a run of a workflow, in a sandbox that is running. */
import { idOfFile, isYamlFile } from '../../statemachines/language/file-name.ts';
import { pairsOf, textsFrom } from './given.ts';
import { Refusal } from './library-at.ts';
import { addressOf, ask, problemOf } from './sandbox-at.ts';
import { print } from './terminal.ts';

type StartOptions = {
  readonly input: readonly string[];
  readonly assign: readonly string[];
  readonly to: string;
  readonly id?: string;
  readonly json?: boolean;
};
type Started = { readonly run: string; readonly url: string; readonly feasible?: boolean };

export const startCommand = async (target: string, options: StartOptions): Promise<number> => {
  const address = addressOf(options.to);
  const workflow = isYamlFile(target) ? idOfFile(target) : target;
  const answered = await ask(address, '/api/runs', {
    method: 'POST',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({
      workflow,
      inputs: textsFrom(options.input),
      people: Object.fromEntries(pairsOf(options.assign, '--assign', 'ROLE=PERSON')),
      ...(options.id === undefined ? {} : { id: options.id }),
    }),
  });
  const { status } = answered;
  if (!isStarted(answered.body) || (status !== 200 && status !== 201)) {
    // What was given is wrong, or it cannot be done now.
    throw new Refusal(status === 404 || status === 422 ? 2 : 1, problemOf(address, answered));
  }
  const { run, url, feasible } = answered.body;
  if (options.json === true) print(JSON.stringify({ run, url }));
  else
    print(
      [
        status === 200 ? `The run ${run} was started before: ${url}` : `The run ${run} is on its way: ${url}`,
        ...(feasible === false ? ['There is not enough time for all of its steps.'] : []),
      ].join('\n'),
    );
  return 0;
};

const isStarted = (body: unknown): body is Started => {
  const { run, url } = (body ?? {}) as { readonly run?: unknown; readonly url?: unknown };
  return typeof run === 'string' && typeof url === 'string';
};
