/**
 * One approval of three people, and every order in which all port calls of all who have to do with it can be made, with
 * every fault at every call (support/interleavings.ts): nothing is left out within the bound that stands at each search.
 * decision-protocol.test.ts goes beyond the bound at random. Protocols that differ from ours in one thing are caught by
 * the same searches, so what finds nothing here would have found something.
 *
 * Cards and lists of work are kept in these schedules, but nobody is interrupted for them: they follow from the history.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { type Cast, castIn } from './support/decision-cast.ts';
import { bringToRest, expectSound } from './support/decision-soundness.ts';
import { APPROVERS, approvalWith, beginning, type Mutation, STAND_IN, worldFrom } from './support/decision-world.ts';
import { type Bound, type Searched, searchAll } from './support/interleavings.ts';
import { isLong } from './support/property.ts';
import { type Turn, Turns } from './support/turns.ts';

type Story = {
  readonly rule: string;
  readonly expiry?: string;
  readonly answers: readonly string[];
  /** What happens besides, at any time. */
  readonly besides?: (cast: Cast) => void;
  /** Whether the sweeper is among them: then what is settled, and who has claimed it, is seen by another. */
  readonly swept?: true;
  /** The machine opens the step meanwhile too; else it has been opened before. */
  readonly opening?: true;
};

const MIXED = ['approve', 'request_changes', 'reject'];
const TWO_OF_THREE = { rule: '{ at_least: 2 }', answers: ['approve', 'approve', 'reject'] };
const STORIES: { readonly [name: string]: Story } = {
  'nothing else': TWO_OF_THREE,
  'a wait that is begun again': { ...TWO_OF_THREE, besides: (cast) => cast.waitsAgain() },
  'its expiry': { ...TWO_OF_THREE, expiry: 'skip', besides: (cast) => cast.expires() },
  'a new owner': {
    ...TWO_OF_THREE,
    besides: (cast) => {
      cast.reassigns('marek-wojcik');
      cast.posts(STAND_IN, 'approve');
    },
  },
  'a second answer of one of them': {
    ...TWO_OF_THREE,
    besides: (cast) => cast.posts('marek-wojcik', 'reject', 'posts again'),
  },
  'the sweeper': { ...TWO_OF_THREE, swept: true, besides: (cast) => cast.sweeps() },
  'its opening': { rule: 'any', answers: MIXED, opening: true },
  'its opening and the sweeper': {
    rule: 'any',
    answers: ['approve'],
    opening: true,
    swept: true,
    besides: (cast) => cast.sweeps(),
  },
};

const beginnings = new Map<string, ReturnType<typeof beginning>>();
const begun = ({ rule, expiry = 'escalate' }: Story): ReturnType<typeof beginning> => {
  const text = `    rule: ${rule}\n    expires: 5 workdays\n    on_expiry: ${expiry}`;
  const known = beginnings.get(text) ?? beginning(approvalWith(text));
  beginnings.set(text, known);
  return known;
};

const isOwn =
  ({ swept }: Story) =>
  ({ port, method }: Turn): boolean =>
    port === 'mailbox' ||
    port === 'records' ||
    (swept !== true && port === 'history' && (method === 'settle' || method === 'claim'));

const search = async (story: Story, bound: Bound, mutate?: Mutation): Promise<Searched> => {
  const from = await begun(story);
  // What is done at the end is the same for the same world, and what everybody heard until then.
  const ended = new Set<string>();
  return searchAll(
    async () => {
      const world = worldFrom(from, mutate);
      const turns = new Turns();
      const cast = castIn(world, turns);
      turns.free = story.opening !== true;
      cast.waits();
      if (turns.free) await turns.quiet();
      turns.free = false;
      for (const [at, choice] of story.answers.entries()) cast.posts(APPROVERS[at] as string, choice);
      story.besides?.(cast);
      const state = async () => {
        const heard = cast.heard.map((one) => JSON.stringify(one)).toSorted();
        return `${await world.state()}\n${heard.join('\n')}`;
      };
      const end = async () => {
        const schedule = turns.trace.join('\n');
        expect(cast.faults, schedule).toEqual([]);
        const last = `${await state()} ${turns.faults} ${turns.outlasted}`;
        if (ended.has(last)) return;
        ended.add(last);
        await bringToRest(world, turns, cast.heard, schedule);
        await expectSound(world, cast.heard, schedule, turns.faults + turns.outlasted);
      };
      return { turns, state, end };
    },
    isOwn(story),
    bound,
  );
};

const found: Searched[] = [];
const searched = async (story: Story, bound: Bound): Promise<void> => {
  found.push(await search(story, bound));
};
const theStory = (name: string): Story => STORIES[name] as Story;

