/**
 * Expressions: whether they can be read, name what is certain to be there, and give what is needed.
 */
import { stepIdsOf } from './all-steps.ts';
import { type Meaning, misfitsIn, WORDS } from './check-kinds.ts';
import { inputOver } from './each.ts';
import {
  type Expr,
  type Kind,
  kindOf,
  numbersLikeThousands,
  oddNumber,
  type Reference,
  readExpression,
  readTemplate,
  referencesOf,
  uncheckedReferences,
} from './expression.ts';
import { graphOf } from './graph.ts';
import type { Nearest } from './nearest.ts';
import type { Checking, StepList } from './read-workflow.ts';
import { isUnknown, shorten, UNKNOWN } from './shape.ts';
import { conditionsOf, plainTextsAround, plainTextsOf, templatesOf } from './texts.ts';
import type { Field, Step } from './workflow.ts';
import type { Path } from './yaml-file.ts';

/** What an expression of one step may name. */
type Scope = {
  readonly step: Step;
  readonly inputs: { readonly [name: string]: Field };
  /** Steps that have finished when this one begins, nearest list first. */
  readonly before: ReadonlyMap<string, Step>;
  readonly everywhere: ReadonlyMap<string, Step>;
  /** The ids of its own list. */
  readonly siblings: ReadonlySet<string>;
  readonly items: ReadonlyMap<string, Item>;
  readonly stepIds: ReadonlySet<string>;
  readonly nearest: Nearest;
};

type Item = { readonly kind: Kind; readonly options: readonly string[] | undefined };

const RUN_NAMES = ['id', 'title', 'started', 'url'];

/** Most steps hold none, and what such a step could name is of no interest. */
const mayHoldExpressions = (step: Step): boolean =>
  step.type === 'each' || conditionsOf(step).length > 0 || templatesOf(step).some(([text]) => text.includes('{{'));

/** @param ordered whether order can be relied on; else every step counts as finished before, so that only what is wrong in itself is found. */
export const checkExpressions = (checking: Checking, ordered: boolean): void => {
  checkPlainTexts(checking, plainTextsAround(checking.workflow), []);
  for (const { steps, path } of checking.lists)
    for (const [index, step] of steps.entries()) checkPlainTexts(checking, plainTextsOf(step), [...path, index]);
  const everywhere = new Map(checking.lists.flatMap(({ steps }) => steps.map((step) => [step.id, step] as const)));
  const stepIds = stepIdsOf(checking.workflow.steps);
  const graphs = new Map(ordered ? checking.lists.map((list) => [list, graphOf(list.steps)] as const) : []);
  for (const list of checking.lists) {
    const siblings = new Set(list.steps.map(({ id }) => id));
    for (const [index, step] of list.steps.entries()) {
      if (!mayHoldExpressions(step)) continue;
      const before = new Map<string, Step>(ordered ? [] : everywhere);
      let inner: { steps: StepList; id: string } | undefined = { steps: list, id: step.id };
      while (inner !== undefined) {
        for (const id of graphs.get(inner.steps)?.ancestors.get(inner.id) ?? [])
          before.set(id, everywhere.get(id) as Step);
        const each: Step | undefined = inner.steps.inside.at(-1);
        const around: StepList | undefined =
          each === undefined ? undefined : checking.lists.find(({ steps }) => steps.includes(each));
        inner = each === undefined || around === undefined ? undefined : { steps: around, id: each.id };
      }
      const items = new Map(list.inside.map((each) => [each.as, itemOf(each.over, checking.workflow.inputs)] as const));
      checkStep(
        checking,
        {
          step,
          inputs: checking.workflow.inputs,
          before,
          everywhere,
          siblings,
          items,
          stepIds,
          nearest: checking.nearest,
        },
        [...list.path, index],
      );
    }
  }
};

