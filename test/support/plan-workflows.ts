/** Workflows, teams and calendars for the tests of plan: the smallest of each, and the blog post of language.md. */
import type {
  Approval,
  CalendarDefinition,
  Each,
  Moment,
  Person,
  Span,
  Step,
  Task,
  Team,
  Wait,
  Workflow,
} from '../../statemachines/language/workflow.ts';
import type { Calendar } from '../../statemachines/plan/holidays.ts';

export const office: CalendarDefinition = {
  title: 'Office',
  zone: 'Europe/Oslo',
  workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: { from: '09:00', to: '17:00' },
  holidays: { add: [], except: [] },
};

/** Monday to Friday, 09:00 to 17:00 in Oslo, with the given days off in 2026 to 2028. */
export const officeCalendar = (days_off: Record<string, string> = {}, over: Partial<Calendar> = {}): Calendar => ({
  zone: office.zone,
  workdays: office.workdays,
  hours: office.hours,
  days_off,
  years: { from: 2026, to: 2028 },
  ...over,
});

/** `2 workdays`, `3h`: as an author writes it. */
export const span = (text: string): Span => {
  const [count, unit] = text.split(' ');
  return { count: Number(count), unit: unit?.replace(/s?$/, 's') as Span['unit'] };
};

/** `30 days before publish`, `on start at 09:00`; a name that is no input and not `start` is a step's. */
export const moment = (text: string, inputs: readonly string[] = ['publish']): Moment => {
  const found = /^(?:(\d+ \w+) )?(before|after|on) (\S+)(?: at (\S+))?$/.exec(text);
  const name = found?.[3] ?? '';
  return {
    direction: found?.[2] as Moment['direction'],
    ...(found?.[1] === undefined ? {} : { span: span(found[1]) }),
    reference:
      name === 'start'
        ? { kind: 'start' }
        : inputs.includes(name)
          ? { kind: 'input', name }
          : { kind: 'step', id: name },
    ...(found?.[4] === undefined ? {} : { time: found[4] }),
  };
};

type Common = {
  readonly after?: readonly string[];
  readonly due?: string;
  readonly takes?: string;
  readonly effort?: number;
  readonly owner?: string;
  readonly backup?: string;
  readonly when?: string;
  readonly expires?: string;
};

const base = (id: string, common: Common) =>
  ({
    id,
    title: id,
    after: common.after ?? [],
    dos: [],
    donts: [],
    critical: [],
    links: [],
    fields: {},
    reminders: { before: [48, 24], at_due: true, overdue: 'every workday', escalate: { count: 1, unit: 'workdays' } },
    expires: span(common.expires ?? '20 workdays'),
    on_expiry: 'escalate',
    assurance: 'link',
    ...(common.due === undefined ? {} : { due: moment(common.due) }),
    ...(common.takes === undefined ? {} : { takes: span(common.takes) }),
    ...(common.effort === undefined ? {} : { effort: common.effort }),
    ...(common.backup === undefined ? {} : { backup: common.backup }),
    ...(common.when === undefined ? {} : { when: common.when }),
  }) as const;

export const task = (id: string, common: Common = {}): Task => ({
  ...base(id, common),
  type: 'task',
  owner: common.owner ?? 'writer',
});

export const approval = (
  id: string,
  common: Common & { of?: string; approvers?: readonly string[]; on_changes?: { redo: string; rounds: number } } = {},
): Approval => ({
  ...base(id, common),
  type: 'approval',
  of: common.of ?? 'draft',
  approvers: (common.approvers ?? ['lead']).map((role) => ({ role, required: true })),
  rule: 'all',
  veto: true,
  on_reject: 'stop',
  ...(common.on_changes === undefined ? {} : { on_changes: common.on_changes }),
});

export const wait = (id: string, how: { until?: string; for?: string }, common: Common = {}): Wait => ({
  ...base(id, common),
  type: 'wait',
  ...(how.until === undefined ? {} : { until: moment(how.until) }),
  ...(how.for === undefined ? {} : { for: span(how.for) }),
});

export const email = (id: string, common: Common = {}): Step => ({
  ...base(id, common),
  type: 'email',
  to: ['writer'],
  subject: 's',
  body: 'b',
});

export const each = (id: string, over: string, at_once: number, steps: readonly Step[], common: Common = {}): Each => ({
  ...base(id, common),
  type: 'each',
  over,
  as: 'item',
  at_once,
  steps,
});

/** A workflow with the date input and anchor `publish`. */
export const workflow = (steps: readonly Step[], over: Partial<Workflow> = {}): Workflow => ({
  id: 'test',
  title: 'Test',
  purpose: 'Test.',
  kind: 'internal',
  lead: 'lead',
  starts: [{ kind: 'form' }],
  inputs: { publish: { type: 'date', label: 'Publish date', required: true } },
  anchor: 'publish',
  calendar: 'default',
  goals: [],
  steps,
  ...over,
});

export const person = (id: string, roles: readonly string[], over: Partial<Person> = {}): Person => ({
  id,
  name: id,
  email: `${id}@example.com`,
  roles,
  zone: 'Europe/Oslo',
  language: 'en',
  away: [],
  ...over,
});

export const team = (...people: readonly Person[]): Team => ({ currency: 'EUR', roles: {}, people });

/** The blog post of language.md. */
export const blogPost: Workflow = workflow(
  [
    {
      ...task('idea', { owner: 'content-strategist', due: '30 days before publish', effort: 2, takes: '2 workdays' }),
      title: 'Generate the idea',
    },
    {
      ...task('keywords', { after: ['idea'], owner: 'seo-strategist', due: '25 days before publish', effort: 3 }),
      title: 'Research keywords',
    },
    {
      ...task('outline', { after: ['keywords'], owner: 'blog-writer', due: '20 days before publish', effort: 4 }),
      title: 'Write the outline',
    },
    {
      ...approval('approve-outline', {
        after: ['outline'],
        of: 'outline',
        approvers: ['seo-strategist', 'marketing-manager'],
        on_changes: { redo: 'outline', rounds: 3 },
        due: '15 days before publish',
      }),
      title: 'Approve the outline',
    },
    {
      ...task('draft', { after: ['approve-outline'], owner: 'blog-writer', due: '10 days before publish', effort: 8 }),
      title: 'Write the final draft',
    },
    {
      ...task('images', {
        after: ['approve-outline'],
        owner: 'graphic-designer',
        due: '5 days before publish',
        effort: 5,
      }),
      title: 'Make images or an infographic',
    },
    {
      ...task('social', {
        after: ['draft', 'images'],
        owner: 'social-manager',
        due: '4 days before publish',
        effort: 2,
      }),
      title: 'Plan the social posts',
    },
    {
      ...task('publish-post', { after: ['social'], owner: 'blog-writer', due: 'on publish', effort: 1 }),
      title: 'Publish and check the live page',
    },
  ],
  { id: 'blog-post', title: 'Blog post', lead: 'marketing-manager', frequency: { count: 52, per: 'year' } },
);

export const blogTeam: Team = team(
  person('cas', ['content-strategist'], { rate: 60 }),
  person('sem', ['seo-strategist'], { rate: 50, zone: 'America/New_York' }),
  person('bo', ['blog-writer'], { rate: 40 }),
  person('mia', ['marketing-manager'], { rate: 80 }),
  person('gro', ['graphic-designer']),
  person('sol', ['social-manager'], { rate: 45 }),
);
