/** Random expressions of the language, and data for them; made from the grammar, not from the code that reads it. */
import fc from 'fast-check';

/** What an expression sees: all that the leaves below name is there. */
export type Seen = {
  readonly inputs: { readonly [name: string]: unknown };
  readonly steps: { readonly [id: string]: { readonly [name: string]: unknown } };
  readonly run: { readonly id: string; readonly title: string; readonly started: string; readonly url: string };
};

export const STEP_IDS: ReadonlySet<string> = new Set([
  'draft',
  'approve-outline',
  'a-b',
  'a-b-c',
  '4-weeks',
  'true',
  'constructor',
]);

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'EU',
    '%}',
    '{%',
    '{% x %}',
    '{{',
    '}}',
    '"',
    "'",
    '\\',
    '\u2028\u2029',
    '\n\t',
    '`',
    '$x',
    'steps.a-b.at',
    '🦊',
    '\ud800',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));

/** As an author writes a text, in either kind of quotes; JSON's escapes are those of JSONata. */
const literal = fc
  .tuple(text, fc.boolean())
  .map(([value, isSingle]) => (isSingle ? `'${[...value].map(inSingle).join('')}'` : JSON.stringify(value)));
const inSingle = (character: string): string =>
  character === '"' ? '"' : character === "'" ? '\\u0027' : JSON.stringify(character).slice(1, -1);

export const seen: fc.Arbitrary<Seen> = fc.record({
  inputs: fc.record({
    topic: text,
    size: number,
    ready: fc.boolean(),
    channels: fc.array(text, { maxLength: 4 }),
    figures: fc.array(number, { maxLength: 4 }),
    absent: fc.oneof(fc.constant(undefined), text),
  }),
  steps: fc.record({
    draft: fc.record({
      at: text,
      round: number,
      words: number,
      parts: fc.array(fc.record({ name: text, size: number, tags: fc.array(text, { maxLength: 2 }) }), {
        maxLength: 3,
      }),
    }),
    'approve-outline': fc.record({ decision: fc.constantFrom('approve', 'reject'), round: number }),
    'a-b': fc.record({ round: number }),
    'a-b-c': fc.record({ round: number }),
    '4-weeks': fc.record({ round: number }),
    true: fc.record({ at: text }),
    constructor: fc.record({ at: text }),
  }),
  run: fc.record({ id: text, title: text, started: text, url: text }),
});

const gap = fc.constantFrom('', ' ', ' ', '\n', ' /* steps.a-b - "x */ ');
const joined = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));

/**
 * Expressions of every supported construct. Kinds are mixed at will: what fails when it is evaluated must fail as well
 * when it was printed.
 */
