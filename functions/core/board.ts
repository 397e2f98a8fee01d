/**
 * The board: one line a run, which says where it is, who has it, and whether it will be in time.
 *
 * Promises: follows from the history alone, and only ever moves forward; made again, it is the same. All open runs, or
 * all that ended in a month, are read with one look-up, however they are then sorted, searched and counted, so numbers
 * of one page agree. A run that ends stands under its month before it goes from the open ones.
 * Hides: that many lines share a record. Lines are spread by the run over 96 records (as many as one page of a list has,
 * and some to spare), each packed: with 1,000 open runs a change writes one kilobyte, and a view reads about 100.
 */

import type { Step } from '../../statemachines/language/workflow.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { owersOf } from './ballots.ts';
import { withMillis } from './dates.ts';
import type { EventOf } from './events.ts';
import { type Forecast, forecastAsTold } from './forecast.ts';
import type { Ports } from './ports.ts';
import { hasFinished, stepOf } from './progress.ts';
import type { Requested, Run } from './run.ts';
import { titleIn } from './run-texts.ts';
import { shardsOf } from './shards.ts';

export type BoardStep = {
  readonly step: string;
  readonly title: string;
  readonly type: Step['type'];
  readonly round: number;
  readonly item?: string;
  /** Of work, as planned; missing where none is. */
  readonly hours?: number;
  /** Those who owe it; none where it is another system's, or another run's. */
  readonly owners: readonly string[];
  readonly due?: string;
};

/** What only we write, and so read without doubting it. */
export type BoardLine = {
  readonly run: string;
  readonly workflow: string;
  readonly title: string;
  readonly state: 'requested' | 'running' | EventOf<'run-finished'>['outcome'];
  readonly started: string;
  readonly ended?: string;
  /** Who is accountable. */
  readonly lead?: string;
  /** How many events it shows. */
  readonly length: number;
  readonly phase?: string;
  readonly open: readonly BoardStep[];
  /** Of the workflow's steps, so many. */
  readonly done: number;
  readonly steps: number;
  /** When the plan has it end, and the forecast as long as nobody is late: UTC, with milliseconds. */
  readonly planned?: string;
  readonly ends?: string;
  /** The first step to come that cannot be in time unless somebody is faster than asked. */
  readonly ahead?: string;
};

type Look = Pick<Ports, 'catalogue' | 'settings'>;

/** Which run it is, and how it stands as a whole. */
export const headOf = ({
  id,
  requested,
  opened,
  finished,
  length,
}: Run | Requested): Pick<BoardLine, 'run' | 'workflow' | 'started' | 'length' | 'state' | 'ended'> => ({
  run: id,
  workflow: requested.workflow,
  started: requested.at,
  length,
  state: finished?.outcome ?? (opened === undefined ? 'requested' : 'running'),
  ...(finished === undefined ? {} : { ended: finished.at }),
});

export const lineOf = async (ports: Look, run: Run | Requested): Promise<BoardLine> => {
  const { requested, finished } = run;
  const common = headOf(run);
  const asked = ports.catalogue.workflows.get(requested.workflow)?.outline.workflow;
  if (run.opened === undefined)
    return { ...common, title: asked?.title ?? requested.workflow, open: [], done: 0, steps: asked?.steps.length ?? 0 };
  const { opened, workflow } = run;
  const { lead } = opened;
  const phase = phaseOf(run);
  const open = await Promise.all(
    [...run.openings.values()]
      .filter(({ state }) => state === 'open')
      .map(async (one): Promise<BoardStep> => {
        const step = stepOf(run, one.step);
        return {
          step: one.step,
          title: await titleIn(ports, run, one),
          type: step?.type ?? 'task',
          round: one.round,
          ...(one.item === undefined ? {} : { item: one.item }),
          ...(step?.effort === undefined ? {} : { hours: step.effort }),
          owners: owersOf(run, one),
          ...(one.due === undefined ? {} : { due: withMillis(one.due.instant) }),
        };
      }),
  );
  return {
    ...common,
    title: opened.title,
    ...(lead === undefined ? {} : { lead: lead.covers ?? lead.person }),
    ...(phase === undefined ? {} : { phase }),
    open,
    done: workflow.steps.filter((step) => hasFinished(run, step.id)).length,
    steps: workflow.steps.length,
    ...(finished === undefined ? await outlookOf(ports, run) : plannedEnd(run)),
  };
};

const plannedEnd = ({ kept: { plan } }: Run) => ('ends' in plan ? { planned: withMillis(plan.ends) } : {});

const outlookOf = async (ports: Look, run: Run): Promise<Pick<BoardLine, 'planned' | 'ends' | 'ahead'>> => {
  const { forecast } = forecastAsTold(ports, run);
  const late = lateAhead(forecast)[0];
  return {
    ...plannedEnd(run),
    ends: forecast.ends,
    ...(late === undefined ? {} : { ahead: await titleIn(ports, run, { ...late, step: late.step.id }) }),
  };
};

/** Steps to come that cannot be in time unless somebody is faster than asked. */
export const lateAhead = ({ steps }: Forecast): Forecast['steps'] =>
  steps.filter(({ opening, due, finishes }) => opening === undefined && due !== undefined && finishes > due);

/** Of what is open, else of what was opened last. */
const phaseOf = (run: Run): string | undefined => {
  const all = [...run.openings.values()];
  const shown = all.findLast(({ state }) => state === 'open') ?? all.at(-1);
  return shown === undefined ? undefined : stepOf(run, shown.step)?.phase;
};

/** `risk`: nothing is late yet, but something will be, or the end will, unless somebody is faster than asked. */
export type Standing = 'late' | 'risk' | 'fine' | 'ended';

export const standingOf = (line: BoardLine, now: string): Standing => {
  const { state, open, ahead, planned } = line;
  if (state !== 'running' && state !== 'requested') return 'ended';
  if (open.some(({ due }) => due !== undefined && due < now)) return 'late';
  const ends = endOf(line, now);
  const slips = planned !== undefined && ends !== undefined && dayOf(ends) > dayOf(planned);
  return ahead !== undefined || slips ? 'risk' : 'fine';
};

const dayOf = (instant: string): string => dayAt(millisOf(instant), 'UTC');

/** When it ended, or will by the forecast of when something last happened; what is past by now can only be later. */
export const endOf = ({ ended, ends, planned }: BoardLine, now: string): string | undefined =>
  ended ?? (ends !== undefined && ends < now ? now : (ends ?? planned));

const SHARDS = 96;
const OPEN = 'open';
const shards = shardsOf<BoardLine>('board', SHARDS);

const monthOf = (instant: string): string => instant.slice(0, 'yyyy-mm'.length);

type Keeping = Pick<Ports, 'records'>;

/** @param anew in place of one that knows as much, but may say it wrongly. */
export const putOnBoard = async (ports: Keeping, line: BoardLine, anew = false): Promise<void> => {
  await shards.put(ports, line.ended === undefined ? OPEN : monthOf(line.ended), line, anew);
  if (line.ended !== undefined) await takeFromOpen(ports, line.run);
};

/** Of a run that has ended: whoever knew less has put it there again. */
export const takeFromOpen = (ports: Keeping, run: string): Promise<void> => shards.take(ports, OPEN, run);

export const openLines = (ports: Keeping): Promise<readonly BoardLine[]> => shards.list(ports, OPEN);

/** @param month `2027-01`. */
export const endedLines = (ports: Keeping, month: string): Promise<readonly BoardLine[]> => shards.list(ports, month);
