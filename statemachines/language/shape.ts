/**
 * From what the schema objects to, to faults in the author's words; and the rest of the file saved from
 * them, so that one misspelt key does not hide what else is wrong.
 *
 * Hides: zod's issues.
 */
import { z } from 'zod';
import { type Fault, type FaultCode, fault, type Place } from './faults.ts';
import { nearest } from './nearest.ts';
import {
  awaySchema,
  calendarSchema,
  conditionalApprover,
  field,
  fieldSchemas,
  goal,
  holidaysSchema,
  hookSchema,
  linkSchema,
  personSchema,
  quorum,
  redo,
  reminders,
  startSchemas,
  stepSchemas,
  workflowSchema,
} from './schema.ts';
import type { Json, Path, Places } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** Stands where an id is missing or unusable; later checks pass over it. */
export const UNKNOWN = '?';

type ReadShape<T> = {
  readonly authored?: T;
  readonly faults: readonly Fault[] /** Finds things by the keys that were meant, also where they are misspelt. */;
  readonly places: Places;
};

/** How often what is left is looked through again: each time goes a level deeper. */
const ATTEMPTS = 6;

/** The value as the schema has it, or as much of it as can be saved, and every fault of shape. */
export const readShape = <T>(schema: z.ZodType<T>, value: Json, file: string, written: Places): ReadShape<T> => {
  const whole = schema.safeParse(value);
  if (whole.success) return { authored: whole.data, faults: [], places: written };
  const { saved, places, misspelt } = respell(schema, value, written);
  const shaped: Shaped = { schema, value: structuredClone(saved), file, places };
  const retyped: Path[] = [];
  const faults = misspelt.map(({ path, name, meant }) => {
    const { where, shape } = objectAt(shaped, path);
    return fault('unknown-key', file, places.ofKey([...path, meant]), {
      name: shorten(name),
      nearest: meant,
      known: Object.keys(shape),
      where,
    });
  });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const result = schema.safeParse(saved);
    if (result.success) return { authored: result.data, faults, places };
    const issues = result.error.issues
      .filter((issue) => !isOfOtherKind(issue, result.error.issues))
      .flatMap(narrowed)
      .flatMap((issue) => [issue, ...issuesBehind(issue, saved)]);
    // What stands in a step whose type was misspelt could not be looked at before.
    const fresh =
      attempt === 0
        ? issues
        : issues.filter(({ path }) => retyped.some((owner) => owner.every((part, index) => path[index] === part)));
    const now: Shaped = attempt === 0 ? shaped : { ...shaped, value: structuredClone(saved) };
    faults.push(...fresh.flatMap((issue) => faultsOfIssue(issue, now)));
    retyped.length = 0;
    for (const issue of issues)
      if (isBadId(issue) && at(saved, issue.path as Path) === '') put(saved, issue.path as Path, UNKNOWN);
    // Ids that are badly formed stay as they are: others refer to them.
    if (issues.every(isBadId)) return { authored: saved as T, faults, places };
    for (const [path, replacement] of issues.flatMap((issue) => mendingsOf(saved, issue))) {
      put(saved, path, replacement);
      if (path.at(-1) === 'type' && typeof replacement === 'string') retyped.push(path.slice(0, -1));
    }
  }
  return { faults, places };
};

/** Behind a badly formed key zod looks no further; what stands there is wanted all the same. */
const issuesBehind = (issue: Issue, value: Json): readonly Issue[] => {
  if (issue.code !== 'invalid_key') return [];
  const schema = { inputs: field, fields: field, roles: z.string(), calendars: calendarSchema, hooks: hookSchema }[
    String(issue.path.at(-2))
  ];
  const inner = schema?.safeParse(at(value, issue.path as Path)).error?.issues ?? [];
  return inner.flatMap((one) => narrowed({ ...one, path: [...issue.path, ...one.path] } as Issue));
};

type Shaped = { readonly schema: z.ZodType; readonly value: Json; readonly file: string; readonly places: Places };

