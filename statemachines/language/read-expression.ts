/**
 * From the text of an expression to its tree, or to what cannot be read in it and where.
 *
 * Hides: the jsonata package's parser; hyphens in step ids, which JSONata reads as minus.
 */
import jsonata from 'jsonata';
import { type Ast, convert, ROOTS, Unsupported } from './convert-expression.ts';
import type { Expr } from './expression-tree.ts';
import { oncePer } from './once.ts';

export type ExpressionProblem = {
  readonly code: 'bad-expression' | 'unsupported-expression';
  readonly what: string;
  readonly offset: number;
  readonly length: number;
};
export type ReadExpression =
  | { readonly expr: Expr; readonly problem?: undefined }
  | { readonly problem: ExpressionProblem; readonly expr?: undefined };

/**
 * @param stepIds ids that may stand unquoted behind `steps.`, also with hyphens.
 * @param items names of the items of an each, which lead out of the expression as `inputs` does.
 */
export const readExpression = (
  text: string,
  stepIds: ReadonlySet<string> = NO_STEPS,
  items: Iterable<string> = [],
): ReadExpression => {
  const itemNames = [...items];
  if (stepIds === NO_STEPS) return readAlone(text, stepIds, itemNames);
  const read = readBeside(stepIds);
  const key = [text, ...itemNames].join('\0');
  let known = read.get(key);
  if (known === undefined) {
    known = readAlone(text, stepIds, itemNames);
    read.set(key, known);
  }
  return known;
};

const NO_STEPS: ReadonlySet<string> = new Set();
/** Several checks and the compiler ask for the same expressions of a workflow: read once for each workflow's steps. */
const readBeside = oncePer((_stepIds: ReadonlySet<string>): Map<string, ReadExpression> => new Map());

const readAlone = (text: string, stepIds: ReadonlySet<string>, items: readonly string[]): ReadExpression => {
  const bad = (what: string, offset = 0, length = 1): ReadExpression => ({
    problem: { code: 'bad-expression', what, offset: Math.min(offset, Math.max(0, text.length - 1)), length },
  });
  if (text.trim() === '') return bad('there is nothing in it.');
  if (text.length > LONGEST)
    return bad(
      `it has ${text.length.toLocaleString('en-GB')} characters; at most ${LONGEST.toLocaleString('en-GB')} are read.`,
    );
  const { quoted, offsetIn } = quoteStepIds(text, stepIds);
  let ast: Ast;
  try {
    ast = jsonata(quoted).ast() as unknown as Ast;
  } catch (cause) {
    if (cause instanceof RangeError) return bad('it is nested too deep.');
    const {
      code,
      position,
      token = '',
      value,
    } = cause as { code?: string; position?: number; token?: string; value?: unknown };
    const width = token === '(end)' ? 0 : Math.max(1, String(code === 'S0213' ? value : token).length);
    return bad(problemOf(cause as ParserError), offsetIn(Math.max(0, (position ?? 0) - width)), Math.max(1, width));
  }
  try {
    return { expr: convert(ast, { root: true, bound: new Set(), offsetIn, leadOut: new Set([...ROOTS, ...items]) }) };
  } catch (cause) {
    if (!(cause instanceof Unsupported)) throw cause;
    const offset = Math.min(Math.max(0, offsetIn(cause.offset)), text.length - 1);
    return { problem: { code: 'unsupported-expression', what: cause.what, offset, length: cause.length } };
  }
};

/** What is nested deeper than this many characters allow would exhaust the stack. */
const LONGEST = 2_000;

type ParserError = {
  readonly code?: string;
  readonly message?: string;
  readonly token?: string;
  readonly value?: unknown;
};

/** What jsonata's parser objects to, in the author's words. */
const problemOf = ({ code = '', message = 'it is no expression', token = '', value }: ParserError): string => {
  switch (code) {
    case 'S0101':
      return 'a text has no closing quote.';
    case 'S0105':
      return 'a name in backquotes has no closing backquote.';
    case 'S0106':
      return 'a comment has no closing `*/`.';
    case 'S0201':
      return `\`${token}\` does not belong here.`;
    case 'S0202':
      return `a \`${value}\` should stand where \`${token}\` is.`;
    case 'S0203':
      return `it ends where a \`${value}\` should still come.`;
    case 'S0204':
      return `\`${token}\` has no meaning here.`;
    case 'S0207':
      return 'it ends too early.';
    case 'S0211':
      return token === '='
        ? 'an `=` has nothing before it; two values are compared with a single `=`.'
        : `\`${token}\` has nothing before it.`;
    case 'S0213':
      return `\`${value}\` cannot stand behind a dot as it is; put it into backquotes.`;
    case 'S0217':
      return '`%` has nothing around it that it could mean.';
    default:
      return /[.!?]$/.test(message) ? message : `${message}.`;
  }
};

/** `steps.approve-outline.x` becomes `steps.\`approve-outline\`.x`; texts in quotes stay as they are. */
const quoteStepIds = (text: string, stepIds: ReadonlySet<string>) => {
  if (!text.includes('steps') || stepIds.size === 0) return { quoted: text, offsetIn: (position: number) => position };
  const inserted: number[] = [];
  let quoted = '';
  let rest = 0;
  const quote = (start: number, id: string): void => {
    quoted += `${text.slice(rest, start)}\`${id}\``;
    inserted.push(start + inserted.length, start + inserted.length + 1 + id.length);
    rest = start + id.length;
  };
  const token =
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*[\s\S]*?\*\/|\bsteps\s*\.\s*([a-z0-9]+(?:-[a-z0-9]+)*)/g;
  for (const match of text.matchAll(token)) {
    if (match[1] === undefined) continue;
    const words = match[1].split('-');
    while (words.length > 0 && !stepIds.has(words.join('-'))) words.pop();
    // A step is no number that something could be taken from: where none fits, the whole is a misspelt id.
    const id = words.length > 0 ? words.join('-') : match[1];
    const start = match.index + match[0].length - match[1].length;
    const plain =
      (/^[a-z][a-z0-9]*$/.test(id) && !['true', 'false', 'null'].includes(id)) ||
      (words.length === 0 && !id.includes('-'));
    if (!plain) quote(start, id);
    // A step within an each: `steps.posts.write-post`.
    const nested = /\s*\.\s*([a-z0-9]+(?:-[a-z0-9]+)+)/y;
    nested.lastIndex = start + id.length;
    const inner = words.length > 0 ? nested.exec(text)?.[1] : undefined;
    if (inner === undefined) continue;
    const parts = inner.split('-');
    while (parts.length > 1 && !stepIds.has(parts.join('-'))) parts.pop();
    if (parts.length > 1) quote(nested.lastIndex - inner.length, parts.join('-'));
  }
  quoted += text.slice(rest);
  return { quoted, offsetIn: (position: number) => position - inserted.filter((at) => at < position).length };
};

/** `100.000`, which is 100: nobody writes three noughts behind a point, unless they stand for thousands. */
export const numbersLikeThousands = (text: string): readonly { readonly number: string; readonly offset: number }[] =>
  !text.includes('.000')
    ? []
    : [
        ...text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\/\*[\s\S]*?\*\/|\b([1-9]\d{0,2}\.000)(?!\d)/g),
      ].flatMap(({ index, 1: number }) => (number === undefined ? [] : [{ number, offset: index }]));

export const oddNumber = (
  number: string,
): { readonly number: string; readonly meant: string; readonly whole: string } => ({
  number,
  meant: number.replace('.', ''),
  whole: String(Number(number)),
});
