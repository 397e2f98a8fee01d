/**
 * Signing in by a mailed link (L18).
 *
 * Promises: a link works for 15 minutes and once, and by itself only in the browser that asked for it; in another one
 * a six-digit code goes to the same address first. Whoever asks is told the same for every address, known or not, and
 * counted the same. Only hashes are kept.
 * Hides: the records.
 *
 * An address can be asked for three times in ten minutes, so nobody's mailbox is filled; and one network thirty times,
 * which is a whole office in the morning.
 */

import { z } from 'zod';
import { SAID } from '../words/said.ts';
import { askForCode, checkCode } from './codes.ts';
import { freshId, keyOfId } from './cookies.ts';
import type { Ports } from './ports.ts';
import { changeRecord } from './records.ts';
import { beginSession } from './sessions.ts';
import { addressKey } from './throttle.ts';
import { sha256 } from './webhooks/digests.ts';

const KIND = 'sign-in';
const COUNT_KIND = 'sign-in-count';
const VALID_MS = 15 * 60_000;
const WINDOW_MS = 10 * 60_000;
const MOST = { address: 3, network: 30 };

const kept = z.object({ person: z.string(), browser: z.string(), to: z.string(), asked: z.string() });
type Kept = z.output<typeof kept>;
export type FoundSignIn = Kept & { readonly key: string };

/**
 * @param browser the id that the asking browser has as a cookie. @param to a path of ours, where they wanted to go.
 * @returns nothing, whatever the address.
 */
export const askToSignIn = async (
  ports: Ports,
  { email, browser, from, to }: { email: string; browser: string; from: string; to: string },
): Promise<void> => {
  const address = email.trim().toLowerCase();
  const counted = await Promise.all([
    isWithin(ports, `address:${sha256(address).toString('base64url')}`, MOST.address),
    isWithin(ports, `network:${addressKey(from)}`, MOST.network),
  ]);
  const person = ports.catalogue.team.people.find((one) => one.email.toLowerCase() === address);
  const token = freshId(ports.chance);
  const now = ports.clock.now();
  // Written for a stranger too, so that their answer takes as long; nobody ever has its token.
  await ports.records.write(
    KIND,
    keyOfId(token),
    { person: person?.id ?? '', browser: keyOfId(browser), to, asked: now },
    { expires: after(now, VALID_MS) },
  );
  if (person === undefined || !counted.every(Boolean)) return;
  const outcome = await ports.mailbox.send({
    id: `sign-in/${keyOfId(token)}`,
    lane: 'code',
    to: { name: person.name, email: person.email },
    ...ports.mails.signIn({ name: person.name }, `${ports.settings.base_url}/sign-in/${token}`),
  });
  if (outcome !== 'sent') ports.log.warn('a mail to sign in was refused', { person: person.id });
};

export const findSignIn = async (
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
  token: string,
): Promise<FoundSignIn | undefined> => {
  const key = keyOfId(token);
  const read = kept.safeParse((await records.read(KIND, key))?.value);
  if (!read.success || read.data.person === '') return undefined;
  return Date.parse(clock.now()) - Date.parse(read.data.asked) < VALID_MS ? { ...read.data, key } : undefined;
};

export type SignedIn =
  | { readonly outcome: 'signed-in' /** For the cookie. */; readonly session: string }
  | { readonly outcome: 'code'; readonly problem?: string }
  /** Used meanwhile, or of somebody who has left. */
  | { readonly outcome: 'dead' };

/** @param code what was typed; undefined where none was asked for yet. */
export const signIn = async (
  ports: Ports,
  found: FoundSignIn,
  { browser, code }: { readonly browser: string | undefined; readonly code: string | undefined },
): Promise<SignedIn> => {
  const person = ports.catalogue.team.people.find(({ id }) => id === found.person);
  if (person === undefined) return { outcome: 'dead' };
  const link = `sign-in:${found.key}`;
  if (browser === undefined || keyOfId(browser) !== found.browser) {
    if (code === undefined) {
      const asked = await askForCode(ports, { link, person: person.id });
      if (asked.outcome === 'too-many')
        return { outcome: 'code', problem: SAID.code.noMore(Math.ceil(asked.wait_seconds / 60)) };
      await ports.mailbox.send({
        id: `sign-in-code/${found.key}/${freshId(ports.chance)}`,
        lane: 'code',
        to: { name: person.name, email: person.email },
        ...ports.mails.code({ name: person.name }, asked.code),
      });
      return { outcome: 'code' };
    }
    const checked = await checkCode(ports, { link, person: person.id }, code);
    if (checked.outcome === 'wrong') return { outcome: 'code', problem: SAID.code.wrong(checked.left) };
    if (checked.outcome !== 'right') return { outcome: 'code', problem: SAID.code.slips[checked.outcome] };
  }
  if (!(await takeOnce(ports, found.key))) return { outcome: 'dead' };
  return { outcome: 'signed-in', session: await beginSession(ports, { person: person.id, how: 'mailed' }) };
};

/** Of two posts at the same time, one. */
const takeOnce = async ({ records }: Pick<Ports, 'records'>, key: string): Promise<boolean> => {
  const outcome = await changeRecord(records, KIND, key, (found) => {
    const read = kept.safeParse(found?.value);
    if (!read.success || read.data.person === '') return { outcome: { taken: false } };
    return {
      outcome: { taken: true },
      value: { ...read.data, person: '' },
      keep: { expires: after(read.data.asked, VALID_MS) },
    };
  });
  return outcome?.taken === true;
};

const times = z.array(z.string());

const isWithin = async (
  { records, clock }: Pick<Ports, 'records' | 'clock'>,
  who: string,
  most: number,
): Promise<boolean> => {
  const outcome = await changeRecord(records, COUNT_KIND, who, (found) => {
    const now = clock.now();
    const before = (times.safeParse(found?.value).data ?? []).filter(
      (at) => Date.parse(now) - Date.parse(at) < WINDOW_MS,
    );
    // What is turned away is not counted, so that nobody can be kept out for longer than the window.
    if (before.length >= most) return { outcome: { within: false } };
    return { outcome: { within: true }, value: [...before, now], keep: { expires: after(now, WINDOW_MS) } };
  });
  return outcome?.within === true;
};

const after = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();