/** A misspelt key is taken for the one that was probably meant, so that nothing seems to be missing and what it holds is checked. */
const respell = (schema: z.ZodType, value: Json, places: Places) => {
  const saved = structuredClone(value);
  const misspelt: { path: Path; name: string; meant: string }[] = [];
  const written = new Map<string, string>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = misspelt.length;
    for (const issue of schema.safeParse(saved).error?.issues.flatMap(narrowed) ?? []) {
      const isTypeless =
        issue.code === 'invalid_union' && 'discriminator' in issue && at(saved, issue.path as Path) === undefined;
      if (issue.code !== 'unrecognized_keys' && !isTypeless) continue;
      const path = (isTypeless ? issue.path.slice(0, -1) : issue.path) as Path;
      const owner = at(saved, path) as { [key: string]: Json };
      const { shape } = objectAt({ schema, value: saved }, path);
      for (const name of issue.code === 'unrecognized_keys'
        ? issue.keys
        : Object.keys(owner).filter((key) => nearest(key, ['type']) !== undefined)) {
        const meant =
          ownersOf(name, owner).length > 0
            ? undefined
            : nearest(
                name,
                Object.keys(shape).filter((key) => !Object.hasOwn(owner, key)),
              );
        if (meant === undefined || !isLike(shape[meant] as z.ZodType, owner[name] as Json)) continue;
        owner[meant] = owner[name] as Json;
        delete owner[name];
        misspelt.push({ path, name, meant });
        written.set(JSON.stringify([...path, meant]), name);
      }
    }
    if (misspelt.length === before) break;
  }
  const asWritten = (path: Path): Path =>
    written.size === 0
      ? path
      : path.map((part, index) => written.get(JSON.stringify(path.slice(0, index + 1))) ?? part);
  const meantPlaces: Places = {
    ofValue: (path) => places.ofValue(asWritten(path)),
    ofKey: (path) => places.ofKey(asWritten(path)),
    within: (path, offset, length) => places.within(asWritten(path), offset, length),
    written: (path) => places.written(asWritten(path)),
  };
  return { saved, misspelt, places: misspelt.length === 0 ? places : meantPlaces };
};

/** A text in place of a list is not too long a list as well: zod counts whatever has a length. */
const isOfOtherKind = (issue: Issue, all: readonly Issue[]): boolean =>
  issue.code === 'too_big' &&
  all.some(({ code, path }) => code === 'invalid_type' && path.join('\n') === issue.path.join('\n'));

/** Whether a value is at least of the kind that a key takes. */
const isLike = (schema: z.ZodType, value: Json): boolean =>
  schema.safeParse(value).error?.issues.every(({ path, code }) => path.length > 0 || code !== 'invalid_type') ?? true;

/** The types of step that have a key, where `owner` is a step. */
const ownersOf = (key: string, owner: { readonly [key: string]: Json }): readonly string[] =>
  Object.hasOwn(owner, 'step')
    ? Object.entries(stepSchemas)
        .filter(([, { shape }]) => Object.hasOwn(shape, key))
        .map(([type]) => type)
    : [];

const isBadId = (issue: Issue): boolean =>
  (issue.code === 'custom' && issue.params?.fault === 'bad-id') ||
  (issue.code === 'invalid_key' && issue.issues.every(isBadId));

/** A union objects in as many ways as it has members; only the member that was probably meant counts. */
const narrowed = (issue: Issue): readonly Issue[] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const meant = issue.errors.find((errors) =>
    errors.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'custom'),
  );
  if (meant === undefined) return [issue];
  // A misspelt key is the reason why the right one is missing.
  const misspelt = meant.filter((inner) => inner.code === 'unrecognized_keys');
  return (misspelt.length > 0 ? misspelt : meant).flatMap((inner) =>
    narrowed({ ...inner, path: [...issue.path, ...inner.path] } as Issue),
  );
};

