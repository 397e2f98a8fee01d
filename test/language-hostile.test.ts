import { describe, expect, test } from 'vitest';
import {
  parseCron,
  parseEffort,
  parseExpiry,
  parseFrequency,
  parseLead,
  parseMoment,
  parseSpan,
} from '../statemachines/language/spans.ts';
import { readCalendars, readHooks, readTeam } from '../statemachines/language/surroundings.ts';
import { expectAnswer } from './support/language-answer.ts';
import { beside, codesIn, DRAFT, errorsIn, fileWith, HEAD, placesOf, read, unmark } from './support/language-files.ts';

const KB = 1024;
const times = (piece: string, kilobytes: number): string =>
  piece.repeat(Math.ceil((kilobytes * KB) / piece.length)).slice(0, kilobytes * KB);

describe('a file that is no workflow at all', () => {
  test.each([
    ['nothing', '', 'file-empty'],
    ['blanks and blank lines', ' \n\t\n  \r\n', 'file-empty'],
    ['comments', '# nothing\n  # here\n', 'file-empty'],
    ['a mark of a document without one', '---\n', 'wrong-type'],
    ['a list', '- a\n- b\n', 'wrong-type'],
    ['a text', 'Please publish the article\n', 'wrong-type'],
    ['a number', '42\n', 'wrong-type'],
    ['a NUL byte', 'title: a\u0000', 'file-not-text'],
    ['a control character', 'title: a\u0007', 'file-not-text'],
    ['half of a pair of characters', 'title: \ud83e', 'file-not-text'],
    ['two documents', `${fileWith(DRAFT)}---\n${fileWith(DRAFT)}`, 'not-yaml'],
    ['a page of HTML', '<!doctype html>\n<html><body class="x">: [</body></html>', 'not-yaml'],
    ['JSON of something else', '{"name": "runsheet", "version": 1}', 'unknown-key'],
    ['10 MB', 'x'.repeat(10 * KB * KB), 'file-too-large'],
    ['more than 256 KB', times('# comment\n', 257), 'file-too-large'],
  ])('but %s is told in one fault at least, and where', (_, text, code) => {
    expectAnswer(text);
    expect(read(text).faults.map((one) => one.code)).toContain(code);
    expect(read(text).workflow).toBeUndefined();
  });

  test.each([
    '[',
    '{',
    ']',
    '}',
    '- - - - ',
    '? ? ',
    ': ',
    ':',
    '{a: ',
    '[{',
    '- {a: [',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '-\n',
    '- a\n',
    'a:\n',
    'a: b\n',
    'a: b: ',
    '? a\n',
    '[],',
    '{a: 1},',
    '&a ',
    '*a ',
    '!a ',
    'a: &b c\n',
    '"',
    "'",
    '"a" ',
    '"\\q',
    '|',
    'a: |\n  b\n',
    '>',
    '#',
    '# \n',
    '%',
    '%\n',
    '---\n',
    '...\n',
    '@',
    '`',
    '\ufeff',
    '\ud800',
    '\u2028',
    'é',
    '🦊',
    '{{',
    '}}',
    '{{a}}',
    'constructor: ',
    '__proto__: x\n',
    '<<: ',
    '\ta: b\n',
    '- step: a\n',
    ' a:\n  b:\n',
    'null',
    '~',
    '0x',
    '.inf ',
    '<',
    '&',
  ])('but nothing else than `%s` over and over is answered', (piece) => {
    for (const around of ['%', 'x: %', '[%]', 'x: "%"', `${HEAD}steps:\n  - step: a\n    title: %`])
      expectAnswer(around.replace('%', () => times(piece, 6)));
    expectAnswer(times(piece, 500));
  });

  test.each(['[', '[],', '- ', '-\n', '{a: ', 'a:\n', ' ', 'x: a: b\n'])(
    'but a quarter of a megabyte of `%s` is answered',
    (piece) => {
      expectAnswer(times(piece, 250));
    },
  );

  test('is not deep for brackets and indentation within its texts and comments', () => {
    const lines = (line: (n: number) => string) =>
      Array.from({ length: 61 }, (_, n) => `      ${line(n)}`).join('\r\n');
    for (const text of [
      `    instructions: |\r\n${lines(() => 'at [0, 1)')}`,
      `    instructions: |\r\n${lines((n) => `${' '.repeat(n)}x`)}`,
      `    instructions: "\r\n${lines(() => '[{')}"`,
      `    # ${'['.repeat(100)}\r\n${lines((n) => `${' '.repeat(n)}# x`)}`,
    ])
      expect(
        codesIn(
          `${fileWith('  - step: draft\n    title: Draft\n    owner: writer').replaceAll('\n', '\r\n')}${text}\r\n`,
        ),
      ).toEqual([]);
    // Texts between the levels do not hide them.
    const deep = Array.from(
      { length: 70 },
      (_, n) => `${' '.repeat(n)}a: {b: "]]"}\n${' '.repeat(n)}c: |\n${' '.repeat(n + 2)}x\n${' '.repeat(n)}d:\n`,
    );
    expect(codesIn(deep.join(''))).toEqual(['too-deep']);
  });

  test('is refused where it goes deeper than any workflow, by brackets, dashes or indentation', () => {
    for (const text of ['[', '{', '{a: ', '[[', '- ', '? '].map((piece) => piece.repeat(2_000)))
      expect(codesIn(text)).toEqual(['too-deep']);
    expect(codesIn(Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'))).toEqual([
      'too-deep',
    ]);
    expect(codesIn(Array.from({ length: 100 }, (_, depth) => `${'  '.repeat(depth)}- a:`).join('\n'))).toEqual([
      'too-deep',
    ]);
  });
});

