/** `runsheet simulate`: a rehearsal of a run, told as a timeline. */
import { allSteps } from '../../statemachines/language/all-steps.ts';
import { isDate } from '../../statemachines/language/dates-and-addresses.ts';
import { nearest } from '../../statemachines/language/nearest.ts';
import type { Span, Step, Team } from '../../statemachines/language/workflow.ts';
import { assignmentsFrom, inputsFrom, instantFrom, pairsOf } from './given.ts';
import { type LibraryOption, Refusal, workflowAt } from './library-at.ts';
import { type Absence, type Choice, NotStarted, type Rehearsal, type Rehearsed } from './rehearsal.ts';
import { simulate } from './simulation.ts';
import { print } from './terminal.ts';
import { timelineText } from './timeline.ts';

type SimulateOptions = LibraryOption & {
  readonly input: readonly string[];
  readonly assign: readonly string[];
  readonly now?: string;
  readonly late: readonly string[];
  readonly away: readonly string[];
  readonly answer: readonly string[];
  readonly failCall: readonly string[];
  readonly seed?: string;
  readonly json?: boolean;
};

export const simulateCommand = async (target: string, options: SimulateOptions): Promise<number> => {
  const { workflow, library } = workflowAt(target, options);
  const steps = allSteps(workflow.steps).map(({ step }) => step);
  const people = library.team.people.map(({ id }) => id);
  const rehearsal: Rehearsal = {
    library,
    workflow: workflow.id,
    inputs: inputsFrom(workflow.inputs, options.input, people, 'refused'),
    people: assignmentsFrom(options.assign, library.team),
    now: instantFrom(options.now),
    late: lateFrom(options.late, steps),
    away: awayFrom(options.away, library.team),
    answers: answersFrom(options.answer, steps),
    failing: options.failCall.map((id) => stepNamed(id, steps, '--fail-call', ['call']).id),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const rehearsed = await rehearse(rehearsal);
  print(options.json === true ? JSON.stringify(asJson(rehearsed), null, 2) : timelineText(rehearsed, workflow));
  return succeeded(rehearsed) ? 0 : 1;
};

const rehearse = async (rehearsal: Rehearsal): Promise<Rehearsed> => {
  try {
    return await simulate(rehearsal);
  } catch (problem) {
    if (problem instanceof NotStarted) throw new Refusal(2, problem.message);
    throw problem;
  }
};

/** Without an anchor there is nothing to miss but the end. */
const succeeded = ({ anchor_kept, outcome }: Rehearsed): boolean =>
  anchor_kept ?? (outcome !== null && outcome !== 'failed');

const asJson = ({ workflow, run, started, ended, outcome, anchor, anchor_kept, ...rest }: Rehearsed) => ({
  workflow,
  run,
  started,
  ended,
  outcome,
  anchor,
  anchor_kept,
  missed: rest.missed,
  late: rest.late,
  stuck: rest.stuck,
  mails: rest.mails,
  events: rest.events,
});

const stepNamed = (id: string, steps: readonly Step[], option: string, types: readonly Step['type'][]): Step => {
  const fitting = steps.filter(({ type }) => types.includes(type));
  const step = fitting.find((one) => one.id === id);
  if (step !== undefined) return step;
  const other = steps.find((one) => one.id === id);
  const close = nearest(
    id,
    fitting.map((one) => one.id),
  );
  throw new Refusal(
    2,
    other === undefined
      ? `${option}: there is no step ${id}.${close === undefined ? ` Steps are: ${fitting.map((one) => one.id).join(', ')}.` : ` Did you mean ${close}?`}`
      : `${option}: ${id} is a step of type ${other.type}, and this is for ${types.join(' and ')}.`,
  );
};

const UNITS: { readonly [unit: string]: Span['unit'] } = { h: 'hours', d: 'days', wd: 'workdays', w: 'weeks' };

const lateFrom = (given: readonly string[], steps: readonly Step[]): { readonly [step: string]: Span } =>
  Object.fromEntries(
    pairsOf(given, '--late', 'STEP=3d').map(([id, text]) => {
      stepNamed(id, steps, '--late', ['task', 'approval']);
      const [, count, unit = ''] = /^(\d{1,4})(h|d|wd|w)$/.exec(text) ?? [];
      if (count === undefined)
        throw new Refusal(
          2,
          `--late ${id}=${text}: write how much like 5h, 3d (calendar days), 2wd (working days) or 1w.`,
        );
      return [id, { count: Number(count), unit: UNITS[unit] as Span['unit'] }];
    }),
  );

const awayFrom = (given: readonly string[], team: Team): { readonly [person: string]: readonly Absence[] } => {
  const away: { [person: string]: Absence[] } = {};
  for (const [id, text] of pairsOf(given, '--away', 'PERSON=2027-03-01..2027-03-05')) {
    const [, from = '', to = '', named] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)(?::(.+))?$/.exec(text) ?? [];
    if (!isDate(from) || !isDate(to) || from > to)
      throw new Refusal(
        2,
        `--away ${id}=${text}: write two dates, like 2027-03-01..2027-03-05, and who covers behind a colon where it is not who usually does.`,
      );
    const cover = named === undefined ? usualCover(id, team) : personNamed(named, team);
    away[personNamed(id, team)] = [...(away[id] ?? []), { from, to, ...(cover === undefined ? {} : { cover }) }];
  }
  return away;
};

const personNamed = (id: string, { people }: Team): string => {
  if (people.some((person) => person.id === id)) return id;
  const close = nearest(
    id,
    people.map((person) => person.id),
  );
  throw new Refusal(2, `There is no person ${id} in team.yaml.${close === undefined ? '' : ` Did you mean ${close}?`}`);
};

/** Who covered the last time, else the manager. */
const usualCover = (id: string, { people }: Team): string | undefined => {
  const person = people.find((one) => one.id === id);
  return person?.away.findLast(({ cover }) => cover !== undefined)?.cover ?? person?.manager;
};

const CHOICES: { readonly [T in 'task' | 'approval']: readonly Choice[] } = {
  task: ['done'],
  approval: ['approve', 'request_changes', 'reject'],
};

const answersFrom = (
  given: readonly string[],
  steps: readonly Step[],
): { readonly [step: string]: readonly Choice[] } =>
  Object.fromEntries(
    pairsOf(given, '--answer', 'STEP=request_changes').map(([id, text]) => {
      const step = stepNamed(id, steps, '--answer', ['task', 'approval']) as Step & { type: 'task' | 'approval' };
      const answers = text.split(',').map((one) => one.trim());
      const possible = CHOICES[step.type];
      for (const answer of answers) {
        if (!(possible as readonly string[]).includes(answer))
          throw new Refusal(
            2,
            `--answer ${id}=${text}: ${answer} is no answer to it; it can be ${possible.join(', ')}.`,
          );
        if (answer === 'request_changes' && step.type === 'approval' && step.on_changes === undefined)
          throw new Refusal(
            2,
            `--answer ${id}=${text}: changes cannot be asked for there, since ${id} has no on_changes.`,
          );
      }
      return [id, answers as readonly string[] as readonly Choice[]];
    }),
  );
