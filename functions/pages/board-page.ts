/** The board: where every run stands, who has it, what is late. */
import { markup } from './markup.ts';
import { type Frame, page } from './page.ts';
import { PAGE_WORDS } from './page-words.ts';

export const boardPage = ({
  frame,
  runs,
}: {
  readonly frame: Frame;
  readonly runs: readonly { readonly title: string; readonly href: string }[];
}): string =>
  page({
    title: PAGE_WORDS.board.title,
    frame,
    wide: true,
    body: markup`<h1>${PAGE_WORDS.board.title}</h1>
<ul>${runs.map(({ title, href }) => markup`<li><a href="${href}">${title}</a></li>`)}</ul>`,
  });