describe('YAML that a workflow is written without', () => {
  test('is refused: aliases cannot grow, they are not followed', () => {
    const laughs = Array.from(
      'abcdefghij',
      (name, index) =>
        `${name}: &${name} [${
          index === 0
            ? 'ha, ha, ha'
            : Array(9)
                .fill(`*${'abcdefghij'[index - 1]}`)
                .join(', ')
        }]`,
    ).join('\n');
    expect(new Set(codesIn(laughs))).toEqual(new Set(['alias-used']));
    expectAnswer(laughs);
  });

  test.each([
    ['an anchor', '    phase: »&x Write'],
    ['an alias', '    phase: »*x'],
    ['a tag of its own', '    phase: »!x Write'],
    ['a tag of YAML', '    phase: !!str »Write'],
    ['a tag on a list', '    dos: !!set »{ a, b }'],
    ['bytes', '    phase: »!!binary aGVsbG8='],
  ])('(%s)', (_, keys) => {
    const { text } = unmark(fileWith(`  - step: a\n    title: A\n    owner: writer\n${keys}`));
    const codes = codesIn(text);
    expect(codes).toHaveLength(1);
    expect(['alias-used', 'not-yaml']).toContain(codes[0]);
    expect(errorsIn(text)[0]?.line).toBe(9);
  });

  test('and a merge key is a key like any other, which is unknown', () => {
    expect(codesIn(fileWith('  - { step: a, title: A, owner: writer, <<: { due: 1 day after start } }'))).toEqual([
      'unknown-key',
    ]);
  });
});

