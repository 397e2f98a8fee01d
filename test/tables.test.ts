/** Every table that the team sees goes along as CSV, whole; every list that may be long pages, and keeps its address. */
import { expect, test } from 'vitest';
import type { HttpResponse } from '../functions/lambda/hosted.ts';
import { sandboxPages } from '../infra/sandbox/sandbox-pages.ts';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import { readLibrary } from '../statemachines/library.ts';
import { elements, type HtmlElement, readHtml, textOf } from './pages-elements.ts';
import { beginJourney, type Journey } from './support/sandbox-journey.ts';

const NOTE = `workflow: note
title: Note
purpose: Say one thing to all customers.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
  format: { type: choice, label: Format, options: [Long, Short], required: true }
  out: { type: date, label: Out, required: true }
anchor: out
steps:
  - { step: write, title: "Write about {{ inputs.topic }}", owner: graphic-designer, due: 8 workdays before out, effort: 4h }
  - { step: send, title: Send the note, owner: email-manager, due: on out, effort: 1h }
`;
const [INGRID, NORA] = ['ingrid-holm', 'nora-haugen'];
const BY_NORA = { 'email-manager': NORA };
const WORK = { topic: 'Snow', format: 'Short', out: '2027-03-31' };
/** As the form sends it: an address has a `format` of its own. */
const PLANNED = { topic: 'Snow', 'field.format': 'Short', out: '2027-03-31', act: 'plan' };

const squeezed = (element: HtmlElement): string => textOf(element).replace(/\s+/g, ' ').trim();
const csvIn = (element: HtmlElement): string[] =>
  elements(element, 'a').flatMap(({ attributes: { class: kind, href = '' } }) =>
    kind === 'csv' && href.includes('format=csv') ? [href] : [],
  );

/** Each table with rows, beside the smallest part of the page that has a way to a CSV of it. */
const tablesOf = (html: string) => {
  const sections = elements(readHtml(html), 'section');
  const scopes = [...sections, readHtml(html)];
  return elements(readHtml(html), 'table').flatMap((table) => {
    const text = squeezed(table);
    const scope = scopes.find((one) => elements(one, 'table').some((other) => squeezed(other) === text));
    const rows = elements(table, 'tbody').flatMap((body) => elements(body, 'tr')).length;
    if (scope === undefined || rows === 0) return [];
    const told = / to \d+ of (\d+)/.exec(squeezed(scope))?.[1];
    const name = scope.attributes['aria-labelledby'] ?? 'page';
    return [{ name, links: csvIn(scope), all: told === undefined ? rows : Number(told) }];
  });
};

/** What is written text goes along whole, as Markdown. */
const WRITTEN = ['/workflows/note/procedure page'];

/** How many rows of a CSV a row of the table has, where it is not one. */
const MORE_ROWS: { readonly [table: string]: number } = {
  // Of each person a row for each of five weeks, as spreadsheets want it to reckon with.
  '/team load': 5,
};

/** In this team nobody mails. */
const library = () => {
  const { hooks: _hooks, team, ...folder } = readFolder(SHIPPED);
  const text = (team?.text ?? '').replace('roles: [social-manager, email-manager]', 'roles: [social-manager]');
  return readLibrary({
    ...folder,
    team: { file: 'team.yaml', text },
    workflows: [{ file: 'note.yaml', text: NOTE }],
  });
};

const someWork = async (): Promise<{ journey: Journey; run: string }> => {
  const journey = await beginJourney({ library: library(), start: '2027-02-15T08:00:00.000Z' });
  const ended = await journey.start('note', WORK, BY_NORA);
  await journey.visit(INGRID, `/me/answer/${ended}/write/1`, { decision: 'done', hours: '6' });
  await journey.visit(NORA, `/me/answer/${ended}/send/1`, { decision: 'done' });
  // More than a page of a list has.
  for (let count = 1; count < 22; count += 1) await journey.start('note', { ...WORK, topic: `Rain ${count}` }, BY_NORA);
  const run = await journey.start('note', { ...WORK, topic: 'Rain' }, BY_NORA);
  return { journey, run };
};

/** It is no page of the house: a sandbox alone has it. */
const inboxOf = ({ sandbox }: Journey) => {
  const pages = sandboxPages({
    time: sandbox.time,
    inbox: sandbox.inbox,
    sender: { name: 'runsheet', email: 'runsheet@example.org' },
    zone: 'Europe/Oslo',
    frameOf: async () => ({ here: 'inbox', reader: 'Ingrid Holm', sandbox: true, path: '/inbox' }),
  });
  return async (address: string): Promise<HttpResponse> => {
    const [path = '', query = ''] = address.split('?');
    const found = await pages({ method: 'GET', path, query, headers: [], body: Buffer.of(), from: '127.0.0.1' });
    return found ?? { status: 404, headers: [], body: '' };
  };
};

