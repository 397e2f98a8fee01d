import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import {
  type Kind,
  kindOf,
  printExpression,
  printLiteral,
  printName,
  type Reference,
  readExpression,
  readTemplate,
  referencesOf,
  uncheckedReferences,
} from '../statemachines/language/expression.ts';
import { errorsIn, fileWith, placesOf, told, unmark } from './support/language-files.ts';
import { expression, type Seen, STEP_IDS, seen } from './support/language-jsonata.ts';

const runs = process.env.RUNSHEET_LONG === '1' ? 20_000 : 500;

const exprOf = (text: string) => {
  const { expr, problem } = readExpression(text, STEP_IDS);
  if (expr === undefined) throw new Error(`${text}: ${problem.what}`);
  return expr;
};
/** References stand as `<a.b>`, so that they cannot be taken for anything else. */
const printed = (text: string): string => printExpression(exprOf(text), ({ names }) => `<${names.join('.')}>`);
const named = (text: string): readonly string[] => referencesOf(exprOf(text)).map(({ names }) => names.join('.'));
const unchecked = (text: string): readonly string[] =>
  uncheckedReferences(exprOf(text)).map(({ names }) => names.join('.'));
const problemOf = (text: string) => readExpression(text, STEP_IDS).problem;

describe('an expression', () => {
  test.each([
    ['steps.approve-outline.decision', '<steps.approve-outline.decision>'],
    ['steps.approve-outline.round-1', '<steps.approve-outline.round> - 1'],
    ['steps.approve-outline.round - 1', '<steps.approve-outline.round> - 1'],
    ['steps.a-b-c.round-steps.a-b.round', '<steps.a-b-c.round> - <steps.a-b.round>'],
    ['steps . a-b . round', '<steps.a-b.round>'],
    ['steps.`a-b`.round', '<steps.a-b.round>'],
    ["'steps.a-b.x' & steps.a-b.round", '"steps.a-b.x" & <steps.a-b.round>'],
    ['"steps.a-b \\" steps.a-b" & steps.a-b.round', '"steps.a-b \\" steps.a-b" & <steps.a-b.round>'],
    ['/* steps.a-b */ steps.a-b.round', '<steps.a-b.round>'],
    ['inputs.list[$$.steps.a-b.round = 1]', '<inputs.list>[<steps.a-b.round> = 1]'],
    ['steps.4-weeks.round', '<steps.4-weeks.round>'],
    ['steps.true.at', '<steps.true.at>'],
    ['steps.constructor.at', '<steps.constructor.at>'],
    ['steps.draft.approve-outline.round - 1', '<steps.draft.approve-outline.round> - 1'],
    ['steps.a-b.a-b-c.round', '<steps.a-b.a-b-c.round>'],
  ])('names a step by its id, hyphens and all: %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test('takes a misspelt id with hyphens for one name, not for a subtraction', () => {
    expect(named('steps.aprove-outline.decision')).toEqual(['steps.aprove-outline.decision']);
  });

  test.each([
    ['inputs.a ?? 1', '$exists(<inputs.a>) ? <inputs.a> : 1'],
    ["inputs.a ?: 'x'", '<inputs.a> ? <inputs.a> : "x"'],
    ['inputs.a ?? inputs.b ?? 1', '$exists(<inputs.a>) ? <inputs.a> : ($exists(<inputs.b>) ? <inputs.b> : 1)'],
  ])('says what to use instead in words that JSONata 2.0.6 knows: %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test.each([
    ['[1, 2, 3][0]', '[1, 2, 3][0]'],
    ["$split(inputs.a, ',')[0]", '$split(<inputs.a>, ",")[0]'],
    ['(inputs.a)[1]', '(<inputs.a>)[1]'],
    ['($x := inputs.a; $x[0])', '($x__own := <inputs.a>; $x__own[0])'],
    ['inputs.a[]', '<inputs.a>[]'],
    ['inputs.a[][0] / 2', '(<inputs.a>[0][]) / 2'],
    ['$filter(inputs.a, function($v){ $v > 1 })[]', '$filter(<inputs.a>, function($v__own){ $v__own > 1 })[]'],
    ['inputs.a.[x, y]', '<inputs.a>.[x, y]'],
    ['inputs.a.(x & y)', '<inputs.a>.(x & y)'],
    ['inputs.a[x = 1].y[0]', '<inputs.a>[x = 1].y[0]'],
    [
      '$map(inputs.a, function($v){ $v ? $sum($v) : $count($v) })',
      '$map(<inputs.a>, function($v__own){ $v__own ? $sum($v__own) : $count($v__own) })',
    ],
    ['1 + 2 * 3', '1 + (2 * 3)'],
    ['-inputs.a', '-<inputs.a>'],
    ['inputs.a = 1 ? 2', '(<inputs.a> = 1) ? 2'],
    ["'a' in inputs.b", '"a" in <inputs.b>'],
    ['{\'a\': 1, "b": inputs.b}', '{"a": 1, "b": <inputs.b>}'],
    ['[1..inputs.n]', '[1..<inputs.n>]'],
    ['$$.inputs.a', '<inputs.a>'],
  ])('loses nothing when it is printed: %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test('gives, printed for a machine, what it gives as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(expression, seen, async (text, data) => {
        const { expr, problem } = readExpression(text, STEP_IDS);
        if (expr === undefined) return expect(problem.what).toMatch(/at most 2,000 are read/);
        const bound: { [name: string]: unknown } = {};
        const machine = printExpression(expr, (reference) => bind(reference, data, bound));
        expect(await outcome(machine, {}, bound), machine).toEqual(await outcome(withQuotedIds(text), data, {}));
      }),
      { numRuns: runs },
    );
  });

  test('is read again from what was printed, and printed the same', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const { expr } = readExpression(text, STEP_IDS);
        if (expr === undefined) return;
        const once = printExpression(expr, ({ names }) => `$$.${names.map(printName).join('.')}`).replaceAll(
          '__own',
          '',
        );
        if (once.length <= 2_000)
          expect(printed(once).replaceAll('__own', '')).toBe(printed(text).replaceAll('__own', ''));
      }),
      { numRuns: runs },
    );
  });

  test('never holds, printed, what would end a machine’s expression', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const { expr } = readExpression(text, STEP_IDS);
        const machine = expr === undefined ? '' : printExpression(expr, () => '$x');
        expect(machine).not.toMatch(/\{%|%\}/);
        expect(machine.replaceAll(/"(?:\\.|[^"\\])*"/g, '')).not.toMatch(/\?\?|\?:/);
      }),
      { numRuns: runs },
    );
  });

  test.each([
    '(',
    '[',
    '{',
    '-',
    '$not(',
    '"',
    "'",
    '`',
    '/*',
    '1+',
    '1?',
    'a.',
    'a[',
    'inputs.',
    'steps.a-',
    'steps ',
    '\\"',
    'function($x){',
    '($x:=',
    '((',
    '~>',
    '..',
    '%',
    '{"a":',
  ])('of 2,000 characters of `%s` is read or refused', (piece) => {
    const text = piece.repeat(2_000).slice(0, 2_000);
    const closed = `${piece.repeat(300)}1${piece === '(' || piece === '$not(' || piece === '((' ? ')'.repeat(piece === '((' ? 600 : 300) : piece === '[' || piece === 'a[' ? ']'.repeat(300) : ''}`;
    for (const one of [text, closed]) {
      const { expr, problem } = readExpression(one, STEP_IDS);
      if (expr === undefined) expect(['bad-expression', 'unsupported-expression']).toContain(problem.code);
      else expect(printExpression(expr, () => '$x')).not.toBe('');
    }
  });

  test('that is longer than 2,000 characters is refused, in a condition as in a text', () => {
    expect(problemOf(`1${' + 1'.repeat(500)}`)).toEqual({
      code: 'bad-expression',
      what: 'it has 2,001 characters; at most 2,000 are read.',
      offset: 0,
      length: 1,
    });
    expect(problemOf(`1${' + 1'.repeat(499)}`)).toBeUndefined();
  });
});

