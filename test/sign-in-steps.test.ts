/** Steps that only somebody who is signed in may answer (L4): what counts as that, and what does not. */
import { expect, test } from 'vitest';
import { beginSession } from '../functions/core/sessions.ts';
import { beginJourney, hiddenIn, type Journey, libraryWith, linkIn } from './support/sandbox-journey.ts';

const SEALED = libraryWith(`workflow: sealed
title: Sealed
purpose: One step that has to be answered by somebody who is signed in.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
steps:
  - step: seal
    title: Seal it
    owner: graphic-designer
    assurance: sign-in
    due: 5 workdays after start
    effort: 1h
`);

const begin = async (how: 'mailed' | 'chosen', person: string) => {
  const journey = await beginJourney({ library: SEALED });
  const run = await journey.start('sealed', { topic: 'Snow' });
  const session = await beginSession(journey.sandbox.ports, { person, how });
  return { journey, run, cookie: { cookie: `runsheet-session=${session}` } };
};
const answerAs = async (journey: Journey, cookie: object) => {
  const path = linkIn(await journey.mail('ingrid.holm@example.com', 'Seal it'));
  const page = await journey.request('GET', path, undefined, cookie);
  const sent = { nonce: hiddenIn(page.body, 'nonce'), content: hiddenIn(page.body, 'content'), decision: 'done' };
  return journey.request('POST', path, sent, cookie);
};

test('whoever is signed in by a mailed link answers, and the history says so', async () => {
  const { journey, run, cookie } = await begin('mailed', 'ingrid-holm');
  expect((await answerAs(journey, cookie)).body).not.toContain('name="code"');
  const finished = (await journey.history(run)).find(({ type }) => type === 'step-finished');
  expect(finished).toMatchObject({ by: 'ingrid-holm', proof: 'sign-in' });
});

test.each([
  ['chosen', 'ingrid-holm'],
  ['mailed', 'mia-solberg'],
] as const)('a session that was %s, of %s, proves nothing there: a code is asked for', async (how, person) => {
  const { journey, run, cookie } = await begin(how, person);
  expect((await answerAs(journey, cookie)).body).toContain('name="code"');
  expect((await journey.history(run)).some(({ type }) => type === 'step-finished')).toBe(false);
});
