/**
 * All workflows of a folder, with the team, calendars and webhook sources beside them: read, checked each and
 * together, compiled.
 *
 * Promises: every fault of every file at once; what is handed out has no error. The same for the command line,
 * the stack and the sandbox. Pure: files come in as texts.
 * Hides: which check needs what, and in which order they run.
 */

import { type CompiledWorkflow, compile } from './compiler/compile.ts';
import { MOST_EVENTS, MOST_KILOBYTES, sizeOf } from './compiler/limits.ts';
import { allSteps } from './language/all-steps.ts';
import { type Fault, type FaultCode, fault, hasErrors, type Place } from './language/faults.ts';
import { idOfFile } from './language/file-name.ts';
import { mapByName } from './language/map-by-name.ts';
import { nearest } from './language/nearest.ts';
import { inOrder, type ReadWorkflow, readWorkflow } from './language/read-workflow.ts';
import { type Read, readCalendars, readHooks, readTeam, type Surroundings } from './language/surroundings.ts';
import type { CalendarDefinition, Calendars, Hooks, SubRun, Team, Workflow } from './language/workflow.ts';
import type { Path } from './language/yaml-file.ts';
import { findHolidayPlace, weeklyCalendar } from './plan/holidays.ts';
import { type TimingFinding, timingFindings } from './plan/timing.ts';

export type Source = {
  /** As it is to appear in faults. */
  readonly file: string;
  readonly text: string;
  /** Why there is no text: nobody may read the file, or it cannot be read. */
  readonly unreadable?: string;
};
export type Sources = {
  readonly team?: Source;
  readonly calendars?: Source;
  readonly hooks?: Source;
  readonly workflows: readonly Source[];
};

export type LibraryWorkflow = {
  readonly file: string;
  readonly workflow: Workflow;
  readonly compiled: CompiledWorkflow;
};
export type Library = {
  /** Those without an error, by id. */
  readonly workflows: ReadonlyMap<string, LibraryWorkflow>;
  readonly team: Team;
  readonly calendars: Calendars;
  readonly hooks: Hooks;
  /** In the order of the files, and in each from top to bottom. Warnings that a comment lets stand are left out. */
  readonly faults: readonly Fault[];
  /** How many warnings comments let stand. */
  readonly allowed: number;
};

/** Where no calendars.yaml says otherwise. */
export const PLAIN_CALENDAR: CalendarDefinition = {
  title: 'Monday to Friday',
  zone: 'UTC',
  workdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: { from: '09:00', to: '17:00' },
  holidays: { add: [], except: [] },
};

/** What stands beside the workflows, as far as it could be read. */
export type Beside = {
  readonly surroundings: Surroundings;
  readonly faults: readonly Fault[];
  readonly placeInHooks: (path: Path) => Place;
};

export const readBeside = (sources: Omit<Sources, 'workflows'>, only?: ReadonlySet<string>): Beside => {
  const faults: Fault[] = [];
  const part = <T>(
    source: Source | undefined,
    read: (text: string, file: string) => Read<T>,
    check?: (value: T, placeOf: (path: Path) => Place, file: string) => Fault[],
  ): Read<T> => {
    if (source === undefined) return { faults: [] };
    const one: Read<T> = source.unreadable === undefined ? read(source.text, source.file) : unreadable(source);
    const found = [
      ...one.faults,
      ...(one.value === undefined ? [] : (check?.(one.value, one.placeOf ?? (() => TOP), source.file) ?? [])),
    ];
    if (only === undefined || only.has(source.file)) faults.push(...inOrder(found));
    return hasErrors(found) ? { faults: found } : one;
  };
  const calendars =
    sources.calendars === undefined
      ? { default: PLAIN_CALENDAR }
      : part(sources.calendars, readCalendars, checkRegions).value;
  // People live where their office is, unless the team says otherwise.
  const team = part(sources.team, (text, file) => readTeam(text, file, calendars?.default?.zone)).value;
  const hooks = part(sources.hooks, readHooks);
  return {
    surroundings: {
      ...(team && { team }),
      ...(calendars && { calendars }),
      ...(hooks.value && { hooks: hooks.value }),
    },
    faults,
    placeInHooks: hooks.placeOf ?? (() => TOP),
  };
};

