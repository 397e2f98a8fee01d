/**
 * Forms: labels, hints and problems at each input, and the list of problems above them all.
 *
 * Promises: every input has a label; a problem stands at its input and in the summary, which links there; what was typed is
 * kept as it was. Inputs of numbers are texts with a number keyboard: a browser throws away what is no number.
 */
import type { Field, FieldValue } from '../../statemachines/language/workflow.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { exact, type Markup, markup, type Shown } from './markup.ts';
import { READ_FIRST } from './page.ts';

/** As a form sent them, by the name of the input. */
export type FormValues = { readonly [input: string]: string | readonly string[] };
/** Sentences by the name of the input; `''` is about the whole. */
export type FormProblems = { readonly [input: string]: string };
export type Choosable = { readonly id: string; readonly name: string };

type InputRequest = {
  readonly name: string;
  readonly field: Field;
  /** What stood in the form, or what is proposed. */
  readonly value: string | readonly string[];
  readonly problem: string | undefined;
  readonly people: readonly Choosable[];
};

/** @param scope tells forms of one page apart. */
const idOf = (name: string, scope = ''): string => `f-${scope}${name.replace(/[^\w.-]/g, '-')}`;

export const ownValue = (values: FormValues | undefined, name: string): string | readonly string[] | undefined =>
  values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;

export const ownProblem = (problems: FormProblems | undefined, name: string): string | undefined =>
  problems !== undefined && Object.hasOwn(problems, name) ? problems[name] : undefined;

export const single = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value?.[0] ?? '');

/** A value of ours as a form would send it. */
export const asTyped = (value: FieldValue | undefined): string | readonly string[] =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : typeof value === 'number' ? String(value) : (value ?? '');

export const hidden = (name: string, value: string): Markup =>
  markup`<input type="hidden" name="${exact(name)}" value="${exact(value)}">\n`;

/** Above the form; empty where there is no problem. @param inputs the names of the inputs that the page has. */
export const problemSummary = (problems: FormProblems | undefined, inputs: readonly string[], scope = ''): Shown => {
  const all = Object.entries(problems ?? {});
  if (all.length === 0) return false;
  const ordered = [...all].sort(([a], [b]) => inputs.indexOf(a) - inputs.indexOf(b));
  return markup`<div class="problems" role="alert" ${READ_FIRST} aria-labelledby="${scope}problems-heading">
<h2 id="${scope}problems-heading">${PAGE_WORDS.problems(all.length)}</h2>
<ul>${ordered.map(([name, sentence]) => markup`<li>${inputs.includes(name) ? markup`<a href="#${idOf(name, scope)}">${sentence}</a>` : sentence}</li>`)}</ul>
</div>\n`;
};

/** One field of the language, whatever its type. */
export const fieldInput = (request: InputRequest): Markup => {
  const { field } = request;
  switch (field.type) {
    case 'long_text':
      return textArea({ ...base(request), rows: 6 });
    case 'choice':
      return field.many === true || (field.options ?? []).length <= 5 ? choiceGroup(request) : choiceSelect(request);
    case 'yes_no':
      return group({
        ...base(request),
        kind: 'radio',
        value: [single(request.value)],
        options: [
          { id: 'yes', name: PAGE_WORDS.yes },
          { id: 'no', name: PAGE_WORDS.no },
        ],
      });
    case 'person':
      return select({ ...base(request), options: request.people });
    default:
      return lineInput({ ...base(request), ...LINE_KINDS[field.type], value: lineValue(request) });
  }
};

const LINE_KINDS: {
  readonly [type in Exclude<Field['type'], 'long_text' | 'choice' | 'yes_no' | 'person'>]: LineKind;
} = {
  text: { type: 'text' },
  number: { type: 'text', mode: 'decimal', short: true },
  money: { type: 'text', mode: 'decimal', short: true },
  date: { type: 'date', short: true },
  datetime: { type: 'datetime-local', short: true },
  email: { type: 'email', complete: 'email' },
  url: { type: 'url', complete: 'url' },
};
type LineKind = {
  readonly type: 'text' | 'date' | 'datetime-local' | 'email' | 'url';
  readonly mode?: 'decimal' | 'numeric';
  readonly complete?: string;
  readonly short?: boolean;
  /** Only for numbers. */
};

/** What every input has. */
type InputBase = {
  readonly name: string;
  /** Begins the id, where several forms of a page have an input of this name. */
  readonly scope?: string;
  readonly label: string;
  /** `sometimes`: the hint says when. */
  readonly required: boolean | 'sometimes';
  readonly hint: string;
  readonly problem: string | undefined;
  readonly value: string | readonly string[];
};

const base = ({ name, field, value, problem }: InputRequest): InputBase => ({
  name,
  label: field.type === 'money' && field.currency !== undefined ? `${field.label} (${field.currency})` : field.label,
  required: field.required,
  hint: [field.help ?? '', boundsOf(field)].filter((one) => one !== '').join(' '),
  problem,
  value,
});

const boundsOf = (field: Field): string => {
  const { min, max, type } = field;
  const words = PAGE_WORDS.hints;
  if (type === 'text' || type === 'long_text')
    return [
      typeof min === 'number' && min > 1 ? words.textLeast(min) : '',
      typeof max === 'number' ? words.textMost(max) : '',
    ]
      .filter((one) => one !== '')
      .join(' ');
  if (type === 'choice') return field.many === true ? PAGE_WORDS.several : '';
  if (min !== undefined && max !== undefined) return words.between(String(min), String(max));
  if (min !== undefined) return words.least(String(min));
  if (max !== undefined) return words.most(String(max));
  return type === 'url' ? words.url : '';
};

