/** My work, team, workflows and start, through the front door. */

import { expect, test } from 'vitest';
import { calendarFor } from '../functions/core/dates.ts';
import { workloadOf } from '../functions/core/workload.ts';
import { catalogueOf } from '../infra/sandbox/sandbox-functions.ts';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import type { Person } from '../statemachines/language/workflow.ts';
import { readLibrary } from '../statemachines/library.ts';
import { elements, type HtmlElement, readHtml, textOf } from './pages-elements.ts';
import { HOSTILE_TEXT } from './support/briefings.ts';
import {
  beginJourney,
  hiddenIn,
  type Journey,
  libraryWith,
  locationOf,
  shippedLibrary,
} from './support/sandbox-journey.ts';

const NOTE = (title = 'Note') =>
  libraryWith(`workflow: note
title: ${JSON.stringify(title)}
purpose: ${JSON.stringify(`Say one thing to all customers. ${title === 'Note' ? '' : title}`)}
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true, max: 20000 }
  out: { type: date, label: Out, required: true }
anchor: out
steps:
  - { step: write, title: "Write about {{ inputs.topic }}", owner: graphic-designer, due: 8 workdays before out, effort: 4h }
  - step: check
    title: Check the note
    type: approval
    of: write
    approvers: [seo-strategist]
    on_changes: { redo: write, rounds: 2 }
    takes: 2 workdays
    effort: 1h
  - { step: send, title: Send the note, owner: email-manager, due: on out, effort: 1h }
`);
const [INGRID, MAREK, NORA, MIA] = ['ingrid-holm', 'marek-wojcik', 'nora-haugen', 'mia-solberg'];

const begin = async (title?: string): Promise<Journey> =>
  beginJourney({ library: NOTE(title), start: '2027-01-11T08:00:00.000Z' });
const startNote = (journey: Journey, topic = 'Snow', out = '2027-01-29'): Promise<string> =>
  journey.start('note', { topic, out });

const squeezed = (element: HtmlElement): string => textOf(element).replace(/\s+/g, ' ').trim();
const textIn = (html: string): string => squeezed(readHtml(html));
/** Rows of the table in the section of that id, cell by cell. */
const rowsIn = (html: string, id: string): string[] =>
  elements(readHtml(html), 'section')
    .filter(({ attributes }) => attributes['aria-labelledby'] === id)
    .flatMap((section) => elements(section, 'tr'))
    .slice(1)
    .map((row) => elements(row, 'td', 'th').map(squeezed).join(' | '));
const linkIn = (html: string, words: string): string =>
  elements(readHtml(html), 'a').find((link) => squeezed(link).startsWith(words))?.attributes.href ?? '';

test('what is mine, what comes, whom I wait for, and how full my week is', async () => {
  const journey = await begin();
  expect(textIn((await journey.visit(INGRID, '/me')).body)).toContain('You owe nothing.');
  await startNote(journey);
  const mine = (await journey.visit(INGRID, '/me')).body;
  expect(rowsIn(mine, 'owed')).toEqual(['Write about Snow | Snow | Tue 19 Jan, 17:00 – in 6 working days | 4']);
  // Seven working days until it is due, five of them in this week.
  expect(textIn(mine)).toContain(
    '1 thing to do, nothing late. 2.9 hours in what is left of this week, of 37.5 that there are.',
  );
  expect(rowsIn((await journey.visit(MAREK, '/me')).body, 'next')).toEqual([
    'Check the note | Snow | about Wed 20 Jan, 09:00 | Thu 21 Jan, 17:00 | 1',
  ]);
  expect(rowsIn((await journey.visit(MAREK, '/me')).body, 'awaited')).toEqual([
    'Write about Snow | Snow | Ingrid Holm | Tue 19 Jan, 17:00 – in 6 working days',
  ]);
  await journey.to('2027-01-21T10:00:00.000Z');
  expect(textIn((await journey.visit(INGRID, '/me')).body)).toContain('1 thing to do, 1 of them late. 4 hours');
  expect(rowsIn((await journey.visit(MAREK, '/me')).body, 'next')[0]).toContain('soon: what it waits for is late');
  // The same as seen by others, without a way to answer.
  const theirs = (await journey.visit(MAREK, `/team/${INGRID}`)).body;
  expect(rowsIn(theirs, 'owed')[0]).toContain('Write about Snow');
  expect(theirs).not.toContain('/me/answer/');
  expect((await journey.visit(MAREK, '/team/nobody')).status).toBe(404);
});

