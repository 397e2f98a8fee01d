/** The blog post of the specification, as the people of the shipped team live through it. */
import { expect, test } from 'vitest';
import type { Received } from '../../infra/sandbox/inbox.ts';
import { beginJourney, hiddenIn, type Journey, linkIn, locationOf } from '../support/sandbox-journey.ts';

const PUBLISH = { topic: 'Pricing pages', publish: '2027-03-31' };
const ADA = 'ada.berg@example.com';
const MAREK = 'marek.wojcik@example.com';
const KASIA = 'kasia.nowak@example.com';
const MIA = 'mia.solberg@example.com';
const INGRID = 'ingrid.holm@example.com';

const says = async (journey: Journey, to: string, subject: string, form: object): Promise<number> =>
  (await journey.answer(await journey.mail(to, subject), form)).status;
const done = async (journey: Journey, to: string, subject: string, fields: object = {}): Promise<void> =>
  expect(await says(journey, to, subject, { decision: 'done', ...fields }), `${to} ${subject}`).toBe(200);
const approve = async (journey: Journey, to: string, subject = 'Approve the outline'): Promise<void> =>
  expect(await says(journey, to, subject, { decision: 'approve' })).toBe(200);

const toOutline = async (journey: Journey): Promise<string> => {
  const run = await journey.start('blog-post', PUBLISH);
  await done(journey, ADA, 'Generate the idea', { idea: 'What a page costs' });
  await done(journey, MAREK, 'Research keywords', { keywords: 'pricing, cost' });
  return run;
};
const toApproval = async (journey: Journey): Promise<string> => {
  const run = await toOutline(journey);
  await done(journey, KASIA, 'Write the outline', { outline: 'https://docs.example.com/1' });
  return run;
};
const stateOf = async (journey: Journey, run: string, step: string): Promise<string | undefined> =>
  (await journey.board()).find((one) => one.run === run)?.steps.findLast((one) => one.step === step)?.state;
const stateOfRun = async (journey: Journey, run: string): Promise<string | undefined> =>
  (await journey.board()).find((one) => one.run === run)?.state;
const open = async (journey: Journey, mail: Received): Promise<number> =>
  (await journey.request('GET', linkIn(mail))).status;
const tell = async (journey: Journey, run: string): Promise<readonly string[]> => (await journey.story(run)).slice(2);

test('a blog post is finished in time, each handed over within the second, and the lead hears of it', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  await journey.to('2027-01-05T08:00:00.000Z');
  await approve(journey, MAREK);
  expect(await stateOf(journey, run, 'approve-outline')).toBe('open');
  await journey.to('2027-01-05T09:30:00.000Z');
  await approve(journey, MIA);
  const handed = (await journey.mails()).slice(-2);
  expect(handed.map(({ to, subject, sent }) => [to, subject, sent])).toEqual([
    [INGRID, 'Make images or an infographic – due Wed 24 Mar – Pricing pages', '2027-01-05T09:30:00.000Z'],
    [KASIA, 'Write the final draft – due Fri 19 Mar – Pricing pages', '2027-01-05T09:30:00.000Z'],
  ]);
  const draft = handed[1]?.text ?? '';
  for (const words of ['Publish one search-led article', 'https://docs.example.com/1', 'Friday 19 March 2027, 17:00'])
    expect(draft).toContain(words);
  await done(journey, KASIA, 'Write the final draft', { draft: 'https://docs.example.com/2', hours: '7.5' });
  expect(await stateOf(journey, run, 'social')).toBe('waiting');
  await done(journey, INGRID, 'Make images');
  const social = (await journey.mails()).at(-1) as Received;
  expect(social.subject).toBe('Plan the social posts – due Wed 24 Mar – Pricing pages');
  expect((await journey.answer(social, { decision: 'done' })).status).toBe(200);
  await done(journey, KASIA, 'Publish and check', { live: 'https://www.example.com/pricing' });
  expect((await tell(journey, run)).slice(-3)).toEqual([
    'step-opened publish-post',
    'step-finished publish-post by kasia-nowak done',
    'run-finished finished',
  ]);
  expect((await journey.post()).at(-1)).toBe('mia.solberg: Finished – Pricing pages');
  expect(await stateOfRun(journey, run)).toBe('finished');
  const sent = (await journey.mails()).length;
  await journey.advance(24 * 120);
  expect(await journey.post(sent)).toEqual([]);
});

