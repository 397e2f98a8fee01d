/** `runsheet start`: a run of a workflow, in a sandbox that is running or on AWS. */
import { createHash, randomUUID } from 'node:crypto';
import { idOfFile, isYamlFile } from '../../statemachines/language/file-name.ts';
import { pairsOf, textsFrom } from './given.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { print } from './terminal.ts';

type StartOptions = PlaceOptions & {
  readonly input: readonly string[];
  readonly assign: readonly string[];
  readonly id?: string;
  readonly again?: boolean;
  readonly json?: boolean;
};

/** The same line on the same day is the same start, so that nobody starts twice by pressing a key twice. */
const idOf = ({ id, again }: StartOptions, asked: object): string =>
  id ??
  (again === true
    ? randomUUID()
    : createHash('sha256')
        .update(JSON.stringify([asked, new Date().toISOString().slice(0, 10)]))
        .digest('hex'));

export const startCommand = async (target: string, options: StartOptions): Promise<number> => {
  const place = await placeOf(options);
  const asked = {
    workflow: isYamlFile(target) ? idOfFile(target) : target,
    inputs: textsFrom(options.input) as never,
    people: Object.fromEntries(pairsOf(options.assign, '--assign', 'ROLE=PERSON')),
  };
  const { run, url, again, feasible } = await place.ask('start-run', { ...asked, id: idOf(options, asked) });
  if (options.json === true) print(JSON.stringify({ run, url }));
  else
    print(
      [
        again
          ? `The run ${run} was started before: ${url} (--again starts another)`
          : `The run ${run} is on its way: ${url}`,
        ...(feasible === false ? ['There is not enough time for all of its steps.'] : []),
      ].join('\n'),
    );
  return 0;
};