test('each of my lists goes on by itself, keeps its address, and goes along whole as a table', async () => {
  const journey = await begin();
  for (let count = 1; count <= 23; count += 1) await startNote(journey, `Note ${String(count).padStart(2, '0')}`);
  const mine = (await journey.visit(MAREK, '/me')).body;
  for (const list of ['next', 'awaited'] as const) {
    expect(rowsIn(mine, list)).toHaveLength(20);
    expect(textIn(mine)).toContain('1 to 20 of 23.');
    const later = (await journey.visit(MAREK, `/me?${list}=20`)).body;
    expect(rowsIn(later, list)).toHaveLength(3);
    expect(new Set([...rowsIn(mine, list), ...rowsIn(later, list)]).size).toBe(23);
    // The other list stays where it was.
    expect(rowsIn(later, list === 'next' ? 'awaited' : 'next')).toHaveLength(20);
    const { body } = await journey.visit(MAREK, `/me?table=${list}&format=csv`);
    expect(body.trim().split('\r\n')).toHaveLength(1 + 23);
  }
  expect(linkIn(mine, 'More')).toBe('/me?next=20');
  expect(rowsIn((await journey.visit(MAREK, '/me?next=9999')).body, 'next')).toHaveLength(20);
  const weeks = (await journey.visit(MAREK, '/me?table=weeks&format=csv')).body.trim().split('\r\n');
  expect([weeks.length, weeks[1]]).toEqual([1 + 6, expect.stringMatching(/^2027-01-11,[\d.]+,40,0$/)]);
  const [, first] = (await journey.visit(MAREK, '/me?table=awaited&format=csv')).body.split('\r\n');
  expect(first).toMatch(/^Write about Note \d\d,Note \d\d,note,note-\w+,Ingrid Holm,2027-01-19T16:00:00.000Z,$/);
});

test('a file with faults is told among the workflows: which, where, and what to write', async () => {
  const sources = readFolder(SHIPPED);
  const workflows = sources.workflows.map(({ file, text }) => ({
    file,
    text: file.endsWith('/campaign-launch.yaml') ? text.replace(/^title:/m, 'titel:') : text,
  }));
  const library = readLibrary({ ...sources, workflows });
  const journey = await beginJourney({ library });
  const { body } = await journey.visit(MAREK, '/workflows');
  const told = elements(readHtml(body), 'section').find(
    ({ attributes }) => attributes['aria-labelledby'] === 'left-out',
  );
  expect(told === undefined ? '' : squeezed(told)).toMatch(
    /^Left out because of faults.*again after a change\. \S*campaign-launch\.yaml, line \d+`titel` is not a key of a workflow\.Did you mean `title`\?$/,
  );
  // Where nothing is wrong, nothing is said of it.
  expect((await (await begin()).visit(MAREK, '/workflows')).body).not.toContain('left-out');
});