export const expression: fc.Arbitrary<string> = fc.letrec<{
  any: string;
  leaf: string;
  boolean: string;
  number: string;
  text: string;
  list: string;
  item: string;
  call: string;
  many: string;
}>((tie) => ({
  leaf: fc.oneof(
    literal,
    number.map((value) => JSON.stringify(value)),
    fc.constantFrom(
      'true',
      'false',
      'null',
      'inputs.topic',
      'inputs.size',
      'inputs.ready',
      'inputs.channels',
      'inputs.figures',
      'inputs.absent',
      '$$.inputs.topic',
      'inputs . topic',
      'steps.draft.words',
      'steps.draft.parts',
    ),
    fc.constantFrom(
      'steps.approve-outline.decision',
      'steps.approve-outline.round',
      'steps.a-b.round-1',
      'steps.a-b-c.round-steps.a-b.round',
      'steps.`a-b`.round',
      'steps.4-weeks.round',
      'steps.true.at',
      'steps.constructor.at',
      'run.id',
      'run.title',
    ),
  ),
  boolean: fc.oneof(
    joined('(', tie('any'), gap, fc.constantFrom('=', '!=', '<', '<=', '>', '>=', ' in '), gap, tie('any'), ')'),
    joined('(', tie('any'), fc.constantFrom(' and ', ' or '), tie('any'), ')'),
    joined('$not(', tie('any'), ')'),
    joined('$exists(', tie('any'), ')'),
    joined('$boolean(', tie('any'), ')'),
    joined('$contains(', tie('text'), ',', tie('text'), ')'),
  ),
  number: fc.oneof(
    // Behind `[]`, JSONata takes a slash for the beginning of a regular expression.
    fc
      .tuple(tie('any'), gap, fc.constantFrom('+', '-', ' * ', '/', ' % '), gap, tie('any'))
      .map(([left, before, operator, after, right]) => {
        const whole = operator === '/' && left.endsWith('[]') ? `(${left})` : left;
        return `(${whole}${before}${operator}${after}${right})`;
      }),
    joined('-', tie('leaf')),
    joined('(-', tie('any'), ')'),
    joined('$count(', tie('any'), ')'),
    joined('$sum(', tie('list'), ')'),
    joined('$length(', tie('text'), ')'),
  ),
  text: fc.oneof(
    literal,
    fc.constantFrom('inputs.topic', 'run.title'),
    joined('(', tie('any'), gap, '&', gap, tie('any'), ')'),
    joined('$uppercase(', tie('text'), ')'),
    joined('$string(', tie('any'), ')'),
    joined('$join($map(', tie('list'), ', function($x){ $string($x) }), ', literal, ')'),
  ),
  list: fc.oneof(
    fc.constantFrom(
      'inputs.channels',
      'inputs.figures',
      'steps.draft.parts',
      'steps.draft.parts.tags',
      'steps.draft.parts.[name, size]',
      'steps.draft.parts.(name & size)',
      "steps.draft.parts.{'n': name}",
      '[1..3]',
      '[]',
      '[1, [2, 3]]',
      'steps.draft.parts.$string(size)',
    ),
    joined('[', tie('any'), ', ', tie('any'), ']'),
    joined('$split(', tie('text'), ', ', literal, ')'),
    joined('$append(', tie('any'), ', ', tie('any'), ')'),
    joined(
      '$map(',
      tie('list'),
      ', function($v, $i){ ',
      fc.constantFrom(
        '$v',
        '$i',
        '$v & inputs.topic',
        '$i > 0 ? $string($v) : $count($v)',
        '($n := $i; $n + 1)',
        '$exists($v.name) ? $v.name',
      ),
      ' })',
    ),
    joined(
      '$filter(',
      tie('list'),
      ', function($v){ ',
      fc.constantFrom('$v > 1', '$exists($v.name)', 'true', '$v != $$.inputs.topic'),
      ' })',
    ),
    joined('$reverse(', tie('list'), ')'),
    joined('$distinct(', tie('list'), ')'),
  ),
  item: joined(
    fc.oneof(tie('list'), joined('(', tie('list'), ')')),
    fc.constantFrom(
      '[0]',
      '[-1]',
      '[$ = 1]',
      '[]',
      '[0][]',
      '[][0]',
      '[name]',
      '[size > 0]',
      '[$ != $$.inputs.topic]',
      '.name',
      '[0].name',
      '.tags[0]',
      '.(tags[0])',
      '.$string()',
      '[$contains($string($), "a")]',
      '[0].[1, 2]',
      '.{"k": $}',
      '[[0, 1]]',
      '[true]',
    ),
  ),
  call: fc.oneof(
    joined('(', tie('any'), gap, '?', gap, tie('any'), gap, ':', gap, tie('any'), ')'),
    joined('(', tie('any'), ' ? ', tie('any'), ')'),
    joined('(', tie('any'), ' ?? ', tie('any'), ')'),
    joined('(', tie('any'), ' ?: ', tie('any'), ')'),
    joined(
      '($x := ',
      tie('any'),
      '; $y := $x; ',
      fc.constantFrom('$x', '$y[0]', '[$x, $y]', '$x = $y', '$x.name', '$y[]', '$x ?? 1'),
      ')',
    ),
    joined(
      '($f := function($a, $b){ ',
      fc.constantFrom(
        '$a',
        '$b & $a',
        '$a ? $string($b) : $count($a)',
        '($c := $a; $c ? $boolean($b) : [$c])',
        '{"a": $a}',
      ),
      ' }; $f(',
      tie('any'),
      ', ',
      tie('any'),
      '))',
    ),
    joined('{"a": ', tie('any'), ', ', literal, ': ', tie('any'), '}'),
    joined('$merge([{"a": ', tie('any'), '}, {"b": ', tie('any'), '}]).a'),
    joined('$lookup({"a": ', tie('any'), '}, ', literal, ')'),
    joined('$substring(', tie('text'), ', ', fc.constantFrom('0, 2', '1'), ')'),
    joined('$replace(', tie('text'), ', "a", ', literal, ')'),
    joined('$sort(', tie('list'), ', function($l, $r){ $string($l) > $string($r) })'),
    joined('$reduce(', tie('list'), ', function($p, $q){ $string($p) & $string($q) })'),
  ),
  many: joined(
    tie('any'),
    fc.constantFrom(' and ', ' = ', ' & ', ' + ', ' - '),
    tie('any'),
    fc.constantFrom(' or ', ' and ', ' != ', ' & ', ' * '),
    tie('any'),
  ),
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    tie('leaf'),
    tie('boolean'),
    tie('number'),
    tie('text'),
    tie('list'),
    tie('item'),
    tie('call'),
    tie('many'),
  ),
})).any;
