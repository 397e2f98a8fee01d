/** Briefings as the core would put them together: a calm one, one to approve, and one in which every text is hostile. */
import type { Briefing, ShownDate } from '../../functions/core/briefing.ts';

export const LINK = 'https://runsheet.example/a/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXU';

export const shown = (instant: string, wall: string, distance = '', late = false): ShownDate => ({
  instant,
  wall,
  zone: 'Europe/Oslo',
  distance,
  late,
});

export const DUE = shown('2026-11-20T16:00:00.000Z', 'Friday 20 November 2026, 17:00', 'in 9 working days');
const OVERDUE = shown('2026-11-20T16:00:00.000Z', 'Friday 20 November 2026, 17:00', '2 working days late', true);

export const taskBriefing = (changes: Partial<Briefing> = {}): Briefing => ({
  run: {
    id: 'blog-post-1',
    title: 'Spring article',
    workflow: 'Blog post',
    purpose: 'Publish one search-led article that brings qualified visitors.',
    url: 'https://runsheet.example/runs/blog-post-1',
    lead: 'Mira Lind',
  },
  step: { id: 'outline', type: 'task', title: 'Write the outline', phase: 'Writing', round: 1, assurance: 'link' },
  reader: { person: 'robin', name: 'Robin Dahl', role: 'Writer', counts: true },
  due: DUE,
  revision: 0,
  written: '2026-11-09T08:00:00.000Z',
  expires: shown('2026-12-18T16:00:00.000Z', 'Friday 18 December 2026, 17:00'),
  done_when: 'Every heading says what its section proves, and the sources are named.',
  instructions:
    'Start from the **questions** that sales heard this month.\n\n1. List the questions\n2. Group them\n3. One heading for each group\n\nSee [the guide](https://guide.example/outlines).',
  dos: ['Name one reader', 'Keep it to one page'],
  donts: ['Start from a keyword alone'],
  critical: ['Never promise a launch date in the title'],
  links: [{ title: 'Style guide', href: 'https://guide.example/style', text: 'https://guide.example/style' }],
  before: [
    {
      step: 'keywords',
      title: 'Research keywords',
      who: ['Kim Sato'],
      finished: shown('2026-11-09T10:00:00.000Z', 'Monday 9 November 2026, 11:00'),
      decision: 'done',
      results: [
        { label: 'Keywords', text: 'spring cleaning\nspring checklist' },
        { label: 'Sheet', text: 'https://sheets.example/k/1', href: 'https://sheets.example/k/1' },
      ],
    },
  ],
  after: [
    {
      step: 'approve-outline',
      title: 'Approve the outline',
      who: ['Kim Sato', 'Mira Lind'],
      due: shown('2026-11-25T16:00:00.000Z', 'Wednesday 25 November 2026, 17:00', 'in 12 working days'),
      results: [],
    },
  ],
  remarks: [],
  votes: [],
  choices: ['done'],
  fields: [{ name: 'outline', field: { type: 'url', label: 'Link to the outline', required: true } }],
  people: [
    { id: 'kim', name: 'Kim Sato' },
    { id: 'mira', name: 'Mira Lind' },
    { id: 'robin', name: 'Robin Dahl' },
  ],
  takers: [
    { id: 'kim', name: 'Kim Sato' },
    { id: 'mira', name: 'Mira Lind' },
    { id: 'robin', name: 'Robin Dahl' },
  ],
  effort: 4,
  content: 'sha256-task',
  ...changes,
});

