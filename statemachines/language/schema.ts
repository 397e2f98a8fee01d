/**
 * What an author may write, key by key: validates a file, and gives editors completion and hover texts
 * (statemachines/workflow.schema.json is made from it).
 *
 * Promises: every key has a description; a key that is not here is a fault. Hides: zod.
 * What one key alone cannot tell (ids that lead elsewhere, the graph, expressions) is the business of check-names.ts, check-graph.ts and check-expressions.ts.
 */
import { z } from 'zod';
import {
  type Parsed,
  parseCron,
  parseEffort,
  parseExpiry,
  parseFrequency,
  parseLead,
  parseMoment,
  parseSpan,
} from './spans.ts';

/** A text with a small grammar of its own. `facts` become those of the fault. */
const parsed = <T>(
  parse: (text: string) => Parsed<T>,
  code: string,
  facts: (text: string, problem: string) => object,
) =>
  z.string().superRefine((text, context) => {
    const { problem } = parse(text);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', params: { fault: code, facts: facts(text, problem) } });
  });

const text = (limit: number) => z.string().min(1).max(limit);
const prose = text(20_000);
const line = text(1_000);
const title = text(200);
const list = <T extends z.ZodType>(item: T, limit = 50) => z.array(item).max(limit);

const hyphened = (what: string, form: string) =>
  z.string().superRefine((id, context) => {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || id.length > 40)
      context.addIssue({ code: 'custom', params: { fault: 'bad-id', facts: { what, id, form } } });
  });
const id = (what: string) =>
  hyphened(what, 'lower-case words joined by hyphens, at most 40 characters, like `approve-outline`');
const NAME_FORM = 'a lower-case word, with `_` between words and at most 40 characters, like `publish_date`';
export const isName = (name: string): boolean => name.length <= 40 && /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name);
const name = (what: string) =>
  z.string().superRefine((value, context) => {
    if (!isName(value))
      context.addIssue({ code: 'custom', params: { fault: 'bad-id', facts: { what, id: value, form: NAME_FORM } } });
  });

const span = parsed(parseSpan, 'bad-span', (value) => ({
  text: value,
  forms: '`2 workdays`, `3 days`, `4 hours` or `1 week`',
}));
const effort = parsed(parseEffort, 'bad-span', (value) => ({ text: value, forms: '`2h`, `1.5h` or `30m`' }));
const lead = parsed(parseLead, 'bad-span', (value) => ({ text: value, forms: '`48h` or `2 days`' }));
const expiry = parsed(parseExpiry, 'bad-span', (value) => ({ text: value, forms: '`20 workdays`' }));
const moment = parsed(parseMoment, 'bad-due', (value, problem) => ({ text: value, problem }));

const expression = text(2_000).describe('A JSONata expression over `inputs`, `steps.ID.FIELD` and `run`.');

// Fields -------------------------------------------------------------------------------------------

const fieldKeys = {
  label: title.optional().describe('What the form calls it. The name, when left out.'),
  help: line.optional().describe('A sentence below the field that helps to fill it in.'),
  required: z.boolean().optional().describe('`true`: it cannot be left empty. `false` when left out.'),
};
const length = (what: string) => z.int().min(0).max(100_000).optional().describe(`${what} number of characters.`);
const amount = (what: string) => z.number().optional().describe(`${what} value.`);
const dateText = z.string().max(40);
const textField = <T extends string>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    ...fieldKeys,
    default: z.string().max(20_000).optional().describe('Used when nothing is given.'),
    min: length('Least'),
    max: length('Greatest'),
  });
const numberField = {
  ...fieldKeys,
  default: z.number().optional().describe('Used when nothing is given.'),
  min: amount('Least'),
  max: amount('Greatest'),
};
const dateField = <T extends string>(type: T, form: string) =>
  z.strictObject({
    type: z.literal(type),
    ...fieldKeys,
    default: dateText.optional().describe(`Used when nothing is given, like \`${form}\`.`),
    min: dateText.optional().describe(`The earliest, like \`${form}\`.`),
    max: dateText.optional().describe(`The latest, like \`${form}\`.`),
  });

