/**
 * Any YAML whatever, by the YAML library: what is no plain YAML is read here, or refused with located faults.
 *
 * Promises: nothing is thrown. Hides: the library and its nodes; it takes its time to load, so only a file that needs it loads it.
 */
import { createRequire } from 'node:module';
import type { Document, Node, YAMLParseError, YAMLWarning } from 'yaml';
import { type Fault, fault, type Place } from './faults.ts';
import type { YamlComment, YamlNode, YamlPair, YamlScalar } from './yaml-node.ts';

export type At = (offset: number, length?: number) => Place;
export type Lines = () => readonly { readonly start: number; readonly text: string }[];
/** No root where it cannot be read at all; faults about what is in it stand beside it. */
export type AnyYaml = {
  readonly root?: YamlNode;
  readonly comments: readonly YamlComment[];
  readonly faults: readonly Fault[];
};

const DEEPEST = 60;
/** Of what is no YAML, each further line says less. */
const MOST_TOLD = 20;
const MOST_LOCATED = 200;

type Library = typeof import('yaml');
let loaded: Library | undefined;
const library = (): Library => {
  loaded ??= createRequire(import.meta.url)('yaml') as Library;
  return loaded;
};

export const readAnyYaml = (
  text: string,
  file: string,
  { lines, at }: { readonly lines: Lines; readonly at: At },
): AnyYaml => {
  const refused = (...faults: readonly Fault[]): AnyYaml => ({ comments: [], faults });
  const deep = tooDeep(text);
  if (deep !== undefined) return refused(fault('too-deep', file, at(deep), { limit: DEEPEST }));
  const document = parse(text);
  if (document === undefined) return refused(fault('too-deep', file, at(deepestLine(lines())), { limit: DEEPEST }));
  const problems = [
    ...document.errors,
    ...document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED'),
  ];
  if (problems.length > 0) {
    const openingOf = openingsIn(document);
    const found = problems.slice(0, MOST_LOCATED).map((problem) => {
      const opening = openingOf(problem);
      const place = at(opening?.from ?? problem.pos[0], Math.max(1, problem.pos[1] - problem.pos[0]));
      const line = lines()[place.line - 1]?.text ?? '';
      return { problem, opening, place, line, cause: causeOf(problem, opening, line) };
    });
    // Behind a line that begins in a wrong column the right ones do not fit it any more.
    const misplaced = found.findIndex(({ cause }) => MISPLACED.has(cause));
    const located = found.filter(
      ({ problem, cause }, index) =>
        misplaced < 0 || index <= misplaced || !(OF_INDENT.has(problem.code) || MISPLACED.has(cause)),
    );
    // Behind a bracket that is never closed nothing is what it seems.
    const unclosed = located.find(({ opening }) => opening?.sign === 'bracket');
    const from = unclosed?.opening?.from ?? Number.POSITIVE_INFINITY;
    // What follows on the same line is most often only the first one's doing.
    const all = located
      .filter((one) => one === unclosed || (one.opening?.from ?? one.problem.pos[0]) < from)
      .map((one) => faultOfParser(one, file));
    const told = all.filter(({ line }, index) => index === all.findIndex((other) => other.line === line));
    const last = told.at(-1);
    const more =
      Math.max(0, told.length - MOST_TOLD) + (unclosed === undefined ? Math.max(0, problems.length - MOST_LOCATED) : 0);
    return refused(
      ...told.slice(0, MOST_TOLD),
      ...(more > 0 && last !== undefined ? [fault('more-faults', file, last, { count: more })] : []),
    );
  }
  if (document.contents === null) return refused(fault('file-empty', file, { line: 1, column: 1, length: 1 }, {}));
  const faults: Fault[] = [];
  const root = treeOf(document.contents, { at, text, file, faults });
  return { ...(root === null ? {} : { root }), comments: commentsIn(lines(), textsIn(root, text)), faults };
};

