/**
 * The people of a rehearsal: what each of them owes, when they answer it, and how.
 *
 * Promises: an answer goes the way of every answer: by the mailed link, its page, and the code where one is asked for.
 * What could not be answered is told in words. Hides: how it is known whose turn it is, and when.
 *
 * When somebody answers: at the due time; where that has passed when the step opens, after the working time that the
 * step is given. Who comes to owe a step later (the next one in a row of approvers) answers then. The lead decides what
 * is put before them within one working day: approves, has a call made again, cancels a run that cannot go on.
 */
import { owersOf } from '../../functions/core/ballots.ts';
import { calendarFor } from '../../functions/core/dates.ts';
import { openingKey, WHOLE_RUN } from '../../functions/core/events.ts';
import { exampleValues } from '../../functions/core/example-values.ts';
import { findLink } from '../../functions/core/links.ts';
import { stepOf } from '../../functions/core/progress.ts';
import type { Requested, Run, StepOpening } from '../../functions/core/run.ts';
import type { HttpResponse } from '../../functions/lambda/hosted.ts';
import { inputNameOf } from '../../functions/pages/input-name.ts';
import type { Span, Step } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/calendar.ts';
import { workdaysForEffort } from '../../statemachines/plan/schedule.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { shiftBySpan, workUntil } from '../../statemachines/plan/working-time.ts';
import { type FormValues, type Hand, handOn } from '../sandbox/hand.ts';
import type { Choice, Rehearsal } from './rehearsal.ts';
import type { Stage } from './rehearsal-stage.ts';
import type { Witness } from './rehearsal-witness.ts';

/** Something that somebody has to answer. */
type Duty = {
  readonly key: string;
  readonly at: string;
  readonly run: Run;
  readonly opening: StepOpening;
  readonly person: string;
} & (
  | { readonly answers: true; readonly choice: Choice }
  | { readonly answers: false; readonly act: 'repeat' | 'cancel' }
);

const instantFrom = (at: number): string => new Date(at).toISOString();

const ONE_WORKDAY: Span = { count: 1, unit: 'workdays' };

const linkName = (run: string, at: string, person: string): string => `${run} ${at} ${person}`;

export class People {
  readonly #rehearsal: Rehearsal;
  readonly #stage: Stage;
  readonly #witness: Witness;
  readonly #hand: Hand;
  readonly #duties = new Map<string, readonly Duty[]>();
  readonly #done = new Set<string>();
  /** The newest link for each person and opening. */
  readonly #links = new Map<string, string>();
  /** What could not be answered, in words. */
  readonly stuck: string[] = [];