const unreadable = ({ file, unreadable: problem = '' }: Source): { readonly faults: readonly Fault[] } => ({
  faults: [fault('unreadable-file', file, TOP, { problem })],
});

const TOP: Place = { line: 1, column: 1, length: 1 };

/** Regions are looked up in the library of holidays, which takes its time to load: only where a calendar names one. */
const checkRegions = (calendars: Calendars, placeOf: (path: Path) => Place, file: string): Fault[] =>
  Object.entries(calendars).flatMap(
    ([
      id,
      {
        holidays: { country, region },
      },
    ]) => {
      if (country === undefined || region === undefined) return [];
      const place = findHolidayPlace(country, region);
      if (place.known) return [];
      const known = Object.keys(place.choices);
      const problem =
        known.length === 0
          ? `\`${country}\` has no regions of its own.`
          : `\`${country}\` has the regions ${known.join(', ')}.`;
      return [
        fault('bad-country', file, placeOf(['calendars', id, 'holidays', 'region']), { country: region, problem }),
      ];
    },
  );

/** The other workflows, for runs that start them. */
type Others = {
  readonly known: ReadonlyMap<
    string,
    Workflow
  > /** Also those that cannot be read: what starts them is not to blame. */;
  readonly names: ReadonlySet<string>;
};

export type CheckedWorkflow = {
  readonly faults: readonly Fault[];
  readonly allowed: number;
  readonly found?: LibraryWorkflow;
};

/** Everything that is to be said of one workflow, and its machine where there is no error. */
export const checkWorkflow = (
  file: string,
  read: ReadWorkflow,
  surroundings: Surroundings,
  { known, names }: Others,
): CheckedWorkflow => {
  const { workflow } = read;
  const faults = [...read.faults];
  let compiled: CompiledWorkflow | undefined;
  if (workflow !== undefined) {
    faults.push(...checkRuns(workflow, file, read, known, names));
    const calendar = surroundings.calendars?.[workflow.calendar];
    if (calendar !== undefined)
      faults.push(
        ...timingFindings(workflow, weeklyCalendar(calendar)).map((finding) =>
          faultOfTiming(finding, workflow, file, read),
        ),
      );
    if (!hasErrors(faults)) {
      compiled = compile(workflow);
      faults.push(...checkSize(workflow, compiled, file, read));
    }
  }
  const standing = faults.filter(({ severity, code }) => severity === 'error' || !read.allowed.has(code));
  const found =
    workflow === undefined || compiled === undefined || hasErrors(faults)
      ? {}
      : { found: { file, workflow, compiled } };
  return { faults: inOrder(standing), allowed: faults.length - standing.length, ...found };
};

/** @param only check these files alone; the others are read so that runs and hooks find them. */
export const readLibrary = (sources: Sources, only?: ReadonlySet<string>): Library => {
  const { surroundings, faults: beside, placeInHooks } = readBeside(sources, only);
  const readings = sources.workflows.map((source) => ({
    file: source.file,
    read:
      source.unreadable === undefined
        ? readWorkflow(source.text, source.file, surroundings)
        : { ...unreadable(source), placeOf: () => TOP, allowed: new Set<string>() },
  }));
  const known = new Map<string, Workflow>();
  for (const { read } of readings) if (read.workflow !== undefined) known.set(read.workflow.id, read.workflow);
  const names = new Set([...known.keys(), ...readings.map(({ file }) => idOfFile(file))]);
  const { team, calendars } = surroundings;
  const hooks = surroundings.hooks && withMaps(surroundings.hooks, known);

  const faults: Fault[] = [...beside, ...doubled(readings, only)];
  if (hooks !== undefined && sources.hooks !== undefined && (only === undefined || only.has(sources.hooks.file)))
    faults.push(...inOrder(checkHooks(hooks, sources.hooks.file, placeInHooks, known, names)));
  const checked = readings
    .filter(({ file }) => only === undefined || only.has(file))
    .map(({ file, read }) => checkWorkflow(file, read, surroundings, { known, names }));
  return {
    workflows: new Map(
      checked.flatMap(({ found }) => (found === undefined ? [] : [[found.workflow.id, found] as const])),
    ),
    team: team ?? { currency: 'EUR', roles: {}, people: [] },
    calendars: calendars ?? { default: PLAIN_CALENDAR },
    hooks: hooks ?? {},
    faults: [...faults, ...checked.flatMap((one) => one.faults)],
    allowed: checked.reduce((sum, one) => sum + one.allowed, 0),
  };
};