/** Undefined where maps are nested on one line so deep that the parser’s own calls exhaust the stack. */
const parse = (text: string): Document.Parsed | undefined => {
  try {
    // With the log level `silent` a second document would be left out without a word.
    return library().parseDocument(text, {
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      version: '1.2',
      merge: false,
    });
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
};

/** Where the line begins that has the most signs after which YAML nests. */
const deepestLine = (lines: readonly { start: number; text: string }[]): number => {
  const depths = lines.map(({ text }) => text.split(/[:?-]\s/).length);
  return lines[depths.indexOf(depths.reduce((most, depth) => Math.max(most, depth), 0))]?.start ?? 0;
};

/** What is never closed is missed where the text goes on without it, and is to be looked for where it was opened. */
type Opening = { readonly from: number; readonly sign: 'quote' | 'bracket' };

const openingsIn = (document: Document): ((problem: YAMLParseError | YAMLWarning) => Opening | undefined) => {
  /** By where they end. */
  let found: { readonly quote: Map<number, number>; readonly bracket: Map<number, number> } | undefined;
  const look = (): NonNullable<typeof found> => {
    const all = { quote: new Map<number, number>(), bracket: new Map<number, number>() };
    // Of several brackets that end in one place the innermost counts, which is looked at last.
    library().visit(document, {
      Collection: (_, { range, flow }) => {
        if (flow === true && range != null) all.bracket.set(range[1], range[0]);
      },
      Scalar: (_, { range, type }) => {
        if (type?.startsWith('QUOTE') === true && range != null) all.quote.set(range[1], range[0]);
      },
    });
    return all;
  };
  return (problem) => {
    const sign = /end with a [\]}]$/.test(problem.message)
      ? 'bracket'
      : problem.code === 'MISSING_CHAR' && problem.message.includes('quote')
        ? 'quote'
        : undefined;
    if (sign === undefined) return undefined;
    found ??= look();
    const from = found[sign].get(problem.pos[0]);
    return from === undefined ? undefined : { from, sign };
  };
};

type Reading = { readonly at: At; readonly text: string; readonly file: string; readonly faults: Fault[] };

/** What has no place in a workflow (aliases, anchors, tags, keys that are no words) is told, and left out. */
const treeOf = (node: Node | null, reading: Reading): YamlNode | null => {
  const { isAlias, isMap, isScalar, isSeq } = library();
  if (node === null) return null;
  if (isAlias(node)) return refuse(`*${node.source}`, node, reading);
  if (node.anchor !== undefined) return refuse(`&${node.anchor}`, node, reading);
  if (node.tag !== undefined) return refuse(node.tag.replace(/^tag:yaml\.org,2002:/, '!!'), node, reading);
  const [from, to] = node.range ?? [0, 0];
  if (isScalar(node)) {
    const { value } = node;
    const isPlain = typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
    return { kind: 'scalar', value: isPlain ? (value as YamlScalar['value']) : String(node.source ?? value), from, to };
  }
  if (isSeq(node))
    return { kind: 'list', items: node.items.map((item) => treeOf(item as Node | null, reading)), from, to };
  if (!isMap(node)) return null;
  const pairs = node.items.flatMap(({ key: keyNode, value }): YamlPair | readonly [] => {
    const key = keyNode as Node | null;
    const name = nameOf(key);
    const [start, end] = (key ?? node).range ?? [0, 0];
    if (name === undefined || name === '') {
      const isTemplate = isMap(key) && reading.text.startsWith('{{', (key.range?.[0] ?? 0) - 1);
      reading.faults.push(
        fault('wrong-type', reading.file, reading.at(start, Math.max(1, end - start)), {
          what: 'A key',
          expected: 'a word',
          came: kindOfKey(key),
          fix: isTemplate ? TEMPLATE_FIX : undefined,
        }),
      );
      return [];
    }
    return {
      name,
      key: { kind: 'scalar', value: name, from: start, to: end },
      value: treeOf(value as Node | null, reading),
    };
  });
  return { kind: 'map', pairs, from, to };
};

const TEMPLATE_FIX = 'A text that holds `{{` goes into quotes as a whole: `"{{ inputs.topic }}"`.';