const checkPlainTexts = ({ report, places }: Checking, texts: ReturnType<typeof plainTextsOf>, around: Path): void => {
  for (const { text, path, where } of texts) {
    const open = text.indexOf('{{');
    if (open < 0) continue;
    const close = text.indexOf('}}', open);
    report(
      'stray-expression',
      places.within([...around, ...path], open, (close < 0 ? text.length : close + 2) - open),
      {
        where,
      },
    );
  }
};

/** The items of a choice of several are its options, so texts. */
const itemOf = (over: string, inputs: { readonly [name: string]: Field }): Item => {
  const input = inputOver(over, inputs)?.field;
  return input?.many === true ? { kind: 'text', options: input.options } : { kind: 'unknown', options: undefined };
};

const checkStep = (checking: Checking, scope: Scope, path: Path): void => {
  const { step } = scope;
  for (const [text, key] of conditionsOf(step)) {
    const kind = kindGiven(checking, scope, text, [...path, ...key]);
    if (kind !== 'yes or no' && kind !== 'unknown')
      checking.report('not-yes-or-no', checking.places.ofValue([...path, ...key]), { came: WORDS[kind] });
  }
  if (step.type === 'each') {
    const kind = kindGiven(checking, scope, step.over, [...path, 'over']);
    if (kind !== 'list' && kind !== 'unknown')
      checking.report('each-over-no-list', checking.places.ofValue([...path, 'over']), { came: WORDS[kind] });
  }
  for (const [text, key] of templatesOf(step)) checkTemplate(checking, scope, text, [...path, ...key]);
};

const kindGiven = (checking: Checking, scope: Scope, text: string, path: Path): Kind => {
  const expr = checkOne(checking, scope, text, path);
  return expr === undefined ? 'unknown' : kindOf(expr, (reference) => kindOfReference(scope, reference));
};

const checkTemplate = (checking: Checking, scope: Scope, text: string, path: Path): void => {
  const { pieces, unclosed } = readTemplate(text);
  for (const piece of pieces)
    if ('expression' in piece) checkOne(checking, scope, piece.expression, path, piece.offset);
  if (unclosed !== undefined)
    checking.report('bad-expression', checking.places.within(path, unclosed, 2), {
      expression: '{{',
      problem: 'it has no `}}`.',
    });
};

const checkOne = (
  { report, places }: Checking,
  scope: Scope,
  text: string,
  path: Path,
  offset = 0,
): Expr | undefined => {
  const { expr, problem } = readExpression(text, scope.stepIds, scope.items.keys());
  const at = (from: number, length: number) => places.within(path, offset + from, length);
  if (problem !== undefined) {
    if (problem.code === 'bad-expression')
      report('bad-expression', at(problem.offset, problem.length), {
        expression: text.length > 60 ? `${text.slice(0, 57)}…` : text,
        problem: problem.what,
      });
    else report('unsupported-expression', at(problem.offset, problem.length), { what: problem.what });
    return undefined;
  }
  for (const { offset: from, number } of numbersLikeThousands(text))
    report('odd-number', at(from, number.length), oddNumber(number));
  const unchecked = new Set(uncheckedReferences(expr));
  for (const reference of referencesOf(expr)) {
    const place = at(reference.offset, reference.names.join('.').length);
    const unknown = unknownName(scope, reference);
    if (unknown !== undefined) report('unknown-name', place, unknown);
    else if (unchecked.has(reference)) {
      const because = mayBeAbsent(scope, reference);
      if (because !== undefined)
        report('may-be-absent', place, { name: reference.names.join('.'), because, fix: insteadOf(scope, reference) });
    }
  }
  for (const misfit of misfitsIn(expr, meaningIn(scope))) {
    const [first] = referencesOf(misfit.near);
    const place = first === undefined ? at(0, text.length) : at(first.offset, first.names.join('.').length);
    if (misfit.code === 'wrong-kind') report('wrong-kind', place, misfit.facts);
    else
      report('unknown-value', place, {
        name: shorten(misfit.name),
        nearest: scope.nearest('unknown-value', misfit.name, misfit.known),
        known: misfit.known,
        what: misfit.what,
      });
  }
  return expr;
};

