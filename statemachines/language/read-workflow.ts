/**
 * From the text of a workflow file to a `Workflow`, or every fault in it at once.
 *
 * Promises: any text whatever gives one or the other; with no error among the faults there is a workflow,
 * and it has none. Hides: the order of the checks, and which of them make sense on a broken file.
 */
import { checkAdvice } from './check-advice.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkGraph } from './check-graph.ts';
import { checkNames } from './check-names.ts';
import { catalogue, type Fault, fault, hasErrors, type Place } from './faults.ts';
import { type Nearest, nearestWithin } from './nearest.ts';
import { resolveWorkflow } from './resolve.ts';
import { type AuthoredStep, type AuthoredWorkflow, workflowSchema } from './schema.ts';
import { readShape } from './shape.ts';
import type { Report, Surroundings } from './surroundings.ts';
import type { Step, Workflow } from './workflow.ts';
import { type Path, type Places, readYamlFile } from './yaml-file.ts';

/** What the checks share. */
export type Checking = {
  readonly workflow: Workflow;
  readonly surroundings: Surroundings;
  readonly file: string;
  readonly places: Places;
  readonly report: Report;
  readonly nearest: Nearest;
  /** The path of a step, by id; of the first, where an id is there twice. */
  readonly pathOf: (stepId: string) => Path;
  readonly lists: readonly StepList[];
};

/** One list of steps: that of the workflow, or that of an `each`. */
export type StepList = {
  readonly steps: readonly Step[];
  readonly path: Path;
  /** The each-steps around it, outermost first. */
  readonly inside: readonly (Step & { type: 'each' })[];
};

export type ReadWorkflow = {
  /** There whenever no fault is an error. */
  readonly workflow?: Workflow;
  readonly faults: readonly Fault[];
  /** Where a step, or a key of it, stands; for faults that are found later. */
  readonly placeOf: (stepId?: string, key?: string) => Place;
  /** Codes of warnings that a comment `# allow CODE: reason` lets stand. */
  readonly allowed: ReadonlySet<string>;
};

/** Those that a comment can allow. */
const WARNINGS: readonly string[] = Object.entries(catalogue).flatMap(([code, { severity }]) =>
  severity === 'warning' && code !== 'more-faults' ? [code] : [],
);
const TOP: Place = { line: 1, column: 1, length: 1 };

/**
 * @param file as it is to appear in faults; its last part must be the id and `.yaml`.
 * @param surroundings what could be read of team, calendars and hooks; nothing is looked up in what is missing.
 */
export const readWorkflow = (text: string, file: string, surroundings: Surroundings): ReadWorkflow => {
  const { yaml, faults: unreadable } = readYamlFile(text, file);
  if (yaml === undefined) return { faults: unreadable, placeOf: () => TOP, allowed: new Set() };
  const allowances = yaml.comments.flatMap(({ text: comment, line }) => {
    const [, code, reason] = /^allow ([a-z-]+)(?=[\s:]|$)(: *\S)?/.exec(comment) ?? [];
    // A sentence may begin with the same word.
    if (code === undefined || (reason === undefined && !Object.hasOwn(catalogue, code))) return [];
    return [{ code, line, hasReason: reason !== undefined }];
  });
  const allowed = new Set(
    allowances.flatMap(({ code, hasReason }) => (code === 'more-faults' || !hasReason ? [] : [code])),
  );
  const shape = readShape(workflowSchema as never, yaml.value, file, yaml.places) as {
    authored?: AuthoredWorkflow;
    faults: readonly Fault[];
    places: Places;
  };
  const { places } = shape;
  if (shape.authored === undefined)
    return {
      faults: atMost(MOST_TOLD, inOrder([...unreadable, ...shape.faults]), allowed),
      placeOf: () => TOP,
      allowed,
    };

  const workflow = resolveWorkflow(shape.authored);
  const paths = new Map<string, Path>();
  notePaths(shape.authored.steps, ['steps'], paths);
  const pathOf = (stepId: string): Path => paths.get(stepId) ?? [];
  const faults: Fault[] = [...unreadable, ...shape.faults];
  const report: Report = (code, place, facts) => faults.push(fault(code, file, place, facts));
  const lists: StepList[] = [];
  collectLists(workflow.steps, ['steps'], [], lists);
  const nearest = nearestWithin();
  const checking: Checking = { workflow, surroundings, file, places, report, nearest, pathOf, lists };
  for (const { code, line, hasReason } of allowances) {
    const place: Place = { line, column: 1, length: 1 };
    if (!WARNINGS.includes(code))
      report('unknown-code', place, {
        name: code,
        nearest: nearest('unknown-code', code, WARNINGS),
        known: WARNINGS,
        isError: Object.hasOwn(catalogue, code) && catalogue[code as keyof typeof catalogue].severity === 'error',
      });
    else if (!hasReason) report('allow-without-reason', place, { name: code });
  }
  checkNames(checking);
  checkExpressions(checking, checkGraph(checking));
  checkAdvice(checking);
  const told = withoutDoubt(faults);
  const placeOf = (stepId?: string, key?: string): Place => {
    if (stepId === undefined) return key === undefined ? places.ofKey(['workflow']) : places.ofKey([key]);
    return key === undefined ? places.ofValue([...pathOf(stepId), 'step']) : places.ofValue([...pathOf(stepId), key]);
  };
  return {
    ...(hasErrors(told) ? {} : { workflow }),
    faults: atMost(MOST_TOLD, inOrder(told), allowed),
    placeOf,
    allowed,
  };
};

