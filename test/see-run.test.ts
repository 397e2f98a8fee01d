/** The page of a run through the front door: what it says, and who may change its course. */
import { expect, test } from 'vitest';
import { openLines } from '../functions/core/board.ts';
import { beginSession } from '../functions/core/sessions.ts';
import type { HttpResponse } from '../functions/lambda/hosted.ts';
import { elements, type HtmlElement, readHtml, textOf } from './pages-elements.ts';
import { HOSTILE } from './support/briefings.ts';
import { beginJourney, hiddenIn, type Journey, libraryWith, linkIn } from './support/sandbox-journey.ts';

const [ADA, MAREK, KASIA, MIA] = [
  'ada.berg@example.com',
  'marek.wojcik@example.com',
  'kasia.nowak@example.com',
  'mia.solberg@example.com',
];
const readable = (root: HtmlElement | undefined): string =>
  root === undefined ? '' : textOf(root).replace(/\s+/g, ' ').trim();
const section = (html: string, heading: string): string =>
  readable(elements(readHtml(html), 'section').find((one) => one.attributes['aria-labelledby'] === heading));
const begin = async (): Promise<{ journey: Journey; run: string; page: (person?: string) => Promise<string> }> => {
  const journey = await beginJourney();
  const run = await journey.start('blog-post', { topic: 'Snow', publish: '2027-03-31' });
  return { journey, run, page: async (person = 'ada-berg') => (await journey.visit(person, `/runs/${run}`)).body };
};
const answerIdea = async (journey: Journey, more: object = {}) =>
  journey.answer(await journey.mail(ADA, 'Generate the idea'), { decision: 'done', idea: 'One idea', ...more });
const locationOf = ({ headers }: HttpResponse) => headers.find(([name]) => name === 'location')?.[1];

test('says who has it, what comes next and when it will end, as the board does', async () => {
  const { journey, page } = await begin();
  const html = await page();
  expect(section(html, 'now')).toBe(
    'Who has it now Generate the ideaAda BergMon 1 Mar, 17:00 – in 40 working daysAnswer',
  );
  expect(section(html, 'next')).toMatch(/^What comes next Research keywordsMarek Wójcikfrom Tue 2 Mar, due Fri 5 Mar/);
  const [line] = await openLines(journey.sandbox.ports);
  expect(line?.ends).toBe('2027-03-31T15:00:00.000Z');
  expect(readable(readHtml(html))).toContain(
    'Will endWednesday 31 March 2027, 17:00 – in 59 working days (as planned)',
  );
});

test('moves on with each answer: results and comments, rounds, and its history in words', async () => {
  const { journey, page } = await begin();
  await answerIdea(journey, { comment: 'For one reader' });
  await journey.answer(await journey.mail(MAREK, 'Research keywords'), { decision: 'done', keywords: 'pricing' });
  await journey.answer(await journey.mail(KASIA, 'Write the outline'), {
    decision: 'done',
    outline: 'https://docs.example.com/1',
  });
  await journey.answer(await journey.mail(MIA, 'Approve the outline'), {
    decision: 'request_changes',
    comment: 'Name one reader',
  });
  const html = await page();
  const rows = elements(readHtml(html), 'tr').slice(1).map(readable);
  expect(rows[0]).toMatch(/^Generate the ideaThe idea in one lineOne ideaAda BergFor one reader Done Ada Berg /);
  expect(rows.filter((row) => row.startsWith('Write the outline'))).toEqual([
    expect.stringMatching(
      /^Write the outlineLink to the outlinehttps:\/\/docs.example.com\/1 Done Kasia Nowak .* done Mon 4 Jan/,
    ),
    expect.stringMatching(/^Write the outline Round 2 Open Kasia Nowak .* since Mon 4 Jan/),
  ]);
  expect(rows.find((row) => row.startsWith('Approve the outline'))).toMatch(/Mia SolbergName one reader Changes asked/);
  expect(rows.at(-1)).toMatch(
    /^Publish and check the live page Waiting Kasia Nowak or Tomas Vik Wed 31 Mar, 17:00 from /,
  );
  expect(section(html, 'history')).toContain(
    '“Approve the outline”: changes asked for by Mia Solberg – Name one reader',
  );
});

