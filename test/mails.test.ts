import { describe, expect, it } from 'vitest';
import type { Briefing } from '../functions/core/briefing.ts';
import type { MailContent, Reminder } from '../functions/core/mails.ts';
import { mailWriter } from '../functions/pages/mail-writer.ts';
import { elements, harm, readHtml, textOf } from './pages-elements.ts';
import {
  approvalBriefing,
  DUE,
  HOSTILE,
  HOSTILE_TEXT,
  hostileBriefing,
  LINK,
  overdue,
  shown,
  taskBriefing,
} from './support/briefings.ts';

const writer = mailWriter();
const step = (briefing: Briefing, link = LINK) => writer.step(briefing, link, 'opened');
const readable = (mail: MailContent): string => textOf(readHtml(mail.html)).replace(/\s+/g, ' ');
const plain = (mail: MailContent): string => mail.text.replace(/\s+/g, ' ');
const hrefs = (mail: MailContent): readonly string[] =>
  elements(readHtml(mail.html), 'a').map(({ attributes }) => attributes.href ?? '');
const reminder = (briefing: Briefing, changes: Partial<Reminder> = {}): Reminder => ({
  briefing,
  link: LINK,
  kind: 'before',
  as: 'owner',
  who: [],
  ...changes,
});
const robin = { name: 'Robin Dahl' };

/** The unfolded lines of an iCalendar file. */
const linesOf = (mail: MailContent): readonly string[] =>
  (mail.invite?.text ?? '').replace(/\r\n[ \t]/g, '').split('\r\n');
