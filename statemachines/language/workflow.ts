/**
 * The workflow as everything after the reader sees it: read, checked, every
 * default filled in, every order made explicit. Plain JSON throughout, so that a
 * run can keep the workflow that it began with for the rest of its life.
 *
 * Promises: a `Workflow` that `readWorkflow` hands out has no fault. Ids are
 * unique, `after` names existing steps of the same list, the graph has no cycle,
 * redone blocks are closed, expressions parse and name only what is there.
 * Hides: YAML, positions, shorthand.
 */

/** A length of time as the author wrote it. `workdays` are days of a calendar, never 24 hours. */
export type Span = { readonly count: number; readonly unit: 'hours' | 'days' | 'workdays' | 'weeks' };

/** What a due date hangs on. `step` means the instant at which that step finished (planned: is due). */
export type Reference =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'step'; readonly id: string };

/**
 * `30 days before publish`, `on publish at 09:00`: a moment that depends on the run.
 * `time` is a wall time `HH:MM` in the calendar's zone; without it the end of that working day is meant,
 * or for hours the exact instant.
 */
export type Moment = {
  readonly direction: 'before' | 'after' | 'on';
  readonly span?: Span;
  readonly reference: Reference;
  readonly time?: string;
};

/** JSONata as the author wrote it, hyphenated step ids allowed; see expression.ts for what it may name. */
export type Expression = string;

/** A text in which `{{ expression }}` may stand. */
export type Template = string;

export type FieldType =
  | 'text'
  | 'long_text'
  | 'number'
  | 'money'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'yes_no'
  | 'email'
  | 'url'
  | 'person';

/**
 * One value that a person or a webhook gives: makes the form, validates the answer, types the expressions.
 * `min` and `max` bound the length of texts, the value of numbers and money, the instant of dates
 * (then texts `2026-01-31`), and the number of choices where `many`.
 */
export type Field = {
  readonly type: FieldType;
  readonly label: string;
  readonly help?: string;
  readonly required: boolean;
  readonly default?: FieldValue;
  readonly min?: number | string;
  readonly max?: number | string;
  /** ISO 4217 code; only for `money`. */
  readonly currency?: string;
  /** Only for `choice`. */
  readonly options?: readonly string[];
  /** Only for `choice`: several may be chosen, so the value is a list. */
  readonly many?: boolean;
};
export type FieldValue = string | number | boolean | readonly string[];
export type Fields = { readonly [name: string]: Field };

export type Start =
  | { readonly kind: 'form' }
  | { readonly kind: 'hook'; readonly source: string }
  /** An EventBridge Scheduler cron expression of six fields, without the `cron( )` around it. */
  | { readonly kind: 'every'; readonly cron: string };

export type Goal = {
  readonly kpi: string;
  readonly target: number;
  readonly unit: string;
  readonly serves?: string;
};

export type Frequency = { readonly count: number; readonly per: 'day' | 'week' | 'month' | 'quarter' | 'year' };

/** When people who still owe something are reminded (language.md, Reminders). */
export type Ladder = {
  /** Hours before the due instant, longest first. */
  readonly before: readonly number[];
  readonly at_due: boolean;
  readonly overdue: 'every workday' | 'never';
  /** How long after the due instant backup and lead are told as well; `never` turns it off. */
  readonly escalate: Span | 'never';
};

export type Assurance = 'link' | 'verified' | 'sign-in';
export type OnExpiry = 'escalate' | 'fail' | 'skip' | 'approve';

type StepBase = {
  readonly id: string;
  readonly title: Template;
  /** The steps that must have finished before this one starts; of the same list, never omitted. */
  readonly after: readonly string[];
  /** False skips the step. */
  readonly when?: Expression;
  readonly phase?: string;
  readonly owner?: string;
  readonly backup?: string;
  readonly due?: Moment;
  /** Hours of work. */
  readonly effort?: number;
  /** Elapsed time that the step is given. */
  readonly takes?: Span;
  readonly done_when?: Template;
  readonly instructions?: Template;
  readonly dos: readonly Template[];
  readonly donts: readonly Template[];
  readonly critical: readonly Template[];
  readonly links: readonly { readonly title: Template; readonly url: Template }[];
  readonly fields: Fields;
  readonly reminders: Ladder;
  /** How long after its due instant the step ends by itself. */
  readonly expires: Span;
  readonly on_expiry: OnExpiry;
  readonly assurance: Assurance;
};

export type Task = StepBase & { readonly type: 'task'; readonly owner: string };

