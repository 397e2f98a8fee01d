/**
 * Reads YAML as workflows are nearly always written: block maps and lists, texts on one line, `|` and `>-`, and
 * `[ ]` and `{ }` on one line.
 *
 * Promises: what it reads, it reads exactly as the YAML library does, places and comments included (a test compares
 * the two); on anything else, be it wrong or only unusual, it gives up, and the library has the say. It finds no faults.
 * Why there is one: the library takes ten times as long, which was half of all the time that a check takes, and
 * a file that is plain need not load it.
 */
import type { YamlComment, YamlList, YamlMap, YamlNode, YamlPair, YamlScalar } from './yaml-node.ts';

export type PlainYaml = { readonly root: YamlNode; readonly comments: readonly YamlComment[] };

/** @returns undefined where the text is not plain. Line ends must be `\n`, and no tab may be in it. */
export const readPlainYaml = (text: string): PlainYaml | undefined => {
  if (text.includes('\t') || text.includes('\r')) return undefined;
  try {
    return new PlainReader(text).read();
  } catch (cause) {
    if (cause instanceof NotPlain) return undefined;
    throw cause;
  }
};

class NotPlain extends Error {}
const giveUp = (): never => {
  throw new NotPlain();
};

/** Deeper than this the library is to say whether it is too deep. */
const DEEPEST = 30;

const NEWLINE = 10;
const BLANK = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const GREATER = 62;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const BAR = 124;
const CLOSE_MAP = 125;