const faultsOfIssue = (issue: Issue, shaped: Shaped): readonly Fault[] => {
  const { value, file, places } = shaped;
  const path = issue.path as Path;
  const here = at(value, path);
  const make = (code: FaultCode, place: Place, facts: object): Fault => fault(code, file, place, facts as never);
  const what = describe(path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const { where, shape } = objectAt(shaped, path);
      const keys = Object.keys(shape);
      return issue.keys.map((key) => {
        const owners = ownersOf(key, here as { [key: string]: Json });
        const fix =
          owners.length > 0 ? `It belongs to a step with \`type: ${owners.join('` or `type: ')}\`.` : undefined;
        return make('unknown-key', places.ofKey([...path, key]), {
          name: shorten(key),
          nearest: nearest(key, keys),
          known: keys,
          where,
          fix,
        });
      });
    }
    case 'invalid_type':
      if (here === undefined) {
        const key = String(path[path.length - 1]);
        const parent = path.slice(0, -1);
        return [
          make('missing-key', places.ofKey(parent), {
            key,
            where: capital(objectAt(shaped, parent).where),
            hint: hintFor(key),
          }),
        ];
      }
      return [
        make('wrong-type', places.ofValue(path), {
          what,
          expected: EXPECTED[issue.expected] ?? issue.expected,
          came: kindOfJson(here),
          fix: fixForType(issue.expected, here, path),
        }),
      ];
    case 'invalid_value':
    case 'invalid_union': {
      if (here === undefined) {
        const key = String(path[path.length - 1]);
        const parent = path.slice(0, -1);
        return [
          make('missing-key', places.ofKey(parent), {
            key,
            where: capital(objectAt(shaped, parent).where),
            hint: hintFor(key),
          }),
        ];
      }
      const known = optionsOf(issue, path);
      const fix = here === null ? fixForType('', here, path) : undefined;
      if (typeof here === 'string' && known.length > 0)
        return [
          make('unknown-value', places.ofValue(path), {
            name: shorten(here),
            nearest: nearest(here, known),
            known,
            what,
          }),
        ];
      const expected =
        known.length > 0
          ? `one of ${known.map((option) => `\`${option}\``).join(', ')}`
          : (own(UNION_OF, lastKey(path)) ?? 'something else');
      return [make('wrong-type', places.ofValue(path), { what, expected, came: kindOfJson(here), fix })];
    }
    case 'too_small':
    case 'too_big':
      return [make('out-of-bounds', places.ofValue(path), { what, limit: limitOf(issue) })];
    case 'invalid_format':
      return [
        make('wrong-type', places.ofValue(path), {
          what,
          expected: own(FORMATS, lastKey(path)) ?? 'of the usual form',
          came: `\`${shorten(String(here))}\``,
        }),
      ];
    case 'invalid_key': {
      const [inner] = issue.issues;
      return inner === undefined
        ? []
        : faultsOfIssue({ ...inner, path } as Issue, { ...shaped, places: { ...places, ofValue: places.ofKey } });
    }
    case 'custom': {
      const params = issue.params as { fault: FaultCode; facts: { id?: string; text?: string } } | undefined;
      if (params === undefined)
        return [make('wrong-type', places.ofValue(path), { what, expected: 'something else', came: kindOfJson(here) })];
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
  if (issue.code === 'invalid_union' && 'discriminator' in issue)
    return path.at(-3) === 'steps' ? Object.keys(stepSchemas) : Object.keys(fieldSchemas);
  if (issue.code === 'invalid_union') {
    const values = issue.errors.flatMap((errors) =>
      errors.flatMap((inner) =>
        inner.code === 'invalid_value' && inner.path.length === 0 ? inner.values.map(String) : [],
      ),
    );
    return own(UNION_OF, lastKey(path)) === undefined ? values : [];
  }
  return [];
};

/** Names come from the file, so one like `constructor` must not be found where nobody wrote it. */
const own = <V>(table: { readonly [key: string]: V }, key: string): V | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
const lastKey = (path: Path): string => String(path.filter((part) => typeof part === 'string').at(-1));

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
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of names and values',
  null: 'nothing',
};
const FORMATS: { readonly [key: string]: string } = { hours: 'times like `09:00-17:00`' };

/** What is written as a number, although it needs a unit. */
const WITH_UNIT: { readonly [key: string]: string } = {
  effort: 'h',
  takes: ' workdays',
  for: ' workdays',
  expires: ' workdays',
  escalate: ' workdays',
  before: 'h',
  frequency: ' per year',
};

/** What a map is written like, by its key or, with ` of`, by that of the map or list around it. */
const FORMS: { readonly [key: string]: string } = {
  inputs: 'Write each input as a name and its field: `topic: { type: text }`.',
  fields: 'Write each field as a name and what it takes: `words: { type: number }`.',
  'inputs of': 'Write the field with its type: `{ type: text }`.',
  'fields of': 'Write the field with its type: `{ type: text }`.',
  'steps of': 'Begin a step with `- step: ID`, its other keys below.',
  on_changes: 'Write `{ redo: STEP, rounds: N }`.',
  reminders: 'Write `{ before: [48h, 24h], at_due: true }`.',
  headers: 'Write each header as a name and its text: `X-Campaign: spring`.',
  with: 'Write each input as its name and its value: `topic: News`.',
  'links of': 'Write `{ title: TITLE, url: ADDRESS }`.',
  'goals of': 'Write `{ kpi: FIGURE, target: NUMBER, unit: UNIT }`.',
};

