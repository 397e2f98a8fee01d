/**
 * The blog post, killed and started again: a sandbox that dies after its write number N, for every N.
 *
 * People are patient: whoever hears nothing looks into their mails and answers again, as in life.
 */
import { expect, test } from 'vitest';
import { type History, TryAgain } from '../../functions/core/history.ts';
import type { Records } from '../../functions/core/ports.ts';
import { inMemory, type Keeping } from '../../infra/sandbox/keeping.ts';
import { isLong } from '../support/property.ts';
import { beginJourney, type Journey } from '../support/sandbox-journey.ts';

/** A keeping of which a process can make so many writes until it dies: from then on nothing gets in or out. */
const mortal = (
  keeping: Keeping,
  most: number,
): Keeping & { readonly died: () => boolean; readonly writes: () => number } => {
  let writes = 0;
  const alive = (): void => {
    if (writes > most) throw new TryAgain('the process is dead');
  };
  const dying = <P extends object>(port: P, writing: readonly string[]): P =>
    Object.fromEntries(
      Object.entries(port).map(([name, method]) => [
        name,
        async (...args: unknown[]) => {
          if (writing.includes(name)) writes += 1;
          alive();
          return (method as (...given: unknown[]) => unknown)(...args);
        },
      ]),
    ) as P;
  return {
    store: { ...dying(keeping.store, ['write']), close: keeping.store.close },
    whole: keeping.whole,
    history: dying(keeping.history, ['append', 'settle', 'claim']) as History,
    records: (clock) => dying(keeping.records(clock), ['write', 'remove']) as Records,
    close: keeping.close,
    died: () => writes > most,
    writes: () => writes,
  };
};

const ANSWERS: { readonly [subject: string]: object } = {
  'Generate the idea': { decision: 'done', idea: 'What a page costs' },
  'Research keywords': { decision: 'done', keywords: 'pricing' },
  'Write the outline': { decision: 'done', outline: 'https://docs.example.com/1' },
  'Approve the outline': { decision: 'approve' },
  'Write the final draft': { decision: 'done', draft: 'https://docs.example.com/2' },
  'Make images': { decision: 'done' },
  'Plan the social posts': { decision: 'done' },
  'Publish and check': { decision: 'done', live: 'https://www.example.com/1' },
};

/** Everybody answers what is in their mails, until nothing comes any more or the process is dead. */
const live = async (journey: Journey, died: () => boolean): Promise<void> => {
  const answered = new Set<string>();
  for (;;) {
    const mails = (await journey.mails()).filter(({ id, lane }) => lane !== 'code' && !answered.has(id));
    const next = mails.find(({ subject }) => Object.keys(ANSWERS).some((title) => subject.startsWith(title)));
    if (next === undefined || died()) return;
    answered.add(next.id);
    const [, form = {}] = Object.entries(ANSWERS).find(([title]) => next.subject.startsWith(title)) ?? [];
    const { status } = await journey.answer(next, form);
    if (!died()) expect([200, 410]).toContain(status);
  }
};

const START = '2027-01-04T08:00:00.000Z';
const begin = (keeping: Keeping, seed: string): Promise<Journey> =>
  beginJourney({ keeping, seed, start: START, mayFail: true });
const startOnce = (journey: Journey): Promise<string> =>
  journey.start('blog-post', { topic: 'Pricing', publish: '2027-03-31' }, {}, 'the-same');

const lastsOf = async (journey: Journey, run: string) => {
  const events = await journey.history(run);
  const mails = await journey.mails();
  return {
    types: events.map(({ type, ...event }) => `${type} ${'step' in event ? event.step : ''}`).toSorted(),
    machine: (await journey.sandbox.host.read(run))?.status,
    mails: mails
      .filter(({ lane }) => lane !== 'code')
      .map(({ to, subject }) => `${to} ${subject}`)
      .toSorted(),
    owed: await journey.sandbox.history.owedBefore('2099-01-01T00:00:00.000Z', 10),
    state: (await journey.board()).map(({ state }) => state),
  };
};

test('killed after any write and started again, it comes to the same end, with every mail once', async () => {
  const whole = mortal(inMemory(), Number.POSITIVE_INFINITY);
  const undisturbed = await begin(whole, 'whole');
  const run = await startOnce(undisturbed);
  await live(undisturbed, () => false);
  const expected = await lastsOf(undisturbed, run);
  expect(expected.state).toEqual(['finished']);
  expect(expected.owed).toEqual([]);
  const count = whole.writes();
  // In the ordinary run every seventh, in the long one each.
  for (let most = 0; most < count; most += isLong ? 1 : 7) {
    const keeping = inMemory();
    const dying = mortal(keeping, most);
    try {
      const first = await begin(dying, 'first');
      await startOnce(first);
      await live(first, dying.died);
    } catch (cause) {
      // The process is dead: whoever talked to it hears nothing.
      if (!dying.died()) throw cause;
    }
    const again = await begin(keeping, `again ${most}`);
    expect(await startOnce(again)).toBe(run);
    await live(again, () => false);
    await again.advance(0.1);
    await live(again, () => false);
    const { types, ...rest } = await lastsOf(again, run);
    expect({ most, ...rest }).toEqual({ most, ...expected, types: undefined });
    // A wait that is begun again brings another token; nothing else may differ.
    expect(types.filter((one) => !one.startsWith('token-replaced'))).toEqual(expected.types);
  }
});
