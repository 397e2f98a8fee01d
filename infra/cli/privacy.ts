/** `runsheet privacy`: what is kept of a person, for them to have, and to be gone. */
import { type PlaceOptions, placeOf } from './place.ts';
import { counted, print } from './terminal.ts';

export const privacyExportCommand = async (person: string, options: PlaceOptions): Promise<number> => {
  const place = await placeOf(options);
  const { terms, team, runs, records } = await place.ask('export-person', { person });
  const told = [];
  // One by one: all of them together may be more than one answer can hold.
  for (const run of runs)
    told.push({ run, events: await place.ask('export-run', { run, terms: structuredClone(terms) as never }) });
  print(JSON.stringify({ person, known_as: terms, team, runs: told, records }, null, 2));
  return 0;
};

export const privacyEraseCommand = async (
  person: string,
  options: PlaceOptions & { readonly yes?: boolean },
): Promise<number> => {
  const place = await placeOf(options);
  if (options.yes !== true) {
    const { runs, records } = await place.ask('export-person', { person });
    print(
      `${person} stands in ${counted(runs.length, 'run')} and ${counted(records.length, 'record')} of ${place.name}. This cannot be undone; say --yes to do it.`,
    );
    return 2;
  }
  const { as, runs, events, records } = await place.ask('erase-person', { person });
  print(
    events === 0 && records === 0
      ? `Nothing was kept of ${person}.`
      : `${person} is gone from ${counted(events, 'event')} of ${counted(runs.length, 'run')} and from ${counted(records, 'record')}; histories say ${as} now.`,
  );
  return 0;
};