export type Approver = {
  readonly role: string;
  /** Only asked when this is true. */
  readonly when?: Expression;
  /** False: may comment, does not count. */
  readonly required: boolean;
};
export type Rule = 'all' | 'any' | 'in_order' | { readonly at_least: number };
export type Redo = { readonly redo: string; readonly rounds: number };

export type Approval = StepBase & {
  readonly type: 'approval';
  /** The step whose work is judged. */
  readonly of: string;
  readonly approvers: readonly Approver[];
  readonly rule: Rule;
  /** Whether one rejection by a required approver ends the vote. */
  readonly veto: boolean;
  /** Without it, "request changes" is not offered. */
  readonly on_changes?: Redo;
  readonly on_reject: 'stop' | Redo;
};

export type Email = StepBase & {
  readonly type: 'email';
  /** Roles, ids of people, addresses, or templates that give an address. */
  readonly to: readonly Template[];
  readonly subject: Template;
  readonly body: Template;
};

export type Wait = StepBase & {
  readonly type: 'wait';
  readonly until?: Moment;
  readonly for?: Span;
};

/** JSON whose texts may hold `{{ expression }}`. A text that is one expression gives that expression's value. */
export type TemplateJson =
  | Template
  | number
  | boolean
  | null
  | readonly TemplateJson[]
  | { readonly [key: string]: TemplateJson };

export type Call = StepBase & {
  readonly type: 'call';
  readonly url: Template;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: { readonly [name: string]: Template };
  readonly body?: TemplateJson;
};

export type SubRun = StepBase & {
  readonly type: 'run';
  /** The id of the workflow that is started. */
  readonly workflow: string;
  readonly with: { readonly [input: string]: TemplateJson };
  /** True: this step is finished only when that run is. */
  readonly wait: boolean;
};

export type Each = StepBase & {
  readonly type: 'each';
  readonly over: Expression;
  /** What an item is called in the expressions of `steps`. */
  readonly as: string;
  readonly at_once: number;
  readonly steps: readonly Step[];
};

export type Step = Task | Approval | Email | Wait | Call | SubRun | Each;
export type StepType = Step['type'];

export type Workflow = {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly kind: 'internal' | 'public';
  readonly lead: string;
  readonly starts: readonly Start[];
  readonly inputs: Fields;
  /** The name of a date input. Without one, the plan counts from the start. */
  readonly anchor?: string;
  readonly calendar: string;
  readonly frequency?: Frequency;
  readonly goals: readonly Goal[];
  readonly steps: readonly Step[];
};

/** Who there is. `currency` is the one that rates are given in (ISO 4217). */
export type Team = {
  readonly currency: string;
  readonly roles: { readonly [role: string]: string };
  readonly people: readonly Person[];
};

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** What they may do beside their own work: a `lead` steers every run, an `admin` everything. */
  readonly access?: 'lead' | 'admin';
  readonly manager?: string;
  readonly zone: string;
  readonly language: string;
  /** Money per hour, in the team's currency. */
  readonly rate?: number;
  /** Hours a week. */
  readonly capacity?: number;
  /** Whole days in the person's zone, `2026-12-21`, both ends included. */
  readonly away: readonly { readonly from: string; readonly to: string; readonly cover?: string }[];
};

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A calendar as calendars.yaml says it; plan/calendar.ts knows which days that leaves. */
export type CalendarDefinition = {
  readonly title: string;
  readonly zone: string;
  readonly workdays: readonly Weekday[];
  /** Wall times `HH:MM`; `to` is the end of the working day. */
  readonly hours: { readonly from: string; readonly to: string };
  readonly holidays: {
    /** ISO 3166-1 code, and where it matters the region within. */
    readonly country?: string;
    readonly region?: string;
    readonly add: readonly { readonly date: string; readonly name: string }[];
    /** Public holidays on which there is work all the same. */
    readonly except: readonly string[];
  };
};
export type Calendars = { readonly [id: string]: CalendarDefinition };

export type Provider =
  | 'standard-webhooks'
  | 'typeform'
  | 'hubspot'
  | 'calendly'
  | 'tally'
  | 'webflow'
  | 'stripe'
  | 'jotform'
  | 'google-forms'
  | 'form';

export type Hook = {
  readonly provider: Provider;
  readonly workflow: string;
  /** The name of the secret, never the secret. */
  readonly secret?: string;
  /** Input name to JSONata over the payload. */
  readonly map: { readonly [input: string]: string };
  /** Only for `form`: whose pages may send it, each exactly as browsers name it. */
  readonly origins?: readonly string[];
  /** Only for `form`: where people go afterwards, the first unless the form asks for another; none: a page of ours. */
  readonly thanks?: readonly string[];
};
export type Hooks = { readonly [source: string]: Hook };