const kindOfKey = (key: Node | null): string => {
  const { isAlias, isMap, isSeq } = library();
  if (isMap(key)) return 'a map';
  if (isSeq(key)) return 'a list';
  if (isAlias(key)) return 'an alias';
  return key?.anchor === undefined ? 'empty' : 'an anchor';
};

const nameOf = (key: Node | null): string | undefined =>
  library().isScalar(key) && key.anchor === undefined ? String(key.source ?? key.value) : undefined;

const refuse = (name: string, { range }: Node, { faults, file, at }: Reading): null => {
  const [from, to] = range ?? [0, 0];
  faults.push(fault('alias-used', file, at(from, Math.max(1, to - from)), { name }));
  return null;
};

/** Where texts and keys stand that hold a `#`, in the order of the file: there it begins no comment. */
const textsIn = (node: YamlNode | null, source: string): readonly (readonly [from: number, to: number])[] => {
  if (node === null) return [];
  switch (node.kind) {
    case 'scalar': {
      const text = source.slice(node.from, node.to);
      // Behind `|` and `>` a comment may stand; the text begins below.
      const from = text.startsWith('|') || text.startsWith('>') ? node.from + text.indexOf('\n') : node.from;
      return text.includes('#') ? [[from, node.to]] : [];
    }
    case 'list':
      return node.items.flatMap((item) => textsIn(item, source));
    case 'map':
      return node.pairs.flatMap(({ key, value }) => [...textsIn(key, source), ...textsIn(value, source)]);
  }
};

