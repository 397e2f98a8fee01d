/**
 * What somebody shows, held against the secrets that count.
 *
 * Promises: what was made with a secret that was changed a moment ago is not refused only because this instance has not
 * read it yet. What fits none of the secrets that are known is held against them once more, read anew; where they are
 * the same, the first word stands. How often they may be read anew is for the port to say: whoever sends what does not
 * fit must not be able to make us ask as often as they like.
 */
import type { Secrets } from './ports.ts';

/** @param fails whether what was found may be for want of the right secret. */
export const heldAgainst = async <Found>(
  secrets: Secrets,
  name: string,
  hold: (live: readonly string[]) => Found | Promise<Found>,
  fails: (found: Found) => boolean,
): Promise<Found> => {
  const live = await secrets.live(name);
  const found = await hold(live);
  if (!fails(found)) return found;
  const anew = await secrets.anew(name);
  return anew.every((secret) => live.includes(secret)) ? found : hold(anew);
};

/** Whether it fits one of them. */
export const fitsLive = (
  secrets: Secrets,
  name: string,
  fits: (live: readonly string[]) => boolean,
): Promise<boolean> => heldAgainst(secrets, name, fits, (does) => !does);
