/**
 * Every order in which actors can take their turns (turns.ts), and every fault at every turn: a search to the end.
 *
 * Promises, within the bound that it is given (how many faults a schedule has, how often somebody is interrupted who
 * could go on): no schedule is left out, but for those that are like one that was played. Alike are two that come to
 * the same world in which all actors have heard the same: they go on alike, so it is gone on from once. Of turns that
 * an actor asks for at the same time, the one that was asked for first is taken first.
 * Hides: that nothing can be taken back, so each schedule is played from the beginning up to where it is new.
 */
import { createHash } from 'node:crypto';
import type { Fault, Turn, Turns } from './turns.ts';

export type Situation = {
  readonly turns: Turns;
  /** Whatever is kept anywhere. */
  readonly state: () => Promise<string>;
  /** Nobody can go on: whether all is as it should be. Throws where it is not. */
  readonly end: () => Promise<void>;
};
export type Bound = {
  readonly faults: number;
  /** How often an actor that could go on has to wait for another; not bounded where it is left out. */
  readonly interruptions?: number;
};
export type Searched = {
  /** Schedules that were played up to their end, or to where they became like another. */
  readonly played: number;
  readonly situations: number;
  /** How many different schedules go through these situations. */
  readonly schedules: bigint;
};
type Move = { readonly actor: string; readonly fault: Fault };
type Left = { readonly faults: number; readonly interruptions: number; readonly last?: string };

/** What is read can be read again, and a crash after it is one after what was written before. */
const READS: ReadonlySet<string> = new Set(['read', 'list', 'owedBefore']);
/** A call of which it matters that it comes late. */
const LATE: ReadonlySet<string> = new Set(['history.append', 'machines.succeed', 'machines.fail', 'alarms.set']);

const faultsOf = ({ port, method }: Turn): readonly Fault[] => {
  if (port === 'itself') return [];
  if (READS.has(method)) return ['error-before'];
  const late: readonly Fault[] = LATE.has(`${port}.${method}`) ? ['late'] : [];
  return ['error-before', 'lost-reply', 'crash-after', ...late];
};

/**
 * @param begin anew, the same each time.
 * @param isOwn whether a turn changes nothing that another actor ever sees, and sees nothing that another changes:
 * whoever takes theirs before or after it, it comes to the same.
 */
export const searchAll = async (
  begin: () => Promise<Situation>,
  isOwn: (turn: Turn) => boolean,
  bound: Bound,
): Promise<Searched> => {
  const next = new Map<string, string[]>();
  const toPlay: { readonly moves: readonly Move[]; readonly from?: string }[] = [{ moves: [] }];
  let played = 0;
  for (let one = toPlay.pop(); one !== undefined; one = toPlay.pop()) {
    played += 1;
    const { turns, state, end } = await begin();
    const moves: Move[] = [];
    let left: Left = { faults: bound.faults, interruptions: bound.interruptions ?? Number.POSITIVE_INFINITY };
    const take = (heads: readonly Turn[], move: Move): void => {
      const turn = heads.find(({ actor }) => actor === move.actor);
      if (turn === undefined) throw new Error(`${move.actor} does not go on as before: ${turns.trace.join('\n')}`);
      left = leftAfter(left, heads, move, isOwn(turn));
      moves.push(move);
      turns.take(turn, move.fault);
    };
    for (const move of one.moves) take(headsOf(await turns.quiet()), move);
    let { from } = one;
    for (;;) {
      const heads = headsOf(await turns.quiet());
      const key = hashed(`${await state()}\n${turns.known()}\n${JSON.stringify(left)}`);
      if (from !== undefined) next.get(from)?.push(key);
      if (next.has(key)) break;
      next.set(key, []);
      if (heads.length === 0) {
        await end();
        break;
      }
      const [first, ...others] = movesFrom(heads, left, isOwn) as [Move, ...Move[]];
      for (const other of others) toPlay.push({ moves: [...moves, other], from: key });
      take(heads, first);
      from = key;
    }
  }
  return { played, situations: next.size, schedules: pathsIn(next) };
};

/** Of each actor the turn that it asked for first. */
const headsOf = (waiting: readonly Turn[]): readonly Turn[] => [
  ...new Map(waiting.toReversed().map((turn) => [turn.actor, turn])).values(),
];

const movesFrom = (heads: readonly Turn[], left: Left, isOwn: (turn: Turn) => boolean): readonly Move[] => {
  const own = heads.find(isOwn);
  const going = heads.filter(({ actor }) => actor === left.last);
  const those = own !== undefined ? [own] : left.interruptions === 0 && going.length > 0 ? going : heads;
  return those.flatMap((turn) => {
    const faults = left.faults > 0 ? faultsOf(turn) : [];
    return [{ actor: turn.actor, fault: 'none' as const }, ...faults.map((fault) => ({ actor: turn.actor, fault }))];
  });
};

const leftAfter = (left: Left, heads: readonly Turn[], { actor, fault }: Move, own: boolean): Left => {
  // Nobody is kept waiting by what makes no difference.
  const bounded = Number.isFinite(left.interruptions) && !own;
  const interrupted = bounded && left.last !== actor && heads.some((turn) => turn.actor === left.last);
  return {
    faults: fault === 'none' ? left.faults : left.faults - 1,
    interruptions: interrupted ? left.interruptions - 1 : left.interruptions,
    ...(bounded ? { last: actor } : left.last === undefined ? {} : { last: left.last }),
  };
};

const hashed = (text: string): string => createHash('sha1').update(text).digest('base64');

const pathsIn = (next: ReadonlyMap<string, readonly string[]>): bigint => {
  const known = new Map<string, bigint>();
  // What was found last comes last: but for those found by another way, so each is looked into until all are known.
  const open = [...next.keys()].slice(0, 1);
  for (let key = open.at(-1); key !== undefined; key = open.at(-1)) {
    const after = next.get(key) ?? [];
    const unknown = after.filter((one) => !known.has(one));
    if (unknown.length === 0)
      known.set(open.pop() as string, after.reduce((sum, one) => sum + (known.get(one) ?? 0n), 0n) || 1n);
    else open.push(...unknown);
  }
  return known.get([...next.keys()][0] ?? '') ?? 0n;
};
