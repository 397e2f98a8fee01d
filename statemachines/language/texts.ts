/**
 * Where in a step texts and expressions stand.
 *
 * Promises: nothing that an author can write an expression in is left out.
 */
import { readTemplate } from './expression.ts';
import type { Fields, Step, Workflow } from './workflow.ts';
import type { Path } from './yaml-file.ts';

/** Every text of a step in which `{{ }}` may stand, with its path within the step. Nested steps are not looked into. */
export const templatesOf = (step: Step): readonly (readonly [text: string, path: Path])[] => {
  const found: [string | undefined, Path][] = [
    [step.title, ['title']],
    [step.done_when, ['done_when']],
    [step.instructions, ['instructions']],
    ...(['dos', 'donts', 'critical'] as const).flatMap((key) =>
      step[key].map((text, index): [string, Path] => [text, [key, index]]),
    ),
    ...step.links.flatMap(({ title, url }, index): [string, Path][] => [
      [title, ['links', index, 'title']],
      [url, ['links', index, 'url']],
    ]),
  ];
  switch (step.type) {
    case 'email':
      found.push(
        [step.subject, ['subject']],
        [step.body, ['body']],
        ...step.to.map((to, index): [string, Path] => [to, ['to', index]]),
      );
      break;
    case 'call':
      found.push(
        [step.url, ['url']],
        ...Object.entries(step.headers).map(([name, value]): [string, Path] => [value, ['headers', name]]),
        ...textsIn(step.body, ['body']),
      );
      break;
    case 'run':
      found.push(...textsIn(step.with, ['with']));
      break;
    default:
  }
  return found.filter((entry): entry is [string, Path] => entry[0] !== undefined);
};

const textsIn = (value: unknown, path: Path): [string, Path][] => {
  if (typeof value === 'string') return [[value, path]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
};

/** Every text of a workflow in which nothing is evaluated, with its path, and what it is. Those of steps are in plainTextsOf. */
export const plainTextsAround = ({ title, purpose, inputs, goals }: Workflow): readonly PlainText[] => [
  { text: title, path: ['title'], where: 'the title of a workflow' },
  { text: purpose, path: ['purpose'], where: 'the purpose of a workflow' },
  ...textsOfFields(inputs, ['inputs']),
  ...goals.flatMap((goal, index) =>
    (['kpi', 'unit', 'serves'] as const).flatMap((key) => plainText(goal[key], ['goals', index, key], 'a goal')),
  ),
];

/** Those of a step. Nested steps are not looked into. */
export const plainTextsOf = (step: Step): readonly PlainText[] => [
  ...plainText(step.phase, ['phase'], 'a phase'),
  ...textsOfFields(step.fields, ['fields']),
];

type PlainText = { readonly text: string; readonly path: Path; readonly where: string };

const plainText = (text: unknown, path: Path, where: string): readonly PlainText[] =>
  typeof text === 'string' ? [{ text, path, where }] : [];

const textsOfFields = (fields: Fields, path: Path): readonly PlainText[] =>
  Object.entries(fields).flatMap(([name, { label, help, options, default: given }]) => [
    ...plainText(label, [...path, name, 'label'], 'the label of a field'),
    ...plainText(help, [...path, name, 'help'], 'the help of a field'),
    ...plainText(given, [...path, name, 'default'], 'the default of a field'),
    ...(options ?? []).flatMap((option, index) =>
      plainText(option, [...path, name, 'options', index], 'an option of a field'),
    ),
  ]);

/** Every condition of a step, with its path within the step. */
export const conditionsOf = (step: Step): readonly (readonly [expression: string, path: Path])[] => [
  ...(step.when === undefined ? [] : [[step.when, ['when']] as const]),
  ...(step.type === 'approval'
    ? step.approvers.flatMap(({ when }, index) =>
        when === undefined ? [] : [[when, ['approvers', index, 'when']] as const],
      )
    : []),
];

/** Every expression of a step, wherever it stands. */
export const expressionsOf = (step: Step): readonly string[] => [
  ...conditionsOf(step).map(([text]) => text),
  ...(step.type === 'each' ? [step.over] : []),
  ...templatesOf(step).flatMap(([text]) =>
    readTemplate(text).pieces.flatMap((piece) => ('expression' in piece ? piece.expression : [])),
  ),
];