  constructor(rehearsal: Rehearsal, stage: Stage, witness: Witness) {
    this.#rehearsal = rehearsal;
    this.#stage = stage;
    this.#witness = witness;
    const addresses = new Map(stage.ports.catalogue.team.people.map(({ id, email }) => [id, email]));
    this.#hand = handOn({
      http: stage.sandbox.hosted.http,
      codeFor: async (person) => witness.codeFor(addresses.get(person) ?? ''),
    });
  }

  /** Hears what has become of a run. */
  hear(id: string, run: Run | Requested | undefined): void {
    const open = run?.opened === undefined || run.finished !== undefined ? [] : [...run.openings.values()];
    this.#duties.set(
      id,
      open.filter(({ state }) => state === 'open').flatMap((opening) => this.#dutiesOf(run as Run, opening)),
    );
  }

  nextDuty(): Duty | undefined {
    let next: Duty | undefined;
    for (const duties of this.#duties.values())
      for (const duty of duties)
        if (!this.#done.has(duty.key) && (next === undefined || duty.at < next.at)) next = duty;
    return next;
  }

  #dutiesOf(run: Run, opening: StepOpening): readonly Duty[] {
    const step = stepOf(run, opening.step);
    if (step === undefined) return [];
    const { referred } = opening;
    const common = { run, opening };
    const named = (person: string, what: string): string => `${run.id} ${openingKey(opening)} ${person} ${what}`;
    const calendar = this.#calendarOf(run, opening.opened);
    if (referred !== undefined && referred.why !== 'expired') {
      const at = instantFrom(workUntil(calendar, millisOf(referred.at), ONE_WORKDAY) ?? millisOf(referred.at));
      const [lead] = referred.to;
      if (lead === undefined) return [];
      const { person } = lead;
      const duty = { ...common, person, at, key: named(person, `referred ${referred.at}`) };
      if (step.type === 'approval') return [{ ...duty, answers: true, choice: 'approve' }];
      return [{ ...duty, answers: false, act: step.type === 'call' ? 'repeat' : 'cancel' }];
    }
    if (opening.people.length === 0 || (step.type !== 'task' && step.type !== 'approval')) return [];
    const at = lastMoment(step, opening, calendar, this.#rehearsal.late?.[step.id]);
    // Who was asked may answer also when it has been put before the lead, as long as that has not been decided.
    const asked = owersOf(run, referred === undefined ? opening : withoutReferral(opening));
    return asked.map((person) => ({
      ...common,
      person,
      at,
      key: named(person, 'asked'),
      answers: true,
      choice: this.#choiceFor(step, opening.round),
    }));
  }

  #choiceFor({ id, type }: Step, round: number): Choice {
    const given = this.#rehearsal.answers?.[id]?.[round - 1];
    return type === 'task' ? 'done' : (given ?? 'approve');
  }

  #calendarOf(run: Run, now: string): Calendar {
    return calendarFor(this.#stage.ports.catalogue, run.workflow.calendar, now);
  }

  async fulfil(duty: Duty): Promise<void> {
    this.#done.add(duty.key);
    const { run, opening, person } = duty;
    const path = await this.#linkFor(duty);
    const step = stepOf(run, opening.step) as Step;
    const who = this.#stage.ports.catalogue.team.people.find(({ id }) => id === person)?.name ?? person;
    if (path === undefined) {
      this.stuck.push(`${who} was never mailed a link to “${step.title}”.`);
      return;
    }
    if (!duty.answers && duty.act === 'repeat') this.#stage.mend(step.id);
    const form = duty.answers ? this.#answerTo(duty, step, duty.choice) : steeringOf(duty.act, opening);
    const response = await this.#hand.answer(person, path, form);
    if (response.status !== 303) this.stuck.push(`${who} could not answer “${step.title}”: ${problemIn(response)}`);
  }

  #answerTo({ run, opening, person }: Duty, step: Step, decision: Choice): FormValues {
    const objects = decision === 'request_changes' || decision === 'reject';
    const today = dayAt(millisOf(this.#stage.sandbox.time.now()), this.#calendarOf(run, opening.opened).zone);
    const fields = objects ? {} : exampleValues(step.fields, { person, today });
    return {
      decision,
      comment: objects ? 'As rehearsed.' : '',
      hours: step.effort === undefined ? '' : String(step.effort),
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [inputNameOf(name), value])),
    };
  }

  async #linkFor({ run, opening, person, answers }: Duty): Promise<string | undefined> {
    const paths = this.#witness.newLinks();
    const found = await Promise.all(paths.map((path) => findLink(this.#stage.ports, path.slice('/a/'.length))));
    for (const [index, link] of found.entries())
      if (link !== undefined)
        this.#links.set(linkName(link.run, openingKey(link), link.person), paths[index] as string);
    const at = answers ? openingKey(opening) : openingKey({ step: WHOLE_RUN, round: 1 });
    return this.#links.get(linkName(run.id, at, person));
  }
}

const withoutReferral = ({ referred: _referred, ...opening }: StepOpening): StepOpening => opening;

/** The last moment at which a step is still done in time, and by how much later it is to be done. */
const lastMoment = (step: Step, { opened, due }: StepOpening, calendar: Calendar, late: Span | undefined): string => {
  const opens = millisOf(opened);
  const dueAt = due === undefined ? opens : millisOf(due.instant);
  const span = step.takes ?? { count: workdaysForEffort(calendar, step.effort ?? 0), unit: 'workdays' as const };
  const last = dueAt > opens ? dueAt : (workUntil(calendar, opens, span) ?? opens);
  return instantFrom(late === undefined ? last : (shiftBySpan(calendar, last, late) ?? last));
};

const steeringOf = (act: 'repeat' | 'cancel', opening: StepOpening): FormValues =>
  act === 'repeat'
    ? { act: 'repeat-call', step: openingKey(opening), reason: 'The other system answers again (as rehearsed).' }
    : { act: 'cancel', reason: 'It cannot go on (as rehearsed).' };

/** What a page says is wrong, in a few words. */
const problemIn = ({ status, body }: HttpResponse): string => {
  const said = /<p[^>]*(?:role="alert"|class="(?:problem|error)[^"]*")[^>]*>([\s\S]*?)<\/p>/.exec(body)?.[1] ?? '';
  const text = said
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? `the page answered ${status}.` : text;
};
