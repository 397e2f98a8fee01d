/** `runsheet dlq`: what was called for and could not be done. */
import { type PlaceOptions, placeOf } from './place.ts';
import { counted, print, printProblem, table } from './terminal.ts';

export const dlqListCommand = async (options: PlaceOptions & { readonly json?: boolean }): Promise<number> => {
  const place = await placeOf(options);
  const letters = await place.ask('list-dead-letters', {});
  if (options.json === true) print(JSON.stringify(letters, null, 2));
  else
    print(
      letters.length === 0
        ? 'There are no dead letters.'
        : table(
            ['id', 'where', 'since (UTC)', 'what'],
            letters.map(({ id, queue, at, what }) => [id, queue, at.slice(0, 16).replace('T', ' '), what]),
          ),
    );
  return 0;
};

export const dlqRedriveCommand = async (ids: readonly string[], options: PlaceOptions): Promise<number> => {
  const place = await placeOf(options);
  const wanted = ids.length > 0 ? ids : (await place.ask('list-dead-letters', {})).map(({ id }) => id);
  const gone: string[] = [];
  for (const id of wanted) if (!(await place.ask('redrive-dead-letter', { id })).redriven) gone.push(id);
  if (gone.length < wanted.length || wanted.length === 0)
    print(
      wanted.length === 0
        ? 'There are no dead letters.'
        : `${counted(wanted.length - gone.length, 'dead letter')} ${wanted.length - gone.length === 1 ? 'is' : 'are'} being done anew.`,
    );
  for (const id of gone) printProblem(`${id} does not lie there, or no more.`);
  return gone.length === 0 ? 0 : 1;
};
