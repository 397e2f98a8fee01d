/**
 * A YAML text as plain JSON, with the place of every key and value.
 *
 * Promises: any text whatever gives either a value or located faults, within the time that it takes
 * to read a quarter of a megabyte; nothing is thrown. Hides: who reads it (plain-yaml.ts, or the library).
 */
import { type At, type Lines, readAnyYaml } from './any-yaml.ts';
import { type FactsOf, type Fault, fault, type Place } from './faults.ts';
import { readPlainYaml } from './plain-yaml.ts';
import type { YamlComment, YamlMap, YamlNode, YamlPair, YamlScalar } from './yaml-node.ts';

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
  /** The value at a path as it is written. */
  readonly written: (path: Path) => string;
};

export type YamlFile = {
  readonly value: Json;
  readonly places: Places;
  readonly comments: readonly YamlComment[];
};

/** Some fifty pages. */
const LARGEST_KB = 256;

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
  const plain = readPlainYaml(text);
  const { root, comments, faults } =
    plain === undefined ? readAnyYaml(text, file, { lines, at }) : { ...plain, faults: [] };
  if (root === undefined) return { faults };
  const told: Fault[] = [...faults];
  const value = toJson(root, (code, key, facts) =>
    told.push(fault(code, file, at(key.from, key.to - key.from), facts)),
  );
  // Where a key stands twice the first counts, so that what else is wrong can be told.
  if (told.some(({ code }) => code !== 'duplicate-key')) return { faults: told };
  return { yaml: { value, places: placesIn(root, text, at), comments }, faults: told };
};

type Report = <C extends 'duplicate-key' | 'bad-id'>(code: C, key: YamlScalar, facts: FactsOf<C>) => void;

const toJson = (node: YamlNode | null, report: Report): Json => {
  if (node === null) return null;
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map((item) => toJson(item, report));
    case 'map': {
      const result: { [key: string]: Json } = {};
      for (const { name, key, value } of node.pairs) {
        if (Object.hasOwn(result, name)) report('duplicate-key', key, { key: name });
        else if (name === '__proto__') report('bad-id', key, { what: 'a key', id: name, form: 'another word' });
        else result[name] = toJson(value, report);
      }
      return result;
    }
  }
};

type PairsOf = (map: YamlMap) => ReadonlyMap<string, YamlPair>;

/** The pairs of a map by key, the first where one is there twice; of a map that was asked for before, the same again. */
const indexPairs = (): PairsOf => {
  const known = new Map<YamlMap, ReadonlyMap<string, YamlPair>>();
  return (map) => {
    let pairs = known.get(map);
    if (pairs === undefined) {
      pairs = new Map([...map.pairs].reverse().map((pair) => [pair.name, pair] as const));
      known.set(map, pairs);
    }
    return pairs;
  };
};

/** What stands at a path, or the nearest thing around it; looked for only when somebody asks. */
const locate = (root: YamlNode, path: Path, pairsOf: PairsOf): { readonly key?: YamlNode; readonly node: YamlNode } => {
  let key: YamlNode | undefined;
  let node = root;
  for (const part of path) {
    if (node.kind === 'list' && typeof part === 'number') {
      const item = node.items[part];
      if (item === null || item === undefined) break;
      key = undefined;
      node = item;
    } else if (node.kind === 'map') {
      const pair = pairsOf(node).get(String(part));
      if (pair === undefined) break;
      key = pair.key;
      node = pair.value ?? pair.key;
    } else break;
  }
  return key === undefined ? { node } : { key, node };
};

const placesIn = (root: YamlNode, text: string, at: At): Places => {
  const pairsOf = indexPairs();
  const aligned = new Map<YamlNode, readonly number[]>();
  const placeOfNode = ({ from, to }: YamlNode): Place => at(from, Math.max(1, to - from));
  const ofValue = (path: Path): Place => placeOfNode(locate(root, path, pairsOf).node);
  return {
    ofValue,
    ofKey: (path) => {
      const { key, node } = locate(root, path, pairsOf);
      return placeOfNode(key ?? node);
    },
    written: (path) => {
      const { from, to } = locate(root, path, pairsOf).node;
      return text.slice(from, to);
    },
    within: (path, offset, length) => {
      const { node } = locate(root, path, pairsOf);
      if (node.kind !== 'scalar' || typeof node.value !== 'string') return ofValue(path);
      const offsets = aligned.get(node) ?? align(node.value, text.slice(node.from, node.to));
      aligned.set(node, offsets);
      const index = offsets[offset];
      return index === undefined
        ? ofValue(path)
        : at(node.from + index, (offsets[offset + length - 1] ?? index) - index + 1);
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

const lazyLines = (text: string): Lines => {
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

const placeOf = (lines: ReturnType<Lines>, text: string, offset: number, length: number): Place => {
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