export const fieldSchemas = {
  text: textField('text').describe('One line of text.'),
  long_text: textField('long_text').describe('Several lines of text.'),
  number: z.strictObject({ type: z.literal('number'), ...numberField }).describe('A number.'),
  money: z
    .strictObject({
      type: z.literal('money'),
      ...numberField,
      currency: z
        .string()
        .optional()
        .describe('ISO code of the currency, like `EUR`. That of the team, when left out.'),
    })
    .describe('An amount of money.'),
  date: dateField('date', '2027-01-31').describe('A day.'),
  datetime: dateField('datetime', '2027-01-31T09:00').describe('A day and a time.'),
  choice: z
    .strictObject({
      type: z.literal('choice'),
      ...fieldKeys,
      options: z.array(title).min(1).max(100).describe('What can be chosen.'),
      many: z.boolean().optional().describe('`true`: several can be chosen.'),
      default: z
        .union([z.string(), z.array(z.string()).max(100)])
        .optional()
        .describe('Chosen when nothing is given.'),
      min: z.int().min(0).max(100).optional().describe('Least number of choices, with `many`.'),
      max: z.int().min(1).max(100).optional().describe('Greatest number of choices, with `many`.'),
    })
    .describe('One or several of some options.'),
  yes_no: z
    .strictObject({
      type: z.literal('yes_no'),
      ...fieldKeys,
      default: z.boolean().optional().describe('Used when nothing is given.'),
    })
    .describe('Yes or no.'),
  email: textField('email').describe('A mail address.'),
  url: textField('url').describe('A web address.'),
  person: z
    .strictObject({
      type: z.literal('person'),
      ...fieldKeys,
      default: z.string().optional().describe('Id of a person in team.yaml.'),
    })
    .describe('Someone of the team.'),
} as const;

const F = fieldSchemas;
export const field = z
  .discriminatedUnion('type', [
    F.text,
    F.long_text,
    F.number,
    F.money,
    F.date,
    F.datetime,
    F.choice,
    F.yes_no,
    F.email,
    F.url,
    F.person,
  ])
  .meta({ id: 'field' });
const fields = z.record(name('the name of a field'), field);

// Steps --------------------------------------------------------------------------------------------

export const reminders = z.strictObject({
  before: list(lead, 10).optional().describe('How long before the due time, like `[48h, 24h]`.'),
  at_due: z.boolean().optional().describe('Whether to remind at the due time.'),
  overdue: z.enum(['every workday', 'never']).optional().describe('Whether to remind while overdue.'),
  escalate: z
    .union([z.literal('never'), span])
    .optional()
    .describe('How long after the due time backup and lead are told, like `1 workday`; or `never`.'),
});

export const linkSchema = z.strictObject({
  title: title.describe('What the link is called.'),
  url: text(2_000).describe('Where it leads.'),
});
export const redo = z.strictObject({
  redo: id('the id of a step').describe('From which step on the work is done again.'),
  rounds: z.int().min(1).max(20).optional().describe('How often at most; then the lead decides. 3 when left out.'),
});

const stepKeys = {
  step: id('the id of a step').describe('The id: lower-case words joined by hyphens.'),
  title: title.describe('What the step is called, in a few words.'),
  after: list(id('the id of a step'), 200)
    .optional()
    .describe('Which steps must have finished. The step written above, when left out; `[]` starts at once.'),
  when: expression
    .optional()
    .describe('The step is skipped unless this expression is true, like `inputs.budget > 50000`.'),
  phase: title.optional().describe('A name to group steps by.'),
  owner: id('the id of a role').optional().describe('The role that is accountable for the step.'),
  backup: id('the id of a role').optional().describe('The role that is told when the step is overdue.'),
  due: moment
    .optional()
    .describe('When the step is due: `10 days before publish`, `2 workdays after start`, `on publish at 09:00`.'),
  effort: effort.optional().describe('How much work it is: `2h`, `30m`.'),
  takes: span.optional().describe('How much time it is given: `2 workdays`.'),
  done_when: line.optional().describe('What done means: one sentence that can be checked.'),
  instructions: prose.optional().describe('How it is done, in Markdown.'),
  dos: list(line).optional().describe('What to do.'),
  donts: list(line).optional().describe('What not to do.'),
  critical: list(line).optional().describe('What must never be forgotten.'),
  links: list(linkSchema).optional().describe('Where to find what the step needs.'),
  fields: fields.optional().describe('What is filled in when the step is done.'),
  reminders: reminders.optional().describe('When people are reminded of this step.'),
  expires: expiry
    .optional()
    .describe('How long after the due time the step ends by itself. `20 workdays` when left out.'),
  on_expiry: z
    .enum(['escalate', 'fail', 'skip', 'approve'])
    .optional()
    .describe('What happens then. `escalate`, the lead decides, when left out.'),
  assurance: z
    .enum(['link', 'verified', 'sign-in'])
    .optional()
    .describe('How sure we are who answered. `link` for tasks and `verified` for approvals, when left out.'),
};

