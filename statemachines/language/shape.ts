/**
 * From what the schema objects to, to faults in the author's words; and the rest of the file saved from
 * them, so that one misspelt key does not hide what else is wrong.
 *
 * Hides: zod's issues.
 */
import type { z } from 'zod';
import { type Fault, type FaultCode, fault, type Place } from './faults.ts';
import { nearest } from './nearest.ts';
import { conditionalApprover, fieldSchemas, goal, linkSchema, quorum, redo, reminders, startSchemas, stepSchemas, workflowSchema } from './schema.ts';
import type { Json, Path, Places } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** Stands where an id is missing or unusable; later checks pass over it. */
export const UNKNOWN = '?';

/** The value as the schema has it, or as much of it as can be saved, and every fault of shape. */
export const readShape = <T>(schema: z.ZodType<T>, value: Json, file: string, places: Places): { readonly authored?: T; readonly faults: readonly Fault[] } => {
  const result = schema.safeParse(value);
  if (result.success) return { authored: result.data, faults: [] };
  const issues = result.error.issues.flatMap(narrowed);
  const faults = issues.flatMap((issue) => faultsOfIssue(issue, value, file, places));
  const saved = structuredClone(value);
  for (const issue of issues) salvage(saved, issue);
  const second = schema.safeParse(saved);
  // Ids that are badly formed stay as they are: others refer to them.
  if (second.success || second.error.issues.every(isBadId)) return { authored: (second.success ? second.data : saved) as T, faults };
  return { faults };
};

const isBadId = (issue: Issue): boolean => issue.code === 'custom' && issue.params?.fault === 'bad-id';

/** A union objects in as many ways as it has members; only the member that was probably meant counts. */
const narrowed = (issue: Issue): readonly Issue[] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const meant = issue.errors.find((errors) => errors.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'custom'));
  if (meant === undefined) return [issue];
  // A misspelt key is the reason why the right one is missing.
  const misspelt = meant.filter((inner) => inner.code === 'unrecognized_keys');
  return (misspelt.length > 0 ? misspelt : meant).flatMap((inner) => narrowed({ ...inner, path: [...issue.path, ...inner.path] } as Issue));
};

const faultsOfIssue = (issue: Issue, value: Json, file: string, places: Places): readonly Fault[] => {
  const path = issue.path as Path;
  const here = at(value, path);
  const make = (code: FaultCode, place: Place, facts: object): Fault => fault(code, file, place, facts as never);
  const what = describe(path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const { where, keys } = objectAt(value, path);
      return issue.keys.map((key) => {
        const owners = Object.entries(stepSchemas).filter(([, schema]) => key in schema.shape).map(([type]) => type);
        const ofAnother = keys.includes('step') && owners.length > 0;
        return make('unknown-key', places.ofKey([...path, key]), { name: key, nearest: ofAnother ? undefined : nearest(key, keys), known: ofAnother ? [`type: ${owners.join('` or `type: ')}`] : keys, where });
      });
    }
    case 'invalid_type':
      if (here === undefined) {
        const key = String(path[path.length - 1]);
        const parent = path.slice(0, -1);
        return [make('missing-key', places.ofKey(parent), { key, where: capital(objectAt(value, parent).where), hint: hintFor(key) })];
      }
      return [make('wrong-type', places.ofValue(path), { what, expected: EXPECTED[issue.expected] ?? issue.expected, came: kindOfJson(here), fix: fixForType(issue.expected, here) })];
    case 'invalid_value':
    case 'invalid_union': {
      if (here === undefined && issue.code === 'invalid_union') {
        const key = String(path[path.length - 1]);
        const parent = path.slice(0, -1);
        return [make('missing-key', places.ofKey(parent), { key, where: capital(objectAt(value, parent).where), hint: hintFor(key) })];
      }
      const known = optionsOf(issue, path);
      if (typeof here === 'string' && known.length > 0) return [make('unknown-value', places.ofValue(path), { name: shorten(here), nearest: nearest(here, known), known, what })];
      const expected = known.length > 0 ? `one of ${known.map((option) => `\`${option}\``).join(', ')}` : (UNION_OF[String(path.filter((part) => typeof part === 'string').at(-1))] ?? 'something else');
      return [make('wrong-type', places.ofValue(path), { what, expected, came: kindOfJson(here) })];
    }
    case 'too_small':
    case 'too_big':
      return [make('out-of-bounds', places.ofValue(path), { what, limit: limitOf(issue) })];
    case 'invalid_format':
      return [make('wrong-type', places.ofValue(path), { what, expected: FORMATS[String(path[path.length - 1])] ?? 'of the usual form', came: `\`${shorten(String(here))}\`` })];
    case 'invalid_key': {
      const [inner] = issue.issues;
      return inner === undefined ? [] : faultsOfIssue({ ...inner, path } as Issue, value, file, { ...places, ofValue: places.ofKey });
    }
    case 'custom': {
      const params = issue.params as { fault: FaultCode; facts: { id?: string; text?: string } } | undefined;
      if (params === undefined) return [make('wrong-type', places.ofValue(path), { what, expected: 'something else', came: kindOfJson(here) })];
      const facts = { ...params.facts };
      if (facts.id !== undefined) facts.id = shorten(facts.id);
      if (facts.text !== undefined) facts.text = shorten(facts.text);
      return [make(params.fault, places.ofValue(path), facts)];
    }
    default:
      return [make('wrong-type', places.ofValue(path), { what, expected: 'something else', came: kindOfJson(here) })];
  }
};

