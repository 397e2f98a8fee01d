import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readCalendars, readHooks, readTeam } from '../statemachines/language/surroundings.ts';
import { expectAnswer } from './support/language-answer.ts';
import { errorsIn, told } from './support/language-files.ts';

const runs = process.env.RUNSHEET_LONG === '1' ? 20_000 : 200;

/** Uses every type of step and nearly every key. */
const EVERYTHING = {
  workflow: 'blog',
  title: 'Blog',
  purpose: 'Publish one article.',
  kind: 'internal',
  lead: 'editor',
  frequency: '52 per year',
  calendar: 'default',
  anchor: 'publish',
  starts: ['form', { hook: 'content-brief' }],
  inputs: {
    topic: { type: 'text', label: 'Topic', required: true, max: 120 },
    publish: { type: 'date', required: true, min: '2026-01-01' },
    budget: { type: 'money', currency: 'EUR', default: 0 },
    channels: { type: 'choice', options: ['email', 'social'], many: true, required: true },
    big: { type: 'yes_no', default: false },
  },
  reminders: { before: ['48h', '24h'], at_due: true, overdue: 'every workday', escalate: '1 workday' },
  goals: [{ kpi: 'visits', target: 1000, unit: 'a month', serves: 'Growth' }],
  steps: [
    {
      step: 'draft',
      title: 'Draft {{ inputs.topic }}',
      owner: 'writer',
      backup: 'editor',
      due: '10 days before publish',
      effort: '2h',
      takes: '2 workdays',
      done_when: 'It is there.',
      instructions: 'Write.\n\nThen {{ run.title }}.\n',
      dos: ['a'],
      donts: ['b'],
      critical: ['c'],
      links: [{ title: 'Guide', url: 'https://example.com' }],
      fields: { link: { type: 'url', required: true }, words: { type: 'number', default: 1, min: 0, max: 9 } },
      phase: 'Write',
      expires: '20 workdays after due',
      on_expiry: 'skip',
      assurance: 'verified',
    },
    {
      step: 'approve',
      type: 'approval',
      title: 'Approve',
      of: 'draft',
      approvers: ['editor', { role: 'designer', when: 'inputs.budget > 5' }, { role: 'analyst', required: false }],
      rule: 'all',
      veto: false,
      on_changes: { redo: 'draft', rounds: 3 },
      on_reject: 'stop',
      due: '5 days before publish',
    },
    {
      step: 'tell',
      type: 'email',
      title: 'Tell',
      to: ['editor', 'ada', 'x@example.com'],
      subject: 'Hi',
      body: 'It is {{ steps.draft.words ?? 0 }}.',
      when: "inputs.big and steps.approve.decision = 'approve'",
    },
    { step: 'pause', type: 'wait', title: 'Pause', until: 'on publish at 09:00', after: ['tell'] },
    {
      step: 'post',
      type: 'call',
      title: 'Post',
      url: 'https://example.com/x',
      method: 'PUT',
      headers: { 'X-A': 'b' },
      body: { a: ['{{ inputs.topic }}', 1, null, true] },
    },
    {
      step: 'more',
      type: 'run',
      title: 'More',
      workflow: 'newsletter',
      with: { topic: '{{ inputs.topic }}' },
      wait: true,
    },
    {
      step: 'spread',
      type: 'each',
      title: 'Spread',
      over: 'inputs.channels',
      as: 'channel',
      at_once: 2,
      after: [],
      steps: [
        { step: 'one', title: 'One {{ channel }}', owner: 'designer' },
        { step: 'two', title: 'Two', owner: 'designer', when: "channel = 'email'" },
      ],
    },
  ],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const word = fc.constantFrom(
  '',
  'a',
  'A b',
  'task',
  'each',
  'draft',
  'publish',
  'editor',
  'constructor',
  '__proto__',
  'toString',
  'inputs.topic',
  '{{ inputs',
  '{{ }}',
  '2 days',
  '2 constructor',
  '1 day before draft',
  'on constructor',
  '~',
  '?',
  '9'.repeat(40),
  'x'.repeat(300),
  '2027-02-30',
  'true',
  '[a]',
  '{a: b}',
);
const anything: fc.Arbitrary<Json> = fc.oneof(
  word,
  fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e21, [], {}, [[]], [{}], { constructor: 1 }, { step: 'x' }, [
    'draft',
    'draft',
  ]),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);
const pathsIn = (value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] =>
  value !== null && typeof value === 'object'
    ? [
        path,
        ...Object.entries(value).flatMap(([key, inner]) =>
          pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        ),
      ]
    : [path];
const PATHS = pathsIn(EVERYTHING as unknown as Json).slice(1);