/** An input of the browser shows local times only, to the minute. */
const lineValue = ({ field, value }: InputRequest): string => {
  const text = single(value);
  return field.type === 'datetime' ? (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.exec(text)?.[0] ?? text) : text;
};

const describedBy = ({ name, scope, hint, problem }: Pick<InputBase, 'name' | 'scope' | 'hint' | 'problem'>): Shown => {
  const ids = [
    hint !== '' && `${idOf(name, scope)}-hint`,
    problem !== undefined && `${idOf(name, scope)}-problem`,
  ].filter((one) => one !== false);
  return ids.length > 0 && markup` aria-describedby="${ids.join(' ')}"`;
};
const wrong = (problem: string | undefined): Shown => problem !== undefined && markup` aria-invalid="true"`;
const needed = (required: InputBase['required']): Shown => required === true && markup` aria-required="true"`;
const optional = (required: InputBase['required']): Shown =>
  required === false && markup` <span class="optional">${PAGE_WORDS.optional}</span>`;
const hintAndProblem = ({
  name,
  scope,
  hint,
  problem,
}: Pick<InputBase, 'name' | 'scope' | 'hint' | 'problem'>): Markup =>
  markup`${hint !== '' && markup`<p class="hint" id="${idOf(name, scope)}-hint">${hint}</p>\n`}${problem !== undefined && markup`<p class="problem" id="${idOf(name, scope)}-problem">${problem}</p>\n`}`;
const wrapped = (problem: string | undefined, inner: Markup): Markup =>
  markup`<div class="field${problem !== undefined && ' wrong'}">\n${inner}</div>\n`;

export const lineInput = (input: InputBase & LineKind): Markup => {
  const { name, scope, label, required, problem, value, type, mode, complete, short } = input;
  return wrapped(
    problem,
    markup`<label for="${idOf(name, scope)}">${label}${optional(required)}</label>
${hintAndProblem(input)}<input id="${idOf(name, scope)}" name="${name}" type="${type}" value="${exact(single(value))}"${mode !== undefined && markup` inputmode="${mode}"`} autocomplete="${complete ?? 'off'}"${short === true && markup` class="short"`}${needed(required)}${describedBy(input)}${wrong(problem)}>\n`,
  );
};

export const textArea = (input: InputBase & { readonly rows: number }): Markup => {
  const { name, scope, label, required, problem, value, rows } = input;
  // The first line feed after the tag is the browser's.
  return wrapped(
    problem,
    markup`<label for="${idOf(name, scope)}">${label}${optional(required)}</label>
${hintAndProblem(input)}<textarea id="${idOf(name, scope)}" name="${name}" rows="${rows}"${needed(required)}${describedBy(input)}${wrong(problem)}>
${exact(single(value))}</textarea>\n`,
  );
};

export const select = (
  input: InputBase & { readonly options: readonly Choosable[]; readonly empty?: string },
): Markup => {
  const { name, scope, label, required, problem, value, options, empty = PAGE_WORDS.choose } = input;
  const chosen = single(value);
  return wrapped(
    problem,
    markup`<label for="${idOf(name, scope)}">${label}${optional(required)}</label>
${hintAndProblem(input)}<select id="${idOf(name, scope)}" name="${name}"${needed(required)}${describedBy(input)}${wrong(problem)}>
<option value="">${empty}</option>
${options.map((one) => markup`<option value="${exact(one.id)}"${one.id === chosen && markup` selected`}>${one.name}</option>\n`)}</select>\n`,
  );
};

type GroupOption = Choosable & { readonly means?: string | undefined };

/** Radio buttons or checkboxes under one question. */
export const group = (
  input: Omit<InputBase, 'value'> & {
    readonly kind: 'radio' | 'checkbox';
    readonly value: readonly string[];
    readonly options: readonly GroupOption[];
  },
): Markup => {
  const { name, scope, label, required, problem, kind, value, options } = input;
  return markup`<fieldset class="field${problem !== undefined && ' wrong'}"${describedBy(input)}>
<legend>${label}${optional(required)}</legend>
${hintAndProblem(input)}${options.map((option, at) => {
  const id = at === 0 ? idOf(name, scope) : `${idOf(name, scope)}-${at + 1}`;
  const means = option.means === undefined ? undefined : `${id}-means`;
  return markup`<div class="option"><input id="${id}" type="${kind}" name="${name}" value="${exact(option.id)}"${value.includes(option.id) && markup` checked`}${means !== undefined && markup` aria-describedby="${means}"`}><label for="${id}">${option.name}</label>${means !== undefined && markup`<p class="hint" id="${means}">${option.means ?? ''}</p>`}</div>\n`;
})}</fieldset>\n`;
};

const optionsOf = ({ field }: InputRequest): readonly Choosable[] =>
  (field.options ?? []).map((option) => ({ id: option, name: option }));

const choiceGroup = (request: InputRequest): Markup =>
  group({
    ...base(request),
    kind: request.field.many === true ? 'checkbox' : 'radio',
    value: typeof request.value === 'string' ? [request.value] : request.value,
    options: optionsOf(request),
  });

const choiceSelect = (request: InputRequest): Markup => select({ ...base(request), options: optionsOf(request) });