test('whoever has answered is told who comes next', async () => {
  const journey = await beginJourney();
  await journey.start('blog-post', PUBLISH);
  const answer = { decision: 'done', idea: 'What a page costs' };
  const { body } = await journey.answer(await journey.mail(ADA, 'Generate the idea'), answer);
  const [, next = ''] = body.split('What happens next');
  expect(next).toContain('Research keywords');
  expect(next).toContain('Marek Wójcik');
  expect(next).not.toContain('Generate the idea');
});

test('changes are asked for twice and then it is approved: comments at hand, new links, fresh votes', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  const first = await journey.mail(MAREK, 'Approve the outline');
  await approve(journey, MAREK);
  const asks = { decision: 'request_changes', comment: 'Start with the reader.' };
  expect(await says(journey, MIA, 'Approve the outline', { decision: 'request_changes' })).toBe(422);
  expect(await says(journey, MIA, 'Approve the outline', asks)).toBe(200);
  const second = (await journey.mails()).at(-1) as Received;
  expect(second.subject).toMatch(/^Round 2: Write the outline/);
  expect(second.text).toContain('Start with the reader.');
  // Nobody is hurried who still has time until the first date.
  expect(second.text).toContain('Thursday 11 March 2027, 17:00');
  expect((await journey.request('GET', linkIn(second))).body).toContain('https://docs.example.com/1');
  await done(journey, KASIA, 'Round 2: Write the outline', { outline: 'https://docs.example.com/1b' });
  expect(await open(journey, first)).toBe(410);
  const asked = (await journey.mails()).slice(-2);
  expect(asked.map(({ to, subject }) => `${to} ${subject.slice(0, 28)}`)).toEqual([
    `${MAREK} Round 2: Approve the outline`,
    `${MIA} Round 2: Approve the outline`,
  ]);
  expect(asked[0]?.text).toContain('https://docs.example.com/1b');
  expect(asked[0]?.text).toContain('Start with the reader.');
  expect(new Set([first, ...asked].map(linkIn)).size).toBe(3);
  expect(
    await says(journey, MAREK, 'Round 2: Approve', { decision: 'request_changes', comment: 'Shorter, please.' }),
  ).toBe(200);
  await done(journey, KASIA, 'Round 3: Write the outline', { outline: 'https://docs.example.com/1c' });
  await approve(journey, MAREK, 'Round 3: Approve');
  expect(await stateOf(journey, run, 'approve-outline')).toBe('open');
  await approve(journey, MIA, 'Round 3: Approve');
  expect((await tell(journey, run)).slice(6)).toEqual([
    'step-opened approve-outline',
    'vote-cast approve-outline by marek-wojcik approve',
    'vote-cast approve-outline by mia-solberg request_changes',
    'changes-requested approve-outline by mia-solberg request_changes',
    'step-opened outline round 2',
    'step-finished outline round 2 by kasia-nowak done',
    'step-opened approve-outline round 2',
    'vote-cast approve-outline round 2 by marek-wojcik request_changes',
    'changes-requested approve-outline round 2 by marek-wojcik request_changes',
    'step-opened outline round 3',
    'step-finished outline round 3 by kasia-nowak done',
    'step-opened approve-outline round 3',
    'vote-cast approve-outline round 3 by marek-wojcik approve',
    'vote-cast approve-outline round 3 by mia-solberg approve',
    'step-finished approve-outline round 3 by mia-solberg approve',
    'step-opened images',
    'step-opened draft',
  ]);
});

test('when the rounds are used up the lead decides, though it was the lead who asked for changes', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  const changes = { decision: 'request_changes', comment: 'Not yet.' };
  for (const round of ['Approve the', 'Round 2: Approve', 'Round 3: Approve']) {
    expect(await says(journey, MIA, round, changes)).toBe(200);
    await done(journey, KASIA, ': Write the outline', { outline: 'https://docs.example.com/again' });
  }
  const before = (await journey.mails()).length;
  expect(await says(journey, MIA, 'Round 4: Approve', changes)).toBe(200);
  expect((await journey.story(run)).at(-1)).toBe('decision-referred approve-outline round 4 rounds');
  expect((await journey.post(before)).map((one) => one.slice(0, 42))).toEqual([
    'mia.solberg: Round 4: Approve the outline ',
  ]);
  const mail = (await journey.mails()).at(-1) as Received;
  expect(mail.text).toContain('you decide as the lead');
  expect(await says(journey, MAREK, 'Round 4: Approve', { decision: 'approve' })).toBe(409);
  expect((await journey.answer(mail, { decision: 'approve' })).status).toBe(200);
  expect((await journey.story(run)).slice(-3)).toEqual([
    'step-finished approve-outline round 4 by mia-solberg approve',
    'step-opened images',
    'step-opened draft',
  ]);
});

