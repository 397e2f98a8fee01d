/**
 * Plain HTML forms on pages of ours or others (W10, W11).
 *
 * Promises: a form is taken from its own pages only, with its key, from somebody who left the trap empty and took as
 * long as a person needs. A robot that is caught sees what a person sees who was not: the same 303 to the same address.
 * Nobody is sent to an address that is not listed. Hides: the names of the fields that do this.
 */
import type { Fields, Hook } from '../../../statemachines/language/workflow.ts';
import { type Delivery, type Header, readHeader } from './delivery.ts';
import { anySame, sha256 } from './digests.ts';
import { readStamp } from './form-stamp.ts';
import type { Payload } from './payload.ts';
import { MOST_SECRETS } from './verify-delivery.ts';

export type FormRules = {
  /** `https://www.example.com`: exactly as browsers send it. */
  readonly origins: readonly string[];
  /** Where people go afterwards; the first unless the form asks for another of them. */
  readonly next: readonly [string, ...string[]];
  /** The trap: a field that people do not see. */
  readonly honeypot: string;
  /** Without this, how long filling in took is not asked: a page of somebody else's has no stamp. */
  readonly stamp?: {
    readonly keys: readonly string[];
    /** Milliseconds; faster is no person. */
    readonly least: number;
    /** Milliseconds; whoever had it open for longer opens it again. */
    readonly longest: number;
  };
};

/** Where people are told that it arrived, unless hooks.yaml says where else. */
export const THANKS = '/thanks';

/** @param inputs of the workflow: the trap bears the name of none. @param base_url our own pages may always send it. */
export const formRulesOf = (
  { origins = [], thanks = [] }: Pick<Hook, 'origins' | 'thanks'>,
  inputs: Fields,
  base_url: string,
): FormRules => {
  const ours = `${base_url}${THANKS}`;
  const [first = ours, ...others] = thanks;
  return {
    origins: [new URL(base_url).origin, ...origins],
    next: [first, ...others, ours],
    honeypot: Object.hasOwn(inputs, 'website') ? '_website' : 'website',
  };
};

/** Fields that are the form's and not the payload's. */
export const OWN = { key: '_key', stamp: '_stamp', next: '_next', id: '_id' } as const;

export type FormFinding =
  | { readonly outcome: 'person'; readonly location: string; readonly payload: Payload }
  | { readonly outcome: 'robot'; readonly location: string; readonly reason: 'honeypot' | 'no-stamp' | 'too-fast' }
  | { readonly outcome: 'refused'; readonly reason: 'wrong-form-key' }
  | { readonly outcome: 'expired'; readonly location: string };

/** Before anything is read: whether it comes from a page that may send it. A browser says so on every POST. */
export const originFits = ({ origins }: Pick<FormRules, 'origins'>, delivery: Delivery): boolean => {
  const origin = readHeader(delivery, 'origin').value;
  return origin !== undefined && origin !== 'null' && origins.includes(origin);
};

/** @param keys the form's, at most two live ones; undefined when the hook names none. */
export const examineForm = (
  source: string,
  rules: FormRules,
  keys: readonly string[] | undefined,
  fields: Payload,
  now: number,
): FormFinding => {
  const textOf = (name: string): string => {
    const value = Object.hasOwn(fields, name) ? (fields as { readonly [field: string]: unknown })[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  if (keys !== undefined && !keyFits(textOf(OWN.key), keys)) return { outcome: 'refused', reason: 'wrong-form-key' };

  const asked = textOf(OWN.next);
  const location = rules.next.includes(asked) ? asked : rules.next[0];
  const trap = (fields as { readonly [field: string]: unknown })[rules.honeypot];
  if (Object.hasOwn(fields, rules.honeypot) && trap !== '') return { outcome: 'robot', location, reason: 'honeypot' };
  if (rules.stamp !== undefined) {
    const opened = readStamp(source, rules.stamp.keys.slice(0, MOST_SECRETS), textOf(OWN.stamp));
    if (opened === undefined) return { outcome: 'robot', location, reason: 'no-stamp' };
    if (now - opened < rules.stamp.least) return { outcome: 'robot', location, reason: 'too-fast' };
    if (now - opened > rules.stamp.longest) return { outcome: 'expired', location };
  }
  const own: readonly string[] = [...Object.values(OWN), rules.honeypot];
  const payload = Object.fromEntries(Object.entries(fields).filter(([name]) => !own.includes(name)));
  return { outcome: 'person', location, payload };
};

const keyFits = (given: string, keys: readonly string[]): boolean =>
  anySame(
    [sha256('form key\0', given)],
    keys
      .filter((key) => key.trim() !== '')
      .slice(0, MOST_SECRETS)
      .map((key) => sha256('form key\0', key)),
  );

/**
 * The CORS headers for one origin: exact, for one method, never with credentials (W11). Whoever is not listed gets
 * none, and `vary` either way, so that no cache mixes them up.
 */
export const corsHeaders = (
  { origins }: Pick<FormRules, 'origins'>,
  delivery: Pick<Delivery, 'headers' | 'method'>,
): readonly Header[] => {
  const vary: Header = ['vary', 'Origin'];
  const origin = readHeader(delivery, 'origin').value;
  if (origin === undefined || origin === 'null' || origin === '*' || !origins.includes(origin)) return [vary];
  const allowed: Header = ['access-control-allow-origin', origin];
  if (delivery.method !== 'OPTIONS') return [allowed, vary];
  return [
    allowed,
    ['access-control-allow-methods', 'POST'],
    ['access-control-allow-headers', 'content-type'],
    ['access-control-max-age', '600'],
    vary,
  ];
};