const fixForType = (expected: string, here: Json, path: Path): string | undefined => {
  const unit = own(WITH_UNIT, lastKey(path));
  if (Array.isArray(here) && lastKey(path) === 'over')
    return "Put the list into quotes, and each text in it as well: `over: \"['email', 'social']\"`.";
  if (typeof here === 'number' && unit !== undefined) return `Write it with its unit, like \`${here}${unit}\`.`;
  if (expected === 'string' && (typeof here === 'number' || typeof here === 'boolean'))
    return `Put it into quotes: \`"${here}"\`.`;
  if (expected === 'string' && here !== null && typeof here === 'object' && !Array.isArray(here))
    return 'Put the text into quotes; without them, YAML reads `: ` as a key and its value.';
  if (expected === 'array' && typeof here === 'string')
    return /[[\]{},]/.test(here)
      ? 'Write it as a list: begin each entry with `- `.'
      : `Write it as a list: \`[${shorten(here)}]\`.`;
  if (expected === 'array' && here !== null && typeof here === 'object') return 'Begin each of its entries with `- `.';
  if (path.length === 0)
    return 'Begin with keys and their values, like `title: Blog post`; lists stand below their keys.';
  const form =
    expected === 'object' || expected === 'record'
      ? (own(FORMS, String(path.at(-1))) ?? own(FORMS, `${path.at(-2)} of`))
      : undefined;
  if (form !== undefined && here !== null) return form;
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
  const unit =
    issue.origin === 'string'
      ? ` character${limit === 1 ? '' : 's'} long`
      : issue.origin === 'array'
        ? ` item${limit === 1 ? '' : 's'} long`
        : '';
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
const hintFor = (key: string): string => own(HINTS, key) ?? `Write \`${key}:\` and its value.`;

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

type Shape = { readonly [key: string]: unknown };

/** The type that is written, or the one that goes without saying. What is no text is none, and is told elsewhere. */
const typeIn = (
  entry: { readonly [key: string]: Json },
  usual: string,
): { readonly type: string; readonly told: string } => {
  const type = entry.type ?? usual;
  return typeof type === 'string' ? { type, told: ` of type \`${shorten(type)}\`` } : { type: usual, told: '' };
};

const objectAt = (
  { schema, value }: Pick<Shaped, 'schema' | 'value'>,
  path: Path,
): { readonly where: string; readonly shape: Shape } => {
  const here = at(value, path);
  const key = lastKey(path);
  const last = path[path.length - 1];
  const entry =
    here !== null && typeof here === 'object' && !Array.isArray(here) ? (here as { [key: string]: Json }) : {};
  if (path.length === 0)
    return {
      where: schema === (workflowSchema as z.ZodType) ? 'a workflow' : 'this file',
      shape: (schema as z.ZodObject).shape ?? {},
    };
  if (key === 'steps' && typeof last === 'number') {
    const { type, told } = typeIn(entry, 'task');
    const id = typeof entry.step === 'string' ? ` \`${shorten(entry.step)}\`` : '';
    return {
      where: `the step${id}${told}`,
      shape: own<{ shape: Shape }>(stepSchemas, type)?.shape ?? stepSchemas.task.shape,
    };
  }
  const parent = path[path.length - 2];
  if (parent === 'inputs' || parent === 'fields') {
    const { type, told } = typeIn(entry, 'text');
    return {
      where: `the field \`${last}\`${told}`,
      shape: own<{ shape: Shape }>(fieldSchemas, type)?.shape ?? fieldSchemas.text.shape,
    };
  }
  if (parent === 'calendars' || parent === 'hooks')
    return { where: `\`${last}\``, shape: (parent === 'hooks' ? hookSchema : calendarSchema).shape };
  const shapes: { readonly [key: string]: { readonly shape: Shape } } = {
    on_changes: redo,
    on_reject: redo,
    rule: quorum,
    reminders,
    links: linkSchema,
    goals: goal,
    approvers: conditionalApprover,
    starts: { shape: { ...startSchemas.hook.shape, ...startSchemas.every.shape } },
    people: personSchema,
    away: awaySchema,
    holidays: holidaysSchema,
    add: { shape: { date: undefined, name: undefined } },
  };
  return {
    where: typeof last === 'number' ? `an entry of \`${key}\`` : `\`${key}\``,
    shape: own(shapes, key)?.shape ?? {},
  };
};

const UNKNOWN_STEP: Json = { step: UNKNOWN, title: UNKNOWN, owner: UNKNOWN };
/** Its kind is not known, and it counts as given. */
const UNKNOWN_FIELD: Json = { type: 'text', label: UNKNOWN, required: true };
export const isUnknown = (field: { readonly label: string }): boolean => field.label === UNKNOWN;

const STAND_INS: { readonly [key: string]: Json } = {
  workflow: UNKNOWN,
  title: UNKNOWN,
  purpose: UNKNOWN,
  lead: UNKNOWN,
  steps: [UNKNOWN_STEP],
  step: UNKNOWN,
  of: UNKNOWN,
  approvers: [UNKNOWN],
  options: [UNKNOWN],
  to: [UNKNOWN],
  subject: UNKNOWN,
  body: UNKNOWN,
  url: 'https://example.com',
  over: '[]',
  as: UNKNOWN,
  redo: UNKNOWN,
  role: UNKNOWN,
  at_least: 1,
  goals: [{ kpi: UNKNOWN, target: 0, unit: UNKNOWN }],
  kpi: UNKNOWN,
  target: 0,
  unit: UNKNOWN,
  id: UNKNOWN,
  name: UNKNOWN,
  email: UNKNOWN,
  roles: {},
  people: [],
  zone: 'UTC',
  currency: 'EUR',
  provider: 'form',
  calendars: {},
  hooks: {},
  date: '2000-01-01',
  from: '2000-01-01',
  hook: UNKNOWN,
  every: '0 0 1 1 ? *',
};
const REQUIRED_OF_STEP: { readonly [type: string]: readonly string[] } = {
  approval: ['of', 'approvers'],
  email: ['to', 'subject', 'body'],
  call: ['url'],
  run: ['workflow'],
  each: ['over', 'as', 'steps'],
};

type Mending = readonly [path: Path, replacement: Json | undefined];

/** What to put in the place of what the issue objects to; nothing takes it out. */
const mendingsOf = (value: Json, issue: Issue): readonly Mending[] => {
  if (isBadId(issue)) return [];
  const whole = issue.path as Path;
  const here = at(value, whole);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key): Mending => [[...whole, key], undefined]);
  const last = whole[whole.length - 1];
  if (last === undefined) return [];
  const meant = typeof here === 'string' ? nearest(here, optionsOf(issue, whole)) : undefined;
  if (meant !== undefined) return [[whole, meant]];
  if (issue.code === 'invalid_type' && issue.expected === 'array' && typeof here === 'string') return [[whole, [here]]];
  const listKey = whole[whole.length - 2];
  if (typeof last === 'number' && listKey === 'steps') return [[whole, UNKNOWN_STEP]];
  if (typeof last === 'number' && (listKey === 'approvers' || listKey === 'to')) return [[whole, UNKNOWN]];
  const path = typeof last === 'number' ? whole.slice(0, -1) : whole;
  const [around, parent] = [path[path.length - 3], path[path.length - 2]];
  if (parent === 'inputs' || parent === 'fields') return [[path, UNKNOWN_FIELD]];
  if (around === 'inputs' || around === 'fields') return mendingsOfField(path);
  return [mendingOfKey(value, path)];
};