const meaningIn = (scope: Scope): Meaning => ({
  kindOf: (reference) => kindOfReference(scope, reference),
  optionsOf: (reference) => optionsOfReference(scope, reference),
});

/** The only texts that it can be. */
const optionsOfReference = (
  { inputs, everywhere, items }: Scope,
  { names }: Reference,
): readonly string[] | undefined => {
  const [root = '', second = '', third = ''] = names;
  if (items.has(root)) return names.length === 1 ? items.get(root)?.options : undefined;
  const optionsIn = (fields: { readonly [name: string]: Field }, name: string) =>
    Object.hasOwn(fields, name) && fields[name]?.type === 'choice' ? fields[name].options : undefined;
  if (root === 'inputs') return names.length === 2 ? optionsIn(inputs, second) : undefined;
  const step = root === 'steps' && names.length === 3 ? everywhere.get(second) : undefined;
  if (step === undefined) return undefined;
  if (third === 'decision' && step.type === 'approval') return ['approve', 'skip', 'request_changes', 'reject'];
  if (third === 'decision' && step.type === 'task') return ['done', 'skip'];
  return optionsIn(step.fields, third);
};

const INSTEAD: { readonly [K in Kind]: string } = {
  'yes or no': 'false',
  number: '0',
  text: "'none'",
  list: '[]',
  record: '{}',
  unknown: "'none'",
};

const insteadOf = (scope: Scope, reference: Reference): string => {
  const name = reference.names.join('.');
  const [root, id = ''] = reference.names;
  const isElsewhere = root === 'steps' && !scope.before.has(id) && id !== scope.step.id && scope.siblings.has(id);
  return `${isElsewhere ? `Let \`${scope.step.id}\` come after \`${id}\`, or say` : 'Say'} what to use instead, \`(${name} ?? ${INSTEAD[kindOfReference(scope, reference)]})\`, or ask first, \`$exists(${name}) and …\`.`;
};

type UnknownName = { name: string; nearest: string | undefined; known: readonly string[]; where: string };

/** Undefined where the names lead somewhere at all. */
const unknownName = (
  { inputs, before, everywhere, items, nearest }: Scope,
  { names }: Reference,
): UnknownName | undefined => {
  const [root = '', second, third] = names;
  const unknown = (name: string, known: readonly string[], where: string): UnknownName => ({
    name,
    nearest: nearest('unknown-name', name, known),
    known,
    where,
  });
  const incomplete = (name: string, parts: readonly string[]): UnknownName => ({
    name,
    nearest: undefined,
    known: parts.map((part) => `${name}.${part}`),
    where: 'by itself',
  });
  if (items.has(root)) return undefined;
  if (root === 'inputs') {
    const known = Object.keys(inputs);
    if (second === undefined) return incomplete('inputs', known);
    if (Object.hasOwn(inputs, second) || Object.hasOwn(inputs, UNKNOWN)) return undefined;
    // `inputs.publish-date` is read as a subtraction.
    const longer = known.find((name) => name.startsWith(`${second}_`));
    return longer === undefined
      ? unknown(second, known, 'among the inputs')
      : { ...unknown(second, known, 'among the inputs'), nearest: longer };
  }
  if (root === 'run') {
    if (second === undefined) return incomplete('run', RUN_NAMES);
    return RUN_NAMES.includes(second) ? undefined : unknown(second, RUN_NAMES, 'in `run`');
  }
  if (root !== 'steps' && Object.hasOwn(inputs, root))
    return { ...unknown(root, [], 'that an expression can name'), nearest: `inputs.${root}` };
  if (root !== 'steps' && everywhere.has(root))
    return { ...unknown(root, [], 'that an expression can name'), nearest: `steps.${root}` };
  if (root !== 'steps')
    return items.has(UNKNOWN)
      ? undefined
      : unknown(root, ['inputs', 'steps', 'run', ...items.keys()], 'that an expression can name');
  const finished = [...before.keys()];
  if (second === undefined) return incomplete('steps', finished);
  const other = everywhere.get(second);
  if (other === undefined) return unknown(second, finished, 'among the steps');
  if (!before.has(second)) return undefined;
  if (other.type === 'each') {
    if (third === undefined) return undefined;
    const nested = other.steps.map(({ id }) => id);
    return nested.includes(third) ? undefined : unknown(third, nested, `in the each \`${second}\``);
  }
  const results = Object.keys(resultsOf(other));
  if (Object.hasOwn(other.fields, UNKNOWN)) return undefined;
  if (third === undefined) return incomplete(`steps.${second}`, results);
  return results.includes(third) ? undefined : unknown(third, results, `in the results of \`${second}\``);
};

