/** What went wrong, without saying more than helps. */

import { PAGE_WORDS } from '../words/page-words.ts';
import { markup } from './markup.ts';
import { type Frame, PLACES, page } from './page.ts';

export type ProblemView = {
  readonly status: number;
  /** A sentence for people. */
  readonly title: string;
  /** Under which it stands in the log. */
  readonly reference?: string | undefined;
  readonly frame?: Frame | undefined;
};

export const problemPage = ({ status, title, reference, frame }: ProblemView): string =>
  page({
    title,
    frame,
    body: markup`<p class="kicker">${status}</p>
<h1>${title}</h1>
${reference !== undefined && markup`<p>${PAGE_WORDS.problem.reference(reference)}</p>\n`}${frame !== undefined && markup`<p><a href="${PLACES.board}">${PAGE_WORDS.problem.home}</a></p>`}`,
  });