/** Two files of one id: links and history would not know which is meant. */
const doubled = (
  readings: readonly { file: string; read: ReadWorkflow }[],
  only: ReadonlySet<string> | undefined,
): Fault[] =>
  readings.flatMap(({ file, read }, index) => {
    const other = readings.slice(0, index).find((earlier) => idOfFile(earlier.file) === idOfFile(file));
    if (other === undefined || only?.has(file) === false) return [];
    return [
      fault('duplicate-id', file, read.placeOf(), {
        what: `In ${other.file}, the workflow`,
        id: idOfFile(file),
        first: other.read.placeOf().line,
      }),
    ];
  });

const runsOf = (workflow: Workflow): readonly SubRun[] =>
  allSteps(workflow.steps).flatMap(({ step }) => (step.type === 'run' ? [step] : []));

const checkRuns = (
  workflow: Workflow,
  file: string,
  read: ReadWorkflow,
  known: ReadonlyMap<string, Workflow>,
  names: ReadonlySet<string>,
): Fault[] =>
  runsOf(workflow).flatMap((step): Fault[] => {
    if (!names.has(step.workflow)) {
      return [
        fault('unknown-workflow', file, read.placeOf(step.id, 'workflow'), {
          name: step.workflow,
          nearest: nearest(step.workflow, names),
          known: [...names],
        }),
      ];
    }
    const circle = circleFrom(workflow.id, step.workflow, known);
    if (circle !== undefined)
      return [fault('run-cycle', file, read.placeOf(step.id, 'workflow'), { workflows: circle })];
    const started = known.get(step.workflow);
    if (started === undefined) return [];
    const inputs = Object.keys(started.inputs);
    const strangers = Object.keys(step.with).filter((name) => !inputs.includes(name));
    const missing = Object.entries(started.inputs).filter(
      ([name, field]) => field.required && field.default === undefined && !Object.hasOwn(step.with, name),
    );
    return [
      ...strangers.map((name) =>
        fault('unknown-input', file, read.placeOf(step.id, 'with'), {
          name,
          nearest: nearest(name, inputs),
          known: inputs,
          workflow: `\`${started.id}\``,
        }),
      ),
      ...missing.map(([input]) =>
        fault('input-not-given', file, read.placeOf(step.id, 'workflow'), {
          input,
          workflow: started.id,
          by: `the step \`${step.id}\``,
        }),
      ),
    ];
  });

/** The workflows in a circle from `id` by way of `first` back to `id`. */
const circleFrom = (id: string, first: string, known: ReadonlyMap<string, Workflow>): readonly string[] | undefined => {
  const seen = new Set<string>();
  const pending: string[][] = [[id, first]];
  for (let way = pending.shift(); way !== undefined; way = pending.shift()) {
    const last = way.at(-1) as string;
    if (last === id) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const step of runsOf(known.get(last) ?? ({ steps: [] } as never as Workflow)))
      pending.push([...way, step.workflow]);
  }
  return undefined;
};

