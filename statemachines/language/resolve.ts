/**
 * From what the author wrote to a `Workflow`: shorthand spelled out, every default filled in.
 *
 * Promises: never fails; what cannot be made sense of has been reported before, or is reported after by
 * the checks, and is passed over here. Hides: shorthand and defaults (language.md).
 */

import { LARGEST_EACH } from './each.ts';
import type { AuthoredField, AuthoredStep, AuthoredWorkflow } from './schema.ts';
import { parseEffort, parseExpiry, parseFrequency, parseLead, parseMoment, parseSpan, withReference } from './spans.ts';
import type {
  Approver,
  Field,
  Fields,
  FieldValue,
  Ladder,
  Moment,
  Redo,
  Reference,
  Span,
  Start,
  Step,
  Workflow,
} from './workflow.ts';

const DEFAULT_LADDER: Ladder = {
  before: [48, 24],
  at_due: true,
  overdue: 'every workday',
  escalate: { count: 1, unit: 'workdays' },
};
const DEFAULT_EXPIRY: Span = { count: 20, unit: 'workdays' };
const DEFAULT_ROUNDS = 3;

export const resolveWorkflow = (authored: AuthoredWorkflow): Workflow => {
  const inputs = resolveFields(authored.inputs ?? {});
  const ladder = resolveLadder(authored.reminders, DEFAULT_LADDER);
  const stepIds = new Set<string>();
  collectIds(authored.steps, stepIds);
  const around: Around = { inputs, ladder, stepIds };
  const frequency = authored.frequency === undefined ? undefined : parseFrequency(authored.frequency).value;
  return {
    id: authored.workflow,
    title: authored.title,
    purpose: authored.purpose.trim(),
    kind: authored.kind ?? 'internal',
    lead: authored.lead,
    starts: (authored.starts ?? []).map(resolveStart),
    inputs,
    ...optional('anchor', authored.anchor),
    calendar: authored.calendar ?? 'default',
    ...optional('frequency', frequency),
    goals: (authored.goals ?? []).map(({ kpi, target, unit, serves }) => ({
      kpi,
      target,
      unit,
      ...optional('serves', serves),
    })),
    steps: resolveSteps(authored.steps, around),
  };
};

/** `{ key: value }`, or nothing: with exactOptionalPropertyTypes an absent key stays absent. */
const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });

type Around = { readonly inputs: Fields; readonly ladder: Ladder; readonly stepIds: ReadonlySet<string> };

const collectIds = (steps: readonly AuthoredStep[], ids: Set<string>): void => {
  for (const step of steps) {
    ids.add(step.step);
    if (step.type === 'each') collectIds(step.steps, ids);
  }
};

const resolveStart = (start: NonNullable<AuthoredWorkflow['starts']>[number]): Start => {
  if (start === 'form') return { kind: 'form' };
  return 'hook' in start
    ? { kind: 'hook', source: start.hook }
    : {
        kind: 'every',
        cron: start.every
          .trim()
          .replace(/^cron\((.*)\)$/, '$1')
          .trim()
          .split(/\s+/)
          .join(' '),
      };
};

export const resolveFields = (fields: { readonly [name: string]: AuthoredField }): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, resolveField(name, field)]));

const resolveField = (name: string, field: AuthoredField): Field => {
  const words = name.replaceAll('_', ' ');
  return {
    ...(field as object),
    type: field.type,
    label: field.label ?? words.charAt(0).toUpperCase() + words.slice(1),
    required: field.required ?? false,
    ...optional('default', field.default as FieldValue | undefined),
  } as Field;
};

const resolveSteps = (steps: readonly AuthoredStep[], around: Around): readonly Step[] =>
  steps.map((step, index) => resolveStep(step, steps[index - 1]?.step, around));

