import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AnswerView, answerPage } from '../functions/pages/answer-page.ts';
import { codePage, deadLinkPage, givenPage, newLinkSentPage, recordedPage } from '../functions/pages/answered-pages.ts';
import { type BoardRow, type BoardView, boardPage } from '../functions/pages/board-page.ts';
import { feedPage } from '../functions/pages/feed-page.ts';
import { inputNameOf, personInputOf } from '../functions/pages/input-name.ts';
import type { Part } from '../functions/pages/list-parts.ts';
import { mailWriter } from '../functions/pages/mail-writer.ts';
import type { Frame } from '../functions/pages/page.ts';
import { MAIL_PAGE_POLICY, PAGE_POLICY } from '../functions/pages/policy.ts';
import { problemPage } from '../functions/pages/problem-page.ts';
import { type RunStepRow, type RunView, runPage } from '../functions/pages/run-page.ts';
import { clockPage, inboxPage, mailPage, triesPage } from '../functions/pages/sandbox-pages.ts';
import {
  signInConfirmPage,
  signInPage,
  signInSentPage,
  signOutPage,
  whoPage,
} from '../functions/pages/sign-in-pages.ts';
import { type StartPlan, type StartView, startedPage, startPage } from '../functions/pages/start-pages.ts';
import { STYLESHEET } from '../functions/pages/stylesheet.ts';
import { teamPage } from '../functions/pages/team-page.ts';
import { type WorkView, workPage } from '../functions/pages/work-page.ts';
import { procedurePage, type WorkflowView, workflowPage, workflowsPage } from '../functions/pages/workflow-pages.ts';
import type { Field } from '../statemachines/language/workflow.ts';
import { byId, byName, elements, type HtmlElement, harm, readHtml, sentAs, textOf } from './pages-elements.ts';
import {
  approvalBriefing,
  DUE,
  HOSTILE,
  HOSTILE_TEXT,
  hostileBriefing,
  LINK,
  overdue,
  taskBriefing,
} from './support/briefings.ts';

const readable = (root: HtmlElement): string => textOf(root).replace(/\s+/g, ' ');

const field = (type: Field['type'], more: Partial<Field> = {}): Field => ({
  type,
  label: `The ${type}`,
  required: false,
  ...more,
});
const FIELDS = [
  { name: 'headline', field: field('text', { required: true, max: 120, help: 'As readers see it.' }) },
  { name: 'notes', field: field('long_text') },
  { name: 'visits', field: field('number', { min: 0 }) },
  { name: 'cost', field: field('money', { currency: 'EUR' }) },
  { name: 'day', field: field('date') },
  { name: 'call', field: field('datetime') },
  { name: 'kind', field: field('choice', { options: ['How-to', 'List'] }) },
  { name: 'country', field: field('choice', { options: ['AT', 'CH', 'DE', 'DK', 'FI', 'NO'] }) },
  { name: 'channels', field: field('choice', { many: true, options: ['Blog', 'Mail', 'Ads'] }) },
  { name: 'legal', field: field('yes_no') },
  { name: 'contact', field: field('email') },
  { name: 'live', field: field('url') },
  { name: 'proof', field: field('person') },
] as const;

const frame = (reader: string | undefined): Frame => ({ here: 'other', reader, sandbox: true, path: '/runs/1?a=b' });

const FRAME = frame('Ada');

const boardRow = (text: string): BoardRow => ({
  title: text,
  href: '/runs/1',
  workflow: text,
  lead: text,
  phase: text,
  standing: 'risk',
  outcome: 'rejected',
  requested: false,
  where: [{ title: text, round: 2, who: [text], due: DUE }],
  done: 1,
  steps: 8,
  started: DUE,
  ends: DUE,
  slips: 2,
  ahead: text,
});
const board = (text: string, changes: Partial<BoardView> = {}): string =>
  boardPage({
    frame: frame(text),
    query: { q: text, workflow: text },
    shown: { rows: [boardRow(text)] },
    found: { from: 51, to: 100, all: 1_000 },
    counts: { all: 3, late: 1, risk: 1, fine: 1 },
    workflows: [{ id: text, name: text }],
    people: [{ id: text, name: text }],
    isNew: false,
    ...changes,
  });

const answer = (changes: Partial<AnswerView> = {}): HtmlElement =>
  readHtml(
    answerPage({
      briefing: taskBriefing(),
      action: '/a/abc',
      nonce: 'nonce-1',
      handover: { action: '/a/abc/give' },
      ...changes,
    }),
  );

const start = (changes: Partial<StartView> = {}): string =>
  startPage({
    workflow: { id: 'blog-post', title: 'Blog post', purpose: 'Publish one article.' },
    inputs: {
      topic: field('text', { required: true }),
      nonce: field('text'),
      budget: field('money', { default: 250 }),
    },
    roles: [
      { role: 'writer', title: 'Writer', people: taskBriefing().people, held: true },
      { role: 'legal', title: 'Legal', people: taskBriefing().people, held: false },
    ],
    action: '/start/blog-post',
    nonce: 'nonce-1',
    ...changes,
  });

