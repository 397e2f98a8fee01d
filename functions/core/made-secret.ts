/** Secrets that we make up ourselves. */
import type { Chance } from './ports.ts';

/** What signs our forms and calls, and what stands in our addresses. All others belong to other systems. */
export const isOurSecret = (name: string): boolean =>
  name === 'forms' || name === 'calls' || name.startsWith('hook-path-');

/** One that stands in an address is written in letters that may; the others as Standard Webhooks writes them. */
export const madeSecret = (name: string, chance: Chance): string => {
  const bytes = Buffer.from(chance.bytes(32));
  return name.startsWith('hook-path-') ? bytes.toString('base64url') : `whsec_${bytes.toString('base64')}`;
};

/** At most two are live (W7). */
export const rotated = (before: readonly string[], next: string, alone: boolean): readonly string[] =>
  alone ? [next] : [next, ...before.filter((one) => one !== next)].slice(0, 2);