type Change = {
  readonly path: readonly (string | number)[];
  readonly how: 'replace' | 'remove' | 'rename' | 'double';
  readonly by: Json;
};
const change: fc.Arbitrary<Change> = fc.record({
  path: fc.constantFrom(...PATHS),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'double'),
  by: anything,
});
const changed = (changes: readonly Change[]): Json => {
  const root = structuredClone(EVERYTHING) as unknown as Json;
  for (const { path, how, by } of changes) {
    let owner: Json | undefined = root;
    for (const part of path.slice(0, -1))
      owner =
        owner !== null && typeof owner === 'object' && Object.hasOwn(owner, part)
          ? (owner as { [key: string]: Json })[part]
          : undefined;
    const last = path.at(-1) as string | number;
    if (owner === null || typeof owner !== 'object' || !Object.hasOwn(owner, last)) continue;
    const map = owner as { [key: string]: Json };
    const value = map[last] as Json;
    if (how === 'replace') map[last] = by;
    else if (Array.isArray(owner))
      owner.splice(Number(last), how === 'remove' ? 1 : 0, ...(how === 'remove' ? [] : [value]));
    else if (how === 'double') map[`${last}_`] = value;
    else {
      delete map[last];
      if (how === 'rename')
        Object.defineProperty(map, typeof by === 'string' ? by : `${last}x`, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
  }
  return root;
};

describe('a workflow in which something was changed at random', () => {
  test('is without any change a workflow', () => {
    expect(errorsIn(stringify(EVERYTHING)).map(told)).toEqual([]);
  });

  test.each(['inputs.publish', 'steps.0'])('has no word for a type of %s that is no text', (at) => {
    const path = [...at.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
    const by = { title: 'Draft', typex: { constructor: 1 } };
    const faults = errorsIn(stringify(changed([{ path, how: 'replace', by }]))).map(told);
    expect(faults.join('\n')).toContain('`typex` is not a key of the');
    expect(faults.join('\n')).not.toContain('object Object');
  });

  test('is still a workflow, or has faults that stand within the file', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) =>
        expectAnswer(stringify(changed(changes), { aliasDuplicateObjects: false })),
      ),
      { numRuns: runs },
    );
  });

  test('says at least one thing where a value was replaced by one of another kind', () => {
    const required = PATHS.filter((path) =>
      [
        'workflow',
        'title',
        'purpose',
        'lead',
        'step',
        'of',
        'approvers',
        'subject',
        'url',
        'over',
        'as',
        'kpi',
        'target',
      ].includes(String(path.at(-1))),
    );
    for (const path of required) {
      const text = stringify(changed([{ path, how: 'replace', by: { nothing: [1] } }]));
      expect(errorsIn(text).length, path.join('.')).toBeGreaterThan(0);
      expectAnswer(text);
    }
  });

  test('as a text — letters gone, doubled, other, lines exchanged — is still answered', () => {
    const whole = stringify(EVERYTHING);
    const slip = fc.record({
      at: fc.nat(whole.length),
      length: fc.integer({ min: 0, max: 12 }),
      how: fc.constantFrom('cut', 'double', 'swap', 'put'),
      by: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }),
        fc.constantFrom(
          '{{',
          '}}',
          '[',
          ']',
          '{',
          '}',
          ': ',
          '- ',
          '"',
          "'",
          '|\n',
          '>\n',
          '#',
          '&a ',
          '*a',
          '!!x ',
          '\t',
          '\r',
          '\ufeff',
          '\u0000',
          '---\n',
          '? ',
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 6 }), (slips) => {
        let text = whole;
        for (const { at, length, how, by } of slips) {
          const piece = text.slice(at, at + length);
          if (how === 'cut') text = text.slice(0, at) + text.slice(at + length);
          else if (how === 'double') text = text.slice(0, at) + piece + text.slice(at);
          else if (how === 'put') text = text.slice(0, at) + by + text.slice(at);
          else {
            const lines = text.split('\n');
            const [one = 0, other = 0] = [at % lines.length, (at * 7 + length) % lines.length];
            [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
            text = lines.join('\n');
          }
        }
        expectAnswer(text);
      }),
      { numRuns: runs },
    );
  });

  test('and noise of any kind is answered', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc
            .array(
              fc.constantFrom(
                'a',
                ': ',
                '- ',
                '\n',
                '  ',
                '[',
                ']',
                '{',
                '}',
                ',',
                '"',
                "'",
                '|',
                '>',
                '#',
                '&x',
                '*x',
                '!x',
                '? ',
                '{{',
                '---\n',
                '\t',
                'steps:',
                'step: a',
              ),
              { maxLength: 60 },
            )
            .map((parts) => parts.join('')),
        ),
        (text) => expectAnswer(text),
      ),
      { numRuns: runs },
    );
  });

  test('beside the workflows is answered as well', () => {
    fc.assert(
      fc.property(
        anything,
        anything,
        fc.constantFrom('roles', 'people', 'calendars', 'hooks', 'currency'),
        (one, other, key) => {
          for (const value of [
            { [key]: one },
            { [key]: [one] },
            { [key]: { a: one } },
            {
              [key]: {
                a: { [JSON.stringify(other).slice(0, 20)]: one, zone: other, provider: one, map: other, holidays: one },
              },
              people: [{ id: 'a', name: 'A', email: other, away: one, roles: other }],
            },
          ]) {
            const text = stringify(value, { aliasDuplicateObjects: false });
            for (const reader of [readTeam, readCalendars, readHooks]) expectAnswer(text, reader(text, 'beside.yaml'));
          }
        },
      ),
      { numRuns: runs / 4 },
    );
  });
});
