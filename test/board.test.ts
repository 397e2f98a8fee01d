/** The board through the front door: where every run is, who has it, what is late. */
import { expect, test } from 'vitest';
import { endedLines, openLines, putOnBoard } from '../functions/core/board.ts';
import { elements, readHtml, textOf } from './pages-elements.ts';
import { HOSTILE } from './support/briefings.ts';
import { beginJourney, type Journey } from './support/sandbox-journey.ts';

const IDEA = { decision: 'done', idea: 'One idea' };
const readable = (html: string): string => textOf(readHtml(html)).replace(/\s+/g, ' ');
const rowsOf = (html: string): string[] =>
  elements(readHtml(html), 'tr')
    .slice(1)
    .map((row) => textOf(row).replace(/\s+/g, ' ').trim());
const titlesOf = async (journey: Journey, query: string): Promise<string[]> => {
  const { body } = await journey.visit('ada-berg', `/?${query}`);
  return elements(readHtml(body), 'td')
    .filter(({ attributes }) => attributes.class === 'title')
    .map((cell) => textOf(elements(cell, 'strong')[0] as never));
};
const blogPost = (journey: Journey, topic: string, publish: string) => journey.start('blog-post', { topic, publish });

test('an empty board says what a run is, and how one begins', async () => {
  const journey = await beginJourney();
  const { body } = await journey.visit('ada-berg', '/');
  expect(readable(body)).toContain('Nothing is under way A run is one piece of work');
  expect(elements(readHtml(body), 'a').map(({ attributes }) => attributes.href)).toContain('/workflows');
});

test('each run says where it is, who has it, when that is due and when it will end', async () => {
  const journey = await beginJourney();
  await blogPost(journey, 'Snow', '2027-03-31');
  const [row] = rowsOf((await journey.visit('ada-berg', '/')).body);
  expect(row).toBe(
    'SnowBlog postLead: Mia Solberg Generate the ideaAda Berg Mon 1 Marin 40 working days Wed 31 Mar In time',
  );
});

test('a run moves on with each answer, and is late the moment that a step is', async () => {
  const journey = await beginJourney();
  const run = await blogPost(journey, 'Snow', '2027-03-31');
  await journey.answer(await journey.mail('ada.berg@example.com', 'Generate the idea'), IDEA);
  const [line] = await openLines(journey.sandbox.ports);
  expect(line).toMatchObject({ run, state: 'running', done: 1, steps: 8, lead: 'mia-solberg' });
  expect(line?.open.map(({ step, owners }) => [step, owners])).toEqual([['keywords', ['marek-wojcik']]]);
  const due = line?.open[0]?.due ?? '';
  expect(await titlesOf(journey, 'state=fine')).toEqual(['Snow']);
  await journey.to(new Date(Date.parse(due) + 1_000).toISOString());
  expect(await titlesOf(journey, 'state=late')).toEqual(['Snow']);
});

test('of a plan that works out nothing is at risk, of one whose slack is used up something is', async () => {
  const journey = await beginJourney();
  await blogPost(journey, 'In time', '2027-03-31');
  await blogPost(journey, 'Hardly', '2027-01-18');
  expect(await titlesOf(journey, 'state=fine')).toEqual(['In time']);
  expect([...(await titlesOf(journey, 'state=risk')), ...(await titlesOf(journey, 'state=late'))]).toEqual(['Hardly']);
});

test('filters, search and counts are of the same runs', async () => {
  const journey = await beginJourney();
  await blogPost(journey, 'Éclair recipes', '2027-03-31');
  await blogPost(journey, 'Snow', '2027-03-30');
  await journey.start('newsletter', {});
  expect(await titlesOf(journey, 'workflow=blog-post')).toEqual(['Snow', 'Éclair recipes']);
  expect(await titlesOf(journey, 'q=eclair')).toEqual(['Éclair recipes']);
  expect(await titlesOf(journey, 'q=SNOW+ada')).toEqual(['Snow']);
  expect(await titlesOf(journey, 'q=nothing+of+the+kind')).toEqual([]);
  expect(await titlesOf(journey, 'lead=mia-solberg')).toHaveLength(2);
  expect(await titlesOf(journey, 'person=nora-haugen')).toHaveLength(1);
  const { body } = await journey.visit('ada-berg', '/?workflow=blog-post');
  expect(readable(body)).toMatch(/All 2Late 0At risk 0In time 2/);
  expect(readable(body)).toContain('2 runs');
});