export const approvalBriefing = (changes: Partial<Briefing> = {}): Briefing => {
  const { expires: _expires, effort: _effort, ...task } = taskBriefing();
  return {
    ...task,
    step: { id: 'approve-outline', type: 'approval', title: 'Approve the outline', round: 2, assurance: 'verified' },
    reader: { person: 'mira', name: 'Mira Lind', role: 'Marketing manager', covers: 'Jo Berg', counts: true },
    done_when: 'The outline can be written up as it stands.',
    instructions: 'Judge the thread, not the words.',
    dos: [],
    donts: [],
    critical: [],
    links: [],
    before: [],
    after: [{ step: 'draft', title: 'Write the final draft', who: ['Robin Dahl'], results: [] }],
    remarks: [
      {
        who: 'Kim Sato',
        at: shown('2026-11-11T09:00:00.000Z', 'Wednesday 11 November 2026, 10:00'),
        round: 1,
        decision: 'request_changes',
        text: 'Section three says the same as two.\nThe sources are missing.',
      },
      {
        who: 'Robin Dahl',
        at: shown('2026-11-12T09:00:00.000Z', 'Thursday 12 November 2026, 10:00'),
        round: 2,
        decision: 'done',
        text: 'Merged two and three, named four sources.',
      },
    ],
    judged: {
      step: 'outline',
      title: 'Write the outline',
      who: ['Robin Dahl'],
      by: ['Robin Dahl'],
      finished: shown('2026-11-12T09:00:00.000Z', 'Thursday 12 November 2026, 10:00'),
      decision: 'done',
      results: [
        { label: 'Link to the outline', text: 'https://docs.example/outline', href: 'https://docs.example/outline' },
      ],
    },
    votes: [
      { who: 'Kim Sato', role: 'SEO strategist', counts: true, choice: 'approve' },
      { who: 'Mira Lind', role: 'Marketing manager', counts: true },
      { who: 'Lou Legal', role: 'Legal', counts: false },
    ],
    rule: 'Everyone has to approve.',
    choices: ['approve', 'request_changes', 'reject'],
    rounds_left: 1,
    fields: [],
    content: 'sha256-approval',
    ...changes,
  };
};

export const overdue = (briefing: Briefing): Briefing => ({ ...briefing, due: OVERDUE });

export const HOSTILE = {
  script: '<script>alert(1)</script>',
  picture: '<img src=x onerror=alert(2)>',
  attribute: '"><svg onload=alert(3)>',
  turned: 'report\u202Efdp.exe',
  arabic: 'مرحبا بالعالم',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈',
  template: '{{ steps.secret }} ${process.env}',
  lines: 'First\r\nBcc: victim@example.com\r\n\r\nBody',
  control: 'a\u0000b\u001bc',
  long: `${'x'.repeat(10_000)}END`,
} as const;

/** All of it in one text, without the long one. */
export const HOSTILE_TEXT = Object.entries(HOSTILE)
  .filter(([name]) => name !== 'long')
  .map(([, text]) => text)
  .join(' ');

const BAD_LINK = 'javascript:alert(4)';
const BAD_MARKDOWN = `[click](javascript:alert(5)) ![pic](https://evil.example/p.png) <b onclick=x>bold</b> [data](data:text/html,x) ${HOSTILE_TEXT}`;

/** Every text of a briefing replaced by what somebody with bad intent, or an odd name, would write. */
export const hostileBriefing = (of: Briefing = approvalBriefing(), text: string = HOSTILE_TEXT): Briefing => {
  const date = shown('2026-11-20T16:00:00.000Z', 'Friday 20 November 2026, 17:00', 'in 9 working days');
  const neighbour = {
    step: 'x',
    title: text,
    who: [text],
    due: date,
    results: [
      { label: text, text, href: BAD_LINK },
      { label: 'Bare', text: BAD_LINK },
    ],
  };
  return {
    ...of,
    run: { ...of.run, title: text, workflow: text, purpose: text, lead: text },
    step: { ...of.step, title: text, phase: text, item: text },
    reader: { ...of.reader, name: text, role: text, covers: text },
    due: date,
    done_when: text,
    instructions: BAD_MARKDOWN,
    dos: [text],
    donts: [text],
    critical: [text],
    links: [{ title: text, href: BAD_LINK, text: BAD_LINK }],
    before: [neighbour],
    after: [neighbour],
    remarks: [{ who: text, at: date, round: 1, decision: 'request_changes', text }],
    judged: { ...neighbour, by: [text] },
    votes: [{ who: text, role: text, counts: true }],
    rule: text,
    fields: [
      { name: 'comment', field: { type: 'text', label: text, help: text, required: true }, value: text },
      { name: 'notes', field: { type: 'long_text', label: text, required: false }, value: `\n${text}` },
      { name: 'kind', field: { type: 'choice', label: text, required: false, options: [text, 'other'] } },
    ],
    people: [{ id: text, name: text }],
    takers: [{ id: text, name: text }],
    content: text,
  };
};