test('an approval by all names all, and tells what each said once, and then what it comes to', async () => {
  const { journey, page } = await begin();
  const rowOf = (html: string): string =>
    elements(readHtml(html), 'tr')
      .map(readable)
      .find((row) => row.startsWith('Approve the outline')) ?? '';
  expect(rowOf(await page())).toContain('Marek Wójcik and Mia Solberg');
  await answerIdea(journey);
  await journey.answer(await journey.mail(MAREK, 'Research keywords'), { decision: 'done', keywords: 'pricing' });
  await journey.answer(await journey.mail(KASIA, 'Write the outline'), {
    decision: 'done',
    outline: 'https://docs.example.com/1',
  });
  for (const person of [MAREK, MIA])
    await journey.answer(await journey.mail(person, 'Approve the outline'), { decision: 'approve' });
  const history = section(await page(), 'history');
  expect(history.match(/“Approve the outline”: approved by \w+/g)).toEqual([
    '“Approve the outline”: approved by Mia',
    '“Approve the outline”: approved by Marek',
  ]);
  expect(history).toContain('“Approve the outline” is decided: approved');
});

test('tells the history day by day, each day once, the newest first', async () => {
  const { journey, page } = await begin();
  await journey.to('2027-01-05T10:30:00.000Z');
  await answerIdea(journey);
  const history = section(await page(), 'history');
  expect(history.match(/\w+day \d+ \w+ 2027/g)).toEqual(['Tuesday 5 January 2027', 'Monday 4 January 2027']);
  expect(history).toMatch(/^History, newest first Tuesday 5 January 2027 .*11:30“Generate the idea”: done by Ada Berg/);
});

test('a long history goes on at an address of its own, and along whole as a table', async () => {
  const { journey, run, page } = await begin();
  const takers = ['sofie-lund', 'ada-berg'];
  for (let given = 0; given < 120; given += 1) {
    const form = { act: 'reassign', step: 'idea##1', person: takers[given % 2], reason: `No. ${given}.` };
    expect((await journey.visit('mia-solberg', `/runs/${run}`, form)).status).toBe(303);
  }
  const events = await journey.history(run);
  expect(events).toHaveLength(3 + 120);
  const linesOf = (html: string): string[] =>
    elements(readHtml(html), 'ol')
      .filter(({ attributes }) => attributes.class === 'history')
      .flatMap((list) => elements(list, 'li'))
      .map(readable);
  const newest = await page();
  expect(linesOf(newest)).toHaveLength(100);
  expect(linesOf(newest)[0]).toContain('No. 119.');
  expect(section(newest, 'history')).toContain('1 to 100 of 123.');
  const more = elements(readHtml(newest), 'a').find(({ attributes }) => attributes.rel === 'next')?.attributes.href;
  expect(more).toBe(`/runs/${run}?history=100`);
  const rest = (await journey.visit('ada-berg', more ?? '')).body;
  expect(linesOf(rest)).toHaveLength(23);
  expect(linesOf(rest).at(-1)).toContain('Asked for');
  expect(new Set([...linesOf(newest), ...linesOf(rest)]).size).toBe(123);
  const table = await journey.visit('ada-berg', `/runs/${run}?table=history&format=csv`);
  expect(table.body.trimEnd().split('\r\n')).toHaveLength(1 + 123);
});

test('reminders that come each working day are one line, and each a row of the table', async () => {
  const { journey, run, page } = await begin();
  await journey.to('2027-03-12T12:00:00.000Z');
  const overdue = (await journey.history(run)).filter(
    (event) => event.type === 'reminder-sent' && event.kind === 'overdue',
  );
  expect(overdue.map(({ at }) => at.slice(0, 10))).toEqual([
    ...['2027-03-02', '2027-03-03', '2027-03-04', '2027-03-05'],
    // Not on days off.
    ...['2027-03-08', '2027-03-09', '2027-03-10', '2027-03-11', '2027-03-12'],
  ]);
  const history = section(await page(), 'history');
  expect(history.match(/Reminded of being overdue/g)).toHaveLength(1);
  expect(history).toContain(
    'Friday 12 March 2027 09:00Reminded of being overdue: Ada Berg (“Generate the idea”), 9 times, each working day since Tuesday 2 March 2027',
  );
  const { body } = await journey.visit('ada-berg', `/runs/${run}?table=history&format=csv`);
  expect(body.match(/Reminded of being overdue/g)).toHaveLength(9);
  // Whoever comes by the link of a mail is shown the same, and no table: it would ask them to sign in.
  const byLink = (await journey.request('GET', linkIn(await journey.mail(MIA, 'Generate the idea')))).body;
  expect(section(byLink, 'history')).toContain('9 times, each working day since Tuesday 2 March 2027');
  expect(byLink).not.toContain('format=csv');
});