const stepRow = (text: string): RunStepRow => ({
  step: 'outline',
  title: text,
  state: 'late',
  isOpen: true,
  who: [text],
  people: ['ada'],
  starts: DUE,
  due: { ...DUE, late: true, distance: '2 working days late' },
  round: 2,
  results: [{ label: text, text }],
  comments: [{ who: text, text }],
  answer: '/me/answer/1/outline/2',
});

const planned = (text: string): StartPlan => ({
  rows: [
    {
      title: text,
      who: text,
      starts: text,
      due: text,
      late: true,
      critical: true,
      perhaps: true,
      hours: 2,
      span: { from: 1, to: 5, due: 3, kind: 'late' },
    },
  ],
  scale: { from: 0, to: 10 },
  verdict: [text],
  feasible: false,
  nearest: { day: 'Friday 2 April 2027', value: '2027-04-02' },
  hours: [text],
  csv: '/start/blog-post?format=csv',
  sent: { once: 'once-1', seen: 'seen-1' },
});

const RUN_LINK = (text: string) => ({ title: text, href: '/runs/1' });
const part = <Row>(name: string, rows: readonly Row[]): Part<Row> => ({
  rows,
  from: 20,
  all: 50,
  first: '/me',
  more: `/me?${name}=40`,
  csv: `/me?table=${name}&format=csv`,
});
const none = { rows: [], from: 0, all: 0, csv: '/me?format=csv' };
const work = (text: string): WorkView => ({
  frame: frame(text),
  person: text,
  own: true,
  path: '/me',
  late: 1,
  owed: part('from', [
    { title: text, href: '/me/answer/1/draft/1', run: RUN_LINK(text), type: 'approval', round: 2, due: DUE, hours: 2 },
  ]),
  next: part('next', [{ title: text, run: RUN_LINK(text), starts: DUE, due: DUE, hours: 2, perhaps: true }]),
  awaited: part('awaited', [{ title: text, run: RUN_LINK(text), who: [text], due: DUE, judges: true }]),
  weeks: [{ monday: text, hours: 50, capacity: 40, away: 1 }],
});

const workflowView = (text: string): WorkflowView => ({
  frame: frame(text),
  workflow: { id: 'x', title: text, purpose: text },
  href: '/workflows/x',
  start: '/start/x',
  open: '/?workflow=x',
  facts: [[text, text]],
  roles: [
    { title: text, people: [RUN_LINK(text)], leads: true },
    { title: text, people: [], leads: false },
  ],
  diagram: '<svg role="img" aria-label="The way it goes"></svg>',
  record: {
    runs: 4,
    finished: 3,
    days: 12,
    late: 1,
    planned: 3,
    steps: [
      {
        title: text,
        planned: text,
        runs: 4,
        days: 3,
        hours: 5,
        late: 2,
        late_runs: 3,
        dated_runs: 4,
        rounds: 1.5,
        most_rounds: 3,
        remarks: [text],
      },
    ],
  },
  past: [{ ...RUN_LINK(text), outcome: 'finished', ended: text, days: 3, late: -1 }],
  more: '/workflows/x?after=1',
  plan: { ...planned(text), inputs: { publish: { ...field('date'), label: text } }, values: {}, problems: {} },
});

const run = (changes: Partial<RunView> = {}, text = 'Spring article'): string =>
  runPage({
    run: {
      id: '1',
      title: text,
      workflow: text,
      workflow_id: 'blog-post',
      purpose: text,
      lead: text,
      started: DUE,
      ends: DUE,
      planned: DUE,
      slips: 2,
      standing: 'late',
      outcome: 'open',
      done: 1,
      of: 8,
    },
    next: [{ ...stepRow(text), state: 'waiting', isOpen: false, cannot: true, perhaps: true }],
    timeline: {
      rows: [{ title: text, critical: true, plan: [0, 0.5], bars: [{ kind: 'late', from: 0, to: 0.4 }] }],
      ticks: [{ at: 0.5, label: text }],
      now: 0.4,
      says: text,
      left_out: 3,
    },
    open: [stepRow(text)],
    steps: part('steps', [stepRow(text)]),
    history: part('history', [{ day: 'Monday 9 November 2026', time: '11:00', instant: DUE.instant, text }]),
    steering: {
      action: '/runs/1',
      nonce: 'nonce-1',
      steps: [
        {
          key: 'outline##2',
          title: text,
          acts: ['reassign', 'move', 'extend', 'skip'],
          due: '2026-11-20T17:00',
          takers: [{ id: text, name: text }],
          owing: [{ id: text, name: text }],
        },
        { key: 'images##1', title: text, acts: ['reassign', 'move'], takers: [{ id: text, name: text }], owing: [] },
      ],
      cancel: true,
    },
    ...changes,
  });

