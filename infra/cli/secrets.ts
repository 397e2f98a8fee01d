/** `runsheet secrets`: a new value in the place of one, while the one before still counts. */
import { text } from 'node:stream/consumers';
import { Refusal } from './library-at.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { print } from './terminal.ts';

type RotateOptions = PlaceOptions & { readonly stdin?: boolean; readonly alone?: boolean };

export const secretsRotateCommand = async (name: string, options: RotateOptions): Promise<number> => {
  const place = await placeOf(options);
  const value = options.stdin === true ? (await text(process.stdin)).trim() : undefined;
  if (value === '') throw new Refusal(2, 'Nothing came from standard input.');
  const { live } = await place.ask('rotate-secret', {
    name,
    alone: options.alone === true,
    ...(value === undefined ? {} : { value }),
  });
  if (live > 1) print(`${name} has a new value; the one before counts as well, until it is rotated again.`);
  else if (options.alone === true) print(`${name} has a new value, and no other counts from within a minute on.`);
  else print(`${name} has its first value, which counts from now on.`);
  if (name.startsWith('hook-path-'))
    print('The address of its source is another now: hooks list --show prints it, for its provider to be told.');
  return 0;
};
