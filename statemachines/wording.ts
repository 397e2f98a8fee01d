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
  Rule,
  Span,
  Start,
  Step,
  StepType,
  Template,
  Workflow,
} from './language/workflow.ts';
import { WORKFLOW_WORDS } from './words.ts';

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

/** A condition as one would say it: `inputs.budget > 50000` becomes `Budget > 50,000`. */
export const plainExpression = (expression: Expression, names: Names): string => {
  const words = WORKFLOW_WORDS.expression;
  return drawable(
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
        if (call !== undefined) return own(words.calls, call) ?? '';
        if (operator !== undefined) return own(words.operators, operator) ?? operator;
        if (number !== undefined) return number.replaceAll(/\B(?=(\d{3})+$)/g, ',');
        return whole === 'in' ? words.among : whole;
      },
    ),
  );
};

export const plainSpan = (span: Span): string =>
  `${span.count} ${span.count === 1 ? span.unit.slice(0, -1) : span.unit}`;

/** A due date in the author's words. */
export const plainMoment = (moment: Moment): string => {
  const { reference } = moment;
  const anchor =
    reference.kind === 'start'
      ? WORKFLOW_WORDS.start
      : spaced(reference.kind === 'input' ? reference.name : reference.id);
  const time = moment.time === undefined ? '' : WORKFLOW_WORDS.at(moment.time);
  const span = moment.span === undefined ? '' : `${plainSpan(moment.span)} `;
  return `${span}${moment.direction} ${anchor}${time}`;
};

export const typeWord = (type: StepType): string => WORKFLOW_WORDS.types[type];

/** Who decides, as the head of a list of approvers. */
export const ruleWords = (rule: Rule, approvers: number): string =>
  approvers === 1 ? WORKFLOW_WORDS.approvedBy : WORKFLOW_WORDS.approved(rule);

/** The ways back from an approval, each with the words for its arrow. */
export const waysBack = (approval: Approval): { readonly to: string; readonly label: string }[] => {
  const { on_changes: changes, on_reject: reject } = approval;
  const { back } = WORKFLOW_WORDS;
  if (reject === 'stop')
    return changes === undefined ? [] : [{ to: changes.redo, label: back.changes(changes.rounds) }];
  if (changes !== undefined && changes.redo === reject.redo && changes.rounds === reject.rounds) {
    return [{ to: reject.redo, label: back.either(changes.rounds) }];
  }
  const rejected = { to: reject.redo, label: back.rejected(reject.rounds) };
  return changes === undefined ? [rejected] : [{ to: changes.redo, label: back.changes(changes.rounds) }, rejected];
};

export const eachWords = (each: Each, names: Names): string =>
  WORKFLOW_WORDS.each(spaced(each.as), plainExpression(each.over, names), each.at_once);

const DAY_KEYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** By its name or its number, of which Sunday is 1. */
const dayWord = (day: string): string | undefined => {
  const at = /^[1-7]$/.test(day) ? Number(day) - 1 : DAY_KEYS.indexOf(day);
  return WORKFLOW_WORDS.schedule.days[at];
};
const MONTH_KEYS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const monthWords = (month: string): string | undefined => {
  const words = WORKFLOW_WORDS.schedule;
  if (month === '*') return words.eachMonth;
  const listed = month
    .split(',')
    .map((part) => words.months[Number(part) - 1] ?? words.months[MONTH_KEYS.indexOf(part)]);
  return listed.every((name) => name !== undefined) ? listed.join(', ') : undefined;
};

/** The usual schedules in words; any other as its cron line. */
export const plainCron = (cron: string): string => {
  const words = WORKFLOW_WORDS.schedule;
  const raw = words.raw(cron);
  const [minute = '', hour = '', date = '', month = '', weekday = '', year = '*'] = cron
    .trim()
    .toUpperCase()
    .split(/\s+/);
  if (!/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour) || year !== '*') return raw;
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const months = monthWords(month);
  if (months === undefined) return raw;
  const within = month === '*' ? '' : words.within(months);
  if ((date === '*' || date === '?') && (weekday === '*' || weekday === '?')) return `${words.everyDay(at)}${within}`;
  if (date === '?' || date === '*') {
    const [from, to] = weekday.split('-').map(dayWord);
    if (from !== undefined && weekday.includes('-') && to !== undefined)
      return `${words.fromTo(from, to, at)}${within}`;
    const nth = /^(\w+)#([1-5])$/.exec(weekday);
    const nthDay = nth === null ? undefined : dayWord(nth[1] ?? '');
    if (nth !== null && nthDay !== undefined)
      return words.nthDay(words.nth[Number(nth[2]) - 1] ?? '', nthDay, months, at);
    const listed = weekday.split(',').map(dayWord);
    return listed.every((day) => day !== undefined) ? `${words.every(listed, at)}${within}` : raw;
  }
  if (date === 'L') return words.lastDay(months, at);
  return /^\d{1,2}$/.test(date) ? words.day(date, months, at) : raw;
};

export const startWords = (start: Start): string => {
  if (start.kind === 'form') return WORKFLOW_WORDS.form;
  return start.kind === 'hook'
    ? WORKFLOW_WORDS.hook(start.source)
    : plainCron(start.cron).replace(/^./, (first) => first.toUpperCase());
};

/** `POST api.example.com`: where a call goes, without what belongs in no picture. */
export const callWords = (method: string, url: Template): string => {
  const plain = plainTemplate(url);
  return `${method} ${/^https?:\/\/([^/?#]+)/i.exec(plain)?.[1]?.replace(/^.*@/, '') ?? plain}`;
};

export const recipientWords = (to: readonly Template[], names: Names): string =>
  to.map((one) => (/^[\w-]+$/.test(one) ? names.role(one) : plainTemplate(one))).join(', ');