export const conditionalApprover = z.strictObject({
  role: id('the id of a role').describe('Who is asked.'),
  when: expression.optional().describe('Asked only if this is true.'),
  required: z.boolean().optional().describe('`false`: may comment, but does not count.'),
});
export const quorum = z.strictObject({ at_least: z.int().min(1).max(50).describe('How many must approve.') });

const templateJson: z.ZodType = z.lazy(() =>
  z.union([
    z.string().max(20_000),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(templateJson),
    z.record(z.string(), templateJson),
  ]),
);

const plainSteps = {
  task: z
    .strictObject({ ...stepKeys, type: z.literal('task').optional().describe('A person does it and presses done.') })
    .describe('Somebody does something.')
    .meta({ id: 'task' }),
  approval: z
    .strictObject({
      ...stepKeys,
      type: z.literal('approval').describe('People judge the work of another step.'),
      of: id('the id of a step').describe('The step whose work is judged.'),
      approvers: list(z.union([id('the id of a role'), conditionalApprover]), 20).describe('The roles that judge.'),
      rule: z
        .union([z.enum(['all', 'any', 'in_order']), quorum])
        .optional()
        .describe('Whose approval is needed: `all`, `any`, `in_order` or `{ at_least: 2 }`.'),
      veto: z.boolean().optional().describe('`false`: one rejection does not end the vote.'),
      on_changes: redo
        .optional()
        .describe('What is done again when changes are asked for. Without it, that is not offered.'),
      on_reject: z
        .union([z.literal('stop'), redo])
        .optional()
        .describe('`stop` ends the run; `{ redo: STEP }` does it again.'),
    })
    .describe('People approve, request changes or reject.')
    .meta({ id: 'approval' }),
  email: z
    .strictObject({
      ...stepKeys,
      type: z.literal('email').describe('A mail is sent.'),
      to: list(line, 50).min(1).describe('Roles, people or addresses.'),
      subject: title.describe('The subject of the mail.'),
      body: prose.describe('The text of the mail, in Markdown.'),
    })
    .describe('A mail is sent.')
    .meta({ id: 'email' }),
  wait: z
    .strictObject({
      ...stepKeys,
      type: z.literal('wait').describe('Nothing happens until a date.'),
      until: moment.optional().describe('Until when: `3 days before publish`.'),
      for: span.optional().describe('For how long: `2 workdays`.'),
    })
    .describe('Nothing happens for a while.')
    .meta({ id: 'wait' }),
  call: z
    .strictObject({
      ...stepKeys,
      type: z.literal('call').describe('Another system is asked or told.'),
      url: text(2_000).describe('An https:// address.'),
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional().describe('`POST` when left out.'),
      headers: z.record(z.string(), line).optional().describe('Headers of the request.'),
      body: templateJson.optional().describe('What is sent, as JSON.'),
    })
    .describe('An HTTPS request to another system.')
    .meta({ id: 'call' }),
  run: z
    .strictObject({
      ...stepKeys,
      type: z.literal('run').describe('Another workflow is started.'),
      workflow: id('the id of a workflow').describe('Which workflow.'),
      with: z.record(z.string(), templateJson).optional().describe('Its inputs.'),
      wait: z.boolean().optional().describe('`true`: go on only when that run has ended.'),
    })
    .describe('Another workflow is started.')
    .meta({ id: 'run' }),
} as const;

type PlainStep = { [T in keyof typeof plainSteps]: z.output<(typeof plainSteps)[T]> }[keyof typeof plainSteps];
const eachKeys = {
  ...stepKeys,
  type: z.literal('each').describe('Some steps are done once for each item of a list.'),
  over: expression.describe('The list, like `inputs.channels`.'),
  as: name('the name of an item').describe('What an item is called in the nested steps.'),
  at_once: z
    .int()
    .min(1)
    .max(40)
    .optional()
    .describe('How many items are worked on together. All of them (at most 40), when left out.'),
};
export type AuthoredEach = z.output<z.ZodObject<typeof eachKeys>> & { steps: AuthoredStep[] };
export type AuthoredStep = PlainStep | AuthoredEach;

const each = z
  .strictObject({
    ...eachKeys,
    get steps(): z.ZodType<AuthoredStep[]> {
      return z.array(step).max(100).describe('The steps that are done for each item.');
    },
  })
  .describe('Steps that are done once for each item of a list.')
  .meta({ id: 'each' });

export const stepSchemas = { ...plainSteps, each } as const;

