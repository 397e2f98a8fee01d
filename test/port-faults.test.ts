/**
 * Two runs, in which one call of a port fails: the blog post, and one with every other kind of step. It fails before it has an
 * effect, after it (the reply is lost), throttled again and again, or for a while. Whatever failed, once what is owed has been swept the end is the faultless one.
 *
 * What effects need may be away for an hour, whatever it says. The store may be away for as long as a machine tries
 * again (compiler/states.ts): a machine that cannot open a step for longer fails, and its run with it.
 */
import { expect, it } from 'vitest';
import { TryAgain } from '../functions/core/history.ts';
import type { Ports, Systems } from '../functions/core/ports.ts';
import { isLong } from './support/property.ts';
import { beginJourney, type Journey, libraryWith } from './support/sandbox-journey.ts';

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

type Story = {
  readonly workflow: string;
  readonly inputs: object;
  /** Named, since who is least loaded may well be somebody else while a list of work cannot be written. */
  readonly people: { readonly [role: string]: string };
  readonly library?: ReturnType<typeof libraryWith>;
  /** What is answered to a mail whose subject begins so. */
  readonly answers: readonly (readonly [string, object])[];
  /** How often a person is asked in all. */
  readonly asked: number;
};

const BLOG_POST: Story = {
  workflow: 'blog-post',
  inputs: { topic: 'Pricing', publish: '2027-03-31' },
  people: { 'blog-writer': 'kasia-nowak', 'social-manager': 'emma-carter' },
  asked: 9,
  answers: [
    ['Generate the idea', { decision: 'done', idea: 'What a page costs' }],
    ['Research keywords', { decision: 'done', keywords: 'pricing' }],
    ['Write the outline', { decision: 'done', outline: 'https://docs.example.com/1' }],
    ['Approve the outline', { decision: 'approve' }],
    ['Write the final draft', { decision: 'done', draft: 'https://docs.example.com/2' }],
    ['Make images', { decision: 'done' }],
    ['Plan the social posts', { decision: 'done' }],
    ['Publish and check', { decision: 'done', live: 'https://www.example.com/1' }],
  ],
};

const HEAD = 'title: Try\npurpose: Try every kind of step.\nlead: marketing-manager\nstarts: [form]';
const EVERY_KIND: Story = {
  workflow: 'every-kind',
  inputs: { topic: 'Pricing', channels: ['mail', 'web'] },
  people: {},
  asked: 7,
  library: libraryWith(
    `workflow: every-kind
${HEAD}
inputs:
  topic: { type: text, label: Topic, required: true }
  channels: { type: choice, many: true, options: [mail, web], label: Channels, required: true }
steps:
  - { step: write, title: Write it, owner: content-strategist, effort: 1h, fields: { text: { type: text, label: Text } } }
  - step: judge
    title: Judge it
    type: approval
    of: write
    approvers: [seo-strategist]
    on_changes: { redo: write, rounds: 2 }
  - { step: tell, title: Tell all, type: email, to: [marketing-manager], subject: "Out: {{ inputs.topic }}", body: Ready. }
  - { step: rest, title: Rest, type: wait, for: 1 hours }
  - { step: announce, title: Announce it, type: call, url: "https://api.example.org/posts", method: POST }
  - { step: inner, title: Do the chore, type: run, workflow: chore, wait: true }
  - step: publish
    title: Publish everywhere
    type: each
    over: inputs.channels
    as: channel
    steps:
      - { step: post, title: "Post on {{ channel }}", owner: brand-manager, effort: 1h }
`,
    `workflow: chore\n${HEAD}\nsteps:\n  - { step: tidy, title: Tidy up, owner: analyst, effort: 1h }\n`,
  ),
  answers: [
    ['Write it', { decision: 'done', text: 'First' }],
    ['Round 2: Write it', { decision: 'done', text: 'Second' }],
    ['Judge it', { decision: 'request_changes', comment: 'Shorter.' }],
    ['Round 2: Judge it', { decision: 'approve' }],
    ['Tidy up', { decision: 'done' }],
    ['Post on mail', { decision: 'done' }],
    ['Post on web', { decision: 'done' }],
  ],
};

/** Everybody answers what is in their mails; whoever is told that something went wrong waits, and tries again. */
const live = async (journey: Journey, { answers }: Story): Promise<void> => {
  const answered = new Set<string>();
  for (let quiet = 0; quiet < 12; ) {
    const next = (await journey.mails()).find(
      ({ id, lane, subject }) =>
        (lane === 'task' || lane === 'approval') &&
        !answered.has(id) &&
        answers.some(([title]) => subject.startsWith(title)),
    );
    if (next === undefined) {
      quiet += 1;
      await journey.advance(0.2);
      continue;
    }
    const [, form = {}] = answers.find(([title]) => next.subject.startsWith(title)) ?? [];
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

const startStubbornly = async (journey: Journey, { workflow, inputs, people }: Story): Promise<string> => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await journey.start(workflow, inputs, people, 'the-same');
    } catch {
      await journey.advance(0.3);
    }
  }
  throw new Error('it could not be started');
};

const answering: Systems = { call: async () => ({ outcome: 'answered', status: 200, body: {} }) };

const playWith = async (story: Story, fault: Fault | undefined) => {
  const { around, made, end: stopFailing } = failing(fault);
  const { library } = story;
  const journey = await beginJourney({
    around,
    mayFail: true,
    systems: answering,
    ...(library === undefined ? {} : { library }),
  });
  const run = await startStubbornly(journey, story);
  await live(journey, story);
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

it.each([
  ['the blog post', BLOG_POST],
  ['a run with every kind of step', EVERY_KIND],
])('%s ends as without the fault, whichever call of a port fails and however', async (_name, story) => {
  const { end, made } = await playWith(story, undefined);
  expect(end).toMatchObject({ machine: 'SUCCEEDED', owed: [] });
  expect(new Set(end.state)).toEqual(new Set(['finished']));
  expect(end.types.filter((type) => /^(vote-cast|step-finished|changes-requested) /.test(type)).length).toBeGreaterThan(
    story.asked - 1,
  );
  const faults = made
    .flatMap((_, index) => KINDS.map((kind) => ({ at: index + 1, kind })))
    .filter((_, index) => isLong || index % 151 === 0);
  process.stdout.write(`${faults.length} faults in ${made.length} calls of ports\n`);
  for (const fault of faults) {
    const played = await playWith(story, fault);
    expect({ fault, call: made[fault.at - 1], ...played.end }).toEqual({ fault, call: made[fault.at - 1], ...end });
  }
});