describe('author text', () => {
  const texts = [
    '',
    'a',
    '"',
    "'",
    '\\',
    '\\"',
    '`',
    '\n\r\t\b\f',
    '\u0000\u001f',
    '\u2028\u2029',
    '{%',
    '%}',
    '{% $states %}',
    '%%}}',
    '{{ inputs.x }}',
    '${x}',
    '🦊',
    '\ud800',
    '\u007f\u0085\u00a0',
  ];

  test.each(texts.map((value) => [JSON.stringify(value), value]))(
    '%s is a literal in a machine, never code',
    async (_, value) => {
      const literal = printLiteral(value);
      expect(await jsonata(literal).evaluate({})).toBe(value);
      expect(literal).not.toMatch(/\{%|%\}/);
      expect(printed(JSON.stringify(value))).toBe(literal);
    },
  );

  test('of any kind is a literal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
        expect(await jsonata(printLiteral(value)).evaluate({})).toBe(value);
      }),
      { numRuns: runs },
    );
  });

  test('in backquotes cannot end a machine’s expression either', () => {
    expect(problemOf('inputs.list[`a%}b` = 1]')?.what).toBe('A name with `{%` or `%}`');
    expect(problemOf('inputs.`{%`')?.what).toBe('A name with `{%` or `%}`');
  });
});