/** What a finished step gives to expressions; `certain` where it is always there. */
export const resultsOf = (
  step: Step,
): { readonly [name: string]: { readonly kind: Kind; readonly certain: boolean } } => {
  const fields = Object.fromEntries(
    Object.entries(step.fields).map(([name, field]) => [name, { kind: kindOfField(field), certain: isCertain(field) }]),
  );
  const text = { kind: 'text', certain: true } as const;
  const common = { ...fields, at: text, round: { kind: 'number', certain: true } as const };
  if (step.type === 'task' || step.type === 'approval') return { ...common, decision: text, by: text };
  if (step.type === 'call') return { ...common, status: { kind: 'number', certain: true } };
  if (step.type === 'run') return { ...common, run: text, ...(step.wait ? { outcome: text } : {}) };
  return common;
};

const isCertain = (field: Field): boolean => field.required || field.default !== undefined;

const kindOfField = (field: Field): Kind => {
  if (isUnknown(field)) return 'unknown';
  if (field.type === 'number' || field.type === 'money') return 'number';
  if (field.type === 'yes_no') return 'yes or no';
  return field.many === true ? 'list' : 'text';
};

const kindOfReference = ({ inputs, everywhere, items }: Scope, { names }: Reference): Kind => {
  const [root = '', second = '', third = ''] = names;
  if (items.has(root)) return names.length === 1 ? (items.get(root)?.kind ?? 'unknown') : 'unknown';
  if (root === 'inputs')
    return names.length === 2 && Object.hasOwn(inputs, second) ? kindOfField(inputs[second] as Field) : 'unknown';
  if (root === 'run') return 'text';
  const step = everywhere.get(second);
  if (step === undefined) return 'unknown';
  if (step.type === 'each') return names.length === 2 ? 'list' : 'unknown';
  return names.length === 3 ? (resultsOf(step)[third]?.kind ?? 'unknown') : 'unknown';
};

/** Why it may not be there; undefined where it is certain. */
const mayBeAbsent = ({ step, inputs, before, everywhere }: Scope, { names }: Reference): string | undefined => {
  const [root = '', second = '', third = ''] = names;
  if (root === 'inputs')
    return !Object.hasOwn(inputs, second) || isCertain(inputs[second] as Field)
      ? undefined
      : 'the input is not required and has no default';
  if (root !== 'steps') return undefined;
  const other = before.get(second);
  if (other === undefined) {
    const inEach = [...everywhere.values()].find(
      (one) => one.type === 'each' && one.steps.some(({ id }) => id === second),
    );
    if (inEach !== undefined)
      return `\`${second}\` is a step within \`${inEach.id}\`, seen from outside as \`steps.${inEach.id}.${second}\``;
    return second === step.id
      ? 'the step has not finished when this is needed'
      : `\`${step.id}\` does not come after \`${second}\``;
  }
  if (other.when !== undefined) return `\`${second}\` is skipped when its condition is false`;
  if (other.on_expiry === 'skip' && other.type !== 'each') return `\`${second}\` is skipped when it expires`;
  if (other.type === 'each' || Object.hasOwn(other.fields, UNKNOWN)) return undefined;
  return resultsOf(other)[third]?.certain === true
    ? undefined
    : `the field \`${third}\` is not required and has no default`;
};