const small = (text: string): { readonly [page: string]: string } => ({
  code: codePage({
    title: text,
    action: '/a/abc',
    sentTo: text,
    nonce: 'n',
    problem: text,
    hidden: [{ name: 'comment', value: text }],
  }),
  recorded: recordedPage({
    kind: 'recorded',
    decision: 'approve',
    who: text,
    at: DUE,
    step: { title: text },
    run: { title: text, url: 'javascript:alert(1)' },
    next: hostileBriefing().after,
    comment: text,
  }),
  same: recordedPage({
    kind: 'same',
    decision: 'done',
    who: text,
    at: DUE,
    step: { title: text },
    run: { title: text, url: 'https://runsheet.example/runs/1' },
    next: [],
  }),
  other: recordedPage({
    kind: 'other',
    decision: 'reject',
    who: text,
    at: DUE,
    step: { title: text },
    run: { title: text, url: 'https://runsheet.example/runs/1' },
  }),
  given: givenPage({ happened: text }),
  'dead link': deadLinkPage({ happened: text, action: '/a/abc/new', nonce: text }),
  'new link sent': newLinkSentPage(),
  start: start({
    workflow: { id: 'x', title: text, purpose: text },
    inputs: { topic: { ...field('text'), label: text, help: text } },
    roles: [{ role: 'writer', title: text, people: [{ id: text, name: text }], held: false }],
    values: { topic: text },
    problems: { topic: text, '': text, 'person.writer': text },
    frame: frame(text),
  }),
  plan: start({ plan: planned(text), notice: text }),
  work: workPage(work(text)),
  'work of another': workPage({ ...work(text), own: false, owed: none, next: none, awaited: none }),
  team: teamPage({
    frame: frame(text),
    people: part('people', [{ name: text, href: '/team/x', roles: [text], open: 3, late: 1, weeks: work(text).weeks }]),
    weeks: [text],
    absences: part('away', [{ name: text, from: text, to: text, now: true }]),
    unheld: part('unheld', [{ title: text, workflows: [{ title: text, href: '/workflows/x' }] }]),
  }),
  workflows: workflowsPage({
    frame: frame(text),
    left_out: Array.from({ length: 30 }, () => ({ file: text, line: 3, message: text, fix: text })),
    workflows: part('from', [
      { title: text, purpose: text, href: '/workflows/x', start: '/start/x', lead: text, steps: 3 },
      { title: text, purpose: text, href: '/workflows/y', lead: text, steps: 1 },
    ]),
  }),
  workflow: workflowPage(workflowView(text)),
  procedure: procedurePage({ frame: frame(text), workflow: { title: text, href: '/workflows/x' }, text }),
  calendar: feedPage({ frame: frame(text), nonce: text, seen: text, made: DUE, address: text }),
  started: startedPage({ run: { title: text, url: 'javascript:alert(1)' }, first: hostileBriefing().after }),
  run: run({ frame: frame(text), notice: text }, text),
  board: board(text),
  'board in columns': board(text, {
    shown: { columns: [{ title: text, rows: [boardRow(text)], count: 7, href: '/' }] },
  }),
  'board of a month': board(text, {
    month: { title: text, earlier: { month: '2027-01', title: text }, later: { month: '2027-03', title: text } },
  }),
  tries: triesPage({
    tries: [{ text, href: '/inbox' }, { text }],
    clock: { now: text, virtual: true, next: text, back: '/' },
    frame: frame(text),
  }),
  who: whoPage({
    people: [{ id: 'ada', name: text, roles: [text], access: 'lead' }],
    nonce: 'n',
    to: text,
    frame: frame(text),
    notice: text,
  }),
  'sign in': signInPage({ nonce: 'n', to: text, email: text, problem: text, notice: text }),
  'sign in by link': signInConfirmPage({ who: text, action: '/sign-in/x', nonce: 'n' }),
  'sign out': signOutPage({ nonce: 'n', frame: frame(text) }),
  inbox: inboxPage({
    mails: part('from', [{ to: text, subject: text, sent: text, href: '/inbox/1' }]),
    people: [{ id: text, name: text }],
    person: text,
    frame: frame(text),
  }),
  mail: mailPage({
    from: text,
    to: text,
    subject: text,
    sent: text,
    html: `<p>${'safe'}</p>`,
    text,
    invite: { name: text, text },
    frame: frame(text),
  }),
  clock: clockPage({ now: text, virtual: false, frame: frame(text) }),
  problem: problemPage({ status: 500, title: text, reference: text, frame: frame(text) }),
});

const EMPTY: { readonly [page: string]: string } = {
  'answer, nothing asked': answerPage({ briefing: approvalBriefing({ choices: [] }), action: '/a/abc', nonce: 'n' }),
  'run, nothing yet': run({ open: [], steps: none, next: [], history: none, timeline: undefined, diagram: undefined }),
  'board, nothing yet': board('', { isNew: true, query: {} }),
  'board, nothing found': board('', { shown: { rows: [] } }),
  'who, nobody there': whoPage({ people: [], nonce: 'n', to: '/', frame: frame(undefined) }),
  'inbox, nothing yet': inboxPage({ mails: none, people: [], frame: frame('Ada') }),
  'dead link, nothing known': deadLinkPage({}),
  'sign in, sent': signInSentPage(),
  'problem elsewhere': problemPage({ status: 404, title: 'There is nothing here' }),
};