describe('what gives another result when it is asked again, or what Step Functions does not know,', () => {
  test.each([
    ['$now()', '`$now( )`', 0],
    ['1 + $millis()', '`$millis( )`', 4],
    ['$random()', '`$random( )`', 0],
    ["$eval('1')", '`$eval( )`', 0],
    ['$shuffle(inputs.a)', '`$shuffle( )`', 0],
    ["$error('x')", '`$error( )`', 0],
    ['$toString(1)', '`$toString( )`', 0],
    ['$constructor(1)', '`$constructor( )`', 0],
    ['$__proto__(1)', '`$__proto__( )`', 0],
    ['$unknown(1)', '`$unknown( )`', 0],
    ['/a+/', 'A regular expression', 0],
    ["$contains('a', /a/)", 'A regular expression', 15],
    ['inputs.**', '`**`', 7],
    ['inputs.*', '`*`', 7],
    ['inputs.a.%', 'Grouping with `{ }`, `@`, `#` or `%`', 7],
    ['inputs.a#$i', 'Grouping with `{ }`, `@`, `#` or `%`', 7],
    ['inputs#$i.a', 'Grouping with `{ }`, `@`, `#` or `%`', 5],
    ['inputs.a@$x.y', 'Grouping with `{ }`, `@`, `#` or `%`', 7],
    ['inputs.a{x: y}', 'Grouping with `{ }`, `@`, `#` or `%`', 0],
    ['inputs.a^(x)', '`^( )`', 8],
    ['inputs.a ~> $count()', '`~>`', 9],
    ['inputs.a ~> |x|{}|', '`~>`', 9],
    ['$substring(?, 1)', 'A function with `?`', 10],
    ['function($x)<n:n>{ $x }', 'A signature `< >` of a function', 8],
    ['$map(inputs.a, $uppercase)', '`$uppercase` without its `( )`', 15],
    ['$', '`$`', 0],
    ['$$', '`$$`', 0],
    ['$x', '`$x`', 0],
    ['$states.input', '`$states`', 0],
    ['$string()', '`$string( )` with nothing between its brackets', 0],
    ['inputs.a[$ = inputs.b]', '`inputs` within `[ ]` or behind a dot', 13],
    ['inputs.a.(steps.draft.at)', '`steps` within `[ ]` or behind a dot', 10],
    ['($count := 1; $count)', 'Setting `$count`', 8],
    ['()', 'An empty `( )`', 0],
    ['inputs.topic.length()', '`length( )` without a `$` before it', 13],
    ['length(inputs.topic)', '`length( )` without a `$` before it', 0],
  ])('cannot be used: %s', (text, what, offset) => {
    expect(problemOf(text)).toMatchObject({ code: 'unsupported-expression', what, offset });
  });
});

