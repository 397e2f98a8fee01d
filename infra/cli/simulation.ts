/**
 * A rehearsal of one run: its compiled machine with the real functions, in memory, on a clock that jumps from one thing
 * to the next, with people who answer what they are mailed at the last moment.
 *
 * Promises: the same request, the same rehearsal, byte for byte: no clock, no chance and no network from outside.
 * Hides: where it takes place (rehearsal-stage.ts), who sees what happens (rehearsal-witness.ts), and who answers when
 * (rehearsal-people.ts).
 */
import { calendarFor } from '../../functions/core/dates.ts';
import type { RunEvent } from '../../functions/core/events.ts';
import type { Ports, Published } from '../../functions/core/ports.ts';
import type { Requested, Run } from '../../functions/core/run.ts';
import { sentenceOf } from '../../functions/core/telling.ts';
import { millisOf } from '../../statemachines/plan/wall-time.ts';
import type { Rehearsal, Rehearsed, RehearsedEvent } from './rehearsal.ts';
import { People } from './rehearsal-people.ts';
import { openStage, type Stage } from './rehearsal-stage.ts';
import { Witness } from './rehearsal-witness.ts';
import { anchorOf, lateIn, MOST_DAYS, missedIn, type Titles, titlesIn } from './verdict.ts';

const DAY_MS = 86_400_000;

export const simulate = async (rehearsal: Rehearsal): Promise<Rehearsed> => {
  const witness = new Witness();
  const stage = await openStage(rehearsal, witness);
  const people = new People(rehearsal, stage, witness);
  const run = await stage.start();
  const until = new Date(millisOf(rehearsal.now) + MOST_DAYS * DAY_MS).toISOString();
  const { time } = stage.sandbox;
  for (;;) {
    await time.rest();
    for (const [id, news] of witness.news()) people.hear(id, news);
    if (witness.runs.get(run)?.finished !== undefined) break;
    const duty = people.nextDuty();
    if (duty !== undefined && duty.at <= time.now()) {
      await people.fulfil(duty);
      continue;
    }
    const [at] = [duty?.at, time.next()].filter((one) => one !== undefined).toSorted();
    if (at === undefined || at > until) break;
    await time.to(at);
  }
  await stage.sandbox.close();
  witness.news();
  return told(rehearsal, stage, witness, run, people.stuck);
};

const told = async (
  rehearsal: Rehearsal,
  { ports, sandbox }: Stage,
  { seen, runs }: Witness,
  id: string,
  stuck: readonly string[],
): Promise<Rehearsed> => {
  const { catalogue } = ports;
  const root = runs.get(id);
  const ends = root?.finished;
  const { workflow: name } = rehearsal;
  const { title: given, calendar: calendarName } = (catalogue.workflows.get(name) as Published).outline.workflow;
  const calendar = calendarFor(catalogue, calendarName, rehearsal.now);
  const story = await Promise.all(
    seen.map(async (one) =>
      'mail' in one ? one : { event: await eventTold(ports, id, one.run, runs.get(one.run), one.event) },
    ),
  );
  const titled = await Promise.all(
    [...runs.values()].map(async (run) =>
      run?.opened === undefined ? [] : [{ run, titles: await titlesIn(ports, run) }],
    ),
  );
  const late = titled
    .flat()
    .flatMap(({ run, titles }) => lateIn(run, titles, calendar, sandbox.time.now(), run.id === id));
  const titles: Titles = titled.flat().find(({ run }) => run.id === id)?.titles ?? new Map();
  const anchor = root?.opened === undefined ? undefined : anchorOf(root, calendar);
  const missed =
    anchor === undefined || root?.opened === undefined ? [] : missedIn(root, titles, anchor, calendar.zone);
  return {
    workflow: name,
    run: id,
    title: root?.opened?.title ?? given,
    zone: calendar.zone,
    started: root?.requested.at ?? rehearsal.now,
    ended: ends?.at ?? null,
    outcome: ends?.outcome ?? null,
    anchor: anchor?.date ?? null,
    anchor_kept: anchor === undefined ? null : missed.length === 0,
    missed,
    late,
    mails: story.flatMap((one) => ('mail' in one ? [one.mail] : [])),
    events: story.flatMap((one) => ('event' in one ? [one.event] : [])),
    story,
    stuck,
  };
};

const eventTold = async (
  ports: Ports,
  root: string,
  id: string,
  run: Run | Requested | undefined,
  event: RunEvent,
): Promise<RehearsedEvent> => {
  const { at, type } = event;
  const of = event as { readonly [name: string]: unknown };
  const kept = ['step', 'round', 'item', 'by', 'decision'].filter((name) => of[name] !== undefined);
  return {
    at,
    type,
    ...Object.fromEntries(kept.map((name) => [name, of[name]])),
    ...(id === root ? {} : { run: id }),
    told: run?.opened === undefined ? type : await sentenceOf(ports, run, event),
  };
};
