/**
 * A run as its history tells it.
 *
 * Promises: the same events always fold to the same run; whatever is asked about a run is answered from here. An event
 * that adds nothing new (a second finish of the same opening) changes nothing, so that what is recorded first is what
 * counts.
 * Hides: which events make what.
 */
import { type EventOf, type Opening, openingKey, type RunEvent } from './events.ts';

export type StepState = 'open' | 'finished' | 'skipped' | 'redone' | 'closed';

/** One opening of one step. */
export type StepOpening = Opening & {
  readonly state: StepState;
  readonly opened: string;
  readonly people: EventOf<'step-opened'>['people'];
  readonly values: { readonly [name: string]: unknown };
  readonly due?: EventOf<'step-opened'>['due'];
  /** The newest token of the machine's wait; what is answered is sent there. */
  readonly token?: string | undefined;
  readonly votes: readonly EventOf<'vote-cast'>[];
  readonly finish?: EventOf<'step-finished'> | EventOf<'step-skipped'> | EventOf<'changes-requested'>;
};

export type Run = {
  readonly opened: EventOf<'run-opened'>;
  /** By openingKey, in the order in which they were opened. */
  readonly openings: ReadonlyMap<string, StepOpening>;
  /** Items of each opened each-step, by openingKey. */
  readonly counts: ReadonlyMap<string, number>;
  readonly gates: ReadonlyMap<string, EventOf<'gate-opened'>>;
  readonly finished?: EventOf<'run-finished'>;
  /** How many events there are: the next one is of the number after it. */
  readonly length: number;
};

/** Undefined before the first event. Events are given in order, from the first. */
export const foldRun = (events: readonly RunEvent[]): Run | undefined => {
  const [first] = events;
  if (first?.type !== 'run-opened') return undefined;
  return events
    .slice(1)
    .reduce<Run>(applyEvent, { opened: first, openings: new Map(), counts: new Map(), gates: new Map(), length: 1 });
};

export const applyEvent = (run: Run, event: RunEvent): Run => {
  const next: Run = { ...run, length: run.length + 1 };
  switch (event.type) {
    case 'run-opened':
    case 'reminder-sent':
      return next;
    case 'run-finished':
      return run.finished === undefined ? { ...next, finished: event, openings: closeAll(run.openings) } : next;
    case 'each-opened':
      return { ...next, counts: having(run.counts, openingKey(event), event.count) };
    case 'gate-opened':
      return { ...next, gates: having(run.gates, openingKey(event), event) };
    case 'step-opened': {
      const key = openingKey(event);
      if (run.openings.has(key)) return next;
      const { step, round, item, at, people, values, due, token } = event;
      return {
        ...next,
        openings: having(run.openings, key, {
          step,
          round,
          item,
          state: 'open',
          opened: at,
          people,
          values: values ?? {},
          votes: [],
          token,
          ...(due === undefined ? {} : { due }),
        }),
      };
    }
    default:
      return { ...next, openings: changed(run.openings, event) };
  }
};

const having = <V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> =>
  new Map(map).set(key, value);

const closeAll = (openings: Run['openings']): Run['openings'] =>
  new Map([...openings].map(([key, one]) => [key, one.state === 'open' ? { ...one, state: 'closed' as const } : one]));

type StepEvent = Extract<
  RunEvent,
  {
    type:
      | 'token-replaced'
      | 'vote-cast'
      | 'changes-requested'
      | 'step-finished'
      | 'step-skipped'
      | 'step-reassigned'
      | 'due-moved';
  }
>;

const changed = (openings: Run['openings'], event: StepEvent): Run['openings'] => {
  const key = openingKey(event);
  const before = openings.get(key);
  if (event.type === 'token-replaced')
    return before === undefined ? openings : having(openings, key, { ...before, token: event.token });
  if (event.type === 'step-skipped' && before === undefined) {
    const { step, round, item, at } = event;
    return having(openings, key, {
      step,
      round,
      item,
      state: 'skipped',
      opened: at,
      people: [],
      values: {},
      votes: [],
      finish: event,
    });
  }
  if (before === undefined || before.state !== 'open') return openings;
  switch (event.type) {
    case 'vote-cast':
      return having(openings, key, { ...before, votes: [...before.votes, event] });
    case 'step-reassigned':
      return having(openings, key, {
        ...before,
        people: before.people.map((one) =>
          one.person === event.was && one.role === event.role ? { ...one, person: event.now } : one,
        ),
      });
    case 'due-moved':
      return having(openings, key, { ...before, due: event.due });
    case 'step-finished':
      return having(openings, key, { ...before, state: 'finished', finish: event });
    case 'step-skipped':
      return having(openings, key, { ...before, state: 'skipped', finish: event });
    case 'changes-requested':
      return reopen(having(openings, key, { ...before, state: 'redone', finish: event }), event);
  }
};

/** What is done again no longer counts as finished: what comes after it waits for the new round. */
const reopen = (openings: Run['openings'], { reopens, item }: EventOf<'changes-requested'>): Run['openings'] =>
  new Map(
    [...openings].map(([key, one]) => {
      const again =
        reopens.includes(one.step) &&
        (item === undefined || one.item === item || one.item?.startsWith(`${item}/`) === true);
      return [
        key,
        again && (one.state === 'finished' || one.state === 'skipped') ? { ...one, state: 'redone' as const } : one,
      ];
    }),
  );

/** Whether a step has finished, as far as those that come after it are concerned. */
export const hasFinished = (run: Run, step: string, item?: string): boolean =>
  latest(run, step, item)?.state === 'finished' || latest(run, step, item)?.state === 'skipped';

/** The newest opening of a step. */
export const latest = (run: Run, step: string, item?: string): StepOpening | undefined =>
  [...run.openings.values()].filter((one) => one.step === step && one.item === item).at(-1);