/** A key, with the colon and the blank or line end behind it. */
const KEY = /[A-Za-z_][A-Za-z0-9_-]{0,99}:(?=[ \n]|$)/y;
const BLOCK_HEADER = /(?:\||>-)(?= *(?:\n| #))/y;
/** With these, or a `-` and a blank, no plain text begins. */
const INDICATORS = '?:,[]{}#&*!|>\'"%@`~';
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

class PlainReader {
  private readonly text: string;
  private readonly comments: YamlComment[] = [];
  /** Of the line at hand: where it begins, its number, its column and place of what comes next, and where it ends. */
  private start = 0;
  private line = 1;
  private column = -1;
  private next = 0;
  private end = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): PlainYaml {
    this.toContent();
    if (this.column !== 0) giveUp();
    const root = this.readBlock(0);
    return this.column === -1 ? { root, comments: this.comments } : giveUp();
  }

  /** From the beginning of a line to the next that holds something; column -1 at the end of the text. */
  private toContent(): void {
    const { text } = this;
    for (;;) {
      let at = this.start;
      while (text.charCodeAt(at) === BLANK) at++;
      if (at >= text.length) {
        this.column = -1;
        return;
      }
      const first = text.charCodeAt(at);
      this.setEnd(at);
      if (first !== NEWLINE && first !== HASH) {
        this.column = at - this.start;
        this.next = at;
        return;
      }
      if (first === HASH) this.noteComment(at);
      this.start = this.end + 1;
      this.line++;
    }
  }

  private setEnd(at: number): void {
    const end = this.text.indexOf('\n', at);
    this.end = end < 0 ? this.text.length : end;
  }

  private noteComment(at: number): void {
    this.comments.push({ text: this.text.slice(at + 1, this.end).trim(), line: this.line });
  }

  /** Behind a value nothing but a comment may stand on the line. */
  private endLine(from: number): void {
    let at = from;
    while (this.text.charCodeAt(at) === BLANK) at++;
    if (at < this.end) {
      if (this.text.charCodeAt(at) !== HASH || at === from) giveUp();
      this.noteComment(at);
    }
    this.start = this.end + 1;
    this.line++;
    this.toContent();
  }

  private isDash(at: number): boolean {
    return this.text.charCodeAt(at) === DASH && this.text.charCodeAt(at + 1) === BLANK;
  }

  /** Where the key ends that begins at a place; -1 where none does. */
  private keyEnd(at: number): number {
    KEY.lastIndex = at;
    return KEY.test(this.text) ? KEY.lastIndex - 1 : -1;
  }

  private readBlock(column: number): YamlNode {
    this.depth++;
    if (this.depth > DEEPEST) giveUp();
    const node = this.isDash(this.next) ? this.readList(column) : this.readMap(column);
    this.depth--;
    return node;
  }

  private readMap(column: number): YamlMap {
    const from = this.next;
    const pairs: YamlPair[] = [];
    let to = from;
    do {
      const at = this.next;
      const keyEnd = this.keyEnd(at);
      if (keyEnd < 0) giveUp();
      const name = this.text.slice(at, keyEnd);
      const value = this.readValue(keyEnd + 1, column);
      to = value.to;
      pairs.push({ name, key: { kind: 'scalar', value: name, from: at, to: keyEnd }, value });
    } while (this.column === column);
    if (this.column > column) giveUp();
    return { kind: 'map', pairs, from, to };
  }

  private readList(column: number): YamlList {
    const from = this.next;
    const items: YamlNode[] = [];
    let to = from;
    do {
      let at = this.next + 1;
      while (this.text.charCodeAt(at) === BLANK) at++;
      let item: YamlNode;
      if (this.keyEnd(at) >= 0) {
        this.column = at - this.start;
        this.next = at;
        item = this.readBlock(this.column);
      } else {
        if (at >= this.end || this.text.charCodeAt(at) === HASH) giveUp();
        item = this.readInline(at, column);
      }
      to = item.to;
      items.push(item);
    } while (this.column === column && this.isDash(this.next));
    if (this.column > column) giveUp();
    return { kind: 'list', items, from, to };
  }

  /** What stands behind a key, on its line or below it. */
  private readValue(behindKey: number, column: number): YamlNode {
    let at = behindKey;
    while (this.text.charCodeAt(at) === BLANK) at++;
    if (at < this.end && this.text.charCodeAt(at) !== HASH) return this.readInline(at, column);
    this.endLine(behindKey);
    if (this.column > column || (this.column === column && this.isDash(this.next))) return this.readBlock(this.column);
    return giveUp();
  }

  /** A value that begins on the line at hand, in a block of a column. Goes on to the next line. */
  private readInline(at: number, column: number): YamlNode {
    const first = this.text.charCodeAt(at);
    if (first === BAR || first === GREATER) return this.readBlockText(at, column);
    let node: YamlNode;
    if (first === OPEN_LIST || first === OPEN_MAP) node = this.readFlow(at);
    else if (first === QUOTE || first === APOSTROPHE) node = this.readQuoted(at);
    else node = this.readPlainText(at);
    this.endLine(node.to);
    // A text that goes on below, or a mistake.
    return this.column > column ? giveUp() : node;
  }

  private readPlainText(from: number): YamlScalar {
    const rest = this.text.slice(from, this.end);
    const comment = rest.indexOf(' #');
    const source = trimmedEnd(comment < 0 ? rest : rest.slice(0, comment));
    const to = from + source.length;
    if (source.includes(': ') || source.endsWith(':')) giveUp();
    return { kind: 'scalar', value: this.valueOf(source), from, to };
  }

  /** What a text without quotes means. */
  private valueOf(source: string): null | boolean | number | string {
    const first = source.charAt(0);
    if (INDICATORS.includes(first)) giveUp();
    if ((first < '0' || first > '9') && first !== '-' && first !== '+' && first !== '.') {
      const word = source.length <= 5 ? WORDS.get(source) : undefined;
      return word === undefined ? source : word;
    }
    if (first === '-' && (source.length === 1 || source.charAt(1) === ' ')) giveUp();
    if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(source)) {
      const number = Number(source);
      // Too large for a number: the library is to say what it is then.
      return Number.isFinite(number) ? number : giveUp();
    }
    // Infinity, hexadecimal, exponents.
    if (/^(?:[-+]?(?:\.|[\d.]+e)|0[xo])/i.test(source)) giveUp();
    return source;
  }

  private readQuoted(from: number): YamlScalar {
    const { text, end } = this;
    const isDouble = text.charCodeAt(from) === QUOTE;
    const sign = isDouble ? '"' : "'";
    let close = text.indexOf(sign, from + 1);
    let doubled = false;
    while (!isDouble && close >= 0 && text.charCodeAt(close + 1) === APOSTROPHE) {
      doubled = true;
      close = text.indexOf(sign, close + 2);
    }
    if (close < 0 || close >= end) giveUp();
    const inside = text.slice(from + 1, close);
    if (isDouble && inside.includes('\\')) giveUp();
    return { kind: 'scalar', value: doubled ? inside.replaceAll("''", "'") : inside, from, to: close + 1 };
  }

  /** `[ ]` and `{ }` that end on their line. */
  private readFlow(from: number): YamlNode {
    this.depth++;
    if (this.depth > DEEPEST) giveUp();
    const { text, end } = this;
    const isList = text.charCodeAt(from) === OPEN_LIST;
    const close = isList ? CLOSE_LIST : CLOSE_MAP;
    const items: YamlNode[] = [];
    const pairs: YamlPair[] = [];
    let at = this.skipBlanks(from + 1);
    while (at < end && text.charCodeAt(at) !== close) {
      let value: YamlNode;
      if (isList) {
        value = this.readFlowValue(at);
        items.push(value);
      } else {
        const keyEnd = this.keyEnd(at);
        if (keyEnd < 0) giveUp();
        const name = text.slice(at, keyEnd);
        value = this.readFlowValue(this.skipBlanks(keyEnd + 1));
        pairs.push({ name, key: { kind: 'scalar', value: name, from: at, to: keyEnd }, value });
      }
      at = this.skipBlanks(value.to);
      if (text.charCodeAt(at) === COMMA) at = this.skipBlanks(at + 1);
      else if (text.charCodeAt(at) !== close) giveUp();
    }
    if (at >= end) giveUp();
    this.depth--;
    return isList ? { kind: 'list', items, from, to: at + 1 } : { kind: 'map', pairs, from, to: at + 1 };
  }

  private readFlowValue(at: number): YamlNode {
    const first = this.text.charCodeAt(at);
    if (first === OPEN_LIST || first === OPEN_MAP) return this.readFlow(at);
    if (first === QUOTE || first === APOSTROPHE) return this.readQuoted(at);
    return this.readFlowText(at);
  }

  private readFlowText(from: number): YamlScalar {
    const { text, end } = this;
    let to = from;
    for (; to < end; to++) {
      const sign = text.charCodeAt(to);
      if (sign === COMMA || sign === CLOSE_LIST || sign === CLOSE_MAP) break;
      if (sign === OPEN_LIST || sign === OPEN_MAP) giveUp();
      if (sign === HASH && text.charCodeAt(to - 1) === BLANK) giveUp();
      if (sign === COLON && (to + 1 >= end || ' ,[]{}'.includes(text.charAt(to + 1)))) giveUp();
    }
    while (text.charCodeAt(to - 1) === BLANK && to > from) to--;
    // Nothing, a lone `-`: the library knows what that is.
    if (to === from || (to === from + 1 && text.charCodeAt(from) === DASH)) giveUp();
    return { kind: 'scalar', value: this.valueOf(text.slice(from, to)), from, to };
  }

  private skipBlanks(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === BLANK) at++;
    return at;
  }

  /** `|` and `>-`: the lines below that are indented further. */
  private readBlockText(from: number, column: number): YamlScalar {
    BLOCK_HEADER.lastIndex = from;
    if (!BLOCK_HEADER.test(this.text)) giveUp();
    const isFolded = this.text.charCodeAt(from) === GREATER;
    const comment = this.skipBlanks(BLOCK_HEADER.lastIndex);
    if (comment < this.end) this.noteComment(comment);
    const lines: string[] = [];
    let indent = -1;
    let filled = 0;
    let to = this.end;
    for (;;) {
      this.start = this.end + 1;
      this.line++;
      // Whether a last line without its end has one is a question for the library.
      if (this.start >= this.text.length) break;
      this.setEnd(this.start);
      if (this.end === this.text.length) giveUp();
      const at = this.skipBlanks(this.start);
      if (at === this.end) {
        if (indent < 0 || at - this.start > indent) giveUp();
        lines.push('');
        continue;
      }
      const here = at - this.start;
      if (indent < 0) {
        if (here <= column) giveUp();
        indent = here;
      }
      if (here < indent) {
        if (here > column) giveUp();
        break;
      }
      // What is indented further, or ends in a blank, is not folded like the rest.
      if (isFolded && (here > indent || this.text.charCodeAt(this.end - 1) === BLANK)) giveUp();
      lines.push(this.text.slice(this.start + indent, this.end));
      filled = lines.length;
      to = this.end;
    }
    if (filled === 0) giveUp();
    lines.length = filled;
    this.toContent();
    return { kind: 'scalar', value: isFolded ? folded(lines) : `${lines.join('\n')}\n`, from, to };
  }
}

/** Other blanks than the ordinary one belong to the text. */
const trimmedEnd = (text: string): string => {
  let to = text.length;
  while (text.charCodeAt(to - 1) === BLANK) to--;
  return text.slice(0, to);
};

/** A single line end becomes a blank; of several, each but the first stays. */
const folded = (lines: readonly string[]): string => {
  let text = '';
  let empty = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') {
      empty++;
      continue;
    }
    if (index > 0) text += empty > 0 ? '\n'.repeat(empty) : ' ';
    text += line;
    empty = 0;
  }
  return text;
};