test('a step is answered one click away, and only by whom it is', async () => {
  const journey = await begin();
  const run = await startNote(journey);
  const way = linkIn((await journey.visit(INGRID, '/me')).body, 'Write about Snow');
  expect(way).toBe(`/me/answer/${run}/write/1`);
  // Looking changes nothing; a stranger sees nothing, and can send nothing.
  const before = await journey.history(run);
  for (const person of [MAREK, NORA, MIA]) {
    const { status, body } = await journey.visit(person, way);
    expect([status, body.includes('Write about')]).toEqual([410, false]);
    expect((await journey.visit(person, way, { decision: 'done' })).status).toBe(410);
  }
  expect((await journey.visit(INGRID, way, { decision: 'done', nonce: 'forged' })).status).toBe(403);
  expect((await journey.request('POST', way, { decision: 'done' })).status).toBe(401);
  expect(await journey.history(run)).toEqual(before);

  const done = await journey.visit(INGRID, way, { decision: 'done' });
  expect([done.status, locationOf(done)]).toEqual([303, `${way}?told=recorded`]);
  expect(textIn((await journey.visit(INGRID, locationOf(done))).body)).toContain('Recorded');
  const finished = (await journey.history(run)).find(({ type }) => type === 'step-finished');
  expect(finished).toMatchObject({ step: 'write', by: INGRID, proof: 'link', from: '127.0.0.1' });
  // The same again is the recorded outcome.
  expect((await journey.visit(INGRID, way)).status).toBe(200);
  expect(rowsIn((await journey.visit(INGRID, '/me')).body, 'awaited')[0]).toContain('judges what was handed in');

  // An approval asks whoever has proven nothing for a code (L5).
  const judge = linkIn((await journey.visit(MAREK, '/me')).body, 'Check the note');
  const content = hiddenIn((await journey.visit(MAREK, judge)).body, 'content');
  const asked = await journey.visit(MAREK, judge, { decision: 'approve', content });
  expect(asked.body).toContain('name="code"');
  expect((await journey.story(run)).some((line) => line.includes('vote-cast'))).toBe(false);
});

test('a step is handed over from there, and is theirs from then on', async () => {
  const journey = await begin();
  const run = await startNote(journey);
  const way = `/me/answer/${run}/write/1`;
  const given = await journey.visit(INGRID, way, { person: NORA, reason: 'I am ill.' });
  // The page's other form goes to another address.
  expect(given.status).toBe(422);
  const gave = await journey.visit(INGRID, `${way}/give`, { person: NORA, reason: 'I am ill.' });
  expect([gave.status, locationOf(gave)]).toEqual([303, `${way}?told=given`]);
  expect(textIn((await journey.visit(INGRID, locationOf(gave))).body)).toContain('You gave this to Nora Haugen');
  expect((await journey.visit(INGRID, way)).status).toBe(410);
  expect((await journey.visit(NORA, way)).status).toBe(200);
});

test('the team sees everybody’s weeks, who is away, and what nobody does', async () => {
  const journey = await beginJourney({ library: NOTE(), start: '2027-02-15T08:00:00.000Z' });
  await startNote(journey, 'Snow', '2027-03-31');
  const { body } = await journey.visit(MAREK, '/team');
  expect(rowsIn(body, 'load')).toHaveLength(shippedLibrary().team.people.length);
  expect(rowsIn(body, 'load').find((row) => row.startsWith('Ingrid Holm'))).toMatch(
    /^Ingrid Holm Graphic designer \| 1 \| 0\.9 of 37\.5 h \| /,
  );
  expect(rowsIn(body, 'away')).toEqual(['Henrik Dahl | 22 February | 26 February | Kari Nygaard']);
  expect(textIn(body)).toContain('Every role that a workflow needs is held by somebody.');
  const csv = await journey.visit(MAREK, '/team?format=csv');
  expect(csv.body.split('\r\n')[0]).toBe('\ufeffPerson,Id,Week,Hours,Capacity,Days away,To do');
  expect(csv.body).toContain('Henrik Dahl,henrik-dahl,2027-02-22,0,0,5,0');
  // What the pages of two people say is the same.
  // Of 22 working days until it is due, five are in this week.
  expect(rowsIn((await journey.visit(INGRID, '/me')).body, 'hours')[0]).toBe('Left of this week | 0.9 of 37.5 h | ');
});