const propertyOf = (mail: MailContent, name: string): string | undefined =>
  linesOf(mail)
    .find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`))
    ?.replace(/^[^:]*:/, '');

const TASK_ANSWERS: readonly (readonly [string, string])[] = [
  ['what to do', 'Write the outline'],
  ['by when', 'Due Friday 20 November 2026, 17:00'],
  ['in how many working days', 'in 9 working days'],
  ['in whose time', 'Europe/Oslo'],
  ['what happens if nobody does', 'it ends on Friday 18 December 2026, 17:00'],
  ['how much work it is', '4 hours'],
  ['why', 'Publish one search-led article that brings qualified visitors.'],
  ['what done means', 'Every heading says what its section proves'],
  ['what to mind', 'Never promise a launch date in the title'],
  ['how', 'Group them'],
  ['what to do well', 'Name one reader'],
  ['what not to do', 'Start from a keyword alone'],
  ['where to read on', 'Style guide'],
  ['what came before', 'Research keywords'],
  ['who did it and when', 'Kim Sato · done Monday 9 November 2026, 11:00'],
  ['what was handed in', 'spring cleaning'],
  ['with its links', 'https://sheets.example/k/1'],
  ['who comes next', 'Approve the outline'],
  ['by when they have to', 'Wednesday 25 November 2026, 17:00'],
  ['in which run', 'Spring article'],
  ['as whom they are asked', 'Writer'],
];
const APPROVAL_ANSWERS: readonly (readonly [string, string])[] = [
  ['what is judged', 'Write the outline'],
  ['with its link', 'https://docs.example/outline'],
  ['whose work it is', 'Robin Dahl · done Thursday 12 November 2026, 10:00'],
  ['how it is counted', 'Everyone has to approve.'],
  ['who has voted', 'Kim Sato (SEO strategist): approved'],
  ['who has not', 'Mira Lind (Marketing manager): has not voted yet'],
  ['who does not count', 'Lou Legal (Legal): has not voted yet, may comment, does not count'],
  ['which round it is', 'Round 2'],
  ['how many are left', '1 more round'],
  ['what was asked for before', 'The sources are missing.'],
  ['what became of it', 'Merged two and three'],
  ['who comes next', 'Write the final draft'],
  ['for whom they stand in', 'You stand in for Jo Berg.'],
];

describe('the mail of a step', () => {
  it.each(TASK_ANSWERS)('says of a task %s, in both parts', (_question, answer) => {
    expect(readable(step(taskBriefing()))).toContain(answer);
    expect(plain(step(taskBriefing()))).toContain(answer);
  });

  it.each(APPROVAL_ANSWERS)('says of an approval %s, in both parts', (_question, answer) => {
    expect(readable(step(approvalBriefing()))).toContain(answer);
    expect(plain(step(approvalBriefing()))).toContain(answer);
  });

  it('says first what to do, then by when, then where, then why', () => {
    for (const said of [readable(step(taskBriefing())).replace(/^.*?Writing/, ''), plain(step(taskBriefing()))]) {
      const places = [
        'Write the outline',
        'Due Friday',
        'Open',
        'Publish one',
        'Every heading',
        'Never promise',
        'List the',
      ].map((part) => said.indexOf(part));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  it.each([
    ['task', taskBriefing(), 'Open'],
    ['approval', approvalBriefing(), 'Review and decide'],
  ])('has one link to us: %s', (_type, briefing, label) => {
    const mail = step(briefing);
    expect(hrefs(mail).filter((href) => href.startsWith('https://runsheet.example'))).toEqual([LINK]);
    expect(mail.text.match(/https:\/\/runsheet\.example\S*/g)).toEqual([LINK]);
    const [button] = elements(readHtml(mail.html), 'a');
    expect(button === undefined ? '' : textOf(button)).toBe(label);
    expect(mail.text).toContain(`${label}:\n${LINK}\n`);
  });

  it('keeps a link of 200 characters whole', () => {
    const link = `https://runsheet.example/a/${'q'.repeat(173)}`;
    const mail = step(taskBriefing(), link);
    expect(link).toHaveLength(200);
    expect(hrefs(mail)).toContain(link);
    expect(mail.text.split('\n')).toContain(link);
  });

  it('says in the subject what, by when and in which run', () => {
    expect(step(taskBriefing()).subject).toBe('Write the outline – due Fri 20 Nov – Spring article');
    expect(step(approvalBriefing()).subject).toBe('Round 2: Approve the outline – due Fri 20 Nov – Spring article');
    const { due: _due, ...undated } = taskBriefing();
    expect(step(undated).subject).toBe('Write the outline – Spring article');
  });

  it('names the day as it is where its reader lives', () => {
    const due = {
      ...shown('2026-11-20T11:00:00.000Z', 'Saturday 21 November 2026, 01:00'),
      zone: 'Pacific/Kiritimati',
    };
    expect(step(taskBriefing({ due })).subject).toContain('due Sat 21 Nov');
  });

  it.each([
    ['reassigned', 'Now yours: Write the outline', 'This was given to you.'],
    ['due-moved', 'New date: Write the outline', 'The due date has moved.'],
    ['new-link', 'New link: Write the outline', 'Links from earlier mails no longer work.'],
  ] as const)('says why it comes again: %s', (why, subject, sentence) => {
    const mail = writer.step(taskBriefing(), LINK, why);
    expect(mail.subject).toContain(subject);
    expect(readable(mail)).toContain(sentence);
    expect(plain(mail)).toContain(sentence);
  });

  it('names the item of an each', () => {
    const briefing = taskBriefing();
    const mail = step({ ...briefing, step: { ...briefing.step, item: 'Newsletter' } });
    expect(mail.subject).toContain('Write the outline (Newsletter)');
    expect(mail.text).toContain('Write the outline (Newsletter)');
  });

  it('leaves out headings of what nobody wrote', () => {
    const {
      done_when: _done,
      instructions: _how,
      ...briefing
    } = taskBriefing({ dos: [], donts: [], critical: [], links: [], before: [] });
    expect(readable(step(briefing))).not.toMatch(/Done means|How to do it|Mind this|Links|What came before|Votes/);
  });

  it('loads nothing from elsewhere', () => {
    for (const mail of [step(taskBriefing()), step(hostileBriefing())]) {
      expect(mail.html).not.toMatch(/@import|@font-face|url\(/);
      expect(
        elements(readHtml(mail.html)).filter(({ attributes }) => 'src' in attributes || 'background' in attributes),
      ).toEqual([]);
    }
  });

  it('cuts at length what others wrote, and says where the rest is', () => {
    const [before] = taskBriefing().before;
    const mail = step(
      taskBriefing({
        before: before === undefined ? [] : [{ ...before, results: [{ label: 'Notes', text: HOSTILE.long }] }],
      }),
    );
    expect(mail.html.length).toBeLessThan(20_000);
    expect(readable(mail)).toContain('The rest stands behind the link of this mail.');
    expect(plain(mail)).toContain('The rest stands behind the link of this mail.');
  });

  it('is the same when it is written again', () => {
    expect(step(hostileBriefing())).toEqual(step(hostileBriefing()));
  });
});

