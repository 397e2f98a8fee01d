/**
 * A YAML text as plain JSON, with the place of every key and value.
 *
 * Promises: any text whatever gives either a value or located faults, within the time that it takes
 * to read a quarter of a megabyte; nothing is thrown. Hides: the YAML library and its nodes.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { type Fault, fault, type Place } from './faults.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

/** Finds things again in the text that they were read from. */
export type Places = {
  /** Of the value at a path; where there is none, of the nearest thing around it. */
  readonly ofValue: (path: Path) => Place;
  /** Of the key at the end of a path; of a list item, its first character. */
  readonly ofKey: (path: Path) => Place;
  /** Of some characters within the text value at a path, counted in its content. */
  readonly within: (path: Path, offset: number, length: number) => Place;
};

export type YamlFile = {
  readonly value: Json;
  readonly places: Places;
  readonly comments: readonly { text: string; line: number }[];
};

/** Some fifty pages. */
const LARGEST_KB = 256;
const DEEPEST = 60;

export const readYamlFile = (
  source: string,
  file: string,
): { readonly yaml?: YamlFile; readonly faults: readonly Fault[] } => {
  // Some editors begin a file with a byte order mark; nobody sees it, so no column counts it.
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const lines = lazyLines(text);
  const at = (offset: number, length = 1): Place => placeOf(lines(), text, offset, length);
  const kilobytes = Math.ceil(Buffer.byteLength(text) / 1024);
  if (kilobytes > LARGEST_KB) {
    return {
      faults: [fault('file-too-large', file, { line: 1, column: 1, length: 1 }, { kilobytes, limit: LARGEST_KB })],
    };
  }
  const odd = ODD_CHARACTER.exec(text);
  if (odd) return { faults: [fault('file-not-text', file, at(odd.index), { character: nameOfCharacter(odd[0]) })] };
  if (text.trim() === '') return { faults: [fault('file-empty', file, { line: 1, column: 1, length: 1 }, {})] };
  const deep = tooDeep(text);
  if (deep !== undefined) return { faults: [fault('too-deep', file, at(deep), { limit: DEEPEST })] };

  const document = parse(text);
  if (document === undefined)
    return { faults: [fault('too-deep', file, at(deepestLine(lines())), { limit: DEEPEST })] };
  const problems = [
    ...document.errors,
    ...document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED'),
  ];
  if (problems.length > 0) {
    const faultAt = (problem: YAMLParseError | YAMLWarning): Fault => {
      const from = startOfQuote(document, problem) ?? problem.pos[0];
      const place = at(from, Math.max(1, problem.pos[1] - problem.pos[0]));
      return faultOfParser(problem, file, place, lines()[place.line - 1]?.text ?? '');
    };
    // What follows on the same line is most often only the first one's doing.
    const all = problems.slice(0, 200).map(faultAt);
    return {
      faults: all.filter(({ line }, index) => index === all.findIndex((other) => other.line === line)).slice(0, 20),
    };
  }
  if (document.contents === null) return { faults: [fault('file-empty', file, { line: 1, column: 1, length: 1 }, {})] };

  const faults: Fault[] = [];
  const value = toJson(document.contents, { at, text, file, faults });
  // Where a key stands twice the first counts, so that what else is wrong can be told.
  if (faults.some(({ code }) => code !== 'duplicate-key')) return { faults };
  return {
    yaml: {
      value,
      places: placesIn(document.contents, text, at),
      comments: commentsIn(lines(), textsIn(document.contents, text)),
    },
    faults,
  };
};