const S = stepSchemas;
export const step: z.ZodType<AuthoredStep> = z
  .discriminatedUnion('type', [S.task, S.approval, S.email, S.wait, S.call, S.run, S.each])
  .meta({ id: 'step' }) as unknown as z.ZodType<AuthoredStep>;
export type AuthoredField = z.output<typeof field>;

// The file -----------------------------------------------------------------------------------------

export const startSchemas = {
  hook: z.strictObject({ hook: id('the name of a webhook source').describe('A source of hooks.yaml.') }),
  every: z.strictObject({
    every: parsed(parseCron, 'bad-cron', (value, problem) => ({ text: value, problem })).describe(
      'Six fields: minute hour day-of-month month day-of-week year.',
    ),
  }),
};
export const goal = z.strictObject({
  kpi: title.describe('What is measured.'),
  target: z.number().describe('The figure to reach.'),
  unit: title.describe('The unit of the figure.'),
  serves: line.optional().describe('The larger goal that this one serves.'),
});

export const workflowSchema = z
  .strictObject({
    workflow: id('the id of a workflow').describe(
      'The id: lower-case words joined by hyphens. The file bears the same name.',
    ),
    title: title.describe('What the workflow is called.'),
    purpose: line.describe('What it is for, in one sentence.'),
    kind: z
      .enum(['internal', 'public'])
      .optional()
      .describe('`internal`: the team’s own work; `public`: a customer’s journey.'),
    lead: id('the id of a role').describe('The role that is accountable for each run.'),
    starts: list(z.union([z.literal('form'), startSchemas.hook, startSchemas.every]), 20)
      .optional()
      .describe('What starts a run besides a person: `form`, `hook: SOURCE`, `every: "CRON"`.'),
    inputs: z.record(name('the name of an input'), field).optional().describe('What a run is started with.'),
    anchor: name('the name of an input').optional().describe('The date input that the plan is fixed to.'),
    calendar: z.string().max(40).optional().describe('A calendar of calendars.yaml.'),
    reminders: reminders.optional().describe('When people are reminded, for every step.'),
    frequency: parsed(parseFrequency, 'bad-frequency', (value) => ({ text: value }))
      .optional()
      .describe('How often it is expected to run: `52 per year`.'),
    goals: list(goal, 20).optional().describe('What a run is measured by.'),
    steps: z.array(step).max(300).describe('The steps, in order.'),
  })
  .describe('A marketing workflow of runsheet.');
export type AuthoredWorkflow = z.output<typeof workflowSchema>;

// Beside the workflows -----------------------------------------------------------------------------

export const awaySchema = z.strictObject({ from: dateText, to: dateText, cover: id('the id of a person').optional() });
export const personSchema = z.strictObject({
  id: id('the id of a person'),
  name: title,
  email: z.string().max(254),
  roles: list(id('the id of a role')).optional(),
  access: z.enum(['lead', 'admin']).optional(),
  manager: id('the id of a person').optional(),
  zone: z.string().max(60).optional(),
  language: z.string().max(35).optional(),
  rate: z.number().min(0).optional(),
  capacity: z.number().min(0).max(168).optional(),
  away: list(awaySchema, 100).optional(),
});
export const teamSchema = z.strictObject({
  currency: z.string().optional(),
  roles: z.record(id('the id of a role'), title),
  people: z.array(personSchema).max(5_000),
});

export const holidaysSchema = z.strictObject({
  country: z.string().max(60).optional(),
  region: z.string().max(10).optional(),
  add: list(z.strictObject({ date: dateText, name: title }), 1_000).optional(),
  except: list(dateText, 1_000).optional(),
});
export const calendarSchema = z.strictObject({
  title: title.optional(),
  zone: z.string().max(60),
  workdays: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .max(7)
    .optional(),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  holidays: holidaysSchema.optional(),
});
export const calendarsSchema = z.strictObject({ calendars: z.record(id('the name of a calendar'), calendarSchema) });

export const hookSchema = z.strictObject({
  provider: z.enum([
    'standard-webhooks',
    'typeform',
    'hubspot',
    'calendly',
    'tally',
    'webflow',
    'stripe',
    'jotform',
    'google-forms',
    'form',
  ]),
  workflow: id('the id of a workflow'),
  secret: z.string().max(100).optional(),
  map: z.record(z.string(), expression).optional(),
  origins: list(text(300), 20).optional(),
  thanks: list(text(2_000), 20).optional(),
});
export const hooksSchema = z.strictObject({ hooks: z.record(id('the name of a webhook source'), hookSchema) });