test('a rejection ends the run, and whoever still had something to do hears that they need not', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  const asked = await journey.mail(MAREK, 'Approve the outline');
  expect(await says(journey, MIA, 'Approve the outline', { decision: 'reject', comment: 'Off topic.' })).toBe(200);
  expect((await journey.story(run)).slice(-3)).toEqual([
    'vote-cast approve-outline by mia-solberg reject',
    'step-finished approve-outline by mia-solberg reject',
    'run-finished rejected',
  ]);
  expect(await stateOfRun(journey, run)).toBe('rejected');
  expect((await journey.post()).at(-1)).toMatch(/^mia.solberg: Rejected/);
  expect((await journey.answer(asked, { decision: 'approve' })).status).toBe(409);
  const sent = (await journey.mails()).length;
  await journey.advance(24 * 120);
  expect((await journey.mails()).length).toBe(sent);
});

test('what is overdue is escalated, extended by the lead, and reminders follow the new date', async () => {
  const journey = await beginJourney({ start: '2027-02-26T08:00:00.000Z' });
  const run = await journey.start('blog-post', PUBLISH);
  const before = (await journey.mails()).length;
  // Due on Monday the 1st at 17:00 in Oslo; one working day later it is escalated.
  await journey.to('2027-03-02T17:00:00.000Z');
  expect((await journey.mails()).slice(before).map(({ to, subject, sent }) => `${sent} ${to} ${subject}`)).toEqual([
    '2027-03-01T08:00:00.000Z ada.berg@example.com Reminder: Generate the idea is due today – Pricing pages',
    '2027-03-01T16:00:00.000Z ada.berg@example.com Due now: Generate the idea – Pricing pages',
    '2027-03-02T08:00:00.000Z ada.berg@example.com Overdue by 1 working day: Generate the idea – Pricing pages',
    '2027-03-02T16:00:00.000Z mia.solberg@example.com Overdue by 1 working day: Generate the idea – Pricing pages',
  ]);
  const escalated = await journey.mail(MIA, 'Overdue');
  const refused = await journey.steer(escalated, { act: 'extend', step: 'idea##1', workdays: '3', reason: ' ' });
  expect(refused.status).toBe(409);
  const steered = await journey.steer(escalated, { act: 'extend', step: 'idea##1', workdays: '3' });
  expect(steered.status).toBe(200);
  expect((await journey.story(run)).at(-1)).toBe('due-moved idea by mia-solberg');
  const moved = (await journey.mails()).at(-1) as Received;
  expect([moved.to, moved.subject]).toEqual([ADA, 'New date: Generate the idea – due Fri 5 Mar – Pricing pages']);
  const after = (await journey.mails()).length;
  await journey.to('2027-03-05T19:00:00.000Z');
  expect((await journey.mails()).slice(after).map(({ to, sent }) => `${sent} ${to}`)).toEqual([
    `2027-03-03T16:00:00.000Z ${ADA}`,
    `2027-03-04T16:00:00.000Z ${ADA}`,
    `2027-03-05T16:00:00.000Z ${ADA}`,
  ]);
  expect((await journey.answer(moved, { decision: 'done', idea: 'Late, but good' })).status).toBe(200);
});