/** Only an absurd file has so many; errors are told before warnings, and what is allowed takes no room. */
const MOST_TOLD = 1_000;

const atMost = (most: number, faults: readonly Fault[], allowed: ReadonlySet<string>): readonly Fault[] => {
  const isAllowed = ({ code, severity }: Fault): boolean => severity === 'warning' && allowed.has(code);
  const counted = faults.filter((one) => !isAllowed(one));
  if (counted.length <= most) return faults;
  const bySeverity = [
    ...counted.filter(({ severity }) => severity === 'error'),
    ...counted.filter(({ severity }) => severity === 'warning'),
  ];
  const kept = new Set(bySeverity.slice(0, most));
  const last = counted.at(-1) as Fault;
  return [
    ...faults.filter((one) => kept.has(one) || isAllowed(one)),
    fault('more-faults', last.file, last, { count: counted.length - most }),
  ];
};

/**
 * A name that is badly formed and leads nowhere is only told to lead nowhere, with the one that was probably meant;
 * of one that stands where a list of names should, only that is told; and no file is to be renamed after a badly
 * formed id.
 */
const withoutDoubt = (faults: readonly Fault[]): readonly Fault[] => {
  const spots = (is: (code: string) => boolean) =>
    new Set(faults.filter(({ code }) => is(code)).map(({ line, column }) => `${line}:${column}`));
  const leadNowhere = spots((code) => code.startsWith('unknown-'));
  const badlyFormed = spots((code) => code === 'bad-id');
  const ofAnotherType = spots((code) => code === 'wrong-type');
  const names: readonly string[] = ['unknown-step', 'unknown-role', 'unknown-recipient'];
  return faults.filter(
    ({ code, line, column }) =>
      (code !== 'bad-id' || !leadNowhere.has(`${line}:${column}`)) &&
      (!names.includes(code) || !ofAnotherType.has(`${line}:${column}`)) &&
      (code !== 'wrong-file-name' || !badlyFormed.has(`${line}:${column}`)),
  );
};

export const inOrder = (faults: readonly Fault[]): readonly Fault[] => {
  const seen = new Set<string>();
  // Codes are plain letters; `localeCompare` would cost ten milliseconds when it is first called.
  const byCode = (a: Fault, b: Fault): number => (a.code < b.code ? -1 : Number(a.code > b.code));
  return [...faults]
    .sort((a, b) => a.line - b.line || a.column - b.column || byCode(a, b))
    .filter((one) => {
      const key = `${one.code}:${one.line}:${one.column}:${one.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
};

const notePaths = (steps: readonly AuthoredStep[], path: Path, paths: Map<string, Path>): void => {
  for (const [index, step] of steps.entries()) {
    if (!paths.has(step.step)) paths.set(step.step, [...path, index]);
    if (step.type === 'each') notePaths(step.steps, [...path, index, 'steps'], paths);
  }
};

const collectLists = (steps: readonly Step[], path: Path, inside: StepList['inside'], lists: StepList[]): void => {
  lists.push({ steps, path, inside });
  for (const [index, step] of steps.entries()) {
    if (step.type === 'each') collectLists(step.steps, [...path, index, 'steps'], [...inside, step], lists);
  }
};