const PROBLEMS = {
  '': 'Please look again.',
  decision: 'Choose.',
  comment: 'Say what.',
  hours: 'Hours must be a number.',
};
const PAGES: readonly (readonly [string, string])[] = Object.entries({
  'answer to a task': answerPage({
    briefing: taskBriefing({ fields: FIELDS }),
    action: '/a/abc',
    nonce: 'n',
    handover: { action: '/a/abc/give' },
  }),
  'answer to an approval': answerPage({
    briefing: approvalBriefing(),
    action: '/a/abc',
    nonce: 'n',
    notice: 'The work has changed.',
    problems: PROBLEMS,
    values: {},
  }),
  'hostile answer': answerPage({
    briefing: hostileBriefing(),
    action: '/a/abc',
    nonce: HOSTILE_TEXT,
    notice: HOSTILE_TEXT,
    problems: { ...PROBLEMS, [HOSTILE_TEXT]: HOSTILE_TEXT },
    handover: { action: '/a/abc/give', problems: { reason: HOSTILE_TEXT } },
  }),
  ...EMPTY,
  ...small(HOSTILE_TEXT),
});

describe('every page', () => {
  it.each(PAGES)('has no script, no style of its own and nothing from elsewhere: %s', (name, html) => {
    const root = readHtml(html);
    expect(elements(root, 'script', 'style', 'img', 'object', 'embed', 'base')).toEqual([]);
    const attributes = elements(root).flatMap((element) => Object.keys(element.attributes));
    expect(attributes.filter((attribute) => attribute === 'style' || attribute.startsWith('on'))).toEqual([]);
    expect(harm(root, ['link', 'form', 'b', 'svg'])).toEqual([]);
    // Pictures are ours: beside their numbers, or with a name.
    for (const { attributes } of elements(root, 'svg'))
      expect(attributes['aria-hidden'] === 'true' || attributes.role === 'img').toBe(true);
    expect(elements(root, 'link').map((element) => element.attributes.href)).toEqual(['data:,', '/style.css']);
    expect(elements(root, 'template')).toHaveLength(name === 'mail' ? 1 : 0);
  });

  it.each(PAGES)('has a label at each input, each once: %s', (_name, html) => {
    const root = readHtml(html);
    const ids = elements(root).flatMap(({ attributes }) => attributes.id ?? []);
    expect(ids).toEqual([...new Set(ids)]);
    const labels = elements(root, 'label').map(({ attributes }) => attributes.for);
    const inputs = elements(root, 'input', 'select', 'textarea').filter(
      ({ attributes }) => attributes.type !== 'hidden',
    );
    for (const { attributes } of inputs) expect(labels.filter((one) => one === attributes.id)).toHaveLength(1);
    expect(labels).toHaveLength(inputs.length);
  });

  it.each(PAGES)('points only to what is there: %s', (_name, html) => {
    const root = readHtml(html);
    const targets = elements(root).flatMap(({ attributes }) => [
      ...(attributes['aria-describedby'] ?? '').split(' '),
      ...(attributes['aria-labelledby'] ?? '').split(' '),
      ...(attributes.href?.startsWith('#') === true ? [attributes.href.slice(1)] : []),
    ]);
    for (const target of targets.filter((one) => one !== '')) expect(byId(root, target), target).toBeDefined();
  });

  it.each(PAGES)('has one main heading, a language and a title: %s', (_name, html) => {
    const root = readHtml(html);
    expect(html.startsWith('<!doctype html>')).toBe(true);
    expect(elements(root, 'h1')).toHaveLength(1);
    expect(elements(root, 'main')).toHaveLength(1);
    expect(elements(root, 'html')[0]?.attributes.lang).toBe('en');
    expect(elements(root, 'title').map(textOf).join('')).toMatch(/\S – Runsheet$/);
    const levels = elements(root, 'h1', 'h2', 'h3', 'h4').map(({ tag }) => Number(tag.slice(1)));
    for (const [at, level] of levels.entries()) expect(level - (levels[at - 1] ?? level)).toBeLessThanOrEqual(1);
  });

  it.each(PAGES.filter(([name]) => !(name in EMPTY) && !name.startsWith('answer') && name !== 'new link sent'))(
    'shows hostile text as text: %s',
    (_name, html) => {
      const root = readHtml(html);
      for (const part of [
        HOSTILE.script,
        HOSTILE.picture,
        HOSTILE.attribute,
        HOSTILE.template,
        HOSTILE.emoji,
        HOSTILE.arabic,
      ])
        expect(readable(root)).toContain(part);
      // What a form carries back is kept as it was; nothing of it is shown.
      expect(textOf({ ...root, children: elements(root, 'h1', 'h2', 'p', 'li', 'td', 'dd') })).not.toMatch(
        /[\u202a-\u202e]/,
      );
    },
  );

  it('shows 10,000 characters whole', () => {
    const html = answerPage({ briefing: hostileBriefing(undefined, HOSTILE.long), action: '/a/abc', nonce: 'n' });
    expect(readable(readHtml(html))).toContain(HOSTILE.long);
    for (const one of ['run', 'recorded', 'code', 'inbox', 'mail', 'plan'])
      expect(readable(readHtml(small(HOSTILE.long)[one] ?? ''))).toContain(HOSTILE.long);
  });
});