test('decided twice: the same choice shows what was recorded, another one who decided and when', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  const [marek, mia] = [await journey.mail(MAREK, 'Approve the'), await journey.mail(MIA, 'Approve the')];
  await approve(journey, MIA);
  const length = (await journey.history(run)).length;
  expect((await journey.answer(mia, { decision: 'approve' })).status).toBe(200);
  const other = await journey.answer(mia, { decision: 'reject', comment: 'No.' });
  expect(other.status).toBe(409);
  expect(other.body).toContain('Mia Solberg');
  expect((await journey.history(run)).length).toBe(length);
  expect((await journey.answer(marek, { decision: 'approve' })).status).toBe(200);
  const late = await journey.answer(mia, { decision: 'reject', comment: 'No.' });
  expect([late.status, late.body.includes('Marek Wójcik') || late.body.includes('Mia Solberg')]).toEqual([409, true]);
  const twice = await journey.request('GET', linkIn(marek));
  expect([twice.status, twice.body.includes('Monday 4 January 2027, 09:00')]).toEqual([200, true]);
});

test('a scanner opens everything first and submits every form: nothing changes without the code', async () => {
  const journey = await beginJourney({ settings: { wary_of_robots: true } });
  const run = await toApproval(journey);
  // So long that there are links of all kinds: of the lead too, who may cancel the run.
  await journey.to('2027-03-19T12:00:00.000Z');
  expect((await journey.mail(MIA, 'Overdue')).text).toContain('/a/');
  const length = (await journey.history(run)).length;
  for (const mail of await journey.mails()) {
    for (const link of mail.text.match(/\/a\/[\w-]+/g) ?? []) {
      for (const method of ['HEAD', 'GET', 'OPTIONS']) await journey.request(method, link);
      const page = await journey.request('GET', link);
      for (const [, action = ''] of page.body.matchAll(/<form[^>]*action="([^"]+)"/g)) {
        for (const decision of ['approve', 'reject', 'request_changes', 'done']) {
          const inputs = [...page.body.matchAll(/name="([^"]+)"(?: value="([^"]*)")?/g)].map(([, name, value = '']) => [
            name,
            value === '' ? 'https://example.com' : value,
          ]);
          const form = { ...Object.fromEntries(inputs), decision, person: 'ola-kaminska', act: 'cancel', hours: '1' };
          await journey.request('POST', action.replace('http://localhost:8080', ''), form);
        }
      }
    }
  }
  expect((await journey.history(run)).length).toBe(length);
  expect(await stateOfRun(journey, run)).toBe('running');
});

test('a robot that comes an hour later and presses at once is asked for a code, whoever reads first is not', async () => {
  const journey = await beginJourney({ settings: { wary_of_robots: true } });
  const run = await journey.start('blog-post', PUBLISH);
  const path = linkIn(await journey.mail(ADA, 'Generate the idea'));
  await journey.advance(1);
  const { body } = await journey.request('GET', path);
  const sent = { nonce: hiddenIn(body, 'nonce'), content: hiddenIn(body, 'content'), decision: 'done', idea: 'One' };
  expect((await journey.request('POST', path, sent)).body).toContain('Enter your code');
  expect(await stateOf(journey, run, 'idea')).toBe('open');
  await journey.to('2027-01-04T09:00:03.000Z');
  const recorded = await journey.request('POST', path, sent);
  expect([recorded.status, locationOf(recorded)]).toEqual([303, `${path}?told=recorded`]);
  const told = await journey.request('GET', locationOf(recorded));
  expect(told.body).toContain('Recorded');
  expect(told.body).toContain('What happens next');
  expect((await journey.history(run)).find(({ type }) => type === 'step-finished')).toMatchObject({ proof: 'link' });
});

test('a forwarded link helps nobody: the code goes to whom it was mailed', async () => {
  const journey = await beginJourney();
  const run = await toApproval(journey);
  const mail = await journey.mail(MAREK, 'Approve the');
  const page = await journey.request('GET', linkIn(mail));
  const nonce = /name="nonce" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const content = /name="content" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const length = (await journey.history(run)).length;
  const before = (await journey.mails()).length;
  const asked = await journey.request('POST', linkIn(mail), { nonce, content, decision: 'approve' });
  expect(asked.body).toContain('name="code"');
  expect(await journey.post(before)).toEqual(['marek.wojcik: Your code for: Approve the outline']);
  const again = /name="nonce" value="([^"]*)"/.exec(asked.body)?.[1] ?? '';
  const wrong = { nonce: again, content, decision: 'approve', code: '000000' };
  expect((await journey.request('POST', linkIn(mail), wrong)).status).toBe(422);
  expect((await journey.history(run)).length).toBe(length);
});
