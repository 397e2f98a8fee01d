/**
 * What the commands print.
 *
 * Promises: plain text where it is no terminal or NO_COLOR is set. Hides: colours, columns, code frames.
 */
import { styleText } from 'node:util';
import type { Fault } from '../../statemachines/language/faults.ts';

type Style = Parameters<typeof styleText>[0];
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(style, text, { stream });

export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};
export const printProblem = (text: string): void => {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** A fault with the line that it is about, and the place marked. Tabs and long lines keep the mark where it belongs. */
export const faultText = (
  fault: Fault,
  source: string | undefined,
  stream: NodeJS.WriteStream = process.stdout,
): string => {
  const colour: Style = fault.severity === 'error' ? 'red' : 'yellow';
  const head = `${styled('bold', `${fault.file}:${fault.line}:${fault.column}`, stream)} ${styled(colour, fault.severity, stream)} ${fault.message} ${styled('dim', `[${fault.code}]`, stream)}`;
  const line = source?.split(/\r?\n/)[fault.line - 1];
  const frame: string[] = [];
  if (line !== undefined && line.trim() !== '') {
    const number = String(fault.line).padStart(4);
    const from = Math.max(0, fault.column - 61);
    const shown = line.slice(from, from + 100).replaceAll(/\p{Cc}/gu, ' ');
    const column = fault.column - 1 - from;
    const length = Math.max(1, Math.min(fault.length, shown.length - column));
    frame.push(
      `${styled('dim', `${number} |`, stream)} ${from > 0 ? '…' : ''}${shown}${line.length > from + 100 ? '…' : ''}`,
    );
    frame.push(
      `${styled('dim', '     |', stream)} ${' '.repeat(column + (from > 0 ? 1 : 0))}${styled(colour, '^'.repeat(length), stream)}`,
    );
  }
  return [head, ...frame, `       ${fault.fix}`, ''].join('\n');
};

/** After so many of one file nobody reads on. */
const MOST_SHOWN = 100;

/** Faults as `faultText` has them: of a file with very many the first, errors before warnings, and how many more there are. */
export const faultsText = (
  faults: readonly Fault[],
  textOf: (file: string) => string | undefined,
  stream: NodeJS.WriteStream = process.stdout,
): string =>
  [...Map.groupBy(faults, ({ file }) => file)]
    .map(([file, all]) => {
      const text = textOf(file);
      const own = all.filter(({ code }) => code !== 'more-faults');
      const shown = new Set(
        own
          .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
          .slice(0, MOST_SHOWN),
      );
      const more = own.length - shown.size;
      return [
        ...all.filter((one) => shown.has(one) || !own.includes(one)).map((one) => faultText(one, text, stream)),
        ...(more > 0 ? [`${file}: and ${counted(more, 'more fault')}; mend these first.\n`] : []),
      ].join('\n');
    })
    .join('\n');

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Columns as wide as their widest cell; numbers to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*( h)?$/.test(row[column] ?? '')),
  );
  const write = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  return [styled('bold', write(head)), ...rows.map(write)].join('\n');
};