describe('the answer page', () => {
  it.each([
    ['task', taskBriefing()],
    ['approval', approvalBriefing()],
  ])('says what the mail says: %s', (_type, briefing) => {
    const page = readable(readHtml(answerPage({ briefing, action: '/a/abc', nonce: 'n' })));
    const mail = mailWriter().step(briefing, LINK, 'opened');
    const shown = elements(readHtml(mail.html), 'h1', 'h2', 'p', 'li').map(readable);
    const foot = ['Open', 'Review and decide', 'This link is yours', 'You get this mail'];
    for (const text of shown.filter((one) => !foot.some((word) => one.startsWith(word))))
      for (const part of text.split(/: | · /)) expect(page).toContain(part.trim());
  });

  it('sends a form without script to its action, with what protects it', () => {
    const [form] = elements(answer(), 'form');
    expect(form?.attributes.method).toBe('post');
    expect(form?.attributes.action).toBe('/a/abc');
    expect(form?.attributes.enctype).toBeUndefined();
    expect(form === undefined ? [] : sentAs(form, 'nonce')).toEqual(['nonce-1']);
    expect(sentAs(answer(), 'content')).toEqual(['sha256-task']);
  });

  it('offers a task one button', () => {
    expect(byName(answer(), 'decision').map(({ tag, attributes }) => [tag, attributes.value])).toEqual([
      ['button', 'done'],
    ]);
  });

  it('offers an approval its choices, none of them chosen', () => {
    const root = answer({ briefing: approvalBriefing() });
    expect(byName(root, 'decision').map(({ attributes }) => [attributes.type, attributes.value])).toEqual([
      ['radio', 'approve'],
      ['radio', 'request_changes'],
      ['radio', 'reject'],
    ]);
    expect(sentAs(root, 'decision')).toEqual([]);
    expect(readable(root)).toContain('Needed if you ask for changes or reject');
  });

  it('does not offer what is not possible', () => {
    const root = answer({ briefing: approvalBriefing({ choices: ['approve', 'reject'] }) });
    expect(readable(root)).not.toContain('Ask for changes');
  });

  it('proposes the hours that were planned', () => {
    expect(sentAs(answer(), 'hours')).toEqual(['4']);
    expect(byName(answer(), 'hours')[0]?.attributes).toMatchObject({ type: 'text', inputmode: 'decimal' });
    expect(sentAs(answer({ briefing: approvalBriefing() }), 'hours')).toEqual(['']);
  });

  it.each([
    ['headline', 'input', 'text'],
    ['notes', 'textarea', undefined],
    ['visits', 'input', 'text'],
    ['cost', 'input', 'text'],
    ['day', 'input', 'date'],
    ['call', 'input', 'datetime-local'],
    ['kind', 'input', 'radio'],
    ['country', 'select', undefined],
    ['channels', 'input', 'checkbox'],
    ['legal', 'input', 'radio'],
    ['contact', 'input', 'email'],
    ['live', 'input', 'url'],
    ['proof', 'select', undefined],
  ])('asks for each type of field as people give it: %s', (name, tag, type) => {
    const [input] = byName(answer({ briefing: taskBriefing({ fields: FIELDS }) }), name);
    expect([input?.tag, input?.attributes.type]).toEqual([tag, type]);
  });

  it('names currency, people, and what is optional', () => {
    const root = answer({ briefing: taskBriefing({ fields: FIELDS }) });
    expect(readable(root)).toContain('The money (EUR) (optional)');
    expect(readable(root)).toContain('The text As readers see it. At most 120 characters.');
    const [people] = byName(root, 'proof');
    expect(people === undefined ? [] : elements(people, 'option').map(textOf)).toEqual([
      'Choose …',
      'Kim Sato',
      'Mira Lind',
      'Robin Dahl',
    ]);
  });

  it('shows what was there before, else what the author proposed', () => {
    const fields = [
      { name: 'legal', field: field('yes_no', { default: true }) },
      {
        name: 'channels',
        field: field('choice', { many: true, options: ['Blog', 'Mail', 'Ads'] }),
        value: ['Blog', 'Ads'],
      },
      { name: 'cost', field: field('money', { default: 10 }), value: 99.5 },
      { name: 'call', field: field('datetime'), value: '2027-01-31T09:00:00+01:00' },
    ];
    const root = answer({ briefing: taskBriefing({ fields }) });
    expect(sentAs(root, 'legal')).toEqual(['yes']);
    expect(sentAs(root, 'channels')).toEqual(['Blog', 'Ads']);
    expect(sentAs(root, 'cost')).toEqual(['99.5']);
    expect(sentAs(root, 'call')).toEqual(['2027-01-31T09:00']);
  });

  it('loses nothing when something was wrong', () => {
    const values = {
      headline: HOSTILE_TEXT,
      notes: '\n two\r\nlines \t"<b>',
      visits: 'many',
      cost: '1.200,50',
      day: '2027-01-31',
      call: '2027-01-31T09:00',
      kind: 'List',
      country: 'NO',
      channels: ['Blog', 'Ads'],
      legal: 'no',
      contact: 'nobody',
      live: 'nowhere',
      proof: 'kim',
      comment: 'Kept, too.',
      hours: '1.1',
    };
    const root = answer({ briefing: taskBriefing({ fields: FIELDS }), values, problems: { headline: 'Too odd.' } });
    for (const [name, value] of Object.entries(values)) expect(sentAs(root, name), name).toEqual([value].flat());
    const approval = answer({
      briefing: approvalBriefing(),
      values: { decision: 'reject' },
      problems: { comment: 'Say why.' },
    });
    expect(sentAs(approval, 'decision')).toEqual(['reject']);
  });

  it('keeps empty what was emptied', () => {
    const fields = [{ name: 'channels', field: field('choice', { many: true, options: ['Blog'], default: ['Blog'] }) }];
    const root = answer({ briefing: taskBriefing({ fields }), values: { hours: '' }, problems: { '': 'No.' } });
    expect(sentAs(root, 'channels')).toEqual([]);
    expect(sentAs(root, 'hours')).toEqual(['']);
  });

  it('says what is wrong at its input and above all, with a way there', () => {
    const root = answer({
      briefing: approvalBriefing({ fields: [{ name: 'legal', field: field('yes_no') }] }),
      problems: { ...PROBLEMS, legal: 'Say yes or no.' },
    });
    const [summary] = elements(root).filter(({ attributes }) => attributes.role === 'alert');
    const links =
      summary === undefined ? [] : elements(summary, 'a').map((link) => [textOf(link), link.attributes.href]);
    expect(links).toEqual([
      ['Say yes or no.', '#f-legal'],
      ['Choose.', '#f-decision'],
      ['Say what.', '#f-comment'],
      ['Hours must be a number.', '#f-hours'],
    ]);
    expect(summary === undefined ? '' : readable(summary)).toContain('Please look again.');
    for (const [, href] of links) expect(byId(root, (href ?? '').slice(1))?.tag).toMatch(/input|textarea/);
    expect(byName(root, 'comment')[0]?.attributes).toMatchObject({
      'aria-invalid': 'true',
      'aria-describedby': 'f-comment-hint f-comment-problem',
    });
    expect(elements(root, 'title').map(textOf)).toEqual(['Error: Approve the outline – Runsheet']);
  });

  it('keeps a field apart from an input of ours with the same name', () => {
    const names = ['comment', 'decision', 'hours', 'content', 'nonce', 'code', 'resend', 'act'];
    const fields = names.map((name) => ({
      name,
      field: field('text', { label: `Own ${name}` }),
      value: `own ${name}`,
    }));
    const root = answer({ briefing: taskBriefing({ fields }), problems: { 'field.comment': 'Own problem.' } });
    for (const name of names) {
      expect(inputNameOf(name)).toBe(`field.${name}`);
      expect(sentAs(root, `field.${name}`)).toEqual([`own ${name}`]);
    }
    expect(sentAs(root, 'content')).toEqual(['sha256-task']);
    expect(textOf(byId(root, 'f-field.comment-problem') ?? root)).toBe('Own problem.');
    expect(byId(root, 'f-comment-problem')).toBeUndefined();
    expect(inputNameOf('outline')).toBe('outline');
    expect(inputNameOf('constructor')).toBe('constructor');
  });

  it('does not mistake what every object has for a value or a problem', () => {
    const fields = [{ name: 'constructor', field: field('text') }];
    const root = answer({ briefing: taskBriefing({ fields }), values: {}, problems: {} });
    expect(sentAs(root, 'constructor')).toEqual(['']);
    expect(byId(root, 'f-constructor-problem')).toBeUndefined();
  });

  it('lets it be given to somebody else, in a form of its own', () => {
    const [, give] = elements(answer(), 'form');
    expect(give?.attributes.action).toBe('/a/abc/give');
    const [person] = give === undefined ? [] : byName(give, 'person');
    expect(person === undefined ? [] : elements(person, 'option').map(({ attributes }) => attributes.value)).toEqual([
      '',
      'kim',
      'mira',
    ]);
    expect(give === undefined ? [] : byName(give, 'reason')).toHaveLength(1);
    const again = answer({
      handover: {
        action: '/a/abc/give',
        values: { person: 'kim', reason: 'Ill' },
        problems: { person: 'They are away.' },
      },
    });
    const [, form = again] = elements(again, 'form');
    expect([...sentAs(form, 'person'), ...sentAs(form, 'reason')]).toEqual(['kim', 'Ill']);
    const { handover: _handover, ...without } = {
      briefing: taskBriefing(),
      action: '/a/abc',
      nonce: 'n',
      handover: undefined,
    };
    expect(readable(readHtml(answerPage(without)))).not.toContain('somebody else');
  });

  it('says that it is late', () => {
    expect(readable(answer({ briefing: overdue(taskBriefing()) }))).toContain('2 working days late');
  });
});

