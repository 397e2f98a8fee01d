/**
 * The blog post, in which one call of a port fails: before it has an effect, after it (the reply is lost), throttled
 * again and again, or for a while. Whatever failed, once what is owed has been swept the end is the faultless one.
 *
 * What effects need may be away for an hour, whatever it says. The store may be away for as long as a machine tries
 * again (compiler/states.ts): a machine that cannot open a step for longer fails, and its run with it.
 */
import { expect, it } from 'vitest';
import { TryAgain } from '../functions/core/history.ts';
import type { Ports } from '../functions/core/ports.ts';
import { isLong } from './support/property.ts';
import { beginJourney, type Journey } from './support/sandbox-journey.ts';

const KINDS = ['error before', 'lost reply', 'throttle', 'for a while'] as const;
type Kind = (typeof KINDS)[number];
type Fault = { readonly at: number; readonly kind: Kind };
/** A throttled call is refused so often before it goes through. */
const THROTTLED = 3;
const AWAY_MS: { readonly [port: string]: number } = { history: 8_000, records: 8_000, secrets: 8_000 };
const HOUR_MS = 3_600_000;

const PORTS = ['history', 'records', 'mailbox', 'machines', 'alarms', 'systems', 'secrets'] as const;
const PERMANENT = new Error('broken');

/** Counts the calls of all ports, and lets the one that is meant fail. */
const failing = (fault: Fault | undefined) => {
  let calls = 0;
  let over = false;
  const made: string[] = [];
  let hit: { readonly what: string; readonly since: number; refused: number } | undefined;
  const around = (ports: Ports): Ports => {
    const wrapped = (name: string, port: object) =>
      Object.fromEntries(
        Object.entries(port).map(([method, call]) => [
          method,
          async (...args: unknown[]) => {
            const what = `${name}.${method}`;
            if (over) return (call as (...given: unknown[]) => unknown)(...args);
            made.push(what);
            calls += 1;
            const now = Date.parse(ports.clock.now());
            if (fault !== undefined && calls === fault.at) hit = { what, since: now, refused: 0 };
            if (hit?.what === what) {
              if (fault?.kind === 'throttle' && hit.refused < THROTTLED) {
                hit.refused += 1;
                throw new TryAgain('throttled');
              }
              const away = AWAY_MS[name];
              if (fault?.kind === 'for a while' && now < hit.since + (away ?? HOUR_MS))
                throw away === undefined ? PERMANENT : new TryAgain('away');
              if (calls === fault?.at && fault.kind === 'error before') throw new TryAgain('not now');
            }
            const result: unknown = await (call as (...given: unknown[]) => unknown)(...args);
            if (calls >= (fault?.at ?? 0) && hit?.what === what && fault?.kind === 'lost reply' && hit.refused === 0) {
              hit.refused = 1;
              throw new TryAgain('the reply was lost');
            }
            return result;
          },
        ]),
      );
    return { ...ports, ...Object.fromEntries(PORTS.map((name) => [name, wrapped(name, ports[name])])) };
  };
  return {
    around,
    made,
    /** From now on nothing fails, and nothing is counted. */
    end: () => {
      over = true;
    },
  };
};

const ANSWERS: readonly (readonly [string, object])[] = [
  ['Generate the idea', { decision: 'done', idea: 'What a page costs' }],
  ['Research keywords', { decision: 'done', keywords: 'pricing' }],
  ['Write the outline', { decision: 'done', outline: 'https://docs.example.com/1' }],
  ['Approve the outline', { decision: 'approve' }],
  ['Write the final draft', { decision: 'done', draft: 'https://docs.example.com/2' }],
  ['Make images', { decision: 'done' }],
  ['Plan the social posts', { decision: 'done' }],
  ['Publish and check', { decision: 'done', live: 'https://www.example.com/1' }],
];

/** Everybody answers what is in their mails; whoever is told that something went wrong waits, and tries again. */
const live = async (journey: Journey): Promise<void> => {
  const answered = new Set<string>();
  for (let quiet = 0; quiet < 12; ) {
    const next = (await journey.mails()).find(
      ({ id, lane, subject }) =>
        (lane === 'task' || lane === 'approval') &&
        !answered.has(id) &&
        ANSWERS.some(([title]) => subject.startsWith(title)),
    );
    if (next === undefined) {
      quiet += 1;
      await journey.advance(0.2);
      continue;
    }
    const [, form = {}] = ANSWERS.find(([title]) => next.subject.startsWith(title)) ?? [];
    const { status } = await journey.answer(next, form).catch(() => ({ status: 500 }));
    if (![200, 409, 410].includes(status)) {
      quiet += 1;
      await journey.advance(0.3);
      continue;
    }
    answered.add(next.id);
    quiet = 0;
  }
};

/** Named, since who is least loaded may well be somebody else while a list of work cannot be written. */
const PEOPLE = { 'blog-writer': 'kasia-nowak', 'social-manager': 'emma-carter' };

const startStubbornly = async (journey: Journey): Promise<string> => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await journey.start('blog-post', { topic: 'Pricing', publish: '2027-03-31' }, PEOPLE, 'the-same');
    } catch {
      await journey.advance(0.3);
    }
  }
  throw new Error('it could not be started');
};

const playWith = async (fault: Fault | undefined) => {
  const { around, made, end: stopFailing } = failing(fault);
  const journey = await beginJourney({ around, mayFail: true });
  const run = await startStubbornly(journey);
  await live(journey);
  // So long that what was put off most is done too.
  await journey.advance(3);
  stopFailing();
  const mails = (await journey.mails()).filter(({ lane }) => lane !== 'code');
  const { records } = journey.sandbox.ports;
  const work = await Promise.all(['kasia-nowak', 'emma-carter', 'mia-solberg'].map((id) => records.list(`work:${id}`)));
  const end = {
    work: work.flatMap((list) => list.records),
    types: (await journey.history(run))
      .map((event) => `${event.type} ${'step' in event ? event.step : ''}`)
      .filter((type) => !type.startsWith('token-replaced'))
      .toSorted(),
    machine: (await journey.sandbox.host.read(run))?.status,
    state: (await journey.board()).map(({ state }) => state),
    mails: mails.map(({ to, subject }) => `${to} ${subject}`).toSorted(),
    owed: await journey.sandbox.history.owedBefore('2099-01-01T00:00:00.000Z', 9),
  };
  await journey.close();
  return { end, made };
};

it('ends as without the fault, whichever call of a port fails and however', async () => {
  const { end, made } = await playWith(undefined);
  expect(end).toMatchObject({ machine: 'SUCCEEDED', state: ['finished'], owed: [] });
  const faults = made
    .flatMap((_, index) => KINDS.map((kind) => ({ at: index + 1, kind })))
    .filter((_, index) => isLong || index % 61 === 0);
  process.stdout.write(`${faults.length} faults in ${made.length} calls of ports\n`);
  for (const fault of faults) {
    const played = await playWith(fault);
    expect({ fault, call: made[fault.at - 1], ...played.end }).toEqual({ fault, call: made[fault.at - 1], ...end });
  }
});