describe('what is no expression', () => {
  test.each([
    ['', 'there is nothing in it.', 0],
    ['   ', 'there is nothing in it.', 0],
    ["inputs.a = 'x", 'a text has no closing quote.', 12],
    ['inputs.`a', 'a name in backquotes has no closing backquote.', 8],
    ['(inputs.a', 'it ends where a `)` should still come.', 8],
    ['inputs.a =', 'it ends too early.', 9],
    ['inputs.a == 1', 'an `=` has nothing before it; two values are compared with a single `=`.', 10],
    ['inputs.a && 1', '`&` has nothing before it.', 10],
    ['inputs.a > 1 AND true', '`AND` does not belong here.', 13],
    ['inputs.null', '`null` cannot stand behind a dot as it is; put it into backquotes.', 7],
    ['(1]', 'a `)` should stand where `]` is.', 2],
    ['1 ! 2', '`!` has no meaning here.', 2],
  ])('says why in plain words, and where: %s', (text, what, offset) => {
    expect(problemOf(text)).toMatchObject({ code: 'bad-expression', what, offset });
  });
});

describe('the references of an expression', () => {
  test('are found wherever they stand, each with its place', () => {
    const text = "inputs.a > 1 ? $map(inputs.b, function($v){ $v & run.id }) : {'k': [steps.a-b.round, channel]}";
    expect(referencesOf(exprOf(text)).map(({ names, offset }) => [names.join('.'), offset])).toEqual([
      ['inputs.a', text.indexOf('inputs.a')],
      ['inputs.b', text.indexOf('inputs.b')],
      ['run.id', text.indexOf('run.id')],
      ['steps.a-b.round', text.indexOf('steps.a-b')],
      ['channel', text.indexOf('channel')],
    ]);
  });

  test('are none of the parts of an item', () => {
    expect(named('inputs.list[name = 1].size')).toEqual(['inputs.list']);
    expect(named("$lookup({'inputs': 1}, 'inputs')")).toEqual([]);
  });

  test.each([
    ['inputs.a', ['inputs.a']],
    ['inputs.a ?? 1', []],
    ['inputs.a ?: 1', []],
    ['(inputs.a ?? 1) > inputs.b', ['inputs.b']],
    ['inputs.a[0] ?? 1', []],
    ['inputs.a ?? inputs.b', ['inputs.b']],
    ['$exists(inputs.a)', []],
    ['$count(inputs.a) > 0', []],
    ["$exists(inputs.a[name = 'x'])", []],
    ['$exists(inputs.a[$ = $$.inputs.b])', ['inputs.b']],
    ['$exists(inputs.a) and inputs.a > 1', []],
    ['inputs.a > 1 and $exists(inputs.a)', ['inputs.a']],
    ['$exists(inputs.a) or inputs.a > 1', ['inputs.a']],
    ['$not($exists(inputs.a)) or inputs.a > 1', []],
    ['$exists(inputs.a) ? inputs.a : 0', []],
    ['$exists(inputs.a) ? 0 : inputs.a', ['inputs.a']],
    ['$not($exists(inputs.a)) ? 0 : inputs.a', []],
    ['($exists(inputs.a) and $exists(inputs.b)) ? inputs.a + inputs.b : 0', []],
    ['($exists(inputs.a) or $exists(inputs.b)) ? inputs.a + inputs.b : 0', ['inputs.a', 'inputs.b']],
    ['$exists(inputs.a) and ($exists(inputs.b) and inputs.a > inputs.b)', []],
    ['inputs.ready and inputs.ready', ['inputs.ready']],
    ['$exists(inputs.a) ? inputs.a.b : 0', ['inputs.a.b']],
    ['[inputs.a, {"k": inputs.b}]', ['inputs.a', 'inputs.b']],
  ])('are made sure of by asking first or saying what to use instead: %s', (text, expected) => {
    expect(unchecked(text)).toEqual(expected);
  });
});