/** Undefined where maps are nested on one line so deep that the parser’s own calls exhaust the stack. */
const parse = (text: string): Document.Parsed | undefined => {
  try {
    // With the log level `silent` a second document would be left out without a word.
    return parseDocument(text, {
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

/** A quote that is never closed is missed at the end of the file, and is to be looked for where it was opened. */
const startOfQuote = (document: Document, problem: YAMLParseError | YAMLWarning): number | undefined => {
  if (problem.code !== 'MISSING_CHAR' || !problem.message.includes('quote')) return undefined;
  let start: number | undefined;
  visit(document, {
    Scalar: (_, { range, type }) => {
      if (type?.startsWith('QUOTE') === true && range?.[1] === problem.pos[0]) start = range?.[0];
    },
  });
  return start;
};

type At = (offset: number, length?: number) => Place;
type Reading = { readonly at: At; readonly text: string; readonly file: string; readonly faults: Fault[] };

const placeOfNode = (node: Node | null, at: At): Place => {
  const [from, to] = node?.range ?? [0, 0];
  return at(from, Math.max(1, to - from));
};

const toJson = (node: Node | null, reading: Reading): Json => {
  if (node === null) return null;
  if (isAlias(node)) return refuseAlias(`*${node.source}`, node, reading);
  if (node.anchor !== undefined) return refuseAlias(`&${node.anchor}`, node, reading);
  if (node.tag !== undefined) return refuseAlias(node.tag.replace(/^tag:yaml\.org,2002:/, '!!'), node, reading);
  if (isScalar(node)) {
    const plain = node.value;
    if (typeof plain === 'string' || typeof plain === 'boolean' || plain === null) return plain;
    if (typeof plain === 'number' && Number.isFinite(plain)) return plain;
    return String(node.source ?? plain);
  }
  if (isSeq(node)) return node.items.map((item) => toJson(item as Node | null, reading));
  if (isMap(node)) {
    const result: { [key: string]: Json } = {};
    for (const pair of node.items) {
      const keyNode = pair.key as Node;
      const name = nameOf(keyNode);
      const report = (make: (place: Place) => Fault) =>
        reading.faults.push(make(placeOfNode(keyNode ?? node, reading.at)));
      if (name === undefined || name === '') {
        const isTemplate = isMap(keyNode) && reading.text.startsWith('{{', (keyNode.range?.[0] ?? 0) - 1);
        report((place) =>
          fault('wrong-type', reading.file, place, {
            what: 'A key',
            expected: 'a word',
            came: kindOfKey(keyNode),
            fix: isTemplate ? TEMPLATE_FIX : undefined,
          }),
        );
      } else if (Object.hasOwn(result, name)) {
        report((place) => fault('duplicate-key', reading.file, place, { key: name }));
      } else if (name === '__proto__') {
        report((place) => fault('bad-id', reading.file, place, { what: 'a key', id: name, form: 'another word' }));
      } else {
        result[name] = toJson(pair.value as Node | null, reading);
      }
    }
    return result;
  }
  return null;
};

const TEMPLATE_FIX = 'A text that holds `{{` goes into quotes as a whole: `"{{ inputs.topic }}"`.';

const kindOfKey = (key: Node | null): string => {
  if (isMap(key)) return 'a map';
  if (isSeq(key)) return 'a list';
  if (isAlias(key)) return 'an alias';
  return key?.anchor === undefined ? 'empty' : 'an anchor';
};

const nameOf = (key: Node | null): string | undefined =>
  isScalar(key) && key.anchor === undefined ? String(key.source ?? key.value) : undefined;

type PairsOf = (map: YAMLMap) => ReadonlyMap<string, YAMLMap['items'][number]>;

/** The pairs of a map by key, the first where one is there twice; of a map that was asked for before, the same again. */
const indexPairs = (): PairsOf => {
  const known = new Map<YAMLMap, ReadonlyMap<string, YAMLMap['items'][number]>>();
  return (map) => {
    const pairs =
      known.get(map) ??
      new Map([...map.items].reverse().map((pair) => [nameOf(pair.key as Node | null) ?? '', pair] as const));
    known.set(map, pairs);
    return pairs;
  };
};

/** What stands at a path, or the nearest thing around it; looked for only when somebody asks. */
const locate = (root: Node, path: Path, pairsOf: PairsOf): { readonly key?: Node; readonly node: Node } => {
  let found: { key?: Node; node: Node } = { node: root };
  for (const part of path) {
    const here = found.node;
    if (isSeq(here) && typeof part === 'number') {
      const item = here.items[part] as Node | null | undefined;
      if (item === null || item === undefined) return found;
      found = { node: item };
    } else if (isMap(here)) {
      const pair = pairsOf(here).get(String(part));
      if (pair === undefined) return found;
      const key = pair.key as Node;
      found = { key, node: (pair.value as Node | null) ?? key };
    } else return found;
  }
  return found;
};

const refuseAlias = (name: string, node: Node, reading: Reading): Json => {
  reading.faults.push(fault('alias-used', reading.file, placeOfNode(node, reading.at), { name }));
  return null;
};

const placesIn = (root: Node, text: string, at: At): Places => {
  const pairsOf = indexPairs();
  const aligned = new Map<Node, readonly number[]>();
  const ofValue = (path: Path): Place => placeOfNode(locate(root, path, pairsOf).node, at);
  return {
    ofValue,
    ofKey: (path) => {
      const { key, node } = locate(root, path, pairsOf);
      return placeOfNode(key ?? node, at);
    },
    within: (path, offset, length) => {
      const { node } = locate(root, path, pairsOf);
      const [from, to] = node.range ?? [0, 0];
      if (!isScalar(node) || typeof node.value !== 'string') return ofValue(path);
      const offsets = aligned.get(node) ?? align(node.value, text.slice(from, to));
      aligned.set(node, offsets);
      const index = offsets[offset];
      return index === undefined
        ? ofValue(path)
        : at(from + index, (offsets[offset + length - 1] ?? index) - index + 1);
    },
  };
};

/**
 * Where in its source each character of a text stands: quotes, escapes, indentation and folded lines are
 * in the one and not in the other. Ends early where the two cannot be brought together.
 */
const align = (value: string, source: string): readonly number[] => {
  const quote = source[0] === '"' || source[0] === "'" ? source[0] : undefined;
  const isBlock = source[0] === '|' || source[0] === '>';
  const offsets: number[] = [];
  let at = quote !== undefined ? 1 : isBlock ? source.indexOf('\n') + 1 : 0;
  const isBlank = (character: string | undefined): boolean => character !== undefined && ' \t\r\n'.includes(character);
  while (offsets.length < value.length && at < source.length) {
    const wanted = value[offsets.length];
    if (quote === '"' && source[at] === '\\') {
      const continued = /^\\[ \t]*\r?\n\s*/.exec(source.slice(at, at + 200));
      const width = continued !== null ? continued[0].length : ({ x: 4, u: 6, U: 10 }[source[at + 1] ?? ''] ?? 2);
      if (continued === null) offsets.push(at);
      if (width === 10 && (value.codePointAt(offsets.length - 1) ?? 0) > 0xffff) offsets.push(at);
      at += width;
    } else if (source[at] === wanted) {
      offsets.push(at);
      at += quote === "'" && wanted === "'" ? 2 : 1;
    } else if (wanted === ' ' && isBlank(source[at])) {
      offsets.push(at);
      while (isBlank(source[at])) at++;
    } else if (isBlank(source[at])) {
      at++;
    } else {
      break;
    }
  }
  return offsets;
};

/** Where texts and keys stand that hold a `#`, in the order of the file: there it begins no comment. */
const textsIn = (node: Node | null, source: string): readonly (readonly [from: number, to: number])[] => {
  if (isScalar(node))
    return node.range != null && source.slice(node.range[0], node.range[1]).includes('#')
      ? [[node.range[0], node.range[1]]]
      : [];
  if (isSeq(node)) return node.items.flatMap((item) => textsIn(item as Node | null, source));
  return isMap(node)
    ? node.items.flatMap(({ key, value }) => [
        ...textsIn(key as Node | null, source),
        ...textsIn(value as Node | null, source),
      ])
    : [];
};

const commentsIn = (
  lines: readonly { start: number; text: string }[],
  texts: readonly (readonly [from: number, to: number])[],
) => {
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

const lazyLines = (text: string) => {
  let lines: { start: number; text: string }[] | undefined;
  return () => {
    if (lines === undefined) {
      let start = 0;
      lines = text.split('\n').map((line) => {
        const entry = { start, text: line };
        start += line.length + 1;
        return entry;
      });
    }
    return lines;
  };
};

const placeOf = (
  lines: readonly { start: number; text: string }[],
  text: string,
  offset: number,
  length: number,
): Place => {
  const position = Math.min(Math.max(0, offset), text.length);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.start ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  const line = lines[low] ?? { start: 0, text: '' };
  const column = position - line.start + 1;
  const visible = line.text.trimEnd().length - column + 1;
  return { line: low + 1, column, length: Math.max(1, Math.min(length, visible)) };
};

/** What no text has: control characters but tab and line ends, the mark of bytes that are not UTF-8, lone surrogates. */
const ODD_CHARACTER = /[^\P{Cc}\t\n\r\u0080-\u009f]|\p{Cs}|[\ufffd\ufffe\uffff]/u;

const nameOfCharacter = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code === 0) return 'a NUL byte';
  if (code === 0xfffd) return 'bytes that are not UTF-8';
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
};

/** The offset at which brackets or indentation go deeper than any workflow; the parser would recurse as deep. */
const tooDeep = (text: string): number | undefined => {
  let open = 0;
  let dashes = 0;
  let lineStart = true;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '\n') {
      lineStart = true;
      dashes = 0;
      continue;
    }
    if (character === '[' || character === '{') open++;
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    if (lineStart && (character === '-' || character === '?' || character === ':') && /\s/.test(text[index + 1] ?? ' '))
      dashes++;
    else if (character !== ' ' && character !== '\t') lineStart = false;
    if (open > DEEPEST || dashes > DEEPEST) return index;
  }
  // Indentation: each level needs at least one more blank than the last.
  const indents: number[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent >= 0) {
      while (indents.length > 0 && (indents[indents.length - 1] ?? 0) >= indent) indents.pop();
      indents.push(indent);
      if (indents.length > DEEPEST) return offset + indent;
    }
    offset += line.length + 1;
  }
  return undefined;
};

const PARSER_PROBLEMS: { readonly [code: string]: readonly [problem: string, fix: string] } = {
  TAB_AS_INDENT: [
    'A tab stands where the line is indented; YAML allows only blanks there.',
    'Replace the tab by blanks, as many as the lines around it have.',
  ],
  BAD_INDENT: ['The indentation does not fit the lines before.', 'Begin keys that belong together in the same column.'],
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

const faultOfParser = (problem: YAMLParseError | YAMLWarning, file: string, place: Place, line: string): Fault => {
  const [sentence, usual] = PARSER_PROBLEMS[problem.code] ?? [
    `This is not YAML: ${problem.message.split('\n')[0]}.`,
    'Check the indentation, the colons and the quotes here.',
  ];
  return fault('not-yaml', file, place, { problem: sentence, fix: line.includes('{{') ? TEMPLATE_FIX : usual });
};