test('fifty runs stand on a page, and the rest on those after it', async () => {
  const journey = await beginJourney();
  await blogPost(journey, 'Snow', '2027-03-31');
  const [line] = await openLines(journey.sandbox.ports);
  if (line === undefined) expect.fail('nothing is on the board');
  for (let count = 0; count < 60; count += 1)
    await putOnBoard(journey.sandbox.ports, { ...line, run: `more-${count}`, title: `More ${count}` });
  const first = await titlesOf(journey, '');
  const { body } = await journey.visit('ada-berg', '/');
  const next = elements(readHtml(body), 'a').find(({ attributes }) => attributes.rel === 'next')?.attributes.href ?? '';
  const second = await titlesOf(journey, next.slice(2));
  expect([first.length, second.length]).toEqual([50, 11]);
  expect(new Set([...first, ...second]).size).toBe(61);
  expect(Buffer.byteLength(body)).toBeLessThan(60_000);
});

test('in columns the same runs stand by phase or step of a workflow, or by how urgent they are', async () => {
  const journey = await beginJourney();
  await blogPost(journey, 'Snow', '2027-03-31');
  const columns = async (query: string) =>
    elements(readHtml((await journey.visit('ada-berg', `/?view=columns${query}`)).body), 'h2').map((one) =>
      textOf(one).replace(/\s+/g, ' ').trim(),
    );
  expect(await columns('')).toEqual([
    'Late 0',
    'At risk 0',
    'Due within a week 0',
    'Due later 1',
    'Waits for nobody here 0',
  ]);
  expect((await columns('&workflow=blog-post')).slice(0, 2)).toEqual(['Generate the idea 1', 'Research keywords 0']);
  expect((await columns('&workflow=newsletter'))[0]).toBe('Plan 0');
});

test('what ended stands under its month alone, with how it ended', async () => {
  const journey = await beginJourney();
  const run = await blogPost(journey, 'Snow', '2027-03-31');
  await journey.visit('mia-solberg', `/runs/${run}`, { act: 'cancel', reason: 'Over' });
  expect(await openLines(journey.sandbox.ports)).toEqual([]);
  expect(await endedLines(journey.sandbox.ports, '2027-01')).toMatchObject([{ run, state: 'cancelled', open: [] }]);
  expect(rowsOf((await journey.visit('ada-berg', '/?month=now')).body)).toEqual([
    expect.stringMatching(/^SnowBlog post Mia Solberg Mon 4 Jan, 09:00 Mon 4 Jan, 09:00 Cancelled$/),
  ]);
  expect(await titlesOf(journey, 'month=2026-12')).toEqual([]);
});

test('as CSV it is the whole list, and no text is a formula', async () => {
  const journey = await beginJourney();
  await blogPost(journey, '=HYPERLINK("http://evil.example","x")', '2027-03-31');
  const answer = await journey.visit('ada-berg', '/?workflow=blog-post&format=csv');
  expect(Object.fromEntries(answer.headers)['content-type']).toBe('text/csv; charset=utf-8');
  const [header, line] = answer.body.split('\r\n');
  expect(header).toBe(
    '\ufeffrun,title,workflow,state,standing,phase,steps,who,due,lead,started,ended,planned_end,expected_end,done,of,link',
  );
  expect(line).toContain(',"\'=HYPERLINK(""http://evil.example"",""x"")",Blog post,running,fine,');
});

test('whatever somebody wrote is shown as text', async () => {
  const journey = await beginJourney();
  await blogPost(journey, `${HOSTILE.script} {{ x }} ${HOSTILE.emoji}`, '2027-03-31');
  for (const query of ['', '?view=columns', `?q=${encodeURIComponent(HOSTILE.script)}`]) {
    const { body } = await journey.visit('ada-berg', `/${query}`);
    expect(elements(readHtml(body), 'script', 'img', 'b')).toEqual([]);
    expect(readable(body)).toContain(HOSTILE.script);
  }
});

test('a line never goes back, whoever writes it late', async () => {
  const { sandbox } = await beginJourney();
  const line = {
    run: 'one',
    workflow: 'w',
    title: 'T',
    state: 'running',
    started: '2027-01-04T08:00:00.000Z',
    done: 0,
    steps: 1,
    open: [],
  } as const;
  await putOnBoard(sandbox.ports, { ...line, length: 5, title: 'Newer' });
  await putOnBoard(sandbox.ports, { ...line, length: 4, title: 'Older' });
  expect((await openLines(sandbox.ports)).map(({ title }) => title)).toEqual(['Newer']);
  await putOnBoard(sandbox.ports, { ...line, length: 6, state: 'finished', ended: '2027-02-01T08:00:00.000Z' });
  expect(await openLines(sandbox.ports)).toEqual([]);
  expect((await endedLines(sandbox.ports, '2027-02')).map(({ run }) => run)).toEqual(['one']);
});
