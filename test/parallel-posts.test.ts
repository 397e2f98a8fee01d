/**
 * One step, a thousand posts of its form at the same time, by three people with mixed choices, through the front door
 * and with the machine that waits for it.
 */
import { expect, test } from 'vitest';
import type { Ports } from '../functions/core/ports.ts';
import type { Received } from '../infra/sandbox/inbox.ts';
import { beginJourney, hiddenIn, libraryWith, linkIn } from './support/sandbox-journey.ts';
import { drawFrom } from './support/schedules.ts';

const POSTS = 1_000;
const CHOICES = ['approve', 'request_changes', 'reject'] as const;
const PEOPLE = ['marek.wojcik', 'sofie.lund', 'anna.wolska'];
// No code is asked for, so that each post is the decision itself.
const WORKFLOW = `workflow: vote
title: Vote
purpose: Decide once.
lead: marketing-manager
starts: [form]
steps:
  - { step: draft, title: Draft, owner: blog-writer, effort: 1h }
  - step: judge
    title: Judge
    type: approval
    of: draft
    approvers: [seo-strategist, brand-manager, legal]
    rule: any
    assurance: link
    on_changes: { redo: draft, rounds: 1 }
  - { step: after, title: Afterwards, owner: blog-writer, effort: 1h }
`;

/** Counts the signals that a machine took. */
const countingSignals = () => {
  const taken: unknown[] = [];
  const around = (ports: Ports): Ports => ({
    ...ports,
    machines: {
      ...ports.machines,
      succeed: async (token, output) => {
        const outcome = await ports.machines.succeed(token, output);
        if (outcome === 'taken') taken.push(output);
        return outcome;
      },
    },
  });
  return { taken, around };
};

test(`of ${POSTS} posts at the same time one decides, and all others are told of its decision`, async () => {
  const { taken, around } = countingSignals();
  const journey = await beginJourney({ library: libraryWith(WORKFLOW), around });
  const run = await journey.start('vote', {}, { 'blog-writer': 'kasia-nowak' });
  await journey.answer((await journey.mails())[0] as Received, { decision: 'done' });
  const pages = await Promise.all(
    PEOPLE.map(async (person) => {
      const path = linkIn(await journey.mail(`${person}@example.com`, 'Judge'));
      const { body } = await journey.request('GET', path);
      return { path, nonce: hiddenIn(body, 'nonce'), content: hiddenIn(body, 'content') };
    }),
  );
  taken.length = 0;
  const draw = drawFrom(11);
  const answers = await Promise.all(
    Array.from({ length: POSTS }, async (_, at) => {
      const { path, ...hidden } = pages[at % pages.length] as (typeof pages)[number];
      const decision = CHOICES[draw(CHOICES.length)] as (typeof CHOICES)[number];
      const form = new URLSearchParams({ ...hidden, decision, comment: 'As I see it.' });
      const { status, body } = await journey.sandbox.hosted.http({
        method: 'POST',
        path,
        query: '',
        headers: [['content-type', 'application/x-www-form-urlencoded']],
        body: Buffer.from(form.toString()),
        from: `192.0.2.${at % 250}`,
      });
      return { decision, status, body };
    }),
  );
  await journey.sandbox.time.rest();

  const history = await journey.history(run);
  const decisions = history.filter((event) => 'step' in event && event.step === 'judge' && 'decision' in event);
  expect(decisions.map(({ type }) => type)).toEqual([
    'vote-cast',
    expect.stringMatching(/^(step-finished|changes-requested)$/),
  ]);
  const [vote] = decisions as unknown as readonly [{ readonly decision: string; readonly by: string }];
  expect(taken).toHaveLength(1);
  expect(taken[0]).toMatchObject({ decision: vote.decision });

  const same = answers.filter(({ decision }) => decision === vote.decision);
  const other = answers.filter(({ decision }) => decision !== vote.decision);
  expect(same.length + other.length).toBe(POSTS);
  expect(new Set(same.map(({ status }) => status))).toEqual(new Set([303]));
  expect(new Set(other.map(({ status }) => status))).toEqual(new Set([409]));
  const [person] = ['Marek Wójcik', 'Sofie Lund', 'Anna Wolska'].filter((name) =>
    vote.by.startsWith(name.split(' ')[0]?.toLowerCase() ?? ''),
  );
  for (const { body } of other) expect(body).toContain(person);
  // Those who wanted the same are led to where it stands.
  for (const { path } of pages) expect((await journey.request('GET', path)).body).toContain(person);
  await journey.close();
});
