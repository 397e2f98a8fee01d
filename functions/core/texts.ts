/**
 * The author's texts and expressions, evaluated in a run.
 *
 * Promises: an expression sees what language.md says that it sees, from where its step stands; values are only ever
 * data, never joined into an expression. Never throws: what cannot be evaluated gives nothing.
 * Hides: jsonata, and how references are replaced.
 */
import jsonata from 'jsonata';
import { printExpression, printName, readExpression, readTemplate } from '../../statemachines/language/expression.ts';
import type { TemplateJson } from '../../statemachines/language/workflow.ts';
import type { Json } from './history.ts';
import { eachesAround, givenBy, placesOf } from './progress.ts';
import type { Run } from './run.ts';

/** From where an expression is seen: a step, in an item, with the items by their names. */
export type Viewpoint = {
  readonly step: string;
  readonly item?: string | undefined;
  readonly values: { readonly [name: string]: unknown };
};

/** Milliseconds for one expression, levels of calls, items in one list. */
const BOUNDS = { timeout: 1_000, stack: 400, sequence: 10_000 };

/** The same few expressions of a workflow are evaluated again and again, and reading them is most of the work. */
const known = new Map<string, jsonata.Expression>();
const MOST_KNOWN = 2_000;
const parsed = (expression: string): jsonata.Expression => {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const read = jsonata(expression, BOUNDS);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(expression, read);
  return read;
};

export type Texts = {
  /** The value, plain JSON; undefined where there is none. */
  readonly value: (expression: string) => Promise<Json | undefined>;
  /** Whether a condition holds, as the machine judges it. */
  readonly holds: (condition: string) => Promise<boolean>;
  /** `each` is applied to what an expression gives before it is put into the text. */
  readonly text: (template: string, each?: (value: string) => string) => Promise<string>;
  /** A text that is one expression gives that expression's value. */
  readonly json: (template: TemplateJson) => Promise<Json | undefined>;
};

/** @param url where the run is shown. */
export const textsOf = (run: Run, url: string, view: Viewpoint): Texts => {
  const ids = new Set(placesOf(run).keys());
  const items = eachesAround(run, view.step).map(({ as }) => as);
  const bindings = lazily(() => ({ ...valuesOfItems(run, view), ...surroundings(run, url, view) }));

  const value: Texts['value'] = async (expression) => {
    const { expr } = readExpression(expression, ids, items);
    if (expr === undefined) return undefined;
    const printed = printExpression(expr, ({ names: [root = '', ...rest] }) =>
      [`$${printName(root)}`, ...rest.map(printName)].join('.'),
    );
    try {
      return plain(await parsed(printed).evaluate({}, bindings()));
    } catch {
      // The checker has seen to what can be known before; what is left is data that nobody foresaw.
      return undefined;
    }
  };
  const text: Texts['text'] = async (template, each = (given) => given) => {
    const pieces = await Promise.all(
      readTemplate(template).pieces.map(async (piece) =>
        'literal' in piece ? piece.literal : each(asText(await value(piece.expression))),
      ),
    );
    return pieces.join('');
  };
  const json: Texts['json'] = async (template) => {
    if (typeof template === 'string') {
      const { pieces } = readTemplate(template);
      const [only] = pieces;
      return pieces.length === 1 && only !== undefined && 'expression' in only
        ? value(only.expression)
        : text(template);
    }
    if (template === null || typeof template !== 'object') return template;
    if (Array.isArray(template))
      return Promise.all(template.map(async (inner: TemplateJson) => (await json(inner)) ?? null));
    const entries = await Promise.all(
      Object.entries(template).map(async ([key, inner]) => [key, await json(inner as TemplateJson)] as const),
    );
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  };
  const holds: Texts['holds'] = async (condition) => truthy(await value(condition));
  return { value, holds, text, json };
};

/** JSONata's `$boolean`: false for nothing, 0, '', an empty list or record, and a list of nothing but false. */
const truthy = (value: Json | undefined): boolean => {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some(truthy);
  return typeof value === 'object' ? Object.keys(value).length > 0 : Boolean(value);
};

/** As people read it; nothing for nothing. */
export const asText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(asText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What stands in Markdown and comes from outside is text, not Markdown. */
export const escapeMarkdown = (value: string): string => value.replaceAll(/[\\`*_{}[\]()#+\-.!<>|~&]/g, '\\$&');

/** JSONata's lists and functions carry marks of its own. */
const plain = (value: unknown): Json | undefined => {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as Json);
};

const lazily = <V>(make: () => V): (() => V) => {
  let made: V | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const surroundings = (run: Run, url: string, { step, item }: Viewpoint): { readonly [name: string]: unknown } => {
  const around = new Set(eachesAround(run, step).map(({ id }) => id));
  const seen = [...placesOf(run)].filter(([, { each }]) => each === undefined || around.has(each));
  return {
    inputs: inputsOf(run),
    run: { id: run.id, title: run.opened.title, started: run.requested.at, url },
    steps: Object.fromEntries(
      seen.flatMap(([id]) => {
        const given = around.has(id) ? undefined : givenBy(run, id, item);
        return given === undefined ? [] : [[id, given] as const];
      }),
    ),
  };
};

/** What the run was started with, and the defaults of what was not given. */
export const inputsOf = ({
  workflow,
  requested,
}: Pick<Run, 'workflow' | 'requested'>): { readonly [name: string]: Json } => {
  const defaults = Object.entries(workflow.inputs).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default as Json] as const],
  );
  return { ...Object.fromEntries(defaults), ...(requested.inputs as { [name: string]: Json }) };
};

const valuesOfItems = (run: Run, { step, values }: Viewpoint): { readonly [name: string]: unknown } =>
  Object.fromEntries(eachesAround(run, step).map(({ as }) => [as, values[as]]));
