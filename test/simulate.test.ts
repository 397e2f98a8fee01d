import { describe, expect, it, vi } from 'vitest';
import { exampleValues } from '../functions/core/example-values.ts';
import { main } from '../infra/cli/main.ts';
import { NotStarted, type Rehearsal } from '../infra/cli/rehearsal.ts';
import { simulate } from '../infra/cli/simulation.ts';
import { timelineText } from '../infra/cli/timeline.ts';
import type { Workflow } from '../statemachines/language/workflow.ts';
import { libraryWith, shippedLibrary } from './support/sandbox-journey.ts';

const blogPost = (more: Partial<Rehearsal> = {}): Rehearsal => ({
  library: shippedLibrary(),
  workflow: 'blog-post',
  inputs: { topic: 'Pricing pages', publish: '2027-03-31' },
  now: '2027-02-15T08:00:00Z',
  ...more,
});

const SHORT = `workflow: short
title: Short one
purpose: Try it.
lead: marketing-manager
inputs:
  launch: { type: date, label: Launch, required: true }
anchor: launch
steps:
  - step: draft
    title: Write the draft
    owner: blog-writer
    due: 2 workdays before launch
  - step: post
    title: Post it
    owner: social-manager
    due: on launch
  - step: look-back
    title: Look back
    owner: analyst
    due: 5 workdays after launch
`;
const short = (more: Partial<Rehearsal> = {}, text = SHORT): Rehearsal => ({
  library: libraryWith(text),
  workflow: 'short',
  inputs: { launch: '2027-04-14' },
  now: '2027-03-01T08:00:00Z',
  ...more,
});

