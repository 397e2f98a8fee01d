/** What people read after they have answered or given something away, and whose part it is that goes. */
import { expect, test } from 'vitest';
import type { Received } from '../../infra/sandbox/inbox.ts';
import { readFolder, SHIPPED } from '../../infra/workflow-folder.ts';
import { readLibrary } from '../../statemachines/library.ts';
import { beginJourney, type Journey, libraryWith, linkIn } from '../support/sandbox-journey.ts';

const vote = (more: string, writer = 'blog-writer'): string => `workflow: vote
title: Try
purpose: Try what a step does.
lead: marketing-manager
starts: [form]
steps:
  - { step: draft, title: Do draft, owner: ${writer}, takes: 1 workday, effort: 1h }
  - step: judge
    title: Judge the draft
    type: approval
    of: draft
${more}
  - { step: after, title: Do after, owner: blog-writer, after: [judge], takes: 1 workday, effort: 1h }
`;
const begin = async (text: string, people: { readonly [role: string]: string } = {}) => {
  const journey = await beginJourney({ library: libraryWith(text), start: '2027-01-11T08:00:00.000Z' });
  const run = await journey.start('vote', {}, people);
  const mail = (await journey.mails()).findLast(({ subject }) => subject.includes('Do draft')) as Received;
  expect((await journey.answer(mail, { decision: 'done' })).status).toBe(200);
  return { journey, run };
};
const wasOf = async (journey: Journey, run: string) =>
  (await journey.history(run)).flatMap((one) => (one.type === 'step-reassigned' ? [one.was] : []));

test('a lead gives away the judging of their own work, and not the part of somebody else', async () => {
  const { journey, run } = await begin(vote('    approvers: [marketing-manager, brand-manager]', 'marketing-manager'));
  const mail = await journey.mail('mia.solberg@example.com', 'Judge');
  await journey.give(mail, { person: 'grace-miller', reason: 'I did it myself.' });
  expect(await wasOf(journey, run)).toEqual(['mia-solberg']);
  expect((await journey.story(run)).at(-1)).toBe('step-reassigned judge by mia-solberg');
});

test('the lead gives away the part of whoever did the work, and may not judge it', async () => {
  const { journey, run } = await begin(vote('    approvers: [seo-strategist, brand-manager]', 'seo-strategist'));
  const given = { act: 'reassign', step: 'judge##1', person: 'grace-miller', reason: 'It is his own.' };
  expect((await journey.visit('mia-solberg', `/runs/${run}`, given)).status).toBe(409);
  const chosen = await journey.visit('mia-solberg', `/runs/${run}`, { ...given, from: 'marek-wojcik' });
  expect(chosen.status).toBe(303);
  expect(await wasOf(journey, run)).toEqual(['marek-wojcik']);
});

test('whoever rejects what ends the run is not told that it goes on', async () => {
  const { journey, run } = await begin(vote('    approvers: [seo-strategist, brand-manager]'));
  const mail = await journey.mail('sofie.lund@example.com', 'Judge');
  const told = (await journey.answer(mail, { decision: 'reject', comment: 'No.' })).body;
  expect((await journey.story(run)).at(-1)).toBe('run-finished rejected');
  expect(told).toContain('Recorded');
  expect(told).not.toContain('Do after');
});

test('whoever gives away one of two parts reads that the other is still theirs', async () => {
  const text = vote('    approvers: [seo-strategist, brand-manager, legal]\n    rule: any');
  const { journey } = await begin(text, { 'seo-strategist': 'sofie-lund' });
  const mail = await journey.mail('sofie.lund@example.com', 'Judge');
  const told = await journey.give(mail, { person: 'ada-berg', reason: 'I am ill.' });
  expect(told.body).toContain('The part that you gave away is with somebody else now. This one is still yours.');
});

test('a lead who asks for changes once too often reads that it is recorded, and theirs to decide', async () => {
  const { journey } = await begin(
    vote('    approvers: [marketing-manager]\n    on_changes: { redo: draft, rounds: 1 }'),
  );
  const changes = async () => {
    const mail = (await journey.mails('mia.solberg@example.com')).findLast(({ subject }) => subject.includes('Judge'));
    return (await journey.answer(mail as Received, { decision: 'request_changes', comment: 'Shorter.' })).body;
  };
  expect(await changes()).toContain('Recorded');
  await journey.answer(await journey.mail('kasia.nowak@example.com', 'Round 2'), { decision: 'done' });
  expect(await changes()).toContain('What you sent is recorded. Now it is yours to decide, as the lead.');
});

test('the table of a plan is not made with others than those who are named', async () => {
  const { journey } = await begin(vote('    approvers: [seo-strategist]'));
  const table = (person: string) => journey.visit('ada-berg', `/start/vote?format=csv&person.blog-writer=${person}`);
  expect((await table('tomas-vik')).status).toBe(200);
  expect((await table('nobody')).status).toBe(422);
});

test('whoever covers for somebody with access can do what the mail in their place says', async () => {
  const { hooks: _, team, ...folder } = readFolder(SHIPPED);
  const away = 'access: admin\n    away:\n      - { from: 2027-01-11, to: 2027-02-11, cover: grace-miller }';
  const library = readLibrary({
    ...folder,
    team: { file: 'team.yaml', text: (team?.text ?? '').replace('access: admin', away) },
    workflows: [
      {
        file: 'alone.yaml',
        text: `workflow: alone
title: Alone
purpose: Do one thing.
lead: marketing-manager
starts: [form]
steps:
  - { step: it, title: Do it, owner: marketing-manager, takes: 1 workday, effort: 1h }
`,
      },
    ],
  });
  const journey = await beginJourney({ library, start: '2027-01-11T08:00:00.000Z' });
  const run = await journey.start('alone', {});
  await journey.to('2027-01-14T20:00:00.000Z');
  const mail = await journey.mail('grace.miller@example.com', 'Overdue');
  expect(mail.text).toContain('you can move the date, reassign it or skip it');
  expect((await journey.request('GET', linkIn(mail))).body).toContain('name="act"');
  const given = { act: 'reassign', step: 'it##1', person: 'tomas-vik', reason: 'Mia is full.' };
  expect((await journey.steer(mail, given)).status).toBe(200);
  expect((await journey.history(run)).at(-1)).toMatchObject({ type: 'step-reassigned', by: 'grace-miller' });
});
