/**
 * Steering a run: what its lead, or the owner of a step, may do to it while it goes on.
 *
 * Promises: each act is recorded with who, how we know, and why; reminders follow a date that was moved, a new owner is
 * mailed at once, links of the old one are dead. A run that is cancelled closes every open step and signals every
 * token. Nobody is told of a change that did not happen.
 */

import { LONGEST_DAYS } from '../../statemachines/language/limits.ts';
import type { Step } from '../../statemachines/language/workflow.ts';
import { lastDayOf } from '../../statemachines/plan/reach.ts';
import { SAID } from '../words/said.ts';
import { doersOf, owersOf } from './ballots.ts';
import { calendarFor, dueFrom, expiryOf } from './dates.ts';
import { relieved } from './ending.ts';
import { type Act, type Asked, type Opening, openingKey, openingOf } from './events.ts';
import type { Owed } from './history.ts';
import { leadOf, nameOf } from './people.ts';
import type { Ports } from './ports.ts';
import { stepOf } from './progress.ts';
import { mayLead } from './reader.ts';
import { record } from './record.ts';
import type { Decided, Recorded } from './recording.ts';
import type { Run, StepOpening } from './run.ts';
import { titleIn } from './run-texts.ts';

export type Steering = {
  readonly run: string;
  readonly person: string;
  readonly act: Act;
  readonly reason: string;
} /** `from`: whose place; left out, it follows from who gives it away. */ & (
  | { readonly what: 'reassign'; readonly opening: Opening; readonly from?: string; readonly to: string }
  /**
   * `due`: a date, or a date and time, in the calendar's zone. An extension is a later due date; `seen` is the instant
   * that it was due at when it was asked for, so that the same form sent twice extends once.
   */
  | { readonly what: 'move'; readonly opening: Opening; readonly due: string; readonly seen?: string }
  | { readonly what: 'skip'; readonly opening: Opening }
  | { readonly what: 'repeat-call'; readonly opening: Opening }
  | { readonly what: 'cancel' }
);

export type Steered = { readonly outcome: 'recorded' } | { readonly outcome: 'refused'; readonly why: string };

const refused = (why: string): Decided<Steered> => ({ result: { outcome: 'refused', why } });

export const steer = (ports: Ports, steering: Steering): Promise<Steered> =>
  record<Steered>(ports, steering.run, async (run, now): Promise<Decided<Steered>> => {
    if (run?.opened === undefined) return refused(SAID.steer.noRun);
    if (run.finished !== undefined) return refused(SAID.steer.ended);
    if (steering.reason.trim() === '') return refused(SAID.steer.why);
    if (steering.reason.length > 10_000) return refused(SAID.steer.longReason);
    const lead = await mayLead(ports, run, steering.person, now);
    if (steering.what === 'cancel') return lead ? cancel(ports, run, steering) : refused(SAID.steer.leadCancels);
    const opening = run.openings.get(openingKey(steering.opening));
    const step = opening === undefined ? undefined : stepOf(run, opening.step);
    if (opening?.state !== 'open' || step === undefined) return refused(SAID.steer.notOpen);
    const theirs = owersOf(run, opening).includes(steering.person);
    if (!lead && !theirs) return refused(SAID.steer.notYours);
    // Whose work it is may move its date or skip it, and the lead hears; whoever judges may only hand that over.
    const own = lead || step.type === 'task';
    switch (steering.what) {
      case 'reassign':
        return reassign(ports, run, step, opening, steering, now);
      case 'move':
        return own ? move(ports, run, step, opening, steering, now) : refused(SAID.steer.leadMoves);
      case 'skip':
        return own ? skip(ports, run, opening, steering, now) : refused(SAID.steer.leadSkips);
      case 'repeat-call':
        return lead ? repeatCall(step, opening) : refused(SAID.steer.leadOnly);
    }
  });

