/** What went wrong, without saying more than helps. */
import { markup } from './markup.ts';
import { PLACES, page } from './page.ts';
import { PAGE_WORDS } from './page-words.ts';

export type ProblemView = {
  readonly status: number;
  /** A sentence for people. */
  readonly title: string;
  /** Under which it stands in the log. */
  readonly reference?: string | undefined;
  readonly nav?: 'other' | undefined;
};

export const problemPage = ({ status, title, reference, nav }: ProblemView): string =>
  page({
    title,
    nav,
    body: markup`<p class="kicker">${status}</p>
<h1>${title}</h1>
${reference !== undefined && markup`<p>${PAGE_WORDS.problem.reference(reference)}</p>\n`}${nav !== undefined && markup`<p><a href="${PLACES.home}">${PAGE_WORDS.problem.home}</a></p>`}`,
  });
