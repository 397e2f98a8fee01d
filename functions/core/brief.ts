/**
 * Makes the briefing of one person for one opening of a step (briefing.ts), from the history alone.
 *
 * Promises: the mail and the page say the same; what is shown and judged has a hash, so that an answer can be held
 * against what was looked at (L8).
 */

import { hash } from 'node:crypto';
import type { Approval, Field, FieldValue, Step, Task } from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';
import { followersOf } from '../../statemachines/plan/step-order.ts';
import { SAID } from '../words/said.ts';
import { canBeChosen, doersOf, owersOf, roundsLeft } from './ballots.ts';
import type { Briefing, Neighbour, Remark, ShownDate, ShownResult } from './briefing.ts';
import { calendarFor, shownDate } from './dates.ts';
import type { Asked } from './events.ts';
import type { Json } from './history.ts';
import { contactOf, nameOf, takersOf, titleOfRole } from './people.ts';
import type { Ports } from './ports.ts';
import { eachesAround, hasFinished, type Placed, placesOf, resultsOf, stepOf } from './progress.ts';
import { whyReferred } from './referral.ts';
import { latest, type Run, type StepOpening } from './run.ts';
import { runUrl, textsFor } from './run-texts.ts';
import { asText, escapeMarkdown, type Texts } from './texts.ts';

type Look = Pick<Ports, 'catalogue' | 'settings'>;

/** Dates as one reader sees them. */
const datesFor = (run: Run, ports: Look, person: string, now: string) => {
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  const zone = contactOf(ports, run, person)?.zone ?? calendar.zone;
  return { calendar, zone, shown: (instant: string): ShownDate => shownDate(instant, zone, calendar, now) };
};

/** A step that people do. */
type Human = Task | Approval;

/** @param depth a reminder has what jogs the memory; the rest, which costs most of the work, is behind its link. */
export const brief = async (
  ports: Look,
  run: Run,
  opening: StepOpening,
  person: string,
  now: string,
  depth: 'whole' | 'reminder' = 'whole',
): Promise<Briefing> => {
  const whole = depth === 'whole';
  const only = <One>(list: readonly One[]): readonly One[] => (whole ? list : []);
  const step = stepOf(run, opening.step) as Human;
  const { shown } = datesFor(run, ports, person, now);
  const texts = textsFor(ports, run, opening);
  const asked = askedAs(opening, person);
  const own = step.type === 'approval' && doersOf(run, step, opening).includes(person);
  const markdown = (template: string) => texts.text(template, escapeMarkdown);
  const look: Looking = { ports, run, opening, shown, texts };
  const before = whole ? await neighbours(look, withWork(run, step)) : [];
  const judged = whole && step.type === 'approval' ? await judgedOf(look, step) : undefined;
  const remarks = whole ? remarksOf(look) : [];
  const facts = {
    run: {
      id: run.id,
      title: run.opened.title,
      workflow: run.workflow.title,
      purpose: run.workflow.purpose,
      url: runUrl(ports, run.id),
      ...leadName(ports, run),
    },
    step: {
      id: step.id,
      type: step.type,
      title: await texts.text(step.title),
      round: opening.round,
      assurance: step.assurance,
      ...(step.phase === undefined ? {} : { phase: step.phase }),
      ...itemName(run, opening),
      ...(opening.item === undefined ? {} : { item_key: opening.item }),
    },
    reader: {
      person,
      name: nameOf(ports, run, person),
      role: titleOfRole(ports, asked?.role ?? ''),
      counts: asked?.counts ?? false,
      ...(asked?.covers === undefined ? {} : { covers: nameOf(ports, run, asked.covers) }),
    },
    ...newsOf(look, person),
    revision: opening.generation,
    written: now,
    ...(opening.due === undefined ? {} : { due: shown(opening.due.instant) }),
    // Where the lead is asked in the end, nothing ends by itself.
    ...(opening.expires === undefined || step.on_expiry === 'escalate' ? {} : { expires: shown(opening.expires) }),
    ...(step.done_when === undefined ? {} : { done_when: await texts.text(step.done_when) }),
    ...(step.instructions === undefined || !whole ? {} : { instructions: await markdown(step.instructions) }),
    dos: await Promise.all(only(step.dos).map((text) => texts.text(text))),
    donts: await Promise.all(only(step.donts).map((text) => texts.text(text))),
    critical: await Promise.all(step.critical.map((text) => texts.text(text))),
    links: await Promise.all(
      only(step.links).map(async ({ title, url }) => linkOf(await texts.text(title), await texts.text(url))),
    ),
    before,
    after: whole ? await followers(look, step) : [],
    remarks,
    ...(judged === undefined ? {} : { judged }),
    votes: whole && step.type === 'approval' ? votesOf(look) : [],
    ...(step.type === 'approval' ? { rule: ruleOf(look, step) } : {}),
    choices: whole ? choicesOf(run, step, opening).filter((choice) => !own || mayEndOwn(opening, person, choice)) : [],
    ...(own ? { own_work: true as const } : {}),
    ...(step.type === 'approval' && step.on_changes !== undefined
      ? { rounds_left: roundsLeft(run, step, opening) }
      : {}),
    fields: whole ? fieldsOf(run, step, opening) : [],
    people: only(ports.catalogue.team.people).map(({ id, name }) => ({ id, name })),
    takers: whole ? takersOf(ports, asked === undefined ? [] : [asked.role]) : [],
    ...(step.effort === undefined ? {} : { effort: step.effort }),
  } satisfies Omit<Briefing, 'content'>;
  return { ...facts, content: contentOf(run, step, opening) };
};