describe('what an expression gives', () => {
  const kinds: { readonly [name: string]: Kind } = {
    'inputs.n': 'number',
    'inputs.t': 'text',
    'inputs.y': 'yes or no',
    'inputs.l': 'list',
  };
  test.each([
    ['1', 'number'],
    ["'a'", 'text'],
    ['true', 'yes or no'],
    ['null', 'unknown'],
    ['[1]', 'list'],
    ["{'a': 1}", 'record'],
    ['inputs.n', 'number'],
    ['inputs.t', 'text'],
    ['inputs.y', 'yes or no'],
    ['inputs.l', 'list'],
    ['inputs.l[0]', 'unknown'],
    ['inputs.n + 1', 'number'],
    ['-inputs.n', 'number'],
    ['inputs.n & 1', 'text'],
    ['inputs.n in inputs.l', 'yes or no'],
    ['inputs.n = 1', 'yes or no'],
    ['true and 1', 'yes or no'],
    ['inputs.y ? 1 : 2', 'number'],
    ["inputs.y ? 1 : 'a'", 'unknown'],
    ['inputs.y ? 1', 'unknown'],
    ['inputs.l ?? []', 'list'],
    ['inputs.n ?: 1', 'number'],
    ['$count(inputs.l)', 'number'],
    ['$exists(inputs.t)', 'yes or no'],
    ['$split(inputs.t, "a")', 'list'],
    ['$lookup(inputs.l, "a")', 'unknown'],
    ['(1; inputs.t)', 'text'],
    ['($x := 1; $x)', 'unknown'],
  ] as const)('%s is known as far as it can be told without running it', (text, kind) => {
    expect(kindOf(exprOf(text), ({ names }) => kinds[names.join('.')] ?? 'unknown')).toBe(kind);
  });
});

describe('a text', () => {
  test('is pieces of text and of expressions, each expression with its place', () => {
    expect(readTemplate('Hi {{ inputs.name }}, {{run.title}}!').pieces).toEqual([
      { literal: 'Hi ' },
      { expression: 'inputs.name', offset: 6 },
      { literal: ', ' },
      { expression: 'run.title', offset: 24 },
      { literal: '!' },
    ]);
    expect(readTemplate('Only text } }} { {')).toEqual({ pieces: [{ literal: 'Only text } }} { {' }] });
  });

  test('whose `{{` has no `}}` says where', () => {
    expect(readTemplate('a {{ b }} c {{ d').unclosed).toBe(12);
  });
});

const step = (keys: string): string =>
  `  - step: look\n    title: Look\n    owner: writer\n    after: [draft]\n${keys}`;
const DRAFT =
  '  - step: draft\n    title: Draft\n    owner: writer\n    fields: { words: { type: number, required: true }, note: { type: text }, tone: { type: text, default: plain } }';
const INPUTS =
  'inputs: { topic: { type: text, required: true }, note: { type: text }, size: { type: number, default: 1 }, channels: { type: choice, options: [a, b], many: true, required: true } }';
const check = (marked: string) => {
  const { text, places } = unmark(fileWith(marked, INPUTS));
  const errors = errorsIn(text);
  return { errors, places, says: errors.map(told).join('\n') };
};
const expectFault = (marked: string, code: string, because = ''): void => {
  const { errors, places, says } = check(marked);
  expect(
    errors.map((one) => one.code),
    says,
  ).toEqual(places.map(() => code));
  expect(placesOf(errors)).toEqual(places);
  expect(errors[0]?.message).toContain(because);
};
const expectNone = (marked: string): void => expect(check(marked).says).toBe('');