test('every table has a CSV with all of its rows', async () => {
  const { journey, run } = await someWork();
  const inbox = inboxOf(journey);
  const visit = (path: string, form?: object): Promise<HttpResponse> =>
    path.startsWith('/inbox') ? inbox(path) : journey.visit(INGRID, path, form);
  const pages: [path: string, form?: object][] = [
    ['/'],
    ['/?month=2027-02'],
    ['/me'],
    ['/team'],
    [`/team/${NORA}`],
    ['/workflows'],
    ['/workflows/note'],
    ['/workflows/note/procedure'],
    ['/start/note'],
    ['/start/note', { ...PLANNED }],
    [`/runs/${run}`],
    [`/me/answer/${run}/write/1`],
    ['/me/calendar'],
    ['/inbox'],
    [`/inbox?person=${encodeURIComponent('ingrid.holm@example.com')}`],
  ];
  const found: string[] = [];
  for (const [path, form] of pages) {
    const { status, body } = await visit(path, form);
    expect([path, status]).toEqual([path, 200]);
    for (const { name, links, all } of tablesOf(body)) {
      const table = `${path}${form === undefined ? '' : ' planned'} ${name}`;
      if (WRITTEN.includes(table)) continue;
      found.push(table);
      expect([table, links.length]).toEqual([table, 1]);
      const csv = await visit(links[0] ?? '');
      expect(csv.headers).toContainEqual(['content-type', 'text/csv; charset=utf-8']);
      const rows = csv.body.trimEnd().split('\r\n').length - 1;
      expect([table, rows]).toEqual([table, all * (MORE_ROWS[table] ?? 1)]);
    }
  }
  // None was overlooked for want of rows.
  expect(found).toEqual([
    ...['/ page', '/?month=2027-02 page', '/me owed', '/me hours', '/team load', '/team away', '/team unheld'],
    ...['next', 'awaited', 'hours'].map((list) => `/team/${NORA} ${list}`),
    ...['roles', 'record', 'plan', 'past'].map((list) => `/workflows/note ${list}`),
    ...['/start/note planned page', `/runs/${run} steps`, '/inbox page'],
    '/inbox?person=ingrid.holm%40example.com page',
  ]);
});

test('the plan that a form shows has an address as a table, without what moves no date', async () => {
  const { journey } = await someWork();
  const page = (await journey.visit(INGRID, '/start/note', { ...PLANNED, 'person.email-manager': 'nora-haugen' })).body;
  const [link = ''] = csvIn(readHtml(page));
  expect(link).toBe('/start/note?field.format=Short&out=2027-03-31&person.email-manager=nora-haugen&format=csv');
  const table = await journey.visit('marek-wojcik', link);
  expect(table.body.split('\r\n').slice(0, 3)).toEqual([
    '\ufeffStep,Who,Starts,Due,Hours,',
    expect.stringMatching(/^Write about ‹topic›,Ingrid Holm,"[^"]+","[^"]+",4,/),
    expect.stringMatching(/^Send the note,Nora Haugen,"[^"]+","Wed 31 Mar, [^"]+",1,/),
  ]);
  // Without the end of it, the same form, filled in as far as it goes, in which the person is chosen too.
  const form = await journey.visit('marek-wojcik', link.replace('&format=csv', ''));
  expect(form.status).toBe(200);
  const chosen = elements(readHtml(form.body), 'option').filter(({ attributes }) => 'selected' in attributes);
  expect(chosen.map(({ attributes }) => attributes.value)).toContain('nora-haugen');
  // Where there is no plan, the form says what is missing.
  const none = await journey.visit('marek-wojcik', '/start/note?out=soon&format=csv');
  expect([none.status, none.body.includes('class="problems"')]).toEqual([422, true]);
});

test('roles that nobody holds, and who is away, go along by themselves', async () => {
  const { journey } = await someWork();
  const csv = async (table: string) => (await journey.visit(INGRID, `/team?table=${table}&format=csv`)).body;
  expect(await csv('unheld')).toBe('\ufeffRole,Needed by\r\nEmail manager,Note\r\n');
  expect(await csv('away')).toBe(
    '\ufeffWho,From,Until,Covered by\r\nHenrik Dahl,2027-02-22,2027-02-26,Kari Nygaard\r\n',
  );
});

test('the inbox goes on, and stays with whom it was chosen for', async () => {
  const { journey } = await someWork();
  const { mailbox } = journey.sandbox.inbox;
  for (let count = 1; count <= 130; count += 1)
    await mailbox.send({
      id: `letter-${count}`,
      lane: 'task',
      to: { email: count % 10 === 0 ? 'b@example.com' : 'a@example.com' },
      subject: `Letter ${count}`,
      text: '',
      html: '',
    });
  const inbox = inboxOf(journey);
  const lettersIn = async (address: string): Promise<string[]> =>
    (await inbox(address)).body.match(/Letter \d+/g) ?? [];
  const first = await lettersIn('/inbox?person=a%40example.com');
  expect([first.length, first[0]]).toEqual([100, 'Letter 129']);
  expect((await inbox('/inbox?person=a%40example.com')).body).toContain('1 to 100 of 117.');
  const rest = await lettersIn('/inbox?person=a%40example.com&from=100');
  expect(new Set([...first, ...rest]).size).toBe(117);
  expect(await lettersIn('/inbox?person=a%40example.com&format=csv')).toEqual([...first, ...rest]);
  expect((await inbox('/inbox?person=a%40example.com&from=100')).body).toContain(
    'href="/inbox?person=a%40example.com&amp;table=from&amp;format=csv"',
  );
});
