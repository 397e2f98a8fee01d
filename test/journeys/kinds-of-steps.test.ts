/** What the kinds of steps, conditions, orders and rules of approvals do in a run. */
import { expect, test } from 'vitest';
import type { Received } from '../../infra/sandbox/inbox.ts';
import {
  beginJourney,
  codeIn,
  hiddenIn,
  type Journey,
  type JourneyOptions,
  libraryWith,
  linkIn,
} from '../support/sandbox-journey.ts';
import { systemsAnswering } from '../support/systems.ts';

const MIA = 'mia.solberg@example.com';
const HEAD = `title: Try
purpose: Try what a step does.
lead: marketing-manager
starts: [form]`;
const tasks = (...steps: readonly string[]): string =>
  steps
    .map((step) => {
      const [id = '', after] = step.split(' after ');
      const line = after === undefined ? '' : `\n    after: [${after === '-' ? '' : after}]`;
      return `  - step: ${id}\n    title: Do ${id}\n    owner: blog-writer${line}\n    effort: 1h`;
    })
    .join('\n');
const approval = (more: string): string => `workflow: vote
${HEAD}
inputs:
  budget: { type: money, label: Budget, currency: EUR, default: 0 }
steps:
${tasks('draft')}
  - step: judge
    title: Judge the draft
    type: approval
    of: draft
${more}
${tasks('after')}
`;

const begin = async (text: string, inputs: object = {}, options: JourneyOptions = {}) => {
  const library = options.library ?? libraryWith(text);
  const journey = await beginJourney({ library, start: '2027-01-11T08:00:00.000Z', ...options });
  const workflow = /^workflow: (\S+)/m.exec(text)?.[1] ?? '';
  const run = await journey.start(workflow, inputs);
  return { journey, run };
};
/** Whoever has the newest mail about a step does it. */
const does = async (journey: Journey, title: string, fields: object = {}): Promise<void> => {
  const mail = (await journey.mails()).findLast(({ subject }) => subject.startsWith(title)) as Received;
  expect((await journey.answer(mail, { decision: 'done', ...fields })).status, title).toBe(200);
};
const votes = async (journey: Journey, who: string, decision: string): Promise<number> => {
  const mail = await journey.mail(`${who}@example.com`, 'Judge the draft');
  return (await journey.answer(mail, { decision, comment: decision === 'approve' ? '' : 'As I said.' })).status;
};
const openNow = async (journey: Journey): Promise<readonly string[]> =>
  ((await journey.board())[0]?.steps ?? [])
    .filter(({ state }) => state === 'open')
    .map(({ step }) => step)
    .toSorted();
const asked = async (journey: Journey): Promise<readonly string[]> =>
  (await journey.mails())
    .filter(({ lane, subject }) => lane === 'approval' && subject.includes('Judge'))
    .map(({ to }) => to.split('@')[0] as string);