describe('an expression names what is certain to be there', () => {
  test.each([
    'inputs.topic',
    'inputs.size',
    'steps.draft.words',
    'steps.draft.tone',
    'steps.draft.at',
    'steps.draft.by',
    'steps.draft.round',
    'steps.draft.decision',
    'run.id',
    'run.title',
    'run.started',
    'run.url',
    "(inputs.note ?? 'none')",
    "inputs.note ?: 'none'",
    "$exists(steps.draft.note) ? steps.draft.note : 'none'",
  ])('%s', (text) => {
    expectNone(`${DRAFT}\n${step(`    instructions: "About {{ ${text} }}."`)}`);
  });

  test.each([
    ['inputs.note', 'the input is not required'],
    ['steps.draft.note', 'the field `note` is not required'],
    ['steps.look.at', 'has not finished'],
    ['steps.later.at', '`look` does not come after `later`'],
    ['steps.beside.at', '`look` does not come after `beside`'],
  ])('and not `%s`', (text, because) => {
    expectFault(
      `${DRAFT}\n${step(`    instructions: About {{ »${text} }}.`)}\n  - { step: later, title: Later, owner: writer }\n  - { step: beside, title: Beside, owner: writer, after: [] }`,
      'may-be-absent',
      because,
    );
  });

  test('and not a step that its condition may skip, nor one that is skipped when it expires', () => {
    expectFault(
      `${DRAFT}\n    when: inputs.size > 1\n${step('    instructions: About {{ »steps.draft.words }}.')}`,
      'may-be-absent',
      'is skipped when its condition is false',
    );
    expectFault(
      `${DRAFT}\n    on_expiry: skip\n${step('    instructions: About {{ »steps.draft.words }}.')}`,
      'may-be-absent',
      'is skipped when it expires',
    );
    expectNone(`${DRAFT}\n    when: inputs.size > 1\n${step('    instructions: About {{ steps.draft.words ?? 0 }}.')}`);
  });

  test('of steps that come before by whatever way', () => {
    expectNone(
      `${DRAFT}\n  - { step: between, title: Between, owner: writer }\n${step('    instructions: "{{ steps.draft.words }} {{ steps.between.at }}"').replace('[draft]', '[between]')}`,
    );
  });

  test.each([
    ['inputs.topik', '`topik` among the inputs', '`topic`'],
    ['steps.drafd.words', '`drafd` among the steps', '`draft`'],
    ['steps.draft.word', '`word` in the results of `draft`', '`words`'],
    ['run.name', '`name` in `run`', '`id`'],
    ['topic', '`topic` that an expression can name', '`inputs.topic`'],
    ['draft.words', '`draft` that an expression can name', '`steps.draft`'],
    ['input.topic', '`input` that an expression can name', '`inputs`'],
    ['steps', '`steps` by itself', '`steps.draft`'],
    ['steps.draft', '`steps.draft` by itself', '`steps.draft.words`'],
    ['inputs', '`inputs` by itself', '`inputs.topic`'],
    ['run', '`run` by itself', '`run.id`'],
    ['inputs.constructor', '`constructor` among the inputs', '`topic`'],
    ['steps.constructor.at', '`constructor` among the steps', '`draft`'],
    ['steps.draft.constructor', '`constructor` in the results of `draft`', '`words`'],
    ['run.constructor', '`constructor` in `run`', '`id`'],
  ])('that there is: `%s` is told with what may be named', (text, what, fix) => {
    const { errors, places } = check(`${DRAFT}\n${step(`    instructions: About {{ »${text} }}.`)}`);
    expect(errors.map(({ code }) => code)).toEqual(['unknown-name']);
    expect(placesOf(errors)).toEqual(places);
    expect(errors[0]?.message).toContain(what);
    expect(errors[0]?.fix).toContain(fix);
  });
});

