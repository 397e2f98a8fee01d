/**
 * The words that a picture or a procedure needs and an author did not write out.
 *
 * Promises: short, plain English, in the author's own names where there are any; never fails, whatever the
 * text is. Hides: how an expression, a template, a due date or a cron line is made readable.
 */

import type {
  Approval,
  Each,
  Expression,
  Moment,
  Redo,
  Rule,
  Span,
  Start,
  Step,
  StepType,
  Template,
  Workflow,
} from './language/workflow.ts';

/**
 * Author text as it may be drawn: one line, no control or direction-changing characters, nothing that XML
 * forbids, and no tower of accents that would climb into the line above.
 */
export const drawable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();

/** What a reader of names needs to know about the workflow. */
export type Names = {
  readonly role: (role: string) => string;
  readonly input: (name: string) => string;
  readonly step: (id: string) => string;
};

const spaced = (id: string): string => id.replaceAll(/[-_]+/g, ' ').trim();

const everyStep = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => (step.type === 'each' ? [step, ...everyStep(step.steps)] : [step]));

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

export const namesOf = (workflow: Workflow, roles: { readonly [role: string]: string }): Names => {
  const titles = new Map(everyStep(workflow.steps).map((step) => [step.id, step.title]));
  return {
    role: (role) => own(roles, role) ?? spaced(role),
    input: (name) => {
      const label = own(workflow.inputs, name)?.label;
      return label !== undefined && label.length <= 28 ? label : spaced(name);
    },
    step: (id) => plainTemplate(titles.get(id) ?? spaced(id)),
  };
};

/** `Publish {{ inputs.topic }}` as `Publish ‹topic›`: the reader sees that something is filled in, and what. */
export const plainTemplate = (template: Template): string =>
  drawable(
    template.replaceAll(/\{\{([\s\S]{0,2000}?)\}\}/g, (_whole, expression: string) => {
      const path = /^\s*[\w$-]+(?:\.[\w$-]+)*\s*$/.exec(expression);
      return path === null ? '‹…›' : `‹${spaced(expression.trim().split('.').at(-1) ?? '')}›`;
    }),
  );