describe('what an editor or a system puts into a file', () => {
  test('a byte order mark is passed over and moves no column', () => {
    const { text, places } = unmark(`»titel: x\n${fileWith(DRAFT)}`);
    expect(placesOf(errorsIn(`\ufeff${text}`).filter(({ code }) => code === 'unknown-key'))).toEqual(places);
    expect(read(`\ufeff${fileWith(DRAFT)}`).workflow).toEqual(read(fileWith(DRAFT)).workflow);
  });

  test('line ends of Windows change nothing', () => {
    const file = fileWith(
      `${DRAFT}\n  - step: look\n    title: Look\n    owner: writer\n    instructions: |\n      One\n      two`,
    );
    expect(read(file.replaceAll('\n', '\r\n')).workflow).toEqual(read(file).workflow);
    const { text, places } = unmark(fileWith('  - { step: draft, title: Draft, owner: »writr, due: »soon }'));
    expect(placesOf(errorsIn(text.replaceAll('\n', '\r\n')))).toEqual(places);
  });

  test('a tab between words is a blank, one before a key is told', () => {
    expect(codesIn(fileWith('  - { step: draft,\ttitle: Draft,\towner:\twriter }'))).toEqual([]);
    const { text, places } = unmark(`${fileWith(DRAFT)}  - step: look\n»\ttitle: Look\n`);
    expect(placesOf(errorsIn(text)).slice(0, 1)).toEqual(places);
    expect(errorsIn(text)[0]?.message).toContain('A tab stands where the line is indented');
  });

  test.each([
    ['workflow: blog\ntitle: Blog: the sequel\n', 2, 'second `: `', 'quotes'],
    ['workflow: blog\ntitle "Blog"\npurpose: x\n', 2, 'colon', ''],
    ['workflow: blog\ntitle: "Blog\npurpose: x\n', 2, 'end of a quoted text', 'quotes'],
    ['title: "Blog" is done\n', 1, 'does not belong', 'goes into quotes as a whole'],
    ['title: @home\n', 1, 'No text can begin', 'quotes'],
    ['title: `x`\n', 1, 'No text can begin', 'quotes'],
    ['dos: [a, b\ntitle: x\n', 1, 'never closed', 'Write its'],
    ['x: 1\na: { b: [c,\n  d }\ntitle: x }\n', 2, 'never closed', 'Write its'],
    ['title: Blog\n  purpose: x\n', 1, '', ''],
    ['steps:\n  - step: a\n    title: A\n   owner: b\n', 4, '', ''],
    ['title: {{ inputs.topic }} now\n', 1, 'does not belong', '`{{` goes into quotes'],
    ['x: "\\q"\n', 1, 'backslash', 'single quotes'],
  ])('a slip of the pen is told once on its line, in plain words: %j', (text, line, says, fix) => {
    const errors = errorsIn(text);
    expect(errors[0]).toMatchObject({ code: 'not-yaml', line });
    expect(errors[0]?.message).toContain(says);
    expect(errors[0]?.fix).toContain(fix);
    expect(new Set(errors.map((one) => one.line)).size).toBe(errors.length);
    expect(errors.length).toBeLessThan(4);
  });
});