const recorded = (one: Recorded): Decided<Steered> => ({ record: one, result: { outcome: 'recorded' } });
const said = ({ act, person, reason }: Steering) => ({ ...act, by: person, reason: reason.trim() });
const named = (at: Opening): { readonly step: string; readonly round: number } => openingOf(at) as never;

const reassign = async (
  ports: Ports,
  run: Run,
  step: Step,
  opening: StepOpening,
  steering: Extract<Steering, { what: 'reassign' }>,
  now: string,
): Promise<Decided<Steered>> => {
  const { to } = steering;
  if (!ports.catalogue.team.people.some(({ id }) => id === to)) return refused(SAID.steer.notInTeam);
  if (opening.referred?.why === 'rounds') return refused(SAID.steer.roundsUsed);
  const owing = owingOf(run, opening);
  if (steering.from === undefined && owing.length > 1 && !owing.includes(steering.person))
    return refused(SAID.steer.whosePart);
  const place = placeGiven(run, opening, steering);
  if (place === undefined) return refused(SAID.steer.nobodyToTakeFrom);
  if (opening.people.some(({ person, role }) => person === to && role === place.role))
    return refused(SAID.steer.hasItAlready(nameOf(ports, run, to)));
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  // While it was the lead's it could not expire, and whoever has it now has not had any time yet.
  const expires =
    opening.referred !== undefined && opening.due !== undefined
      ? expiryOf(step, opening.due, calendar, now)
      : undefined;
  const title = await titleIn(ports, run, opening);
  return recorded({
    event: {
      type: 'step-reassigned',
      ...openingOf(opening),
      ...said(steering),
      role: place.role,
      was: place.person,
      now: to,
      ...(expires === undefined ? {} : { expires }),
    },
    owed: [
      { id: `mail ${to}`, kind: 'step-mail', person: to, why: 'reassigned', ...named(opening) },
      ...told(ports, run, [place.person], steering, SAID.notice.isWith(title, nameOf(ports, run, to))),
    ],
  });
};

/**
 * Whose part of it can be given away: who still owes an answer, also where it is the lead's by now; and where nobody who
 * is asked can decide, who holds a place that is still free and may not judge their own work.
 */
export const owingOf = (run: Run, { referred, ...opening }: StepOpening): readonly string[] => {
  const step = stepOf(run, opening.step);
  const doers = referred?.why === 'stuck' && step?.type === 'approval' ? doersOf(run, step, opening) : [];
  const barred = freePlaces(opening).filter(({ person }) => doers.includes(person));
  return [...new Set([...owersOf(run, opening), ...barred.map(({ person }) => person)])];
};

const freePlaces = ({ people, votes }: Pick<StepOpening, 'people' | 'votes'>): readonly Asked[] =>
  people.filter(({ role }) => !votes.some((vote) => vote.role === role));

/**
 * Whose place is given away: as was said, else one's own where one owes an answer, else that of the one who does:
 * whoever has answered needs nobody in their place.
 */
const placeGiven = (
  run: Run,
  opening: StepOpening,
  { from, person: giver }: { readonly from?: string; readonly person: string },
): Asked | undefined => {
  const free = freePlaces(opening);
  const owing = owingOf(run, opening);
  const owed = free.filter(({ person }) => owing.includes(person));
  if (from !== undefined) return owed.find(({ person }) => person === from);
  return owed.find(({ person }) => person === giver) ?? owed[0] ?? free[0] ?? opening.people[0];
};