describe('within an each', () => {
  const each = (inner: string, after = '') =>
    `${DRAFT}\n  - step: spread\n    title: Spread\n    type: each\n    over: inputs.channels\n    as: channel\n    steps:\n      - { step: write, title: Write, owner: writer, fields: { link: { type: url, required: true } } }\n      - step: post\n        title: Post\n        owner: writer\n        instructions: "${inner}"\n${after}`;

  test('an expression names the item, the steps of the same item and what came before the each', () => {
    expectNone(each('{{ channel }} {{ steps.write.link }} {{ steps.draft.words }} {{ inputs.topic }}'));
  });

  test('the items of a choice of several are texts', () => {
    expectNone(each('x').replace('instructions: "x"', 'when: "channel = \'a\'"'));
    expectFault(each('x').replace('instructions: "x"', 'when: »channel'), 'not-yes-or-no', 'a text');
  });

  test('an expression does not name what comes after the each, nor the each itself', () => {
    expectFault(each('{{ »steps.look.at }}', step('    phase: x').replace('[draft]', '[spread]')), 'may-be-absent');
    expectFault(each('{{ »steps.spread }}'), 'may-be-absent');
  });

  test('and seen from outside, its steps are the list of the items’ results', () => {
    expectNone(
      each(
        'x',
        step(
          '    when: $count(steps.spread.write) > 1\n    instructions: "{{ $join(steps.spread.write.link, \' \') }} {{ $count(steps.spread) }}"',
        ).replace('[draft]', '[spread]'),
      ),
    );
    expectFault(
      each('x', step('    instructions: "{{ »steps.write.link }}"').replace('[draft]', '[spread]')),
      'may-be-absent',
      'seen from outside as `steps.spread.write`',
    );
    expectFault(
      each('x', step('    instructions: "{{ »steps.spread.writ }}"').replace('[draft]', '[spread]')),
      'unknown-name',
      'in the each `spread`',
    );
  });

  test('the item has no name outside', () => {
    expectFault(each('x', step('    instructions: "{{ »channel }}"').replace('[draft]', '[spread]')), 'unknown-name');
  });

  test('an each goes over what is a list', () => {
    for (const list of [
      'inputs.channels',
      "['a', 'b']",
      '[1..3]',
      "$split(inputs.topic, ',')",
      "$filter(inputs.channels, function($c){ $c != 'a' })",
      'inputs.channels[$ != $$.inputs.topic]',
    ])
      expectNone(
        each('x').replace('over: inputs.channels', `over: ${list.startsWith('[') ? JSON.stringify(list) : list}`),
      );
    for (const other of ['inputs.topic', 'inputs.size', '1', "'a,b'", '{"a": 1}', '$count(inputs.channels)', 'true'])
      expectFault(each('x').replace('over: inputs.channels', `over: »${JSON.stringify(other)}`), 'each-over-no-list');
  });
});

describe('every text and condition of a step may hold expressions, and is checked', () => {
  test.each([
    ['title', `${DRAFT}\n  - { step: x, title: "X {{ »inputs.no }}", owner: writer }`],
    ['done_when', `${DRAFT}\n${step('    done_when: X {{ »inputs.no }}')}`],
    [
      'instructions',
      `${DRAFT}\n${step('    instructions: |\n      One\n        two {{ »inputs.no }}\n      {{ inputs.topic }} three {{ »inputs.no }}')}`,
    ],
    [
      'dos, donts and critical',
      `${DRAFT}\n${step('    dos: [A, "{{ »inputs.no }}"]\n    donts: ["{{ »inputs.no }}"]\n    critical:\n      - X {{ »inputs.no }}')}`,
    ],
    [
      'links',
      `${DRAFT}\n${step('    links: [{ title: "{{ »inputs.no }}", url: "https://example.com/{{ »inputs.no }}" }]')}`,
    ],
    [
      'an email',
      `${DRAFT}\n  - { step: x, title: X, type: email, to: ["{{ »inputs.no }}"], subject: "{{ »inputs.no }}", body: "{{ »inputs.no }}" }`,
    ],
    [
      'a call',
      `${DRAFT}\n  - { step: x, title: X, type: call, url: "https://example.com/{{ »inputs.no }}", headers: { X-A: "{{ »inputs.no }}" }, body: { a: ["{{ »inputs.no }}", { b: "{{ »inputs.no }}" }] } }`,
    ],
    ['a run', `${DRAFT}\n  - { step: x, title: X, type: run, workflow: other, with: { a: "{{ »inputs.no }}" } }`],
    [
      'an each',
      `${DRAFT}\n  - { step: x, title: X, type: each, over: »inputs.no, as: one, steps: [{ step: y, title: "{{ »inputs.no }}", owner: writer }] }`,
    ],
    ['a condition', `${DRAFT}\n${step('    when: »inputs.no = 1')}`],
    [
      'the condition of an approver',
      `${DRAFT}\n  - { step: x, title: X, type: approval, of: draft, approvers: [editor, { role: designer, when: »inputs.no > 1 }] }`,
    ],
  ])('in %s', (_, marked) => {
    expectFault(marked, 'unknown-name', '`no` among the inputs');
  });

  test.each([
    '1',
    "'yes'",
    'inputs.topic',
    '[true]',
    "inputs.topic & 'x'",
    'inputs.size + 1',
    '{"a": true}',
    '$count(inputs.channels)',
  ])('and a condition that gives no yes or no is refused: %s', (text) => {
    expectFault(`${DRAFT}\n${step(`    when: »${JSON.stringify(text)}`)}`, 'not-yes-or-no');
  });
});