const mendingOfKey = (value: Json, path: Path): Mending => {
  const key = String(path[path.length - 1]);
  const owner = at(value, path.slice(0, -1));
  const inStep =
    owner !== null && typeof owner === 'object' && !Array.isArray(owner) && path[path.length - 3] === 'steps';
  if (key === 'type' && inStep)
    return [path.slice(0, -1), { step: at(owner, ['step']) ?? UNKNOWN, title: UNKNOWN, owner: UNKNOWN }];
  // Names that lead to what cannot be read are not to be called unknown.
  if ((key === 'inputs' && path.length === 1) || (key === 'fields' && inStep))
    return [path, { [UNKNOWN]: UNKNOWN_FIELD }];
  if (key === 'owner' && inStep) return [path, UNKNOWN];
  const isOptional =
    inStep &&
    !['step', 'title'].includes(key) &&
    !(own(REQUIRED_OF_STEP, String(at(owner, ['type']) ?? 'task')) ?? []).includes(key);
  const parent = path[path.length - 2];
  return [path, isOptional || parent === 'with' || parent === 'headers' ? undefined : own(STAND_INS, key)];
};

/** Of a field, the part that cannot be read is left out; whether it is certain to be given counts as not known. */
const mendingsOfField = (path: Path): readonly Mending[] => {
  const key = path[path.length - 1];
  const field = path.slice(0, -1);
  if (key === 'type') return [[field, UNKNOWN_FIELD]];
  const certain: Mending = [[...field, 'required'], true];
  if (key === 'options') return [[path, [UNKNOWN]], [[...field, 'default'], undefined], certain];
  return key === 'required' || key === 'default' ? [[path, undefined], certain] : [[path, undefined]];
};

const put = (value: Json, path: Path, replacement: Json | undefined): void => {
  const owner = at(value, path.slice(0, -1));
  const key = path[path.length - 1];
  if (owner === null || owner === undefined || typeof owner !== 'object' || key === undefined) return;
  if (replacement === undefined) delete (owner as { [key: string]: Json })[String(key)];
  else (owner as { [key: string]: Json })[String(key)] = structuredClone(replacement);
};
