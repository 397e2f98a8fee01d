/**
 * The six-digit code that goes to the recorded address, so that a link that was passed on helps nobody (L5, L12).
 *
 * Promises: a code holds for ten minutes, five tries, one link and one person, and once; a new one kills the one
 * before. However many checks come at the same time, no more than five of a code are answered: each takes its try by
 * a conditional write before it is told anything. Only a hash is kept, keyed with a secret: six digits alone would be
 * found from any unkeyed hash in a second.
 * Hides: the record, one a link.
 *
 * Codes are given three times in ten minutes and ten times a day for a link: whoever has somebody else's link has 50
 * guesses in a million a day, and that person has ten mails saying so. A link that is used up so is opened again by
 * the next day, or by a new link, which only the person gets.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { TryAgain } from './history.ts';
import { heldAgainst } from './live-secrets.ts';
import type { Ports } from './ports.ts';
import { type Change, changeRecord } from './records.ts';
import { anySame } from './webhooks/digests.ts';

/** Whose code it is, and for what: a link's key, or what else it was asked from. */
export type CodeFor = { readonly link: string; readonly person: string };

/** What to mail; `expires` is UTC. Or how long there is no further one. */
export type AskedCode =
  | { readonly outcome: 'made'; readonly code: string; readonly expires: string }
  | { readonly outcome: 'too-many'; readonly wait_seconds: number };

export type CheckedCode =
  | { readonly outcome: 'right' }
  /** `left`: tries. What is not six digits was a slip, and takes none. */
  | { readonly outcome: 'wrong'; readonly left: number }
  /** Five tries were wrong. */
  | { readonly outcome: 'used-up' }
  | { readonly outcome: 'expired' }
  /** None was asked for, or it has done its work. */
  | { readonly outcome: 'none' };

const KIND = 'code';
const SECRET = 'forms';
const DIGITS = 6;
const TRIES = 5;
const MINUTE_MS = 60_000;
const VALID_MS = 10 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How many codes in how long. */
const RATES = [
  { most: 3, ms: 10 * MINUTE_MS },
  { most: 10, ms: DAY_MS },
];
/** The longest that a queue for one record can be: every code of a day and every try of each. */
const TURNS = 60;

const state = z.object({
  /** When codes were asked for, oldest first. */
  asked: z.array(z.string()),
  code: z
    .object({ person: z.string(), salt: z.string(), hash: z.string(), made: z.string(), tries: z.int() })
    .exactOptional(),
});
type State = z.output<typeof state>;

type CodePorts = Pick<Ports, 'records' | 'chance' | 'clock' | 'secrets'>;

export const askForCode = async (ports: CodePorts, { link, person }: CodeFor): Promise<AskedCode> => {
  const [key] = usable(await ports.secrets.live(SECRET));
  const code = sixDigits(ports.chance.bytes(8));
  const salt = Buffer.from(ports.chance.bytes(16)).toString('base64url');
  const hash = hashOf(key, { link, person }, salt, code).toString('base64url');

  const asked = await changeRecord(
    ports.records,
    KIND,
    link,
    (kept): Change<AskedCode> => {
      const made = ports.clock.now();
      const before = readState(kept?.value).asked.filter((at) => since(at, made) < DAY_MS);
      const wait_seconds = Math.max(0, ...RATES.map((rate) => waitFor(rate, before, made)));
      if (wait_seconds > 0) return { outcome: { outcome: 'too-many', wait_seconds } };
      return {
        outcome: { outcome: 'made', code, expires: later(made, VALID_MS) },
        ...stored({ asked: [...before, made], code: { person, salt, hash, made, tries: 0 } }, made),
      };
    },
    TURNS,
  );
  return asked ?? crowded();
};

/** Where secrets were changed a moment ago, one that fits neither the known nor the new ones takes two tries. */
export const checkCode = (ports: Omit<CodePorts, 'chance'>, whose: CodeFor, text: string): Promise<CheckedCode> =>
  heldAgainst(
    ports.secrets,
    SECRET,
    (live) => checkBy(ports, usable(live), whose, text),
    ({ outcome }) => outcome === 'wrong',
  );

const checkBy = async (
  ports: Pick<CodePorts, 'records' | 'clock'>,
  keys: readonly string[],
  { link, person }: CodeFor,
  text: string,
): Promise<CheckedCode> => {
  const typed = text.normalize('NFKC').replace(/[\s-]/g, '');

  const checked = await changeRecord(
    ports.records,
    KIND,
    link,
    (kept): Change<CheckedCode> => {
      const now = ports.clock.now();
      const { asked, code } = readState(kept?.value);
      if (code === undefined || code.person !== person) return { outcome: { outcome: 'none' } };
      if (since(code.made, now) >= VALID_MS) return { outcome: { outcome: 'expired' } };
      if (code.tries >= TRIES) return { outcome: { outcome: 'used-up' } };
      if (!/^\d{6}$/.test(typed)) return { outcome: { outcome: 'wrong', left: TRIES - code.tries } };

      const expected = keys.map((key) => hashOf(key, { link, person }, code.salt, typed));
      if (anySame([Buffer.from(code.hash, 'base64url')], expected)) {
        return { outcome: { outcome: 'right' }, ...stored({ asked }, now) };
      }
      const tries = code.tries + 1;
      const outcome: CheckedCode = tries < TRIES ? { outcome: 'wrong', left: TRIES - tries } : { outcome: 'used-up' };
      return { outcome, ...stored({ asked, code: { ...code, tries } }, now) };
    },
    TURNS,
  );
  return checked ?? crowded();
};

/** Every digit as likely as any other, to one in 10^13. */
const sixDigits = (bytes: Uint8Array): string =>
  String(Buffer.from(bytes).readBigUInt64BE() % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');

const hashOf = (key: string, { link, person }: CodeFor, salt: string, code: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['code', link, person, salt, code]))
    .digest();

const usable = (live: readonly string[]): readonly [string, ...string[]] => {
  const [newest, ...older] = live.filter((key) => key !== '');
  if (newest === undefined) throw new Error(`the secret \`${SECRET}\` is not configured`);
  return [newest, ...older];
};

const readState = (value: unknown): State => {
  const read = state.safeParse(value);
  return read.success ? read.data : { asked: [] };
};

/** It goes when the last code that was asked for counts no more. */
const stored = (value: State, now: string) => ({ value, keep: { expires: later(value.asked.at(-1) ?? now, DAY_MS) } });

const waitFor = ({ most, ms }: { most: number; ms: number }, asked: readonly string[], now: string): number => {
  const inTheWay = asked.at(-most);
  return inTheWay === undefined ? 0 : Math.ceil((ms - since(inTheWay, now)) / 1000);
};

const since = (at: string, now: string): number => Date.parse(now) - Date.parse(at);
const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

const crowded = (): never => {
  throw new TryAgain('too many at the same time');
};