describe('a rehearsal', () => {
  it('has everybody answer at the due time, and keeps the anchor', async () => {
    const { events, ended, outcome, anchor, anchor_kept, stuck, mails } = await simulate(blogPost());
    expect({ ended, outcome, anchor, anchor_kept, stuck }).toEqual({
      ended: '2027-03-31T15:00:00.000Z',
      outcome: 'finished',
      anchor: '2027-03-31',
      anchor_kept: true,
      stuck: [],
    });
    expect(events.filter(({ type }) => type === 'step-finished').map(({ at, step }) => `${at} ${step}`)).toEqual([
      '2027-03-01T16:00:00.000Z idea',
      '2027-03-05T16:00:00.000Z keywords',
      '2027-03-11T16:00:00.000Z outline',
      '2027-03-16T16:00:00.000Z approve-outline',
      '2027-03-19T16:00:00.000Z draft',
      '2027-03-24T16:00:00.000Z images',
      // Due when it opened, so it takes the working day that its effort fills: the one after Easter.
      '2027-03-30T15:00:00.000Z social',
      '2027-03-31T15:00:00.000Z publish-post',
    ]);
    expect(mails[0]).toEqual({
      at: '2027-02-15T08:00:00.000Z',
      to: 'ada.berg@example.com',
      name: 'Ada Berg',
      subject: 'Generate the idea – due Mon 1 Mar – Pricing pages',
      kind: 'task',
    });
  });

  it('is the same for the same seed, byte for byte', async () => {
    const answers = { 'approve-outline': ['request_changes'] } as const;
    const [one, other] = [
      await simulate(blogPost({ seed: '7', answers })),
      await simulate(blogPost({ seed: '7', answers })),
    ];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('holds no token, code or link', async () => {
    const told = JSON.stringify(await simulate(blogPost()));
    expect(told).not.toMatch(/\/a\/|token|[\w-]{43}/);
  });

  it('names what is late as people read it', async () => {
    const library = libraryWith(`workflow: quote
title: Quote
purpose: To make a price.
lead: marketing-manager
starts: [form]
inputs:
  customer: { type: text, label: Customer, required: true }
  on: { type: date, label: On, required: true }
anchor: on
steps:
  - { step: ask, title: "Ask {{ inputs.customer }}", owner: content-strategist, due: on on, effort: 1h }
`);
    const { late, missed } = await simulate({
      library,
      workflow: 'quote',
      inputs: { customer: 'Fjord', on: '2027-03-05' },
      now: '2027-03-01T08:00:00.000Z',
      late: { ask: { count: 3, unit: 'days' } },
    });
    expect(late.map(({ title }) => title)).toEqual(['Ask Fjord']);
    expect(missed[0]).toMatch(/^“Ask Fjord” is done only on 2027-03-/);
  });

  it('reminds and escalates where a step is answered late, and says so', async () => {
    const { late, events } = await simulate(blogPost({ late: { idea: { count: 3, unit: 'days' } } }));
    expect(late[0]).toEqual({
      step: 'idea',
      title: 'Generate the idea',
      round: 1,
      who: ['ada-berg'],
      due: '2027-03-01T16:00:00Z',
      finished: '2027-03-04T16:00:00.000Z',
      workdays: 3,
    });
    expect(events.some(({ type, told }) => type === 'reminder-sent' && told.startsWith('Escalated'))).toBe(true);
  });

  it('asks for changes in the first round, and approves in the second', async () => {
    const { events } = await simulate(blogPost({ answers: { 'approve-outline': ['request_changes'] } }));
    const approval = events.filter(({ step, decision }) => step === 'approve-outline' && decision !== undefined);
    expect(approval.map(({ type, round, decision }) => `${type} ${round} ${decision}`)).toEqual([
      'vote-cast 1 request_changes',
      'changes-requested 1 request_changes',
      'vote-cast 2 approve',
      'vote-cast 2 approve',
      'step-finished 2 approve',
    ]);
  });

  it('puts before the lead what has used up its rounds', async () => {
    const answers = {
      'approve-outline': ['request_changes', 'request_changes', 'request_changes', 'request_changes'],
    } as const;
    const { events, outcome } = await simulate(blogPost({ answers }));
    expect(events.find(({ type }) => type === 'decision-referred')).toMatchObject({
      step: 'approve-outline',
      round: 4,
    });
    expect(events.findLast(({ type }) => type === 'vote-cast')).toMatchObject({
      by: 'mia-solberg',
      decision: 'approve',
    });
    expect(outcome).toBe('finished');
  });

  it('misses the anchor when the run is rejected', async () => {
    const { outcome, anchor_kept, missed } = await simulate(blogPost({ answers: { 'approve-outline': ['reject'] } }));
    expect({ outcome, anchor_kept, missed }).toEqual({
      outcome: 'rejected',
      anchor_kept: false,
      missed: ['The run ends as rejected.'],
    });
  });

  it('has somebody who is away covered', async () => {
    const away = { 'kasia-nowak': [{ from: '2027-03-01', to: '2027-03-12', cover: 'ada-berg' }] };
    const { events } = await simulate(blogPost({ away }));
    expect(events.find(({ type, step }) => type === 'step-finished' && step === 'outline')?.by).toBe('ada-berg');
    expect(events.find(({ type, step }) => type === 'step-finished' && step === 'publish-post')?.by).toBe(
      'kasia-nowak',
    );
  });

  it.each([
    // What comes before the anchor may be late, as long as the anchor is kept.
    ['draft', 1, 'days', true],
    ['draft', 2, 'days', false],
    ['post', 1, 'hours', false],
    // What comes after it has a date of its own.
    ['look-back', 1, 'hours', false],
  ] as const)('with %s late by %i %s keeps the anchor: %s', async (step, count, unit, kept) => {
    const { anchor_kept } = await simulate(short({ late: { [step]: { count, unit } } }));
    expect(anchor_kept).toBe(kept);
  });

  it('has a call that fails made again by the lead', async () => {
    const text = SHORT.replace(
      '  - step: post\n',
      '  - step: tell\n    type: call\n    title: Tell the shop\n    url: https://shop.example.com/drafts\n    method: POST\n  - step: post\n',
    );
    const { events, outcome } = await simulate(short({ failing: ['tell'] }, text));
    const told = events.filter(({ step }) => step === 'tell');
    expect(told.filter(({ type }) => type === 'call-failed')).toHaveLength(6);
    expect(told.slice(-3).map(({ type }) => type)).toEqual(['decision-referred', 'call-repeated', 'step-finished']);
    expect(outcome).toBe('finished');
  });

  it('really runs the workflows that a step runs', async () => {
    const library = shippedLibrary();
    const { events, outcome } = await simulate({
      library,
      workflow: 'content-marketing',
      inputs: inputsFor(library.workflows.get('content-marketing')?.workflow as Workflow),
      now: '2027-02-15T08:00:00Z',
    });
    expect(new Set(events.flatMap(({ run }) => run ?? [])).size).toBe(1);
    expect(outcome).toBe('finished');
  });

  it('goes through to the end with every workflow that comes with runsheet', async () => {
    const library = shippedLibrary();
    for (const [id, { workflow }] of library.workflows) {
      const rehearsed = await simulate({
        library,
        workflow: id,
        inputs: inputsFor(workflow),
        now: '2027-02-15T08:00:00Z',
      });
      expect([id, rehearsed.outcome, rehearsed.stuck]).toEqual([id, 'finished', []]);
    }
  }, 60_000);

  it('says why a run cannot be started', async () => {
    await expect(simulate(blogPost({ inputs: { topic: 'Pricing pages' } }))).rejects.toThrow(
      new NotStarted('publish: Publish date is needed.'),
    );
  });
});

describe('the timeline', () => {
  it('is grouped by day, in local time, and says in words what is late', async () => {
    const rehearsal = short({ late: { post: { count: 1, unit: 'days' } } });
    const workflow = rehearsal.library.workflows.get('short')?.workflow as Workflow;
    const text = timelineText(await simulate(rehearsal), workflow);
    expect(text).toContain('\n\nThu 15 Apr 2027\n');
    expect(text).toContain('“Post it”: done by Emma Carter LATE by 1 working day\n');
    expect(text).toContain('Launch 2027-04-14: MISSED.\n  “Post it” is done only on 2027-04-15 at 17:00.\n');
    expect(text).toContain('  Post it: due Wed 14 Apr 2027 17:00, done Thu 15 Apr 2027 17:00 (1 working day)\n');
  });
});

describe('runsheet simulate', () => {
  const words = [
    'simulate',
    'blog-post',
    '--input',
    'topic=Pricing pages',
    '--input',
    'publish=2027-03-31',
    '--now',
    '2027-02-15T08:00:00Z',
  ];
  const run = async (...more: string[]) => {
    let said = '';
    const take = (text: string | Uint8Array): boolean => {
      said += text;
      return true;
    };
    const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(take));
    const status = await main([...words, ...more]).finally(() => spies.map((spy) => spy.mockRestore()));
    return { status, said };
  };

  it('prints JSON with what tools need, the same each time', async () => {
    const { status, said } = await run('--json', '--seed', '3');
    expect(status).toBe(0);
    expect(Object.keys(JSON.parse(said))).toEqual([
      'workflow',
      'run',
      'started',
      'ended',
      'outcome',
      'anchor',
      'anchor_kept',
      'missed',
      'late',
      'stuck',
      'mails',
      'events',
    ]);
    expect((await run('--json', '--seed', '3')).said).toBe(said);
  });

  it('ends with 1 when the anchor is missed', async () => {
    const { status, said } = await run('--late', 'publish-post=2wd');
    expect(status).toBe(1);
    expect(said).toContain('Publish date 2027-03-31: MISSED.');
  });

  it.each([
    [['--late', 'publish-pots=2d'], 'Did you mean publish-post?'],
    [['--late', 'draft=soon'], 'write how much like 5h'],
    [['--away', 'kasia-nowak=2027-03-05..2027-03-01'], 'write two dates'],
    [['--away', 'kasia=2027-03-01..2027-03-05'], 'There is no person kasia'],
    [['--answer', 'draft=approve'], 'it can be done'],
    [['--fail-call', 'draft'], 'draft is a step of type task'],
  ])('says what is wrong: %j', async (more, sentence) => {
    const { status, said } = await run(...more);
    expect(status).toBe(2);
    expect(said).toContain(sentence);
  });
});

const inputsFor = (workflow: Workflow) => ({
  ...exampleValues(workflow.inputs, { person: 'mia-solberg', today: '2027-04-20' }),
  ...(workflow.anchor === undefined ? {} : { [workflow.anchor]: '2027-06-01' }),
});
