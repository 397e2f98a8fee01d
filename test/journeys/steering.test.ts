/** Runs whose course is changed: by whoever leads them, by absence, and by nobody doing anything. */
import { expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/lambda/hosted.ts';
import type { Received } from '../../infra/sandbox/inbox.ts';
import { beginJourney, hiddenIn, type Journey, libraryWith, linkIn, locationOf } from '../support/sandbox-journey.ts';

const MIA = 'mia.solberg@example.com';
const KASIA = 'kasia.nowak@example.com';
const TOMAS = 'tomas.vik@example.com';
const INGRID = 'ingrid.holm@example.com';

/** Whoever leads and approves, and two who write. */
const NOTE = libraryWith(`workflow: note
title: Note
purpose: Say one thing to all customers.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
steps:
  - step: write
    title: Write the note
    owner: blog-writer
    backup: content-strategist
    takes: 2 workdays
    effort: 4h
    fields: { text: { type: text, label: Text, required: true } }
  - step: picture
    title: Find a picture
    owner: graphic-designer
    after: [write]
    takes: 1 workday
    effort: 1h
  - step: send
    title: Send the note
    owner: email-manager
    after: [picture]
    takes: 1 workday
    effort: 1h
`);

const begin = async (start = '2027-01-11T08:00:00.000Z'): Promise<{ journey: Journey; run: string }> => {
  const journey = await beginJourney({ library: NOTE, start });
  const run = await journey.start('note', { topic: 'Snow' });
  return { journey, run };
};
const statusOf = async (journey: Journey, mail: Received): Promise<number> =>
  (await journey.request('GET', linkIn(mail))).status;
/** The newest link to the page of the run that the lead has. */
const leadMail = async (journey: Journey): Promise<Received> => {
  await journey.to('2027-01-14T20:00:00.000Z');
  return journey.mail(MIA, 'Overdue');
};

test('an owner gives the step to somebody else, who has a mail at once; the old link is dead', async () => {
  const { journey, run } = await begin();
  const mail = await journey.mail(KASIA, 'Write the note');
  expect((await journey.give(mail, { person: 'tomas-vik', reason: '' })).status).toBe(422);
  expect((await journey.give(mail, { person: 'tomas-vik', reason: 'I am ill.' })).status).toBe(200);
  expect((await journey.history(run)).at(-1)).toMatchObject({
    type: 'step-reassigned',
    was: 'kasia-nowak',
    now: 'tomas-vik',
    by: 'kasia-nowak',
    reason: 'I am ill.',
  });
  expect(await statusOf(journey, mail)).toBe(410);
  expect((await journey.request('GET', linkIn(mail))).body).toContain('given to somebody else');
  const taken = await journey.mail(TOMAS, 'Write the note');
  expect((await journey.answer(taken, { decision: 'done', text: 'It snows.' })).status).toBe(200);
  const before = (await journey.mails()).length;
  await journey.advance(24 * 5);
  expect((await journey.post(before)).filter((one) => one.startsWith('kasia'))).toEqual([]);
});

test('the lead reassigns what is late, skips what nothing relies on, and cancels the rest', async () => {
  const { journey, run } = await begin();
  const lead = await leadMail(journey);
  const reassign = { act: 'reassign', step: 'write##1', person: 'tomas-vik', reason: 'Kasia is full.' };
  expect((await journey.steer(lead, reassign)).status).toBe(200);
  expect((await journey.steer(lead, reassign)).status).toBe(409);
  const taken = await journey.mail(TOMAS, 'Write the note');
  await journey.answer(taken, { decision: 'done', text: 'It snows.' });
  const picture = await journey.mail(INGRID, 'Find a picture');
  expect((await journey.steer(lead, { act: 'skip', step: 'picture##1' })).status).toBe(200);
  expect((await journey.story(run)).slice(-2)).toEqual([
    'step-skipped picture by mia-solberg lead',
    'step-opened send',
  ]);
  expect(await statusOf(journey, picture)).toBe(200);
  const send = await journey.mail('nora.haugen@example.com', 'Send the note');
  expect((await journey.steer(lead, { act: 'cancel' })).status).toBe(200);
  expect((await journey.history(run)).at(-1)).toMatchObject({
    type: 'run-finished',
    outcome: 'cancelled',
    by: 'mia-solberg',
    proof: 'verified',
  });
  expect((await journey.post()).at(-1)).toBe('nora.haugen: You need not do anything more – Snow');
  expect(await statusOf(journey, send)).toBe(410);
  expect((await journey.sandbox.host.read(run))?.status).toBe('SUCCEEDED');
  expect((await journey.steer(lead, { act: 'cancel' })).status).not.toBe(500);
});

test('an owner moves the date of their own work, which the lead hears, and no further than a run lasts', async () => {
  const { journey, run } = await begin();
  const mail = await journey.mail(KASIA, 'Write the note');
  const steer = (form: object): Promise<HttpResponse> =>
    journey.visit('kasia-nowak', `/runs/${run}`, { step: 'write##1', reason: 'Waiting for figures.', ...form });
  const far = await steer({ act: 'move', due: '2028-06-01' });
  expect([far.status, far.body.includes('give a date up to 2027-12-27.')]).toEqual([409, true]);
  expect((await steer({ act: 'move', due: '2027-01-24' })).status).toBe(303);
  // A Sunday, so it is the Friday before.
  expect((await journey.history(run)).at(-1)).toMatchObject({
    type: 'due-moved',
    by: 'kasia-nowak',
    due: { wall: '2027-01-22T17:00' },
  });
  expect((await journey.mail(MIA, '“Write the note” has a new due date')).text).toContain('Waiting for figures.');
  expect((await steer({ act: 'cancel' })).status).toBe(409);
  expect(await statusOf(journey, mail)).toBe(200);
});

test('a date that is moved by a form that is sent twice is moved once, and nobody is mailed twice', async () => {
  const { journey, run } = await begin();
  const page = (await journey.visit('kasia-nowak', `/runs/${run}`)).body;
  const steer = (form: object): Promise<HttpResponse> =>
    journey.visit('kasia-nowak', `/runs/${run}`, { step: 'write##1', reason: 'Waiting for figures.', ...form });
  const extension = { act: 'extend', workdays: '2', seen: hiddenIn(page, 'seen') };
  const both = await Promise.all([steer(extension), steer(extension)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([303, 409]);
  expect(both.find(({ status }) => status === 409)?.body).toContain('The date was moved after this page was shown.');
  const [history, mails] = [await journey.history(run), await journey.post()];
  expect(history.at(-1)).toMatchObject({ type: 'due-moved', due: { wall: '2027-01-14T17:00' } });
  const same = await steer({ act: 'move', due: '2027-01-14' });
  expect([same.status, same.body.includes('It is due then already.')]).toEqual([409, true]);
  expect(await journey.history(run)).toEqual(history);
  expect(await journey.post()).toEqual(mails);
  // From the page as it is now, it is one more.
  const again = hiddenIn((await journey.visit('kasia-nowak', `/runs/${run}`)).body, 'seen');
  expect((await steer({ ...extension, seen: again })).status).toBe(303);
  expect((await journey.history(run)).at(-1)).toMatchObject({ due: { wall: '2027-01-18T17:00' } });
});

test('an owner skips their own work where nothing relies on it, which the lead hears, and the run goes on', async () => {
  const { journey, run } = await begin();
  await journey.answer(await journey.mail(KASIA, 'Write the note'), { decision: 'done', text: 'It snows.' });
  const skip = { act: 'skip', step: 'picture##1', reason: 'There is none of snow.' };
  const page = (await journey.visit('ingrid-holm', `/runs/${run}`)).body;
  expect(page).toContain('value="skip"');
  expect((await journey.visit('ingrid-holm', `/runs/${run}`, skip)).status).toBe(303);
  expect((await journey.story(run)).slice(-2)).toEqual([
    'step-skipped picture by ingrid-holm owner',
    'step-opened send',
  ]);
  expect((await journey.mail(MIA, '“Find a picture” is skipped')).text).toContain('There is none of snow.');
  // Whoever did it needs no mail about it.
  expect((await journey.post()).filter((one) => one.startsWith('ingrid') && one.includes('skipped'))).toEqual([]);
});

test('somebody who neither leads nor owns a step can change nothing about it', async () => {
  const { journey, run } = await begin();
  await leadMail(journey);
  // Escalated to: the backup, who sees the run and no more.
  const backup = await journey.mail('ada.berg@example.com', 'Overdue');
  const length = (await journey.history(run)).length;
  for (const form of [
    { act: 'cancel' },
    { act: 'skip', step: 'write##1' },
    { act: 'reassign', step: 'write##1', person: 'ada-berg' },
    { act: 'extend', step: 'write##1', workdays: '9' },
  ])
    expect((await journey.steer(backup, form)).status).toBe(403);
  expect((await journey.history(run)).length).toBe(length);
});

test('what the lead owes themselves, and nobody backs, is escalated to whoever steers every run', async () => {
  const library = libraryWith(`workflow: brief
title: Brief
purpose: Say what the quarter is about.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
steps:
  - step: write
    title: Write the brief
    owner: marketing-manager
    takes: 2 workdays
    effort: 4h
`);
  const journey = await beginJourney({ library, start: '2027-01-11T08:00:00.000Z' });
  const run = await journey.start('brief', { topic: 'Snow' });
  await journey.to('2027-01-15T20:00:00.000Z');
  const told = (await journey.history(run)).filter(({ type }) => type === 'reminder-sent');
  expect(told.filter((one) => one.type === 'reminder-sent' && one.kind === 'escalation')).toMatchObject([
    { to: ['ola-kaminska'] },
  ]);
  const mail = await journey.mail('ola.kaminska@example.com', 'Overdue');
  expect(mail.text).toContain('This is with Mia Solberg');
  expect(mail.text).toContain('you can move the date, reassign it or skip it');
  const reassign = { act: 'reassign', step: 'write##1', person: 'tomas-vik', reason: 'Mia is full.' };
  expect((await journey.steer(mail, reassign)).status).toBe(200);
});

test('a month in which nobody answers: mails at 09:00 of working days, escalation, and at last it is the lead’s', async () => {
  const { journey, run } = await begin();
  const before = (await journey.mails()).length;
  await journey.to('2027-02-25T12:00:00.000Z');
  const mails = (await journey.mails()).slice(before);
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw', dateStyle: 'short', timeStyle: 'short' });
  const times = mails.map(({ to, sent }) => `${clock.format(Date.parse(sent))} ${to.split('.')[0]}`);
  // Given two working days on Monday morning, it is due on Tuesday at 17:00.
  expect(times.slice(0, 5).toSorted()).toEqual([
    '2027-01-11 17:00 kasia',
    '2027-01-12 17:00 kasia',
    '2027-01-13 09:00 kasia',
    '2027-01-13 17:00 ada',
    '2027-01-13 17:00 mia',
  ]);
  for (const time of times) {
    const at = new Date(`${time.slice(0, 10)}T12:00:00Z`).getUTCDay();
    expect([time, at === 0 || at === 6]).toEqual([time, false]);
    expect(time.slice(11, 16) >= '09:00' && time.slice(11, 16) <= '18:00', time).toBe(true);
  }
  // Twenty working days after it was due.
  const story = await journey.history(run);
  expect(story.filter(({ type }) => type === 'decision-referred')).toMatchObject([
    { at: '2027-02-09T16:00:00.000Z', why: 'expired', to: [{ person: 'mia-solberg' }] },
  ]);
  expect(times.filter((time) => time > '2027-02-09 17:00' && !time.endsWith('mia'))).toEqual([]);
  // The lead gives it to somebody else: it lives again, and with it the reminders of whoever has it now.
  const lead = await journey.mail(MIA, 'was not answered in time');
  const given = (await journey.mails()).length;
  const reassign = { act: 'reassign', step: 'write##1', person: 'tomas-vik', reason: 'Kasia has left.' };
  expect((await journey.steer(lead, reassign)).status).toBe(200);
  expect((await journey.post(given)).map((one) => one.split(':')[0])).toEqual([
    'mia.solberg',
    'kasia.nowak',
    'tomas.vik',
  ]);
  await journey.advance(24 * 4);
  expect((await journey.post(given)).filter((one) => one.startsWith('tomas')).length).toBeGreaterThan(1);
  const taken = await journey.mail(TOMAS, 'Write the note');
  expect((await journey.answer(taken, { decision: 'done', text: 'At last' })).status).toBe(200);
  expect((await journey.story(run)).at(-1)).toBe('step-opened picture');
});

test('who is away is covered, of several the least loaded is asked, and in the next run the other', async () => {
  const journey = await beginJourney({ library: NOTE, start: '2027-01-11T08:00:00.000Z' });
  await journey.start('note', { topic: 'First' });
  await journey.start('note', { topic: 'Second' });
  await journey.start('note', { topic: 'Third' }, { 'blog-writer': 'ola-kaminska' });
  expect(await journey.post()).toEqual([
    'kasia.nowak: Write the note – due Tue 12 Jan – First',
    'tomas.vik: Write the note – due Tue 12 Jan – Second',
    'ola.kaminska: Write the note – due Tue 12 Jan – Third',
  ]);
  const away = await beginJourney({ library: NOTE, start: '2027-02-02T08:00:00.000Z' });
  await away.start('note', { topic: 'Fourth' }, { 'blog-writer': 'kasia-nowak' });
  expect(await away.post()).toEqual(['tomas.vik: Write the note – due Wed 3 Feb – Fourth']);
  expect((await away.mails())[0]?.text).toContain('Kasia Nowak');
});

test('a role that nobody holds falls to the lead', async () => {
  const journey = await beginJourney({
    library: {
      ...NOTE,
      team: {
        ...NOTE.team,
        people: NOTE.team.people.map((one) => ({ ...one, roles: one.roles.filter((role) => role !== 'blog-writer') })),
      },
    },
  });
  await journey.start('note', { topic: 'Rain' });
  expect((await journey.post()).map((one) => one.split(':')[0])).toEqual(['mia.solberg']);
});

test('a machine that fails or is stopped from outside gets its end in the history, and the lead a mail', async () => {
  for (const [status, outcome, words] of [
    ['FAILED', 'failed', 'It failed'],
    ['ABORTED', 'cancelled', 'Cancelled'],
  ] as const) {
    const { journey, run } = await begin();
    const open = await journey.mail(KASIA, 'Write the note');
    if (status === 'ABORTED') await journey.sandbox.host.stop(run, 'Stop', 'An operator stopped it.');
    else
      await journey.sandbox.hosted.machineEnded({ run, status, error: 'States.Runtime', cause: 'No such variable.' });
    await journey.advance(1);
    expect((await journey.story(run)).at(-1)).toBe(`run-finished ${outcome}`);
    expect((await journey.post(1)).toSorted()).toEqual([
      'kasia.nowak: You need not do anything more – Snow',
      expect.stringMatching(new RegExp(`^mia.solberg: ${words}`)),
    ]);
    expect(await statusOf(journey, open)).toBe(410);
  }
});

test('a link that is too old opens nothing, and a new one is mailed to whoever owes the step', async () => {
  const { journey, run } = await begin();
  const mail = await journey.mail(KASIA, 'Write the note');
  await journey.to('2027-02-09T12:00:00.000Z');
  await journey.to('2027-03-01T12:00:00.000Z');
  const page = await journey.request('GET', linkIn(mail));
  expect(page.status).toBe(410);
  const nonce = /name="nonce" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const before = (await journey.mails()).length;
  // It has expired and is the lead's: whoever had it owes nothing, and is mailed nothing.
  const asked = await journey.request('POST', `${linkIn(mail)}/new`, { nonce });
  expect([asked.status, locationOf(asked)]).toEqual([303, `${linkIn(mail)}/new?told=mailed`]);
  const told = await journey.request('GET', locationOf(asked));
  expect([told.status, told.body.includes('Look into your mail')]).toEqual([200, true]);
  expect(await journey.post(before)).toEqual([]);
  expect((await journey.story(run)).at(-1)).toMatch(/^reminder-sent write/);
});

test('an alarm that goes off a moment early reminds once, not once more at the moment itself', async () => {
  const { journey, run } = await begin();
  // Due at 17:00 on Tuesday; a day before it is the first reminder that there is time for.
  await journey.to('2027-01-12T15:59:59.600Z');
  const reminders = async () => (await journey.mails(KASIA)).filter(({ lane }) => lane === 'reminder').length;
  const before = await reminders();
  const sent = (await journey.history(run)).filter(({ type }) => type === 'reminder-sent').length;
  await journey.sandbox.hosted.alarm({ kind: 'step', run, step: 'write', round: 1, generation: sent });
  expect(await reminders()).toBe(before + 1);
  await journey.to('2027-01-12T20:00:00.000Z');
  expect(await reminders()).toBe(before + 1);
});