const move = async (
  ports: Ports,
  run: Run,
  step: Step,
  opening: StepOpening,
  steering: Extract<Steering, { what: 'move' }>,
  now: string,
): Promise<Decided<Steered>> => {
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  const due = dueFrom(steering.due.trim(), calendar);
  if (due === undefined) return refused(SAID.steer.dateLike);
  if (steering.seen !== undefined && steering.seen !== opening.due?.instant) return refused(SAID.steer.movedSince);
  if (due.instant === opening.due?.instant) return refused(SAID.steer.dueAlready);
  if (Date.parse(due.instant) <= Date.parse(now)) return refused(SAID.steer.datePassed);
  const last = lastDayOf(Date.parse(run.requested.at), calendar.zone);
  if (due.wall.slice(0, 10) > last) return refused(SAID.steer.dateTooFar(LONGEST_DAYS, last));
  const expires = expiryOf(step, due, calendar, now);
  return recorded({
    event: {
      type: 'due-moved',
      ...openingOf(opening),
      ...said(steering),
      due,
      ...(expires === undefined ? {} : { expires }),
    },
    owed: [
      // Whoever has two roles there has one mail.
      ...[...new Set(opening.people.map(({ person }) => person))].map(
        (person): Owed => ({
          id: `mail ${person}`,
          kind: 'step-mail',
          person,
          why: 'due-moved',
          ...named(opening),
        }),
      ),
      ...(await leadToldOf(ports, run, steering, now, SAID.notice.newDue(await titleIn(ports, run, opening)))),
    ],
  });
};

/** The lead hears what others change. */
const leadToldOf = async (
  ports: Ports,
  run: Run,
  steering: Steering,
  now: string,
  headline: string,
): Promise<readonly Owed[]> => {
  if (await mayLead(ports, run, steering.person, now)) return [];
  return (await leadOf(ports, run, now)).map(({ person }) => ({
    id: `lead ${person}`,
    kind: 'notice',
    person,
    headline,
    lines: [SAID.notice.because(nameOf(ports, run, steering.person), steering.reason.trim())],
    steer: true,
  }));
};

/** Those whose it was hear that they need do nothing more, and why; but for whoever did it. */
const told = (
  ports: Ports,
  run: Run,
  people: readonly string[],
  steering: Steering,
  headline: string,
): readonly Owed[] =>
  people
    .filter((person) => person !== steering.person)
    .map((person) => ({
      id: `notice ${person}`,
      kind: 'notice',
      person,
      headline,
      lines: [
        SAID.notice.because(nameOf(ports, run, steering.person), steering.reason.trim()),
        SAID.notice.nothingMoreThere,
      ],
    }));

const skip = async (
  ports: Ports,
  run: Run,
  opening: StepOpening,
  steering: Extract<Steering, { what: 'skip' }>,
  now: string,
): Promise<Decided<Steered>> => {
  if (run.kept.outline.steps[opening.step]?.skippable !== true) return refused(SAID.steer.cannotSkip);
  const headline = SAID.notice.skipped(await titleIn(ports, run, opening));
  return recorded({
    event: {
      type: 'step-skipped',
      ...openingOf(opening),
      ...said(steering),
      why: (await mayLead(ports, run, steering.person, now)) ? 'lead' : 'owner',
    },
    owed: [
      ...told(ports, run, owersOf(run, opening), steering, headline),
      ...(await leadToldOf(ports, run, steering, now, headline)),
    ],
  });
};

/** What another system, or another workflow, would not do, once more. */
const repeatCall = (step: Step, opening: StepOpening): Decided<Steered> =>
  opening.referred?.why !== 'failed' || (step.type !== 'call' && step.type !== 'run')
    ? refused(SAID.steer.nothingToRepeat)
    : recorded({
        event: { type: 'call-repeated', ...openingOf(opening), attempt: opening.failedCalls.length + 1 },
        owed: [{ id: 'again', kind: step.type === 'call' ? 'call' : 'child', ...named(opening) }],
      });

const cancel = (ports: Ports, run: Run, steering: Steering): Decided<Steered> =>
  recorded({
    event: { type: 'run-finished', ...said(steering), outcome: 'cancelled' },
    owed: relieved(
      run,
      [steering.person],
      SAID.notice.cancelledBy(nameOf(ports, run, steering.person), steering.reason.trim()),
    ),
  });