/** The fields of a plain HTML form bear the names of the inputs; they need no map. */
const withMaps = (hooks: Hooks, known: ReadonlyMap<string, Workflow>): Hooks =>
  Object.fromEntries(
    Object.entries(hooks).map(([source, hook]) => {
      const inputs = known.get(hook.workflow)?.inputs;
      const needsNone = hook.provider === 'form' && Object.keys(hook.map).length === 0;
      return [source, needsNone && inputs !== undefined ? { ...hook, map: mapByName(Object.keys(inputs)) } : hook];
    }),
  );

const checkHooks = (
  hooks: Hooks,
  file: string,
  placeOf: (path: Path) => Place,
  known: ReadonlyMap<string, Workflow>,
  names: ReadonlySet<string>,
): Fault[] =>
  Object.entries(hooks).flatMap(([source, hook]): Fault[] => {
    if (!names.has(hook.workflow))
      return [
        fault('unknown-workflow', file, placeOf(['hooks', source, 'workflow']), {
          name: hook.workflow,
          nearest: nearest(hook.workflow, names),
          known: [...names],
        }),
      ];
    const workflow = known.get(hook.workflow);
    if (workflow === undefined) return [];
    const inputs = Object.keys(workflow.inputs);
    const given = Object.keys(hook.map);
    return [
      ...given
        .filter((name) => !inputs.includes(name))
        .map((name) =>
          fault('unknown-input', file, placeOf(['hooks', source, 'map', name]), {
            name,
            nearest: nearest(name, inputs),
            known: inputs,
            workflow: `\`${workflow.id}\``,
          }),
        ),
      ...Object.entries(workflow.inputs)
        .filter(([name, field]) => field.required && field.default === undefined && !given.includes(name))
        .map(([input]) =>
          fault('input-not-given', file, placeOf(['hooks', source, 'map']), {
            input,
            workflow: workflow.id,
            by: `the webhook source \`${source}\``,
          }),
        ),
    ];
  });

const checkSize = (workflow: Workflow, compiled: CompiledWorkflow, file: string, read: ReadWorkflow): Fault[] => {
  const { kilobytes, events, heaviest } = sizeOf(workflow, compiled.asl);
  return [
    ...(kilobytes > MOST_KILOBYTES
      ? [fault('machine-too-large', file, read.placeOf(), { kilobytes, limit: MOST_KILOBYTES })]
      : []),
    ...(events > MOST_EVENTS
      ? [fault('too-many-events', file, read.placeOf(heaviest), { events, limit: MOST_EVENTS, heaviest })]
      : []),
  ];
};

const REASONS = {
  'no-workdays': 'the calendar has no working days.',
  'too-far': 'it is more than a century away.',
  'before-start': 'it is always before the run can begin.',
  circle: 'it counts from itself.',
} as const;

const faultOfTiming = (finding: TimingFinding, workflow: Workflow, file: string, read: ReadWorkflow): Fault => {
  const at = <C extends FaultCode>(code: C, step: string, key: string, facts: Parameters<typeof fault<C>>[3]): Fault =>
    fault(code, file, read.placeOf(step, key), facts);
  switch (finding.code) {
    case 'unreachable-due':
      return at('unreachable-due', finding.step, finding.where, {
        step: finding.step,
        problem: REASONS[finding.reason],
      });
    case 'due-against-order':
      return at('due-against-order', finding.step, 'due', {
        step: finding.step,
        other: finding.other,
        days: finding.days,
      });
    case 'too-little-time':
      return at('too-little-time', finding.step, 'due', {
        step: finding.step,
        previous: finding.previous ?? 'start',
        needs: finding.needs,
        has: finding.has,
      });
    case 'approval-after-anchor':
      return at('approval-after-anchor', finding.step, 'due', { step: finding.step, anchor: finding.anchor });
    case 'approval-layers':
      return at('approval-layers', finding.approvals[0] ?? workflow.id, 'step', {
        approvals: finding.approvals,
        workdays: finding.workdays,
      });
    case 'outlives-limit':
      return at('outlives-limit', finding.last, 'step', { days: finding.days, limit: finding.limit });
  }
};
