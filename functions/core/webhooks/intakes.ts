/**
 * What webhooks brought, and the runs that it starts: now, or once more later (W13).
 *
 * Promises: of one source and id there is one intake, whoever is first; a repeat finds it for 95 days, which is longer
 * than the name of a run is taken (W4). What was in it, with whatever a stranger typed, is gone after 30 days; from
 * then on it is only known that it came. A run is started from what is kept and nothing else (W5).
 * Hides: that both are records of their own, of which the second may be missing after a crash until a repeat.
 */

import { z } from 'zod';
import { mapByName } from '../../../statemachines/language/map-by-name.ts';
import type { Json } from '../history.ts';
import type { Ports } from '../ports.ts';
import { readRun } from '../read-run.ts';
import { record } from '../record.ts';
import { changeRecord } from '../records.ts';
import { requestRun } from '../request-run.ts';
import type { Intake } from './admit.ts';
import { runName } from './delivery-id.ts';
import { readInputs } from './map-payload.ts';
import type { Payload, Problem } from './payload.ts';
import type { Earlier } from './settle.ts';

const KIND = 'intake';
const BODY_KIND = 'intake-body';
const DAYS_KNOWN = 95;
const DAYS_READABLE = 30;
const DAY_MS = 86_400_000;

const kept = z.object({
  bodyHash: z.string(),
  run: z.string(),
  at: z.string(),
  signed: z.boolean(),
  byName: z.literal(true).optional(),
  problems: z.array(z.looseObject({ message: z.string().optional() })),
});

export const groupOfIntakes = (source: string): string => `${KIND}:${source}`;
const keyOf = (source: string, id: string): string => `${source} ${id}`;

/**
 * Keeps what came, and asks for its run. What came before under the same id is found: by the run that it asked for, or
 * by what is kept of it where it fits no workflow.
 */
export const keepIntake = async (ports: Ports, intake: Intake, admitted: boolean): Promise<Earlier | undefined> => {
  const { source, id, bodyHash, problems, workflow, inputs, signed, byName } = intake;
  const at = ports.clock.now();
  const value = {
    bodyHash,
    run: intake.run,
    problems,
    workflow,
    at,
    signed,
    ...(byName && { byName }),
  } as never as Json;
  const found = await changeRecord<{ readonly earlier?: Earlier }>(ports.records, KIND, keyOf(source, id), (before) =>
    before === undefined
      ? { outcome: {}, value, keep: { expires: later(at, DAYS_KNOWN), group: groupOfIntakes(source), sort: at } }
      : { outcome: { earlier: before.value as never as Earlier } },
  );
  const earlier = found?.earlier;
  if (earlier !== undefined && earlier.bodyHash !== bodyHash) return earlier;
  await keepBody(ports, intake, earlier === undefined ? at : kept.parse(earlier).at);
  if (!admitted) return earlier;
  // Also when it came before: whoever kept it may have died before asking for its run.
  await requestRun(ports, record, {
    id: earlier?.run ?? intake.run,
    workflow,
    inputs,
    people: {},
    started: { how: 'hook', source, signed, proof: 'command' },
  });
  return earlier;
};

/** @param at when it came for the first time, from which its days are counted. */
const keepBody = async (
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
  { source, id, payload }: Intake,
  at: string,
): Promise<void> => {
  const expires = later(at, DAYS_READABLE);
  if (payload === undefined || expires <= clock.now()) return;
  await records.write(BODY_KIND, keyOf(source, id), payload as Json, { expires, version: 0 });
};

export type ListedIntake = {
  readonly id: string;
  readonly at: string;
  readonly run: string;
  /** Whether it fitted its workflow when it came. */
  readonly fits: boolean;
};

export const listIntakes = async (
  { records }: Pick<Ports, 'records'>,
  source: string,
  after?: string,
): Promise<{ readonly intakes: readonly ListedIntake[]; readonly next?: string }> => {
  const page = await records.list(groupOfIntakes(source), after === undefined ? {} : { after });
  return {
    intakes: page.records.map(({ key, value }) => {
      const { run, at, problems } = kept.parse(value);
      return { id: key.slice(source.length + 1), at, run, fits: problems.length === 0 };
    }),
    ...(page.next === undefined ? {} : { next: page.next }),
  };
};

/** What was in it; undefined where nothing of it can be read, or no more. */
export const bodyOfIntake = async (
  { records }: Pick<Ports, 'records'>,
  source: string,
  id: string,
): Promise<Json | undefined> => (await records.read(BODY_KIND, keyOf(source, id)))?.value;

/** That it came stays known; what was in it does not. */
export const forgetBody = ({ records }: Pick<Ports, 'records'>, source: string, id: string): Promise<void> =>
  records.remove(BODY_KIND, keyOf(source, id));

export type Replayed =
  | { readonly outcome: 'on its way'; readonly run: string }
  | { readonly outcome: 'unknown' | 'unreadable' | 'gone' }
  | { readonly outcome: 'misfit'; readonly problems: readonly Problem[] }
  | { readonly outcome: 'refused'; readonly why: string };

/**
 * Runs it once more. What never started a run, because it did not fit then, starts the one that it would have, so that
 * a later repeat by the provider finds that one; what did start one starts another for each key.
 */
export const replayIntake = async (ports: Ports, source: string, id: string, again: string): Promise<Replayed> => {
  const intake = await ports.records.read(KIND, keyOf(source, id));
  const hook = Object.hasOwn(ports.catalogue.hooks, source) ? ports.catalogue.hooks[source] : undefined;
  if (intake === undefined || hook === undefined) return { outcome: 'unknown' };
  const { run: first, signed, at, byName } = kept.parse(intake.value);
  const payload = await bodyOfIntake(ports, source, id);
  if (payload === undefined) return { outcome: later(at, DAYS_READABLE) <= ports.clock.now() ? 'gone' : 'unreadable' };
  const fields = ports.catalogue.workflows.get(hook.workflow)?.outline.workflow.inputs ?? {};
  const { values, problems } = await readInputs(
    byName ? mapByName(Object.keys(hook.map)) : hook.map,
    fields,
    payload as Payload,
  );
  if (problems.length > 0) return { outcome: 'misfit', problems };
  const run = (await readRun(ports, first)) === undefined ? first : runName(source, `${id} ${again}`);
  const outcome = await requestRun(ports, record, {
    id: run,
    workflow: hook.workflow,
    inputs: values,
    people: {},
    started: { how: 'hook', source, signed, proof: 'command' },
  });
  return outcome === 'requested' || outcome === 'requested before'
    ? { outcome: 'on its way', run }
    : { outcome: 'refused', why: outcome };
};

const later = (instant: string, days: number): string => new Date(Date.parse(instant) + days * DAY_MS).toISOString();