describe('names that a program could trip over', () => {
  test.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '?',
    '',
    ' ',
    'null',
    '0',
    '-1',
    '%7d',
    '../../etc/passwd',
    '🦊',
    'a'.repeat(5_000),
  ])('`%s` is a name like any other wherever it stands', (name) => {
    const key = JSON.stringify(name);
    for (const text of [
      `${key}: 1\n${fileWith(DRAFT)}`,
      fileWith(DRAFT, `inputs:\n  ${key}: { type: text }`),
      fileWith(DRAFT, `inputs:\n  topic: { type: ${key}, ${key}: 1 }`),
      fileWith(
        DRAFT,
        `anchor: ${key}\ncalendar: ${key}\nlead: ${key}\nkind: ${key}\nfrequency: ${key}\nstarts: [${key}, { hook: ${key} }, { every: ${key} }, { ${key}: 1 }]\nreminders: { ${key}: 1, overdue: ${key}, escalate: ${key}, before: [${key}] }\ngoals: [{ ${key}: 1 }]`,
      ).replace('lead: editor\n', ''),
      fileWith(
        `  - { step: ${key}, title: ${key}, owner: ${key}, after: [${key}], due: ${key}, takes: ${key}, effort: ${key}, expires: ${key}, ${key}: 1 }`,
      ),
      fileWith(`  - { step: a, title: A, type: ${key}, owner: writer, fields: { ${key}: { type: text } } }`),
      fileWith(
        `  - { step: a, title: A, owner: writer, due: 1 day before ${key.slice(1, -1)}, when: "inputs[${key.slice(1, -1)} = 1]" }`,
      ),
      fileWith(
        `${DRAFT}\n  - { step: ok, title: Ok, type: approval, of: ${key}, approvers: [${key}, { role: ${key}, ${key}: 1 }], rule: ${key}, on_changes: { redo: ${key} }, on_reject: ${key} }`,
      ),
      fileWith(
        `  - { step: a, title: A, type: email, to: [${key}], subject: ${key}, body: ${key} }\n  - { step: b, title: B, type: call, url: ${key}, method: ${key}, headers: { ${key}: ${key} }, body: { ${key}: ${key} } }\n  - { step: c, title: C, type: run, workflow: ${key}, with: { ${key}: ${key} } }`,
      ),
      fileWith(
        `  - { step: a, title: A, type: each, over: ${key}, as: ${key}, steps: [{ step: ${key}, title: B, owner: writer }] }`,
      ),
      fileWith(
        `  - { step: a, title: A, owner: writer, when: "inputs.${key.slice(1, -1)} = steps.${key.slice(1, -1)}.${key.slice(1, -1)}", instructions: "{{ ${key.slice(1, -1)} }}" }`,
      ),
    ]) {
      expectAnswer(text);
      expectAnswer(text, read(text, {}));
    }
    for (const reader of [readTeam, readCalendars, readHooks]) {
      for (const text of [
        `${key}: 1`,
        `roles: { ${key}: ${key} }\npeople: [{ ${key}: 1 }]`,
        `roles: { a: A }\npeople:\n  - { id: ${key}, name: ${key}, email: ${key}, roles: [${key}], manager: ${key}, zone: ${key}, away: [{ from: ${key}, to: ${key}, ${key}: 1 }] }`,
        `calendars: { ${key}: { zone: ${key}, hours: ${key}, workdays: [${key}], holidays: { country: ${key}, add: [{ date: ${key}, ${key}: 1 }], except: [${key}] } } }`,
        `hooks: { ${key}: { provider: ${key}, workflow: ${key}, map: { ${key}: ${key} }, ${key}: 1 } }`,
      ])
        expectAnswer(text, reader(text, 'beside.yaml'));
    }
  });

  test('a step, an input and a field may be called `constructor`', () => {
    const text = fileWith(
      '  - { step: constructor, title: A, owner: writer, due: 1 day before publish, fields: { constructor: { type: number, required: true } } }\n  - { step: b, title: B, owner: writer, due: 1 day after constructor, when: steps.constructor.constructor > inputs.constructor }',
      'inputs: { publish: { type: date, required: true }, constructor: { type: number, default: 1 } }',
    );
    expect(codesIn(text)).toEqual(['bad-due']);
    expect(
      read(text.replace(', constructor: { type: number, default: 1 }', '').replace('inputs.constructor', '1')).workflow
        ?.steps[1]?.due,
    ).toEqual({ direction: 'after', span: { count: 1, unit: 'days' }, reference: { kind: 'step', id: 'constructor' } });
  });

  test('and no name of a program is a unit, a function or a type', () => {
    expect(
      codesIn(
        fileWith(
          '  - { step: a, title: A, owner: writer, takes: 2 constructor, due: 1 constructor after start, when: "$constructor(1) = 1" }',
        ),
      ),
    ).toEqual(['bad-span', 'bad-due', 'unsupported-expression']);
  });

  test.each(['[a]', '{ a: 1 }', '[]', '{}', 'null', '1', '1.5', 'true', '? ', '"a\\nb"', '""', '~', '*x', '&x y'])(
    'a key that is %s is told, or is a word',
    (key) => {
      for (const text of [
        `? ${key}\n: 1\n${fileWith(DRAFT)}`,
        fileWith(`  - step: a\n    title: A\n    owner: writer\n    ? ${key}\n    : 1`),
        fileWith(DRAFT, `inputs:\n  ? ${key}\n  : { type: text }`),
      ]) {
        expectAnswer(text);
        if (!/^[a-z]+$/.test(key)) expect(read(text).workflow).toBeUndefined();
      }
    },
  );
});

