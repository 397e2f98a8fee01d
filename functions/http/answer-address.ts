/**
 * Where somebody who is signed in answers a step of theirs; with `/give` behind it, where they hand it over; `told` says
 * what they have just sent from it.
 */
import type { Opening } from '../core/events.ts';
import { addressWith } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';

export const answerAddress = (
  { run, step, round, item }: Opening & { readonly run: string },
  more = '',
  told?: string,
): string =>
  addressWith(`${PLACES.work}/answer/${[run, step, String(round)].map(encodeURIComponent).join('/')}${more}`, {
    item,
    told,
  });
