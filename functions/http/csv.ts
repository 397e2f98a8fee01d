/**
 * Tables for spreadsheets (RFC 4180).
 *
 * Promises: whatever a text holds stays in its cell, and no cell is a formula, whoever typed it. With the mark by which
 * spreadsheets know UTF-8.
 */
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { safely } from './replies.ts';

export type CsvCell = string | number | undefined;

export const wantsCsv = ({ query }: Pick<HttpRequest, 'query'>): boolean =>
  new URLSearchParams(query).get('format') === 'csv';

/** Which table of a page is asked for. */
export const tableIn = ({ query }: Pick<HttpRequest, 'query'>): string | undefined =>
  new URLSearchParams(query).get('table') ?? undefined;

/** @param name of the file, without its ending. */
export const csvReply = (
  name: string,
  header: readonly string[],
  rows: readonly (readonly CsvCell[])[],
): HttpResponse =>
  safely({
    status: 200,
    headers: [
      ['content-type', 'text/csv; charset=utf-8'],
      ['content-disposition', `attachment; filename="${name.replaceAll(/[^\w.-]+/g, '-')}.csv"`],
    ],
    body: `\ufeff${[header, ...rows].map((row) => row.map(cellText).join(',')).join('\r\n')}\r\n`,
  });

const cellText = (cell: CsvCell): string => {
  if (typeof cell === 'number') return String(cell);
  const text = cell ?? '';
  // A cell that begins so is reckoned by a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