describe('a long text in a small grammar', () => {
  const LONG = 200 * KB;
  const pieces = [
    ' ',
    'a',
    '1',
    '-',
    '1 ',
    'a-',
    'on ',
    'at ',
    ' after due',
    '1 day ',
    'before ',
    ',',
    '1,',
    '/',
    '#',
    'L',
    '?',
    '\t',
    '. ',
    '@',
    '(',
    'cron(',
    ')',
    '1-',
    '_',
  ];
  const parsers = { parseSpan, parseEffort, parseLead, parseExpiry, parseMoment, parseFrequency, parseCron };

  test.each(Object.entries(parsers))('is read or refused by %s in no more than its length', (_, parse) => {
    for (const piece of pieces.map((one) => one.repeat(LONG / one.length)))
      for (const around of [
        '%',
        '1 day%',
        '1 day%x',
        'on x%',
        'on x%!',
        '1%',
        '1 day before x%at 09:00',
        '1 per%year',
        'cron(%)',
        '%x',
        '0 8 ? * % *',
        '1h%',
        '1 workday%after%due',
        '1 workday after due%',
      ]) {
        const { value, problem } = parse(around.replaceAll('%', piece));
        expect((value === undefined) !== (problem === undefined)).toBe(true);
      }
  });

  test.each(['id', 'step', 'title', 'due', 'effort', 'expires', 'when', 'instructions', 'until', 'url'])(
    'is answered as `%s`',
    (key) => {
      for (const piece of ['a', ' ', 'a-', '.', '@a.', 'https://', '{{', '(', '/*', "\\\\'", '1 ', 'steps.a-']) {
        for (const size of [1_900, 60_000]) {
          const value = JSON.stringify(piece.repeat(Math.ceil(size / piece.length)).slice(0, size));
          expectAnswer(
            fileWith(
              `  - { step: draft-it, title: A, owner: writer, links: [{ title: A, url: ${value} }], fields: { a: { type: date, default: ${value}, min: ${value} }, b: { type: email, default: ${value} } }, ${key}: ${value} }`,
            ),
          );
          expectAnswer(
            fileWith(
              `  - { step: a, title: A, type: email, to: [${value}], subject: ${value}, body: ${value} }\n  - { step: b, title: B, type: call, url: ${value}, headers: { a: ${value} }, body: ${value} }\n  - { step: c, title: C, type: wait, ${key}: ${value} }`,
              `frequency: ${value}\nstarts: [{ hook: ${value} }, { every: ${value} }]`,
            ),
          );
          const team = `currency: ${value}\nroles: { a: A }\npeople: [{ id: a, name: A, email: ${value}, zone: ${value}, away: [{ from: ${value}, to: ${value} }] }]`;
          expectAnswer(team, readTeam(team, 'team.yaml'));
        }
      }
    },
  );

  test('with thousands of expressions is answered', () => {
    const texts = Array.from(
      { length: 4 },
      (_, index) => `  - { step: s${index}, title: A, owner: writer, instructions: "${'{{a}}'.repeat(3_900)}" }`,
    ).join('\n');
    expectAnswer(fileWith(texts));
    const names = Array.from(
      { length: 4 },
      (_, index) =>
        `  - { step: s-${index}, title: A, owner: writer, instructions: "${Array.from({ length: 900 }, (__, one) => `{{steps.s-${one}.at}}`).join('')}" }`,
    ).join('\n');
    expectAnswer(fileWith(names));
  });

  test('of names that lead nowhere, thousands of them, is answered', () => {
    expectAnswer(
      fileWith(
        Array.from(
          { length: 200 },
          (_, one) =>
            `  - { step: s${one}, title: A, owner: writer, after: [${Array.from({ length: 60 }, (__, other) => `z${other * 200 + one}`).join(',')}] }`,
        ).join('\n'),
      ),
    );
    expectAnswer(Array.from({ length: 9_000 }, (_, one) => `k${one}: 1`).join('\n'));
    expectAnswer(
      fileWith(
        Array.from(
          { length: 300 },
          (_, one) =>
            `  - { step: s${one}, title: A, owner: writer, after: [${Array.from({ length: Math.min(one, 60) }, (__, other) => `s${one - 1 - other}`).join(',')}] }`,
        ).join('\n'),
      ),
    );
  });

  test('of three hundred approvals that redo each other’s work is answered', () => {
    expectAnswer(
      fileWith(
        `${DRAFT}\n${Array.from({ length: 299 }, (_, one) => `  - { step: a${one}, title: A, type: approval, of: draft, approvers: [editor], on_changes: { redo: ${one < 150 ? 'draft' : `a${one - 150}`} } }`).join('\n')}`,
      ),
    );
    expect(beside.team).toBeDefined();
  });
});