describe('the page for the code', () => {
  const view = {
    title: 'Approve the outline',
    action: '/a/abc',
    sentTo: 'm…@example.com',
    nonce: 'nonce-2',
    hidden: [
      { name: 'decision', value: 'request_changes' },
      { name: 'comment', value: HOSTILE_TEXT },
      { name: 'channels', value: 'Blog' },
      { name: 'channels', value: 'Ads' },
      { name: 'nonce', value: 'old' },
      { name: 'code', value: '000000' },
      { name: 'resend', value: '1' },
    ],
  };

  it('asks for six digits as phones can fill them in', () => {
    const [input] = byName(readHtml(codePage(view)), 'code');
    expect(input?.attributes).toMatchObject({ inputmode: 'numeric', autocomplete: 'one-time-code', value: '' });
  });

  it('says that another code is on its way', () => {
    expect(readable(readHtml(codePage({ ...view, again: true })))).toContain('A new code is on its way.');
    expect(readable(readHtml(codePage(view)))).not.toContain('A new code');
  });

  it('carries the answer along unchanged', () => {
    const root = readHtml(codePage(view));
    expect(sentAs(root, 'decision')).toEqual(['request_changes']);
    expect(sentAs(root, 'comment')).toEqual([HOSTILE_TEXT]);
    expect(sentAs(root, 'channels')).toEqual(['Blog', 'Ads']);
    expect(sentAs(root, 'nonce')).toEqual(['nonce-2']);
    expect(sentAs(root, 'code')).toEqual(['']);
    expect(sentAs(root, 'resend')).toEqual([]);
  });

  it('lets a new one be sent, and says what was wrong with the last', () => {
    const root = readHtml(codePage({ ...view, problem: 'That is not the code.' }));
    expect(byName(root, 'resend').map(({ tag }) => tag)).toEqual(['button']);
    expect(textOf(byId(root, 'f-code-problem') ?? root)).toBe('That is not the code.');
    // Enter presses the first button.
    expect(elements(root, 'button').map(textOf)).toEqual(['Confirm', 'Send a new code']);
  });
});

