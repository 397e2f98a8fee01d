/**
 * All that those who operate a place can ask of it, by name: for the commands, which say it the same to a sandbox and
 * to a stack on AWS.
 *
 * Promises: what is asked fits its schema, or is refused in words; a refusal is an answer and no fault. Whoever hosts
 * this sees to it that only those who operate reach it.
 */
import { z } from 'zod';
import { startCommanded } from '../command-start.ts';
import type { Json } from '../history.ts';
import type { Ports } from '../ports.ts';
import { listedRuns } from '../run-list.ts';
import type { Backstage } from './backstage.ts';
import { examine, mend } from './findings.ts';
import { listCame, listHooks, replay, sampleOf, scriptOf } from './hooks.ts';
import { erasePerson, exportPerson, exportRun } from './person.ts';
import { type RefusalKind, Refused } from './refusal.ts';
import { cancelRun, rebuildLists, redriveRun, showRun } from './runs.ts';

const name = z.string().min(1).max(200);
const texts = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const steered = z.strictObject({ run: name, reason: z.string() });
const terms = z.strictObject({ ids: z.array(z.string()), emails: z.array(z.string()), names: z.array(z.string()) });

const asked = {
  'start-run': z.strictObject({
    workflow: name,
    inputs: z.record(z.string(), z.json()),
    people: z.record(z.string(), z.string()),
    id: name.exactOptional(),
  }),
  'list-runs': z.strictObject({}),
  'show-run': z.strictObject({ run: name }),
  'cancel-run': steered,
  'redrive-run': steered,
  'rebuild-lists': z.strictObject({}),
  'list-hooks': z.strictObject({ show: z.boolean() }),
  'script-hook': z.strictObject({ source: name, show: z.boolean() }),
  'list-came': z.strictObject({ source: name, after: z.string().exactOptional() }),
  'sample-hook': z.strictObject({ source: name, inputs: texts }),
  'replay-hook': z.strictObject({ source: name, id: name }),
  'list-dead-letters': z.strictObject({}),
  'redrive-dead-letter': z.strictObject({ id: name }),
  'rotate-secret': z.strictObject({ name, value: z.string().min(8).max(4_000).exactOptional(), alone: z.boolean() }),
  examine: z.strictObject({}),
  mend: z.strictObject({}),
  'export-person': z.strictObject({ person: name }),
  'export-run': z.strictObject({ run: name, terms }),
  'erase-person': z.strictObject({ person: name }),
} as const;

export type OperationName = keyof typeof asked;
export type Asked<N extends OperationName> = z.output<(typeof asked)[N]>;

/** @param from who asks, for the history: the name of credentials, or of a machine. */
const operationsOf = (ports: Ports, backstage: Backstage, from: string) =>
  ({
    'start-run': async (of) => {
      const started = await startCommanded(ports, { ...of, from });
      if (started.outcome === 'started') return started;
      throw new Refused(KINDS[started.outcome], started.why);
    },
    'list-runs': () => listedRuns(ports),
    'show-run': ({ run }) => showRun(ports, backstage, run),
    'cancel-run': (of) => cancelRun(ports, { ...of, from }),
    'redrive-run': (of) => redriveRun(ports, backstage, { ...of, from }),
    'rebuild-lists': () => rebuildLists(ports, backstage),
    'list-hooks': (of) => listHooks(ports, of),
    'script-hook': (of) => scriptOf(ports, of),
    'list-came': (of) => listCame(ports, of),
    'sample-hook': (of) => sampleOf(ports, of),
    'replay-hook': (of) => replay(ports, of),
    'list-dead-letters': () => backstage.deadLetters.list(),
    'redrive-dead-letter': async ({ id }) => ({ redriven: await backstage.deadLetters.redrive(id) }),
    'rotate-secret': ({ name: of, ...wish }) => rotate(ports, backstage, of, wish),
    examine: () => examine(ports, backstage),
    mend: () => mend(ports, backstage),
    'export-person': ({ person }) => exportPerson(ports, backstage, person),
    'export-run': (of) => exportRun(ports, of.run, of.terms),
    'erase-person': ({ person }) => erasePerson(ports, backstage, { person, from }),
  }) satisfies { readonly [N in OperationName]: (of: Asked<N>) => Promise<unknown> };

export type Answered<N extends OperationName> = Awaited<ReturnType<ReturnType<typeof operationsOf>[N]>>;

const KINDS = { unknown: 'unknown', wrong: 'wrong', retired: 'conflict', conflict: 'conflict' } as const;

const rotate = async (
  { catalogue }: Ports,
  { secrets }: Backstage,
  secret: string,
  { value, alone }: { readonly value?: string; readonly alone: boolean },
): Promise<{ readonly name: string; readonly live: number }> => {
  const sources = Object.keys(catalogue.hooks);
  const known = [
    'forms',
    'calls',
    ...sources.map((source) => `hook-path-${source}`),
    ...Object.values(catalogue.hooks).flatMap((hook) => hook.secret ?? []),
  ];
  if (!known.includes(secret))
    throw new Refused('unknown', `There is no secret ${secret}. Secrets are: ${[...new Set(known)].join(', ')}.`);
  if (value === undefined && !secrets.isOurs(secret))
    throw new Refused('wrong', `${secret} belongs to another system: give the value that it shows, with --stdin.`);
  return { name: secret, live: await secrets.rotate(secret, { alone, ...(value === undefined ? {} : { value }) }) };
};

/** What goes back over the wire. */
export type Reply =
  | { readonly answer: Json }
  | { readonly refused: { readonly kind: RefusalKind; readonly why: string } };

export const operate =
  (ports: Ports, backstage: Backstage) =>
  async (operation: string, given: unknown, from: string): Promise<Reply> => {
    const operations = operationsOf(ports, backstage, from);
    if (!Object.hasOwn(operations, operation))
      return { refused: { kind: 'unknown', why: `${operation} is not known there: it is of another version.` } };
    const read = asked[operation as OperationName].safeParse(given);
    if (!read.success) {
      const fields = read.error.issues.map(({ path }) => path.join('.')).join(', ');
      return {
        refused: { kind: 'wrong', why: `${operation} was asked for wrongly${fields === '' ? '' : `: ${fields}`}.` },
      };
    }
    try {
      const answer = await operations[operation as OperationName](read.data as never);
      return { answer: (answer ?? null) as never as Json };
    } catch (problem) {
      if (problem instanceof Refused) return { refused: { kind: problem.kind, why: problem.message } };
      throw problem;
    }
  };