test('draws planned against actual, with as many rows as there are steps, and says that the table tells the same', async () => {
  const { page } = await begin();
  const [svg] = elements(readHtml(await page()), 'svg').filter((one) => one.attributes.class === 'timeline');
  expect(svg?.attributes['aria-label']).toMatch(
    /^8 steps in time: planned against .* The table of steps says the same/,
  );
  expect(elements(svg as HtmlElement, 'rect').filter((one) => one.attributes.class === 'plan')).toHaveLength(8);
  expect(elements(svg as HtmlElement, 'rect').filter((one) => one.attributes.class === 'open')).toHaveLength(1);
  expect(elements(svg as HtmlElement, 'line').filter((one) => one.attributes.class === 'now')).toHaveLength(1);
});

test('foresees a later end for what is late, and the plan that it was', async () => {
  const { journey, page } = await begin();
  await journey.to('2027-03-29T08:00:00.000Z');
  const html = await page('mia-solberg');
  expect(elements(readHtml(html), 'span').some((one) => one.attributes.class === 'state late')).toBe(true);
  expect(readable(elements(readHtml(html), 'dl')[0])).toMatch(/Will end.* working days after the plan/);
});

const ACTS = [
  ['reassign', { person: 'grace-miller' }, 'step-reassigned idea by mia-solberg'],
  ['move', { due: '2027-03-08' }, 'due-moved idea by mia-solberg'],
  ['extend', { workdays: '5' }, 'due-moved idea by mia-solberg'],
  ['cancel', {}, 'run-finished by mia-solberg cancelled'],
] as const;

test.each(ACTS)('whoever leads it may %s, and it is recorded', async (act, form, told) => {
  const { journey, run } = await begin();
  const sent = { act, step: 'idea##1', reason: 'Ada is ill', ...form };
  const answer = await journey.visit('mia-solberg', `/runs/${run}`, sent);
  expect([answer.status, locationOf(answer)]).toEqual([303, `/runs/${run}?told=steered`]);
  expect(await journey.story(run)).toContain(told);
  expect((await journey.visit('mia-solberg', `/runs/${run}?told=steered`)).body).toContain('Done, and recorded.');
});

test('an owner may give their own step away, move its date or skip it, and nothing else', async () => {
  const { journey, run, page } = await begin();
  const offered = elements(readHtml(await page('ada-berg')), 'input').flatMap(({ attributes }) =>
    attributes.name === 'act' ? [attributes.value] : [],
  );
  expect(offered).toEqual(['reassign', 'move', 'extend', 'skip']);
  const post = (form: object) =>
    journey.visit('ada-berg', `/runs/${run}`, { step: 'idea##1', reason: 'Away', ...form });
  for (const form of [{ act: 'cancel' }, { act: 'repeat-call' }]) expect((await post(form)).status).toBe(409);
  expect((await post({ act: 'move', due: '2027-03-08' })).status).toBe(303);
  expect((await post({ act: 'reassign', person: 'sofie-lund' })).status).toBe(303);
});

test('who neither leads nor owes anything is offered nothing, and refused', async () => {
  const { journey, run, page } = await begin();
  expect(elements(readHtml(await page('erik-strand')), 'form')).toEqual([]);
  const session = await beginSession(journey.sandbox.ports, { person: 'erik-strand', how: 'chosen' });
  const cookie = { cookie: `runsheet-session=${session}` };
  // Their own nonce, from another page of theirs.
  const nonce = hiddenIn((await journey.request('GET', '/start/blog-post', undefined, cookie)).body, 'nonce');
  const before = await journey.story(run);
  for (const act of ['cancel', 'skip', 'move', 'reassign']) {
    const sent = { nonce, act, step: 'idea##1', reason: 'Because', person: 'erik-strand', due: '2027-03-08' };
    expect((await journey.request('POST', `/runs/${run}`, sent, cookie)).status).toBe(409);
  }
  expect(await journey.story(run)).toEqual(before);
});

test('an admin, and whoever holds the role that leads the workflow, may steer; so says team.yaml', async () => {
  const { page } = await begin();
  const forms = async (person: string) => elements(readHtml(await page(person)), 'form').length;
  expect(await forms('ola-kaminska')).toBeGreaterThan(0);
  expect(await forms('mia-solberg')).toBeGreaterThan(0);
  expect(await forms('henrik-dahl')).toBe(0);
});