describe('what was recorded', () => {
  const view = {
    decision: 'approve',
    who: 'Mira Lind',
    at: DUE,
    step: { title: 'Approve the outline' },
    run: { title: 'Spring article', url: 'https://runsheet.example/runs/1' },
  } as const;

  it.each([
    ['recorded', 'Thank you'],
    ['same', 'recorded before; nothing has changed'],
    ['other', 'Mira Lind decided this on Friday 20 November 2026, 17:00. Your answer was not recorded.'],
    ['looked-at', 'There is nothing left for you to do here.'],
  ] as const)('is said: %s', (kind, sentence) => {
    const text = readable(readHtml(recordedPage({ kind, ...view })));
    expect(text).toContain(sentence);
    expect(text).toContain('Approved: Approve the outline');
  });

  it('does not tell whoever only looked that their answer was refused', () => {
    expect(readable(readHtml(recordedPage({ kind: 'looked-at', ...view })))).not.toContain('Your answer');
  });

  it('says who comes next', () => {
    expect(readable(readHtml(recordedPage({ kind: 'recorded', ...view, next: approvalBriefing().after })))).toContain(
      'Write the final draft',
    );
    expect(readable(readHtml(recordedPage({ kind: 'recorded', ...view, next: [] })))).toContain('it was the last step');
  });
});

describe('a dead link', () => {
  it('says what happened and offers a new one, by POST', () => {
    const root = readHtml(deadLinkPage({ happened: 'Robin handed it in.', action: '/a/abc/new', nonce: 'n' }));
    expect(readable(root)).toContain('Robin handed it in.');
    expect(elements(root, 'form').map(({ attributes }) => [attributes.method, attributes.action])).toEqual([
      ['post', '/a/abc/new'],
    ]);
    expect(elements(root, 'input').map(({ attributes }) => attributes.name)).toEqual(['nonce']);
  });
});

describe('the start', () => {
  it('asks for inputs and people, and shows the plan first', () => {
    const root = readHtml(start());
    expect(sentAs(root, 'topic')).toEqual(['']);
    expect(sentAs(root, 'budget')).toEqual(['250']);
    expect(sentAs(root, 'field.nonce')).toEqual(['']);
    expect(sentAs(root, personInputOf('writer'))).toEqual([]);
    expect(readable(root)).toContain('Nobody holds this role. Left open, the lead is asked.');
    expect(byName(root, 'act').map((button) => [button.attributes.value, textOf(button)])).toEqual([
      ['plan', 'Show the plan'],
    ]);
  });

  it('shows the plan above the same form, with what is late and what would be in time', () => {
    const root = readHtml(start({ plan: planned('Write'), values: { topic: HOSTILE_TEXT } }));
    expect(readable(root)).toContain('Write – cannot be in time');
    expect(readable(root)).toContain('The nearest day on which everything can be in time is Friday 2 April 2027.');
    expect(sentAs(root, 'topic')).toEqual([HOSTILE_TEXT]);
    expect([sentAs(root, 'once'), sentAs(root, 'seen')]).toEqual([['once-1'], ['seen-1']]);
    // Return in a text presses the first button: it starts nothing.
    expect(byName(root, 'act').map((button) => [button.tag, button.attributes.value])).toEqual([
      ['button', 'plan'],
      ['button', 'on:2027-04-02'],
      ['button', 'start'],
      ['button', 'plan'],
    ]);
  });
});