const optionsOf = (issue: Issue, path: Path): readonly string[] => {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'discriminator' in issue) return path.includes('steps') && !path.includes('fields') ? Object.keys(stepSchemas) : Object.keys(fieldSchemas);
  if (issue.code === 'invalid_union') {
    const values = issue.errors.flatMap((errors) => errors.flatMap((inner) => (inner.code === 'invalid_value' && inner.path.length === 0 ? inner.values.map(String) : [])));
    return UNION_OF[String(path.filter((part) => typeof part === 'string').at(-1))] === undefined ? values : [];
  }
  return [];
};

/** What may stand where several shapes are possible. */
const UNION_OF: { readonly [key: string]: string } = {
  starts: '`form`, `hook: SOURCE` or `every: "CRON"`',
  approvers: 'a role, or `{ role: ROLE, when: EXPRESSION }`',
  rule: '`all`, `any`, `in_order` or `{ at_least: N }`',
  on_reject: '`stop` or `{ redo: STEP }`',
  escalate: '`never` or a length of time like `1 workday`',
  default: 'an option, or a list of options',
  with: 'a text, a number, `true` or `false`, or a list or map of those',
  body: 'a text, a number, `true` or `false`, or a list or map of those',
};

const EXPECTED: { readonly [expected: string]: string } = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: '`true` or `false`', array: 'a list', object: 'a map of keys and values', record: 'a map of names and values', null: 'nothing',
};
const FORMATS: { readonly [key: string]: string } = { hours: 'times like `09:00-17:00`' };

const fixForType = (expected: string, here: Json): string | undefined => {
  if (expected === 'string' && (typeof here === 'number' || typeof here === 'boolean')) return `Put it into quotes: \`"${here}"\`.`;
  if (expected === 'string' && here !== null && typeof here === 'object' && !Array.isArray(here)) return 'Put the text into quotes; without them, YAML reads `: ` as a key and its value.';
  if (expected === 'array' && typeof here === 'string') return `Write it as a list: \`[${shorten(here)}]\`.`;
  if (expected === 'object' && Array.isArray(here)) return 'Begin with `workflow:` and the other keys; the steps are a list below `steps:`.';
  if (here === null) return 'Write a value behind the colon, or take the key out.';
  return undefined;
};

const kindOfJson = (value: Json | undefined): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text \`${shorten(value)}\``;
  return typeof value === 'boolean' ? `\`${value}\`` : `the number ${value}`;
};

const limitOf = (issue: Issue & { code: 'too_small' | 'too_big' }): string => {
  const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const unit = issue.origin === 'string' ? ` character${limit === 1 ? '' : 's'} long` : issue.origin === 'array' ? ` item${limit === 1 ? '' : 's'} long` : '';
  return `${issue.code === 'too_small' ? 'at least' : 'at most'} ${limit.toLocaleString('en-GB')}${unit}`;
};

export const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
};
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const HINTS: { readonly [key: string]: string } = {
  workflow: 'Write `workflow:` with the id, which is also the name of the file.',
  title: 'Write `title:` with a few words.',
  purpose: 'Write `purpose:` with one sentence that says what it is for.',
  lead: 'Write `lead:` with the role that is accountable for each run.',
  steps: 'Write `steps:` and below it the list of steps, each beginning with `- step: ID`.',
  step: 'Write `step:` with an id like `write-draft`.',
  type: 'Write `type:` with the kind of field, like `text`, `date` or `choice`.',
  of: 'Write `of:` with the step whose work is judged.',
  approvers: 'Write `approvers:` with a list of roles.',
  options: 'Write `options:` with a list of what can be chosen.',
  over: 'Write `over:` with the list, like `inputs.channels`.',
  as: 'Write `as:` with the name of an item, like `channel`.',
  redo: 'Write `redo:` with the step from which the work is done again.',
  to: 'Write `to:` with a list of roles, people or addresses.',
  url: 'Write `url:` with an https:// address.',
};
const hintFor = (key: string): string => HINTS[key] ?? `Write \`${key}:\` and its value.`;

const at = (value: Json, path: Path): Json | undefined => {
  let here: Json | undefined = value;
  for (const part of path) {
    if (here === null || typeof here !== 'object') return undefined;
    here = Object.hasOwn(here, part) ? (here as { [key: string]: Json })[String(part)] : undefined;
  }
  return here;
};

/** The step that a path lies in, by id where it has one. */
const describe = (path: Path): string => {
  const key = [...path].reverse().find((part) => typeof part === 'string');
  const index = path[path.length - 1];
  if (key === undefined) return 'The file';
  return typeof index === 'number' ? `Item ${index + 1} of \`${key}\`` : `\`${key}\``;
};

