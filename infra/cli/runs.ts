/** `runsheet runs`: what runs in a sandbox, and whose turn it is. */
import { z } from 'zod';
import { Refusal } from './library-at.ts';
import { addressOf, ask, problemOf } from './sandbox-at.ts';
import { print, table } from './terminal.ts';

const listed = z.array(
  z.looseObject({
    run: z.string(),
    workflow: z.string(),
    title: z.string().optional(),
    state: z.string(),
    steps: z.array(
      z.looseObject({
        step: z.string(),
        item: z.string().optional(),
        state: z.string(),
        owner: z.string().nullable(),
        owners: z.array(z.string()).optional(),
        due: z.string().nullable(),
      }),
    ),
  }),
);
type Listed = z.output<typeof listed>[number];

export const runsCommand = async (options: { readonly to: string; readonly json?: boolean }): Promise<number> => {
  const address = addressOf(options.to);
  const answered = await ask(address, '/api/runs');
  const runs = listed.safeParse(answered.body);
  if (answered.status !== 200 || !runs.success) throw new Refusal(1, problemOf(address, answered));
  if (options.json === true) print(JSON.stringify(runs.data, null, 2));
  else
    print(
      runs.data.length === 0
        ? 'There are no runs yet. Start one with: npx runsheet start WORKFLOW --input NAME=VALUE --to ADDRESS'
        : table(['run', 'workflow', 'state', 'open step', 'who', 'due (UTC)'], runs.data.flatMap(rowsOf)),
    );
  return 0;
};

/** One line for each open step; a run without any has one all the same. */
const rowsOf = ({ run, workflow, state, steps }: Listed): string[][] => {
  const open = steps.filter((step) => step.state === 'open');
  if (open.length === 0) return [[run, workflow, state, '', '', '']];
  return open.map(({ step, owner, owners, due }, index) => [
    ...(index === 0 ? [run, workflow, state] : ['', '', '']),
    step,
    (owners ?? (owner === null ? [] : [owner])).join(', '),
    due === null ? '' : due.slice(0, 16).replace('T', ' '),
  ]);
};