test('a post from another site, with another session’s nonce, or with none, changes nothing', async () => {
  const { journey, run } = await begin();
  const session = await beginSession(journey.sandbox.ports, { person: 'mia-solberg', how: 'chosen' });
  const cookie = { cookie: `runsheet-session=${session}` };
  const own = hiddenIn((await journey.request('GET', `/runs/${run}`, undefined, cookie)).body, 'nonce');
  const others = hiddenIn((await journey.visit('ola-kaminska', `/runs/${run}`)).body, 'nonce');
  const sent = { act: 'cancel', reason: 'Because' };
  const before = await journey.story(run);
  const post = async (form: object, headers: object) =>
    (await journey.request('POST', `/runs/${run}`, form, headers)).status;
  expect(await post({ ...sent, nonce: own }, { ...cookie, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await post({ ...sent, nonce: own }, { ...cookie, origin: 'https://evil.example' })).toBe(403);
  expect(await post({ ...sent, nonce: others }, cookie)).toBe(403);
  expect(await post(sent, cookie)).toBe(403);
  expect(await post({ ...sent, nonce: own }, {})).toBe(401);
  for (const method of ['GET', 'HEAD'])
    await journey.request(method, `/runs/${run}?act=cancel&reason=x`, undefined, cookie);
  expect(await journey.story(run)).toEqual(before);
});

test('what is missing is said, and what was decided meanwhile too', async () => {
  const { journey, run } = await begin();
  const post = (form: object) =>
    journey.visit('mia-solberg', `/runs/${run}`, { step: 'idea##1', reason: 'So', ...form });
  const refused = await post({ act: 'reassign' });
  expect([refused.status, readable(readHtml(refused.body)).includes('Choose who takes it.')]).toEqual([422, true]);
  const noReason = await post({ act: 'cancel', reason: ' ' });
  expect([noReason.status, noReason.body.includes('Say why')]).toEqual([409, true]);
  // Nothing has to be typed again, and what is wrong stands at its place.
  const moved = await post({ act: 'move', due: '2027-03-03T12:00', reason: '' });
  const form = elements(readHtml(moved.body), 'form').find((one) => readable(one).includes('New due date'));
  expect(form === undefined ? '' : readable(form)).toContain('Say why, so that others can understand it later.');
  expect(moved.body).toContain('value="2027-03-03T12:00"');
  const wrong = await post({ act: 'move', due: 'soon', reason: 'They are away' });
  expect(wrong.body).toMatch(/<textarea[^>]*>\s*They are away<\/textarea>/);
  await answerIdea(journey);
  const late = await post({ act: 'reassign', person: 'grace-miller' });
  expect([late.status, late.body.includes('That step is not open any more.')]).toEqual([409, true]);
});

test('steps and history go along as tables, for everybody of the team', async () => {
  const { journey, run } = await begin();
  await answerIdea(journey, { comment: '=1+1' });
  const steps = await journey.visit('erik-strand', `/runs/${run}?table=steps&format=csv`);
  expect(steps.body.split('\r\n')[1]).toMatch(
    /^idea,Generate the idea,,1,done,Ada Berg,.*,The idea in one line: One idea,Ada Berg: =1\+1$/,
  );
  const history = await journey.visit('erik-strand', `/runs/${run}?table=history&format=csv`);
  expect(
    history.body
      .split('\r\n')
      .slice(1, 4)
      .map((line) => line.split(',')[2]),
  ).toEqual(['run-requested', 'run-opened', 'step-opened']);
});

test('its due dates go into a calendar: what is open, and what is to come', async () => {
  const { journey, run } = await begin();
  await answerIdea(journey);
  const { headers, body } = await journey.visit('erik-strand', `/runs/${run}/calendar.ics`);
  expect(Object.fromEntries(headers)['content-type']).toBe('text/calendar; charset=utf-8');
  const uids = [...body.matchAll(/^UID:blog-post-\w+\.([\w-]+)\.1\.@runsheet/gm)].map(([, step]) => step);
  expect(uids).toEqual(['keywords', 'outline', 'approve-outline', 'draft', 'images', 'social', 'publish-post']);
  expect(body).toContain('DTEND:20270305T160000Z');
  expect(body).not.toContain('/a/');
});

const SPREAD = libraryWith(`
workflow: spread
title: Spread
purpose: Say it everywhere.
lead: marketing-manager
starts: [form]
inputs:
  channels: { type: choice, options: [mail, web, radio], many: true, required: true }
steps:
  - step: each-channel
    title: Each channel
    type: each
    over: inputs.channels
    as: channel
    steps:
      - { step: post, title: "Post on {{ channel }}", owner: content-strategist, takes: 2 workdays }
      - { step: measure, title: "Measure {{ channel }}", owner: seo-strategist, takes: 2 workdays }
`);

test('an item of a list is one entry in every calendar that has it: of the mail, of the run, of the person', async () => {
  const journey = await beginJourney({ library: SPREAD });
  const run = await journey.start('spread', { channels: ['mail', 'web'] });
  const uidsIn = (text: string): readonly string[] =>
    [...text.matchAll(/^UID:(.*)$/gm)].map(([, uid = '']) => uid.trim()).toSorted();
  const mailed = (await journey.mails(ADA)).flatMap(({ invite }) => uidsIn(invite?.text ?? '')).toSorted();
  expect(new Set(mailed).size).toBe(2);
  expect(uidsIn((await journey.visit('ada-berg', `/runs/${run}/calendar.ics`)).body)).toEqual(
    expect.arrayContaining([...mailed]),
  );
  const made = await journey.visit('ada-berg', '/me/calendar', { act: 'make' });
  const feed = /\/calendar\/[\w-]{43}\.ics/.exec(made.body)?.[0] ?? '';
  expect(uidsIn((await journey.request('GET', feed)).body)).toEqual(mailed);
});

test('ends when the board says, also when something has been late for days', async () => {
  const { journey, page } = await begin();
  const saidOn = async (now: string): Promise<readonly string[]> => {
    await journey.to(now);
    const row = elements(readHtml((await journey.visit('ada-berg', '/')).body), 'tr').map(readable)[1] ?? '';
    const own = /Will end\w+day (\d+ \w{3})\w* 2027/.exec(readable(readHtml(await page())))?.[1] ?? '';
    return [/ (\d+ \w{3}) or later/.exec(row)?.[1] ?? row, own];
  };
  // Due on 1 March: each day of it moves the end on, once there is no time left to make up.
  const [early, later] = [await saidOn('2027-03-05T10:30:00.000Z'), await saidOn('2027-04-09T10:30:00.000Z')];
  expect(early[0]).toBe(early[1]);
  expect(later[0]).toBe(later[1]);
  expect(later[0]).toMatch(/^\d+ (Apr|May)$/);
});

test('draws a row for each item of a list', async () => {
  const journey = await beginJourney({ library: SPREAD });
  const run = await journey.start('spread', { channels: ['mail', 'web', 'radio'] });
  const { body } = await journey.visit('ada-berg', `/runs/${run}`);
  const [svg] = elements(readHtml(body), 'svg').filter((one) => one.attributes.class === 'timeline');
  const rows = svg === undefined ? [] : elements(svg, 'g').map(readable);
  expect(rows).toEqual([
    ...['mail', 'web', 'radio'].map((channel) => `Post on ${channel}`),
    ...['mail', 'web', 'radio'].map((channel) => `Measure ${channel}`),
  ]);
});

test('there is no page of a run that nobody asked for', async () => {
  const { journey } = await begin();
  const nowhere = await journey.visit('ada-berg', '/runs/nothing');
  expect([nowhere.status, nowhere.body.includes('There is no such run.')]).toEqual([404, true]);
  expect((await journey.visit('ada-berg', '/runs/%E0%A4%A')).status).toBe(404);
});

const LONG = libraryWith(`workflow: note
title: "Note <script>alert(1)</script>"
purpose: "<img src=x onerror=alert(1)> purpose"
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: long_text, label: Topic, required: true }
steps:
  - step: write
    title: "Write about {{ inputs.topic }}"
    owner: graphic-designer
    due: 8 workdays after start
    effort: 4h
    fields: { words: { type: long_text, label: "Words <b>", required: true } }
`);

test('whatever anybody wrote, at any length, is shown as text', async () => {
  const journey = await beginJourney({ library: LONG });
  const topic = `${HOSTILE.script} {{ steps.x }} \u202egnp.exe ${HOSTILE.emoji} ${'x'.repeat(9_900)}`;
  const run = await journey.start('note', { topic });
  await journey.answer(await journey.mail('ingrid.holm@example.com', 'Write'), {
    decision: 'done',
    'field.words': topic,
    words: topic,
    comment: topic,
  });
  const { status, body } = await journey.visit('mia-solberg', `/runs/${run}`);
  expect(status).toBe(200);
  const root = readHtml(body);
  expect(elements(root, 'script', 'img', 'b')).toEqual([]);
  expect(body).not.toContain('\u202e');
  const text = readable(root);
  for (const part of [HOSTILE.script, HOSTILE.emoji, '{{ steps.x }}', 'x'.repeat(9_900)]) expect(text).toContain(part);
});