/**
 * Who has to act once somebody has answered: the others of a vote that goes on, those who do it again, else whoever
 * comes after.
 */
export const comesNext = async (
  ports: Look,
  run: Run,
  opening: StepOpening,
  person: string,
  now: string,
): Promise<readonly Neighbour[]> => {
  const step = stepOf(run, opening.step) as Human;
  const { shown } = datesFor(run, ports, person, now);
  const look: Looking = { ports, run, opening, shown, texts: textsFor(ports, run, opening) };
  if (opening.state === 'open') {
    const who = owersOf(run, opening).map((one) => nameOf(ports, run, one));
    const due = opening.due === undefined ? {} : { due: shown(opening.due.instant) };
    return who.length === 0
      ? []
      : [{ step: step.id, title: await look.texts.text(step.title), who, results: [], ...due }];
  }
  // A machine that is told of a rejection may not have ended its run yet.
  if (run.finished !== undefined || endsRun(step, opening)) return [];
  if (opening.finish?.type !== 'changes-requested' || step.type !== 'approval') return followers(look, step);
  const redo = opening.finish.decision === 'reject' ? step.on_reject : step.on_changes;
  const again = redo === undefined || redo === 'stop' ? undefined : placesOf(run).get(redo.redo);
  return again === undefined ? [] : [{ ...(await neighbour(look, again, opening.item)), results: [] }];
};

const endsRun = (step: Human, { finish }: StepOpening): boolean =>
  step.type === 'approval' &&
  step.on_reject === 'stop' &&
  finish?.type === 'step-finished' &&
  finish.decision === 'reject';

/**
 * What a step comes after; behind an approval, also the work that was approved: that is what one goes on with. Then
 * whatever else was handed in on the way here, the nearest first.
 */
const withWork = (run: Run, step: Step): readonly string[] => {
  const before = step.after.flatMap((id) => {
    const one = stepOf(run, id);
    return one?.type === 'approval' ? [one.of, id] : [id];
  });
  const earlier: string[] = [];
  for (let reached = [...step.after]; reached.length > 0; ) {
    reached = reached.flatMap((id) => stepOf(run, id)?.after ?? []).filter((id) => !earlier.includes(id));
    earlier.push(...reached.filter((id, index) => reached.indexOf(id) === index));
  }
  const handedIn = earlier.filter((id) => Object.keys(stepOf(run, id)?.fields ?? {}).length > 0);
  const judged = step.type === 'approval' ? step.of : undefined;
  return [...new Set([...before, ...handedIn.slice(0, MOST_EARLIER)])].filter((id) => id !== judged);
};

/** Of what was handed in before the steps right before. */
const MOST_EARLIER = 8;

type Looking = {
  readonly ports: Look;
  readonly run: Run;
  readonly opening: StepOpening;
  readonly shown: (instant: string) => ShownDate;
  readonly texts: Texts;
};

/**
 * A hash of what is judged: the results of the work, and the round. Dates and votes of others are not in it, since
 * they change while somebody reads.
 */
export const contentOf = (run: Run, step: Step, opening: StepOpening): string => {
  const work = step.type === 'approval' ? workOf(run, step, opening) : undefined;
  const judged = [step.id, opening.item ?? '', opening.round, work?.round ?? 0, work?.finish ?? null];
  return hash('sha256', JSON.stringify(judged), 'base64url').slice(0, 22);
};

const workOf = (run: Run, step: Approval, { item }: StepOpening): StepOpening | undefined =>
  latest(run, step.of, item) ?? latest(run, step.of);

const askedAs = (opening: StepOpening, person: string): Asked | undefined =>
  [...(opening.referred?.to ?? []), ...opening.people].find((one) => one.person === person);

