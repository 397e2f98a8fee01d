/**
 * A run as its history tells it.
 *
 * Promises: the same events always fold to the same run; whatever is asked about a run is answered from here. An event
 * that adds nothing new (a second finish of the same opening) changes nothing, so that what is recorded first is what
 * counts.
 * Hides: which events make what.
 */
import type { Workflow } from '../../statemachines/language/workflow.ts';
import { type Asked, type EventOf, type Opening, openingKey, openingOf, type RunEvent } from './events.ts';
import { type KeptForLife, unpack } from './kept.ts';

export type StepState = 'open' | 'finished' | 'skipped' | 'redone' | 'closed';

/** One opening of one step. */
export type StepOpening = Opening & {
  readonly state: StepState;
  readonly opened: string;
  readonly people: readonly Asked[];
  readonly values: { readonly [name: string]: unknown };
  readonly due?: EventOf<'step-opened'>['due'];
  readonly expires?: string | undefined;
  /** The newest token of the machine's wait; what is answered is sent there. */
  readonly token?: string | undefined;
  readonly votes: readonly EventOf<'vote-cast'>[];
  readonly finish?: EventOf<'step-finished'> | EventOf<'step-skipped'> | EventOf<'changes-requested'>;
  /** Whose it is now instead, and why. Votes cast before it was theirs are not their decision. */
  readonly referred?: EventOf<'decision-referred'> & { readonly votesBefore: number };
  /** One more each time that what is planned for it changes: alarms of an earlier one are late and drop themselves. */
  readonly generation: number;
  /** Reminders up to this instant have been seen to. */
  readonly remindedUntil?: string;
  /** When the people who owe it now came to owe it. */
  readonly owedSince: string;
  readonly failedCalls: readonly EventOf<'call-failed'>[];
  /** When a call that failed is made again; undefined while it is under way, or the lead's. */
  readonly callAgain?: string | undefined;
  readonly refusedMails: readonly EventOf<'mail-refused'>[];
  /** By whom it was done before, newest last. */
  readonly reassigned: readonly EventOf<'step-reassigned'>[];
  /** How its due date was moved, newest last. */
  readonly moved: readonly EventOf<'due-moved'>[];
};

/** One opening of an `each`. `redone`: another is to come. */
export type EachOpening = EventOf<'each-opened'> & { readonly redone: boolean };

export type Run = {
  readonly id: string;
  readonly requested: EventOf<'run-requested'>;
  readonly opened: EventOf<'run-opened'>;
  readonly kept: KeptForLife;
  readonly workflow: Workflow;
  /** By openingKey, in the order in which they were opened. */
  readonly openings: ReadonlyMap<string, StepOpening>;
  /** Each-steps that were opened, by openingKey, in the order in which they were. */
  readonly eaches: ReadonlyMap<string, EachOpening>;
  readonly gates: ReadonlyMap<string, EventOf<'gate-opened'>>;
  readonly finished?: EventOf<'run-finished'> | undefined;
  /** How many events there are: the next one is of the number after it. */
  readonly length: number;
};

/** A run whose machine has not begun: all there is is what was asked for. */
export type Requested = {
  readonly id: string;
  readonly requested: EventOf<'run-requested'>;
  readonly opened?: undefined;
  readonly finished?: EventOf<'run-finished'> | undefined;
  readonly length: number;
};

/** Undefined when nobody has asked for such a run. Events are given in order, from the first. */
export const foldRun = (id: string, events: readonly RunEvent[]): Run | Requested | undefined => {
  const [requested] = events;
  if (requested?.type !== 'run-requested') return undefined;
  const opened = events.find((event) => event.type === 'run-opened');
  const folded = new Folding();
  for (const event of events) folded.take(event);
  const { finished } = folded;
  const length = events.length;
  if (opened === undefined) return { id, requested, length, ...(finished === undefined ? {} : { finished }) };
  const kept = unpack(opened.kept);
  const { openings, eaches, gates } = folded;
  return {
    id,
    requested,
    opened,
    kept,
    workflow: kept.outline.workflow,
    openings,
    eaches,
    gates,
    length,
    ...(finished === undefined ? {} : { finished }),
  };
};

/** A run with one event more: the same as folding all of them anew, without doing so. */
export const foldOn = (run: Run | Requested | undefined, id: string, event: RunEvent): Run | Requested | undefined => {
  if (run === undefined || event.type === 'run-opened')
    return foldRun(id, run === undefined ? [event] : [run.requested, event]);
  const length = run.length + 1;
  if (run.opened === undefined)
    return event.type === 'run-finished' ? { ...run, finished: run.finished ?? event, length } : { ...run, length };
  const folded = new Folding(run);
  folded.take(event);
  const { openings, eaches, gates, finished } = folded;
  const { finished: _before, ...rest } = run;
  return { ...rest, openings, eaches, gates, length, ...(finished === undefined ? {} : { finished }) };
};

class Folding {
  readonly openings: Map<string, StepOpening>;
  readonly eaches: Map<string, EachOpening>;
  readonly gates: Map<string, EventOf<'gate-opened'>>;
  finished: EventOf<'run-finished'> | undefined;

