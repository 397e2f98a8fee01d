import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAnyYaml } from '../statemachines/language/any-yaml.ts';
import { readPlainYaml } from '../statemachines/language/plain-yaml.ts';
import { readYamlFile } from '../statemachines/language/yaml-file.ts';
import type { YamlNode } from '../statemachines/language/yaml-node.ts';
import { longWorkflow } from './bench/long-workflow.ts';
import { fc, isLong } from './support/property.ts';

const SHIPPED = join(import.meta.dirname, '..', 'statemachines');
const shipped = [
  ...readdirSync(join(SHIPPED, 'workflows')).map((file) => join('workflows', file)),
  'team.yaml',
  'calendars.yaml',
  'hooks.yaml',
].map((file) => [file, readFileSync(join(SHIPPED, file), 'utf8')] as const);

/** What can be asked of a tree. Ends count up to the end of their line; that of a block the library puts behind a comment on it. */
const comparable = (node: YamlNode | null, text: string): unknown => {
  if (node === null) return null;
  const lineEnd = (text.indexOf('\n', node.from) + text.length + 1) % (text.length + 1);
  const isBlock = node.kind !== 'scalar' && !'[{'.includes(text.charAt(node.from));
  const here = { from: node.from, to: isBlock ? undefined : Math.min(node.to, lineEnd) };
  switch (node.kind) {
    case 'scalar':
      return { ...here, value: node.value };
    case 'list':
      return { ...here, items: node.items.map((item) => comparable(item, text)) };
    case 'map':
      return {
        ...here,
        pairs: node.pairs.map(({ name, key, value }) => [name, comparable(key, text), comparable(value, text)]),
      };
  }
};

const byLibrary = (text: string) => {
  const lines = () => {
    let start = 0;
    return text.split('\n').map((line) => {
      const entry = { start, text: line };
      start += line.length + 1;
      return entry;
    });
  };
  return readAnyYaml(text, 'file.yaml', { lines, at: () => ({ line: 1, column: 1, length: 1 }) });
};

const expectTheSame = (text: string): void => {
  const plain = readPlainYaml(text);
  if (plain === undefined) return;
  const { root, comments, faults } = byLibrary(text);
  expect(faults).toEqual([]);
  expect(comparable(plain.root, text)).toStrictEqual(comparable(root ?? null, text));
  expect(plain.comments).toStrictEqual(comments);
};

describe('plain YAML is read as the library reads it', () => {
  test('also a number that is none because it is too large', () => {
    const digits = '9'.repeat(400);
    for (const text of [`a: ${digits}\n`, `a: ${digits}\nb: "\\t"\n`, `a: [-${digits}.5]\n`]) {
      expectTheSame(text);
      expect(JSON.stringify(readYamlFile(text, 'file.yaml').yaml?.value)).toContain(digits);
    }
  });

  test.each(shipped)('in %s, without the library', (_, text) => {
    expect(readPlainYaml(text)).toBeDefined();
    expectTheSame(text);
  });

  test('in a long workflow, without the library', () => {
    expect(readPlainYaml(longWorkflow(50))).toBeDefined();
    expectTheSame(longWorkflow(50));
  });

  test.each([
    ['texts', "a: one two\nb: \"three: # four\"\nc: 'it''s'\nd: https://example.com/#top\ne: a#b\nf: 5 days\n"],
    ['numbers', 'a: 1\nb: -2\nc: +3\nd: 1.50\ne: .5\nf: 007\ng: 1.\nh: 2027-01-31\ni: 09:00\n'],
    ['words', 'a: true\nb: False\nc: NULL\nd: yes\ne: truest\ntrue: x\nnull: y\n'],
    ['lists', 'a:\n- one\n- two\nb:\n  - x: 1\n    y: 2\n  - [1, two, "3"]\nc: []\nd: {}\ne: { f: [g, { h: i }], }\n'],
    [
      'texts over several lines',
      'a: |\n  one\n   two\n\n  three # no comment\n\n\nb: >-   # why\n  one\n  two\n\n\n  three\nc: x\n',
    ],
    ['comments', '# first\na: 1 # one\n\n  # indented\nb:   # two\n  # below\n  c: "#"   # three\n'],
    ['blank lines with blanks', 'a: |\n  one\n \n  two\n\nb: 1\n'],
  ])('%s', (_, text) => {
    expect(readPlainYaml(text)).toBeDefined();
    expectTheSame(text);
  });

  test.each([
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: *x\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a text over two lines', 'a: one\n  two\n'],
    ['an escape', 'a: "\\u0041"\n'],
    ['a key in quotes', '"a": 1\n'],
    ['a key behind a question mark', '? a\n: 1\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a directive', '%YAML 1.2\n---\na: 1\n'],
    ['a tab', 'a:\t1\n'],
    ['a carriage return', 'a: 1\r\nb: 2\r\n'],
    ['a key without a value', 'a:\nb: 1\n'],
    ['a second colon', 'a: b: c\n'],
    ['brackets over two lines', 'a: [1,\n  2]\n'],
    ['indentation that does not fit', 'a:\n    b: 1\n  c: 2\n'],
    ['a text alone', 'one\n'],
  ])('%s is left to the library', (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  test('also after any change to a shipped file', () => {
    const pieces = [...' \n#:-|>"\'[]{},&*!?%@`~\\0.+ex\t'].concat([
      ': ',
      ' #',
      '- ',
      '\n  ',
      '\n\n',
      '|\n',
      '>-\n',
      '  ',
      'null',
      '1.',
      '0x1',
    ]);
    fc.assert(
      fc.property(
        fc.constantFrom(...shipped.map(([, text]) => text)),
        fc.array(
          fc.record({
            at: fc.double({ min: 0, max: 1, noNaN: true }),
            cut: fc.nat(6),
            put: fc.constantFrom('', ...pieces),
          }),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (whole, changes, from) => {
          // A stretch of some forty lines: a library's reading of the whole takes its time.
          const lines = whole.split('\n');
          const top = lines.findIndex((line, index) => index >= from * lines.length * 0.8 && /^\S/.test(line));
          let text = `${lines.slice(Math.max(0, top), Math.max(0, top) + 40).join('\n')}\n`;
          for (const { at, cut, put } of changes) {
            const place = Math.floor(at * text.length);
            text = text.slice(0, place) + put + text.slice(place + cut);
          }
          expectTheSame(text);
        },
      ),
      { numRuns: isLong ? 60_000 : 1_500 },
    );
  });

  test('also where a text is put together from the signs of YAML', () => {
    const word = fc.constantFrom(
      'a',
      'b-c',
      'one two',
      '1',
      '-1.5',
      'true',
      '{{ x }}',
      "'q'",
      '"r # s"',
      '[a, b]',
      '{ k: v }',
      '|',
      '>-',
      '#c',
      '- d',
      'e: f',
      '~',
      '',
    );
    const line = fc
      .tuple(
        fc.nat(4),
        fc.constantFrom('', '- ', 'k: ', 'm:', '- n: ', '- o:', '# ', '-'),
        word,
        fc.constantFrom('', ' ', ' # z', '#z', ':'),
      )
      .map(([indent, lead, text, tail]) => `${'  '.repeat(indent)}${lead}${text}${tail}`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.constantFrom('', '\n', '\n\n'), (lines, end) => {
        expectTheSame(`top: 1\n${lines.join('\n')}${end}`);
        expectTheSame(`${lines.join('\n')}${end}`);
      }),
      { numRuns: isLong ? 200_000 : 4_000 },
    );
  });
});
