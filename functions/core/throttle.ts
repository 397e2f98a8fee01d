/**
 * Who tries too often is slowed: people and robots at links, senders at webhooks (L15, W8).
 *
 * Promises: after ten failures within ten minutes an address waits, and so does whoever failed at a link that was
 * failed at ten times; waiting ends by itself, since what is turned away is not counted. A sender of webhooks is
 * admitted so often a minute and so often a day. What goes well writes nothing, but for webhooks, whose every
 * admission is counted.
 * Hides: the counters. Addresses are kept as hashes, for ten minutes.
 *
 * Nobody can be locked out of their link. A link that is failed at too often turns away the addresses that failed at
 * it, and no other; and whoever comes from a device on which the link's person is verified is never slowed. What
 * limits guessing from very many addresses is the number of codes of a link (codes.ts), not this.
 */
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { Ports, Records, Settings } from './ports.ts';
import { type Change, changeRecord } from './records.ts';
import { sha256 } from './webhooks/digests.ts';

export type Attempt = {
  /** The address of who asks. */
  readonly from: string;
  /** The link's key (`linkKey`), of a link that there never was too. */
  readonly link?: string;
};

type ThrottlePorts = Pick<Ports, 'records' | 'clock'> & { readonly settings: Pick<Settings, 'slows_down'> };

const KIND = 'failures';
const MOST = 10;
const WINDOW_MS = 10 * 60_000;

const failures = z.array(z.object({ at: z.string(), from: z.string() }));
type Failure = z.output<typeof failures>[number];

/**
 * How many seconds this attempt has to wait (429, `Retry-After`); undefined: it may go on.
 * @param attempt `known`: it comes from a device on which the link's person is verified.
 */
export const slowedFor = async (
  { records, clock, settings }: ThrottlePorts,
  { from, link, known = false }: Attempt & { readonly known?: boolean },
): Promise<number | undefined> => {
  if (known || !settings.slows_down) return undefined;
  const who = addressKey(from);
  const [atAddress, atLink] = await Promise.all([
    lastFailures(records, addressName(who)),
    link === undefined ? [] : lastFailures(records, linkName(link)),
  ]);
  const now = clock.now();
  const waits = [
    waitAfter(atAddress, now),
    atLink.some((failure) => failure.from === who) ? waitAfter(atLink, now) : 0,
  ];
  const wait = Math.max(...waits);
  return wait > 0 ? wait : undefined;
};

/** An attempt has failed: an unknown or dead link, a wrong code, a form without its nonce. */
export const noteFailure = async (
  { records, clock }: Pick<ThrottlePorts, 'records' | 'clock'>,
  { from, link }: Attempt,
): Promise<void> => {
  const who = addressKey(from);
  const names = [addressName(who), ...(link === undefined ? [] : [linkName(link)])];
  // Whoever does not get a turn among more than ten has ten failures before them: it is slowed already.
  await Promise.all(names.map((name) => changeRecord(records, KIND, name, noteAnother(who, clock.now()), MOST + 2)));
};

const noteAnother =
  (from: string, at: string) =>
  (kept: { readonly value: unknown } | undefined): Change<object> => ({
    outcome: {},
    value: [...readFailures(kept?.value), { at, from }].slice(-MOST),
    keep: { expires: new Date(Date.parse(at) + WINDOW_MS).toISOString() },
  });

const lastFailures = async (records: Records, name: string): Promise<Failure[]> =>
  readFailures((await records.read(KIND, name))?.value);

/** Until fewer than ten failures lie within ten minutes. */
const waitAfter = (last: readonly Failure[], now: string): number => {
  const first = last.at(-MOST);
  return first === undefined ? 0 : Math.max(0, secondsUntil(Date.parse(first.at) + WINDOW_MS, now));
};

const readFailures = (value: unknown): Failure[] => failures.safeParse(value).data ?? [];

const addressName = (who: string): string => `from:${who}`;
const linkName = (link: string): string => `link:${link}`;

/**
 * One name for all that one customer of a network has: of IPv6 the first 64 bits.
 * Also for the bursts of robots.ts.
 */
export const addressKey = (from: string): string => sha256(networkOf(from)).toString('base64url').slice(0, 22);

const networkOf = (from: string): string => {
  if (!isIPv6(from)) return from;
  const [plain = ''] = from.toLowerCase().split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped !== null) return mapped[1] ?? from;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - behind.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...behind];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
};

export type HookLimits = { readonly a_minute: number; readonly a_day: number };
/** A form that is shared widely; StartExecution itself takes 150 a second. */
export const HOOK_LIMITS: HookLimits = { a_minute: 60, a_day: 2_000 };

const HOOK_KIND = 'hook-count';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const hookCount = z.object({ minute: z.string(), in_minute: z.int(), day: z.string(), in_day: z.int() });

/**
 * Counts a delivery of a source that has shown who it is.
 * @returns how many seconds it has to wait (429, `Retry-After`); undefined: it is admitted.
 */
export const admitHook = async (
  { records, clock, log, settings }: ThrottlePorts & Pick<Ports, 'log'>,
  source: string,
  limits: HookLimits = HOOK_LIMITS,
): Promise<number | undefined> => {
  if (!settings.slows_down) return undefined;
  type Admitted = { readonly wait?: number; readonly in_day?: number };
  const admitted = await changeRecord(
    records,
    HOOK_KIND,
    source,
    (kept): Change<Admitted> => {
      const now = clock.now();
      const [minute, day] = [now.slice(0, 'yyyy-mm-ddThh:mm'.length), now.slice(0, 'yyyy-mm-dd'.length)];
      const before = hookCount.safeParse(kept?.value).data;
      const in_minute = (before?.minute === minute ? before.in_minute : 0) + 1;
      const in_day = (before?.day === day ? before.in_day : 0) + 1;
      if (in_day > limits.a_day) return { outcome: { wait: secondsUntil(endOf(now, DAY_MS), now) } };
      if (in_minute > limits.a_minute) return { outcome: { wait: secondsUntil(endOf(now, MINUTE_MS), now) } };
      return {
        outcome: { in_day },
        value: { minute, in_minute, day, in_day },
        keep: { expires: new Date(endOf(now, DAY_MS)).toISOString() },
      };
    },
    HOOK_TURNS,
  );
  // Written once a day, whoever is turned away afterwards: the count comes to the cap once.
  if (admitted?.in_day === limits.a_day) log.warn('a webhook has come to its daily cap', { source, cap: limits.a_day });
  return admitted === undefined ? 1 : admitted.wait;
};

/** Deliveries that come at the same time take turns; who gets none is told to come again in a second. */
const HOOK_TURNS = 30;

const endOf = (now: string, ms: number): number => (Math.floor(Date.parse(now) / ms) + 1) * ms;
const secondsUntil = (end: number, now: string): number => Math.ceil((end - Date.parse(now)) / 1000);