  constructor(run?: Run) {
    this.openings = new Map(run?.openings);
    this.eaches = new Map(run?.eaches);
    this.gates = new Map(run?.gates);
    this.finished = run?.finished;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'run-requested':
      case 'run-opened':
        return;
      case 'run-finished':
        if (this.finished !== undefined) return;
        this.finished = event;
        for (const [key, one] of this.openings) {
          if (one.state === 'open') this.openings.set(key, { ...one, state: 'closed' });
        }
        return;
      case 'run-resumed':
        this.#resume(event);
        return;
      case 'person-erased':
        return;
      case 'each-opened':
        if (!this.eaches.has(openingKey(event))) this.eaches.set(openingKey(event), { ...event, redone: false });
        return;
      case 'gate-opened':
        this.gates.set(openingKey(event), event);
        return;
      case 'step-opened':
        this.#open(event);
        return;
      default:
        this.#change(event);
    }
  }

  /** What was closed at its end is owed again; whatever was planned for it before is of yesterday. */
  #resume({ at }: EventOf<'run-resumed'>): void {
    if (this.finished === undefined) return;
    this.finished = undefined;
    for (const [key, one] of this.openings) {
      if (one.state !== 'closed') continue;
      const generation = one.generation + 1;
      this.openings.set(key, { ...one, state: 'open', generation, remindedUntil: at, owedSince: at });
    }
  }

  #open(event: EventOf<'step-opened'>): void {
    const key = openingKey(event);
    if (this.openings.has(key)) return;
    const { at, people, values, due, expires, token } = event;
    this.openings.set(key, {
      ...freshOpening(event, people, at),
      values: values ?? {},
      token,
      expires,
      ...(due === undefined ? {} : { due }),
    });
  }

  #change(event: StepEvent): void {
    const key = openingKey(event);
    const before = this.openings.get(key);
    if (event.type === 'token-replaced') {
      if (before !== undefined) this.openings.set(key, { ...before, token: event.token });
      return;
    }
    if (before === undefined) {
      // What nobody has to do (a mail, a condition that is false) is not opened: it happens.
      if (event.type === 'step-skipped' || event.type === 'step-finished') {
        const state = event.type === 'step-skipped' ? 'skipped' : 'finished';
        const { at } = event;
        this.openings.set(key, { ...openingOf(event), ...FRESH, state, opened: at, owedSince: at, finish: event });
      }
      return;
    }
    if (before.state !== 'open') return;
    this.openings.set(key, changed(before, event));
    if (event.type === 'changes-requested') this.#reopen(event);
  }

  /** What is done again no longer counts as finished: what comes after it waits for the new round. */
  #reopen({ reopens, item }: EventOf<'changes-requested'>): void {
    const again = (one: Opening): boolean =>
      reopens.includes(one.step) &&
      (item === undefined || one.item === item || one.item?.startsWith(`${item}/`) === true);
    for (const [key, one] of this.openings) {
      if (again(one) && (one.state === 'finished' || one.state === 'skipped'))
        this.openings.set(key, { ...one, state: 'redone' });
    }
    for (const [key, one] of this.eaches) if (again(one)) this.eaches.set(key, { ...one, redone: true });
  }
}

/** An opening as it is at first. @param at UTC. */
export const freshOpening = (opening: Opening, people: readonly Asked[], at: string): StepOpening => ({
  ...openingOf(opening),
  ...FRESH,
  state: 'open',
  opened: at,
  owedSince: at,
  people,
});

const FRESH = {
  people: [],
  values: {},
  votes: [],
  generation: 0,
  failedCalls: [],
  refusedMails: [],
  reassigned: [],
  moved: [],
} as const;

type StepEvent = Exclude<
  RunEvent,
  {
    type:
      | 'run-requested'
      | 'run-opened'
      | 'run-finished'
      | 'run-resumed'
      | 'person-erased'
      | 'each-opened'
      | 'gate-opened'
      | 'step-opened';
  }
>;

const changed = (before: StepOpening, event: Exclude<StepEvent, { type: 'token-replaced' }>): StepOpening => {
  const next = before.generation + 1;
  switch (event.type) {
    case 'vote-cast':
      return { ...before, votes: [...before.votes, event], generation: next };
    case 'step-reassigned':
      return {
        ...takenBack(before, ['expired', 'stuck', 'nobody']),
        ...(event.expires === undefined ? {} : { expires: event.expires }),
        people: before.people.map((one) =>
          one.person === event.was && one.role === event.role
            ? { person: event.now, role: one.role, counts: one.counts }
            : one,
        ),
        reassigned: [...before.reassigned, event],
        owedSince: event.at,
        generation: next,
      };
    case 'due-moved':
      return {
        ...takenBack(before, ['expired']),
        due: event.due,
        moved: [...before.moved, event],
        expires: event.expires,
        remindedUntil: event.at,
        owedSince: event.at,
        generation: next,
      };
    case 'decision-referred':
      return {
        ...before,
        referred: { ...event, votesBefore: before.votes.length },
        callAgain: undefined,
        owedSince: event.at,
        generation: next,
      };
    case 'call-failed':
      return { ...before, failedCalls: [...before.failedCalls, event], callAgain: event.again, generation: next };
    case 'reminder-sent':
      return { ...before, remindedUntil: event.at, generation: next };
    case 'call-repeated':
      return { ...takenBack(before, ['failed']), callAgain: undefined, generation: next };
    case 'mail-refused':
      return { ...before, refusedMails: [...before.refusedMails, event] };
    case 'step-finished':
      return { ...before, state: 'finished', finish: event };
    case 'step-skipped':
      return { ...before, state: 'skipped', finish: event };
    case 'changes-requested':
      return { ...before, state: 'redone', finish: event };
  }
};

/** No longer the lead's: somebody else has it, has more time, or it is tried again. */
const takenBack = (
  { referred, ...rest }: StepOpening,
  from: readonly EventOf<'decision-referred'>['why'][],
): StepOpening => (referred === undefined || from.includes(referred.why) ? rest : { ...rest, referred });

/** The newest opening of a step, in one item. */
export const latest = (run: Pick<Run, 'openings'>, step: string, item?: string): StepOpening | undefined => {
  let found: StepOpening | undefined;
  for (const one of run.openings.values()) if (one.step === step && one.item === item) found = one;
  return found;
};
