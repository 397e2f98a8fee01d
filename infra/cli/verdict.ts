/**
 * What a run has come to against its dates: what was late, and whether the anchor was kept.
 */

import type { Ports } from '../../functions/core/ports.ts';
import { stepOf } from '../../functions/core/progress.ts';
import type { Run, StepOpening } from '../../functions/core/run.ts';
import { titleIn } from '../../functions/core/run-texts.ts';
import { inputsOf } from '../../functions/core/texts.ts';
import type { Step } from '../../statemachines/language/workflow.ts';
import { type Calendar, workdaysBetween } from '../../statemachines/plan/calendar.ts';
import { momentAt } from '../../statemachines/plan/moment.ts';
import { dayAt, millisOf, wallAt } from '../../statemachines/plan/wall-time.ts';

/** In a rehearsal nothing is waited for any longer. */
export const MOST_DAYS = 400;

/** A step that was done after its due time, or has not been done. */
export type Late = {
  readonly step: string;
  readonly title: string;
  readonly round: number;
  readonly item?: string;
  readonly run?: string;
  readonly who: readonly string[];
  readonly due: string;
  readonly finished: string | null;
  readonly workdays: number;
};
const whoOf = (opening: StepOpening): readonly string[] => {
  const by = opening.finish?.by;
  return by === undefined ? [...new Set(opening.people.map(({ person }) => person))] : [by];
};

/** What each opening of a run is called there, by the opening. */
export type Titles = ReadonlyMap<StepOpening, string>;

export const titlesIn = async (ports: Pick<Ports, 'settings'>, run: Run): Promise<Titles> =>
  new Map(
    await Promise.all([...run.openings.values()].map(async (one) => [one, await titleIn(ports, run, one)] as const)),
  );

export const lateIn = (run: Run, titles: Titles, calendar: Calendar, now: string, isRoot: boolean): readonly Late[] =>
  [...run.openings.values()].flatMap((opening) => {
    const { step, round, item, due, finish, state } = opening;
    // What was never done is late up to the end of its run.
    const until = finish?.at ?? (state === 'open' || state === 'closed' ? (run.finished?.at ?? now) : undefined);
    if (due === undefined || until === undefined || finish?.type === 'step-skipped') return [];
    if (millisOf(until) <= millisOf(due.instant)) return [];
    const days = workdaysBetween(
      calendar,
      dayAt(millisOf(due.instant), calendar.zone),
      dayAt(millisOf(until), calendar.zone),
    );
    return [
      {
        step,
        title: titles.get(opening) ?? step,
        round,
        ...(item === undefined ? {} : { item }),
        ...(isRoot ? {} : { run: run.id }),
        who: whoOf(opening),
        due: due.instant,
        finished: finish?.at ?? null,
        workdays: Math.abs(days),
      },
    ];
  });

export type Anchor = {
  readonly input: string;
  readonly date: string;
  readonly end: number;
  readonly dueOf: (step: Step) => number | undefined;
};

/** What the dates of a run hang on, and until when it counts. */
export const anchorOf = (run: Run, calendar: Calendar): Anchor | undefined => {
  const { anchor: input } = run.workflow;
  if (input === undefined) return undefined;
  const inputs = inputsOf(run);
  const references = { inputs, start: run.requested.at, finished: () => undefined };
  const end = momentAt({ direction: 'on', reference: { kind: 'input', name: input } }, references, calendar);
  if ('problem' in end) return undefined;
  return {
    input,
    date: String(inputs[input]),
    end: millisOf(end.instant),
    dueOf: (step) => {
      if (step.due?.reference.kind !== 'input' || step.due.reference.name !== input) return undefined;
      const due = momentAt(step.due, references, calendar);
      return 'problem' in due ? undefined : millisOf(due.instant);
    },
  };
};

/**
 * The anchor is missed when the run does not finish; when a step that is due before or on the anchor is done after the
 * end of its working day; or a step that is due after the anchor is done after its own due time.
 */
export const missedIn = (run: Run, titles: Titles, anchor: Anchor, zone: string): readonly string[] => {
  const outcome = run.finished?.outcome;
  if (outcome !== 'finished')
    return [outcome === undefined ? `It does not end within ${MOST_DAYS} days.` : `The run ends as ${outcome}.`];
  const last = new Map<string, StepOpening>();
  for (const opening of run.openings.values()) last.set(`${opening.step} ${opening.item ?? ''}`, opening);
  return [...last.values()].flatMap((opening) => {
    const step = stepOf(run, opening.step);
    const due = step === undefined ? undefined : anchor.dueOf(step);
    const { finish } = opening;
    if (step === undefined || due === undefined || finish === undefined || finish.type === 'step-skipped') return [];
    const bound = Math.max(due, anchor.end);
    return millisOf(finish.at) <= bound
      ? []
      : [
          `“${titles.get(opening) ?? step.title}” is done only on ${wallAt(millisOf(finish.at), zone).slice(0, 16).replace('T', ' at ')}.`,
        ];
  });
};