const SHORT = ['nothing else', 'a wait that is begun again', 'its opening', 'its opening and the sweeper'];
/** With a fault and an interruption at once; the others with either, since they take minutes each with both. */
const BOTH = ['nothing else', 'a wait that is begun again', 'its expiry', 'its opening and the sweeper'];
describe('three people and', () => {
  const cases = (isLong ? Object.keys(STORIES) : SHORT).flatMap((name) => {
    if (isLong && BOTH.includes(name)) return [{ name, faults: 1, interruptions: 1 }];
    const interrupted = { name, faults: 0, interruptions: 1 };
    return isLong || name === 'nothing else' ? [interrupted, { name, faults: 1, interruptions: 0 }] : [interrupted];
  });
  it.each(cases)(
    '$name come to one decision, with at most $faults faults and $interruptions interruptions, in every order',
    ({ name, ...bound }) => searched(theStory(name), bound),
  );
});

const unbounded = (): void => {
  it('any one of three decides', () => searched({ rule: 'any', answers: MIXED }, { faults: 0 }));
  it.each(['all', 'any', 'in_order'])('two decide by the rule %s, and one call fails', (rule) =>
    searched({ rule, answers: ['approve', 'reject'] }, { faults: 1 }),
  );
  it.each(['skip', 'fail', 'approve', 'escalate'])('somebody answers as it expires, which means %s', (expiry) =>
    searched({ rule: 'any', expiry, answers: ['request_changes'], besides: (cast) => cast.expires() }, { faults: 1 }),
  );
};
// Minutes: in the long run alone.
if (isLong) describe('however often they interrupt each other', unbounded);

afterAll(() => {
  const schedules = found.reduce((sum, one) => sum + one.schedules, 0n);
  const played = found.reduce((sum, one) => sum + one.played, 0);
  process.stdout.write(`${schedules} schedules of a decision, played ${played} times up to where they are alike\n`);
  expect(schedules).toBeGreaterThanOrEqual(isLong ? 10_000n : 800n);
  expect(played).toBeGreaterThanOrEqual(isLong ? 10_000 : 800);
});

type Mutant = {
  readonly name: string;
  readonly story: string | Story;
  readonly bound: Bound;
  readonly mutate: Mutation;
  /** What is seen of it. */
  readonly seen: RegExp;
};
/** Tokens that took the place of another, after which nothing has happened yet. */
const begunAgain = new Set<string>();
const MUTANTS: readonly Mutant[] = [
  {
    name: 'tells the machine before it is in the history',
    story: { rule: 'any', expiry: 'skip', answers: ['request_changes'], besides: (cast) => cast.expires() },
    bound: { faults: 0, interruptions: 2 },
    seen: /the recorded decision/,
    mutate: ({ history, machines }) => ({
      history: {
        ...history,
        append: async (entry, owed = []) => {
          for (const { kind, token, output } of owed)
            if (kind === 'succeed') await machines.succeed(String(token), output ?? {});
          return history.append(entry, owed);
        },
      },
    }),
  },
  {
    name: 'does not answer a wait that is begun again after the decision',
    story: 'a wait that is begun again',
    bound: { faults: 0, interruptions: 1 },
    seen: /the machine is told|the machine goes on/,
    mutate: ({ history, machines }) => ({
      history: {
        ...history,
        append: (entry, owed = []) => {
          const { type, token } = entry.event;
          if (type !== 'token-replaced') begunAgain.clear();
          else begunAgain.add(String(token));
          return history.append(entry, type === 'token-replaced' ? owed.filter(({ id }) => id !== 'signal') : owed);
        },
      },
      machines: {
        ...machines,
        succeed: async (token, output) => (begunAgain.has(token) ? 'gone' : machines.succeed(token, output)),
      },
    }),
  },
  {
    name: 'keeps nothing of what it owes',
    story: 'nothing else',
    bound: { faults: 1, interruptions: 0 },
    seen: /the machine is told/,
    mutate: ({ history }) => ({ history: { ...history, append: (entry) => history.append(entry, []) } }),
  },
  {
    name: 'never sweeps',
    story: 'nothing else',
    bound: { faults: 1, interruptions: 0 },
    seen: /the machine is told|nothing is owed|recorded all that follows/,
    mutate: ({ history }) => ({ history: { ...history, owedBefore: async () => [] } }),
  },
  {
    name: 'appends whoever has appended meanwhile',
    story: { rule: 'any', answers: MIXED },
    bound: { faults: 0, interruptions: 1 },
    seen: /one decision/,
    mutate: ({ history }) => ({
      history: {
        ...history,
        append: async (entry, owed) => {
          const { length } = await history.read(entry.run);
          return history.append({ ...entry, number: length + 1 }, owed);
        },
      },
    }),
  },
  {
    name: 'mails without a claim',
    story: 'its opening and the sweeper',
    bound: { faults: 0, interruptions: 1 },
    seen: /each mail goes once/,
    mutate: ({ history }) => ({ history: { ...history, claim: async () => true } }),
  },
];

describe('a protocol is caught that', () => {
  it.each(MUTANTS)('$name', async ({ story, bound, mutate, seen }) => {
    await expect(search(typeof story === 'string' ? theStory(story) : story, bound, mutate)).rejects.toThrow(seen);
  });
});