const leadName = (ports: Look, run: Run): { lead?: string } => {
  const named = run.requested.people[run.workflow.lead];
  const holder = named ?? ports.catalogue.team.people.find(({ roles }) => roles.includes(run.workflow.lead))?.id;
  return holder === undefined ? {} : { lead: nameOf(ports, run, holder) };
};

/** The items by which this opening is one of several, innermost last. */
const itemName = (run: Run, opening: StepOpening): { item?: string } => {
  const names = eachesAround(run, opening.step).map(({ as }) => asText(opening.values[as] as Json | undefined));
  return names.length === 0 ? {} : { item: names.join(' · ').slice(0, 200) };
};

const linkOf = (title: string, url: string): Briefing['links'][number] =>
  isWebAddress(url) ? { title, href: url, text: url } : { title, text: url };

const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** The values of the fields of a step, as people read them. */
export const shownResults = (
  ports: Pick<Ports, 'catalogue'>,
  run: Run,
  step: Step,
  opening: StepOpening | undefined,
): readonly ShownResult[] => {
  const results = resultsOf(opening);
  return Object.entries(step.fields).flatMap(([name, field]) => {
    const value = results[name];
    return value === undefined ? [] : [shownResult(ports, run, field, value)];
  });
};

export const shownResult = (
  ports: Pick<Ports, 'catalogue'>,
  run: Pick<Run, 'kept'>,
  field: Field,
  value: Json,
): ShownResult => {
  const text = field.type === 'person' ? nameOf(ports, run, String(value)) : asText(value);
  const whole = field.currency === undefined ? text : `${text} ${field.currency}`;
  return { label: field.label, text: whole, ...(isWebAddress(text) ? { href: text } : {}) };
};

/** The steps before this one, and where they stand in other lists, those of the `each`. */
const neighbours = (look: Looking, ids: readonly string[]): Promise<readonly Neighbour[]> =>
  Promise.all(ids.map((id) => neighbour(look, placesOf(look.run).get(id) as Placed, look.opening.item)));

const neighbour = async (
  { ports, run, shown, texts }: Looking,
  { step }: Placed,
  item: string | undefined,
): Promise<Neighbour> => {
  const opening = latest(run, step.id, item) ?? latest(run, step.id);
  const finish = opening?.finish;
  const planned = 'steps' in run.kept.plan ? run.kept.plan.steps.find((one) => one.step === step.id) : undefined;
  // What is done again has no date yet.
  const due = opening?.state === 'redone' ? undefined : (opening?.due?.instant ?? planned?.due);
  return {
    step: step.id,
    title: await texts.text(step.title),
    who: whoOf(ports, run, step, opening),
    ...(finish === undefined || !hasFinished(run, step.id, item) ? {} : { finished: shown(finish.at) }),
    ...(opening?.state === 'skipped' ? { skipped: true } : {}),
    ...(finish?.type === 'step-finished' ? { decision: finish.decision } : {}),
    ...(due === undefined ? {} : { due: shown(due) }),
    results: shownResults(ports, run, step, opening),
  };
};

export const whoOf = (
  ports: Pick<Ports, 'catalogue'>,
  run: Run,
  step: Step,
  opening: StepOpening | undefined,
): readonly string[] => {
  const finish = opening?.finish;
  const voters = finish?.type === 'step-finished' ? (opening?.votes ?? []).map(({ by }) => by) : [];
  const by = finish?.type === 'changes-requested' ? [] : [...voters, finish?.by].filter((one) => one !== undefined);
  if (by.length > 0 && opening?.state !== 'redone') return [...new Set(by)].map((one) => nameOf(ports, run, one));
  if (opening !== undefined && opening.people.length > 0)
    return [...new Set(opening.people.map(({ person }) => nameOf(ports, run, person)))];
  const roles =
    step.type === 'approval' ? step.approvers.map(({ role }) => role) : step.owner === undefined ? [] : [step.owner];
  return roles.map((role) => {
    const holders = ports.catalogue.team.people.filter((one) => one.roles.includes(role));
    const named = run.requested.people[role] ?? (holders.length === 1 ? holders[0]?.id : undefined);
    return named === undefined ? titleOfRole(ports, role) : nameOf(ports, run, named);
  });
};

const followers = async (look: Looking, step: Step): Promise<readonly Neighbour[]> => {
  const { run, opening } = look;
  const { each } = placesOf(run).get(step.id) as Placed;
  const around = each === undefined ? undefined : stepOf(run, each);
  const list = around?.type === 'each' ? around.steps : run.workflow.steps;
  const next = followersOf(list).get(step.id) ?? [];
  return Promise.all(next.map((one) => neighbour(look, placesOf(run).get(one.id) as Placed, opening.item)));
};

