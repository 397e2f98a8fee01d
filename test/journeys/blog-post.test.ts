import { expect, test } from 'vitest';
import { beginJourney } from '../support/sandbox-journey.ts';

test('a blog post is finished in time', async () => {
  const journey = await beginJourney();
  const run = await journey.start('blog-post', { topic: 'Pricing pages that sell', publish: '2027-03-31' });
  console.log((await journey.mails())[0]?.text);
  const done = async (to: string, subject: string, form: object) => {
    const mail = await journey.mail(to, subject);
    const response = await journey.answer(mail, { decision: 'done', ...form });
    if (response.status !== 200) console.log(response.status, response.body.slice(0, 3000));
    expect(response.status).toBe(200);
  };
  const mails = await journey.mails();
  const who = (m: { to: string; subject: string }) => `${m.to} ${m.subject}`;
  await done(mails[0]!.to, '', { idea: 'How we price' });
  console.log((await journey.mails()).map(who), (await journey.history(run)).map((e) => e.type));
  await done((await journey.mails()).at(-1)!.to, '', { keywords: 'pricing' });
  await done((await journey.mails()).at(-1)!.to, '', { outline: 'https://example.com/outline' });
  console.log((await journey.mails()).map(who));
  for (const mail of (await journey.mails()).slice(-2)) {
    const r = await journey.answer(mail, { decision: 'approve' });
    expect(r.status).toBe(200);
  }
  console.log((await journey.mails()).map(who));
  console.log((await journey.history(run)).map((e) => `${e.type} ${'step' in e ? e.step : ''}`));
  await journey.advance(24 * 100);
  console.log(journey.now(), (await journey.mails()).map((m) => `${m.sent} ${who(m)}`));
  console.log((await journey.history(run)).map((e) => `${e.at} ${e.type} ${'step' in e ? e.step : ''}`).slice(-60));
});