test('a workflow shows what it is for, how it would go, and how it has gone', async () => {
  const journey = await begin();
  const list = (await journey.visit(MAREK, '/workflows')).body;
  expect(linkIn(list, 'Note')).toBe('/workflows/note');
  const before = (await journey.visit(MAREK, '/workflows/note')).body;
  expect(textIn(before)).toContain('No run has ended yet.');
  // Unasked, the first day on which everything can be in time.
  expect(elements(readHtml(before), 'input').map(({ attributes }) => attributes.value)).toEqual(['2027-01-21']);
  expect(textIn(before)).toContain('This works out.');
  expect(textIn((await journey.visit(MAREK, '/workflows/note?out=2027-01-14')).body)).toContain(
    'This does not work out as it is.',
  );

  const run = await startNote(journey);
  await journey.to('2027-01-20T12:00:00.000Z');
  await journey.visit(INGRID, `/me/answer/${run}/write/1`, { decision: 'done', hours: '6' });
  await journey.answer(await journey.mail('marek.wojcik@example.com', 'Check the note'), { decision: 'approve' });
  await journey.visit(NORA, `/me/answer/${run}/send/1`, { decision: 'done' });
  const after = (await journey.visit(MAREK, '/workflows/note')).body;
  expect(textIn(after)).toContain(
    '1 run looked at, 1 finished. Half of those took 7 working days or less. 0 of 1 ended after the day that was planned.',
  );
  expect(rowsIn(after, 'record')[0]).toBe('Write about ‹topic› | 4 h | 7 days | 6 h | 1 day late late in 1 of 1 | 1');
  expect(rowsIn(after, 'past')).toEqual(['Snow | Finished | Wed 20 Jan, 13:00 | 7 days | 7 days early']);
  expect((await journey.visit(MAREK, '/workflows/note?format=csv')).body).toContain('write,4,1,7,6,1,1,1,1,1');
  const plan = (await journey.visit(MAREK, '/workflows/note?out=2027-03-31&table=plan&format=csv')).body.split('\r\n');
  expect(plan.slice(1, 4).map((line) => line.split(',')[0])).toEqual([
    'Write about ‹topic›',
    'Check the note',
    'Send the note',
  ]);

  const procedure = (await journey.visit(MAREK, '/workflows/note/procedure')).body;
  expect(elements(readHtml(procedure), 'h3').map(squeezed)).toContain('2. Check the note');
  expect((await journey.visit(MAREK, '/workflows/note.md')).body).toMatch(/^# Note\n/);
  expect((await journey.visit(MAREK, '/workflows/note.svg')).body).toMatch(/^<svg /);
  for (const path of ['/workflows/nope', '/workflows/nope/procedure', '/workflows/..%2f', '/workflows/note.json'])
    expect((await journey.visit(MAREK, path)).status).toBe(404);
});

test('a start shows the plan, the nearest day, and starts nothing that was not seen', async () => {
  const journey = await begin();
  const form = { topic: 'Snow', out: '2027-01-14' };
  const early = (await journey.visit(MIA, '/start/note', { ...form, act: 'start' })).body;
  expect(textIn(early)).toContain('Something was changed after the plan was shown.');
  expect(await journey.board()).toEqual([]);
  const planned = (await journey.visit(MIA, '/start/note', { ...form, act: 'plan' })).body;
  expect(textIn(planned)).toContain('The nearest day on which everything can be in time is Thursday 21 January 2027.');
  const taken = (await journey.visit(MIA, '/start/note', { ...form, act: 'on:2027-01-21' })).body;
  expect(textIn(taken)).toContain('This works out.');
  const hidden = (name: string): string =>
    elements(readHtml(taken), 'input').find(({ attributes }) => attributes.name === name)?.attributes.value ?? '';
  const sent = { topic: 'Snow', out: '2027-01-21', once: hidden('once'), seen: hidden('seen'), act: 'start' };
  expect(textIn((await journey.visit(MIA, '/start/note', { ...sent, out: '2027-02-26' })).body)).toContain(
    'Something was changed',
  );
  expect(await journey.board()).toEqual([]);
  // A form that was open for days comes back with what was typed.
  const nonce = hiddenIn((await journey.visit(MIA, '/start/note')).body, 'nonce');
  await journey.advance(25);
  const stale = await journey.visit(MIA, '/start/note', { ...sent, nonce });
  expect([stale.status, textIn(stale.body).includes('open for too long')]).toEqual([403, true]);
  expect(stale.body).toMatch(/name="topic"[^>]*value="Snow"|value="Snow"[^>]*name="topic"/);
  expect(await journey.board()).toEqual([]);
  const begun = [await journey.visit(MIA, '/start/note', sent), await journey.visit(MIA, '/start/note', sent)];
  const [run, ...others] = await journey.board();
  expect(others).toEqual([]);
  const then = `/start/note?started=${run?.run}`;
  expect(begun.map((one) => [one.status, locationOf(one)])).toEqual([
    [303, then],
    [303, then],
  ]);
  expect(textIn((await journey.visit(MIA, then)).body)).toMatch(/It has started.*Ingrid Holm/);
  // Whoever fills in the same once more is told, and may still start it.
  const again = (await journey.visit(MIA, '/start/note', { topic: 'Snow', out: '2027-01-21', act: 'plan' })).body;
  expect(textIn(again)).toMatch(
    /One of the same name is under way since .*: About Snow|One of the same name is under way since/,
  );
  expect(again).toContain(`/runs/${run?.run}`);
  const other = (await journey.visit(MIA, '/start/note', { topic: 'Ice', out: '2027-01-21', act: 'plan' })).body;
  expect(textIn(other)).not.toContain('One of the same name');
  expect((await journey.visit(MIA, '/start/note?started=note-0')).status).toBe(404);
  expect((await journey.history(run?.run ?? ''))[0]).toMatchObject({
    started: { how: 'form', by: MIA },
    inputs: { out: '2027-01-21' },
  });
});

test('a start says who would have more to do than hours', async () => {
  const journey = await begin();
  const plan = { topic: 'Snow', out: '2027-01-21', act: 'plan' };
  expect(textIn((await journey.visit(MIA, '/start/note', plan)).body)).toContain('Everybody has the hours for it.');
  for (let run = 0; run < 10; run += 1) await startNote(journey, `Snow ${run}`, '2027-01-22');
  expect(textIn((await journey.visit(MIA, '/start/note', plan)).body)).toContain(
    'Ingrid Holm would have 44 hours to do in what is left of this week, and has 37.5.',
  );
});

test('a calendar has a secret address, which can be renewed and ended', async () => {
  const journey = await begin();
  await startNote(journey);
  const seen = async (): Promise<string> => hiddenIn((await journey.visit(INGRID, '/me/calendar')).body, 'seen');
  const made = async (): Promise<string> => {
    const { body } = await journey.visit(INGRID, '/me/calendar', { act: 'make', seen: await seen() });
    return /\/calendar\/[\w-]{43}\.ics/.exec(body)?.[0] ?? '';
  };
  const first = await made();
  const calendar = await journey.request('GET', first);
  expect(calendar.headers).toContainEqual(['content-type', 'text/calendar; charset=utf-8']);
  expect(calendar.body).toContain('SUMMARY:Write about Snow – Snow');
  expect(calendar.body).toContain('DTEND:20270119T160000Z');
  expect(calendar.body).not.toContain('/a/');
  // Nobody is shown it again, and it is kept nowhere.
  expect((await journey.visit(INGRID, '/me/calendar')).body).not.toContain(first);
  const second = await made();
  expect(second).not.toBe(first);
  expect((await journey.request('GET', first)).status).toBe(404);
  expect((await journey.request('GET', second)).status).toBe(200);
  // What was sent before the address was made is sent again by a reload: whoever has copied it keeps it.
  for (const act of ['make', 'end']) {
    const reloaded = await journey.visit(INGRID, '/me/calendar', { act, seen: '' });
    expect([reloaded.status, textIn(reloaded.body).includes('Nothing was changed')]).toEqual([409, true]);
    expect(reloaded.body).not.toContain('/calendar/');
  }
  expect((await journey.request('GET', second)).status).toBe(200);
  const ending = { act: 'end', seen: await seen() };
  for (let time = 0; time < 2; time += 1) {
    const gone = await journey.visit(INGRID, '/me/calendar', ending);
    expect([gone.status, locationOf(gone)]).toEqual([303, '/me/calendar?told=ended']);
  }
  expect(textIn((await journey.visit(INGRID, '/me/calendar?told=ended')).body)).toContain('no longer works');
  const [ended, never] = [
    await journey.request('GET', second),
    await journey.request('GET', `/calendar/${'a'.repeat(43)}.ics`),
  ];
  expect([ended.status, ended.body]).toEqual([404, never.body]);
  // Whoever guesses is slowed.
  for (let guess = 0; guess < 10; guess += 1) await journey.request('GET', `/calendar/${guess}.ics`);
  expect((await journey.request('GET', '/calendar/x.ics')).status).toBe(429);
});

test('all of it needs sign-in, and text from outside is text everywhere', async () => {
  const journey = await begin(HOSTILE_TEXT);
  const topic = `<script>alert(1)</script> \u202e 🎉 {{ inputs.out }} ${'x'.repeat(10_000)}`;
  const run = await startNote(journey, topic);
  const pages = [
    '/me',
    '/me/calendar',
    '/team',
    `/team/${INGRID}`,
    '/workflows',
    '/workflows/note',
    '/workflows/note/procedure',
    '/start/note',
    `/me/answer/${run}/write/1`,
  ];
  for (const path of pages) {
    expect([path, (await journey.request('GET', path)).status]).toEqual([path, 303]);
    const { status, body } = await journey.visit(INGRID, path);
    expect([path, status]).toEqual([path, 200]);
    const root = readHtml(body);
    expect(elements(root, 'script', 'img', 'iframe', 'object')).toEqual([]);
    expect(body).not.toContain('\u202e');
  }
  expect(textIn((await journey.visit(INGRID, '/me')).body)).toContain('Write about <script>alert(1)</script>');
  expect((await journey.visit(INGRID, '/me')).body.length).toBeLessThan(60_000);
});

test('hours are spread over the days that there are', () => {
  const calendar = calendarFor(catalogueOf(shippedLibrary()), 'default', '2027-01-13T08:00:00.000Z');
  const person = {
    id: 'x',
    name: 'X',
    email: 'x@example.com',
    roles: [],
    zone: 'Europe/Oslo',
    language: 'en',
    capacity: 40,
    away: [{ from: '2027-01-19', to: '2027-01-20' }],
  } satisfies Person;
  const loads = [
    // Wednesday to Tuesday: of four working days one is away.
    { hours: 9, due: '2027-01-19T16:00:00Z' },
    // Long late: on the first day there is.
    { hours: 2, due: '2026-12-01T16:00:00Z' },
    { hours: 5, from: '2027-01-25T08:00:00Z', due: '2027-02-05T16:00:00Z' },
  ];
  // A Wednesday.
  expect(workloadOf(person, loads, calendar, '2027-01-13T08:00:00.000Z', 3)).toEqual([
    { week: '2027-01-11', hours: 8.8, capacity: 24, away: 0 },
    { week: '2027-01-18', hours: 2.3, capacity: 24, away: 2 },
    { week: '2027-01-25', hours: 2.5, capacity: 40, away: 0 },
  ]);
});
