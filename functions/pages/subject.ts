/**
 * Subjects that can be told apart in a narrow list: what to do first, then when, then in which run.
 *
 * Promises: one line, no control character, at most 120 characters; of long titles a part of each remains.
 */

import { WORDS } from '../words/words.ts';
import { cutText, oneLine } from './shown-text.ts';

const MOST = 120;

/** @param before words that say what kind of mail it is: `New link`, `Round 2`. */
export const subjectOf = (
  before: readonly (string | undefined)[],
  title: string,
  when?: string,
  run?: string,
): string => {
  const prefix = before
    .filter((one) => one !== undefined)
    .map((one) => `${one}: `)
    .join('');
  const rest = [when, run === undefined ? undefined : cutText(oneLine(run), 40)].filter(
    (one) => one !== undefined && one !== '',
  );
  const tail = rest.map((one) => `${WORDS.separator}${one}`).join('');
  const line = `${prefix}${cutText(oneLine(title), Math.max(20, MOST - prefix.length - tail.length))}${tail}`;
  return cutText(oneLine(line), MOST);
};