const objectAt = (value: Json, path: Path): { where: string; keys: readonly string[] } => {
  const here = at(value, path);
  const key = path.filter((part) => typeof part === 'string').at(-1);
  const last = path[path.length - 1];
  const stepType = here !== null && typeof here === 'object' && !Array.isArray(here) ? here.type : undefined;
  if (path.length === 0) return { where: 'a workflow', keys: Object.keys(workflowSchema.shape) };
  if (key === 'steps' && typeof last === 'number') {
    const type = (typeof stepType === 'string' && stepType in stepSchemas ? stepType : 'task') as keyof typeof stepSchemas;
    const id = here !== null && typeof here === 'object' && !Array.isArray(here) && typeof here.step === 'string' ? ` \`${shorten(here.step)}\`` : '';
    return { where: `the step${id} of type \`${type}\``, keys: Object.keys(stepSchemas[type].shape) };
  }
  const parent = path[path.length - 2];
  if (parent === 'inputs' || parent === 'fields') {
    const type = (typeof stepType === 'string' && stepType in fieldSchemas ? stepType : 'text') as keyof typeof fieldSchemas;
    return { where: `the field \`${last}\` of type \`${type}\``, keys: Object.keys(fieldSchemas[type].shape) };
  }
  const shapes: { readonly [key: string]: { readonly shape: object } } = {
    on_changes: redo, on_reject: redo, rule: quorum, reminders, links: linkSchema, goals: goal, approvers: conditionalApprover,
    starts: { shape: { ...startSchemas.hook.shape, ...startSchemas.every.shape } },
  };
  return { where: `\`${key}\``, keys: Object.keys(shapes[String(key)]?.shape ?? {}) };
};

const STAND_INS: { readonly [key: string]: Json } = {
  workflow: UNKNOWN, title: UNKNOWN, purpose: UNKNOWN, lead: UNKNOWN, steps: [], step: UNKNOWN, type: 'text', of: UNKNOWN, approvers: [], options: [UNKNOWN],
  to: [UNKNOWN], subject: UNKNOWN, body: UNKNOWN, url: 'https://example.com', over: '[]', as: UNKNOWN, redo: UNKNOWN, role: UNKNOWN, at_least: 1, kpi: UNKNOWN, target: 0, unit: UNKNOWN,
  id: UNKNOWN, name: UNKNOWN, email: UNKNOWN, roles: {}, people: [], zone: 'UTC', provider: 'form', calendars: {}, hooks: {}, date: '2000-01-01', from: '2000-01-01', hook: UNKNOWN, every: '0 0 1 1 ? *',
};
const REQUIRED_OF_STEP: { readonly [type: string]: readonly string[] } = { approval: ['of', 'approvers'], email: ['to', 'subject', 'body'], call: ['url'], run: ['workflow'], each: ['over', 'as', 'steps'] };

/** Takes out or replaces what the issue objects to, in place. */
const salvage = (value: Json, issue: Issue): void => {
  if (isBadId(issue)) return;
  if (issue.code === 'unrecognized_keys') {
    const owner = at(value, issue.path as Path);
    if (owner !== null && typeof owner === 'object' && !Array.isArray(owner)) for (const key of issue.keys) delete owner[key];
    return;
  }
  let path = issue.path as Path;
  const last = path[path.length - 1];
  const listKey = path[path.length - 2];
  if (last === undefined) return;
  if (typeof last === 'number' && listKey === 'steps') return put(value, path, { step: UNKNOWN, title: UNKNOWN, owner: UNKNOWN });
  if (typeof last === 'number') path = path.slice(0, -1);
  const key = String(path[path.length - 1]);
  const parent = at(value, path.slice(0, -1));
  const isStep = path[path.length - 3] === 'steps' || (path[path.length - 3] === undefined && path[0] === 'steps');
  const inStep = parent !== null && typeof parent === 'object' && !Array.isArray(parent) && ('step' in parent || isStep);
  if (key === 'type' && inStep) return put(value, path.slice(0, -1), { step: at(parent, ['step']) ?? UNKNOWN, title: UNKNOWN, owner: UNKNOWN });
  const grand = path[path.length - 2];
  if (grand === 'inputs' || grand === 'fields') return put(value, path, { type: 'text', required: true });
  const optionalHere = inStep && !['step', 'title'].includes(key) && !(REQUIRED_OF_STEP[String(at(parent, ['type']) ?? 'task')] ?? []).includes(key);
  const standIn = optionalHere || grand === 'with' || grand === 'headers' ? undefined : STAND_INS[key];
  put(value, path, standIn);
};

const put = (value: Json, path: Path, replacement: Json | undefined): void => {
  const owner = at(value, path.slice(0, -1));
  const key = path[path.length - 1];
  if (owner === null || typeof owner !== 'object' || key === undefined) return;
  if (replacement === undefined) delete (owner as { [key: string]: Json })[String(key)];
  else (owner as { [key: string]: Json })[String(key)] = structuredClone(replacement);
};