const TOKEN =
  /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\binputs\.(\w+)|\bsteps\.([\w-]*\w)\.(\w+)|\$(not|exists|count|boolean)\b|(!=|>=|<=|=)|\b(\d{5,})\b|\bin\b(?=\s*\[)/g;

const OPERATORS: { readonly [operator: string]: string } = { '!=': ' is not ', '>=': ' ≥ ', '<=': ' ≤ ', '=': ' is ' };

/** A condition as one would say it: `inputs.budget > 50000` becomes `Budget > 50,000`. */
export const plainExpression = (expression: Expression, names: Names): string =>
  drawable(
    expression.replaceAll(
      TOKEN,
      (
        whole: string,
        quoted?: string,
        input?: string,
        step?: string,
        field?: string,
        call?: string,
        operator?: string,
        number?: string,
      ) => {
        if (quoted !== undefined) return `“${quoted.slice(1, -1)}”`;
        if (input !== undefined) return names.input(input);
        if (step !== undefined) return `${spaced(step)} ${spaced(field ?? '')}`;
        if (call !== undefined)
          return call === 'not' ? 'not ' : call === 'exists' ? 'there is ' : call === 'count' ? 'number of ' : '';
        if (operator !== undefined) return OPERATORS[operator] ?? operator;
        if (number !== undefined) return number.replaceAll(/\B(?=(\d{3})+$)/g, ',');
        return whole === 'in' ? 'is one of' : whole;
      },
    ),
  );

export const plainSpan = (span: Span): string =>
  `${span.count} ${span.count === 1 ? span.unit.slice(0, -1) : span.unit}`;

/** A due date in the author's words. */
export const plainMoment = (moment: Moment): string => {
  const { reference } = moment;
  const anchor =
    reference.kind === 'start' ? 'start' : spaced(reference.kind === 'input' ? reference.name : reference.id);
  const time = moment.time === undefined ? '' : ` at ${moment.time}`;
  const span = moment.span === undefined ? '' : `${plainSpan(moment.span)} `;
  return `${span}${moment.direction} ${anchor}${time}`;
};

const TYPES: { readonly [type in StepType]: string } = {
  task: 'Task',
  approval: 'Approval',
  email: 'Email',
  wait: 'Wait',
  call: 'Call',
  run: 'Workflow',
  each: 'For each',
};
export const typeWord = (type: StepType): string => TYPES[type];

/** Who decides, as the head of a list of approvers. */
export const ruleWords = (rule: Rule, approvers: number): string => {
  if (approvers === 1) return 'Approved by';
  if (rule === 'all') return 'Approved by all of';
  if (rule === 'any') return 'Approved by any of';
  if (rule === 'in_order') return 'Approved in this order by';
  return `Approved by at least ${rule.at_least} of`;
};

const rounds = (redo: Redo): string => `at most ${redo.rounds} ${redo.rounds === 1 ? 'round' : 'rounds'}`;

/** The ways back from an approval, each with the words for its arrow. */
export const waysBack = (approval: Approval): { readonly to: string; readonly label: string }[] => {
  const { on_changes: changes, on_reject: reject } = approval;
  if (reject === 'stop')
    return changes === undefined ? [] : [{ to: changes.redo, label: `changes, ${rounds(changes)}` }];
  if (changes !== undefined && changes.redo === reject.redo && changes.rounds === reject.rounds) {
    return [{ to: reject.redo, label: `changes or rejected, ${rounds(changes)}` }];
  }
  const rejected = { to: reject.redo, label: `rejected, ${rounds(reject)}` };
  return changes === undefined ? [rejected] : [{ to: changes.redo, label: `changes, ${rounds(changes)}` }, rejected];
};

export const eachWords = (each: Each, names: Names): string =>
  `each ${spaced(each.as)} of ${plainExpression(each.over, names)}, ${each.at_once === 1 ? 'one at a time' : `at most ${each.at_once} together`}`;

const DAYS: { readonly [day: string]: string } = {
  SUN: 'Sunday',
  MON: 'Monday',
  TUE: 'Tuesday',
  WED: 'Wednesday',
  THU: 'Thursday',
  FRI: 'Friday',
  SAT: 'Saturday',
  1: 'Sunday',
  2: 'Monday',
  3: 'Tuesday',
  4: 'Wednesday',
  5: 'Thursday',
  6: 'Friday',
  7: 'Saturday',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const NTH = ['first', 'second', 'third', 'fourth', 'fifth'];

const monthWords = (month: string): string | undefined => {
  if (month === '*') return 'each month';
  const listed = month
    .split(',')
    .map((part) => MONTHS[Number(part) - 1] ?? MONTHS.find((name) => name.toUpperCase() === part));
  return listed.every((name) => name !== undefined) ? listed.join(', ') : undefined;
};

/** The usual schedules in words; any other as its cron line. */
export const plainCron = (cron: string): string => {
  const raw = `schedule ${cron}`;
  const [minute = '', hour = '', date = '', month = '', weekday = '', year = '*'] = cron
    .trim()
    .toUpperCase()
    .split(/\s+/);
  if (!/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour) || year !== '*') return raw;
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const months = monthWords(month);
  if (months === undefined) return raw;
  const within = month === '*' ? '' : ` in ${months}`;
  if ((date === '*' || date === '?') && (weekday === '*' || weekday === '?')) return `every day ${at}${within}`;
  if (date === '?' || date === '*') {
    const [from, to] = weekday.split('-').map((day) => own(DAYS, day));
    if (from !== undefined && weekday.includes('-') && to !== undefined) return `${from} to ${to} ${at}${within}`;
    const nth = /^(\w+)#([1-5])$/.exec(weekday);
    const nthDay = nth === null ? undefined : own(DAYS, nth[1] ?? '');
    if (nth !== null && nthDay !== undefined) return `${NTH[Number(nth[2]) - 1]} ${nthDay} of ${months}, ${at}`;
    const listed = weekday.split(',').map((day) => own(DAYS, day));
    return listed.every((day) => day !== undefined) ? `every ${listed.join(', ')} ${at}${within}` : raw;
  }
  if (date === 'L') return `last day of ${months}, ${at}`;
  return /^\d{1,2}$/.test(date) ? `day ${date} of ${months}, ${at}` : raw;
};

export const startWords = (start: Start): string => {
  if (start.kind === 'form') return 'Form';
  return start.kind === 'hook'
    ? `Webhook ${start.source}`
    : plainCron(start.cron).replace(/^./, (first) => first.toUpperCase());
};

/** `POST api.example.com`: where a call goes, without what belongs in no picture. */
export const callWords = (method: string, url: Template): string => {
  const plain = plainTemplate(url);
  return `${method} ${/^https?:\/\/([^/?#]+)/i.exec(plain)?.[1]?.replace(/^.*@/, '') ?? plain}`;
};

export const recipientWords = (to: readonly Template[], names: Names): string =>
  to.map((one) => (/^[\w-]+$/.test(one) ? names.role(one) : plainTemplate(one))).join(', ');