const judgedOf = async (look: Looking, step: Approval): Promise<NonNullable<Briefing['judged']>> => {
  const { ports, run, opening } = look;
  const place = placesOf(run).get(step.of) as Placed;
  const work = workOf(run, step, opening);
  const by = work?.finish?.by;
  return { ...(await neighbour(look, place, opening.item)), by: by === undefined ? [] : [nameOf(ports, run, by)] };
};

/** What was said when changes were asked for around this step, and by whom, newest first. */
const remarksOf = ({ ports, run, opening, shown }: Looking): readonly Remark[] => {
  const remarks: Remark[] = [];
  for (const one of run.openings.values()) {
    if (one.item !== opening.item && one.item !== undefined) continue;
    const about =
      one.step === opening.step || isReopenedBy(run, one, opening.step) || isRightBefore(run, one, opening.step);
    if (!about) continue;
    for (const vote of one.votes) {
      if (vote.comment === undefined || vote.comment === '') continue;
      remarks.push({
        who: nameOf(ports, run, vote.by),
        at: shown(vote.at),
        round: one.round,
        decision: vote.decision,
        text: vote.comment,
      });
    }
    const finish = one.finish;
    if (
      finish?.type === 'step-finished' &&
      one.votes.length === 0 &&
      finish.comment !== undefined &&
      finish.comment !== ''
    )
      remarks.push({
        who: nameOf(ports, run, finish.by),
        at: shown(finish.at),
        round: one.round,
        text: finish.comment,
      });
  }
  return remarks.toReversed();
};

/** What was done to it last, if it concerns the reader. */
const newsOf = ({ ports, run, opening }: Looking, person: string): { news?: string } => {
  const given = opening.reassigned.findLast((one) => one.now === person);
  const moved = opening.moved.at(-1);
  const last = given !== undefined && (moved === undefined || given.at > moved.at) ? given : moved;
  if (last === undefined) return {};
  const by = last.by === undefined ? undefined : nameOf(ports, run, last.by);
  const news =
    last.type === 'step-reassigned'
      ? SAID.brief.gave(by, nameOf(ports, run, last.was), last.reason)
      : SAID.brief.moved(by, last.reason);
  return { news };
};

/** What was said when handing in what this goes on with. */
const isRightBefore = (run: Run, one: StepOpening, step: string): boolean =>
  stepOf(run, step)?.after.includes(one.step) === true && one.finish?.type === 'step-finished';

const isReopenedBy = (run: Run, one: StepOpening, step: string): boolean => {
  const { reopens } = run.kept.outline.steps[one.step] ?? {};
  return [...(reopens?.request_changes ?? []), ...(reopens?.reject ?? [])].includes(step);
};

const votesOf = ({ ports, run, opening }: Looking): Briefing['votes'] =>
  [...opening.people, ...(opening.referred?.to ?? [])]
    .filter(
      (one, index, all) => all.findIndex(({ person, role }) => person === one.person && role === one.role) === index,
    )
    .map(({ person, role, counts }) => {
      const vote = opening.votes.find((one) => one.by === person && one.role === role);
      return {
        who: nameOf(ports, run, person),
        role: titleOfRole(ports, role),
        counts,
        ...(vote === undefined ? {} : { choice: vote.decision }),
      };
    });

const ruleOf = ({ ports, run, opening }: Looking, step: Approval): string => {
  if (opening.referred !== undefined) return whyReferred(ports, run, opening);
  return typeof step.rule === 'object' ? SAID.brief.atLeast(step.rule.at_least) : SAID.brief.rule[step.rule];
};

export const choicesOf = (run: Run, step: Human, opening: StepOpening): Briefing['choices'] => {
  if (step.type === 'task') return ['done'];
  return (['approve', 'request_changes', 'reject'] as const).filter((choice) =>
    canBeChosen(run, step, opening, choice),
  );
};

/** Of what they did themselves: anything but approve, and that only once it was put before them. */
const mayEndOwn = ({ referred }: StepOpening, person: string, choice: Briefing['choices'][number]): boolean =>
  choice !== 'approve' && referred?.to.some((one) => one.person === person) === true;

/** The fields, with what was filled in the last time where the step is done again. */
const fieldsOf = (run: Run, step: Human, opening: StepOpening): Briefing['fields'] => {
  const earlier = [...run.openings.values()].findLast(
    (one) => one.step === step.id && one.item === opening.item && one.finish?.type === 'step-finished',
  );
  const results = resultsOf(earlier);
  return Object.entries(step.fields).map(([name, field]) => {
    const value = results[name] ?? field.default;
    return { name, field, ...(value === undefined ? {} : { value: value as FieldValue }) };
  });
};

export const calendarOf = (ports: Pick<Ports, 'catalogue'>, run: Run, now: string): Calendar =>
  calendarFor(ports.catalogue, run.workflow.calendar, now);