const resolveStep = (step: AuthoredStep, above: string | undefined, around: Around): Step => {
  const base = {
    id: step.step,
    title: step.title,
    after: step.after === undefined ? (above === undefined ? [] : [above]) : [...new Set(step.after)],
    ...optional('when', step.when),
    ...optional('phase', step.phase),
    ...optional('owner', step.owner),
    ...optional('backup', step.backup),
    ...optional('due', step.due === undefined ? undefined : resolveMoment(step.due, around)),
    ...optional('effort', step.effort === undefined ? undefined : parseEffort(step.effort).value),
    ...optional('takes', step.takes === undefined ? undefined : parseSpan(step.takes).value),
    ...optional('done_when', step.done_when),
    ...optional('instructions', step.instructions),
    dos: step.dos ?? [],
    donts: step.donts ?? [],
    critical: step.critical ?? [],
    links: step.links ?? [],
    fields: resolveFields(step.fields ?? {}),
    reminders: resolveLadder(step.reminders, around.ladder),
    expires: step.expires === undefined ? DEFAULT_EXPIRY : (parseExpiry(step.expires).value ?? DEFAULT_EXPIRY),
    on_expiry: step.on_expiry ?? 'escalate',
    assurance: step.assurance ?? (step.type === 'approval' ? 'verified' : 'link'),
  } as const;
  switch (step.type) {
    case 'approval':
      return {
        ...base,
        type: 'approval',
        of: step.of,
        approvers: step.approvers.map(
          (approver): Approver =>
            typeof approver === 'string'
              ? { role: approver, required: true }
              : { role: approver.role, ...optional('when', approver.when), required: approver.required ?? true },
        ),
        rule: step.rule ?? 'all',
        veto: step.veto ?? true,
        ...optional('on_changes', resolveRedo(step.on_changes)),
        on_reject:
          step.on_reject === undefined || step.on_reject === 'stop' ? 'stop' : (resolveRedo(step.on_reject) as Redo),
      };
    case 'email':
      return { ...base, type: 'email', to: step.to, subject: step.subject, body: step.body };
    case 'wait':
      return {
        ...base,
        type: 'wait',
        ...optional('until', step.until === undefined ? undefined : resolveMoment(step.until, around)),
        ...optional('for', step.for === undefined ? undefined : parseSpan(step.for).value),
      };
    case 'call':
      return {
        ...base,
        type: 'call',
        url: step.url,
        method: step.method ?? 'POST',
        headers: step.headers ?? {},
        ...optional('body', step.body as never),
      };
    case 'run':
      return {
        ...base,
        type: 'run',
        workflow: step.workflow,
        with: (step.with ?? {}) as never,
        wait: step.wait ?? false,
      };
    case 'each':
      return {
        ...base,
        type: 'each',
        over: step.over,
        as: step.as,
        at_once: step.at_once ?? LARGEST_EACH,
        steps: resolveSteps(step.steps, around),
      };
    default:
      return { ...base, type: 'task', owner: step.owner ?? '' };
  }
};

const resolveRedo = (redo: { redo: string; rounds?: number | undefined } | undefined): Redo | undefined =>
  redo === undefined ? undefined : { redo: redo.redo, rounds: redo.rounds ?? DEFAULT_ROUNDS };

/** An input is meant before a step of the same name; `start` is reserved for the start. */
const resolveMoment = (text: string, { inputs, stepIds }: Around): Moment | undefined => {
  const { value } = parseMoment(text);
  if (value === undefined) return undefined;
  const { name } = value;
  const reference: Reference =
    name === 'start'
      ? { kind: 'start' }
      : Object.hasOwn(inputs, name) || !stepIds.has(name)
        ? { kind: 'input', name }
        : { kind: 'step', id: name };
  return withReference(value, reference);
};

const resolveLadder = (written: AuthoredWorkflow['reminders'], fallback: Ladder): Ladder => {
  if (written === undefined) return fallback;
  const before = written.before?.flatMap((text) => parseLead(text).value ?? []);
  const escalate =
    written.escalate === 'never'
      ? 'never'
      : written.escalate === undefined
        ? undefined
        : parseSpan(written.escalate).value;
  return {
    before: before === undefined ? fallback.before : [...new Set(before)].sort((a, b) => b - a),
    at_due: written.at_due ?? fallback.at_due,
    overdue: written.overdue ?? fallback.overdue,
    escalate: escalate ?? fallback.escalate,
  };
};