describe('the due date for a calendar', () => {
  it('is half an hour that ends when the step is due', () => {
    const mail = step(taskBriefing());
    expect(propertyOf(mail, 'METHOD')).toBe('PUBLISH');
    expect(propertyOf(mail, 'DTSTART')).toBe('20261120T153000Z');
    expect(propertyOf(mail, 'DTEND')).toBe('20261120T160000Z');
    expect(propertyOf(mail, 'SUMMARY')).toBe('Write the outline – Spring article');
    expect(propertyOf(mail, 'URL')).toBe('https://runsheet.example/runs/blog-post-1');
    expect(mail.invite?.name).toBe('due.ics');
  });

  it('is the same entry when the date moves, and another one in the next round', () => {
    const moved = step(taskBriefing({ due: shown('2026-11-24T16:00:00.000Z', 'Tuesday 24 November 2026, 17:00') }));
    const { step: first } = taskBriefing();
    const again = step(taskBriefing({ step: { ...first, round: 2 } }));
    expect(propertyOf(moved, 'UID')).toBe(propertyOf(step(taskBriefing()), 'UID'));
    expect(propertyOf(again, 'UID')).not.toBe(propertyOf(step(taskBriefing()), 'UID'));
  });

  it('lets nobody answer', () => {
    expect(linesOf(step(taskBriefing())).join('\n')).not.toContain(LINK);
  });

  it('holds hostile text as text', () => {
    const lines = linesOf(step(hostileBriefing()));
    const names = lines.filter((line) => line !== '').map((line) => /^[A-Z-]+/.exec(line)?.[0]);
    expect(names).toEqual([
      'BEGIN',
      'VERSION',
      'PRODID',
      'METHOD',
      'BEGIN',
      'UID',
      'SEQUENCE',
      'DTSTAMP',
      'DTSTART',
      'DTEND',
      'SUMMARY',
      'DESCRIPTION',
      'URL',
      'END',
      'END',
    ]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    const { text = '' } = step(hostileBriefing(undefined, HOSTILE.long)).invite ?? {};
    expect(text.split('\r\n').filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
  });

  it('is left out where there is no date', () => {
    const { due: _due, ...undated } = taskBriefing();
    expect(step(undated).invite).toBeUndefined();
  });
});

const HOSTILE_MAILS: readonly (readonly [string, MailContent])[] = [
  ['task', step(hostileBriefing(taskBriefing()))],
  ['approval', step(hostileBriefing())],
  ['reminder', writer.reminders({ name: HOSTILE_TEXT }, [reminder(hostileBriefing(), { who: [HOSTILE_TEXT] })])],
  [
    'reminders',
    writer.reminders({ name: HOSTILE_TEXT }, [
      reminder(hostileBriefing()),
      reminder(hostileBriefing(), { kind: 'escalation', as: 'lead' }),
    ]),
  ],
  ['code', writer.code({ name: HOSTILE_TEXT }, '482913', { title: HOSTILE_TEXT, run: HOSTILE_TEXT })],
  [
    'notice',
    writer.notice({
      reader: HOSTILE_TEXT,
      run: { title: HOSTILE_TEXT, workflow: HOSTILE_TEXT, url: 'javascript:alert(1)' },
      headline: HOSTILE_TEXT,
      lines: [HOSTILE_TEXT],
      quotes: [{ who: HOSTILE_TEXT, text: HOSTILE_TEXT }],
      action: { label: HOSTILE_TEXT, link: 'javascript:alert(1)' },
    }),
  ],
  [
    'authored',
    writer.authored(HOSTILE_TEXT, `${HOSTILE_TEXT} [x](javascript:alert(1)) ![p](https://evil.example/p.png)`),
  ],
];

describe('hostile text in a mail', () => {
  it.each(HOSTILE_MAILS)('is text: %s', (_kind, mail) => {
    const root = readHtml(mail.html);
    expect(harm(root)).toEqual([]);
    for (const part of [
      HOSTILE.script,
      HOSTILE.picture,
      HOSTILE.attribute,
      HOSTILE.template,
      HOSTILE.emoji,
      HOSTILE.arabic,
    ]) {
      expect(textOf(root)).toContain(part);
      expect(mail.text).toContain(part);
    }
    expect((mail.html + mail.text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
  });

  it.each(HOSTILE_MAILS)('leaves the subject one short line: %s', (_kind, { subject }) => {
    expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(subject.length).toBeLessThanOrEqual(120);
    expect(subject.isWellFormed()).toBe(true);
  });

  it('cannot make a second header', () => {
    const briefing = taskBriefing();
    const mail = step({ ...briefing, step: { ...briefing.step, title: HOSTILE.lines } });
    expect(mail.subject).toBe('First Bcc: victim@example.com Body – due Fri 20 Nov – Spring article');
  });

  it('is cut between people, not within one, however many there are', () => {
    const briefing = taskBriefing();
    const { subject } = step({ ...briefing, step: { ...briefing.step, title: '👩‍👩‍👧‍👦'.repeat(200) } });
    expect(subject.length).toBeLessThanOrEqual(120);
    expect(subject).toMatch(/^(👩‍👩‍👧‍👦)+…/u);
  });

  it('is there whole where it is 10,000 characters', () => {
    const mail = step(hostileBriefing(undefined, HOSTILE.long));
    expect(readable(mail)).toContain(HOSTILE.long);
    expect(plain(mail)).toContain(HOSTILE.long);
    expect(mail.subject).toContain('due Fri 20 Nov');
  });

  it('links only to http, https and mailto', () => {
    const mail = step(
      taskBriefing({
        instructions:
          '[a](javascript:x) [b](data:text/html,x) [c](vbscript:x) [d](https://ok.example/) [e](mailto:x@ok.example) <https://auto.example/> file.md',
        links: [{ title: 'bad', href: 'JaVaScRiPt:alert(1)', text: 'JaVaScRiPt:alert(1)' }],
      }),
    );
    expect(hrefs(mail)).toEqual([
      LINK,
      'https://ok.example/',
      'mailto:x@ok.example',
      'https://auto.example/',
      'https://sheets.example/k/1',
    ]);
    expect(mail.text).toContain('d (https://ok.example/)');
  });
});

describe('a code', () => {
  const mail = writer.code({ name: 'Mira Lind' }, '482913', { title: 'Approve the outline', run: 'Spring article' });

  it('stands in both parts, to be copied as one and read aloud in two', () => {
    expect(readable(mail)).toContain('482913');
    expect(mail.text.split('\n')).toContain('482913');
    expect(readable(mail)).toContain('Read aloud: 482 – 913');
    expect(plain(mail)).toContain('Read aloud: 482 – 913');
  });

  it('does not stand where a locked screen shows it', () => {
    expect(mail.subject).toBe('Your code for: Approve the outline');
    const [preheader] = elements(readHtml(mail.html), 'div');
    expect(preheader === undefined ? '' : textOf(preheader)).not.toMatch(/\d{3}/);
  });

  it('says how long it works and what to do if nobody asked for it', () => {
    for (const said of [readable(mail), plain(mail)]) {
      expect(said).toContain('10 minutes');
      expect(said).toContain('If you did not ask for it, ignore this mail');
      expect(said).toContain('Spring article');
    }
    expect(hrefs(mail)).toEqual([]);
  });
});

describe('reminders', () => {
  it.each([
    [
      reminder(taskBriefing({ due: { ...DUE, distance: 'tomorrow' } })),
      'Reminder: Write the outline is due tomorrow – Spring article',
    ],
    [reminder(taskBriefing(), { kind: 'due' }), 'Due now: Write the outline – Spring article'],
    [
      reminder(overdue(taskBriefing()), { kind: 'overdue' }),
      'Overdue by 2 working days: Write the outline – Spring article',
    ],
    [
      reminder(overdue(taskBriefing()), { kind: 'escalation', as: 'lead', who: ['Robin Dahl'] }),
      'Overdue by 2 working days: Write the outline – Spring article',
    ],
  ])('say in the subject what is due and when', (one, subject) => {
    expect(writer.reminders(robin, [one]).subject).toBe(subject);
  });

  it('come as one mail, what is overdue first, each with its link', () => {
    const other = `${LINK.slice(0, -1)}1`;
    const third = `${LINK.slice(0, -1)}2`;
    const mail = writer.reminders(robin, [
      reminder(approvalBriefing(), { as: 'approvers' }),
      reminder(overdue(taskBriefing()), { kind: 'overdue', link: other }),
      reminder(taskBriefing(), { kind: 'due', link: third }),
    ]);
    expect(mail.subject).toBe('3 things are due, 1 of them overdue');
    expect(hrefs(mail)).toEqual([other, third, LINK]);
    expect(mail.text.match(/https:\/\/runsheet\.example\S*/g)).toEqual([other, third, LINK]);
    expect(readable(mail)).toMatch(/Overdue.*Due now.*Coming up/);
  });

  it.each([
    ['lead', 'You are told as the lead'],
    ['backup', 'You are told as the backup'],
  ] as const)('tell the %s whose it is and how late', (as, sentence) => {
    const mail = writer.reminders({ name: 'Mira' }, [
      reminder(overdue(taskBriefing()), { kind: 'escalation', as, who: ['Robin Dahl'] }),
    ]);
    for (const said of [readable(mail), plain(mail)]) {
      expect(said).toContain('This is with Robin Dahl, and it is 2 working days late.');
      expect(said).toContain(sentence);
      expect(said).toContain('See where it stands');
    }
  });

  it('tell the owner that others know', () => {
    const mail = writer.reminders(robin, [reminder(overdue(taskBriefing()), { kind: 'escalation' })]);
    expect(plain(mail)).toContain('Others have been told as well.');
    expect(readable(mail)).toContain('Others have been told as well.');
  });
});

describe('a notice', () => {
  it('says what happened, what others said, and where to act', () => {
    const mail = writer.notice({
      reader: 'Mira Lind',
      run: { title: 'Spring article', workflow: 'Blog post', url: 'https://runsheet.example/runs/1' },
      headline: 'Nobody has answered “Write the outline”',
      lines: ['It was due on Friday.'],
      quotes: [{ who: 'Robin', at: DUE, text: 'I am ill\nsorry' }],
      action: { label: 'Decide', link: LINK },
    });
    expect(mail.subject).toBe('Nobody has answered “Write the outline” – Spring article');
    expect(hrefs(mail)).toEqual([LINK]);
    for (const said of [readable(mail), plain(mail)])
      for (const part of ['Mira Lind', 'Blog post', 'It was due on Friday.', 'Robin', 'I am ill', 'sorry', 'Decide'])
        expect(said).toContain(part);
    expect(mail.text).toContain('> I am ill\n> sorry');
  });

  it('leads to the run where there is nothing else to do', () => {
    const mail = writer.notice({
      reader: 'Mira',
      run: { title: 'Spring article', workflow: 'Blog post', url: 'https://runsheet.example/runs/1' },
      headline: 'Finished',
      lines: [],
    });
    expect(hrefs(mail)).toEqual(['https://runsheet.example/runs/1']);
  });
});

describe('a mail of the author', () => {
  it('is Markdown in one part and readable text in the other', () => {
    const mail = writer.authored(
      'Your newsletter is ready',
      '# Hello Kim\n\nIt **is** ready. [Read it](https://n.example/1)\n\n- one\n- two\n\n1. first\n2. second\n\nno \\*stars\\*',
    );
    expect(mail.subject).toBe('Your newsletter is ready');
    expect(mail.text).toBe(
      'Hello Kim\n\nIt is ready. Read it (https://n.example/1)\n\n- one\n- two\n\n1. first\n2. second\n\nno *stars*\n',
    );
    expect(elements(readHtml(mail.html), 'li').map(textOf)).toEqual(['one', 'two', 'first', 'second']);
    expect(mail.invite).toBeUndefined();
  });
});
