/** `runsheet start`: a run of a workflow, in a sandbox that is running or on AWS. */
import { idOfFile, isYamlFile } from '../../statemachines/language/file-name.ts';
import { pairsOf, textsFrom } from './given.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { print } from './terminal.ts';

type StartOptions = PlaceOptions & {
  readonly input: readonly string[];
  readonly assign: readonly string[];
  readonly id?: string;
  readonly json?: boolean;
};

export const startCommand = async (target: string, options: StartOptions): Promise<number> => {
  const place = await placeOf(options);
  const { run, url, again, feasible } = await place.ask('start-run', {
    workflow: isYamlFile(target) ? idOfFile(target) : target,
    inputs: textsFrom(options.input) as never,
    people: Object.fromEntries(pairsOf(options.assign, '--assign', 'ROLE=PERSON')),
    ...(options.id === undefined ? {} : { id: options.id }),
  });
  if (options.json === true) print(JSON.stringify({ run, url }));
  else
    print(
      [
        again ? `The run ${run} was started before: ${url}` : `The run ${run} is on its way: ${url}`,
        ...(feasible === false ? ['There is not enough time for all of its steps.'] : []),
      ].join('\n'),
    );
  return 0;
};