test('an approval by any one is decided by the first', async () => {
  const { journey } = await begin(approval('    approvers: [seo-strategist, brand-manager]\n    rule: any'));
  await does(journey, 'Do draft');
  expect(await asked(journey)).toEqual(['marek.wojcik', 'sofie.lund']);
  expect(await votes(journey, 'sofie.lund', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
});

test('an approval by at least two of three goes on without the third', async () => {
  const { journey, run } = await begin(
    approval('    approvers: [seo-strategist, brand-manager, legal]\n    rule: { at_least: 2 }\n    veto: false'),
  );
  await does(journey, 'Do draft');
  expect(await votes(journey, 'sofie.lund', 'reject')).toBe(200);
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['judge']);
  expect(await votes(journey, 'anna.wolska', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
  expect((await journey.story(run)).at(-2)).toBe('step-finished judge by anna-wolska approve');
});

test('an approval in order asks one after the other', async () => {
  const { journey } = await begin(approval('    approvers: [seo-strategist, brand-manager]\n    rule: in_order'));
  await does(journey, 'Do draft');
  expect(await asked(journey)).toEqual(['marek.wojcik']);
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
  expect(await asked(journey)).toEqual(['marek.wojcik', 'sofie.lund']);
  expect(await votes(journey, 'sofie.lund', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
});

test('a more senior approver is asked only for a bigger budget, and who may comment is never reminded', async () => {
  const text = approval(`    approvers:
      - seo-strategist
      - { role: cmo, when: inputs.budget > 50000 }
      - { role: legal, required: false }
    takes: 2 workdays`);
  const small = await begin(text, { budget: 10 });
  await does(small.journey, 'Do draft');
  expect(await asked(small.journey)).toEqual(['marek.wojcik', 'anna.wolska']);
  await small.journey.advance(24 * 8);
  const reminded = (await small.journey.mails()).filter(({ lane }) => lane === 'reminder').map(({ to }) => to);
  expect(reminded).toContain('marek.wojcik@example.com');
  expect(reminded).not.toContain('anna.wolska@example.com');
  expect(await votes(small.journey, 'anna.wolska', 'reject')).toBe(200);
  expect(await openNow(small.journey)).toEqual(['judge']);
  expect(await votes(small.journey, 'marek.wojcik', 'approve')).toBe(200);
  expect(await openNow(small.journey)).toEqual(['after']);
  const big = await begin(text, { budget: 60_000 });
  await does(big.journey, 'Do draft');
  expect(await asked(big.journey)).toEqual(['marek.wojcik', 'henrik.dahl', 'anna.wolska']);
});

test('nobody judges their own work: it is put before the lead', async () => {
  const { journey } = await begin(approval('    approvers: [blog-writer]'));
  const mail = (await journey.mails())[0] as Received;
  // Both writers are asked; the one who wrote it may not.
  await journey.answer(mail, { decision: 'done' });
  expect(await asked(journey)).toEqual(['tomas.vik']);
  const alone = await beginJourney({ library: libraryWith(approval('    approvers: [seo-strategist]')) });
  const other = await alone.start('vote', {}, { 'blog-writer': 'marek-wojcik' });
  await does(alone, 'Do draft');
  expect((await alone.story(other)).at(-1)).toBe('decision-referred judge stuck');
  expect((await alone.post()).at(-1)).toMatch(/^mia.solberg: Judge the draft/);
  expect((await alone.answer(await alone.mail(MIA, 'Judge'), { decision: 'approve' })).status).toBe(200);
  expect(await openNow(alone)).toEqual(['after']);
});

test('silence approves only where the author says so, and the history says that a machine did it', async () => {
  const more = '    approvers: [seo-strategist]\n    takes: 1 workday\n    expires: 2 workdays\n    on_expiry: approve';
  const { journey, run } = await begin(approval(more));
  await does(journey, 'Do draft');
  await journey.advance(24 * 7);
  const finish = (await journey.history(run)).find(
    ({ type, ...event }) => type === 'step-finished' && 'step' in event && event.step === 'judge',
  );
  expect(finish).toMatchObject({ decision: 'approve', proof: 'machine' });
  expect(finish).not.toHaveProperty('by');
});

test('a workflow whose branches do not nest: each step starts exactly when all before it have finished', async () => {
  const text = `workflow: gates\n${HEAD}\nsteps:\n${tasks('a after -', 'b after -', 'c after a', 'd after a, b', 'e after c, d', 'f after b')}\n`;
  const { journey, run } = await begin(text);
  expect(await openNow(journey)).toEqual(['a', 'b']);
  await does(journey, 'Do b');
  expect(await openNow(journey)).toEqual(['a', 'f']);
  await does(journey, 'Do f');
  await does(journey, 'Do a');
  expect(await openNow(journey)).toEqual(['c', 'd']);
  await does(journey, 'Do d');
  expect(await openNow(journey)).toEqual(['c']);
  await does(journey, 'Do c');
  expect(await openNow(journey)).toEqual(['e']);
  await does(journey, 'Do e');
  expect((await journey.story(run)).at(-1)).toBe('run-finished finished');
});

test('each: the nested steps once for every item, at most two together, with the results as a list behind it', async () => {
  const text = `workflow: channels
${HEAD}
inputs:
  channels: { type: choice, label: Channels, many: true, options: [mail, web, shop], required: true }
steps:
  - step: publish
    title: Publish everywhere
    type: each
    over: inputs.channels
    as: channel
    at_once: 2
    steps:
      - step: post
        title: "Post on {{ channel }}"
        owner: social-manager
        effort: 1h
        fields: { reach: { type: number, label: Reach, required: true } }
      - step: check
        title: "Check {{ channel }}"
        owner: analyst
        when: steps.post.reach > 10
        effort: 1h
  - step: sum-up
    title: "Sum up {{ $sum(steps.publish.post.reach) }}"
    owner: analyst
    effort: 1h
`;
  const { journey, run } = await begin(text, { channels: ['mail', 'web', 'shop'] });
  const titles = async () => (await journey.mails()).map(({ subject }) => subject.split(/ –| \(/)[0]);
  expect((await titles()).toSorted()).toEqual(['Post on mail', 'Post on web']);
  await does(journey, 'Post on mail', { reach: '5' });
  expect((await titles()).at(-1)).toBe('Post on shop');
  await does(journey, 'Post on web', { reach: '20' });
  await does(journey, 'Check web');
  expect(await openNow(journey)).toEqual(['post']);
  await does(journey, 'Post on shop', { reach: '7' });
  expect((await titles()).at(-1)).toBe('Sum up 32');
  await does(journey, 'Sum up 32');
  const story = await journey.story(run);
  expect(story.filter((one) => one.startsWith('step-skipped')).toSorted()).toEqual([
    'step-skipped check 1:0 condition',
    'step-skipped check 1:2 condition',
  ]);
  expect(story.at(-1)).toBe('run-finished finished');
});

test('a mail is sent, a wait is waited for, and what is false is skipped', async () => {
  const text = `workflow: automatic
${HEAD}
inputs:
  publish: { type: date, label: Date, required: true }
  loud: { type: yes_no, label: Loud, default: false }
steps:
  - step: pause
    title: Wait
    type: wait
    until: 2 days before publish at 10:00
  - step: shout
    title: Shout
    owner: blog-writer
    when: inputs.loud
    effort: 1h
  - step: tell
    title: Tell everybody
    type: email
    to: [blog-writer, marek-wojcik, press@example.org]
    subject: "It is out on {{ inputs.publish }}"
    body: "Read *all* of it."
`;
  const { journey, run } = await begin(text, { publish: '2027-02-05' });
  await journey.to('2027-02-03T08:59:59.000Z');
  expect(await journey.post()).toEqual([]);
  await journey.to('2027-02-03T09:00:00.000Z');
  expect((await journey.post()).toSorted()).toEqual([
    'kasia.nowak: It is out on 2027-02-05',
    'marek.wojcik: It is out on 2027-02-05',
    'mia.solberg: Finished – Try, 11 January 2027',
    'press: It is out on 2027-02-05',
    'tomas.vik: It is out on 2027-02-05',
  ]);
  expect((await journey.story(run)).slice(2)).toEqual([
    'step-opened pause',
    'step-finished pause done',
    'step-skipped shout condition',
    'step-finished tell done',
    'run-finished finished',
  ]);
});

const CALL = `workflow: calling
${HEAD}
steps:
  - step: announce
    title: Announce it
    type: call
    url: "https://api.example.org/posts/{{ run.id }}"
    body: { title: "{{ run.title }}" }
    fields: { post: { type: url, label: Its address, required: true } }
${tasks('after')}
`;
const ANSWERED = { post: 'https://www.example.org/posts/7', other: 'is not asked for' };

test('a call is tried again with the same id, and goes on when it is answered', async () => {
  const systems = systemsAnswering(
    { outcome: 'answered', status: 503 },
    { outcome: 'failed', why: 'It did not answer.', again: true },
    { outcome: 'answered', status: 201, body: ANSWERED },
  );
  const { journey, run } = await begin(CALL, {}, { systems });
  await journey.advance(1);
  expect(systems.asked.length).toBe(3);
  expect(new Set(systems.asked.map(({ id }) => id)).size).toBe(1);
  expect(systems.asked[0]?.body).toEqual({ title: 'Try, 11 January 2027' });
  expect(
    (await journey.history(run)).filter(({ type }) => type.startsWith('call-')).map(({ type, at }) => `${at} ${type}`),
  ).toEqual([
    '2027-01-11T08:00:00.000Z call-failed',
    '2027-01-11T08:01:00.000Z call-repeated',
    '2027-01-11T08:01:00.000Z call-failed',
    '2027-01-11T08:06:00.000Z call-repeated',
  ]);
  expect((await journey.history(run)).findLast(({ type }) => type === 'step-finished')).toMatchObject({
    step: 'announce',
    fields: { post: 'https://www.example.org/posts/7' },
    gave: { status: 201 },
  });
  expect(await openNow(journey)).toEqual(['after']);
});

test('a call that fails for good is put before the lead, who has it made once more', async () => {
  const systems = systemsAnswering(
    { outcome: 'answered', status: 200, body: 'no address' },
    { outcome: 'answered', status: 200, body: ANSWERED },
  );
  const { journey, run } = await begin(CALL, {}, { systems });
  expect((await journey.story(run)).at(-1)).toBe('decision-referred announce failed');
  const mail = await journey.mail(MIA, 'needs you');
  expect((await journey.steer(mail, { act: 'repeat-call', step: 'announce##1' })).status).toBe(200);
  expect((await journey.story(run)).slice(-3)).toEqual([
    'call-repeated announce',
    'step-finished announce done',
    'step-opened after',
  ]);
  expect((await journey.steer(mail, { act: 'repeat-call', step: 'after##1' })).status).toBe(409);
});

test('a run starts another, and waits for it only where it should', async () => {
  const child = `workflow: child\n${HEAD}\ninputs:\n  topic: { type: text, label: Topic, required: true }\nsteps:\n${tasks('small')}\n`;
  const parent = (wait: boolean): string =>
    `workflow: parent\n${HEAD}\nsteps:\n  - step: other\n    title: Another\n    type: run\n    workflow: child\n    with: { topic: "{{ run.title }} inside" }\n    wait: ${wait}\n${tasks('after')}\n`;
  for (const wait of [true, false]) {
    const { journey } = await begin(parent(wait), {}, { library: libraryWith(parent(wait), child) });
    const runs = await journey.board();
    expect(runs.length).toBe(2);
    const subjects = (await journey.mails()).map(({ subject }) => subject.split(' –')[0]);
    expect(subjects.toSorted()).toEqual(wait ? ['Do small'] : ['Do after', 'Do small']);
    await does(journey, 'Do small');
    await does(journey, 'Do after');
    expect((await journey.board()).map(({ state }) => state)).toEqual(['finished', 'finished']);
  }
});

const PARENT = (more: string): string =>
  `workflow: parent\n${HEAD}\nsteps:\n  - step: other\n    title: Another\n    type: run\n    workflow: child\n${more}${tasks('after')}\n`;
const CHILD = (inputs = ''): string => `workflow: child\n${HEAD}\n${inputs}steps:\n${tasks('small')}\n`;

test('a run that is waited for ends with the run that waits, and one that is not goes on', async () => {
  for (const wait of [true, false]) {
    const parent = PARENT(`    wait: ${wait}\n`);
    const { journey, run } = await begin(parent, {}, { library: libraryWith(parent, CHILD()) });
    const open = (await journey.board()).filter(({ state }) => state === 'running').map((one) => one.run);
    expect(open.length).toBe(2);
    const child = open.find((one) => one !== run) as string;
    await journey.sandbox.host.stop(run, 'Stop', 'An operator stopped it.');
    await journey.advance(1);
    expect((await journey.story(run)).at(-1)).toBe('run-finished cancelled');
    expect((await journey.story(child)).at(-1)).toBe(wait ? 'run-finished cancelled' : 'step-opened small');
    const told = (await journey.post()).filter((one) => one.includes('You need not do anything more'));
    expect(told.length).toBe(1);
    if (wait) expect((await journey.sandbox.host.read(child))?.status).toBe('SUCCEEDED');
  }
});

test('a run that nobody waits for and that cannot start stands in the history once, and the lead hears of it', async () => {
  const parent = PARENT('    wait: false\n    with: { topic: "{{ run.title }}" }\n');
  const child = CHILD('inputs:\n  topic: { type: text, label: Topic, required: true, max: 3 }\n');
  const { journey, run } = await begin(parent, {}, { library: libraryWith(parent, child) });
  expect(await journey.story(run)).toEqual([
    'run-requested',
    'run-opened',
    'step-opened other',
    'call-failed other',
    'step-finished other done',
    'step-opened after',
  ]);
  const told = await journey.mail(MIA, '“Another” could not be started');
  expect(told.text).toContain('The workflow child could not be started');
  await journey.advance(24);
  expect((await journey.mails(MIA)).filter(({ subject }) => subject.includes('Another')).length).toBe(1);
  await does(journey, 'Do after');
  expect((await journey.story(run)).at(-1)).toBe('run-finished finished');
});

test('a run that is waited for ends when the step that waits is skipped', async () => {
  const parent = PARENT('    wait: true\n');
  const { journey, run } = await begin(parent, {}, { library: libraryWith(parent, CHILD()) });
  const child = (await journey.board()).find((one) => one.run !== run)?.run as string;
  const skipped = await journey.visit('mia-solberg', `/runs/${run}`, {
    act: 'skip',
    step: 'other##1',
    reason: 'Not needed.',
  });
  expect(skipped.status).toBe(303);
  expect((await journey.story(child)).at(-1)).toBe('run-finished cancelled');
  expect((await journey.story(run)).at(-1)).toBe('step-opened after');
});

test('where those who are asked can decide nothing, only the lead is mailed', async () => {
  const text = approval('    approvers: [brand-manager, legal]\n    rule: { at_least: 2 }').replace(
    'owner: blog-writer',
    'owner: brand-manager',
  );
  const { journey, run } = await begin(text);
  await does(journey, 'Do draft');
  expect((await journey.story(run)).at(-1)).toBe('decision-referred judge stuck');
  expect(await asked(journey)).toEqual(['mia.solberg']);
});

test('whoever gives away their own place in a vote gives away theirs, and nobody else’s', async () => {
  const { journey, run } = await begin(approval('    approvers: [seo-strategist, brand-manager]'));
  await does(journey, 'Do draft');
  const given = { act: 'reassign', step: 'judge##1', person: 'anna-wolska', reason: 'I am ill.' };
  expect((await journey.visit('sofie-lund', `/runs/${run}`, given)).status).toBe(303);
  expect((await journey.history(run)).at(-1)).toMatchObject({ was: 'sofie-lund', role: 'brand-manager' });
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
  expect(await votes(journey, 'anna.wolska', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
});

test('the lead gives away the part of whom they choose, and of nobody unless they choose', async () => {
  const { journey, run } = await begin(approval('    approvers: [seo-strategist, brand-manager]'));
  await does(journey, 'Do draft');
  const page = `/runs/${run}`;
  const given = { act: 'reassign', step: 'judge##1', person: 'anna-wolska', reason: 'She is ill.' };
  const length = (await journey.history(run)).length;
  const asking = await journey.visit('mia-solberg', page, given);
  expect(asking.status).toBe(409);
  expect(asking.body).toContain('Choose whose part is given to somebody else');
  expect(await journey.history(run)).toHaveLength(length);
  expect((await journey.visit('mia-solberg', page)).body).toMatch(
    /<select id="[^"]*from"[^>]*>\s*<option value="">[^<]*<\/option>\s*<option value="marek-wojcik">Marek Wójcik<\/option>\s*<option value="sofie-lund">/,
  );
  expect((await journey.visit('mia-solberg', page, { ...given, from: 'sofie-lund' })).status).toBe(303);
  expect((await journey.history(run)).at(-1)).toMatchObject({ was: 'sofie-lund', role: 'brand-manager' });
  expect((await journey.visit('mia-solberg', page, { ...given, from: 'sofie-lund' })).status).toBe(409);
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
  expect(await votes(journey, 'anna.wolska', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
});

test('a vote that has expired is given to another in the place of who did not answer', async () => {
  const { journey, run } = await begin(
    approval('    approvers: [seo-strategist, brand-manager]\n    takes: 2 workdays\n    expires: 2 workdays'),
  );
  await does(journey, 'Do draft');
  expect(await votes(journey, 'marek.wojcik', 'approve')).toBe(200);
  await journey.advance(24 * 10);
  expect(await journey.story(run)).toContain('decision-referred judge expired');
  const given = { act: 'reassign', step: 'judge##1', person: 'anna-wolska', reason: 'She is ill.' };
  expect((await journey.visit('mia-solberg', `/runs/${run}`, given)).status).toBe(303);
  expect((await journey.history(run)).at(-1)).toMatchObject({ was: 'sofie-lund', role: 'brand-manager' });
  expect(await votes(journey, 'anna.wolska', 'approve')).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
});

test('the date of a vote in which somebody has two places is moved, and they have one mail', async () => {
  const text = approval(
    '    approvers: [seo-strategist, brand-manager, legal]\n    rule: { at_least: 2 }\n    takes: 2 workdays',
  );
  const journey = await beginJourney({ library: libraryWith(text), start: '2027-01-11T08:00:00.000Z' });
  const run = await journey.start('vote', {}, { 'brand-manager': 'marek-wojcik' });
  await does(journey, 'Do draft');
  const before = (await journey.mails()).length;
  const moved = { act: 'move', step: 'judge##1', due: '2027-01-29', reason: 'There is time.' };
  expect((await journey.visit('mia-solberg', `/runs/${run}`, moved)).status).toBe(303);
  expect((await journey.mails()).slice(before).map(({ to }) => to)).toEqual([
    'marek.wojcik@example.com',
    'anna.wolska@example.com',
  ]);
});

test('what is the lead’s since all rounds are used up does not expire, and is still theirs to decide', async () => {
  const { journey, run } = await begin(
    approval(
      '    approvers: [seo-strategist]\n    on_changes: { redo: draft, rounds: 1 }\n    takes: 2 workdays\n    expires: 2 workdays',
    ),
  );
  const newest = async (to: string, lane: string) =>
    (await journey.mails(to)).findLast((mail) => mail.lane === lane) as Received;
  const changes = async () =>
    journey.answer(await newest('marek.wojcik@example.com', 'approval'), {
      decision: 'request_changes',
      comment: 'It is too long.',
    });
  await does(journey, 'Do draft');
  await changes();
  const writer = (await journey.mails()).findLast(({ lane }) => lane === 'task') as Received;
  await journey.answer(writer, { decision: 'done' });
  await changes();
  expect((await journey.story(run)).at(-1)).toBe('decision-referred judge round 2 rounds');
  await journey.advance(24 * 21);
  expect((await journey.story(run)).filter((line) => line.startsWith('decision-referred'))).toHaveLength(1);
  const lead = await newest(MIA, 'approval');
  expect((await journey.answer(lead, { decision: 'approve' })).status).toBe(200);
  expect(await openNow(journey)).toEqual(['after']);
});

/** The process dies after what came of an effect is recorded, and before the effect is settled. */
const dyingBeforeSettling =
  (kind: string): NonNullable<JourneyOptions['around']> =>
  (ports) => {
    let alive = false;
    const settle: typeof ports.history.settle = async (run, number, owed) => {
      if (owed === kind && !alive) {
        alive = true;
        throw new Error('killed');
      }
      await ports.history.settle(run, number, owed);
    };
    return { ...ports, history: { ...ports.history, settle } };
  };
const swept = async (journey: Journey): Promise<void> => {
  // The sweep comes by within a minute or two; the next attempt would come after five.
  await journey.advance(3 / 60);
  await journey.sandbox.hosted.sweep();
};

test.each([
  ['put before the lead', { outcome: 'answered', status: 404 }, 1, 1],
  ['to be tried again', { outcome: 'answered', status: 503 }, 2, 0],
] as const)('a call that was %s when the process died is not made once more for it', async (_, answer, asked, told) => {
  const systems = systemsAnswering(answer);
  const { journey, run } = await begin(CALL, {}, { systems, around: dyingBeforeSettling('call'), mayFail: true });
  await swept(journey);
  expect(systems.asked.length).toBe(asked);
  expect((await journey.post()).filter((one) => one.includes('needs you'))).toHaveLength(told);
  expect((await journey.story(run)).filter((line) => line.startsWith('decision-referred'))).toHaveLength(told);
});

test('a run that could not be started when the process died is not told of twice', async () => {
  const parent = PARENT('    wait: false\n    with: { topic: "{{ run.title }}" }\n');
  const child = CHILD('inputs:\n  topic: { type: text, label: Topic, required: true, max: 3 }\n');
  const { journey, run } = await begin(
    parent,
    {},
    { library: libraryWith(parent, child), around: dyingBeforeSettling('child'), mayFail: true },
  );
  await swept(journey);
  expect((await journey.story(run)).filter((line) => line.startsWith('call-failed'))).toHaveLength(1);
  expect((await journey.post()).filter((one) => one.includes('could not be started'))).toHaveLength(1);
});

test('a lead before whom their own work is put is offered everything but to approve it, and may send it back', async () => {
  const text = approval(
    '    approvers: [brand-manager]\n    on_changes: { redo: draft, rounds: 1 }\n    takes: 2 workdays\n    expires: 2 workdays',
  ).replace('owner: blog-writer', 'owner: marketing-manager');
  const { journey, run } = await begin(text);
  await does(journey, 'Do draft');
  await journey.advance(24 * 10);
  expect(await journey.story(run)).toContain('decision-referred judge expired');
  const mail = (await journey.mails('mia.solberg@example.com')).at(-1) as Received;
  const page = (await journey.request('GET', linkIn(mail))).body;
  expect([...page.matchAll(/name="decision" value="(\w+)"/g)].map(([, choice]) => choice)).toEqual([
    'request_changes',
    'reject',
  ]);
  expect(page).toContain('You did this yourself, so somebody else has to approve it');
  const refused = await journey.answer(mail, { decision: 'approve' });
  expect(refused.status).toBe(403);
  expect(refused.body).toContain('somebody else has to judge it');
  expect(await journey.story(run)).not.toContain('vote-cast judge by mia-solberg approve');
  const asked = { decision: 'request_changes', comment: 'I see now that it is too long.' };
  expect((await journey.answer(mail, asked)).status).toBe(200);
  expect((await journey.story(run)).at(-1)).toBe('step-opened draft round 2');
});

test.each([
  ['expires', '    takes: 2 workdays\n    expires: 2 workdays', 10],
  ['is judged by its doer alone', '', 0],
])(
  'an approval of the lead’s own work that %s is put before whoever leads the team too, who may approve it',
  async (_, more, days) => {
    const approvers = more === '' ? '[marketing-manager]' : '[brand-manager]';
    const text = approval(`    approvers: ${approvers}\n${more}`).replace(
      'owner: blog-writer',
      'owner: marketing-manager',
    );
    const { journey, run } = await begin(text);
    await does(journey, 'Do draft');
    await journey.advance(24 * days);
    expect((await journey.history(run)).findLast(({ type }) => type === 'decision-referred')).toMatchObject({
      to: [{ person: 'mia-solberg' }, { person: 'ola-kaminska', role: 'marketing-manager' }],
    });
    const decide = `/me/answer/${run}/judge/1`;
    const page = await journey.visit('ola-kaminska', decide);
    const sent = { decision: 'approve', comment: '', content: hiddenIn(page.body, 'content') };
    expect((await journey.visit('mia-solberg', decide, sent)).status).toBe(403);
    const asked = await journey.visit('ola-kaminska', decide, sent);
    expect(asked.body).toContain('Enter your code');
    const code = codeIn(await journey.mail('ola.kaminska@example.com', 'code'));
    const nonce = hiddenIn(asked.body, 'nonce');
    expect((await journey.visit('ola-kaminska', decide, { ...sent, code, nonce })).status).toBe(303);
    expect(await journey.story(run)).toContain('step-finished judge by ola-kaminska approve');
  },
);
