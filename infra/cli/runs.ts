/** `runsheet runs`: what runs somewhere and whose turn it is; one run whole; an end to it, or a way on. */
import type { Answered } from '../../functions/core/operating/operations.ts';
import { type PlaceOptions, placeOf } from './place.ts';
import { print, styled, table } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type Listed = Answered<'list-runs'>[number];

export const runsListCommand = async (options: Options): Promise<number> => {
  const place = await placeOf(options);
  const runs = await place.ask('list-runs', {});
  if (options.json === true) print(JSON.stringify(runs, null, 2));
  else
    print(
      runs.length === 0
        ? 'There are no runs yet. Start one with: npx runsheet start WORKFLOW --input NAME=VALUE'
        : table(['run', 'workflow', 'state', 'open step', 'who', 'due (UTC)'], runs.flatMap(rowsOf)),
    );
  return 0;
};

/** One line for each open step; a run without any has one all the same. */
const rowsOf = ({ run, workflow, state, steps }: Listed): string[][] => {
  const open = steps.filter((step) => step.state === 'open');
  if (open.length === 0) return [[run, workflow, state, '', '', '']];
  return open.map(({ step, owners, due }, index) => [
    ...(index === 0 ? [run, workflow, state] : ['', '', '']),
    step,
    owners.join(', '),
    due === null ? '' : minute(due),
  ]);
};

const minute = (instant: string): string => instant.slice(0, 16).replace('T', ' ');

export const runsShowCommand = async (run: string, options: Options): Promise<number> => {
  const place = await placeOf(options);
  const shown = await place.ask('show-run', { run });
  if (options.json === true) {
    print(JSON.stringify(shown, null, 2));
    return 0;
  }
  const { title, workflow, state, reason, started, machine, url, steps, owes, history } = shown;
  print(
    [
      styled('bold', title),
      `${workflow}, ${state}${reason === undefined ? '' : `: ${reason}`}. Started ${minute(started)}; its machine: ${machine}.`,
      url,
      '',
      table(
        ['step', 'round', 'state', 'who', 'due (UTC)'],
        steps.map(({ step, item, round, state: how, owners, due }) => [
          item === undefined ? step : `${step} ${item}`,
          String(round),
          how,
          owners.join(', '),
          due === null ? '' : minute(due),
        ]),
      ),
      '',
      table(
        ['', 'when (UTC)', 'what happened'],
        history.map(({ number, at, text }) => [String(number), minute(at), text]),
      ),
      ...(owes.length === 0
        ? []
        : ['', `Still to be done: ${owes.map(({ what, since }) => `${what} since ${minute(since)}`).join(', ')}`]),
    ].join('\n'),
  );
  return 0;
};

export const runsCancelCommand = async (
  run: string,
  options: PlaceOptions & { readonly reason: string },
): Promise<number> => {
  const place = await placeOf(options);
  await place.ask('cancel-run', { run, reason: options.reason });
  print(`The run ${run} is cancelled; those who had something to do in it are mailed.`);
  return 0;
};

export const runsRedriveCommand = async (
  run: string,
  options: PlaceOptions & { readonly reason: string },
): Promise<number> => {
  const place = await placeOf(options);
  await place.ask('redrive-run', { run, reason: options.reason });
  print(`The run ${run} goes on where its machine failed.`);
  return 0;
};

export const runsRebuildCommand = async (options: PlaceOptions): Promise<number> => {
  const place = await placeOf(options);
  const { runs } = await place.ask('rebuild-lists', {});
  print(`What lists and the board show of ${runs === 1 ? '1 run' : `${runs} runs`} is made anew from their histories.`);
  return 0;
};