describe('the page of a run', () => {
  it('says where it stands, who has it and what happened', () => {
    const text = readable(readHtml(run()));
    for (const part of [
      'Will end',
      'Late',
      'Round 2',
      'Fri 20 Nov, 17:00 – 2 working days late',
      'Monday 9 November 2026 11:00',
    ])
      expect(text).toContain(part);
  });

  it('can be steered only by whom it is given to', () => {
    expect(elements(readHtml(run({ steering: undefined })), 'form')).toEqual([]);
    const forms = elements(readHtml(run()), 'form');
    const sent = forms.map((form) => [sentAs(form, 'act')[0], sentAs(form, 'step')[0], byName(form, 'reason').length]);
    expect(sent).toEqual([
      ['reassign', 'outline##2', 1],
      ['move', 'outline##2', 1],
      ['extend', 'outline##2', 1],
      ['skip', 'outline##2', 1],
      ['reassign', 'images##1', 1],
      ['move', 'images##1', 1],
      ['cancel', undefined, 1],
    ]);
    for (const form of forms) expect(sentAs(form, 'nonce')).toEqual(['nonce-1']);
  });

  it('shows the diagram without its style, which the policy forbids', () => {
    const html = run({ diagram: '<svg class="runsheet-diagram"><style>.a{}</style><path class="rs-s-wire"/></svg>' });
    expect(html).toContain('<svg class="runsheet-diagram"><path class="rs-s-wire"/></svg>');
    expect(STYLESHEET).toContain('.runsheet-diagram .rs-s-wire{');
  });
});

describe('a mail in the sandbox', () => {
  const shownMail = (html: string) => {
    const [letter] = elements(
      readHtml(mailPage({ to: 'a@example.com', subject: 's', sent: 'now', html, text: '', frame: FRAME })),
      'template',
    );
    return { mode: letter?.attributes.shadowrootmode, html: letter?.children.join('') };
  };

  it('is shown as it is, in a tree of its own, without script', () => {
    const { html } = mailWriter().step(hostileBriefing(), LINK, 'opened');
    expect(shownMail(html)).toEqual({ mode: 'open', html });
    expect(MAIL_PAGE_POLICY).toMatch(/^default-src 'none'; style-src 'self' 'unsafe-inline';/);
    expect(MAIL_PAGE_POLICY).not.toContain('script-src');
    expect(PAGE_POLICY).not.toContain('unsafe');
  });

  it('stays inside, whatever is in it', () => {
    expect(shownMail('<p>a</template><h1>b</h1></TEMPLATE ></p>').html).toBe(
      '<p>a&lt;/template><h1>b</h1>&lt;/TEMPLATE ></p>',
    );
  });
});

describe('the clock', () => {
  it('can be moved only where it stands still', () => {
    const buttons = (virtual: boolean) =>
      byName(readHtml(clockPage({ now: 'now', virtual, frame: FRAME })), 'advance').map(
        ({ attributes }) => attributes.value,
      );
    expect(buttons(true)).toEqual(['1h', '24h', '168h', 'next']);
    expect(buttons(false)).toEqual([]);
  });
});

describe('the stylesheet', () => {
  const brightness = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: string, other: string): number => {
    const [dark = 0, light = 0] = [brightness(one), brightness(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const palettes = [...STYLESHEET.matchAll(/:root \{([^}]*#[^}]*)\}/g)]
    .slice(0, 2)
    .map(([, body = '']) =>
      Object.fromEntries(
        [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour ?? '']),
      ),
    );

  it.each([
    ['ink', 'paper'],
    ['ink', 'card'],
    ['ink', 'quiet'],
    ['muted', 'paper'],
    ['muted', 'card'],
    ['accent', 'paper'],
    ['accent', 'card'],
    ['accent', 'quiet'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['late', 'card'],
    ['late', 'paper'],
    ['late', 'late-paper'],
    ['good', 'good-paper'],
    ['wrong', 'card'],
    ['wrong', 'wrong-paper'],
    ['mind', 'mind-paper'],
    ['ink', 'mind-paper'],
  ])('lets %s be read on %s, in light and dark', (one, other) => {
    expect(palettes).toHaveLength(2);
    for (const palette of palettes)
      expect(contrast(palette[one] ?? '', palette[other] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it('loads nothing', () => {
    expect(STYLESHEET).not.toMatch(/url\(|@import|@font-face|<|expression/);
  });
});

describe('the rooms of the pages', () => {
  const folder = resolve(import.meta.dirname, '../functions/pages');
  const files = readdirSync(folder);
  const ALLOWED =
    /^(\.\/|\.\.\/words\/|\.\.\/core\/(briefing|mails|ports)\.ts|\.\.\/\.\.\/statemachines\/(language|diagram)\/|hono\/html$|markdown-it$|ical-generator$)/;

  it.each(files)('%s reads no clock and no chance, and imports what it may', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).not.toMatch(/\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.env\b/);
    const imports = [...text.matchAll(/^(?:import|\}) .*?from '([^']+)'/gm)].map(([, from = '']) => from);
    expect(imports.filter((from) => !ALLOWED.test(from))).toEqual([]);
  });
});