describe('the place of an expression', () => {
  const at = (keys: string): void => expectFault(`${DRAFT}\n${step(keys)}`, 'unknown-name');

  test('is right in a literal block, a folded block and with a comment behind the `|`', () => {
    at(
      '    instructions: |\n      {{ inputs.topic }} »»'.replace(
        '»»',
        '{{ »inputs.no }} {{ »inputs.no }}\n\n         deeper {{ »inputs.no }}',
      ),
    );
    at(
      '    instructions: >-\n      first {{ »inputs.no }}\n      second {{ »inputs.no }}\n\n      third {{ inputs.topic &\n      »inputs.no }}',
    );
    at('    instructions: |2-   # inputs.no\n        {{ »inputs.no }}\n      x {{ »inputs.no }}');
  });

  test('is right in quotes of either kind, with escapes and over several lines', () => {
    at(
      '    instructions: "He said \\"inputs.no\\" \\u00e9\\t\\x41 {{ »inputs.no }} and\n      {{ »inputs.no }} \\\n      {{ »inputs.no }}"',
    );
    at("    instructions: 'It''s {{ »inputs.no }}\n\n      and {{ »inputs.no }}'");
  });

  test('is right in a text without quotes over several lines', () => {
    at('    instructions: first {{ »inputs.no }}\n      second {{ »inputs.no }}');
  });

  test('is right in maps and lists in brackets', () => {
    expectFault(
      `${DRAFT}\n  - { step: look, title: "A {{ »inputs.no }}", owner: writer, dos: [x, 'y {{ »inputs.no }}'] }`,
      'unknown-name',
    );
  });

  test('is right on a line that ends in CRLF', () => {
    const { text, places } = unmark(
      fileWith(`${DRAFT}\n${step('    instructions: |\n      one\n      two {{ »inputs.no }}')}`, INPUTS),
    );
    expect(placesOf(errorsIn(text.replaceAll('\n', '\r\n')))).toEqual(places);
  });

  test('marks what is wrong from end to end', () => {
    const [fault] = errorsIn(
      fileWith(`${DRAFT}\n${step('    instructions: |\n      two {{ inputs.nothing + 1 }}')}`, INPUTS),
    );
    expect(fault?.length).toBe('inputs.nothing'.length);
  });
});

const bind = (
  { names: [root = '', second = '', ...rest] }: Reference,
  data: Seen,
  bound: { [name: string]: unknown },
): string => {
  const name = `v${[...`${root}.${second}`].map((character) => character.codePointAt(0)?.toString(16)).join('_')}`;
  const within: { readonly [name: string]: unknown } = data[root as keyof Seen] ?? {};
  bound[name] = Object.hasOwn(within, second) ? within[second] : undefined;
  return [`$${name}`, ...rest.map(printName)].join('.');
};

/** What it gives as JSON; of what fails only that it does, as two parts may fail and either be told. */
const outcome = async (text: string, data: object, bound: { [name: string]: unknown }): Promise<unknown> => {
  try {
    const value: unknown = await jsonata(text).evaluate(data, bound);
    return { value: typeof value === 'function' ? 'a function' : JSON.stringify(value) };
  } catch {
    // Mixed kinds fail by design.
    return 'fails';
  }
};

/** `steps.a-b` with the id in backquotes, as plain JSONata wants it: done anew here, the longest id first. */
const withQuotedIds = (text: string): string => {
  const ids = [...STEP_IDS].toSorted((a, b) => b.length - a.length);
  return text.replace(
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*.*?\*\/|steps\.([a-z0-9-]+)/g,
    (found, word: string | undefined) => {
      const id = word === undefined ? undefined : ids.find((one) => word.startsWith(one));
      return id === undefined ? found : `steps.\`${id}\`${word?.slice(id.length)}`;
    },
  );
};