const commentsIn = (
  lines: ReturnType<Lines>,
  texts: readonly (readonly [from: number, to: number])[],
): readonly YamlComment[] => {
  let next = 0;
  return lines.flatMap(({ start, text }, index) => {
    // A line may hold a text with a `#` and a comment behind it.
    for (const { index: before, 0: sign } of text.matchAll(/(?:^|\s)#/g)) {
      const at = start + before + sign.length - 1;
      while (next < texts.length && (texts[next]?.[1] ?? 0) <= at) next++;
      const [from] = texts[next] ?? [Number.POSITIVE_INFINITY];
      if (at < from) return [{ text: text.slice(at - start + 1).trim(), line: index + 1 }];
    }
    return [];
  });
};

/**
 * The offset at which brackets or indentation go deeper than any workflow; the parser would recurse as deep. What
 * stands within texts and comments nests nothing, so the signs are read as the parser reads them.
 */
const tooDeep = (text: string): number | undefined => {
  let open = 0;
  /** Where the levels around begin, counted in columns: each needs at least one more blank than the last. */
  const indents: number[] = [];
  let column = 0;
  let leads = true;
  let offset = 0;
  for (const sign of new (library().Lexer)().lex(text)) {
    // These stand for nothing in the text: the beginning of a document, of a plain text, the end of a bracket.
    if (sign === '\u0002' || sign === '\u001f' || sign === '\u0018') {
      if (sign === '\u0018') open = 0;
      continue;
    }
    if (sign === '[' || sign === '{') open++;
    else if (sign === ']' || sign === '}') open = Math.max(0, open - 1);
    // A text below `|` or `>` comes with the blanks before it; nothing else that counts begins with one.
    if (leads && open === 0 && !/^[\s#]/.test(sign)) {
      while (indents.length > 0 && (indents.at(-1) ?? 0) >= column) indents.pop();
      indents.push(column);
      leads = sign === '-' || sign === '?' || sign === ':';
    }
    if (open > DEEPEST || indents.length > DEEPEST) return offset;
    offset += sign.length;
    const end = sign.lastIndexOf('\n');
    column = end < 0 ? column + sign.length : sign.length - end - 1;
    leads ||= end >= 0;
  }
  return undefined;
};

const PARSER_PROBLEMS: { readonly [code: string]: readonly [problem: string, fix: string] } = {
  TAB_AS_INDENT: [
    'A tab stands where the line is indented; YAML allows only blanks there.',
    'Replace the tab by blanks, as many as the lines around it have.',
  ],
  BAD_INDENT: ['The indentation does not fit the lines before.', 'Begin keys that belong together in the same column.'],
  DEEPER: [
    'The line below stands further in than this one, and so is read as the rest of its text.',
    'Begin keys that belong together in the same column.',
  ],
  MISSING_CHAR: [
    'A sign is missing here: a colon after a key, or the end of a quoted text or bracket.',
    'Add it. A text that holds `: ` or begins with a quote goes into quotes as a whole.',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'A key goes on over several lines; usually a colon is missing.',
    'Write `key: value` on one line.',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'A second `: ` on the same line; YAML reads that as a key within a key.',
    'Put the text into quotes.',
  ],
  BLOCK_IN_FLOW: [
    'A list or map over several lines stands within brackets.',
    'Close the bracket first, or write the whole without brackets.',
  ],
  BAD_ALIAS: ['A name of an alias is missing or not known.', 'A text that begins with `*` or `&` goes into quotes.'],
  BAD_SCALAR_START: ['No text can begin with this character.', 'Put the text into quotes.'],
  UNEXPECTED_TOKEN: [
    'Something stands here that does not belong here.',
    'Check the indentation, the colons and the quotes of this line and the one above. A text that begins with a quote goes into quotes as a whole.',
  ],
  KEY_OVER_1024_CHARS: [
    'A key is longer than 1,024 characters; usually a colon is missing or one too many.',
    'Put the text into quotes.',
  ],
  MULTIPLE_DOCS: ['A second document begins here.', 'One file is one document: take the `---` out.'],
  MULTIPLE_ANCHORS: ['Two anchors stand here.', 'Write the text out where it is meant.'],
  MULTIPLE_TAGS: ['Two tags stand here.', 'A text that begins with `!` goes into quotes.'],
  TAG_RESOLVE_FAILED: ['A tag stands here that means nothing.', 'A text that begins with `!` goes into quotes.'],
  BAD_DQ_ESCAPE: [
    'A backslash in a quoted text begins no known escape.',
    "Write `\\\\` for a backslash, or use single quotes: 'text'.",
  ],
  IMPOSSIBLE: ['The text cannot be read from here on.', 'Check the line and the one above.'],
};

const NEVER_CLOSED: readonly [problem: string, fix: string] = [
  'The bracket is never closed.',
  'Write its `]` or `}`. A text that begins with a bracket goes into quotes as a whole.',
];

const MISPLACED: ReadonlySet<string> = new Set(['BAD_INDENT', 'DEEPER']);
/** What the parser says of lines that do not fit the ones before. */
const OF_INDENT: ReadonlySet<string> = new Set(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY']);

const KEY_WITH_COLON = /^\s+(- )?[^\s'"{[][^:'"]*:(\s|$)/;

/** What the parser means: a key with its colon lacks no sign, and a line with one colon has no second one. */
const causeOf = ({ code }: YAMLParseError | YAMLWarning, opening: Opening | undefined, line: string): string => {
  if (code === 'MISSING_CHAR' && opening === undefined && KEY_WITH_COLON.test(line)) return 'BAD_INDENT';
  return code === 'BLOCK_AS_IMPLICIT_KEY' && line.split(/:(?:\s|$)/).length === 2 ? 'DEEPER' : code;
};

type Located = {
  readonly problem: YAMLParseError | YAMLWarning;
  readonly opening: Opening | undefined;
  readonly place: Place;
  readonly line: string;
  readonly cause: string;
};

const faultOfParser = ({ problem, opening, place, line, cause }: Located, file: string): Fault => {
  const known = opening?.sign === 'bracket' ? NEVER_CLOSED : PARSER_PROBLEMS[cause];
  const [sentence, usual] = known ?? [
    `This is not YAML: ${problem.message.split('\n')[0]}.`,
    'Check the indentation, the colons and the quotes here.',
  ];
  return fault('not-yaml', file, place, { problem: sentence, fix: line.includes('{{') ? TEMPLATE_FIX : usual });
};
